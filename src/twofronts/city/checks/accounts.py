"""Whether the input-output tables of a city are whole, and rows and columns add up.

The economy checks a table again wherever it comes from; here a city's own is refused with the file
and line of the folder, before anything is built on it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from twofronts.city.checks.compare import have
from twofronts.city.checks.folder import Folder
from twofronts.city.tables import FINAL_USES
from twofronts.errors import Problem

PARTS = ("io_domestic", "io_imported", "io_accounts")
# Output and what it is made of agree within this share: tables are rounded to a million.
BALANCE = 0.005
# Beyond this a factor of 1000 between two parts is the likeliest reason
_UNIT_STEP = 300.0


def check_accounts(folder: Folder) -> list[Problem]:
    """Check that all three tables are there, and that every row and column balances."""
    problems = _whole(folder)
    accounts = have(folder, "io_accounts", "sector", "output", "value_added")
    flows = [_square(folder, part, accounts) for part in PARTS[:2]]
    if accounts is None or flows[0] is None or flows[1] is None:
        return problems
    problems += _workers(accounts)
    output = accounts["output"].to_numpy(np.float64)
    uses = [name for name, _, _ in FINAL_USES if name in accounts.columns]
    final = accounts[uses].to_numpy(np.float64).sum(axis=1)
    sold = flows[0].sum(axis=1) + final
    bought = flows[0].sum(axis=0) + flows[1].sum(axis=0) + accounts["value_added"].to_numpy()
    turned = flows[0].sum(axis=0) + final
    hint = ""
    if len(accounts) > 1 and not _off(turned, output).any() and _off(sold, output).any():
        hint = "; the flows balance when turned: rows must be the sellers"
    columns = _unbalanced(accounts, bought, "inputs and value added", "flows into", hint)
    # a wrong flow puts a row and a column out: both are said, the column's where the output stands
    return problems + columns + _unbalanced(accounts, sold, "sales", "flows out of", hint)


def _whole(folder: Folder) -> list[Problem]:
    there = [part for part in PARTS if (folder.path / f"{part}.csv").exists()]
    if not there:
        return []
    names = " and ".join(f"{part}.csv" for part in there)
    return [
        Problem(
            "the table is missing",
            "a table is its inner flows, its flows from outside and its accounts; "
            f"{names} alone would not be read",
            f"write {part}.csv, or remove {names}",
            f"{part}.csv",
        )
        for part in PARTS
        if part not in there
    ]


def _square(folder: Folder, part: str, accounts: pd.DataFrame | None) -> np.ndarray | None:
    """Return flows with rows and columns in the order of the accounts; None if they do not fit.

    Cells that could not be understood are NaN, and so is every sum over them.
    """
    frame = have(folder, part, "sector")
    if frame is None or accounts is None:
        return None
    sectors = list(accounts["sector"])
    rows = frame.set_index("sector")
    fits = rows.index.is_unique and set(sectors) == set(rows.index) and len(rows) == len(sectors)
    if not fits or not set(sectors) <= set(rows.columns):
        return None
    return rows.loc[sectors, sectors].to_numpy(np.float64)


def _off(sums: np.ndarray, output: np.ndarray) -> np.ndarray:
    """Return which sums miss the output; what is not known does not."""
    with np.errstate(invalid="ignore"):
        return np.abs(sums - output) > BALANCE * np.maximum(output, np.maximum(sums, 1.0))


def _unbalanced(
    accounts: pd.DataFrame, sums: np.ndarray, what: str, flows: str, hint: str
) -> list[Problem]:
    problems = []
    output = accounts["output"].to_numpy(np.float64)
    for i in np.flatnonzero(_off(sums, output)):
        sector = accounts["sector"].iloc[i]
        ratio = sums[i] / output[i] if output[i] > 0 else np.inf
        why = f"{what} of {sector} make {sums[i]:.10g}, not {output[i]:.10g}"
        if output[i] > 0 and not 1 / _UNIT_STEP < ratio < _UNIT_STEP:
            why += ", a factor near 1000 or more: one part is in another unit"
        rest = (
            "its value added or its output" if flows == "flows into" else "its final uses or output"
        )
        remedy = f"correct the {flows} the sector, {rest}"
        line = int(accounts["_line"].iloc[i])
        problems.append(
            Problem(
                "the sector's accounts do not balance",
                why + hint,
                remedy,
                "io_accounts.csv",
                line,
                "output",
            )
        )
    return problems


def _workers(accounts: pd.DataFrame) -> list[Problem]:
    """Refuse a country without workers in a sector: the city's share of it would be endless."""
    if "workers" not in accounts.columns:
        return []
    nobody = (accounts["workers"] == 0) & (accounts["output"] > 0)
    return [
        Problem(
            "a sector that has an output has no workers",
            f"the city's share of {row['sector']} is its share of the country's workers in it",
            "write the country's workers of the sector",
            "io_accounts.csv",
            int(row["_line"]),
            "workers",
        )
        for _, row in accounts[nobody].iterrows()
    ]
