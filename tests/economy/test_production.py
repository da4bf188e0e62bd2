"""Production: against the slow twin; steady without a shock; nothing lost or made of nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.economy import effects, production_params, random_effects
from naive.production import NaiveProduction
from twofronts.economy.production import (
    FUNCTIONS,
    production_out,
    production_scratch,
    production_state,
    read_ratings,
)
from twofronts.errors import ScenarioError
from twofronts.kernels import types_production as k
from twofronts.kernels.production import produce_day, production_reset


class Play:
    """The kernel with its arrays, a day at a time."""

    def __init__(self, params, draw=0):
        self.params = params
        self.state = production_state(params)
        self.scratch = production_scratch(params)
        self.out = production_out(params)
        production_reset(params, draw, self.state)
        self.now = 0

    def day(self, working, fx, gate=1.0):
        produce_day(self.params, self.state, self.scratch, working, fx, self.now, gate, self.out)
        self.now += 1
        return self.out


def random_working(rng, params):
    return rng.uniform(0.2, 1, params.district_share.shape)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
@pytest.mark.parametrize("regions", [1, 2])
def test_agrees_with_the_slow_twin(function, regions):
    rng = np.random.default_rng(len(function))
    n_district = 2 if regions == 2 else 1
    p = production_params(
        4, n_district, regions=regions, seed=len(function), draws=3, function=function
    )
    fast, slow = Play(p, 2), NaiveProduction(p, 2)
    for day in range(45):
        fx = random_effects(rng, n_district)
        working = random_working(rng, p)
        out = fast.day(working, fx)
        expected = slow.day(working, fx, day)
        np.testing.assert_allclose(out.output, expected["output"], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(out.used, expected["used"], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(fast.state.stock, slow.stock, rtol=1e-9, atol=1e-8)
        np.testing.assert_allclose(fast.state.spending, slow.level, rtol=1e-12)
        np.testing.assert_allclose(fast.state.saved, slow.saved, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
@pytest.mark.parametrize("regions", [1, 2])
def test_without_a_shock_nothing_moves_in_400_days(function, regions):
    p = production_params(6, 3, regions=regions, seed=3, function=function, normal=True)
    play = Play(p)
    working, fx = np.ones(p.district_share.shape), effects(3)
    worst = 0.0
    start = play.state.stock.copy()
    for _ in range(400):
        out = play.day(working, fx)
        worst = max(worst, np.abs(out.output / p.output - 1).max())
        drift = np.abs(play.state.stock - start) / np.maximum(start, 1e-300)
        worst = max(worst, drift[start > 0].max())
        assert (out.binding == k.BOUND_NONE).all()
    assert worst < 1e-12


@given(seed=st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_goods_and_money_are_conserved_each_day(seed):
    rng = np.random.default_rng(seed)
    n, regions = int(rng.integers(2, 7)), int(rng.integers(1, 3))
    p = production_params(n, 2, regions=regions, seed=seed, draws=2)
    play = Play(p, 1)
    scale = p.output.max()
    for _ in range(25):
        stock, road = play.state.stock.copy(), play.state.transit.copy()
        saved = play.state.saved.copy()
        out = play.day(random_working(rng, p), random_effects(rng, 2))
        # every good: bought = used + what stocks and the road hold more
        held = play.state.stock - stock + play.state.transit - road
        np.testing.assert_allclose(out.shipped, out.used + held, atol=1e-9 * scale)
        # the road holds what the pipe holds
        np.testing.assert_allclose(
            play.state.pipe.sum(axis=0), play.state.transit, atol=1e-9 * scale
        )
        # every unit made is sold: to a sector of either region, or to a final user
        most = p.ordinary[:regions] * play.state.level[:, None]
        sent = np.minimum(play.scratch.flow[:regions], most)
        sold = sent.sum(axis=1).ravel() + out.final
        np.testing.assert_allclose(sold, out.output, rtol=1e-9, atol=1e-9 * scale)
        # households: income is spent or saved
        np.testing.assert_allclose(
            out.income, out.consumption + play.state.saved - saved, rtol=1e-9, atol=1e-9 * scale
        )
        # value added of the districts is that of the sectors
        share = out.output[:n] / p.output[:n]
        np.testing.assert_allclose(
            out.value_added.sum(axis=1), p.value_added[:n] * share, rtol=1e-9, atol=1e-9 * scale
        )


@given(seed=st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_output_stays_within_its_bounds(seed):
    rng = np.random.default_rng(seed)
    p = production_params(5, 2, seed=seed)
    play = Play(p)
    for _ in range(20):
        working = random_working(rng, p)
        out = play.day(working, random_effects(rng, 2))
        assert (out.output >= 0).all()
        most = (p.district_share * working).sum(axis=1)
        assert (out.output[:5] <= p.output[:5] * most * (1 + 1e-9)).all()
        assert (play.state.stock >= 0).all()
        assert (play.state.level >= 0).all()
        assert (play.scratch.met >= 0).all()
        assert (play.scratch.met <= 1 + 1e-12).all()


def test_a_sector_without_staff_is_bound_by_labour_and_its_users_by_it_later():
    p = production_params(4, 1, regions=1, seed=8, central=True, normal=True, function="leontief")
    play = Play(p)
    working = np.ones((4, 1))
    working[0] = 0.0
    days = {}
    for _ in range(120):
        out = play.day(working, effects(1))
        assert out.binding[0] == k.BOUND_LABOUR
        for s in range(1, 4):
            if out.binding[s] == k.BOUND_INPUT and out.binding_input[s] == 0:
                days.setdefault(s, play.now)
    users = [s for s in range(1, 4) if p.source[0, s, 0] * p.use[s, 0] > 0]
    assert users
    assert days
    for s, day in days.items():
        # no earlier than the stock lasts at normal use
        assert day >= min(p.stock_days[s], 2) - 1


def test_days_to_stop_counts_down_to_the_stop():
    p = production_params(4, 1, regions=1, seed=8, central=True, normal=True, function="leontief")
    play = Play(p)
    working = np.ones((4, 1))
    play.day(working, effects(1))
    assert (play.out.days_to_stop == k.NEVER).all()
    working[0] = 0.0
    out = play.day(working, effects(1))
    users = np.flatnonzero((p.use[:, 0] > 0) & (np.arange(4) > 0))
    first = {s: out.days_to_stop[s] for s in users if out.stop_input[s] == 0}
    assert first
    for s, expected in first.items():
        again = Play(p)
        again.day(np.ones((4, 1)), effects(1))
        left = 0
        while again.state.stock[s, 0] > 0.02 * p.use[s, 0] and left < 400:
            again.day(working, effects(1))
            left += 1
        # others may stop it sooner or slow it: never sooner than the pace of the first day says
        assert left >= expected - 2


def test_goods_that_cross_the_border_arrive_after_the_delay():
    p = production_params(5, 2, seed=4, central=True, normal=True)
    play = Play(p)
    ones = np.ones(p.district_share.shape)
    play.day(ones, effects(2))
    before = play.scratch.arrived.copy()
    arrivals = []
    for _ in range(8):
        play.day(ones, effects(2, freight_delay=3))
        arrivals.append(play.scratch.arrived[:5].copy())
    hauled = p.hauled > 0
    inside = (p.source[0] * p.use)[:5]
    for day in range(3):
        # for three days only goods from inside the city come
        np.testing.assert_allclose(arrivals[day][:, hauled], inside[:, hauled], rtol=0.2, atol=1e-6)
    assert arrivals[4][:, hauled].sum() > 0.9 * before[:5][:, hauled].sum()
    assert play.state.transit[:5].sum() > 0


def test_closed_roads_are_named_as_freight():
    p = production_params(5, 2, seed=4, central=True, normal=True, function="leontief")
    play = Play(p)
    ones = np.ones(p.district_share.shape)
    named = set()
    for _ in range(120):
        out = play.day(ones, effects(2, freight_border=0.0))
        named |= set(out.binding.tolist())
    assert k.BOUND_FREIGHT in named
    assert k.BOUND_LABOUR not in named


def test_masks_are_named_when_they_hold_back_most():
    p = production_params(4, 2, seed=2, central=True, normal=True)
    play = Play(p)
    working = np.full(p.district_share.shape, 0.4)
    out = play.day(working, effects(2), 0.4)
    assert (out.binding == k.BOUND_MASKS).all()
    out = Play(p).day(working, effects(2), 0.9)
    assert (out.binding == k.BOUND_LABOUR).all()


def test_fear_lowers_demand_and_names_it():
    p = production_params(4, 2, seed=2, central=True, normal=True)
    p.sensitivity[:] = 0.9
    play = Play(p)
    ones = np.ones(p.district_share.shape)
    for _ in range(10):
        out = play.day(ones, effects(2, contacts_community=0.2))
    assert (out.binding == k.BOUND_DEMAND).any()
    assert out.consumption[0] < 0.5 * p.household[:, 0].sum()


def test_functions_are_ordered_by_what_they_ask():
    outputs = {}
    for name in ("leontief", "strongly-critical", "half-critical", "weakly-critical"):
        p = production_params(6, 1, regions=1, seed=11, central=True, normal=True, function=name)
        play = Play(p)
        working = np.linspace(0.3, 1, 6)[:, None]
        total = 0.0
        for _ in range(120):
            total += play.day(working, effects(1)).output.sum()
        outputs[name] = total
    order = list(outputs.values())
    assert order == sorted(order)
    assert order[0] < order[-1]


def test_ratings_of_others_are_taken_or_refused():
    values = {"A": {"A": 0, "B": 1}, "B": {"A": 0.5, "B": 0}}
    np.testing.assert_array_equal(read_ratings(values, ("A", "B")), [[0, 2], [1, 0]])
    with pytest.raises(ScenarioError, match=r"rating of B for A is 0\.7"):
        read_ratings({"A": values["A"], "B": {"A": 0.7, "B": 0}}, ("A", "B"))


def test_an_unknown_function_is_refused():
    with pytest.raises(ScenarioError, match="no production function is called 'cobb'"):
        production_params(function="cobb")


def scarce_good():
    """The city's good A, which it and the rest of the country make B of; B stays at home."""
    p = production_params(2, 1, regions=2, seed=0, function="leontief", central=True)
    output = np.array([8.0, 10.0, 1.0, 10.0])
    use, source = np.zeros((4, 2)), np.zeros((3, 4, 2))
    use[[1, 3], 0] = 4.0
    source[0] = 1.0
    household = np.zeros((2, 2, 2))
    household[0, 0, 1] = household[1, 1, 1] = 10.0
    household[1, 1, 0] = 1.0
    hauled = np.array([1.0, 0.0])
    return p._replace(
        output=output, use=use, source=source, household=household, hauled=hauled,
        ordinary=use * source, normal_flow=np.where(hauled > 0, use * source, k.FREE),
        other=np.zeros((2, 2, 2)), export=np.zeros((2, 2)), ordinary_final=household.sum(axis=1),
        value_added=output - use.sum(axis=1), wages=0.5 * output,
        stock_days=np.full(4, 2.0), rating=np.full((4, 2), k.CRITICAL), sensitivity=np.zeros(2),
        exposed=np.zeros(2), district_share=np.ones((2, 1)), technical=use / output[:, None],
        fleet_sector=np.array([-1]),
    )  # fmt: skip


@pytest.mark.parametrize(("at_work", "loses"), [(0.6, True), (1.0, False)])
def test_an_open_border_costs_output_only_where_a_good_is_short_and_shared(at_work, loses):
    p = scarce_good()
    working = np.array([[at_work], [1.0]])

    def made(border):
        play = Play(p)
        return sum(
            play.day(working, effects(1, freight_border=border)).output[:2].sum() for _ in range(30)
        )

    # all who order A get the same share of it, so what leaves the city its own B goes without
    gain = made(1.0) / made(0.2) - 1
    assert (gain < -0.1) if loses else (gain >= 0)
