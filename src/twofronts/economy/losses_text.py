"""What a run of front two lost: by week, sector and district, each figure with its range."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.economy.labels import weighted
from twofronts.wording import Lang, cut, date_words, even, money_unit, say

_WORDS: dict[str, dict[str, str]] = {
    "week": {"en": "day", "zh": "日期"},
    "firms": {"en": "resumption", "zh": "复工率"},
    "staff": {"en": "staff return", "zh": "返岗率"},
    "made": {"en": "capacity", "zh": "达产率"},
    "lost": {"en": "value added lost", "zh": "增加值损失"},
    "share": {"en": "of ordinary", "zh": "占平常"},
    "jobs": {"en": "jobs at risk", "zh": "受影响岗位"},
    "wages": {"en": "wages at risk", "zh": "受影响工资"},
    "sector": {"en": "sector", "zh": "行业"},
    "district": {"en": "district", "zh": "区"},
    "band": {"en": "{0} ({1}-{2})", "zh": "{0}（{1}–{2}）"},
    "course": {
        "en": "By week: that day's rates, loss [{0} a day] and jobs; middle draw, 90% of draws",
        "zh": "逐周：当日各率、损失（{0}/日）与受影响岗位；中位数与90%区间",
    },
    "parts": {
        "en": "Over the period: loss and wages [{0}], jobs on the mean day; middle, 90% of draws",
        "zh": "全期：损失与工资（{0}）、日均受影响岗位；中位数与90%区间",
    },
}  # fmt: skip

_CELL = ("sector", "district")


def losses(data: xr.Dataset, city: Any, lang: Lang) -> list[str]:
    """Return the course by week, then losses by sector and by district, as lines.

    Parameters
    ----------
    data : Dataset
        Of a run of front two.
    city : City
    lang : "en" or "zh"
    """
    word, scale = money_scale(data)
    unit = money_unit(data.attrs["currency"], lang, word)
    return [
        _say("course", lang, unit),
        *_course(data, lang, scale),
        "",
        _say("parts", lang, unit),
        *_parts(data, city.sectors, "sector", lang, scale),
        "",
        *_parts(data, city.districts, "district", lang, scale),
    ]


def money_scale(data: xr.Dataset) -> tuple[str, float]:
    """Return the unit of money that suits a city, and what a million is in it.

    A town that makes less than a hundred million a day has its losses in millions.
    """
    if sum(data.attrs["normal_value_added"]) >= 100.0:
        return "hundred million", 0.01
    return "million", 1.0


_say = partial(say, _WORDS)


def _band(values: xr.DataArray, form: str, lang: Lang, scale: float = 1.0) -> str:
    """Return the middle of the draws with the range of nine in ten of them."""
    low, middle, high = np.quantile(values.to_numpy() * scale, [0.05, 0.5, 0.95])
    return _say("band", lang, *(form.format(x) for x in (middle, low, high)))


def city_rates(data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the three rates of the whole city by draw and day. [1].

    Firms weigh alike, staff by the head, and output by the value added of an ordinary day.
    """
    normal = xr.DataArray(np.asarray(data.attrs["normal_value_added"]), dims="sector")
    return {
        "firms": weighted(data["resumption_rate"], data["firms"], _CELL),
        "staff": weighted(data["staff_return_rate"], data["ordinary_staff"], _CELL),
        "made": (data["capacity_rate"] * normal).sum("sector") / normal.sum(),
    }


def _course(data: xr.Dataset, lang: Lang, scale: float) -> list[str]:
    rates = city_rates(data)
    lost = data["value_added_lost"].sum(_CELL, dtype=np.float64)
    jobs = data["jobs_at_risk"].sum(_CELL, dtype=np.float64)
    rows = [[_say(x, lang) for x in ("week", *rates, "lost", "jobs")]]
    days = data.sizes["day"]
    for day in sorted({*range(0, days, 7), days - 1}):
        rows.append(
            [
                date_words(data["date"].values[day], lang, year=False),
                *(_band(x.isel(day=day), "{:.0%}", lang) for x in rates.values()),
                _band(lost.isel(day=day), "{:,.2f}", lang, scale),
                _band(jobs.isel(day=day), "{:,.0f}", lang),
            ]
        )
    return even(rows)


def _parts(data: xr.Dataset, names: pd.DataFrame, dim: str, lang: Lang, scale: float) -> list[str]:
    """Return the losses of each sector or district, over the period."""
    other = "district" if dim == "sector" else "sector"
    lost, wages = (
        data[name].sum(("day", other), dtype=np.float64)
        for name in ("value_added_lost", "wages_at_risk")
    )
    jobs = data["jobs_at_risk"].sum(other, dtype=np.float64).mean("day")
    keys = (dim, "lost", *(("share",) if dim == "sector" else ()), "jobs", "wages")
    rows = [[_say(x, lang) for x in keys]]
    normal = np.asarray(data.attrs["normal_value_added"]) * data.sizes["day"]
    for at, name in enumerate(_labels(data, names, dim, lang)):
        cells = [name, _band(lost.isel({dim: at}), "{:,.2f}", lang, scale)]
        if dim == "sector":
            cells.append(f"{float(lost.isel(sector=at).median()) / max(normal[at], 1e-300):.0%}")
        cells.append(_band(jobs.isel({dim: at}), "{:,.0f}", lang))
        cells.append(_band(wages.isel({dim: at}), "{:,.2f}", lang, scale))
        rows.append(cells)
    return even(rows)


def _labels(data: xr.Dataset, names: pd.DataFrame, dim: str, lang: Lang) -> Iterable[str]:
    called = [str(x) for x in names[f"name_{lang}"]]
    if dim == "district":
        return called
    return [cut(f"{code} {name}", 31) for code, name in zip(data[dim].values, called, strict=True)]
