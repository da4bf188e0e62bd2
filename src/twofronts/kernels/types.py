"""The arrays that kernels share: NamedTuples of NumPy arrays, which Numba takes as they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Settings, in the order of every [setting] axis
HOME, WORK, SCHOOL, COMMUNITY = 0, 1, 2, 3
N_SETTING = 4
# Where front one has somebody infected besides: by kin of another household, or on the same floor
KIN = 4
N_MET = 5

# Flags of a resident (bits of ``Residents.flags``)
MIGRANT, AWAY, COLLECTIVE, HEALTH_WORKER = 1, 2, 4, 8

# Kinds of site
ENTERPRISE, SCHOOL_SITE = 0, 1

NOBODY = -1


class ResidentArrays(NamedTuple):
    """Every resident of a city. Sorted by district, compound, household: members are neighbours.

    n: residents, h: households, c: compounds, g: groups (teams and classes), s: sites.
    Ranges are half-open, ``start[i]:start[i + 1]``.
    """

    age: np.ndarray  # uint8[n] years, 85 stands for 85 and over
    flags: np.ndarray  # uint8[n] MIGRANT | AWAY | COLLECTIVE | HEALTH_WORKER
    household: np.ndarray  # int32[n]
    group: np.ndarray  # int32[n] team or class, NOBODY if neither works nor learns
    household_start: np.ndarray  # int32[h + 1] into residents
    household_compound: np.ndarray  # int32[h]
    compound_start: np.ndarray  # int32[c + 1] into residents
    compound_district: np.ndarray  # uint8[c]
    district_start: np.ndarray  # int32[district + 1] into residents
    group_start: np.ndarray  # int32[g + 1] into group_member
    group_member: np.ndarray  # int32[attached residents]
    group_site: np.ndarray  # int32[g]
    site_start: np.ndarray  # int32[s + 1] into groups: the groups of one site are neighbours
    site_kind: np.ndarray  # uint8[s] ENTERPRISE or SCHOOL_SITE
    site_sector: np.ndarray  # uint8[s] index into the city's sectors; schools: 255
    site_district: np.ndarray  # uint8[s]
    site_rank: np.ndarray  # float32[s] uniform (0, 1): the order in which sites file and resume
    travel: np.ndarray  # float64[district, district] where community contacts fall; rows sum to 1
