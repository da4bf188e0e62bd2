"""Reproduction number in closed form: Cori et al. 2013, imported cases apart (Thompson 2019).

The conventions are EpiEstim's, so that figures can be laid side by side: the prior is
Gamma(shape 1, scale 5), all cases of the first day are imported, and a window that ends before
the mean serial interval gives no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincinv

from twofronts.errors import Problem, ScenarioError
from twofronts.situation.intervals import SerialInterval
from twofronts.situation.status import Status

QUANTILES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)


@dataclass(frozen=True, slots=True, eq=False)
class ClosedForm:
    """Posterior of the reproduction number in each window: gamma with ``shape`` and ``scale``.

    Arrays are [..., window]; leading axes (areas) are those of the counts. NaN where the window
    ends before the mean serial interval.
    """

    start: np.ndarray
    """int64[window] first day of each window, counted from 0. [d]"""
    end: np.ndarray
    """int64[window] last day of each window, included. [d]"""
    shape: np.ndarray
    scale: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    quantiles: np.ndarray
    """float64[..., window, quantile]"""
    levels: tuple[float, ...]
    n_local: np.ndarray
    """float64[..., window] local cases in the window. [persons]"""
    exposure: np.ndarray
    """float64[..., window] infectious pressure of the window. [persons]"""
    above_one_prob: np.ndarray
    """float64[..., window] posterior probability that the number exceeds 1. [1]"""
    status: Status

    def quantile(self, level: float) -> np.ndarray:
        """Return the quantile of one of ``levels``, [..., window]."""
        return self.quantiles[..., self.levels.index(level)]


def infectious_pressure(
    local: np.ndarray,
    imported: np.ndarray | float,
    interval: SerialInterval,
    *,
    imported_infectiousness: float = 1.0,
) -> np.ndarray:
    """Return, for each day, the cases of the days before weighted by the serial interval.

    Parameters
    ----------
    local, imported : float64[..., day]
        New cases, each >= 0. [persons/d]
    interval : SerialInterval
    imported_infectiousness : float
        Infectiousness of an imported case against a local one, at least 0. [1]

    Returns
    -------
    float64[..., day]
        0 on the first day. [persons/d]
    """
    sources = local + imported_infectiousness * imported
    n_day = sources.shape[-1]
    weights = np.zeros(n_day)
    m = min(n_day, interval.pmf.size)
    weights[:m] = interval.pmf[:m]
    lag = np.arange(n_day)[None, :] - np.arange(n_day)[:, None]
    matrix = np.where(lag > 0, weights[np.clip(lag, 0, None)], 0.0)
    return sources @ matrix


def reproduction_closed(
    local: np.ndarray,
    imported: np.ndarray | None = None,
    *,
    interval: SerialInterval,
    window: int = 7,
    starts: np.ndarray | None = None,
    ends: np.ndarray | None = None,
    prior_shape: float = 1.0,
    prior_scale: float = 5.0,
    imported_infectiousness: float = 1.0,
    levels: tuple[float, ...] = QUANTILES,
) -> ClosedForm:
    """Estimate the reproduction number in sliding windows.

    Local cases come from all cases before them, local or imported; imported cases count as
    sources only. Cases of the first day count as imported.

    Parameters
    ----------
    local : float64[..., day]
        New local cases, each >= 0; fractions are allowed (a share of cases of unknown origin).
        [persons/d]
    imported : float64[..., day], optional
        New imported cases, each >= 0; none if left out. [persons/d]
    interval : SerialInterval
    window : int
        Length of the sliding windows, at least 1. [d]
    starts, ends : int[window], optional
        Windows of one's own instead, first and last days counted from 0, both included. [d]
    prior_shape, prior_scale : float
        The gamma prior; the defaults have mean 5 and sd 5. [1]
    imported_infectiousness : float
        Infectiousness of an imported case against a local one, at least 0. [1]
    levels : tuple of float
        Quantile levels in (0, 1).

    Returns
    -------
    ClosedForm

    Raises
    ------
    ScenarioError
        If counts are negative or not finite, or a window lies outside the series.

    References
    ----------
    .. [1] Cori et al. (2013), doi:10.1093/aje/kwt133.
    .. [2] Thompson et al. (2019), doi:10.1016/j.epidem.2019.100356 (imported cases).
    """
    local, imported = _counts(local, imported)
    n_day = local.shape[-1]
    first, last = _windows(n_day, window, starts, ends)
    pressure = infectious_pressure(
        local, imported, interval, imported_infectiousness=imported_infectiousness
    )
    cases = _window_sums(local, first, last)
    exposure = _window_sums(pressure, first, last)
    answered = last + 1 > interval.mean
    shape = np.where(answered, prior_shape + cases, np.nan)
    scale = np.where(answered, 1.0 / (1.0 / prior_scale + exposure), np.nan)
    quantiles = gammaincinv(shape[..., None], np.asarray(levels)) * scale[..., None]
    return ClosedForm(
        start=first,
        end=last,
        shape=shape,
        scale=scale,
        mean=shape * scale,
        sd=np.sqrt(shape) * scale,
        quantiles=quantiles,
        levels=tuple(levels),
        n_local=cases,
        exposure=exposure,
        above_one_prob=1.0 - gammainc(shape, 1.0 / scale),
        status=_status(cases, exposure, first.size),
    )


def _counts(local: np.ndarray, imported: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    local = np.array(local, dtype=np.float64)
    imported = np.zeros_like(local) if imported is None else np.array(imported, dtype=np.float64)
    bad = ""
    if local.shape != imported.shape:
        bad = f"local counts have shape {local.shape}, imported counts {imported.shape}"
    elif not (np.all(np.isfinite(local)) and np.all(np.isfinite(imported))):
        bad = "some counts are not numbers"
    elif np.any(local < 0) or np.any(imported < 0):
        bad = "some counts are below 0"
    if bad:
        raise ScenarioError(
            Problem(
                what="counts that cannot be cases",
                why=bad,
                remedy="give one count of at least 0 for each area and day",
            )
        )
    if local.shape[-1]:
        imported[..., 0] += local[..., 0]
        local[..., 0] = 0.0
    return local, imported


def _windows(
    n_day: int, window: int, starts: np.ndarray | None, ends: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    if starts is None or ends is None:
        first = np.arange(1, max(n_day - window + 1, 1), dtype=np.int64)
        last = first + window - 1
    else:
        first, last = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    if window < 1 or np.any(first < 1) or np.any(last >= n_day) or np.any(last < first):
        raise ScenarioError(
            Problem(
                what="a window outside the series",
                why=f"windows lie between day 1 and day {n_day - 1}; day 0 has nothing before it",
                remedy="move or shorten the window",
            )
        )
    return first, last


def _window_sums(x: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    total = np.concatenate([np.zeros((*x.shape[:-1], 1)), np.cumsum(x, axis=-1)], axis=-1)
    return total[..., last + 1] - total[..., first]


def _status(cases: np.ndarray, exposure: np.ndarray, n_window: int) -> Status:
    status = Status()
    if n_window == 0:
        return status.also(
            "none",
            "The series is shorter than one window: there is no reproduction number yet.",
            "序列短于一个窗口，尚无法估计再生数。",
        )
    if not np.any(exposure > 0):
        return status.also(
            "none",
            "Nobody was infectious in any window, so what is printed is the prior, not a finding.",
            "各窗口内均无传染源，所列数值仅为先验，不是结论。",
        )
    if np.any(exposure[..., -1] < 1.0):
        status = status.also(
            "caution",
            "In the last window fewer than one infectious case stands behind the figure of at "
            "least one area; the prior carries it.",
            "最近一个窗口内，至少一个地区的传染源折算不足一例，数值主要由先验决定。",
        )
    return status
