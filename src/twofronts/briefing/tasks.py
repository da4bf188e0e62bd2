"""The brief's work, step by step: reports, situation, residents, rulebooks played, evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from twofronts.briefing import gather
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.fitted import USUAL, Beginning, Effort, begin
from twofronts.city import City, load_city
from twofronts.errors import Problem, ReportError
from twofronts.measures import Rulebook, load_catalogue, load_rulebook, to_toml
from twofronts.parameters import Parameters, load_parameters
from twofronts.situation import Situation, situation

if TYPE_CHECKING:
    from twofronts.planning import Run

COMPARED = ("held", "meeting", "open")
STALE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: how long, how often, with which rulebooks."""

    days: int = 60
    draws: int = 400
    seed: int = 0
    scale: float = 1.0
    rulebooks: tuple[str, ...] = COMPARED
    goal: str = "work"
    effort: Effort = USUAL


# Told the step's name and how far it is, from 0 to 1
Tell = Callable[[str, float], None]


def silent(step: str, done: float) -> None:
    """Say nothing."""


def look_at(city: City, as_of: dt.date, parameters: Parameters) -> Situation:
    """Return the situation on a day, refusing a day that the reports do not reach.

    Raises
    ------
    ReportError
        If nothing was reported up to the day, or the last report is more than a week older.
    """
    found = situation(city, as_of=as_of, parameters=parameters)
    gather.reports_of(found)
    last = found.reports.known_on(as_of)["date"].max().date()
    if (as_of - last).days > STALE_DAYS:
        raise ReportError(
            Problem(
                what=f"the last report of {city.name_en} before {as_of} is of {last}",
                why="days without a report would pass for days without a case",
                remedy=f"give --as-of {last}, or add the later reports to reports.csv",
                file="reports.csv",
            )
        )
    return found


def collect(
    city_name: str, as_of: dt.date | None, plan: Plan, tell: Tell = silent, early: Any = None
) -> Evidence:
    """Do the work and return the evidence.

    Parameters
    ----------
    city_name : str
        A built-in city or a folder.
    as_of : date or None
        The city's own date if None.
    plan : Plan
    tell : callable
        Told of progress.
    early : callable, optional
        Called with the situation as soon as it is known, for first figures.
    """
    from twofronts.city import build_residents

    tell("reports", 0.0)
    city = load_city(city_name)
    parameters = load_parameters()
    as_of = as_of or city.as_of
    found = look_at(city, as_of, parameters)
    if early is not None:
        early(found)
    tell("residents", 0.0)
    residents = build_residents(city, seed=plan.seed, scale=plan.scale)
    catalogue = load_catalogue()
    options: dict[str, Any] = {}
    inputs = {"city": city.digest(), "parameters": parameters.digest()}
    inputs |= {"residents": residents.digest(), "catalogue": catalogue.digest()}
    inputs |= {"reports": found.reports.digest()}
    dates: tuple[dt.date, ...] = ()
    notes: list[str] = [*residents.notes, *found.manifest.notes]
    tell("fit", 0.0)
    start = begin(
        city, residents, found.series, parameters, draws=plan.draws, seed=plan.seed,
        effort=plan.effort, progress=lambda done: tell("fit", done),
    )  # fmt: skip
    notes += start.notes
    for i, name in enumerate(plan.rulebooks):
        tell("play", i / len(plan.rulebooks))
        book = load_rulebook(name)
        run = _play(city, book, residents, plan, as_of, start, _share(tell, i, plan))
        notes += [f"{name}: {line}" for line in (*run.manifest.notes, *run.status.advice)]
        dates = gather.dates_of(run.data, as_of)
        options[name] = gather.option_of(
            name,
            gather.names_of(book),
            run.data,
            staff=np.asarray(residents.staff, dtype=np.float64),
            sites=np.asarray(residents.n_sites, dtype=np.float64),
            residents=len(residents),
            measures=gather.measures_of(book, catalogue),
            rulebook=to_toml(book),
        )
        inputs[f"rulebook {name}"] = book.digest()
    tell("play", 1.0)
    reports = gather.reports_of(found)
    estimates = gather.estimates_of(found)
    return Evidence(
        place=gather.place_of(
            city,
            as_of,
            residents=len(residents),
            staff=float(residents.staff.sum()),
            scale=plan.scale,
        ),
        as_of=as_of,
        dates=dates,
        reports=reports,
        estimates=replace(estimates, notes=estimates.notes + start.advice),
        options=options,
        draws=plan.draws,
        seed=plan.seed,
        goal=plan.goal,
        fitted=start.fitted,
        unfitted=start.reason,
        assumptions=gather.assumptions_of(parameters) + gather.city_assumptions(city),
        gaps=gather.gaps_of(city, reports),
        assumed_tables=gather.assumed_tables(city),
        notes=tuple(dict.fromkeys(notes)),
        inputs=inputs,
        settings={
            "days": plan.days,
            "draws": plan.draws,
            "as_of": as_of.isoformat(),
            "goal": plan.goal,
            "fit": asdict(plan.effort) if start.fitted else start.reason,
        },
    )


def _share(tell: Tell, done: int, plan: Plan) -> Callable[[int], None]:
    """Return what counts the draws of one rulebook and tells how far all of them are."""
    played = 0

    def count(n: int) -> None:
        nonlocal played
        played += n
        tell("play", (done + played / plan.draws) / len(plan.rulebooks))

    return count


def _play(
    city: City,
    book: Rulebook,
    residents: Any,
    plan: Plan,
    as_of: dt.date,
    start: Beginning,
    count: Any,
) -> Run:
    from twofronts.planning import play

    return play(
        city,
        book,
        residents=residents,
        days=plan.days,
        draws=plan.draws,
        seed=plan.seed,
        # the reports are to the end of the day, so the options differ from the next morning on
        start=as_of + dt.timedelta(days=1),
        initial=start.state,
        progress=count,
    )
