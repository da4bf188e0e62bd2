"""Attaching residents to schools and workplaces, and saying who is a migrant and who is away.

Every place at a school or workplace is a slot; the slots of one class or team are neighbours. How
many residents of a district go to each cell (sector or stage, and district) is settled before;
here each resident takes one slot, and no two threads can take the same one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twofronts.kernels.jit import kernel
from twofronts.kernels.residents import unit, word
from twofronts.kernels.rng import mix
from twofronts.kernels.types import AWAY, COLLECTIVE, HEALTH_WORKER, MIGRANT, NOBODY

# Grades of schooling by year of age: 3 is the first year of kindergarten, 24 and over the last
GRADE_FROM, GRADE_TO = 3, 24
N_GRADE = GRADE_TO - GRADE_FROM + 1
TERTIARY_FROM = 18
DORMITORY_WORK_FROM, DORMITORY_WORK_TO = 16, 74

PUPIL, WORKER = -2, -3  # marks in ``group`` until the group is known

_GOLD = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(1)


class PupilPlan(NamedTuple):
    """Where a district's pupils go. The ``need`` and ``flow`` arrays are used up by the kernel."""

    need_family: np.ndarray  # int64[N_GRADE] pupils to draw from families
    of_family: np.ndarray  # int64[N_GRADE] residents of families to draw them from
    need_campus: np.ndarray  # int64[N_GRADE] pupils to draw from campuses
    of_campus: np.ndarray  # int64[N_GRADE]
    flow: np.ndarray  # int64[N_GRADE, district] pupils still to send to each district
    rank: np.ndarray  # int64[N_GRADE, district] next rank among that district's pupils
    order: np.ndarray  # int64[district] districts, the nearest first


class Cohorts(NamedTuple):
    """The slots of schools, by grade and district. k: cohorts, one grade of one school."""

    pupils: np.ndarray  # int64[N_GRADE, district] pupils of a grade in a district's schools
    schools: np.ndarray  # int64[N_GRADE, district] schools that have the grade
    first: np.ndarray  # int64[N_GRADE, district] its first school
    slot: np.ndarray  # int64[school, N_GRADE] first slot of a grade of a school


class WorkPlan(NamedTuple):
    """Where a district's workers go. ``need`` arrays are used up by the kernel."""

    need: np.ndarray  # int64[86] workers to draw from families
    of: np.ndarray  # int64[86] residents of families, not at school, to draw them from
    cell_of: np.ndarray  # uint16[workers from families] cells, shuffled
    rank: np.ndarray  # int64[cell] next rank in each cell
    cell_slot: np.ndarray  # int64[cell + 1] first slot of each cell
    cell_dormitory: np.ndarray  # int64[cell] slots at its beginning kept for dormitories
    dormitory_cell: np.ndarray  # int64[w] cells that the dormitories' workers fill, in order
    dormitory_count: np.ndarray  # int64[w] slots each of them takes


@kernel
def shuffle_cells(flow, base, cell_of):
    """List each cell as often as its flow says, in random order (Fisher-Yates).

    Parameters
    ----------
    flow : int64[cell]
        Workers of one district going to each cell.
    base : uint64
        Start of a random sequence.
    cell_of : uint16[sum of flow]
        Out.
    """
    j = 0
    for c in range(flow.size):
        for _ in range(flow[c]):
            cell_of[j] = c
            j += 1
    for j in range(cell_of.size - 1, 0, -1):
        k = int(unit(word(base, j)) * (j + 1))
        cell_of[j], cell_of[k] = cell_of[k], cell_of[j]


@kernel
def permute(rank, n, salt):
    """Return the place of ``rank`` in a fixed random order of 0 .. n - 1, without storing it.

    Rounds of multiplication and shift are one-to-one on k bits; a value outside the range walks on
    until it falls inside.

    Parameters
    ----------
    rank, n : int
        ``0 <= rank < n``.
    salt : uint64
        Chooses the order.

    Returns
    -------
    int
    """
    bits = 2
    while (1 << bits) < n:
        bits += 1
    mask = (_ONE << np.uint64(bits)) - _ONE
    shift = np.uint64((bits + 1) // 2)
    x = np.uint64(rank)
    odd = (mix(salt) | _ONE) & mask
    more = mix(salt + _GOLD)
    while True:
        for _ in range(4):
            x = ((x + more) * odd) & mask
            x ^= x >> shift
        if x < np.uint64(n):
            return int(x)


@kernel
def attach_pupils(age, flags, campus_at, plan, cohorts, base, group, slot_member):
    """Choose a district's pupils and give each a slot in a school.

    Residents are taken in order of residence, so a school's pupils come from neighbouring
    compounds; inside a school's grade the order is random, and classes follow the slots.

    Parameters
    ----------
    age, flags : uint8[n]
        Of everybody.
    campus_at : tuple of int
        First resident of the district, of its campuses, and of the next district.
    plan : PupilPlan
    cohorts : Cohorts
    base : uint64
        Start of the district's random sequence.
    group : int32[n]
        Out: ``PUPIL`` for those chosen, else ``NOBODY``.
    slot_member : int32[slots of schools]
        Out: the resident in each slot.
    """
    first, campus, end = campus_at
    for i in range(first, end):
        group[i] = NOBODY
        on_campus = i >= campus
        a = age[i]
        if (flags[i] & COLLECTIVE and not on_campus) or (a < GRADE_FROM and not on_campus):
            continue
        if a > GRADE_TO and not on_campus:
            continue
        g = min(max(a, TERTIARY_FROM if on_campus else GRADE_FROM), GRADE_TO) - GRADE_FROM
        need = plan.need_campus if on_campus else plan.need_family
        of = plan.of_campus if on_campus else plan.of_family
        chosen = unit(word(base, i - first)) * of[g] < need[g]
        of[g] -= 1
        if not chosen:
            continue
        need[g] -= 1
        k = 0
        while plan.flow[g, plan.order[k]] == 0:
            k += 1
        d = plan.order[k]
        plan.flow[g, d] -= 1
        r = plan.rank[g, d]
        plan.rank[g, d] += 1
        m, n_school = cohorts.pupils[g, d], cohorts.schools[g, d]
        j = ((r + 1) * n_school - 1) // m
        low, high = j * m // n_school, (j + 1) * m // n_school
        school = cohorts.first[g, d] + j
        salt = np.uint64(school) * np.uint64(N_GRADE) + np.uint64(g)
        place = permute(r - low, high - low, mix(salt + _GOLD))
        slot_member[cohorts.slot[school, g] + place] = i
        group[i] = PUPIL


@kernel
def attach_workers(age, flags, campus_at, plan, base, salt, group, slot_member):
    """Choose a district's workers and give each a slot at a workplace.

    Workers of dormitories take slots in order, so that those who live together work together;
    everybody else takes a random slot of a random cell, as the flows say.

    Parameters
    ----------
    age, flags : uint8[n]
        Of everybody.
    campus_at : tuple of int
        First resident of the district, of its campuses, and of the next district.
    plan : WorkPlan
    base : uint64
        Start of the district's random sequence.
    salt : uint64
        Chooses the order of slots in every cell; the same for all districts.
    group : int32[n]
        In: ``PUPIL`` for pupils; out: ``WORKER`` for those chosen.
    slot_member : int32[slots of workplaces]
        Out: the resident in each slot.
    """
    first, campus, _ = campus_at
    taken, w, used = 0, 0, 0
    for i in range(first, campus):
        a = age[i]
        if flags[i] & COLLECTIVE:
            if not DORMITORY_WORK_FROM <= a <= DORMITORY_WORK_TO:
                continue
            while w < plan.dormitory_count.size and used == plan.dormitory_count[w]:
                w += 1
                used = 0
            if w == plan.dormitory_count.size:
                continue
            slot = plan.cell_slot[plan.dormitory_cell[w]] + used
            used += 1
        else:
            if group[i] == PUPIL or plan.of[a] == 0:
                continue
            chosen = unit(word(base, i - first)) * plan.of[a] < plan.need[a]
            plan.of[a] -= 1
            if not chosen:
                continue
            plan.need[a] -= 1
            c = plan.cell_of[taken]
            taken += 1
            begin = plan.cell_slot[c] + plan.cell_dormitory[c]
            rank = plan.rank[c]
            plan.rank[c] += 1
            slot = begin + permute(rank, plan.cell_slot[c + 1] - begin, salt + np.uint64(c))
        slot_member[slot] = i
        group[i] = WORKER


@kernel
def link_groups(group_start, groups, group_member, group):
    """Write into each member's ``group`` the group that holds them.

    Parameters
    ----------
    group_start : int32[g + 1]
    groups : tuple of int
        First group and the one after the last.
    group_member : int32[slots]
    group : int32[n]
        Out.
    """
    for g in range(groups[0], groups[1]):
        for k in range(group_start[g], group_start[g + 1]):
            group[group_member[k]] = g


@kernel
def mark_health_workers(sites, arrays_site_start, group_start, group_member, flags):
    """Flag the staff of hospitals.

    Parameters
    ----------
    sites : int64[hospitals]
        Their sites.
    arrays_site_start, group_start, group_member
        As in ``ResidentArrays``.
    flags : uint8[n]
        Out, ``HEALTH_WORKER`` added.
    """
    for s in sites:
        low = group_start[arrays_site_start[s]]
        for k in range(low, group_start[arrays_site_start[s + 1]]):
            flags[group_member[k]] |= HEALTH_WORKER


@kernel
def _household_kind(starts, h, age, flags, campus):
    """Return 0 for a family without an elder, 1 for one with, 2 for a dormitory, 3 for a campus."""
    if flags[starts[h]] & COLLECTIVE:
        return 3 if starts[h] >= campus else 2
    for i in range(starts[h], starts[h + 1]):
        if age[i] >= 60:
            return 1
    return 0


@kernel
def count_kinds(starts, households, age, flags, campus, among, counts):
    """Count a district's residents by kind of household.

    Parameters
    ----------
    starts : int32[h + 1]
    households : tuple of int
        First household of the district and the one after its last.
    age, flags : uint8[n]
    campus : int
        First resident of the campuses.
    among : int
        Only households with this flag; 0 for all.
    counts : int64[4]
        Out, added to: families without an elder, with one, dormitories, campuses.
    """
    for h in range(households[0], households[1]):
        if flags[starts[h]] & among != among:
            continue
        counts[_household_kind(starts, h, age, flags, campus)] += starts[h + 1] - starts[h]


@kernel
def mark_households(starts, households, age, flags, campus, plan, base):
    """Flag whole households, of four kinds, until so many of their residents are flagged.

    First migrants are chosen among all households, then those away among the migrants: whole
    households, so that the members of one are all away or all here. Each kind's number is met to
    within one household.

    Parameters
    ----------
    starts : int32[h + 1]
    households : tuple of int
        First household of the district and the one after its last.
    age : uint8[n]
    flags : uint8[n]
        Out, ``MIGRANT`` or ``AWAY`` added.
    campus : int
        First resident of the campuses.
    plan : int64[3, 4]
        The flag and, for each kind, how many residents to flag and of how many. Used up.
    base : uint64
        Start of the district's random sequence.
    """
    flag = plan[0, 0]
    for h in range(households[0], households[1]):
        if flag == AWAY and flags[starts[h]] & MIGRANT == 0:
            continue
        kind = _household_kind(starts, h, age, flags, campus)
        size = starts[h + 1] - starts[h]
        need, of = plan[1, kind], plan[2, kind]
        # at most half a household over: the last one is taken if that comes nearer
        chosen = 2 * need > size and unit(word(base, h - households[0])) * of < need
        if need > 0 and (chosen or of - size < need - size // 2):
            flags[starts[h] : starts[h + 1]] |= np.uint8(flag)
            plan[1, kind] -= size
        plan[2, kind] -= size


@kernel
def count_away_staff(sites, site_start, site_cell, group_start, group_member, flags, counts):
    """Count the staff who are away, by cell.

    Parameters
    ----------
    sites : tuple of int
        First workplace and the one after the last.
    site_start, group_start, group_member
        As in ``ResidentArrays``.
    site_cell : int64[s]
    flags : uint8[n]
    counts : int64[cell]
        Out, added to.
    """
    for s in range(sites[0], sites[1]):
        low = group_start[site_start[s]]
        for k in range(low, group_start[site_start[s + 1]]):
            if flags[group_member[k]] & AWAY:
                counts[site_cell[s]] += 1


@kernel
def count_ties(residents, household_start, age, flags, group, group_kind, counts):
    """Count, by age, what contacts follow from.

    Parameters
    ----------
    residents : household_range
        First household and the one after the last.
    household_start : int32[h + 1]
    age, flags : uint8[n]
    group : int32[n]
    group_kind : int8[g]
        0 for a team, 1 to 4 for a class of that stage.
    counts : int64[9, 86]
        Out, added to. Rows: residents of families, and the members of their households apart from
        themselves; the same two for dormitories and campuses; workers; pupils of the four stages.
    """
    for h in range(residents[0], residents[1]):
        size = household_start[h + 1] - household_start[h]
        for i in range(household_start[h], household_start[h + 1]):
            a = age[i]
            row = 2 if flags[i] & COLLECTIVE else 0
            counts[row, a] += 1
            counts[row + 1, a] += size - 1
            if group[i] >= 0:
                counts[4 + group_kind[group[i]], a] += 1
