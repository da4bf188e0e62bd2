"""Who may be at work: against the slow twin, and what must hold whatever the measures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.economy import effects, labour_params, random_effects
from naive.labour import NaiveLabour
from twofronts.economy.labour import sector_groups, size_classes
from twofronts.errors import ScenarioError
from twofronts.kernels.labour import (
    ESSENTIAL,
    labour_after_absence,
    labour_day,
    labour_out,
    labour_reset,
    labour_state,
)


def play(params, daily, gates=None, draw=0):
    state, out = labour_state(params), labour_out(params)
    labour_reset(params, draw, state)
    rows = []
    for day, fx in enumerate(daily):
        labour_day(params, state, fx, day, 1.0 if gates is None else gates[day], out)
        rows.append({name: getattr(out, name).copy() for name in out._fields})
    return rows, state


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_the_slow_twin(seed):
    rng = np.random.default_rng(seed)
    params = labour_params(seed=seed, draws=3)
    daily = [random_effects(rng) for _ in range(40)]
    gates = rng.uniform(0.3, 1, 40)
    rows, _ = play(params, daily, gates, draw=2)
    naive = NaiveLabour(params, 2)
    for day, row in enumerate(rows):
        expected = naive.day(daily[day], day, gates[day])
        for name, value in expected.items():
            np.testing.assert_allclose(row[name], value, rtol=1e-12, atol=1e-14)
        assert row["returned"][0] == pytest.approx(naive.may_work, rel=1e-12)


def test_an_ordinary_week_has_everybody_at_work():
    params = labour_params(normal=True)
    rows, _ = play(params, [effects()] * 30)
    for row in rows:
        np.testing.assert_allclose(row["present"], 1, rtol=1e-14)
        np.testing.assert_allclose(row["firms_open"], 1, rtol=1e-14)


def test_filing_opens_at_once_and_approval_only_as_fast_as_its_capacity():
    params = labour_params(draws=1, central=True)
    filing, _ = play(params, [effects()] * 10)
    queue = effects(approval_queue=1, approval_capacity=0.002)
    approval, state = play(params, [queue] * 10)
    others = params.group != ESSENTIAL
    assert (filing[-1]["firms_open"][others] > approval[-1]["firms_open"][others]).all()
    count = params.firm_count[:, others]
    opened = (count * (state.firms - params.firms_start)[:, others]).sum(axis=(0, 1))
    np.testing.assert_allclose(opened, 10 * 0.002 * count.sum(axis=(0, 1)), rtol=1e-9)


def test_a_switch_to_filing_frees_the_queue():
    params = labour_params(central=True)
    stuck = effects(approval_queue=1, approval_capacity=0.0)
    _, state = play(params, [stuck] * 12)
    assert state.waiting.max() > 0.05
    _, freed = play(params, [stuck] * 12 + [effects()])
    _, filing = play(params, [effects()] * 13)
    assert freed.waiting.max() == 0
    np.testing.assert_allclose(freed.firms, filing.firms, rtol=1e-12)


def test_arrivals_held_fourteen_days_work_fourteen_days_later():
    params = labour_params(central=True)
    free, _ = play(params, [effects()] * 40)
    held, _ = play(params, [effects(arrival_quarantine=1)] * 40)
    lag = [f["returned"][0] - h["returned"][0] for f, h in zip(free, held, strict=True)]
    assert min(lag[:14]) > 0
    # in the first fourteen days the gap grows, then those held earliest come out
    assert lag[13] == max(lag)
    assert lag[39] < 0.5 * lag[13]


LOOSER = {
    "attend_industry": (0.4, 0.7),
    "attend_services": (0.2, 0.9),
    "resume_pace": (0.5, 2.0),
    "approval_queue": (1.0, 0.0),
    "approval_capacity": (0.01, 0.05),
    "inspected": (0.2, 0.02),
    "compound_shut": (0.6, 0.1),
    "return_pace": (1.0, 3.0),
    "arrivals": (0.2, 0.9),
    "arrival_quarantine": (1.0, 0.0),
    "remote_work": (0.2, 0.9),
}


@pytest.mark.parametrize("name", sorted(LOOSER))
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_loosening_never_lowers_who_is_at_work(name, seed):
    rng = np.random.default_rng(seed)
    params = labour_params(seed=seed % 7, draws=2)
    base = [random_effects(rng) for _ in range(30)]
    results = []
    for value in LOOSER[name]:
        daily = [fx.copy() for fx in base]
        for fx in daily:
            fx[:, effects_index(name)] = value
        results.append(play(params, daily, draw=1)[0])
    for tight, loose in zip(*results, strict=True):
        assert (loose["working"] >= tight["working"] - 1e-12).all()


def effects_index(name):
    from twofronts.measures.effects import EFFECT_INDEX

    return EFFECT_INDEX[name]


def test_no_mask_no_work_on_site():
    params = labour_params(normal=True)
    rows, _ = play(params, [effects()] * 2, gates=[1.0, 0.25])
    np.testing.assert_allclose(rows[1]["present"][params.group != ESSENTIAL], 0.25)
    np.testing.assert_allclose(rows[1]["present"][params.group == ESSENTIAL], 1)
    np.testing.assert_allclose(rows[1]["unmasked"], 1)


def test_absence_takes_off_and_those_held_may_work_from_home():
    params = labour_params(normal=True)
    out = labour_out(params)
    state = labour_state(params)
    labour_reset(params, 0, state)
    labour_day(params, state, effects(remote_work=1), 0, 1.0, out)
    shape = out.present.shape
    on_site, working = np.zeros(shape), np.zeros(shape)
    ill, held = np.full(shape, 0.1), np.full(shape, 0.2)
    labour_after_absence(out, ill, held, on_site, working)
    np.testing.assert_allclose(on_site, 0.7)
    np.testing.assert_allclose(working, 0.7 + params.remote[:, None] * (0.9 - 0.7) + 0 * on_site)


def test_shares_stay_shares_whatever_the_measures():
    rng = np.random.default_rng(5)
    params = labour_params(draws=2, seed=5)
    rows, _ = play(params, [random_effects(rng) for _ in range(60)], draw=1)
    for row in rows:
        for value in row.values():
            assert (value >= 0).all()
            assert (value <= 1 + 1e-12).all()


def test_draws_do_not_depend_on_how_many_there_are():
    few, many = labour_params(draws=2, seed=3), labour_params(draws=9, seed=3)
    np.testing.assert_array_equal(few.rates, many.rates[:2])


def test_size_classes_follow_the_mean_and_sum_up():
    firms, staff = size_classes(np.array([5.0, 50.0, 800.0]), threshold=100, spread=1.2)
    assert (np.diff(firms) > 0).all()
    assert (staff > firms).all()
    # against numbers drawn from the same law
    rng = np.random.default_rng(0)
    sizes = rng.lognormal(np.log(50) - 0.72, 1.2, 400_000)
    assert firms[1] == pytest.approx((sizes >= 100).mean(), abs=0.003)
    assert staff[1] == pytest.approx(sizes[sizes >= 100].sum() / sizes.sum(), abs=0.01)


def test_an_unknown_group_is_refused_with_its_line():
    table = pd.DataFrame({"sector": ["A", "B"], "group": ["essential", "heavy"]})
    with pytest.raises(ScenarioError, match=r"sectors.csv:3:group"):
        sector_groups(table)
