"""Slow, plain twins of what ``kernels/situation.py`` and the estimators do fast."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import nbinom, poisson


def pressure(total, imported, weights):
    n = len(total)
    out = np.zeros(n)
    for t in range(n):
        for s in range(1, t + 1):
            if s < len(weights):
                out[t] += weights[s] * (total[t - s] + imported[t - s])
    return out


def transition(grid, step):
    """The whole matrix, row by row: the chance to go from one grid point to another in a day."""
    log_grid = np.log(grid)
    matrix = np.exp(-0.5 * ((log_grid[None, :] - log_grid[:, None]) / step) ** 2)
    spacing = log_grid[1] - log_grid[0]
    reach = max(1, math.ceil(4 * step / spacing))
    for i in range(len(grid)):
        for j in range(len(grid)):
            if abs(i - j) > reach:
                matrix[i, j] = 0.0
    return matrix / matrix.sum(axis=1, keepdims=True)


def likelihood(n, exposure, share, noise, grid):
    inverse_size = noise[0] / exposure + noise[1]
    mean = grid * exposure * share
    if inverse_size <= 1e-12:
        return poisson.pmf(n, mean)
    size = 1 / inverse_size
    return nbinom.pmf(n, size, size / (size + mean))


def filter_and_smooth(local, imported, share, weights, grid, prior, step, noise):
    """Forward-backward over the full matrix; returns filtered, smoothed, log evidence."""
    n_day = len(local)
    matrix = transition(grid, step)
    filtered = np.zeros((n_day, len(grid)))
    predicted = np.zeros_like(filtered)
    total = np.zeros(n_day)
    evidence = 0.0
    for t in range(n_day):
        predicted[t] = prior if t == 0 else filtered[t - 1] @ matrix
        exposure = pressure(total[: t + 1], imported[: t + 1], weights)[t]
        filtered[t] = predicted[t]
        if exposure > 1e-9 and share[t] > 1e-9:
            weighed = predicted[t] * likelihood(local[t], exposure, share[t], noise, grid)
            evidence += math.log(weighed.sum())
            filtered[t] = weighed / weighed.sum()
        mean = filtered[t] @ grid
        hidden = (1 - share[t]) * mean * exposure
        if hidden > 0:
            inverse_size = noise[0] / exposure + noise[1]
            seen = share[t] * mean * exposure
            hidden *= (1 + inverse_size * local[t]) / (1 + inverse_size * seen)
        total[t] = local[t] + hidden
    smoothed = filtered.copy()
    for t in range(n_day - 2, -1, -1):
        smoothed[t] = filtered[t] * (matrix @ (smoothed[t + 1] / predicted[t + 1]))
        smoothed[t] /= smoothed[t].sum()
    return filtered, smoothed, evidence
