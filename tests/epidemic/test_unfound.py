"""Hidden infections of a fitted state: how many of them would be found."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from twofronts.epidemic.initial import FittedState, Initial
from twofronts.epidemic.unfound import thin_unfound, unfound_ratio
from twofronts.parameters import load_parameters

COURSE = {
    "meanlog": 1.6, "sdlog": 0.4, "never": 0.4, "delay": 3.0, "shape": 1.5, "lag": 1.0,
}  # fmt: skip
START = dt.date(2020, 2, 19)


def test_the_newly_infected_stay_and_the_long_hidden_go():
    ratio = unfound_ratio(**COURSE)
    assert ratio[:3] == pytest.approx(1.0, abs=0.02)
    assert (np.diff(ratio[:18]) <= 1e-12).all()
    assert ratio[17] < 0.2


def test_the_ratio_is_that_of_simulated_people():
    rng = np.random.default_rng(5)
    n = 400_000
    onset = np.maximum(1, np.floor(rng.lognormal(1.6, 0.4, n) + 0.5))
    seeks = rng.random(n) > 0.4
    scale = 3.0 / 0.9027452929509336  # gamma(1 + 1 / 1.5)
    found = np.where(seeks, onset + 1.0 + scale * rng.weibull(1.5, n), np.inf)
    expected = unfound_ratio(**COURSE)
    for day in (5, 8, 11, 14):
        hidden = (found > day) & (day - onset < 15)
        ratio = seeks[hidden].mean() / 0.6
        assert expected[day] == pytest.approx(ratio, abs=0.02)


def test_patients_stay_and_only_the_long_hidden_are_left_out():
    n = 400
    rows = [(-1, 0, -1, w, False) for w in range(n)]
    rows += [(-17, 0, -1, w, False) for w in range(n)]
    rows += [(-20, 0, -1, w, True) for w in range(n)]
    state = FittedState(Initial.of(rows, note="made up"))
    kept = thin_unfound(state, load_parameters(), start=START, seed=1).initial
    assert kept.known.sum() == n
    assert (kept.day == -1).sum() == n
    assert (kept.day == -17).sum() < n / 3
    again = thin_unfound(state, load_parameters(), start=START, seed=1).initial
    assert (again.day == kept.day).all()
    assert (again.draw == kept.draw).all()


def test_a_state_without_infections_is_left_alone():
    state = FittedState(Initial.nobody())
    assert thin_unfound(state, load_parameters(), start=START, seed=0) is state
