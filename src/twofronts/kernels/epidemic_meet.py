"""Whom the day's events of transmission meet, and whom of them they infect."""

from __future__ import annotations

import numpy as np

from twofronts.kernels.epidemic_people import present, record_of, set_stage
from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import uniform
from twofronts.kernels.types import ENTERPRISE, HOME, SCHOOL, WORK
from twofronts.kernels.types_epidemic import (
    FREE,
    FX_SHUT,
    HELD_HOME,
    INSIDE,
    N_EVENTS,
    N_FRESH,
    NEW,
    PLACE_SHIFT,
    STAGE_BITS,
    STREAM_SHUT,
    STREAM_STAY,
    TOUCHED,
)


@kernel
def expose(world, residents, sc, target, source, setting, event, day):
    """Infect a susceptible resident, or settle which of two events of one day it was.

    Parameters
    ----------
    world : World
    residents : ResidentArrays
    sc : Scratch
    target, source : int
        Residents; ``source`` may be FROM_START or FROM_ARRIVAL.
    setting : int
    event : int
        Number of the event in that setting today.
    day : int
    """
    i = record_of(world, residents, sc, target)
    p = sc.people[i]
    if p.stage == NEW:
        same = p.source == source
        if p.source < source or (same and p.setting < setting):
            return
        if same and p.setting == setting and p.event <= event:
            return
    else:
        set_stage(sc, i, NEW)
        sc.fresh[sc.n[N_FRESH]] = i
        sc.n[N_FRESH] += 1
    p.source = source
    p.setting = setting
    p.event = event
    p.infected = day


@kernel
def shut_in(sc, seed, person, row, shut):
    """Return whether a resident may not leave the compound under the measures of its row.

    Parameters
    ----------
    sc : Scratch
    seed : uint64
    person, row : int
    shut : int
        Where the share who may not leave lies on the [effect] axis.

    Returns
    -------
    bool
        The same people stay in as long as the share stays.
    """
    share = sc.effects[row, shut]
    return share > 0.0 and uniform(seed, STREAM_SHUT, person, 0) < share


@kernel
def stays_home(city, memory, person, site):
    """Return whether somebody of a place of work that is open does not go there today.

    They work from home, mind a child, or have no way to get there (``LabourOut.stay``); pupils
    live near their school and go.

    Parameters
    ----------
    city : City
    memory : Memory
    person, site : int

    Returns
    -------
    bool
        The same people stay at home as long as the share of their sector and district stays.
    """
    r = city.residents
    if r.site_kind[site] != ENTERPRISE:
        return False
    share = memory.labour_out.stay[r.site_sector[site], r.site_district[site]]
    return share > 0.0 and uniform(memory.seed[0], STREAM_STAY, person, 0) < share


@kernel
def home_row(world, residents, person):
    """Return the row of effects at a resident's home: their compound's, or their district's."""
    return world.compound_row[residents.household_compound[residents.household[person]]]


@kernel
def note(city, memory, who, at, kind, number, u, day):
    """Put an event down; where the list is full, look at all that are waiting.

    Parameters
    ----------
    city : City
    memory : Memory
    who : int
        Record of the source.
    at, kind, number : int
    u : float64
        As in ``EVENT``.
    day : int
    """
    sc = memory.scratch
    n = sc.n[N_EVENTS]
    if n == sc.events.shape[0]:
        look(city, memory, day)
        n = 0
    event = sc.events[n]
    event.at = at
    event.who = who
    event.kind = kind
    event.number = number
    event.u = u
    sc.n[N_EVENTS] = n + 1


@kernel
def fetch(residents, sc, n):
    """Read ahead what making a record will read: reads of many residents overlap, unlike records.

    Parameters
    ----------
    residents : ResidentArrays
    sc : Scratch
        ``n[TOUCHED]`` is overwritten, so that the compiler keeps the reads.
    n : int
        Events left.
    """
    r, events, left = residents, sc.events, sc.left
    total = 0
    for j in range(n):
        at = events[left[j]].at
        total += r.household[at] + r.group[at] + sc.index[at] + r.flags[at]
    for j in range(n):
        at = events[left[j]].at
        total += r.household_compound[r.household[at]]
        if r.group[at] >= 0:
            total += r.group_site[r.group[at]]
    sc.n[TOUCHED] = total


@kernel
def look(city, memory, day):
    """Look at whom the waiting events meet, and infect whom they infect.

    Nearly every read of a resident misses the cache. Going through all events with one question at
    a time lets the processor wait for many of those reads at once.

    Parameters
    ----------
    city : City
    memory : Memory
    day : int
    """
    sc, r = memory.scratch, city.residents
    events, left, state = sc.events, sc.left, sc.state
    n = sc.n[N_EVENTS]
    sc.n[N_EVENTS] = 0
    for k in range(n):
        event = events[k]
        if event.kind == WORK or event.kind == SCHOOL:
            event.at = r.group_member[event.at]
    open_ = 0
    for k in range(n):
        event = events[k]
        now = int(state[event.at])
        place = now >> PLACE_SHIFT
        # somebody held at home can be met by their household only
        met = place == FREE or (place == HELD_HOME and event.kind == HOME)
        left[open_] = k
        if met and now & STAGE_BITS <= NEW:
            open_ += 1
    kept = 0
    for j in range(open_):
        event = events[left[j]]
        left[kept] = left[j]
        if event.u < sc.susceptibility[r.age[event.at]]:
            kept += 1
    fetch(r, sc, kept)
    shut = city.world.fx[FX_SHUT]
    anybody = sc.effects[:, shut].max() > 0.0
    for j in range(kept):
        event = events[left[j]]
        target = np.int64(event.at)
        if not present(r, memory.seed[0], target, sc.returned[0]):
            continue
        if anybody and event.kind != HOME and event.kind < INSIDE:
            row = home_row(city.world, r, target)
            if shut_in(sc, memory.seed[0], target, row, shut):
                continue
        if event.kind == WORK and stays_home(city, memory, target, r.group_site[r.group[target]]):
            continue
        source = sc.people[event.who].person
        expose(city.world, r, sc, target, source, event.kind % INSIDE, event.number, day)
