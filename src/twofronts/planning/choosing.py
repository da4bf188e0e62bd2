"""Which of the search's plans to take: on other draws, without idle measures or idle changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from twofronts.measures import Rulebook, load_rulebook
from twofronts.planning import explain
from twofronts.planning.climbing import preference
from twofronts.planning.comparing import score_books
from twofronts.planning.evaluating import MARGIN
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
    """

    best: Candidate
    space: RuleSpace
    today: np.ndarray
    dropped: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


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
    today = space.vector(load_rulebook(TODAY))
    kept, gone = explain.drop_idle(
        second, space, goal, np.array(vector), draws=some, margin=SAFETY, workers=workers
    )
    stressed = with_imports(second, second.parameters.value("planning.import_stress"))
    settled = settle(
        second, space, goal, kept, today, least=least_gain(second), margin=SAFETY,
        stressed=stressed, draws=max(some, round(SETTLED_SHARE * second.draws)), workers=workers,
    )  # fmt: skip
    book = issued(space.book(settled.vector), second.days)
    key = tuple(int(x) for x in settled.vector)
    outcomes = score_books(second, [book], workers=workers)[0].outcomes
    planned = candidate("planned", book, key, outcomes, goal, SAFETY)
    here = {*space.active(settled.vector), *space.active(today), GRADING}
    dropped = dict.fromkeys(m for m in (*gone, *settled.back) if m not in here)
    back = tuple(m for m in settled.back if m not in dropped)
    return Chosen(planned, space, today, tuple(dropped), back)


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
    """Return a rulebook whose orders end with the days that were looked at.

    Parameters
    ----------
    book : Rulebook
    days : int
        Of the run: nobody has seen what the orders do after it. [d]
    """
    orders = book.orders.model_copy(update={"days": days, "until": None})
    return book.model_copy(update={"orders": orders})
