"""From what is in force to a new rulebook: each measure changes once its notice has passed."""

from __future__ import annotations

from typing import Any

import numpy as np

from twofronts.measures.catalogue import Catalogue
from twofronts.measures.rulebook import Rulebook
from twofronts.measures.words import levels_of

# By the measure's place in the catalogue: the first day of the new levels, and the levels until
# then, low grade first
Held = dict[int, tuple[int, tuple[int, ...]]]


def still_held(before: Rulebook | None, book: Catalogue, notice: np.ndarray) -> Held:
    """Return what stays in force while notice of a new rulebook runs.

    Parameters
    ----------
    before : Rulebook or None
        In force on the day before the run; None if the new rulebook is in force already.
    book : Catalogue
    notice : int16[measure]
        Of the new rulebook. [d]

    Returns
    -------
    dict
        Empty without ``before``; measures that change at once are left out.
    """
    if before is None:
        return {}
    found: Held = {}
    for i, measure in enumerate(book.measure.values()):
        if notice[i] > 0:
            levels = tuple(measure.index(v) for v in levels_of(before, measure).by_grade())
            found[i] = (int(notice[i]), levels)
    return found


def first_days(before: Rulebook, after: Rulebook, book: Catalogue) -> dict[str, int]:
    """Return the day on which each measure that differs changes, counted from the run's first.

    Parameters
    ----------
    before, after : Rulebook
    book : Catalogue

    Returns
    -------
    dict of str to int
        By measure, in the catalogue's order. [d]
    """
    days: dict[str, int] = {}
    for key, measure in book.measure.items():
        if levels_of(before, measure) != levels_of(after, measure):
            entry: Any = after.measures.get(key)
            own = None if entry is None else entry.notice_days
            days[key] = measure.notice_days if own is None else own
    return days
