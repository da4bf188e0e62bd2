"""How cases come to be known and cared for: the twin of the kernels of progress, trace and care."""

from __future__ import annotations

import math

from naive.epidemic_people import (
    APART,
    AT_LARGE,
    BURIED,
    IN_ICU,
    IN_WARD,
    KEPT_CENTRAL,
    KEPT_HOME,
    bits,
    chance,
    child,
    ticket,
    unit,
    whole_days,
)
from twofronts.kernels import rng
from twofronts.kernels import types_epidemic as t


def due(x, what, day):
    """Everybody for whom a thing is due today; it is no longer due."""
    found = [p for p in x.people if p.due.get(what) == day]
    for p in found:
        del p.due[what]
    return found


def progress(x, day):
    """Illness, care seeking, results, beds, release, tracing, places, tests: in that order."""
    fall_ill(x, day)
    for p in x.people:
        if day in p.visits and not p.in_care and p.ill_or_about_to:
            set_apart(x, p, day)
    for p in due(x, "result", day):
        read_result(x, p, day)
    give_beds(x, day)
    for p in due(x, "release", day):
        if p.held:
            p.place = AT_LARGE
    trace(x, day)
    give_places(x, day)
    run_tests(x, day)


def fall_ill(x, day):
    for p in due(x, "onset", day):
        if p.onset == day:
            x.count("onsets", day, p.district)
        if p.held:
            p.visits.add(day)
        elif p.place == AT_LARGE:
            luck = bits(x.seed, t.STREAM_CARE, p.number)
            if unit(luck) < x.par.seek_share:
                mean = x.world.care_delay[day] * x.par.care_scale
                mean *= x.fx_home(p)["care_seeking"]
                wait = care_delay(mean, x.par.care_shape, day - p.onset, unit(child(luck, 0)))
                visit = p.onset + whole_days(min(wait, 60.0), unit(child(luck, 1)))
                p.visits.add(max(visit, day))


def care_delay(mean, shape, passed, u):
    """A Weibull delay that is known to be longer than what has passed."""
    scale = mean / math.gamma(1 + 1 / shape)
    return scale * ((passed / scale) ** shape - math.log(u)) ** (1 / shape)


def set_apart(x, p, day):
    """Keep somebody apart as a suspected case, and have them tested."""
    p.place = APART
    p.kept_since(day)
    if p.confirmed is None:
        ask_for_test(x, p, day)


def ask_for_test(x, p, day):
    if p.asked is None and not p.in_laboratory:
        p.asked = (x.test_rounds, ticket(x.seed, p, day))


def read_result(x, p, day):
    p.in_laboratory = False
    if p.confirmed is not None or p.stage == "dead":
        return
    positive = (
        p.ill_or_about_to
        and day - p.infected >= x.par.detectable_after
        and chance(x.seed, t.STREAM_TEST, p.number, day) < x.par.sensitivity
    )
    if positive:
        confirm(x, p, day)
    elif p.place == APART:
        if p.ill_or_about_to or p.severe:
            ask_for_test(x, p, day)
        else:
            p.place = AT_LARGE


def confirm(x, p, day):
    p.confirmed = day
    if not p.in_care:
        p.place = APART
        p.kept_since(day)
    luck = bits(x.seed, t.STREAM_REPORT, p.number)
    p.due["report"] = day + whole_days(x.par.report_delay, unit(luck))
    wait = x.fx_home(p)["trace_delay"]
    p.due["trace"] = day + whole_days(wait, unit(child(luck, 0)))
    p.due["bed"] = day
    if not p.severe:
        stay = whole_days(stay_of(x, p), unit(child(luck, 1)))
        p.due["discharge"] = max(day + 3, p.onset + stay)


def stay_of(x, p):
    """Days from onset to discharge, within 30% of the mean."""
    return x.par.stay_days * (0.7 + 0.6 * chance(x.seed, t.STREAM_OUTCOME, p.number, 1))


def give_beds(x, day):
    """Beds for those who asked today, by lot; intensive care counts as a bed taken."""
    wanting = sorted(due(x, "bed", day), key=lambda p: ticket(x.seed, p, day))
    for p in wanting:
        if p.place != APART:
            continue
        taken = x.number_in(IN_WARD) + x.number_in(IN_ICU)
        if taken < int(x.capacity("beds")):
            p.place, p.without_bed = IN_WARD, False
        else:
            p.without_bed = True


def hold(x, p, day):
    """Quarantine at home; who is not to stay there is on today's list for a central place."""
    p.due["release"] = day + int(x.par.quarantine_days)
    p.place = KEPT_HOME
    if p.stage != "susceptible":
        p.kept_since(day)
    luck = bits(x.seed, t.STREAM_HOLD, p.number, day)
    if unit(luck) >= x.fx_home(p)["quarantine_home"]:
        p.due["place"] = day
    if p.stage == "infectious" and p.onset <= day and p.symptoms:
        p.visits.add(day + 1)
    if unit(child(luck, 0)) < x.par.held_test_share:
        ask_for_test(x, p, day)


def give_places(x, day):
    wanting = sorted(due(x, "place", day), key=lambda p: ticket(x.seed, p, day))
    for p in wanting:
        travellers = 0
        if x.travellers_apart():
            workers = int(x.workers_kept * x.world.worker_places[0])
            travellers = x.travellers_held + workers
        if x.number_in(KEPT_CENTRAL) + travellers < int(x.capacity("quarantine_places")):
            p.place = KEPT_CENTRAL


def trace(x, day):
    """Find the contacts of the cases due; more contacts than tracers can reach thin the search."""
    cases = [p for p in due(x, "trace", day) if x.fx_home(p)["trace_coverage"] > 0]
    wanted = sum(len(p.household) - 1 + len(named(x, p)) for p in cases)
    wanted += sum(len(p.team) - 1 for p in cases if team_known(x, p))
    wanted += sum(len(kin_met(x, p)) for p in cases)
    able = x.capacity("tracers") * x.par.contacts_per_tracer
    reach = 1.0 if wanted <= able else able / wanted
    contacts = set()
    for p in cases:
        coverage = reach * x.fx_home(p)["trace_coverage"]
        team = p.team if team_known(x, p) else []
        circles = [(p.household, x.par.trace_home), (team, x.par.trace_team)]
        circles.append((kin_met(x, p), x.par.trace_kin))
        for q in p.infected_by_me:
            circles.append(([q], x.par.trace_kin if q.setting == "kin" else x.par.trace_community))
        if isinstance(p.source, type(p)):
            share = x.par.trace_kin if p.setting == "kin" else x.par.trace_source
            circles.append(([p.source], share))
        for circle, share in circles:
            for q in circle:
                # the luck is the pair's: nobody is asked about twice
                if q is not p and chance(x.seed, t.STREAM_TRACE, q.number, p.number) < (
                    coverage * share
                ):
                    contacts.add(q)
        for event in named(x, p):
            q = x.districts[p.district][int(unit(event) * len(x.districts[p.district]))]
            if unit(child(event, 0)) < coverage and q is not p:
                contacts.add(q)
    for q in sorted(contacts, key=lambda q: q.number):
        if q.place == AT_LARGE and x.present(q) and q.confirmed is None:
            x.count("traced", day)
            hold(x, q, day)


def team_known(x, p):
    """A case went to its team or class, or that is open today."""
    return p.site is not None and not p.at_leisure and (p.attended or x.is_open(p.site))


def kin_met(x, p):
    """Kin whom a case met from two days before its onset until it was kept apart."""
    days = min(max(p.apart_since - p.onset + 2, 1), 14)
    left = min(x.fx_home(p)["contacts_community"], x.at_most)
    met = []
    for home in p.kin:
        if home is not None:
            each = x.world.contact_rate[p.age, 4] / (len(p.kin) * len(home))
            risk = 1.0 - math.exp(-float(each * left * days))
            met += [q for q in home if chance(x.seed, t.STREAM_KIN, q.number, p.number) < risk]
    return met


def named(x, p):
    """Luck of each contact that a case can name outside home and team."""
    left = min(1.0, x.fx_home(p)["contacts_community"])
    n = rng.poisson(float(x.par.named_contacts * left), chance(x.seed, t.STREAM_NAMED, p.number))
    luck = bits(x.seed, t.STREAM_NAMED, p.number, 1)
    return [child(luck, i) for i in range(n)]


def run_tests(x, day):
    """Test who has waited longest; of those who asked between the same two rounds, by lot."""
    queue = sorted((p for p in x.people if p.asked is not None), key=lambda p: p.asked)
    can = float(x.capacity("test_capacity"))
    if x.gates[1] < 1:
        can = x.gates[1] * min(can, x.par.background_tests + len(queue))
    others = min(can, x.par.background_tests)
    left = int(can - others)
    x.count("tests", day, n=int(others))
    for p in queue:
        if left == 0:
            break
        p.asked = None
        if p.stage == "dead":
            continue
        if p.stage == "immune" and not p.severe:
            if p.place == APART and p.confirmed is None:
                p.place = AT_LARGE
            continue
        left -= 1
        x.count("tests", day)
        p.in_laboratory = True
        wait = x.par.test_delay * x.fx_home(p)["test_delay"]
        wait = whole_days(wait, chance(x.seed, t.STREAM_WAIT, p.number, day))
        p.due["result"] = day + max(1, wait)
    x.test_rounds += 1


def care(x, day):
    """The severely ill: beds, intensive care, outcomes, discharge."""
    for p in due(x, "severe", day):
        if not p.in_care:
            set_apart(x, p, day)
        p.due["bed"] = day
        wait = whole_days(x.par.death_delay, chance(x.seed, t.STREAM_OUTCOME, p.number, 3))
        outcome = max(p.onset + wait, day + 1)
        if p.critical:
            wait = whole_days(x.par.icu_delay, chance(x.seed, t.STREAM_OUTCOME, p.number, 2))
            p.due["icu"] = day + max(1, wait)
            outcome = max(outcome, p.due["icu"] + 1)
        p.due["outcome"] = outcome
    give_beds(x, day)
    for p in sorted(due(x, "icu", day), key=lambda p: ticket(x.seed, p, day)):
        if x.number_in(IN_ICU) < int(x.world.capacity[t.ICU_BEDS]):
            p.place = IN_ICU
        else:
            p.without_icu = True
    for p in due(x, "outcome", day):
        decide_outcome(x, p, day)
    give_beds(x, day)
    for p in due(x, "discharge", day):
        if p.stage != "dead" and p.in_care:
            p.place = AT_LARGE


def decide_outcome(x, p, day):
    risk = x.world.fatal_prob[p.age] / x.world.severe_prob[p.age]
    risk *= x.par.no_bed_factor if p.without_bed else 1.0
    risk *= x.par.no_icu_factor if p.without_icu else 1.0
    if chance(x.seed, t.STREAM_OUTCOME, p.number, 4) < risk:
        p.stage, p.place = "dead", BURIED
        x.count("deaths", day)
        if p.confirmed is not None:
            luck = chance(x.seed, t.STREAM_OUTCOME, p.number, 5)
            p.due["death report"] = day + whole_days(x.par.death_report_delay, luck)
        return
    if p.place == IN_ICU:
        # back to the ward, if it has a bed
        p.place = APART
        p.due["bed"] = day
    stay = whole_days(stay_of(x, p), chance(x.seed, t.STREAM_OUTCOME, p.number, 6))
    p.due["discharge"] = max(day + 3, p.onset + stay)
