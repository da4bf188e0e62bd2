"""Laying out a district's residents: households in compounds, then the age of everybody.

One call works on one district and writes only that district's part of the arrays, so districts run
on any number of threads with the same result. Random numbers come from the counter of the district
(SplitMix64's sequence, ``word``), never from shared state.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twofronts.kernels.jit import kernel
from twofronts.kernels.rng import mix
from twofronts.kernels.types import COLLECTIVE

# Who a resident is by dwelling: in a family, a worker in a dormitory, a student on a campus
FAMILY, DORMITORY, CAMPUS = 0, 1, 2
N_DWELLING = 3

MAX_AGE = 85
AGE_BINS_PER_YEAR = 8
N_BINS = 128 * AGE_BINS_PER_YEAR

_GOLD = np.uint64(0x9E3779B97F4A7C15)
_S11 = np.uint64(11)
_S16 = np.uint64(16)
_S32 = np.uint64(32)
_S48 = np.uint64(48)
_LOW16 = np.uint64(0xFFFF)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53
_16 = 1.0 / 65536.0


class LayoutPlan(NamedTuple):
    """What a district holds. The ``left`` arrays are used up by the kernel.

    f, m: sizes of family and collective households in the tables; c: compounds of the district.
    """

    family_size: np.ndarray  # int64[f]
    family_left: np.ndarray  # int64[f] households still to place
    collective_size: np.ndarray  # int64[m]
    dormitory_left: np.ndarray  # int64[m]
    campus_left: np.ndarray  # int64[m]
    compound_end: np.ndarray  # int64[c] planned residents up to the end of each compound
    dormitory_end: np.ndarray  # int64[c] of whom in dormitories


class Templates(NamedTuple):
    """Forms of the family household. t: templates, in order of size; q: members of all of them."""

    size_start: np.ndarray  # int64[largest size + 2] into templates
    cumulative: np.ndarray  # float64[t] weights added up within a size, the last 1
    ref_low: np.ndarray  # float64[t] years
    ref_high: np.ndarray  # float64[t]
    member_start: np.ndarray  # int64[t + 1] into members
    member_of: np.ndarray  # int64[q] an earlier member, or -1: the reference age
    offset: np.ndarray  # float64[q] years
    spread: np.ndarray  # float64[q] years
    other: np.ndarray  # float64[3, 2] ends of age: further members, dormitory, campus


@kernel
def word(base, i):
    """Return the ``i``-th 64 random bits of the sequence that ``base`` starts (SplitMix64).

    Parameters
    ----------
    base : uint64
        From ``rng.key``.
    i : int
        Position, at least 0.

    Returns
    -------
    uint64
    """
    return mix(base + (np.uint64(i) + np.uint64(1)) * _GOLD)


@kernel
def unit(bits):
    """Return a uniform in (0, 1) from 64 random bits."""
    return (float(bits >> _S11) + 0.5) * _TO_UNIT


@kernel
def uniforms(base, n):
    """Return the first ``n`` uniforms in (0, 1) of a sequence that ``base`` starts, float64[n]."""
    out = np.empty(n)
    for i in range(n):
        out[i] = unit(word(base, i))
    return out


@kernel
def _take(left, total, bits):
    """Draw one of ``total`` remaining items without replacement; return the index of its kind."""
    k = int(unit(bits) * total)
    i = 0
    while k >= left[i]:
        k -= left[i]
        i += 1
    left[i] -= 1
    return i


@kernel
def lay_out(plan, base, first, starts, household_compound, compound_start, flags):
    """Order a district's households: families and dormitories mixed over compounds, then campuses.

    Sizes are drawn without replacement, so that every household of the table is placed exactly
    once. A compound ends at the first household past its planned end; its dormitories stand
    together at its end.

    Parameters
    ----------
    plan : LayoutPlan
    base : uint64
        Start of the district's random sequence.
    first : tuple of int
        First resident, household and compound of the district.
    starts : int32[h + 1]
        Out: first resident of each household; the entry after the district's last is written too.
    household_compound : int32[h]
        Out.
    compound_start : int32[c + 1]
        Out: first resident of each compound; the entry after the last is written too.
    flags : uint8[n]
        Out: ``COLLECTIVE`` or 0.

    Returns
    -------
    tuple of int
        First resident of the district's campuses, and the number of households placed.
    """
    person, household, compound = first
    n_family = plan.family_left.sum()
    n_dormitory = plan.dormitory_left.sum()
    n_campus = plan.campus_left.sum()
    n_compound = plan.compound_end.size
    pos, h, housed = 0, 0, 0  # residents placed, households placed, residents of dormitories
    campus_at = -1
    for c in range(n_compound):
        compound_start[compound + c] = person + pos
        end = plan.compound_end[c]
        last = c == n_compound - 1
        while True:
            room = end - (plan.dormitory_end[c] - housed)
            flag = COLLECTIVE
            if n_family > 0 and (last or pos < room):
                size = plan.family_size[_take(plan.family_left, n_family, word(base, h))]
                n_family -= 1
                flag = 0
            elif n_dormitory > 0 and (last or housed < plan.dormitory_end[c]):
                i = _take(plan.dormitory_left, n_dormitory, word(base, h))
                size = plan.collective_size[i]
                housed += size
                n_dormitory -= 1
            elif n_campus > 0 and n_family + n_dormitory == 0 and (last or pos < end):
                if campus_at < 0:
                    campus_at = person + pos
                size = plan.collective_size[_take(plan.campus_left, n_campus, word(base, h))]
                n_campus -= 1
            else:
                break
            starts[household + h] = person + pos
            household_compound[household + h] = compound + c
            flags[person + pos : person + pos + size] = flag
            pos += size
            h += 1
    starts[household + h] = person + pos
    compound_start[compound + n_compound] = person + pos
    return (campus_at if campus_at >= 0 else person + pos), h


@kernel
def triangular(bits):
    """Return a triangular deviate on (-1, 1) around 0 from the low 32 of 64 random bits."""
    return float(bits & _LOW16) * _16 + float((bits >> _S16) & _LOW16) * _16 - 1.0


@kernel
def _family_ages(size, base, first, templates, ages):
    """Write the ages, before mapping, of a family household's members [years]."""
    bits = word(base, first)
    largest = templates.size_start.size - 2
    whole = min(size, largest)
    u = float(bits & _LOW16) * _16
    t = templates.size_start[whole]
    while u >= templates.cumulative[t]:
        t += 1
    low, high = templates.ref_low[t], templates.ref_high[t]
    ref = low + (high - low) * float((bits >> _S16) & np.uint64(0xFFFFFF)) / 16777216.0
    q = templates.member_start[t]
    for j in range(whole):
        of = templates.member_of[q + j]
        age = ref if of < 0 else ages[of]
        deviate = triangular(mix(bits + np.uint64(j + 1) * _GOLD))
        ages[j] = age + templates.offset[q + j] + templates.spread[q + j] * deviate
    low, high = templates.other[0, 0], templates.other[0, 1]
    for j in range(whole, size):
        ages[j] = low + (high - low) * unit(mix(bits + np.uint64(j + 1) * _GOLD))


@kernel
def draw_ages(starts, households, flags, campus_at, templates, base, bins, household):
    """Draw everybody's age before mapping, as fine bins, and say to which household they belong.

    Parameters
    ----------
    starts : int32[h + 1]
        First resident of each household.
    households : tuple of int
        First household of the district and the one after its last.
    flags : uint8[n]
        ``COLLECTIVE`` is set for residents of dormitories and campuses.
    campus_at : int
        First resident of the campuses.
    templates : Templates
    base : uint64
        Start of the district's random sequence.
    bins : uint16[residents of the district]
        Out: age x ``AGE_BINS_PER_YEAR``, from 0 to ``N_BINS - 1``.
    household : int32[n]
        Out: household of each resident.
    """
    origin = starts[households[0]]
    size_max = 1
    for h in range(households[0], households[1]):
        size_max = max(size_max, starts[h + 1] - starts[h])
    ages = np.empty(size_max)
    for h in range(households[0], households[1]):
        first = starts[h]
        size = starts[h + 1] - first
        if flags[first] & COLLECTIVE == 0:
            _family_ages(size, base, first - origin, templates, ages)
        else:
            row = 2 if first >= campus_at else 1
            low, high = templates.other[row, 0], templates.other[row, 1]
            for j in range(size):
                half = 0.5 + 0.5 * triangular(word(base, first - origin + j))
                ages[j] = low + (high - low) * half
        for j in range(size):
            b = int(ages[j] * AGE_BINS_PER_YEAR)
            bins[first + j - origin] = min(max(b, 0), N_BINS - 1)
            household[first + j] = h


@kernel
def dwelling(flags, i, campus_at):
    """Return FAMILY, DORMITORY or CAMPUS for resident ``i``; campuses end the district."""
    if flags[i] & COLLECTIVE == 0:
        return FAMILY
    return CAMPUS if i >= campus_at else DORMITORY


@kernel
def _share_out(left, age_count, entry_start, entry_age, entry_left):
    """List, for each bin in order, the ages that fall to it and how many of each."""
    a, e = 0, 0
    free = age_count[0]
    for b in range(left.size):
        entry_start[b] = e
        need = left[b]
        while need > 0:
            while free == 0:
                a += 1
                free = age_count[a]
            n = min(need, free)
            entry_age[e] = a
            entry_left[e] = n
            e += 1
            need -= n
            free -= n


@kernel
def map_ages(bins, flags, campus_at, age_count, base, age):
    """Give everybody an age: those drawn, mapped rank for rank onto the margin of their dwelling.

    Residents of one bin share the ages that fall to the bin at random, without replacement, so the
    margins are met exactly and no compound is favoured.

    Parameters
    ----------
    bins : uint16[n]
        Ages before mapping, of the residents of a district.
    flags : uint8[n]
    campus_at : int
        First resident of the campuses, counted from the district's first.
    age_count : int64[N_DWELLING, 86]
        Residents of each dwelling and age; each row adds up to the residents of that dwelling.
    base : uint64
        Start of the district's random sequence.
    age : uint8[n]
        Out. [years]
    """
    n_age = age_count.shape[1]
    left = np.zeros((N_DWELLING, N_BINS), np.int64)
    for i in range(bins.size):
        left[dwelling(flags, i, campus_at), bins[i]] += 1
    entry_start = np.empty((N_DWELLING, N_BINS), np.int64)
    entry_age = np.empty((N_DWELLING, N_BINS + n_age), np.int64)
    entry_left = np.empty((N_DWELLING, N_BINS + n_age), np.int64)
    for k in range(N_DWELLING):
        _share_out(left[k], age_count[k], entry_start[k], entry_age[k], entry_left[k])
    for i in range(bins.size):
        k = dwelling(flags, i, campus_at)
        b = bins[i]
        e = entry_start[k, b]
        r = int(unit(word(base, i)) * left[k, b])
        while r >= entry_left[k, e]:
            r -= entry_left[k, e]
            e += 1
        entry_left[k, e] -= 1
        left[k, b] -= 1
        age[i] = entry_age[k, e]
