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
from twofronts.kernels.attendance import labour_after_absence
from twofronts.kernels.labour import labour_day, labour_reset
from twofronts.kernels.types_labour import (
    CHILDCARE,
    COMPLIANCE,
    ESSENTIAL,
    SCHOOLS,
    SPECIAL_BUSES,
    TRANSIT_CAPTIVE,
    TRANSIT_SHARE,
    UNPLEDGED,
    labour_out,
    labour_state,
)
from twofronts.measures.effects import EFFECT_INDEX


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


def test_a_sector_with_a_cap_of_its_own_is_that_of_the_twin():
    rng = np.random.default_rng(3)
    params = labour_params(seed=3, draws=2)
    state, out, naive = labour_state(params), labour_out(params), NaiveLabour(params, 1)
    labour_reset(params, 1, state)
    assert (state.own_cap == -1.0).all()
    own = {(0, 0): 0.0, (1, 0): 0.4, (2, 1): 1.0}
    for (s, d), cap in own.items():
        state.own_cap[s, d] = cap
    for day in range(20):
        effects = random_effects(rng)
        labour_day(params, state, effects, day, 1.0, out)
        for name, value in naive.day(effects, day, 1.0, own).items():
            np.testing.assert_allclose(getattr(out, name), value, rtol=1e-12, atol=1e-14)
        assert out.firms_open[0, 0] == out.present[0, 0] == 0.0, "its firms are shut"
    labour_reset(params, 1, state)
    assert (state.own_cap == -1.0).all(), "the next draw begins without"


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
    "pledged": (1.0, 0.0),
    "compound_shut": (0.6, 0.1),
    "return_pace": (1.0, 3.0),
    "arrivals": (0.2, 0.9),
    "arrival_quarantine": (1.0, 0.0),
    "remote_work": (0.2, 0.9),
    "venues_open": (0.1, 0.8),
    "clinics": (0.2, 0.9),
    "attend_school": (0.0, 1.0),
    "transit_staff": (0.0, 1.0),
    "transit": (0.0, 0.6),
    "commute": (0.6, 0.95),
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


def test_firms_that_nobody_knows_keep_the_standard_less_and_cannot_be_inspected():
    params = labour_params(central=True)
    rate = params.rates[0]
    _, filed = play(params, [effects(pledged=1)] * 300)
    np.testing.assert_allclose(filed.compliance, rate[COMPLIANCE])
    free_rows, free = play(params, [effects()] * 300)
    np.testing.assert_allclose(free.compliance, rate[COMPLIANCE] * rate[UNPLEDGED], rtol=1e-4)
    rows, seen = play(params, [effects(inspected=0.1)] * 300)
    np.testing.assert_array_equal(seen.compliance, free.compliance)
    np.testing.assert_array_equal(rows[-1]["present"], free_rows[-1]["present"])
    _, inspected = play(params, [effects(inspected=0.1, pledged=1)] * 300)
    assert (inspected.compliance > filed.compliance).all()
    assert (inspected.stopped[params.group != ESSENTIAL] > 0).any()
    # whoever files has pledged it that day
    _, late = play(params, [effects()] * 300 + [effects(pledged=1)])
    np.testing.assert_allclose(late.compliance, rate[COMPLIANCE])


def effects_index(name):
    return EFFECT_INDEX[name]


def test_without_buses_riders_with_no_other_way_are_missed_and_half_load_holds_up_no_half_staff():
    params = labour_params(normal=True, central=True)
    rate = params.rates[0]
    captive = rate[TRANSIT_SHARE] * rate[TRANSIT_CAPTIVE]
    essential = params.group == ESSENTIAL
    suspended = play(params, [effects(transit=0)])[0][0]
    np.testing.assert_allclose(suspended["present"][~essential], 1 - captive)
    kept = 1 - captive * (1 - rate[SPECIAL_BUSES])
    np.testing.assert_allclose(suspended["present"][essential], kept)
    np.testing.assert_allclose(suspended["stay"], 1 - suspended["present"])
    half_load = play(params, [effects(transit=0.5)])[0][0]
    np.testing.assert_allclose(half_load["present"][~essential], 1 - captive / 2)
    few = effects(transit=0.5, attend_industry=0.5, attend_services=0.5)
    half = play(params, [few])[0][0]
    np.testing.assert_allclose(half["present"][~essential], 0.5)


def test_closed_schools_keep_those_who_alone_could_mind_a_child_and_lessons_go_online():
    params = labour_params(normal=True, central=True)
    params = params._replace(in_places=np.zeros_like(params.in_places))
    closed = play(params, [effects(attend_school=0)])[0][0]
    kept = params.rates[0][CHILDCARE]
    np.testing.assert_allclose(closed["present"], 1 - params.minders * kept)
    schools = np.zeros_like(params.in_places)
    schools[SCHOOLS, 2] = 0.9
    params = params._replace(in_places=schools, placed=np.array([0, 0, 1, 0, 0], np.uint8))
    closed = play(params, [effects(attend_school=0)])[0][0]
    assert closed["present"][2].max() <= 0.1 + 1e-12
    taught = closed["working"][2] - closed["present"][2]
    np.testing.assert_allclose(taught, 0.9 * params.remote[2] * (1 - closed["present"][2]))


def test_who_can_work_at_home_does_and_output_keeps_them():
    params = labour_params(normal=True, central=True)
    day = play(params, [effects(remote_work=0.8)])[0][0]
    at_home = 0.8 * params.remote[:, None]
    np.testing.assert_allclose(day["present"], 1 - at_home + 0 * day["present"])
    np.testing.assert_allclose(day["working"], 1)


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
    np.testing.assert_allclose(on_site, 0.7 * (1 - params.remote[:, None]) + 0 * on_site)
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
