"""Uphill from what evolution found: single moves on few draws, then those that help together.

Crossing over finds which measures go together, but leaves a plan with a dozen that it hardly needs:
each costs little beside the noise of few draws. A climb looks at the same draws for a plan and all
its neighbours, so small gains show, and takes many of them in one step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from twofronts.planning.evaluating import Evaluator, Key
from twofronts.planning.goals import Goal

# Draws on which single moves are tried, and plans from which a climb begins
FEW, STARTS = 16, 3
# Single moves at most that are tried on all draws of a search
LIKELY = 16
# Of what a search may spend on climbing, the share of the first climb
FIRST_SHARE = 0.6


# A move hurts if it adds this much to the harm, as a share
HURT = 0.002
# What a move sets: entries and their new levels
Change = tuple[tuple[int, int], ...]


def _change(here: np.ndarray, there: Sequence[int] | np.ndarray) -> Change:
    new = np.asarray(there)
    return tuple((int(i), int(new[i])) for i in np.flatnonzero(new != here))


def preference(goal: Goal, objectives: np.ndarray, breach: np.ndarray) -> np.ndarray:
    """Return the order in which the goal prefers rows: constraints first, then least harm."""
    return np.lexsort((goal.harm(objectives), np.round(breach, 9)))


@dataclass
class Climber:
    """Climbs from plans as long as there is budget.

    Parameters
    ----------
    evaluator : Evaluator
    draws : int
        On which a step is taken for good.
    visited : dict of key to None
        Every vector evaluated so far.
    after : callable, optional
        Told of the vectors just evaluated and their draws.
    likely : int
        Single moves at most that are tried on all draws.
    hurt : set
        Moves that did harm in this climb, and are not tried again while others help.
    """

    evaluator: Evaluator
    draws: int
    visited: dict[Key, None] = field(default_factory=dict)
    after: Callable[[np.ndarray, int], None] | None = None
    likely: int = LIKELY
    hurt: set[Change] = field(default_factory=set)

    def moves(self, here: np.ndarray, most: int) -> list[Key]:
        """Return vectors not seen yet: without one measure each, then one step away."""
        space = self.evaluator.space
        found = [space.without(here, m) for m in space.active(here)]
        keys = dict.fromkeys(tuple(v.tolist()) for v in (*found, *space.neighbours(here)))
        new = [k for k in keys if k not in self.visited and k != tuple(here.tolist())]
        return [k for k in new if _change(here, k) not in self.hurt][:most]

    def climb(self, here: np.ndarray, budget: int) -> tuple[np.ndarray, list[Key]]:
        """Climb from a vector until no move helps or the budget is spent.

        Parameters
        ----------
        here : int64[variable]
            Known on all draws.
        budget : int
            Rulebooks that may be evaluated, roughly.

        Returns
        -------
        tuple of int64[variable], list of key
            Where the climb ended, and the vectors on its way, all of them known on all draws.
        """
        before, way = len(self.visited), [tuple(here.tolist())]
        self.hurt.clear()
        while (left := budget - (len(self.visited) - before)) > 0:
            helpful = self._helpful(here, left)
            if not helpful and self.hurt:
                # what did harm elsewhere may help here
                self.hurt.clear()
                continue
            if not helpful:
                break
            trials = self._together(here, helpful)
            pool = np.array([here, *trials])
            self.evaluator.outcomes(pool, self.draws)
            new = pool[self._order(pool, self.draws)[0]]
            self._tell(pool, self.draws)
            if self._breach(here) > 0.0 and self._breach(new) == 0.0:
                # what hurt while constraints were missed may help now that they are kept
                self.hurt.clear()
            way += [tuple(v.tolist()) for v in trials]
            here = new
        return here, way

    def _tell(self, vectors: np.ndarray, draws: int) -> None:
        self.visited.update(dict.fromkeys(tuple(v) for v in vectors.tolist()))
        if self.after is not None:
            self.after(vectors, draws)

    def _order(self, vectors: np.ndarray, draws: int) -> np.ndarray:
        return preference(self.evaluator.goal, *self.evaluator(vectors, draws))

    def _helpful(self, here: np.ndarray, most: int) -> list[np.ndarray]:
        """Return the single moves that all draws prefer to staying, the best first.

        Few draws tell which are likely to be: those that do less harm there. Of constraints they
        say little, so there a move must only not break them further.
        """
        fresh = self.moves(here, most)
        if not fresh:
            return []
        few = min(FEW, self.draws)
        batch = np.array([here, *fresh])
        objectives, breach = self.evaluator(batch, few)
        self._tell(batch, few)
        harm = self.evaluator.goal.harm(objectives)
        worse = (harm > (1.0 + HURT) * harm[0]) | (breach > breach[0] + 1e-12)
        aim = harm
        if self._breach(here) > 0.0:
            # what keeps the outbreak smaller is likely to keep the constraints
            aim = objectives[:, 0]
            worse = aim > aim[0]
        self.hurt |= {_change(here, batch[i]) for i in np.flatnonzero(worse)}
        better = np.flatnonzero((aim < aim[0]) & (breach <= breach[0] + 1e-12))
        if not better.size:
            return []
        likely = batch[better[np.argsort(aim[better], kind="stable")][: self.likely]]
        self.evaluator.outcomes(likely, self.draws)
        pool = np.array([here, *likely])
        order = self._order(pool, self.draws).tolist()
        return [pool[i] for i in order[: order.index(0)]]

    def _breach(self, here: np.ndarray) -> float:
        return float(self.evaluator(here[None], self.draws)[1][0])

    def _together(self, here: np.ndarray, moves: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the first move, the first two, four and so on, each taken in one step."""
        space = self.evaluator.space.space
        new, changed, found, taken = here.copy(), set[int](), [], 0
        for move in moves:
            at = np.flatnonzero(move != here)
            groups = set(space.groups[at].tolist())
            if groups & changed:
                continue
            changed |= groups
            new[at] = move[at]
            taken += 1
            if taken & (taken - 1) == 0:
                found.append(new.copy())
        found.append(new)
        clean = space.clean(np.array(found))
        return [np.array(k) for k in dict.fromkeys(tuple(v.tolist()) for v in clean)]


def climb_from(climber: Climber, finals: np.ndarray, budget: int) -> np.ndarray:
    """Climb from the best vector, and from those of the others that differ most from it.

    The others give plans that are nearly as good by other means.

    Parameters
    ----------
    climber : Climber
    finals : int64[n, variable]
        Known on all draws.
    budget : int
        Rulebooks that may be evaluated, roughly.

    Returns
    -------
    int64[n, variable]
        ``finals`` and what the climbs passed, each known on all draws.
    """
    evaluator, draws = climber.evaluator, climber.draws
    objectives, breach = evaluator(finals, draws)
    order = preference(evaluator.goal, objectives, breach)
    groups = evaluator.space.space.groups
    before = len(climber.visited)
    top, way = climber.climb(finals[order[0]], round(FIRST_SHARE * budget))
    ends = [top]
    # those that keep the constraints as well as the best
    rest = [finals[i] for i in order[1:] if breach[i] <= breach[order[0]] + 1e-12]
    # further ones than were meant, if the climbs ended early: what may be tried is tried
    for n in range(len(rest)):
        left = budget - (len(climber.visited) - before)
        if left <= 0:
            break
        apart = [min(len(np.unique(groups[v != e])) for e in ends) for v in rest]
        end, more = climber.climb(rest.pop(int(np.argmax(apart))), left // max(1, STARTS - 1 - n))
        ends.append(end)
        way += more
    return np.unique(np.concatenate([finals, np.array(way), np.array(ends)]), axis=0)
