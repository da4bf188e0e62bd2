"""Delays between two days of a case, with whole days (censoring) and unfinished ones (truncation).

A delay counted in whole days may be up to a day longer or shorter, and on a day of an outbreak only
short delays have ended: the newest cases' delays read too short. Both are part of the likelihood.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import gammainc, ndtr

from twofronts.errors import Problem, ReportError
from twofronts.situation.linelist import DAYS, LineList
from twofronts.situation.status import Status

FAMILIES = ("lognormal", "gamma")
LEAST_PAIRS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Delay:
    """A delay in whole days.

    ``pmf`` is float64[n_day], the chance of 0, 1, 2, ... days [1]; ``mean`` and ``sd`` [d] are of
    the fitted continuous delay, with the 90% interval of the mean. Without a finding the numbers
    are NaN and ``status`` says why.
    """

    family: str
    pmf: np.ndarray
    mean: float
    sd: float
    mean_low: float
    mean_high: float
    n_pairs: int
    status: Status

    @property
    def cdf(self) -> np.ndarray:
        """float64[n_day], the chance of at most 0, 1, 2, ... days. [1]."""
        return np.cumsum(self.pmf)


def _area(family: str, mean: float, sd: float, x: np.ndarray) -> np.ndarray:
    """Return the antiderivative of the distribution function at ``x``, 0 below 0."""
    x = np.maximum(x, 0.0)
    if family == "gamma":
        shape, scale = (mean / sd) ** 2, sd**2 / mean
        return x * gammainc(shape, x / scale) - shape * scale * gammainc(shape + 1, x / scale)
    variance = math.log1p((sd / mean) ** 2)
    mu, sigma = math.log(mean) - variance / 2, math.sqrt(variance)
    with np.errstate(divide="ignore"):
        z = (np.log(x) - mu) / sigma
    return x * ndtr(z) - mean * ndtr(z - sigma)


def delay_pmf(family: str, mean: float, sd: float, n_day: int) -> np.ndarray:
    """Return the chance of each whole-day delay when both ends fall anywhere in their day.

    Parameters
    ----------
    family : {"lognormal", "gamma"}
    mean, sd : float
        Of the continuous delay, above 0. [d]
    n_day : int
        Days 0 to ``n_day - 1``. [d]

    Returns
    -------
    float64[n_day]
        Sums to 1 but for the tail. [1]
    """
    a = _area(family, mean, sd, np.arange(-1, n_day + 1, dtype=np.float64))
    return np.maximum(a[2:] - 2 * a[1:-1] + a[:-2], 0.0)


def estimate_delay(
    delays: np.ndarray,
    longest_seen: np.ndarray,
    *,
    family: str | None = None,
    n_day: int = 60,
) -> Delay:
    """Estimate a delay from pairs of days.

    Parameters
    ----------
    delays : int[pair]
        Whole days between the two, each >= 0. [d]
    longest_seen : int[pair]
        Longest delay that could have been seen for that case by now (days from its first day to
        today), each at least its delay. [d]
    family : {"lognormal", "gamma"}, optional
        The one that fits better if left out.
    n_day : int
        Length of the resulting ``pmf``. [d]

    Returns
    -------
    Delay

    Raises
    ------
    ReportError
        If a delay is negative or longer than could have been seen.

    References
    ----------
    .. [1] Charniga et al. (2024), doi:10.1371/journal.pcbi.1012520 (censoring and truncation).
    """
    d = np.asarray(delays, dtype=np.int64)
    seen = np.asarray(longest_seen, dtype=np.int64)
    if np.any(d < 0) or np.any(d > seen):
        raise ReportError(
            Problem(
                what="a delay that is negative, or longer than could have been seen",
                why="the second day lies between the first and today",
                remedy="correct the days of the line list",
            )
        )
    if d.size < LEAST_PAIRS:
        status = Status().also(
            "none",
            f"Only {d.size} cases have both days: too few to estimate the delay.",
            f"仅 {d.size} 例两个日期齐全，不足以估计时滞。",
        )
        nan = math.nan
        return Delay("", np.full(n_day, nan), nan, nan, nan, nan, d.size, status)
    tries = [_fit(f, d, seen) for f in ([family] if family else FAMILIES)]
    name, x, _, spread = min(tries, key=lambda t: t[2])
    mean, sd = float(np.exp(x[0])), float(np.exp(x[1]))
    return Delay(
        name,
        delay_pmf(name, mean, sd, n_day),
        mean,
        sd,
        mean * math.exp(-1.645 * spread),
        mean * math.exp(1.645 * spread),
        d.size,
        _status(mean, spread, seen),
    )


def _fit(family: str, d: np.ndarray, seen: np.ndarray) -> tuple[str, np.ndarray, float, float]:
    """Return family, (log mean, log sd), cost at the best fit, and the sd of the log mean."""
    n_day = int(seen.max()) + 2
    pairs, weight = np.unique(np.column_stack([d, seen]), axis=0, return_counts=True)

    def cost(x: np.ndarray) -> float:
        mean, sd = np.exp(np.clip(x, -4, 6))
        pmf = delay_pmf(family, mean, sd, n_day)
        total = np.cumsum(pmf)
        likelihood = np.log(np.maximum(pmf[pairs[:, 0]], 1e-300))
        likelihood -= np.log(np.maximum(total[pairs[:, 1]], 1e-300))
        # weak: keeps a delay that truncation leaves open from running off to years
        return float(-weight @ likelihood + 0.5 * ((x[0] - 1.5) / 1.5) ** 2 + 0.5 * (x[1] - 1) ** 2)

    start = np.log([max(d.mean(), 0.5), max(d.std(), 0.5)])
    best = minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-7})
    h = 1e-3
    steps = np.eye(2) * h
    curve = np.array(
        [
            [
                (
                    cost(best.x + a + b)
                    - cost(best.x + a - b)
                    - cost(best.x - a + b)
                    + cost(best.x - a - b)
                )
                / (4 * h * h)
                for b in steps
            ]
            for a in steps
        ]
    )
    determinant = curve[0, 0] * curve[1, 1] - curve[0, 1] * curve[1, 0]
    spread = math.sqrt(curve[1, 1] / determinant) if determinant > 0 else 1.0
    return family, best.x, float(best.fun), min(spread, 2.0)


def _status(mean: float, spread: float, seen: np.ndarray) -> Status:
    status = Status()
    if np.median(seen) < mean or spread > 0.5:
        status = status.also(
            "caution",
            "Most cases are so recent that long delays cannot have ended; the estimate leans on "
            "the assumed shape.",
            "多数病例过新，长时滞尚未显现，估计依赖分布假设。",
        )
    return status


def delay_between(
    line_list: LineList,
    first: str,
    second: str,
    *,
    as_of: dt.date,
    since: dt.date | None = None,
    family: str | None = None,
) -> Delay:
    """Estimate the delay between two days of the line list as known on a day.

    Parameters
    ----------
    line_list : LineList
    first, second : str
        Two of ``onset``, ``isolation``, ``confirmation``, ``reported``.
    as_of : date
    since : date, optional
        Only cases whose first day is at least this: delays change over an outbreak.
    family : {"lognormal", "gamma"}, optional

    Returns
    -------
    Delay

    Raises
    ------
    ReportError
        If a day is not one of a line list.
    """
    for name in (first, second):
        if name not in DAYS:
            raise ReportError(
                Problem(
                    what=f"{name!r} is no day of a case",
                    why=f"a line list has {', '.join(DAYS)}",
                    remedy="name one of them",
                )
            )
    now = pd.Timestamp(as_of)
    cases = line_list.table[[first, second]].dropna()
    cases = cases[(cases[second] <= now) & (cases[first] <= cases[second])]
    if since is not None:
        cases = cases[cases[first] >= pd.Timestamp(since)]
    delays = (cases[second] - cases[first]).dt.days.to_numpy()
    return estimate_delay(delays, (now - cases[first]).dt.days.to_numpy(), family=family)
