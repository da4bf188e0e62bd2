"""Who infects whom today: at home, at work or school, among kin, in the community.

Each infectious person makes a Poisson number of transmission events in each setting. Every event
has random numbers of its own, keyed by person, day, setting and number, and the number comes by
inversion: a measure that loosens contacts adds events and takes none away, so two rulebooks under
one seed can be compared pair by pair. An event infects if its target is susceptible, present and
passes the susceptibility of its age. Where two events meet one target on one day, the one first in
order of (source, setting, number) counts, whatever the order of evaluation.
"""

from __future__ import annotations

import numpy as np

from twofronts.kernels.epidemic_kin import meet_kin
from twofronts.kernels.epidemic_meet import look, note, shut_in, stays_home
from twofronts.kernels.epidemic_people import set_stage
from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import join, poisson, prefix, split, third, unit
from twofronts.kernels.types import COMMUNITY, ENTERPRISE, HOME, KIN, N_MET, SCHOOL, WORK
from twofronts.kernels.types_epidemic import (
    AT_LEISURE,
    ATTENDED,
    BEFORE,
    DEAD,
    FREE,
    FX_ATTEND_SCHOOL,
    FX_ATTEND_STAFF,
    FX_COMMUNITY,
    FX_HOME,
    FX_LEAK,
    FX_MASK,
    FX_SCHOOL,
    FX_SHUT,
    FX_TRAVEL,
    FX_WORK,
    HELD_CENTRAL,
    HELD_HOME,
    IMMUNE,
    INFECTIOUS,
    INSIDE,
    N_INFECTIOUS,
    STREAM_EVENTS,
)


@kernel
def meet_at_home(city, memory, i, n, bits, day):
    """Make a day's transmission events inside the household.

    Parameters
    ----------
    city : City
    memory : Memory
    i : int
        Record of the infectious person.
    n : int
        Number of events.
    bits : uint64
        Random bits of this person, day and setting.
    day : int
    """
    r = city.residents
    person = np.int64(memory.scratch.people[i].person)
    household = r.household[person]
    first = r.household_start[household]
    others = r.household_start[household + 1] - first - 1
    if others < 1:
        return
    for e in range(n):
        event = split(bits, e)
        target = first + int(unit(event) * others)
        if target >= person:
            target += 1
        note(city, memory, i, target, HOME, e, unit(split(event, 1)), day)


@kernel
def site_open(city, memory, site, row):
    """Return whether a site is open today: it is if its rank is below the share permitted.

    Parameters
    ----------
    city : City
    memory : Memory
    site, row : int
        The site and its row of effects.

    Returns
    -------
    bool
    """
    r = city.residents
    fx = city.world.fx
    effects = memory.scratch.effects
    if r.site_kind[site] != ENTERPRISE:
        return r.site_rank[site] < effects[row, fx[FX_ATTEND_SCHOOL]]
    s = r.site_sector[site]
    d = r.site_district[site]
    share = memory.scratch.permitted[s, d]
    own = row - r.travel.shape[0]
    if own >= 0 and memory.scratch.own_attendance[own] == 1:
        # orders of its own: neither the queue nor the pace of others holds it back
        share = effects[row, fx[FX_ATTEND_STAFF + city.labour.group[s]]]
    return r.site_rank[site] < share


@kernel
def goes_there(city, memory, i):
    """Return whether somebody's site is open today and they may and can go there.

    Parameters
    ----------
    city : City
    memory : Memory
    i : int
        Record of somebody with a site.

    Returns
    -------
    bool
    """
    sc = memory.scratch
    p = sc.people[i]
    if not site_open(city, memory, p.site, p.site_row):
        return False
    if stays_home(city, memory, p.person, p.site):
        return False
    return not shut_in(sc, memory.seed[0], p.person, p.row, city.world.fx[FX_SHUT])


@kernel
def meet_at_site(city, memory, par, i, n, bits, day):
    """Make a day's transmission events at work or at school.

    Most fall in the person's own team or class, a share anywhere on the site.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
        Record of the infectious person.
    n : int
        Number of events.
    bits : uint64
    day : int
    """
    sc, r = memory.scratch, city.residents
    p = sc.people[i]
    if not goes_there(city, memory, i):
        return
    setting = WORK if p.kind == ENTERPRISE else SCHOOL
    group = np.int64(p.group)
    for e in range(n):
        event = split(bits, e)
        low, high = r.group_start[group], r.group_start[group + 1]
        if unit(split(event, 1)) < par.across_site:
            low = r.group_start[r.site_start[p.site]]
            high = r.group_start[r.site_start[p.site + 1]]
        at = low + int(unit(event) * (high - low))
        note(city, memory, i, at, setting, e, unit(split(event, 2)), day)


@kernel
def choose(cumulative, u):
    """Return the first index at which cumulative shares exceed ``u``.

    Parameters
    ----------
    cumulative : float64[n]
        Rising to 1.
    u : float64

    Returns
    -------
    int
    """
    for d in range(cumulative.shape[0] - 1):
        if u < cumulative[d]:
            return d
    return cumulative.shape[0] - 1


@kernel
def meet_outside(city, memory, par, i, n, bits, day):
    """Make a day's transmission events in the community: compound, district, city.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    i : int
        Record of the infectious person.
    n : int
        Number of events.
    bits : uint64
    day : int
    """
    sc, r, w = memory.scratch, city.residents, city.world
    shut = w.fx[FX_SHUT]
    seed = memory.seed[0]
    p = sc.people[i]
    compound = np.int64(p.compound)
    for e in range(n):
        event = split(bits, e)
        inside = unit(split(event, 1)) < par.within_compound
        if inside:
            low, high = r.compound_start[compound], r.compound_start[compound + 1]
        else:
            stay_in = shut_in(sc, seed, p.person, p.row, shut)
            if stay_in or unit(split(event, 2)) >= sc.effects[p.row, w.fx[FX_TRAVEL]]:
                continue
            d = choose(w.travel_cumulative[p.district], unit(split(event, 3)))
            low, high = r.district_start[d], r.district_start[d + 1]
        target = low + int(unit(event) * (high - low))
        kind = COMMUNITY + INSIDE if inside else COMMUNITY
        note(city, memory, i, target, kind, e, unit(split(event, 4)), day)


@kernel
def set_contacts(city, memory, par):
    """Work out for each row of effects what is left of contacts by setting, masks counted.

    In the community orders and people's own caution take away the same contacts: the stricter of
    the two counts. So it is with visits of kin, at which nobody wears a mask.

    At work the protection standard counts in the firms that keep it; in the others people meet as
    on an ordinary day.

    Parameters
    ----------
    city : City
    memory : Memory
        ``labour.compliance`` is read, ``scratch.contacts`` is overwritten.
    par : record of PAR
    """
    fx = city.world.fx
    sc = memory.scratch
    effects = sc.effects
    contacts = sc.contacts
    n = city.world.population.shape[0]
    for row in range(effects.shape[0]):
        masked = 1.0 - par.mask_effect * effects[row, fx[FX_MASK]]
        contacts[row, HOME] = par.home_weight * effects[row, fx[FX_HOME]]
        d = row if row < n else city.world.row_district[row - n]
        kept = memory.labour.compliance[d]
        contacts[row, WORK] = masked * (1.0 - kept * (1.0 - effects[row, fx[FX_WORK]]))
        contacts[row, SCHOOL] = masked * effects[row, fx[FX_SCHOOL]]
        community = effects[row, fx[FX_COMMUNITY]]
        if sc.cautious[0] < 1.0:
            community = min(community, sc.cautious[0])
        contacts[row, COMMUNITY] = masked * community
        contacts[row, KIN] = par.home_weight * community
        contacts[row, N_MET] = effects[row, fx[FX_LEAK]]


@kernel
def leave_list(sc, i, day):
    """Return whether somebody is no longer infectious, and if so move them on.

    Parameters
    ----------
    sc : Scratch
    i : int
        Record.
    day : int

    Returns
    -------
    bool
    """
    p = sc.people[i]
    if p.stage == DEAD:
        return True
    if p.last >= day:
        return False
    if p.stage == INFECTIOUS:
        set_stage(sc, i, IMMUNE)
    return True


@kernel
def retire(memory, day):
    """Let those who are no longer infectious leave the list, and nobody be infected.

    Parameters
    ----------
    memory : Memory
    day : int
    """
    sc = memory.scratch
    kept = 0
    for j in range(sc.n[N_INFECTIOUS]):
        i = np.int64(sc.infectious[j])
        if not leave_list(sc, i, day):
            sc.infectious[kept] = i
            kept += 1
    sc.n[N_INFECTIOUS] = kept


@kernel
def infect(city, memory, par, day):
    """Let everybody infectious make the day's events; who is past it leaves the list.

    In each setting their number is Poisson: infectiousness today times contacts left there.

    Parameters
    ----------
    city : City
    memory : Memory
        ``scratch.fresh`` receives the records infected.
    par : record of PAR
    day : int
    """
    sc = memory.scratch
    set_contacts(city, memory, par)
    people, listed, profile, contacts = sc.people, sc.infectious, sc.profile, sc.contacts
    rate = city.world.contact_rate
    luck = prefix(memory.seed[0], STREAM_EVENTS)
    base = par.transmission * sc.top[0]
    kept = 0
    for j in range(sc.n[N_INFECTIOUS]):
        i = np.int64(listed[j])
        p = people[i]
        if (p.last < day or p.stage == DEAD) and leave_list(sc, i, day):
            continue
        listed[kept] = i
        kept += 1
        if p.place >= HELD_CENTRAL:
            continue
        strength = base * p.infectivity * profile[day - p.onset + BEFORE]
        outside = strength * contacts[p.row, N_MET] if p.place == HELD_HOME else strength
        bits = join(luck, p.person, day)
        # exp(-mean) >= 1 - mean, so below 1 - mean there is no event
        mean = strength * contacts[p.row, HOME] * rate[p.age, HOME]
        u = third(bits, 0)
        if u > 1.0 - mean:
            meet_at_home(city, memory, i, poisson(mean, u), split(bits, HOME), day)
        if p.site >= 0 and p.traits & AT_LEISURE == 0:
            if p.marks & ATTENDED == 0 and p.place == FREE and goes_there(city, memory, i):
                p.marks |= ATTENDED
            setting = WORK if p.kind == ENTERPRISE else SCHOOL
            mean = outside * contacts[p.site_row, setting] * rate[p.age, setting]
            u = third(bits, 1)
            if u > 1.0 - mean:
                n = poisson(mean, u)
                meet_at_site(city, memory, par, i, n, split(bits, setting), day)
        mean = outside * contacts[p.row, COMMUNITY] * rate[p.age, COMMUNITY]
        u = third(bits, 2)
        if u > 1.0 - mean:
            meet_outside(city, memory, par, i, poisson(mean, u), split(bits, COMMUNITY), day)
        mean = outside * contacts[p.row, KIN] * rate[p.age, KIN]
        visits = split(bits, KIN)
        u = unit(visits)
        if u > 1.0 - mean:
            meet_kin(city, memory, i, poisson(mean, u), visits, day)
    look(city, memory, day)
    sc.n[N_INFECTIOUS] = kept
