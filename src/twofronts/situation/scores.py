"""Scores of forecasts: weighted interval score, coverage, bias, and skill against a baseline.

The weighted interval score is written out here, term by term (Bracher et al. 2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twofronts.errors import Problem, ScenarioError

HUB_LEVELS = (
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5,
    0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99,
)  # fmt: skip
"""The 23 quantile levels of the forecast hubs."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of each forecast; every array has the shape of the observations.

    ``wis`` is the sum of ``dispersion``, ``overprediction`` and ``underprediction`` [unit of the
    forecast]; ``inside_50`` and ``inside_90`` tell whether the central intervals hold the
    observation; ``bias`` runs from -1 (all too low) to 1 (all too high).
    """

    wis: np.ndarray
    dispersion: np.ndarray
    overprediction: np.ndarray
    underprediction: np.ndarray
    inside_50: np.ndarray
    inside_90: np.ndarray
    bias: np.ndarray


def score(observed: np.ndarray, predicted: np.ndarray, levels: tuple[float, ...]) -> Scores:
    """Score quantile forecasts.

    ``WIS = (w0 |y - m| + sum_k w_k IS_k) / (K + 1/2)`` with ``w0 = 1/2`` and ``w_k = alpha_k / 2``;
    the distance to the median counts as over- or underprediction.

    Parameters
    ----------
    observed : float64[...]
        What came.
    predicted : float64[..., quantile]
        Quantiles, none falling from one level to the next.
    levels : tuple of float
        Ascending, symmetric about 0.5, which is among them.

    Returns
    -------
    Scores

    Raises
    ------
    ScenarioError
        If levels are not symmetric, or quantiles cross.

    References
    ----------
    .. [1] Bracher et al. (2021), doi:10.1371/journal.pcbi.1008618.
    """
    y = np.asarray(observed, dtype=np.float64)
    q = np.asarray(predicted, dtype=np.float64)
    _check(q, levels)
    middle = len(levels) // 2
    median = q[..., middle]
    over = 0.5 * np.maximum(median - y, 0.0)
    under = 0.5 * np.maximum(y - median, 0.0)
    width = np.zeros_like(y)
    for k in range(middle):
        alpha = 2 * levels[k]
        low, high = q[..., k], q[..., -1 - k]
        width = width + alpha / 2 * (high - low)
        # alpha / 2 times 2 / alpha
        over = over + np.maximum(low - y, 0.0)
        under = under + np.maximum(y - high, 0.0)
    terms = middle + 0.5
    return Scores(
        wis=(width + over + under) / terms,
        dispersion=width / terms,
        overprediction=over / terms,
        underprediction=under / terms,
        inside_50=_inside(y, q, levels, 0.5),
        inside_90=_inside(y, q, levels, 0.9),
        bias=_bias(y, q, levels),
    )


def _check(q: np.ndarray, levels: tuple[float, ...]) -> None:
    n = len(levels)
    symmetric = n % 2 == 1 and abs(levels[n // 2] - 0.5) < 1e-9
    symmetric = symmetric and all(
        abs(levels[i] + levels[-1 - i] - 1) < 1e-9 and 0 < levels[i] < 1 for i in range(n)
    )
    trouble = ""
    if not symmetric or list(levels) != sorted(levels):
        trouble = "quantile levels must ascend, be symmetric about 0.5 and include it"
    elif q.shape[-1] != n:
        trouble = f"there are {n} levels but {q.shape[-1]} quantiles"
    elif np.any(np.diff(q, axis=-1) < -1e-9 * (1 + np.abs(q[..., 1:]))):
        trouble = "a quantile lies below one of a lower level"
    if trouble:
        raise ScenarioError(
            Problem(
                what="a forecast that cannot be scored",
                why=trouble,
                remedy="give quantiles in order, for symmetric levels",
            )
        )


def _inside(y: np.ndarray, q: np.ndarray, levels: tuple[float, ...], share: float) -> np.ndarray:
    low = (1 - share) / 2
    nearest = int(np.argmin([abs(v - low) for v in levels]))
    if abs(levels[nearest] - low) > 1e-9:
        return np.full(y.shape, np.nan)
    inside = (q[..., nearest] <= y) & (y <= q[..., -1 - nearest])
    return np.where(np.isfinite(y), inside.astype(np.float64), np.nan)


def _bias(y: np.ndarray, q: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Return 1 - 2 (highest level at or below the observation), its mirror above the median."""
    lv = np.asarray(levels)
    median = q[..., len(levels) // 2]
    below = np.where(q <= y[..., None], lv, 0.0).max(axis=-1)
    above = np.where(q >= y[..., None], lv, 1.0).min(axis=-1)
    return np.where(y < median, 1 - 2 * below, np.where(y > median, 1 - 2 * above, 0.0))


def skill(own: np.ndarray, baseline: np.ndarray) -> float:
    """Return the share by which forecasts beat a baseline: 1 - mean score / mean score of it.

    Parameters
    ----------
    own, baseline : float64[...]
        Scores of the same observations; NaN in either leaves both out.

    Returns
    -------
    float
        Above 0 where the forecasts are better; NaN where the baseline scores 0. [1]
    """
    both = np.isfinite(own) & np.isfinite(baseline)
    reference = float(np.mean(baseline[both])) if both.any() else 0.0
    return 1.0 - float(np.mean(own[both])) / reference if reference > 0 else float("nan")
