"""Kin of other households: families that visit one another, and the floors of dormitories.

Who is whose kin follows from where households lie in the list of all, so that nothing is kept for
it: a family belongs to a circle of families of its district, evenly far apart in the list, and to
one of the whole city. Those in a circle are kin of one another and of nobody else in it.
"""

from __future__ import annotations

from twofronts.kernels.epidemic_meet import note, shut_in
from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import split, unit
from twofronts.kernels.types import COLLECTIVE, KIN, NOBODY
from twofronts.kernels.types_epidemic import FX_SHUT, FX_TRAVEL, INSIDE


@kernel
def n_kin(city):
    """Return how many other households a household can be kin of."""
    return city.world.kin_circle[0] + city.world.kin_circle[1] - 2


@kernel
def in_collective(residents, household):
    """Return whether a household is a room of a dormitory."""
    return residents.flags[residents.household_start[household]] & COLLECTIVE != 0


@kernel
def next_room(residents, household, j, n):
    """Return another room on the floor: ``n + 1`` neighbouring rooms of a compound are one.

    Parameters
    ----------
    residents : ResidentArrays
    household : int
        Of people who live together in a dormitory.
    j, n : int
        Which of how many others.

    Returns
    -------
    int
        Household, or NOBODY if the floor has fewer rooms.
    """
    r = residents
    compound = r.household_compound[household]
    first = r.household[r.compound_start[compound]]
    last = r.household[r.compound_start[compound + 1] - 1]
    at = (household - first) % (n + 1)
    room = household - at + (at + 1 + j) % (n + 1)
    if room > last or not in_collective(r, room):
        return NOBODY
    return room


@kernel
def relatives(residents, household, first, last, circle, step):
    """Return a household as many steps on in a circle of households.

    Parameters
    ----------
    residents : ResidentArrays
    household : int
    first, last : int
        Households among which circles are formed, ``last`` not among them.
    circle : int
        Households of a circle.
    step : int
        1 to ``circle - 1``.

    Returns
    -------
    int
        Household, or NOBODY where circles do not come out even, or it is a dormitory's room.
    """
    apart = (last - first) // circle
    at = household - first
    if at >= apart * circle:
        return NOBODY
    other = first + (at + step * apart) % (apart * circle)
    return NOBODY if in_collective(residents, other) else other


@kernel
def kin_household(city, household, district, floor, j):
    """Return one of the households that a household is kin of.

    Parameters
    ----------
    city : City
    household, district : int
        The second is where the first lives.
    floor : bool
        Whether it is a room of a dormitory: whoever asks knows, and reads of residents are slow.
    j : int
        0 to ``n_kin(city) - 1``: those of the district first.

    Returns
    -------
    int
        Household, or NOBODY.
    """
    r = city.residents
    if floor:
        return next_room(r, household, j, n_kin(city))
    near, far = city.world.kin_circle[0], city.world.kin_circle[1]
    if j < near - 1:
        first = r.household[r.district_start[district]]
        last = r.household[r.district_start[district + 1] - 1] + 1
        return relatives(r, household, first, last, near, j + 1)
    last = r.household_start.shape[0] - 1
    return relatives(r, household, 0, last, far, j - near + 2)


@kernel
def meet_kin(city, memory, i, n, bits, day):
    """Make a day's transmission events among kin of other households, or on the floor.

    Parameters
    ----------
    city : City
    memory : Memory
    i : int
        Record of the infectious person.
    n : int
        Number of events.
    bits : uint64
    day : int
    """
    sc, r, fx = memory.scratch, city.residents, city.world.fx
    p = sc.people[i]
    household = r.household[p.person]
    floor = r.flags[p.person] & COLLECTIVE != 0
    others = n_kin(city)
    at_home = shut_in(sc, memory.seed[0], p.person, p.row, fx[FX_SHUT])
    for e in range(n):
        event = split(bits, e)
        if not floor and (at_home or unit(split(event, 1)) >= sc.effects[p.row, fx[FX_TRAVEL]]):
            continue
        first = int(unit(split(event, 2)) * others)
        other = NOBODY
        for k in range(others):
            if other == NOBODY:
                other = kin_household(city, household, p.district, floor, (first + k) % others)
        if other == NOBODY:
            continue
        low, high = r.household_start[other], r.household_start[other + 1]
        target = low + int(unit(event) * (high - low))
        kind = KIN + INSIDE if floor else KIN
        note(city, memory, i, target, kind, e, unit(split(event, 3)), day)
