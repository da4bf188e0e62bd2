"""Search over vectors of ordinal levels: NSGA-II in rungs, few draws first (pymoo inside).

Nothing here knows of rulebooks: a problem is bounds, a repair and a function that evaluates. Each
rung runs NSGA-II with more draws than the one before and begins with the best of it, so that most
vectors cost little and those that matter are known well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# evaluate(vectors int64[n, variable], draws) -> objectives float64[n, objective], breach float64[n]
Evaluate = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]

# Generations in a row without a new vector after which a rung is exhausted
_STALLED = 8


@dataclass(frozen=True, slots=True)
class Rung:
    """Draws for each vector, and how many new vectors this rung may evaluate."""

    draws: int
    budget: int


@dataclass(frozen=True)
class Space:
    """A space of ordinal vectors.

    Parameters
    ----------
    lower, upper : int64[variable]
    repair : callable
        Maps a vector to the nearest one that is allowed.
    groups : int64[variable]
        Entries of one group are crossed over together (the grades of a measure).
    """

    lower: np.ndarray
    upper: np.ndarray
    repair: Callable[[np.ndarray], np.ndarray]
    groups: np.ndarray

    def clean(self, vectors: np.ndarray) -> np.ndarray:
        """Return vectors inside the bounds and repaired, int64[n, variable]."""
        inside = np.clip(np.asarray(vectors, dtype=np.int64), self.lower, self.upper)
        return np.array([self.repair(v) for v in inside], dtype=np.int64).reshape(inside.shape)

    def size(self) -> float:
        """Return how many vectors lie within the bounds."""
        return float(np.prod((self.upper - self.lower + 1).astype(float)))


def nondominated(values: np.ndarray) -> np.ndarray:
    """Return which rows no other row dominates, bool[n]; of equal rows all stay.

    Parameters
    ----------
    values : float64[n, objective]
        Less is better.
    """
    from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

    keep = np.zeros(len(values), dtype=bool)
    if len(values):
        keep[NonDominatedSorting().do(values, only_non_dominated_front=True)] = True
    return keep


def _operators(space: Space, rng: np.random.Generator) -> dict[str, Any]:
    """Return pymoo's operators for ordinal vectors, with random numbers of our own."""
    from pymoo.core.crossover import Crossover
    from pymoo.core.mutation import Mutation
    from pymoo.core.repair import Repair

    n_group = int(space.groups.max()) + 1

    class ByMeasure(Crossover):
        """Children take whole measures from either parent."""

        def __init__(self) -> None:
            super().__init__(2, 2)

        def _do(self, problem: Any, X: np.ndarray, *_: Any, **__: Any) -> np.ndarray:
            take = rng.random((X.shape[1], n_group)) < rng.uniform(0.05, 0.5, (X.shape[1], 1))
            swap = take[:, space.groups]
            return np.stack([np.where(swap, X[1], X[0]), np.where(swap, X[0], X[1])])

    class Steps(Mutation):
        """A few entries move, mostly by one level; at times a whole measure moves."""

        def _do(self, problem: Any, X: np.ndarray, *_: Any, **__: Any) -> np.ndarray:
            X = np.array(X, dtype=np.int64)
            few = rng.random(X.shape) < 1.5 / X.shape[1]
            group = rng.random((len(X), n_group)) < 1.0 / n_group
            steps = np.where(rng.random(X.shape) < 0.5, -1, 1)
            together = np.where(rng.random((len(X), n_group)) < 0.5, -1, 1)[:, space.groups]
            X = X + np.where(few, steps, 0) + np.where(group[:, space.groups], together, 0)
            jump = rng.random(X.shape) < 0.3 / X.shape[1]
            return np.where(jump, rng.integers(space.lower, space.upper + 1, X.shape), X)

    class Allowed(Repair):
        def _do(self, problem: Any, X: np.ndarray, *_: Any, **__: Any) -> np.ndarray:
            return space.clean(X)

    return {"crossover": ByMeasure(), "mutation": Steps(), "repair": Allowed()}


def spread(space: Space, seeds: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return a first population: the seeds, mixtures of them, and random steps from them.

    Parameters
    ----------
    space : Space
    seeds : int64[m, variable]
    n : int
        Size of the population; all seeds are in it even if they are more.
    rng : Generator

    Returns
    -------
    int64[>= n, variable]
        Without repetition as far as the space allows.
    """
    found = list(dict.fromkeys(map(tuple, space.clean(seeds))))
    for _ in range(50 * n):
        if len(found) >= n:
            break
        a, b = rng.integers(len(seeds), size=2)
        take = rng.random(int(space.groups.max()) + 1) < 0.5
        mix = np.where(take[space.groups], seeds[a], seeds[b])
        jump = rng.random(mix.size) < 0.1
        mix = np.where(jump, rng.integers(space.lower, space.upper + 1), mix)
        new = tuple(space.clean(mix[None])[0])
        if new not in found:
            found.append(new)
    return np.array(found, dtype=np.int64)


def evolve(
    evaluate: Evaluate,
    space: Space,
    seeds: np.ndarray,
    *,
    rungs: Sequence[Rung],
    seed: int,
    n_objective: int = 3,
    population: int = 48,
    after: Callable[[np.ndarray, int], None] | None = None,
) -> np.ndarray:
    """Search for vectors that no other dominates.

    Parameters
    ----------
    evaluate : callable
        Objectives to make small, and by how much constraints are broken (0: kept), with a number
        of draws. The same vector and draws must give the same numbers.
    space : Space
    seeds : int64[m, variable]
        Known vectors to begin with.
    rungs : sequence of Rung
        In order of draws.
    seed : int
        Same seed, same search.
    n_objective : int
    population : int
        Of a generation.
    after : callable, optional
        Called after each generation with all vectors of the rung and its draws.

    Returns
    -------
    int64[n, variable]
        Every vector evaluated with the draws of the last rung, seeds first.
    """
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem

    rng = np.random.default_rng([seed, 0x5EA7C4])
    known: set[tuple[int, ...]] = set()
    first = spread(space, seeds, population, rng)
    keep = space.clean(seeds)
    seen: dict[tuple[int, ...], None] = {}
    problem = Problem(
        n_var=space.lower.size, n_obj=n_objective, n_ieq_constr=1, xl=space.lower, xu=space.upper
    )
    for number, rung in enumerate(rungs):
        algorithm = NSGA2(
            pop_size=len(first), n_offsprings=population, sampling=first, **_operators(space, rng)
        )
        algorithm.setup(problem, seed=seed + number, termination=("n_gen", 10**9), verbose=False)
        seen, values = {}, []
        spent = stalled = 0
        while (spent < rung.budget and stalled < _STALLED) or not seen:
            batch = algorithm.ask()
            if batch is None or len(batch) == 0:
                break
            vectors = np.array(batch.get("X"), dtype=np.int64)
            objectives, breach = evaluate(vectors, rung.draws)
            batch.set("F", objectives)
            batch.set("G", breach[:, None])
            algorithm.tell(infills=batch)
            new = {tuple(v) for v in vectors.tolist()} - known
            known |= new
            spent += len(new)
            stalled = 0 if new else stalled + 1
            for v, f, g in zip(vectors.tolist(), objectives, breach, strict=True):
                if tuple(v) not in seen:
                    seen[tuple(v)] = None
                    values.append(np.append(f, g))
            if after is not None:
                after(np.array(list(seen), dtype=np.int64), rung.draws)
        order = _order(np.array(values))
        best = np.array(list(seen), dtype=np.int64)[order[:population]]
        first = np.array(list(dict.fromkeys(map(tuple, np.concatenate([keep, best]).tolist()))))
    return np.array(list(seen), dtype=np.int64)


def _order(values: np.ndarray) -> np.ndarray:
    """Return the rows in the order of constrained fronts, then crowding; breach is the last."""
    from pymoo.operators.survival.rank_and_crowding.metrics import calc_crowding_distance
    from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

    kept = values[:, -1] <= 0
    found: list[int] = []
    rows = np.flatnonzero(kept)
    if rows.size:
        for front in NonDominatedSorting().do(values[rows, :-1]):
            crowd = calc_crowding_distance(values[rows[front], :-1])
            found += rows[front][np.argsort(-crowd, kind="stable")].tolist()
    rest = np.flatnonzero(~kept)
    return np.array(found + rest[np.argsort(values[rest, -1], kind="stable")].tolist(), dtype=int)
