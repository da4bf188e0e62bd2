"""A run of front two as CSV tables for a spreadsheet: day by day, with ranges over the draws.

Every draw is in the NetCDF file; here each figure is its middle draw with the 5% and 95% quantiles
(``_low``, ``_high``), beside codes and names. ``columns.csv`` says what each column means.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.economy.labels import weighted
from twofronts.economy.losses_text import city_rates
from twofronts.economy.variables import BINDING
from twofronts.errors import OutputError
from twofronts.variables import VARIABLES
from twofronts.writing import check_target, whole_folder

_SUMS = ("value_added_lost", "jobs_at_risk", "wages_at_risk")
_RATES = (("resumption_rate", "firms"), ("staff_return_rate", "ordinary_staff"))
_GOODS = ("supply_stock", "supply_used", "supply_short", "supply_cover_days")
_SECTOR = ("capacity_rate", "days_to_stop")
_OWN = {
    "date": ("", "Day.", "日期"),
    "sector": ("", "Code of the sector.", "行业代码"),
    "district": ("", "Code of the district.", "区代码"),
    "good": ("", "Key of the good.", "物资代码"),
    "unit": ("", "Unit in which the good is counted.", "物资计量单位"),
    "binds": ("", "What limits output in most draws.", "最常见的制约因素"),
    "binds_share": ("1", "Share of the draws in which that limits it.", "该制约因素的抽样占比"),
    "binds_input": ("", "The input that is missing in most of those draws.", "最常见的制约投入品"),
    "stop_input": ("", "The input that would be gone first in most draws.", "最先断供的投入品"),
}


TABLES = ("city", "sectors", "districts", "cells", "goods", "columns")


def check_folder(folder: Path) -> None:
    """Refuse a place that is no folder for tables, before anything is done.

    Raises
    ------
    OutputError
        If a file is there, or a folder that holds anything but such tables: it would be lost.
    """
    folder = Path(folder)
    if folder.is_dir():
        others = sorted({x.name for x in folder.iterdir()} - {f"{name}.csv" for name in TABLES})
        if others:
            why = f"it holds other files ({', '.join(others[:3])}); name a new folder"
            raise OutputError(f"{folder} could not be written: {why}")
    elif folder.exists():
        raise OutputError(f"{folder} could not be written: a file is there; name a folder")
    else:
        check_target(folder)


def write_tables(data: xr.Dataset, folder: Path) -> None:
    """Write the tables of a run into a folder: whole, or not at all.

    Parameters
    ----------
    data : Dataset
        Of ``run_economy``.
    folder : Path
        As ``check_folder`` takes it; earlier tables are replaced.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds other files.
    """
    check_folder(folder)
    made = tables(data)
    with whole_folder(Path(folder)) as part:
        for name, table in made.items():
            # the mark at the beginning lets spreadsheets read Chinese
            table.to_csv(
                part / f"{name}.csv", index=False, encoding="utf-8-sig", float_format="%.7g"
            )


def tables(data: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Return the tables by name: city, sectors, districts, cells, goods and columns.

    Parameters
    ----------
    data : Dataset
        Of ``run_economy``.
    """
    cell = ("sector", "district")
    rates = dict(zip(("resumption_rate", "staff_return_rate"), _RATES, strict=True))
    sums = {name: data[name].astype(np.float64) for name in _SUMS}

    def rate(name: str, over: tuple[str, ...]) -> xr.DataArray:
        return weighted(data[name], data[rates[name][1]], over)

    whole = dict(zip((*rates, "capacity_rate"), city_rates(data).values(), strict=True))
    gates = {name: data[name] for name in ("mask_gate", "test_gate", "returned_share")}
    by_sector = {name: rate(name, ("district",)) for name in rates}
    by_sector |= {name: data[name] for name in _SECTOR}
    made = {
        "city": _table({n: v.sum(cell) for n, v in sums.items()} | whole | gates, data, ()),
        "sectors": _table(
            {n: v.sum("district") for n, v in sums.items()} | by_sector, data, ("sector",)
        ).assign(**_binding(data)),
        "districts": _table(
            {n: v.sum("sector") for n, v in sums.items()}
            | {name: rate(name, ("sector",)) for name in rates},
            data,
            ("district",),
        ),
        "cells": _table(sums | {name: data[name] for name in rates}, data, cell),
        "goods": _table({name: data[name] for name in _GOODS}, data, ("good",)),
    }
    made["columns"] = _columns(made, str(data.attrs["currency"]))
    return made


def _table(values: dict[str, xr.DataArray], data: xr.Dataset, dims: tuple[str, ...]) -> Any:
    """Return one row for each day and place, three columns for each variable."""
    shape = tuple(data.sizes[d] for d in ("day", *dims))
    at = np.indices(shape).reshape(len(shape), -1)
    columns: dict[str, Any] = {"date": pd.DatetimeIndex(data["date"].values)[at[0]].date}
    for index, dim in zip(at[1:], dims, strict=True):
        columns[dim] = data[dim].values[index]
        for lang in ("en", "zh"):
            columns[f"{dim}_name_{lang}"] = data[f"{dim}_name_{lang}"].values[index]
        if dim == "good":
            columns["unit"] = data["good_unit"].values[index]
    for name, array in values.items():
        ordered = array.transpose("draw", "day", *dims).to_numpy()
        low, middle, high = np.quantile(ordered, [0.05, 0.5, 0.95], axis=0).reshape(3, -1)
        columns |= {name: middle, f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(columns)


def _binding(data: xr.Dataset) -> dict[str, np.ndarray]:
    """Return what binds each sector on each day in most draws, day by day and sector by sector."""
    codes = data["binding_code"].to_numpy()
    counts = np.stack([(codes == i).mean(axis=0) for i in range(len(BINDING))])
    most = counts.argmax(axis=0)
    return {
        "binds": np.array(BINDING)[most].ravel(),
        "binds_share": counts.max(axis=0).ravel(),
        "binds_input": _most(data, data["binding_input"].to_numpy(), codes == most[None]),
        "stop_input": _most(data, data["stop_input"].to_numpy(), np.True_),
    }


def _most(data: xr.Dataset, inputs: np.ndarray, where: np.ndarray | np.bool_) -> np.ndarray:
    """Return the input named in most draws where ``where`` holds, blank if none is."""
    sectors = [str(s) for s in data["sector"].values]
    counts = np.stack([((inputs == i) & where).sum(axis=0) for i in range(len(sectors))])
    named = np.array(sectors, dtype=object)[counts.argmax(axis=0)]
    return np.where(counts.max(axis=0) > 0, named, "").ravel()


def _columns(made: dict[str, pd.DataFrame], currency: str) -> pd.DataFrame:
    """Return what each column of each table means, with its unit, in both languages."""
    rows = []
    ends = {"_low": (" 5% of the draws lie below.", "（5%分位）")}
    ends["_high"] = (" 95% of the draws lie below.", "（95%分位）")
    for table, frame in made.items():
        for column in frame.columns:
            base = next((column.removesuffix(e) for e in ends if column.endswith(e)), column)
            end = ends.get(column.removeprefix(base), (" Middle draw.", "（中位数）"))
            if base in VARIABLES:
                v = VARIABLES[base]
                unit = v.unit.replace("million", f"million {currency}")
                rows.append((table, column, unit, v.doc + end[0], v.name_zh + end[1]))
            elif "_name_" in base:
                rows.append((table, column, "", "Its name.", "名称"))
            else:
                rows.append((table, column, *_OWN[base]))
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning_en", "meaning_zh"])
