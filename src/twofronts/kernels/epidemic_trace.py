"""Tracing: a case's household, kin, team or class, and the contacts it names are found and held."""

from __future__ import annotations

import math

import numpy as np

from twofronts.kernels.epidemic_infect import site_open
from twofronts.kernels.epidemic_kin import kin_household, n_kin
from twofronts.kernels.epidemic_people import enqueue, move, present, put, record_of, take, ticket
from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import key, poisson, split, uniform, unit
from twofronts.kernels.types import COLLECTIVE, KIN, NOBODY
from twofronts.kernels.types_epidemic import (
    ASYMPTOMATIC,
    AT_LEISURE,
    ATTENDED,
    CONFIRMED,
    EVER_HELD,
    FOUND,
    FREE,
    FX_COMMUNITY,
    FX_COVERAGE,
    FX_HOLD_HOME,
    FX_PLACES,
    FX_TRACERS,
    HELD_CENTRAL,
    HELD_HOME,
    INFECTIOUS,
    N_CALLED,
    N_HELD_TRAVELLERS,
    N_TRACED,
    N_WAITING,
    NEVER,
    PLACE_SHIFT,
    PLACES,
    STREAM_HOLD,
    STREAM_KIN,
    STREAM_NAMED,
    STREAM_TRACE,
    SUSCEPTIBLE,
    TO_RELEASE,
    TO_TRACE,
    TO_VISIT,
    TOUCHED,
    TRACERS,
)

_LOW = np.uint64(0xFFFFFFFF)
# Contacts count from two days before onset, and at most as many days back
_BEFORE_ONSET, _DAYS_ASKED = 2, 14


@kernel
def hold(city, memory, par, i, day):
    """Quarantine somebody, at home or, if there is a place, in a central site.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
        Record, FREE.
    day : int
    """
    sc = memory.scratch
    p = sc.people[i]
    seed = memory.seed[0]
    p.marks |= EVER_HELD
    p.release = day + int(par.quarantine_days)
    if p.isolated == NEVER and p.stage != SUSCEPTIBLE:
        p.isolated = day
    put(sc, TO_RELEASE, int(p.release), i)
    move(city.residents, sc, i, HELD_HOME)
    bits = key(seed, STREAM_HOLD, p.person, day)
    if unit(bits) >= sc.effects[p.row, city.world.fx[FX_HOLD_HOME]]:
        sc.waiting[sc.n[N_WAITING]] = ticket(seed, p.person, day)
        sc.n[N_WAITING] += 1
    if p.stage == INFECTIOUS and p.onset <= day and p.traits & ASYMPTOMATIC == 0:
        put(sc, TO_VISIT, day + 1, i)
    if unit(split(bits, 0)) < par.held_test_share:
        enqueue(sc, seed, i, day)


@kernel
def find(city, memory, par, person, day):
    """Hold a contact if they are in the city and at large, and were no case themselves.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    person, day : int
    """
    sc = memory.scratch
    if int(sc.state[person]) >> PLACE_SHIFT != FREE:
        return
    returned = memory.scratch.returned[0]
    if not present(city.residents, memory.seed[0], person, returned):
        return
    i = record_of(city.world, city.residents, sc, person)
    if sc.people[i].marks & CONFIRMED:
        # through with it: who has been a case is not held again as a contact
        return
    sc.people[i].marks |= FOUND
    sc.n[N_TRACED] += 1
    hold(city, memory, par, i, day)


@kernel
def find_all(city, memory, par, day):
    """Find the contacts called so far, in the order of their calls.

    What making a record will read is read ahead: reads of many residents overlap, unlike records.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.n[TOUCHED]`` is overwritten, so that the compiler keeps the reads.
    par : record of PAR
    day : int
    """
    sc, r = memory.scratch, city.residents
    called = sc.left
    n = sc.n[N_CALLED]
    sc.n[N_CALLED] = 0
    total = 0
    for j in range(n):
        at = called[j]
        total += int(sc.state[at]) + r.flags[at] + r.household[at] + r.group[at] + sc.index[at]
        total += r.age[at]
    for j in range(n):
        at = called[j]
        total += r.household_compound[r.household[at]]
        if r.group[at] >= 0:
            total += r.group_site[r.group[at]]
    sc.n[TOUCHED] = total
    for j in range(n):
        find(city, memory, par, np.int64(called[j]), day)


@kernel
def call(city, memory, par, person, day):
    """Put a contact down who is to be found; where the list is full, find all who are on it."""
    sc = memory.scratch
    n = sc.n[N_CALLED]
    if n == sc.left.shape[0]:
        find_all(city, memory, par, day)
        n = 0
    sc.left[n] = person
    sc.n[N_CALLED] = n + 1


@kernel
def knows_team(city, memory, i):
    """Return whether a case has a team or class to trace.

    It went there while it was infectious and at large, or it is open today.
    """
    p = memory.scratch.people[i]
    if p.site < 0 or p.traits & AT_LEISURE:
        return False
    return p.marks & ATTENDED != 0 or site_open(city, memory, p.site, p.site_row)


@kernel
def named(city, memory, par, i):
    """Return how many contacts a case can name outside home and team.

    Most are people it came near on the way in the last two weeks: orders thin them, caution does
    not.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int

    Returns
    -------
    int
    """
    sc = memory.scratch
    p = sc.people[i]
    left = min(1.0, sc.effects[p.row, city.world.fx[FX_COMMUNITY]])
    u = uniform(memory.seed[0], STREAM_NAMED, p.person, 0)
    return poisson(par.named_contacts * left, u)


@kernel
def visited(city, memory, i, household):
    """Return the chance that a case met each member of a household of its kin.

    Parameters
    ----------
    city : City
    memory : Memory
    i : int
        Record of the case.
    household : int
        Of kin.

    Returns
    -------
    float64
        From two days before its onset until it was kept apart, as today's measures leave visits.
    """
    sc, w = memory.scratch, city.world
    p = sc.people[i]
    days = min(max(int(p.isolated) - int(p.onset) + _BEFORE_ONSET, 1), _DAYS_ASKED)
    left = sc.effects[p.row, w.fx[FX_COMMUNITY]]
    left = min(left, sc.cautious[0]) if sc.cautious[0] < 1.0 else left
    start = city.residents.household_start
    members = start[household + 1] - start[household]
    each = w.contact_rate[p.age, KIN] / (n_kin(city) * members)
    return 1.0 - math.exp(-each * left * days)


@kernel
def kin_met(memory, i, chance, person):
    """Return whether a case met one member of a household of its kin, as it would tell."""
    case = memory.scratch.people[i].person
    return uniform(memory.seed[0], STREAM_KIN, person, case) < chance


@kernel
def contacts_of(city, memory, par, i):
    """Return about how many contacts of a case there are to find.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int

    Returns
    -------
    int
    """
    r = city.residents
    person = memory.scratch.people[i].person
    household = r.household[person]
    n = r.household_start[household + 1] - r.household_start[household] - 1
    if knows_team(city, memory, i):
        group = r.group[person]
        n += r.group_start[group + 1] - r.group_start[group] - 1
    floor = r.flags[person] & COLLECTIVE != 0
    district = memory.scratch.people[i].district
    for j in range(n_kin(city)):
        kin = kin_household(city, household, district, floor, j)
        if kin != NOBODY:
            chance = visited(city, memory, i, kin)
            for other in range(r.household_start[kin], r.household_start[kin + 1]):
                n += kin_met(memory, i, chance, other)
    return n + named(city, memory, par, i)


@kernel
def trace_roster(city, memory, par, i, coverage, day):
    """Find a case's household, and its team or class.

    Whether a contact is found depends on the pair alone, not on who is asked first.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
        Record of the case.
    coverage : float64
        Share of contacts found today. [1]
    day : int
    """
    r = city.residents
    seed = memory.seed[0]
    case = memory.scratch.people[i].person
    household = r.household[case]
    for person in range(r.household_start[household], r.household_start[household + 1]):
        u = uniform(seed, STREAM_TRACE, person, case)
        if person != case and u < coverage * par.trace_home:
            call(city, memory, par, person, day)
    if knows_team(city, memory, i):
        group = r.group[case]
        for j in range(r.group_start[group], r.group_start[group + 1]):
            person = r.group_member[j]
            u = uniform(seed, STREAM_TRACE, person, case)
            if person != case and u < coverage * par.trace_team:
                call(city, memory, par, person, day)


@kernel
def trace_kin(city, memory, par, i, coverage, day):
    """Find the kin of other households whom a case met.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
    coverage : float64
    day : int
    """
    r = city.residents
    case, district = memory.scratch.people[i].person, memory.scratch.people[i].district
    floor = r.flags[case] & COLLECTIVE != 0
    for j in range(n_kin(city)):
        kin = kin_household(city, r.household[case], district, floor, j)
        if kin == NOBODY:
            continue
        chance = visited(city, memory, i, kin)
        for person in range(r.household_start[kin], r.household_start[kin + 1]):
            if not kin_met(memory, i, chance, person):
                continue
            u = uniform(memory.seed[0], STREAM_TRACE, person, case)
            if u < coverage * par.trace_kin:
                call(city, memory, par, person, day)


@kernel
def known_as(par, setting, otherwise):
    """Return the share found of those at the other end of an infection that one can speak of.

    Parameters
    ----------
    par : record of PAR
    setting : int
        In which one infected the other: kin know one another.
    otherwise : float64
        Where they are not kin. [1]

    Returns
    -------
    float64
        [1]
    """
    return par.trace_kin if setting == KIN else otherwise


@kernel
def trace_chain(city, memory, par, i, coverage, day):
    """Find those a case infected elsewhere, the one who infected it, and bystanders it names.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
    coverage : float64
    day : int
    """
    sc = memory.scratch
    r = city.residents
    p = sc.people[i]
    seed = memory.seed[0]
    child = p.child
    while child > 0:
        person = sc.people[child - 1].person
        share = known_as(par, sc.people[child - 1].setting, par.trace_community)
        if uniform(seed, STREAM_TRACE, person, p.person) < coverage * share:
            call(city, memory, par, person, day)
        child = sc.people[child - 1].sibling
    u = uniform(seed, STREAM_TRACE, max(p.source, 0), p.person)
    if p.source >= 0 and u < coverage * known_as(par, p.setting, par.trace_source):
        call(city, memory, par, p.source, day)
    low, high = r.district_start[p.district], r.district_start[p.district + 1]
    bits = key(seed, STREAM_NAMED, p.person, 1)
    for e in range(named(city, memory, par, i)):
        event = split(bits, e)
        if unit(split(event, 0)) < coverage:
            person = low + int(unit(event) * (high - low))
            if person != p.person:
                call(city, memory, par, person, day)


@kernel
def trace(city, memory, par, day):
    """Trace the contacts of the cases whose turn has come; too many cases thin the search.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    day : int
    """
    sc = memory.scratch
    w = city.world
    n = 0
    demand = 0
    i = take(sc, TO_TRACE, day)
    while i != NOBODY:
        if sc.effects[sc.people[i].row, w.fx[FX_COVERAGE]] > 0.0:
            # the list of today's infections is free by now
            sc.fresh[n] = i
            n += 1
            demand += contacts_of(city, memory, par, i)
        i = take(sc, TO_TRACE, day)
    sc.n[N_WAITING] = 0
    sc.n[N_TRACED] = 0
    capacity = w.capacity[TRACERS] * sc.effects[0, w.fx[FX_TRACERS]] * par.contacts_per_tracer
    reach = 1.0 if demand <= capacity else capacity / demand
    for j in range(n):
        i = sc.fresh[j]
        coverage = reach * sc.effects[sc.people[i].row, w.fx[FX_COVERAGE]]
        trace_roster(city, memory, par, i, coverage, day)
        trace_kin(city, memory, par, i, coverage, day)
        trace_chain(city, memory, par, i, coverage, day)
    find_all(city, memory, par, day)


@kernel
def travellers_apart(city, memory):
    """Return whether travellers from risk areas are held in central places today, not at home."""
    measure, level = city.world.apart[0], city.world.apart[1]
    return memory.decisions.level[0, measure] >= level


@kernel
def give_places(city, memory):
    """Take those who are to be held in a central site there, by lot if places are short.

    Parameters
    ----------
    city : City
    memory : Memory
    """
    sc = memory.scratch
    w = city.world
    free = int(w.capacity[PLACES] * sc.effects[0, w.fx[FX_PLACES]])
    free -= sc.places[HELD_CENTRAL]
    if travellers_apart(city, memory):
        free -= sc.n[N_HELD_TRAVELLERS] + int(sc.workers[1] * w.worker_places[0])
    n = sc.n[N_WAITING]
    if n > free:
        sc.waiting[:n].sort()
    for j in range(min(n, max(free, 0))):
        move(city.residents, sc, sc.index[int(sc.waiting[j] & _LOW)] - 1, HELD_CENTRAL)
    sc.n[N_WAITING] = 0
