"""Read a city's folder as text: encodings, empty files, rows cut short, files nobody expects."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.city.checks.words import nearest
from twofronts.city.spec import Table
from twofronts.city.tables import TABLE, TABLES
from twofronts.errors import Problem

MAP_FILE = "map.geojson"
HEAD_FILE = "city.toml"


@dataclass
class RawTable:
    """A table as text: stripped cells by column, and the line in the file of every row."""

    file: str
    cells: dict[str, np.ndarray]
    line: np.ndarray
    header: list[str]

    def __len__(self) -> int:
        return len(self.line)


@dataclass
class Folder:
    """What the checks share: raw tables, and typed values as far as they could be understood."""

    path: Path
    raw: dict[str, RawTable] = field(default_factory=dict)
    typed: dict[str, pd.DataFrame] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    head_text: str = ""
    map_text: str | None = None

    def scalar(self, key: str) -> float | None:
        """Return a scalar of ``city.toml`` if it is there and a number. [its unit]."""
        entry = self.head.get("scalars", {})
        entry = entry.get(key) if isinstance(entry, dict) else None
        value = entry.get("value") if isinstance(entry, dict) else None
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        return float(value) if good and value is not None else None

    def codes(self, reference: str) -> list[str] | None:
        """Return the values that a reference such as ``districts.code`` allows, if known."""
        name, column = reference.split(".")
        raw = self.raw.get(name)
        return None if raw is None or column not in raw.cells else list(raw.cells[column])


def open_folder(path: Path) -> tuple[Folder | None, list[Problem]]:
    """Read every file of the folder; None when there is no folder to read."""
    problem = _no_folder(path)
    if problem is not None:
        return None, [problem]
    folder = Folder(path)
    problems: list[Problem] = []
    head = read_text(path / HEAD_FILE, problems)
    folder.head_text = head or ""
    for table in TABLES:
        file = path / f"{table.name}.csv"
        if not file.exists():
            if table.required:
                problems.append(_missing_table(path, table))
            continue
        text = read_text(file, problems)
        raw = None if text is None else split_rows(file.name, text, table, problems)
        if raw is not None:
            folder.raw[table.name] = raw
    folder.map_text = read_text(path / MAP_FILE, problems)
    problems += _strangers(path)
    return folder, problems


def _no_folder(path: Path) -> Problem | None:
    remedy = "`twofronts city new PATH` writes a city to start from"
    try:
        if not path.exists():
            return Problem(
                "there is no such folder", "a city is a folder of tables", remedy, str(path)
            )
        if not path.is_dir():
            return Problem(
                "this is a file", "a city is a folder of tables", "give its folder", str(path)
            )
        list(path.iterdir())
    except OSError as error:
        return Problem(
            "the folder cannot be read",
            (error.strerror or str(error)).lower(),
            "ask its owner for the right to read it",
            str(path),
        )
    return None


def _missing_table(path: Path, table: Table) -> Problem:
    others = [p.stem for p in path.glob("*.csv") if p.stem not in TABLE]
    guess = nearest(table.name, others)
    hint = f"rename {guess}.csv" if guess else f"write {table.name}.csv"
    return Problem(
        what="the table is missing",
        why=f"every city needs it: {table.en.rstrip('.').lower()}",
        remedy=f"{hint} with the columns {', '.join(table.column_names)}",
        file=f"{table.name}.csv",
    )


def _strangers(path: Path) -> list[Problem]:
    """Files that look like tables and are not: usually a misspelt name."""
    known = {f"{t.name}{s}" for t in TABLES for s in (".csv", ".toml")}
    known |= {HEAD_FILE, MAP_FILE, "map.toml"}
    problems = []
    for file in sorted(path.iterdir()):
        if file.suffix not in (".csv", ".toml", ".geojson") or file.name in known:
            continue
        guess = nearest(file.name, sorted(known))
        problems.append(
            Problem(
                what="unknown file",
                why="nothing reads it, so what it holds would be lost without a word",
                remedy=f"rename it to {guess} if it is that table"
                if guess
                else "remove it, or give it another ending",
                file=file.name,
            )
        )
    return problems


def read_text(file: Path, problems: list[Problem]) -> str | None:
    """Return a file's text, or None with the reason added to ``problems``."""
    name = file.name
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        problems.append(
            Problem(
                "the file is missing",
                "every city needs it",
                "write it, or copy it from `twofronts city new PATH`",
                name,
            )
        )
        return None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        remedy = "ask its owner for the right to read it"
        if file.is_dir():
            why, remedy = "it is a folder", f"put the file {name} in its place"
        problems.append(Problem("the file cannot be read", why, remedy, name))
        return None
    if not data.strip():
        why = "an empty file says nothing, and may be a copy that failed"
        problems.append(
            Problem("the file is empty", why, "copy it again, or write its rows", name, 1)
        )
        return None
    return _decoded(name, data, problems)


def _decoded(name: str, data: bytes, problems: list[Problem]) -> str | None:
    if data.startswith(b"PK\x03\x04"):
        why = "it is an Excel workbook (or another packed file) under another name"
        remedy = "open it and save it as CSV UTF-8; changing the ending changes nothing"
        problems.append(Problem("not a text file", why, remedy, name, 1))
        return None
    bad = data.find(b"\0")
    if bad >= 0:
        reason = "it holds a zero byte, as UTF-16 files and broken copies do"
    else:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            bad, reason = error.start, f"byte 0x{data[error.start]:02x} starts no UTF-8 character"
            if error.reason == "unexpected end of data":
                why = "it ends in the middle of a character: it was cut short"
                line = data.count(b"\n") + 1
                problems.append(
                    Problem(
                        "not a whole file", why, "copy it again from where it is whole", name, line
                    )
                )
                return None
    line = data.count(b"\n", 0, bad) + 1
    column = bad - (data.rfind(b"\n", 0, bad) + 1) + 1
    remedy = "save it again as UTF-8 (in Excel: CSV UTF-8; from GBK: iconv -f GBK -t UTF-8)"
    problems.append(Problem("not a UTF-8 file", reason, remedy, name, line, column))
    return None


def split_rows(name: str, text: str, table: Table, problems: list[Problem]) -> RawTable | None:
    """Split CSV text into columns; rows of the wrong length are named and left out."""
    if "\n" not in text:
        # lines of an old Mac end so
        text = text.replace("\r", "\n")
    reader = csv.reader(io.StringIO(text), strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    cut: list[Problem] = []
    ahead: list[list[str]] = []
    try:
        for cells in reader:
            if len(ahead) < 6:
                ahead.append([c.strip() for c in cells])
            if not header:
                header = [c.strip() for c in cells]
            elif any(cells) and len(cells) == len(header):
                rows.append(cells)
                lines.append(start)
            elif any(cells):
                cut.append(_wrong_length(name, start, cells, header))
            start = reader.line_num + 1
    except csv.Error as error:
        why = f"{error}: a quotation mark is not closed, or the file was cut short"
        problems.append(
            Problem("the table cannot be split into rows", why, "close it", name, start)
        )
        return None
    if not _good_header(name, header, ahead, table, problems):
        return None
    problems += cut
    if not rows and not table.may_be_empty:
        why = "the table has a header and no rows"
        problems.append(Problem("no rows", why, "write its rows", name, 2))
        return None
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    cells_by = {
        h: np.array([c.strip() for c in col], object)
        for h, col in zip(header, columns, strict=True)
    }
    return RawTable(name, cells_by, np.array(lines, dtype=np.int64), header)


def _wrong_length(name: str, line: int, cells: list[str], header: list[str]) -> Problem:
    short = len(cells) < len(header)
    column = header[len(cells)] if short else len(header) + 1
    return Problem(
        what=f"the row has {len(cells)} cells, the header {len(header)}",
        why="the row was cut short" if short else "there is a comma too many",
        remedy="write the missing cells" if short else 'put text that holds a comma into "..."',
        file=name,
        line=line,
        column=column,
    )


def _good_header(
    name: str, header: list[str], ahead: list[list[str]], table: Table, problems: list[Problem]
) -> bool:
    """Refuse a header that is split wrongly, is a title, or names a column twice."""
    named = table.columns[0].name
    if named not in header and any(named in cells for cells in ahead[1:]):
        why = "a title or an empty row stands where the names of the columns should"
        problems.append(Problem("no header", why, "remove the rows above it", name, 1))
        return False
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("，", "Chinese commas")):
        if len(header) == 1 and mark in header[0]:
            why = f"cells are separated by {word}, and a table's cells by commas"
            remedy = "save it again as comma-separated CSV"
            problems.append(Problem("the header is one cell", why, remedy, name, 1))
            return False
    twice = sorted({h for h in header if header.count(h) > 1})
    for column in twice:
        why = "nobody can tell which of the two counts"
        what = "the column has no name" if not column else "the column appears twice"
        problems.append(Problem(what, why, "remove one of them", name, 1, column or None))
    return not twice
