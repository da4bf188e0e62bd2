"""One draw: the city from its first day to its last, each day in the order of a real day.

``run_draw`` runs front one alone, as fits do; ``run_both`` runs both fronts, which hold each other
back: illness and quarantine take staff away, and a lack of masks or reagents keeps sites shut and
tests undone on the next day.
"""

from __future__ import annotations

from twofronts.kernels.attendance import labour_after_absence
from twofronts.kernels.economy import economy_reset, record_of, settle_day
from twofronts.kernels.economy import record_day as record_economy
from twofronts.kernels.effects import combine_levels
from twofronts.kernels.epidemic_arrive import arrive, start_infections
from twofronts.kernels.epidemic_care import (
    decide_outcomes,
    discharge,
    give_beds,
    give_intensive_care,
    worsen,
)
from twofronts.kernels.epidemic_course import set_profile, set_susceptibility, settle
from twofronts.kernels.epidemic_infect import infect, retire
from twofronts.kernels.epidemic_progress import (
    become_infectious,
    fall_ill,
    read_results,
    release,
    run_tests,
    seek_care,
)
from twofronts.kernels.epidemic_report import (
    observed_reproduction,
    record_day,
    report,
    reset_reports,
)
from twofronts.kernels.epidemic_trace import give_places, trace
from twofronts.kernels.jit import kernel
from twofronts.kernels.labour import labour_day, labour_reset
from twofronts.kernels.measures import (
    district_effects,
    grade_districts,
    local_levels,
    orders_on,
    reset_decisions,
    switch_sets,
)
from twofronts.kernels.rng import key, uniform
from twofronts.kernels.types_epidemic import (
    BEDS,
    FX_ATTEND_STAFF,
    FX_BEDS,
    ICU,
    N_COUNTED,
    N_PEOPLE,
    ROW_SECTOR,
    ROW_SITE,
    STREAM_DRAW,
    STREAM_MEASURE,
    WARD,
)


@kernel
def wipe(sc):
    """Undo what the last draw left, touching only what it touched.

    Parameters
    ----------
    sc : Scratch
    """
    for i in range(sc.n[N_PEOPLE]):
        person = sc.people[i].person
        sc.state[person] = 0
        sc.index[person] = 0
    sc.n[:] = 0
    sc.head[:, :] = 0
    sc.cohort[:] = 0
    sc.stages[:] = 0
    sc.places[:] = 0
    sc.absent[:, :, :] = 0
    sc.held_travellers[:] = 0.0
    sc.found_travellers[:] = 0.0
    sc.loose[:] = 0.0
    sc.workers[:] = 0.0
    sc.gate[:] = 1.0


@kernel
def strength_of(world, seed, m):
    """Return how strongly a measure works in a draw, in [0, 1]; 0.5 gives its own values.

    Parameters
    ----------
    world : World
    seed : uint64
        Of the draw.
    m : int
        Measure.

    Returns
    -------
    float64
    """
    return 0.5 if world.middle[0] == 1 else uniform(seed, STREAM_MEASURE, m, 0)


@kernel
def begin(city, memory, par, w, seed):
    """Put a draw at its start: luck, measures' strength, profile, reports so far, infections.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    w : int
        Number of the draw.
    seed : int
        Of the run.
    """
    sc = memory.scratch
    wipe(sc)
    memory.seed[0] = key(seed, STREAM_DRAW, w, 0)
    for m in range(sc.strength.shape[0]):
        sc.strength[m] = strength_of(city.world, memory.seed[0], m)
    set_profile(par, sc.profile, sc.tail)
    set_susceptibility(par, sc.susceptibility, sc.top)
    reset_reports(city, memory)
    reset_decisions(city.rules, memory.decisions)
    labour_reset(city.labour, w, memory.labour)
    sc.returned[0] = memory.labour.back[1]
    start_infections(city, memory, par, w)


@kernel
def decide(city, memory, out, w, day):
    """Grade the districts from yesterday's reports and turn grades into effects.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    w, day : int
    """
    sc = memory.scratch
    rules = city.rules
    world = city.world
    grade_districts(rules.grades, memory.grades, day - 1, memory.grade)
    if rules.switch.used == 1 and day > 0:
        beds = world.capacity[BEDS] * sc.effects[0, world.fx[FX_BEDS]]
        in_use = (sc.places[WARD] + sc.places[ICU]) / max(beds, 1.0)
        reproduction = observed_reproduction(city, memory, out, w, day)
        switch_sets(rules, memory.decisions, in_use, reproduction, day)
    n = world.population.shape[0]
    district_effects(rules, memory.grade, memory.decisions, day, sc.strength, sc.effects[:n])
    for x in range(world.row_place.shape[0]):
        kind = world.row_kind[x]
        place = world.row_place[x]
        d = world.row_district[x]
        overrides = rules.compound_level
        if kind == ROW_SITE:
            overrides = rules.site_level
        elif kind == ROW_SECTOR:
            overrides = rules.sector_level
        local_levels(rules, overrides, place, d, memory.decisions, day, sc.levels, sc.shares)
        combine_levels(rules, sc.levels, sc.shares, sc.strength, sc.effects[n + x])
        own = orders_on(rules, overrides, place, day, world.fx[FX_ATTEND_STAFF:])
        sc.own_attendance[x] = own
        if kind == ROW_SECTOR:
            at = world.fx[FX_ATTEND_STAFF + city.labour.group[place]]
            memory.labour.own_cap[place, d] = sc.effects[n + x, at] if own else -1.0


@kernel
def heed(city, memory, par, day):
    """Say how much of their contacts in the community cautious people keep of their own accord.

    Orders and caution take away the same contacts, so the stricter of the two counts and they do
    not multiply: the effects of the catalogue come from a time in which people were cautious.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.cautious`` is overwritten.
    par : record of PAR
    day : int
    """
    w = city.world
    kept = 1.0
    if w.fading[day] > 0.0:
        kept = 0.5 ** (w.fading[day] / par.caution_half_life)
    memory.scratch.cautious[0] = 1.0 - par.caution * w.caution[day] * kept


@kernel
def attend(city, memory, day):
    """Say which share of each sector's sites is open, who is back in the city and who is held.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.workers``, ``returned`` and ``permitted`` are overwritten.
    day : int

    Returns
    -------
    float64
        Workers who came back since yesterday. [persons]
    """
    set_out, before = memory.labour.back
    n = city.world.population.shape[0]
    gate = memory.scratch.gate[0]
    labour_day(city.labour, memory.labour, memory.scratch.effects[:n], day, gate, memory.labour_out)
    memory.scratch.permitted[:, :] = memory.labour_out.permitted
    memory.scratch.returned[0] = memory.labour_out.returned[0]
    memory.scratch.workers[0] = (memory.labour.back[0] - set_out) * city.world.away[0]
    memory.scratch.workers[1] = memory.labour.held.sum() * city.world.away[0]
    return (memory.labour_out.returned[0] - before) * city.world.away[0]


@kernel
def progress(city, memory, par, out, w, day):
    """Move illness, care seeking, tests, tracing and quarantine on by one day.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    out : Output
    w, day : int
    """
    fall_ill(city, memory, par, out, w, day)
    seek_care(city, memory, day)
    read_results(city, memory, par, day)
    give_beds(city, memory)
    release(city, memory, day)
    trace(city, memory, par, day)
    give_places(city, memory)
    run_tests(city, memory, par, day)


@kernel
def care(city, memory, par, out, w, day):
    """Move the severely ill on by one day: beds, intensive care, outcomes.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    out : Output
    w, day : int
    """
    worsen(city, memory, par, day)
    give_beds(city, memory)
    give_intensive_care(city, memory, day)
    decide_outcomes(city, memory, par, out, w, day)
    discharge(city, memory, day)


@kernel
def count_absent(city, memory):
    """Turn staff ill or held into shares of ordinary staff.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.absent_share`` is overwritten.
    """
    staff, absent, share = city.world.staff, memory.scratch.absent, memory.scratch.absent_share
    for a in range(2):
        for s in range(staff.shape[0]):
            for d in range(staff.shape[1]):
                share[a, s, d] = absent[a, s, d] / max(staff[s, d], 1.0)


@kernel
def produce(city, memory):
    """Take those ill or held off the day's labour.

    Parameters
    ----------
    city : City
    memory : Memory
    """
    sc = memory.scratch
    count_absent(city, memory)
    labour_after_absence(
        memory.labour_out, sc.absent_share[0], sc.absent_share[1], memory.on_site, memory.working
    )


@kernel
def produce_both(city, memory, economy, day):
    """Produce, supply and account for a day; what runs short holds tomorrow back.

    Parameters
    ----------
    city : City
    memory : Memory
        Its labour is that of ``economy``.
    economy : Economy
    day : int
    """
    sc = memory.scratch
    count_absent(city, memory)
    economy.care[0] = sc.places[WARD]
    economy.care[1] = sc.places[ICU]
    economy.care[2] = sc.tests_wanted[0]
    settle_day(
        economy.params,
        economy.state,
        economy.scratch,
        sc.effects[: city.world.population.shape[0]],
        sc.absent_share,
        economy.care,
        day,
        economy.out,
    )
    sc.gate[:] = economy.state.supplies.gate


@kernel
def counted_out(sc, out, limit, w, day):
    """Say whether a draw has counted as many infections as it may before a day.

    Parameters
    ----------
    sc : Scratch
        Yesterday's infections are added to ``n[N_COUNTED]``: to be asked once on every day.
    out : Output
    limit : int
        [persons]
    w, day : int

    Returns
    -------
    bool
    """
    if day > 0:
        for d in range(out.infections.shape[2]):
            sc.n[N_COUNTED] += out.infections[w, day - 1, d]
    return sc.n[N_COUNTED] >= limit


@kernel
def live(city, memory, par, out, w, day):
    """Run a day of front one from the morning's decisions to the evening's care.

    A draw that has counted as many infections as ``world.counted`` goes on without new ones from
    contact, so that a course out of hand costs no more than that many. What it counts from then on
    is a lower bound.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    out : Output
    w, day : int
    """
    decide(city, memory, out, w, day)
    heed(city, memory, par, day)
    came_back = attend(city, memory, day)
    arrive(city, memory, par, came_back, out, w, day)
    become_infectious(memory, day)
    if counted_out(memory.scratch, out, city.world.counted[0], w, day):
        retire(memory, day)
    else:
        infect(city, memory, par, day)
    settle(city, memory, par, out, w, day)
    progress(city, memory, par, out, w, day)
    care(city, memory, par, out, w, day)


@kernel
def run_draw(city, memory, pars, out, w, seed):
    """Run one draw of front one over all its days.

    Parameters
    ----------
    city : City
        Shared, only read.
    memory : Memory
        This thread's; what the last draw left is undone first.
    pars : PAR[draw]
        The parameters of every draw.
    out : Output
        Row ``w`` is written.
    w : int
        Number of the draw.
    seed : int
        Of the run.
    """
    par = pars[w]
    begin(city, memory, par, w, seed)
    for day in range(out.infections.shape[1]):
        live(city, memory, par, out, w, day)
        produce(city, memory)
        report(city, memory, out, w, day)
        record_day(city, memory, out, w, day)


@kernel
def run_both(city, memory, economy, pars, out, first, last, seed):
    """Run both fronts of some draws over all their days.

    Parameters
    ----------
    city : City
    memory : Memory
        This thread's. Its labour, ``on_site`` and ``working`` are the very arrays of ``economy``.
    economy : Economy
        This thread's, but for ``params`` and ``record``; of the record, the draws' rows are
        written.
    pars : PAR[draw]
    out : Output
        The draws' rows are written.
    first, last : int
        Draws ``first`` to ``last - 1``.
    seed : int
        Of the run.
    """
    for w in range(first, last):
        par = pars[w]
        begin(city, memory, par, w, seed)
        economy_reset(economy.params, w, economy.state)
        record = record_of(economy.record, w)
        for day in range(out.infections.shape[1]):
            live(city, memory, par, out, w, day)
            produce_both(city, memory, economy, day)
            report(city, memory, out, w, day)
            record_day(city, memory, out, w, day)
            record_economy(economy.params, economy.state, economy.out, day, record)
