"""What the levels in force in one place do, and what they ask of people.

Where checkpoints have levels of their own, an effect of their measure and its burden are the mean
over the traffic (``twofronts.measures.checkpoints``); it then combines with other measures' as any.
"""

from __future__ import annotations

from twofronts.kernels.jit import kernel
from twofronts.kernels.types_measures import NOBODY_BURDENED, RESIDENTS

_BORDER, _INSIDE, _DELAY, _RESTORED, _RELIEF, _BURDEN = 0, 1, 2, 3, 4, 5


@kernel
def strength(weak, central, strong, u):
    """Return an effect's value at strength ``u``: weak end at 0, centre at 1/2, strong end at 1.

    Parameters
    ----------
    weak, central, strong : float64
    u : float64
        In [0, 1].

    Returns
    -------
    float64
    """
    h = 2.0 * u - 1.0
    if h >= 0.0:
        return central + h * (strong - central)
    return central - h * (weak - central)


@kernel
def blend_row(rules, m):
    """Return the row of a measure of which some checkpoint has a level of its own, or -1."""
    for b in range(rules.blend_measure.shape[0]):
        if rules.blend_measure[b] == m:
            return b
    return -1


@kernel
def _effect_of(rules, m, level, e, u):
    """Return one effect of a level in a draw."""
    central = rules.effect[m, level, e]
    return strength(rules.effect_weak[m, level, e], central, rules.effect_strong[m, level, e], u)


@kernel
def combine_levels(rules, levels, shares, u, out):
    """Combine the effects of one place's levels.

    Parameters
    ----------
    rules : RulebookArrays
    levels : int8[measure]
        In force.
    shares : float64[b or more, level]
        Of the traffic, at checkpoints with a level of their own, as ``rules.blend_measure``.
    u : float64[measure]
        How strongly each measure works in this draw, in [0, 1]; 0.5 is the central value.
    out : float64[effect]
        Overwritten.
    """
    out[:] = rules.neutral
    blends = rules.blend_measure.shape[0] > 0
    for m in range(levels.shape[0]):
        level = levels[m]
        b = blend_row(rules, m) if blends else -1
        if level <= 0 and b < 0:
            continue
        for i in range(rules.used.shape[1]):
            e = rules.used[m, i]
            if e < 0:
                break
            x = _effect_of(rules, m, level, e, u[m])
            if b >= 0:
                x = _mean_effect(rules, m, x, e, u[m], shares[b])
            if rules.combine[e] == 0:
                out[e] *= x
            elif rules.combine[e] == 1:
                out[e] = max(out[e], x)
            else:
                out[e] = min(out[e], x)
    _finish(rules, levels, shares, out)


@kernel
def _mean_effect(rules, m, x, e, u, share):
    """Return the mean over the traffic of an effect that is ``x`` where no share is told."""
    mean = x
    for k in range(share.shape[0]):
        if share[k] > 0.0:
            mean += share[k] * (_effect_of(rules, m, k, e, u) - x)
    return mean


@kernel
def _weight(rules, m, level):
    """Return the burden of a level on every resident."""
    return rules.burden[m, level] if rules.burden_group[m, level] == RESIDENTS else 0.0


@kernel
def _mean_weight(rules, m, weight, share):
    """Return the mean over the traffic of a weight that holds where no share is told."""
    mean = weight
    for k in range(share.shape[0]):
        if share[k] > 0.0:
            mean += share[k] * (_weight(rules, m, k) - weight)
    return mean


@kernel
def _finish(rules, levels, shares, out):
    """Let passes give freight back, and put the burden on every resident together."""
    restored = out[rules.finish[_RESTORED]]
    for i in (_BORDER, _INSIDE):
        e = rules.finish[i]
        if out[e] < 1.0:
            out[e] += restored * (1.0 - out[e])
    out[rules.finish[_DELAY]] *= 1.0 - restored
    left = 1.0
    blends = rules.blend_measure.shape[0] > 0
    for m in range(levels.shape[0]):
        weight = _weight(rules, m, levels[m])
        b = blend_row(rules, m) if blends else -1
        if b >= 0:
            weight = _mean_weight(rules, m, weight, shares[b])
        if weight > 0.0:
            if rules.relieved[m] == 1:
                weight *= 1.0 - out[rules.finish[_RELIEF]]
            left *= 1.0 - weight
    out[rules.finish[_BURDEN]] = left


@kernel
def add_burden(rules, levels, shares, effects, people, out):
    """Add one district's day of restrictions to the burden of each measure.

    Parameters
    ----------
    rules : RulebookArrays
    levels : int8[measure]
        In force in the district.
    shares : float64[b or more, level]
        Of its traffic, at checkpoints with a level of their own.
    effects : float64[effect]
        Of the district.
    people : float64[group]
        How many of each group of ``measures.effects.GROUPS`` there are today. [persons]
    out : float64[measure]
        Weighted person-days, added to. [person-days]
    """
    relief = effects[rules.finish[_RELIEF]]
    for m in range(levels.shape[0]):
        level = levels[m]
        if level <= 0:
            continue
        out[m] += _asked(rules, m, level, relief, people)
    for b in range(rules.blend_measure.shape[0]):
        m = rules.blend_measure[b]
        base = _asked(rules, m, levels[m], relief, people)
        for k in range(shares.shape[1]):
            if shares[b, k] > 0.0:
                out[m] += shares[b, k] * (_asked(rules, m, k, relief, people) - base)


@kernel
def _asked(rules, m, level, relief, people):
    """Return what a level asks of those whom it falls on. [person-days]."""
    group = rules.burden_group[m, level]
    if group == NOBODY_BURDENED:
        return 0.0
    weight = rules.burden[m, level]
    if rules.relieved[m] == 1:
        weight *= 1.0 - relief
    return weight * people[group]
