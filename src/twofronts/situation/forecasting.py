"""Forecast: the fitted draws go on, under the rules in force or under any other rulebook."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from twofronts.city import City
from twofronts.errors import Problem, ScenarioError
from twofronts.manifest import Manifest
from twofronts.measures.rulebook import Rulebook
from twofronts.parameters import Parameters, load_parameters
from twofronts.situation.engine import prepare_engine
from twofronts.situation.fit import Fit, Target, fit
from twofronts.situation.forecasts import Forecast
from twofronts.situation.grades import Thresholds
from twofronts.situation.imports import imported_totals
from twofronts.situation.reports import CITY, Series, reports_of, series_of

MODEL = "fit"
MOST_AHEAD = 28


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
    """Return the days from which transmission has a factor of its own: the first dated policy."""
    dates = sorted(d.date() for d in city.policies["date"])
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
        If nothing was reported, or the residents are not the whole city.
    """
    as_of = as_of or city.as_of
    parameters = parameters or load_parameters()
    series = series_of(reports_of(city.reports, areas=city.district_codes), as_of)
    _check(series, residents, as_of)
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


def _check(series: Series, residents: Any, as_of: dt.date) -> None:
    counts = series.new["new_confirmed"][series.area(CITY)]
    problems = []
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


def forecast(
    fitted: Fit,
    *,
    ahead: int = 14,
    rulebook: Rulebook | str | None = None,
    held: Rulebook | str = "held",
    model: str = MODEL,
    workers: int | None = None,
) -> Forecast:
    """Forecast cases, patients in care and deaths by district.

    Every posterior draw goes through the past it was kept for, and on. The city's cases are those
    of the simulator; they fall to districts as their known cases do (Dirichlet), since reports by
    district are too few to fit. Patients in care start from those reported.

    Parameters
    ----------
    fitted : Fit
    ahead : int
        Days, 1 to 28. [d]
    rulebook : Rulebook or str, optional
        Takes the place of what is in force on the day after; nothing changes if left out.
    held : Rulebook or str
        What is in force, as given to the fit.
    model : str
        Name that the forecast carries.
    workers : int, optional

    Returns
    -------
    Forecast

    Raises
    ------
    ScenarioError
        If ``ahead`` is out of range.
    """
    if not 1 <= ahead <= MOST_AHEAD:
        raise ScenarioError(
            Problem(
                what=f"a forecast of {ahead} days",
                why=f"beyond {MOST_AHEAD} days it says little; below 1 there is nothing to say",
                remedy=f"ask for 1 to {MOST_AHEAD} days",
            )
        )
    begun = time.perf_counter()
    now = fitted.engine
    engine = prepare_engine(
        now.city,
        now.residents,
        now.parameters,
        start=now.start,
        as_of=now.as_of,
        ahead=ahead,
        draws=now.draws,
        seed=now.seed,
        breaks=now.breaks,
        held=held,
        then=rulebook,
    )
    out = engine.simulate(fitted.particles.pars, fitted.particles.luck, workers=workers)
    series = series_of(reports_of(now.city.reports, areas=now.city.district_codes), now.as_of)
    last = engine.last
    rng = np.random.default_rng([now.seed, 3])
    cases = out.confirmed[:, last + 1 :]
    past, future = _by_district(series, cases, rng)
    draws = {
        "cases": np.concatenate([cases[:, :, None], future], axis=2),
        "in_care": _in_care(series, out.in_care[:, last:])[:, :, None],
        "deaths": out.deaths[:, last + 1 :][:, :, None].astype(float),
    }
    draws = {k: _spread(v, draws["cases"].shape[2], past, rng) for k, v in draws.items()}
    grades = grade_chances(series, past, future, Thresholds.of(now.parameters))
    name = rulebook if isinstance(rulebook, str) else getattr(rulebook, "name", "as held")
    return Forecast(
        as_of=now.as_of,
        model=model,
        areas=series.areas,
        draws=draws,
        grades=grades,
        manifest=_manifest(fitted, name or "as held", ahead, time.perf_counter() - begun),
    )


def _manifest(fitted: Fit, rulebook: str, ahead: int, seconds: float) -> Manifest:
    engine = fitted.engine
    return Manifest(
        what="forecast",
        seed=engine.seed,
        inputs={
            "city": engine.city.digest(),
            "residents": engine.residents.digest(),
            "parameters": engine.parameters.digest(),
        },
        notes=(
            f"{fitted.n_draw} draws from {fitted.n_simulated} simulated; tolerance "
            + " -> ".join(f"{t:.2f}" for t in fitted.tolerance),
            "cases fall to districts as their known cases do",
        ),
        settings={"as_of": engine.as_of.isoformat(), "rulebook": rulebook, "days": ahead},
        wall_time_s=round(fitted.wall_time_s + seconds, 3),
    )


def _by_district(
    series: Series, cases: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return cases by draw, day and district: of the past as far as undated, and to come."""
    n_draw = cases.shape[0]
    known = series.new["new_confirmed"][1:]
    city = np.nan_to_num(series.new["new_confirmed"][0])
    reported = np.nan_to_num(known)
    total = _district_totals(series)
    share = rng.dirichlet(total + 1.0, size=n_draw)
    # days and cases of the city that no district report covers
    open_cases = np.maximum(city - reported.sum(axis=0), 0).astype(np.int64)
    placed = np.maximum(total - reported.sum(axis=1), 0).sum()
    open_cases = _drop_first(open_cases, int(placed))
    past = rng.multinomial(np.tile(open_cases, (n_draw, 1)), share[:, None, :])
    past = past + reported.T[None].astype(np.int64)
    future = rng.multinomial(cases, share[:, None, :])
    return past, future.astype(float)


def _district_totals(series: Series) -> np.ndarray:
    from twofronts.situation.reports import confirmed_total

    return confirmed_total(series)[0][1:]


def _drop_first(counts: np.ndarray, n: int) -> np.ndarray:
    """Take ``n`` cases off the earliest days: a cumulative count by district covers them."""
    left = counts.copy()
    before = np.minimum(np.cumsum(counts), n)
    left -= np.diff(before, prepend=0)
    return left


def _in_care(series: Series, simulated: np.ndarray) -> np.ndarray:
    """Return patients in care to come, moved to start from those reported: float64[draw, day]."""
    reported = series.level["in_hospital"][0]
    known = np.flatnonzero(np.isfinite(reported))
    ahead = simulated[:, 1:].astype(float)
    if not known.size:
        return ahead
    gap = reported[known[-1]] - simulated[:, :1]
    # those in care beyond the draw's own leave as its patients do
    leaving = np.clip(ahead / np.maximum(simulated[:, :1], 1.0), 0.0, 1.0)
    return np.maximum(ahead + gap * leaving, 0.0)


def _spread(
    values: np.ndarray, n_area: int, past: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Give a city-wide quantity to districts in proportion to their cases of each draw."""
    if values.shape[2] == n_area:
        return values.astype(float)
    weight = past.sum(axis=1) + 0.5
    share = weight / weight.sum(axis=1, keepdims=True)
    whole = np.floor(values[:, :, 0] + 0.5).astype(np.int64)
    return np.concatenate([values, rng.multinomial(whole, share[:, None, :]).astype(float)], axis=2)


def grade_chances(
    series: Series, past: np.ndarray, future: np.ndarray, thresholds: Thresholds
) -> np.ndarray:
    """Return the probability of each grade by day ahead and district.

    Clusters are not told apart: a district above the threshold with a new case counts as having
    one, which is the careful side.

    Parameters
    ----------
    series : Series
    past : float64[draw, day, district]
        Cases by day up to the as-of date. [persons/d]
    future : float64[draw, horizon, district]
        [persons/d]
    thresholds : Thresholds

    Returns
    -------
    float64[horizon, district, 3]
        [1]
    """
    total = _district_totals(series)[None, :] + 0.0 * past[:, 0]
    unplaced = past.sum(axis=1) - np.nan_to_num(series.new["new_confirmed"][1:]).sum(axis=1)
    total = total + unplaced
    n_past = past.shape[1]
    day = np.arange(n_past)[None, :, None]
    last = np.where(past > 0, day, -10_000).max(axis=1)
    chances = np.zeros((future.shape[1], future.shape[2], 3))
    for h in range(future.shape[1]):
        today = n_past + h
        total = total + future[:, h]
        last = np.where(future[:, h] > 0, today, last)
        new = (today - last < thresholds.new_days) & (total > 0)
        high = new & (total > thresholds.few_cases)
        chances[h, :, 2] = high.mean(axis=0)
        chances[h, :, 1] = (new & ~high).mean(axis=0)
        chances[h, :, 0] = (~new).mean(axis=0)
    return chances
