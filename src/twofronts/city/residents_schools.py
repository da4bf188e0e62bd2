"""Schools: how many residents learn, at which stage, in which district, and in which class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from twofronts.city.residents_margins import fill, largest_remainder, positions, round_matrix
from twofronts.city.residents_work import split_evenly
from twofronts.kernels.residents import CAMPUS, FAMILY
from twofronts.kernels.residents_attach import GRADE_FROM, GRADE_TO, N_GRADE, TERTIARY_FROM
from twofronts.wording import Said

if TYPE_CHECKING:
    from twofronts.city.schema import City

STAGES = ("kindergarten", "primary", "secondary", "tertiary")
STAGES_ZH = {
    "kindergarten": "幼儿园", "primary": "小学", "secondary": "中学", "tertiary": "高等院校",
}  # fmt: skip
STAGE_OF_GRADE = np.repeat(np.arange(4), [3, 6, 6, 7])  # ages 3-5, 6-11, 12-17, 18-24
# Who is enrolled where a stage has fewer places than residents of its ages: everybody of the years
# of compulsory schooling, then the other years of age by this weight (assumed)
COMPULSORY = (STAGE_OF_GRADE == 1) | ((STAGE_OF_GRADE == 2) & (np.arange(N_GRADE) < 12))
WEIGHT = np.array([2, 3, 3] + [1] * 12 + [3, 4, 4, 3, 2, 1, 0.5], float)


@dataclass(frozen=True)
class SchoolTable:
    """Schools, pupils and class sizes by stage and district, [stage, district]."""

    pupils: np.ndarray  # int64
    sites: np.ndarray  # int64
    class_size: np.ndarray  # int64


@dataclass(frozen=True)
class Enrolment:
    """Pupils by home and school.

    ``family`` and ``campus`` [district, grade] live in families and on campuses;
    ``flow[home, grade, district of the school]``.
    """

    family: np.ndarray  # int64
    campus: np.ndarray  # int64
    flow: np.ndarray  # int64


@dataclass(frozen=True)
class Schools:
    """The slots of schools: in order of stage, district, school, grade, class."""

    pupils: np.ndarray  # int64[N_GRADE, district]
    schools: np.ndarray  # int64[N_GRADE, district]
    first: np.ndarray  # int64[N_GRADE, district]
    slot: np.ndarray  # int64[school, N_GRADE]
    class_size: np.ndarray  # int64[class] pupils of each class
    n_classes: np.ndarray  # int64[school]
    district: np.ndarray  # int64[school]
    stage: np.ndarray  # int64[school]


def school_table(city: City, scale: float) -> SchoolTable:
    """Return the city's schools at a scale; every stage and district with pupils has a school."""
    districts = city.district_codes
    pupils = np.zeros((4, len(districts)))
    sites = np.zeros((4, len(districts)))
    size = np.full((4, len(districts)), 40.0)
    table = city.schools
    if table is not None and len(table):
        s, d = positions(STAGES, table["stage"]), positions(districts, table["district"])
        np.add.at(pupils, (s, d), table["pupils"].to_numpy(float))
        np.add.at(sites, (s, d), table["n_sites"].to_numpy(float))
        size[s, d] = table["class_size"].to_numpy(float)
    whole = np.zeros(pupils.shape, np.int64)
    for k in range(4):
        whole[k] = largest_remainder(pupils[k], int(round(pupils[k].sum() * scale)))
    n_sites = np.where(whole > 0, np.maximum(np.round(sites * scale), 1), 0).astype(np.int64)
    return SchoolTable(whole, n_sites, np.maximum(np.round(size), 1).astype(np.int64))


def nearest_first(city: City, distance: np.ndarray) -> np.ndarray:
    """Return districts by nearness to each: itself, neighbours, others; int64[district, district].

    Parameters
    ----------
    city : City
    distance : float64[district, district]
        [km]
    """
    codes = city.district_codes
    n = len(codes)
    rank = np.full((n, n), 2.0)
    table = city.neighbours
    if table is not None and len(table):
        a, b = positions(codes, table["district_a"]), positions(codes, table["district_b"])
        rank[a, b] = rank[b, a] = 1.0
    np.fill_diagonal(rank, 0.0)
    return np.lexsort((distance, rank), axis=1).astype(np.int64)


def enrol(
    table: SchoolTable, dwellers: np.ndarray, order: np.ndarray
) -> tuple[Enrolment, tuple[str, ...]]:
    """Settle how many residents of each district and grade learn, and where.

    Schools take pupils of their own district first, then of neighbouring districts, then of the
    others, nearest first.

    Parameters
    ----------
    table : SchoolTable
    dwellers : int64[district, dwelling, 86]
        Residents by dwelling and age.
    order : int64[district, district]
        For each district, all districts by nearness.

    Returns
    -------
    Enrolment, tuple of str
        Notes say where a stage has more places than residents of its ages.
    """
    n = dwellers.shape[0]
    of_family = dwellers[:, FAMILY, GRADE_FROM : GRADE_TO + 1]
    on_campus = np.array([campus_grades(row) for row in dwellers[:, CAMPUS]])
    family = np.zeros((n, N_GRADE), np.int64)
    campus = np.zeros((n, N_GRADE), np.int64)
    flow = np.zeros((n, N_GRADE, n), np.int64)
    notes: list[str] = []
    for s, name in enumerate(STAGES):
        grades = np.flatnonzero(s == STAGE_OF_GRADE)
        supply = (of_family + on_campus)[:, grades].sum(1)
        sent = _send(supply, table.pupils[s], order)
        missing = int(table.pupils[s].sum() - sent.sum())
        if missing > 0:
            places = f"{table.pupils[s].sum():,}"
            notes.append(
                Said(
                    f"{name}: {missing:,} of {places} places stay empty, "
                    "as there are fewer residents of its ages",
                    f"{STAGES_ZH[name]}：该年龄段居民不足，{places} 个学位中 {missing:,} 个空置",
                )
            )
        for d in range(n):
            total = int(sent[d].sum())
            campus[d, grades] = fill(
                min(total, int(on_campus[d, grades].sum())),
                on_campus[d, grades],
                on_campus[d, grades],
            )
            rest = total - int(campus[d, grades].sum())
            caps = of_family[d, grades]
            family[d, grades] = _by_weight(rest, caps, grades)
            pupils = family[d, grades] + campus[d, grades]
            exact = pupils[:, None] * sent[d][None, :] / max(total, 1)
            flow[d, grades] = round_matrix(exact, pupils, sent[d])
    return Enrolment(family, campus, flow), tuple(notes)


def campus_grades(by_age: np.ndarray) -> np.ndarray:
    """Return the residents of campuses by grade: every one of them is a student, of any age.

    Parameters
    ----------
    by_age : int64[86]

    Returns
    -------
    int64[N_GRADE]
    """
    grade = np.clip(np.arange(by_age.size), TERTIARY_FROM, GRADE_TO) - GRADE_FROM
    return np.bincount(grade, by_age, N_GRADE).astype(np.int64)


def _by_weight(total: int, caps: np.ndarray, grades: np.ndarray) -> np.ndarray:
    must = np.where(COMPULSORY[grades], caps, 0)
    out = fill(total, must, must)
    return out + fill(total - int(out.sum()), WEIGHT[grades] * caps, caps - out)


def _send(supply: np.ndarray, places: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Match residents with places, nearest districts first; int64[home, school]."""
    n = supply.size
    sent = np.zeros((n, n), np.int64)
    left, free = supply.astype(np.int64).copy(), places.astype(np.int64).copy()
    for k in range(n):
        for d in range(n):
            to = order[d, k]
            step = min(left[d], free[to])
            sent[d, to] += step
            left[d] -= step
            free[to] -= step
    return sent


def build_schools(table: SchoolTable, enrolment: Enrolment) -> Schools:
    """Split every stage's pupils over equal schools, and each school's grades into classes."""
    pupils = enrolment.flow.sum(0)  # [grade, district]
    n_district = pupils.shape[1]
    stage, district = (x.ravel() for x in np.indices((4, n_district)))
    n_sites = np.where(_by_stage(pupils) > 0, table.sites, 0)
    owner = np.repeat(np.arange(4 * n_district), n_sites.ravel())
    first = np.concatenate([[0], np.cumsum(n_sites.ravel())])[:-1].reshape(4, n_district)
    j = np.arange(owner.size) - first.ravel()[owner]
    here = STAGE_OF_GRADE[None, :] == stage[owner][:, None]
    m = np.where(here, pupils[:, district[owner]].T, 0)  # [school, grade]
    n = n_sites.ravel()[owner][:, None]
    size = (j[:, None] + 1) * m // n - j[:, None] * m // n
    slot = np.concatenate([[0], np.cumsum(size.ravel())])[:-1].reshape(size.shape)
    largest = np.repeat(table.class_size.ravel()[owner], N_GRADE)
    class_size, n_parts = split_evenly(size.ravel(), largest)
    return Schools(
        pupils=pupils,
        schools=n_sites[STAGE_OF_GRADE],
        first=first[STAGE_OF_GRADE],
        slot=slot,
        class_size=class_size,
        n_classes=n_parts.reshape(size.shape).sum(1),
        district=district[owner],
        stage=stage[owner],
    )


def _by_stage(by_grade: np.ndarray) -> np.ndarray:
    return np.array([by_grade[s == STAGE_OF_GRADE].sum(0) for s in range(4)])
