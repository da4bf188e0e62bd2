"""Tables in the formats pymrio reads: OECD ICIO, WIOD, EXIOBASE, and what pymrio itself saves.

A world table becomes one country's: its own flows, what it buys abroad, what it sells abroad.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.economy.table import TOLERANCE, IOTable, checked
from twofronts.errors import Problem, TableError

FORMATS = ("oecd", "wiod", "exiobase3", "pymrio")
# Words that mark households among the categories of final demand
_HOUSEHOLD = ("household", "hfce", "c37", "private consumption")


def read_pymrio(path: Path, *, kind: str, region: str, year: int | None = None) -> IOTable:
    """Read one country's table from a world table.

    Parameters
    ----------
    path : Path
        File or folder, as pymrio's parser of that format takes it.
    kind : str
        One of ``FORMATS``.
    region : str
        The country's code in that table.
    year : int or None
        Where a folder holds several years.

    Returns
    -------
    IOTable
        Checked. Sectors keep their names of that table; taxes on products and margins are part of
        value added, so that columns add up.

    Raises
    ------
    TableError
        If the format or the region is unknown, the file cannot be parsed, or the table is bad.
    """
    system = _parse(Path(path), kind, year)
    inputs = getattr(system, "factor_inputs", None) if kind in ("oecd", "wiod") else None
    regions = list(dict.fromkeys(system.Z.columns.get_level_values(0)))
    if region not in regions:
        raise TableError(
            Problem(
                what=f"the table has no region {region!r}",
                why="one country's table is taken out of the world's",
                remedy=f"use one of {', '.join(map(str, regions[:60]))}",
                file=str(path),
            )
        )
    source = f"{kind}: {Path(path).name}, {region}"
    table = checked(country_of(system, region, source=source, file=str(path)))
    if inputs is not None:
        added = inputs.F[region].sum(axis=0)
        added.index = added.index.astype(str)
        problems = _columns(table, added.reindex(table.sectors).to_numpy(np.float64))
        if problems:
            raise TableError(problems)
    return table


def _parse(path: Path, kind: str, year: int | None) -> Any:
    import pymrio

    if kind not in FORMATS:
        raise TableError(
            Problem(
                what=f"no format is called {kind!r}",
                why="tables are read by pymrio's parsers",
                remedy=f"use one of {', '.join(FORMATS)}",
                file=str(path),
            )
        )
    if not path.exists():
        raise TableError(
            Problem(
                what="there is no such file or folder",
                why="the table is read from it",
                remedy="check the path",
                file=str(path),
            )
        )
    parsers = {
        "oecd": lambda: pymrio.parse_oecd(path, year=year),
        "wiod": lambda: pymrio.parse_wiod(path, year=year),
        "exiobase3": lambda: pymrio.parse_exiobase3(path),
        "pymrio": lambda: pymrio.load_all(path),
    }
    try:
        with warnings.catch_warnings():
            # parsers warn about extensions (emissions, employment) that nothing here reads
            warnings.simplefilter("ignore")
            system = parsers[kind]()
            if system.Z is None:
                # releases that hold coefficients and final demand only
                system.calc_system()
            return system
    except Exception as error:  # pymrio's parsers raise whatever pandas does
        raise TableError(
            Problem(
                what=f"pymrio cannot read this as {kind}",
                why=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
                remedy="give the file as published, unchanged, or another format",
                file=str(path),
            )
        ) from None


def country_of(system: Any, region: str, *, source: str = "", file: str = "") -> IOTable:
    """Take one country's table out of a world table.

    Parameters
    ----------
    system : pymrio.IOSystem
        With ``Z`` and ``Y``.
    region : str
    source, file : str
        For notes and messages.

    Returns
    -------
    IOTable
        Not yet checked.

    Raises
    ------
    TableError
        If a flow is not a finite number.
    """
    flows, final = system.Z, system.Y
    sectors = [str(s) for s in flows.loc[region].index]
    problems = _not_finite(flows, region, file) + _not_finite(final, region, file)
    if problems:
        raise TableError(problems[:20])
    domestic = flows.loc[region, region].to_numpy(np.float64)
    into = flows.loc[:, region]
    abroad = into[into.index.get_level_values(0) != region]
    imported = abroad.groupby(level=1, sort=False).sum().reindex(sectors, fill_value=0.0)
    sold = flows.loc[region]
    exports = sold.loc[:, sold.columns.get_level_values(0) != region].sum(axis=1)
    bought = final.loc[region]
    elsewhere = bought.columns.get_level_values(0) != region
    exports = exports + bought.loc[:, elsewhere].sum(axis=1)
    own = bought.loc[:, ~elsewhere]
    names = [str(c).lower() for c in own.columns.get_level_values(1)]
    homes = np.array([any(w in name for w in _HOUSEHOLD) for name in names], dtype=bool)
    homes &= np.array(["non-profit" not in n and "npish" not in n for n in names], dtype=bool)
    if not homes.any() and len(names):
        homes[0] = True  # tables without names put household consumption first
    households = own.loc[:, homes].sum(axis=1).to_numpy(np.float64)
    other = own.loc[:, ~homes].sum(axis=1).to_numpy(np.float64)
    exported = exports.to_numpy(np.float64)
    output = domestic.sum(axis=1) + households + other + exported
    if getattr(system, "x", None) is not None:
        output = system.x.loc[region].to_numpy(np.float64).ravel()
    unit = getattr(system, "unit", None)
    return IOTable(
        sectors=tuple(sectors),
        domestic=domestic,
        imported=imported.to_numpy(np.float64),
        households=households,
        other=other,
        exports=exported,
        output=output,
        value_added=output - domestic.sum(axis=0) - imported.to_numpy(np.float64).sum(axis=0),
        unit="" if unit is None else str(unit.iloc[0, 0]),
        source=source,
        files={"domestic": file, "imported": file, "accounts": file},
    )


def _columns(table: IOTable, added: np.ndarray) -> list[Problem]:
    """Return the columns that do not add up with the value added and taxes of the file itself.

    Value added is taken as what is left of the sales, so that without this nothing would notice a
    wrong flow.
    """
    columns = table.columns() - table.value_added + added
    off = np.abs(columns - table.output) > TOLERANCE * np.maximum(table.output, columns)
    return [
        Problem(
            what=f"the column of {table.sectors[i]} adds up to {columns[i]:g}, "
            f"its row to {table.output[i]:g}",
            why="what a sector buys, with value added and taxes, is what it sells",
            remedy="give the table as published; if it is, one of the two holds a wrong flow",
            file=table.files["domestic"],
            column=table.sectors[i],
        )
        for i in np.flatnonzero(off)[:20]
    ]


def _not_finite(frame: pd.DataFrame, region: str, file: str) -> list[Problem]:
    """Return the flows into or out of a country that are no finite numbers."""
    rows = frame.index.get_level_values(0) == region
    columns = frame.columns.get_level_values(0) == region
    values = frame.to_numpy(dtype=np.float64)
    bad = ~np.isfinite(values) & (rows[:, None] | columns[None, :])
    return [
        Problem(
            what=f"flow from {' '.join(map(str, frame.index[i]))} to "
            f"{' '.join(map(str, frame.columns[j]))} is {values[i, j]}",
            why="a flow is a finite number, 0 if nothing flows",
            remedy="give the table as published",
            file=file,
        )
        for i, j in np.argwhere(bad)[:20]
    ]


def drop_empty(table: IOTable) -> IOTable:
    """Return a table without sectors that neither make nor buy anything; world tables have some.

    What others import of such a sector's goods goes to their other imports, in proportion, so that
    their columns still add up.

    Parameters
    ----------
    table : IOTable

    Returns
    -------
    IOTable
    """
    busy = table.output > 0
    busy |= table.domestic.sum(axis=0) + table.domestic.sum(axis=1) > 0
    at = np.flatnonzero(busy)
    changed: dict[str, Any] = {"sectors": tuple(table.sectors[i] for i in at)}
    for name in ("households", "other", "exports", "output", "value_added", "wages", "workers"):
        values = getattr(table, name)
        changed[name] = None if values is None else values[at]
    changed["domestic"] = table.domestic[np.ix_(at, at)]
    kept, whole = table.imported[np.ix_(at, at)], table.imported[:, at].sum(axis=0)
    left = kept.sum(axis=0)
    changed["imported"] = kept * np.divide(whole, left, out=np.ones_like(left), where=left > 0)
    # who imported nothing else imports goods of its own kind
    changed["imported"] += np.diag(np.where(left > 0, 0.0, whole))
    return IOTable(**{**table.__dict__, **changed})
