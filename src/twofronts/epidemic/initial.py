"""Where a run begins: given infections, the reports so far, or a fitted state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from twofronts.errors import Problem, ScenarioError
from twofronts.kernels.types_epidemic import MAX_BACK
from twofronts.parameters import Parameters
from twofronts.wording import Said

# Days of reports that grading may look back on
HISTORY = 60
# Spread of the time from infection to report about its mean
_LAG_SHAPE = 6.0


@dataclass(frozen=True)
class Initial:
    """Infections that a run begins with, one row each.

    Parameters
    ----------
    day : int64[m]
        Day of infection, 0 or before. [d]
    district : int64[m]
        Index of the district, -1 for anywhere.
    age : int64[m]
        Years, -1 for any.
    draw : int64[m]
        The draw it belongs to, -1 for every draw.
    known : bool[m]
        Confirmed and in hospital when the run begins.
    note : str
        How the rows came about.
    """

    day: np.ndarray
    district: np.ndarray
    age: np.ndarray
    draw: np.ndarray
    known: np.ndarray
    note: str = ""

    @classmethod
    def nobody(cls) -> Initial:
        """Return a start without infections."""
        return cls.of([], note=Said("no initial infections", "起始无感染者"))

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, int, bool]], note: str) -> Initial:
        """Put rows of (day, district, age, draw, known) together."""
        table = np.array([r[:4] for r in rows], dtype=np.int64).reshape(-1, 4)
        known = np.array([r[4] for r in rows], dtype=bool)
        return cls(table[:, 0], table[:, 1], table[:, 2], table[:, 3], known, note)


@dataclass(frozen=True)
class FittedState:
    """What a fit found: where each draw begins and the parameters it has.

    Parameters
    ----------
    initial : Initial
        Rows of each draw.
    parameters : mapping of str to float64[draw]
        Values by key of the parameter.
    note : str
        What was fitted to what.
    """

    initial: Initial
    parameters: Mapping[str, np.ndarray] = field(default_factory=dict)
    note: str = ""


def given(infections: Any, city: Any) -> Initial:
    """Read initial infections that a user gave.

    Parameters
    ----------
    infections : sequence of mapping
        Each ``{day, district, age, n}``: day of infection, 0 or negative (default 0); district
        code (default anywhere); age in years (default any); how many (default 1).
    city : City

    Returns
    -------
    Initial

    Raises
    ------
    ScenarioError
        If an entry has an unknown key or a value out of range; all are named.
    """
    rows: list[tuple[int, int, int, int, bool]] = []
    problems: list[Problem] = []
    codes = [str(code) for code in city.district_codes]
    if isinstance(infections, (str, bytes, Mapping)) or not isinstance(infections, Sequence):
        raise ScenarioError(
            Problem(
                what=f"initial is a {type(infections).__name__}",
                why="initial infections are a list of entries {day, district, age, n}",
                remedy='write [{"day": -3, "district": "' + codes[0] + '", "n": 5}]',
            )
        )
    for i, entry in enumerate(infections):
        found = _entry_problems(entry, f"initial[{i}]", codes)
        problems.extend(found)
        if not found:
            where = codes.index(str(entry["district"])) if entry.get("district") else -1
            row = (int(entry.get("day", 0)), where, int(entry.get("age", -1)), -1, False)
            rows.extend([row] * int(entry.get("n", 1)))
    if problems:
        raise ScenarioError(problems)
    return Initial.of(
        rows, note=Said(f"{len(rows)} given infections", f"给定感染者 {len(rows)} 名")
    )


def _entry_problems(entry: Any, place: str, codes: list[str]) -> list[Problem]:
    def problem(what: str, why: str, remedy: str) -> Problem:
        return Problem(what=f"{place}: {what}", why=why, remedy=remedy)

    if not isinstance(entry, Mapping):
        return [problem("not an entry", "each is {day, district, age, n}", "write a table")]
    found = [
        problem(f"unknown key {key!r}", "known are day, district, age, n", "correct the key")
        for key in entry
        if key not in ("day", "district", "age", "n")
    ]
    limits = {"day": (-MAX_BACK, 0), "age": (0, 120), "n": (1, 1_000_000)}
    for key, (low, high) in limits.items():
        value = entry.get(key, 0 if key != "n" else 1)
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            found.append(problem(f"{key} is {value!r}", "a whole number is needed", "write one"))
        elif not low <= value <= high:
            why = f"it lies between {low} and {high}"
            found.append(problem(f"{key} is {value}", why, "choose a value in that range"))
    if entry.get("district") and str(entry["district"]) not in codes:
        why = f"the city has {', '.join(codes)}"
        found.append(problem(f"unknown district {entry['district']!r}", why, "use a code of these"))
    return found


def _city_series(city: Any, column: str, start: dt.date) -> Any:
    """Return a column of the whole city's reports before ``start``, by date, newest version."""
    table = city.reports
    date = pd.to_datetime(table["date"]).dt.date
    area = table["area"].astype("string").fillna("").str.strip()
    rows = table[(area == "") & (date < start)].assign(date=date)
    rows = rows.sort_values(["date", "version"]).drop_duplicates("date", keep="last")
    return rows.set_index("date")[column].astype("Float64").dropna().astype(float)


def district_shares(city: Any, start: dt.date) -> np.ndarray:
    """Return how confirmed cases were spread over districts, float64[district]. [1].

    From the newest cumulative counts by district; residents where there are none.
    """
    table = city.reports
    date = pd.to_datetime(table["date"]).dt.date
    area = table["area"].astype("string").fillna("").str.strip()
    rows = table[(area != "") & (date < start)].assign(date=date, area=area).sort_values("date")
    counts = rows.dropna(subset=["cum_confirmed"]).groupby("area")["cum_confirmed"].last()
    codes = [str(code) for code in city.district_codes]
    share = np.array([float(counts.get(code, 0.0)) for code in codes])
    if share.sum() == 0:
        share = city.districts["population"].to_numpy(dtype=float)
    return share / share.sum()


def past_reports(
    city: Any, *, start: dt.date, scale: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what was reported before the run, by day and district.

    City-wide counts are given to districts in proportion to the newest counts by district, one
    case at a time to the district furthest below its share. A day with a new case in a district
    that had another within 14 days counts as a cluster: published cases mostly were in clusters.

    Parameters
    ----------
    city : City
    start : date
        The run's first day; only reports of earlier days count.
    scale : float
        Of the residents.

    Returns
    -------
    tuple of int64[h, district], int64[h, district], int64[district]
        New cases and clusters of the last ``HISTORY`` days, oldest first; cases before those.
    """
    share = district_shares(city, start)
    n = share.size
    new = np.zeros((HISTORY, n), dtype=np.int64)
    total = np.zeros(n, dtype=np.int64)
    reported = 0.0
    for date, count in _city_series(city, "new_confirmed", start).sort_index().items():
        reported += count * scale
        row = HISTORY - (start - date).days
        while total.sum() < int(reported + 1e-9):
            d = int(np.argmax(share * (total.sum() + 1) - total))
            total[d] += 1
            if row >= 0:
                new[row, d] += 1
    cluster = np.zeros_like(new)
    for row in range(HISTORY):
        recent = new[max(0, row - 13) : row + 1].sum(axis=0)
        cluster[row] = (new[row] > 0) & (recent >= 2)
    return new, cluster, total - new.sum(axis=0)


def _lag(parameters: Parameters, start: dt.date) -> float:
    """Return the mean time from infection to report. [d]."""
    import math

    incubation = math.exp(
        parameters.value("incubation.meanlog") + parameters.value("incubation.sdlog") ** 2 / 2
    )
    # as measured; care.delay_scale makes up for what measures change on top of it in a run
    delay = parameters.value("care.delay_observed", start)
    return incubation + delay + parameters.value("tests.delay") + parameters.value("reports.delay")


def from_reports(
    city: Any,
    parameters: Parameters,
    *,
    start: dt.date,
    draws: int,
    seed: int,
    scale: float = 1.0,
) -> Initial:
    """Work back from the reports to infections that are not known yet: a simple back-projection.

    Reports of a day stand for infections one mean lag earlier (incubation, delay to isolation,
    test, report), divided by the share that is ever found. For the newest days, whose reports are
    still to come, infections are taken to have gone on as in the last seven reported days. Of
    those infected on a day, the share not reported yet is 1 - (share found) x (share of lags that
    have passed). Each draw has a Gamma factor with as many effective cases as the last 14 days
    reported, and Poisson counts. Patients in hospital are the newest reported cases.

    Parameters
    ----------
    city : City
    parameters : Parameters
    start : date
    draws, seed : int
    scale : float
        Of the residents.

    Returns
    -------
    Initial
        Hidden infections of each draw; patients, the same in every draw.

    Notes
    -----
    A simple start until a fit to the reports takes its place (``FittedState``).
    """
    from scipy.stats import gamma

    new = _city_series(city, "new_confirmed", start)
    lag = _lag(parameters, start)
    found = (1 - parameters.value("asymptomatic.share")) * parameters.value("care.seek_share")
    back = np.arange(1, min(MAX_BACK, 30) + 1)
    passed = gamma.cdf(back, _LAG_SHAPE, scale=lag / _LAG_SHAPE)
    series = {(start - date).days: count for date, count in new.items()}
    newest = np.mean([series.get(b, 0.0) for b in range(1, 8)])
    smooth = [
        np.mean([series.get(b - round(lag) + k, 0.0) for k in range(-3, 4)])
        if b - round(lag) > 3
        else newest
        for b in back
    ]
    effective = sum(series.get(b, 0.0) for b in range(1, 15)) + 0.5
    hidden = (np.array(smooth) + 0.5 / 14) / found * (1 - found * passed) * scale
    share = district_shares(city, start)
    rng = np.random.default_rng([seed, 20200218])
    bounds = share.cumsum() / share.sum()
    parts = []
    for w in range(draws):
        factor = rng.gamma(effective) / effective
        day = np.repeat(-back, rng.poisson(factor * hidden))
        where = bounds.searchsorted(rng.random(day.size), side="right")
        parts.append(_anybody(day, where, w))
    patients = _patients(city, start, series, lag, scale)
    where = bounds.searchsorted(rng.random(len(patients)), side="right")
    parts.append(_anybody(-np.array(patients, dtype=np.int64), where, -1))
    mean = float(hidden.sum())
    note = (
        f"initial infections worked back from reports to {max(new.index, default=start)}: "
        f"{mean:.1f} not yet known on the mean, {len(patients)} in hospital"
    )
    table = np.concatenate(parts)
    known = np.arange(len(table)) >= len(table) - len(patients)
    day, district, age, draw = table.T
    return Initial(day, district, age, draw, known, note)


def _anybody(day: np.ndarray, district: np.ndarray, draw: int) -> np.ndarray:
    """Return rows of (day, district, age, draw) for infections of any age."""
    return np.stack([day, district, np.full_like(day, -1), np.full_like(day, draw)], axis=1)


def _patients(
    city: Any, start: dt.date, series: Mapping[int, float], lag: float, scale: float
) -> list[int]:
    """Return how many days before the start each patient in hospital was infected."""
    in_hospital = _city_series(city, "in_hospital", start)
    left = round(float(in_hospital.iloc[-1]) * scale) if len(in_hospital) else 0
    infected: list[int] = []
    for b in sorted(series):
        n = min(left, int(series[b]))
        infected += [min(MAX_BACK, b + round(lag))] * n
        left -= n
    return infected
