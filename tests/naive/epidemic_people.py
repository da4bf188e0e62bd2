"""The people of the slow twin of front one: one plain object each, and the luck they share.

Only the keys of the random numbers are those of the kernels (``twofronts.kernels.rng``): which
stream, whose number, which day. What is made of them is written down anew, from the documents.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from twofronts.kernels import rng
from twofronts.kernels import types as r
from twofronts.kernels import types_epidemic as t

SETTINGS = ("home", "work", "school", "community", "kin")
AT_LARGE, KEPT_HOME, KEPT_CENTRAL = "at large", "kept at home", "kept in a central place"
APART, IN_WARD, IN_ICU, BURIED = "apart", "in the ward", "in intensive care", "buried"
PLACES = (AT_LARGE, KEPT_HOME, KEPT_CENTRAL, APART, IN_WARD, IN_ICU, BURIED)
STAGES = ("susceptible", "new", "exposed", "infectious", "immune", "dead")


def bits(seed, stream, a, b=0):
    """64 random bits for a purpose, a person and a day."""
    return np.uint64(rng.key(np.uint64(seed), stream, int(a), int(b)))


def child(parent, i):
    """The ``i``-th further 64 bits out of 64 random bits."""
    return np.uint64(rng.split(np.uint64(parent), i))


def unit(given):
    """The uniform that 64 bits stand for."""
    return float(rng.unit(np.uint64(given)))


def chance(seed, stream, a, b=0):
    """A uniform for a purpose, a person and a day."""
    return unit(bits(seed, stream, a, b))


def whole_days(x, u):
    """Whole days, ``x`` on the mean."""
    return math.floor(x) + (1 if u < x - math.floor(x) else 0)


def ticket(seed, person, day):
    """A place in a queue by lot; the person's number settles ties."""
    return int(bits(seed, t.STREAM_PLACE, person.number, day)) >> 32, person.number


@dataclass(eq=False)
class Site:
    """A workplace or a school."""

    number: int
    school: bool
    sector: int
    district: int
    rank: float
    members: list = field(default_factory=list)


@dataclass(eq=False)
class Person:
    """A resident, and all that happens to them in a draw."""

    number: int
    age: int
    district: int
    compound: int
    was_away: bool
    lives_in_a_collective: bool
    household: list = field(default_factory=list)
    kin: list = field(default_factory=list)  # households, None where there is none
    team: list = field(default_factory=list)
    site: Any = None

    stage: str = "susceptible"
    place: str = AT_LARGE
    infected: Any = None  # day
    source: Any = None  # a Person, "start" or "arrival"
    setting: Any = None
    infected_by_me: list = field(default_factory=list)
    onset: Any = None
    last: Any = None
    infectivity: float = 0.0
    symptoms: bool = False
    severe: bool = False
    critical: bool = False
    without_bed: bool = False
    without_icu: bool = False
    confirmed: Any = None
    apart_since: Any = None  # first day kept apart
    attended: bool = False
    asked: Any = None  # (round of tests, ticket) while waiting for a test
    in_laboratory: bool = False
    came: Any = None  # day of arrival
    searched: bool = False
    at_leisure: bool = False  # came as a traveller, and goes to no site
    # what is to come: the day of each
    due: dict = field(default_factory=dict)
    visits: set = field(default_factory=set)

    def kept_since(self, day):
        """Note the first day on which somebody is kept apart."""
        if self.apart_since is None:
            self.apart_since = day

    @property
    def held(self):
        return self.place in (KEPT_HOME, KEPT_CENTRAL)

    @property
    def in_care(self):
        """Kept apart as a case, or worse."""
        return self.place in (APART, IN_WARD, IN_ICU, BURIED)

    @property
    def ill_or_about_to(self):
        """Infected and not through with it."""
        return self.stage in ("new", "exposed", "infectious")


def build_people(arrays):
    """Every resident as an object, in the order of the arrays; the members of each site."""
    sites = []
    for s in range(len(arrays.site_kind)):
        school = arrays.site_kind[s] == r.SCHOOL_SITE
        rank = float(arrays.site_rank[s])
        sector = -1 if school else int(arrays.site_sector[s])
        sites.append(Site(s, school, sector, int(arrays.site_district[s]), rank))
    people = []
    for n in range(len(arrays.age)):
        compound = int(arrays.household_compound[arrays.household[n]])
        district = int(arrays.compound_district[compound])
        away = bool(arrays.flags[n] & r.AWAY)
        collective = bool(arrays.flags[n] & r.COLLECTIVE)
        people.append(Person(n, int(arrays.age[n]), district, compound, away, collective))
    for h in range(len(arrays.household_start) - 1):
        members = people[arrays.household_start[h] : arrays.household_start[h + 1]]
        for p in members:
            p.household = members
    for g in range(len(arrays.group_site)):
        numbers = arrays.group_member[arrays.group_start[g] : arrays.group_start[g + 1]]
        members = [people[i] for i in numbers]
        site = sites[arrays.group_site[g]]
        site.members += members
        for p in members:
            p.team, p.site = members, site
    return people, sites


def tell_kin(people, districts, compounds, near, far):
    """Say who is whose kin: families far apart in their district and in the city, floors' rooms."""

    def households(circle):
        found = []
        for p in circle:
            if not found or found[-1] is not p.household:
                found.append(p.household)
        return found

    def circle_of(homes, size):
        """Each household's others in its circle: those as far apart as circles are many."""
        many = len(homes) // size
        circles = [homes[i : many * size : many] for i in range(many)]
        others = {}
        for ring in circles:
            for i, home in enumerate(ring):
                others[id(home)] = [*ring[i + 1 :], *ring[:i]]
        return others

    in_city = circle_of(households(people), far)
    for district in districts:
        in_district = circle_of(households(district), near)
        for p in district:
            one = in_district.get(id(p.household), [None] * (near - 1))
            two = in_city.get(id(p.household), [None] * (far - 1))
            p.kin = [h if h and not h[0].lives_in_a_collective else None for h in one + two]
    floor = near + far - 1
    for compound in compounds:
        homes = households(compound)
        for i, home in enumerate(homes):
            if home[0].lives_in_a_collective:
                first = i - i % floor
                order = [first + (i - first + 1 + j) % floor for j in range(floor - 1)]
                rooms = [homes[k] if k < len(homes) else None for k in order]
                for p in home:
                    p.kin = [h if h and h[0].lives_in_a_collective else None for h in rooms]


def draw_course(x, p, today):
    """What an infection will be: incubation, infectiousness, severity, and when each comes."""
    par, luck = x.par, bits(x.seed, t.STREAM_TRAITS, p.number)
    incubation = math.exp(par.incubation_meanlog + par.incubation_sdlog * rng.normal(unit(luck)))
    p.onset = p.infected + min(max(1, math.floor(incubation + 0.5)), 40)
    p.severe = unit(child(luck, 0)) < min(1.0, x.world.severe_prob[p.age] * par.severe_scale)
    p.critical = p.severe and unit(child(luck, 1)) < par.critical_share
    p.symptoms = p.severe or not unit(child(luck, 2)) < par.asymptomatic_share
    individual = 1.0
    if par.k < 1000:
        individual = rng.gamma(par.k, unit(child(luck, 3)), unit(child(luck, 4))) / par.k
    if not p.symptoms:
        individual *= par.asymptomatic_infectiousness
    begins = max(p.infected + 1, p.onset - t.BEFORE)
    p.last = p.onset - t.BEFORE + t.N_PROFILE - 1
    # whoever is infectious for fewer days spreads as much over them; kept in single precision
    left = sum(x.profile[begins - p.onset + t.BEFORE :])
    p.infectivity = float(np.float32(individual / left))
    p.stage = "exposed"
    p.due["infectious"] = max(begins, today)
    if p.symptoms:
        p.due["onset"] = max(p.onset, today)
    if p.severe:
        delay = whole_days(par.severe_delay, unit(child(luck, 5)))
        p.due["severe"] = max(p.onset + delay, today)
