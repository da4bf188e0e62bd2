import datetime as dt

import numpy as np
import pytest

from twofronts.cli import main
from twofronts.epidemic.initial import FittedState, Initial
from twofronts.planning.beginning import begin_draws
from twofronts.planning.comparing import compare
from twofronts.situation.starting import fitted_start


def state():
    rows = [
        (-1, 0, 30, 1, False),
        (-9, 1, 40, -1, True),
        (-2, 0, 50, 0, False),
        (-3, 1, 9, 1, False),
    ]
    return FittedState(Initial.of(rows, note="n"), {"care.seek_share": np.array([0.2, 0.4])}, "fit")


def days_of(found, w):
    rows = found.initial
    return sorted(rows.day[rows.draw == w].tolist())


def test_draws_take_the_fitted_ones_in_turn_and_begin_again():
    found = begin_draws(state(), 3, first=1)
    assert found.parameters["care.seek_share"].tolist() == [0.4, 0.2, 0.4]
    assert [days_of(found, w) for w in range(3)] == [[-3, -1], [-2], [-3, -1]]
    assert days_of(found, -1) == [-9]
    assert bool(found.initial.known[found.initial.draw == -1][0])


def test_as_many_as_were_fitted_are_as_fitted():
    found = begin_draws(state(), 2)
    assert found.parameters["care.seek_share"].tolist() == [0.2, 0.4]
    assert [days_of(found, w) for w in (0, 1)] == [[-2], [-3, -1]]


@pytest.mark.slow
def test_a_run_may_begin_where_a_fit_ends(town, people):
    sizes = {"draws": 6, "seed": 4, "rounds": 2, "per_round": 40, "budget": 60}
    told = []
    state, start = fitted_start(town, people, progress=told.append, **sizes)
    # few draws never bring about the town's cases: the fit says so, and so must who uses it
    assert any(line.startswith("* ") for line in told)
    assert start == town.as_of + dt.timedelta(days=1)
    assert {len(v) for v in state.parameters.values()} == {6}
    again, _ = fitted_start(town, people, **sizes)
    for field in ("day", "district", "age", "draw", "known"):
        np.testing.assert_array_equal(getattr(state.initial, field), getattr(again.initial, field))
    found = compare(
        town, ["held", "open"], residents=people, days=7, draws=12, initial=state, start=start
    )
    assert found.data.sizes["draw"] == 12
    plain = compare(town, ["held", "open"], residents=people, days=7, draws=12, start=start)
    assert not np.array_equal(found.outcomes("held"), plain.outcomes("held"))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["compare", "town", "held", "--fitted", "--scale", "0.5"], "build the residents at scale"),
        (["plan", "town", "--fitted", "--scale", "0.5"], "build the residents at scale"),
        (["play", "town", "--fitted", "--start", "2020-02-20"], "leave one of them out"),
    ],
)
def test_what_a_fit_cannot_serve_is_refused(args, said, capsys):
    assert main(args) == 2
    assert said in capsys.readouterr().err


def test_what_has_no_draws_stays_as_it_is():
    given = [{"n": 3}]
    assert begin_draws(given, 5) is given
    assert begin_draws(None, 5) is None
