"""The arrays of front one: what a draw reads, what it remembers, and where it writes.

A draw keeps one record for each person it touches (infected, or held as a contact) and nothing for
anybody else. A resident's ``state`` byte says all that others must know of them: the low four bits
are the course of infection, the high four the place they are kept in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Course of an infection: the low four bits of the state byte, in the order of every [stage] axis
SUSCEPTIBLE, NEW, EXPOSED, INFECTIOUS, IMMUNE, DEAD = 0, 1, 2, 3, 4, 5
N_STAGE = 6
STAGE_BITS = 15

# Where somebody is kept: the high four bits
FREE, HELD_HOME, HELD_CENTRAL, ISOLATED, WARD, ICU, BURIED = 0, 1, 2, 3, 4, 5, 6
N_PLACE = 7
PLACE_SHIFT = 4

# Traits drawn at infection
ASYMPTOMATIC, SEVERE, CRITICAL, FATAL = 1, 2, 4, 8
# Somebody who came as a traveller and goes to no place of work or school
AT_LEISURE = 16

# Marks that a course leaves
QUEUED, CONFIRMED, FOUND, WITHOUT_BED, WITHOUT_ICU, IMPORTED, ATTENDED, EVER_HELD = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
    128,
)

# Source of an infection where it is not a person
FROM_START, FROM_ARRIVAL = -2, -3

NEVER = 32000

# What a day can have in store for a record, in the order of the calendar
(
    TO_INFECTIOUS,
    TO_ONSET,
    TO_VISIT,
    TO_RESULT,
    TO_REPORT,
    TO_TRACE,
    TO_RELEASE,
    TO_SEVERE,
    TO_ICU,
    TO_OUTCOME,
    TO_DISCHARGE,
    TO_DEATH_REPORT,
    TO_SEARCH,
) = range(13)
N_KIND = 13

# Streams of random numbers
(
    STREAM_DRAW,
    STREAM_MEASURE,
    STREAM_TRAITS,
    STREAM_EVENTS,
    STREAM_CARE,
    STREAM_TEST,
    STREAM_TRACE,
    STREAM_NAMED,
    STREAM_HOLD,
    STREAM_PLACE,
    STREAM_ARRIVE,
    STREAM_START,
    STREAM_REPORT,
    STREAM_OUTCOME,
    STREAM_PARAMETER,
    STREAM_SHUT,
    STREAM_WAIT,
    STREAM_SEARCH,
    STREAM_STAY,
    STREAM_KIN,
) = range(101, 121)
# Whether a migrant is back: the draw's luck, the same for everybody who asks on any day
STREAM_RETURN = 7

# Days of the infectiousness profile: onset lies at index BEFORE
BEFORE = 3
N_PROFILE = 18
# Days before the start that the initial infections may lie back
MAX_BACK = 45
N_AGE = 86

PERSON = np.dtype(
    [
        ("person", np.int32),
        ("source", np.int32),  # person, or FROM_START, FROM_ARRIVAL
        ("child", np.int32),  # record + 1 of the person last infected by this one
        ("sibling", np.int32),  # record + 1 of the next one infected by the same source
        ("row", np.int32),  # row of effects at home: district, or compound with levels of its own
        ("site_row", np.int32),  # row of effects at the site
        ("site", np.int32),  # workplace or school, NOBODY if none
        ("group", np.int32),  # team or class there, NOBODY if none
        ("compound", np.int32),
        ("infectivity", np.float32),  # against the mean, over the profile from the first day
        ("infected", np.int16),
        ("onset", np.int16),
        ("last", np.int16),  # last infectious day
        ("confirmed", np.int16),
        ("isolated", np.int16),  # first day kept apart, as a contact or as a case
        ("release", np.int16),  # from quarantine
        ("event", np.int16),  # that infected, within day and setting; of an arrival the day it came
        ("district", np.uint8),
        ("age", np.uint8),
        ("stage", np.uint8),
        ("place", np.uint8),
        ("traits", np.uint8),
        ("marks", np.uint8),
        ("setting", np.uint8),
        ("kind", np.uint8),  # of the site
    ],
    align=True,
)

# An event of transmission, waiting for a look at whom it meets
EVENT = np.dtype(
    [
        ("u", np.float64),  # infects if below the susceptibility of the one it meets
        ("at", np.int32),  # whom it meets; at work and school first where they stand in the list
        ("who", np.int32),  # record of the source
        ("number", np.int32),  # within source, day and setting
        ("kind", np.int32),  # setting, with INSIDE for events within the compound
    ],
    align=True,
)
INSIDE = 8
# Events looked at together: as many as a core's cache holds beside what they touch
N_TOGETHER = 1024

# Parameters that differ between draws, in the order of the fields of ``PAR``
PAR_FIELDS = (
    "transmission",  # d: infections per daily contact over a whole course, target of age 15-64
    "home_weight",
    "k",  # dispersion of individual infectiousness
    "within_compound",
    "across_site",
    "mask_effect",
    "incubation_meanlog",
    "incubation_sdlog",
    "profile_shape",
    "profile_mean",
    "asymptomatic_share",
    "asymptomatic_infectiousness",
    "child_susceptibility",
    "elder_susceptibility",
    "seek_share",
    "care_scale",
    "care_shape",
    "test_delay",
    "sensitivity",
    "detectable_after",
    "background_tests",
    "report_delay",
    "death_report_delay",
    "trace_home",
    "trace_team",
    "trace_community",
    "trace_source",
    "trace_kin",
    "named_contacts",
    "contacts_per_tracer",
    "quarantine_days",
    "held_test_share",
    "severe_delay",
    "critical_share",
    "icu_delay",
    "death_delay",
    "stay_days",
    "no_bed_factor",
    "no_icu_factor",
    "severe_scale",
    "prevalence_scale",
    "at_work",  # share of infected travellers who go to a place of work or school
    "companions",  # chance that a member of the household came along, infected too
    "caution",  # share of contacts in the community given up where caution is full
    "caution_half_life",
)
PAR = np.dtype([(name, np.float64) for name in PAR_FIELDS])

# Counters of a draw, in the order of ``Scratch.n``
(
    N_PEOPLE,
    N_INFECTIOUS,
    N_FRESH,
    N_WAITING,
    QUEUE_HEAD,
    QUEUE_TAIL,
    N_NODES,
    FREE_NODE,
    N_HELD_UNINFECTED,
    N_TESTS,
    N_TRACED,
    N_ARRIVED,
    N_HELD_TRAVELLERS,
    N_EVENTS,
    TOUCHED,
    N_COUNTED,
    N_FOUND_TRAVELLERS,
    N_CALLED,
) = range(18)
N_COUNTER = 18


# Effects that front one asks for, in the order of ``World.fx``; names as in measures.effects
EPIDEMIC_EFFECTS = (
    "contacts_home",
    "contacts_work",
    "contacts_school",
    "contacts_community",
    "travel",
    "mask_use",
    "arrivals",
    "arrivals_risk",
    "screening",
    "arrival_quarantine",
    "arrival_search",
    "care_seeking",
    "test_delay",
    "test_capacity",
    "trace_coverage",
    "trace_delay",
    "tracers",
    "quarantine_home",
    "quarantine_places",
    "isolation_leak",
    "attend_school",
    "compound_shut",
    "beds",
    "attend_essential",
    "attend_industry",
    "attend_services",
)
(
    FX_HOME,
    FX_WORK,
    FX_SCHOOL,
    FX_COMMUNITY,
    FX_TRAVEL,
    FX_MASK,
    FX_ARRIVALS,
    FX_ARRIVALS_RISK,
    FX_SCREENING,
    FX_ARRIVAL_QUARANTINE,
    FX_SEARCH,
    FX_CARE,
    FX_TEST_DELAY,
    FX_TEST_CAPACITY,
    FX_COVERAGE,
    FX_TRACE_DELAY,
    FX_TRACERS,
    FX_HOLD_HOME,
    FX_PLACES,
    FX_LEAK,
    FX_ATTEND_SCHOOL,
    FX_SHUT,
    FX_BEDS,
    FX_ATTEND_STAFF,
) = range(24)


# Kinds of extra rows
ROW_COMPOUND, ROW_SITE, ROW_SECTOR = 0, 1, 2


class World(NamedTuple):
    """What every draw reads and nobody writes. n: residents, d: districts, t: days, x: extra rows.

    Shares of a day and capacities are of the city as it is at the start; measures scale them.
    """

    fx: np.ndarray  # int64[len(EPIDEMIC_EFFECTS)] where each effect lies on the [effect] axis
    contact_rate: np.ndarray  # float64[86, met] persons/d, kin after the four settings
    kin_circle: np.ndarray  # int64[2] families of a circle of kin: in a district, in the city
    severe_prob: np.ndarray  # float64[86] severe, of all infections
    fatal_prob: np.ndarray  # float64[86] dies, of all infections
    population: np.ndarray  # float64[d] persons
    travel_cumulative: np.ndarray  # float64[d, d] row sums of residents.travel, the last 1
    district_cumulative: np.ndarray  # float64[d] of residents, the last 1
    staff: np.ndarray  # float64[s, d] ordinary staff by place of work, persons
    workers: np.ndarray  # float64[d] by place of work
    pupils: np.ndarray  # float64[d] by place of school
    compound_row: np.ndarray  # int32[c] row of effects
    site_row: np.ndarray  # int32[sites] row of effects; empty if no site has levels of its own
    row_place: np.ndarray  # int32[x] compound, site or sector of each extra row
    row_district: np.ndarray  # int32[x]
    row_kind: np.ndarray  # uint8[x] ROW_COMPOUND, ROW_SITE, or ROW_SECTOR: a sector in a district
    care_delay: np.ndarray  # float64[t] mean days from onset to isolation
    caution: np.ndarray  # float64[t] how far people's own caution has come: 0 none, 1 full
    fading: np.ndarray  # float64[t] days since it began to fade, 0 before
    travellers: np.ndarray  # float64[t] from elsewhere, persons/d
    risk_travellers: np.ndarray  # float64[t] from risk areas, persons/d
    prevalence: np.ndarray  # float64[t, 3] share infected: travellers, from risk areas, returning
    returning_risk: np.ndarray  # float64[t] of infected returning workers, from risk areas
    earlier: np.ndarray  # float64[t] arrivals infected a day longer ago, for each infected later
    apart: np.ndarray  # int64[2] measure and level from which travellers are held in central places
    worker_places: np.ndarray  # float64[1] of returning workers held then, share in such places
    middle: np.ndarray  # uint8[1] 1: measures work as strongly as their own values say
    away: np.ndarray  # float64[1] residents who are away at the start, persons
    capacity: np.ndarray  # float64[5] beds, icu, quarantine places, tracers, tests a day
    past_new: np.ndarray  # int64[h, d] reported in the days before the start, oldest first
    past_cluster: np.ndarray  # int64[h, d]
    past_total: np.ndarray  # int64[d] reported before those days
    start_day: np.ndarray  # int16[m] initial infections: day infected, 0 or before
    start_district: np.ndarray  # int16[m] -1: anywhere
    start_age: np.ndarray  # int16[m] -1: any
    start_known: np.ndarray  # uint8[m] 1: confirmed and in hospital at the start
    start_row: np.ndarray  # int64[w + 1] rows before the first: every draw's; then each draw's own
    serial_weight: np.ndarray  # float64[back + 1] serial interval by day, for the observed R
    counted: np.ndarray  # int64[1] infections after which a draw counts no further ones


BEDS, ICU_BEDS, PLACES, TRACERS, TESTS = 0, 1, 2, 3, 4


class Scratch(NamedTuple):
    """What one draw remembers; one for each thread. n: residents, r: rows of effects."""

    state: np.ndarray  # uint8[n]
    index: np.ndarray  # type: ignore[assignment]  # int32[n] record + 1
    people: np.ndarray  # PERSON[records]
    head: np.ndarray  # int32[kind, t + 1] first node + 1 of each kind and day
    node_next: np.ndarray  # int32[nodes]
    node_who: np.ndarray  # int32[nodes]
    infectious: np.ndarray  # int32[records]
    fresh: np.ndarray  # int32[records] infected today
    events: np.ndarray  # EVENT[N_TOGETHER]
    left: np.ndarray  # int32[N_TOGETHER] events that may still infect; contacts to be found
    waiting: np.ndarray  # uint64[records] who wants a place today
    queue: np.ndarray  # uint64[records] who waits for a test, in order
    cohort: np.ndarray  # int64[2] where the queue is in order up to; where the newest day begins
    n: np.ndarray  # int64[counter]
    stages: np.ndarray  # int64[stage] residents in each, the susceptible left out
    places: np.ndarray  # int64[place] records in each
    profile: np.ndarray  # float64[N_PROFILE] infectiousness by day since onset - BEFORE, sum 1
    tail: np.ndarray  # float64[N_PROFILE + 1] what is left of it from each day on
    susceptibility: np.ndarray  # float64[86] against the most susceptible
    top: np.ndarray  # float64[1] susceptibility of the most susceptible against age 15-64
    absent: np.ndarray  # int32[2, s, d] staff ill, held
    absent_share: np.ndarray  # float64[2, s, d]
    effects: np.ndarray  # float64[r, effect] districts first, then extra rows
    cautious: np.ndarray  # float64[1] the most of community contacts that caution leaves today
    contacts: np.ndarray  # float64[r, met + 1] left of contacts; leak of those held at home
    levels: np.ndarray  # int8[measure] of an extra row
    shares: np.ndarray  # float64[measure, level] of traffic at checkpoints' own levels, of that row
    own_attendance: np.ndarray  # uint8[x] 1: an extra row has orders of its own on attendance today
    returned: np.ndarray  # float64[1] share of the away who are back today
    permitted: np.ndarray  # float64[s, d] share of staff whose place of work is open today
    strength: np.ndarray  # float64[measure] how strongly each measure works in this draw
    held_travellers: np.ndarray  # float64[t + 64] released on each day; the first: held now
    found_travellers: np.ndarray  # float64[t + 64] the same, of those searched for after arrival
    loose: np.ndarray  # float64[t] travellers from risk areas not held, by day of arrival
    workers: np.ndarray  # float64[2] returning workers who came through today, who are held now
    new_today: np.ndarray  # int64[d] reported today
    cluster_today: np.ndarray  # int64[d]
    burdened: np.ndarray  # float64[group]
    burden: np.ndarray  # float64[m] of today
    gate: np.ndarray  # float64[2] share of staff with a mask, of tests with a reagent; 1 alone
    tests_wanted: np.ndarray  # float64[1] tests that the laboratories could run today


class Output(NamedTuple):
    """Where draws write. w: draws, t: days, d: districts, s: sectors, m: measures."""

    infections: np.ndarray  # int32[w, t, d]
    by_setting: np.ndarray  # int32[w, t, met]
    arrivals: np.ndarray  # int32[w, t]
    onsets: np.ndarray  # int32[w, t, d]
    confirmed: np.ndarray  # int32[w, t, d] by day of report
    deaths: np.ndarray  # int32[w, t]
    deaths_reported: np.ndarray  # int32[w, t]
    stages: np.ndarray  # int32[w, t, stage]
    ward: np.ndarray  # int32[w, t]
    icu: np.ndarray  # int32[w, t]
    quarantined: np.ndarray  # int32[w, t]
    quarantined_uninfected: np.ndarray  # int32[w, t]
    held_workers: np.ndarray  # int32[w, t] of both: returning workers held on arrival
    tests: np.ndarray  # int32[w, t]
    test_queue: np.ndarray  # int32[w, t]
    traced: np.ndarray  # int32[w, t]
    grade: np.ndarray  # uint8[w, t, d]
    burden: np.ndarray  # float32[w, t, m]
    staff_present: np.ndarray  # float32[w, t, s, d]
    firms_open: np.ndarray  # float32[w, t, s, d]
    absent_ill: np.ndarray  # int32[w, t, s, d]
    absent_held: np.ndarray  # int32[w, t, s, d]


class City(NamedTuple):
    """Everything that draws share and nobody writes."""

    world: World
    residents: NamedTuple  # kernels.types.ResidentArrays
    rules: NamedTuple  # kernels.types_measures.RulebookArrays
    labour: NamedTuple  # kernels.types_labour.LabourParams


class Memory(NamedTuple):
    """Everything one draw remembers; one for each thread."""

    scratch: Scratch
    seed: np.ndarray  # uint64[1] of the draw
    grades: NamedTuple  # kernels.types_measures.GradeState
    grade: np.ndarray  # uint8[d] today's grades
    decisions: NamedTuple  # kernels.types_measures.DecisionState
    labour: NamedTuple  # kernels.types_labour.LabourState
    labour_out: NamedTuple  # kernels.types_labour.LabourOut
    on_site: np.ndarray  # float64[s, d]
    working: np.ndarray  # float64[s, d]
