"""Fit the simulator to a city's own reports: where its past begins, what it is held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np

from twofronts.city import City
from twofronts.errors import Problem, ScenarioError
from twofronts.measures.rulebook import Rulebook
from twofronts.parameters import Parameters, load_parameters
from twofronts.situation.engine import prepare_engine
from twofronts.situation.fit import Fit, Target, fit
from twofronts.situation.imports import imported_totals
from twofronts.situation.reports import CITY, Series, reports_of, series_of


def target_of(series: Series, city: City, start: dt.date) -> Target:
    """Return what a fit is held against: the city's reports, and its cases by origin if known.

    Parameters
    ----------
    series : Series
        As known on the as-of date.
    city : City
        Its totals by origin are of its own as-of date; they count from a week before it on.
    start : date
        First day of the simulation.

    Returns
    -------
    Target
    """
    counts = series.new["new_confirmed"][series.area(CITY)]
    early = (series.start - start).days
    if early < 0:
        counts, early = counts[-early:], 0
    # before the first report nobody was looking: those days count as reports of none
    confirmed = np.concatenate([np.zeros(early), counts])
    totals = imported_totals(city)
    recent = (city.as_of - series.as_of).days <= 7
    if totals is None or not recent:
        return Target(confirmed)
    return Target(confirmed, imported=totals[0], local=totals[1] - totals[0])


def first_day_of(city: City, series: Series) -> dt.date:
    """Return the day a simulation of the city's past begins: with its first known arrivals."""
    if city.arrivals.empty:
        return series.start - dt.timedelta(days=14)
    return min(city.arrivals["date"].min().date(), series.start)


def transmission_breaks(city: City, as_of: dt.date) -> tuple[dt.date, ...]:
    """Return the days from which transmission has a factor of its own: the emergency's first.

    Where no emergency is dated it is the first dated policy.
    """
    policies = city.policies
    declared = policies[policies["measure"] == "emergency_response"]
    dates = sorted(d.date() for d in (policies if declared.empty else declared)["date"])
    return tuple(d for d in dates[:1] if d <= as_of - dt.timedelta(days=5))


def fit_city(
    city: City,
    *,
    residents: Any,
    as_of: dt.date | None = None,
    draws: int = 2000,
    seed: int = 0,
    held: Rulebook | str = "held",
    parameters: Parameters | None = None,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
    **settings: Any,
) -> Fit:
    """Fit the simulator to a city's reports.

    Parameters
    ----------
    city : City
    residents : Residents
        The whole city (scale 1): reports are whole counts.
    as_of : date, optional
        Later reports are not used; the city's own date if left out.
    draws : int
        Posterior draws.
    seed : int
    held : Rulebook or str
        What is in force on ``as_of``.
    parameters : Parameters, optional
    workers : int, optional
    progress : callable, optional
    **settings
        Of :func:`twofronts.situation.fit.fit`.

    Returns
    -------
    Fit

    Raises
    ------
    ScenarioError
        If nothing was reported, the residents are not the whole city, or a number is out of range.
    """
    as_of = as_of or city.as_of
    parameters = parameters or load_parameters()
    series = series_of(reports_of(city.reports, areas=city.district_codes), as_of)
    _check(series, residents, as_of, {"draws": (draws, 1), "seed": (seed, 0)})
    start = first_day_of(city, series)
    engine = prepare_engine(
        city,
        residents,
        parameters,
        start=start,
        as_of=as_of,
        draws=1000,
        seed=seed,
        breaks=transmission_breaks(city, as_of),
        held=held,
    )
    target = target_of(series, city, start)
    return fit(
        engine, target, draws=draws, seed=seed, workers=workers, progress=progress, **settings
    )


def _check(
    series: Series, residents: Any, as_of: dt.date, least: dict[str, tuple[int, int]]
) -> None:
    counts = series.new["new_confirmed"][series.area(CITY)]
    problems = [
        Problem(
            what=f"{name} is {value}",
            why=f"a fit takes a whole number from {low} on",
            remedy=f"write {max(low, 1)} or more",
        )
        for name, (value, low) in least.items()
        if not low <= value < 2**63
    ]
    if np.nansum(counts) < 1:
        problems.append(
            Problem(
                what=f"no case was reported up to {as_of}",
                why="a fit needs cases to be held against",
                remedy="play the city from initial infections of your own instead",
            )
        )
    if residents.scale != 1.0:
        problems.append(
            Problem(
                what=f"residents at scale {residents.scale:g}",
                why="reports are counts of the whole city",
                remedy="build the residents at scale 1",
            )
        )
    if problems:
        raise ScenarioError(problems)
