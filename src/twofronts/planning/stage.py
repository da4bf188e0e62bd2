"""The stage: all that rulebooks of one city, start and seed share, built once.

Swapping the rulebook on a stage costs about a millisecond; what is left is the draws themselves.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from twofronts.economy.labour import ordinary_labour
from twofronts.epidemic.memory import make_memory, make_output
from twofronts.epidemic.world import effect_rows
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.day import run_both
from twofronts.kernels.economy import EconomyRecord
from twofronts.kernels.structs import pack
from twofronts.measures import Rulebook, compile_rulebook, load_catalogue, load_rulebook
from twofronts.measures.compiling import decision_state
from twofronts.parameters import Parameters
from twofronts.planning.costs import cost_of, prices, set_prices
from twofronts.planning.joined import join, make_record
from twofronts.planning.means import Holding, use_of_means
from twofronts.planning.outcomes import read_daily, read_outcomes, worst_week
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


def orders_nothing(book: Rulebook) -> bool:
    """Say whether a rulebook leaves life as it always was."""
    return not (book.measures or book.changes or book.overrides or book.switch)


@dataclass(frozen=True, eq=False)
class Stage:
    """A city, a start and a seed, ready for any rulebook.

    Build one with ``set_stage``. ``with_means`` returns one with other means (a bed more).
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
    _free: list[Any] = field(default_factory=list, repr=False)
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def _bench(self) -> Any:
        """Lend a thread memory of its own, kept for the next one."""
        with self._lock:
            bench = self._free.pop() if self._free else None
        bench = bench or _Bench(self)
        try:
            yield bench
        finally:
            with self._lock:
                self._free.append(bench)

    def rest(self) -> None:
        """Give back the memory of threads; the next draw takes it anew."""
        with self._lock:
            self._free.clear()

    def compile(self, book: Rulebook) -> Any:
        """Return a rulebook's arrays on this stage."""
        return compile_rulebook(
            book, self.city, self.residents, start=self.start, n_days=self.days,
            parameters=self.parameters,
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
        rules = self.compile(book)
        with self._bench() as bench:
            bench.put(rules, ordinary=orders_nothing(book))
            parts = [
                bench.run(a, min(a + CHUNK, last), daily=daily) for a in range(first, last, CHUNK)
            ]
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
            It shares everything else; its draws are paired with this one's.
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
            _free=[],
            _lock=threading.Lock(),
        )


class _Bench:
    """One thread's memory, with a rulebook on it."""

    def __init__(self, stage: Stage):
        self.stage = stage
        self.rows = -1
        self.price = prices(stage.parameters)
        self.people = stage.world.population / stage.residents.scale
        measure = load_catalogue().measure["arrivals_quarantine"]
        central = (load_catalogue().index[measure.key], len(measure.level) - 1)
        self.holding = Holding(
            np.zeros(stage.days + 64),
            np.zeros(stage.days + 64),
            np.zeros(stage.days),
            np.array(stage.pars["quarantine_days"], dtype=np.float64),
            np.array(central, dtype=np.int64),
        )
        cell = stage.world.staff.shape
        n = stage.draws
        self.out = make_output(n, stage.days, (cell[0], cell[1]), len(load_catalogue()))
        self.record = make_record(stage.economy, self.out)
        self.use = np.zeros((n, stage.days, 2))
        self.packed_out = pack(self.out)
        self.residents = pack(stage.residents.arrays)

    def put(self, rules: Any, *, ordinary: bool) -> None:
        """Put a rulebook on the bench."""
        stage = self.stage
        self.tariff = set_prices(rules, self.price)
        days = np.arange(stage.days)
        self.period = np.searchsorted(rules.period_day, days, side="right") - 1
        world = _world_under(stage, rules)
        economy = stage.economy
        if ordinary:
            economy = economy._replace(labour=stage.ordinary_labour)
        city = t.City(world, stage.residents.arrays, rules, economy.labour)
        rows = world.row_place.shape[0]
        if rows != self.rows:
            # places with levels of their own need rows of effects, and memory for them
            self.memory, self.rows = make_memory(city, stage.days), rows
            self.scratch = pack(self.memory.scratch)
        self.economy, memory = join(economy, self.record, self.memory)
        self.decisions = decision_state(rules, stage.days)
        self.packed_economy = pack(self.economy)
        self.packed = pack(city._replace(residents=self.residents))
        self.packed_memory = pack(memory._replace(scratch=self.scratch, decisions=self.decisions))

    def run(self, first: int, last: int, *, daily: bool) -> Scores:
        """Run draws with the rulebook that is on the bench."""
        stage = self.stage
        for array in (*self.out, *self.record):
            array[first:last] = 0
        severe, cost = np.zeros(last - first), np.zeros(last - first)
        for w in range(first, last):
            run_both(
                self.packed, self.packed_memory, self.packed_economy, stage.pars, self.packed_out,
                w, w + 1, stage.seed,
            )  # fmt: skip
            severe[w - first] = _severe(self.memory.scratch)
            cost[w - first] = cost_of(self.tariff, self.period, self.decisions.asked, self.people)
        use_of_means(
            self.packed, self.packed_memory, self.packed_out, self.holding, self.use, first, last,
            stage.seed,
        )  # fmt: skip
        out = t.Output(*(array[first:last] for array in self.out))
        record = EconomyRecord(*(array[first:last] for array in self.record))
        series = read_daily(out, record, stage.economy)
        table = read_outcomes(
            out, series, self.use[first:last], severe, cost,
            icu_beds=stage.world.capacity[t.ICU_BEDS], wave=stage.wave,
        )  # fmt: skip
        burden = out.burden.sum(axis=1, dtype=np.float64)
        return Scores(table, burden, series if daily else {})


def _world_under(stage: Stage, rules: Any) -> t.World:
    """Return the stage's world, with rows of effects for places that have levels of their own."""
    if not (rules.compound_level.id.size or rules.site_level.id.size):
        return stage.world
    compound_row, site_row, extra = effect_rows(stage.residents.arrays, rules)
    return stage.world._replace(compound_row=compound_row, site_row=site_row, **extra)


def _severe(scratch: t.Scratch) -> int:
    """Count the severe courses of the draw that the memory holds."""
    people = scratch.people[: int(scratch.n[t.N_PEOPLE])]
    infected = people["stage"] > t.SUSCEPTIBLE
    return int(np.count_nonzero(infected & ((people["traits"] & t.SEVERE) > 0)))


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
    pool = Parallel(n_jobs=cores(workers), backend="threading", return_as="generator")
    found = []
    for scores in pool(delayed(stage.score)(b, a, z, daily=daily) for b, a, z in jobs):
        found.append(scores)
        if progress is not None:
            progress(1)
    return found
