"""Who may be, and who is, at work on a day: by sector and district.

Three shares are kept apart. ``firms`` is the share of firms that are back (the resumption rate),
``called`` the share of its staff in the city that an open firm has called in, and the returned
share how many of the migrants who were away have come back to work. Their product, with closed
compounds, masks, and those who stay at home though they may come (no way to work, a child to mind,
work that can be done there), is who is on site (the staff return rate); output is the production
kernel's. Who is not on site does not meet anybody there: front one takes ``stay`` from here.
"""

from __future__ import annotations

import math

from twofronts.kernels.attendance import allow
from twofronts.kernels.jit import kernel
from twofronts.kernels.types_labour import (
    CALL_PACE,
    CHILDCARE,
    CLOSURE_DAYS,
    COMPLIANCE,
    ESSENTIAL,
    FIRM_PACE_LARGE,
    FX_ARRIVALS,
    FX_CAPACITY,
    FX_COMMUTE,
    FX_FIRST_PLACE,
    FX_HOLD,
    FX_INSPECTED,
    FX_LEARN,
    FX_PLEDGED,
    FX_QUEUE,
    FX_REMOTE,
    FX_RESUME,
    FX_RETURN,
    FX_SEATS,
    FX_SHUT,
    HELD_DAYS,
    LAPSE_PACE,
    LARGE,
    N_PLACES,
    RETURN_PACE,
    RISK_SHARE,
    ROW_BAD,
    ROW_CHANCE,
    ROW_HOME,
    ROW_MINDING,
    ROW_OPEN,
    ROW_PASS,
    ROW_QUEUED,
    ROW_TRANSIT,
    ROW_WAITING,
    ROW_YES,
    SMALL,
    UNPLEDGED,
)


@kernel
def labour_reset(params, draw, state):
    """Put a draw at its starting point.

    Parameters
    ----------
    params : LabourParams
    draw : int
        Row of ``params.rates``.
    state : LabourState
        Overwritten.
    """
    state.rate[:] = params.rates[draw]
    state.firms[:, :, :] = params.firms_start
    state.called[:, :] = params.called_start
    state.waiting[:, :, :] = 0.0
    state.stopped[:, :] = 0.0
    state.compliance[:] = state.rate[COMPLIANCE]
    state.back[:] = params.returned_start[0]
    state.held[:] = 0.0
    state.own_cap[:, :] = -1.0


@kernel
def _return(params, state, effects, day):
    """Let migrants set out, be held, and be released; return the share that may work."""
    pace = 0.0
    hold = 0.0
    total = 0.0
    for h in range(effects.shape[0]):
        w = params.away_weight[h]
        let_in = min(1.0, effects[h, params.effect[FX_ARRIVALS]])
        pace += w * effects[h, params.effect[FX_RETURN]] * let_in
        hold += w * effects[h, params.effect[FX_HOLD]]
        total += w
    if total > 0.0:
        pace /= total
        hold /= total
    setting_out = (1.0 - state.back[0]) * (1.0 - math.exp(-pace * state.rate[RETURN_PACE]))
    kept = setting_out * hold * state.rate[RISK_SHARE]
    slot = day % HELD_DAYS
    released = state.held[slot]
    state.held[slot] = kept
    state.back[0] += setting_out
    state.back[1] = min(1.0, state.back[1] + setting_out - kept + released)
    return state.back[1]


@kernel
def _read_measures(params, state, effects, out):
    """Gather what the measures ask of each district, so that the loops over sectors are plain."""
    fx = params.effect
    today = state.today
    for d in range(effects.shape[0]):
        for group in range(3):
            today[group, d] = effects[d, fx[group]]
        today[ROW_QUEUED, d] = min(1.0, max(0.0, effects[d, fx[FX_QUEUE]]))
        pace = effects[d, fx[FX_RESUME]]
        for c in range(2):
            today[ROW_CHANCE + c, d] = 1.0 - math.exp(-pace * state.rate[FIRM_PACE_LARGE + c])
        today[ROW_YES, d] = effects[d, fx[FX_CAPACITY]] * params.firm_total[d]
        _inspect(fx, state, effects, d)
        today[ROW_HOME, d] = effects[d, fx[FX_REMOTE]]
        for place in range(N_PLACES):
            today[ROW_OPEN + place, d] = effects[d, fx[FX_FIRST_PLACE + place]]
        _read_homes(params, state, effects, d, out)


@kernel
def _inspect(fx, state, effects, d):
    """Move the share of a district's firms that keep the standard; say how many are found below it.

    Who files or is approved pledges the standard and is known; nobody can inspect the others.
    """
    pledged = min(1.0, max(0.0, effects[d, fx[FX_PLEDGED]]))
    unasked = state.rate[COMPLIANCE] * (1.0 - (1.0 - pledged) * (1.0 - state.rate[UNPLEDGED]))
    kept = max(state.compliance[d], unasked)
    seen = min(1.0, max(0.0, effects[d, fx[FX_INSPECTED]])) * pledged
    state.today[ROW_BAD, d] = seen * (1.0 - kept)
    slip = state.rate[LAPSE_PACE] * (kept - unasked)
    state.compliance[d] = kept + state.today[ROW_BAD, d] - slip


@kernel
def _read_homes(params, state, effects, d, out):
    """Gather what the measures where they live ask of those who work in a district."""
    fx = params.effect
    shut, learning, through, seats = 0.0, 0.0, 0.0, 0.0
    for h in range(effects.shape[0]):
        share = params.home_of[d, h]
        shut += share * effects[h, fx[FX_SHUT]]
        learning += share * (1.0 - effects[h, fx[FX_LEARN]])
        through += share * (1.0 - effects[h, fx[FX_COMMUTE]])
        seats += share * (1.0 - effects[h, fx[FX_SEATS]])
    out.shut[d] = shut
    state.today[ROW_MINDING, d] = state.rate[CHILDCARE] * learning
    # as what is lost, so that nothing lost is exactly nothing
    state.today[ROW_PASS, d] = 1.0 - through
    state.today[ROW_TRANSIT, d] = 1.0 - seats


@kernel
def _resume(params, state):
    """Let firms apply, wait and open for a day."""
    n_class, n_sector, n_district = params.firm_count.shape
    today = state.today
    today[ROW_WAITING : ROW_WAITING + n_class, :] = 0.0
    queues = today[ROW_QUEUED].max() > 0.0
    for c in range(n_class):
        for s in range(n_sector):
            if params.group[s] == ESSENTIAL:
                continue
            for d in range(n_district):
                waiting = state.waiting[c, s, d]
                idle = 1.0 - state.firms[c, s, d] - waiting
                idle = idle if idle > 0.0 else 0.0
                wanting = idle * today[ROW_CHANCE + c, d] + waiting
                # under filing nobody waits: those who waited for a yes file too
                waiting = today[ROW_QUEUED, d] * wanting
                state.firms[c, s, d] += wanting - waiting
                state.waiting[c, s, d] = waiting
            if queues:
                for d in range(n_district):
                    here = params.firm_count[c, s, d] * state.waiting[c, s, d]
                    today[ROW_WAITING + c, d] += here
    if not queues:
        return
    for d in range(n_district):
        left = today[ROW_YES, d]
        # large firms are heard first
        for c in range(n_class):
            n_waiting = today[ROW_WAITING + c, d]
            yes = min(1.0, left / n_waiting) if n_waiting > 0.0 else 0.0
            left -= yes * n_waiting
            for s in range(n_sector):
                state.firms[c, s, d] += yes * state.waiting[c, s, d]
                state.waiting[c, s, d] *= 1.0 - yes


@kernel
def labour_day(params, state, effects, day, mask_gate, out):
    """Move one day on and say who may be, and who is, at work.

    Under filing a firm that comes back opens at once; under approval it joins a queue that a
    daily capacity serves (per district, large firms first). A switch to filing frees the queue.
    Inspectors shut what they find below the standard for some days.

    Parameters
    ----------
    params : LabourParams
    state : LabourState
        Moved on by one day.
    effects : float64[district, N_EFFECT]
        What the measures in force do (``kernels.measures.district_effects``).
    day : int
        Since the run began. [d]
    mask_gate : float64
        Share of those on site for whom there is a mask (``SuppliesState.gate[0]``), 1 if masks are
        not asked for; essential sectors have theirs first.
    out : LabourOut
        Overwritten.
    """
    back = _return(params, state, effects, day)
    out.returned[0] = back
    _read_measures(params, state, effects, out)
    _resume(params, state)
    _open(params, state, out)
    allow(params, state, mask_gate, back, out)


@kernel
def _open(params, state, out):
    """Set which firms are at work, and in ``present`` the staff whom they have called in.

    Here and in ``attendance.allow``: short loops over few arrays, in the order of memory; only
    those are vectorised.
    """
    call = 1.0 - math.exp(-state.rate[CALL_PACE])
    mend = 1.0 - 1.0 / max(1.0, state.rate[CLOSURE_DAYS])
    n_sector, n_district = state.called.shape
    for s in range(n_sector):
        found = 0.0 if params.group[s] == ESSENTIAL else 1.0
        for d in range(n_district):
            stopped = state.stopped[s, d] * mend
            stopped += (1.0 - stopped) * state.today[ROW_BAD, d] * found
            state.stopped[s, d] = stopped
        for d in range(n_district):
            state.called[s, d] = state.called[s, d] + (1.0 - state.called[s, d]) * call
        for d in range(n_district):
            firms = params.firm_share[LARGE, s, d] * state.firms[LARGE, s, d]
            firms += params.firm_share[SMALL, s, d] * state.firms[SMALL, s, d]
            out.firms_open[s, d] = firms * (1.0 - state.stopped[s, d])
        for d in range(n_district):
            staff = params.staff_share[LARGE, s, d] * state.firms[LARGE, s, d]
            staff += params.staff_share[SMALL, s, d] * state.firms[SMALL, s, d]
            staff = staff if staff < 1.0 else 1.0
            out.present[s, d] = staff * (1.0 - state.stopped[s, d]) * state.called[s, d]
