"""Who brings the infection in: the initial infections, travellers, and workers who return."""

from __future__ import annotations

from twofronts.kernels.epidemic_course import draw_course, lies_back
from twofronts.kernels.epidemic_infect import choose
from twofronts.kernels.epidemic_people import move, present, put, record_of, set_stage, take
from twofronts.kernels.epidemic_progress import isolate
from twofronts.kernels.epidemic_trace import give_places, hold
from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import key, poisson, split, uniform, unit
from twofronts.kernels.types import AWAY, COLLECTIVE, NOBODY
from twofronts.kernels.types_epidemic import (
    ASYMPTOMATIC,
    AT_LEISURE,
    CONFIRMED,
    FREE,
    FROM_ARRIVAL,
    FROM_START,
    FX_ARRIVAL_QUARANTINE,
    FX_ARRIVALS,
    FX_ARRIVALS_RISK,
    FX_SCREENING,
    FX_SEARCH,
    IMPORTED,
    N_ARRIVED,
    N_FOUND_TRAVELLERS,
    N_HELD_TRAVELLERS,
    N_WAITING,
    NEW,
    SEVERE,
    STREAM_ARRIVE,
    STREAM_SEARCH,
    STREAM_START,
    TO_DISCHARGE,
    TO_SEARCH,
    WARD,
)

# How arrivals come: travellers, travellers from risk areas, returning workers
TRAVELLING, FROM_RISK, RETURNING = 0, 1, 2
_TRIES = 400


@kernel
def somebody(city, memory, bits, district, age, away):
    """Choose a resident by lot who can take an infection from outside.

    Parameters
    ----------
    city : City
    memory : Memory
    bits : uint64
    district : int
        NOBODY for anywhere.
    age : int
        NOBODY for any; else within two years, as long as tries last.
    away : bool
        A migrant who was away and is back; else anybody who is in the city.

    Returns
    -------
    int
        Resident, or NOBODY if none was met in 400 tries.
    """
    r = city.residents
    low = r.district_start[0]
    high = r.district_start[r.district_start.shape[0] - 1]
    if district >= 0:
        low, high = r.district_start[district], r.district_start[district + 1]
    returned = memory.scratch.returned[0]
    for e in range(_TRIES):
        person = low + int(unit(split(bits, e)) * (high - low))
        if memory.scratch.state[person] != 0:
            continue
        if not present(r, memory.seed[0], person, returned):
            continue
        if away and r.flags[person] & AWAY == 0 and e < _TRIES // 2:
            continue
        if age >= 0 and abs(int(r.age[person]) - age) > 2 and e < _TRIES // 2:
            continue
        return person
    return NOBODY


@kernel
def import_one(city, memory, par, person, infected, today):
    """Infect a resident outside the city or before the run.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    person : int
    infected : int
        Day of infection, today or before. [d]
    today : int

    Returns
    -------
    int
        Record.
    """
    sc = memory.scratch
    i = record_of(city.world, city.residents, sc, person)
    set_stage(sc, i, NEW)
    sc.people[i].infected = infected
    sc.people[i].setting = 255
    draw_course(city.world, par, sc, memory.seed[0], i, today)
    return i


@kernel
def start_one(city, memory, par, m, number):
    """Put one initial infection in the city, with what has happened to it so far.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    m : int
        Row of the initial infections.
    number : int
        Number of the row among those of every draw, or of this one.
    """
    world = city.world
    sc = memory.scratch
    bits = key(memory.seed[0], STREAM_START, number, 0)
    person = somebody(city, memory, bits, world.start_district[m], world.start_age[m], False)
    if person == NOBODY:
        return
    i = import_one(city, memory, par, person, world.start_day[m], 0)
    p = sc.people[i]
    p.source = FROM_START
    if world.start_known[m] == 1:
        p.marks |= CONFIRMED
        p.confirmed = -1
        p.isolated = -1
        move(city.residents, sc, i, WARD)
        if p.traits & SEVERE == 0:
            stay = int(par.stay_days * (0.7 + 0.6 * unit(split(bits, 1000))))
            put(sc, TO_DISCHARGE, max(0, p.onset + stay), i)


@kernel
def start_infections(city, memory, par, w):
    """Put the initial infections in the city: those of every draw, and those of this one.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    w : int
        Number of the draw.
    """
    rows = city.world.start_row
    for m in range(rows[0]):
        start_one(city, memory, par, m, m)
    for m in range(rows[w], rows[w + 1]):
        start_one(city, memory, par, m, rows[0] + m - rows[w])


@kernel
def border(city, memory, par, i, kind, bits, day):
    """Screen one infected arrival, and quarantine those from risk areas where that is the rule.

    Some of the returning workers come from risk areas too, and are kept like others from there.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
        Record.
    kind : int
    bits : uint64
    day : int
    """
    sc = memory.scratch
    fx = city.world.fx
    p = sc.people[i]
    ill = p.onset <= day and p.traits & ASYMPTOMATIC == 0
    if ill and unit(split(bits, 2000)) < sc.effects[p.row, fx[FX_SCREENING]]:
        isolate(city, memory, i, day)
        return
    kept = sc.effects[p.row, fx[FX_ARRIVAL_QUARANTINE]]
    from_risk = kind == FROM_RISK
    if kind == RETURNING:
        from_risk = unit(split(bits, 2002)) < city.world.returning_risk[day]
    if from_risk:
        if unit(split(bits, 2001)) < kept:
            hold(city, memory, par, i, day)
        else:
            put(sc, TO_SEARCH, day + 1, i)


@kernel
def come(city, memory, par, person, kind, event, out, w, day):
    """Let one infected person arrive today.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    person, kind : int
    event : uint64
        Random bits of the journey: those who travel together share its luck.
    out : Output
    w, day : int
    """
    sc = memory.scratch
    back = lies_back(city.world.earlier[day], unit(split(event, 1)))
    i = import_one(city, memory, par, person, day - back, day)
    p = sc.people[i]
    p.source = FROM_ARRIVAL
    p.marks |= IMPORTED
    p.event = day
    if kind != RETURNING and unit(split(split(event, 4), person)) >= par.at_work:
        p.traits |= AT_LEISURE
    sc.n[N_ARRIVED] += 1
    out.infections[w, day, p.district] += 1
    border(city, memory, par, i, kind, event, day)


@kernel
def bring_family(city, memory, par, person, kind, event, out, w, day):
    """Let members of an infected traveller's household come along, infected on the same journey.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    person, kind : int
        Of the traveller.
    event : uint64
    out : Output
    w, day : int
    """
    r = city.residents
    household = r.household[person]
    if r.flags[person] & COLLECTIVE:
        return
    returned = memory.scratch.returned[0]
    for other in range(r.household_start[household], r.household_start[household + 1]):
        if other == person or memory.scratch.state[other] != 0:
            continue
        if unit(split(split(event, 3), other)) >= par.companions:
            continue
        if present(r, memory.seed[0], other, returned):
            come(city, memory, par, other, kind, event, out, w, day)


@kernel
def search(city, memory, par, day):
    """Look for those who came from risk areas in the last days, and keep whom it finds at home.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    day : int
    """
    sc = memory.scratch
    fx = city.world.fx[FX_SEARCH]
    last = int(par.quarantine_days)
    i = take(sc, TO_SEARCH, day)
    while i != NOBODY:
        p = sc.people[i]
        if p.place == FREE and p.marks & CONFIRMED == 0:
            if uniform(memory.seed[0], STREAM_SEARCH, p.person, day) < sc.effects[p.row, fx]:
                hold(city, memory, par, i, day)
            elif day + 1 < p.event + last:
                put(sc, TO_SEARCH, day + 1, i)
        i = take(sc, TO_SEARCH, day)


@kernel
def search_others(loose, found, share, last, day):
    """Count those whom the search finds and who are not infected, until their days are over.

    Parameters
    ----------
    loose : float64[t]
        Travellers from risk areas at large, by day of arrival; lowered. [persons]
    found : float64[t + 64]
        Those kept, by the day of release; the first: kept now. [persons]
    share : float64
        Found today, of those at large. [1]
    last : int
        Days from arrival for which people are looked for and kept. [d]
    day : int
    """
    if day > 0:
        found[0] -= found[day]
    if share > 0.0:
        for came in range(max(0, day + 1 - last), day):
            people = loose[came] * share
            loose[came] -= people
            found[came + last] += people
            found[0] += people


@kernel
def border_means(city, memory):
    """Return what border and search do, on the mean over residents: arrivals, risk, held, found.

    Parameters
    ----------
    city : City
    memory : Memory

    Returns
    -------
    tuple of float64
    """
    w = city.world
    effects = memory.scratch.effects
    let_in = 0.0
    let_in_risk = 0.0
    held = 0.0
    found = 0.0
    total = 0.0
    for d in range(w.population.shape[0]):
        n = w.population[d]
        total += n
        let_in += n * effects[d, w.fx[FX_ARRIVALS]]
        let_in_risk += n * effects[d, w.fx[FX_ARRIVALS_RISK]]
        held += n * effects[d, w.fx[FX_ARRIVAL_QUARANTINE]]
        found += n * effects[d, w.fx[FX_SEARCH]]
    return let_in / total, let_in_risk / total, held / total, found / total


@kernel
def arrive(city, memory, par, set_out, out, w, day):
    """Bring in the infected among the day's arrivals, and hold travellers from risk areas.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    set_out : float64
        Workers who came back since yesterday. [persons]
    out : Output
    w : int
        Row of the draw in ``out``.
    day : int
    """
    sc = memory.scratch
    world = city.world
    let_in, let_in_risk, held, found = border_means(city, memory)
    sc.n[N_ARRIVED] = 0
    sc.n[N_WAITING] = 0
    if day > 0:
        sc.held_travellers[0] -= sc.held_travellers[day]
    search(city, memory, par, day)
    search_others(sc.loose, sc.found_travellers, found, int(par.quarantine_days), day)
    sc.n[N_FOUND_TRAVELLERS] = int(sc.found_travellers[0])
    for kind in range(3):
        people = set_out
        if kind == TRAVELLING:
            people = world.travellers[day] * let_in
        elif kind == FROM_RISK:
            people = world.risk_travellers[day] * let_in * let_in_risk
            sc.held_travellers[day + int(par.quarantine_days)] += people * held
            sc.held_travellers[0] += people * held
            sc.loose[day] = people * (1.0 - held)
        bits = key(memory.seed[0], STREAM_ARRIVE, day, kind)
        share = min(1.0, world.prevalence[day, kind] * par.prevalence_scale)
        for e in range(poisson(people * share, unit(bits))):
            event = split(bits, e)
            district = choose(world.district_cumulative, unit(event))
            person = somebody(city, memory, split(event, 0), district, NOBODY, kind == RETURNING)
            if person == NOBODY:
                continue
            come(city, memory, par, person, kind, event, out, w, day)
            if kind != RETURNING:
                bring_family(city, memory, par, person, kind, event, out, w, day)
    sc.n[N_HELD_TRAVELLERS] = int(sc.held_travellers[0])
    give_places(city, memory)
