"""Compare rulebooks on paired draws: every outcome of both fronts, and who bears what."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.city import build_residents, load_city
from twofronts.errors import Problem, ScenarioError
from twofronts.manifest import Manifest
from twofronts.measures import Rulebook, load_catalogue, load_rulebook
from twofronts.measures.checkpoints import traffic_notes
from twofronts.parameters import Parameters, load_parameters
from twofronts.planning import variables as _declared
from twofronts.planning.arguments import check_arguments
from twofronts.planning.beginning import begin_draws
from twofronts.planning.goals import Goal, make_goal
from twofronts.planning.outcomes import BY_NAME, NAMES, OUTCOMES
from twofronts.planning.run import Status, date_axis
from twofronts.planning.stage import CHUNK, Scores, Stage, join_scores, score_all, set_stage
from twofronts.planning.summaries import constraint_table, difference, summary
from twofronts.variables import dataset
from twofronts.wording import Said
from twofronts.writing import whole_file

assert _declared.NAMES  # what is declared there is what this module hands out


# Fewer are too few to decide on
FEW_DRAWS = 100


@dataclass(frozen=True, eq=False)
class Comparison:
    """Rulebooks side by side on the same draws.

    Parameters
    ----------
    data : xarray.Dataset
        ``outcome_*`` over rulebook and draw, ``daily_*`` over rulebook, draw and day,
        ``burden_by_measure`` over rulebook, draw and measure. Draw i of one rulebook is paired
        with draw i of another: same luck, same parameters, same strength of measures.
    base : str
        Name of the rulebook that the others are compared with.
    rulebooks : dict of str to Rulebook
    goal : Goal
    status : Status
    manifest : Manifest
    """

    data: xr.Dataset
    base: str
    rulebooks: dict[str, Rulebook]
    goal: Goal
    status: Status
    manifest: Manifest

    def outcomes(self, rulebook: str) -> np.ndarray:
        """Return the outcomes of a rulebook, float64[draw, outcome]."""
        rows = self.data.sel(rulebook=rulebook)
        return np.column_stack([rows[f"outcome_{name}"].values for name in NAMES])

    def table(self) -> pd.DataFrame:
        """Return every outcome of every rulebook, and its paired difference to the base.

        Returns
        -------
        pandas.DataFrame
            One row for each rulebook and outcome. ``mean``, ``low``, ``median``, ``high`` over
            draws (5%, 50%, 95%; of an event the 90% interval of its probability); ``diff_mean``
            with ``diff_low`` and ``diff_high``, the 90% interval of the differences over draws
            (of an event: of their mean); ``diff_se``, the standard error of their
            mean; ``better_prob``, the share of draws in which the rulebook is better than the
            base, ties counting half.
        """
        base = self.outcomes(self.base)
        rows = []
        for name in self.rulebooks:
            table = self.outcomes(name)
            for i, o in enumerate(OUTCOMES):
                row: dict[str, Any] = {"rulebook": name, "outcome": o.name, "unit": o.unit}
                row |= {"front": o.front} | summary(table[:, i], event=o.event)
                rows.append(row | difference(table[:, i], base[:, i], o.better, event=o.event))
        return pd.DataFrame(rows)

    def constraints(self) -> pd.DataFrame:
        """Return the constraints and the probability with which each rulebook keeps them.

        Returns
        -------
        pandas.DataFrame
            ``prob`` with a 90% Wilson interval ``low`` to ``high``, the ``required`` one, and
            whether ``prob`` reaches it (``holds``).
        """
        return pd.concat(
            [
                constraint_table(self.outcomes(name), self.goal.constraints).assign(rulebook=name)
                for name in self.rulebooks
            ],
            ignore_index=True,
        )

    def beats(self, outcome: str) -> pd.DataFrame:
        """Return the probability that the row's rulebook does better than the column's.

        Ties count half, so the two ways add up to 1.

        Raises
        ------
        ScenarioError
            If there is no such outcome.
        """
        if outcome not in BY_NAME:
            raise ScenarioError(
                Problem(
                    what=f"no outcome is called {outcome!r}",
                    why="outcomes are " + ", ".join(NAMES),
                    remedy="name one of those",
                )
            )
        values = self.data[f"outcome_{outcome}"].values * BY_NAME[outcome].better
        more = (values[:, None] > values[None]).mean(axis=2)
        same = (values[:, None] == values[None]).mean(axis=2)
        names = list(self.rulebooks)
        return pd.DataFrame(more + same / 2, index=names, columns=names)

    def to_netcdf(self, path: str | Path) -> Path:
        """Write the data as NetCDF 4, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        record = json.dumps(asdict(self.manifest), ensure_ascii=False, default=str)
        data = self.data.assign_attrs(manifest=record, status=str(self.status), base=self.base)
        with whole_file(Path(path)) as part:
            data.to_netcdf(part, engine="h5netcdf")
        return Path(path)


def read_books(rulebooks: Sequence[Any]) -> dict[str, Rulebook]:
    """Return rulebooks by name; names that occur twice are numbered."""
    books: dict[str, Rulebook] = {}
    for item in rulebooks:
        book = load_rulebook(item) if isinstance(item, (str, Path)) else item
        name, number = book.name, 2
        while name in books:
            name, number = f"{book.name}-{number}", number + 1
        books[name] = book
    return books


def _base_of(base: str, books: dict[str, Rulebook]) -> str:
    if base in books:
        return base
    if base == "held":
        return next(iter(books))
    raise ScenarioError(
        Problem(
            what=f"the base {base!r} is none of the rulebooks compared",
            why="differences are taken against one of them",
            remedy="choose of " + ", ".join(books),
        )
    )


def score_books(
    stage: Stage,
    books: Sequence[Rulebook],
    *,
    workers: int | None = None,
    draws: int | None = None,
    first: int = 0,
    daily: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Scores]:
    """Run draws of some rulebooks, in chunks that threads share.

    Parameters
    ----------
    stage : Stage
    books : sequence of Rulebook
    workers : int, optional
    draws : int, optional
        Up to this one; all of the stage's if not given.
    first : int
        From this one on.
    daily : bool
    progress : callable, optional
        Called with the number of draws just finished, roughly.

    Returns
    -------
    list of Scores
    """
    last = stage.draws if draws is None else min(draws, stage.draws)
    cuts = [(a, min(a + CHUNK, last)) for a in range(first, last, CHUNK)]
    jobs = [(book, a, z) for book in books for a, z in cuts]
    each = (lambda n: progress(n * CHUNK)) if progress is not None else None
    found = score_all(stage, jobs, workers=workers, daily=daily, progress=each)
    n = len(cuts)
    return [join_scores(found[i * n : (i + 1) * n]) for i in range(len(books))]


def compare(
    city: Any,
    rulebooks: Sequence[Any],
    *,
    residents: Any = None,
    days: int = 60,
    draws: int = 200,
    seed: int = 0,
    start: dt.date | str | None = None,
    initial: Any = None,
    base: str = "held",
    goal: str | Goal | None = None,
    workers: int | None = None,
    parameters: Parameters | None = None,
    progress: Callable[[int], None] | None = None,
    stage: Stage | None = None,
    steps: Sequence[int] = (),
    early: Callable[[Comparison], None] | None = None,
) -> Comparison:
    """Compare rulebooks on paired draws.

    Parameters
    ----------
    city : City, str or Path
    rulebooks : sequence of Rulebook, str or Path
    residents : Residents, optional
        Built now if not given.
    days, draws, seed : int
        As in ``play``.
    start : date or str, optional
    initial : optional
        As in ``play``: given infections, or what a fit found.
    base : str
        Name of the rulebook to compare with; the first one if "held" is not among them.
    goal : str or Goal, optional
        Gives the constraints.
    workers : int, optional
        Threads.
    parameters : Parameters, optional
    progress : callable, optional
        Called with the number of draws just finished.
    stage : Stage, optional
        A stage already set; city, residents, days, draws, seed, start and initial are its own.
    steps : sequence of int
        Numbers of draws after which ``early`` is told. The last draws make the same comparison
        with any steps or none.
    early : callable, optional
        Called with the comparison on the draws so far.

    Returns
    -------
    Comparison

    Raises
    ------
    ScenarioError
        If an argument is out of range, no rulebook is given, or the base is none of them.
    RulebookError, CityError
        If a rulebook or the city has problems.
    """
    began = time.perf_counter()
    books = read_books(rulebooks)
    if not books:
        raise ScenarioError(
            Problem("no rulebook is given", "there is nothing to compare", "name one or more")
        )
    base = _base_of(base, books)
    if stage is None:
        stage = open_stage(
            city, residents=residents, days=days, draws=draws, seed=seed, start=start,
            initial=initial, workers=workers, parameters=parameters,
        )  # fmt: skip
    goal = make_goal(
        goal, stage.parameters, scale=stage.residents.scale, daily_value=stage.daily_value
    )
    told = [n for n in sorted(set(steps)) if 0 < n < stage.draws] if early is not None else []
    scores: list[Scores] = []
    first = 0
    for last in (*told, stage.draws):
        fresh = score_books(
            stage, list(books.values()), workers=workers, draws=last, first=first, daily=True,
            progress=progress,
        )  # fmt: skip
        scores = (
            [join_scores([a, b]) for a, b in zip(scores, fresh, strict=True)] if first else fresh
        )
        first = last
        found = _put_together(stage, books, base, goal, scores, began)
        if early is not None and last < stage.draws:
            early(found)
    return found


def _put_together(
    stage: Stage,
    books: dict[str, Rulebook],
    base: str,
    goal: Goal,
    scores: list[Scores],
    began: float,
) -> Comparison:
    """Return the comparison that these scores make."""
    data = _dataset(stage, list(books), scores)
    status = _judge(stage, goal, dict(zip(books, scores, strict=True)))
    digests = {name: book.digest() for name, book in books.items()}
    notes = [note for book in books.values() for note in traffic_notes(book, stage.city)]
    manifest = stage_manifest(stage, "compare", began, digests, goal, notes)
    done = len(scores[0].outcomes)
    if done < stage.draws:
        manifest.settings["draws"] = done
    return Comparison(data, base, books, goal, status, manifest)


def open_stage(
    city: Any,
    *,
    residents: Any = None,
    days: int = 60,
    draws: int = 200,
    seed: int = 0,
    start: dt.date | str | None = None,
    initial: Any = None,
    workers: int | None = None,
    parameters: Parameters | None = None,
    central: bool = False,
    first: int = 0,
    before: Rulebook | None = None,
) -> Stage:
    """Check the arguments of a comparison or a search and set the stage for it.

    Parameters and errors are those of ``compare``; ``first`` is the draw of a fitted state that the
    stage's first one begins with, ``before`` what is in force until a rulebook's notice has passed.
    """
    city = load_city(city) if isinstance(city, (str, Path)) else city
    start = check_arguments(
        city, residents, days=days, draws=draws, seed=seed, start=start, workers=workers
    )
    residents = build_residents(city) if residents is None else residents
    return set_stage(
        city, residents, parameters or load_parameters(), start=start, days=days, draws=draws,
        seed=seed, initial=begin_draws(initial, draws, first), central=central,
        before=before,
    )  # fmt: skip


def stage_manifest(
    stage: Stage,
    what: str,
    began: float,
    books: dict[str, str],
    goal: Goal,
    notes: Sequence[str] = (),
) -> Manifest:
    """Return the record of a comparison or a search; ``notes`` of what its rulebooks assume."""
    return Manifest(
        what=what,
        seed=stage.seed,
        inputs={
            "city": stage.city.digest(),
            "residents": stage.residents.digest(),
            "parameters": stage.parameters.digest(),
        }
        | {f"rulebook.{name}": value for name, value in books.items()},
        notes=tuple(dict.fromkeys((*stage.residents.notes, *stage.notes, *notes))),
        settings={
            "city": stage.city.id,
            "scale": stage.residents.scale,
            "start": stage.start.isoformat(),
            "days": stage.days,
            "draws": stage.draws,
            "goal": goal.key,
            "resurgence_from": stage.wave,
            "before": stage.before.name if stage.before is not None else None,
        },
        wall_time_s=round(time.perf_counter() - began, 3),
    )


def _dataset(stage: Stage, names: list[str], scores: Sequence[Scores]) -> xr.Dataset:
    arrays = {
        f"outcome_{name}": np.stack([s.outcomes[:, i] for s in scores])
        for i, name in enumerate(NAMES)
    }
    arrays |= {f"daily_{key}": np.stack([s.daily[key] for s in scores]) for key in scores[0].daily}
    arrays["burden_by_measure"] = np.stack([s.burden for s in scores])
    coords = {
        "rulebook": names,
        "draw": np.arange(len(scores[0].outcomes)),
        "day": np.arange(stage.days),
        "date": ("day", date_axis(stage.start, stage.days).astype("datetime64[ns]")),
        "measure": list(load_catalogue().measure),
    }
    return dataset(arrays, coords, {"city": stage.city.id, "currency": stage.city.currency})


def _judge(stage: Stage, goal: Goal, scores: dict[str, Scores]) -> Status:
    """Say how far the comparison can be trusted, and what to do about it."""
    both = advice_of(goal, [s.outcomes for s in scores.values()])
    advice = [Said(en, zh) for en, zh in zip(both["en"], both["zh"], strict=True)]
    return Status("caution" if advice else "good", tuple(advice))


def advice_of(goal: Goal, outcomes: Sequence[np.ndarray]) -> dict[str, list[str]]:
    """Return what a reader of a comparison must know first, by language.

    Parameters
    ----------
    goal : Goal
    outcomes : sequence of float64[draw, outcome]
        Of each rulebook.
    """
    found: dict[str, list[str]] = {"en": [], "zh": []}
    draws = len(outcomes[0])
    if draws < FEW_DRAWS:
        found["en"].append(
            f"{draws} draws: read the differences as rough, run at least 100 before deciding"
        )
        found["zh"].append(f"仅 {draws} 次抽样，差值只能粗看；决定前至少运行 100 次")
    if all(goal.shortfall(rows) > 0.0 for rows in outcomes):
        found["en"].append(
            "none of the rulebooks keeps every constraint at its probability: "
            "see the table of constraints"
        )
        found["zh"].append("没有一个方案以要求的概率守住全部底线，见上表各条底线")
    return found
