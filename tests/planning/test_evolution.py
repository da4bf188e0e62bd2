"""The optimiser on problems whose answer is known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from twofronts.planning.evolution import Rung, Space, evolve, nondominated, spread


def plain_space(n, top, repair=lambda v: v):
    return Space(np.zeros(n, dtype=np.int64), np.full(n, top), repair, np.arange(n))


def dtlz2(vectors, top, n_objective=3):
    """DTLZ2 on a grid (Deb 2005): the front is the unit sphere, reached where the rest is 1/2."""
    x = np.asarray(vectors) / top
    k = n_objective - 1
    g = ((x[:, k:] - 0.5) ** 2).sum(axis=1)
    c, s = np.cos(x[:, :k] * np.pi / 2), np.sin(x[:, :k] * np.pi / 2)
    f = [(1 + g) * c[:, 0] * c[:, 1], (1 + g) * c[:, 0] * s[:, 1], (1 + g) * s[:, 0]]
    return np.column_stack(f)


def hypervolume(points):
    from pymoo.indicators.hv import HV

    return float(HV(ref_point=np.full(points.shape[1], 1.1))(points))


@pytest.mark.slow
def test_it_finds_the_front_of_dtlz2_to_one_percent_of_hypervolume():
    top, n = 20, 12
    space = plain_space(n, top)
    angles = np.array(list(itertools.product(range(top + 1), repeat=2)))
    best = np.column_stack([angles, np.full((len(angles), n - 2), top // 2)])
    known = hypervolume(dtlz2(best, top))

    def evaluate(vectors, draws):
        return dtlz2(vectors, top), np.zeros(len(vectors))

    seeds = np.random.default_rng(1).integers(0, top + 1, (4, n))
    found = evolve(
        evaluate, space, seeds, rungs=[Rung(1, 12_000), Rung(2, 8_000)], seed=5, population=200
    )
    front = dtlz2(found, top)
    reached = hypervolume(front[nondominated(front)])
    assert known * 0.99 <= reached <= known * (1 + 1e-9)


def noisy(vectors, draws):
    """Objectives that draws only blur: the mean over few draws is off by a fixed amount."""
    v = np.asarray(vectors, dtype=float)
    blur = np.array([[hash((tuple(row), draws, j)) % 7 for j in range(3)] for row in vectors]) / 50
    f = np.column_stack([v.sum(axis=1), (5 - v).sum(axis=1), np.abs(v - 2).sum(axis=1)])
    return f + blur, np.maximum(0.0, 2.0 - v[:, 0])


def test_same_seed_same_search_and_another_seed_another():
    space = plain_space(6, 5)
    seeds = np.array([[0] * 6, [5] * 6])

    def run(seed):
        return evolve(
            noisy, space, seeds, rungs=[Rung(2, 60), Rung(8, 30)], seed=seed, population=12
        )

    assert np.array_equal(run(1), run(1))
    assert not np.array_equal(run(1), run(2))


def test_seeds_stay_to_the_last_rung_and_vectors_stay_in_the_space():
    lower = np.array([1, 0, 0, 0])

    def repair(v):
        out = v.copy()
        out[3] = max(out[3], out[2])
        return out

    space = Space(lower, np.full(4, 3), repair, np.array([0, 1, 2, 2]))
    seeds = np.array([[0, 0, 0, 0], [3, 3, 3, 3]])
    found = evolve(
        lambda v, d: (np.column_stack([v[:, 0], v[:, 1], v.sum(axis=1)]) * 1.0, np.zeros(len(v))),
        space, seeds, rungs=[Rung(1, 30), Rung(2, 10)], seed=0, population=8,
    )  # fmt: skip
    rows = {tuple(v) for v in found.tolist()}
    assert {(1, 0, 0, 0), (3, 3, 3, 3)} <= rows
    assert (found >= lower).all()
    assert (found <= 3).all()
    assert (found[:, 3] >= found[:, 2]).all()


def test_a_small_space_is_searched_to_its_end():
    space = plain_space(3, 2)

    def evaluate(v, draws):
        f = np.column_stack([v[:, 0] + v[:, 1], 4 - v[:, 0] - v[:, 2], v[:, 2] - v[:, 1] + 2])
        return f.astype(float), np.zeros(len(v))

    every = np.array(list(itertools.product(range(3), repeat=3)))
    values = evaluate(every, 1)[0]
    expected = {tuple(f) for f in values[nondominated(values)].tolist()}
    found = evolve(evaluate, space, every[:1], rungs=[Rung(1, 200)], seed=0, population=27)
    got = evaluate(found, 1)[0]
    assert {tuple(f) for f in got[nondominated(got)].tolist()} == expected


def test_the_first_population_holds_the_seeds_and_repeats_nothing():
    space = plain_space(5, 3)
    seeds = np.array([[0] * 5, [3] * 5, [1, 2, 3, 0, 1]])
    first = spread(space, seeds, 20, np.random.default_rng(0))
    assert first[:3].tolist() == seeds.tolist()
    assert len({tuple(v) for v in first.tolist()}) == len(first) == 20


def test_equal_rows_all_stay_on_the_front():
    rows = np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [2.0, 2.0]])
    assert nondominated(rows).tolist() == [True, True, True, False]
    assert nondominated(np.zeros((0, 2))).tolist() == []
