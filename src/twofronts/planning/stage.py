"""The stage: all that rulebooks of one city, start and seed share, built once.

Threads' memory and the rulebook on it are ``bench.Bench``.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from twofronts.economy.labour import ordinary_labour
from twofronts.kernels import types_epidemic as t
from twofronts.measures import Rulebook, compile_rulebook, load_rulebook
from twofronts.parameters import Parameters
from twofronts.planning.bench import Bench
from twofronts.planning.outcomes import worst_week
from twofronts.planning.playing import prepare

# Draws that a thread takes at a time
CHUNK = 8


@dataclass(frozen=True, eq=False)
class Scores:
    """What draws of a rulebook came to.

    Parameters
    ----------
    outcomes : float64[draw, outcome]
        In the order of ``outcomes.OUTCOMES``.
    burden : float64[draw, measure]
        [person-days]
    daily : dict of str to float64[draw, day]
        Empty unless asked for.
    """

    outcomes: np.ndarray
    burden: np.ndarray
    daily: dict[str, np.ndarray] = field(default_factory=dict)


def join_scores(parts: Sequence[Scores]) -> Scores:
    """Put the scores of one rulebook's draws one after the other."""
    return Scores(
        np.concatenate([p.outcomes for p in parts]),
        np.concatenate([p.burden for p in parts]),
        {k: np.concatenate([p.daily[k] for p in parts]) for k in parts[0].daily},
    )


@dataclass(frozen=True, eq=False)
class Stage:
    """A city, a start and a seed, ready for any rulebook.

    Build one with ``set_stage``. ``with_means`` returns one with other means (a bed more).
    ``before`` is in force when the run begins: what a rulebook changes comes after its notice;
    without it every rulebook is in force on the first day.
    """

    city: Any
    residents: Any
    parameters: Parameters
    start: dt.date
    days: int
    draws: int
    seed: int
    world: t.World
    ordinary_labour: Any
    pars: np.ndarray
    economy: Any
    wave: float
    initial: Any = None
    notes: tuple[str, ...] = ()
    before: Rulebook | None = None
    _free: list[Any] = field(default_factory=list, repr=False)
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def _bench(self, book: Rulebook) -> Iterator[Bench]:
        """Lend a thread memory of its own, kept for the next one; best with the rulebook on it."""
        with self._lock:
            on = [i for i, b in enumerate(self._free) if b.stage is self and b.book is book]
            bench = self._free.pop(on[0] if on else -1) if self._free else None
        bench = bench or Bench(self)
        try:
            yield bench
        finally:
            with self._lock:
                self._free.append(bench)

    @property
    def daily_value(self) -> float:
        """The city's value added on an ordinary day. [million/d]."""
        made = self.economy.production
        return float(made.value_added[: self.economy.staff.shape[0]].sum())

    def rest(self) -> None:
        """Give back the memory of threads; the next draw takes it anew."""
        with self._lock:
            self._free.clear()

    def compile(self, book: Rulebook) -> Any:
        """Return a rulebook's arrays on this stage."""
        return compile_rulebook(
            book, self.city, self.residents, start=self.start, n_days=self.days,
            parameters=self.parameters, before=self.before,
        )  # fmt: skip

    def score(self, book: Rulebook, first: int, last: int, *, daily: bool = False) -> Scores:
        """Run draws ``first`` to ``last - 1`` of a rulebook on this thread.

        Parameters
        ----------
        book : Rulebook
        first, last : int
            Within the stage's draws.
        daily : bool
            Keep the daily series too.

        Returns
        -------
        Scores
            The same numbers on any thread, whatever ran before.
        """
        with self._bench(book) as bench:
            bench.put(self, book)
            parts = []
            for a in range(first, last, CHUNK):
                outcomes, burden, series = bench.run(a, min(a + CHUNK, last))
                parts.append(Scores(outcomes, burden, series if daily else {}))
        return join_scores(parts)

    def with_means(self, *, stock: dict[str, float] | None = None, **more: float) -> Stage:
        """Return a stage on which the city has more (or fewer) means.

        Parameters
        ----------
        stock : dict of str to float, optional
            Added to the stock of a good. [unit of the good]
        **more : float
            Added to beds, icu_beds, places, tracers or tests. [each its own unit]

        Returns
        -------
        Stage
            It shares everything else, the threads' memory too; its draws are paired with these.
        """
        place = {"beds": t.BEDS, "icu_beds": t.ICU_BEDS, "places": t.PLACES}
        place |= {"tracers": t.TRACERS, "tests": t.TESTS}
        capacity = self.world.capacity.copy()
        for name, extra in more.items():
            capacity[place[name]] = max(0.0, capacity[place[name]] + extra)
        supplies = self.economy.supplies
        goods = [str(g) for g in self.city.stocks["good"]]
        held = supplies.stock.copy()
        for good, extra in (stock or {}).items():
            held[goods.index(good)] += extra
        return replace(
            self,
            world=self.world._replace(capacity=capacity),
            economy=self.economy._replace(supplies=supplies._replace(stock=held)),
        )


def with_imports(stage: Stage, times: float) -> Stage:
    """Return a stage on which arrivals carry so many times as many infections.

    Parameters
    ----------
    stage : Stage
    times : float
        [1]
    """
    pars = stage.pars.copy()
    pars["prevalence_scale"] *= times
    return replace(stage, pars=pars)


def set_stage(
    city: Any,
    residents: Any,
    parameters: Parameters,
    *,
    start: dt.date,
    days: int,
    draws: int,
    seed: int,
    initial: Any = None,
    central: bool = False,
    before: Rulebook | None = None,
) -> Stage:
    """Build what all rulebooks share.

    Parameters
    ----------
    city : City
    residents : Residents
    parameters : Parameters
    start : date
    days, draws, seed : int
    initial : optional
        As in ``play``.
    central : bool
        As in ``play``.
    before : Rulebook, optional
        In force when the run begins.

    Returns
    -------
    Stage
    """
    ready = prepare(
        city, load_rulebook("held"), residents, parameters, days=days, draws=draws, seed=seed,
        start=start, initial=initial, central=central, production=True,
        counted=counted_infections(parameters, residents.scale),
    )  # fmt: skip
    ordinary = ordinary_labour(
        city, residents, parameters, as_of=start, draws=draws, seed=seed, central=central
    )
    return Stage(
        city=city,
        residents=residents,
        parameters=parameters,
        start=start,
        days=days,
        draws=draws,
        seed=seed,
        world=ready.city.world,
        ordinary_labour=ordinary,
        pars=ready.pars,
        economy=ready.economy,
        wave=worst_week(city, parameters, start, scale=residents.scale),
        initial=initial,
        notes=ready.notes,
        before=before,
    )


def counted_infections(parameters: Parameters, scale: float) -> int:
    """Return after how many infections a draw counts no further ones. [persons].

    Parameters
    ----------
    parameters : Parameters
        ``planning.counted_infections``, for the full city.
    scale : float
        Of the residents. [1]
    """
    return max(1, round(parameters.value("planning.counted_infections") * scale))


def cores(workers: int | None) -> int:
    """Return the number of threads to use."""
    return workers or len(os.sched_getaffinity(0))


def score_all(
    stage: Stage,
    jobs: Iterable[tuple[Rulebook, int, int]],
    *,
    workers: int | None = None,
    daily: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Scores]:
    """Run draws of several rulebooks side by side.

    Parameters
    ----------
    stage : Stage
    jobs : iterable of (Rulebook, int, int)
        A rulebook, its first draw and one past its last.
    workers : int, optional
        Threads.
    daily : bool
    progress : callable, optional
        Called with the number of jobs just finished, 1 each.

    Returns
    -------
    list of Scores
        In the order of the jobs; the same on any number of threads.
    """
    # a job is a few draws: put together in batches, the last would leave the other threads idle
    pool = Parallel(
        n_jobs=cores(workers), backend="threading", return_as="generator", batch_size=1,
        pre_dispatch="4*n_jobs",
    )  # fmt: skip
    found = []
    for scores in pool(delayed(stage.score)(b, a, z, daily=daily) for b, a, z in jobs):
        found.append(scores)
        if progress is not None:
            progress(1)
    return found
