"""Play a city forward under a rulebook: both fronts, many draws."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from twofronts.city import build_residents, load_city
from twofronts.economy.labour import prepare_labour, workforce_from_residents
from twofronts.epidemic import variables as v
from twofronts.epidemic.draws import draw_epidemic
from twofronts.epidemic.initial import FittedState, Initial, from_reports, given
from twofronts.epidemic.memory import make_memory, make_output
from twofronts.epidemic.world import build_world
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.day import run_draw
from twofronts.kernels.structs import pack
from twofronts.manifest import Manifest
from twofronts.measures import Rulebook, compile_rulebook, load_catalogue, load_rulebook
from twofronts.parameters import Parameters, load_parameters
from twofronts.planning.arguments import check_arguments
from twofronts.planning.run import Run, Status, date_axis
from twofronts.variables import dataset

# Draws that a thread takes at a time
_CHUNK = 8
SETTINGS = ["home", "work", "school", "community"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A scenario ready to run: everything that draws share, and each draw's parameters."""

    city: t.City
    pars: np.ndarray
    n_days: int
    draws: int
    seed: int
    notes: tuple[str, ...] = ()


def play(
    city: Any,
    rulebook: Any,
    *,
    residents: Any = None,
    days: int = 60,
    draws: int = 200,
    seed: int = 0,
    start: dt.date | str | None = None,
    workers: int | None = None,
    initial: Any = None,
    parameters: Parameters | None = None,
    central: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Play a city forward under a rulebook.

    Every draw is one possible course: with its own luck, its own parameters within their ranges,
    and its own strength of each measure. Two rulebooks under one seed share all three, so their
    draws can be compared pair by pair; up to the day they first differ they are equal.

    Parameters
    ----------
    city : City, str or Path
        A loaded city, the name of a built-in one, or a city's folder.
    rulebook : Rulebook, str or Path
    residents : Residents, optional
        Built from the city; built now if not given.
    days : int
        Length of the run, 1 to 730. [d]
    draws : int
        1 to 100,000.
    seed : int
        At least 0. Same seed, same numbers, on any number of threads.
    start : date or str, optional
        Date of day 0; default: the city's as-of date. Reports of earlier days are known.
    workers : int, optional
        Threads; default: as many as the machine has cores.
    initial : list of mapping, Initial or FittedState, optional
        Infections to begin with: a list of ``{day, district, age, n}``, or what a fit found.
        Default: worked back from the reports.
    parameters : Parameters, optional
        Default: the built-in ones.
    central : bool
        Hold every parameter at its own value instead of drawing from its range.
    progress : callable, optional
        Called with the number of draws just finished.

    Returns
    -------
    Run

    Raises
    ------
    ScenarioError
        If an argument is out of range; all that are wrong are named.
    RulebookError, CityError
        If the rulebook or the city has problems.
    """
    began = time.perf_counter()
    city = load_city(city) if isinstance(city, (str, Path)) else city
    rulebook = load_rulebook(rulebook) if isinstance(rulebook, (str, Path)) else rulebook
    start = check_arguments(
        city, residents, days=days, draws=draws, seed=seed, start=start, workers=workers
    )
    residents = build_residents(city) if residents is None else residents
    parameters = parameters or load_parameters()
    ready = prepare(
        city, rulebook, residents, parameters, days=days, draws=draws, seed=seed, start=start,
        initial=initial, central=central,
    )  # fmt: skip
    out = run_prepared(ready, workers=workers, progress=progress)
    manifest = Manifest(
        what="play",
        seed=seed,
        inputs={
            "city": city.digest(),
            "residents": residents.digest(),
            "rulebook": rulebook.digest(),
            "parameters": parameters.digest(),
        },
        notes=(*residents.notes, *ready.notes),
        settings={
            "city": city.id,
            "rulebook": rulebook.name,
            "scale": residents.scale,
            "start": start.isoformat(),
            "days": days,
            "draws": draws,
            "central": central,
        },
        wall_time_s=round(time.perf_counter() - began, 3),
    )
    data = to_dataset(out, city, start=start)
    return Run(data, judge(out, ready, draws), manifest)


def prepare(
    city: Any,
    rulebook: Rulebook,
    residents: Any,
    parameters: Parameters,
    *,
    days: int,
    draws: int,
    seed: int,
    start: dt.date,
    initial: Any = None,
    central: bool = False,
) -> Prepared:
    """Build everything that the draws of a scenario share.

    Parameters
    ----------
    city : City
    rulebook : Rulebook
    residents : Residents
    parameters : Parameters
    days, draws, seed : int
    start : date
    initial : optional
        As in ``play``.
    central : bool

    Returns
    -------
    Prepared
    """
    rules = compile_rulebook(
        rulebook, city, residents, start=start, n_days=days, parameters=parameters
    )
    # a rulebook that orders nothing is ordinary life: everybody is back and at work
    ordinary = not (rulebook.measures or rulebook.changes or rulebook.overrides or rulebook.switch)
    workforce = workforce_from_residents(city, residents, parameters)
    labour = prepare_labour(
        workforce, parameters, as_of=start, draws=draws, seed=seed, central=central,
        normal=ordinary,
    )  # fmt: skip
    if ordinary:
        labour = labour._replace(returned_start=np.ones(1))
    begin, fitted = _initial(
        initial, city, parameters, start=start, draws=draws, seed=seed, scale=residents.scale
    )
    world = build_world(
        city, residents, rules, parameters, start=start, n_days=days, draws=draws, initial=begin
    )
    pars = draw_epidemic(
        parameters, draws=draws, seed=seed, population=len(residents), central=central,
        fitted=fitted,
    )  # fmt: skip
    notes = [begin.note] if begin.note else []
    if ordinary:
        notes.append("the rulebook orders nothing: everybody is back in the city and at work")
    shared = t.City(world=world, residents=residents.arrays, rules=rules, labour=labour)
    return Prepared(shared, pars, days, draws, seed, tuple(notes))


def _initial(
    initial: Any, city: Any, parameters: Parameters, **run: Any
) -> tuple[Initial, dict[str, np.ndarray]]:
    if initial is None:
        return from_reports(city, parameters, **run), {}
    if isinstance(initial, FittedState):
        return initial.initial, dict(initial.parameters)
    if isinstance(initial, Initial):
        return initial, {}
    return given(initial, city), {}


def run_prepared(
    ready: Prepared,
    *,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> t.Output:
    """Run every draw of a prepared scenario.

    Parameters
    ----------
    ready : Prepared
    workers : int, optional
        Threads, each with memory of its own; all share one population.
    progress : callable, optional

    Returns
    -------
    Output
        The same numbers on any number of threads.
    """
    n_workers = min(workers or len(os.sched_getaffinity(0)), ready.draws)
    cell = ready.city.world.staff.shape
    n_measure = ready.city.rules.level.shape[2]  # type: ignore[attr-defined]
    out = make_output(ready.draws, ready.n_days, (cell[0], cell[1]), n_measure)
    chunks = [(a, min(a + _CHUNK, ready.draws)) for a in range(0, ready.draws, _CHUNK)]
    free = [make_memory(ready.city, ready.n_days) for _ in range(n_workers)]
    # each thread counts its own references, or they would slow each other down
    packed = [(pack(ready.city), pack(memory), pack(out)) for memory in free]

    def work(first: int, last: int) -> int:
        mine = packed.pop()
        try:
            for w in range(first, last):
                run_draw(mine[0], mine[1], ready.pars, mine[2], w, ready.seed)
        finally:
            packed.append(mine)
        return last - first

    if n_workers == 1:
        done = (work(*chunk) for chunk in chunks)
    else:
        pool = Parallel(n_jobs=n_workers, backend="threading", return_as="generator")
        done = pool(delayed(work)(*chunk) for chunk in chunks)
    for n in done:
        if progress is not None:
            progress(n)
    return out


def to_dataset(out: t.Output, city: Any, *, start: dt.date) -> Any:
    """Return the declared variables of a run as an xarray Dataset.

    Parameters
    ----------
    out : Output
    city : City
    start : date

    Returns
    -------
    xarray.Dataset
    """
    draws, n_days = out.infections.shape[:2]
    arrays = {
        v.TRUE_INFECTIONS: out.infections,
        v.TRUE_BY_SETTING: out.by_setting,
        v.ARRIVALS_INFECTED: out.arrivals,
        v.TRUE_ONSETS: out.onsets,
        v.TRUE_SUSCEPTIBLE: out.stages[:, :, t.SUSCEPTIBLE],
        v.TRUE_EXPOSED: out.stages[:, :, t.EXPOSED],
        v.TRUE_INFECTIOUS: out.stages[:, :, t.INFECTIOUS],
        v.TRUE_PAST: out.stages[:, :, t.IMMUNE],
        v.TRUE_DEAD: out.stages[:, :, t.DEAD],
        v.OBSERVED_CONFIRMED: out.confirmed,
        v.TRUE_WARD: out.ward,
        v.TRUE_ICU: out.icu,
        v.TRUE_DEATHS: out.deaths,
        v.OBSERVED_DEATHS: out.deaths_reported,
        v.QUARANTINED: out.quarantined,
        v.QUARANTINED_UNINFECTED: out.quarantined_uninfected,
        v.TESTS_DONE: out.tests,
        v.TEST_QUEUE: out.test_queue,
        v.TRACED: out.traced,
        v.GRADE: out.grade,
        v.BURDEN: out.burden,
        v.STAFF_PRESENT: out.staff_present,
        v.FIRMS_OPEN: out.firms_open,
        v.ABSENT_ILL: out.absent_ill,
        v.ABSENT_HELD: out.absent_held,
    }
    coords = {
        "draw": np.arange(draws),
        "day": np.arange(n_days),
        "date": ("day", date_axis(start, n_days).astype("datetime64[ns]")),
        "district": [str(code) for code in city.district_codes],
        "setting": SETTINGS,
        "sector": [str(code) for code in city.sector_codes],
        "measure": list(load_catalogue().measure),
    }
    return dataset({variable.name: array for variable, array in arrays.items()}, coords)


def judge(out: t.Output, ready: Prepared, draws: int) -> Status:
    """Say how far a run can be trusted, and what to do about it.

    Parameters
    ----------
    out : Output
    ready : Prepared
    draws : int

    Returns
    -------
    Status
    """
    advice: list[str] = []
    if draws < 100:
        advice.append(f"{draws} draws: read the bands as rough, run at least 100 before deciding")
    beds = ready.city.world.capacity[t.BEDS]
    full = float((out.ward.max(axis=1) >= max(1.0, 0.95 * beds)).mean())
    if full > 0.05:
        advice.append(f"designated beds fill up in {full:.0%} of draws: add beds or act earlier")
    waiting = float((out.test_queue.max(axis=1) > ready.city.world.capacity[t.TESTS]).mean())
    if waiting > 0.05:
        advice.append(f"people wait more than a day for a test in {waiting:.0%} of draws")
    n = ready.city.world.population.sum()
    large = float((out.stages[:, -1, t.SUSCEPTIBLE] < 0.99 * n).mean())
    if large > 0.05:
        advice.append(f"more than 1% of residents are infected in {large:.0%} of draws")
    return Status("caution" if advice else "good", tuple(advice))


def draws_table(run: Run, names: Sequence[str]) -> Any:
    """Return one row for each draw with the totals of some variables, as a DataFrame."""
    import pandas as pd

    return pd.DataFrame(
        {
            name: run.data[name].sum([d for d in run.data[name].dims if d != "draw"])
            for name in names
        }
    )
