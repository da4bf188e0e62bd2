"""How a good that is short is shared out among those who ordered it.

By what each ordinarily takes, not by what each orders: sharing by orders rewards whoever orders
more than they need (Lee, Padmanabhan and Whang 1997, "Information distortion in a supply chain",
whose remedy is to share by past sales). Every customer gets the same multiple of its ordinary
purchases, but never more than its order; what some leave goes to the others.
"""

from __future__ import annotations

from twofronts.kernels.jit import kernel
from twofronts.kernels.types_production import FREE

# A step this small against the level moves no delivery any more
_SETTLED = 1e-14
# Steps that all goods take together; few need more
_TOGETHER = 2


@kernel
def share_out(params, state, scratch, r, out):
    """Set which multiple of ordinary purchases a region delivers of each good that is short.

    What is delivered is concave in the multiple and made of straight pieces, so that Newton's
    method ends on the exact one. Yesterday's multiple is mostly one step away, so all goods step
    together first, as far as that pays.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
        ``level[r]`` is yesterday's multiple, and is set; FREE for goods that are not short. [1]
    scratch : ProductionScratch
        ``flow`` and ``final`` are read; ``met[r]`` is set, ``given`` overwritten. [money/d], [1]
    r : int
        Region of origin.
    out : ProductionOut
        ``output`` is read. [money/d]
    """
    n_user, n = params.use.shape
    level = state.level[r]
    made = out.output[r * n : (r + 1) * n]
    if not _begin(params, scratch, r, made, level):
        return
    for _ in range(_TOGETHER):
        scratch.given[:, :] = 0.0
        for k in range(n_user):
            _give(params.ordinary[r, k], scratch.flow[r, k], level, scratch.given)
        _give_final(params.ordinary_final[r], scratch.final[r], made, level, scratch.given)
        _step_all(made, level, scratch.given)
    for i in range(n):
        if scratch.given[2, i] > 0.0:
            _settle(params, scratch, r, i, made[i], level)
    for i in range(n):
        final = scratch.final[r, i]
        if level[i] < FREE and final > 0.0:
            weight = params.ordinary_final[r, i]
            share = weight * level[i] if weight > 0.0 else made[i]
            scratch.met[r, i] = min(1.0, share / final)


@kernel
def _begin(params, scratch, r, made, level):
    """Say which goods are short, and where their multiples begin; return whether any is."""
    n = params.hauled.shape[0]
    short = False
    for i in range(n):
        scratch.met[r, i] = 1.0
        if made[i] < scratch.demand[r, i]:
            short = True
            if level[i] >= FREE:
                level[i] = _least(params, r, i, made[i])
        else:
            level[i] = FREE
    return short


@kernel
def _least(params, r, i, made):
    """Return the multiple if everybody orders more than that."""
    normal = params.output[r * params.hauled.shape[0] + i]
    return made / normal if normal > 0.0 else 0.0


@kernel
def _give(ordinary, flow, level, given):
    """Add what a user gets of each good, and how much of it would grow with the multiple.

    One loop over rows as they come: only that is vectorised.
    """
    total = given[0]
    growing = given[1]
    for i in range(total.shape[0]):
        share = ordinary[i] * level[i]
        more = flow[i] > share
        total[i] += share if more else flow[i]
        growing[i] += ordinary[i] if more else 0.0


@kernel
def _give_final(weight, final, made, level, given):
    """Add what final use gets of each good; one that ordinarily takes nothing has no share."""
    total = given[0]
    growing = given[1]
    for i in range(total.shape[0]):
        usual = weight[i] > 0.0
        share = weight[i] * level[i] if usual else made[i]
        more = final[i] > share
        total[i] += share if more else final[i]
        growing[i] += weight[i] if more and usual else 0.0


@kernel
def _step_all(made, level, given):
    """Move the multiples by a Newton step; mark goods that moved or have no slope to step by."""
    total = given[0]
    growing = given[1]
    moved = given[2]
    for i in range(level.shape[0]):
        slope = growing[i] if growing[i] > 0.0 else 1.0
        step = (made[i] - total[i]) / slope
        step = step if level[i] < FREE else 0.0
        flat = growing[i] <= 0.0 and level[i] < FREE
        to = level[i] if flat else level[i] + step
        level[i] = to if to > 0.0 else 0.0
        moved[i] = 1.0 if flat or abs(step) > _SETTLED * level[i] else 0.0


@kernel
def _step(params, scratch, r, i, made, level):
    """Move a good's multiple by a Newton step; return whether it moved."""
    final = scratch.final[r, i]
    weight = params.ordinary_final[r, i]
    total = scratch.given[0, i]
    slope = scratch.given[1, i]
    if weight <= 0.0:
        total += min(final, made)
    elif final <= weight * level[i]:
        total += final
    else:
        total += weight * level[i]
        slope += weight
    if slope <= 0.0:
        # all would be met in full: yesterday's multiple is too high to start from
        least = _least(params, r, i, made)
        moved = level[i] > least
        level[i] = least if moved else level[i]
        return moved
    step = (made - total) / slope
    level[i] = max(0.0, level[i] + step)
    return abs(step) > _SETTLED * level[i]


@kernel
def _settle(params, scratch, r, i, made, level):
    """Step on with one good until its multiple stands."""
    n_user = params.use.shape[0]
    for _ in range(4 * n_user):
        total = 0.0
        slope = 0.0
        for k in range(n_user):
            share = params.ordinary[r, k, i] * level[i]
            more = scratch.flow[r, k, i] > share
            total += share if more else scratch.flow[r, k, i]
            slope += params.ordinary[r, k, i] if more else 0.0
        scratch.given[0, i] = total
        scratch.given[1, i] = slope
        if not _step(params, scratch, r, i, made, level):
            return
