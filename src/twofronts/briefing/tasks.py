"""The brief's work, step by step: reports, situation, residents, rulebooks played, evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from twofronts.briefing import gather
from twofronts.briefing.checks import load_checks
from twofronts.briefing.evidence import PLAN, Evidence, Option, Place
from twofronts.briefing.fitted import QUICK, USUAL, Beginning, Effort, begin
from twofronts.briefing.planned import (
    SHOWN,
    book_of,
    not_searched,
    option_of,
    search_of,
    with_parts,
)
from twofronts.city import City, load_city
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.parameters import Parameters, load_parameters
from twofronts.planning import Plan, compare, make_plan
from twofronts.planning.comparing import open_stage
from twofronts.planning.rulespace import TODAY
from twofronts.planning.stage import Stage
from twofronts.situation import Situation, situation
from twofronts.situation.linelist import LineList
from twofronts.situation.reached import check_reached


@dataclass(frozen=True, slots=True)
class Order:
    """What to do: how long, how often, how hard to search.

    Parameters
    ----------
    days : int
        Ahead. [d]
    draws : int
        Courses that the search has not seen, on which every option is shown.
    fitted : int
        Fitted beginnings that they share.
    second : int
        Courses between the search's and those, on which the plan is chosen.
    explained, detail : int
        Of the unseen courses, those on which single measures are judged, and those told by sector
        and district.
    budget, judged : int
        Rulebooks that the search tries, and courses on which it judges the best.
    seed, scale, goal, effort :
        Of everything; of the residents; see ``planning.goals``; of the fit.
    """

    days: int = 60
    draws: int = 1000
    fitted: int = 400
    second: int = 1000
    explained: int = 200
    detail: int = 100
    budget: int = 2000
    judged: int = 64
    seed: int = 0
    scale: float = 1.0
    goal: str = "balanced"
    effort: Effort = USUAL


def order_of(*, quick: bool, draws: int | None, budget: int | None, **wanted: Any) -> Order:
    """Return an order, quick or in full; ``draws`` and ``budget`` go before what those would take.

    Parameters
    ----------
    quick : bool
        Fewer courses, a smaller fit and search.
    draws, budget : int, optional
    **wanted
        Further fields of the order.
    """
    order = Order(**wanted)
    if quick:
        order = replace(
            order, draws=200, fitted=100, second=160, explained=64, detail=48, budget=200,
            judged=32, effort=QUICK,
        )  # fmt: skip
    if draws is not None:
        # few courses are for a try: nothing else need rest on more of them
        order = replace(order, draws=draws, fitted=min(order.fitted, draws))
    return order if budget is None else replace(order, budget=budget)


# Told the step's name and how far it is, from 0 to 1
Tell = Callable[[str, float], None]


def silent(step: str, done: float) -> None:
    """Say nothing."""


def look_at(
    city: City, as_of: dt.date, parameters: Parameters, lines: LineList | None = None
) -> Situation:
    """Return the situation on a day, refusing a day that the reports do not reach.

    Parameters
    ----------
    city : City
    as_of : date
    parameters : Parameters
    lines : LineList, optional
        Cases one by one.

    Raises
    ------
    ReportError
        If nothing was reported up to the day, or the last report is more than a week older.
    """
    found = situation(city, as_of=as_of, line_list=lines, parameters=parameters)
    gather.reports_of(found)
    check_reached(found.reports, as_of, name=city.name_en, file="reports.csv")
    return found


def collect(
    city_name: str, as_of: dt.date | None, order: Order, tell: Tell = silent, early: Any = None,
    begun: Beginning | None = None, searched: Callable[[Plan], None] | None = None,
    lines: LineList | None = None,
) -> Evidence:  # fmt: skip
    """Do the work and return the evidence.

    Parameters
    ----------
    city_name : str
        A built-in city or a folder.
    as_of : date or None
        The city's own date if None.
    order : Order
    tell : callable
        Told of progress.
    early : callable, optional
        Called with the evidence of a first look, before the search.
    begun : Beginning, optional
        Where the options begin, if a fit to the same reports was kept (``briefing.kept``).
    searched : callable, optional
        Called with the plan that the search found, whose front the evidence does not hold.
    lines : LineList, optional
        Cases one by one, for the situation that the brief tells.
    """
    from twofronts.city import build_residents

    tell("reports", 0.0)
    city = load_city(city_name)
    parameters = load_parameters()
    as_of = as_of or city.as_of
    found = look_at(city, as_of, parameters, lines)
    tell("residents", 0.0)
    residents = build_residents(city, seed=order.seed, scale=order.scale)
    tell("fit", 0.0)
    start = begun or begin(
        city, residents, found.series, parameters, draws=order.fitted, seed=order.seed,
        effort=order.effort, progress=lambda done: tell("fit", done),
    )  # fmt: skip
    # the reports are to the end of the day, so the options differ from the next morning on
    shared = {
        "residents": residents,
        "days": order.days,
        "start": as_of + dt.timedelta(days=1),
        "parameters": parameters,
    }
    stage = open_stage(
        city, draws=order.judged, seed=order.seed, initial=start.state,
        before=load_rulebook(TODAY), **shared,
    )  # fmt: skip
    if early is not None:
        early(first_look(stage, found, order))
    plan = make_plan(
        city, goal=order.goal, seed=order.seed, budget=order.budget, draws=order.judged,
        fresh=order.draws, second=order.second, explained=order.explained, initial=start.state,
        stage=stage, tell=tell,
        progress=lambda p: tell("search", p.share), **shared,
    )  # fmt: skip
    if searched is not None:
        searched(plan)
    options, notes = played(city, plan, shared, order, tell)
    reports, estimates = gather.reports_of(found), gather.estimates_of(found)
    return Evidence(
        place=place_at(stage, found, order),
        as_of=as_of,
        dates=tuple(shared["start"] + dt.timedelta(days=d) for d in range(order.days)),
        reports=reports,
        estimates=replace(estimates, notes=estimates.notes + start.advice),
        options=options,
        search=search_of(plan, tuple(options), parameters),
        draws=order.draws,
        detail=min(order.detail, order.draws),
        seed=order.seed,
        fitted=start.fitted,
        unfitted=start.reason,
        assumptions=gather.assumptions_of(parameters) + gather.city_assumptions(city),
        gaps=gather.gaps_of(city, reports),
        assumed_tables=gather.assumed_tables(city),
        checks=load_checks(),
        notes=tuple(dict.fromkeys((*residents.notes, *found.manifest.notes, *start.notes, *notes))),
        inputs=plan.manifest.inputs
        | {"catalogue": load_catalogue().digest(), "reports": found.reports.digest()},
        settings=asdict(order) | {"as_of": as_of.isoformat(), "no_fit": start.reason},
    )


def first_look(stage: Stage, found: Situation, order: Order) -> Evidence:
    """Return the evidence before any search: the situation, and what is decided or may be lifted.

    Parameters
    ----------
    stage : Stage
        Its courses are the search's own.
    found : Situation
    order : Order
    """
    names = tuple(name for name in SHOWN if name != PLAN)
    compared = compare(stage.city, names, stage=stage, goal=order.goal)
    options = {k: option_of(compared, k, residents=len(stage.residents)) for k in names}
    return Evidence(
        place=place_at(stage, found, order),
        as_of=found.as_of,
        dates=tuple(stage.start + dt.timedelta(days=d) for d in range(stage.days)),
        reports=gather.reports_of(found),
        estimates=gather.estimates_of(found),
        options=options,
        search=not_searched(compared, names, wave=stage.wave, counted=int(stage.world.counted[0])),
        draws=stage.draws,
        detail=0,
        seed=order.seed,
    )


def place_at(stage: Stage, found: Situation, order: Order) -> Place:
    """Return the city as the brief shows it."""
    residents = stage.residents
    return gather.place_of(
        stage.city,
        found.as_of,
        residents=len(residents),
        staff=float(residents.staff.sum()),
        scale=order.scale,
    )


def played(
    city: City, plan: Plan, shared: dict[str, Any], order: Order, tell: Tell
) -> tuple[dict[str, Option], list[str]]:
    """Return the options on the plan's unseen courses, and what the runs say of themselves.

    Sectors and districts are from the first of the same courses, run again in full.
    """
    from twofronts.planning import play
    from twofronts.planning.beginning import begin_draws

    residents, stage = shared["residents"], plan.unseen
    staff = np.asarray(residents.staff, dtype=np.float64)
    sites = np.asarray(residents.n_sites, dtype=np.float64)
    draws = min(order.detail, stage.draws)
    options: dict[str, Option] = {}
    notes = [f"search: {line}" for line in (*plan.status.advice, *stage.notes)]
    for i, key in enumerate(SHOWN):
        tell("play", i / len(SHOWN))
        run = play(
            city, book_of(plan, key), draws=draws, seed=stage.seed,
            initial=begin_draws(stage.initial, draws), counted=int(stage.world.counted[0]),
            before=stage.before, **shared,
        )  # fmt: skip
        notes += [f"{key}: {line}" for line in run.status.advice]
        option = option_of(plan.fresh, key, residents=len(residents))
        options[key] = with_parts(option, run.data, staff=staff, sites=sites)
    tell("play", 1.0)
    return options, notes
