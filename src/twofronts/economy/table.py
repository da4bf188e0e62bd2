"""A country's or city's input-output table: what it holds, and how it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from twofronts.errors import Problem, TableError

# Share of a row's or column's total by which it may fail to balance: rounding of published tables
TOLERANCE = 0.005
# Beyond this a factor of 1000 between two parts is the likeliest reason
_UNIT_STEP = 300.0


@dataclass(frozen=True)
class IOTable:
    """One region's table. n: sectors. Money of one unit, over one period.

    Parameters
    ----------
    sectors : tuple of str
    domestic, imported : float64[n, n]
        Flows from the sector of the row to the sector of the column. [money]
    households, other, exports : float64[n]
        Sales to households, to other final users inside, and abroad. [money]
    output, value_added : float64[n]
        Value added with taxes and margins, so that columns add up. [money]
    wages, workers : float64[n] or None
        [money], [persons]
    unit, source : str
    """

    sectors: tuple[str, ...]
    domestic: np.ndarray
    imported: np.ndarray
    households: np.ndarray
    other: np.ndarray
    exports: np.ndarray
    output: np.ndarray
    value_added: np.ndarray
    wages: np.ndarray | None = None
    workers: np.ndarray | None = None
    unit: str = ""
    source: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def rows(self) -> np.ndarray:
        """Return the sales of each sector, float64[n]. [money]."""
        return self.domestic.sum(axis=1) + self.households + self.other + self.exports

    def columns(self) -> np.ndarray:
        """Return the outlays of each sector, float64[n]. [money]."""
        return self.domestic.sum(axis=0) + self.imported.sum(axis=0) + self.value_added

    def balanced(self) -> IOTable:
        """Return the table with the rounding of its rows and columns taken up.

        Rows: other final demand takes the difference; where that would leave it below 0, exports
        and then households do. Columns: value added takes it.
        """
        output = self.output
        other = self.other + output - self.rows()
        exports, households = self.exports.copy(), self.households.copy()
        for part in (exports, households):
            moved = np.minimum(part, np.maximum(0.0, -other))
            part -= moved
            other = other + moved
        if (other < -1e-9 * np.maximum(output, 1.0)).any():
            bad = int(np.argmin(other / np.maximum(output, 1e-300)))
            raise TableError(
                Problem(
                    what=f"final demand for sector {self.sectors[bad]} is below 0 in all",
                    why="stocks drawn down exceed what final users bought, so no demand is left",
                    remedy="use a table of another year, or book the stocks under output",
                    file=self.files.get("accounts", ""),
                )
            )
        added = output - self.domestic.sum(axis=0) - self.imported.sum(axis=0)
        return replace(
            self,
            other=np.maximum(0.0, other),
            exports=exports,
            households=households,
            value_added=added,
        )


def check_table(table: IOTable) -> list[Problem]:
    """Return what is wrong with a table; an empty list if nothing is.

    Parameters
    ----------
    table : IOTable
        Of finite numbers and matching shapes (the loaders see to that).

    Returns
    -------
    list of Problem
        Each names the sector, and the file and line where they are known.
    """
    problems = [*_signs(table), *_sizes(table)]
    if not problems:
        problems = _balance(table)
    if not problems:
        problems = _productive(table)
    return problems


def checked(table: IOTable) -> IOTable:
    """Return the table itself if nothing is wrong with it.

    Raises
    ------
    TableError
        Otherwise, with every problem.
    """
    problems = check_table(table)
    if problems:
        raise TableError(problems)
    return table


def _at(table: IOTable, part: str, row: int | None = None, column: str = "") -> dict[str, object]:
    line = None if row is None else row + 2
    return {"file": table.files.get(part, part), "line": line, "column": column or None}


def _signs(table: IOTable) -> list[Problem]:
    problems = []
    for part in ("domestic", "imported"):
        flows = getattr(table, part)
        for i, j in np.argwhere(flows < 0)[:20]:
            problems.append(
                Problem(
                    what=f"flow from {table.sectors[i]} to {table.sectors[j]} is {flows[i, j]:g}",
                    why="a sector cannot buy less than nothing of another",
                    remedy="correct the sign, or book a rebate under value added",
                    **_at(table, part, int(i), table.sectors[j]),  # type: ignore[arg-type]
                )
            )
    for name in ("output", "households", "exports", "value_added", "wages", "workers"):
        values = getattr(table, name)
        if values is None:
            continue
        for i in np.flatnonzero(values < 0)[:20]:
            problems.append(
                Problem(
                    what=f"{name} of {table.sectors[i]} is {values[i]:g}",
                    why="only changes of stocks may be below 0",
                    remedy="correct the sign",
                    **_at(table, "accounts", int(i), name),  # type: ignore[arg-type]
                )
            )
    return problems


def _sizes(table: IOTable) -> list[Problem]:
    problems = []
    for i, sector in enumerate(table.sectors):
        at = _at(table, "accounts", i, "value_added")
        if table.value_added[i] > table.output[i] * (1 + TOLERANCE):
            problems.append(
                Problem(
                    what=f"value added of {sector} ({table.value_added[i]:g}) is above its "
                    f"output ({table.output[i]:g})",
                    why="value added is output less what was bought for it",
                    remedy="check the two figures and their units",
                    **at,  # type: ignore[arg-type]
                )
            )
        if table.wages is not None and table.wages[i] > table.output[i] * (1 + TOLERANCE):
            problems.append(
                Problem(
                    what=f"wages of {sector} ({table.wages[i]:g}) are above its output",
                    why="wages are part of value added",
                    remedy="check the unit of the wages",
                    **_at(table, "accounts", i, "wages"),  # type: ignore[arg-type]
                )
            )
        busy = table.domestic[i].sum() + table.domestic[:, i].sum() + table.imported[:, i].sum()
        if table.output[i] == 0 and busy > 0:
            problems.append(
                Problem(
                    what=f"{sector} buys or sells but has no output",
                    why="inputs per unit of output would be without bound",
                    remedy="give its output, or drop the sector from every file",
                    **_at(table, "accounts", i, "output"),  # type: ignore[arg-type]
                )
            )
    return problems


def _balance(table: IOTable) -> list[Problem]:
    problems = []
    for kind, sums in (("row", table.rows()), ("column", table.columns())):
        off = np.abs(sums - table.output) > TOLERANCE * np.maximum(table.output, sums)
        for i in np.flatnonzero(off)[:20]:
            ratio = sums[i] / table.output[i] if table.output[i] > 0 else np.inf
            part = "domestic" if kind == "row" else "accounts"
            problems.append(
                Problem(
                    what=f"the {kind} of {table.sectors[i]} adds up to {sums[i]:g}, "
                    f"its output is {table.output[i]:g}",
                    why=_why_unbalanced(kind, ratio, table),
                    remedy=f"correct the {kind}; it may miss by {TOLERANCE:.1%} at most",
                    **_at(table, part, int(i)),  # type: ignore[arg-type]
                )
            )
    return problems


def _why_unbalanced(kind: str, ratio: float, table: IOTable) -> str:
    if ratio > _UNIT_STEP or ratio < 1 / _UNIT_STEP:
        return "the two differ by a factor near 1000 or more: one part is in another unit"
    turned = replace(table, domestic=table.domestic.T, imported=table.imported)
    gap = np.abs(turned.rows() - table.output) <= TOLERANCE * np.maximum(table.output, 1e-300)
    if len(table.sectors) > 1 and gap.all():
        return "the table balances when turned: rows must be the sellers"
    sides = {
        "row": "what is sold to sectors, households, other users and abroad is the output",
        "column": "what is bought at home and abroad with value added is the output",
    }
    return sides[kind]


def _productive(table: IOTable) -> list[Problem]:
    use = table.domestic.sum(axis=0) + table.imported.sum(axis=0)
    technical = np.divide(
        table.domestic,
        table.output[None, :],
        out=np.zeros_like(table.domestic),
        where=table.output[None, :] > 0,
    )
    radius = float(np.abs(np.linalg.eigvals(technical)).max())
    if radius < 1 - 1e-9:
        return []
    worst = int(np.argmax(np.divide(use, table.output, where=table.output > 0, out=use * 0)))
    return [
        Problem(
            what="the sectors use up all they make "
            f"(spectral radius {radius:.3f}; most in {table.sectors[worst]})",
            why="an economy that leaves nothing for final users has no steady state",
            remedy="check that flows inside the country exclude imports",
            file=table.files.get("domestic", ""),
        )
    ]


def sector_order(found: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return where each wanted sector stands in what was found (each exactly once)."""
    place = {sector: index for index, sector in enumerate(found)}
    return [place[sector] for sector in wanted]
