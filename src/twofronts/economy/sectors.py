"""What each sector is like: stock days, work from home, what is hauled, who depends on whom."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.errors import CityError, Problem

COLUMNS = (
    "target_stock_days",
    "remote_work_share",
    "hauled",
    "for_all",
    "chain",
    "contact_sensitivity",
)
_BOUNDS = {
    "target_stock_days": (0.1, 3650.0),
    "remote_work_share": (0.0, 1.0),
    "hauled": (0.0, 1.0),
    "for_all": (0.0, 1.0),
    "chain": (0.0, 1.0),
    "contact_sensitivity": (0.0, 1.0),
}
# Share of a sector's staff in places that orders close, in the order of VENUES and so on in
# ``kernels.types_labour``. A table may leave them out: the built-in rows of the same codes count,
# or 0.
PLACES = ("staff_in_venues", "staff_in_clinics", "staff_in_schools", "staff_in_transit")
# Ratings of an input
NOT_CRITICAL, IMPORTANT, CRITICAL = 0, 1, 2


def built_in_folder() -> Path:
    """Return the folder of the built-in city, which also carries the defaults by sector."""
    return Path(str(files("twofronts"))) / "data" / "cities" / "nanjing"


@cache
def _defaults() -> pd.DataFrame:
    return read_sector_parameters(built_in_folder() / "io_sectors.csv")


def read_sector_parameters(path: Path) -> pd.DataFrame:
    """Read a table of sector parameters.

    Parameters
    ----------
    path : Path
        CSV with ``sector`` and the columns of ``COLUMNS``.

    Returns
    -------
    DataFrame
        Indexed by sector. Columns of ``PLACES`` that the file lacks are NaN.

    Raises
    ------
    CityError
        If a column is missing, a sector stands twice, or a value lies outside its bounds.
    """
    table = pd.read_csv(path, dtype={"sector": str}, keep_default_na=False)
    problems = [
        Problem(
            what=f"column {name} is missing",
            why="the production model reads it for every sector",
            remedy=f"add {name}; the built-in city's io_sectors.csv shows the form",
            file=path.name,
        )
        for name in ("sector", *COLUMNS)
        if name not in table.columns
    ]
    if problems:
        raise CityError(problems)
    for line, sector in enumerate(table["sector"], start=2):
        if (table["sector"] == sector).sum() > 1:
            problems.append(_bad(path, line, "sector", f"sector {sector} stands twice", "one row"))
    for name in PLACES:
        if name not in table.columns:
            table[name] = np.nan
    given = [name for name in PLACES if table[name].notna().any()]
    for name, (low, high) in (_BOUNDS | dict.fromkeys(given, (0.0, 1.0))).items():
        values = pd.to_numeric(table[name], errors="coerce")
        for line, value in enumerate(values, start=2):
            if not low <= value <= high:
                cell = table[name].iloc[line - 2]
                why = f"it lies between {low:g} and {high:g}"
                problems.append(_bad(path, line, name, f"{name} is {cell!r}", why))
        table[name] = values
    if problems:
        raise CityError(problems)
    return table.set_index("sector")[[*COLUMNS, *PLACES]].astype(np.float64)


def _bad(path: Path, line: int, column: str, what: str, why: str) -> Problem:
    return Problem(
        what=what, why=why, remedy="correct it", file=path.name, line=line, column=column
    )


def sector_parameters(city: Any) -> pd.DataFrame:
    """Return the parameters of a city's sectors.

    A city's own ``io_sectors.csv`` counts first; sectors it lacks take the built-in row of the
    same code; codes unknown to both take the median of the built-in sectors.

    Parameters
    ----------
    city : City or sequence of str
        The city, or sector codes alone.

    Returns
    -------
    DataFrame
        Indexed by sector in the city's order, columns ``COLUMNS`` and ``PLACES``.
    """
    codes = list(getattr(city, "sector_codes", city))
    known = _defaults()
    folder = getattr(city, "path", None)
    own = Path(folder) / "io_sectors.csv" if folder is not None else None
    if own is not None and own.is_file() and own.parent != built_in_folder():
        mine = read_sector_parameters(own).fillna(known)
        known = pd.concat([mine, known[~known.index.isin(mine.index)]])
    table = known.reindex(codes)
    unknown = table[list(COLUMNS)].isna().any(axis=1)
    median = _defaults().median()
    median[["hauled", "for_all", "chain", *PLACES]] = 0.0
    table.loc[unknown] = median.to_numpy()
    return table.fillna(0.0)


def ratings(
    codes: list[str], technical: np.ndarray, table: pd.DataFrame, *, chain_share: float
) -> np.ndarray:
    """Rate each input of each sector by the project's own rules.

    Energy, water and transport are critical for all. A good is critical to makers of goods,
    builders and caterers that spend at least ``chain_share`` of their output on it, and important
    to everybody else that spends as much. Other services are not critical.

    Parameters
    ----------
    codes : list of str
        Sectors in order.
    technical : float64[input, user]
        Input needed for one unit of output. [1]
    table : DataFrame
        As ``sector_parameters`` returns it.
    chain_share : float
        In (0, 1). [1]

    Returns
    -------
    int64[input, user]
        NOT_CRITICAL, IMPORTANT or CRITICAL.
    """
    goods = table.loc[codes, "hauled"].to_numpy() > 0
    chain = table.loc[codes, "chain"].to_numpy() > 0
    for_all = table.loc[codes, "for_all"].to_numpy() > 0
    out = np.full(technical.shape, NOT_CRITICAL, dtype=np.int64)
    weighty = technical >= chain_share
    out[goods[:, None] & weighty] = IMPORTANT
    out[goods[:, None] & weighty & chain[None, :]] = CRITICAL
    out[for_all[:, None] & (technical > 0)] = CRITICAL
    return out
