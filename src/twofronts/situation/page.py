"""The situation as a short page of text, and as JSON."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from twofronts.situation.assess import Situation
from twofronts.situation.grades import LEVELS, NAMES_ZH, Grade
from twofronts.situation.onsets import Onsets
from twofronts.situation.reports import CITY
from twofronts.wording import Lang, Said, date_words, pad, said_in, say

SCHEMA_VERSION = 1
SPLIT_BASIS = {
    "line list": Said("from the line list", "据病例个案表"),
    "totals": Said("only totals are known; their days are assumed", "仅知总数，日期为假定"),
    "share": Said("by the share given", "按给定比例"),
    "none": Said("nothing tells them apart", "无从区分"),
}
# what many districts' reasons have in common; said once
_UNASCRIBED = {
    "en": re.compile(
        r"; (\d+ new cases? of the city in the last \d+ days (?:are|is) not ascribed to a district)"
        r", and the (chance that one is here is \d+%)"
    ),
    "zh": re.compile(
        r"；(近 \d+ 天全市 \d+ 例新增尚未归属到区)，其中(至少一例在本区的概率为 \d+%)"
    ),
}
_WORDS: dict[str, dict[str, str]] = {
    "head": {"en": "{0}: situation at the end of {1}", "zh": "{0}疫情形势（截至{1}）"},
    "first": {"en": "Read first", "zh": "请先阅读"},
    "notes": {"en": "Notes", "zh": "说明"},
    "unreported": {"en": "not reported", "zh": "未报告"},
    "contacts": {
        "en": "Contacts traced {0}, released {1}, under observation {2} (newest report of them)",
        "zh": "密切接触者：累计追踪{0}人，解除观察{1}人，尚在医学观察{2}人（最近一次报告）",
    },
    "counts": {
        "en": "Confirmed {0}, cured {1}, dead {2}, in hospital {3}",
        "zh": "累计确诊{0}例，治愈{1}例，死亡{2}例，在院{3}例",
    },
    "fortnight": {
        "en": "New confirmed, last 14 days: {0}",
        "zh": "最近14天每日新增确诊：{0}",
    },
    "origin": {
        "en": "Reckoned imported {0}, local {1} ({2})",
        "zh": "推算输入{0}例，本地{1}例（{2}）",
    },
    "delay": {
        "en": "Delay {0}: mean {1} d (90% {2}), sd {3} d, {4} cases, {5}",
        "zh": "{0}：均值{1}天（90%区间{2}），标准差{3}天，{4}例，{5}",
    },
    "onset-isolation": {"en": "onset to isolation", "zh": "发病至隔离"},
    "onset-confirmation": {"en": "onset to confirmation", "zh": "发病至确诊"},
    "onset-reported": {"en": "onset to reported", "zh": "发病至报告"},
    "lognormal": {"en": "lognormal", "zh": "对数正态分布"},
    "gamma": {"en": "gamma", "zh": "伽马分布"},
    "nowcast": {
        "en": "Onsets of the last 7 days, not yet reported counted in: {0}",
        "zh": "最近7天发病数（含尚未报告者）：{0}",
    },
    "r_onset": {
        "en": "Reproduction number by onset: {0} (90% {1}-{2})",
        "zh": "按发病日的再生数：{0}（90%区间{1}-{2}）",
    },
    "no_r": {"en": "Reproduction number: no finding", "zh": "再生数：尚无法估计"},
    "r": {
        "en": "Reproduction number {0} (90% {1}-{2}); chance that it exceeds 1: {3}%",
        "zh": "再生数{0}（90%区间{1}-{2}）；大于1的概率：{3}%",
    },
    "closed": {
        "en": "  closed form, last 7 days: {0} (90% {1}-{2})",
        "zh": "  闭式估计，最近7天：{0}（90%区间{1}-{2}）",
    },
    "no_growth": {"en": "Growth: no finding", "zh": "增长率：尚无法估计"},
    "doubling": {"en": "doubling in {0} days", "zh": "倍增时间{0}天"},
    "halving": {"en": "halving in {0} days", "zh": "减半时间{0}天"},
    "steady": {"en": "neither growing nor falling to speak of", "zh": "基本持平"},
    "unsure": {"en": " (too few cases to be sure)", "zh": "（病例过少，尚不能确定）"},
    "growth": {
        "en": "Growth of new cases {0}% a day (90% {1} to {2}), {3}{4}",
        "zh": "新增病例每日增长{0}%（90%区间{1}至{2}），{3}{4}",
    },
    "grades": {
        "en": "District grades by day of {0}: {1}  (? = not certain)",
        "zh": "各区风险等级（按{0}）：{1}（?为尚不确定）",
    },
    "confirmation": {"en": "confirmation", "zh": "确诊日期"},
    "onset": {"en": "onset", "zh": "发病日期"},
    "change": {
        "en": "{0} from {1} if nothing new comes",
        "zh": "如无新增，{1}起转为{0}",
    },
}

_say = partial(say, _WORDS)


def page(situation: Situation, lang: Lang = "en") -> str:
    """Return the situation as plain text of about forty lines.

    Parameters
    ----------
    situation : Situation
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    s = situation
    name = s.city.name_zh if lang == "zh" else f"{s.city.name_en} {s.city.name_zh}"
    lines = [_say("head", lang, name, date_words(s.as_of, lang)), ""]
    lines += _counts(s, lang) + [""] + _speed(s, lang) + [""] + _grades(s, lang)
    if s.ending is not None:
        lines += ["", *s.ending.lines(lang=lang)]
    if s.onsets is not None:
        lines += ["", *_onsets(s.onsets, lang)]
    if s.status.advice:
        lines += ["", _say("first" if s.status.level != "good" else "notes", lang)]
        lines += [f"  - {getattr(a, lang)}" for a in s.status.advice]
    lines += ["", *(said_in(note, lang) for note in s.manifest.notes)]
    return "\n".join(lines)


def _counts(s: Situation, lang: Lang) -> list[str]:
    level = {k: v[s.series.area(CITY)] for k, v in s.series.level.items()}

    def last(name: str) -> str | None:
        known = np.flatnonzero(np.isfinite(level[name]))
        return f"{level[name][known[-1]]:.0f}" if known.size else None

    def told(*names: str) -> list[str]:
        return [last(name) or _say("unreported", lang) for name in names]

    new = s.series.new["new_confirmed"][s.series.area(CITY)]
    fortnight = " ".join("-" if math.isnan(x) else f"{x:.0f}" for x in new[-14:])
    contacts = []
    if last("contacts_traced") is not None:
        found = told("contacts_traced", "contacts_released", "contacts_observed")
        contacts = [_unit_free(_say("contacts", lang, *found), lang)]
    imported, local = np.nansum(s.split.imported[0]), np.nansum(s.split.local[0])
    basis = said_in(SPLIT_BASIS[s.split.basis], lang)
    counted = told("cum_confirmed", "cum_cured", "cum_deaths", "in_hospital")
    return [
        _unit_free(_say("counts", lang, *counted), lang),
        _say("fortnight", lang, fortnight),
        _say("origin", lang, f"{imported:.0f}", f"{local:.0f}", basis),
        *contacts,
    ]


def _unit_free(text: str, lang: Lang) -> str:
    """Take the measure word away where there is no number: 未报告, not 未报告例."""
    return re.sub(r"未报告[例人]", "未报告", text) if lang == "zh" else text


def _onsets(onsets: Onsets, lang: Lang) -> list[str]:
    lines = []
    for name, d in onsets.delays.items():
        ends = f"{d.mean_low:.1f}-{d.mean_high:.1f}"
        numbers = (f"{d.mean:.1f}", ends, f"{d.sd:.1f}", d.n_pairs)
        lines.append(_say("delay", lang, _say(name, lang), *numbers, _say(d.family, lang)))
    n = onsets.nowcast
    if n is not None and n.status.ok:
        q = [n.levels.index(v) for v in (0.05, 0.5, 0.95)]
        newest = ", ".join(
            f"{n.quantiles[-d, q[1]]:.0f} ({n.quantiles[-d, q[0]]:.0f}-{n.quantiles[-d, q[2]]:.0f})"
            for d in range(min(7, n.seen.size), 0, -1)
        )
        if lang == "zh":
            newest = newest.replace(", ", "，")
        lines.append(_say("nowcast", lang, newest))
    number = onsets.reproduction
    if number is not None and number.status.ok:
        low, mid, high = (f"{number.quantile(v)[-1]:.2f}" for v in (0.05, 0.5, 0.95))
        lines.append(_say("r_onset", lang, mid, low, high))
    return lines


def _speed(s: Situation, lang: Lang) -> list[str]:
    r = s.reproduction()
    if math.isnan(r[0.5]):
        lines = [_say("no_r", lang)]
    else:
        above = float(s.data["estimated_r_above_one_prob"].sel(area=CITY).isel(day=-1))
        numbers = (f"{r[q]:.2f}" for q in (0.5, 0.05, 0.95))
        lines = [_say("r", lang, *numbers, f"{100 * above:.1f}")]
        closed = s.data["estimated_r_closed"].sel(area=CITY).isel(day=-1).values
        if np.isfinite(closed).all():
            lines.append(_say("closed", lang, *(f"{closed[i]:.2f}" for i in (3, 1, 5))))
    g = s.growth
    if math.isnan(g.rate):
        lines.append(_say("no_growth", lang))
    else:
        days = abs(g.doubling_days)
        word = "doubling" if g.rate > 0 else "halving"
        pace = _say("steady", lang) if days > 100 else _say(word, lang, f"{days:.1f}")
        unsure = "" if g.status.level == "good" else _say("unsure", lang)
        rates = (f"{100 * x:+.0f}" for x in (g.rate, g.low, g.high))
        lines.append(_say("growth", lang, *rates, pace, unsure))
    return lines


def _grades(s: Situation, lang: Lang) -> list[str]:
    names = s.city.districts.set_index("code")
    zh = lang == "zh"
    lines = []
    for basis in ("confirmation", "onset"):
        grades = [g for g in s.grades if g.basis == basis]
        if not grades:
            continue
        counts = [(sum(g.level == v for g in grades), v) for v in LEVELS]
        tally = ", ".join(f"{n} {v}" for n, v in counts)
        if zh:
            tally = "、".join(f"{NAMES_ZH[v]}{n}个" for n, v in counts)
        lines.append(_say("grades", lang, _say(basis, lang), tally))
        common = _UNASCRIBED[lang]
        reasons = [getattr(g.reason, lang) for g in grades]
        shared = {m[1] for m in map(common.search, reasons) if m}
        lines += [f"  {clause}" for clause in sorted(shared)]
        for g, reason in zip(grades, reasons, strict=True):
            mark = " " if g.certain else "?"
            own = names.loc[g.area]
            if zh:
                name = pad(str(own["name_zh"]), 12)
                line = f"  {name}  {NAMES_ZH[g.level]}{mark}  {_change(g, lang)}"
            else:
                name = f"{own['name_en']} {own['name_zh']}"
                line = f"  {name:20s} {g.level + mark:7s} {NAMES_ZH[g.level]}  {_change(g, lang)}"
            told = common.sub(r"；\2" if zh else r"; \2", reason)
            lines += [line.rstrip(), f"      {told}"]
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


def _change(grade: Grade, lang: Lang) -> str:
    if grade.changes_on is None or grade.changes_to is None:
        return ""
    level = NAMES_ZH[grade.changes_to] if lang == "zh" else grade.changes_to
    return _say("change", lang, level, date_words(grade.changes_on, lang, year=False))


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
