"""Forecast: the fitted draws go on, under the rules in force or under any other rulebook."""

from __future__ import annotations

import time

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.manifest import Manifest
from twofronts.measures.rulebook import Rulebook
from twofronts.parameters import Parameters
from twofronts.situation.engine import prepare_engine
from twofronts.situation.fit import Fit
from twofronts.situation.forecasts import Forecast
from twofronts.situation.grades import Thresholds
from twofronts.situation.reports import Series, confirmed_total, reports_of, series_of
from twofronts.situation.stays import patients_ahead
from twofronts.wording import Said

MODEL = "fit"
MOST_AHEAD = 28


def check_ahead(ahead: int) -> None:
    """Refuse a forecast of a number of days that says nothing.

    Raises
    ------
    ScenarioError
        If it is below 1 or above ``MOST_AHEAD``.
    """
    if not 1 <= ahead <= MOST_AHEAD:
        raise ScenarioError(
            Problem(
                what=f"a forecast of {ahead} days",
                why=f"beyond {MOST_AHEAD} days it says little; below 1 there is nothing to say",
                remedy=f"ask for 1 to {MOST_AHEAD} days",
            )
        )


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
    district are too few to fit. Patients in care start from those reported and leave as the city's
    own reports of cured patients say; without such reports as the simulator's do.

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
    check_ahead(ahead)
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
        "in_care": _in_care(series, cases, out.in_care[:, last + 1 :], now.parameters, now.seed),
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
    narrowed = " -> ".join(f"{t:.2f}" for t in fitted.tolerance)
    return Manifest(
        what="forecast",
        seed=engine.seed,
        inputs={
            "city": engine.city.digest(),
            "residents": engine.residents.digest(),
            "parameters": engine.parameters.digest(),
        },
        notes=(
            Said(
                f"{fitted.n_draw} draws from {fitted.n_simulated} simulated; tolerance {narrowed}",
                f"模拟 {fitted.n_simulated} 次，取 {fitted.n_draw} 次；容差 {narrowed}",
            ),
            Said(
                "cases fall to districts as their known cases do",
                "病例按各区已知病例的比例分到各区",
            ),
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
    return confirmed_total(series)[0][1:]


def _drop_first(counts: np.ndarray, n: int) -> np.ndarray:
    """Take ``n`` cases off the earliest days: a cumulative count by district covers them."""
    left = counts.copy()
    before = np.minimum(np.cumsum(counts), n)
    left -= np.diff(before, prepend=0)
    return left


def _in_care(
    series: Series, cases: np.ndarray, simulated: np.ndarray, parameters: Parameters, seed: int
) -> np.ndarray:
    """Return patients in care to come, float64[draw, day, 1]."""
    ahead = patients_ahead(series, cases, parameters=parameters, seed=seed)
    return (simulated.astype(float) if ahead is None else ahead)[:, :, None]


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


def chance_of_more_simulated(
    fitted: Fit,
    *,
    rulebook: Rulebook | str | None = None,
    held: Rulebook | str = "held",
    ahead: int = 60,
    workers: int | None = None,
) -> np.ndarray:
    """Return, for each day ahead, the chance that cases are reported in the four weeks after it.

    Unlike the closed forms it holds imports, tests, tracing and the day a case is reported; every
    posterior draw lives on under the rules given. Where imports go on it need not fall to 0.

    Parameters
    ----------
    fitted : Fit
    rulebook : Rulebook or str, optional
        From the next day on; what is in force if left out.
    held : Rulebook or str
    ahead : int
        Days looked ahead. [d]
    workers : int, optional

    Returns
    -------
    float64[ahead]
        Entry 0 is the as-of day itself. [1]
    """
    now = fitted.engine
    engine = prepare_engine(
        now.city,
        now.residents,
        now.parameters,
        start=now.start,
        as_of=now.as_of,
        ahead=ahead + MOST_AHEAD,
        draws=now.draws,
        seed=now.seed,
        breaks=now.breaks,
        held=held,
        then=rulebook,
    )
    # a draw that goes far beyond the past's total has its answer: there are more cases
    past = fitted.particles.confirmed.sum(axis=1)
    most = np.full(engine.n_day, int(past.max()) + 300)
    out = engine.simulate(fitted.particles.pars, fitted.particles.luck, most=most, workers=workers)
    total = out.confirmed[:, engine.last :].cumsum(axis=1)
    more = total[:, MOST_AHEAD : MOST_AHEAD + ahead] > total[:, :ahead]
    return (more | (out.done == 0)[:, None]).mean(axis=0)
