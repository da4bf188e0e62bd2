import numpy as np
import pytest

from factories.planning import SMALL, every_vector
from twofronts.errors import ScenarioError
from twofronts.parameters import load_parameters
from twofronts.planning.evaluating import MARGIN, Evaluator, Ledger, on_threads
from twofronts.planning.evolution import nondominated
from twofronts.planning.goals import make_goal
from twofronts.planning.rulespace import RuleSpace
from twofronts.planning.searching import search


def front_of(front):
    return [(c.name, c.vector, round(c.harm, 9)) for c in front.members]


def run(stage, town, **more):
    kind = {"space": SMALL, "budget": 24, "population": 8, "seed": 1, "stage": stage}
    return search(town, **(kind | more))


@pytest.mark.slow
def test_it_finds_the_front_that_trying_everything_finds(stage, town):
    every = every_vector(SMALL)
    goal = make_goal(None, load_parameters())
    evaluator = Evaluator(SMALL, goal, on_threads(stage))
    evaluator.outcomes(every, stage.draws)
    rows = [evaluator.ledger.rows[tuple(v)] for v in every.tolist()]
    values = np.array([[*goal.objectives(r).mean(axis=0), goal.shortfall(r, MARGIN)] for r in rows])
    # a full budget, so that what is left out is left out by judgement
    found = run(stage, town, budget=400, population=40)
    assert found.evaluated >= 0.9 * len(every)
    # of those that keep the constraints: what breaks them at once is given up after two draws
    kept = values[values[:, 3] == 0.0]
    known = {tuple(np.round(v, 9)) for v in kept[nondominated(kept)]}
    others = {tuple(np.round([*c.objectives, c.breach], 9)) for c in found.baselines}
    mine = {tuple(np.round([*c.objectives, c.breach], 9)) for c in found.members}

    def beaten(v):
        return any(all(a <= b for a, b in zip(w, v, strict=True)) for w in others)

    # baselines lie outside of the small space and may beat some of it
    assert known
    assert [v for v in known - mine if not beaten(v)] == []
    assert {v for v in mine - others if v[3] == 0.0} <= known
    best = goal.harm(values[:, :3])[values[:, 3] == values[:, 3].min()].min()
    assert found.best.harm <= best + 1e-9


@pytest.mark.slow
def test_same_seed_same_front_on_any_number_of_threads(stage, town):
    assert front_of(run(stage, town, workers=1)) == front_of(run(stage, town, workers=3))


def test_the_front_beats_or_equals_every_baseline(stage, town):
    found = run(stage, town)
    rows = np.array([[*c.objectives, c.breach] for c in found.members])
    for c in found.baselines:
        assert (rows <= np.array([*c.objectives, c.breach]) + 1e-12).all(axis=1).any(), c.name


def test_going_on_after_a_stop_gives_the_same_front(stage, town, tmp_path):
    whole = run(stage, town)

    class Stop(Exception):
        pass

    calls = []

    def stop(p):
        calls.append(p.evaluated)
        if len(calls) == 2:
            raise Stop

    path = tmp_path / "search.npz"
    with pytest.raises(Stop):
        run(stage, town, resume=path, progress=stop)
    kept = path.stat().st_size
    resumed = run(stage, town, resume=path)
    assert kept > 0
    assert front_of(resumed) == front_of(whole)
    assert resumed.evaluated == whole.evaluated
    assert sorted(p.name for p in tmp_path.iterdir()) == ["search.npz"]


def test_a_record_of_another_search_is_refused(stage, town, tmp_path):
    path = tmp_path / "search.npz"
    run(stage, town, resume=path, budget=10)
    with pytest.raises(ScenarioError, match="another city, goal, seed"):
        run(stage, town, resume=path, budget=12)
    path.write_bytes(b"not a record")
    with pytest.raises(ScenarioError, match="cannot be resumed"):
        run(stage, town, resume=path)


@pytest.mark.slow
def test_progress_gives_answers_that_can_be_used_early(stage, town):
    heard = []
    run(stage, town, progress=heard.append)
    assert [p.evaluated for p in heard] == sorted(p.evaluated for p in heard)
    assert heard[0].budget == 24
    assert heard[0].draws < heard[-1].draws
    for p in heard:
        SMALL.book(p.vector)


def test_a_vector_that_always_breaks_a_constraint_is_given_up_early(stage):
    # the closed city has no freight for daily goods
    space = RuleSpace()
    goal = make_goal(None, load_parameters())
    evaluator = Evaluator(space, goal, on_threads(stage))
    held, closed = space.seeds()[0], space.seeds()[3]
    evaluator(np.array([held, closed]), 8)
    assert evaluator.ledger.known(tuple(closed.tolist())) == 2
    assert evaluator.ledger.known(tuple(held.tolist())) == 8


def test_the_ledger_comes_back_as_written(tmp_path):
    ledger = Ledger()
    ledger.add((1, 2), np.arange(6.0).reshape(2, 3))
    ledger.add((1, 2), np.ones((1, 3)))
    ledger.add((0, 2), np.zeros((1, 3)))
    ledger.save(tmp_path / "a.npz", "mark")
    back = Ledger.load(tmp_path / "a.npz", "mark")
    assert back.rows.keys() == ledger.rows.keys()
    assert all(np.array_equal(back.rows[k], ledger.rows[k]) for k in back.rows)


def test_a_budget_must_be_a_whole_number(stage, town):
    for bad in (5, 2.5, True):
        with pytest.raises(ScenarioError, match="budget is"):
            run(stage, town, budget=bad)
