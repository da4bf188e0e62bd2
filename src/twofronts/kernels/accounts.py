"""What binds each sector on a day, what runs out first, and the accounts by district."""

from __future__ import annotations

from twofronts.kernels.jit import kernel
from twofronts.kernels.types_production import (
    BOUND_DEMAND,
    BOUND_FREIGHT,
    BOUND_INPUT,
    BOUND_LABOUR,
    BOUND_MASKS,
    BOUND_NONE,
    NEVER,
)

_FAR = 1e300


@kernel
def name_binding(params, state, scratch, mask_gate, out):
    """Name what binds each sector of the city, and the input that runs out first.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
    scratch : ProductionScratch
        As the day has left them.
    mask_gate : float64
        Share of staff on site for whom there was a mask. [1]
    out : ProductionOut
        ``binding``, ``binding_input``, ``days_to_stop`` and ``stop_input`` are set.
    """
    n = params.hauled.shape[0]
    for s in range(n):
        made = out.output[s]
        missing = params.output[s] - made
        out.binding_input[s] = -1
        if missing <= 1e-6 * params.output[s]:
            out.binding[s] = BOUND_NONE
        elif made >= scratch.capacity[s]:
            # masks are to blame where they hold back more than all other causes together
            gated = mask_gate < 1.0 and mask_gate * mask_gate <= state.engaged[s]
            out.binding[s] = BOUND_MASKS if gated else BOUND_LABOUR
        elif made >= scratch.supply[s]:
            i = _short(params, state, scratch, s, out)
            out.binding_input[s] = i
            out.binding[s] = BOUND_INPUT
            if i >= 0:
                ordered = scratch.order[s, i]
                carried = 0.0
                for o in range(scratch.flow.shape[0]):
                    carried += scratch.flow[o, s, i]
                held = ordered - carried + state.transit[s, i]
                if held >= 0.5 * params.technical[s, i] * missing:
                    out.binding[s] = BOUND_FREIGHT
        else:
            cut = _held_back(params, scratch, s)
            out.binding[s] = BOUND_FREIGHT if cut >= 0.5 * missing else BOUND_DEMAND
        _runs_out(params, state, scratch, s, out)


@kernel
def _held_back(params, scratch, s):
    """Return the orders for a good of the city that freight holds back. [money/d]."""
    total = 0.0
    for k in range(params.use.shape[0]):
        total += scratch.order[k, s] * params.source[0, k, s] - scratch.flow[0, k, s]
    return total


@kernel
def _short(params, state, scratch, s, out):
    """Return the input that holds a sector back, -1 under the linear function."""
    best = -1
    least = _FAR
    for i in range(params.use.shape[1]):
        here = _FAR
        before = state.stock[s, i] + out.used[s, i] - scratch.arrived[s, i]
        if state.critical[s, i] > 0.0:
            here = before * state.critical[s, i]
        elif state.important[s, i] > 0.0:
            here = 0.5 * (before * state.important[s, i] + params.output[s])
        if here < least:
            least = here
            best = i
    return best


@kernel
def _runs_out(params, state, scratch, s, out):
    """Set the days until the first critical stock of a sector is gone at today's pace."""
    out.days_to_stop[s] = NEVER
    out.stop_input[s] = -1
    for j in range(state.n_rated[s, 0]):
        i = state.rated[s, j]
        falling = out.used[s, i] - scratch.arrived[s, i]
        if falling > 1e-9 * params.use[s, i]:
            days = state.stock[s, i] / falling
            if days < out.days_to_stop[s]:
                out.days_to_stop[s] = days
                out.stop_input[s] = i


@kernel
def split_accounts(params, state, out):
    """Split the city's value added over districts as the staff engaged there.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
    out : ProductionOut
        ``value_added`` [money/d] and ``staff`` [1] are set.
    """
    n = params.hauled.shape[0]
    for s in range(n):
        normal = params.output[s]
        ratio = out.output[s] / normal if normal > 0.0 else 0.0
        level = state.engaged[s]
        for d in range(state.staff.shape[1]):
            part = params.district_share[s, d]
            if level > 0.0:
                part *= state.staff[s, d] / level
            out.value_added[s, d] = params.value_added[s] * ratio * part
            out.staff[s, d] = state.staff[s, d]
