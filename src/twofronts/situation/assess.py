"""The situation on a day: what was reported, how fast it moves, and how each district stands."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr

from twofronts.city import City, load_city
from twofronts.errors import Problem, ReportError
from twofronts.manifest import Manifest
from twofronts.parameters import Parameters, load_parameters
from twofronts.situation import variables  # noqa: F401  (declares the arrays)
from twofronts.situation.checks import check_reports
from twofronts.situation.grades import LEVELS, Grade, Thresholds
from twofronts.situation.grading import grade_districts
from twofronts.situation.growth import Growth, growth_rate
from twofronts.situation.imports import Split, split_cases
from twofronts.situation.intervals import SerialInterval, default_interval
from twofronts.situation.linelist import LineList
from twofronts.situation.onsets import Onsets, arrays_of, onsets_of
from twofronts.situation.outlook import Ending, ending_of, traced_ending
from twofronts.situation.reports import CITY, Reports, Series, reports_of, series_of
from twofronts.situation.reproduction import QUANTILES, reproduction_closed
from twofronts.situation.smoothed import default_prior, reproduction_smoothed
from twofronts.situation.status import Status, put_together
from twofronts.variables import dataset


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What the reports say on one day.

    ``data`` holds the arrays of ``variables.py`` on ``area`` ("city", then the district codes) and
    ``day`` (with ``date``); ``grades`` each district's grade by each date basis at hand;
    ``growth`` that of the city's new cases; ``ending`` whether it is over (None: nothing began);
    ``onsets`` the delays and the newest onsets where there is a line list.
    """

    city: City
    as_of: dt.date
    data: xr.Dataset
    grades: tuple[Grade, ...]
    growth: Growth
    ending: Ending | None
    onsets: Onsets | None
    interval: SerialInterval
    reports: Reports
    series: Series
    split: Split
    problems: tuple[Problem, ...]
    status: Status
    manifest: Manifest

    def grade(self, area: str, basis: str = "confirmation") -> Grade:
        """Return the grade of a district.

        Raises
        ------
        ReportError
            If the district has no grade by that basis.
        """
        for grade in self.grades:
            if grade.area == area and grade.basis == basis:
                return grade
        raise ReportError(
            Problem(
                what=f"no grade of {area!r} by {basis}",
                why="grades are by confirmation, and by onset where there is a line list",
                remedy=f"name one of {', '.join(self.city.district_codes)}",
            )
        )

    def reproduction(self, area: str = CITY) -> dict[float, float]:
        """Return the newest smoothed reproduction number of an area by quantile level."""
        row = self.data["estimated_r"].sel(area=area).isel(day=-1)
        return {float(q): float(row.sel(quantile=q)) for q in row["quantile"].values}


def situation(
    city: City | str | Path,
    *,
    as_of: dt.date | None = None,
    reports: Reports | None = None,
    line_list: LineList | None = None,
    interval: SerialInterval | None = None,
    thresholds: Thresholds | None = None,
    imported_share: float | np.ndarray | None = None,
    parameters: Parameters | None = None,
) -> Situation:
    """Work out the situation of a city at the end of a day.

    Parameters
    ----------
    city : City, str or Path
    as_of : date, optional
        Nothing published later is used; the city's own date if left out.
    reports : Reports, optional
        Those of the city's folder if left out.
    line_list : LineList, optional
    interval : SerialInterval, optional
        That of the parameter files if left out.
    thresholds : Thresholds, optional
        Of the district grades.
    imported_share : float or float64[day], optional
        See :func:`twofronts.situation.imports.split_cases`. [1]
    parameters : Parameters, optional

    Returns
    -------
    Situation

    Raises
    ------
    ReportError
        If a report is unreadable. Inconsistent reports are named in ``problems`` and in the
        status; they do not stop the work.
    """
    begun = time.perf_counter()
    city = city if isinstance(city, City) else load_city(city)
    as_of = as_of or city.as_of
    p = parameters or load_parameters()
    codes = list(city.district_codes)
    reports = reports or reports_of(city.reports, areas=codes, file="reports.csv")
    interval = interval or default_interval(p)
    series = series_of(reports, as_of)
    split = split_cases(
        series, city=city, line_list=line_list, imported_share=imported_share, parameters=p
    )
    arrays, found, ending = _estimates(series, split, interval, p, line_list)
    grades = grade_districts(
        series, codes, line_list=line_list, thresholds=thresholds or Thresholds.of(p)
    )
    by_code = {g.area: LEVELS.index(g.level) for g in grades if g.basis == "confirmation"}
    arrays["estimated_grade"] = np.array([by_code.get(a, -1) for a in series.areas])
    onsets = None
    if line_list is not None:
        onsets = onsets_of(line_list, series, interval=interval, parameters=p)
    arrays |= arrays_of(onsets, len(series.dates), len(QUANTILES))
    growth = growth_rate(np.nan_to_num(series.new["new_confirmed"][0]))
    problems = tuple(check_reports(reports))
    filed = _report_status(series, problems)
    if filed.ok:
        more = [] if onsets is None else [onsets.status]
        filed = put_together([filed, split.status, found, growth.status, *more])
    coords = {
        "area": list(series.areas),
        "day": np.arange(len(series.dates)),
        "date": ("day", series.dates),
        "quantile": list(QUANTILES),
    }
    prior = default_prior(p).sentence()
    manifest = Manifest(
        what="situation",
        seed=0,
        inputs={
            "city": city.digest(),
            "reports": reports.digest(),
            "parameters": p.digest(),
            **({"line list": line_list.digest()} if line_list else {}),
        },
        notes=(interval.sentence(), prior),
        settings={"as_of": as_of.isoformat()},
        wall_time_s=time.perf_counter() - begun,
    )
    data = dataset(arrays, coords, {"as_of": as_of.isoformat(), "city": city.id})
    return Situation(
        city=city,
        as_of=as_of,
        data=data,
        grades=grades,
        growth=growth,
        ending=ending,
        onsets=onsets,
        interval=interval,
        reports=reports,
        series=series,
        split=split,
        problems=problems,
        status=filed,
        manifest=manifest,
    )


def _estimates(
    series: Series,
    split: Split,
    interval: SerialInterval,
    p: Parameters,
    line_list: LineList | None,
) -> tuple[dict[str, np.ndarray], Status, Ending | None]:
    """Return the arrays of the reports and of the reproduction number."""
    n_area, n_day = split.local.shape
    rho = p.value("reproduction.imported_infectiousness")
    usable = _usable(series)
    shape = (len(QUANTILES), n_area, n_day)
    smooth_q, closed_q = np.full(shape, np.nan), np.full(shape, np.nan)
    mean, above, informed, pressure = (np.full((n_area, n_day), np.nan) for _ in range(4))
    status, ending = Status(), None
    for a in np.flatnonzero(usable):
        s = reproduction_smoothed(
            split.local[a],
            split.imported[a],
            interval=interval,
            imported_infectiousness=rho,
            prior=default_prior(p),
        )
        if series.areas[a] == CITY:
            status = s.status
            ending = ending_of(
                s,
                split.local[a],
                split.imported[a],
                as_of=series.as_of,
                interval=interval,
                parameters=p,
            )
            if ending is not None and line_list is not None:
                traced = traced_ending(
                    s, line_list, as_of=series.as_of, interval=interval, parameters=p
                )
                ending = replace(ending, traced=traced)
        pressure[a] = s.exposure
        if not s.status.ok:
            continue
        smooth_q[:, a] = s.quantiles.T
        mean[a], above[a], informed[a] = s.mean, s.above_one_prob, s.informed
        c = reproduction_closed(
            split.local[a], split.imported[a], interval=interval, imported_infectiousness=rho
        )
        closed_q[:, a, c.end] = c.quantiles.T
    arrays = {
        "observed_new_confirmed": series.new["new_confirmed"],
        **{f"observed_{k}": series.level[k]
           for k in ("cum_confirmed", "cum_cured", "cum_deaths", "in_hospital")},
        "estimated_local": np.where(usable[:, None], split.local, np.nan),
        "estimated_imported": np.where(usable[:, None], split.imported, np.nan),
        "estimated_r": smooth_q,
        "estimated_r_mean": mean,
        "estimated_r_above_one_prob": above,
        "estimated_r_informed": informed,
        "estimated_r_closed": closed_q,
        "estimated_pressure": pressure,
    }  # fmt: skip
    return arrays, status, ending


def _usable(series: Series) -> np.ndarray:
    """Return, for each area, whether its days are known well enough to estimate from."""
    new = series.new["new_confirmed"]
    known = np.isfinite(new)
    recent = known[:, -7:].mean(axis=1) >= 5 / 7
    usable = recent & (known.mean(axis=1) >= 0.5)
    # the city is always tried: what is unknown counts as none, and the status says so
    usable[series.area(CITY)] = True
    return usable


def _report_status(series: Series, problems: tuple[Problem, ...]) -> Status:
    status = Status()
    new = series.new["new_confirmed"][series.area(CITY)]
    cum = series.level["cum_confirmed"][series.area(CITY)]
    unknown = int(np.isnan(new).sum())
    if not np.isfinite(new).any() and not np.isfinite(cum).any():
        return status.also(
            "none",
            "The city has reported nothing up to this day: there is nothing to estimate from. "
            "Import reports, or give a later day.",
            "截至当日全市尚无报告，无从估计。请导入报告或改选日期。",
        )
    if np.nansum(new) == 0:
        status = status.also(
            "good",
            "Every report so far is of no case.",
            "迄今所有报告均为零病例。",
        )
    if unknown:
        status = status.also(
            "caution",
            f"{unknown} of {new.size} days have no city report; they count as days without a case.",
            f"{new.size} 天中有 {unknown} 天无全市报告，按零病例计。",
        )
    if problems:
        first = problems[0]
        told = "：".join(part for part in (first.where, "，".join(first.zh)) if part)
        status = status.also(
            "caution",
            f"{len(problems)} rows of the reports do not fit together; the first: {first}",
            f"报告中有 {len(problems)} 处不一致，第一处：{told}。",
        )
    return status
