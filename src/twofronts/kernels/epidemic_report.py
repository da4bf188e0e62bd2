"""What the office sees, and what is written down of each day."""

from __future__ import annotations

import math

from twofronts.kernels.epidemic_people import take
from twofronts.kernels.jit import kernel
from twofronts.kernels.measures import add_burden, observe_reports
from twofronts.kernels.types import COMMUNITY, NOBODY
from twofronts.kernels.types_epidemic import (
    CONFIRMED,
    HELD_CENTRAL,
    HELD_HOME,
    ICU,
    N_ARRIVED,
    N_HELD_TRAVELLERS,
    N_HELD_UNINFECTED,
    N_STAGE,
    N_TESTS,
    N_TRACED,
    QUEUE_HEAD,
    QUEUE_TAIL,
    SUSCEPTIBLE,
    TO_DEATH_REPORT,
    TO_REPORT,
    WARD,
)


@kernel
def reset_reports(city, memory):
    """Take in what was reported before the run began.

    Parameters
    ----------
    city : City
    memory : Memory
    """
    w = city.world
    state = memory.grades
    state.total[:] = w.past_total
    state.last_case[:] = -10000
    state.last_cluster[:] = -10000
    n = w.past_new.shape[0]
    for h in range(n):
        observe_reports(state, h - n, w.past_new[h], w.past_cluster[h])
    memory.grade[:] = 0


@kernel
def linked(city, memory, i, day):
    """Return whether a case is seen to belong to a cluster: a known case in household or chain.

    Parameters
    ----------
    city : City
    memory : Memory
    i : int
        Record of the case.
    day : int

    Returns
    -------
    bool
        Another confirmed case within the rulebook's link days in the household, or as the source
        or the infected of this one at work, at school or at home.
    """
    sc = memory.scratch
    p = sc.people[i]
    within = city.rules.grades.cluster_link_days
    if p.source >= 0 and p.setting != COMMUNITY:
        q = sc.people[sc.index[p.source] - 1]
        if q.marks & CONFIRMED and day - q.confirmed <= within:
            return True
    child = p.child
    while child > 0:
        q = sc.people[child - 1]
        if q.setting != COMMUNITY and q.marks & CONFIRMED and day - q.confirmed <= within:
            return True
        child = q.sibling
    return False


@kernel
def report(city, memory, out, w, day):
    """Let the reports due today reach the office; tomorrow's grades rest on them.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    w, day : int
    """
    sc = memory.scratch
    sc.new_today[:] = 0
    sc.cluster_today[:] = 0
    i = take(sc, TO_REPORT, day)
    while i != NOBODY:
        d = sc.people[i].district
        sc.new_today[d] += 1
        if linked(city, memory, i, day):
            sc.cluster_today[d] += 1
        i = take(sc, TO_REPORT, day)
    i = take(sc, TO_DEATH_REPORT, day)
    while i != NOBODY:
        out.deaths_reported[w, day] += 1
        i = take(sc, TO_DEATH_REPORT, day)
    for d in range(sc.new_today.shape[0]):
        out.confirmed[w, day, d] = sc.new_today[d]
    observe_reports(memory.grades, day, sc.new_today, sc.cluster_today)


@kernel
def observed_reproduction(city, memory, out, w, day):
    """Estimate the reproduction number from the reports of the last seven days, as the office can.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    w, day : int
        Today; reports up to yesterday count.

    Returns
    -------
    float64
        Cases against those expected if every case made one, after the serial interval; NaN below
        five cases expected. [1]
    """
    weight = city.world.serial_weight
    past = city.world.past_new
    cases = 0.0
    expected = 0.0
    for t in range(day - 7, day):
        for back in range(weight.shape[0]):
            when = t - back
            n = 0.0
            if when >= 0:
                for d in range(out.confirmed.shape[2]):
                    n += out.confirmed[w, when, d]
            elif when + past.shape[0] >= 0:
                for d in range(past.shape[1]):
                    n += past[when + past.shape[0], d]
            if back == 0:
                cases += n
            else:
                expected += weight[back] * n
    return cases / expected if expected >= 5.0 else math.nan


@kernel
def record_burden(city, memory, out, w, day):
    """Write down what the day's restrictions asked of people.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    w, day : int
    """
    sc = memory.scratch
    world = city.world
    people = sc.burdened
    total = sc.burden
    total[:] = 0.0
    everybody = 0.0
    for d in range(world.population.shape[0]):
        everybody += world.population[d]
    held = sc.places[HELD_HOME] + sc.places[HELD_CENTRAL] + sc.n[N_HELD_TRAVELLERS]
    arrivals = world.travellers[day] + world.risk_travellers[day]
    for d in range(world.population.shape[0]):
        share = world.population[d] / everybody
        people[1] = world.population[d]
        people[2] = world.workers[d]
        people[3] = world.pupils[d]
        people[4] = arrivals * share
        people[5] = held * share
        add_burden(city.rules, memory.decisions.level[d], sc.effects[d], people, total)
    for m in range(total.shape[0]):
        out.burden[w, day, m] = total[m]


@kernel
def record_day(city, memory, out, w, day):
    """Write down the day.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    w, day : int
    """
    sc = memory.scratch
    held = sc.places[HELD_HOME] + sc.places[HELD_CENTRAL] + sc.n[N_HELD_TRAVELLERS]
    uninfected = sc.n[N_HELD_UNINFECTED] + sc.n[N_HELD_TRAVELLERS]
    infected = 0
    for stage in range(1, N_STAGE):
        infected += sc.stages[stage]
        out.stages[w, day, stage] = sc.stages[stage]
    out.stages[w, day, SUSCEPTIBLE] = sc.state.shape[0] - infected
    out.arrivals[w, day] = sc.n[N_ARRIVED]
    out.ward[w, day] = sc.places[WARD]
    out.icu[w, day] = sc.places[ICU]
    out.quarantined[w, day] = held
    out.quarantined_uninfected[w, day] = uninfected
    out.tests[w, day] = sc.n[N_TESTS]
    out.test_queue[w, day] = sc.n[QUEUE_TAIL] - sc.n[QUEUE_HEAD]
    out.traced[w, day] = sc.n[N_TRACED]
    out.grade[w, day, :] = memory.grade
    record_burden(city, memory, out, w, day)
    for s in range(memory.on_site.shape[0]):
        for d in range(memory.on_site.shape[1]):
            out.staff_present[w, day, s, d] = memory.on_site[s, d]
            out.firms_open[w, day, s, d] = memory.labour_out.firms_open[s, d]
            out.absent_ill[w, day, s, d] = sc.absent[0, s, d]
            out.absent_held[w, day, s, d] = sc.absent[1, s, d]
