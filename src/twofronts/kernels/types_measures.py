"""The arrays of the rulebook's kernels: the compiled rulebook, and what a draw remembers of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Grades of a district
LOW, MEDIUM, HIGH = 0, 1, 2
N_GRADE = 3

# Whom a burden falls on
NOBODY_BURDENED, RESIDENTS, WORKERS, PUPILS, ARRIVALS, HELD = 0, 1, 2, 3, 4, 5
N_GROUP = 6

# A level that is not given
NO_LEVEL = -1


class GradeRule(NamedTuple):
    """When a district is low, medium or high, and what counts as a cluster."""

    total: int  # cases above which a cluster makes a district high
    new_days: int  # days without a new case after which a district is low
    cluster_days: int  # days back in which a cluster counts
    cluster_size: int  # linked cases that make a cluster
    cluster_link_days: int  # days within which they must be reported
    cluster_households: int  # 1 if cases of one household alone make a cluster
    by_onset: int  # 1 if days are counted from onset, 0 from report


class SwitchRule(NamedTuple):
    """The trigger that moves a city between two sets of levels; ``used`` 0 if there is none."""

    used: int
    start_strict: int
    tighten_beds: float  # share of designated beds in use; inf: not watched
    tighten_r: float  # estimated reproduction number; inf: not watched
    relax_beds: float  # -inf: not watched
    relax_r: float
    min_days: int  # days between two switches


class SparseOverride(NamedTuple):
    """Levels of single compounds, enterprises or sectors; sorted by id, measure, first day."""

    id: np.ndarray  # int32[m]
    measure: np.ndarray  # int16[m]
    level: np.ndarray  # int8[m]
    first_day: np.ndarray  # int32[m]
    last_day: np.ndarray  # int32[m]


class RulebookArrays(NamedTuple):
    """A rulebook for one city, one start and a number of days.

    p: periods, m: measures, l: levels (the most any measure has), e: effects, d: districts,
    o: offsets, f: effects a measure can have, b: measures of which a checkpoint has its own level.
    """

    period_day: np.ndarray  # int32[p] first day of each period, the first is 0
    level: np.ndarray  # int8[p, grade, m]
    asked_level: np.ndarray  # int8[p, 6, m] level, by grade + 3 if the strict set is in force
    district_level: np.ndarray  # int8[p, d, m] NO_LEVEL: none
    blend_measure: np.ndarray  # int16[b]
    blend_share: np.ndarray  # float64[p, d, b, l] of the traffic at a level not the district's
    compound_level: SparseOverride
    site_level: SparseOverride
    sector_level: SparseOverride
    city_scope: np.ndarray  # uint8[m] 1: goes by the city's worst district
    notice: np.ndarray  # int16[m] days from a change of grade to the change of level
    dwell: np.ndarray  # int16[m] least days a level holds that a grade or the switch called for
    event_offset: np.ndarray  # int16[o] days after a change of grade on which some level may move
    city_offset: np.ndarray  # int16[o] the same, for the city's worst grade
    used: np.ndarray  # int16[m, f] effects that some level of a measure has; -1 ends the list
    effect: np.ndarray  # float64[m, l, e] central
    effect_weak: np.ndarray  # float64[m, l, e] end of the range at which the measure does least
    effect_strong: np.ndarray  # float64[m, l, e] end of the range at which it does most
    neutral: np.ndarray  # float64[e]
    combine: np.ndarray  # uint8[e] 0 product, 1 max, 2 min
    burden: np.ndarray  # float64[m, l] weighted person-days per affected person-day
    burden_group: np.ndarray  # uint8[m, l] whom it falls on
    relieved: np.ndarray  # uint8[m] 1: services to residents lift part of its burden
    finish: np.ndarray  # int16[6] freight_border, _inside, _delay, _restored, burden_relief, burden
    grades: GradeRule
    switch: SwitchRule


class GradeState(NamedTuple):
    """What has been reported so far, as far as grading asks. d: districts. Observed, never true."""

    total: np.ndarray  # int64[d] cases reported since the outbreak began
    last_case: np.ndarray  # int32[d] newest day with a new case
    last_cluster: np.ndarray  # int32[d] newest day with a cluster


class DecisionState(NamedTuple):
    """What one draw remembers of grades and levels. d: districts; column d of two: the whole city.

    t: days of the run, x: longest offset of an event.
    """

    asked: np.ndarray  # uint8[t, d + 1] which of the six sets is asked for: grade + 3 if strict
    last_asked: np.ndarray  # int32[t, d + 1, 6] newest day up to t on which each set was asked for
    due: np.ndarray  # uint8[t + x, d + 1] 1: some level may move on that day
    level: np.ndarray  # int8[d, m] in force
    strict: np.ndarray  # int32[2] 1 if the strict set is in force; day of the last switch
    period: np.ndarray  # int32[1] current period
