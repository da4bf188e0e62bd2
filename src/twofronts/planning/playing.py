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
from twofronts.economy.prepare import prepare_economy
from twofronts.epidemic.draws import draw_epidemic
from twofronts.epidemic.initial import FittedState, Initial, from_reports, given
from twofronts.epidemic.linelist import line_list as list_infected
from twofronts.epidemic.memory import make_memory, make_output
from twofronts.epidemic.world import build_world
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.day import run_both, run_draw
from twofronts.kernels.economy import EconomyParams, EconomyRecord
from twofronts.kernels.structs import pack
from twofronts.kernels.types_labour import LabourParams
from twofronts.manifest import Manifest
from twofronts.measures import Rulebook, compile_rulebook, load_rulebook
from twofronts.measures.checkpoints import traffic_notes
from twofronts.parameters import Parameters, load_parameters
from twofronts.planning.arguments import check_arguments
from twofronts.planning.joined import join, make_record
from twofronts.planning.results import judge, to_dataset
from twofronts.planning.run import Run
from twofronts.wording import Said

# Draws that a thread takes at a time
_CHUNK = 64


@dataclass(frozen=True, eq=False)
class Prepared:
    """A scenario ready to run: everything that draws share, and each draw's parameters.

    Without ``economy``, front one runs alone: labour by the measures, no production, no supplies.
    """

    city: t.City
    pars: np.ndarray
    n_days: int
    draws: int
    seed: int
    notes: tuple[str, ...] = ()
    economy: EconomyParams | None = None


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
    production: bool = True,
    line_list: bool = False,
    counted: int | None = None,
    before: Rulebook | None = None,
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
    production : bool
        Run front two in each draw too: production, freight, supplies. Without it, labour follows
        the measures alone, and nothing runs short.
    line_list : bool
        Keep who infected whom in every draw, one row for each of the infected
        (``Run.line_list``; its columns are those of ``epidemic.linelist.line_list``).
    counted : int, optional
        Infections since the start after which a draw counts no further ones from contact: what it
        says from then on is a lower bound. Default: all are counted. [persons]
    before : Rulebook, optional
        In force when the run begins; what the rulebook changes then comes after its notice.
        Default: the rulebook is in force on day 0.
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
        initial=initial, central=central, production=production, counted=counted, before=before,
    )  # fmt: skip
    people: dict[int, np.ndarray] | None = {} if line_list else None
    out, record = run_prepared(ready, workers=workers, progress=progress, people=people)
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
            "production": production,
            "counted_infections": counted,
            "before": before.name if before is not None else None,
        },
        wall_time_s=round(time.perf_counter() - began, 3),
    )
    data = to_dataset(out, city, start=start, economy=ready.economy, record=record)
    lines = None
    if people is not None:
        people = dict(sorted(people.items()))
        lines = list_infected(people, residents.arrays, city.district_codes, n_days=days)
    return Run(data, judge(out, ready.city.world, record), manifest, lines)


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
    production: bool = False,
    counted: int | None = None,
    before: Rulebook | None = None,
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
    production : bool
    counted : int, optional
        As in ``play``.
    before : Rulebook, optional
        As in ``play``.

    Returns
    -------
    Prepared
    """
    rules = compile_rulebook(
        rulebook, city, residents, start=start, n_days=days, parameters=parameters, before=before
    )
    # a rulebook that orders nothing is ordinary life: everybody is back and at work
    ordinary = not (rulebook.measures or rulebook.changes or rulebook.overrides or rulebook.switch)
    economy, labour = _labour(
        city, residents, parameters, draws=draws, seed=seed, start=start, central=central,
        normal=ordinary, production=production,
    )  # fmt: skip
    begin, fitted = _initial(
        initial, city, parameters, start=start, draws=draws, seed=seed, scale=residents.scale
    )
    world = build_world(
        city, residents, rules, parameters, start=start, n_days=days, draws=draws, initial=begin
    )
    if central:
        world = world._replace(middle=np.ones(1, dtype=np.uint8))
    if counted is not None:
        world = world._replace(counted=np.array([counted], dtype=np.int64))
    pars = draw_epidemic(
        parameters, draws=draws, seed=seed, population=len(residents), central=central,
        fitted=fitted,
    )  # fmt: skip
    notes: list[str] = [begin.note] if begin.note else []
    if ordinary:
        notes.append(
            Said(
                "the rulebook orders nothing: everybody is back in the city and at work",
                "方案未设任何措施：人员均已返城并在岗",
            )
        )
    if rulebook.grades.date_basis == "onset":
        notes.append(
            Said(
                "in the run districts are graded by day of report: onsets come to light late",
                "模拟中各区按报告日期分级：发病日期知晓较晚",
            )
        )
    notes += traffic_notes(rulebook, city)
    shared = t.City(world=world, residents=residents.arrays, rules=rules, labour=labour)
    return Prepared(shared, pars, days, draws, seed, tuple(notes), economy)


def _labour(
    city: Any,
    residents: Any,
    parameters: Parameters,
    *,
    start: dt.date,
    production: bool,
    **run: Any,
) -> tuple[EconomyParams | None, LabourParams]:
    """Return front two, if it is to run, and the labour that both fronts share."""
    economy = None
    if production:
        economy = prepare_economy(city, residents, parameters, start=start, **run)
        labour = economy.labour
    else:
        workforce = workforce_from_residents(city, residents, parameters)
        labour = prepare_labour(workforce, parameters, as_of=start, **run)
    if run["normal"]:
        labour = labour._replace(returned_start=np.ones(1))
    return economy and economy._replace(labour=labour), labour


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
    people: dict[int, np.ndarray] | None = None,
) -> tuple[t.Output, EconomyRecord | None]:
    """Run every draw of a prepared scenario.

    Parameters
    ----------
    ready : Prepared
    workers : int, optional
        Threads, each with memory of its own; all share one population.
    progress : callable, optional
    people : dict, optional
        Filled with the records of everybody each draw touched, by number of the draw.

    Returns
    -------
    tuple of Output, EconomyRecord or None
        Front one; front two if the scenario has it. The same numbers on any number of threads.
    """
    n_workers = min(workers or len(os.sched_getaffinity(0)), ready.draws)
    cell = ready.city.world.staff.shape
    n_measure = ready.city.rules.level.shape[2]  # type: ignore[attr-defined]
    out = make_output(ready.draws, ready.n_days, (cell[0], cell[1]), n_measure)
    record = make_record(ready.economy, out) if ready.economy is not None else None
    # enough draws a task that handing out costs nothing, enough tasks that threads end together
    size = max(1, min(_CHUNK, ready.draws // (8 * n_workers)))
    chunks = [(a, min(a + size, ready.draws)) for a in range(0, ready.draws, size)]
    free = [_Thread(ready, out, record) for _ in range(n_workers)]

    def work(first: int, last: int) -> int:
        mine = free.pop()
        try:
            mine.run(first, last, people)
        finally:
            free.append(mine)
        return last - first

    if n_workers == 1:
        done = (work(*chunk) for chunk in chunks)
    else:
        pool = Parallel(n_jobs=n_workers, backend="threading", return_as="generator")
        done = pool(delayed(work)(*chunk) for chunk in chunks)
    for n in done:
        if progress is not None:
            progress(n)
    return out, record


class _Thread:
    """What one thread runs draws with."""

    def __init__(self, ready: Prepared, out: t.Output, record: EconomyRecord | None):
        memory = make_memory(ready.city, ready.n_days)
        self.ready = ready
        self.economy: Any = None
        if ready.economy is not None and record is not None:
            economy, memory = join(ready.economy, record, memory)
            self.economy = pack(economy)
        self.scratch = memory.scratch
        self.city, self.memory, self.out = pack(ready.city), pack(memory), pack(out)

    def run(self, first: int, last: int, people: dict[int, np.ndarray] | None = None) -> None:
        """Run draws ``first`` to ``last - 1``; copy the records of each into ``people``."""
        pars, seed = self.ready.pars, self.ready.seed
        # records last until the next draw: where they are wanted, one draw at a time
        step = last - first if self.economy is not None and people is None else 1
        for w in range(first, last, step):
            if self.economy is not None:
                run_both(self.city, self.memory, self.economy, pars, self.out, w, w + step, seed)
            else:
                run_draw(self.city, self.memory, pars, self.out, w, seed)
            if people is not None:
                people[w] = np.array(self.scratch.people[: int(self.scratch.n[t.N_PEOPLE])])


def draws_table(run: Run, names: Sequence[str]) -> Any:
    """Return one row for each draw with the totals of some variables, as a DataFrame."""
    import pandas as pd

    return pd.DataFrame(
        {
            name: run.data[name].sum([d for d in run.data[name].dims if d != "draw"])
            for name in names
        }
    )
