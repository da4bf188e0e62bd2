import numpy as np
import pytest

from twofronts.errors import ScenarioError
from twofronts.parameters import load_parameters
from twofronts.planning.goals import GOALS, Constraint, make_goal
from twofronts.planning.outcomes import INDEX, NAMES


def table(**columns):
    n = len(next(iter(columns.values())))
    out = np.zeros((n, len(NAMES)))
    out[:, INDEX["mask_cover"]] = out[:, INDEX["goods_cover"]] = 99.0
    for name, values in columns.items():
        out[:, INDEX[name]] = values
    return out


def test_total_harm_is_the_weighted_sum_for_the_full_city():
    p = load_parameters()
    goal = make_goal("balanced", p, scale=0.5)
    rows = table(
        infections=[10.0], severe=[2.0], deaths=[1.0], value_added_lost=[7.0], burden=[1e4]
    )
    health = 2 * (
        10 * p.value("planning.infection_cost")
        + 2 * p.value("planning.severe_cost")
        + p.value("planning.death_cost")
    )
    expected = health + 7 + 2e4 * p.value("planning.burden_cost")
    assert goal.harm(goal.objectives(rows)) == pytest.approx(expected)


def test_a_resurgence_weighs_what_bringing_it_down_again_costs():
    p = load_parameters()
    goal = make_goal("balanced", p, scale=0.5, daily_value=3.0)
    rows = table(resurgence=[0.0, 1.0], infections=[10.0, 10.0])
    calm, wave = goal.harm(goal.objectives(rows))
    # it is an event: people count for the full city, a wave is one
    assert wave - calm == pytest.approx(3.0 * p.value("planning.wave_cost_days"))


def test_each_goal_prefers_less_of_its_own():
    p = load_parameters()
    better = {"health": 0, "work": 1, "burden": 2}
    for key, column in better.items():
        goal = make_goal(key, p)
        a, b = np.full(3, 100.0), np.full(3, 100.0)
        a[column] -= 1.0
        b[(column + 1) % 3] -= 50.0
        if key == "burden":
            a[2], b[2] = 90e4, 100e4
        assert goal.harm(a) < goal.harm(b), key
    assert set(GOALS) == {"balanced", *better}


def test_a_limit_is_broken_when_reached_where_less_is_better():
    less = Constraint("c", "beds_use", 1.0, 0.95, "", "")
    more = Constraint("c", "mask_cover", 1.0, 0.95, "", "")
    assert less.held(table(beds_use=[0.99, 1.0, 1.2])).tolist() == [True, False, False]
    assert more.held(table(mask_cover=[0.99, 1.0, 1.2])).tolist() == [False, True, True]


def test_the_shortfall_adds_up_what_is_missing():
    goal = make_goal(None, load_parameters())
    rows = table(beds_use=[0.5, 1.0, 1.0, 1.0], places_use=[0.0, 0.0, 0.0, 2.0])
    assert goal.shortfall(rows) == pytest.approx((0.95 - 0.25) + (0.95 - 0.75))
    assert goal.shortfall(table(beds_use=[0.1] * 4)) == 0.0


def test_a_margin_asks_for_more_than_the_probability_but_never_for_more_than_all():
    goal = make_goal(None, load_parameters())
    rows = table(beds_use=[1.0] * 4 + [0.0] * 96)
    assert goal.shortfall(rows) == 0.0
    error = (0.95 * 0.05 / 100) ** 0.5
    assert goal.shortfall(rows, 1.0) == pytest.approx(0.95 + error - 0.96)
    assert goal.shortfall(table(beds_use=[0.0] * 3), 5.0) == 0.0


def test_an_unknown_goal_and_a_bad_bottom_line_are_both_named():
    bad = Constraint("jobs", "jobs_lost", 1.0, 0.9, "", "")
    with pytest.raises(ScenarioError) as caught:
        make_goal("speed", load_parameters(), bottom_lines=[bad])
    text = str(caught.value)
    assert "'speed'" in text
    assert "'jobs_lost'" in text
    assert "balanced" in text


@pytest.mark.parametrize("key", GOALS)
def test_what_is_told_is_the_part_alone_and_what_is_chosen_by_breaks_ties(key):
    goal = make_goal(key, load_parameters())
    rng = np.random.default_rng(5)
    objectives = rng.uniform(0.0, 100.0, (20, 3))
    burden = goal.weights.burden * objectives[:, 2]
    parts = {"health": objectives[:, 0], "work": objectives[:, 1], "burden": burden}
    total = objectives[:, 0] + objectives[:, 1] + burden
    np.testing.assert_array_equal(goal.told(objectives), parts.get(key, total))
    ties = 0.0 if key == "balanced" else 1e-4 * total
    np.testing.assert_allclose(goal.harm(objectives) - goal.told(objectives), ties, atol=1e-12)
