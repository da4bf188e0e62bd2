"""A table from files: the documented CSV form, checked before anything is computed.

A folder holds ``io_domestic.csv`` and ``io_imported.csv`` (first column ``sector``, then one column
for each buying sector) and ``io_accounts.csv`` (``sector``, ``output``, ``value_added`` and any of
the columns in ``FINAL``; ``wages`` and ``workers`` where known). Each may have a sidecar.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from twofronts.economy.table import IOTable, checked
from twofronts.errors import Problem, TableError

# Columns of the accounts by the final user they belong to
FINAL = {
    "households": ("households",),
    "other": ("npish", "government", "investment", "inventories", "other"),
    "exports": ("exports", "exports_intermediate", "exports_final"),
}
NEEDED = ("sector", "output", "value_added")
OPTIONAL = (*FINAL["households"], *FINAL["other"], *FINAL["exports"], "wages", "workers")
FILES = {name: f"io_{name}.csv" for name in ("domestic", "imported", "accounts")}


def read_table_folder(folder: Path) -> IOTable:
    """Read a table from a folder in the documented form.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    IOTable
        Checked: it balances within the tolerance.

    Raises
    ------
    TableError
        With every problem found, each with its file, line and column.
    """
    folder = Path(folder)
    frames = {}
    problems = []
    for part, name in FILES.items():
        path = folder / name
        if not path.is_file():
            problems.append(
                Problem(
                    what=f"{name} is missing",
                    why="a table is its inner flows, its imported flows and its accounts",
                    remedy="add it; docs/front-two.md shows the form",
                    file=str(path),
                )
            )
            continue
        try:
            frames[part] = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            problems.append(
                Problem(
                    what="not a table",
                    why=str(error).strip(),
                    remedy="save it as CSV in UTF-8, one header, as many cells in each row",
                    file=str(path),
                )
            )
    if problems:
        raise TableError(problems)
    unit, source = _sidecar(folder / "io_domestic.toml")
    return table_from_frames(
        frames["domestic"],
        frames["imported"],
        frames["accounts"],
        unit=unit,
        source=source,
        files={part: str(folder / name) for part, name in FILES.items()},
    )


def _sidecar(path: Path) -> tuple[str, str]:
    if not path.is_file():
        return "money of the table", ""
    try:
        entry = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise TableError(
            Problem(
                what="the sidecar is not TOML",
                why=str(error),
                remedy="correct the line it names",
                file=str(path),
            )
        ) from None
    return str(entry.get("unit", "money of the table")), str(entry.get("source", ""))


def table_from_frames(
    domestic: pd.DataFrame,
    imported: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    unit: str = "",
    source: str = "",
    files: dict[str, str] | None = None,
) -> IOTable:
    """Make a checked table of three frames; sectors may stand in any order in each.

    Parameters
    ----------
    domestic, imported, accounts : DataFrame
        As in the files, cells as text or numbers.
    unit, source : str
    files : dict of str to str or None
        Names for messages.

    Returns
    -------
    IOTable
        Sectors in the order of the accounts.

    Raises
    ------
    TableError
        With every problem found.
    """
    files = files or dict(FILES)
    problems = _accounts_columns(accounts, files["accounts"])
    if problems:
        raise TableError(problems)
    sectors = [str(s).strip() for s in accounts["sector"]]
    problems = _sectors(sectors, accounts["sector"], files["accounts"])
    for part, frame in (("domestic", domestic), ("imported", imported)):
        problems += _matching(frame, sectors, files[part], files["accounts"])
    if problems:
        raise TableError(problems)
    numbers: dict[str, np.ndarray] = {}
    for part, frame in (("domestic", domestic), ("imported", imported)):
        ordered = frame.set_index(frame["sector"].astype(str).str.strip())
        lines = {s: line for line, s in enumerate(ordered.index, start=2)}
        columns = []
        for user in sectors:
            column = ordered[user].reindex(sectors)
            columns.append(
                _numbers(column, user, files[part], [lines[s] for s in sectors], problems)
            )
        numbers[part] = np.column_stack(columns)
    lines_of = list(range(2, len(sectors) + 2))
    for name in accounts.columns:
        if name != "sector":
            numbers[name] = _numbers(accounts[name], name, files["accounts"], lines_of, problems)
    if problems:
        raise TableError(problems[:40])
    zero = np.zeros(len(sectors))
    final = {
        kind: np.sum([numbers[c] for c in names if c in numbers] or [zero], axis=0)
        for kind, names in FINAL.items()
    }
    problems = _final_signs(numbers, sectors, files["accounts"])
    if problems:
        raise TableError(problems)
    return checked(
        IOTable(
            sectors=tuple(sectors),
            domestic=numbers["domestic"],
            imported=numbers["imported"],
            output=numbers["output"],
            value_added=numbers["value_added"],
            wages=numbers.get("wages"),
            workers=numbers.get("workers"),
            unit=unit,
            source=source,
            files=files,
            **final,
        )
    )


def _accounts_columns(accounts: pd.DataFrame, file: str) -> list[Problem]:
    known = {*NEEDED, *OPTIONAL}
    problems = [
        Problem(
            what=f"column {name} is missing",
            why="the accounts need sector, output and value_added",
            remedy=f"add {name}",
            file=file,
            line=1,
        )
        for name in NEEDED
        if name not in accounts.columns
    ]
    problems += [
        Problem(
            what=f"column {name!r} is unknown",
            why="every column of the accounts enters the balance, or the table would lie",
            remedy=f"use one of {', '.join(OPTIONAL)}",
            file=file,
            line=1,
            column=str(name),
        )
        for name in accounts.columns
        if name not in known
    ]
    if not problems and accounts.empty:
        problems.append(
            Problem(
                what="there is no sector",
                why="the accounts are empty",
                remedy="add a row for each sector",
                file=file,
            )
        )
    return problems


def _sectors(sectors: list[str], raw: pd.Series, file: str) -> list[Problem]:
    problems = []
    for line, sector in enumerate(sectors, start=2):
        if not sector or sector.lower() == "nan":
            problems.append(_bad_row(file, line, "a sector has no name", "name it"))
    for sector, count in Counter(sectors).items():
        if count > 1:
            line = len(sectors) + 1 - sectors[::-1].index(sector)
            what = f"sector {sector} stands {count} times"
            problems.append(_bad_row(file, line, what, "keep one row, or add the rows up"))
    return problems


def _bad_row(file: str, line: int, what: str, remedy: str) -> Problem:
    return Problem(
        what=what,
        why="each sector has one row",
        remedy=remedy,
        file=file,
        line=line,
        column="sector",
    )


def _matching(frame: pd.DataFrame, sectors: list[str], file: str, other: str) -> list[Problem]:
    """Return where the sectors of a file of flows differ from those of the accounts."""
    if "sector" not in frame.columns:
        return [
            Problem(
                what="column sector is missing",
                why="the first column names the selling sector",
                remedy="call it sector",
                file=file,
                line=1,
            )
        ]
    rows = [str(s).strip() for s in frame["sector"]]
    columns = [str(c).strip() for c in frame.columns if c != "sector"]
    # pandas calls the second of two equal headers "X.1"
    twice = [c for c in columns if "." in c and c.rsplit(".", 1)[0] in columns and c not in sectors]
    columns = [c for c in columns if c not in twice]
    problems = _sectors(rows, frame["sector"], file)
    for name in twice:
        what = f"column {name.rsplit('.', 1)[0]} stands twice"
        problems.append(_mismatch(file, what, "keep one column, or add them up"))
    for axis, found in (("row", rows), ("column", columns)):
        for sector in sectors:
            if sector not in found:
                what = f"sector {sector} has no {axis}"
                remedy = f"add it (0 where nothing flows); it stands in {Path(other).name}"
                problems.append(_mismatch(file, what, remedy))
        for line, sector in enumerate(found, start=2):
            if sector not in sectors:
                what = f"the {axis} {sector!r} is of no sector in {Path(other).name}"
                remedy = "add the sector there, or drop it here"
                at = line if axis == "row" else 1
                problems.append(_mismatch(file, what, remedy, at))
    return problems


def _mismatch(file: str, what: str, remedy: str, line: int | None = None) -> Problem:
    why = "the three files hold the same sectors, as rows and as columns"
    return Problem(what=what, why=why, remedy=remedy, file=file, line=line)


def _numbers(
    column: pd.Series, name: str, file: str, lines: list[int], problems: list[Problem]
) -> np.ndarray:
    """Return a column as finite numbers; what is none is added to the problems."""
    text = column.astype(str).str.strip()
    values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    for index in np.flatnonzero(~np.isfinite(values)):
        given = text.iloc[index]
        problems.append(
            Problem(
                what=f"{name} is {given!r}" if given else f"{name} is blank",
                why="a flow is a finite number, 0 if nothing flows",
                remedy="write the number, without thousands separators",
                file=file,
                line=lines[index],
                column=name,
            )
        )
    return values


def _final_signs(numbers: dict[str, np.ndarray], sectors: list[str], file: str) -> list[Problem]:
    problems = []
    for names in FINAL.values():
        for name in names:
            if name in ("inventories", "other") or name not in numbers:
                continue
            for i in np.flatnonzero(numbers[name] < 0):
                problems.append(
                    Problem(
                        what=f"{name} of {sectors[i]} is {numbers[name][i]:g}",
                        why="only changes of inventories may be below 0",
                        remedy="correct the sign",
                        file=file,
                        line=int(i) + 2,
                        column=name,
                    )
                )
    return problems
