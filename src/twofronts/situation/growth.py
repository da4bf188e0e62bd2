"""How fast cases grow or fall: rate a day and doubling time, straight from the counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from twofronts.situation.intervals import SerialInterval
from twofronts.situation.status import Status

_GRID = np.linspace(-1.0, 1.0, 2001)


@dataclass(frozen=True, slots=True)
class Growth:
    """Exponential growth over the last days.

    ``rate`` is the posterior median with its 90% interval ``low`` to ``high`` [1/d], NaN without a
    finding; ``doubling_days`` is negative where cases halve. [d]
    """

    rate: float
    low: float
    high: float
    window: int
    n_cases: float
    status: Status

    @property
    def doubling_days(self) -> float:
        """Days in which cases double; negative: in which they halve; inf if they stand still."""
        return math.inf if self.rate == 0 else math.log(2) / self.rate


def growth_rate(
    counts: np.ndarray, *, window: int = 14, reported_share: np.ndarray | None = None
) -> Growth:
    """Estimate the growth rate of the last ``window`` days.

    The total is given and only the split over the days speaks (Poisson, the level integrated out);
    the likelihood is flattened by the overdispersion found, so noisy reporting widens the interval.

    Parameters
    ----------
    counts : float64[day]
        New cases, each >= 0. [persons/d]
    window : int
        Days used, at least 3. [d]
    reported_share : float64[day], optional
        Chance that a case of the day has been reported by now, in (0, 1]. [1]

    Returns
    -------
    Growth
    """
    n = np.asarray(counts, dtype=np.float64)[-window:]
    share = np.ones_like(n) if reported_share is None else np.asarray(reported_share)[-window:]
    total = float(n.sum())
    if n.size < 3 or total < 3:
        status = Status().also(
            "none",
            f"Only {total:.0f} {'case' if total == 1 else 'cases'} in {n.size} days: too few to "
            "tell growth from decline.",
            f"{n.size} 天内仅 {total:.0f} 例，不足以判断增减趋势。",
        )
        return Growth(math.nan, math.nan, math.nan, n.size, total, status)
    day = np.arange(n.size) - (n.size - 1) / 2
    log_p = _GRID[:, None] * day + np.log(share)
    log_p -= np.logaddexp.reduce(log_p, axis=1)[:, None]
    log_like = log_p @ n
    best = np.exp(log_p[int(np.argmax(log_like))]) * total
    spread = max(1.0, float(np.sum((n - best) ** 2 / best)) / max(n.size - 2, 1))
    weight = np.exp((log_like - log_like.max()) / spread)
    cumulative = np.cumsum(weight) / weight.sum()
    low, mid, high = np.interp([0.05, 0.5, 0.95], cumulative, _GRID)
    status = Status()
    if high - low > 0.3:
        status = status.also(
            "caution",
            "Too few cases to say whether they grow or fall.",
            "病例过少，增减趋势不明。",
        )
    return Growth(float(mid), float(low), float(high), n.size, total, status)


def growth_of(reproduction: np.ndarray, interval: SerialInterval) -> np.ndarray:
    """Return the growth rate that a constant reproduction number leads to (Euler and Lotka).

    Parameters
    ----------
    reproduction : float64[...]
        Above 0. [1]
    interval : SerialInterval

    Returns
    -------
    float64[...]
        Rate r with ``1 = R sum_s w_s exp(-r s)``. [1/d]

    References
    ----------
    .. [1] Wallinga and Lipsitch (2007), doi:10.1098/rspb.2006.3754.
    """
    days = np.arange(interval.pmf.size)
    rates = np.linspace(-1.5, 3.0, 4501)
    with np.errstate(over="ignore"):
        needed = 1.0 / (np.exp(-np.outer(rates, days)) @ interval.pmf)
    return np.interp(np.asarray(reproduction, dtype=float), needed, rates)
