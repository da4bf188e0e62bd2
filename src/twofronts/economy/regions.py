"""From a country's table to a city and the rest of its country, by location quotients.

The city's share of each sector's output sets what it makes; Flegg's quotient sets how much of each
input it finds inside its borders; the rest of each balance is trade with the rest of the country,
so that both regions' rows and columns balance exactly and add up to the country's table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from twofronts.economy.table import IOTable
from twofronts.errors import Problem, TableError


@dataclass(frozen=True)
class RegionalTable:
    """A balanced table of one or two regions; indices as in ``kernels.types_production``.

    Money per day. ``source`` sums to 1 over origins, the last of which is the world abroad.
    """

    sectors: tuple[str, ...]
    unit: str
    output: np.ndarray  # float64[K]
    use: np.ndarray  # float64[k, i]
    source: np.ndarray  # float64[o, k, i]
    household: np.ndarray  # float64[r, q, i]
    other: np.ndarray  # float64[r, q, i]
    export: np.ndarray  # float64[r, i]
    value_added: np.ndarray  # float64[K]
    wages: np.ndarray  # float64[K]
    notes: tuple[str, ...] = ()

    @property
    def n_region(self) -> int:
        """Number of regions."""
        return self.export.shape[0]

    def residual(self) -> float:
        """Return the largest gap of any row or column, against output. [1]."""
        n = len(self.sectors)
        flows = self.source * self.use[None]
        rows = np.zeros(self.output.shape)
        for r in range(self.n_region):
            sold = flows[r].sum(axis=0) + self.household[r].sum(axis=0)
            rows[r * n : (r + 1) * n] = sold + self.other[r].sum(axis=0) + self.export[r]
        columns = self.use.sum(axis=1) + self.value_added
        scale = np.maximum(self.output, 1e-300)
        gap = np.maximum(np.abs(rows - self.output), np.abs(columns - self.output)) / scale
        return float(gap[self.output > 0].max())


def one_region(table: IOTable, *, days: float = 365.0, wage_share: float = 0.5) -> RegionalTable:
    """Return a table as a single region, per day.

    Parameters
    ----------
    table : IOTable
        Per year, or per ``days``.
    days : float
        Days that the table's flows cover. [d]
    wage_share : float
        Wages in value added where the table does not give them. [1]

    Returns
    -------
    RegionalTable
    """
    table = table.balanced()
    use = (table.domestic + table.imported).T / days
    inside = np.divide(table.domestic.T / days, use, out=np.ones_like(use), where=use > 0)
    wages = table.wages if table.wages is not None else wage_share * table.value_added
    return RegionalTable(
        sectors=table.sectors,
        unit=f"{table.unit}/d",
        output=table.output / days,
        use=use,
        source=np.stack([inside, 1.0 - inside]),
        household=table.households[None, None] / days,
        other=table.other[None, None] / days,
        export=table.exports[None] / days,
        value_added=table.value_added / days,
        wages=wages / days,
    )


def city_shares(
    workers: np.ndarray, national_workers: np.ndarray, value_added: np.ndarray, *, gdp_share: float
) -> np.ndarray:
    """Return the city's share of each sector's output.

    Workers set the pattern, the city's share of the country's product the level: one factor for
    all sectors makes up the difference in output per worker.

    Parameters
    ----------
    workers, national_workers : float64[sector]
        [persons]
    value_added : float64[sector]
        Of the country. [money]
    gdp_share : float
        City's product over the country's, in (0, 1). [1]

    Returns
    -------
    float64[sector]
        Each at most 0.9. [1]
    """
    pattern = workers / national_workers
    level = gdp_share * value_added.sum() / (pattern * value_added).sum()
    return np.minimum(0.9, pattern * level)


def flegg(shares: np.ndarray, *, delta: float) -> np.ndarray:
    """Return how much of each input a city finds inside its borders (Flegg and Webber 1997).

    Parameters
    ----------
    shares : float64[sector]
        The city's share of each sector's output. [1]
    delta : float
        In [0, 1): the larger, the more a small city buys outside. [1]

    Returns
    -------
    float64[input, user]
        In [0, 1]. [1]

    References
    ----------
    .. [1] Flegg and Webber (1997), doi:10.1080/713693401.
    """
    overall = float(shares.mean())
    quotient = shares / overall
    cross = quotient[:, None] / np.maximum(quotient[None, :], 1e-12)
    np.fill_diagonal(cross, quotient)
    small = math.log2(1.0 + overall) ** delta
    return np.clip(small * cross, 0.0, 1.0)


def two_regions(
    table: IOTable,
    shares: np.ndarray,
    *,
    delta: float = 0.25,
    local: np.ndarray | None = None,
    wage_share: float = 0.5,
    scale: float = 1.0,
    days: float = 365.0,
) -> RegionalTable:
    """Split a country's table into a city and the rest of the country.

    Parameters
    ----------
    table : IOTable
        The country's.
    shares : float64[sector]
        The city's share of each sector's output, in (0, 1). [1]
    delta : float
        Flegg's exponent. [1]
    local : bool[sector] or None
        Sectors whose final demand is met where it arises (schools, clinics, flats, catering).
    wage_share : float
        Wages in value added. [1]
    scale : float
        Money of the result for one unit of the table's. [1]
    days : float
        Days that the table's flows cover. [d]

    Returns
    -------
    RegionalTable
        Balanced: the two regions add up to the country.

    Raises
    ------
    TableError
        If a share lies outside (0, 1).
    """
    bad = (shares <= 0) | (shares >= 1) | ~np.isfinite(shares)
    if bad.any():
        raise TableError(
            Problem(
                what=f"the city's share of sector {table.sectors[i]} is {shares[i]:g}",
                why="a city makes more than nothing and less than all of its country's output",
                remedy="check the workers of that sector in sectors.csv and io_accounts.csv",
            )
            for i in np.flatnonzero(bad)
        )
    t = table.balanced()
    n = len(t.sectors)
    money = scale / days
    part = np.stack([shares, 1.0 - shares])  # [region, sector] of output
    level = float((shares * t.value_added).sum() / t.value_added.sum())
    size = np.array([level, 1.0 - level])  # [region] of final demand
    output = (part * t.output).ravel() * money
    domestic = np.concatenate([(t.domestic * part[q]).T for q in range(2)]) * money
    imported = np.concatenate([(t.imported * part[q]).T for q in range(2)]) * money
    household = size[:, None] * t.households * money
    other = size[:, None] * t.other * money
    export = part * t.exports * money
    inside = flegg(shares, delta=delta).T
    final_inside = np.diag(flegg(shares, delta=delta)).copy()
    if local is not None:
        own = (output[:n] - export[0]) / np.maximum(household[0] + other[0], 1e-300)
        final_inside[local] = np.minimum(1.0, own[local])
    kept = _keep(domestic[:n], inside, household[0] + other[0], final_inside, output[:n], export[0])
    from_city = np.zeros((2, 2, n))  # [kind: inputs, final][region of use, good] share from city
    from_city[1, 0] = final_inside * kept
    left = output[:n] - export[0]
    left = left - (domestic[:n] * inside * kept).sum(axis=0)
    left = left - (household[0] + other[0]) * from_city[1, 0]
    rest_use = domestic[n:].sum(axis=0) + household[1] + other[1]
    from_city[:, 1] = np.clip(np.divide(left, rest_use, out=np.zeros(n), where=rest_use > 0), 0, 1)
    bought = np.concatenate(
        [domestic[:n] * inside * kept, domestic[n:] * from_city[0, 1]]
    )  # [k, i] from the city
    flows = np.stack([bought, domestic - bought, imported])
    use = flows.sum(axis=0)
    abroad = np.zeros_like(flows)
    abroad[2] = 1.0
    source = np.divide(flows, use[None], out=abroad, where=use[None] > 0)
    split = np.stack([from_city[1], 1.0 - from_city[1]])  # [r, q, i]
    added = (part * t.value_added).ravel() * money
    wages = (part * t.wages).ravel() * money if t.wages is not None else wage_share * added
    return RegionalTable(
        sectors=t.sectors,
        unit=f"{t.unit}/d",
        output=output,
        use=use,
        source=source,
        household=split * household[None],
        other=split * other[None],
        export=export,
        value_added=added,
        wages=wages,
    )


def _keep(domestic, inside, final, final_inside, output, export):
    """Return the factor by which the city's purchases from itself are cut to what it makes.

    A small part of what is left goes outside in any case: no city keeps all of a good.
    """
    wanted = (domestic * inside).sum(axis=0) + final * final_inside
    there = 0.98 * (output - export)
    return np.clip(np.divide(there, wanted, out=np.ones_like(wanted), where=wanted > 0), 0.0, 1.0)
