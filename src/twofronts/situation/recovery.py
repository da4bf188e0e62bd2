"""Outbreaks with a known truth, to see whether the estimators get it back.

Every case has an infectiousness of its own (gamma, dispersion k), infects over its serial interval
and is reported after a delay; cases come in from outside. The estimators see what was reported by
the day they look, the delay included, which they estimate themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from twofronts.situation.delays import estimate_delay
from twofronts.situation.intervals import SerialInterval, gamma_interval
from twofronts.situation.reproduction import reproduction_closed
from twofronts.situation.smoothed import reproduction_smoothed

DISPERSIONS = (0.1, 0.5, math.inf)
IMPORTED = (0.0, 0.25, 0.5)
N_DAY = 42
LOOKS = (27, 34, 41)
SEED_DAYS = 7
SETTLED_SHARE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Outbreak:
    """One simulated outbreak; arrays are one entry a case. Days count from 0. [d]"""

    r: float
    k: float
    onset: np.ndarray
    imported: np.ndarray
    reported: np.ndarray


def simulate(
    r: float,
    k: float,
    imported_share: float,
    *,
    interval: SerialInterval,
    rng: np.random.Generator,
    n_cases: float = 70.0,
    delay_mean: float = 5.0,
    delay_sd: float = 3.0,
    most: int = 1000,
) -> Outbreak:
    """Simulate an outbreak of some tens of cases with a constant reproduction number.

    Known introductions fall in the first week; a stream of imports goes on at the rate that makes
    ``imported_share`` of the later cases imported, on average, and ``n_cases`` in all.

    Parameters
    ----------
    r, k : float
        Mean and dispersion of the offspring; ``k = inf`` is Poisson. [1]
    imported_share : float
        In [0, 1). [1]
    interval : SerialInterval
    rng : Generator
    n_cases : float
        Cases in ``N_DAY`` days on average. [persons]
    delay_mean, delay_sd : float
        Onset to report, gamma. [d]
    most : int
        The simulation stops taking in cases here. [persons]

    Returns
    -------
    Outbreak
    """
    seeds, rate = _introductions(r, imported_share, interval, n_cases)
    n_seed = max(int(rng.poisson(seeds)), 3)
    stream = np.repeat(np.arange(SEED_DAYS, N_DAY), rng.poisson(rate, N_DAY - SEED_DAYS))
    queue = [(int(d), True) for d in np.sort(rng.integers(0, SEED_DAYS, n_seed))]
    queue += [(int(d), True) for d in stream]
    cases: list[tuple[int, bool]] = []
    while queue and len(cases) < most:
        day, imported = queue.pop()
        cases.append((day, imported))
        level = r if math.isinf(k) else r * rng.gamma(k) / k
        lags = rng.choice(
            interval.pmf.size, rng.poisson(level), p=interval.pmf / interval.pmf.sum()
        )
        queue += [(day + int(lag), False) for lag in lags if day + lag < N_DAY]
    onset = np.array([c[0] for c in cases])
    shape, scale = (delay_mean / delay_sd) ** 2, delay_sd**2 / delay_mean
    delay = np.floor(rng.random(onset.size) + rng.gamma(shape, scale, onset.size)).astype(np.int64)
    return Outbreak(r, k, onset, np.array([c[1] for c in cases]), onset + delay)


def _introductions(
    r: float, share: float, interval: SerialInterval, n_cases: float
) -> tuple[float, float]:
    """Return the introductions of the first week and the daily rate of imports after it."""
    weights = np.zeros(N_DAY)
    m = min(N_DAY, interval.pmf.size)
    weights[:m] = interval.pmf[:m]

    def local(introduced: np.ndarray) -> float:
        total = introduced.copy()
        for t in range(1, N_DAY):
            total[t] += r * total[t - 1 :: -1][:t] @ weights[1 : t + 1]
        return float((total - introduced)[SEED_DAYS:].sum())

    first = np.where(np.arange(N_DAY) < SEED_DAYS, 1.0 / SEED_DAYS, 0.0)
    later = np.where(np.arange(N_DAY) >= SEED_DAYS, 1.0, 0.0)
    from_first, from_later, days = local(first), local(later), later.sum()
    # share (S a + rate b + rate d) = rate d, and S (1 + a) + rate (b + d) = n
    per_seed = share * from_first / max(days - share * (from_later + days), 1e-9)
    if per_seed < 0:
        # the stream alone brings fewer than the share asked for: no seeds beyond the first few
        return 3.0, n_cases / (from_later + days)
    seeds = n_cases / (1 + from_first + per_seed * (from_later + days))
    return seeds, seeds * per_seed


@dataclass(frozen=True, slots=True)
class Look:
    """What the estimators said of one outbreak on one day."""

    r: float
    k: float
    imported_share: float
    day: int
    n_cases: int
    smoothed: tuple[float, float, float]
    """Smoothed method on the day itself: 5%, 50%, 95%."""
    settled: tuple[float, float, float]
    """The same for the newest day of which four cases in five are reported."""
    closed: tuple[float, float, float]
    """Closed form with its flat prior, in the 7 days that end on that day."""
    informed: float

    def covers(self, which: str = "smoothed") -> bool:
        """Return whether the 90% interval holds the truth."""
        low, _, high = getattr(self, which)
        return bool(low <= self.r <= high)

    def width(self, which: str = "smoothed") -> float:
        """Return the width of the 90% interval."""
        low, _, high = getattr(self, which)
        return high - low


def look_at(outbreak: Outbreak, day: int, imported_share: float, interval: SerialInterval) -> Look:
    """Estimate the reproduction number of one outbreak from what was reported by a day.

    Parameters
    ----------
    outbreak : Outbreak
    day : int
        Nothing reported later is used. [d]
    imported_share : float
        Of the design, carried along. [1]
    interval : SerialInterval

    Returns
    -------
    Look
    """
    seen = outbreak.reported <= day
    onset, imported = outbreak.onset[seen], outbreak.imported[seen]
    delay = estimate_delay(outbreak.reported[seen] - onset, day - onset, family="gamma")
    share = np.ones(day + 1)
    if delay.status.ok:
        cdf = np.append(np.minimum(delay.cdf, 1.0), 1.0)
        share = cdf[np.minimum(day - np.arange(day + 1), cdf.size - 1)]
    local = np.bincount(onset[~imported], minlength=day + 1)[: day + 1].astype(float)
    foreign = np.bincount(onset[imported], minlength=day + 1)[: day + 1].astype(float)
    # imports are reported late as well: scale them up where most of a day is known
    foreign = np.where(share > 0.3, foreign / np.maximum(share, 0.3), foreign)
    levels = (0.05, 0.5, 0.95)
    s = reproduction_smoothed(
        local, foreign, interval=interval, reported_share=np.maximum(share, 1e-6), levels=levels
    )
    full = int(np.flatnonzero(share >= SETTLED_SHARE)[-1]) if share[0] >= SETTLED_SHARE else 0
    until = max(full, 7) + 1
    c = reproduction_closed(local[:until], foreign[:until], interval=interval, levels=levels)
    smoothed, settled, closed = (
        (float(q[0]), float(q[1]), float(q[2]))
        for q in (s.quantiles[-1], s.quantiles[until - 1], c.quantiles[-1])
    )
    return Look(
        outbreak.r,
        outbreak.k,
        imported_share,
        day,
        int(seen.sum()),
        smoothed,
        settled,
        closed,
        float(s.informed[-1]),
    )


def study(n_outbreak: int = 500, *, seed: int = 1) -> list[Look]:
    """Run the recovery study: outbreaks over the whole design, each looked at on three days.

    The reproduction number is uniform between 0.5 and 1.5; dispersions and imported shares are
    crossed; the mean number of cases is between 20 and 90.

    Parameters
    ----------
    n_outbreak : int
    seed : int

    Returns
    -------
    list of Look
        Looks with fewer than 5 reports are left out: there is nothing to estimate.
    """
    interval = gamma_interval(6.3, 4.2, n_day=30)
    looks = []
    cells = [(k, s) for k in DISPERSIONS for s in IMPORTED]
    for i in range(n_outbreak):
        rng = np.random.default_rng([seed, i])
        k, share = cells[i % len(cells)]
        r = float(rng.uniform(0.5, 1.5))
        outbreak = simulate(
            r, k, share, interval=interval, rng=rng, n_cases=float(rng.uniform(20, 90))
        )
        for day in LOOKS:
            if np.sum(outbreak.reported <= day) >= 5:
                looks.append(look_at(outbreak, day, share, interval))
    return looks
