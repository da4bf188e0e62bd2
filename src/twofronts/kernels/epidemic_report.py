"""What the office sees, and what is written down of each day."""

from __future__ import annotations

from twofronts.kernels.epidemic_people import take
from twofronts.kernels.jit import kernel
from twofronts.kernels.measures import add_burden, observe_reports
from twofronts.kernels.types import COMMUNITY, NOBODY
from twofronts.kernels.types_epidemic import (
    CONFIRMED,
    HELD_CENTRAL,
    HELD_HOME,
    ICU,
    N_ARRIVED,
    N_HELD_TRAVELLERS,
    N_HELD_UNINFECTED,
    N_PEOPLE,
    N_STAGE,
    N_TESTS,
    N_TRACED,
    QUEUE_HEAD,
    QUEUE_TAIL,
    SUSCEPTIBLE,
    TO_DEATH_REPORT,
    TO_REPORT,
    WARD,
)


@kernel
def reset_reports(city, memory):
    """Take in what was reported before the run began.

    Parameters
    ----------
    city : City
    memory : Memory
    """
    w = city.world
    state = memory.grades
    state.total[:] = w.past_total
    state.last_case[:] = -10000
    state.last_cluster[:] = -10000
    n = w.past_new.shape[0]
    for h in range(n):
        observe_reports(state, h - n, w.past_new[h], w.past_cluster[h])
    memory.grade[:] = 0


@kernel
def linked(city, memory, i, day):
    """Return whether a case is seen to belong to a cluster: a known case in household or chain.

    Parameters
    ----------
    city : City
    memory : Memory
    i : int
        Record of the case.
    day : int

    Returns
    -------
    bool
        Another confirmed case within the rulebook's link days in the household, or as the source
        or the infected of this one at work, at school or at home.
    """
    sc = memory.scratch
    p = sc.people[i]
    within = city.rules.grades.cluster_link_days
    if p.source >= 0 and p.setting != COMMUNITY:
        q = sc.people[sc.index[p.source] - 1]
        if q.marks & CONFIRMED and day - q.confirmed <= within:
            return True
    child = p.child
    while child > 0:
        q = sc.people[child - 1]
        if q.setting != COMMUNITY and q.marks & CONFIRMED and day - q.confirmed <= within:
            return True
        child = q.sibling
    return False


@kernel
def report(city, memory, out, w, day):
    """Let the reports due today reach the office; tomorrow's grades rest on them.

    Parameters
    ----------
    city : City
    memory : Memory
    out : Output
    w, day : int
    """
    sc = memory.scratch
    sc.new_today[:] = 0
    sc.cluster_today[:] = 0
    i = take(sc, TO_REPORT, day)
    while i != NOBODY:
        d = sc.people[i].district
        sc.new_today[d] += 1
        if linked(city, memory, i, day):
            sc.cluster_today[d] += 1
        i = take(sc, TO_REPORT, day)
    i = take(sc, TO_DEATH_REPORT, day)
    while i != NOBODY:
        out.deaths_reported[w, day] += 1
        i = take(sc, TO_DEATH_REPORT, day)
    for d in range(sc.new_today.shape[0]):
        out.confirmed[w, day, d] = sc.new_today[d]
    observe_reports(memory.grades, day, sc.new_today, sc.cluster_today)
