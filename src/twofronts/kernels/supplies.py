"""Goods that fight the outbreak and goods of daily life: stock, production, inbound, use, cover.

Use that protects care comes first, residents next, firms last: what is left for firms is the mask
gate, the share of staff on site for whom there is a mask. Reagents gate tests in the same way.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from twofronts.kernels.jit import kernel

# What use follows, in the order of every [driver] axis
STAFF, PATIENTS, INTENSIVE, TESTS, RESIDENTS = range(5)
N_DRIVER = 5

# What a draw holds fixed
(
    MASKS_PER_STAFF,  # masks that a person at work needs in a day
    PROTECTIVE_GROWTH,  # 1/d by which makers of protective goods expand
    PROTECTIVE_MOST,  # production of them at most, against the start
    RESTOCK,  # d in which traders close a gap in stocks of daily goods
) = range(4)
N_SUPPLIES_RATE = 4

# Days of cover are cut at this, which also stands for "none is used"
COVER_MOST = 999.0


class SuppliesParams(NamedTuple):
    """What does not change over a run. g: goods."""

    stock: np.ndarray  # float64[g] at the start
    production: np.ndarray  # float64[g] a day, with the makers' sector working in full
    inbound: np.ndarray  # float64[g] a day, with free roads
    base: np.ndarray  # float64[g] use a day that follows nothing
    per: np.ndarray  # float64[g, N_DRIVER] use a day for each person or test
    maker: np.ndarray  # int64[g] sector whose output production follows, -1 if none
    protective: np.ndarray  # uint8[g]
    masks: np.ndarray  # int64[1] the good that gates attendance, -1 if none
    reagents: np.ndarray  # int64[1] the good that gates tests, -1 if none
    effect: np.ndarray  # int64[1] where mask_supply lies on the [effect] axis
    rates: np.ndarray  # float64[draw, N_SUPPLIES_RATE]


class SuppliesState(NamedTuple):
    """What one draw carries from day to day."""

    stock: np.ndarray  # float64[g]
    gate: np.ndarray  # float64[2] share of staff with a mask; share of tests with a reagent
    rate: np.ndarray  # float64[N_SUPPLIES_RATE]


class SuppliesOut(NamedTuple):
    """One day of supplies."""

    produced: np.ndarray  # float64[g]
    inbound: np.ndarray  # float64[g]
    used: np.ndarray  # float64[g]
    short: np.ndarray  # float64[g] wanted and not there
    cover: np.ndarray  # float64[g] days that the stock lasts at today's wish


@kernel
def supplies_reset(params, draw, state):
    """Put a draw at its starting point; the gates follow from the first morning's stocks.

    Parameters
    ----------
    params : SuppliesParams
    draw : int
        Row of ``params.rates``.
    state : SuppliesState
        Overwritten.
    """
    state.rate[:] = params.rates[draw]
    state.stock[:] = params.stock
    state.gate[:] = 1.0


@kernel
def _wish(params, state, drivers, g):
    """Return what is wanted of a good before what it gates, what it gates wants, and the gate."""
    first = params.base[g]
    last = 0.0
    gate = 1.0
    for v in range(drivers.shape[0]):
        first += params.per[g, v] * drivers[v]
    if g == params.masks[0]:
        last = state.rate[MASKS_PER_STAFF] * drivers[STAFF]
        gate = state.gate[0]
    elif g == params.reagents[0]:
        last = params.per[g, TESTS] * drivers[TESTS]
        first -= last
        gate = state.gate[1]
    return first, last, gate


@kernel
def supplies_day(params, state, drivers, through, made, effects, day, out):
    """Move stocks on by one day and set tomorrow's gates.

    Parameters
    ----------
    params : SuppliesParams
    state : SuppliesState
        Moved on by one day.
    drivers : float64[N_DRIVER]
        Staff who would be on site if there were masks, in sectors that need them; inpatients,
        patients in intensive care, tests wanted, residents in the city. [persons, tests/d]
    through : float64
        What the border lets through today, against normal flows; above 1 where roads have room.
        [1]
    made : float64[sector]
        Output of the city's sectors against normal. [1]
    effects : float64[district, N_EFFECT]
        What the measures in force do; ``mask_supply`` is their mean over districts.
    day : int
        Since the run began. [d]
    out : SuppliesOut
        Overwritten.
    """
    more = 0.0
    for d in range(effects.shape[0]):
        more += effects[d, params.effect[0]] / effects.shape[0]
    grown = min(math.exp(state.rate[PROTECTIVE_GROWTH] * day), state.rate[PROTECTIVE_MOST])
    grown = max(1.0, grown)
    for g in range(params.stock.shape[0]):
        first, last, gate = _wish(params, state, drivers, g)
        if params.protective[g]:
            grown_here = grown * more if g == params.masks[0] else grown
            out.produced[g] = params.production[g] * grown_here
            out.inbound[g] = params.inbound[g] * grown_here * min(1.0, through)
        else:
            maker = params.maker[g]
            out.produced[g] = params.production[g] * (made[maker] if maker >= 0 else 1.0)
            # traders bring what is used and close the gap, as far as the roads allow
            gap = (params.stock[g] - state.stock[g]) / max(1.0, state.rate[RESTOCK])
            wanted = max(0.0, first + last - out.produced[g] + gap)
            out.inbound[g] = min(wanted, params.inbound[g] * through)
        there = state.stock[g] + out.produced[g] + out.inbound[g]
        out.used[g] = min(first + last * gate, there)
        out.short[g] = first + last - out.used[g]
        state.stock[g] = there - out.used[g]
        wish = first + last
        out.cover[g] = min(COVER_MOST, state.stock[g] / wish) if wish > 0.0 else COVER_MOST
        # tomorrow's share, from tomorrow's likely means and the same wishes
        left = state.stock[g] + out.produced[g] + out.inbound[g] - first
        share = min(1.0, max(0.0, left / last)) if last > 0.0 else 1.0
        if g == params.masks[0]:
            state.gate[0] = share
        elif g == params.reagents[0]:
            state.gate[1] = share
