"""The pace of return, fitted to what a city reported about resumption."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from twofronts.economy.draws import draw_parameters
from twofronts.economy.labour import RESUMPTION_BEGAN, Workforce, workforce_from_tables
from twofronts.errors import CityError, Problem
from twofronts.kernels.types_labour import ESSENTIAL, LARGE, SMALL
from twofronts.measures import load_catalogue
from twofronts.parameters import Parameters

# Indicators of resumption.csv
ABOVE_SCALE = "firms_resumed_share_above_scale_industry"
FIRMS = "firms_resumed"
STAFF = "staff_on_duty"
FITTED = ("labour.firm_pace_large", "labour.small_pace_seen", "labour.called_start")


@dataclass(frozen=True)
class Report:
    """One reported figure and its day."""

    indicator: str
    date: dt.date
    value: float

    @property
    def days_back(self) -> int:
        """Days of resumption up to and with the day reported. [d]."""
        return (self.date - RESUMPTION_BEGAN).days + 1


@dataclass(frozen=True)
class Fit:
    """Fitted values with their ranges, and the reports beside what they give.

    Parameters
    ----------
    values : dict of str to float
        By parameter.
    ranges : dict of str to tuple of float
        From the ranges of what is assumed about firms' sizes and migrants away.
    reported, modelled : dict of str to float
        By indicator.
    """

    values: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    reported: dict[str, float]
    modelled: dict[str, float]


def reports(city: Any) -> dict[str, Report]:
    """Return the last report of each indicator.

    Raises
    ------
    CityError
        If one of the three is missing.
    """
    table = city.resumption
    found = {}
    for indicator in (ABOVE_SCALE, FIRMS, STAFF):
        rows = table[table["indicator"] == indicator].sort_values("date")
        if rows.empty:
            raise CityError(
                Problem(
                    what=f"no report of {indicator}",
                    why="the pace of return is fitted to large firms, all firms and staff",
                    remedy="add a row, or leave the parameters as they are",
                    file=str(city.path / "resumption.csv"),
                )
            )
        row = rows.iloc[-1]
        found[indicator] = Report(indicator, row["date"].date(), float(row["value"]))
    return found


def coming(city: Any, workforce: Workforce, parameters: Parameters, date: dt.date) -> np.ndarray:
    """Return the share of those called in who could come, under what was in force on a date.

    Checks and gates on the way and children to mind, as the labour kernel has them; seats in buses
    at half load suffice for as few as came in those days. Who works from home is on duty.

    Parameters
    ----------
    city : City
        ``policies`` says what was in force.
    workforce : Workforce
    parameters : Parameters
    date : date

    Returns
    -------
    float64[sector, district]
        [1]
    """
    catalogue = load_catalogue().measure
    level: dict[str, str] = {}
    table = city.policies
    if table is not None:
        for row in table[table["date"].dt.date <= date].sort_values("date").itertuples():
            if str(row.measure) in catalogue:
                level[str(row.measure)] = str(row.level)
    way, school = 1.0, 1.0
    for key, name in level.items():
        measure = catalogue[key]
        effects = measure.level[measure.index(name)].effects
        way *= effects["commute"].value if "commute" in effects else 1.0
        school = min(school, effects["attend_school"].value if "attend_school" in effects else 1.0)
    kept = parameters.value("labour.childcare") * (1.0 - school)
    return way * (1.0 - workforce.minders * kept)


def model(
    workforce: Workforce,
    pace: tuple[float, float],
    called: float,
    days: int,
    came: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Return what the model reports after some days of resumption.

    Parameters
    ----------
    workforce : Workforce
    pace : tuple of float
        Of large firms and of the others. [1/d]
    called : float
        Share of their staff in the city that open firms have called in. [1]
    days : int
        Days of resumption. [d]
    came : float64[sector, district] or float
        Of those called in, who could come. [1]

    Returns
    -------
    float64[3]
        Share of large firms back [1], firms back [firms], staff on duty [persons]; essential
        sectors, which never stopped, are left out, as in the reports.
    """
    others = workforce.group != ESSENTIAL
    back = np.array([-math.expm1(-pace[c] * days) for c in (LARGE, SMALL)])
    firms = back @ workforce.firm_count[:, others].sum(axis=(1, 2))
    staff = workforce.staff[others]
    there = 1.0 - np.divide(
        workforce.away[others], staff, out=np.zeros_like(staff), where=staff > 0
    )
    there = there * np.broadcast_to(came, workforce.staff.shape)[others]
    on_duty = (back[:, None, None] * workforce.firm_staff[:, others] * there).sum() * called
    return np.array([back[LARGE], firms, on_duty])


def solve(
    workforce: Workforce, found: dict[str, Report], came: np.ndarray | float = 1.0
) -> tuple[float, float, float]:
    """Return the paces and the share called in that reproduce the reports as far as they can.

    Parameters
    ----------
    workforce : Workforce
    found : dict of str to Report
    came : float64[sector, district] or float
        As in ``model``, on the day of the staff's report. [1]

    Returns
    -------
    tuple of float
        Pace of large firms, of the others [1/d], share called in [1]. Each inside its bounds: a
        report out of reach is missed, not forced.
    """
    large = found[ABOVE_SCALE]
    pace_large = -math.log1p(-min(0.999, large.value)) / max(1, large.days_back)
    days = found[FIRMS].days_back
    others = workforce.group != ESSENTIAL
    count = workforce.firm_count[:, others].sum(axis=(1, 2))
    left = found[FIRMS].value + count[LARGE] * math.expm1(-pace_large * days)
    share = min(0.999, max(0.0, left / count[SMALL])) if count[SMALL] > 0 else 0.0
    pace_small = -math.log1p(-share) / days
    pace = (pace_large, pace_small)
    everybody = model(workforce, pace, 1.0, found[STAFF].days_back, came)[2]
    called = min(1.0, found[STAFF].value / everybody) if everybody > 0 else 1.0
    return pace_large, pace_small, float(called)


def fit_resumption(city: Any, parameters: Parameters, *, draws: int = 200, seed: int = 0) -> Fit:
    """Fit the pace of return to a city's reports.

    Three reports set three numbers; their ranges come from the ranges of what is assumed about
    the size of firms, and from reports that say "more than".

    Parameters
    ----------
    city : City
    parameters : Parameters
    draws, seed : int
        Draws of the assumptions.

    Returns
    -------
    Fit
    """
    found = reports(city)
    workforce = workforce_from_tables(city, parameters)
    came = coming(city, workforce, parameters, found[STAFF].date)
    values = dict(zip(FITTED, solve(workforce, found, came), strict=True))
    keys = ["labour.large_firm_staff", "labour.size_spread"]
    table = draw_parameters(keys, parameters, draws=draws, seed=seed)
    solved = np.empty((draws, 3))
    for row, drawn in enumerate(table):
        held = parameters.with_values(dict(zip(keys, drawn.tolist(), strict=True)))
        solved[row] = solve(workforce_from_tables(city, held), found, came)
    low, high = np.quantile(solved, [0.05, 0.95], axis=0)
    # a first day's count is the least certain of all: a fifth either way
    low[0], high[0] = 0.76 * values[FITTED[0]], 1.24 * values[FITTED[0]]
    ranges = {
        key: (min(float(low[i]), values[key]), max(float(high[i]), values[key]))
        for i, key in enumerate(FITTED)
    }
    pace = (values[FITTED[0]], values[FITTED[1]])
    modelled = {}
    for index, indicator in enumerate((ABOVE_SCALE, FIRMS, STAFF)):
        days = found[indicator].days_back
        modelled[indicator] = float(model(workforce, pace, values[FITTED[2]], days, came)[index])
    return Fit(values, ranges, {name: r.value for name, r in found.items()}, modelled)


def fit_as_toml(fit: Fit, city: Any, parameters: Parameters) -> str:
    """Return the fit as entries of a parameter file, graded calibrated."""
    import tomli_w

    sources = {
        FITTED[0]: ABOVE_SCALE,
        FITTED[1]: FIRMS,
        FITTED[2]: STAFF,
    }
    entries: dict[str, Any] = {}
    for key, value in fit.values.items():
        p = parameters[key]
        rows = city.resumption[city.resumption["indicator"] == sources[key]]
        low, high = fit.ranges[key]
        entries[key.split(".")[1]] = {
            "value": float(f"{value:.6g}"),
            "unit": p.unit,
            "bounds": list(p.bounds),
            "range": [math.floor(low * 1e6) / 1e6, math.ceil(high * 1e6) / 1e6],
            "dist": "uniform",
            "grade": "calibrated",
            "source": "Fitted by `twofronts fit-resumption` to: " + str(rows["source"].iloc[-1]),
            "name": dict(p.name),
        }
    return tomli_w.dumps({"labour": entries})
