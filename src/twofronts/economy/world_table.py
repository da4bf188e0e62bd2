"""From a world table to the tables of a city's folder: one country, its sectors put together."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from twofronts.economy.pymrio_tables import drop_empty, read_pymrio
from twofronts.economy.table import IOTable, checked
from twofronts.economy.table_files import FILES
from twofronts.errors import OutputError, Problem, TableError
from twofronts.writing import write_text

_PARTS = ("households", "other", "exports", "output", "value_added")


def merge_sectors(table: IOTable, into: Mapping[str, str], *, file: str = "") -> IOTable:
    """Put sectors of a table together.

    Parameters
    ----------
    table : IOTable
    into : mapping of str to str
        The new sector of each sector of the table; the new ones stand in the order they come.
    file : str
        For messages.

    Returns
    -------
    IOTable
        Checked.

    Raises
    ------
    TableError
        If a sector of the table has no new one, or one is named that the table lacks.
    """
    problems = [
        Problem(
            what=f"sector {sector} goes nowhere",
            why="a sector left out would leave the others out of balance",
            remedy="add a row for it",
            file=file,
        )
        for sector in table.sectors
        if sector not in into
    ]
    if problems:
        raise TableError(problems)
    new = list(dict.fromkeys(into[s] for s in into if s in table.sectors))
    m = np.array([[float(into[s] == name) for s in table.sectors] for name in new])
    sums = {name: m @ getattr(table, name) for name in _PARTS}
    return checked(
        replace(
            table,
            sectors=tuple(new),
            domestic=m @ table.domestic @ m.T,
            imported=m @ table.imported @ m.T,
            wages=None,
            workers=None,
            **sums,
        )
    )


def read_pairs(path: Path, columns: tuple[str, str]) -> dict[str, str]:
    """Read a CSV table of two columns, the first of which names sectors, each once.

    Parameters
    ----------
    path : Path
    columns : tuple of two str
        Their names.

    Raises
    ------
    TableError
        If it cannot be read, a column is missing, a cell is blank or a sector stands twice.
    """

    def refuse(what: str, why: str, remedy: str, line: int | None = None) -> TableError:
        return TableError(Problem(what, why, remedy, str(path), line))

    form = f"a table of two columns, {columns[0]} and {columns[1]}"
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).strip()
        raise refuse("the table cannot be read", str(why), f"give {form}, CSV in UTF-8") from None
    lacking = [c for c in columns if c not in frame.columns]
    if lacking:
        raise refuse(f"column {lacking[0]} is missing", f"this is {form}", f"add {lacking[0]}", 1)
    found: dict[str, str] = {}
    for line, (key, value) in enumerate(zip(*(frame[c] for c in columns), strict=True), start=2):
        key, value = key.strip(), value.strip()
        if not key and not value:
            continue
        if not key or not value:
            raise refuse("a cell is blank", f"this is {form}", "write it, or drop the row", line)
        if key in found:
            raise refuse(f"{key} stands twice", "each sector has one row", "drop one", line)
        found[key] = value
    return found


def city_table(
    path: Path,
    *,
    kind: str,
    region: str,
    year: int | None = None,
    sectors: Path | None = None,
    workers: Path | None = None,
) -> tuple[IOTable, tuple[str, ...]]:
    """Read one country of a world table as a city's folder wants it.

    Parameters
    ----------
    path, kind, region, year
        As ``read_pymrio`` takes them.
    sectors : Path or None
        CSV ``from,sector``: which sectors to put together. As they are where None.
    workers : Path or None
        CSV ``sector,workers``: the country's workers in each (new) sector. [persons]

    Returns
    -------
    tuple of IOTable, tuple of str
        The table, and the names of sectors that were dropped because nothing flows there.

    Raises
    ------
    TableError
        If any of the files is bad.
    """
    whole = read_pymrio(path, kind=kind, region=region, year=year)
    table = drop_empty(whole)
    dropped = tuple(s for s in whole.sectors if s not in table.sectors)
    if sectors is not None:
        into = read_pairs(sectors, ("from", "sector"))
        _known(into, whole.sectors, sectors)
        table = merge_sectors(table, into, file=str(sectors))
    if workers is not None:
        table = replace(table, workers=_workers(workers, table.sectors))
    return table, dropped


def _known(found: Mapping[str, str], sectors: tuple[str, ...], path: Path) -> None:
    for sector in found:
        if sector not in sectors:
            raise TableError(
                Problem(
                    what=f"the table has no sector {sector!r}",
                    why="each row is of one of its sectors",
                    remedy=f"use {', '.join(sectors[:60])}",
                    file=str(path),
                )
            )


def _workers(path: Path, sectors: tuple[str, ...]) -> np.ndarray:
    found = read_pairs(path, ("sector", "workers"))
    _known(found, sectors, path)
    values = []
    for sector in sectors:
        text = found.get(sector, "")
        value = pd.to_numeric(text, errors="coerce") if text else np.nan
        if not np.isfinite(value) or value <= 0:
            raise TableError(
                Problem(
                    what=f"workers of {sector} are {text!r}" if text else f"{sector} has no row",
                    why="the city's share of a sector is its share of the country's workers in it",
                    remedy="write the country's workers, above 0, without separators",
                    file=str(path),
                )
            )
        values.append(float(value))
    return np.array(values)


def year_of(path: Path, year: int | None) -> int:
    """Return the year that a world table is of, from what was said or from the file's name.

    Raises
    ------
    TableError
        If neither tells.
    """
    found = [int(x) for x in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", path.name)]
    short = re.match(r"wiot(\d\d)_", path.name)
    if year is None and short:
        found = [(1900 if int(short[1]) > 50 else 2000) + int(short[1])]
    if year is None and not found:
        raise TableError(
            Problem(
                what="the year of the table is not known",
                why="a sidecar says of which date a table is",
                remedy="give --year",
                file=str(path),
            )
        )
    return found[-1] if year is None else year


def write_city_table(table: IOTable, folder: Path, *, year: int) -> list[Path]:
    """Write the three tables with their sidecars into a city's folder.

    Parameters
    ----------
    table : IOTable
    folder : Path
        Made where it is missing; nothing in it is overwritten.
    year : int
        That the flows are of.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OutputError
        If one of the files is there already, or the folder cannot be written.
    """
    folder = Path(folder)
    names = [name for csv in FILES.values() for name in (csv, csv.replace(".csv", ".toml"))]
    there = [name for name in names if (folder / name).exists()]
    if there:
        raise OutputError(f"{folder / there[0]} is there already; nothing is overwritten")
    sectors = list(table.sectors)
    texts = {}
    for part in ("domestic", "imported"):
        frame = pd.DataFrame(getattr(table, part), columns=sectors)
        frame.insert(0, "sector", sectors)
        texts[part] = frame.to_csv(index=False)
    accounts = pd.DataFrame({"sector": sectors, **{name: getattr(table, name) for name in _PARTS}})
    if table.workers is not None:
        accounts["workers"] = table.workers
    texts["accounts"] = accounts.to_csv(index=False)
    for part, text in texts.items():
        workers = part == "accounts" and table.workers is not None
        write_text(folder / FILES[part], text)
        write_text(folder / FILES[part].replace(".csv", ".toml"), _sidecar(table, year, workers))
    return [folder / name for name in names]


def _sidecar(table: IOTable, year: int, workers: bool) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    notes = "The country's own flows; value added with taxes and margins, so that columns add up."
    lines = [
        f"unit = {quoted((table.unit or 'money of the table') + ' in a year')}",
        f"source = {quoted(table.source)}",
        'licence = "as its publisher says"',
        f"date = {dt.date(year, 12, 31).isoformat()}",
        'grade = "published"',
        f"notes = {quoted(notes)}",
    ]
    if workers:
        lines += [
            "",
            "[columns.workers]",
            'unit = "persons"',
            'source = "say where the workers are from"',
            'grade = "assumed"',
        ]
    return "\n".join(lines) + "\n"
