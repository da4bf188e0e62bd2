"""How long reported patients stay in hospital, and how many are there on the days to come.

The simulator's patients stay as long as those of another city did; a city's own reports of cured
patients say how long its own do. A particle filter runs through them day by day: each particle has
a distribution of the stay, a pace of discharges that drifts about it (criteria and tests change),
and its patients by the days since their report. It then goes on into the days to come.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import gammaln
from scipy.stats import gamma

from twofronts.parameters import Parameters
from twofronts.situation.reports import Series

_CVS = (0.3, 0.45, 0.6, 0.8)
_BATCHES = (1.2, 2.0, 4.0)
"""Variance over mean of a day's number leaving: hospitals discharge in batches. [1]"""
_DRIFTS = (0.02, 0.1, 0.25)
"""Daily standard deviation of the logarithm of the pace. [1]"""
_BACK = float(np.exp(-1 / 14))
"""The pace comes back to the usual one over two weeks. [1]"""
_OLDEST = 90
"""Days since the report that are told apart. [d]"""


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """What the reports say of the stay: one row a particle, of equal weight.

    ``mean`` and ``cv`` (its coefficient of variation) are those of the delay from report to leaving
    [d, 1], ``batch`` the variance over the mean of a day's number leaving [1], ``drift`` and
    ``log_pace`` the pace of discharges against the usual one; ``by_age`` float64[draw, age] the
    patients in hospital by days since their report [persons].
    """

    mean: np.ndarray
    cv: np.ndarray
    batch: np.ndarray
    drift: np.ndarray
    log_pace: np.ndarray
    by_age: np.ndarray

    def take(self, rows: np.ndarray) -> Stay:
        """Return some of the particles."""
        return Stay(*(getattr(self, f.name)[rows] for f in fields(self)))

    def interval(self, share: float = 0.9) -> tuple[float, float, float]:
        """Return low end, median and high end of the mean stay. [d]."""
        low, mid, high = np.quantile(self.mean, [(1 - share) / 2, 0.5, (1 + share) / 2])
        return float(low), float(mid), float(high)


def leaving_of(series: Series) -> np.ndarray:
    """Return how many of the city's patients left on each day, cured or dead.

    Parameters
    ----------
    series : Series

    Returns
    -------
    float64[day]
        NaN where the cured were not reported. [persons/d]
    """
    return series.new["new_cured"][0] + np.nan_to_num(series.new["new_deaths"][0])


def estimate_stay(
    confirmed: np.ndarray,
    leaving: np.ndarray,
    *,
    parameters: Parameters,
    draws: int = 2000,
    seed: int = 0,
) -> Stay:
    """Estimate the stay from reports.

    Parameters
    ----------
    confirmed : float64[day]
        New cases; NaN counts as none. [persons/d]
    leaving : float64[day]
        NaN where not reported: nothing is learnt from the day. [persons/d]
    parameters : Parameters
        ``stays.mean`` and ``stays.mean_log_sd`` are the prior of the mean.
    draws : int
        Particles.
    seed : int

    Returns
    -------
    Stay
        At the end of the last day.
    """
    rng = np.random.default_rng([seed, 21])
    centre, sd = parameters.value("stays.mean"), parameters.value("stays.mean_log_sd")
    now = Stay(
        mean=centre * np.exp(sd * rng.standard_normal(draws)),
        cv=rng.choice(_CVS, draws),
        batch=rng.choice(_BATCHES, draws),
        drift=rng.choice(_DRIFTS, draws),
        log_pace=np.zeros(draws),
        by_age=np.zeros((draws, _OLDEST)),
    )
    hazard = _hazard(now)
    log_weight = np.zeros(draws)
    for count, left in zip(np.nan_to_num(confirmed), leaving, strict=True):
        going = _going(now, hazard, rng)
        expected = np.maximum(going.sum(axis=1), 1e-3)
        there = now.by_age.sum(axis=1)
        gone = np.minimum(expected if np.isnan(left) else np.full(draws, left), there)
        if not np.isnan(left):
            log_weight += _batch_log_prob(left, expected, now.batch)
        now.by_age[:] = _older(_taken(now.by_age, going, gone), count)
        weight = np.exp(log_weight - log_weight.max())
        if weight.sum() ** 2 < 0.5 * draws * (weight**2).sum():
            now = _resampled(now, weight, rng)
            hazard, log_weight = _hazard(now), np.zeros(draws)
    return _resampled(now, np.exp(log_weight - log_weight.max()), rng)


def _left_by(mean: np.ndarray, cv: np.ndarray, n: int) -> np.ndarray:
    """Return the chance of having left by the end of each day after the report, [draw, n]."""
    shape = 1.0 / cv[:, None] ** 2
    return gamma.cdf(np.arange(n) + 0.5, shape, scale=mean[:, None] / shape)


def _hazard(stay: Stay) -> np.ndarray:
    """Return the chance of leaving on the next day by days since the report, at usual pace."""
    remain = np.maximum(1.0 - _left_by(stay.mean, stay.cv, _OLDEST + 1), 1e-9)
    return np.clip(1.0 - remain[:, 1:] / remain[:, :-1], 1e-6, 0.9)


def _going(stay: Stay, hazard: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let the pace drift by a day and return who is expected to leave on it, [draw, age]."""
    step = stay.drift * rng.standard_normal(stay.drift.size)
    stay.log_pace[:] = _BACK * stay.log_pace + step
    return stay.by_age * (1.0 - (1.0 - hazard) ** np.exp(stay.log_pace)[:, None])


def _batch_log_prob(k: float, mean: np.ndarray, batch: np.ndarray) -> np.ndarray:
    """Log probability of a count under a negative binomial whose variance is ``batch`` x mean."""
    r = mean / (batch - 1.0)
    fixed = k * np.log1p(-1.0 / batch) - r * np.log(batch)
    return np.asarray(gammaln(k + r) - gammaln(r) - gammaln(k + 1) + fixed)


def _taken(by_age: np.ndarray, going: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Take ``gone`` patients away: by their share of those expected to leave, then alike."""
    share = gone / np.maximum(going.sum(axis=1), 1e-12)
    left = by_age - np.minimum(going * share[:, None], by_age)
    short = gone - (by_age - left).sum(axis=1)
    part = np.clip(short / np.maximum(left.sum(axis=1), 1e-12), 0.0, 1.0)
    return np.asarray(left * (1.0 - part)[:, None])


def _older(by_age: np.ndarray, entering: np.ndarray | float) -> np.ndarray:
    out = np.empty_like(by_age)
    out[:, 1:] = by_age[:, :-1]
    out[:, -1] += by_age[:, -1]
    out[:, 0] = entering
    return out


def _resampled(stay: Stay, weight: np.ndarray, rng: np.random.Generator) -> Stay:
    """Return particles of equal weight (systematic); their means are moved a little apart."""
    n = weight.size
    edges = np.cumsum(weight) / weight.sum()
    pick = np.minimum(np.searchsorted(edges, (np.arange(n) + rng.random()) / n), n - 1)
    chosen = stay.take(rng.permutation(pick))
    chosen.mean[:] *= np.exp(0.05 * rng.standard_normal(n))
    return chosen


def patients_ahead(
    series: Series, cases: np.ndarray, *, parameters: Parameters, seed: int = 0
) -> np.ndarray | None:
    """Return the city's patients in hospital on the days to come.

    From those reported on the newest day that tells, new cases come in on the day of their report
    and patients leave as they have been leaving.

    Parameters
    ----------
    series : Series
        As known on the as-of date.
    cases : int[draw, horizon]
        New cases. [persons/d]
    parameters : Parameters
    seed : int

    Returns
    -------
    float64[draw, horizon] or None
        None where patients in hospital were never reported. [persons]
    """
    reported = series.level["in_hospital"][0]
    known = np.flatnonzero(np.isfinite(reported))
    if not known.size:
        return None
    end = int(known[-1]) + 1
    counts = np.nan_to_num(series.new["new_confirmed"][0])
    n_draw = len(cases)
    stay = estimate_stay(
        counts[:end], leaving_of(series)[:end], parameters=parameters, draws=n_draw, seed=seed
    )
    rng = np.random.default_rng([seed, 22])
    total = stay.by_age.sum(axis=1, keepdims=True)
    # patients that no case of the series accounts for were there before it
    spread = np.where(total > 0, stay.by_age / np.maximum(total, 1e-12), 1.0 / _OLDEST)
    stay.by_age[:] = spread * reported[end - 1]
    hazard = _hazard(stay)
    between = np.broadcast_to(counts[end:], (n_draw, counts.size - end))
    entering = np.concatenate([between, cases], axis=1)
    out = np.empty((n_draw, entering.shape[1]))
    there = np.full(n_draw, float(reported[end - 1]))
    for h in range(entering.shape[1]):
        going = _going(stay, hazard, rng)
        rate = np.maximum(going.sum(axis=1), 1e-9) / (stay.batch - 1.0)
        gone = np.minimum(rng.poisson(rng.gamma(rate) * (stay.batch - 1.0)), there)
        stay.by_age[:] = _older(_taken(stay.by_age, going, gone), entering[:, h])
        there = there - gone + entering[:, h]
        out[:, h] = there
    return out[:, out.shape[1] - cases.shape[1] :]
