"""The simulator as the fit runs it: the city's own past, day by day, in thousands of draws."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from twofronts.city import City
from twofronts.economy.labour import prepare_labour, workforce_from_residents
from twofronts.epidemic.draws import KEYS, draw_epidemic
from twofronts.epidemic.initial import Initial
from twofronts.epidemic.memory import make_memory, make_output
from twofronts.epidemic.world import build_world
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.fitting import N_STATE, FitOutput, run_fit_draws
from twofronts.kernels.structs import pack
from twofronts.measures import compile_rulebook, load_catalogue, load_rulebook
from twofronts.measures.rulebook import Change, GradeLevels, Rulebook, Term
from twofronts.parameters import Parameters

MAX_STATE = 1500
"""Infected persons that a draw's state can hold; a draw with more is no match for any report."""
_CHUNK = 25

# Measures that came with an order of the city's policies, where no entry of their own dates them
_FOLLOWS = {
    "emergency_response": (
        "gatherings", "venues", "masks", "schools", "arrivals_quarantine", "clinics",
        "attendance_industry", "attendance_services", "remote_work", "mask_allocation",
        "mask_production",
    ),
    "community": ("community_services", "daily_goods"),
    "resumption_scheme": ("protection_standard", "inspection"),
}  # fmt: skip


def history_rulebook(
    city: City, *, start: dt.date, as_of: dt.date, held: Rulebook, then: Rulebook | None = None
) -> Rulebook:
    """Return the rulebook of the city's past: what is held now, brought in on the dates recorded.

    Parameters
    ----------
    city : City
        ``policies`` dates the orders; measures that no entry dates count from the first report,
        the day from which cases were looked for.
    start : date
        First day of the simulation.
    as_of : date
        Last day of the past.
    held : Rulebook
        What is in force on ``as_of``.
    then : Rulebook, optional
        What comes into force on the day after.

    Returns
    -------
    Rulebook
    """
    first_report = city.reports["date"].min().date()
    dated = _dates(city)
    changes = []
    for name, entry in held.measures.items():
        known = dated.get(name, [(first_report, "")])
        for day, level in known[:-1]:
            changes.append(Change(date=max(day, start), measure=name, level=_every_grade(level)))
        changes.append(Change(date=max(known[-1][0], start), measure=name, level=entry.level))
    for name in dated.keys() & load_catalogue().measure.keys() - held.measures.keys():
        # over by now: what is held has nothing of it
        for day, level in dated[name]:
            changes.append(Change(date=max(day, start), measure=name, level=_every_grade(level)))
    changes = [change for change in changes if change.date is None or change.date <= as_of]
    if then is not None and then.digest() != held.digest():
        changes += _switch(held, then, as_of + dt.timedelta(days=1))
    return Rulebook(
        name="history",
        orders=Term(
            basis=held.orders.basis or {"en": "as recorded", "zh": "按记录"},
            until=as_of + dt.timedelta(days=180),
        ),
        grades=(then or held).grades,
        changes=tuple(sorted(changes, key=lambda c: c.date or as_of)),
    )


def _dates(city: City) -> dict[str, list[tuple[dt.date, str]]]:
    """Return the dates and levels of each measure that the city's policies tell of, or imply.

    What a measure's last entry brought is what is held.
    """
    catalogue = load_catalogue().measure
    dated: dict[str, list[tuple[dt.date, str]]] = {}
    policies = city.policies.sort_values("date", kind="stable")
    for row in policies.itertuples():
        name, level = str(row.measure), str(row.level)
        known = dated.setdefault(name, [])
        if not known or level in catalogue[name].levels:
            known.append((row.date.date(), level))
    for name, followers in _FOLLOWS.items():
        for measure in followers if name in dated else ():
            dated.setdefault(measure, dated[name][:1])
    return dated


def _every_grade(level: str) -> GradeLevels:
    return GradeLevels(low=level, medium=level, high=level)


def _switch(held: Rulebook, then: Rulebook, day: dt.date) -> list[Change]:
    """Return the changes that put one rulebook in the place of another."""
    catalogue = load_catalogue()
    changes = []
    for name in dict.fromkeys([*held.measures, *then.measures]):
        entry = then.measures.get(name)
        lowest = catalogue.measure[name].levels[0]
        level = (
            GradeLevels(low=lowest, medium=lowest, high=lowest) if entry is None else entry.level
        )
        changes.append(Change(date=day, measure=name, level=level))
    for change in then.changes:
        first = change.date or day + dt.timedelta(days=int(change.day or 0))
        if first > day:
            changes.append(Change(date=first, measure=change.measure, level=change.level))
    return changes


@dataclass(frozen=True, eq=False)
class Engine:
    """A city ready to be simulated from ``start`` for ``n_day`` days, ``draws`` at a time."""

    city: City
    residents: Any
    parameters: Parameters
    start: dt.date
    as_of: dt.date
    n_day: int
    draws: int
    seed: int
    breaks: tuple[dt.date, ...]
    period: np.ndarray
    shared: Any

    @property
    def n_period(self) -> int:
        """Periods with a transmission of their own."""
        return int(self.period.max()) + 1

    @property
    def last(self) -> int:
        """Day of ``as_of``, counted from ``start``. [d]."""
        return (self.as_of - self.start).days

    def nuisance(self, seed: int) -> np.ndarray:
        """Draw every parameter from its range: PAR[draw]."""
        return draw_epidemic(
            self.parameters, draws=self.draws, seed=seed, population=len(self.residents)
        )

    def simulate(
        self,
        pars: np.ndarray,
        luck: np.ndarray,
        *,
        most: np.ndarray | None = None,
        workers: int | None = None,
    ) -> FitOutput:
        """Run draws.

        Parameters
        ----------
        pars : PAR[draw, period]
        luck : int64[draw, 2]
            A seed and a number below ``draws`` for each: they fix its luck, so that the same pair
            goes through the same past again, in this engine or in one that reaches further.
        most : int[day], optional
            Cases in all beyond which a draw is given up.
        workers : int, optional
            Threads.

        Returns
        -------
        FitOutput
            The same on any number of threads.
        """
        n = len(pars)
        luck = np.ascontiguousarray(luck, dtype=np.int64)
        pars = np.ascontiguousarray(pars)
        fit = self._output(n)
        limit = np.full(self.n_day, 10**9) if most is None else np.asarray(most)
        periods = np.vstack([self.period[: self.n_day], limit]).astype(np.int64)
        n_worker = min(workers or len(os.sched_getaffinity(0)), max(n, 1))
        cell = self.shared.world.staff.shape
        n_measure = self.shared.rules.level.shape[2]
        free = []
        for _ in range(n_worker):
            out = make_output(1, self.n_day, cell, n_measure)
            memory = make_memory(self.shared, self.n_day)
            free.append((pack(self.shared), pack(memory), pack(out)))
        chunks = [(a, min(a + _CHUNK, n)) for a in range(0, n, _CHUNK)]

        def work(span: tuple[int, int]) -> None:
            mine = free.pop()
            try:
                run_fit_draws(mine[0], mine[1], pars, periods, mine[2], fit, span, luck)
            finally:
                free.append(mine)

        if n_worker == 1:
            for chunk in chunks:
                work(chunk)
        else:
            Parallel(n_jobs=n_worker, backend="threading")(delayed(work)(c) for c in chunks)
        return fit

    def _output(self, n: int) -> FitOutput:
        n_district = self.shared.world.population.size
        return FitOutput(
            confirmed=np.zeros((n, self.n_day), dtype=np.int32),
            in_care=np.zeros((n, self.n_day), dtype=np.int32),
            deaths=np.zeros((n, self.n_day), dtype=np.int32),
            grade=np.zeros((n, self.n_day, n_district), dtype=np.uint8),
            origin=np.zeros((n, 2), dtype=np.int64),
            until=np.array([self.last], dtype=np.int64),
            done=np.zeros(n, dtype=np.uint8),
            n_state=np.zeros(n, dtype=np.int64),
            state=np.zeros((n, MAX_STATE, N_STATE), dtype=np.int16),
        )


def prepare_engine(
    city: City,
    residents: Any,
    parameters: Parameters,
    *,
    start: dt.date,
    as_of: dt.date,
    ahead: int = 0,
    draws: int = 2000,
    seed: int = 0,
    breaks: tuple[dt.date, ...] = (),
    held: Rulebook | str = "held",
    then: Rulebook | str | None = None,
) -> Engine:
    """Build what the draws of a fit or a forecast share.

    Nobody is infected at the start: arrivals bring the infection in.

    Parameters
    ----------
    city : City
    residents : Residents
    parameters : Parameters
    start : date
        First day simulated; no report may be earlier than the first arrivals.
    as_of : date
        Last day of the past.
    ahead : int
        Days simulated beyond it. [d]
    draws : int
        Most draws that a call will run.
    seed : int
    breaks : tuple of date
        First days of new periods of transmission.
    held, then : Rulebook or str
        What is in force on ``as_of``, and what follows; nothing changes if ``then`` is left out.

    Returns
    -------
    Engine
    """
    n_day = (as_of - start).days + 1 + ahead
    held = load_rulebook(held) if isinstance(held, str) else held
    then = load_rulebook(then) if isinstance(then, str) else then
    book = history_rulebook(city, start=start, as_of=as_of, held=held, then=then)
    rules = compile_rulebook(
        book, city, residents, start=start, n_days=n_day, parameters=parameters
    )
    workforce = workforce_from_residents(city, residents, parameters)
    labour = prepare_labour(workforce, parameters, as_of=start, draws=draws, seed=seed)
    world = build_world(
        city, residents, rules, parameters, start=start, n_days=n_day, draws=draws,
        initial=Initial.nobody(),
    )  # fmt: skip
    # the simulation brings about its own reports
    world = world._replace(
        past_new=np.zeros_like(world.past_new),
        past_cluster=np.zeros_like(world.past_cluster),
        past_total=np.zeros_like(world.past_total),
    )
    shared = t.City(world=world, residents=residents.arrays, rules=rules, labour=labour)
    dates = np.array([start + dt.timedelta(days=i) for i in range(n_day)])
    period = np.zeros(n_day, dtype=np.int64)
    for first in sorted(breaks):
        period[dates >= first] += 1
    return Engine(
        city, residents, parameters, start, as_of, n_day, draws, seed, breaks, period, shared
    )


def parameter_keys() -> dict[str, str]:
    """Return the parameter key of each field of a draw's record."""
    return dict(KEYS)
