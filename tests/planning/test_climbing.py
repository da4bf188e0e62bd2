"""The climb from what evolution found: it ends where no single move helps, within what it may spend."""

from __future__ import annotations

import numpy as np
import pytest

from twofronts.planning.climbing import Climber, climb_from, preference
from twofronts.planning.evolution import Space

LEVELS = 4


class Hill:
    """A made-up city: harm has its least at ``top``; the constraint asks that the sum is not small."""

    def __init__(self, top, least=0):
        self.top, self.least = np.array(top), least
        self.goal = self
        self.space = self
        self.asked = []
        n = self.top.size
        repair = np.asarray
        self.groups = np.arange(n)
        self._space = Space(np.zeros(n, int), np.full(n, LEVELS), repair, self.groups)

    def harm(self, objectives):
        return objectives.sum(axis=1)

    def __call__(self, vectors, draws):
        away = np.abs(vectors - self.top).sum(axis=1).astype(float)
        short = np.maximum(0.0, self.least - vectors.sum(axis=1))
        # the more is done, the smaller the outbreak
        health = 10.0 - vectors.sum(axis=1) / 10.0
        return np.column_stack([health, away * 10, np.zeros(len(vectors))]), short / 10.0

    def outcomes(self, vectors, draws):
        self.asked.append((len(vectors), draws))

    def active(self, vector):
        return np.flatnonzero(vector).tolist()

    def without(self, vector, measure):
        out = vector.copy()
        out[measure] = 0
        return out

    def neighbours(self, vector):
        out = []
        for i in range(vector.size):
            for step in (-1, 1):
                if 0 <= vector[i] + step <= LEVELS:
                    new = vector.copy()
                    new[i] += step
                    out.append(new)
        return out


class Evaluator:
    """What a climber takes an evaluator for."""

    def __init__(self, hill):
        self.hill = hill
        self.goal = hill
        self.space = SpaceOf(hill)

    def __call__(self, vectors, draws):
        return self.hill(np.asarray(vectors), draws)

    def outcomes(self, vectors, draws):
        self.hill.outcomes(list(vectors), draws)


class SpaceOf:
    """A rule space over the hill."""

    def __init__(self, hill):
        self.space = hill._space
        self.active, self.without, self.neighbours = hill.active, hill.without, hill.neighbours


def test_it_ends_on_the_top_and_every_step_is_no_worse():
    hill = Hill([0, 0, 3, 0, 2, 0, 0, 1])
    climber = Climber(Evaluator(hill), 64)
    end, way = climber.climb(np.full(8, 4), 10_000)
    assert end.tolist() == hill.top.tolist()
    assert tuple(end.tolist()) in way
    # many moves are taken in one step
    assert sum(n for n, draws in hill.asked if draws == 64) < 80


def test_it_keeps_the_constraint_at_the_end_even_where_it_began_without():
    hill = Hill([0, 0, 0, 0], least=5)
    climber = Climber(Evaluator(hill), 64)
    end, _ = climber.climb(np.zeros(4, int), 10_000)
    assert end.sum() == 5
    again, _ = Climber(Evaluator(hill), 64).climb(np.full(4, 4), 10_000)
    assert again.sum() == 5


@pytest.mark.parametrize("budget", [0, 1, 7, 25])
def test_it_spends_little_more_than_it_may(budget):
    hill = Hill([0] * 8)
    climber = Climber(Evaluator(hill), 64)
    climber.climb(np.full(8, 4), budget)
    # the vectors that take several moves together come on top of a round's single moves
    assert len(climber.visited) <= budget + 6


def test_others_are_climbed_too_and_nothing_known_is_lost():
    hill = Hill([1, 1, 1, 1, 1, 1])
    finals = np.array([[4] * 6, [0] * 6, [4, 0, 4, 0, 4, 0]])
    told = []
    climber = Climber(Evaluator(hill), 64, after=lambda v, n: told.append((len(v), n)))
    found = climb_from(climber, finals, 10_000)
    rows = {tuple(v) for v in found.tolist()}
    assert {tuple(v) for v in finals.tolist()} <= rows
    order = preference(hill, *hill(found, 64))
    assert found[order[0]].tolist() == [1] * 6
    assert {n for _, n in told} == {16, 64}


def test_what_may_be_tried_is_tried_also_when_climbs_end_early():
    hill = Hill([1] * 6)
    finals = np.random.default_rng(5).integers(0, LEVELS + 1, (40, 6))
    climber = Climber(Evaluator(hill), 64)
    climb_from(climber, finals, 300)
    # three climbs to one top are over after about a hundred
    assert len(climber.visited) >= 300
    first = Climber(Evaluator(hill), 64)
    climb_from(first, finals[:3], 300)
    assert len(first.visited) < 300
