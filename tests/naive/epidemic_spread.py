"""Who infects whom: the slow twin of ``kernels/epidemic_infect.py``."""

from __future__ import annotations

import numpy as np

from naive.epidemic_people import (
    AT_LARGE,
    KEPT_HOME,
    SETTINGS,
    bits,
    chance,
    child,
    draw_course,
    unit,
)
from twofronts.kernels import rng
from twofronts.kernels import types_epidemic as t


def infect(x, day, *, anybody=True):
    """Let everybody infectious make the day's events, and settle who infected whom."""
    found = {}
    for p in x.people:
        if p.stage == "infectious" and p.last < day:
            p.stage = "immune"
        if not anybody or p.stage != "infectious" or p.place not in (AT_LARGE, KEPT_HOME):
            continue
        if p.place == AT_LARGE and goes_out(p) and is_there(x, p):
            p.attended = True
        for setting, number, target in events(x, p, day):
            order = (p.number, SETTINGS.index(setting), number)
            if target not in found or order < found[target][0]:
                found[target] = (order, p, setting)
    for target in sorted(found, key=lambda q: q.number):
        _, source, setting = found[target]
        target.infected, target.source, target.setting = day, source, setting
        source.infected_by_me.append(target)
        draw_course(x, target, day + 1)
        x.count("infections", day, target.district)
        x.count("by_setting", day, SETTINGS.index(setting))


def events(x, p, day):
    """The transmission events of one person and day that meet somebody who can be infected."""
    everything = bits(x.seed, t.STREAM_EVENTS, p.number, day)
    base = x.par.transmission * x.most_susceptible
    strength = base * p.infectivity * x.profile[day - p.onset + t.BEFORE]
    leak = x.fx_home(p)["isolation_leak"] if p.place == KEPT_HOME else 1.0
    there = [("home", 1.0, 0, meet_at_home)]
    if goes_out(p):
        there.append(("school" if p.site.school else "work", leak, 1, meet_at_site))
    there.append(("community", leak, 2, meet_outside))
    there.append(("kin", leak, None, meet_kin))
    for setting, outside, part, meet in there:
        code = SETTINGS.index(setting)
        left = contacts_left(x, p, setting) * float(x.world.contact_rate[p.age, code])
        luck = child(everything, code)
        u = unit(luck) if part is None else float(rng.third(everything, part))
        n = rng.poisson(strength * outside * left, u)
        for number, target in meet(x, p, n, luck, day):
            yield setting, number, target


def goes_out(p):
    """Has a place of work or school, and goes there."""
    return p.site is not None and not p.at_leisure


def contacts_left(x, p, setting):
    """What the measures leave of contacts in the place where they happen, masks counted."""
    fx = x.fx_site(p.site) if setting in ("work", "school") else x.fx_home(p)
    if setting == "home":
        return x.par.home_weight * fx["contacts_home"]
    masked = 1.0 - x.par.mask_effect * fx["mask_use"]
    if setting == "work":
        # firms below the standard leave contacts as on an ordinary day
        kept = x.labour.compliance[p.site.district]
        return masked * (1.0 - kept * (1.0 - fx["contacts_work"]))
    if setting == "school":
        return masked * fx["contacts_school"]
    # what cautious people do without is what orders forbid
    left = min(fx["contacts_community"], x.at_most)
    return left * (x.par.home_weight if setting == "kin" else masked)


def can_be_infected(x, q, u, *, at_home=False):
    """Susceptible, here, not held (or held in that very home), and passes for their age."""
    if q.stage != "susceptible" or not x.present(q):
        return False
    if q.place != AT_LARGE and not (at_home and q.place == KEPT_HOME):
        return False
    return u < x.susceptibility[q.age]


def meet_at_home(x, p, n, luck, day):
    others = [q for q in p.household if q is not p]
    for number in range(n if others else 0):
        event = child(luck, number)
        target = others[int(unit(event) * len(others))]
        if can_be_infected(x, target, unit(child(event, 1)), at_home=True):
            yield number, target


def meet_at_site(x, p, n, luck, day):
    if not is_there(x, p):
        return
    for number in range(n):
        event = child(luck, number)
        across = unit(child(event, 1)) < x.par.across_site
        circle = p.site.members if across else p.team
        target = circle[int(unit(event) * len(circle))]
        if (
            target is not p
            and can_be_infected(x, target, unit(child(event, 2)))
            and not shut_in(x, target)
            and not stays_home(x, target)
        ):
            yield number, target


def meet_outside(x, p, n, luck, day):
    for number in range(n):
        event = child(luck, number)
        inside = unit(child(event, 1)) < x.par.within_compound
        if inside:
            circle = x.compounds[p.compound]
        else:
            if shut_in(x, p) or unit(child(event, 2)) >= x.fx_home(p)["travel"]:
                continue
            to = x.residents.travel[p.district]
            circle = x.districts[by_share(np.cumsum(to), unit(child(event, 3)))]
        target = circle[int(unit(event) * len(circle))]
        if (
            target is not p
            and can_be_infected(x, target, unit(child(event, 4)))
            and (inside or not shut_in(x, target))
        ):
            yield number, target


def meet_kin(x, p, n, luck, day):
    for number in range(n):
        event = child(luck, number)
        if not p.lives_in_a_collective and (
            shut_in(x, p) or unit(child(event, 1)) >= x.fx_home(p)["travel"]
        ):
            continue
        first = int(unit(child(event, 2)) * len(p.kin))
        visited = [h for h in p.kin[first:] + p.kin[:first] if h is not None]
        if not visited:
            continue
        target = visited[0][int(unit(event) * len(visited[0]))]
        if can_be_infected(x, target, unit(child(event, 3))) and (
            p.lives_in_a_collective or not shut_in(x, target)
        ):
            yield number, target


def by_share(cumulative, u):
    """The first of some shares at which their sum exceeds ``u``."""
    for i, so_far in enumerate(cumulative):
        if u < so_far:
            return i
    return len(cumulative) - 1


def shut_in(x, p):
    """Whether somebody may not leave the compound: the same people while the share stays."""
    return chance(x.seed, t.STREAM_SHUT, p.number) < x.fx_home(p)["compound_shut"]


def stays_home(x, p):
    """Works from home, minds a child or cannot get to work: the same people while the share stays."""
    if p.site.school:
        return False
    return chance(x.seed, t.STREAM_STAY, p.number) < x.stay[p.site.sector, p.site.district]


def is_there(x, p):
    """At the place of work or school today, if not held."""
    return x.is_open(p.site) and not shut_in(x, p) and not stays_home(x, p)
