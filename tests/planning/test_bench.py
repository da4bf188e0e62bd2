"""A rulebook's draws are the same whatever lay on the bench before, and whatever means it had."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

import numpy as np
import pytest

from factories.front_one import rulebook
from twofronts.measures import load_rulebook
from twofronts.planning.comparing import open_stage
from twofronts.planning.explain import FEW, drop_idle
from twofronts.planning.goals import make_goal
from twofronts.planning.outcomes import INDEX
from twofronts.planning.rulespace import RuleSpace


def anew(stage):
    """The same stage with no memory yet."""
    return replace(stage, _free=[], _lock=Lock())


@pytest.fixture(scope="module")
def books():
    return [load_rulebook(n) for n in ("held", "before", "open", "meeting")]


def test_scores_do_not_depend_on_what_lay_there(stage, books):
    alone = [anew(stage).score(b, 0, 4) for b in books]
    used = anew(stage)
    for _ in range(2):
        for book, expected in zip(books, alone, strict=True):
            found = used.score(book, 0, 4)
            np.testing.assert_array_equal(found.outcomes, expected.outcomes)
            np.testing.assert_array_equal(found.burden, expected.burden)
    assert len(used._free) == 1
    # "before" orders nothing and is played with the labour of an ordinary week
    assert not np.array_equal(alone[1].outcomes, alone[2].outcomes)


def test_other_means_use_the_same_memory_and_leave_nothing_behind(stage, books):
    here = anew(stage)
    first = here.score(books[0], 0, 4).outcomes
    fewer = here.with_means(places=-1e9, tracers=-1e9)
    changed = fewer.score(books[0], 0, 4).outcomes
    np.testing.assert_array_equal(
        changed, anew(stage).with_means(places=-1e9, tracers=-1e9).score(books[0], 0, 4).outcomes
    )
    assert not np.array_equal(changed, first)
    np.testing.assert_array_equal(here.score(books[0], 0, 4).outcomes, first)
    assert fewer._free is here._free
    assert len(here._free) == 1


def test_a_rulebook_stays_on_until_another_comes(stage, books, monkeypatch):
    here, compiled = anew(stage), []
    original = type(here).compile

    def count(self, book):
        compiled.append(book.name)
        return original(self, book)

    monkeypatch.setattr(type(here), "compile", count)
    for first in range(0, 8, 2):
        here.score(books[0], first, first + 2)
    here.score(books[3], 0, 2)
    assert compiled == [books[0].name, books[3].name]


@pytest.mark.slow
def test_plainly_useful_measures_stay_without_all_draws(town, people, monkeypatch):
    from twofronts.planning import explain
    from twofronts.planning.comparing import open_stage

    stage = open_stage(town, residents=people, days=21, draws=2 * FEW, seed=5)
    space, goal = RuleSpace(), make_goal(None, stage.parameters)
    vector = space.vector(load_rulebook("meeting"))
    drawn = []
    original = explain.score_books

    def count(stage, books, *, draws=None, first=0, workers=None):
        drawn.append(len(books) * ((draws or stage.draws) - first))
        return original(stage, books, draws=draws, first=first, workers=workers)

    monkeypatch.setattr(explain, "score_books", count)
    raced, gone = drop_idle(stage, space, goal, vector)
    few, drawn[:] = sum(drawn), []
    monkeypatch.setattr(explain, "CLEAR", 1e300)
    full, all_gone = drop_idle(stage, space, goal, vector)
    np.testing.assert_array_equal(raced, full)
    assert gone == all_gone
    assert few < sum(drawn)


def test_returning_workers_are_held_and_take_no_central_place(town, people):
    quiet = open_stage(town, residents=people, days=30, draws=2, initial=[])
    nobody = np.zeros(30)
    world = quiet.world._replace(
        travellers=nobody, risk_travellers=nobody, prevalence=np.zeros((30, 3))
    )
    quiet = replace(anew(quiet), world=world)
    for level, fewest in (("none", 0), ("central", 1)):
        rules = rulebook(measures={"arrivals_quarantine": level, "quarantine": "mixed"})
        found = quiet.score(rules, 0, 2).outcomes
        assert (found[:, INDEX["infections"]] == 0).all()
        days = found[:, INDEX["quarantine_days"]]
        assert (days >= fewest).all()
        assert fewest or not days.any()
        assert (found[:, INDEX["places_use"]] == 0).all()


def test_returning_workers_take_places_by_the_share_that_is_set_and_under_central_places_alone(
    town, people
):
    quiet = open_stage(town, residents=people, days=30, draws=2, initial=[])
    nobody = np.zeros(30)
    world = quiet.world._replace(
        travellers=nobody, risk_travellers=nobody, prevalence=np.zeros((30, 3))
    )

    def use(level, share):
        own = world._replace(worker_places=np.array([share]))
        rules = rulebook(measures={"arrivals_quarantine": level, "quarantine": "mixed"})
        return replace(anew(quiet), world=own).score(rules, 0, 2).outcomes[:, INDEX["places_use"]]

    half, full = use("central", 0.5), use("central", 1.0)
    assert (half > 0).all()
    np.testing.assert_allclose(full, 2 * half)
    assert (use("home", 1.0) == 0).all()
