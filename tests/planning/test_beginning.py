import numpy as np

from twofronts.epidemic.initial import FittedState, Initial
from twofronts.planning.beginning import begin_draws


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


def test_what_has_no_draws_stays_as_it_is():
    given = [{"n": 3}]
    assert begin_draws(given, 5) is given
    assert begin_draws(None, 5) is None
