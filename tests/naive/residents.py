"""Slow, plain twins of the kernels and roundings that build residents."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from twofronts.kernels import types


def largest_remainder(weights, total):
    """By the book: whole parts first, then one each by size of the remainder."""
    exact = [w / sum(weights) * total for w in weights]
    out = [int(x + 1e-9) for x in exact]
    by_remainder = sorted(range(len(out)), key=lambda i: (out[i] - exact[i], i))
    for i in by_remainder[: total - sum(out)]:
        out[i] += 1
    return out


def ages_by_bin(bins, kinds, age_count):
    """The ages that fall to each (dwelling, bin): sort by bin, deal out the sorted margin."""
    out = defaultdict(Counter)
    for kind in range(age_count.shape[0]):
        ages = [a for a, n in enumerate(age_count[kind]) for _ in range(n)]
        members = sorted(b for b, k in zip(bins, kinds, strict=True) if k == kind)
        for b, a in zip(members, ages, strict=True):
            out[kind, int(b)][a] += 1
    return out


def ties(arrays, school_stage):
    """``count_ties``, resident by resident."""
    out = np.zeros((9, 86), np.int64)
    for i in range(arrays.age.size):
        a = arrays.age[i]
        h = arrays.household[i]
        members = [j for j in range(*arrays.household_start[h : h + 2]) if j != i]
        row = 2 if arrays.flags[i] & types.COLLECTIVE else 0
        out[row, a] += 1
        out[row + 1, a] += len(members)
        if arrays.group[i] >= 0:
            out[4 + school_stage[arrays.group_site[arrays.group[i]]] + 1, a] += 1
    return out


def staff(arrays, n_sector, n_district, *, flag=0):
    """Staff with a flag, by sector and district of the workplace, resident by resident."""
    out = np.zeros((n_sector, n_district), np.int64)
    for i in range(arrays.age.size):
        if arrays.group[i] < 0 or arrays.flags[i] & flag != flag:
            continue
        s = arrays.group_site[arrays.group[i]]
        if arrays.site_kind[s] == types.ENTERPRISE:
            out[arrays.site_sector[s], arrays.site_district[s]] += 1
    return out


def staff_by_home(arrays, n_sector, n_district):
    """Staff by district of residence and sector, resident by resident."""
    out = np.zeros((n_district, n_sector), np.int64)
    for i in range(arrays.age.size):
        if arrays.group[i] < 0:
            continue
        s = arrays.group_site[arrays.group[i]]
        if arrays.site_kind[s] == types.ENTERPRISE:
            home = arrays.compound_district[arrays.household_compound[arrays.household[i]]]
            out[home, arrays.site_sector[s]] += 1
    return out
