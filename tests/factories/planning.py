"""What the tests of planning build again and again."""

from __future__ import annotations

import itertools

import numpy as np

from twofronts.measures import load_rulebook
from twofronts.planning.rulespace import RuleSpace

# Three measures and 4 x 2 x 10 rulebooks: checks of the city border, protection, communities
SMALL = RuleSpace(free=("city_border", "masks", "community"), thresholds=())


def score(stage, name: str):
    """Run all draws of a built-in rulebook."""
    return stage.score(load_rulebook(name), 0, stage.draws)


def every_vector(space: RuleSpace) -> np.ndarray:
    """All vectors of a small space, repaired, without repetition."""
    s = space.space
    ranges = [range(a, b + 1) for a, b in zip(s.lower, s.upper, strict=True)]
    clean = (tuple(s.repair(np.array(v)).tolist()) for v in itertools.product(*ranges))
    return np.array(list(dict.fromkeys(clean)), dtype=np.int64)
