"""What to know of the data before the figures: each warning with what, where, why and remedy.

English stands at the top of a warning, Chinese under ``zh``, so that a page shows either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np

STALE_DAYS = 1  # the day's report is in by the next noon
SHOWN_DISTRICTS = 4


def warning(level: str, where: str, en: tuple[str, ...], zh: tuple[str, ...]) -> dict[str, Any]:
    """Return one warning; ``en`` and ``zh`` are what, why and remedy, as far as there are any."""
    keys = ("what", "why", "remedy")
    said = dict(zip(keys, (*en, "", "")[:3], strict=True))
    return said | {
        "level": level, "where": where, "zh": dict(zip(keys, (*zh, "", "")[:3], strict=True)),
    }  # fmt: skip


def quality_of(
    found: Any, begun: Any, today: dt.date | None, *, more: Iterable[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Return the warnings of a situation, the worst first.

    Parameters
    ----------
    found : Situation
    begun : Beginning
        The fit, which has advice of its own.
    today : date or None
        The office's day, against which a report is late; None where nobody waits for one.
    more : iterable of dict
        Warnings of whoever asks.
    """
    rows = [*_late(found, today), *_problems(found), *_districts(found), *more]
    rows += [
        warning(
            "caution" if found.status.level != "good" else "note", "situation", (s.en,), (s.zh,)
        )
        for s in found.status.advice
        if "do not fit together" not in s.en  # those rows are named one by one above
    ]
    rows += [warning("caution", "fit", (en,), (zh,)) for en, zh in begun.advice]
    if begun.state is None:
        rows.append(
            warning(
                "caution", "fit",
                ("There is no fit to the reports", _REASONS.get(begun.reason, begun.reason),
                 "what-ifs begin from the reported patients alone"),
                ("没有与报告拟合的模拟", _REASONS_ZH.get(begun.reason, begun.reason),
                 "推演仅从已报告的患者开始"),
            )
        )  # fmt: skip
    order = {"bad": 0, "caution": 1, "note": 2}
    return sorted(rows, key=lambda r: order[r["level"]])


def register_row(register: Any) -> list[dict[str, Any]]:
    """Return the warning that the register of cases is not used, where it is not."""
    if register.used:
        return []
    held, n = register.with_onset, register.reported
    return [
        warning(
            "note", "",
            (f"The register of cases holds {held} of {n} reported cases with a day of onset",
             "a curve of onsets from a part of the cases would be read as the city's",
             "enter the cases with their days; the nowcast then comes with the next situation"),
            (f"病例台账中有发病日期的病例为 {held} 例，日报累计确诊 {n} 例",
             "以部分病例推算的发病曲线会被误读为全市情况",
             "补录病例及其日期，下一次研判即给出发病现报"),
        )
    ]  # fmt: skip


_REASONS = {
    "sample": "the residents are a sample",
    "no_cases": "no case was reported so far",
    "failed": "the fit did not come to an end",
}
_REASONS_ZH = {"sample": "居民为抽样", "no_cases": "迄今无报告病例", "failed": "拟合未能完成"}


def _problems(found: Any) -> list[dict[str, Any]]:
    return [
        warning("bad", p.where, (p.what, p.why, p.remedy), p.zh or (p.what, p.why, p.remedy))
        for p in found.problems
    ]


def _late(found: Any, today: dt.date | None) -> list[dict[str, Any]]:
    last = found.reports.known_on(found.as_of)["date"].max().date()
    if today is None or (today - last).days <= STALE_DAYS:
        return []
    n = (today - last).days - 1
    return [
        warning(
            "bad", "reports.csv",
            (f"The last report is of {last}, {n} days are missing",
             "a day without a report counts as a day without a case",
             "chase the report of the city, approve it, and run the situation again"),
            (f"最近一期报告为 {last}，缺 {n} 天", "没有报告的日子按零病例计",
             "催报并审核全市日报后重新运行"),
        )
    ]  # fmt: skip


def _districts(found: Any) -> list[dict[str, Any]]:
    """Districts whose own reports ended before the city's."""
    new, dates = found.series.new["new_confirmed"], found.series.dates
    names = {
        str(d.code): (d.name_en, d.name_zh) for d in found.city.districts.itertuples(index=False)
    }
    silent: list[tuple[str, str]] = []
    newest: dt.date | None = None
    for a, area in enumerate(found.series.areas):
        if a == 0:
            continue
        known = np.flatnonzero(np.isfinite(new[a]))
        last = dates[known[-1]].date() if known.size else None
        if last is None or (found.as_of - last).days > STALE_DAYS:
            silent.append(names[area])
            newest = max(filter(None, (newest, last)), default=None)
    if not silent:
        return []
    n, more = len(silent), len(silent) > SHOWN_DISTRICTS
    en = ", ".join(s[0] for s in silent[:SHOWN_DISTRICTS]) + (" ..." if more else "")
    zh = "、".join(s[1] for s in silent[:SHOWN_DISTRICTS]) + ("等" if more else "")
    until = f"{newest}" if newest else "–"
    return [
        warning(
            "caution", "reports.csv",
            (f"{n} districts have no newer report of their own (last: {until}): {en}",
             "where they lie of the city's later cases is not known, and grades stay careful",
             "have each district send its daily report, zeros included"),
            (f"{n} 个区没有更新的分区报告（最近 {until}）：{zh}",
             "其后全市病例的分布未知，风险等级从严认定", "请各区逐日上报，零病例也须上报"),
        )
    ]  # fmt: skip
