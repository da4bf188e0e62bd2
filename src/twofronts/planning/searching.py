"""Search over rulebooks for plans that serve health, economy and residents together."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.errors import Problem, ScenarioError
from twofronts.manifest import Manifest
from twofronts.measures import Rulebook
from twofronts.parameters import Parameters
from twofronts.planning.climbing import (
    FEW,
    FIRST_SHARE,
    LIKELY,
    STARTS,
    Climber,
    climb_from,
    preference,
)
from twofronts.planning.comparing import open_stage, score_books, stage_manifest
from twofronts.planning.evaluating import (
    MARGIN,
    Evaluator,
    Key,
    Ledger,
    Runner,
    fingerprint,
    on_threads,
)
from twofronts.planning.evolution import Rung, evolve, nondominated
from twofronts.planning.goals import Constraint, Goal, make_goal
from twofronts.planning.outcomes import INDEX
from twofronts.planning.rulespace import RuleSpace, baselines
from twofronts.planning.run import Status
from twofronts.planning.stage import Stage
from twofronts.wording import Said

# Draws of each rung with the share of the budget: few draws first
RUNGS = ((4, 0.3), (12, 0.1), (32, 0.1))
# Share of the budget that is left for climbing from the best plans
LOCAL_SHARE = 0.5
# Draws on which the front and the plan are judged
DRAWS = 64


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: an answer that can be used before it ends.

    Parameters
    ----------
    evaluated, budget : int
        Rulebooks.
    draws : int
        Draws behind the numbers below.
    harm : float
        Of the best vector so far, by the goal. [million]
    breach : float
        Of its constraints, 0 if it keeps all. [1]
    vector : tuple of int
        ``SearchSpace.book`` turns it into a rulebook.
    """

    evaluated: int
    budget: int
    draws: int
    harm: float
    breach: float
    vector: Key

    @property
    def share(self) -> float:
        """How much of the budget is spent; the last round may spend more than there was. [1]."""
        return min(1.0, self.evaluated / self.budget)


@dataclass(frozen=True, eq=False)
class Candidate:
    """A rulebook with what its draws came to.

    ``vector`` is None for a baseline that is no vector (the switching rule); ``breach`` is with a
    margin of standard errors, see ``Goal.shortfall``.
    """

    name: str
    book: Rulebook
    vector: Key | None
    outcomes: np.ndarray
    objectives: np.ndarray
    harm: float
    breach: float


@dataclass(frozen=True, eq=False)
class Front:
    """What a search found.

    Parameters
    ----------
    members : tuple of Candidate
        No member is beaten by any other candidate on health, economy, burden and breach of
        constraints together; sorted by the goal, those that keep the constraints first.
    baselines : tuple of Candidate
    evaluated : int
        Rulebooks.
    goal : Goal
    space : RuleSpace
    stage : Stage
    status : Status
    manifest : Manifest
    """

    members: tuple[Candidate, ...]
    baselines: tuple[Candidate, ...]
    evaluated: int
    goal: Goal
    space: RuleSpace
    stage: Stage
    status: Status
    manifest: Manifest

    @property
    def best(self) -> Candidate:
        """The member that the goal prefers."""
        return self.members[0]

    def table(self) -> pd.DataFrame:
        """Return the front and the baselines: objectives, harm, breach, and who is which."""
        rows = [
            {
                "name": c.name,
                "on_front": on,
                "health_harm": c.objectives[0],
                "value_added_lost": c.outcomes[:, INDEX["value_added_lost"]].mean(),
                "measures_cost": c.outcomes[:, INDEX["measures_cost"]].mean(),
                "burden": c.objectives[2],
                "harm": c.harm,
                "breach": c.breach,
            }
            for on, group in ((True, self.members), (False, self.baselines))
            for c in group
        ]
        return pd.DataFrame(rows)


def candidate(
    name: str,
    book: Rulebook,
    vector: Key | None,
    outcomes: np.ndarray,
    goal: Goal,
    margin: float = MARGIN,
) -> Candidate:
    """Return a rulebook with its objectives."""
    objectives = goal.objectives(outcomes).mean(axis=0)
    return Candidate(
        name, book, vector, outcomes, objectives, float(goal.harm(objectives)),
        goal.shortfall(outcomes, margin),
    )  # fmt: skip


def rungs_of(budget: int, draws: int) -> list[Rung]:
    """Divide a budget of rulebooks over rungs of more and more draws."""
    return [Rung(min(n, draws), max(1, round(share * budget))) for n, share in RUNGS]


def search(
    city: Any,
    *,
    residents: Any = None,
    goal: str | Goal | None = None,
    seed: int = 0,
    budget: int = 2000,
    draws: int = DRAWS,
    days: int = 60,
    start: dt.date | str | None = None,
    initial: Any = None,
    parameters: Parameters | None = None,
    space: RuleSpace | None = None,
    bottom_lines: Sequence[Constraint] = (),
    progress: Callable[[Progress], None] | None = None,
    resume: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    stage: Stage | None = None,
    population: int = 48,
) -> Front:
    """Search for the plans that no other beats on health, economy and burden.

    Parameters
    ----------
    city : City, str or Path
    residents : Residents, optional
    goal : str or Goal, optional
        See ``goals.GOALS``; "balanced" by default.
    seed : int
        Same seed, same front, on any number of threads or machines.
    budget : int
        Rulebooks to evaluate, at least 10.
    draws : int
        On which the front is judged; the search begins with few of them.
    days, start, initial, parameters :
        As in ``compare``.
    space : RuleSpace, optional
        All measures and the grading threshold by default.
    bottom_lines : sequence of Constraint
        Of the city, beside the usual constraints.
    progress : callable, optional
        Called after each generation with where the search stands.
    resume : str or Path, optional
        A file for what was evaluated. It is written after each generation, and read first if it
        exists: the search then goes on where it was, to the same result.
    workers : int, optional
        Threads of this process.
    cluster : str, optional
        Address of a Dask scheduler; its workers then do the draws.
    stage : Stage, optional
        One already set, with at least ``draws`` draws.
    population : int
        Of a generation.

    Returns
    -------
    Front

    Raises
    ------
    ScenarioError
        If an argument is out of range or the record to resume is of another search.
    """
    began = time.perf_counter()
    _check_budget(budget)
    space = space or RuleSpace()
    if stage is None:
        stage = open_stage(
            city, residents=residents, days=days, draws=draws, seed=seed, start=start,
            initial=initial, workers=workers, parameters=parameters,
        )  # fmt: skip
    goal = make_goal(
        goal, stage.parameters, scale=stage.residents.scale, bottom_lines=bottom_lines,
        daily_value=stage.daily_value,
    )  # fmt: skip
    how = (seed, budget, population, RUNGS, LOCAL_SHARE, FEW, LIKELY, STARTS, FIRST_SHARE)
    mark = fingerprint(stage, goal, space, how)
    path = Path(resume) if resume is not None else None
    ledger = Ledger.load(path, mark) if path is not None and path.exists() else Ledger()
    run = _runner(stage, workers=workers, cluster=cluster)
    evaluator = Evaluator(space, goal, run, ledger)
    visited: dict[Key, None] = {}

    def after(vectors: np.ndarray, n: int) -> None:
        visited.update(dict.fromkeys(tuple(v) for v in vectors.tolist()))
        if path is not None:
            ledger.save(path, mark)
        if progress is not None:
            progress(_progress(evaluator, vectors, n, len(visited), budget))

    try:
        finals = _finals(evaluator, visited, after, budget, stage.draws, seed, population)
    finally:
        getattr(run, "close", lambda: None)()
    members, others = _judge(evaluator, finals, stage, workers)
    status = _status(members, stage, len(visited))
    manifest = _manifest(stage, goal, space, began, budget, len(visited))
    return Front(members, others, len(visited), goal, space, stage, status, manifest)


def _finals(
    evaluator: Evaluator,
    visited: dict[Key, None],
    after: Callable[[np.ndarray, int], None],
    budget: int,
    draws: int,
    seed: int,
    population: int,
) -> np.ndarray:
    """Run all rungs and the steps from the best; return the vectors run on all draws."""
    space = evaluator.space
    last = evolve(
        evaluator, space.space, space.seeds(), rungs=rungs_of(budget, draws), seed=seed,
        population=population, after=after,
    )  # fmt: skip
    best = _best_of(evaluator, last, draws)
    left = max(budget - len(visited), round(LOCAL_SHARE * budget))
    finals = climb_from(Climber(evaluator, draws, visited, after), best, left)
    evaluator.outcomes(finals, draws)
    return finals


def _check_budget(budget: Any) -> None:
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 10:
        raise ScenarioError(
            Problem(
                what=f"budget is {budget!r}",
                why="a search evaluates a whole number of rulebooks, at least 10",
                remedy="write budget=2000",
            )
        )


def _runner(stage: Stage, *, workers: int | None, cluster: str | None) -> Runner:
    if cluster is None:
        return on_threads(stage, workers)
    from twofronts.planning.cluster import on_cluster

    return on_cluster(stage, cluster)


def _progress(
    evaluator: Evaluator, vectors: np.ndarray, draws: int, evaluated: int, budget: int
) -> Progress:
    objectives, breach = evaluator(vectors, draws)
    i = int(preference(evaluator.goal, objectives, breach)[0])
    return Progress(
        evaluated, budget, draws, float(evaluator.goal.harm(objectives[i])), float(breach[i]),
        tuple(int(x) for x in vectors[i]),
    )  # fmt: skip


def _best_of(evaluator: Evaluator, vectors: np.ndarray, draws: int, most: int = 60) -> np.ndarray:
    """Return the vectors worth all draws: the best by the goal, and the front of the last rung."""
    n = min(RUNGS[-1][0], draws)
    objectives, breach = evaluator(vectors, n)
    order = preference(evaluator.goal, objectives, breach)
    table = np.column_stack([objectives, breach])
    front = np.flatnonzero(nondominated(table))
    front = front[np.argsort(np.argsort(order)[front])]
    chosen = list(dict.fromkeys([*order[: most // 3].tolist(), *front[:most].tolist()]))
    evaluator.outcomes(vectors[chosen], draws)
    return vectors[chosen]


def _judge(
    evaluator: Evaluator, finals: np.ndarray, stage: Stage, workers: int | None
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Return the front over all that was run to the end, and the baselines."""
    goal = evaluator.goal
    books = baselines()
    scores = score_books(stage, list(books.values()), workers=workers)
    others = tuple(
        candidate(name, book, None, s.outcomes, goal)
        for (name, book), s in zip(books.items(), scores, strict=True)
    )
    pool = list(others)
    for key in dict.fromkeys(tuple(v) for v in finals.tolist()):
        rows = evaluator.ledger.rows[key][: stage.draws]
        pool.append(candidate("planned", evaluator.space.book(key), key, rows, goal))
    table = np.array([[*c.objectives, c.breach] for c in pool])
    front = [pool[i] for i in np.flatnonzero(nondominated(table))]
    order = preference(
        goal, np.array([c.objectives for c in front]), np.array([c.breach for c in front])
    )
    return tuple(front[i] for i in order), others


def _status(members: tuple[Candidate, ...], stage: Stage, evaluated: int) -> Status:
    advice: list[str] = []
    if members[0].breach > 0:
        advice.append(
            Said(
                "no rulebook found keeps every constraint at its probability: "
                "the first one misses them by least",
                "未找到以要求的概率守住全部底线的方案，首个方案与底线差距最小",
            )
        )
    if stage.draws < 32:
        advice.append(
            Said(
                f"judged on {stage.draws} draws: use 32 or more before deciding",
                f"仅据 {stage.draws} 次抽样评判；决定前请用 32 次或更多",
            )
        )
    return Status("caution" if advice else "good", tuple(advice))


def _manifest(
    stage: Stage, goal: Goal, space: RuleSpace, began: float, budget: int, evaluated: int
) -> Manifest:
    books = {name: book.digest() for name, book in baselines().items()}
    manifest = stage_manifest(stage, "search", began, books, goal)
    manifest.settings.update(
        budget=budget, evaluated=evaluated, space=json.loads(json.dumps(space.record()))
    )
    return manifest
