"""Freight: what the roads let through between regions, and goods that are on them.

Goods that cross the city's border pass its checkpoints: they may be held back (a share of normal
flows passes) and they may be late (a pipe by day of arrival). Services are neither.
"""

from __future__ import annotations

from twofronts.kernels.jit import kernel
from twofronts.kernels.types_production import (
    BORDER,
    DELAY,
    FLEET,
    FREE,
    HEADROOM,
    INSIDE,
    MAX_DELAY,
)


@kernel
def roads(params, state, effects, scratch):
    """Set what freight lets through between regions for a day.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
    effects : float64[district, N_EFFECT]
        What the measures in force do; the border takes the mean of the districts.
    scratch : ProductionScratch
        ``through`` is set. [1, against normal flows]

    Returns
    -------
    float64
        Delay at the border. [d]
    """
    n_district = effects.shape[0]
    border = 0.0
    inside = 0.0
    delay = 0.0
    for d in range(n_district):
        border += effects[d, params.effect[BORDER]]
        inside += effects[d, params.effect[INSIDE]]
        delay += effects[d, params.effect[DELAY]]
    drivers = 1.0
    if params.fleet_sector[0] >= 0:
        drivers = min(1.0, state.rate[FLEET] * state.engaged[params.fleet_sector[0]])
    room = state.rate[HEADROOM] * drivers / n_district
    through = scratch.through
    for o in range(through.shape[0]):
        through[o, 0] = room * border
        for q in range(1, through.shape[1]):
            through[o, q] = FREE if o > 0 else room * border
    through[0, 0] = room * inside
    return min(float(MAX_DELAY - 1), max(0.0, delay / n_district))


@kernel
def ship(params, state, scratch, delay, day, out):
    """Ship what was ordered and met; what crosses the border late goes into the pipe.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
        ``transit`` and ``pipe`` are moved on; ``level`` holds deliveries of what is short.
    scratch : ProductionScratch
        ``flow`` is read, ``arrived`` is set. [money/d]
    delay : float64
        Of goods shipped today, in [0, MAX_DELAY - 1]; a fraction splits them over two days. [d]
    day : int
        Since the run began. [d]
    out : ProductionOut
        ``shipped`` is set. [money/d]
    """
    n_origin, n_user, n = params.source.shape
    slot = day % (MAX_DELAY + 1)
    late = delay - int(delay)
    first = (slot + int(delay)) % (MAX_DELAY + 1)
    second = (first + 1) % (MAX_DELAY + 1)
    last = n_origin - 1
    for k in range(n_user):
        for i in range(n):
            scratch.arrived[k, i] = scratch.flow[last, k, i]
        for o in range(last):
            _bring(params.ordinary[o, k], scratch.flow[o, k], state.level[o], scratch.arrived[k])
        for i in range(n):
            out.shipped[k, i] = scratch.arrived[k, i]
    if delay > 0.0:
        state.pipe_used[0] = 1
        _send_late(params, state, scratch, first, second, late)
    if state.pipe_used[0]:
        for k in range(n_user):
            for i in range(n):
                scratch.arrived[k, i] += state.pipe[slot, k, i]
            for i in range(n):
                left = state.transit[k, i] - state.pipe[slot, k, i]
                state.transit[k, i] = left if left > 0.0 else 0.0
            for i in range(n):
                state.pipe[slot, k, i] = 0.0


@kernel
def _bring(ordinary, flow, level, arrived):
    """Add what a user gets of each good from a region."""
    for i in range(arrived.shape[0]):
        most = ordinary[i] * level[i]
        arrived[i] += flow[i] if flow[i] < most else most


@kernel
def _send_late(params, state, scratch, first, second, late):
    """Take what comes over the border off today's arrivals and put it on the road.

    Loops over two arrays each: only those are vectorised.
    """
    n_origin, n_user, n = params.source.shape
    sent = scratch.sent
    for k in range(n_user):
        for o in range(n_origin):
            if (o == 0) == (k < n):
                continue
            for i in range(n):
                sent[i] = scratch.flow[o, k, i] * params.hauled[i]
            if o < n_origin - 1:
                for i in range(n):
                    most = params.ordinary[o, k, i] * state.level[o, i] * params.hauled[i]
                    sent[i] = sent[i] if sent[i] < most else most
            for i in range(n):
                scratch.arrived[k, i] -= sent[i]
            for i in range(n):
                state.transit[k, i] += sent[i]
            for i in range(n):
                state.pipe[first, k, i] += sent[i] * (1.0 - late)
            for i in range(n):
                state.pipe[second, k, i] += sent[i] * late
