"""The regional table of a city: its own tables where it has them, else the country's by default."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from twofronts.economy.regions import RegionalTable, city_shares, two_regions
from twofronts.economy.sectors import built_in_folder
from twofronts.economy.table import IOTable
from twofronts.economy.table_files import read_table_folder, table_from_frames
from twofronts.errors import CityError, Problem
from twofronts.parameters import Parameters
from twofronts.wording import Said

# Final demand for these is met where it arises
LOCAL_SECTORS = ("D", "E", "F", "H", "K", "OR", "P", "Q", "S")


@cache
def default_table() -> IOTable:
    """Return the built-in table: China 2011, 22 sectors, million USD a year."""
    return read_table_folder(built_in_folder())


def country_table(city: Any) -> tuple[IOTable, str]:
    """Return the table of the country that a city lies in, and a note on where it comes from.

    Parameters
    ----------
    city : City

    Returns
    -------
    tuple of IOTable, str
        Sectors in the city's order.

    Raises
    ------
    TableError
        If the city's own tables are bad.
    CityError
        If the city has no tables and the default ones lack one of its sectors.
    """
    frames = (city.io_domestic, city.io_imported, city.io_accounts)
    own = all(frame is not None for frame in frames)
    if own and city.path != built_in_folder():
        names = {p: str(city.path / f"io_{p}.csv") for p in ("domestic", "imported", "accounts")}
        table = table_from_frames(*frames, files=names)
        note = Said("input-output table of the city's folder", "投入产出表：城市文件夹自带")
    else:
        table = default_table()
        note = Said(
            "input-output table: China 2011, 22 sectors (WIOD release 2013)",
            "投入产出表：中国 2011 年，22 个行业（WIOD 2013 年版）",
        )
    missing = [s for s in city.sector_codes if s not in table.sectors]
    if missing or len(table.sectors) != len(city.sector_codes):
        extra = [s for s in table.sectors if s not in city.sector_codes]
        raise CityError(
            Problem(
                what=f"sectors.csv and the table differ: {', '.join(missing + extra)}",
                why="production needs the same sectors in both",
                remedy="give io_domestic, io_imported and io_accounts for the sectors of the city",
                file=str(city.path / "sectors.csv"),
            )
        )
    return reorder(table, city.sector_codes), note


def reorder(table: IOTable, sectors: list[str]) -> IOTable:
    """Return a table with its sectors in another order."""
    at = [table.sectors.index(s) for s in sectors]
    changed: dict[str, Any] = {"sectors": tuple(sectors)}
    for name in ("households", "other", "exports", "output", "value_added", "wages", "workers"):
        values = getattr(table, name)
        changed[name] = None if values is None else values[at]
    changed["domestic"] = table.domestic[np.ix_(at, at)]
    changed["imported"] = table.imported[np.ix_(at, at)]
    return IOTable(**{**table.__dict__, **changed})


def regional_table(city: Any, parameters: Parameters) -> RegionalTable:
    """Split the country's table into the city and the rest, in millions of the city's currency.

    The level is the city's product where ``city.toml`` gives ``gdp`` (in 100 million), else its
    share of the country's workers; the pattern over sectors is that of its workers.

    Parameters
    ----------
    city : City
    parameters : Parameters

    Returns
    -------
    RegionalTable
        Per day; ``notes`` say what was assumed.

    Raises
    ------
    CityError
        If the table has no workers by sector, or the city's product exceeds the country's.
    """
    table, note = country_table(city)
    if table.workers is None:
        raise CityError(
            Problem(
                what="io_accounts.csv has no column workers",
                why="the city's share of a sector is its share of the country's workers",
                remedy="add the country's workers by sector",
                file=str(city.path / "io_accounts.csv"),
            )
        )
    workers = city.sectors["workers"].to_numpy(dtype=np.float64)
    nation = parameters.value("table.nation_product")
    notes: list[str] = [
        note,
        Said(
            "city and rest of country by Flegg's location quotients of workers",
            "本市与全国其他地区按 Flegg 从业人员区位商拆分",
        ),
    ]
    if "gdp" in city.scalars:
        share = float(city.scalar("gdp")) / nation
    else:
        share = float(workers.sum() / table.workers.sum())
        notes.append(
            Said(
                "no gdp in city.toml: output per worker as in the country",
                "city.toml 未给 gdp：人均产出按全国水平",
            )
        )
    if not 0 < share < 0.9:
        raise CityError(
            Problem(
                what=f"the city's product is {share:.0%} of the country's",
                why="a city is a part of its country; gdp is in 100 million of its currency",
                remedy="check scalars.gdp in city.toml and table.nation_product",
                file=str(city.path / "city.toml"),
            )
        )
    # a sector that the city lacks keeps a trace, so that both regions hold the same sectors
    present = np.maximum(workers, 1e-7 * table.workers)
    shares = city_shares(present, table.workers, table.value_added, gdp_share=share)
    regional = two_regions(
        table,
        shares,
        delta=parameters.value("table.flegg_delta"),
        local=np.array([s in LOCAL_SECTORS for s in table.sectors]),
        wage_share=parameters.value("table.wage_share"),
        scale=nation * 100.0 / float(table.balanced().value_added.sum()),
    )
    values = {**regional.__dict__, "notes": tuple(notes), "unit": f"million {city.currency}/d"}
    return RegionalTable(**values)
