"""Daily reports of the city and its districts: read, kept by version, turned into series.

A blank cell means "not reported", a 0 is a report of none. A day may be reported again; every
version is kept, the newest known on the day one looks counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.errors import Problem, ReportError
from twofronts.manifest import digest
from twofronts.situation.tables import Row, as_count, as_date, as_text, read_rows

CITY = "city"
"""Code of the whole city on every area axis; in files its area cell is blank."""

COUNTS = (
    "new_confirmed",
    "new_cured",
    "new_deaths",
    "cum_confirmed",
    "cum_cured",
    "cum_deaths",
    "in_hospital",
    "suspected",
    "severe",
    "contacts_traced",
    "contacts_released",
    "contacts_observed",
)
_NEW_OF = {f"cum_{k}": f"new_{k}" for k in ("confirmed", "cured", "deaths")}


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Reports as filed.

    ``table`` has a row for each report: date, area ("city" or a district's code), the counts (NaN
    where not reported), version (from 1), published (the day it became known), source, file, line.
    """

    table: pd.DataFrame
    areas: tuple[str, ...]

    def digest(self) -> str:
        """Return a short hash of every report."""
        return digest(self.table.drop(columns=["file", "line"]).to_csv(index=False))

    def known_on(self, as_of: dt.date) -> pd.DataFrame:
        """Return, for each date and area, the newest version published by the end of ``as_of``.

        Parameters
        ----------
        as_of : date

        Returns
        -------
        DataFrame
            In order of area and date.
        """
        t = self.table
        day = pd.Timestamp(as_of)
        t = t[(t["date"] <= day) & (t["published"] <= day)]
        t = t.sort_values(["area", "date", "version"], kind="stable")
        return t.drop_duplicates(["area", "date"], keep="last").reset_index(drop=True)

    def first_date(self) -> dt.date | None:
        """Return the date of the first report, or None if there is none."""
        return None if self.table.empty else self.table["date"].min().date()


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Counts by area and day as known on a day.

    ``new[name]`` is float64[area, day], NaN where neither the day's count nor the cumulative
    counts around it tell; ``level[name]`` holds cumulative counts and stocks the same way.
    """

    start: dt.date
    as_of: dt.date
    areas: tuple[str, ...]
    new: dict[str, np.ndarray] = field(default_factory=dict)
    level: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The dates of the day axis."""
        return pd.date_range(self.start, self.as_of, freq="D")

    def area(self, code: str) -> int:
        """Return the position of an area."""
        return self.areas.index(code)


def read_reports(
    path: Path | str, *, areas: Sequence[str] = (), sheet: str | None = None
) -> Reports:
    """Read daily reports from CSV or XLSX.

    Parameters
    ----------
    path : Path or str
        Columns ``date`` and ``area`` (blank for the city); any of the counts; ``version``,
        ``published`` and ``source`` if there are several.
    areas : sequence of str
        Known district codes; if empty, those of the file.
    sheet : str, optional
        Sheet of an XLSX file.

    Returns
    -------
    Reports

    Raises
    ------
    ReportError
        Naming every row that has an unreadable cell, an unknown area, or a future version.
    """
    return _from_rows(read_rows(path, required=("date", "area"), sheet=sheet), areas)


def reports_of(table: pd.DataFrame, *, areas: Sequence[str] = (), file: str = "") -> Reports:
    """Return the reports held in a table with the same columns as a file.

    Parameters
    ----------
    table : DataFrame
        Lines are counted as if it had been read from ``file`` below a header.
    areas : sequence of str
        Known district codes; if empty, those of the table.
    file : str
        Name to give in problems.

    Returns
    -------
    Reports
    """
    cells = table.astype(object).where(table.notna(), None).to_dict("records")
    rows = [Row(file, i, {str(k): v for k, v in c.items()}) for i, c in enumerate(cells, start=2)]
    return _from_rows(rows, areas)


def _from_rows(rows: list[Row], areas: Sequence[str]) -> Reports:
    problems: list[Problem] = []
    records: list[dict[str, Any]] = []
    known = {CITY, *areas}
    for row in rows:
        date = as_date(row, "date", problems)
        if date is None:
            problems.append(
                row.problem("date", "no date", "a report is of a day", "write the date")
            )
            continue
        area = as_text(row.cells.get("area")) or CITY
        if areas and area not in known:
            problems.append(
                row.problem(
                    "area",
                    f"no district has the code {area!r}",
                    "reports belong to the city (blank) or to one of its districts",
                    f"write one of {', '.join(areas)}, or leave it blank",
                )
            )
        version = as_count(row, "version", problems)
        published = as_date(row, "published", problems) or date
        if published < date:
            problems.append(
                row.problem(
                    "published",
                    f"published on {published}, before the day it reports",
                    f"the report is of {date}",
                    "correct one of the two dates",
                )
            )
        records.append(
            {
                "date": pd.Timestamp(date),
                "area": area,
                **{c: as_count(row, c, problems) for c in COUNTS},
                "version": 1 if np.isnan(version) else int(version),
                "published": pd.Timestamp(published),
                "source": as_text(row.cells.get("source")),
                "file": row.file,
                "line": row.line,
            }
        )
    if problems:
        raise ReportError(problems)
    columns = ["date", "area", *COUNTS, "version", "published", "source", "file", "line"]
    table = pd.DataFrame(records, columns=columns)
    if table.empty:
        table["date"] = pd.to_datetime(table["date"])
        table["published"] = pd.to_datetime(table["published"])
    found = sorted(set(table["area"]) - {CITY})
    return Reports(table, (CITY, *(areas or found)))


def series_of(reports: Reports, as_of: dt.date, *, start: dt.date | None = None) -> Series:
    """Return the counts by area and day as known at the end of ``as_of``.

    New counts that were not reported are the difference of the cumulative counts around them;
    where days lie between, they are known only if nothing was added.

    Parameters
    ----------
    reports : Reports
    as_of : date
    start : date, optional
        First day of the series; that of the first report if left out.

    Returns
    -------
    Series
        With at least one day, all unknown if nothing was reported.
    """
    known = reports.known_on(as_of)
    if start is None:
        start = known["date"].min().date() if len(known) else as_of
    n_day = (as_of - start).days + 1
    if n_day < 1:
        raise ReportError(
            Problem(
                what=f"the series would start on {start}, after {as_of}",
                why="a situation looks back",
                remedy="give a later day to look from",
            )
        )
    shape = (len(reports.areas), n_day)
    level = {c: np.full(shape, np.nan) for c in COUNTS if not c.startswith("new_")}
    new = {c: np.full(shape, np.nan) for c in COUNTS if c.startswith("new_")}
    before = {c: np.full(shape[0], np.nan) for c in _NEW_OF}
    for a, code in enumerate(reports.areas):
        rows = known[known["area"] == code]
        day = (rows["date"] - pd.Timestamp(start)).dt.days.to_numpy()
        for name, array in {**level, **new}.items():
            values = rows[name].to_numpy(dtype=float)
            array[a, day[day >= 0]] = values[day >= 0]
            if name in before:
                earlier = values[(day < 0) & np.isfinite(values)]
                before[name][a] = earlier[-1] if earlier.size else np.nan
    for cum, name in _NEW_OF.items():
        for a in range(shape[0]):
            new[name][a] = _fill_new(new[name][a], level[cum][a], before[cum][a])
    return Series(start, as_of, reports.areas, new, level)


def _fill_new(new: np.ndarray, cumulative: np.ndarray, before: float) -> np.ndarray:
    """Fill unreported new counts of one area from its cumulative counts."""
    new = new.copy()
    last, last_day = before, -1
    for day in np.flatnonzero(np.isfinite(cumulative)):
        gap = np.flatnonzero(np.isnan(new[last_day + 1 : day + 1])) + last_day + 1
        first_ever = np.isnan(last)
        if gap.size and not first_ever:
            rise = cumulative[day] - last - np.nansum(new[last_day + 1 : day + 1])
            if gap.size == 1 or rise == 0:
                new[gap] = max(rise, 0.0) if gap.size == 1 else 0.0
        elif gap.size and cumulative[day] == 0:
            new[gap] = 0.0
        last, last_day = cumulative[day], int(day)
    return new


def confirmed_total(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each area, the newest total of confirmed cases and the day it holds for.

    Parameters
    ----------
    series : Series

    Returns
    -------
    total : float64[area]
        The last cumulative count plus the new counts after it; without any cumulative count the
        sum of the new ones. [persons]
    last_day : int64[area]
        Last day up to which the area's counts are known without a gap; -1 if never. [d]
    """
    cum, new = series.level["cum_confirmed"], series.new["new_confirmed"]
    total = np.zeros(len(series.areas))
    last = np.full(len(series.areas), -1, dtype=np.int64)
    for a in range(len(series.areas)):
        days = np.flatnonzero(np.isfinite(cum[a]))
        day = int(days[-1]) if days.size else -1
        total[a] = cum[a, day] if days.size else 0.0
        while day + 1 < new.shape[1] and np.isfinite(new[a, day + 1]):
            day += 1
            total[a] += new[a, day]
        last[a] = day
    return total, last
