"""Every resident of a city, built from its tables: where they live, with whom, and what they do.

The margins of the tables (residents by district and age, households by size, staff by sector and
district, pupils by stage and district) are met exactly or to the rounding that the notes state.
What the tables leave open follows ``data/parameters/residents.toml``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twofronts.city import residents_work as work
from twofronts.city.residents_build import Build, Dwellings, build_dwellings
from twofronts.city.residents_childcare import minding_shares
from twofronts.city.residents_contacts import contact_rates, ties_by_age
from twofronts.city.residents_margins import district_populations
from twofronts.city.residents_migrants import mark_migrants
from twofronts.city.residents_places import Places, build_places, site_ranks
from twofronts.city.residents_schools import school_table
from twofronts.errors import CityError, Problem, ScenarioError
from twofronts.kernels import types
from twofronts.kernels.residents_attach import count_away_staff
from twofronts.kernels.types import ResidentArrays
from twofronts.parameters import Parameters, load_parameters

if TYPE_CHECKING:
    from twofronts.city.schema import City


@dataclass(frozen=True, eq=False)
class Residents:
    """All residents of a city. ``len()`` gives how many; nothing here is changed after building.

    Attributes
    ----------
    city : City
    arrays : ResidentArrays
        Everybody, sorted by district, compound and household.
    seed : int
    scale : float
    notes : tuple of str
        What a reader must know: laws assumed, places left empty.
    staff : int64[sector, district]
        By workplace. [persons]
    staff_by_home : int64[district, sector]
        By residence. [persons]
    n_sites : int64[sector, district]
        Workplaces.
    away_staff : int64[sector, district]
        Of the staff, those away when the city's tables were taken. [persons]
    contact_rate : float64[86, setting]
        Contacts on an ordinary day of somebody of that age who has the setting: a household, a
        job, a school; 0 where nobody of that age has it. [1/d]
    kin_share : float64
        Of the contacts at home of an average resident, the share with people of other households:
        kin who visit, neighbours on the floor of a dormitory.
    school_stage : int8[s]
        0 kindergarten, 1 primary, 2 secondary, 3 tertiary; -1 for workplaces.
    campus_start : int64[district]
        First resident of a district's campuses; they end with the district.
    register : int64[workplace]
        Row of the city's enterprises that each workplace is; -1 if it is not of the register.
    """

    city: City
    arrays: ResidentArrays
    seed: int
    scale: float
    notes: tuple[str, ...]
    staff: np.ndarray
    staff_by_home: np.ndarray
    n_sites: np.ndarray
    away_staff: np.ndarray
    contact_rate: np.ndarray
    kin_share: float
    school_stage: np.ndarray
    campus_start: np.ndarray
    register: np.ndarray
    ties: np.ndarray = field(repr=False)
    parameters: Parameters = field(repr=False)

    def __len__(self) -> int:
        return int(self.arrays.age.size)

    def __repr__(self) -> str:
        return f"Residents of {self.city.name_en}: {len(self):,} (seed {self.seed})"

    def digest(self) -> str:
        """Return a short hash of every array: equal where the residents are equal."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        h = hashlib.blake2b(digest_size=8)
        for name, array in self.arrays._asdict().items():
            h.update(f"{name}{array.dtype}{array.shape}".encode())
            h.update(np.ascontiguousarray(array).data)
        return h.hexdigest()

    @cached_property
    def enterprise_sites(self) -> Mapping[str, int]:
        """The site of each enterprise of the register, by id; one that scaling left out has none.

        Returns
        -------
        mapping of str to int
            Index on the [site] axis of ``arrays``.
        """
        if self.city.enterprises is None:
            return {}
        ids = self.city.enterprises["id"].astype(str).to_numpy()
        return {ids[row]: int(s) for s, row in enumerate(self.register) if row >= 0}

    @cached_property
    def home_of_staff(self) -> np.ndarray:
        """Where those who work in each district live, float64[work, home]; rows sum to 1. [1]."""
        a = self.arrays
        bounds = a.district_start.astype(np.int64)
        n_district = bounds.size - 1
        # where each group works, -1 at schools; the last entry is for those without a group
        place = np.where(a.site_kind == types.ENTERPRISE, a.site_district.astype(int), -1)
        works = np.append(place[a.group_site], -1)
        flow = np.zeros((n_district, n_district))
        for home in range(n_district):
            there = works[a.group[bounds[home] : bounds[home + 1]]]
            flow[:, home] = np.bincount(there + 1, minlength=n_district + 1)[1:]
        empty = flow.sum(axis=1) == 0
        flow[empty, empty.nonzero()[0]] = 1.0
        return flow / flow.sum(axis=1, keepdims=True)

    @cached_property
    def minders(self) -> np.ndarray:
        """Share of staff who alone could mind a child, float64[sector, district]. [1]."""
        return minding_shares(self.arrays, self.staff)

    @cached_property
    def away_by_home(self) -> np.ndarray:
        """How many residents of each district are away, float64[district]. [persons]."""
        a = self.arrays
        bounds = a.district_start.astype(np.int64)
        away = [
            np.count_nonzero(a.flags[first:last] & types.AWAY) for first, last in pairwise(bounds)
        ]
        return np.array(away, dtype=np.float64)

    def nbytes(self) -> int:
        """Return the memory that the arrays take. [byte]"""
        return int(sum(a.nbytes for a in self.arrays))

    def describe(self) -> pd.DataFrame:
        """Return who lives in each district, one row a district and one for the city. [persons]"""
        a = self.arrays
        first = a.district_start[:-1].astype(np.int64)
        inhabited = np.diff(a.district_start) > 0

        def by_district(mask: np.ndarray) -> np.ndarray:
            out = np.zeros(first.size, np.int64)
            out[inhabited] = np.add.reduceat(mask.astype(np.int64), first[inhabited])
            return out

        is_work = np.append(a.site_kind == types.ENTERPRISE, False)
        place = np.where(a.group >= 0, a.group_site[a.group], -1)
        columns: Mapping[str, np.ndarray] = {
            "residents": np.diff(a.district_start),
            "households": np.bincount(
                a.compound_district[a.household_compound], minlength=first.size
            ),
            "compounds": np.bincount(a.compound_district, minlength=first.size),
            "in_collective": by_district(a.flags & types.COLLECTIVE > 0),
            "aged_0_14": by_district(a.age < 15),
            "aged_65_over": by_district(a.age >= 65),
            "workers": by_district(is_work[place]),
            "pupils": by_district((place >= 0) & ~is_work[place]),
            "jobs": self.staff.sum(0),
            "workplaces": self.n_sites.sum(0),
            "migrants": by_district(a.flags & types.MIGRANT > 0),
            "away": by_district(a.flags & types.AWAY > 0),
        }
        table = pd.DataFrame(columns, index=pd.Index(self.city.districts["name_en"], name=""))
        table.loc["City"] = table.sum()
        return table


def build_residents(
    city: City,
    *,
    seed: int = 0,
    scale: float = 1.0,
    parameters: Parameters | None = None,
    workers: int | None = None,
) -> Residents:
    """Build every resident of a city.

    Parameters
    ----------
    city : City
    seed : int
        Same city, seed, scale and parameters give the same residents, on any number of threads.
    scale : float
        1 for everybody; 0.01 for a city of a hundredth, proportional in every table.
    parameters : Parameters, optional
        Default: the built-in ones.
    workers : int, optional
        Threads. Default: as many as there are processors.

    Returns
    -------
    Residents

    Raises
    ------
    ScenarioError
        If the scale or the seed is out of range.
    CityError
        If the tables cannot hold together: more jobs than people, too many districts.
    """
    _check(city, seed, scale)
    build = Build(
        city=city,
        parameters=parameters or load_parameters(),
        seed=seed,
        scale=scale,
        threads=workers or len(os.sched_getaffinity(0)),
    )
    build.n_district = district_populations(city, scale)
    staff, notes = work.staff_table(city, scale)
    build.notes.extend(notes)
    tertiary = school_table(city, scale).pupils[3]
    home = build_dwellings(build, staff, tertiary)
    places = build_places(build, home, staff)
    mark_migrants(build, home)
    arrays = _arrays(build, home, places)
    return _finish(build, home, places, arrays, staff)


def _arrays(build: Build, home: Dwellings, places: Places) -> ResidentArrays:
    local = build.value("travel_local")
    travel = local * np.eye(len(build.n_district)) + (1 - local) * places.share
    arrays = ResidentArrays(
        age=home.age,
        flags=home.flags,
        household=home.household,
        group=places.group,
        household_start=home.household_start,
        household_compound=home.household_compound,
        compound_start=home.compound_start,
        compound_district=home.compound_district,
        district_start=home.district_start,
        group_start=places.group_start,
        group_member=places.group_member,
        group_site=places.group_site,
        site_start=places.site_start,
        site_kind=places.site_kind,
        site_sector=places.site_sector,
        site_district=places.site_district,
        site_rank=site_ranks(build, places.site_kind.size),
        travel=travel / travel.sum(1, keepdims=True),
    )
    for array in arrays:
        array.flags.writeable = False
    return arrays


def _finish(
    build: Build,
    home: Dwellings,
    places: Places,
    arrays: ResidentArrays,
    staff: np.ndarray,
) -> Residents:
    n_work, n_district = places.n_work_sites, staff.shape[1]
    cell = places.site_sector[:n_work].astype(np.int64) * n_district + places.site_district[:n_work]
    away = np.zeros(staff.size, np.int64)
    count_away_staff(
        (0, n_work),
        arrays.site_start,
        cell,
        arrays.group_start,
        arrays.group_member,
        arrays.flags,
        away,
    )
    stage = np.full(places.site_kind.size, -1, np.int8)
    stage[n_work:] = places.school_stage
    ties = ties_by_age(arrays, stage, build.threads)
    rate, kin_share = contact_rates(ties, build.parameters)
    return Residents(
        city=build.city,
        arrays=arrays,
        seed=build.seed,
        scale=build.scale,
        notes=tuple(build.notes),
        staff=staff,
        staff_by_home=places.staff_by_home,
        n_sites=np.bincount(cell, minlength=staff.size).reshape(staff.shape),
        away_staff=away.reshape(staff.shape),
        contact_rate=rate,
        kin_share=kin_share,
        school_stage=stage,
        campus_start=home.campus_at,
        register=places.register,
        ties=ties,
        parameters=build.parameters,
    )


def _check(city: City, seed: int, scale: float) -> None:
    if not 0 < scale <= 10:
        raise ScenarioError(
            Problem(
                what=f"scale = {scale}",
                why="a scale is the share of residents built, above 0 and at most 10",
                remedy="write 1 for all residents, 0.01 for one in a hundred",
            )
        )
    if not 0 <= seed < 2**63:
        raise ScenarioError(
            Problem(
                what=f"seed = {seed}",
                why="a seed is a whole number of at least 0",
                remedy="give one, 1 say",
            )
        )
    districts, sectors = len(city.district_codes), len(city.sector_codes)
    if districts > 255 or sectors > 254 or districts * sectors > 65535:
        raise CityError(
            Problem(
                what=f"{districts} districts and {sectors} sectors",
                why="at most 255 districts, 254 sectors and 65,535 pairs of them can be held",
                remedy="put districts or sectors together",
            )
        )
