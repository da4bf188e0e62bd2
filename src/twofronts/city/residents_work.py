"""Workplaces: who works in which sector and district, in which enterprise, in which team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from twofronts.city.residents_margins import (
    fill,
    fit_margins,
    largest_remainder,
    positions,
    round_matrix,
)
from twofronts.city.residents_random import Stream
from twofronts.errors import CityError, Problem
from twofronts.kernels.residents import uniforms
from twofronts.kernels.rng import key
from twofronts.parameters import Parameters
from twofronts.wording import Said

if TYPE_CHECKING:
    from twofronts.city.schema import City

HEALTH_SECTOR = "Q"


@dataclass(frozen=True)
class Sites:
    """Workplaces, in order of sector and district.

    ``staff[i]`` people work at site i of ``cell[i]`` (sector x districts + district);
    ``hospital`` marks those of the city's table of hospitals; ``register[i]`` is the row of the
    register, -1 where the site is not of it.
    """

    cell: np.ndarray  # int64[site]
    staff: np.ndarray  # int64[site]
    hospital: np.ndarray  # bool[site]
    register: np.ndarray  # int64[site]


@dataclass(frozen=True)
class Commuting:
    """Who works where.

    ``share[home, work]`` of the workers living in a district, ``flow[home, cell]`` those who live
    in families and work in a cell, ``dormitory[cell]`` those who live in a dormitory of the same
    district.
    """

    share: np.ndarray  # float64[district, district]
    flow: np.ndarray  # int64[district, cell]
    dormitory: np.ndarray  # int64[cell]


def staff_table(city: City, scale: float) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return workers by sector and district of the workplace, int64[sector, district]. [persons]

    By the city's employment table; where there is none, the sectors' totals spread by the staff of
    the register, or by residents where there is no register either.
    """
    sectors, districts = list(city.sector_codes), list(city.district_codes)
    notes: tuple[str, ...] = ()
    table = city.employment
    if table is not None and len(table):
        exact = _cross(table, sectors, districts, "workers")
    else:
        weights = np.zeros((len(sectors), len(districts)))
        if city.enterprises is not None and len(city.enterprises):
            weights = _cross(city.enterprises, sectors, districts, "staff")
        people = city.districts["population"].to_numpy(float)
        weights[weights.sum(1) <= 0] = people
        weights /= weights.sum(1, keepdims=True)
        exact = weights * city.sectors["workers"].to_numpy(float)[:, None]
        notes = (
            Said(
                "employment by district is assumed: sectors spread by the register or residents",
                "分区就业为假定：各行业按企业名录或居民人数分配到区",
            ),
        )
    exact = exact * scale
    total = int(round(float(exact.sum())))
    rows = largest_remainder(exact.sum(1), total)
    columns = largest_remainder(exact.sum(0), total)
    return round_matrix(exact, rows, columns), notes


def _cross(table: pd.DataFrame, sectors: list[str], districts: list[str], what: str) -> np.ndarray:
    out = np.zeros((len(sectors), len(districts)))
    rows, columns = positions(sectors, table["sector"]), positions(districts, table["district"])
    good = (rows >= 0) & (columns >= 0)
    np.add.at(out, (rows[good], columns[good]), table[what].to_numpy(float)[good])
    return out


def dormitory_weights(city: City, staff: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return how strongly each cell draws on dormitories, float64[sector, district]. [persons]"""
    group = city.sectors["group"].astype(str)
    weight = np.array([parameters.value(f"residents.dormitory_{g}") for g in group])
    return staff * weight[:, None]


def distances(city: City) -> np.ndarray:
    """Return distances between districts, float64[district, district], from their points. [km]

    Inside a district: half the radius of a disc of its area.
    """
    lon = np.radians(city.districts["lon"].to_numpy(float))
    lat = np.radians(city.districts["lat"].to_numpy(float))
    a = np.sin((lat[:, None] - lat) / 2) ** 2
    a += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    km = 12742.0 * np.arcsin(np.sqrt(np.clip(a, 0, 1)))
    np.fill_diagonal(km, 0.5 * np.sqrt(city.districts["area_km2"].to_numpy(float) / np.pi))
    return km


def commuting(
    city: City,
    staff: np.ndarray,
    potential: np.ndarray,
    dormitory: np.ndarray,
    parameters: Parameters,
) -> tuple[Commuting, tuple[str, ...]]:
    """Settle how many residents of each district work in each cell, exactly to the staff table.

    Parameters
    ----------
    city : City
    staff : int64[sector, district]
        Workers by workplace. [persons]
    potential : int64[2, district]
        Residents of families who could work (at least as many as will), and the number expected
        to, up to a common factor. [persons]
    dormitory : int64[sector, district]
        Of the staff, those living in a dormitory of that district. [persons]

    Returns
    -------
    Commuting, tuple of str
        With notes for the manifest.

    Raises
    ------
    CityError
        If there are more jobs than residents who could take them.
    """
    rest = staff - dormitory
    jobs = rest.sum(0)
    caps, expected = potential
    if jobs.sum() > caps.sum():
        raise CityError(
            Problem(
                what=f"{staff.sum():,} jobs for {caps.sum() + dormitory.sum():,} who could work",
                why="employment by sector and district must be filled by residents of 16 and over",
                remedy="check sectors.csv and employment.csv against ages.csv and schools.csv; "
                "where only a handful of residents is left, give a larger scale",
            )
        )
    homes = fill(int(jobs.sum()), expected, caps)
    seed, notes = _commuting_seed(city, parameters)
    x = fit_margins(seed, homes.astype(float), jobs.astype(float))
    trips = round_matrix(x, homes, jobs)
    n_sector, n_district = staff.shape
    flow = np.zeros((n_district, n_sector, n_district), np.int64)
    for work in range(n_district):
        total = max(int(jobs[work]), 1)
        exact = trips[:, work][:, None] * rest[:, work][None, :] / total
        flow[:, :, work] = round_matrix(exact, trips[:, work], rest[:, work])
    share = trips + np.diag(dormitory.sum(0))
    everyone = share.sum(1, keepdims=True)
    share = np.where(everyone > 0, share / np.maximum(everyone, 1), np.eye(n_district))
    return Commuting(share, flow.reshape(n_district, -1), dormitory.reshape(-1)), notes


def _commuting_seed(city: City, parameters: Parameters) -> tuple[np.ndarray, tuple[str, ...]]:
    codes = city.district_codes
    n = len(codes)
    table = city.commuting
    if table is not None and len(table):
        seed = np.full((n, n), 1e-6)
        home, work = positions(codes, table["home"]), positions(codes, table["work"])
        seed[home, work] += table["share"].to_numpy(float)
        return seed, ()
    km = parameters.value("residents.commuting_km")
    note = Said(
        f"commuting is assumed: a gravity law, exp(-distance / {km:g} km), no table in the city",
        f"通勤为假定：该市无通勤表，按引力律 exp(-距离 / {km:g} 千米) 推算",
    )
    return np.exp(-distances(city) / km) + 1e-9, (note,)


def build_sites(
    city: City, staff: np.ndarray, parameters: Parameters, *, seed: int, scale: float
) -> Sites:
    """Return the workplaces of every cell, their staff adding up to the cell's.

    Enterprises of the register and hospitals come first, the rest of a cell is drawn: as many
    sites as its sector's mean size gives, with lognormal sizes.

    Parameters
    ----------
    city : City
    staff : int64[sector, district]
    parameters : Parameters
    seed : int
    scale : float
        Share of the registered enterprises that are kept.
    """
    n_district = staff.shape[1]
    cells = staff.reshape(-1)
    known = _known_sites(city, cells, parameters, seed=seed, scale=scale)
    rest = cells - np.bincount(known.cell, known.staff, cells.size).astype(np.int64)
    mean = np.repeat(np.maximum(city.sectors["mean_size"].to_numpy(float), 1.0), n_district)
    n_drawn = np.minimum(np.maximum(np.round(rest / mean), rest > 0), rest).astype(np.int64)
    cell = np.repeat(np.arange(cells.size), n_drawn)
    sd = parameters.value("residents.enterprise_log_sd")
    weight = np.exp(sd * ndtri(uniforms(np.uint64(key(seed, Stream.SIZES, 0, 0)), cell.size)))
    drawn = _split(rest, n_drawn, weight)
    order = np.argsort(np.concatenate([known.cell, cell]), kind="stable")
    return Sites(
        np.concatenate([known.cell, cell])[order],
        np.concatenate([known.staff, drawn])[order],
        np.concatenate([known.hospital, np.zeros(cell.size, bool)])[order],
        np.concatenate([known.register, np.full(cell.size, -1)])[order],
    )


def _split(rest: np.ndarray, n_sites: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Split each cell's staff over its sites: one each, the remainder by weight.

    Rounds running sums, so every cell adds up exactly.
    """
    if not weight.size:
        return np.zeros(0, np.int64)
    cell = np.repeat(np.arange(rest.size), n_sites)
    first = np.concatenate([[0], np.cumsum(n_sites)])
    running = np.concatenate([[0.0], np.cumsum(weight)])
    begin, end = running[first[:-1]][cell], running[first[1:]][cell]
    more = (rest - n_sites)[cell].astype(float)
    share = (running[1:] - begin) / (end - begin)
    share[first[1:][n_sites > 0] - 1] = 1.0
    upto = np.floor(share * more + 0.5).astype(np.int64)
    step = np.diff(upto, prepend=0)
    step[first[:-1][n_sites > 0]] = upto[first[:-1][n_sites > 0]]
    return 1 + step


def _known_sites(
    city: City, cells: np.ndarray, parameters: Parameters, *, seed: int, scale: float
) -> Sites:
    """Return hospitals and registered enterprises, cut down where they exceed their cell."""
    sectors, districts = city.sector_codes, city.district_codes
    parts: list[tuple[np.ndarray, ...]] = []
    if HEALTH_SECTOR in sectors and city.hospitals is not None and len(city.hospitals):
        per_bed = parameters.value("residents.hospital_staff_per_bed") * scale
        table = city.hospitals
        cell = positions(districts, table["district"])
        cell = cell + sectors.index(HEALTH_SECTOR) * len(districts)
        size = np.round(table["beds"].to_numpy(float) * per_bed).astype(np.int64)
        parts.append((cell, size, np.ones(len(table), bool), np.full(len(table), -1)))
    if city.enterprises is not None and len(city.enterprises):
        table = city.enterprises
        kept = np.diff(np.floor(np.arange(len(table) + 1) * min(scale, 1.0))) > 0
        row, column = positions(sectors, table["sector"]), positions(districts, table["district"])
        kept &= (row >= 0) & (column >= 0)
        cell = (row * len(districts) + column)[kept]
        size = table["staff"].to_numpy(np.int64)[kept]
        parts.append((cell, size, np.zeros(cell.size, bool), np.flatnonzero(kept)))
    if not parts:
        none = np.zeros(0, np.int64)
        return Sites(none, none, np.zeros(0, bool), none)
    cell, size, hospital, register = (np.concatenate(x) for x in zip(*parts, strict=True))
    room = cells.copy()
    for first in (hospital, ~hospital):  # hospitals before the register
        total = np.bincount(cell[first], size[first], cells.size).astype(np.int64)
        for c in np.flatnonzero(total > room):
            here = first & (cell == c)
            size[here] = largest_remainder(size[here].astype(float), int(room[c]))
        room -= np.minimum(total, room)
    keep = size > 0
    return Sites(cell[keep].astype(np.int64), size[keep], hospital[keep], register[keep])


def split_evenly(totals: np.ndarray, largest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split each total into as few nearly equal parts as its largest part allows.

    Parameters
    ----------
    totals, largest : int64[n]
        ``largest`` above 0.

    Returns
    -------
    int64[parts], int64[n]
        Sizes of all parts in order, and the number of parts of each total.
    """
    totals = np.asarray(totals, np.int64)
    n_parts = -(-totals // largest)
    owner = np.repeat(np.arange(totals.size), n_parts)
    first = np.concatenate([[0], np.cumsum(n_parts)])[:-1]
    j = np.arange(owner.size) - first[owner]
    low, extra = totals // np.maximum(n_parts, 1), totals % np.maximum(n_parts, 1)
    return low[owner] + (j < extra[owner]), n_parts
