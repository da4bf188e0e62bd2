"""Classes and teams: sending everybody who learns to a school, everybody who works to a site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twofronts.city import residents_margins as margins
from twofronts.city import residents_schools as schooling
from twofronts.city import residents_work as work
from twofronts.city.residents_build import Build, Dwellings, starts
from twofronts.city.residents_random import Stream
from twofronts.city.residents_threads import on_threads
from twofronts.kernels import residents as kernels
from twofronts.kernels import residents_attach as attach
from twofronts.kernels import types
from twofronts.wording import Said

# ``group`` of everybody, and the resident in each slot
Slots = tuple[np.ndarray, np.ndarray]


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
    register: np.ndarray  # int64[workplace] row of the register, -1 if not of it


def build_places(build: Build, home: Dwellings, staff: np.ndarray) -> Places:
    """Send everybody who learns to a class, and everybody who works to a team.

    Workers' slots come first, then pupils', so that teams and classes number through.
    """
    order = schooling.nearest_first(build.city, work.distances(build.city))
    table = schooling.school_table(build.city, build.scale)
    enrolment, notes = schooling.enrol(table, home.dwellers, order)
    build.notes.extend(notes)
    schools = schooling.build_schools(table, enrolment)
    by_age = _workers_by_age(build, home, enrolment)
    commute = _commute(build, home, staff, by_age)
    sites = work.build_sites(
        build.city, staff, build.parameters, seed=build.seed, scale=build.scale
    )

    n_work, n_learn = int(sites.staff.sum()), int(schools.class_size.sum())
    member = np.empty(n_work + n_learn, np.int32)
    group = np.empty(home.age.size, np.int32)
    _attach_pupils(build, home, enrolment, schools, order, (group, member[n_work:]))
    slots = (group, member[:n_work])
    _attach_workers(build, home, commute, by_age, starts(staff.reshape(-1)), slots)
    return _number_through(build, home, sites, schools, commute, (group, member))


def _commute(
    build: Build, home: Dwellings, staff: np.ndarray, by_age: tuple[np.ndarray, np.ndarray]
) -> work.Commuting:
    caps, weights = by_age
    potential = np.array([caps.sum(1), np.round((caps * weights).sum(1))]).astype(np.int64)
    dormitory = _dormitory_staff(build, home, staff)
    commute, notes = work.commuting(build.city, staff, potential, dormitory, build.parameters)
    build.notes.extend(notes)
    return commute


def _number_through(
    build: Build,
    home: Dwellings,
    sites: work.Sites,
    schools: schooling.Schools,
    commute: work.Commuting,
    slots: Slots,
) -> Places:
    """Cut the slots into teams and classes, and tell everybody their group."""
    group, member = slots
    largest = np.full(sites.staff.size, int(build.value("team_size_max")))
    team_size, n_teams = work.split_evenly(sites.staff, largest)
    group_start = starts(np.concatenate([team_size, schools.class_size]), np.int32)
    per_site = np.concatenate([n_teams, schools.n_classes])
    site_start = starts(per_site, np.int32)
    cuts = np.linspace(0, group_start.size - 1, build.threads + 1).astype(int)

    def link(k: int) -> None:
        attach.link_groups(group_start, (int(cuts[k]), int(cuts[k + 1])), member, group)

    on_threads(link, range(build.threads), build.threads)
    hospitals = np.flatnonzero(sites.hospital)
    attach.mark_health_workers(hospitals, site_start, group_start, member, home.flags)
    n_district, n_schools = len(build.n_district), schools.district.size
    by_home = commute.flow + _on_diagonal(commute.dormitory, n_district)
    kinds = np.repeat([types.ENTERPRISE, types.SCHOOL_SITE], [sites.cell.size, n_schools])
    sectors = np.concatenate([sites.cell // n_district, np.full(n_schools, 255)])
    districts = np.concatenate([sites.cell % n_district, schools.district])
    return Places(
        group=group,
        group_start=group_start,
        group_member=member,
        group_site=np.repeat(np.arange(per_site.size), per_site).astype(np.int32),
        site_start=site_start,
        site_kind=kinds.astype(np.uint8),
        site_sector=sectors.astype(np.uint8),
        site_district=districts.astype(np.uint8),
        staff_by_home=by_home.reshape(n_district, -1, n_district).sum(2),
        share=commute.share,
        school_stage=schools.stage,
        n_work_sites=sites.cell.size,
        register=sites.register,
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
        build.notes.append(
            Said(
                f"{left:,} residents of dormitories have no job in their district",
                f"{left:,} 名宿舍居住者在本区无岗位",
            )
        )
    return np.array(out).T


def _workers_by_age(
    build: Build, home: Dwellings, enrolment: schooling.Enrolment
) -> tuple[np.ndarray, np.ndarray]:
    """Return family residents of 16 and over not at school, [district, 86], and weights by age."""
    caps = home.dwellers[:, kernels.FAMILY].copy()
    caps[:, attach.GRADE_FROM : attach.GRADE_TO + 1] -= enrolment.family
    caps[:, :16] = 0
    weights = np.zeros(margins.N_AGE)
    for a in (16, 20, 25, 50, 55, 60, 65, 70, 75):
        weights[a:] = build.value(f"employed.a{a}")
    return caps, weights


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
            build.base(Stream.PUPILS, d),
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
        attach.shuffle_cells(commute.flow[d], build.base(Stream.SHUFFLE, d), cell_of)
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
            build.base(Stream.WORKERS, d),
            build.base(Stream.SALT, 0),
            slots[0],
            slots[1],
        )

    build.each_district(step)


def site_ranks(build: Build, n_sites: int) -> np.ndarray:
    """Return the order in which sites file and resume, float32[site], uniform (0, 1)."""
    rank = kernels.uniforms(build.base(Stream.RANK, 0), n_sites).astype(np.float32)
    return np.clip(rank, np.float32(1e-7), np.float32(1 - 1e-7))
