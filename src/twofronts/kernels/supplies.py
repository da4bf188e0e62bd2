"""Goods that fight the outbreak and goods of daily life: stock, production, inbound, use, cover.

Care comes first. Of the masks left, residents come before firms, but for the share that measures
set aside for firms; what firms then get is the mask gate, the share of staff on site for whom there
is a mask. Reagents gate tests in the same way.
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
    MASKS_WORN,  # masks used for each that the protection standard asks of a person at work
    PROTECTIVE_GROWTH,  # 1/d by which makers of protective goods expand
    PROTECTIVE_MOST,  # production of them at most, against the start
    RESTOCK,  # d in which traders close a gap in stocks of daily goods
) = range(4)
N_SUPPLIES_RATE = 4

# In the order of ``SuppliesParams.effect``
SUPPLIES_EFFECTS = ("mask_supply", "masks_per_shift", "mask_to_firms", "daily_supply")

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
    effect: np.ndarray  # int64[4] where SUPPLIES_EFFECTS lie on the [effect] axis
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
def _mean_effect(params, effects, which):
    """Return an effect's mean over the districts."""
    total = 0.0
    for d in range(effects.shape[0]):
        total += effects[d, params.effect[which]]
    return total / effects.shape[0]


@kernel
def _wish(params, state, drivers, per_shift, g):
    """Return what is wanted of a good: for care, by residents, by what the good gates; the gate."""
    care = params.base[g] + params.per[g, STAFF] * drivers[STAFF]
    care += params.per[g, PATIENTS] * drivers[PATIENTS]
    care += params.per[g, INTENSIVE] * drivers[INTENSIVE]
    public = params.per[g, RESIDENTS] * drivers[RESIDENTS]
    tests = params.per[g, TESTS] * drivers[TESTS]
    if g == params.masks[0]:
        work = state.rate[MASKS_WORN] * per_shift * drivers[STAFF]
        return care + tests, public, work, state.gate[0]
    if g == params.reagents[0]:
        return care, public, tests, state.gate[1]
    return care + tests, public, 0.0, 1.0


@kernel
def _supply(params, state, g, wish, supplied, through, out):
    """Set what is made and brought in of a good."""
    if params.protective[g]:
        out.produced[g] *= supplied
        out.inbound[g] = params.inbound[g] * supplied * min(1.0, through)
        return
    out.produced[g] *= supplied
    # traders bring what is used and close the gap, as far as the roads allow
    gap = (params.stock[g] - state.stock[g]) / max(1.0, state.rate[RESTOCK])
    wanted = max(0.0, wish - out.produced[g] + gap)
    out.inbound[g] = min(wanted, params.inbound[g] * through * supplied)


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
        What the measures in force do; means over districts count.
    day : int
        Since the run began. [d]
    out : SuppliesOut
        Overwritten.
    """
    per_shift = _mean_effect(params, effects, 1)
    for_firms = min(1.0, _mean_effect(params, effects, 2))
    grown = min(math.exp(state.rate[PROTECTIVE_GROWTH] * day), state.rate[PROTECTIVE_MOST])
    for g in range(params.stock.shape[0]):
        care, public, last, gate = _wish(params, state, drivers, per_shift, g)
        wish = care + public + last
        supplied = max(1.0, grown)
        out.produced[g] = params.production[g]
        if g == params.masks[0]:
            supplied *= _mean_effect(params, effects, 0)
        elif not params.protective[g]:
            supplied = _mean_effect(params, effects, 3)
            if params.maker[g] >= 0:
                out.produced[g] *= made[params.maker[g]]
        _supply(params, state, g, wish, supplied, through, out)
        there = state.stock[g] + out.produced[g] + out.inbound[g]
        out.used[g] = min(care + public + last * gate, there)
        out.short[g] = wish - out.used[g]
        state.stock[g] = there - out.used[g]
        out.cover[g] = min(COVER_MOST, state.stock[g] / wish) if wish > 0.0 else COVER_MOST
        # tomorrow's share, from tomorrow's likely means and the same wishes
        left = state.stock[g] + out.produced[g] + out.inbound[g] - care
        aside = for_firms * left if g == params.masks[0] else 0.0
        share = min(1.0, max(0.0, max(left - public, aside) / last)) if last > 0.0 else 1.0
        if g == params.masks[0]:
            state.gate[0] = share
        elif g == params.reagents[0]:
            state.gate[1] = share
