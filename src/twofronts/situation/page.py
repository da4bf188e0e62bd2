"""The situation as a short page of text, and as JSON."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd

from twofronts.situation.assess import Situation
from twofronts.situation.grades import LEVELS, NAMES_ZH, Grade
from twofronts.situation.onsets import Onsets
from twofronts.situation.reports import CITY

SCHEMA_VERSION = 1
SPLIT_BASIS = {
    "line list": "from the line list",
    "totals": "only totals are known; their days are assumed",
    "share": "by the share given",
    "none": "nothing tells them apart",
}
# what many districts' reasons have in common; said once
_UNASCRIBED = re.compile(
    r"; (\d+ new cases? of the city in the last \d+ days (?:are|is) not ascribed to a district), "
    r"and the (chance that one is here is \d+%)"
)


def page(situation: Situation) -> str:
    """Return the situation as plain text of about forty lines.

    Parameters
    ----------
    situation : Situation

    Returns
    -------
    str
    """
    s = situation
    lines = [f"{s.city.name_en} {s.city.name_zh}: situation at the end of {s.as_of}", ""]
    lines += _counts(s) + [""] + _speed(s) + [""] + _grades(s)
    if s.ending is not None:
        lines += ["", *s.ending.lines()]
    if s.onsets is not None:
        lines += ["", *_onsets(s.onsets)]
    if s.status.advice:
        lines += ["", "Read first" if s.status.level != "good" else "Notes"]
        lines += [f"  - {a.en}" for a in s.status.advice]
    lines += ["", *s.manifest.notes]
    return "\n".join(lines)


def _counts(s: Situation) -> list[str]:
    level = {k: v[s.series.area(CITY)] for k, v in s.series.level.items()}

    def last(name: str) -> str:
        known = np.flatnonzero(np.isfinite(level[name]))
        return f"{level[name][known[-1]]:.0f}" if known.size else "not reported"

    new = s.series.new["new_confirmed"][s.series.area(CITY)]
    fortnight = " ".join("-" if math.isnan(x) else f"{x:.0f}" for x in new[-14:])
    contacts = []
    if last("contacts_traced") != "not reported":
        contacts = [
            f"Contacts traced {last('contacts_traced')}, released {last('contacts_released')}, "
            f"under observation {last('contacts_observed')} (newest report of them)"
        ]
    imported, local = np.nansum(s.split.imported[0]), np.nansum(s.split.local[0])
    return [
        f"Confirmed {last('cum_confirmed')}, cured {last('cum_cured')}, "
        f"dead {last('cum_deaths')}, in hospital {last('in_hospital')}",
        f"New confirmed, last 14 days: {fortnight}",
        f"Reckoned imported {imported:.0f}, local {local:.0f} ({SPLIT_BASIS[s.split.basis]})",
        *contacts,
    ]


def _onsets(onsets: Onsets) -> list[str]:
    lines = [
        f"Delay {name.replace('-', ' to ')}: mean {d.mean:.1f} d (90% {d.mean_low:.1f}-"
        f"{d.mean_high:.1f}), sd {d.sd:.1f} d, {d.n_pairs} cases, {d.family}"
        for name, d in onsets.delays.items()
    ]
    n = onsets.nowcast
    if n is not None and n.status.ok:
        q = [n.levels.index(v) for v in (0.05, 0.5, 0.95)]
        newest = ", ".join(
            f"{n.quantiles[-d, q[1]]:.0f} ({n.quantiles[-d, q[0]]:.0f}-{n.quantiles[-d, q[2]]:.0f})"
            for d in range(min(7, n.seen.size), 0, -1)
        )
        lines.append(f"Onsets of the last 7 days, not yet reported counted in: {newest}")
    number = onsets.reproduction
    if number is not None and number.status.ok:
        low, mid, high = (number.quantile(v)[-1] for v in (0.05, 0.5, 0.95))
        lines.append(f"Reproduction number by onset: {mid:.2f} (90% {low:.2f}-{high:.2f})")
    return lines


def _speed(s: Situation) -> list[str]:
    r = s.reproduction()
    if math.isnan(r[0.5]):
        lines = ["Reproduction number: no finding"]
    else:
        above = float(s.data["estimated_r_above_one_prob"].sel(area=CITY).isel(day=-1))
        lines = [
            f"Reproduction number {r[0.5]:.2f} (90% {r[0.05]:.2f}-{r[0.95]:.2f}); "
            f"chance that it exceeds 1: {100 * above:.1f}%"
        ]
        closed = s.data["estimated_r_closed"].sel(area=CITY).isel(day=-1).values
        if np.isfinite(closed).all():
            lines.append(
                f"  closed form, last 7 days: {closed[3]:.2f} (90% {closed[1]:.2f}-{closed[5]:.2f})"
            )
    g = s.growth
    if math.isnan(g.rate):
        lines.append("Growth: no finding")
    else:
        word = "doubling" if g.rate > 0 else "halving"
        pace = f"{word} in {abs(g.doubling_days):.1f} days"
        if abs(g.doubling_days) > 100:
            pace = "neither growing nor falling to speak of"
        unsure = "" if g.status.level == "good" else " (too few cases to be sure)"
        lines.append(
            f"Growth of new cases {100 * g.rate:+.0f}% a day (90% {100 * g.low:+.0f} to "
            f"{100 * g.high:+.0f}), {pace}{unsure}"
        )
    return lines


def _grades(s: Situation) -> list[str]:
    names = s.city.districts.set_index("code")
    lines = []
    for basis in ("confirmation", "onset"):
        grades = [g for g in s.grades if g.basis == basis]
        if not grades:
            continue
        tally = ", ".join(f"{sum(g.level == v for g in grades)} {v}" for v in LEVELS)
        lines.append(f"District grades by day of {basis}: {tally}  (? = not certain)")
        shared = {m[1] for g in grades if (m := _UNASCRIBED.search(g.reason.en))}
        lines += [f"  {clause}" for clause in sorted(shared)]
        for g in grades:
            mark = " " if g.certain else "?"
            name = f"{names.loc[g.area, 'name_en']} {names.loc[g.area, 'name_zh']}"
            line = f"  {name:20s} {g.level + mark:7s} {NAMES_ZH[g.level]}  {_change(g)}"
            reason = _UNASCRIBED.sub(r"; \2", g.reason.en)
            lines += [line.rstrip(), f"      {reason}"]
    return lines


def table(situation: Situation) -> pd.DataFrame:
    """Return the situation as a table: a row for each area and day.

    Parameters
    ----------
    situation : Situation

    Returns
    -------
    DataFrame
        area, date, the reports and estimates of the day, and quantiles of the reproduction number.
    """
    s = situation
    parts = []
    for area in s.series.areas:
        here = s.data.sel(area=area)
        columns: dict[str, Any] = {"area": area, "date": s.series.dates.strftime("%Y-%m-%d")}
        for name in s.data:
            if s.data[name].dims == ("area", "day"):
                columns[str(name)] = here[name].values
        for name in ("estimated_r", "estimated_r_closed"):
            for q in s.data["quantile"].values:
                columns[f"{name}_{q:g}"] = here[name].sel(quantile=q).values
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _change(grade: Grade) -> str:
    if grade.changes_on is None:
        return ""
    return f"{grade.changes_to} from {grade.changes_on} if nothing new comes"


def as_json(situation: Situation) -> dict[str, Any]:
    """Return the situation as JSON can carry it; its keys are described in ``docs/situation.md``.

    Parameters
    ----------
    situation : Situation

    Returns
    -------
    dict
        Unknown numbers are null.
    """
    s = situation
    data = s.data
    dates = [str(d.date()) for d in s.series.dates]
    areas: dict[str, Any] = {}
    for area in s.series.areas:
        here = data.sel(area=area)
        plain = [n for n in data if data[n].dims == ("area", "day")]
        entry: dict[str, Any] = {str(n): _numbers(here[n].values) for n in plain}
        for n in ("estimated_r", "estimated_r_closed"):
            entry[n] = {
                f"{q:g}": _numbers(here[n].sel(quantile=q).values) for q in data["quantile"].values
            }
        areas[area] = entry
    return {
        "schema": "twofronts.situation",
        "schema_version": SCHEMA_VERSION,
        "city": s.city.id,
        "as_of": s.as_of.isoformat(),
        "dates": dates,
        "areas": areas,
        "growth": {
            "rate_per_day": _number(s.growth.rate),
            "low_90": _number(s.growth.low),
            "high_90": _number(s.growth.high),
            "doubling_days": _number(s.growth.doubling_days),
            "window_days": s.growth.window,
        },
        "grades": [_grade_json(g) for g in s.grades],
        "ending": None if s.ending is None else s.ending.to_json(),
        "onsets": None if s.onsets is None else _onsets_json(s),
        "serial_interval": {
            "mean_days": s.interval.mean,
            "sd_days": s.interval.sd,
            "rule": s.interval.rule,
            "source": s.interval.source,
            "pmf": _numbers(s.interval.pmf),
        },
        "problems": [str(p) for p in s.problems],
        "status": {
            "level": s.status.level,
            "advice": [{"en": a.en, "zh": a.zh} for a in s.status.advice],
        },
        "notes": list(s.manifest.notes),
        "inputs": dict(s.manifest.inputs),
        "version": s.manifest.version,
    }


def _onsets_json(s: Situation) -> dict[str, Any]:
    assert s.onsets is not None
    return {
        "delays": {
            name: {
                "family": d.family,
                "mean_days": d.mean,
                "mean_low_90": d.mean_low,
                "mean_high_90": d.mean_high,
                "sd_days": d.sd,
                "pairs": d.n_pairs,
            }
            for name, d in s.onsets.delays.items()
        },
        "onsets": {
            f"{q:g}": _numbers(s.data["estimated_onsets"].sel(quantile=q).values)
            for q in s.data["quantile"].values
        },
        "estimated_r_onset": {
            f"{q:g}": _numbers(s.data["estimated_r_onset"].sel(quantile=q).values)
            for q in s.data["quantile"].values
        },
        "reported_share": _numbers(s.data["estimated_reported_share"].values),
    }


def _grade_json(grade: Grade) -> dict[str, Any]:
    return {
        "area": grade.area,
        "basis": grade.basis,
        "level": grade.level,
        "certain": grade.certain,
        "reason": {"en": grade.reason.en, "zh": grade.reason.zh},
        "changes_on": None if grade.changes_on is None else grade.changes_on.isoformat(),
        "changes_to": grade.changes_to,
        "total": grade.total,
        "last_case": None if grade.last_case is None else grade.last_case.isoformat(),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _numbers(values: np.ndarray) -> list[float | None]:
    return [_number(float(f"{v:.6g}")) for v in values]
