"""The arguments of a run, checked at the boundary."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from twofronts.errors import Problem, ScenarioError

_LIMITS = {
    "days": (1, 730, "a run lasts from one day to two years"),
    "draws": (1, 100_000, "each draw is one possible course"),
    "seed": (0, 2**63 - 1, "seeds are whole numbers from 0"),
    "workers": (1, 1024, "threads run side by side"),
    "fresh": (1, 100_000, "a plan is checked on draws that the search has not seen"),
    "second": (1, 100_000, "a plan is chosen on draws of its own"),
    "explained": (1, 100_000, "measures are taken out on some of the fresh draws"),
}


def _number(name: str, value: Any) -> Problem | None:
    low, high, why = _LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        return Problem(
            what=f"{name} is {value!r}", why=f"{why}: a whole number", remedy=f"write {name}={low}"
        )
    if not low <= value <= high:
        return Problem(
            what=f"{name} is {value}",
            why=f"{why}: between {low} and {high}",
            remedy="choose a value in that range",
        )
    return None


def _numbers(given: dict[str, Any]) -> list[Problem]:
    return [p for name, value in given.items() if (p := _number(name, value)) is not None]


def check_counts(**given: Any) -> None:
    """Refuse numbers of draws, days and threads out of range.

    Raises
    ------
    ScenarioError
        With every one that is.
    """
    problems = _numbers(given)
    if problems:
        raise ScenarioError(problems)


def read_date(value: Any, name: str) -> dt.date | Problem:
    """Return a date given as such or as text, or the problem with it."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as error:
        return Problem(
            what=f"{name} is {value!r}",
            why=f"not a date of the calendar ({error})",
            remedy="write it as 2020-02-18",
        )


def _start_problem(city: Any, start: dt.date) -> Problem | None:
    dates = [str(x)[:10] for x in city.reports["date"]]
    first = min((dt.date.fromisoformat(x) for x in dates), default=city.as_of)
    first = min(first, city.as_of) - dt.timedelta(days=60)
    last = city.as_of + dt.timedelta(days=365)
    if start < first:
        return Problem(
            what=f"start is {start}",
            why=f"the city's data begin about {first + dt.timedelta(days=60)}",
            remedy=f"start on {first} or later",
        )
    if start > last:
        return Problem(
            what=f"start is {start}",
            why=f"the city is described as of {city.as_of}, more than a year before",
            remedy=f"start on {last} or earlier, or give newer tables",
        )
    return None


def check_arguments(
    city: Any,
    residents: Any,
    *,
    days: Any,
    draws: Any,
    seed: Any,
    start: Any,
    workers: Any,
) -> dt.date:
    """Check the arguments of a run and return its start.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    given = {"days": days, "draws": draws, "seed": seed}
    if workers is not None:
        given["workers"] = workers
    problems = _numbers(given)
    day0 = city.as_of if start is None else read_date(start, "start")
    if isinstance(day0, Problem):
        problems.append(day0)
    elif found := _start_problem(city, day0):
        problems.append(found)
    if residents is not None and residents.city.digest() != city.digest():
        problems.append(
            Problem(
                what=f"the residents are of {residents.city.name_en}, the run of {city.name_en}",
                why="residents are built from the tables of one city",
                remedy="build_residents(city) from the same city",
            )
        )
    if problems or isinstance(day0, Problem):
        raise ScenarioError(problems)
    return day0
