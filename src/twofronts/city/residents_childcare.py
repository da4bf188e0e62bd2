"""Who would have to stay at home with a child whose school is shut: counted from the residents."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from twofronts.kernels.types import COLLECTIVE, ENTERPRISE, ResidentArrays

# Children old enough for a kindergarten and too young to be left alone all day
YOUNGEST, OLDEST = 3, 11
# Grown up
ADULT = 18


def minding_shares(a: ResidentArrays, staff: np.ndarray) -> np.ndarray:
    """Return the share of staff who would have to mind a child whose school is shut.

    A household with a child of 3 to 11 needs one of its workers at home unless a grown-up lives
    with it who has no job and is not a student. Which of the workers it is counts equally. Kin who
    live elsewhere do not count here; ``labour.childcare`` takes off what they and others do.

    Parameters
    ----------
    a : ResidentArrays
    staff : int64[sector, district]
        By place of work. [persons]

    Returns
    -------
    float64[sector, district]
        By place of work. [1]
    """
    n_sector, n_district = staff.shape
    # the cell where each group works, -1 at schools; the last entry is for those without a group
    cell = a.site_sector.astype(np.int64) * n_district + a.site_district
    cell = np.append(np.where(a.site_kind == ENTERPRISE, cell, -1)[a.group_site], -1)
    needed = np.zeros(n_sector * n_district)
    for first, last in pairwise(a.district_start.astype(np.int64)):
        if last == first:
            continue
        age, here = a.age[first:last], slice(first, last)
        works = cell[a.group[here]]
        child = (age >= YOUNGEST) & (age <= OLDEST)
        idle = (age >= ADULT) & (a.group[here] < 0)
        household = a.household[here] - a.household[first]
        size = int(household[-1]) + 1
        workers = np.bincount(household, works >= 0, minlength=size)
        need = np.bincount(household, child, minlength=size) > 0
        need &= (np.bincount(household, idle, minlength=size) == 0) & (workers > 0)
        need &= np.bincount(household, a.flags[here] & COLLECTIVE, minlength=size) == 0
        minds = (works >= 0) & need[household]
        needed += np.bincount(works[minds], 1.0 / workers[household[minds]], minlength=needed.size)
    needed = needed.reshape(n_sector, n_district)
    return np.divide(needed, staff, out=np.zeros_like(needed), where=staff > 0)
