"""What each measure of any rulebook adds: the rulebook again without it, draw by draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twofronts.measures import Rulebook, load_catalogue, load_rulebook
from twofronts.measures.rulebook import Entry
from twofronts.measures.words import levels_of
from twofronts.planning.comparing import score_books
from twofronts.planning.explain import contribution_table
from twofronts.planning.goals import Goal
from twofronts.planning.stage import Stage

FLOOR = "open"


def active(book: Rulebook, floor: Rulebook | None = None) -> list[str]:
    """Return the measures that a rulebook takes above the floor, in the catalogue's order.

    Parameters
    ----------
    book : Rulebook
    floor : Rulebook, optional
        Below which no plan goes; the built-in ``open`` if not given.

    Returns
    -------
    list of str
        A measure counts if its starting level differs, or if a change or an override names it.
    """
    floor = floor or load_rulebook(FLOOR)
    named = {c.measure for c in book.changes} | {o.measure for o in book.overrides}
    return [
        key
        for key, m in load_catalogue().measure.items()
        if key in named or levels_of(book, m) != levels_of(floor, m)
    ]


def without(book: Rulebook, measure: str, floor: Rulebook | None = None) -> Rulebook:
    """Return a rulebook with one measure put back to the floor, everywhere and for good.

    Parameters
    ----------
    book : Rulebook
    measure : str
    floor : Rulebook, optional

    Returns
    -------
    Rulebook
        Its changes and overrides of the measure are gone too. A switch stays as it is.
    """
    floor = floor or load_rulebook(FLOOR)
    entries = {k: v for k, v in book.measures.items() if k != measure}
    if measure in floor.measures:
        entries[measure] = Entry(level=floor.measures[measure].level)
    return book.model_copy(
        update={
            "measures": entries,
            "changes": tuple(c for c in book.changes if c.measure != measure),
            "overrides": tuple(o for o in book.overrides if o.measure != measure),
        }
    )


def parts_of(
    stage: Stage,
    book: Rulebook,
    goal: Goal,
    outcomes: np.ndarray,
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Say what each measure of a rulebook adds on both fronts.

    Parameters
    ----------
    stage : Stage
    book : Rulebook
    goal : Goal
    outcomes : float64[draw, outcome]
        Of the rulebook, on as many of the stage's first draws as are to be used.
    workers : int, optional

    Returns
    -------
    pandas.DataFrame
        As ``explain.contributions``: positive is what is lost without the measure.
    """
    floor = load_rulebook(FLOOR)
    measures = active(book, floor)
    books = [without(book, m, floor) for m in measures]
    scores = score_books(stage, books, workers=workers, draws=len(outcomes)) if books else []
    pairs = [(m, s.outcomes) for m, s in zip(measures, scores, strict=True)]
    return contribution_table(goal, outcomes, pairs)
