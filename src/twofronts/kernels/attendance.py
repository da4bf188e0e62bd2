"""Who of those called in comes to work today, and who works from home."""

from __future__ import annotations

from twofronts.kernels.jit import kernel
from twofronts.kernels.types_labour import (
    ESSENTIAL,
    N_PLACES,
    ROW_HOME,
    ROW_MINDING,
    ROW_OPEN,
    ROW_PASS,
    ROW_TRANSIT,
    SCHOOLS,
    SPECIAL_BUSES,
    TRANSIT_CAPTIVE,
    TRANSIT_SHARE,
)


@kernel
def _close(params, state, s, out):
    """Hold a sector's firms and staff to the places that are open."""
    for d in range(out.present.shape[1]):
        most = 1.0
        for place in range(N_PLACES):
            most -= params.in_places[place, s] * (1.0 - state.today[ROW_OPEN + place, d])
        most = most if most > 0.0 else 0.0
        if out.present[s, d] > most:
            out.present[s, d] = most
        if out.firms_open[s, d] > most:
            out.firms_open[s, d] = most


@kernel
def _teach(params, s, out):
    """Let those of a school's staff who are not there, and can, give lessons from home."""
    able = params.in_places[SCHOOLS, s] * params.remote[s]
    for d in range(out.present.shape[1]):
        at_home = out.remote[s, d]
        if able > at_home:
            missing = (1.0 - at_home - out.present[s, d]) / (1.0 - at_home)
            out.remote[s, d] = at_home + (able - at_home) * missing
            out.working[s, d] = out.present[s, d] + out.remote[s, d]


@kernel
def allow(params, state, mask_gate, back, out):
    """Hold those called in to what measures, masks and compounds allow; say who stays at home.

    Who works from home, minds a child or is stopped on the way stays there. The others come, those
    who ride as far as there are seats: a sector is missed its riders beyond the seats left, so
    that half load holds up none that has half its staff at work.
    """
    n_sector, n_district = state.called.shape
    today = state.today
    captive = state.rate[TRANSIT_SHARE] * state.rate[TRANSIT_CAPTIVE]
    for s in range(n_sector):
        group = params.group[s]
        essential = group == ESSENTIAL
        # what the city cannot do without has masks first
        gate = 1.0 if essential else mask_gate
        special = state.rate[SPECIAL_BUSES] if essential else 0.0
        for d in range(n_district):
            own = state.own_cap[s, d]
            cap = own if own >= 0.0 else today[group, d]
            if cap <= 0.0:
                out.firms_open[s, d] = 0.0
        if params.placed[s] == 1:
            _close(params, state, s, out)
        for d in range(n_district):
            own = state.own_cap[s, d]
            cap = own if own >= 0.0 else today[group, d]
            permitted = out.present[s, d] if out.present[s, d] < cap else cap
            at_home = params.remote[s] * today[ROW_HOME, d]
            there = (1.0 - params.away[s, d] * (1.0 - back)) * (1.0 - out.shut[d])
            coming = (1.0 - at_home) * (1.0 - params.minders[s, d] * today[ROW_MINDING, d])
            coming *= there * today[ROW_PASS, d]
            seats = today[ROW_TRANSIT, d] + special * (1.0 - today[ROW_TRANSIT, d])
            free = permitted * coming
            missed = free - seats if free > seats else 0.0
            out.unmasked[s, d] = free - captive * missed
            permitted *= gate
            on_site = permitted * coming
            missed = on_site - seats if on_site > seats else 0.0
            on_site -= captive * missed
            could = permitted * there
            stay = 1.0 - on_site / could if could > 0.0 else 0.0
            out.stay[s, d] = stay if stay > 0.0 else 0.0
            out.permitted[s, d] = permitted
            out.present[s, d] = on_site
            out.remote[s, d] = at_home
            out.working[s, d] = on_site + at_home
        if params.in_places[SCHOOLS, s] > 0.0:
            _teach(params, s, out)


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
            working[s, d] = on_site[s, d] + out.remote[s, d] * well
