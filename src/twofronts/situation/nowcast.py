"""The newest days, counting in what has not been reported yet, with intervals.

How reports trickle in is read off the reports themselves, backwards in time (Lawless 1994), so that
days whose late reports have not come do not count as quick. The expected count drifts as a random
walk; what was seen is a thinned negative binomial of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twofronts.errors import Problem, ReportError
from twofronts.kernels.situation import level_filter, sample_path
from twofronts.situation.smoothed import grid_spec
from twofronts.situation.status import Status

STEPS = (0.1, 0.2, 0.35, 0.6)
"""Daily standard deviations of the log expected count that are weighed. [1/d^0.5]"""
NOISES = (0.0, 0.05, 0.2)
"""Squared coefficients of variation of a day's count that are weighed. [1]"""
PRIOR_DELAY = 5.0
"""Scale of the geometric delay where no report tells; it weighs as 3/4 of a report. [d]"""
BACKLOG_DAYS = 5
"""Days from the first of reporting on in which older cases come in as a backlog. [d]"""
BEGUN = 0.05
"""Share of all reports that must have come before reporting counts as begun. [1]"""


@dataclass(frozen=True, slots=True, eq=False)
class Nowcast:
    """Cases of each day, reported or not.

    Days are counted as in the input; ``draws`` is int64[draw, day], ``quantiles``
    float64[day, quantile] [persons/d], ``reported_share`` float64[day] the mean chance that a case
    of the day has been reported by now. [1]
    """

    seen: np.ndarray
    draws: np.ndarray
    quantiles: np.ndarray
    levels: tuple[float, ...]
    reported_share: np.ndarray
    status: Status


def reporting_triangle(events: np.ndarray, reports: np.ndarray, now: int) -> np.ndarray:
    """Count cases by day of event and delay to report, as far as reported by ``now``.

    Parameters
    ----------
    events, reports : int[case]
        Day of event (onset, say) and of report, counted from 0. [d]
    now : int
        Last day known. [d]

    Returns
    -------
    int64[now + 1, now + 1]
        By day and delay. [persons]
    """
    known = (reports <= now) & (events >= 0)
    triangle = np.zeros((now + 1, now + 1), dtype=np.int64)
    np.add.at(triangle, (events[known], (reports - events)[known]), 1)
    return triangle


def nowcast(
    triangle: np.ndarray,
    *,
    max_delay: int = 15,
    windows: Sequence[int] = (7, 14),
    draws: int = 2000,
    seed: int = 0,
    levels: tuple[float, ...] = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975),
) -> Nowcast:
    """Reckon the cases of each day up to now from those reported by now.

    Parameters
    ----------
    triangle : int[day, delay]
        Cases by day of event and delay to report; the last day is now. [persons]
    max_delay : int
        Later reports are taken as of this delay, at least 1. [d]
    windows : sequence of int
        Days of reports, counted back from now, from which the delay is learnt; the draws are
        split between them. [d]
    draws : int
        At least 50.
    seed : int
    levels : tuple of float
        Quantile levels in (0, 1).

    Returns
    -------
    Nowcast

    Raises
    ------
    ReportError
        If the triangle has negative counts, or reports from after now.

    References
    ----------
    .. [1] Lawless (1994), doi:10.2307/3315820.n1 [reverse-time hazards].
    .. [2] Hoehle and an der Heiden (2014), doi:10.1111/biom.12194.
    """
    folded = _folded(triangle, max_delay)
    n_day = folded.shape[0]
    seen = folded.sum(axis=1).astype(np.float64)
    n_worlds = max(10, draws // 20)
    rng = np.random.default_rng(seed)
    begun = _reporting_began(np.asarray(triangle))
    shares = _share_draws(folded, windows, begun, n_worlds, rng)
    if seen.sum() == 0:
        status = Status().also(
            "none",
            "Nothing has been reported, so nothing can be said of the newest days.",
            "尚无报告，无法推断最近几天。",
        )
        empty = np.zeros((draws, n_day), dtype=np.int64)
        quantiles = np.full((n_day, len(levels)), math.nan)
        return Nowcast(seen, empty, quantiles, levels, shares.mean(axis=0), status)
    first = max(0, n_day - max(windows) - max_delay)
    drawn = np.tile(seen.astype(np.int64), (draws, 1))
    drawn[:, first:] = _paths(seen[first:], shares[:, first:], draws, rng)
    return Nowcast(
        seen,
        drawn,
        np.quantile(drawn, levels, axis=0).T,
        levels,
        shares.mean(axis=0),
        _status(folded, max(windows)),
    )


def _folded(triangle: np.ndarray, max_delay: int) -> np.ndarray:
    """Return the triangle with delays beyond ``max_delay`` counted at it."""
    t = np.asarray(triangle)
    day, delay = np.indices(t.shape)
    if np.any(t < 0) or np.any(t[day + delay > t.shape[0] - 1] > 0):
        raise ReportError(
            Problem(
                what="counts that are negative, or reported after now",
                why="a nowcast uses what was known by its last day",
                remedy="leave out later reports",
            )
        )
    folded = np.zeros((t.shape[0], max_delay + 1), dtype=np.int64)
    width = min(t.shape[1], max_delay + 1)
    folded[:, :width] = t[:, :width]
    folded[:, max_delay] += t[:, max_delay + 1 :].sum(axis=1)
    return folded


def _share_draws(
    folded: np.ndarray, windows: Sequence[int], begun: int, n: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw the chance of being reported by now for each day, [draw, day].

    Reporting speeds up and slows down within an outbreak, and reports come in batches: each draw
    learns from one of the windows, and counts weigh less the more they scatter.
    """
    n_day, width = folded.shape
    age = n_day - 1 - np.arange(n_day)
    prior = _prior_hazard(width)
    not_later = np.ones((n, width))
    pick = np.arange(n) % len(windows)
    for w, window in enumerate(windows):
        mine = pick == w
        hits, total = _hazard_counts(folded, age, window, begun)
        spread = _overdispersion(folded, age, window, begun, hits, total)
        for d in range(width - 1, 0, -1):
            a = 0.75 * prior[d] + hits[d] / spread
            b = 0.75 * (1.0 - prior[d]) + (total[d] - hits[d]) / spread
            hazard = rng.beta(a, b, mine.sum())
            not_later[mine, d - 1] = not_later[mine, d] * (1.0 - hazard)
    return not_later[:, np.minimum(age, width - 1)]


def _reporting_began(triangle: np.ndarray) -> int:
    """Return the first day of reporting: what happened before it comes in late, as a backlog.

    The backlog tells how long reporting was not there, not how long it takes.
    """
    day, delay = np.indices((triangle.shape[0], triangle.shape[1]))
    some = triangle > 0
    by_report = np.bincount((day + delay)[some], weights=triangle[some])
    return int(np.flatnonzero(np.cumsum(by_report) > BEGUN * by_report.sum())[:1].sum())


def _prior_hazard(width: int) -> np.ndarray:
    """Return the chance that a report is at each delay, given that it is at it or before."""
    f = np.exp(-np.arange(width) / PRIOR_DELAY)
    return f / np.cumsum(f)


def _recent(age: np.ndarray, delay: int, window: int, begun: int) -> np.ndarray:
    """Return the days of event whose reports at a delay are recent and no backlog."""
    day = np.arange(age.size)
    usual = (day >= begun) | (day + delay >= begun + BACKLOG_DAYS)
    return (age >= delay) & (age < delay + window) & usual


def _hazard_counts(
    folded: np.ndarray, age: np.ndarray, window: int, begun: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each delay, the reports at it and those at or before it, in recent reports."""
    width = folded.shape[1]
    hits, total = np.zeros(width), np.zeros(width)
    for d in range(width):
        rows = _recent(age, d, window, begun)
        hits[d] = folded[rows, d].sum()
        total[d] = folded[rows, : d + 1].sum()
    return hits, total


def _overdispersion(
    folded: np.ndarray, age: np.ndarray, window: int, begun: int, hits: np.ndarray,
    total: np.ndarray,
) -> float:  # fmt: skip
    """Return how much more the counts scatter than binomial ones do, at least 1."""
    hazard = (hits + 0.25) / (total + 0.75)
    square, cells = 0.0, 0
    for d in range(1, folded.shape[1]):
        rows = np.flatnonzero(_recent(age, d, window, begun))
        n = folded[rows, : d + 1].sum(axis=1)
        expected = n * hazard[d]
        variance = expected * (1 - hazard[d])
        use = expected > 0.5
        square += float(np.sum((folded[rows, d] - expected)[use] ** 2 / variance[use]))
        cells += int(use.sum())
    return max(1.0, square / max(cells - folded.shape[1], 1)) if cells > 5 else 2.0


def _paths(
    seen: np.ndarray, shares: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw full counts of each day, [draw, day]."""
    n_day = seen.size
    top = max(50.0, 30.0 * float((seen / np.maximum(shares.mean(axis=0), 0.2)).max()))
    log_grid = np.linspace(math.log(0.02), math.log(top), 320)
    flat = np.ones(log_grid.size)
    specs = [grid_spec(log_grid, flat, step) for step in STEPS]
    runs = [(spec, noise) for spec in specs for noise in NOISES]
    filtered = np.empty((len(runs), n_day, log_grid.size))
    predicted = np.empty((n_day, log_grid.size))
    path = np.empty(n_day, dtype=np.int64)
    out = np.empty((draws, n_day), dtype=np.int64)
    done = 0
    for world, share in enumerate(shares):
        score = np.array(
            [
                level_filter(seen, share, spec, (0.0, noise), filtered[r], predicted)
                for r, (spec, noise) in enumerate(runs)
            ]
        )
        weight = np.exp(score - score.max())
        weight /= weight.sum()
        upto = (world + 1) * draws // len(shares)
        for i in range(done, upto):
            r = int(rng.choice(len(runs), p=weight))
            spec, noise = runs[r]
            sample_path(spec, filtered[r], rng.random(n_day), path)
            out[i] = seen + _unseen(spec.value[path], seen, share, noise, rng)
        done = upto
    return out


def _unseen(
    mean: np.ndarray, seen: np.ndarray, share: np.ndarray, noise: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw what is not reported yet, given what is."""
    hidden = (1.0 - share) * mean
    if noise > 0:
        # the day's own level, given what was seen of it, is a gamma
        shape = 1.0 / noise + seen
        hidden = hidden * rng.gamma(shape) / (1.0 / noise + share * mean)
    return rng.poisson(hidden)


def _status(folded: np.ndarray, window: int) -> Status:
    status = Status()
    late = folded[-window:, -1].sum() / max(folded[-window:].sum(), 1)
    if late > 0.1:
        status = status.also(
            "caution",
            f"{100 * late:.0f}% of reports come at or beyond the longest delay looked at; give a "
            "longer one.",
            f"{100 * late:.0f}% 的报告时滞达到或超过上限，请放宽上限。",
        )
    if folded.sum() < 20:
        status = status.also(
            "caution",
            "Fewer than 20 reports: how fast reports come in is barely known.",
            "报告不足 20 例，报告时滞几乎未知。",
        )
    return status
