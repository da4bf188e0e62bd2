"""Whole numbers that keep their sums: residents, ages and households by district.

The city's tables give shares and counts for the city as it is; a residents' model needs whole
people whose margins add up in every direction, at any scale. Rounding is by largest remainder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from twofronts.errors import CityError, Problem
from twofronts.wording import Said

if TYPE_CHECKING:
    from twofronts.city.schema import City

N_AGE = 86


def largest_remainder(weights: np.ndarray, total: int) -> np.ndarray:
    """Split a whole number in proportion to weights.

    Parameters
    ----------
    weights : float64[n]
        Each at least 0.
    total : int
        At least 0.

    Returns
    -------
    int64[n]
        Adds up to ``total`` (all 0 if every weight is 0); each within 1 of its exact share.
    """
    w = np.asarray(weights, dtype=float)
    if w.sum() <= 0 or total <= 0:
        return np.zeros(w.size, np.int64)
    exact = w * (total / w.sum())
    whole = np.floor(exact + 1e-9).astype(np.int64)
    short = int(total - whole.sum())
    order = np.argsort(whole - exact, kind="stable")
    whole[order[:short]] += 1
    return whole


def fill(total: int, weights: np.ndarray, caps: np.ndarray) -> np.ndarray:
    """Split a whole number in proportion to weights, none above its cap.

    Parameters
    ----------
    total : int
        What lies above the sum of the caps is not given out.
    weights : float64[n]
        Where all that are not full have weight 0, the rest is split by the room left.
    caps : int64[n]

    Returns
    -------
    int64[n]
    """
    caps = np.asarray(caps, np.int64)
    out = np.zeros(caps.size, np.int64)
    rest = min(int(total), int(caps.sum()))
    while rest > 0:
        room = caps - out
        w = np.where(room > 0, np.asarray(weights, float), 0.0)
        if w.sum() <= 0:
            w = room.astype(float)
        step = np.minimum(largest_remainder(w, rest), room)
        out += step
        rest -= int(step.sum())
    return out


def fit_margins(
    seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, *, rounds: int = 500
) -> np.ndarray:
    """Scale a matrix to given row and column sums (iterative proportional fitting).

    Parameters
    ----------
    seed : float64[r, c]
        Above 0 wherever both margins are.
    rows, columns : float64[r], float64[c]
        With equal sums.

    Returns
    -------
    float64[r, c]
        Column sums exact, row sums to 1e-9 of the total where the seed allows it.
    """
    x = np.asarray(seed, float).copy()
    total = max(float(np.sum(rows)), 1.0)
    for _ in range(rounds):
        sums = x.sum(1)
        x *= np.divide(rows, sums, out=np.zeros(len(sums)), where=sums > 0)[:, None]
        sums = x.sum(0)
        x *= np.divide(columns, sums, out=np.zeros(len(sums)), where=sums > 0)[None, :]
        if np.abs(x.sum(1) - rows).max(initial=0) < 1e-9 * total:
            break
    return x


def round_matrix(x: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Round a matrix to whole numbers with exactly the given row and column sums.

    Parameters
    ----------
    x : float64[r, c]
        With about those sums.
    rows, columns : int64[r], int64[c]
        With equal sums.

    Returns
    -------
    int64[r, c]
        Entries at least 0, near ``x``.
    """
    x = np.asarray(x, float)
    m = np.empty(x.shape, np.int64)
    for i in range(x.shape[0]):
        weights = x[i] if x[i].sum() > 0 else np.asarray(columns, float)
        m[i] = largest_remainder(weights, int(rows[i]))
    over = m.sum(0) - columns
    while over.any():
        high, low = int(np.argmax(over)), int(np.argmin(over))
        cost = (m[:, high] - x[:, high]) - (m[:, low] - x[:, low])
        row = int(np.argmax(np.where(m[:, high] > 0, cost, -np.inf)))
        step = min(over[high], -over[low], max(1, int(cost[row] / 2)), m[row, high])
        m[row, high] -= step
        m[row, low] += step
        over[high] -= step
        over[low] += step
    return m


@dataclass(frozen=True)
class HouseholdCounts:
    """Households of a city by district, kind and size.

    ``family[district, i]`` and ``collective[district, i]`` count households of
    ``family_size[i]`` and ``collective_size[i]`` members.
    """

    family_size: np.ndarray
    family: np.ndarray
    collective_size: np.ndarray
    collective: np.ndarray

    def persons(self) -> np.ndarray:
        """Return the residents of each district, int64[district]. [persons]"""
        return self.family @ self.family_size + self.collective @ self.collective_size


def positions(codes: Sequence[str], column: pd.Series) -> np.ndarray:
    """Return where each code of a column stands in a list of codes, -1 where it does not."""
    return pd.Index(list(codes)).get_indexer(pd.Index(column.astype(str)))


def district_populations(city: City, scale: float) -> np.ndarray:
    """Return the residents of each district at a scale, int64[district]. [persons]

    Raises
    ------
    CityError
        If less than one resident is left.
    """
    people = city.districts["population"].to_numpy(float)
    total = int(round(float(people.sum()) * scale))
    if total < 1:
        raise CityError(
            Problem(
                what=f"a scale of {scale:g} leaves nobody",
                why=f"the city has {people.sum():,.0f} residents",
                remedy="give a scale that leaves at least one",
            )
        )
    return largest_remainder(people, total)


def age_counts(city: City, n_district: np.ndarray) -> np.ndarray:
    """Return residents by district and year of age, int64[district, 86].

    Where the table has one age structure for the whole city, every district gets it, and the
    margins of both the city's ages and the districts' residents are exact.

    Parameters
    ----------
    city : City
    n_district : int64[district]
    """
    codes = list(city.district_codes)
    table = city.ages.copy()
    table["district"] = _code(table["district"])
    shares = np.zeros((len(codes), N_AGE))
    for i, code in enumerate(codes):
        rows = table[table["district"] == code]
        rows = rows if len(rows) else table[table["district"] == ""]
        np.add.at(shares[i], rows["age"].to_numpy(int), rows["share"].to_numpy(float))
    exact = shares / shares.sum(1, keepdims=True) * n_district[:, None]
    columns = largest_remainder(exact.sum(0), int(n_district.sum()))
    return round_matrix(exact, n_district, columns)


def _code(column: pd.Series) -> pd.Series:
    return column.fillna("").astype(str)


def household_counts(
    city: City, n_district: np.ndarray, collective: np.ndarray
) -> tuple[HouseholdCounts, tuple[str, ...]]:
    """Return households by district, kind and size whose members add up to the residents.

    Parameters
    ----------
    city : City
    n_district : int64[district]
        Residents. [persons]
    collective : float64[district]
        Weight of each district in the collective households, where the table has only the city's.

    Returns
    -------
    HouseholdCounts, tuple of str
        The counts, and notes on what did not add up. By kind and size the city's counts are the
        table's times the scale, rounded, but for those changed (a few, said in the notes if more)
        so that people add up exactly.
    """
    codes = list(city.district_codes)
    table = city.households.copy()
    table["district"] = _code(table["district"])
    sizes, tabled = _tabled(table, codes)
    notes: list[str] = []
    n = int(n_district.sum())
    if isinstance(tabled, list):
        exact = np.array(tabled)
        scaled = exact * (n_district / np.maximum(exact @ sizes.size, 1e-9))[:, None]
        counts = np.array([largest_remainder(r, int(round(r.sum()))) for r in scaled])
    else:
        people = float(tabled @ sizes.size)
        counts, exact = _spread(tabled * (n / people), sizes, n_district, collective)
    before = counts.sum(0)
    counts = _make_people_fit(counts, sizes, n_district)
    changed = int(np.abs(counts.sum(0) - before).sum())
    if changed > 10 + 4 * len(codes):
        notes.append(
            Said(
                f"{changed} households changed size so that residents add up by district",
                f"为使分区人数相符，{changed} 户调整了户规模",
            )
        )
    family = sizes.family
    return (
        HouseholdCounts(
            sizes.size[family], counts[:, family], sizes.size[~family], counts[:, ~family]
        ),
        tuple(notes),
    )


@dataclass(frozen=True)
class _Sizes:
    size: np.ndarray  # int64[k], families first
    family: np.ndarray  # bool[k]


def _tabled(table: pd.DataFrame, codes: Sequence[str]) -> tuple[_Sizes, Any]:
    """Return the sizes there are, and counts [k] of the city or a list of counts by district."""
    is_family = table["kind"].eq("family")
    known = sorted(set(zip(~is_family, table["size"].astype(int), strict=True)))
    if (False, 1) not in known:
        known = [(False, 1), *known]
    known.sort()
    sizes = _Sizes(
        np.array([s for _, s in known], np.int64), np.array([not c for c, _ in known], bool)
    )
    place = {k: i for i, k in enumerate(known)}

    def counts(rows: pd.DataFrame) -> np.ndarray:
        out = np.zeros(len(known))
        for kind, size, number in zip(
            rows["kind"], rows["size"].astype(int), rows["n_households"], strict=True
        ):
            out[place[kind != "family", size]] += float(number)
        return out

    if set(codes) <= set(table["district"]):
        return sizes, [counts(table[table["district"] == code]) for code in codes]
    return sizes, counts(table[table["district"] == ""])


def _spread(
    city: np.ndarray, sizes: _Sizes, n_district: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Spread the city's households over districts: collective ones by weight, families the rest."""
    whole = np.zeros(city.size, np.int64)
    for kind in (sizes.family, ~sizes.family):
        whole[kind] = largest_remainder(city[kind], int(round(city[kind].sum())))
    in_collective = float(whole[~sizes.family] @ sizes.size[~sizes.family])
    share = np.asarray(weights, float) / max(float(np.sum(weights)), 1e-12)
    collective = in_collective * share
    family = np.maximum(n_district - collective, 0.0)
    per_kind = np.where(
        sizes.family[None, :],
        (family / max(family.sum(), 1e-12))[:, None],
        share[:, None],
    )
    exact = per_kind * whole
    counts = np.array([largest_remainder(exact[:, k], int(whole[k])) for k in range(city.size)]).T
    return counts, exact


def _make_people_fit(counts: np.ndarray, sizes: _Sizes, n_district: np.ndarray) -> np.ndarray:
    """Move households between districts, then change sizes, until residents add up exactly."""
    counts = counts.copy()
    family = np.flatnonzero(sizes.family)
    size = sizes.size
    over = counts @ size - n_district
    for _ in range(100_000):
        high, low = int(np.argmax(over)), int(np.argmin(over))
        if over[high] <= 0 or over[low] >= 0:
            break
        want = int(min(over[high], -over[low]))
        pairs = [
            (int(size[a] - size[b]), a, b)
            for a in family
            for b in family
            if 0 < size[a] - size[b] <= want and counts[high, a] > 0 and counts[low, b] > 0
        ]
        if not pairs:
            break
        gain, a, b = max(pairs)
        counts[high, a] -= 1
        counts[low, a] += 1
        counts[low, b] -= 1
        counts[high, b] += 1
        over[high] -= gain
        over[low] += gain
    for d in range(len(over)):
        _change_sizes(counts[d], size, family, int(over[d]))
    return counts


def _change_sizes(row: np.ndarray, size: np.ndarray, family: np.ndarray, over: int) -> None:
    """Take out (or add, if negative) ``over`` residents of one district, in place."""
    single = int(family[np.argmin(size[family])])
    while over > 0:
        pairs = [
            (int(size[a] - size[b]), a, b)
            for a in range(size.size)
            for b in family
            if 0 < size[a] - size[b] <= over and row[a] > 0
        ]
        if pairs:
            gain, a, b = min(pairs)
            row[a] -= 1
            row[b] += 1
        else:
            # nothing can shrink by so little: take out the smallest household there is, and let the
            # next loop put back whoever is missing then
            a = int(min(np.flatnonzero(row > 0), key=lambda i: size[i]))
            gain = int(size[a])
            row[a] -= 1
        over -= gain
    while over < 0:
        pairs = [
            (int(size[b] - size[a]), a, b)
            for a in family
            for b in family
            if 0 < size[b] - size[a] <= -over and row[a] > 0
        ]
        if pairs:
            gain, a, b = min(pairs)
            row[a] -= 1
            row[b] += 1
        else:
            gain = int(size[single])
            row[single] += 1
        over += gain
