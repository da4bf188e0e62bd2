"""Which cases came from outside: from the line list, or from totals with a stated assumption."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from twofronts.city import City
from twofronts.parameters import Parameters, load_parameters
from twofronts.situation.linelist import LineList, daily_counts
from twofronts.situation.reports import CITY, Series
from twofronts.situation.status import Status


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """New confirmed cases by origin, float64[area, day] each; they add up to the reports.

    ``basis`` says how the split was made: "line list", "totals", "share" or "none".
    """

    local: np.ndarray
    imported: np.ndarray
    basis: str
    status: Status


def imported_totals(city: City) -> tuple[float, float] | None:
    """Return the city's imported cases and all cases whose origin is known, if it reports them.

    Parameters
    ----------
    city : City
        Scalars ``cases_hubei``, ``cases_other_travel``, ``cases_contact``.

    Returns
    -------
    tuple of 2 float, or None
        Imported; imported and local together. [persons]
    """
    parts = [city.scalars.get(k) for k in ("cases_hubei", "cases_other_travel", "cases_contact")]
    if any(p is None for p in parts):
        return None
    source, elsewhere, contact = (float(p.value) for p in parts if p is not None)
    return source + elsewhere, source + elsewhere + contact


def declining_share(counts: np.ndarray, imported: float, decline_days: float) -> np.ndarray:
    """Return a share of imports that falls over time and gives the imported total.

    The share is logistic in time; its middle is placed so that the imported cases add up.

    Parameters
    ----------
    counts : float64[day]
        New cases. [persons/d]
    imported : float
        Imported among them, between 0 and their sum. [persons]
    decline_days : float
        Time over which the share falls by a factor of e, above 0. [d]

    Returns
    -------
    float64[day]
        In [0, 1]. [1]
    """
    n_day, total = counts.size, float(counts.sum())
    if total <= 0 or imported <= 0:
        return np.zeros(n_day)
    if imported >= total:
        return np.ones(n_day)
    day = np.arange(n_day)

    def share(middle: float) -> np.ndarray:
        return 1.0 / (1.0 + np.exp(np.clip((day - middle) / decline_days, -500, 500)))

    reach = n_day + 60 * decline_days
    middle = brentq(lambda m: float(share(m) @ counts) - imported, -reach, reach)
    return share(float(middle))


def split_cases(
    series: Series,
    *,
    city: City | None = None,
    line_list: LineList | None = None,
    imported_share: float | np.ndarray | None = None,
    parameters: Parameters | None = None,
) -> Split:
    """Split new confirmed cases into local and imported.

    The best source at hand is used: a share given by the caller, the line list, or the city's
    totals by origin with a share that declines over time. Without any, every case counts as local,
    which overstates transmission, and the status says so.

    Parameters
    ----------
    series : Series
    city : City, optional
    line_list : LineList, optional
    imported_share : float or float64[day], optional
        Share of each day's cases that are imported, in [0, 1]. [1]
    parameters : Parameters, optional

    Returns
    -------
    Split
        Days not reported count as 0.
    """
    counts = np.nan_to_num(series.new["new_confirmed"])
    n_day = counts.shape[1]
    if imported_share is not None:
        share = np.broadcast_to(np.asarray(imported_share, dtype=float), (n_day,))
        return Split(counts * (1 - share), counts * share, "share", Status())
    if line_list is not None:
        return _by_line_list(series, counts, line_list)
    totals = imported_totals(city) if city is not None else None
    if totals is None or totals[1] <= 0:
        status = Status().also(
            "caution",
            "Nothing tells imported cases from local ones: all count as local, and the "
            "reproduction number reads too high.",
            "无法区分输入与本地病例，全部按本地计，再生数偏高。",
        )
        return Split(counts, np.zeros_like(counts), "none", status)
    p = parameters or load_parameters()
    whole = counts[series.area(CITY)]
    imported = whole.sum() * totals[0] / totals[1]
    share = declining_share(whole, imported, p.value("reproduction.import_decline_days"))
    status = Status().also(
        "caution",
        f"Only totals tell origin ({totals[0]:.0f} of {totals[1]:.0f} cases imported); that "
        "imports came earlier than local cases is assumed.",
        f"仅有来源合计（{totals[1]:.0f} 例中输入 {totals[0]:.0f} 例），输入在前、本地在后为假设。",
    )
    return Split(counts * (1 - share), counts * share, "totals", status)


def _by_line_list(series: Series, counts: np.ndarray, line_list: LineList) -> Split:
    cases = line_list.known_on(series.as_of)
    start: dt.date = series.start
    basis = "reported" if cases["reported"].notna().all() and len(cases) else "confirmation"
    known = cases[cases["imported"].notna()]
    imported_cases = known[known["imported"].astype(bool)]
    args = {"areas": series.areas, "start": start, "n_day": counts.shape[1]}
    imported = np.minimum(daily_counts(imported_cases, basis, **args), counts)
    unknown = len(cases) - len(known)
    missing = counts[series.area(CITY)].sum() - len(cases)
    status = Status()
    if unknown or missing > 0:
        status = status.also(
            "caution",
            f"{unknown} cases of the line list have no origin and {max(missing, 0):.0f} reported "
            "cases are not in it; they count as local.",
            f"个案表中 {unknown} 例来源不明，另有 {max(missing, 0):.0f} 例不在表内，均按本地计。",
        )
    return Split(counts - imported, imported, "line list", status)
