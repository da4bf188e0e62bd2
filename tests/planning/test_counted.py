"""A course out of hand is counted up to a limit: equal until there, no new contact cases after."""

from __future__ import annotations

import numpy as np
import pytest

from twofronts.planning.playing import play

pytestmark = [pytest.mark.slow, pytest.mark.interpreted]

OUTBREAK = [{"day": 0, "district": "old", "age": 30, "n": 60}]
LIMIT = 30


@pytest.fixture(scope="module")
def daily(town, people):
    """New infections by draw and day without a limit and with one."""
    return [
        play(
            town, "open", residents=people, days=12, draws=4, seed=5, workers=1,
            initial=OUTBREAK, counted=limit,
        ).data["true_infections"].sum("district").values
        for limit in (None, LIMIT)
    ]  # fmt: skip


def test_a_draw_is_equal_up_to_the_day_it_reaches_the_limit(daily):
    free, held = daily
    before = np.cumsum(free, axis=1) - free
    counts = before < LIMIT
    assert 0 < counts.sum() < counts.size
    assert np.array_equal(free[counts], held[counts])


def test_from_then_on_nobody_is_infected_by_contact(town, people, daily):
    free, held = daily
    over = np.cumsum(free, axis=1) - free >= LIMIT
    run = play(
        town, "open", residents=people, days=12, draws=4, seed=5, workers=1, initial=OUTBREAK,
        counted=LIMIT,
    ).data  # fmt: skip
    came = run["arrivals_infected"].values
    assert free[over].sum() > held[over].sum()
    assert (held[over] <= came[over]).all()
    assert (held.sum(axis=1) >= LIMIT).all()


def test_a_limit_that_is_not_reached_changes_nothing(town, people, daily):
    again = play(
        town, "open", residents=people, days=12, draws=4, seed=5, workers=1, initial=OUTBREAK,
        counted=10**9,
    ).data["true_infections"].sum("district").values  # fmt: skip
    assert np.array_equal(again, daily[0])
