"""Read a city's folder. What is wrong with it is named by ``checks``; nothing is mended here."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from twofronts.city.schema import City, Scalar, Source
from twofronts.city.spec import Table
from twofronts.city.tables import TABLES
from twofronts.errors import CityError, Problem


def built_in_folder() -> Path:
    """Return the folder of the built-in cities."""
    return Path(str(files("twofronts"))) / "data" / "cities"


def built_in_names() -> list[str]:
    """Return the names of the built-in cities, sorted."""
    return sorted(p.name for p in built_in_folder().iterdir() if (p / "city.toml").exists())


def find_city(name_or_path: str | Path) -> Path:
    """Return the folder of a built-in city, or of the path given.

    Raises
    ------
    CityError
        If there is neither; the nearest built-in name is suggested.
    """
    text = str(name_or_path)
    if text in built_in_names():
        return built_in_folder() / text
    path = Path(name_or_path).expanduser()
    if path.name == "city.toml" and path.is_file():
        path = path.parent
    if path.is_dir():
        return path
    near = get_close_matches(text, built_in_names(), n=1)
    guess = f"did you mean {near[0]}? " if near else ""
    raise CityError(
        Problem(
            what=f"there is no city {text!r}",
            why="it is neither a built-in city nor a folder",
            remedy=f"{guess}built in are {', '.join(built_in_names())}; "
            "`twofronts city new PATH` starts one of your own",
            file=text,
        )
    )


def load_city(name_or_path: str | Path) -> City:
    """Load a city by its built-in name or from its folder.

    Parameters
    ----------
    name_or_path : str or Path
        "nanjing", "town", or a folder with a ``city.toml``.

    Returns
    -------
    City
        Frozen; its tables are shared between callers and are read-only by agreement.

    Raises
    ------
    CityError
        Every problem of the folder at once, each with file, line, column, reason and remedy.
    """
    path = find_city(name_or_path)
    if path.parent == built_in_folder():
        return _load_built_in(path)
    from twofronts.city.checks import check_city

    problems = check_city(path)
    if problems:
        raise CityError(problems)
    return read_city(path)


@cache
def _load_built_in(path: Path) -> City:
    """Load a city that the tests have checked already, once."""
    return read_city(path)


def read_city(path: Path) -> City:
    """Read a folder that has passed ``check_city``."""
    head = tomllib.loads((path / "city.toml").read_text(encoding="utf-8-sig"))
    scalars = {k: Scalar(**_scalar_fields(v)) for k, v in head.pop("scalars", {}).items()}
    tables: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for table in TABLES:
        file = path / f"{table.name}.csv"
        if file.exists():
            tables[table.name] = read_table(file, table)
            sources[table.name] = read_source(path / f"{table.name}.toml")
        elif table.may_be_empty:
            tables[table.name] = _typed(pd.DataFrame(columns=list(table.column_names)), table)
    map_file = path / "map.geojson"
    geojson = json.loads(map_file.read_text(encoding="utf-8-sig"))
    sources["map"] = read_source(path / "map.toml")
    return City(path=path, scalars=scalars, sources=sources, map=geojson, **head, **tables)


def _scalar_fields(entry: dict[str, Any]) -> dict[str, Any]:
    return {k: entry[k] for k in ("value", "unit", "source", "grade", "note") if k in entry}


def read_source(path: Path) -> Source:
    """Read the sidecar of a table."""
    return Source.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """Read one table with the types of its specification."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame.columns = [str(c).strip() for c in frame.columns]
    # rows of empty cells, as spreadsheets leave below a table, say nothing
    return _typed(frame[(frame != "").any(axis=1)].reset_index(drop=True), table)


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the table with its columns as dates, numbers and texts. Blank numbers become NaN."""
    known = {c.name: c for c in table.columns}
    columns: dict[str, Any] = {}
    for name in frame.columns:
        text = frame[name].astype(str).str.strip()
        column = known.get(name)
        if column is None or column.numeric:
            numbers = pd.to_numeric(text.mask(text == ""))
            whole = column is not None and column.kind in ("int", "flag") and not column.blank
            columns[name] = numbers.astype("int64" if whole else "float64")
        elif column.kind == "date":
            columns[name] = pd.to_datetime(text, format="%Y-%m-%d")
        else:
            columns[name] = text.astype(object)
    return pd.DataFrame(columns)


def date_of(value: Any) -> dt.date:
    """Return a cell of a date column as a plain date."""
    return pd.Timestamp(value).date()
