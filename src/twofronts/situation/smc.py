"""Values to try next, about the nearest of those tried so far, on standard normal coordinates."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class Population(Protocol):
    """Draws with coordinates ``z`` [n, dim], ``distance`` [n] and ``weight`` [n]."""

    @property
    def z(self) -> np.ndarray:
        """Coordinates, standard normal under the prior."""

    @property
    def distance(self) -> np.ndarray:
        """How far each draw lies from what is to be met."""

    @property
    def weight(self) -> np.ndarray:
        """Prior over proposal."""


def elite(before: Population, keep: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest share of a population: coordinates and weights that add up to 1.

    Parameters
    ----------
    before : Population
    keep : float
        In (0, 1]. [1]

    Returns
    -------
    tuple of float64[m, dim], float64[m]
    """
    order = np.argsort(before.distance)[: max(int(keep * before.distance.size), 20)]
    weight = before.weight[order]
    return before.z[order], weight / weight.sum()


def kernel_sd(z: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the spread of a proposal about each of its centres, float64[dim]."""
    mean = weight @ z
    return np.sqrt(1.2 * np.maximum(weight @ (z - mean) ** 2, 1e-4))


def propose(
    before: Population | None, n: int, dim: int, rng: np.random.Generator, keep: float
) -> np.ndarray:
    """Return coordinates to try, float64[n, dim]: from the prior, or about the elite of a round."""
    if before is None:
        return rng.standard_normal((n, dim))
    z, weight = elite(before, keep)
    return z[rng.choice(len(z), n, p=weight)] + rng.standard_normal((n, dim)) * kernel_sd(z, weight)
