"""What a rulebook comes to: one number for each draw and outcome, for both fronts and people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from twofronts.epidemic.initial import _city_series as city_series
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.economy import EconomyParams, EconomyRecord
from twofronts.parameters import Parameters
from twofronts.planning.means import BEDS_USE, PLACES_USE

Front = Literal["health", "economy", "burden", "means"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a run.

    ``better`` is -1 if less is better, 1 if more is better. ``people`` says that it counts people,
    so that it grows with the scale of the residents; ``event`` that a draw has it (1) or not (0),
    so that its mean is a probability.
    """

    name: str
    front: Front
    unit: str
    better: int
    en: str
    zh: str
    people: bool = False
    event: bool = False


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("infections", "health", "persons", -1, "Infections", "感染人数", True),
    Outcome("severe", "health", "persons", -1, "Severe courses", "重症人数", True),
    Outcome("deaths", "health", "persons", -1, "Deaths", "死亡人数", True),
    Outcome("confirmed", "health", "persons", -1, "Cases reported", "报告确诊", True),
    Outcome("resurgence", "health", "1", -1, "Resurgence", "疫情反弹", event=True),
    Outcome("peak_ward", "health", "persons", -1, "Most patients in beds", "在院人数峰值", True),
    Outcome(
        "peak_icu", "health", "persons", -1, "Most patients in intensive care", "重症监护峰值", True
    ),
    Outcome("value_added_lost", "economy", "million", -1, "Value added lost", "增加值损失"),
    Outcome("measures_cost", "economy", "million", -1, "Cost of measures", "措施成本"),
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

# Daily series that a comparison keeps
DAILY: tuple[str, ...] = (
    "infections",
    "confirmed",
    "patients",
    "icu",
    "quarantined",
    "held_uninfected",
    "arrived_infected",
    "burden",
    "value_added_lost",
    "jobs_at_risk",
    "resumption_rate",
    "staff_return_rate",
    "capacity_rate",
    "mask_cover",
    "goods_cover",
)


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


def worst_week(city: Any, parameters: Parameters, start: dt.date, *, scale: float) -> float:
    """Return how many cases in seven days are a resurgence: the worst week so far, or the floor.

    Parameters
    ----------
    city : City
    parameters : Parameters
        ``briefing.wave_floor``: fewer are not called a wave. [persons]
    start : date
        Only reports before it count.
    scale : float
        Of the residents. [1]

    Returns
    -------
    float
        [persons]
    """
    series = city_series(city, "new_confirmed", start).sort_index()
    worst = 0.0
    if len(series):
        days = {
            (start - date).days: float(value)
            for date, value in zip(series.index, series, strict=True)
        }
        last = max(days)
        worst = max(sum(days.get(b + k, 0.0) for k in range(7)) for b in range(1, last + 1))
    return max(worst * scale, parameters.value("briefing.wave_floor"))


def read_daily(
    out: t.Output, record: EconomyRecord, params: EconomyParams
) -> dict[str, np.ndarray]:
    """Return the daily series of draws, over all districts and sectors.

    Parameters
    ----------
    out : Output
        Front one.
    record : EconomyRecord
        Front two, of the same draws.
    params : EconomyParams
        Weights: firms, staff, ordinary output and value added.

    Returns
    -------
    dict of str to float64[draw, day]
        By the names in ``DAILY``.
    """
    made, supplies = params.production, params.supplies
    n = params.staff.shape[0]
    here = made.value_added[:n, None] * made.district_share
    jobs = np.divide(params.staff, here, out=np.zeros_like(here), where=here > 0)
    firms = params.labour.firm_count.sum(axis=0)
    output = made.output[:n]
    masks = int(supplies.masks[0])
    daily = (supplies.protective == 0) & (np.arange(supplies.stock.size) != masks)
    none = np.full(record.cover.shape[:2], 999.0)
    present = np.tensordot(record.staff_present, params.staff, axes=2)
    series: dict[str, Any] = {
        "infections": out.infections.sum(axis=2),
        "confirmed": out.confirmed.sum(axis=2),
        "patients": out.ward + out.icu,
        "icu": out.icu,
        "quarantined": out.quarantined,
        "held_uninfected": out.quarantined_uninfected,
        "arrived_infected": out.arrivals,
        "burden": out.burden.sum(axis=2, dtype=np.float64),
        "value_added_lost": record.value_added_lost.sum(axis=(2, 3), dtype=np.float64),
        "jobs_at_risk": np.tensordot(record.value_added_lost, jobs, axes=2),
        "resumption_rate": np.tensordot(record.firms_open, firms, axes=2) / firms.sum(),
        "staff_return_rate": present / params.staff.sum(),
        "capacity_rate": record.capacity @ (output / output.sum()),
        "mask_cover": record.cover[:, :, masks] if masks >= 0 else none,
        "goods_cover": record.cover[:, :, daily].min(axis=2) if daily.any() else none,
    }
    return {name: np.array(series[name], dtype=np.float64) for name in DAILY}


def read_outcomes(
    out: t.Output,
    daily: Mapping[str, np.ndarray],
    use: np.ndarray,
    severe: np.ndarray,
    cost: np.ndarray,
    *,
    icu_beds: float,
    wave: float,
) -> np.ndarray:
    """Return the outcomes of draws.

    Parameters
    ----------
    out : Output
        Of front one.
    daily : mapping of str to float64[draw, day]
        As ``read_daily`` gives it.
    use : float64[draw, day, 2]
        Of beds and of quarantine places, see ``means``. [1]
    severe : float64[draw]
        Severe courses among those infected. [persons]
    cost : float64[draw]
        Of measures, see ``costs``. [million]
    icu_beds : float
        [beds]
    wave : float
        Cases reported in seven days that are a resurgence. [persons]

    Returns
    -------
    float64[draw, outcome]
        In the order of ``OUTCOMES``.
    """
    table = np.empty((use.shape[0], len(OUTCOMES)))
    columns = {
        "infections": daily["infections"].sum(axis=1),
        "severe": severe,
        "deaths": out.deaths.sum(axis=1),
        "confirmed": daily["confirmed"].sum(axis=1),
        "resurgence": highest_week(daily["confirmed"]) >= wave,
        "peak_ward": out.ward.max(axis=1),
        "peak_icu": out.icu.max(axis=1),
        "value_added_lost": daily["value_added_lost"].sum(axis=1),
        "measures_cost": cost,
        "jobs_at_risk": daily["jobs_at_risk"].mean(axis=1),
        "burden": daily["burden"].sum(axis=1),
        "quarantine_days": daily["quarantined"].sum(axis=1),
        "beds_use": use[:, :, BEDS_USE].max(axis=1),
        "icu_use": out.icu.max(axis=1) / max(icu_beds, 1.0),
        "places_use": use[:, :, PLACES_USE].max(axis=1),
        "mask_cover": daily["mask_cover"].min(axis=1),
        "goods_cover": daily["goods_cover"].min(axis=1),
    }
    for name in ("resumption_rate", "staff_return_rate", "capacity_rate"):
        columns[name] = daily[name].mean(axis=1)
        columns[f"{name}_end"] = daily[name][:, -1]
    for name, values in columns.items():
        table[:, INDEX[name]] = values
    return table
