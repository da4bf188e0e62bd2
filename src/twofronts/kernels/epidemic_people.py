"""One person's record, their state byte, and the calendar of what is to come."""

from __future__ import annotations

import numpy as np

from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import key, uniform
from twofronts.kernels.types import AWAY, ENTERPRISE, NOBODY
from twofronts.kernels.types_epidemic import (
    FREE,
    FREE_NODE,
    HELD_CENTRAL,
    HELD_HOME,
    N_HELD_UNINFECTED,
    N_NODES,
    N_PEOPLE,
    NEVER,
    PLACE_SHIFT,
    QUEUE_TAIL,
    QUEUED,
    STREAM_PLACE,
    STREAM_RETURN,
    SUSCEPTIBLE,
)

_HIGH = np.uint64(0xFFFFFFFF00000000)


@kernel
def put(sc, kind, day, who):
    """Enter a record in the calendar; days beyond the run are dropped.

    Parameters
    ----------
    sc : Scratch
    kind : int
        One of the TO_ constants.
    day : int
        At least 0. [d]
    who : int
        Record.
    """
    if day >= sc.head.shape[1]:
        return
    node = sc.n[FREE_NODE]
    if node > 0:
        sc.n[FREE_NODE] = sc.node_next[node - 1]
    else:
        node = sc.n[N_NODES] + 1
        sc.n[N_NODES] = node
    sc.node_who[node - 1] = who
    sc.node_next[node - 1] = sc.head[kind, day]
    sc.head[kind, day] = node


@kernel
def take(sc, kind, day):
    """Take the next record due from the calendar.

    Parameters
    ----------
    sc : Scratch
    kind : int
    day : int

    Returns
    -------
    int
        Record, or NOBODY when none is left. What comes of a day does not depend on the order.
    """
    node = sc.head[kind, day]
    if node == 0:
        return NOBODY
    sc.head[kind, day] = sc.node_next[node - 1]
    sc.node_next[node - 1] = sc.n[FREE_NODE]
    sc.n[FREE_NODE] = node
    return np.int64(sc.node_who[node - 1])


@kernel
def record_of(world, residents, sc, person):
    """Return a resident's record, made now if the draw never touched them.

    Parameters
    ----------
    world : World
    residents : ResidentArrays
    sc : Scratch
    person : int

    Returns
    -------
    int
    """
    i = np.int64(sc.index[person])
    if i > 0:
        return i - 1
    i = sc.n[N_PEOPLE]
    sc.n[N_PEOPLE] = i + 1
    sc.index[person] = i + 1
    compound = residents.household_compound[residents.household[person]]
    p = sc.people[i]
    p.person = person
    p.source = NOBODY
    p.child = 0
    p.sibling = 0
    p.row = world.compound_row[compound]
    p.district = residents.compound_district[compound]
    p.compound = compound
    group = residents.group[person]
    p.group = group
    p.site = NOBODY
    p.site_row = 0
    p.kind = ENTERPRISE
    if group >= 0:
        p.site = residents.group_site[group]
        p.kind = residents.site_kind[p.site]
        p.site_row = residents.site_district[p.site]
        if world.site_row.shape[0] > 0:
            p.site_row = world.site_row[p.site]
    p.age = residents.age[person]
    p.infectivity = 0.0
    p.infected = NEVER
    p.onset = NEVER
    p.last = NEVER
    p.confirmed = NEVER
    p.isolated = NEVER
    p.release = NEVER
    p.event = 0
    p.stage = SUSCEPTIBLE
    p.place = FREE
    p.traits = 0
    p.marks = 0
    p.setting = 0
    return i


@kernel
def present(residents, seed, person, returned):
    """Return whether a resident is in the city: not a migrant who is still away.

    Parameters
    ----------
    residents : ResidentArrays
    seed : uint64
        Of the draw.
    person : int
    returned : float64
        Share of the away who are back. [1]

    Returns
    -------
    bool
    """
    if residents.flags[person] & AWAY == 0:
        return True
    return uniform(seed, STREAM_RETURN, person, 0) < returned


@kernel
def set_stage(sc, i, stage):
    """Move a record on in the course of infection.

    Parameters
    ----------
    sc : Scratch
    i : int
        Record.
    stage : int
    """
    p = sc.people[i]
    if p.stage == SUSCEPTIBLE and (p.place == HELD_HOME or p.place == HELD_CENTRAL):
        sc.n[N_HELD_UNINFECTED] -= 1
    if p.stage != SUSCEPTIBLE:
        sc.stages[p.stage] -= 1
    sc.stages[stage] += 1
    p.stage = stage
    sc.state[p.person] = stage | (int(p.place) << PLACE_SHIFT)


@kernel
def move(residents, sc, i, place):
    """Put somebody in another place, and keep the counts of places and of absent staff.

    Parameters
    ----------
    residents : ResidentArrays
    sc : Scratch
    i : int
        Record.
    place : int
        FREE, HELD_HOME, HELD_CENTRAL, ISOLATED, WARD, ICU or BURIED.
    """
    p = sc.people[i]
    before = int(p.place)
    if before == place:
        return
    p.place = place
    sc.state[p.person] = int(p.stage) | (place << PLACE_SHIFT)
    sc.places[before] -= 1
    sc.places[place] += 1
    was_held = before in (HELD_HOME, HELD_CENTRAL)
    is_held = place in (HELD_HOME, HELD_CENTRAL)
    if p.stage == SUSCEPTIBLE and was_held != is_held:
        sc.n[N_HELD_UNINFECTED] += 1 if is_held else -1
    if p.site >= 0 and p.kind == ENTERPRISE:
        s = residents.site_sector[p.site]
        d = residents.site_district[p.site]
        if before != FREE:
            sc.absent[1 if was_held else 0, s, d] -= 1
        if place != FREE:
            sc.absent[1 if is_held else 0, s, d] += 1


@kernel
def ticket(seed, person, day):
    """Return a place in a queue that depends on the person and the day, not on who asks first.

    Parameters
    ----------
    seed : uint64
    person : int
    day : int

    Returns
    -------
    uint64
        Random in the high 32 bits, the person in the low 32.
    """
    return (key(seed, STREAM_PLACE, person, day) & _HIGH) | np.uint64(person)


@kernel
def enqueue(sc, seed, i, day):
    """Ask for a test; nobody waits twice at a time.

    Parameters
    ----------
    sc : Scratch
    seed : uint64
    i : int
        Record.
    day : int
    """
    p = sc.people[i]
    if p.marks & QUEUED:
        return
    p.marks |= QUEUED
    tail = sc.n[QUEUE_TAIL]
    sc.queue[tail] = ticket(seed, p.person, day)
    sc.n[QUEUE_TAIL] = tail + 1
