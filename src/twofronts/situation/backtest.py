"""Forecasts of past days, made again with what was known then, scored against what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.city import City
from twofronts.parameters import Parameters, load_parameters
from twofronts.situation.baselines import last_level, last_value, leaving_at_rate, renewal
from twofronts.situation.city_fit import fit_city
from twofronts.situation.forecasting import check_ahead, forecast
from twofronts.situation.forecasts import Forecast, score_table, summary
from twofronts.situation.history import keep
from twofronts.situation.imports import split_cases
from twofronts.situation.intervals import default_interval
from twofronts.situation.reports import CITY, Series, reports_of, series_of
from twofronts.situation.status import Status
from twofronts.situation.stays import leaving_of
from twofronts.wording import Said, date_words

LAST_VALUE, RENEWAL = "last value", "closed-form renewal"


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """Scores of past forecasts.

    ``scores`` has a row for each forecast and day that has come, ``by_target`` and ``by_horizon``
    are their means.
    """

    scores: pd.DataFrame
    by_target: pd.DataFrame
    by_horizon: pd.DataFrame
    by_day: pd.DataFrame
    status: Status


def baseline_forecasts(
    city: City, series: Series, *, ahead: int, draws: int, seed: int, parameters: Parameters
) -> list[Forecast]:
    """Return the two baselines of a day, for the city's cases, patients in hospital and deaths.

    Patients and deaths of the renewal equation: its cases come in, patients leave and die at the
    rates of the last week and of all days so far.

    Parameters
    ----------
    city : City
    series : Series
        As known on the day.
    ahead : int
        Days ahead. [d]
    draws, seed : int
    parameters : Parameters

    Returns
    -------
    list of Forecast
        Last value, closed-form renewal.
    """
    split = split_cases(series, city=city, parameters=parameters)
    a = series.area(CITY)
    counts = np.nan_to_num(series.new["new_confirmed"][a])
    deaths = np.nan_to_num(series.new["new_deaths"][a])
    care = series.level["in_hospital"][a]
    some = {"horizon": ahead, "draws": draws, "seed": seed}
    last: dict[str, np.ndarray] = {"cases": last_value(counts, **some)}
    new = renewal(
        split.local[a],
        split.imported[a],
        interval=default_interval(parameters),
        imported_infectiousness=parameters.value("reproduction.imported_infectiousness"),
        **some,
    )
    renewed: dict[str, np.ndarray] = {"cases": new}
    if np.isfinite(care).any():
        now = float(care[np.flatnonzero(np.isfinite(care))[-1]])
        left = float(np.nansum(leaving_of(series)[-7:]))
        last["in_care"] = last_level(care, **some)
        renewed["in_care"], _ = leaving_at_rate(
            now, new, left, float(np.nansum(care[-8:-1])), seed=seed
        )
        last["deaths"] = last_value(deaths, **some)
        _, renewed["deaths"] = leaving_at_rate(
            now, new, float(deaths.sum()), float(np.nansum(care)), seed=seed + 1
        )
    return [
        Forecast(
            series.as_of, name, (CITY,), {k: v[:, :, None].astype(float) for k, v in made.items()}
        )
        for name, made in ((LAST_VALUE, last), (RENEWAL, renewed))
    ]


def backtest(
    city: City,
    *,
    residents: Any,
    days: Sequence[dt.date] | None = None,
    step: int = 2,
    ahead: int = 7,
    draws: int = 300,
    seed: int = 0,
    parameters: Parameters | None = None,
    folder: Path | str | None = None,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
    **settings: Any,
) -> Backtest:
    """Fit and forecast again for past days, and score.

    Each day uses the reports and the rules known on it. Arrivals and dated parameters are those of
    the city's tables, which were written later: that much hindsight remains.

    Parameters
    ----------
    city : City
    residents : Residents
        The whole city.
    days : sequence of date, optional
        As-of days; if left out, every ``step`` days from a week after the first case on.
    step : int
        [d]
    ahead : int
        Days ahead. [d]
    draws, seed : int
        Of each fit.
    parameters : Parameters, optional
    folder : Path or str, optional
        Forecasts are kept there.
    workers : int, optional
    progress : callable, optional
    **settings
        Of the fit.

    Returns
    -------
    Backtest
    """
    check_ahead(ahead)
    parameters = parameters or load_parameters()
    reports = reports_of(city.reports, areas=city.district_codes)
    after = series_of(reports, city.as_of)
    tables = []
    settings = {"per_round": 600, "budget": 4 * draws} | settings
    for day in days or as_of_days(after, step):
        known = series_of(reports, day)
        fitted = fit_city(
            city, residents=residents, as_of=day, draws=draws, seed=seed, parameters=parameters,
            workers=workers, **settings,
        )  # fmt: skip
        made = [forecast(fitted, ahead=ahead, workers=workers)]
        made += baseline_forecasts(
            city, known, ahead=ahead, draws=2000, seed=seed, parameters=parameters
        )
        for one in made:
            tables.append(one.table())
            if folder is not None:
                keep(one, folder)
        if progress is not None:
            n, seconds = fitted.n_simulated, f"{fitted.wall_time_s:.0f}"
            progress(
                Said(
                    f"{day}: {n} draws in {seconds} s",
                    f"{date_words(day, 'zh')}：模拟 {n} 次，用时 {seconds} 秒",
                )
            )
    return scored(pd.concat(tables, ignore_index=True), after)


def as_of_days(series: Series, step: int) -> list[dt.date]:
    """Return past days to forecast from: every ``step`` days from a week after the first case."""
    counts = np.nan_to_num(series.new["new_confirmed"][series.area(CITY)])
    first = int(np.flatnonzero(counts)[0]) + 7 if counts.any() else counts.size
    return [series.dates[i].date() for i in range(first, counts.size - 1, step)]


def scored(forecasts: pd.DataFrame, series: Series) -> Backtest:
    """Score kept forecasts against reports.

    Parameters
    ----------
    forecasts : DataFrame
        As :func:`twofronts.situation.history.read_history`.
    series : Series
        Reports up to a later day.

    Returns
    -------
    Backtest
        Of the whole city; districts are scored where they were reported.
    """
    scores = score_table(forecasts, series)
    city = scores[scores["area"] == CITY]
    status = Status()
    if city.empty:
        status = status.also(
            "none",
            "None of the days forecast has been reported yet: there is nothing to score.",
            "预测的日期尚无报告，无法评分。",
        )
    return Backtest(
        scores,
        summary(city, ["target"]),
        summary(city, ["target", "horizon"]),
        summary(city, ["target", "as_of"]),
        status,
    )
