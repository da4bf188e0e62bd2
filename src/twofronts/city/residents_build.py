"""The first step of building residents: households, compounds and ages of every district.

Schools and workplaces (``residents_places``) and migrants (``residents_migrants``) follow. Every
step works district by district on threads; each thread writes its own district's residents and
slots nobody else writes, and draws from the district's own random sequence, so the number of
threads changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from twofronts.city import residents_margins as margins
from twofronts.city import residents_work as work
from twofronts.city.residents_random import Stream
from twofronts.city.residents_templates import load_templates
from twofronts.city.residents_threads import on_threads
from twofronts.kernels import residents as kernels
from twofronts.kernels.rng import key
from twofronts.parameters import Parameters

if TYPE_CHECKING:
    from twofronts.city.schema import City


@dataclass
class Build:
    """What the steps share: the city, the numbers that margins settled, the arrays as they grow."""

    city: City
    parameters: Parameters
    seed: int
    scale: float
    threads: int
    n_district: np.ndarray = field(init=False)
    notes: list[str] = field(default_factory=list)

    def each_district(self, step: Callable[[int], Any]) -> None:
        """Run a step for every district, the largest first."""
        on_threads(step, np.argsort(-self.n_district, kind="stable"), self.threads)

    def base(self, stream: int, district: int) -> np.uint64:
        """Return the start of a district's random sequence for one purpose."""
        return np.uint64(key(self.seed, stream, district, 0))

    def value(self, name: str) -> float:
        """Return the value of a parameter ``residents.<name>``."""
        return self.parameters.value(f"residents.{name}")


@dataclass
class Dwellings:
    """Households and ages: parts of ``ResidentArrays``, and who lives where by kind."""

    age: np.ndarray
    flags: np.ndarray
    household: np.ndarray
    household_start: np.ndarray
    household_compound: np.ndarray
    compound_start: np.ndarray
    compound_district: np.ndarray
    district_start: np.ndarray
    household_first: np.ndarray  # int64[district + 1]
    campus_at: np.ndarray  # int64[district]
    dwellers: np.ndarray  # int64[district, dwelling, 86]

    def bounds(self, d: int) -> tuple[int, int, int]:
        """Return the first resident of a district, of its campuses, and of the next district."""
        return int(self.district_start[d]), int(self.campus_at[d]), int(self.district_start[d + 1])

    def households(self, d: int) -> tuple[int, int]:
        """Return the first household of a district and of the next."""
        return int(self.household_first[d]), int(self.household_first[d + 1])


def starts(counts: Iterable[int] | np.ndarray, dtype: Any = np.int64) -> np.ndarray:
    """Return running sums from 0: where each of many parts begins, and the end."""
    return np.concatenate([[0], np.cumsum(np.asarray(counts))]).astype(dtype)


def campus_residents(build: Build, ages: np.ndarray, pupils: np.ndarray, total: int) -> np.ndarray:
    """Return how many students of each district live on its campuses, int64[district].

    Parameters
    ----------
    build : Build
    ages : int64[district, 86]
    pupils : int64[district]
        Places in tertiary education.
    total : int
        Residents of collective households. [persons]
    """
    wanted = np.minimum(
        build.value("campus_share") * pupils, build.value("campus_of_youth") * ages[:, 18:25].sum(1)
    )
    most = build.value("campus_of_collective") * total
    return np.floor(wanted * min(1.0, most / max(wanted.sum(), 1.0))).astype(np.int64)


def build_dwellings(build: Build, staff: np.ndarray, tertiary: np.ndarray) -> Dwellings:
    """Place every household in a compound, and give everybody an age.

    Parameters
    ----------
    build : Build
    staff : int64[sector, district]
    tertiary : int64[district]
        Places in tertiary education.
    """
    ages = margins.age_counts(build.city, build.n_district)
    counts, rooms = _households(build, ages, staff, tertiary)
    ends = [_compound_ends(build, d, int(n)) for d, n in enumerate(build.n_district)]
    out = _empty_dwellings(build, counts, [e.size for e in ends])
    out.dwellers = _ages_by_dwelling(ages, counts, rooms)
    compounds = starts([e.size for e in ends])

    def lay_out(d: int) -> None:
        out.campus_at[d], _ = kernels.lay_out(
            _layout_plan(counts, rooms, ends[d], d),
            build.base(Stream.LAYOUT, d),
            (int(out.district_start[d]), int(out.household_first[d]), int(compounds[d])),
            out.household_start,
            out.household_compound,
            out.compound_start,
            out.flags,
        )

    build.each_district(lay_out)
    build.each_district(lambda d: _give_ages(build, out, d))
    return out


def _households(
    build: Build, ages: np.ndarray, staff: np.ndarray, tertiary: np.ndarray
) -> tuple[margins.HouseholdCounts, np.ndarray]:
    """Return households by district, kind and size, and how many rooms are on campuses."""
    table = build.city.households
    collective = table[table["kind"] != "family"]
    total = int(float((collective["size"] * collective["n_households"]).sum()) * build.scale)
    campus = campus_residents(build, ages, tertiary, total)
    weights = work.dormitory_weights(build.city, staff, build.parameters).sum(0)
    caps = np.floor(build.value("collective_of_district") * build.n_district).astype(np.int64)
    dormitory = margins.fill(total - int(campus.sum()), weights, np.maximum(caps - campus, 0))
    counts, notes = margins.household_counts(build.city, build.n_district, campus + dormitory)
    build.notes.extend(notes)
    return counts, _campus_rooms(counts, campus)


def _empty_dwellings(
    build: Build, counts: margins.HouseholdCounts, n_compounds: list[int]
) -> Dwellings:
    """Return arrays of the right length, still to be written."""
    people = starts(build.n_district, np.int32)
    households = starts(counts.family.sum(1) + counts.collective.sum(1))
    n, h, c = int(people[-1]), int(households[-1]), sum(n_compounds)
    districts = np.arange(len(n_compounds))
    return Dwellings(
        age=np.empty(n, np.uint8),
        flags=np.empty(n, np.uint8),
        household=np.empty(n, np.int32),
        household_start=np.empty(h + 1, np.int32),
        household_compound=np.empty(h, np.int32),
        compound_start=np.empty(c + 1, np.int32),
        compound_district=np.repeat(districts, n_compounds).astype(np.uint8),
        district_start=people,
        household_first=households,
        campus_at=np.zeros(districts.size, np.int64),
        dwellers=np.zeros((districts.size, kernels.N_DWELLING, margins.N_AGE), np.int64),
    )


def _give_ages(build: Build, home: Dwellings, d: int) -> None:
    low, campus_at, high = home.bounds(d)
    bins = np.empty(high - low, np.uint16)
    kernels.draw_ages(
        home.household_start,
        home.households(d),
        home.flags,
        campus_at,
        load_templates(),
        build.base(Stream.DRAW, d),
        bins,
        home.household,
    )
    kernels.map_ages(
        bins,
        home.flags[low:high],
        campus_at - low,
        home.dwellers[d],
        build.base(Stream.MAP, d),
        home.age[low:high],
    )


def _campus_rooms(counts: margins.HouseholdCounts, campus: np.ndarray) -> np.ndarray:
    """Return how many collective households of each size are on campuses, [district, size]."""
    people = counts.collective @ counts.collective_size
    share = np.minimum(campus / np.maximum(people, 1), 1.0)
    return np.floor(counts.collective * share[:, None]).astype(np.int64)


def _ages_by_dwelling(
    ages: np.ndarray, counts: margins.HouseholdCounts, rooms: np.ndarray
) -> np.ndarray:
    """Split each district's ages over families, dormitories and campuses, [district, dwelling, 86].

    Students and dormitory workers take ages that such people have; families get the rest.
    """
    _, dormitory, campus = load_templates().other
    years = np.arange(margins.N_AGE) + 0.5
    out = np.zeros((ages.shape[0], kernels.N_DWELLING, margins.N_AGE), np.int64)
    for d, total in enumerate(ages):
        for kind, (low, high), people in (
            (kernels.CAMPUS, campus, rooms[d] @ counts.collective_size),
            (
                kernels.DORMITORY,
                dormitory,
                (counts.collective[d] - rooms[d]) @ counts.collective_size,
            ),
        ):
            left = total - out[d].sum(0)
            hill = np.maximum(0.0, 1.0 - np.abs(2 * (years - low) / (high - low) - 1))
            out[d, kind] = margins.fill(int(people), hill * left, left)
        out[d, kernels.FAMILY] = total - out[d].sum(0)
    return out


def _layout_plan(
    counts: margins.HouseholdCounts, rooms: np.ndarray, ends: np.ndarray, d: int
) -> kernels.LayoutPlan:
    dormitory = counts.collective[d] - rooms[d]
    in_dormitories = int(dormitory @ counts.collective_size)
    mixed = in_dormitories + int(counts.family[d] @ counts.family_size)
    reach = np.minimum(ends / max(mixed, 1), 1.0)
    return kernels.LayoutPlan(
        family_size=counts.family_size,
        family_left=counts.family[d].copy(),
        collective_size=counts.collective_size,
        dormitory_left=dormitory.copy(),
        campus_left=rooms[d].copy(),
        compound_end=ends,
        dormitory_end=np.round(reach * in_dormitories).astype(np.int64),
    )


def _compound_ends(build: Build, d: int, n: int) -> np.ndarray:
    """Return the planned ends of a district's compounds, of 1,500 to 3,000 residents, uneven."""
    low, high, margin = 1500.0, 3000.0, 20.0
    count = max(1, round(n / build.value("compound_size")))
    if n / count > high - margin:
        count += 1
    mean = n / count
    sway = max(0.0, min(mean - low - margin, high - margin - mean, 0.4 * mean)) / 2
    ends = mean * np.arange(1, count + 1)
    ends[:-1] += sway * (2 * kernels.uniforms(build.base(Stream.COMPOUNDS, d), count - 1) - 1)
    return np.round(ends).astype(np.int64)
