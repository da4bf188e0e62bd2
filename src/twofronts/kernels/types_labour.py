"""The arrays of the labour kernels, and the numbers that name their parts.

s: sectors, d: districts of work, h: districts of home, c: classes of firm.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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
    TRANSIT_SHARE,  # share of staff who come by bus or metro on an ordinary day
    TRANSIT_CAPTIVE,  # of those of them who find no place, the share with no other way
    SPECIAL_BUSES,  # share of lost places that special buses replace for essential staff
    CHILDCARE,  # of those who alone could mind a child at home, the share who do
    UNPLEDGED,  # of COMPLIANCE, what is left in firms that neither filed nor were approved
) = range(13)
N_RATE = 13

# Rows of ``LabourState.today``; 0 to 2 are the caps on attendance by group
ROW_QUEUED, ROW_CHANCE, ROW_YES, ROW_BAD, ROW_HOME, ROW_WAITING = 3, 4, 6, 7, 8, 9
ROW_OPEN, ROW_MINDING, ROW_PASS, ROW_TRANSIT = 11, 15, 16, 17
N_TODAY = 18

# Places that orders close, and the staff of some sectors with them: dining rooms and the like,
# clinics, schools, buses and metro
VENUES, CLINICS, SCHOOLS, TRANSIT = 0, 1, 2, 3
N_PLACES = 4

# Days that an arrival from a risk area is held where the rulebook says so
HELD_DAYS = 14


class LabourParams(NamedTuple):
    """What does not change over a run. s: sectors, d: districts (of work; h: of home).

    c: classes of firm, LARGE and SMALL; firms of essential sectors never stopped.
    """

    group: np.ndarray  # int64[s] ESSENTIAL, INDUSTRY or SERVICES
    remote: np.ndarray  # float64[s] share of the work that can be done at home
    away: np.ndarray  # float64[s, d] share of ordinary staff who were away at the start
    minders: np.ndarray  # float64[s, d] share of staff who alone could mind a child at home
    in_places: np.ndarray  # float64[N_PLACES, s] share of staff who work in places of each kind
    placed: np.ndarray  # uint8[s] 1 if any do
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
    "venues_open",
    "clinics",
    "attend_school",
    "transit_staff",
    "transit",
    "commute",
    "pledged",
)
FX_RESUME, FX_QUEUE, FX_CAPACITY, FX_INSPECTED, FX_SHUT, FX_RETURN = range(3, 9)
FX_REMOTE, FX_ARRIVALS, FX_HOLD = range(9, 12)
FX_FIRST_PLACE, FX_LEARN, FX_SEATS, FX_COMMUTE, FX_PLEDGED = 12, 14, 16, 17, 18


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
    own_cap: np.ndarray  # float64[s, d] cap on a sector with a level of its own; -1: its group's


class LabourOut(NamedTuple):
    """What a day of labour is, for front one and for production."""

    permitted: np.ndarray  # float64[s, d] share of staff whose place of work is open to them
    firms_open: np.ndarray  # float64[s, d] share of firms at work (resumption rate)
    returned: np.ndarray  # float64[1] share of the away who may work again
    shut: np.ndarray  # float64[d] share of the staff of d shut in their compounds
    remote: np.ndarray  # float64[s, d] share of staff who work from home
    stay: np.ndarray  # float64[s, d] of those whose place is open and who may leave: who stay home
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
        own_cap=np.full(cell, -1.0),
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
        stay=np.zeros(cell),
        unmasked=np.zeros(cell),
        present=np.zeros(cell),
        working=np.zeros(cell),
    )
