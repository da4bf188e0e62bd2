"""Grid filter and smoother of a reproduction number that drifts, at low and partly reported counts.

g: grid points, even in the logarithm. b: half width of the drift's band. l: days of the serial
interval. Every count may be a fraction.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from twofronts.kernels.jit import kernel


class RenewalData(NamedTuple):
    """What one area reported."""

    local: np.ndarray  # float64[day] local cases seen so far, by onset or by report
    imported: np.ndarray  # float64[day] imported cases, times their relative infectiousness
    share: np.ndarray  # float64[day] chance that a case of the day has been reported by now
    weights: np.ndarray  # float64[l] serial interval, day 0 first


class GridSpec(NamedTuple):
    """The grid, its prior, and how the state drifts from one day to the next."""

    value: np.ndarray  # float64[g] reproduction numbers
    prior: np.ndarray  # float64[g] sums to 1
    band: np.ndarray  # float64[2 b + 1] drift in grid steps, sums to 1
    row_sum: np.ndarray  # float64[g] part of the band that stays inside the grid


@kernel
def drift(now, grid, out):
    """Write the distribution one day later: ``out[j] = sum_i now[i] band[j - i] / row_sum[i]``.

    Parameters
    ----------
    now : float64[g]
    grid : GridSpec
    out : float64[g]
        Written.
    """
    n = now.size
    b = grid.band.size // 2
    for j in range(n):
        out[j] = 0.0
    for i in range(n):
        p = now[i] / grid.row_sum[i]
        if p < 1e-14:
            continue
        for j in range(max(0, i - b), min(n, i + b + 1)):
            out[j] += p * grid.band[j - i + b]


@kernel
def pressure_on(day, total, data):
    """Return the infectious pressure on ``day`` from the cases of the days before. [persons/d].

    Parameters
    ----------
    day : int
    total : float64[day]
        Local cases by now reckoned to have occurred. [persons/d]
    data : RenewalData
    """
    s = 0.0
    for lag in range(1, min(day, data.weights.size - 1) + 1):
        s += data.weights[lag] * (total[day - lag] + data.imported[day - lag])
    return s


@kernel
def weigh(n, exposure, share, noise, grid, p):
    """Multiply ``p`` by the likelihood of ``n`` cases and make it sum to 1; return its logarithm.

    Negative binomial with mean ``R * exposure * share``; the variance of the full count is
    ``mean + R^2 exposure / k + noise * mean^2``: each case's offspring have dispersion k, each
    day's reporting a squared coefficient of variation ``noise[1]``.

    Parameters
    ----------
    n : float64
        Cases seen. [persons/d]
    exposure, share : float64
        Infectious pressure [persons/d]; chance of being reported by now. [1]
    noise : tuple of 2 float64
        1/k and the squared coefficient of variation of a day's reporting. [1]
    grid : GridSpec
    p : float64[g]
        Changed in place.

    Returns
    -------
    float64
    """
    inverse_size = noise[0] / exposure + noise[1]
    best = -1e300
    like = np.empty(p.size)
    constant = -math.lgamma(n + 1.0)
    r = 0.0
    if inverse_size > 1e-12:
        r = 1.0 / inverse_size
        constant += math.lgamma(n + r) - math.lgamma(r)
    for i in range(p.size):
        m = grid.value[i] * exposure * share
        if inverse_size > 1e-12:
            like[i] = -r * math.log1p(m * inverse_size) + n * math.log(m / (r + m))
        else:
            like[i] = n * math.log(m) - m
        best = max(best, like[i])
    total = 0.0
    for i in range(p.size):
        p[i] *= math.exp(like[i] - best)
        total += p[i]
    for i in range(p.size):
        p[i] /= total
    return math.log(total) + best + constant


@kernel
def renewal_filter(data, grid, noise, filtered, predicted, exposure):
    """Run the filter over all days and return the logarithm of the evidence.

    A day without infectious pressure teaches nothing: cases on it have no source in the series.
    Cases not yet reported are reckoned in at their expectation before later days use them.

    Parameters
    ----------
    data : RenewalData
    grid : GridSpec
    noise : tuple of 2 float64
        See :func:`weigh`.
    filtered, predicted : float64[day, g]
        Written: the state given the days up to and including, and given the days before.
    exposure : float64[day]
        Written: infectious pressure. [persons/d]

    Returns
    -------
    float64
    """
    n_day = data.local.size
    total = np.zeros(n_day)
    evidence = 0.0
    for t in range(n_day):
        if t == 0:
            predicted[0] = grid.prior
        else:
            drift(filtered[t - 1], grid, predicted[t])
        filtered[t] = predicted[t]
        exposure[t] = pressure_on(t, total, data)
        share = data.share[t]
        if exposure[t] > 1e-9 and share > 1e-9:
            evidence += weigh(data.local[t], exposure[t], share, noise, grid, filtered[t])
        mean = 0.0
        for i in range(grid.value.size):
            mean += filtered[t, i] * grid.value[i]
        hidden = (1.0 - share) * mean * exposure[t]
        if hidden > 0.0:
            # of a negative binomial of which some are seen: more seen, more still to come
            inverse = noise[0] / exposure[t] + noise[1]
            seen = share * mean * exposure[t]
            hidden *= (1.0 + inverse * data.local[t]) / (1.0 + inverse * seen)
        total[t] = data.local[t] + hidden
    return evidence


@kernel
def renewal_smooth(grid, filtered, predicted, smoothed):
    """Write the state of every day given all days (forward filter, backward smoother).

    Parameters
    ----------
    grid : GridSpec
    filtered, predicted : float64[day, g]
        From :func:`renewal_filter`.
    smoothed : float64[day, g]
        Written; each row sums to 1.
    """
    n_day, n = filtered.shape
    b = grid.band.size // 2
    ratio = np.empty(n)
    smoothed[n_day - 1] = filtered[n_day - 1]
    for t in range(n_day - 2, -1, -1):
        for j in range(n):
            q = predicted[t + 1, j]
            ratio[j] = smoothed[t + 1, j] / q if q > 1e-300 else 0.0
        total = 0.0
        for i in range(n):
            s = 0.0
            if filtered[t, i] > 1e-14:
                for j in range(max(0, i - b), min(n, i + b + 1)):
                    s += grid.band[j - i + b] * ratio[j]
                s *= filtered[t, i] / grid.row_sum[i]
            smoothed[t, i] = s
            total += s
        for i in range(n):
            smoothed[t, i] /= total


@kernel
def level_filter(counts, share, grid, noise, filtered, predicted):
    """Filter a drifting expected count that is seen in part; return the log evidence.

    Parameters
    ----------
    counts : float64[day]
        Cases seen so far. [persons/d]
    share : float64[day]
        Chance of having been seen by now. [1]
    grid : GridSpec
        Of expected counts. [persons/d]
    noise : tuple of 2 float64
        As in :func:`weigh`, with an exposure of 1: only their sum counts.
    filtered, predicted : float64[day, g]
        Written.

    Returns
    -------
    float64
    """
    evidence = 0.0
    for t in range(counts.size):
        if t == 0:
            predicted[0] = grid.prior
        else:
            drift(filtered[t - 1], grid, predicted[t])
        filtered[t] = predicted[t]
        if share[t] > 1e-9:
            evidence += weigh(counts[t], 1.0, share[t], noise, grid, filtered[t])
    return evidence


@kernel
def sample_path(grid, filtered, uniforms, path):
    """Draw one path of the state given all days (forward filter, backward sampling).

    Parameters
    ----------
    grid : GridSpec
    filtered : float64[day, g]
    uniforms : float64[day]
        In (0, 1).
    path : int64[day]
        Written: positions on the grid.
    """
    n_day, n = filtered.shape
    b = grid.band.size // 2
    weight = np.empty(n)
    for t in range(n_day - 1, -1, -1):
        low, high = 0, n
        if t < n_day - 1:
            low, high = max(0, path[t + 1] - b), min(n, path[t + 1] + b + 1)
        total = 0.0
        for i in range(low, high):
            p = filtered[t, i]
            if t < n_day - 1:
                p *= grid.band[path[t + 1] - i + b] / grid.row_sum[i]
            weight[i] = p
            total += p
        target = uniforms[t] * total
        i = low
        total = weight[i]
        while total < target and i < high - 1:
            i += 1
            total += weight[i]
        path[t] = i
