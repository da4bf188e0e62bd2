"""Care: beds, intensive care, outcomes."""

from __future__ import annotations

import numpy as np

from twofronts.kernels.epidemic_course import chance, round_days
from twofronts.kernels.epidemic_people import move, put, set_stage, take, ticket
from twofronts.kernels.epidemic_progress import isolate, want_bed
from twofronts.kernels.jit import kernel
from twofronts.kernels.types import NOBODY
from twofronts.kernels.types_epidemic import (
    BEDS,
    BURIED,
    CONFIRMED,
    CRITICAL,
    DEAD,
    FREE,
    FX_BEDS,
    ICU,
    ICU_BEDS,
    ISOLATED,
    N_WAITING,
    STREAM_OUTCOME,
    TO_DEATH_REPORT,
    TO_DISCHARGE,
    TO_ICU,
    TO_OUTCOME,
    TO_SEVERE,
    WARD,
    WITHOUT_BED,
    WITHOUT_ICU,
)

_LOW = np.uint64(0xFFFFFFFF)


@kernel
def worsen(city, memory, par, day):
    """Let illness turn severe: who is not yet in care now seeks it.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    day : int
    """
    sc = memory.scratch
    i = take(sc, TO_SEVERE, day)
    while i != NOBODY:
        p = sc.people[i]
        if p.place < ISOLATED:
            isolate(city, memory, i, day)
        want_bed(memory, i, day)
        wait = round_days(par.death_delay, chance(memory, STREAM_OUTCOME, p.person, 3))
        outcome = max(p.onset + wait, day + 1)
        if p.traits & CRITICAL:
            wait = round_days(par.icu_delay, chance(memory, STREAM_OUTCOME, p.person, 2))
            put(sc, TO_ICU, day + max(1, wait), i)
            # nobody dies, or recovers, before what came first
            outcome = max(outcome, day + max(1, wait) + 1)
        put(sc, TO_OUTCOME, outcome, i)
        i = take(sc, TO_SEVERE, day)


@kernel
def give_beds(city, memory):
    """Admit those who asked for a bed today, by lot if beds are short.

    Who finds none stays in isolation without one.

    Parameters
    ----------
    city : City
    memory : Memory
    """
    sc = memory.scratch
    w = city.world
    free = int(w.capacity[BEDS] * sc.effects[0, w.fx[FX_BEDS]])
    free -= sc.places[WARD] + sc.places[ICU]
    n = sc.n[N_WAITING]
    if n > free:
        sc.waiting[:n].sort()
    for j in range(n):
        i = sc.index[int(sc.waiting[j] & _LOW)] - 1
        p = sc.people[i]
        if p.place == ISOLATED:
            if free > 0:
                move(city.residents, sc, i, WARD)
                p.marks &= 255 - WITHOUT_BED
                free -= 1
            else:
                p.marks |= WITHOUT_BED
    sc.n[N_WAITING] = 0


@kernel
def give_intensive_care(city, memory, day):
    """Admit the critically ill to intensive care, by lot if it is full.

    Parameters
    ----------
    city : City
    memory : Memory
    day : int
    """
    sc = memory.scratch
    n = 0
    i = take(sc, TO_ICU, day)
    while i != NOBODY:
        sc.waiting[n] = ticket(memory.seed[0], sc.people[i].person, day)
        n += 1
        i = take(sc, TO_ICU, day)
    free = int(city.world.capacity[ICU_BEDS]) - sc.places[ICU]
    if n > free:
        sc.waiting[:n].sort()
    for j in range(n):
        i = sc.index[int(sc.waiting[j] & _LOW)] - 1
        if j < free:
            move(city.residents, sc, i, ICU)
        else:
            sc.people[i].marks |= WITHOUT_ICU


@kernel
def decide_outcomes(city, memory, par, out, w, day):
    """Let the severely ill die or begin to recover; without a bed or intensive care more die.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    out : Output
    w, day : int
    """
    sc = memory.scratch
    i = take(sc, TO_OUTCOME, day)
    while i != NOBODY:
        p = sc.people[i]
        severe = city.world.severe_prob[p.age]
        risk = city.world.fatal_prob[p.age] / severe
        if p.marks & WITHOUT_BED:
            risk *= par.no_bed_factor
        if p.marks & WITHOUT_ICU:
            risk *= par.no_icu_factor
        if chance(memory, STREAM_OUTCOME, p.person, 4) < risk:
            set_stage(sc, i, DEAD)
            move(city.residents, sc, i, BURIED)
            out.deaths[w, day] += 1
            if p.marks & CONFIRMED:
                wait = round_days(
                    par.death_report_delay, chance(memory, STREAM_OUTCOME, p.person, 5)
                )
                put(sc, TO_DEATH_REPORT, day + wait, i)
        else:
            if p.place == ICU:
                # back to a ward, if it has a bed
                move(city.residents, sc, i, ISOLATED)
                want_bed(memory, i, day)
            stay = par.stay_days * (0.7 + 0.6 * chance(memory, STREAM_OUTCOME, p.person, 1))
            stay = round_days(stay, chance(memory, STREAM_OUTCOME, p.person, 6))
            put(sc, TO_DISCHARGE, max(day + 3, p.onset + stay), i)
        i = take(sc, TO_OUTCOME, day)
    give_beds(city, memory)


@kernel
def discharge(city, memory, day):
    """Let the recovered go home.

    Parameters
    ----------
    city : City
    memory : Memory
    day : int
    """
    sc = memory.scratch
    i = take(sc, TO_DISCHARGE, day)
    while i != NOBODY:
        p = sc.people[i]
        if p.stage != DEAD and p.place >= ISOLATED:
            move(city.residents, sc, i, FREE)
        i = take(sc, TO_DISCHARGE, day)
