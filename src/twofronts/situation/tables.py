"""Reading a table as rows of text that still know their line, from CSV or XLSX."""

from __future__ import annotations

import csv
import datetime as dt
import math
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twofronts.errors import Problem, ReportError


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its file, its line (the header is line 1) and its cells by column name."""

    file: str
    line: int
    cells: Mapping[str, Any]

    def problem(self, column: str, what: str, why: str, remedy: str) -> Problem:
        """Return a problem that names this row and a column of it."""
        return Problem(
            what=what, why=why, remedy=remedy, file=self.file, line=self.line, column=column
        )


def read_rows(path: Path | str, *, required: Iterable[str], sheet: str | None = None) -> list[Row]:
    """Read a CSV (UTF-8, with or without byte order mark) or XLSX table.

    Parameters
    ----------
    path : Path or str
        Ends in ``.csv`` or ``.xlsx``.
    required : iterable of str
        Columns that must be there.
    sheet : str, optional
        Sheet of an XLSX file; the first if left out.

    Returns
    -------
    list of Row
        Rows that are blank from end to end are left out; lines keep their numbers.

    Raises
    ------
    ReportError
        If the file cannot be read, lacks a column, or names one twice.
    """
    path = Path(path)
    try:
        lines = _xlsx(path, sheet) if path.suffix.lower() == ".xlsx" else _csv(path)
    except (OSError, UnicodeDecodeError, csv.Error, zipfile.BadZipFile, KeyError) as error:
        raise ReportError(
            Problem(
                what="the table cannot be read",
                why=str(error),
                remedy="give a CSV file in UTF-8 or an XLSX file",
                file=path.name,
            )
        ) from None
    header = [str(c or "").strip() for c in lines[0]] if lines else []
    problems = _header_problems(header, required, path.name)
    if problems:
        raise ReportError(problems)
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) > len(header) and any(str(c or "").strip() for c in line[len(header) :]):
            problems.append(
                Problem(
                    what="more cells than columns",
                    why=f"the header names {len(header)} columns, this row has {len(line)} cells",
                    remedy="quote cells that contain a comma",
                    file=path.name,
                    line=number,
                )
            )
            continue
        cells = {n: line[i] if i < len(line) else None for i, n in enumerate(header) if n}
        if any(c is not None and str(c).strip() for c in cells.values()):
            rows.append(Row(path.name, number, cells))
    if problems:
        raise ReportError(problems)
    return rows


def _csv(path: Path) -> list[list[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        return [list(line) for line in csv.reader(f)]


def _xlsx(path: Path, sheet: str | None) -> list[list[Any]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except InvalidFileException as error:
        raise OSError(str(error)) from None
    try:
        page = book[sheet] if sheet else book.worksheets[0]
        return [list(r) for r in page.iter_rows(values_only=True)]
    finally:
        book.close()


def _header_problems(header: list[str], required: Iterable[str], file: str) -> list[Problem]:
    problems = []
    for name in required:
        if name not in header:
            problems.append(
                Problem(
                    what=f"no column {name!r}",
                    why=f"the header has {', '.join(h for h in header if h) or 'nothing'}",
                    remedy=f"add the column {name!r}",
                    file=file,
                    line=1,
                )
            )
    for name in {h for h in header if h and header.count(h) > 1}:
        problems.append(
            Problem(
                what=f"column {name!r} stands twice",
                why="one of the two would be lost",
                remedy="rename or remove one",
                file=file,
                line=1,
                column=name,
            )
        )
    return problems


def as_text(value: Any) -> str:
    """Return a cell as text; 320102.0 from a spreadsheet reads as "320102"."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def as_count(row: Row, column: str, problems: list[Problem]) -> float:
    """Return a count; NaN if blank; a problem is added if it is not a whole number >= 0."""
    text = as_text(row.cells.get(column))
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (math.isfinite(value) and value >= 0 and value == int(value)):
        problems.append(
            row.problem(
                column,
                f"{text!r} is not a count",
                "a count is a whole number of at least 0; a blank cell means not reported",
                "correct the cell, or leave it blank",
            )
        )
        return math.nan
    return value


def as_date(row: Row, column: str, problems: list[Problem]) -> dt.date | None:
    """Return a date; None if blank; a problem is added if it is not a date."""
    value = row.cells.get(column)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = as_text(value)
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text.replace("/", "-")[:10])
    except ValueError:
        problems.append(
            row.problem(
                column,
                f"{text!r} is not a date",
                "dates are written year-month-day",
                "write it as 2020-02-18",
            )
        )
        return None


def as_flag(row: Row, column: str, problems: list[Problem]) -> bool | None:
    """Return yes or no; None if blank; a problem is added if it is neither."""
    text = as_text(row.cells.get(column)).lower()
    if not text:
        return None
    if text in ("1", "true", "yes", "y", "是"):
        return True
    if text in ("0", "false", "no", "n", "否"):
        return False
    problems.append(
        row.problem(column, f"{text!r} is neither yes nor no", "it is a flag", "write 1 or 0")
    )
    return None
