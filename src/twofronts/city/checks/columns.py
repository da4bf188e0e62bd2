"""One table by itself: its columns, types, bounds, names that must exist, rows that repeat."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange

import numpy as np
import pandas as pd

from twofronts.city.checks.folder import Folder, RawTable
from twofronts.city.checks.words import did_you_mean, nearest, plain
from twofronts.city.spec import Column, Table
from twofronts.errors import Problem

# No table of a city is older: an earlier year is a slip of the pen
FIRST_YEAR = 1900
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# Digits, point, comma, sign and percent as a Chinese keyboard may type them
_WIDE = str.maketrans("０１２３４５６７８９．，－％", "0123456789.,-%")
_LOOSE_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?", re.ASCII
)
# Days as a worksheet counts them, from 2010 to 2050
_SERIAL = re.compile(r"[45]\d{4}", re.ASCII)
_DAY_ZERO = dt.date(1899, 12, 30)
_NOT_NUMBERS = {"nan", "na", "n/a", "null", "none", "inf", "-inf", "infinity", "-", "--"}


def check_table(folder: Folder, raw: RawTable, table: Table) -> list[Problem]:
    """Check a table by itself and keep its typed values in ``folder.typed``.

    A cell that could not be understood becomes missing there, so that the comparisons between
    tables speak only about values that were.
    """
    problems = _check_header(folder, raw, table)
    typed: dict[str, np.ndarray] = {}
    for name in raw.header:
        column = _column_of(table, name)
        if column is None:
            continue
        found, values = check_column(folder, raw, column)
        problems += found
        typed[name] = values
    frame = pd.DataFrame(typed, index=range(len(raw)))
    frame["_line"] = raw.line
    folder.typed[table.name] = frame
    return problems + _check_repeats(raw, table)


def _column_of(table: Table, name: str) -> Column | None:
    if name in table.column_names:
        return table.column(name)
    if table.square:
        return Column(name, "number", "", "", low=float("-inf"))
    return None


def _check_header(folder: Folder, raw: RawTable, table: Table) -> list[Problem]:
    problems = []
    unknown = [h for h in raw.header if _column_of(table, h) is None]
    for column in table.columns:
        if column.required and column.name not in raw.header:
            guess = nearest(column.name, unknown)
            hint = f"rename the column {guess}" if guess else f"add it: {column.en.rstrip('.')}"
            what, why = "the column is missing", f"table {table.name} needs it"
            problems.append(Problem(what, why, hint, raw.file, 1, column.name))
    for name in unknown:
        remedy = did_you_mean(name, table.column_names)
        what, why = "unknown column", "nothing reads it, so what it holds would be lost"
        problems.append(Problem(what, why, remedy, raw.file, 1, name or None))
    if table.square:
        problems += _check_square(folder, raw)
    return problems


def _check_square(folder: Folder, raw: RawTable) -> list[Problem]:
    """Flows between sectors have one column for each sector."""
    sectors = folder.codes("sectors.sector")
    if sectors is None:
        return []
    named = [h for h in raw.header if h != "sector"]
    strange = [
        Problem(
            "unknown sector",
            "the columns are the buying sectors",
            did_you_mean(h, sectors),
            raw.file,
            1,
            h,
        )
        for h in named
        if h not in sectors
    ]
    lacking = [s for s in sectors if s not in named or s not in raw.cells.get("sector", [])]
    return strange + [
        Problem(
            f"sector {s} lacks its row or column",
            "flows between sectors are a square table",
            "add it, with zeros where nothing flows",
            raw.file,
            1,
            s,
        )
        for s in lacking
    ]


def check_column(folder: Folder, raw: RawTable, column: Column) -> tuple[list[Problem], np.ndarray]:
    """Check the cells of one column; return what is wrong and the values that are right."""
    text = raw.cells[column.name]
    empty = np.asarray(text == "", dtype=bool)
    problems: list[Problem] = []
    if not column.blank and empty.any():
        why = "every row needs it"
        remedy = f"write it: {column.en.rstrip('.')}"
        problems += _at(raw, column, empty, "the cell is empty", why, remedy)
    if column.numeric:
        found, values = _numbers(raw, column, text, empty)
    elif column.kind == "date":
        found, values = _dates(raw, column, text, empty)
    else:
        found, values = _names(folder, raw, column, text, empty), text
    return problems + found, values


def _positions(where: np.ndarray) -> list[int]:
    return [int(i) for i in np.flatnonzero(where)]


def _at(
    raw: RawTable, column: Column, where: np.ndarray, what: str, why: str, remedy: str
) -> list[Problem]:
    return [
        Problem(what, why, remedy, raw.file, int(line), column.name) for line in raw.line[where]
    ]


def _numbers(
    raw: RawTable, column: Column, text: np.ndarray, empty: np.ndarray
) -> tuple[list[Problem], np.ndarray]:
    number = np.asarray(pd.to_numeric(text, errors="coerce"), dtype=np.float64)
    good = np.isfinite(number) & ~empty
    problems = [_no_number(raw, column, text[i], i) for i in _positions(~good & ~empty)]
    low, high = column.bounds
    whole = column.kind in ("int", "flag")
    with np.errstate(invalid="ignore"):
        broken = good & whole & (number != np.floor(number))
        outside = good & ~broken & ((number < low) | (number > high))
    unit = f" [{column.unit}]" if column.unit else ""
    for i in _positions(broken):
        why = f"{column.name}{unit} counts whole things; this is {text[i]}"
        where = int(raw.line[i])
        problems.append(
            Problem("not a whole number", why, "round it", raw.file, where, column.name)
        )
    problems += [_outside(raw, column, text[i], number[i], i) for i in _positions(outside)]
    return problems, np.where(good & ~broken & ~outside, number, np.nan)


def _no_number(raw: RawTable, column: Column, cell: str, i: int) -> Problem:
    if cell.lower() in _NOT_NUMBERS:
        why = "a missing or endless value cannot be computed with"
        remedy = "leave the cell empty" if column.blank else "write the number"
    elif cell.endswith(("%", "％")):
        why, remedy = "a percent sign is text", f"write {_hundredth(cell)} for {cell}"
    elif cell.translate(_WIDE) != cell and _is_number(cell.translate(_WIDE)):
        why, remedy = "digits of full width are text", f"write {cell.translate(_WIDE)}"
    elif re.fullmatch(r"[\d,， ]+", cell):
        joined = re.sub(r"[,， ]", "", cell)
        why, remedy = "separators of thousands are text", f"write {joined}"
    else:
        why, remedy = f"{column.name} is a number", "write digits with a point for decimals"
    where = int(raw.line[i])
    return Problem(f"{cell!r} is not a number", why, remedy, raw.file, where, column.name)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII) is not None


def _meant(cell: str) -> dt.date | None:
    """Return the day that a cell seems to mean, though it is not written as one."""
    plain_cell = cell.translate(_WIDE)
    match = _LOOSE_DATE.fullmatch(plain_cell)
    try:
        if match is not None:
            return dt.date(*(int(g) for g in match.groups()))
        if _SERIAL.fullmatch(plain_cell):
            return _DAY_ZERO + dt.timedelta(days=int(plain_cell))
    except ValueError:
        pass
    return None


def _hundredth(cell: str) -> str:
    try:
        return plain(float(cell[:-1]) / 100)
    except ValueError:
        return "a share between 0 and 1"


def _outside(raw: RawTable, column: Column, cell: str, value: float, i: int) -> Problem:
    low, high = column.bounds
    unit = f" [{column.unit}]" if column.unit else ""
    if column.kind == "share":
        what = "share above 1" if value > 1 else "share below 0"
        why = f"a share lies between 0 and 1; this is {cell}"
        remedy = f"write {plain(value / 100)} if you meant {cell}%" if value > 1 else "correct it"
    elif column.kind == "flag":
        what, why = "neither 0 nor 1", f"{column.name} says no (0) or yes (1); this is {cell}"
        remedy = "write 0 or 1"
    elif value < low:
        what = "negative" if value < 0 <= low else f"below {plain(low)}"
        why = f"{column.name}{unit} cannot be less than {plain(low)}; this is {cell}"
        remedy = "correct it" + (", or leave it empty if it is not known" if column.blank else "")
    else:
        what = f"above {plain(high)}"
        why = f"{column.name}{unit} cannot be more than {plain(high)}; this is {cell}"
        remedy = "correct it"
    return Problem(what, why, remedy, raw.file, int(raw.line[i]), column.name)


def _dates(
    raw: RawTable, column: Column, text: np.ndarray, empty: np.ndarray
) -> tuple[list[Problem], np.ndarray]:
    shaped = np.array(
        [bool(_DATE.fullmatch(cell)) and int(cell[:4]) >= FIRST_YEAR for cell in text], dtype=bool
    )
    kept = text.copy()
    kept[~shaped] = None
    values = np.asarray(pd.to_datetime(kept, format="%Y-%m-%d", errors="coerce"))
    bad = np.isnat(values) & ~empty
    problems = [_no_date(raw, column, text[i], i) for i in _positions(bad)]
    return problems, values


def _no_date(raw: RawTable, column: Column, cell: str, i: int) -> Problem:
    where = int(raw.line[i])
    match = _DATE.fullmatch(cell)
    if match is None:
        why, remedy = f"this is {cell!r}", "write year-month-day, as in 2020-02-18"
        day_meant = _meant(cell)
        if day_meant is not None:
            why += ", a day as a worksheet keeps it" if _SERIAL.fullmatch(cell) else ""
            remedy = f"write {day_meant} if you meant that day"
        return Problem("not a date", why, remedy, raw.file, where, column.name)
    year, month, day = (int(g) for g in match.groups())
    if year < FIRST_YEAR:
        why = f"no city here goes back before {FIRST_YEAR}; this is the year {year}"
    elif 1 <= month <= 12:
        days = monthrange(year, month)[1]
        why = f"{dt.date(year, month, 1):%B} {year} has {days} days; this is day {day}"
    else:
        why = f"a year has 12 months; this is month {month}"
    early = year < FIRST_YEAR
    what = f"{cell} is too early" if early else f"{cell} does not exist"
    remedy = "write the day that is meant"
    return Problem(what, why, remedy, raw.file, where, column.name)


def _names(
    folder: Folder, raw: RawTable, column: Column, text: np.ndarray, empty: np.ndarray
) -> list[Problem]:
    """Check choices, names that must exist elsewhere, and codes that would break a file name."""
    allowed: list[str] | None = list(column.choices) or None
    what, why = f"unknown {column.name}", "it must be one of a fixed list"
    if column.refers:
        allowed = folder.codes(column.refers)
        home = column.refers.split(".")[0]
        what = f"unknown {home.rstrip('s')}"
        why = f"{home}.csv has no such {column.refers.split('.')[1]}"
    if allowed is not None:
        names = list(dict.fromkeys(allowed))
        known = set(names)
        bad = np.array([cell not in known for cell in text], dtype=bool) & ~empty
        remedies = {word: did_you_mean(word, names) for word in set(text[bad])}
        return [
            Problem(
                f"{what} {text[i]!r}",
                why,
                remedies[text[i]],
                raw.file,
                int(raw.line[i]),
                column.name,
            )
            for i in _positions(bad)
        ]
    if column.kind == "code":
        bad = np.array([len(cell.split()) > 1 for cell in text], dtype=bool)
        why, remedy = "a code is one word", "put a hyphen or an underscore for the space"
        return _at(raw, column, bad, "a space in a code", why, remedy)
    return []


def _check_repeats(raw: RawTable, table: Table) -> list[Problem]:
    """Name rows whose key has been seen before, with the line of the first."""
    if not table.key or any(k not in raw.cells for k in table.key):
        return []
    keys = list(zip(*(raw.cells[k] for k in table.key), strict=True))
    first: dict[tuple[str, ...], int] = {}
    again = [i for i, key in enumerate(keys) if first.setdefault(key, i) != i]
    problems = []
    for i in again:
        key = keys[i]
        shown = ", ".join(f"{k} {v or '(all)'}" for k, v in zip(table.key, key, strict=True))
        why = f"{shown} stands already in line {raw.line[first[key]]}"
        remedy = "remove one of the two rows"
        problems.append(
            Problem("the row repeats", why, remedy, raw.file, int(raw.line[i]), table.key[0])
        )
    return problems
