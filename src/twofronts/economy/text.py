"""A run of front two in words and tables, for a terminal, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.economy.labels import weighted
from twofronts.economy.losses_text import losses, money_scale
from twofronts.economy.resumption import ABOVE_SCALE, FIRMS, STAFF
from twofronts.economy.run import EconomyRun
from twofronts.economy.sensitivity import Tornado, bar_name, end_words
from twofronts.economy.variables import BINDING, BINDING_ZH
from twofronts.parameters import Parameters
from twofronts.wording import Lang, cut, date_words, money_unit, name_of, pad, said_in, say

_WORDS: dict[str, dict[str, str]] = {
    "head": {
        "en": "Front two of {0}, {1} to {2}, {3} draws",
        "zh": "{0}：复工达产，{1}至{2}，{3}次模拟",
    },
    "lost": {
        "en": "Value added lost: {0} {3} ({1} to {2}), {4} of an ordinary period",
        "zh": "增加值损失：{0}{3}（{1}至{2}），占平常同期的{4}",
    },
    "risk": {
        "en": "On the last day {0} ({1} to {2}) jobs are at risk",
        "zh": "末日受影响岗位{0}个（{1}至{2}）",
    },
    "wages": {
        "en": "Wages at risk over the period: {0} {3} ({1} to {2})",
        "zh": "期内受影响工资：{0}{3}（{1}至{2}）",
    },
    "note": {"en": "Note: {0}.", "zh": "说明：{0}。"},
    "firms": {"en": "resumption", "zh": "复工率"},
    "staff": {"en": "staff return", "zh": "返岗率"},
    "made": {"en": "capacity", "zh": "达产率"},
    "binds": {"en": "binds most", "zh": "主要制约"},
    "stops": {"en": "stops in", "zh": "断供倒计时"},
    "sector": {"en": "sector", "zh": "行业"},
    "first": {"en": "first", "zh": "首日"},
    "last": {"en": "last", "zh": "末日"},
    "missing": {"en": " ({0})", "zh": "（{0}）"},
    "day": {"en": "{0} d{1}, day {2}", "zh": "{0}天{1}，第{2}天"},
    "good": {"en": "good", "zh": "物资"},
    "cover": {"en": "cover, first day", "zh": "首日可保障天数"},
    "cover_last": {"en": "last day", "zh": "末日"},
    "lowest": {"en": "lowest", "zh": "最低"},
    "short": {"en": "short from", "zh": "缺口始于"},
    "running": {"en": "Running short in some draws: {0}", "zh": "部分模拟中出现缺口：{0}"},
    "from": {"en": "{0} from {1}", "zh": "{0}（{1}起）"},
    "none": {"en": "nothing", "zh": "无"},
    "days": {"en": "{0} d", "zh": "{0}天"},
    "ample": {"en": "ample", "zh": "充足"},
    "mask_gate": {
        "en": "Masks: of staff that need one, had one {0} on {1}, the worst day; "
        "short on {2} of {3} days",
        "zh": "口罩：需要口罩的员工中，{1}（最差一天）仅{0}有口罩；{3}天中有{2}天不足",
    },
    "test_gate": {
        "en": "Reagents: of tests wanted, were run {0} on {1}, the worst day; "
        "short on {2} of {3} days",
        "zh": "试剂：所需检测中，{1}（最差一天）仅完成{0}；{3}天中有{2}天不足",
    },
    "tornado": {
        "en": "What matters most (value added lost, {0} at the central values)",
        "zh": "影响最大的假设（增加值损失占比，各取中间值时为{0}）",
    },
}

_say = partial(say, _WORDS)


def report(run: EconomyRun, city: Any, lang: Lang = "en") -> str:
    """Return the accounts of a run: totals, sectors, districts, supplies.

    Parameters
    ----------
    run : EconomyRun
    city : City
    lang : "en" or "zh"

    Returns
    -------
    str
        Plain text, 100 columns at most.
    """
    data = run.data
    first, last = (date_words(data["date"].values[i], lang) for i in (0, -1))
    parts = [
        _say("head", lang, name_of(city, lang), first, last, data.sizes["draw"]),
        "",
        *_totals(data, lang),
        "",
        *accounts(data, city, lang),
        "",
        said_in(run.status, lang),
        *(_say("note", lang, said_in(note, lang)) for note in run.manifest.notes),
    ]
    return "\n".join(parts)


def accounts(data: xr.Dataset, city: Any, lang: Lang = "en") -> list[str]:
    """Return the accounts as lines: sectors, losses by week and place, supplies.

    Parameters
    ----------
    data : Dataset
        Of a run with front two in it, with the coordinates of ``economy.labels``.
    city : City
    lang : "en" or "zh"
    """
    return [
        *_sectors(data, city, lang),
        "",
        *losses(data, city, lang),
        "",
        *_supplies(data, city, lang),
    ]


def outline(data: xr.Dataset, city: Any, lang: Lang = "en") -> list[str]:
    """Return jobs and wages at risk, and what ran short, in a few lines.

    Parameters
    ----------
    data : Dataset
        Of a run with front two in it.
    city : City
    lang : "en" or "zh"
    """
    names = _names(city.stocks, "good", lang) if lang == "zh" else {}
    short = [
        _say("from", lang, names.get(str(good), str(good)), date_words(day, lang, year=False))
        for good in data["good"].values
        if (day := _short_from(data, good)) is not None
    ]
    told = ("、" if lang == "zh" else ", ").join(short) or _say("none", lang)
    return [*_totals(data, lang)[1:], _say("running", lang, told), *_gates(data, lang)]


def _totals(data: xr.Dataset, lang: Lang) -> list[str]:
    word, scale = money_scale(data)
    unit = money_unit(data.attrs["currency"], lang, word)
    normal = sum(data.attrs["normal_value_added"]) * data.sizes["day"]
    lost = data["value_added_lost"].sum(("day", "sector", "district"), dtype=np.float64)
    jobs = data["jobs_at_risk"].isel(day=-1).sum(("sector", "district"), dtype=np.float64)
    wages = data["wages_at_risk"].sum(("day", "sector", "district"), dtype=np.float64)
    spans = {}
    for key, values, form in (
        ("lost", lost * scale, ",.1f"),
        ("risk", jobs, ",.0f"),
        ("wages", wages * scale, ",.1f"),
    ):
        spans[key] = [f"{x:{form}}" for x in np.quantile(values, [0.5, 0.05, 0.95])]
    share = f"{float(lost.median()) / normal:.1%}"
    return [
        _say("lost", lang, *spans["lost"], unit, share),
        _say("risk", lang, *spans["risk"]),
        _say("wages", lang, *spans["wages"], unit),
    ]


def _names(table: pd.DataFrame, key: str, lang: Lang) -> dict[str, str]:
    return dict(zip(table[key].astype(str), table[f"name_{lang}"].astype(str), strict=True))


def _sectors(data: xr.Dataset, city: Any, lang: Lang) -> list[str]:
    names = _names(city.sectors, "sector", lang)
    firms, staff = (
        weighted(data[rate], data[weight], ("district",)).to_numpy()
        for rate, weight in (("resumption_rate", "firms"), ("staff_return_rate", "ordinary_staff"))
    )
    made = data["capacity_rate"].to_numpy()
    w = {key: words[lang] for key, words in _WORDS.items()}
    heads = "".join(pad(w[x], 16, right=True) for x in ("firms", "staff", "made"))
    ends = pad(w["first"], 9, right=True) + pad(w["last"], 7, right=True)
    lines = [
        f"{'':32}{heads}  {pad(w['binds'], 15)}{w['stops']}",
        pad(w["sector"], 32) + ends * 3,
    ]
    for index, code in enumerate(data["sector"].values):
        rates = [
            f"{x[:, 0, index].mean():9.0%}{x[:, -1, index].mean():7.0%}"
            for x in (firms, staff, made)
        ]
        label = cut(f"{code} {names[code]}", 31)
        binds, stops = _what_binds(data, index, lang)
        lines.append(f"{pad(label, 32)}{''.join(rates)}  {pad(binds, 15)}{stops}")
    return lines


def _what_binds(data: xr.Dataset, index: int, lang: Lang) -> tuple[str, str]:
    codes = data["binding_code"].to_numpy()[:, :, index].ravel()
    most = int(np.bincount(codes.clip(0), minlength=len(BINDING)).argmax())
    text = (BINDING_ZH if lang == "zh" else BINDING)[most]
    sectors = data["sector"].values
    if BINDING[most] in ("input", "freight"):
        inputs = data["binding_input"].to_numpy()[:, :, index].ravel()
        inputs = inputs[(codes == most) & (inputs >= 0)]
        if inputs.size:
            text += f" {sectors[np.bincount(inputs).argmax()]}"
    days = np.median(data["days_to_stop"].to_numpy()[:, :, index], axis=0)
    worst = int(np.argmin(days))
    if days[worst] >= 60:
        return text, "-"
    which = data["stop_input"].to_numpy()[:, worst, index]
    which = which[which >= 0]
    missing = ""
    if which.size:
        missing = _say("missing", lang, sectors[np.bincount(which).argmax()])
    return text, _say("day", lang, f"{days[worst]:.0f}", missing, worst)


def _set(rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> list[str]:
    """Return rows as lines of columns of given widths, the first to the left."""
    return [
        "".join(pad(c, n, right=i > 0) for i, (c, n) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _supplies(data: xr.Dataset, city: Any, lang: Lang) -> list[str]:
    # in English a good is called by its key, as in the tables of a run
    names = _names(city.stocks, "good", lang) if lang == "zh" else {}
    keys = ("good", "cover", "cover_last", "lowest")
    rows = [tuple(_say(key, lang) for key in keys)]
    since = [_say("short", lang)]
    for good in data["good"].values:
        cover = data["supply_cover_days"].sel(good=good).mean("draw").to_numpy()
        day = _short_from(data, good)
        since.append("-" if day is None else date_words(day, lang, year=False))
        spans = (_days(x, lang) for x in (cover[0], cover[-1], cover.min()))
        rows.append((names.get(str(good), str(good)), *spans))
    lines = _set(rows, (16, 18, 10, 9))
    return [f"{a}  {b}" for a, b in zip(lines, since, strict=True)] + _gates(data, lang)


def _short_from(data: xr.Dataset, good: Any) -> Any:
    """Return the first day on which a good is short in any draw, None if it never is."""
    short = data["supply_short"].sel(good=good).to_numpy().mean(axis=0)
    wish = short + data["supply_used"].sel(good=good).to_numpy().mean(axis=0)
    days = np.flatnonzero(short > 1e-6 * np.maximum(wish, 1e-12))
    return data["date"].values[days[0]] if days.size else None


def _gates(data: xr.Dataset, lang: Lang) -> list[str]:
    """Say what a shortage kept from happening: staff without a mask, tests without a reagent."""
    lines = []
    for name in ("mask_gate", "test_gate"):
        share = data[name].to_numpy().astype(np.float64)
        worst = int(share.mean(axis=0).argmin())
        days = (share < 1.0).mean(axis=0).sum()
        if days > 0:
            date = date_words(data["date"].values[worst], lang)
            least = f"{share.mean(axis=0)[worst]:.0%}"
            lines.append(_say(name, lang, least, date, f"{days:.0f}", share.shape[1]))
    return lines


def _days(value: float, lang: Lang) -> str:
    return _say("ample", lang) if value >= 365 else _say("days", lang, f"{value:.1f}")


def tornado_lines(
    result: Tornado, parameters: Parameters, *, most: int = 10, lang: Lang = "en"
) -> Iterable[str]:
    """Return what matters most, one line for each assumption.

    Parameters
    ----------
    result : Tornado
    parameters : Parameters
    most : int
        Lines at most.
    lang : "en" or "zh"

    Returns
    -------
    iterable of str
    """
    yield _say("tornado", lang, f"{result.centre:.1%}")
    for bar in result.bars[:most]:
        name = cut(bar_name(bar, parameters, lang), 54)
        low, high = end_words(bar, lang)
        comma = "，" if lang == "zh" else ", "
        moved = f"{low} -> {bar.at_low:.1%}{comma}{high} -> {bar.at_high:.1%}"
        yield f"  {pad(name, 54)} {moved}"


_SHOCK: dict[str, dict[str, str]] = {
    "change": {
        "en": "Value added in the window: {0} against normal",
        "zh": "窗口期增加值较正常水平：{0}",
    },
    "section": {"en": "section", "zh": "门类"},
    "modelled": {"en": "modelled", "zh": "模拟"},
    "published": {"en": "published", "zh": "公布"},
    "error": {
        "en": "Mean absolute error by section: {0} points",
        "zh": "分门类平均绝对误差：{0}个百分点",
    },
}


def shock_text(result: Any, lang: Lang = "en") -> str:
    """Return what a published shock gave, section by section.

    Parameters
    ----------
    result : ShockResult
        Its title and sections are called as the case's own files call them.
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    w = {key: words[lang] for key, words in _SHOCK.items()}
    lines = [result.title, w["change"].format(f"{result.change:+.1f}%")]
    rows = [(w["section"], w["modelled"], w["published"])]
    for name, row in result.sections.iterrows():
        known = "" if row["published"] != row["published"] else f"{row['published']:+.1f}%"
        rows.append((str(name), f"{row['modelled']:+.1f}%", known))
    lines += _set(rows, (16, 10, 11))
    if result.sections["published"].notna().any():
        lines.append(w["error"].format(f"{result.section_error:.1f}"))
    return "\n".join(lines)


_INDICATORS_ZH = {
    ABOVE_SCALE: "规上工业企业复工率",
    FIRMS: "复工企业数（家）",
    STAFF: "在岗人数（人）",
}


def resumption_text(fit: Any, parameters: Parameters, lang: Lang = "en") -> str:
    """Return a fit of the pace of return: what was reported and modelled, and the parameters.

    Parameters
    ----------
    fit : ResumptionFit
    parameters : Parameters
        For the Chinese names; English has the keys, as in the file.
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    zh = lang == "zh"
    lines = []
    for indicator, reported in fit.reported.items():
        seen, made = f"{reported:,g}", f"{fit.modelled[indicator]:,.6g}"
        if zh:
            lines.append(f"{_INDICATORS_ZH[indicator]}：报告 {seen}，模拟 {made}")
        else:
            lines.append(f"{indicator}: reported {seen}, modelled {made}")
    for key, value in fit.values.items():
        low, high = (f"{x:.6g}" for x in fit.ranges[key])
        if zh:
            lines.append(f"{parameters[key].name['zh']}：{value:.6g}（{low} 至 {high}）")
        else:
            lines.append(f"{key} = {value:.6g} ({low} to {high})")
    return "\n".join(lines)
