"""Front two beside a draw of front one: its decisions once more, then production and supplies.

The draw has written what it was like: grades, patients, tests, who was absent. From these the same
measures follow on every day, so labour, output and stocks can be run after it. What the run of
front one does not see is the share of staff without masks: it infects as if there were enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twofronts.kernels.day import observed_reproduction, switch_sets
from twofronts.kernels.economy import attend_day, economy_reset, settle_day
from twofronts.kernels.epidemic_arrive import border_means
from twofronts.kernels.jit import kernel
from twofronts.kernels.measures import district_effects, reset_decisions
from twofronts.kernels.rng import key, uniform
from twofronts.kernels.types_epidemic import (
    BEDS,
    FX_BEDS,
    FX_HOLD_HOME,
    FX_PLACES,
    PLACES,
    STREAM_DRAW,
    STREAM_MEASURE,
)

# What is kept of each day, in the order of the last axis of ``days``
LOST, JOBS, FIRMS, STAFF, CAPACITY, MASKS, GOODS, BEDS_USE, PLACES_USE = range(9)
N_DAILY = 9


class FrontTwo(NamedTuple):
    """Front two of one thread: what all draws share, and what the current one remembers."""

    params: NamedTuple  # kernels.economy.EconomyParams
    state: NamedTuple  # kernels.economy.EconomyState
    scratch: NamedTuple  # kernels.economy.EconomyScratch
    out: NamedTuple  # kernels.economy.EconomyOut
    absent: np.ndarray  # float64[2, s, d]
    care: np.ndarray  # float64[3]
    held: np.ndarray  # float64[day + 64] travellers held: in all, and by day of release
    hold_days: np.ndarray  # float64[draw] that they are held
    central: np.ndarray  # int64[2] the measure, and the level from which a place is found for them


@kernel
def decide_again(city, memory, out, w, day):
    """Turn a day's recorded grades into the effects that the draw had.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.effects`` of the districts is overwritten.
    out : Output
        Of the draw.
    w, day : int
    """
    sc = memory.scratch
    rules = city.rules
    world = city.world
    memory.grade[:] = out.grade[w, day]
    if rules.switch.used == 1 and day > 0:
        beds = world.capacity[BEDS] * sc.effects[0, world.fx[FX_BEDS]]
        in_use = (out.ward[w, day - 1] + out.icu[w, day - 1]) / max(beds, 1.0)
        reproduction = observed_reproduction(city, memory, out, w, day)
        switch_sets(rules, memory.decisions, in_use, reproduction, day)
    n = world.population.shape[0]
    district_effects(rules, memory.grade, memory.decisions, day, sc.strength, sc.effects[:n])


@kernel
def places_wanted(city, memory, out, two, w, day):
    """Return how many central quarantine places are wanted on a day.

    Contacts whom the rules do not leave at home, and travellers from risk areas where the rules
    hold them in central places.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    two : FrontTwo
        ``held`` is moved on by a day.
    w, day : int

    Returns
    -------
    float64
        [persons]
    """
    let_in, let_in_risk, share = border_means(city, memory)
    if day > 0:
        two.held[0] -= two.held[day]
    people = city.world.risk_travellers[day] * let_in * let_in_risk * share
    two.held[day + int(two.hold_days[w])] += people
    two.held[0] += people
    contacts = max(0.0, out.quarantined[w, day] - two.held[0])
    at_home = memory.scratch.effects[0, city.world.fx[FX_HOLD_HOME]]
    level = memory.decisions.level[0, two.central[0]]
    return contacts * (1.0 - at_home) + (two.held[0] if level >= two.central[1] else 0.0)


@kernel
def keep_day(city, memory, out, two, kept, w, day):
    """Keep a day's accounts: money lost, jobs, the three rates, cover, and use of places.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    two : FrontTwo
    kept : float64[N_DAILY]
        Overwritten.
    w, day : int
    """
    made = two.out.production
    params = two.params
    lost, jobs, firms, n_firms, staff, n_staff = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    output, normal = 0.0, 0.0
    for s in range(params.staff.shape[0]):
        output += made.output[s]
        normal += params.production.output[s]
        for d in range(params.staff.shape[1]):
            here = params.production.value_added[s] * params.production.district_share[s, d]
            gone = max(0.0, here - made.value_added[s, d])
            lost += gone
            jobs += params.staff[s, d] * gone / here if here > 0.0 else 0.0
            count = params.labour.firm_count[0, s, d] + params.labour.firm_count[1, s, d]
            firms += count * two.out.labour.firms_open[s, d]
            n_firms += count
            staff += params.staff[s, d] * two.out.on_site[s, d]
            n_staff += params.staff[s, d]
    kept[LOST], kept[JOBS] = lost, jobs
    kept[FIRMS], kept[STAFF] = firms / max(n_firms, 1.0), staff / max(n_staff, 1.0)
    kept[CAPACITY] = output / normal if normal > 0.0 else 1.0
    masks, daily = 999.0, 999.0
    for g in range(params.supplies.stock.shape[0]):
        if g == params.supplies.masks[0]:
            masks = two.out.supplies.cover[g]
        elif not params.supplies.protective[g]:
            daily = min(daily, two.out.supplies.cover[g])
    kept[MASKS], kept[GOODS] = masks, daily
    effects, fx = memory.scratch.effects, city.world.fx
    beds = int(city.world.capacity[BEDS] * effects[0, fx[FX_BEDS]])
    places = int(city.world.capacity[PLACES] * effects[0, fx[FX_PLACES]])
    wanted = places_wanted(city, memory, out, two, w, day)
    kept[BEDS_USE] = (out.ward[w, day] + out.icu[w, day]) / max(beds, 1)
    kept[PLACES_USE] = wanted / max(places, 1)


@kernel
def run_front_two(city, memory, out, two, days, first, last, seed):
    """Run front two beside draws that ``run_draws`` has written.

    Parameters
    ----------
    city : City
    memory : Memory
        Of this thread; levels and effects are overwritten, nothing of front one is.
    out : Output
        Rows ``first`` to ``last - 1`` are read.
    two : FrontTwo
    days : float64[draw, day, N_DAILY]
        The same rows are written.
    first, last : int
    seed : int
        Of the run.
    """
    sc = memory.scratch
    n = city.world.population.shape[0]
    staff = city.world.staff
    for w in range(first, last):
        memory.seed[0] = key(seed, STREAM_DRAW, w, 0)
        for m in range(sc.strength.shape[0]):
            sc.strength[m] = uniform(memory.seed[0], STREAM_MEASURE, m, 0)
        reset_decisions(city.rules, memory.decisions)
        economy_reset(two.params, w, two.state)
        two.held[:] = 0.0
        for day in range(days.shape[1]):
            decide_again(city, memory, out, w, day)
            effects = sc.effects[:n]
            attend_day(two.params, two.state, effects, day, two.out)
            for s in range(staff.shape[0]):
                for d in range(staff.shape[1]):
                    people = max(staff[s, d], 1.0)
                    two.absent[0, s, d] = out.absent_ill[w, day, s, d] / people
                    two.absent[1, s, d] = out.absent_held[w, day, s, d] / people
            two.care[0] = out.ward[w, day]
            two.care[1] = out.icu[w, day]
            two.care[2] = out.tests[w, day] + out.test_queue[w, day]
            settle_day(
                two.params, two.state, two.scratch, effects, two.absent, two.care, day, two.out
            )
            keep_day(city, memory, out, two, days[w, day], w, day)
