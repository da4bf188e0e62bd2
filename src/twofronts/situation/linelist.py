"""The line list: one row a case, with the days that matter and where the infection came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.errors import Problem, ReportError
from twofronts.manifest import digest
from twofronts.situation.reports import CITY
from twofronts.situation.tables import Row, as_date, as_flag, as_text, read_rows

DAYS = ("onset", "isolation", "confirmation", "reported")
_ORDER = (("onset", "confirmation"), ("confirmation", "reported"), ("onset", "reported"))


@dataclass(frozen=True, slots=True, eq=False)
class LineList:
    """Cases one by one.

    ``table`` has id, area, the days ``onset``, ``isolation``, ``confirmation``, ``reported`` (NaT
    where unknown), ``imported`` (True, False or None), ``source``, ``infector``, ``cluster``,
    file and line.
    """

    table: pd.DataFrame

    def digest(self) -> str:
        """Return a short hash of every case."""
        return digest(self.table.drop(columns=["file", "line"]).to_csv(index=False))

    def known_on(self, as_of: dt.date) -> pd.DataFrame:
        """Return the cases reported (or, lacking that, confirmed) by the end of ``as_of``."""
        seen = self.table["reported"].fillna(self.table["confirmation"])
        return self.table[seen <= pd.Timestamp(as_of)].reset_index(drop=True)


def read_line_list(
    path: Path | str, *, areas: Sequence[str] = (), sheet: str | None = None
) -> LineList:
    """Read a line list from CSV or XLSX.

    Parameters
    ----------
    path : Path or str
        Columns ``id`` and ``confirmation``; any of ``area``, ``onset``, ``isolation``,
        ``reported``, ``imported``, ``source``, ``infector`` (an id), ``cluster`` (a name).
    areas : sequence of str
        Known district codes; any is taken if empty.
    sheet : str, optional
        Sheet of an XLSX file.

    Returns
    -------
    LineList

    Raises
    ------
    ReportError
        Naming every row with an unreadable cell, an id used twice, days out of order, an unknown
        area or an unknown infector.
    """
    rows = read_rows(path, required=("id", "confirmation"), sheet=sheet)
    problems: list[Problem] = []
    records = [_record(row, problems) for row in rows]
    problems += _cross_checks(rows, records, set(areas))
    if problems:
        raise ReportError(sorted(problems, key=lambda p: p.line or 0))
    columns = ["id", "area", *DAYS, "imported", "source", "infector", "cluster", "file", "line"]
    table = pd.DataFrame(records, columns=columns)
    for name in DAYS:
        table[name] = pd.to_datetime(table[name])
    return LineList(table)


def _record(row: Row, problems: list[Problem]) -> dict[str, Any]:
    days = {name: as_date(row, name, problems) for name in DAYS}
    for early, late in _ORDER:
        a, b = days[early], days[late]
        if a is not None and b is not None and b < a:
            problems.append(
                row.problem(
                    late,
                    f"{late} on {b}, before {early} on {a}",
                    "these follow one another",
                    "correct one of the two days",
                )
            )
    if days["confirmation"] is None:
        problems.append(
            row.problem(
                "confirmation",
                "no day of confirmation",
                "the list is of confirmed cases",
                "write the day, or leave the case out until it is confirmed",
            )
        )
    return {
        "id": as_text(row.cells.get("id")),
        "area": as_text(row.cells.get("area")) or CITY,
        **days,
        "imported": as_flag(row, "imported", problems),
        **{c: as_text(row.cells.get(c)) for c in ("source", "infector", "cluster")},
        "file": row.file,
        "line": row.line,
    }


def _cross_checks(rows: list[Row], records: list[dict[str, Any]], areas: set[str]) -> list[Problem]:
    problems = []
    first_line: dict[str, int] = {}
    for row, record in zip(rows, records, strict=True):
        name = record["id"]
        if not name or name in first_line:
            what = f"case {name!r} is there twice" if name else "a case without id"
            why = f"line {first_line[name]} has it already" if name else "cases are told by id"
            problems.append(row.problem("id", what, why, "give every case an id of its own"))
        first_line.setdefault(name, row.line)
        if areas and record["area"] not in areas | {CITY}:
            problems.append(
                row.problem(
                    "area",
                    f"no district has the code {record['area']!r}",
                    "a case belongs to a district, or to none (blank)",
                    f"write one of {', '.join(sorted(areas))}",
                )
            )
    for row, record in zip(rows, records, strict=True):
        if record["infector"] and record["infector"] not in first_line:
            problems.append(
                row.problem(
                    "infector",
                    f"no case has the id {record['infector']!r}",
                    "an infector is a case of the same list",
                    "correct the id, or leave it blank",
                )
            )
    return problems


def clusters(cases: pd.DataFrame, *, least: int, within_days: int) -> dict[str, list[dt.date]]:
    """Return, for each area, the days on which a case made or enlarged a cluster.

    A cluster is a set of cases with one cluster name, or joined by who infected whom, of which
    ``least`` were confirmed within ``within_days`` of one another.

    Parameters
    ----------
    cases : DataFrame
        As :attr:`LineList.table`.
    least : int
        Cases that make a cluster, at least 2.
    within_days : int
        Days they may lie apart. [d]

    Returns
    -------
    dict of str to list of date
        Days of confirmation, in order.
    """
    found: dict[str, list[dt.date]] = {}
    for (area, _), group in cases.assign(knot=_knots(cases)).groupby(["area", "knot"]):
        days = np.sort(group["confirmation"].dt.normalize().to_numpy("datetime64[D]"))
        for i in range(least - 1, days.size):
            if (days[i] - days[i - least + 1]).astype(int) < within_days:
                found.setdefault(str(area), []).append(pd.Timestamp(days[i]).date())
    return {area: sorted(days) for area, days in found.items()}


def _knots(cases: pd.DataFrame) -> list[int]:
    """Return a label for each case that linked cases share."""
    label = list(range(len(cases)))

    def root(i: int) -> int:
        while label[i] != i:
            label[i] = label[label[i]]
            i = label[i]
        return i

    place = {name: i for i, name in enumerate(cases["id"])}
    named: dict[str, int] = {}
    for i, (infector, cluster) in enumerate(zip(cases["infector"], cases["cluster"], strict=True)):
        if infector in place:
            label[root(i)] = root(place[infector])
        if cluster:
            label[root(i)] = root(named.setdefault(cluster, i))
    return [root(i) for i in range(len(label))]


def daily_counts(
    cases: pd.DataFrame, basis: str, *, areas: Sequence[str], start: dt.date, n_day: int
) -> np.ndarray:
    """Count cases by area and day of onset, isolation, confirmation or report.

    Parameters
    ----------
    cases : DataFrame
        As :attr:`LineList.table`.
    basis : str
        One of ``DAYS``.
    areas : sequence of str
        The area axis; "city" counts every case.
    start : date
        First day.
    n_day : int
        Length of the day axis. [d]

    Returns
    -------
    float64[area, day]
        [persons/d]
    """
    counts = np.zeros((len(areas), n_day))
    days = (cases[basis] - pd.Timestamp(start)).dt.days
    inside = days.notna() & (days >= 0) & (days < n_day)
    place = {code: i for i, code in enumerate(areas)}
    for day, area in zip(days[inside].astype(int), cases["area"][inside], strict=True):
        if area != CITY and area in place:
            counts[place[area], day] += 1
        if CITY in place:
            counts[place[CITY], day] += 1
    return counts
