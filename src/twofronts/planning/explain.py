"""Why a plan: what each measure adds, what binds, what more means buy, what would turn it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from twofronts.measures import Rulebook, load_catalogue
from twofronts.measures.words import diff_rulebooks
from twofronts.planning.comparing import score_books
from twofronts.planning.goals import Goal
from twofronts.planning.outcomes import INDEX
from twofronts.planning.rulespace import RuleSpace
from twofronts.planning.searching import Candidate, Front
from twofronts.planning.stage import Stage
from twofronts.planning.summaries import constraint_table

_Z90 = 1.6448536269514722
# Draws on which a measure may prove its worth at once, and by how many standard errors
FEW, CLEAR = 16, 4.0
# What a measure adds is told in
PARTS = ("harm", "infections", "deaths", "value_added_lost", "burden")


def paired(values: np.ndarray) -> dict[str, float]:
    """Return the mean of paired differences with its 90% interval, by normal theory.

    Parameters
    ----------
    values : float64[draw]
    """
    n = values.size
    half = _Z90 * float(values.std(ddof=1)) / np.sqrt(n) if n > 1 else float("inf")
    mean = float(values.mean())
    return {"mean": mean, "low": mean - half, "high": mean + half}


def spread(values: np.ndarray) -> tuple[float, float]:
    """Return the range that holds 90% of paired differences."""
    low, high = np.quantile(values, [0.05, 0.95])
    return float(low), float(high)


def harm_by_draw(goal: Goal, outcomes: np.ndarray) -> np.ndarray:
    """Return what the goal wants least, for each draw, float64[draw]. [million]."""
    return goal.harm(goal.objectives(outcomes))


def told_by_draw(goal: Goal, outcomes: np.ndarray) -> np.ndarray:
    """Return the same without what only decides ties, as it is told, float64[draw]. [million]."""
    return goal.told(goal.objectives(outcomes))


@dataclass(frozen=True, eq=False)
class Taken:
    """A measure taken out of a plan: the outcomes without it."""

    measure: str
    vector: np.ndarray
    book: Rulebook
    outcomes: np.ndarray


def take_out(
    stage: Stage,
    space: RuleSpace,
    vector: np.ndarray,
    *,
    draws: int | None = None,
    workers: int | None = None,
) -> list[Taken]:
    """Run a plan again without each of its measures, on the stage's draws.

    Parameters
    ----------
    stage : Stage
    space : RuleSpace
    vector : int64[variable]
    draws : int, optional
        The first so many of the stage's.
    workers : int, optional

    Returns
    -------
    list of Taken
        For each measure above the floor.
    """
    measures = space.active(vector)
    vectors = [space.without(vector, m) for m in measures]
    books = [space.book(v) for v in vectors]
    scores = score_books(stage, books, workers=workers, draws=draws)
    return [
        Taken(m, v, b, s.outcomes)
        for m, v, b, s in zip(measures, vectors, books, scores, strict=True)
    ]


def drop_idle(
    stage: Stage,
    space: RuleSpace,
    goal: Goal,
    vector: np.ndarray,
    *,
    draws: int | None = None,
    margin: float = 0.0,
    workers: int | None = None,
) -> tuple[np.ndarray, list[str]]:
    """Take out, one after the other, the measures that a plan gains nothing by.

    A measure stays if taking it out does more harm on the mean of the paired draws, or breaks the
    constraints further. What has no effect at all gains nothing, so it goes. One that is plainly
    worth having on the first few draws (``CLEAR`` standard errors) stays without the rest of them.

    Parameters
    ----------
    stage : Stage
        With the draws to judge on.
    space : RuleSpace
    goal : Goal
    vector : int64[variable]
    draws : int, optional
        The first so many of the stage's.
    margin : float
        Of the constraints, see ``Goal.shortfall``.
    workers : int, optional

    Returns
    -------
    tuple of int64[variable], list of str
        The plan without them, and their names in the order they went.
    """
    here = np.array(vector, dtype=np.int64)

    def run(vector: np.ndarray) -> np.ndarray:
        return score_books(stage, [space.book(vector)], workers=workers, draws=draws)[0].outcomes

    plan = run(here)
    gone: list[str] = []

    def gain(without: np.ndarray) -> float:
        """Return what a measure is worth, infinite if the constraints need it."""
        if goal.shortfall(without, margin) > goal.shortfall(plan, margin) + 1e-12:
            return float("inf")
        return float(harm_by_draw(goal, without).mean() - harm_by_draw(goal, plan).mean())

    while True:
        # all at once, then one by one from the least useful: another may take its place
        doubted = _doubted(stage, space, goal, here, plan, workers=workers)
        idle = [(gain(t.outcomes), t) for t in doubted]
        idle = sorted((pair for pair in idle if pair[0] <= 0), key=lambda pair: pair[0])
        for number, (_, taken) in enumerate(idle):
            vector = space.without(here, taken.measure)
            outcomes = taken.outcomes
            if number > 0:
                outcomes = run(vector)
            if gain(outcomes) <= 0:
                gone.append(taken.measure)
                here, plan = vector, outcomes
        if not idle:
            return here, gone


def _doubted(
    stage: Stage, space: RuleSpace, goal: Goal, vector: np.ndarray, plan: np.ndarray, *,
    workers: int | None,
) -> list[Taken]:  # fmt: skip
    """Return the measures whose worth a few draws leave in doubt, taken out on all draws."""
    few = min(FEW, len(plan))
    first = take_out(stage, space, vector, draws=few, workers=workers)
    with_it = harm_by_draw(goal, plan[:few])
    open_ = [t for t in first if not plain(harm_by_draw(goal, t.outcomes) - with_it)]
    if few == len(plan):
        return open_
    rest = score_books(stage, [t.book for t in open_], workers=workers, draws=len(plan), first=few)
    return [
        replace(t, outcomes=np.concatenate([t.outcomes, s.outcomes]))
        for t, s in zip(open_, rest, strict=True)
    ]


def plain(gap: np.ndarray) -> bool:
    """Say whether paired differences are above 0 beyond doubt."""
    if gap.size < FEW:
        return False
    return bool(gap.mean() > CLEAR * gap.std(ddof=1) / np.sqrt(gap.size))


def contributions(
    stage: Stage,
    space: RuleSpace,
    goal: Goal,
    vector: np.ndarray,
    outcomes: np.ndarray,
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Say what each measure of a plan adds on both fronts: taken out, draw by draw.

    Parameters
    ----------
    stage : Stage
    space : RuleSpace
    goal : Goal
    vector : int64[variable]
    outcomes : float64[draw, outcome]
        Of the plan, on as many of the stage's draws as are to be used.
    workers : int, optional

    Returns
    -------
    pandas.DataFrame
        For each measure: what is lost without it (positive: it helps) in harm, infections,
        deaths, value added lost, burden [harm and value in million of the city's currency], as
        mean with its 90% interval (``_low``, ``_high``) and the range that holds 90% of the draws
        (``_from``, ``_to``); the change in breach of constraints; ``limit``, the constraint
        that fewer draws hold without it ("" if none), and ``limit_prob``, the share that still do.
    """
    taken = take_out(stage, space, vector, draws=len(outcomes), workers=workers)
    return contribution_table(goal, outcomes, [(t.measure, t.outcomes) for t in taken])


def contribution_table(
    goal: Goal, outcomes: np.ndarray, without: Sequence[tuple[str, np.ndarray]]
) -> pd.DataFrame:
    """Return what is lost without each measure, as ``contributions`` tells it.

    Parameters
    ----------
    goal : Goal
    outcomes : float64[draw, outcome]
        With all measures.
    without : sequence of (str, float64[draw, outcome])
        Each measure taken out, and the same draws without it.

    Returns
    -------
    pandas.DataFrame
    """
    catalogue = load_catalogue()
    rows = []
    for measure, changed in without:
        m = catalogue.measure[measure]
        row: dict[str, Any] = {"measure": measure, "line": m.line} | m.name
        gaps = {"harm": told_by_draw(goal, changed) - told_by_draw(goal, outcomes)}
        for name in PARTS[1:]:
            gaps[name] = changed[:, INDEX[name]] - outcomes[:, INDEX[name]]
        for name, gap in gaps.items():
            p, (a, b) = paired(gap), spread(gap)
            row |= {name: p["mean"], f"{name}_low": p["low"], f"{name}_high": p["high"]}
            row |= {f"{name}_from": a, f"{name}_to": b}
        row["breach"] = goal.shortfall(changed) - goal.shortfall(outcomes)
        rows.append(row | _hardest_hit(goal, outcomes, changed))
    columns = None if rows else ["measure", "line", "en", "zh", "harm", "breach"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("harm", ascending=False, ignore_index=True)


def _hardest_hit(goal: Goal, plan: np.ndarray, changed: np.ndarray) -> dict[str, Any]:
    """Return the constraint that suffers most, and the share of draws that still hold it."""
    fall = {
        c.key: float(c.held(plan).mean()) - float(c.held(changed).mean()) for c in goal.constraints
    }
    name = max(fall, key=lambda k: fall[k]) if fall else ""
    if not name or fall[name] <= 0.0:
        return {"limit": "", "limit_prob": float("nan")}
    found = next(c for c in goal.constraints if c.key == name)
    return {"limit": name, "limit_prob": float(found.held(changed).mean())}


def near_best(front: Front, *, within: float = 0.1, most: int = 8) -> list[Candidate]:
    """Return plans nearly as good as the best that differ most from it and from each other.

    Parameters
    ----------
    front : Front
    within : float
        Harm above the best one's, as a share of it. [1]
    most : int
        How many at most, the best not counted.

    Returns
    -------
    list of Candidate
        Each keeps the constraints as well as the best one; picked greedily by the least distance
        to those picked before, counted in measures that differ.
    """
    best = front.best
    limit = best.harm + within * abs(best.harm)
    pool = [
        c
        for c in front.members[1:]
        if c.vector is not None and c.harm <= limit and c.breach <= best.breach + 1e-12
    ]
    if best.vector is None:
        return pool[:most]
    groups = front.space.space.groups
    chosen: list[np.ndarray] = [np.array(best.vector)]
    found: list[Candidate] = []
    while pool and len(found) < most:
        apart = [min(len(np.unique(groups[np.array(c.vector) != v])) for v in chosen) for c in pool]
        i = int(np.argmax(apart))
        if apart[i] < 2:
            break
        found.append(pool.pop(i))
        chosen.append(np.array(found[-1].vector))
    return found


def differences(a: Rulebook, b: Rulebook) -> dict[str, tuple[str, ...]]:
    """Return in words how ``b`` differs from ``a``, by language."""
    found = [d for d in diff_rulebooks(a, b) if d.measure != "orders"]
    return {"en": tuple(d.en for d in found), "zh": tuple(d.zh for d in found)}


def binding(outcomes: np.ndarray, goal: Goal) -> pd.DataFrame:
    """Return the constraints of a plan, the tightest first.

    Returns
    -------
    pandas.DataFrame
        As ``compare.constraint_table``, with ``slack``: probability held less the required one.
    """
    table = constraint_table(outcomes, goal.constraints)
    table["slack"] = table["prob"] - table["required"]
    return table.sort_values("slack", ignore_index=True, kind="stable")


def reason_infeasible(outcomes: np.ndarray, goal: Goal) -> dict[str, Sequence[str]]:
    """Say in words which constraints a plan misses, and by how much; empty if it keeps all."""
    missed = binding(outcomes, goal)
    missed = missed[~missed["holds"]]
    return {
        "en": [
            f"{r.en}: held in {r.prob:.0%} of draws, {r.required:.0%} wanted"
            for r in missed.itertuples()
        ],
        "zh": [
            f"{r.zh}：{r.prob:.0%} 的抽样满足，要求 {r.required:.0%}" for r in missed.itertuples()
        ],
    }
