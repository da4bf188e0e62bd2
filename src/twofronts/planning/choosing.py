"""Which of the search's plans to take: on other draws, without idle measures or idle changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from twofronts.measures import Rulebook, load_rulebook
from twofronts.planning import explain
from twofronts.planning.climbing import preference
from twofronts.planning.comparing import score_books
from twofronts.planning.evaluating import MARGIN
from twofronts.planning.goals import Goal
from twofronts.planning.rulespace import GRADING, TODAY, RuleSpace
from twofronts.planning.searching import DRAWS, Candidate, Front, candidate
from twofronts.planning.settling import settle
from twofronts.planning.stage import Stage, with_imports

# How many members of the front are tried
RACED = 24
# Standard errors by which the choice must keep the constraints: dropping measures uses up what lies
# above, so it is the one-sided 99% and not less
SAFETY = 2.326
# Of the second draws, the share on which measures that gain nothing are found
IDLE_SHARE = 0.24
# And the share on which changes from today are put back
SETTLED_SHARE = 0.5
# Plans of the front that differ most from the one taken, held to the same rules; the share of the
# second draws on which their changes are put back
RIVALS = 2
RIVAL_SHARE = 0.16

# Isolation and quarantine; closures and limits; borders. The decision itself is yet to be taken
BASIS = {
    "en": "Law on Prevention and Treatment of Infectious Diseases (2013), art. 39, 42 and 43; "
    "the decision is to be named when it is taken",
    "zh": "《传染病防治法》（2013）第39、42、43条；正式决定作出后补注文号",
}


@dataclass(frozen=True, eq=False)
class Chosen:
    """The plan taken, and what was left out of it.

    Parameters
    ----------
    best : Candidate
        Judged on the second draws.
    space : RuleSpace
        In which its vector is written.
    today : int64[variable]
        What is in force, in the same space.
    dropped : tuple of str
        Measures that the search had taken, not in force today, that gained nothing.
    back : tuple of str
        What the search had changed without clear gain; it stays as it is today.
    others : tuple of Candidate
        Plans that differ, held to the same rules, judged on the same draws; none is better.
    """

    best: Candidate
    space: RuleSpace
    today: np.ndarray
    dropped: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    others: tuple[Candidate, ...] = ()


def choose(front: Front, second: Stage, workers: int | None) -> Chosen:
    """Choose on draws that the search has not seen, and take out what gains nothing.

    The members are raced: some draws for many, more for the better, all draws for the best. The
    more draws, the smaller is the margin by which constraints must be kept, and that margin costs:
    a plan that keeps them more often than asked does more harm. A baseline that is best is taken as
    a vector of the space of all measures, if it is one; the switching rule is none and stays as it
    is.

    Parameters
    ----------
    front : Front
    second : Stage
        The draws to choose on.
    workers : int or None
    """
    goal = front.goal
    some = max(DRAWS, round(IDLE_SHARE * second.draws))
    best = _raced(front, second, some, workers)
    space, vector = front.space, best.vector
    if vector is None:
        space = RuleSpace()
        same = space.vector(best.book)
        outcomes = score_books(second, [space.book(same)], workers=workers)[0].outcomes
        if not np.array_equal(outcomes, best.outcomes):
            book = best.book.model_copy(update={"name": "planned"})
            today = space.vector(load_rulebook(TODAY))
            return Chosen(replace(best, name="planned", book=book), space, today)
        vector = tuple(int(x) for x in same)
    rules = _Rules(goal, second, space, space.vector(load_rulebook(TODAY)), workers)
    kept, gone = explain.drop_idle(
        second, space, goal, np.array(vector), draws=some, margin=SAFETY, workers=workers
    )
    plans = [rules.hold(kept, max(some, round(SETTLED_SHARE * second.draws)))]
    # in another space than the search's their vectors would mean other things
    near = explain.near_best(front, most=RIVALS) if space is front.space else []
    for c in near:
        if c.vector not in (None, vector):
            share = max(2 * explain.FEW, round(RIVAL_SHARE * second.draws))
            plans.append(rules.hold(np.array(c.vector), min(share, second.draws)))
    order = preference(
        goal, np.array([c.objectives for c, _ in plans]), np.array([c.breach for c, _ in plans])
    )
    planned, back = plans[order[0]]
    here = {*space.active(np.array(planned.vector)), *space.active(rules.today), GRADING}
    idle = gone if order[0] == 0 else []
    dropped = dict.fromkeys(m for m in (*idle, *back) if m not in here)
    back = tuple(m for m in back if m not in dropped)
    others = {c.vector: c for c, _ in (plans[i] for i in order[1:])}
    others.pop(planned.vector, None)
    return Chosen(planned, space, rules.today, tuple(dropped), back, tuple(others.values()))


@dataclass(frozen=True, eq=False)
class _Rules:
    """Holds plans to the rules by which changes from today are judged, on the second draws."""

    goal: Goal
    second: Stage
    space: RuleSpace
    today: np.ndarray
    workers: int | None

    @cached_property
    def stressed(self) -> Stage:
        """The same draws with more infections among arrivals."""
        return with_imports(self.second, self.second.parameters.value("planning.import_stress"))

    def hold(self, vector: np.ndarray, draws: int) -> tuple[Candidate, tuple[str, ...]]:
        """Return a plan with what is not worth changing put back, and which measures these are."""
        settled = settle(
            self.second, self.space, self.goal, vector, self.today,
            least=least_gain(self.second), margin=SAFETY, stressed=self.stressed, draws=draws,
            workers=self.workers,
        )  # fmt: skip
        book = issued(self.space.book(settled.vector), self.second.days)
        key = tuple(int(x) for x in settled.vector)
        outcomes = score_books(self.second, [book], workers=self.workers)[0].outcomes
        return candidate("planned", book, key, outcomes, self.goal, SAFETY), settled.back


def _raced(front: Front, second: Stage, some: int, workers: int | None) -> Candidate:
    """Return the member that does best on the second draws."""
    goal, pool = front.goal, list(front.members[:RACED])
    for draws, most, margin in (
        (DRAWS, RACED // 3, MARGIN), (some, RACED // 6, MARGIN), (second.draws, 1, SAFETY)
    ):  # fmt: skip
        scores = score_books(second, [c.book for c in pool], workers=workers, draws=draws)
        pool = [
            candidate(c.name, c.book, c.vector, s.outcomes, goal, margin)
            for c, s in zip(pool, scores, strict=True)
        ]
        order = preference(
            goal, np.array([c.objectives for c in pool]), np.array([c.breach for c in pool])
        )
        pool = [pool[i] for i in order[:most]]
    return pool[0]


def least_gain(stage: Stage) -> float:
    """Return the least gain over the run that is worth a decision. [million].

    Parameters
    ----------
    stage : Stage
        ``planning.least_gain`` is a share of the value added of as many ordinary days.
    """
    return stage.parameters.value("planning.least_gain") * stage.daily_value * stage.days


def issued(book: Rulebook, days: int) -> Rulebook:
    """Return a rulebook whose orders end with the days that were looked at, and rest on the law.

    Parameters
    ----------
    book : Rulebook
    days : int
        Of the run: nobody has seen what the orders do after it. [d]
    """
    orders = book.orders.model_copy(update={"days": days, "until": None, "basis": BASIS})
    return book.model_copy(update={"orders": orders})
