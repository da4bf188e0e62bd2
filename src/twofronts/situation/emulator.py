"""A quadratic regression in the place of a simulator, and draws from the posterior on it.

References
----------
.. [1] ter Braak (2006), doi:10.1007/s11222-006-8769-1.
"""

from __future__ import annotations

import math

import numpy as np


def _square(z: np.ndarray) -> np.ndarray:
    """Return 1, the coordinates and their products: float64[n, 1 + dim + dim (dim + 1) / 2]."""
    i, j = np.triu_indices(z.shape[1])
    return np.column_stack([np.ones(len(z)), z, z[:, i] * z[:, j]])


def regress(z: np.ndarray, x: np.ndarray, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit a quadratic regression of what was shown on the values, near ones counting more.

    Parameters
    ----------
    z : float64[n, dim]
    x : float64[n, target]
    distance : float64[n]
        In standard errors; the weight falls as a Cauchy density with the distance over the scale
        at which a sixth of the values, but at least 60, lie within it.

    Returns
    -------
    tuple of float64[term, target], float64[target]
        Coefficients; share of the weighted variance explained.
    """
    scale = np.sort(distance)[min(max(len(z) // 6, 60), len(z)) - 1]
    weight = 1.0 / (1.0 + (distance / scale) ** 2) ** 2
    design = _square(z)
    root = np.sqrt(weight)[:, None]
    ridge = np.diag(np.r_[0.0, np.full(design.shape[1] - 1, 0.02 * weight.sum() / len(z))])
    left = (root * design).T @ (root * design) + ridge
    found = np.linalg.solve(left, (root * design).T @ (root * x))
    mean = weight @ x / weight.sum()
    rest = weight @ (x - design @ found) ** 2
    return found, 1.0 - rest / (weight @ (x - mean) ** 2)


def sample(
    terms: np.ndarray, aim: np.ndarray, error: np.ndarray, start: np.ndarray, *, draws: int,
    rng: np.random.Generator, steps: int = 4000,
) -> np.ndarray:  # fmt: skip
    """Draw from the posterior on the regression by many Metropolis chains side by side.

    Steps are differences between other chains (ter Braak 2006), so that the walk has the
    posterior's own shape.

    Parameters
    ----------
    terms : float64[term, target]
        Of ``regress``.
    aim, error : float64[target]
    start : float64[m, dim]
        Where chains may begin.
    draws : int
        Chains; each gives its last state.
    rng : Generator
    steps : int

    Returns
    -------
    float64[draw, dim]
    """

    def log_density(z: np.ndarray) -> np.ndarray:
        off = (_square(z) @ terms - aim) / error
        # the regression knows nothing of where nobody has been
        outside = np.maximum(np.abs(z) - 2.5, 0.0).sum(axis=1)
        return -0.5 * ((off**2).sum(axis=1) + (z**2).sum(axis=1)) - 50.0 * outside

    z = start[rng.integers(len(start), size=draws)]
    density = log_density(z)
    for step in range(steps):
        a, b = rng.integers(draws, size=(2, draws))
        size = 2.38 / math.sqrt(2 * z.shape[1]) if step % 10 else 1.0
        new = z + size * (z[a] - z[b]) + 0.01 * rng.standard_normal(z.shape)
        there = log_density(new)
        take = np.log(rng.random(draws)) < there - density
        z, density = np.where(take[:, None], new, z), np.where(take, there, density)
    return z
