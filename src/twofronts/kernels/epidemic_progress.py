"""Illness as the city notices it: onset, seeking care, tests, confirmation, quarantine's end."""

from __future__ import annotations

import numpy as np

from twofronts.kernels.epidemic_course import chance, round_days, weibull
from twofronts.kernels.epidemic_people import enqueue, move, put, set_stage, take, ticket
from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import key, split, unit
from twofronts.kernels.types import NOBODY
from twofronts.kernels.types_epidemic import (
    CONFIRMED,
    DEAD,
    FREE,
    FX_CARE,
    FX_TEST_CAPACITY,
    FX_TEST_DELAY,
    FX_TRACE_DELAY,
    HELD_CENTRAL,
    HELD_HOME,
    IMMUNE,
    INFECTIOUS,
    ISOLATED,
    N_INFECTIOUS,
    N_TESTS,
    N_WAITING,
    NEVER,
    QUEUE_HEAD,
    QUEUE_TAIL,
    QUEUED,
    SEVERE,
    STREAM_CARE,
    STREAM_OUTCOME,
    STREAM_REPORT,
    STREAM_TEST,
    STREAM_WAIT,
    SUSCEPTIBLE,
    TESTS,
    TO_DISCHARGE,
    TO_INFECTIOUS,
    TO_ONSET,
    TO_RELEASE,
    TO_REPORT,
    TO_RESULT,
    TO_TRACE,
    TO_VISIT,
)

_LOW = np.uint64(0xFFFFFFFF)


@kernel
def become_infectious(memory, day):
    """Put those whose infectiousness begins today on the list of the infectious.

    Parameters
    ----------
    memory : Memory
    day : int
    """
    sc = memory.scratch
    i = take(sc, TO_INFECTIOUS, day)
    while i != NOBODY:
        if sc.people[i].stage != DEAD:
            set_stage(sc, i, INFECTIOUS)
            sc.infectious[sc.n[N_INFECTIOUS]] = i
            sc.n[N_INFECTIOUS] += 1
        i = take(sc, TO_INFECTIOUS, day)


@kernel
def fall_ill(city, memory, par, out, w, day):
    """Let symptoms begin, and decide when each of the ill will seek care.

    Whoever is held as a contact is seen the same day.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    out : Output
    w, day : int
    """
    sc = memory.scratch
    effect = city.world.fx[FX_CARE]
    i = take(sc, TO_ONSET, day)
    while i != NOBODY:
        p = sc.people[i]
        if p.onset == day:
            out.onsets[w, day, p.district] += 1
        if p.place == HELD_HOME or p.place == HELD_CENTRAL:
            put(sc, TO_VISIT, day, i)
        elif p.place == FREE:
            bits = key(memory.seed[0], STREAM_CARE, p.person, 0)
            if unit(bits) < par.seek_share:
                mean = city.world.care_delay[day] * par.care_scale * sc.effects[p.row, effect]
                # whoever came ill, or was ill before the run, has not been seen so far
                passed = float(day - p.onset)
                wait = weibull(mean, par.care_shape, passed, unit(split(bits, 0)))
                visit = p.onset + round_days(min(wait, 60.0), unit(split(bits, 1)))
                put(sc, TO_VISIT, max(visit, day), i)
        i = take(sc, TO_ONSET, day)


@kernel
def isolate(city, memory, i, day):
    """Keep somebody apart as a suspected case and ask for a test.

    Parameters
    ----------
    city : City
    memory : Memory
    i : int
    day : int
    """
    sc = memory.scratch
    p = sc.people[i]
    move(city.residents, sc, i, ISOLATED)
    if p.isolated == NEVER:
        p.isolated = day
    if p.marks & CONFIRMED == 0:
        enqueue(sc, memory.seed[0], i, day)


@kernel
def seek_care(city, memory, day):
    """Isolate those who seek care today; the recovered no longer do.

    Parameters
    ----------
    city : City
    memory : Memory
    day : int
    """
    sc = memory.scratch
    i = take(sc, TO_VISIT, day)
    while i != NOBODY:
        p = sc.people[i]
        if p.place < ISOLATED and p.stage < IMMUNE:
            isolate(city, memory, i, day)
        i = take(sc, TO_VISIT, day)


@kernel
def want_bed(memory, i, day):
    """Ask for a bed in a designated hospital; beds are given out at the end of the day."""
    sc = memory.scratch
    sc.waiting[sc.n[N_WAITING]] = ticket(memory.seed[0], sc.people[i].person, day)
    sc.n[N_WAITING] += 1


@kernel
def confirm(city, memory, par, i, day):
    """Confirm a case: report it, have its contacts traced, ask for a bed.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
    day : int
    """
    sc = memory.scratch
    p = sc.people[i]
    p.marks |= CONFIRMED
    p.confirmed = day
    if p.place < ISOLATED:
        isolate(city, memory, i, day)
    bits = key(memory.seed[0], STREAM_REPORT, p.person, 0)
    put(sc, TO_REPORT, day + round_days(par.report_delay, unit(bits)), i)
    wait = sc.effects[p.row, city.world.fx[FX_TRACE_DELAY]]
    put(sc, TO_TRACE, day + round_days(wait, unit(split(bits, 0))), i)
    want_bed(memory, i, day)
    if p.traits & SEVERE == 0:
        stay = par.stay_days * (0.7 + 0.6 * chance(memory, STREAM_OUTCOME, p.person, 1))
        put(sc, TO_DISCHARGE, max(day + 3, p.onset + round_days(stay, unit(split(bits, 1)))), i)


@kernel
def read_results(city, memory, par, day):
    """Act on the test results that come back today.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    day : int
    """
    sc = memory.scratch
    i = take(sc, TO_RESULT, day)
    while i != NOBODY:
        p = sc.people[i]
        p.marks &= 255 - QUEUED
        if p.marks & CONFIRMED == 0 and p.stage != DEAD:
            found = False
            if p.stage != SUSCEPTIBLE and p.stage < IMMUNE:
                found = day - p.infected >= par.detectable_after
                found = found and chance(memory, STREAM_TEST, p.person, day) < par.sensitivity
            if found:
                confirm(city, memory, par, i, day)
            elif p.place == ISOLATED:
                if p.stage < IMMUNE or p.traits & SEVERE:
                    # a suspected case is tested again
                    enqueue(sc, memory.seed[0], i, day)
                else:
                    move(city.residents, sc, i, FREE)
        i = take(sc, TO_RESULT, day)


@kernel
def release(city, memory, day):
    """Let those go whose quarantine ends today.

    Parameters
    ----------
    city : City
    memory : Memory
    day : int
    """
    sc = memory.scratch
    i = take(sc, TO_RELEASE, day)
    while i != NOBODY:
        p = sc.people[i]
        if p.release == day and (p.place == HELD_HOME or p.place == HELD_CENTRAL):
            move(city.residents, sc, i, FREE)
        i = take(sc, TO_RELEASE, day)


@kernel
def shift_queue(sc):
    """Move the queue for tests to the front of its array.

    Nobody waits twice at a time, so a queue that begins in the first half never runs over the end.

    Parameters
    ----------
    sc : Scratch
    """
    first = sc.n[QUEUE_HEAD]
    n = sc.n[QUEUE_TAIL] - first
    for j in range(n):
        sc.queue[j] = sc.queue[first + j]
    sc.n[QUEUE_HEAD] = 0
    sc.n[QUEUE_TAIL] = n


@kernel
def run_tests(city, memory, par, day):
    """Test those who have waited longest, as many as the day's capacity allows.

    Patients without the infection use part of it. Among those who came the same day the order is
    by lot. Where reagents are short, only a share of the tests that laboratories could run is run.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    day : int
    """
    sc = memory.scratch
    w = city.world
    capacity = w.capacity[TESTS] * sc.effects[0, w.fx[FX_TEST_CAPACITY]]
    waiting = sc.n[QUEUE_TAIL] - sc.n[QUEUE_HEAD]
    sc.tests_wanted[0] = min(capacity, par.background_tests + waiting)
    if sc.gate[1] < 1.0:
        capacity = sc.gate[1] * sc.tests_wanted[0]
    others = min(capacity, par.background_tests)
    left = int(capacity - others)
    sc.n[N_TESTS] = int(others)
    if waiting > left:
        sc.queue[max(sc.n[QUEUE_HEAD], sc.cohort[0]) : sc.n[QUEUE_TAIL]].sort()
    while left > 0 and sc.n[QUEUE_HEAD] < sc.n[QUEUE_TAIL]:
        i = sc.index[int(sc.queue[sc.n[QUEUE_HEAD]] & _LOW)] - 1
        sc.n[QUEUE_HEAD] += 1
        p = sc.people[i]
        if p.stage == DEAD or (p.stage == IMMUNE and p.traits & SEVERE == 0):
            # past it before their turn came
            p.marks &= 255 - QUEUED
            if p.place == ISOLATED and p.marks & CONFIRMED == 0 and p.stage != DEAD:
                move(city.residents, sc, i, FREE)
            continue
        left -= 1
        sc.n[N_TESTS] += 1
        wait = par.test_delay * sc.effects[p.row, w.fx[FX_TEST_DELAY]]
        wait = round_days(wait, chance(memory, STREAM_WAIT, p.person, day))
        put(sc, TO_RESULT, day + max(1, wait), i)
    if sc.n[QUEUE_HEAD] == sc.n[QUEUE_TAIL] or 2 * sc.n[QUEUE_HEAD] >= sc.queue.shape[0]:
        shift_queue(sc)
    sc.cohort[0] = sc.n[QUEUE_TAIL]
