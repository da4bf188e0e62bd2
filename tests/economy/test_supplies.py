"""Goods: nothing lost, care first, and shortages that gate what needs the good."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.economy import effects, random_effects
from naive.supplies import naive_supplies_day
from twofronts.city import load_city
from twofronts.economy.supplies import (
    goods_table,
    prepare_supplies,
    start_drivers,
    supplies_out,
    supplies_state,
)
from twofronts.kernels.supplies import (
    COVER_MOST,
    N_DRIVER,
    RESIDENTS,
    STAFF,
    TESTS,
    supplies_day,
    supplies_reset,
)
from twofronts.parameters import load_parameters


def nanjing(**options):
    return prepare_supplies(
        load_city("nanjing"), load_parameters(), **({"draws": 2, "seed": 1} | options)
    )


class Play:
    def __init__(self, params, draw=0):
        self.params, self.state, self.out = params, supplies_state(params), supplies_out(params)
        supplies_reset(params, draw, self.state)
        self.now = 0

    def day(self, drivers, fx=None, through=1.5, made=None):
        made = np.ones(22) if made is None else made
        fx = effects(3, masks_per_shift=1.0) if fx is None else fx
        supplies_day(self.params, self.state, drivers, through, made, fx, self.now, self.out)
        self.now += 1
        return self.out


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_slow_twin(seed):
    rng = np.random.default_rng(seed)
    params = nanjing()
    play = Play(params, 1)
    stock, gate = params.stock.copy(), [1.0, 1.0]
    base = start_drivers(load_city("nanjing"))
    for day in range(40):
        drivers = base * rng.uniform(0.2, 6, N_DRIVER)
        fx, made = random_effects(rng), rng.uniform(0, 1, 22)
        through = rng.uniform(0, 1.5)
        out = play.day(drivers, fx, through, made)
        row = naive_supplies_day(params, 1, stock, gate, drivers, through, made, fx, day)
        stock, gate = row["stock"], row["gate"]
        for name in ("produced", "inbound", "used", "short", "cover"):
            np.testing.assert_allclose(getattr(out, name), row[name], rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(play.state.gate, gate, rtol=1e-9)


@given(seed=st.integers(0, 100_000))
@settings(max_examples=30, deadline=None)
def test_every_good_is_conserved_and_none_is_used_that_is_not_there(seed):
    rng = np.random.default_rng(seed)
    play = Play(nanjing(), 1)
    base = start_drivers(load_city("nanjing"))
    for _ in range(20):
        stock = play.state.stock.copy()
        out = play.day(base * rng.uniform(0, 8, N_DRIVER), random_effects(rng), rng.uniform(0, 2))
        after = stock + out.produced + out.inbound - out.used
        np.testing.assert_allclose(play.state.stock, after, rtol=1e-12, atol=1e-6)
        assert (play.state.stock >= 0).all()
        assert (out.short >= -1e-9).all()
        assert (play.state.gate >= 0).all()
        assert (play.state.gate <= 1).all()


def test_the_first_day_uses_what_the_table_of_stocks_says():
    city = load_city("nanjing")
    params = nanjing(central=True)
    params.rates[:, 0] = 1.0  # one mask for each asked for, as the table counts
    out = Play(params).day(start_drivers(city))
    np.testing.assert_allclose(out.used, city.stocks["use_per_day"], rtol=1e-6)


def test_without_masks_firms_stand_still_and_care_does_not():
    params = nanjing(central=True)
    params.stock[0] = 0.0
    play = Play(params)
    drivers = start_drivers(load_city("nanjing"))
    drivers[STAFF] = 4e6
    fx = effects(3, masks_per_shift=1.0)
    for _ in range(3):
        play.day(drivers, fx)
    assert play.state.gate[0] < 0.2
    aside = Play(params)
    for _ in range(3):
        aside.day(drivers, effects(3, masks_per_shift=1.0, mask_to_firms=0.9))
    # what is set aside for firms goes to firms
    assert aside.state.gate[0] > play.state.gate[0]
    more = Play(params)
    for _ in range(3):
        more.day(drivers, effects(3, masks_per_shift=1.0, mask_supply=4.0))
    assert more.state.gate[0] > play.state.gate[0]


def test_no_standard_no_need_of_masks():
    play = Play(nanjing(central=True))
    drivers = start_drivers(load_city("nanjing"))
    drivers[STAFF] = 4e6
    for _ in range(30):
        play.day(drivers, effects(3))
    assert play.state.gate[0] == 1.0


def test_tests_are_held_to_the_reagents_there_are():
    params = nanjing(central=True)
    play = Play(params)
    drivers = start_drivers(load_city("nanjing"))
    drivers[TESTS] = 100_000
    for _ in range(3):
        out = play.day(drivers)
    reagents = int(params.reagents[0])
    assert play.state.gate[1] < 0.1
    assert out.short[reagents] > 80_000
    # production alone still serves some of them every day
    assert out.used[reagents] > 1000


def test_closed_roads_run_food_down_and_open_ones_do_not():
    params = nanjing(central=True)
    drivers = start_drivers(load_city("nanjing"))
    grain = list(load_city("nanjing").stocks["good"]).index("vegetables")
    free, shut = Play(params), Play(params)
    for _ in range(30):
        free.day(drivers)
        out = shut.day(drivers, through=0.0)
    assert free.out.short[grain] == 0
    assert out.short[grain] > 0
    assert out.cover[grain] == 0


def test_more_residents_eat_more():
    params = nanjing(central=True)
    drivers = start_drivers(load_city("nanjing"))
    few = Play(params).day(drivers).used.copy()
    drivers[RESIDENTS] *= 1.2
    many = Play(params).day(drivers).used
    daily = params.protective == 0
    # the table of stocks rounds residents and rations
    np.testing.assert_allclose(many[daily] / few[daily], 1.2, rtol=1e-3)


def test_cover_is_days_at_the_days_wish():
    params = nanjing(central=True)
    play = Play(params)
    out = play.day(start_drivers(load_city("nanjing")))
    wish = out.used + out.short
    np.testing.assert_allclose(out.cover, np.minimum(COVER_MOST, play.state.stock / wish))


def test_scaled_residents_need_scaled_stocks():
    whole, tenth = nanjing(central=True), nanjing(central=True, scale=0.1)
    drivers = start_drivers(load_city("nanjing"))
    a, b = Play(whole).day(drivers), Play(tenth).day(0.1 * drivers)
    np.testing.assert_allclose(b.used, 0.1 * a.used, rtol=1e-9)
    np.testing.assert_allclose(b.cover, a.cover, rtol=1e-9)


def test_the_goods_the_city_stocks_have_known_uses():
    assert set(load_city("nanjing").stocks["good"]) <= set(goods_table().index)
