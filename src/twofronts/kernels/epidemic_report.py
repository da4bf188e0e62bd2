"""What the office sees, and what is written down of each day."""

from __future__ import annotations

import math

from twofronts.kernels.effects import add_burden
from twofronts.kernels.epidemic_people import take
from twofronts.kernels.jit import kernel
from twofronts.kernels.measures import local_levels, observe_reports
from twofronts.kernels.types import HOME, KIN, NOBODY, SCHOOL, WORK
from twofronts.kernels.types_epidemic import (
    CONFIRMED,
    HELD_CENTRAL,
    HELD_HOME,
    ICU,
    N_ARRIVED,
    N_FOUND_TRAVELLERS,
    N_HELD_TRAVELLERS,
    N_HELD_UNINFECTED,
    N_STAGE,
    N_TESTS,
    N_TRACED,
    QUEUE_HEAD,
    QUEUE_TAIL,
    ROW_COMPOUND,
    ROW_SECTOR,
    ROW_SITE,
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
def known_recently(city, p, day):
    """Return whether a record is a case confirmed within the rulebook's days for a link."""
    return p.marks & CONFIRMED != 0 and day - p.confirmed <= city.rules.grades.cluster_link_days


@kernel
def links(city, setting):
    """Return whether infection in a setting links two cases into a cluster."""
    if setting in (HOME, KIN):
        return city.rules.grades.cluster_households == 1
    return setting in (WORK, SCHOOL)


@kernel
def cluster_size(city, sc, i, day):
    """Return how many recently confirmed cases a case is known to belong with, itself included.

    Counted are the one who infected it, the others that one infected, and those it infected, at
    home, among kin, at work or at school: what an inquiry into the case finds.

    Parameters
    ----------
    city : City
    sc : Scratch
    i : int
        Record of the case.
    day : int

    Returns
    -------
    int
    """
    people = sc.people
    p = people[i]
    size = 1
    child = p.child
    if p.source >= 0 and links(city, p.setting):
        source = people[sc.index[p.source] - 1]
        if known_recently(city, source, day):
            size += 1
        sibling = source.child
        while sibling > 0:
            q = people[sibling - 1]
            if sibling - 1 != i and links(city, q.setting) and known_recently(city, q, day):
                size += 1
            sibling = q.sibling
    while child > 0:
        q = people[child - 1]
        if links(city, q.setting) and known_recently(city, q, day):
            size += 1
        child = q.sibling
    return size


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
        if cluster_size(city, sc, i, day) >= city.rules.grades.cluster_size:
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
def own_levels(city, memory, x, day):
    """Find the levels of a place with a row of its own; return whether it has orders today.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.levels`` and ``scratch.shares`` are overwritten.
    x : int
        The extra row.
    day : int

    Returns
    -------
    bool
    """
    world, rules = city.world, city.rules
    overrides = rules.compound_level
    if world.row_kind[x] == ROW_SITE:
        overrides = rules.site_level
    elif world.row_kind[x] == ROW_SECTOR:
        overrides = rules.sector_level
    place, d = world.row_place[x], world.row_district[x]
    sc = memory.scratch
    return local_levels(rules, overrides, place, d, memory.decisions, day, sc.levels, sc.shares)


@kernel
def staff_of(residents, site):
    """Return how many residents work at a site."""
    first, last = residents.site_start[site], residents.site_start[site + 1]
    return residents.group_start[last] - residents.group_start[first]


@kernel
def under_orders(city, memory, x, day):
    """Return whom the orders of a compound, a site or a sector in a district concern. [persons].

    An enterprise with orders of its own goes by these, and not by those of its sector.
    """
    world, r = city.world, city.residents
    place, d = world.row_place[x], world.row_district[x]
    if world.row_kind[x] == ROW_SITE:
        return float(staff_of(r, place))
    if world.row_kind[x] != ROW_SECTOR:
        return float(r.compound_start[place + 1] - r.compound_start[place])
    staff = world.staff[place, d]
    for y in range(world.row_place.shape[0]):
        site = world.row_place[y]
        if world.row_kind[y] != ROW_SITE or world.row_district[y] != d:
            continue
        if r.site_sector[site] == place and own_levels(city, memory, y, day):
            staff -= staff_of(r, site)
    return staff


@kernel
def own_burden(city, memory, day):
    """Let places with orders of their own bear these, not their district's.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.burden`` is corrected.
    day : int
    """
    sc, world = memory.scratch, city.world
    people, n = sc.burdened, city.world.population.shape[0]
    now = memory.decisions.period[0]
    for x in range(world.row_place.shape[0]):
        concerned = under_orders(city, memory, x, day)
        if not own_levels(city, memory, x, day):
            continue
        d = world.row_district[x]
        people[:] = 0.0
        people[2 if world.row_kind[x] != ROW_COMPOUND else 1] = concerned
        add_burden(city.rules, sc.levels, sc.shares, sc.effects[n + x], people, sc.burden)
        people[:] *= -1.0
        levels, shares = memory.decisions.level[d], city.rules.blend_share[now, d]
        add_burden(city.rules, levels, shares, sc.effects[d], people, sc.burden)


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
    now = memory.decisions.period[0]
    for d in range(world.population.shape[0]):
        everybody += world.population[d]
    held = sc.places[HELD_HOME] + sc.places[HELD_CENTRAL]
    held += sc.n[N_HELD_TRAVELLERS] + sc.n[N_FOUND_TRAVELLERS] + int(sc.workers[1])
    arrivals = world.travellers[day] + world.risk_travellers[day] + sc.workers[0]
    for d in range(world.population.shape[0]):
        share = world.population[d] / everybody
        people[1] = world.population[d]
        people[2] = world.workers[d]
        people[3] = world.pupils[d]
        people[4] = arrivals * share
        people[5] = held * share
        levels, shares = memory.decisions.level[d], city.rules.blend_share[now, d]
        add_burden(city.rules, levels, shares, sc.effects[d], people, total)
    own_burden(city, memory, day)
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
    # who is infected among returning workers comes as one of the infected, once the others are free
    workers = int(sc.workers[1])
    arrived = sc.n[N_HELD_TRAVELLERS] + sc.n[N_FOUND_TRAVELLERS] + workers
    held = sc.places[HELD_HOME] + sc.places[HELD_CENTRAL] + arrived
    uninfected = sc.n[N_HELD_UNINFECTED] + arrived
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
    out.held_workers[w, day] = workers
    out.tests[w, day] = sc.n[N_TESTS]
    out.test_queue[w, day] = sc.n[QUEUE_TAIL] - sc.n[QUEUE_HEAD]
    out.traced[w, day] = sc.n[N_TRACED]
    out.grade[w, day, :] = memory.grade
    record_burden(city, memory, out, w, day)
    out.staff_present[w, day, :, :] = memory.on_site
    out.firms_open[w, day, :, :] = memory.labour_out.firms_open
    out.absent_ill[w, day, :, :] = sc.absent[0]
    out.absent_held[w, day, :, :] = sc.absent[1]
