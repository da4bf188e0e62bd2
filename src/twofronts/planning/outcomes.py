"""What a rulebook comes to: one number for each draw and outcome, for both fronts and people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from twofronts.kernels import types_epidemic as t
from twofronts.planning import front_two as two

Front = Literal["health", "economy", "burden", "means"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a run.

    ``better`` is -1 if less is better, 1 if more is better. ``people`` says that it counts people,
    so that it grows with the scale of the residents.
    """

    name: str
    front: Front
    unit: str
    better: int
    en: str
    zh: str
    people: bool = False


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("infections", "health", "persons", -1, "Infections", "感染人数", True),
    Outcome("severe", "health", "persons", -1, "Severe courses", "重症人数", True),
    Outcome("deaths", "health", "persons", -1, "Deaths", "死亡人数", True),
    Outcome("confirmed", "health", "persons", -1, "Cases reported", "报告确诊", True),
    Outcome("resurgence", "health", "1", -1, "Resurgence", "疫情反弹"),
    Outcome("peak_ward", "health", "persons", -1, "Most patients in beds", "在院人数峰值", True),
    Outcome(
        "peak_icu", "health", "persons", -1, "Most patients in intensive care", "重症监护峰值", True
    ),
    Outcome("value_added_lost", "economy", "million", -1, "Value added lost", "增加值损失"),
    Outcome("jobs_at_risk", "economy", "persons", -1, "Jobs at risk, mean", "受影响岗位均值", True),
    Outcome("resumption_rate", "economy", "1", 1, "Firms at work, mean", "复工率均值"),
    Outcome("staff_return_rate", "economy", "1", 1, "Staff on site, mean", "返岗率均值"),
    Outcome("capacity_rate", "economy", "1", 1, "Output against normal, mean", "达产率均值"),
    Outcome("resumption_rate_end", "economy", "1", 1, "Firms at work, last day", "期末复工率"),
    Outcome("staff_return_rate_end", "economy", "1", 1, "Staff on site, last day", "期末返岗率"),
    Outcome("capacity_rate_end", "economy", "1", 1, "Output, last day", "期末达产率"),
    Outcome(
        "burden", "burden", "person-days", -1, "Burden on residents", "居民负担", True
    ),
    Outcome("quarantine_days", "burden", "person-days", -1, "Days in quarantine", "隔离人日", True),
    Outcome("beds_use", "means", "1", -1, "Highest use of beds", "床位最高使用率"),
    Outcome("icu_use", "means", "1", -1, "Highest use of intensive care", "重症床位最高使用率"),
    Outcome(
        "places_use", "means", "1", -1, "Highest need for quarantine places", "隔离点最高使用率"
    ),
    Outcome("mask_cover", "means", "d", 1, "Least cover of masks", "口罩最低保障天数"),
    Outcome("goods_cover", "means", "d", 1, "Least cover of daily goods", "生活物资最低保障天数"),
)  # fmt: skip
INDEX: dict[str, int] = {o.name: i for i, o in enumerate(OUTCOMES)}
NAMES: tuple[str, ...] = tuple(INDEX)
BY_NAME: dict[str, Outcome] = {o.name: o for o in OUTCOMES}

# Daily series that a comparison keeps, with their column in front two's record or -1
DAILY: dict[str, int] = {
    "infections": -1,
    "confirmed": -1,
    "patients": -1,
    "icu": -1,
    "quarantined": -1,
    "burden": -1,
    "value_added_lost": two.LOST,
    "jobs_at_risk": two.JOBS,
    "resumption_rate": two.FIRMS,
    "staff_return_rate": two.STAFF,
    "capacity_rate": two.CAPACITY,
    "mask_cover": two.MASKS,
    "goods_cover": two.GOODS,
}


def highest_week(confirmed: np.ndarray) -> np.ndarray:
    """Return the most cases reported in any seven days of each draw.

    Parameters
    ----------
    confirmed : int[draw, day]
        [persons/d]

    Returns
    -------
    float64[draw]
        All days count as one week in a run of fewer than seven. [persons]
    """
    total = np.cumsum(np.pad(confirmed, ((0, 0), (1, 0))), axis=1)
    span = min(7, confirmed.shape[1])
    return (total[:, span:] - total[:, :-span]).max(axis=1).astype(np.float64)


def read_outcomes(
    out: t.Output, days: np.ndarray, severe: np.ndarray, *, icu_beds: float, wave: float
) -> np.ndarray:
    """Return the outcomes of draws.

    Parameters
    ----------
    out : Output
        Of front one.
    days : float64[draw, day, N_DAILY]
        Of front two.
    severe : float64[draw]
        Severe courses among those infected. [persons]
    icu_beds : float
        [beds]
    wave : float
        Cases reported in seven days that are a resurgence. [persons]

    Returns
    -------
    float64[draw, outcome]
        In the order of ``OUTCOMES``.
    """
    table = np.empty((days.shape[0], len(OUTCOMES)))
    confirmed = out.confirmed.sum(axis=2)
    rates = days[:, :, [two.FIRMS, two.STAFF, two.CAPACITY]]
    columns = {
        "infections": out.infections.sum(axis=(1, 2)),
        "severe": severe,
        "deaths": out.deaths.sum(axis=1),
        "confirmed": confirmed.sum(axis=1),
        "resurgence": highest_week(confirmed) >= wave,
        "peak_ward": out.ward.max(axis=1),
        "peak_icu": out.icu.max(axis=1),
        "value_added_lost": days[:, :, two.LOST].sum(axis=1),
        "jobs_at_risk": days[:, :, two.JOBS].mean(axis=1),
        "burden": out.burden.sum(axis=(1, 2), dtype=np.float64),
        "quarantine_days": out.quarantined.sum(axis=1, dtype=np.float64),
        "beds_use": days[:, :, two.BEDS_USE].max(axis=1),
        "icu_use": out.icu.max(axis=1) / max(icu_beds, 1.0),
        "places_use": days[:, :, two.PLACES_USE].max(axis=1),
        "mask_cover": days[:, :, two.MASKS].min(axis=1),
        "goods_cover": days[:, :, two.GOODS].min(axis=1),
    }
    for i, name in enumerate(("resumption_rate", "staff_return_rate", "capacity_rate")):
        columns[name] = rates[:, :, i].mean(axis=1)
        columns[f"{name}_end"] = rates[:, -1, i]
    for name, values in columns.items():
        table[:, INDEX[name]] = values
    return table


def read_daily(out: t.Output, days: np.ndarray) -> dict[str, np.ndarray]:
    """Return the daily series of draws.

    Parameters
    ----------
    out : Output
    days : float64[draw, day, N_DAILY]

    Returns
    -------
    dict of str to float64[draw, day]
        By the names in ``DAILY``.
    """
    series: dict[str, Any] = {
        "infections": out.infections.sum(axis=2),
        "confirmed": out.confirmed.sum(axis=2),
        "patients": out.ward + out.icu,
        "icu": out.icu,
        "quarantined": out.quarantined,
        "burden": out.burden.sum(axis=2),
    }
    for name, column in DAILY.items():
        if column >= 0:
            series[name] = days[:, :, column]
    return {name: np.array(series[name], dtype=np.float64) for name in DAILY}
