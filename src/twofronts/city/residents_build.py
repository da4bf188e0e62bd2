"""The steps of building residents, in order; ``residents.build_residents`` runs them.

1. dwellings   households, compounds and ages of every district
2. schools     pupils, classes
3. work        workers, enterprises, teams
4. migrants    who is one, and who is away

Every step works district by district on threads; each thread writes its own district's residents
and slots nobody else writes, and draws from the district's own random sequence, so the number of
threads changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from twofronts.city import residents_margins as margins
from twofronts.city import residents_schools as schooling
from twofronts.city import residents_work as work
from twofronts.city.residents_templates import load_templates
from twofronts.kernels import residents as kernels
from twofronts.kernels import residents_attach as attach
from twofronts.kernels import types
from twofronts.kernels.rng import key
from twofronts.parameters import Parameters

_LAYOUT, _DRAW, _MAP, _PUPILS, _SHUFFLE, _WORKERS, _SALT, _MIGRANTS, _AWAY, _COMPOUNDS, _RANK = (
    range(21, 32)
)


@dataclass
class Build:
    """What the steps share: the city, the numbers that margins settled, the arrays as they grow."""

    city: Any
    parameters: Parameters
    seed: int
    scale: float
    threads: int
    n_district: np.ndarray = field(init=False)
    notes: list[str] = field(default_factory=list)

    def each_district(self, step: Callable[[int], Any]) -> list[Any]:
        """Run a step for every district, the largest first, and return results by district."""
        order = np.argsort(-self.n_district, kind="stable")
        results: list[Any] = [None] * len(order)

        def run(d: int) -> None:
            results[d] = step(int(d))

        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(run, order))
        return results

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


def _starts(counts: Iterable[int] | np.ndarray, dtype: Any = np.int64) -> np.ndarray:
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
    city, n_district = build.city, build.n_district
    ages = margins.age_counts(city, n_district)
    table = city.households
    collective = table[table["kind"] != "family"]
    total = float((collective["size"] * collective["n_households"]).sum()) * build.scale
    campus = campus_residents(build, ages, tertiary, int(total))
    drawn = work.dormitory_weights(city, staff, build.parameters).sum(0)
    caps = np.floor(build.value("collective_of_district") * n_district).astype(np.int64)
    dormitory = margins.fill(int(total) - int(campus.sum()), drawn, np.maximum(caps - campus, 0))
    counts, notes = margins.household_counts(city, n_district, campus + dormitory)
    build.notes.extend(notes)
    rooms = _campus_rooms(counts, campus)
    ends = [_compound_ends(build, d, int(n)) for d, n in enumerate(n_district)]

    n_households = counts.family.sum(1) + counts.collective.sum(1)
    people, households = _starts(n_district, np.int32), _starts(n_households)
    compounds = _starts([e.size for e in ends])
    n, h, c = int(people[-1]), int(households[-1]), int(compounds[-1])
    out = Dwellings(
        age=np.empty(n, np.uint8),
        flags=np.empty(n, np.uint8),
        household=np.empty(n, np.int32),
        household_start=np.empty(h + 1, np.int32),
        household_compound=np.empty(h, np.int32),
        compound_start=np.empty(c + 1, np.int32),
        compound_district=np.repeat(np.arange(len(ends)), [e.size for e in ends]).astype(np.uint8),
        district_start=people,
        household_first=households,
        campus_at=np.zeros(len(ends), np.int64),
        dwellers=np.zeros((len(ends), kernels.N_DWELLING, margins.N_AGE), np.int64),
    )
    templates = load_templates()

    def lay_out(d: int) -> None:
        plan = _layout_plan(counts, rooms, ends[d], d)
        first = (int(people[d]), int(households[d]), int(compounds[d]))
        out.campus_at[d], _ = kernels.lay_out(
            plan,
            build.base(_LAYOUT, d),
            first,
            out.household_start,
            out.household_compound,
            out.compound_start,
            out.flags,
        )

    def give_ages(d: int) -> None:
        low, campus_at, high = out.bounds(d)
        if high == low:
            return
        bins = np.empty(high - low, np.uint16)
        kernels.draw_ages(
            out.household_start,
            out.households(d),
            out.flags,
            campus_at,
            templates,
            build.base(_DRAW, d),
            bins,
            out.household,
        )
        kernels.map_ages(bins, ages[d], build.base(_MAP, d), out.age[low:high])
        kernels.count_dwellers(
            out.age[low:high], out.flags[low:high], campus_at - low, out.dwellers[d]
        )

    build.each_district(lay_out)
    build.each_district(give_ages)
    return out


def _campus_rooms(counts: margins.HouseholdCounts, campus: np.ndarray) -> np.ndarray:
    """Return how many collective households of each size are on campuses, [district, size]."""
    people = counts.collective @ counts.collective_size
    share = np.minimum(campus / np.maximum(people, 1), 1.0)
    return np.floor(counts.collective * share[:, None]).astype(np.int64)


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
    ends[:-1] += sway * (2 * kernels.uniforms(build.base(_COMPOUNDS, d), count - 1) - 1)
    return np.round(ends).astype(np.int64)


@dataclass
class Places:
    """Slots and groups of workplaces and schools, and who holds them."""

    group: np.ndarray
    group_start: np.ndarray
    group_member: np.ndarray
    group_site: np.ndarray
    site_start: np.ndarray
    site_kind: np.ndarray
    site_sector: np.ndarray
    site_district: np.ndarray
    staff_by_home: np.ndarray
    share: np.ndarray
    school_stage: np.ndarray  # int64[school]
    n_work_sites: int


def build_places(build: Build, home: Dwellings, staff: np.ndarray) -> Places:
    """Send everybody who learns to a class, and everybody who works to a team.

    Workers' slots come first, then pupils', so that teams and classes number through.
    """
    city = build.city
    distance = work.distances(city)
    order = schooling.nearest_first(city, distance)
    enrolment, notes = schooling.enrol(
        schooling.school_table(city, build.scale), home.dwellers, order
    )
    build.notes.extend(notes)
    schools = schooling.build_schools(schooling.school_table(city, build.scale), enrolment)
    dormitory = _dormitory_staff(build, home, staff)
    caps, weights = _workers_by_age(build, home, enrolment)
    potential = np.array([caps.sum(1), np.round((caps * weights).sum(1))]).astype(np.int64)
    commute, notes = work.commuting(city, staff, potential, dormitory, build.parameters)
    build.notes.extend(notes)
    sites = work.build_sites(city, staff, build.parameters, seed=build.seed, scale=build.scale)
    team = np.full(sites.staff.size, int(build.value("team_size_max")))
    team_size, n_teams = work.split_evenly(sites.staff, team)

    n_work, n_learn = int(sites.staff.sum()), int(schools.class_size.sum())
    group_member = np.empty(n_work + n_learn, np.int32)
    group = np.empty(home.age.size, np.int32)
    _attach_pupils(build, home, enrolment, schools, order, (group, group_member[n_work:]))
    cell_start = _starts(staff.reshape(-1))
    _attach_workers(
        build, home, commute, (caps, weights), cell_start, (group, group_member[:n_work])
    )
    group_start = _starts(np.concatenate([team_size, schools.class_size]), np.int32)
    per_site = np.concatenate([n_teams, schools.n_classes])
    cuts = np.linspace(0, group_start.size - 1, build.threads + 1).astype(int)
    with ThreadPoolExecutor(build.threads) as pool:
        for lo, hi in zip(cuts[:-1], cuts[1:], strict=True):
            pool.submit(attach.link_groups, group_start, (int(lo), int(hi)), group_member, group)
    site_start = _starts(per_site, np.int32)
    attach.mark_health_workers(
        np.flatnonzero(sites.hospital), site_start, group_start, group_member, home.flags
    )
    n_district = len(build.n_district)
    by_home = (commute.flow + _on_diagonal(commute.dormitory, n_district)).reshape(
        n_district, -1, n_district
    )
    return Places(
        group=group,
        group_start=group_start,
        group_member=group_member,
        group_site=np.repeat(np.arange(per_site.size), per_site).astype(np.int32),
        site_start=site_start,
        site_kind=np.repeat(
            [types.ENTERPRISE, types.SCHOOL_SITE], [sites.cell.size, schools.district.size]
        ).astype(np.uint8),
        site_sector=np.concatenate(
            [sites.cell // n_district, np.full(schools.district.size, 255)]
        ).astype(np.uint8),
        site_district=np.concatenate([sites.cell % n_district, schools.district]).astype(np.uint8),
        staff_by_home=by_home.sum(2),
        share=commute.share,
        school_stage=schools.stage,
        n_work_sites=sites.cell.size,
    )


def _on_diagonal(dormitory: np.ndarray, n_district: int) -> np.ndarray:
    """Return [home, cell] of dormitory workers, who live in the district of their cell."""
    out = np.zeros((n_district, dormitory.size), np.int64)
    out[np.arange(dormitory.size) % n_district, np.arange(dormitory.size)] = dormitory
    return out


def _dormitory_staff(build: Build, home: Dwellings, staff: np.ndarray) -> np.ndarray:
    """Return dormitory workers by sector and district; they work where they live."""
    low, high = attach.DORMITORY_WORK_FROM, attach.DORMITORY_WORK_TO
    housed = home.dwellers[:, kernels.DORMITORY, low : high + 1].sum(1)
    weights = work.dormitory_weights(build.city, staff, build.parameters)
    out = [margins.fill(int(housed[d]), weights[:, d], staff[:, d]) for d in range(staff.shape[1])]
    left = int(housed.sum() - np.sum(out))
    if left:
        build.notes.append(f"{left:,} residents of dormitories have no job in their district")
    return np.array(out).T


def _workers_by_age(
    build: Build, home: Dwellings, enrolment: schooling.Enrolment
) -> tuple[np.ndarray, np.ndarray]:
    """Return family residents of 16 and over not at school, [district, 86], and weights by age."""
    caps = home.dwellers[:, kernels.FAMILY].copy()
    caps[:, attach.GRADE_FROM : attach.GRADE_TO + 1] -= enrolment.family
    caps[:, :16] = 0
    weights = np.zeros(margins.N_AGE)
    for a in (16, 20, 25, 50, 55, 60, 65, 75):
        weights[a:] = build.value(f"employed.a{a}")
    return caps, weights


Slots = tuple[np.ndarray, np.ndarray]


def _attach_pupils(
    build: Build,
    home: Dwellings,
    enrolment: schooling.Enrolment,
    schools: schooling.Schools,
    order: np.ndarray,
    slots: Slots,
) -> None:
    cohorts = attach.Cohorts(schools.pupils, schools.schools, schools.first, schools.slot)
    rank = np.zeros_like(enrolment.flow)
    rank[1:] = np.cumsum(enrolment.flow, axis=0)[:-1]
    grades = slice(attach.GRADE_FROM, attach.GRADE_TO + 1)

    def step(d: int) -> None:
        plan = attach.PupilPlan(
            need_family=enrolment.family[d].copy(),
            of_family=home.dwellers[d, kernels.FAMILY, grades].copy(),
            need_campus=enrolment.campus[d].copy(),
            of_campus=schooling.campus_grades(home.dwellers[d, kernels.CAMPUS]),
            flow=enrolment.flow[d].copy(),
            rank=rank[d],
            order=order[d],
        )
        attach.attach_pupils(
            home.age,
            home.flags,
            home.bounds(d),
            plan,
            cohorts,
            build.base(_PUPILS, d),
            slots[0],
            slots[1],
        )

    build.each_district(step)


def _attach_workers(
    build: Build,
    home: Dwellings,
    commute: work.Commuting,
    by_age: tuple[np.ndarray, np.ndarray],
    cell_start: np.ndarray,
    slots: Slots,
) -> None:
    caps, weights = by_age
    rank = np.zeros_like(commute.flow)
    rank[1:] = np.cumsum(commute.flow, axis=0)[:-1]
    cells = np.arange(commute.dormitory.size)

    def step(d: int) -> None:
        workers = int(commute.flow[d].sum())
        cell_of = np.empty(workers, np.uint16)
        attach.shuffle_cells(commute.flow[d], build.base(_SHUFFLE, d), cell_of)
        here = cells[(cells % len(build.n_district) == d) & (commute.dormitory > 0)]
        plan = attach.WorkPlan(
            need=margins.fill(workers, weights * caps[d], caps[d]),
            of=caps[d].copy(),
            cell_of=cell_of,
            rank=rank[d],
            cell_slot=cell_start,
            cell_dormitory=commute.dormitory,
            dormitory_cell=here,
            dormitory_count=commute.dormitory[here],
        )
        attach.attach_workers(
            home.age,
            home.flags,
            home.bounds(d),
            plan,
            build.base(_WORKERS, d),
            build.base(_SALT, 0),
            slots[0],
            slots[1],
        )

    build.each_district(step)


def mark_migrants(build: Build, home: Dwellings) -> None:
    """Flag migrants, whole families and rooms, and those of them who are away."""
    counts = _count_kinds(build, home, 0)
    total = round(float(build.city.scalar("migrants")) * build.scale)
    total = min(total, int(build.n_district.sum()))
    share = np.array([1.0, build.value("migrant_elder_weight"), 0.0, 0.0])
    fixed = counts * [0, 0, build.value("migrant_dormitory"), build.value("migrant_campus")]
    if fixed.sum() > total:
        fixed *= total / fixed.sum()
    need = np.round(fixed).astype(np.int64)
    spread = margins.fill(
        total - int(need.sum()), (counts * share).ravel(), (counts - need).ravel()
    )
    _mark(build, home, types.MIGRANT, need + spread.reshape(need.shape), counts, _MIGRANTS)
    migrants = _count_kinds(build, home, types.MIGRANT)
    away = round(float(build.city.scalar("away_share")) * int(migrants.sum()))
    need = margins.fill(away, migrants.ravel(), migrants.ravel()).reshape(migrants.shape)
    _mark(build, home, types.AWAY, need, migrants, _AWAY)


def _count_kinds(build: Build, home: Dwellings, among: int) -> np.ndarray:
    counts = np.zeros((len(build.n_district), 4), np.int64)

    def step(d: int) -> None:
        attach.count_kinds(
            home.household_start,
            home.households(d),
            home.age,
            home.flags,
            int(home.campus_at[d]),
            among,
            counts[d],
        )

    build.each_district(step)
    return counts


def _mark(
    build: Build, home: Dwellings, flag: int, need: np.ndarray, of: np.ndarray, stream: int
) -> None:
    def step(d: int) -> None:
        plan = np.array([[flag, 0, 0, 0], need[d], of[d]], np.int64)
        attach.mark_households(
            home.household_start,
            home.households(d),
            home.age,
            home.flags,
            int(home.campus_at[d]),
            plan,
            build.base(stream, d),
        )

    build.each_district(step)


def site_ranks(build: Build, n_sites: int) -> np.ndarray:
    """Return the order in which sites file and resume, float32[site], uniform (0, 1)."""
    rank = kernels.uniforms(build.base(_RANK, 0), n_sites).astype(np.float32)
    return np.clip(rank, np.float32(1e-7), np.float32(1 - 1e-7))
