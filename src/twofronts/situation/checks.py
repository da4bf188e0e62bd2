"""Consistency of reports: every problem names its row, so that somebody can ring up and ask."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from twofronts.errors import Problem, ReportError
from twofronts.situation.reports import CITY, COUNTS, Reports

_KINDS = ("confirmed", "cured", "deaths")


def check_reports(reports: Reports) -> list[Problem]:
    """Return everything in the reports that cannot all be true, in order of line.

    A report filed twice; a cumulative count that falls; a new count that differs from the rise of
    the cumulative one; more cured and dead than confirmed; in hospital above what remains;
    districts that do not add up to the city; two sources of which one runs a day late.

    Parameters
    ----------
    reports : Reports

    Returns
    -------
    list of Problem
        Empty if all is well.
    """
    problems = list(_twice(reports.table))
    problems += _two_sources(reports.table)
    newest = reports.table.sort_values(["area", "source", "date", "version"], kind="stable")
    newest = newest.drop_duplicates(["area", "source", "date"], keep="last")
    for _, rows in newest.groupby(["area", "source"], sort=False):
        problems += _one_area(rows)
    problems += _district_sums(newest)
    return sorted(problems, key=lambda p: (p.file, p.line or 0))


def require_consistent(reports: Reports) -> None:
    """Refuse inconsistent reports.

    Parameters
    ----------
    reports : Reports

    Raises
    ------
    ReportError
        Naming every row that :func:`check_reports` finds.
    """
    problems = check_reports(reports)
    if problems:
        raise ReportError(problems)


def _at(row: pd.Series, column: str, what: str, why: str, remedy: str, *zh: str) -> Problem:
    return Problem(
        what=what, why=why, remedy=remedy, file=row["file"], line=int(row["line"]), column=column,
        zh=zh,
    )  # fmt: skip


def _twice(table: pd.DataFrame) -> Iterator[Problem]:
    keys = ["date", "area", "version", "source"]
    for _, rows in table[table.duplicated(keys, keep=False)].groupby(keys, sort=False):
        first = rows.iloc[0]
        for _, row in rows.iloc[1:].iterrows():
            yield _at(
                row,
                "date",
                f"the report of {row['date']:%Y-%m-%d} for {row['area']} is there twice",
                f"line {first['line']} of {first['file']} has the same day, area and version",
                "remove one, or give the correction the next version number",
                f"{row['area']} {row['date']:%Y-%m-%d} 的报告重复",
                f"{first['file']} 第 {first['line']} 行的日期、地区和版本相同",
                "删除其一，或将更正作为下一版本",
            )


def _one_area(rows: pd.DataFrame) -> Iterator[Problem]:
    rows = rows.sort_values("date")
    for kind in _KINDS:
        yield from _rises(rows, kind)
    for _, row in rows.iterrows():
        confirmed, cured, dead = (row[f"cum_{k}"] for k in _KINDS)
        gone = np.nansum([cured, dead])
        if np.isfinite(confirmed) and gone > confirmed:
            yield _at(
                row,
                "cum_cured",
                f"{gone:.0f} cured or dead, above {confirmed:.0f} confirmed",
                "nobody is cured of an illness that was never confirmed",
                "correct the cumulative counts of that row",
                f"治愈与死亡共 {gone:.0f} 例，多于确诊 {confirmed:.0f} 例",
                "未确诊者不会计入治愈",
                "更正该行的累计数",
            )
        left = confirmed - gone
        if np.isfinite(confirmed) and np.isfinite(cured) and row["in_hospital"] > left >= 0:
            yield _at(
                row,
                "in_hospital",
                f"{row['in_hospital']:.0f} in hospital, above the {left:.0f} neither cured nor "
                "dead",
                "patients in hospital are confirmed cases that have not left",
                "correct the row; report suspected cases under suspected",
                f"在院 {row['in_hospital']:.0f} 人，多于尚未出院的 {left:.0f} 人",
                "在院患者是尚未治愈或死亡的确诊病例",
                "更正该行；疑似病例另填疑似一栏",
            )


def _rises(rows: pd.DataFrame, kind: str) -> Iterator[Problem]:
    cum, new = f"cum_{kind}", f"new_{kind}"
    known = rows[np.isfinite(rows[cum])]
    before = None
    for _, row in known.iterrows():
        if before is not None:
            rise = row[cum] - before[cum]
            days = (row["date"] - before["date"]).days
            if rise < 0:
                yield _at(
                    row,
                    cum,
                    f"{cum} falls from {before[cum]:.0f} to {row[cum]:.0f}",
                    f"a cumulative count cannot fall; line {before['line']} has the day before",
                    "correct the row, or file the earlier days again under the next version",
                    f"{cum} 由 {before[cum]:.0f} 降至 {row[cum]:.0f}",
                    f"累计数不会下降；前一日见第 {before['line']} 行",
                    "更正该行，或将前几日作为下一版本重新上报",
                )
            elif days == 1 and np.isfinite(row[new]) and row[new] != rise:
                yield _at(
                    row,
                    new,
                    f"{new} is {row[new]:.0f}, but {cum} rises by {rise:.0f}",
                    f"the two tell the same thing; line {before['line']} has the day before",
                    "correct one of them",
                    f"{new} 为 {row[new]:.0f}，而 {cum} 增加 {rise:.0f}",
                    f"二者应当一致；前一日见第 {before['line']} 行",
                    "更正其中之一",
                )
        before = row


def _district_sums(newest: pd.DataFrame) -> Iterator[Problem]:
    districts = newest[newest["area"] != CITY]
    n_district = districts["area"].nunique()
    for _, city in newest[newest["area"] == CITY].iterrows():
        rows = districts[
            (districts["date"] == city["date"]) & (districts["source"] == city["source"])
        ]
        for column in COUNTS:
            values = rows[column].to_numpy(dtype=float)
            total = np.nansum(values)
            complete = len(rows) == n_district and n_district and np.all(np.isfinite(values))
            if not np.isfinite(city[column]) or not len(rows):
                continue
            if total > city[column] or (complete and total != city[column]):
                yield _at(
                    city,
                    column,
                    f"districts add up to {total:.0f}, the city reports {city[column]:.0f} "
                    f"({column}, {city['date']:%Y-%m-%d})",
                    f"districts stand in lines {', '.join(str(n) for n in rows['line'])}",
                    "find the district that counts a case twice or leaves one out",
                    f"各区合计 {total:.0f}，全市报告 {city[column]:.0f}"
                    f"（{column}，{city['date']:%Y-%m-%d}）",
                    f"各区见第 {'、'.join(str(n) for n in rows['line'])} 行",
                    "查找重复或遗漏的区",
                )


def _two_sources(table: pd.DataFrame) -> Iterator[Problem]:
    for area, rows in table.groupby("area", sort=False):
        sources = {str(s): r.sort_values("date") for s, r in rows.groupby("source")}
        names = sorted(sources)
        for i, one in enumerate(names):
            for other in names[i + 1 :]:
                row = shifted_from(sources[one], sources[other])
                if row is not None:
                    late = other if row["source"] == other else one
                    yield _at(
                        row,
                        "date",
                        f"{late} runs a day late for {area} from {row['date']:%Y-%m-%d}",
                        f"from there on its counts are those {one if late == other else other} "
                        "gives for the day before",
                        "move its rows a day earlier from that line on",
                        f"{late} 自 {row['date']:%Y-%m-%d} 起比另一来源晚一天（{area}）",
                        f"此后其数字与 {one if late == other else other} 前一日相同",
                        "将该来源自此行起提前一天",
                    )


def shifted_from(one: pd.DataFrame, other: pd.DataFrame, *, least: int = 4) -> pd.Series | None:
    """Return the first row from which one of two sources runs a day behind the other.

    Parameters
    ----------
    one, other : DataFrame
        Rows of one area, with date and cum_confirmed.
    least : int
        Days that must agree once shifted before it is called a shift, at least 2. [d]

    Returns
    -------
    Series or None
        The first row of the late source; None if neither is late.
    """
    a, b = (_by_date(x) for x in (one, other))
    for early, late, rows in ((a, b, other), (b, a, one)):
        days = [d for d in late.index if d in early.index and d - pd.Timedelta(days=1) in early]
        same = np.array([late[d] == early[d] for d in days], dtype=bool)
        behind = np.array([late[d] == early[d - pd.Timedelta(days=1)] for d in days], dtype=bool)
        for i in range(len(days)):
            tail = behind[i:]
            if tail.size >= least and tail.all() and not same[i] and (~same[i:]).sum() >= 2:
                return rows[rows["date"] == days[i]].iloc[0]
    return None


def _by_date(rows: pd.DataFrame) -> pd.Series:
    known = rows[np.isfinite(rows["cum_confirmed"])].drop_duplicates("date", keep="last")
    return known.set_index("date")["cum_confirmed"]
