"""Is it over? The chance that cases are still to come, and the day it falls below 5%.

Three closed forms: Nishiura et al. 2016 (each case's remaining offspring, negative binomial), Hart
et al. 2024 where infectors are known (what a case has already caused tells of its infectiousness),
and Parag et al. 2020 (the reproduction number estimated from the counts of the days before).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.situation.intervals import SerialInterval
from twofronts.situation.reproduction import infectious_pressure

OVER_PROB = 0.05
"""Chance of more cases below which an outbreak is called over (Nishiura 2016)."""


def _check(r: float, k: float) -> None:
    if not (r >= 0 and k > 0 and math.isfinite(r)):
        raise ScenarioError(
            Problem(
                what=f"no offspring distribution has R = {r} and k = {k}",
                why="R is a mean of at least 0, k a dispersion above 0 (inf for Poisson)",
                remedy="give other values",
            )
        )


def _over_log(r: float, k: float, left: np.ndarray, caused: np.ndarray | float = 0.0) -> np.ndarray:
    """Return the log probability that a case has no more offspring.

    ``left`` is the share of its infectious time still to come, ``caused`` what it has caused.
    With infectiousness Gamma(k) and Poisson offspring, what was caused in the share that is over
    updates the gamma: (k + caused, k + R (1 - left)).
    """
    if math.isinf(k):
        return -r * left
    return -(k + caused) * np.log1p(r * left / (k + r * (1.0 - left)))


def chance_of_more(
    onsets: np.ndarray, *, r: float, k: float, interval_cdf: np.ndarray
) -> np.ndarray:
    """Return, for each day, the chance that more cases follow (Nishiura 2016).

    ``1 - prod_i (1 + (R/k)(1 - F(t - t_i)))^(-k)`` over all cases up to the day, without looking
    at what each has already caused.

    Parameters
    ----------
    onsets : float64[day]
        Cases by day of onset, each >= 0. [persons/d]
    r, k : float
        Mean and dispersion of the offspring; ``k = inf`` is Poisson. [1]
    interval_cdf : float64[n]
        Chance that the serial interval is at most 0, 1, 2, ... days; 1 beyond. [1]

    Returns
    -------
    float64[day]
        [1]

    Raises
    ------
    ScenarioError
        If ``r`` is negative or ``k`` not above 0.

    References
    ----------
    .. [1] Nishiura, Miyamatsu and Mizumoto (2016), doi:10.3201/eid2201.151383.
    """
    _check(r, k)
    counts = np.asarray(onsets, dtype=np.float64)
    n_day = counts.size
    tail = np.zeros(n_day)
    m = min(n_day, interval_cdf.size)
    tail[:m] = 1.0 - interval_cdf[:m]
    per_case = -r * tail if math.isinf(k) else -k * np.log1p(r / k * tail)
    log_over = np.convolve(counts, per_case)[:n_day]
    return -np.expm1(log_over)


def chance_of_more_traced(
    onset_days: Sequence[int],
    infectors: Sequence[int],
    *,
    n_day: int,
    r: float,
    k: float,
    interval_cdf: np.ndarray,
) -> np.ndarray:
    """Return, for each day, the chance that more cases follow, where infectors are known.

    ``1 - prod_i (1 - p (1 - F(t - t_i)))^(k + n_i)`` with ``p = R/(R + k)`` and ``n_i`` the cases
    that case ``i`` has caused by the day.

    Parameters
    ----------
    onset_days : sequence of int
        Day of each case. [d]
    infectors : sequence of int
        Position of each case's infector in the list, -1 for none.
    n_day : int
        Days 0 to ``n_day - 1`` are looked at. [d]
    r, k : float
        Mean and dispersion of the offspring. [1]
    interval_cdf : float64[n]
        Chance that the serial interval is at most 0, 1, 2, ... days. [1]

    Returns
    -------
    float64[day]
        [1]

    Raises
    ------
    ScenarioError
        If a case precedes its infector, or an infector does not exist.

    References
    ----------
    .. [1] Hart et al. (2024), doi:10.1126/sciadv.adk9231 [not checked]; its code
       will-s-hart/end-of-outbreak.
    """
    _check(r, k)
    day = np.asarray(onset_days, dtype=np.int64)
    source = np.asarray(infectors, dtype=np.int64)
    known = source >= 0
    if np.any(source >= day.size) or np.any(day[known] < day[source[known]]):
        raise ScenarioError(
            Problem(
                what="a case comes before its infector, or its infector is not in the list",
                why="infectors are positions in the list of cases",
                remedy="correct the list",
            )
        )
    t = np.arange(n_day)[:, None]
    age = np.clip(t - day[None, :], 0, None)
    reach = np.append(interval_cdf, 1.0)
    left = np.where(t >= day[None, :], 1.0 - reach[np.minimum(age, interval_cdf.size)], 0.0)
    caused = np.zeros((n_day, day.size))
    for child in np.flatnonzero(known):
        caused[day[child] :, source[child]] += 1
    log_over = np.where(t >= day[None, :], _over_log(r, k, left, caused), 0.0)
    return -np.expm1(log_over.sum(axis=1))


def chance_of_more_estimated(
    onsets: np.ndarray, *, pmf: np.ndarray, first: int, last: int
) -> np.ndarray:
    """Return, for each day, the chance that more cases follow if transmission is as in some days.

    The reproduction number comes from the cases of days ``first`` to ``last`` under a flat prior
    (its posterior is a gamma), and holds again after them: the chance without the measures that
    came in between. Poisson offspring.

    Parameters
    ----------
    onsets : float64[day]
        Cases by day of onset. [persons/d]
    pmf : float64[n]
        Serial interval by whole day. [1]
    first, last : int
        Days that tell of the reproduction number, both included. [d]

    Returns
    -------
    float64[day]
        [1]

    References
    ----------
    .. [1] Thompson et al. (2024), as replicated in will-s-hart/end-outbreak-superspreading-delays.
    """
    counts = np.asarray(onsets, dtype=np.float64)
    n_day = counts.size
    weights = np.zeros(n_day)
    m = min(n_day, pmf.size)
    weights[:m] = pmf[:m]
    pressure = np.convolve(counts, weights)[:n_day]
    shape = counts[first : last + 1].sum() + 1.0
    rate = pressure[first : last + 1].sum()
    left = remaining(counts, np.cumsum(pmf))
    return -np.expm1(-shape * np.log1p(left / rate))


def remaining(onsets: np.ndarray, interval_cdf: np.ndarray) -> np.ndarray:
    """Return the cases of each day and before, weighted by the infectious time they have left.

    Parameters
    ----------
    onsets : float64[day]
        [persons/d]
    interval_cdf : float64[n]
        Chance that the serial interval is at most 0, 1, 2, ... days; 1 beyond. [1]

    Returns
    -------
    float64[day]
        [persons]
    """
    tail = np.zeros(onsets.size)
    m = min(onsets.size, interval_cdf.size)
    tail[:m] = 1.0 - interval_cdf[:m]
    return np.convolve(onsets, tail)[: onsets.size]


def elimination_chance(
    local: np.ndarray,
    total: np.ndarray | None = None,
    *,
    interval: SerialInterval,
    window: int,
    prior_shape: float = 1.0,
    prior_scale: float = 5.0,
    ahead: int = 50,
) -> np.ndarray:
    """Return, for each day, the chance that no local case follows (Parag 2020).

    Every day ahead without a case is evidence that the number is small: the closed-form posterior
    is taken again as its window slides on over zeros, from the first day after the last count on.

    Parameters
    ----------
    local : float64[day]
        New local cases. [persons/d]
    total : float64[day], optional
        Local and imported cases, which both infect; ``local`` if left out. [persons/d]
    interval : SerialInterval
    window : int
        Length of the estimation window, at least 1. [d]
    prior_shape, prior_scale : float
        Gamma prior of the reproduction number. [1]
    ahead : int
        Days without a case looked ahead, at least 2. [d]

    Returns
    -------
    float64[day]
        [1]

    References
    ----------
    .. [1] Parag et al. (2020), doi:10.1371/journal.pcbi.1008478.
    """
    local = np.asarray(local, dtype=np.float64)
    sources = local if total is None else np.asarray(total, dtype=np.float64)
    z = np.empty(local.size)
    zeros = np.zeros(ahead)
    for s in range(local.size):
        cases = np.concatenate([local[: s + 1], zeros])
        pressure = infectious_pressure(np.concatenate([sources[: s + 1], zeros]), 0, interval)
        day = np.arange(s + 1, cases.size - 1)
        first = np.maximum(day - window + 1, 0)
        sums = [np.concatenate([[0.0], np.cumsum(x)]) for x in (cases, pressure)]
        n, exposure = (c[day + 1] - c[first] for c in sums)
        scale = 1.0 / (1.0 / prior_scale + exposure)
        z[s] = math.exp(float(np.sum(-(prior_shape + n) * np.log1p(pressure[day + 1] * scale))))
    return z


def first_day_over(chance: np.ndarray, *, prob: float = OVER_PROB) -> int | None:
    """Return the first day from which the chance of more cases stays below ``prob``.

    Parameters
    ----------
    chance : float64[day]
        [1]
    prob : float
        [1]

    Returns
    -------
    int or None
        None if it is not below at the end.
    """
    above = np.flatnonzero(~(np.asarray(chance) < prob))
    first = int(above[-1]) + 1 if above.size else 0
    return first if first < len(chance) else None
