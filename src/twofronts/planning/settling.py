"""Only changes that are worth it: what a plan changes without clear gain goes back as it is today.

A search takes what is better on average, however slightly, and however much of that is luck or
rests on an effect that was only assumed. A meeting should not be asked to decide that. So each
measure that differs from what is in force is put back, one at a time, on the plan's own courses.
The change stays only if

- without it the constraints would be missed further, or
- it gains more than ``planning.least_gain``, with the one-sided 95% limit of the mean paired
  difference. To loosen an order on people any clear gain will do, since an order needs a reason;
- and, where it loosens, it gains also on average in the fifth of the courses in which what is
  loosened works best.

What is loosened at the borders must gain even if arrivals carry ``planning.import_stress`` times as
many infections: how many do where they come from is not seen in the city's own reports.

No protection (masks, tests, tracing, protection at work and its inspection) is loosened while
further infections are to be expected in more than ``planning.guard_prob`` of the courses: what it
saves on them is its price, which is assumed, and a wave that no course holds would meet it first.
A limit may need it loosened (masks that run out), but not the limit on resurgence, which it
serves: that a course holds it only without is luck. So long, too, firms go on pledging the
standard, by filing at least: protection at work and its inspection rest on who has filed.

Of a change that stays, each level beyond the one next to it towards today must be worth it too, and
each grade of a graded measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from twofronts.kernels import types_epidemic
from twofronts.kernels.rng import key, uniform
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.measures.handover import first_days
from twofronts.measures.words import diff_rulebooks
from twofronts.planning.comparing import score_books
from twofronts.planning.explain import FEW, PARTS, contribution_table, harm_by_draw, plain
from twofronts.planning.goals import Goal
from twofronts.planning.outcomes import INDEX
from twofronts.planning.rulespace import GRADING, TODAY, RuleSpace
from twofronts.planning.stage import Stage

# One-sided 95%
_Z95 = 1.6448536269514722
# The share of courses in which a measure works best
STRONGEST = 0.2
# Effects on who comes in
BORDER = frozenset(
    {"arrivals", "arrivals_risk", "screening", "arrival_quarantine", "arrival_search"}
)
# The outcome that protections work against
SPREAD = "resurgence"
# What a firm gives that files: the standard kept, and an inspector who knows of it
PLEDGE = "pledged"
# Draws on which a change that loosens may prove its worth without the rest
SOME = 240

Reason = Literal["limit", "gain", "none"]
# Takes a change back, in whole or by a level: vector, today, measure
Move = Callable[[np.ndarray, np.ndarray, str], np.ndarray]


@dataclass(frozen=True, eq=False)
class Settled:
    """A plan with only those changes from today that are worth it.

    Parameters
    ----------
    vector : int64[variable]
    back : tuple of str
        What was put back as it is today, in the order it went; "grades" is the grading threshold.
    outcomes : float64[draw, outcome]
        Of the plan, on the draws it was judged on.
    """

    vector: np.ndarray
    back: tuple[str, ...]
    outcomes: np.ndarray


def strength_of(stage: Stage, measure: str, draws: int) -> np.ndarray:
    """Return how strongly a measure works in each draw, float64[draw] in [0, 1].

    Parameters
    ----------
    stage : Stage
    measure : str
    draws : int
        The first so many of the stage's.
    """
    m = load_catalogue().index[measure_of(measure)]
    bases = [np.uint64(key(stage.seed, types_epidemic.STREAM_DRAW, w, 0)) for w in range(draws)]
    return np.array([uniform(b, types_epidemic.STREAM_MEASURE, m, 0) for b in bases])


def reason_for(
    goal: Goal,
    plan: np.ndarray,
    without: np.ndarray,
    *,
    least: float,
    margin: float = 0.0,
    strength: np.ndarray | None = None,
) -> Reason:
    """Say why a change from today is worth it: a limit needs it, it gains, or there is none.

    Parameters
    ----------
    goal : Goal
    plan, without : float64[draw, outcome]
        With the change, and with the measure as it is today.
    least : float
        The least gain that is worth a decision. [million]
    margin : float
        Of the constraints, see ``Goal.shortfall``. [standard errors]
    strength : float64[draw], optional
        How strongly the measure works, where the change loosens it.
    """
    if goal.shortfall(without, margin) > goal.shortfall(plan, margin) + 1e-12:
        return "limit"
    gap = harm_by_draw(goal, without) - harm_by_draw(goal, plan)
    error = float(gap.std(ddof=1)) / np.sqrt(gap.size) if gap.size > 1 else float("inf")
    if not gap.mean() - _Z95 * error > least:
        return "none"
    if strength is not None:
        best = strength >= np.quantile(strength, 1.0 - STRONGEST)
        if not gap[best].mean() > 0.0:
            return "none"
    return "gain"


def measure_of(name: str) -> str:
    """Return the measure of a name that may be one grade of it."""
    return name.partition(".")[0]


def at_borders(name: str) -> bool:
    """Say whether a measure acts on who comes into the city, and on what they carry."""
    known, measure = load_catalogue().measure, measure_of(name)
    return measure in known and any(BORDER & set(level.effects) for level in known[measure].level)


def loosens(space: RuleSpace, today: np.ndarray, vector: np.ndarray, name: str) -> bool:
    """Say whether a change takes something off what protects today, in any grade."""
    known, measure = load_catalogue().measure, measure_of(name)
    if measure not in known or known[measure].kind == "support":
        return False
    at = space.entries(measure)
    return bool((np.asarray(vector)[at] < np.asarray(today)[at]).any())


def guards(measure: str) -> bool:
    """Say whether a measure is a protection, which stands until the outbreak is over."""
    known, name = load_catalogue().measure, measure_of(measure)
    return name in known and known[name].kind == "protection"


def without_spread(goal: Goal) -> Goal:
    """Return a goal without its limit on resurgence, by which no protection can be in the way."""
    return replace(goal, constraints=tuple(c for c in goal.constraints if c.outcome != SPREAD))


def keep_pledge(space: RuleSpace, vector: np.ndarray, today: np.ndarray) -> np.ndarray:
    """Return a vector in which firms pledge what they pledge today, int64[variable].

    A measure that would drop the pledge goes to the level with it that is nearest to the plan.
    """
    out, known = np.array(vector, dtype=np.int64), load_catalogue().measure
    for i, v in enumerate(space.encoding.variables):
        gives = [PLEDGE in x.effects for x in known[v.measure].level] if v.measure else []
        if gives and gives[today[i]] and not gives[out[i]]:
            step = int(np.sign(today[i] - out[i]))
            out[i] = next(k for k in range(int(out[i]), int(today[i]) + step, step) if gives[k])
    return out


def expects_infections(stage: Stage, outcomes: np.ndarray) -> bool:
    """Say whether further infections are to be expected.

    Parameters
    ----------
    stage : Stage
        ``planning.guard_prob`` is the share of courses from which they are.
    outcomes : float64[draw, outcome]
        Of a plan.
    """
    share = float((outcomes[:, INDEX["infections"]] > 0).mean())
    return share > stage.parameters.value("planning.guard_prob")


def settle(
    stage: Stage,
    space: RuleSpace,
    goal: Goal,
    vector: np.ndarray,
    today: np.ndarray,
    *,
    least: float,
    draws: int | None = None,
    margin: float = 0.0,
    stressed: Stage | None = None,
    workers: int | None = None,
) -> Settled:
    """Put back, one after the other, the changes from today that are not worth a decision.

    Parameters
    ----------
    stage : Stage
        With the draws to judge on.
    space : RuleSpace
    goal : Goal
    vector, today : int64[variable]
        The plan, and what is in force.
    least : float
        The least gain that is worth a decision. [million]
    draws : int, optional
        The first so many of the stage's.
    margin : float
        Of the constraints, see ``Goal.shortfall``. [standard errors]
    stressed : Stage, optional
        The same draws with more infections among arrivals.
    workers : int, optional

    Returns
    -------
    Settled
        The same vector again would stay as it is.
    """
    n = stage.draws if draws is None else min(draws, stage.draws)
    judge = _Judge(stage, space, goal, today, least, margin, stressed, workers)
    here = np.array(vector, dtype=np.int64)
    (plan,) = judge.run([here], n)
    pledged = keep_pledge(space, here, today)
    if not np.array_equal(pledged, here) and expects_infections(stage, plan):
        (kept,) = judge.run([pledged], n)
        if goal.shortfall(kept, margin) <= goal.shortfall(plan, margin) + 1e-12:
            here, plan = pledged, kept
    back: list[str] = []
    while True:
        moved = False
        # all the way first: what is not worth it as a whole need not be tried level by level
        for move in (space.put_back, space.nearer, space.put_back_grade):
            tried = judge.doubted(here, plan, move)
            idle = [
                (m, t)
                for m, t in tried
                if judge.reason(m, here, plan, move(here, today, m), t) == "none"
            ]
            idle.sort(key=lambda pair: float(harm_by_draw(goal, pair[1]).mean()))
            for number, (name, outcomes) in enumerate(idle):
                vector = move(here, today, name)
                if np.array_equal(vector, here):
                    continue
                if number > 0:
                    # what went before may have made this one worth it
                    (outcomes,) = judge.run([vector], n)
                if judge.reason(name, here, plan, vector, outcomes) == "none":
                    here, plan, moved = vector, outcomes, True
                    if measure_of(name) not in space.differing(here, today):
                        back.append(measure_of(name))
        if not moved:
            return Settled(here, tuple(back), plan)


@dataclass(frozen=True, eq=False)
class _Judge:
    """Runs a plan with single measures put back, and says whether the change was worth it."""

    stage: Stage
    space: RuleSpace
    goal: Goal
    today: np.ndarray
    least: float
    margin: float
    stressed: Stage | None
    workers: int | None
    known: dict[tuple[int, ...], float] = field(default_factory=dict)

    def run(self, vectors: list[np.ndarray], draws: int, first: int = 0) -> list[np.ndarray]:
        """Return outcomes of draws ``first`` to ``draws - 1`` of each vector."""
        books = [self.space.book(v) for v in vectors]
        scores = score_books(self.stage, books, workers=self.workers, draws=draws, first=first)
        return [s.outcomes for s in scores]

    def doubted(
        self, here: np.ndarray, plan: np.ndarray, move: Move
    ) -> list[tuple[str, np.ndarray]]:
        """Return the changes that some of the draws leave in doubt, taken back on all draws.

        A change that plainly gains on a few draws stays without the rest of them; one that loosens
        must do so where it works best too, and on more of them.
        """
        n = len(plan)
        single = move == self.space.put_back_grade
        names = (self.space.apart if single else self.space.differing)(here, self.today)
        left = {m: (move(here, self.today, m), np.empty((0, plan.shape[1]))) for m in names}
        if move != self.space.put_back:
            # what comes to the whole of it has been tried, and what the repair undoes is no move
            known = {m: self.space.put_back(here, self.today, measure_of(m)) for m in left}
            left = {
                m: x
                for m, x in left.items()
                if not np.array_equal(x[0], known[m]) and not np.array_equal(x[0], here)
            }
        for last in dict.fromkeys((min(FEW, n), min(SOME, n), n)):
            first = len(next(iter(left.values()))[1]) if left else 0
            more = self.run([v for v, _ in left.values()], last, first)
            left = {
                m: (v, np.concatenate([rows, new]))
                for (m, (v, rows)), new in zip(left.items(), more, strict=True)
            }
            if last < n:
                left = {m: x for m, x in left.items() if not self._plain(m, here, plan, x[1])}
        return [(m, rows) for m, (_, rows) in left.items()]

    def _plain(self, measure: str, here: np.ndarray, plan: np.ndarray, without: np.ndarray) -> bool:
        """Say whether some of the draws leave no doubt that a change gains."""
        n = len(without)
        gap = harm_by_draw(self.goal, without) - harm_by_draw(self.goal, plan[:n]) - self.least
        if not loosens(self.space, self.today, here, measure):
            return plain(gap)
        if guards(measure) or n < SOME or (self.stressed is not None and at_borders(measure)):
            return False
        strength = strength_of(self.stage, measure, n)
        return plain(gap) and plain(gap[strength >= np.quantile(strength, 1.0 - STRONGEST)])

    def reason(
        self, measure: str, here: np.ndarray, plan: np.ndarray, vector: np.ndarray,
        without: np.ndarray,
    ) -> Reason:  # fmt: skip
        """Say why a change is worth it; ``vector`` is the plan with it taken back."""
        goal, strong, least = self.goal, None, self.least
        if loosens(self.space, self.today, here, measure):
            strong = strength_of(self.stage, measure, len(plan))
            least = 0.0 if load_catalogue().measure[measure_of(measure)].order else least
            goal = without_spread(goal) if guards(measure) else goal
        found = reason_for(goal, plan, without, least=least, margin=self.margin, strength=strong)
        if found == "gain" and strong is not None and guards(measure):
            return "none" if expects_infections(self.stage, plan) else "gain"
        if found == "gain" and strong is not None and self.stressed and at_borders(measure):
            return "gain" if self._under_stress(vector) > self._under_stress(here) else "none"
        return found

    def _under_stress(self, vector: np.ndarray) -> float:
        """Return the mean harm with more infections among arrivals; of the plan asked for often."""
        name, stage = tuple(vector.tolist()), self.stressed
        assert stage is not None
        if name not in self.known:
            n = min(SOME, stage.draws // 2)
            book = self.space.book(vector)
            (found,) = score_books(stage, [book], workers=self.workers, draws=n)
            self.known[name] = float(harm_by_draw(self.goal, found.outcomes).mean())
        return self.known[name]


# What ``change_table`` gives
COLUMNS = (
    "measure", "line", "en", "zh", "way", "day", "limit", "limit_prob", "breach",
    *(f"{n}{end}" for n in PARTS for end in ("", "_low", "_high", "_from", "_to")),
)  # fmt: skip


def change_table(
    stage: Stage,
    space: RuleSpace,
    goal: Goal,
    vector: np.ndarray,
    today: np.ndarray,
    few: np.ndarray,
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """Say what each change from today is worth: put back, draw by draw.

    Parameters
    ----------
    stage : Stage
    space : RuleSpace
    goal : Goal
    vector, today : int64[variable]
        The plan, and what is in force.
    few : float64[draw, outcome]
        Of the plan, on as many of the stage's draws as are to be used.
    workers : int, optional

    Returns
    -------
    pandas.DataFrame
        For each measure that changes, in the catalogue's order: ``way`` ("looser", "tighter",
        "more", "less", "mixed"), the ``day`` from which it holds, counted from the run's first
        [d], and as in ``explain.contribution_table`` what is lost if the measure stays as today.
    """
    known, book = load_catalogue(), space.book(vector)
    before = stage.before or load_rulebook(TODAY)
    changed = [m for m in space.differing(vector, today) if m != GRADING]
    books = [space.book(space.put_back(vector, today, m)) for m in changed]
    scores = score_books(stage, books, workers=workers, draws=len(few))
    table = contribution_table(
        goal, few, [(m, s.outcomes) for m, s in zip(changed, scores, strict=True)]
    )
    days = first_days(before, book, known)
    ways = {d.measure: d.direction for d in diff_rulebooks(before, book)}
    rows = [
        row | {"way": ways.get(row["measure"], "other"), "day": days.get(row["measure"], 0)}
        for row in table.to_dict("records")
    ]
    order = {m: i for i, m in enumerate(known.measure)}
    rows.sort(key=lambda row: order[row["measure"]])
    return pd.DataFrame(rows, columns=list(COLUMNS))
