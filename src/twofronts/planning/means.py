"""How far a draw's beds and quarantine places were in use: its decisions once more.

The draw has written its grades and its patients. From these the same measures follow on every day,
and with them how many beds and places there were, which a run does not keep.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twofronts.kernels.day import observed_reproduction, strength_of, switch_sets
from twofronts.kernels.epidemic_arrive import border_means, search_others
from twofronts.kernels.epidemic_trace import travellers_apart
from twofronts.kernels.jit import kernel
from twofronts.kernels.measures import district_effects, reset_decisions
from twofronts.kernels.rng import key
from twofronts.kernels.types_epidemic import (
    BEDS,
    FX_BEDS,
    FX_HOLD_HOME,
    FX_PLACES,
    PLACES,
    STREAM_DRAW,
)

BEDS_USE, PLACES_USE = 0, 1


class Holding(NamedTuple):
    """Travellers held, as front one counts them."""

    held: np.ndarray  # float64[day + 64] in all, and by day of release
    found: np.ndarray  # float64[day + 64] the same, of those found after arrival and kept at home
    loose: np.ndarray  # float64[day] let through, by day of arrival
    days: np.ndarray  # float64[draw] that they are held


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
def places_wanted(city, memory, out, holding, w, day):
    """Return how many central quarantine places are wanted on a day.

    Contacts whom the rules do not leave at home, and travellers from risk areas where the rules
    hold them in central places. Of returning workers held then, a share too.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    holding : Holding
        ``held`` is moved on by a day.
    w, day : int

    Returns
    -------
    float64
        [persons]
    """
    let_in, let_in_risk, share, sought = border_means(city, memory)
    last = int(holding.days[w])
    search_others(holding.loose, holding.found, sought, last, day)
    if day > 0:
        holding.held[0] -= holding.held[day]
    come = city.world.risk_travellers[day] * let_in * let_in_risk
    holding.loose[day] = come * (1.0 - share)
    people = come * share
    holding.held[day + last] += people
    holding.held[0] += people
    contacts = out.quarantined[w, day] - out.held_workers[w, day]
    contacts = max(0.0, contacts - holding.held[0] - holding.found[0])
    at_home = memory.scratch.effects[0, city.world.fx[FX_HOLD_HOME]]
    apart = 0.0
    if travellers_apart(city, memory):
        workers = out.held_workers[w, day] * city.world.worker_places[0]
        apart = holding.held[0] + workers
    return contacts * (1.0 - at_home) + apart


@kernel
def use_of_means(city, memory, out, holding, use, first, last, seed):
    """Return how far beds and places were in use on every day of draws that have been run.

    Parameters
    ----------
    city : City
    memory : Memory
        Of this thread; decisions, effects and travellers held are overwritten.
    out : Output
        Rows ``first`` to ``last - 1`` are read.
    holding : Holding
    use : float64[draw, day, 2]
        The same rows are written: patients over designated beds, wish for central places over
        places. [1]
    first, last : int
    seed : int
        Of the run.
    """
    sc = memory.scratch
    world = city.world
    for w in range(first, last):
        memory.seed[0] = key(seed, STREAM_DRAW, w, 0)
        for m in range(sc.strength.shape[0]):
            sc.strength[m] = strength_of(world, memory.seed[0], m)
        reset_decisions(city.rules, memory.decisions)
        holding.held[:] = 0.0
        holding.found[:] = 0.0
        holding.loose[:] = 0.0
        for day in range(use.shape[1]):
            decide_again(city, memory, out, w, day)
            beds = int(world.capacity[BEDS] * sc.effects[0, world.fx[FX_BEDS]])
            places = int(world.capacity[PLACES] * sc.effects[0, world.fx[FX_PLACES]])
            wanted = places_wanted(city, memory, out, holding, w, day)
            use[w, day, BEDS_USE] = (out.ward[w, day] + out.icu[w, day]) / max(beds, 1)
            use[w, day, PLACES_USE] = wanted / max(places, 1)
