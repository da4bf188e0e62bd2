"""Who may be, and who is, at work on a day: by sector and district.

Three shares are kept apart. ``firms`` is the share of firms that are back (the resumption rate),
``called`` the share of its staff in the city that an open firm has called in, and the returned
share how many of the migrants who were away have come back to work. Their product, with closed
compounds and masks, is who is on site (the staff return rate); output is the production kernel's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from twofronts.kernels.jit import kernel

# Groups of sectors, in the order of the effects attend_essential, attend_industry, attend_services
ESSENTIAL, INDUSTRY, SERVICES = 0, 1, 2

# Classes of firm: those of the size that statistics count one by one, and all others
LARGE, SMALL = 0, 1

# What a draw holds fixed, in the order of every [rate] axis
(
    FIRM_PACE_LARGE,  # 1/d at which large firms not yet back come back
    FIRM_PACE_SMALL,  # 1/d, all other firms
    CALL_PACE,  # 1/d at which open firms call in the staff they left at home
    RETURN_PACE,  # 1/d at which migrants who are away set out
    RISK_SHARE,  # share of them who come from risk areas
    COMPLIANCE,  # share of open firms that keep the standard when nobody inspects
    LAPSE_PACE,  # 1/d at which inspected firms fall back to that
    CLOSURE_DAYS,  # days that a firm found below the standard stays shut
) = range(8)
N_RATE = 8

# Rows of ``LabourState.today``; 0 to 2 are the caps on attendance by group
_QUEUED, _CHANCE, _YES, _BAD, _HOME, _WAITING = 3, 4, 6, 7, 8, 9
N_TODAY = 11

# Days that an arrival from a risk area is held where the rulebook says so
HELD_DAYS = 14


class LabourParams(NamedTuple):
    """What does not change over a run. s: sectors, d: districts (of work; h: of home).

    c: classes of firm, LARGE and SMALL; firms of essential sectors never stopped.
    """

    group: np.ndarray  # int64[s] ESSENTIAL, INDUSTRY or SERVICES
    remote: np.ndarray  # float64[s] share of the work that can be done at home
    away: np.ndarray  # float64[s, d] share of ordinary staff who were away at the start
    home_of: np.ndarray  # float64[d, h] where those who work in d live; rows sum to 1
    firm_count: np.ndarray  # float64[c, s, d] number of firms
    firm_share: np.ndarray  # float64[c, s, d] share of the firms in each class; sums to 1 over c
    firm_total: np.ndarray  # float64[d] firms of all but essential sectors
    staff_share: np.ndarray  # float64[c, s, d] share of the staff in each class; sums to 1 over c
    away_weight: np.ndarray  # float64[h] migrants away, by home
    firms_start: np.ndarray  # float64[c, s, d] share of firms back at the start
    called_start: np.ndarray  # float64[s, d] share of their staff they had called in
    returned_start: np.ndarray  # float64[1] share of the away who are back at the start (0)
    rates: np.ndarray  # float64[draw, N_RATE]
    effect: np.ndarray  # int64[N_LABOUR_EFFECT] where each effect lies on the [effect] axis


# Order of ``LabourParams.effect``; names as in measures.effects
LABOUR_EFFECTS = (
    "attend_essential",
    "attend_industry",
    "attend_services",
    "resume_pace",
    "approval_queue",
    "approval_capacity",
    "inspected",
    "compound_shut",
    "return_pace",
    "remote_work",
    "arrivals",
    "arrival_quarantine",
)
_RESUME, _QUEUE, _CAPACITY, _INSPECTED, _SHUT, _RETURN, _REMOTE, _ARRIVALS, _HOLD = range(3, 12)


class LabourState(NamedTuple):
    """What one draw carries from day to day; ``labour_reset`` sets it, ``labour_day`` moves it."""

    firms: np.ndarray  # float64[c, s, d] share of firms back at work
    waiting: np.ndarray  # float64[c, s, d] share of firms waiting for a yes
    called: np.ndarray  # float64[s, d] share of the staff in the city called in by open firms
    stopped: np.ndarray  # float64[s, d] share of the firms back that an inspector has shut
    compliance: np.ndarray  # float64[d] share of open firms that keep the standard
    back: np.ndarray  # float64[2] share of the away who have set out; who may work again
    held: np.ndarray  # float64[HELD_DAYS] of them in quarantine, by day of release
    rate: np.ndarray  # float64[N_RATE] this draw's rates
    today: np.ndarray  # float64[N_TODAY, d] room for the day's measures


class LabourOut(NamedTuple):
    """What a day of labour is, for front one and for production."""

    permitted: np.ndarray  # float64[s, d] share of staff whose place of work is open to them
    firms_open: np.ndarray  # float64[s, d] share of firms at work (resumption rate)
    returned: np.ndarray  # float64[1] share of the away who may work again
    shut: np.ndarray  # float64[d] share of the staff of d shut in their compounds
    remote: np.ndarray  # float64[s, d] share of the absent who work from home
    unmasked: np.ndarray  # float64[s, d] share who would be on site if all had masks
    present: np.ndarray  # float64[s, d] share of staff on site, before illness (staff return rate)
    working: np.ndarray  # float64[s, d] share at work on site or from home, before illness


def labour_state(params: LabourParams) -> LabourState:
    """Return an empty state of the right shapes; ``labour_reset`` fills it for a draw."""
    _, n_sector, n_district = params.firm_count.shape
    cell = (n_sector, n_district)
    return LabourState(
        firms=np.zeros((2, *cell)),
        waiting=np.zeros((2, *cell)),
        called=np.zeros(cell),
        stopped=np.zeros(cell),
        compliance=np.zeros(n_district),
        back=np.zeros(2),
        held=np.zeros(HELD_DAYS),
        rate=np.zeros(N_RATE),
        today=np.zeros((N_TODAY, n_district)),
    )


def labour_out(params: LabourParams) -> LabourOut:
    """Return empty arrays for a day of labour."""
    _, n_sector, n_district = params.firm_count.shape
    cell = (n_sector, n_district)
    return LabourOut(
        permitted=np.zeros(cell),
        firms_open=np.zeros(cell),
        returned=np.zeros(1),
        shut=np.zeros(n_district),
        remote=np.zeros(cell),
        unmasked=np.zeros(cell),
        present=np.zeros(cell),
        working=np.zeros(cell),
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


@kernel
def _return(params, state, effects, day):
    """Let migrants set out, be held, and be released; return the share that may work."""
    pace = 0.0
    hold = 0.0
    total = 0.0
    for h in range(effects.shape[0]):
        w = params.away_weight[h]
        let_in = min(1.0, effects[h, params.effect[_ARRIVALS]])
        pace += w * effects[h, params.effect[_RETURN]] * let_in
        hold += w * effects[h, params.effect[_HOLD]]
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
        today[_QUEUED, d] = min(1.0, max(0.0, effects[d, fx[_QUEUE]]))
        pace = effects[d, fx[_RESUME]]
        for c in range(2):
            today[_CHANCE + c, d] = 1.0 - math.exp(-pace * state.rate[FIRM_PACE_LARGE + c])
        today[_YES, d] = effects[d, fx[_CAPACITY]] * params.firm_total[d]
        seen = min(1.0, max(0.0, effects[d, fx[_INSPECTED]]))
        today[_BAD, d] = seen * (1.0 - state.compliance[d])
        slip = state.rate[LAPSE_PACE] * max(0.0, state.compliance[d] - state.rate[COMPLIANCE])
        state.compliance[d] += today[_BAD, d] - slip
        today[_HOME, d] = effects[d, fx[_REMOTE]]
        shut = 0.0
        for h in range(effects.shape[0]):
            shut += params.home_of[d, h] * effects[h, fx[_SHUT]]
        out.shut[d] = shut


@kernel
def _resume(params, state):
    """Let firms apply, wait and open for a day."""
    n_class, n_sector, n_district = params.firm_count.shape
    today = state.today
    today[_WAITING : _WAITING + n_class, :] = 0.0
    queues = today[_QUEUED].max() > 0.0
    for c in range(n_class):
        for s in range(n_sector):
            if params.group[s] == ESSENTIAL:
                continue
            for d in range(n_district):
                waiting = state.waiting[c, s, d]
                idle = 1.0 - state.firms[c, s, d] - waiting
                idle = idle if idle > 0.0 else 0.0
                wanting = idle * today[_CHANCE + c, d] + waiting
                # under filing nobody waits: those who waited for a yes file too
                waiting = today[_QUEUED, d] * wanting
                state.firms[c, s, d] += wanting - waiting
                state.waiting[c, s, d] = waiting
            if queues:
                for d in range(n_district):
                    here = params.firm_count[c, s, d] * state.waiting[c, s, d]
                    today[_WAITING + c, d] += here
    if not queues:
        return
    for d in range(n_district):
        left = today[_YES, d]
        # large firms are heard first
        for c in range(n_class):
            n_waiting = today[_WAITING + c, d]
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
    _allow(params, state, mask_gate, back, out)


@kernel
def _open(params, state, out):
    """Set which firms are at work, and in ``present`` the staff whom they have called in.

    Here and in ``_allow``: short loops over few arrays, in the order of memory; only those are
    vectorised.
    """
    call = 1.0 - math.exp(-state.rate[CALL_PACE])
    mend = 1.0 - 1.0 / max(1.0, state.rate[CLOSURE_DAYS])
    n_sector, n_district = state.called.shape
    for s in range(n_sector):
        found = 0.0 if params.group[s] == ESSENTIAL else 1.0
        for d in range(n_district):
            stopped = state.stopped[s, d] * mend
            stopped += (1.0 - stopped) * state.today[_BAD, d] * found
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


@kernel
def _allow(params, state, mask_gate, back, out):
    """Hold those called in to what measures, masks and compounds allow; add remote work."""
    n_sector, n_district = state.called.shape
    for s in range(n_sector):
        group = params.group[s]
        # what the city cannot do without has masks first
        gate = 1.0 if group == ESSENTIAL else mask_gate
        for d in range(n_district):
            if state.today[group, d] <= 0.0:
                out.firms_open[s, d] = 0.0
        for d in range(n_district):
            cap = state.today[group, d]
            permitted = out.present[s, d] if out.present[s, d] < cap else cap
            there = (1.0 - params.away[s, d] * (1.0 - back)) * (1.0 - out.shut[d])
            out.unmasked[s, d] = permitted * there
            out.present[s, d] = permitted
        for d in range(n_district):
            there = (1.0 - params.away[s, d] * (1.0 - back)) * (1.0 - out.shut[d])
            permitted = out.present[s, d] * gate
            out.permitted[s, d] = permitted
            out.present[s, d] = permitted * there
        for d in range(n_district):
            remote = params.remote[s] * state.today[_HOME, d]
            out.remote[s, d] = remote
            out.working[s, d] = out.present[s, d] + remote * (1.0 - out.present[s, d])


@kernel
def masks_wanted(params, out, staff):
    """Return how many persons would be at work on site, in sectors that masks hold back.

    Parameters
    ----------
    params : LabourParams
    out : LabourOut
        The day's labour.
    staff : float64[s, d]
        Ordinary staff. [persons]

    Returns
    -------
    float64
        [persons]
    """
    total = 0.0
    for s in range(staff.shape[0]):
        if params.group[s] != ESSENTIAL:
            for d in range(staff.shape[1]):
                total += staff[s, d] * out.unmasked[s, d]
    return total


@kernel
def labour_after_absence(out, absent_ill, absent_held, on_site, working):
    """Take off those ill or held, whom front one counts, and add those held who work from home.

    Parameters
    ----------
    out : LabourOut
        The day's labour.
    absent_ill, absent_held : float64[s, d]
        Share of ordinary staff ill or in hospital; in isolation or quarantine but well.
    on_site : float64[s, d]
        Overwritten: share of ordinary staff on site (staff return rate).
    working : float64[s, d]
        Overwritten: share at work on site or from home; never more than ``out.working``.
    """
    for s in range(on_site.shape[0]):
        for d in range(on_site.shape[1]):
            well = 1.0 - min(1.0, absent_ill[s, d])
            free = max(0.0, well - absent_held[s, d])
            on_site[s, d] = out.present[s, d] * free
            working[s, d] = on_site[s, d] + out.remote[s, d] * (well - on_site[s, d])
