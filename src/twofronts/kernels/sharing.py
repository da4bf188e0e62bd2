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
_SETTLED = 1e-15


@kernel
def share_out(params, state, scratch, r, i, made):
    """Set which multiple of ordinary purchases is delivered of a short good, and the final part.

    What is delivered is concave in the multiple and made of straight pieces, so that Newton's
    method ends on the exact one. Yesterday's multiple is mostly one step away.

    Parameters
    ----------
    params : ProductionParams
    state : ProductionState
        ``level[r, i]`` is yesterday's multiple, and is set. [1]
    scratch : ProductionScratch
        ``flow`` and ``final`` are read; ``met[r, i]`` is set. [money/d], [1]
    r, i : int
        Region of origin and good.
    made : float64
        To be delivered, less than is ordered in all. [money/d]
    """
    n_user = params.use.shape[0]
    n = params.hauled.shape[0]
    final = scratch.final[r, i]
    weight = params.ordinary_final[r, i]
    # a final use that ordinarily takes nothing (inventories run down) has no share to be held to
    fixed = 0.0 if weight > 0.0 else min(final, made)
    normal = params.output[r * n + i]
    low = made / normal if normal > 0.0 else 0.0
    level = state.level[r, i]
    if level >= FREE:
        level = low
    for _ in range(4 * n_user):
        total = fixed
        slope = 0.0
        for k in range(n_user):
            share = params.ordinary[r, k, i] * level
            if scratch.flow[r, k, i] <= share:
                total += scratch.flow[r, k, i]
            else:
                total += share
                slope += params.ordinary[r, k, i]
        if weight > 0.0:
            if final <= weight * level:
                total += final
            else:
                total += weight * level
                slope += weight
        if slope <= 0.0:
            # all would be met in full: yesterday's multiple is too high to start from
            if level <= low:
                break
            level = low
            continue
        step = (made - total) / slope
        level = max(0.0, level + step)
        if abs(step) <= _SETTLED * level:
            break
    state.level[r, i] = level
    if weight > 0.0:
        scratch.met[r, i] = min(1.0, weight * level / final) if final > 0.0 else 1.0
    else:
        scratch.met[r, i] = fixed / final if final > 0.0 else 1.0
