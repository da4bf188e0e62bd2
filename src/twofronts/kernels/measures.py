"""From reports to grades, from grades to levels, from levels to effects: once a day, each district.

Almost every day nothing moves, so the work is done on the days when something can: a change of
grade marks, in ``DecisionState.due``, the few later days on which its notice or its dwell ends.

A level asked for by a grade comes into force ``notice`` days later and holds ``dwell`` days at
least: in force is the highest level asked for by any grade of the last ``dwell`` days, as they
stood ``notice`` days ago. So a rulebook that asks for more never has less in force. Dated changes
and overrides are announced ahead and take effect on their day.
"""

from __future__ import annotations

from twofronts.kernels.effects import blend_row, combine_levels
from twofronts.kernels.jit import kernel
from twofronts.kernels.types_measures import (
    HIGH,
    LOW,
    MEDIUM,
    N_GRADE,
    NO_LEVEL,
)

_LONG_AGO = -1_000_000


@kernel
def observe_reports(state, day, new_cases, clusters):
    """Take a day's reports into what grading looks at.

    Parameters
    ----------
    state : GradeState
        Updated.
    day : int
        The day reported on; days before the run are negative. [d]
    new_cases, clusters : int64[district]
        Newly confirmed, and clusters that grew that day, as observed. [persons], [1]
    """
    for d in range(new_cases.shape[0]):
        state.total[d] += new_cases[d]
        if new_cases[d] > 0:
            state.last_case[d] = day
        if clusters[d] > 0:
            state.last_cluster[d] = day


@kernel
def grade_districts(rule, state, report_day, out):
    """Grade every district from what has been reported.

    Parameters
    ----------
    rule : GradeRule
    state : GradeState
    report_day : int
        Newest day with a report. [d]
    out : uint8[district]
        0 low, 1 medium, 2 high.

    Returns
    -------
    bool
        Whether any grade changed.
    """
    changed = False
    for d in range(state.total.shape[0]):
        grade = LOW
        if state.total[d] > 0 and report_day - state.last_case[d] < rule.new_days:
            grade = MEDIUM
        if state.total[d] > rule.total:
            clustered = report_day - state.last_cluster[d] < rule.cluster_days
            if grade == MEDIUM and clustered:
                grade = HIGH
        if out[d] != grade:
            out[d] = grade
            changed = True
    return changed


@kernel
def reset_decisions(rules, state):
    """Put a draw's memory of grades and levels back to the start.

    Parameters
    ----------
    rules : RulebookArrays
    state : DecisionState
        Overwritten.
    """
    state.due[:, :] = 0
    state.level[:, :] = NO_LEVEL
    state.strict[0] = rules.switch.start_strict
    state.strict[1] = -rules.switch.min_days
    state.period[0] = 0


@kernel
def switch_sets(rules, state, beds_share, reproduction, day):
    """Move between the relaxed and the strict set where an observed trigger is reached.

    Tightening comes before relaxing when both are asked for. What cannot be estimated is NaN and
    triggers nothing.

    Parameters
    ----------
    rules : RulebookArrays
    state : DecisionState
        ``strict`` is updated.
    beds_share : float64
        Designated beds in use, as observed. [1]
    reproduction : float64
        Reproduction number, as estimated. [1]
    day : int
        [d]

    Returns
    -------
    bool
        Whether the city moved to the other set.
    """
    rule = rules.switch
    if rule.used == 0 or day - state.strict[1] < rule.min_days:
        return False
    tighten = beds_share >= rule.tighten_beds or reproduction >= rule.tighten_r
    relax = beds_share < rule.relax_beds or reproduction < rule.relax_r
    strict = state.strict[0]
    if tighten:
        strict = 1
    elif relax:
        strict = 0
    if strict == state.strict[0]:
        return False
    state.strict[0] = strict
    state.strict[1] = day
    return True


@kernel
def _remember(offsets, state, column, asked, day):
    """Write down what a district's grade asks for today, and when that can move a level."""
    for i in range(2 * N_GRADE):
        state.last_asked[day, column, i] = (
            state.last_asked[day - 1, column, i] if day > 0 else _LONG_AGO
        )
    state.last_asked[day, column, asked] = day
    state.asked[day, column] = asked
    if day > 0 and state.asked[day - 1, column] != asked:
        for i in range(offsets.shape[0]):
            state.due[day + offsets[i], column] = 1


@kernel
def _set_levels(rules, state, d, day):
    """Bring the levels in force in a district up to date; return whether any moved."""
    moved = False
    p = state.period[0]
    city = state.level.shape[0]
    n_set = 2 * N_GRADE if rules.switch.used == 1 else N_GRADE
    # bound once: reaching into the tuple inside the loops costs more than the loops
    asked_level = rules.asked_level[p]
    own_level = rules.district_level[p, d]
    in_force = state.level[d]
    notice, dwell, city_scope = rules.notice, rules.dwell, rules.city_scope
    last_asked = state.last_asked
    for m in range(notice.shape[0]):
        level = own_level[m]
        if level == NO_LEVEL:
            column = city if city_scope[m] == 1 else d
            # before the run began the first day's grade is taken to have held
            read = max(0, day - notice[m])
            since = day - notice[m] - max(1, dwell[m])
            for asked in range(n_set):
                held = last_asked[read, column, asked]
                if held > since or (held == 0 and since < 0):
                    level = max(level, asked_level[asked, m])
        if in_force[m] != level:
            in_force[m] = level
            moved = True
    return moved


@kernel
def _traffic_moved(rules, before, now, d):
    """Return whether other shares of a district's traffic pass checkpoints of their own level."""
    old, new = rules.blend_share[before, d], rules.blend_share[now, d]
    for b in range(new.shape[0]):
        for k in range(new.shape[1]):
            if old[b, k] != new[b, k]:
                return True
    return False


@kernel
def district_effects(rules, grade, state, day, u, out):
    """Decide each district's levels for a day and combine their effects.

    Call it once for every day of the run, in order, after ``reset_decisions``.

    Parameters
    ----------
    rules : RulebookArrays
    grade : uint8[district]
        From ``grade_districts``.
    state : DecisionState
        Updated; ``state.level`` holds the levels in force.
    day : int
        [d]
    u : float64[measure]
        How strongly each measure works in this draw, in [0, 1].
    out : float64[district, effect]
        Overwritten where a level moved; kept as it is elsewhere.

    Returns
    -------
    int
        Number of districts whose effects were worked out anew; 0 on a quiet day.
    """
    n = grade.shape[0]
    new_period = day == 0
    before = state.period[0]
    while (
        state.period[0] + 1 < rules.period_day.shape[0]
        and rules.period_day[state.period[0] + 1] <= day
    ):
        state.period[0] += 1
        new_period = True
    shift = N_GRADE * state.strict[0]
    worst = 0
    for d in range(n):
        _remember(rules.event_offset, state, d, grade[d] + shift, day)
        worst = max(worst, grade[d])
    _remember(rules.city_offset, state, n, worst + shift, day)
    everywhere = new_period or state.due[day, n] == 1
    now = state.period[0]
    changed = 0
    for d in range(n):
        moved = now != before and _traffic_moved(rules, before, now, d)
        if everywhere or state.due[day, d] == 1:
            moved = _set_levels(rules, state, d, day) or moved
        if moved:
            combine_levels(rules, state.level[d], rules.blend_share[now, d], u, out[d])
            changed += 1
    return changed


@kernel
def local_levels(rules, overrides, place, district, state, day, out, shares):
    """Find the levels in force in one compound, enterprise or sector.

    Parameters
    ----------
    rules : RulebookArrays
    overrides : SparseOverride
        ``rules.compound_level``, ``rules.site_level`` or ``rules.sector_level``.
    place : int
        Index of the compound, site or sector.
    district : int
        The district it lies in.
    state : DecisionState
    day : int
        [d]
    out : int8[measure]
        The district's levels, with the place's own where it has some.
    shares : float64[b or more, level]
        The district's traffic at checkpoints with a level of their own; none of a measure of which
        the place has its own level, for that goes before.

    Returns
    -------
    bool
        Whether the place has levels of its own today.
    """
    out[:] = state.level[district]
    n_blend = rules.blend_measure.shape[0]
    if n_blend > 0:
        shares[:n_blend] = rules.blend_share[state.period[0], district]
    own = False
    row = _first_row(overrides, place)
    while row < overrides.id.shape[0] and overrides.id[row] == place:
        if overrides.first_day[row] <= day <= overrides.last_day[row]:
            m = overrides.measure[row]
            out[m] = overrides.level[row]
            b = blend_row(rules, m)
            if b >= 0:
                shares[b] = 0.0
            own = True
        row += 1
    return own


@kernel
def _first_row(overrides, place):
    """Return the first row that is a place's, or where it would be."""
    low = 0
    high = overrides.id.shape[0]
    while low < high:
        middle = (low + high) // 2
        if overrides.id[middle] < place:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def orders_on(rules, overrides, place, day, effects):
    """Return whether a place has orders of its own today that some of these effects come from.

    Parameters
    ----------
    rules : RulebookArrays
    overrides : SparseOverride
        ``rules.compound_level``, ``rules.site_level`` or ``rules.sector_level``.
    place : int
        Index of the compound, site or sector.
    day : int
        [d]
    effects : int64[n]
        Where the effects lie on the [effect] axis.

    Returns
    -------
    bool
    """
    row = _first_row(overrides, place)
    while row < overrides.id.shape[0] and overrides.id[row] == place:
        if overrides.first_day[row] <= day <= overrides.last_day[row]:
            m = overrides.measure[row]
            for i in range(rules.used.shape[1]):
                for e in effects:
                    if rules.used[m, i] == e:
                        return True
        row += 1
    return False
