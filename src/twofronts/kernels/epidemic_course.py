"""What an infection will be, drawn when it happens: incubation, infectiousness, severity."""

from __future__ import annotations

import math

from twofronts.kernels.epidemic_people import put, set_stage
from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import gamma, key, normal, split, uniform, unit
from twofronts.kernels.types_epidemic import (
    ASYMPTOMATIC,
    BEFORE,
    CRITICAL,
    EXPOSED,
    N_AGE,
    N_FRESH,
    N_PROFILE,
    SEVERE,
    STREAM_TRAITS,
    TO_INFECTIOUS,
    TO_ONSET,
    TO_SEVERE,
)

# Individual infectiousness does not differ from here on
NO_DISPERSION = 1000.0
LONGEST_INCUBATION = 40
# Days before their arrival in which arrivals were infected
LONGEST_BACK = 8


@kernel
def set_profile(par, profile, tail):
    """Spread infectiousness over the days about onset: a gamma density cut into days.

    Parameters
    ----------
    par : record of PAR
        ``profile_shape``; ``profile_mean`` in days after onset - BEFORE.
    profile : float64[N_PROFILE]
        Overwritten; sums to 1.
    tail : float64[N_PROFILE + 1]
        Overwritten: what is left from each day on.
    """
    total = 0.0
    scale = par.profile_mean / par.profile_shape
    for x in range(N_PROFILE):
        middle = x + 0.5
        profile[x] = math.exp((par.profile_shape - 1.0) * math.log(middle) - middle / scale)
        total += profile[x]
    tail[N_PROFILE] = 0.0
    for x in range(N_PROFILE - 1, -1, -1):
        profile[x] /= total
        tail[x] = tail[x + 1] + profile[x]


@kernel
def set_susceptibility(par, susceptibility, top):
    """Set susceptibility by age against the most susceptible age.

    Parameters
    ----------
    par : record of PAR
    susceptibility : float64[N_AGE]
        Overwritten; at most 1.
    top : float64[1]
        Overwritten: the most susceptible against age 15-64.
    """
    top[0] = max(1.0, max(par.child_susceptibility, par.elder_susceptibility))
    for age in range(N_AGE):
        relative = 1.0
        if age < 15:
            relative = par.child_susceptibility
        elif age >= 65:
            relative = par.elder_susceptibility
        susceptibility[age] = relative / top[0]


@kernel
def round_days(x, u):
    """Return whole days that are ``x`` in the mean: the fraction is a chance of one day more.

    Parameters
    ----------
    x : float64
        At least 0. [d]
    u : float64
        In (0, 1).

    Returns
    -------
    int
    """
    whole = int(math.floor(x))
    return whole + 1 if u < x - whole else whole


@kernel
def lies_back(earlier, u):
    """Return how many days before arrival somebody was infected, 1 to 8.

    Parameters
    ----------
    earlier : float64
        Of those infected on one day, how many were on the day before: below 1 where the outbreak
        they come from grows. In (0, 1]. [1]
    u : float64
        In (0, 1).

    Returns
    -------
    int
        [d]
    """
    if earlier > 0.999:
        return 1 + int(u * LONGEST_BACK)
    left = 1.0 - u * (1.0 - earlier**LONGEST_BACK)
    return min(1 + int(math.log(left) / math.log(earlier)), LONGEST_BACK)


@kernel
def draw_course(world, par, sc, seed, i, today):
    """Draw the course of an infection and enter what is to come in the calendar.

    Parameters
    ----------
    world : World
    par : record of PAR
    sc : Scratch
    seed : uint64
    i : int
        Record; ``infected`` may lie before today.
    today : int
        What would have happened before today happens today.
    """
    p = sc.people[i]
    bits = key(seed, STREAM_TRAITS, p.person, 0)
    incubation = math.exp(par.incubation_meanlog + par.incubation_sdlog * normal(unit(bits)))
    days = min(max(1, int(math.floor(incubation + 0.5))), LONGEST_INCUBATION)
    onset = int(p.infected) + days
    traits = 0
    if unit(split(bits, 0)) < min(1.0, world.severe_prob[p.age] * par.severe_scale):
        traits = SEVERE
        if unit(split(bits, 1)) < par.critical_share:
            traits |= CRITICAL
    elif unit(split(bits, 2)) < par.asymptomatic_share:
        traits = ASYMPTOMATIC
    individual = 1.0
    if par.k < NO_DISPERSION:
        individual = gamma(par.k, unit(split(bits, 3)), unit(split(bits, 4))) / par.k
    if traits & ASYMPTOMATIC:
        individual *= par.asymptomatic_infectiousness
    first = max(int(p.infected) + 1, onset - BEFORE)
    p.onset = onset
    p.last = onset - BEFORE + N_PROFILE - 1
    # short incubation starts late on the profile; nobody is less infectious for it
    p.infectivity = individual / sc.tail[first - onset + BEFORE]
    p.traits = traits
    set_stage(sc, i, EXPOSED)
    put(sc, TO_INFECTIOUS, max(first, today), i)
    if traits & ASYMPTOMATIC == 0:
        put(sc, TO_ONSET, max(onset, today), i)
    if traits & SEVERE:
        delay = round_days(par.severe_delay, unit(split(bits, 5)))
        put(sc, TO_SEVERE, max(onset + delay, today), i)


@kernel
def settle(city, memory, par, out, w, day):
    """Draw the courses of today's infections, link them to their sources, and count them.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    out : Output
    w : int
        Row of the draw in ``out``.
    day : int
    """
    sc = memory.scratch
    for j in range(sc.n[N_FRESH]):
        i = sc.fresh[j]
        draw_course(city.world, par, sc, memory.seed[0], i, day + 1)
        p = sc.people[i]
        source = sc.index[p.source] - 1
        p.sibling = sc.people[source].child
        sc.people[source].child = i + 1
        out.infections[w, day, p.district] += 1
        out.by_setting[w, day, p.setting] += 1
    sc.n[N_FRESH] = 0


@kernel
def weibull(mean, shape, passed, u):
    """Return the Weibull value at quantile ``u``, given that it is more than ``passed``.

    Parameters
    ----------
    mean, shape : float64
        Above 0.
    passed : float64
        At least 0. [unit of ``mean``]
    u : float64
        In (0, 1).

    Returns
    -------
    float64
        [unit of ``mean``]
    """
    scale = mean / math.gamma(1.0 + 1.0 / shape)
    return scale * ((passed / scale) ** shape - math.log(u)) ** (1.0 / shape)


@kernel
def chance(memory, stream, person, day):
    """Return this draw's uniform for a purpose, a person and a day."""
    return uniform(memory.seed[0], stream, person, day)
