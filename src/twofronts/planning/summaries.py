"""Draws in a few numbers: summaries, paired differences, and shares with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from twofronts.planning.goals import Constraint

# Standard deviations to either side that hold 90% of a normal distribution
NORMAL_90 = 1.6448536269514722


def summary(values: np.ndarray, *, event: bool = False) -> dict[str, float]:
    """Return mean, 5%, 50% and 95% of an outcome over draws.

    Of an event, whose draws are 0 or 1, low and high are the 90% Wilson interval of its mean.
    """
    if event:
        low, high = wilson(int(values.sum()), values.size)
        middle = float(np.median(values))
        return {"mean": float(values.mean()), "low": low, "median": middle, "high": high}
    low, mid, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {"mean": float(values.mean()), "low": low, "median": mid, "high": high}


def difference(
    values: np.ndarray, base: np.ndarray, better: int, *, event: bool = False
) -> dict[str, float]:
    """Return paired differences to the base; ``better`` is -1 if less is better.

    Of an event, low and high are the 90% interval of the mean difference (normal, paired).
    """
    gap = values - base
    low, high = np.quantile(gap, [0.05, 0.95])
    n = gap.size
    if event and n > 1:
        half = NORMAL_90 * float(gap.std(ddof=1)) / np.sqrt(n)
        low, high = gap.mean() - half, gap.mean() + half
    return {
        "diff_mean": float(gap.mean()),
        "diff_low": float(low),
        "diff_high": float(high),
        "diff_se": float(gap.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan"),
        "better_prob": float((gap * better > 0).mean() + (gap == 0).mean() / 2),
    }


def wilson(n: int, draws: int, z: float = NORMAL_90) -> tuple[float, float]:
    """Return the Wilson interval of a share, 90% by default. [1]."""
    share = n / draws
    centre = (share + z * z / (2 * draws)) / (1 + z * z / draws)
    half = z / (1 + z * z / draws) * np.sqrt(share * (1 - share) / draws + (z / (2 * draws)) ** 2)
    low = 0.0 if n == 0 else max(0.0, centre - half)
    return low, 1.0 if n == draws else min(1.0, centre + half)


def constraint_table(outcomes: np.ndarray, constraints: Sequence[Constraint]) -> pd.DataFrame:
    """Return how a rulebook's draws keep the constraints, one row each.

    Parameters
    ----------
    outcomes : float64[draw, outcome]
    constraints : sequence of Constraint
    """
    rows = []
    for c in constraints:
        held = c.held(outcomes)
        low, high = wilson(int(held.sum()), held.size)
        rows.append(
            {
                "constraint": c.key,
                "outcome": c.outcome,
                "limit": c.limit,
                "required": c.prob,
                "prob": float(held.mean()),
                "low": low,
                "high": high,
                "holds": bool(held.mean() >= c.prob),
                "en": c.en,
                "zh": c.zh,
            }
        )
    return pd.DataFrame(rows)
