"""Forecasts and their scores as short pages of text, and as JSON."""

from __future__ import annotations

import datetime as dt
import math
from functools import partial
from typing import Any

import pandas as pd

from twofronts.measures.files import BUILT_IN, load_rulebook
from twofronts.situation.backtest import Backtest
from twofronts.situation.ending import first_day_over
from twofronts.situation.fit import Fit
from twofronts.situation.forecasting import chance_of_more_simulated
from twofronts.situation.forecasts import Forecast
from twofronts.situation.grades import LEVELS, NAMES_ZH
from twofronts.wording import Lang, date_words, even, pad, said_in, say

SCHEMA_VERSION = 1
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_NAMES: dict[str, dict[Lang, str]] = {
    "cases": {"en": "new confirmed", "zh": "新增确诊"},
    "in_care": {"en": "in hospital", "zh": "在院"},
    "deaths": {"en": "new deaths", "zh": "新增死亡"},
}
_HELD = "as held"
_WORDS: dict[str, dict[str, str]] = {
    "head": {
        "en": "Forecast from {0}, rules from the next day: {1}",
        "zh": "疫情预测：自{0}起，次日起执行：{1}",
    },
    "held": {"en": _HELD, "zh": "维持现行措施"},
    "first": {"en": "Read first", "zh": "请先阅读"},
    "bands": {"en": "{0}: median (50% | 90%)", "zh": "{0}：中位数（50%区间 | 90%区间）"},
    "in_all": {
        "en": "new confirmed in all {0} days: {1} ({2}-{3})",
        "zh": "{0}天合计新增确诊：{1}例（{2}-{3}）",
    },
    "fitted": {"en": "Fitted (median, 90%)", "zh": "拟合结果（中位数，90%区间）"},
    "importation": {"en": "importation", "zh": "输入系数"},
    "detection": {"en": "detection", "zh": "发现比例"},
    "grade": {"en": "Most likely grade on {0}", "zh": "{0}各区最可能的风险等级"},
    "fit": {
        "en": "Fit: {0} draws simulated in {1} s, {2} kept",
        "zh": "拟合：用时{1}秒模拟{0}次，保留{2}次",
    },
    "no_over": {
        "en": "Is it over, by the simulator: no finding, as it does not bring the reports about",
        "zh": "疫情是否结束（模拟）：模拟未能再现报告，无结论",
    },
    "over": {
        "en": "Is it over, by the simulator: chance of a reported case in the four weeks after",
        "zh": "疫情是否结束（模拟）：其后四周内仍有报告病例的概率",
    },
    "as_held": {"en": "measures as held", "zh": "维持现行措施"},
    "opened": {"en": "rulebook {0}", "zh": "{0}"},
    "now": {"en": "  {0}: {1}% now, {2}", "zh": "  {0}：目前{1}%，{2}"},
    "never": {"en": "not below 5% within {0} days", "zh": "{0}天内不会低于5%"},
    "below": {"en": "below 5% from {0}", "zh": "{0}起低于5%"},
    "past": {
        "en": "Past forecasts of the whole city against what came",
        "zh": "以往全市预测与实际对照",
    },
    "target": {"en": "target", "zh": "指标"},
    "model": {"en": "model", "zh": "方法"},
    "relative": {"en": "rel.", "zh": "相对"},
    "bias": {"en": "bias", "zh": "偏差"},
    "key": {
        "en": "WIS: mean weighted interval score, lower is better; rel.: against the last value;\n"
        "50%, 90%: share of days inside the central intervals; bias: -1 too low, +1 too high.",
        "zh": "WIS：加权区间评分均值，越低越好；相对：与“沿用前值”之比；\n"
        "50%、90%：实际值落在相应中心区间的天数比例；偏差：-1为偏低，+1为偏高。",
    },
    "by_day": {
        "en": "WIS of cases by the day forecast from",
        "zh": "新增确诊的WIS，按预测起始日",
    },
}
_MODELS_ZH = {"closed-form renewal": "闭式更新", "fit": "模拟拟合", "last value": "沿用前值"}

_say = partial(say, _WORDS)


def model_name(model: str, lang: Lang) -> str:
    """Return what a way of forecasting is called; one that is not known keeps its name."""
    return _MODELS_ZH.get(model, model) if lang == "zh" else model


def _rules(name: str, lang: Lang) -> str:
    """Return what rules from the next day are called."""
    if name == _HELD:
        return _say("held", lang)
    if lang == "zh" and name in BUILT_IN:
        return load_rulebook(name).title["zh"]
    return name


def _quantity(name: str, lang: Lang) -> str:
    """Return what a fitted quantity is called."""
    if lang == "en":
        return name
    period = name.removeprefix("transmission_")
    return f"传播系数（第{period}段）" if period != name else _say(name, lang)


def forecast_page(forecast: Forecast, fitted: Fit, lang: Lang = "en") -> str:
    """Return a forecast as plain text.

    Parameters
    ----------
    forecast : Forecast
    fitted : Fit
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    assert forecast.manifest is not None
    rules = _rules(str(forecast.manifest.settings["rulebook"]), lang)
    zh = lang == "zh"
    lines = [_say("head", lang, date_words(forecast.as_of, lang), rules), ""]
    if fitted.status.advice:
        advice = (f"  - {getattr(a, lang)}" for a in fitted.status.advice)
        lines += [_say("first", lang), *advice, ""]
    for target, names in _NAMES.items():
        q = forecast.quantiles(target, _LEVELS)[:, :, 0]
        lines.append(_say("bands", lang, names[lang]))
        for h in _shown(forecast.n_horizon):
            v = q[:, h - 1]
            day = date_words(forecast.date(h), lang, year=False)
            day = pad(day, 8) if zh else day
            lines.append(f"  {day}  {v[2]:6.1f}  ({v[1]:.1f}-{v[3]:.1f} | {v[0]:.1f}-{v[4]:.1f})")
    whole = forecast.draws["cases"][:, :, 0].sum(axis=1)
    low, mid, high = (f"{x:.0f}" for x in pd.Series(whole).quantile([0.05, 0.5, 0.95]))
    lines.append(_say("in_all", lang, forecast.n_horizon, mid, low, high))
    lines += ["", _say("fitted", lang)]
    for name in fitted.values:
        low, mid, high = (f"{x:.2f}" for x in fitted.interval(name))
        lines.append(f"  {pad(_quantity(name, lang), 18 if zh else 16)} {mid} ({low}-{high})")
    lines += _grades(forecast, fitted, lang)
    lines += ["", *(said_in(note, lang) for note in forecast.manifest.notes)]
    seconds = f"{fitted.wall_time_s:.0f}"
    lines.append(_say("fit", lang, fitted.n_simulated, seconds, fitted.n_draw))
    return "\n".join(lines)


def _grades(forecast: Forecast, fitted: Fit, lang: Lang) -> list[str]:
    """Return the most likely grade of each district on the last day."""
    if forecast.grades is None:
        return []
    last = date_words(forecast.date(forecast.n_horizon), lang)
    lines = ["", _say("grade", lang, last)]
    # English calls districts by their codes, as the tables do
    table = fitted.engine.city.districts
    names = dict(zip(table["code"].astype(str), table["name_zh"].astype(str), strict=True))
    for d, area in enumerate(forecast.areas[1:]):
        chance = forecast.grades[-1, d]
        best = int(chance.argmax())
        level, share = LEVELS[best], f"{100 * chance[best]:.0f}%"
        if lang == "zh":
            lines.append(f"  {pad(names.get(area, area), 12)}  {NAMES_ZH[level]}（{share}）")
        else:
            lines.append(f"  {area}  {level} ({share})")
    return lines


def over_page(fitted: Fit, *, opened: str = "open", ahead: int = 60, lang: Lang = "en") -> str:
    """Return when it is over by the simulator, with the measures held and with everything open.

    Parameters
    ----------
    fitted : Fit
    opened : str
        Rulebook that stands for no measures.
    ahead : int
        Days looked ahead. [d]
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    if not fitted.status.ok:
        return "\n" + _say("no_over", lang)
    lines = ["", _say("over", lang)]
    free = _say("opened", lang, _rules(opened, lang))
    for name, rulebook in ((_say("as_held", lang), None), (free, opened)):
        chance = chance_of_more_simulated(fitted, rulebook=rulebook, ahead=ahead)
        day = first_day_over(chance)
        when = _say("never", lang, ahead)
        if day is not None:
            date = fitted.engine.as_of + dt.timedelta(days=day)
            when = _say("below", lang, date_words(date, lang))
        lines.append(_say("now", lang, name, f"{100 * chance[0]:.0f}", when))
    return "\n".join(lines)


def _shown(n: int) -> list[int]:
    return [h for h in (1, 2, 3, 5, 7, 10, 14, 21, 28) if h < n] + [n]


def forecast_json(forecast: Forecast, fitted: Fit) -> dict[str, Any]:
    """Return a forecast as JSON can carry it; its keys are described in ``docs/situation.md``.

    Parameters
    ----------
    forecast : Forecast
    fitted : Fit

    Returns
    -------
    dict
    """
    assert forecast.manifest is not None
    targets = {}
    for target in forecast.draws:
        q = forecast.quantiles(target, _LEVELS)
        targets[target] = {
            area: {
                f"{v:g}": [round(float(x), 4) for x in q[i, :, a]] for i, v in enumerate(_LEVELS)
            }
            for a, area in enumerate(forecast.areas)
        }
    grades = None
    if forecast.grades is not None:
        grades = {
            area: {
                level: [round(float(x), 4) for x in forecast.grades[:, d, g]]
                for g, level in enumerate(LEVELS)
            }
            for d, area in enumerate(forecast.areas[1:])
        }
    return {
        "schema": "twofronts.forecast",
        "schema_version": SCHEMA_VERSION,
        "as_of": forecast.as_of.isoformat(),
        "model": forecast.model,
        "rulebook": forecast.manifest.settings["rulebook"],
        "dates": [forecast.date(h + 1).isoformat() for h in range(forecast.n_horizon)],
        "targets": targets,
        "grades": grades,
        "fitted": {
            name: dict(zip(("low_90", "median", "high_90"), fitted.interval(name), strict=True))
            for name in fitted.values
        },
        "draws": fitted.n_draw,
        "status": {
            "level": fitted.status.level,
            "advice": [{"en": a.en, "zh": a.zh} for a in fitted.status.advice],
        },
        "notes": list(forecast.manifest.notes),
        "inputs": dict(forecast.manifest.inputs),
        "version": forecast.manifest.version,
    }


def backtest_page(result: Backtest, lang: Lang = "en") -> str:
    """Return the scores of past forecasts as plain text.

    Parameters
    ----------
    result : Backtest
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    lines = [_say("past", lang), ""]
    if not result.status.ok:
        return "\n".join(lines + [getattr(a, lang) for a in result.status.advice])
    words = (_say(key, lang) for key in ("target", "model", "relative", "bias"))
    target, model, relative, bias = words
    widths = (10, 22, 5, 8, 6, 5, 5, 6)
    rows = [(target, model, "n", "WIS", relative, "50%", "90%", bias)]
    for row in result.by_target.to_dict("records"):
        name = str(row["target"])
        rows.append(
            (
                _NAMES[name]["zh"] if lang == "zh" and name in _NAMES else name,
                model_name(str(row["model"]), lang),
                f"{row['n']:d}",
                f"{row['wis']:.3f}",
                "-" if math.isnan(row["relative_wis"]) else f"{row['relative_wis']:.2f}",
                f"{row['inside_50']:.2f}",
                f"{row['inside_90']:.2f}",
                f"{row['bias']:+.2f}",
            )
        )
    lines += [
        " ".join(pad(c, n, right=i > 1) for i, (c, n) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    lines += ["", _say("key", lang)]
    cases = result.by_day[result.by_day["target"] == "cases"]
    table = cases.pivot(index="as_of", columns="model", values="wis")
    lines += ["", _say("by_day", lang)]
    if lang == "zh":
        heads = ["", *(model_name(str(m), lang) for m in table.columns)]
        days = [
            [date_words(day, lang, year=False), *(f"{x:.2f}" for x in values)]
            for day, values in zip(table.index, table.to_numpy(), strict=True)
        ]
        return "\n".join(lines + even([heads, *days]))
    return "\n".join([*lines, table.to_string(float_format="%.2f")])
