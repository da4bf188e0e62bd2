"""One day of production: a dynamic input-output model of a city and the rest of its country.

After Pichler, Pangallo, del Rio-Chanona, Lafond and Farmer (2022), doi:10.1016/j.jedc.2022.104527,
with two regions, a border that goods pass late or not at all, and the districts of the city.
Indices and units as in ``types_production``.
"""

from __future__ import annotations

import math

from twofronts.kernels.accounts import name_binding, split_accounts
from twofronts.kernels.freight import roads, ship
from twofronts.kernels.jit import kernel
from twofronts.kernels.sharing import share_out
from twofronts.kernels.types_production import (
    BENEFIT,
    CHAIN_CRITICAL,
    CHAIN_IMPORTANT,
    CHAIN_SHARE,
    CONTACTS,
    CRITICAL,
    FEAR,
    FIRE_DAYS,
    FREE,
    HABIT,
    HALF_CRITICAL,
    HIRE_DAYS,
    IMPORTANT,
    LEONTIEF,
    LINEAR,
    REST_GAP,
    REST_PACE,
    RESTOCK_DAYS,
    SAVING,
    SPENDING,
    STOCK_SCALE,
    STOCK_START,
    STRONGLY_CRITICAL,
)

_FAR = 1e300


@kernel
def production_reset(params, draw, state):
    """Put a draw at its starting point: stocks, staff and demand.

    Parameters
    ----------
    params : ProductionParams
    draw : int
        Row of ``params.rates``.
    state : ProductionState
        Overwritten.
    """
    state.rate[:] = params.rates[draw]
    scale = state.rate[STOCK_SCALE]
    chain = state.rate[CHAIN_SHARE]
    function = params.function[0]
    for k in range(params.use.shape[0]):
        # stocks are read in the morning: below one day's use a sector could never work in full
        days = max(1.2, params.stock_days[k] * scale)
        for i in range(params.use.shape[1]):
            state.target[k, i] = days * params.use[k, i]
            state.stock[k, i] = state.target[k, i] * state.rate[STOCK_START]
            state.critical[k, i], state.important[k, i] = _inverse(
                params.technical[k, i], params.rating[k, i], chain, function
            )
        _list_rated(state, k)
    state.transit[:, :] = 0.0
    if state.pipe_used[0]:
        state.pipe[:, :, :] = 0.0
        state.pipe_used[0] = 0
    state.demand[:] = params.output
    state.level[:, :] = FREE
    state.staff[:, :] = 1.0
    state.engaged[:] = 1.0
    state.change[:] = 0.0
    state.spending[:] = 1.0
    state.saved[:] = 0.0


@kernel
def _list_rated(state, k):
    """List the inputs that can stop a user: the critical, then the important."""
    n = 0
    for i in range(state.critical.shape[1]):
        if state.critical[k, i] > 0.0:
            state.rated[k, n] = i
            n += 1
    state.n_rated[k, 0] = n
    for i in range(state.critical.shape[1]):
        if state.important[k, i] > 0.0:
            state.rated[k, n] = i
            n += 1
    state.n_rated[k, 1] = n


@kernel
def _inverse(technical, rating, chain, function):
    """Return 1 / technical for an input as critical, and as important, under a function."""
    if technical <= 0.0 or function == LINEAR:
        return 0.0, 0.0
    critical = rating == CRITICAL or (rating == CHAIN_CRITICAL and technical >= chain)
    important = rating == IMPORTANT or (rating == CHAIN_IMPORTANT and technical >= chain)
    if function == LEONTIEF:
        return 1.0 / technical, 0.0
    if function == STRONGLY_CRITICAL:
        return (1.0 / technical if critical or important else 0.0), 0.0
    first = 1.0 / technical if critical else 0.0
    second = 1.0 / technical if important and function == HALF_CRITICAL else 0.0
    return first, second


@kernel
def _engage(params, state, scratch, working, gap):
    """Engage staff as wanted yesterday, as far as they are at work today; set capacity."""
    n = params.hauled.shape[0]
    hire = 1.0 / max(1.0, state.rate[HIRE_DAYS])
    fire = 1.0 / max(1.0, state.rate[FIRE_DAYS])
    for k in range(params.output.shape[0]):
        step = state.change[k] * (hire if state.change[k] > 0.0 else fire)
        if k < n:
            for d in range(working.shape[1]):
                level = state.staff[k, d] + step
                level = level if level > 0.0 else 0.0
                state.staff[k, d] = level if level < working[k, d] else working[k, d]
            total = 0.0
            for d in range(working.shape[1]):
                total += params.district_share[k, d] * state.staff[k, d]
            state.engaged[k] = total
        else:
            most = 1.0 - gap * params.exposed[k % n]
            state.engaged[k] = min(most, max(0.0, state.engaged[k] + step))
        scratch.capacity[k] = params.output[k] * state.engaged[k]


@kernel
def _inputs(params, state, scratch):
    """Set the output that stocks allow."""
    linear = params.function[0] == LINEAR
    for k in range(params.use.shape[0]):
        first = _FAR
        second = _FAR
        if linear:
            total = 0.0
            need = 0.0
            for i in range(params.use.shape[1]):
                total += state.stock[k, i]
                need += params.technical[k, i]
            first = total / need if need > 0.0 else _FAR
        else:
            for j in range(state.n_rated[k, 0]):
                i = state.rated[k, j]
                first = min(first, state.stock[k, i] * state.critical[k, i])
            for j in range(state.n_rated[k, 0], state.n_rated[k, 1]):
                i = state.rated[k, j]
                second = min(second, state.stock[k, i] * state.important[k, i])
        scratch.supply[k] = min(first, 0.5 * (second + params.output[k]))


@kernel
def _shop(params, state, effects, gap, scratch):
    """Set households' demand for each good against normal: habit, income, fear and saving."""
    n_region, n = scratch.shopping.shape
    contacts = 0.0
    encouraged = 0.0
    for d in range(effects.shape[0]):
        contacts += min(1.0, effects[d, params.effect[CONTACTS]])
        encouraged += effects[d, params.effect[SPENDING]] / effects.shape[0]
    for q in range(n_region):
        shy = 1.0 - contacts / effects.shape[0] if q == 0 else gap
        lost = 0.0
        normal = 0.0
        for i in range(n):
            away = min(1.0, state.rate[FEAR] * params.sensitivity[i] * shy)
            scratch.shopping[q, i] = 1.0 - away
            for r in range(n_region):
                lost += params.household[r, q, i] * away
                normal += params.household[r, q, i]
        shifted = 1.0
        if lost > 0.0 and normal > lost:
            shifted += (1.0 - state.rate[SAVING]) * lost / (normal - lost)
        for i in range(n):
            scratch.shopping[q, i] *= shifted * state.spending[q]
            if q == 0:
                scratch.shopping[q, i] *= encouraged


@kernel
def _order(params, state, scratch):
    """Place orders for inputs and add up demand, as far as freight carries it.

    Short loops over two or three arrays each: only those are vectorised.
    """
    n_origin, n_user, n = params.source.shape
    speed = 1.0 / max(1.0, state.rate[RESTOCK_DAYS])
    for o in range(n_origin):
        for i in range(n):
            scratch.demand[o, i] = 0.0
    for k in range(n_user):
        # who orders inputs for more than its staff can make takes them from who could use them
        ahead = min(state.demand[k], scratch.capacity[k])
        for i in range(n):
            gap = state.target[k, i] - state.stock[k, i] - state.transit[k, i]
            order = params.technical[k, i] * ahead + gap * speed
            scratch.order[k, i] = order if order > 0.0 else 0.0
        for o in range(n_origin):
            limit = max(scratch.through[o, k // n], 1e-200)
            if limit >= FREE:
                for i in range(n):
                    scratch.flow[o, k, i] = scratch.order[k, i] * params.source[o, k, i]
            else:
                for i in range(n):
                    order = scratch.order[k, i] * params.source[o, k, i]
                    most = params.normal_flow[o, k, i] * limit
                    scratch.flow[o, k, i] = order if order < most else most
            if o < n_origin - 1:
                for i in range(n):
                    scratch.demand[o, i] += scratch.flow[o, k, i]


@kernel
def _final(params, scratch):
    """Add the demand of households, other final users and exports."""
    n_region, n = scratch.shopping.shape
    for r in range(n_region):
        for i in range(n):
            total = 0.0
            for q in range(n_region):
                shop = params.household[r, q, i] * scratch.shopping[q, i]
                other = params.other[r, q, i]
                if params.hauled[i] > 0.0:
                    shop = min(shop, scratch.through[r, q] * params.household[r, q, i])
                    other = min(other, scratch.through[r, q] * other)
                total += shop + other
            export = params.export[r, i]
            if r == 0 and params.hauled[i] > 0.0:
                export = min(export, scratch.through[n_region, 0] * export)
            scratch.final[r, i] = total + export
            scratch.demand[r, i] += total + export


@kernel
def _make(params, state, scratch, out):
    """Make what labour, inputs and demand allow; share out what is short of orders."""
    n_region, n = scratch.shopping.shape
    for r in range(n_region):
        for i in range(n):
            k = r * n + i
            demand = scratch.demand[r, i]
            possible = min(scratch.supply[k], demand)
            made = min(scratch.capacity[k], possible)
            out.output[k] = made
            normal = params.output[k]
            state.change[k] = (possible - scratch.capacity[k]) / normal if normal > 0.0 else 0.0
            state.demand[k] = demand
        share_out(params, state, scratch, r, out)
        for i in range(n):
            out.final[r * n + i] = scratch.met[r, i] * scratch.final[r, i]


@kernel
def _consume(params, state, scratch, out):
    """Take inputs from stock, put arrivals in."""
    for k in range(params.use.shape[0]):
        for i in range(params.use.shape[1]):
            there = state.stock[k, i] + scratch.arrived[k, i]
            need = params.technical[k, i] * out.output[k]
            need = need if need < there else there
            out.used[k, i] = need
            state.stock[k, i] = there - need


@kernel
def _earn(params, state, scratch, out):
    """Pay wages, add up what households bought, and set how much they spend tomorrow."""
    n_region, n = scratch.shopping.shape
    for q in range(n_region):
        income = 0.0
        wages = 0.0
        bought = 0.0
        for i in range(n):
            paid = params.wages[q * n + i]
            level = state.engaged[q * n + i]
            wages += paid
            income += paid * (level + state.rate[BENEFIT] * (1.0 - level))
            for r in range(n_region):
                shop = params.household[r, q, i] * scratch.shopping[q, i]
                if params.hauled[i] > 0.0:
                    shop = min(shop, scratch.through[r, q] * params.household[r, q, i])
                bought += shop * scratch.met[r, i]
        out.consumption[q] = bought
        out.income[q] = income
        state.saved[q] += income - bought
        if wages > 0.0:
            habit = state.rate[HABIT]
            state.spending[q] = habit * state.spending[q] + (1.0 - habit) * income / wages


@kernel
def produce_day(params, state, scratch, working, effects, day, mask_gate, out):
    """Move production on by one day.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
        Moved on by one day.
    scratch : ProductionScratch
        Overwritten.
    working : float64[sector, d]
        Share of the city's staff at work, on site or from home (``labour_after_absence``). [1]
    effects : float64[d, N_EFFECT]
        What the measures in force do.
    day : int
        Since the run began. [d]
    mask_gate : float64
        Share of staff on site for whom there was a mask; it names what binds, no more. [1]
    out : ProductionOut
        Overwritten.
    """
    gap = state.rate[REST_GAP] * math.exp(-state.rate[REST_PACE] * day)
    _engage(params, state, scratch, working, gap)
    _inputs(params, state, scratch)
    delay = roads(params, state, effects, scratch)
    _shop(params, state, effects, gap, scratch)
    _order(params, state, scratch)
    _final(params, scratch)
    _make(params, state, scratch, out)
    ship(params, state, scratch, delay, day, out)
    _consume(params, state, scratch, out)
    _earn(params, state, scratch, out)
    name_binding(params, state, scratch, mask_gate, out)
    split_accounts(params, state, out)


@kernel
def produce_days(params, state, scratch, working, effects, out, output):
    """Move production on by many days under given staff.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
        As ``production_reset`` leaves it.
    scratch : ProductionScratch
    working : float64[day, sector, d]
        Share of the city's staff at work. [1]
    effects : float64[day, d, N_EFFECT]
    out : ProductionOut
        Overwritten; holds the last day.
    output : float64[day, K]
        Overwritten. [money/d]
    """
    for day in range(effects.shape[0]):
        produce_day(params, state, scratch, working[day], effects[day], day, 1.0, out)
        output[day] = out.output
