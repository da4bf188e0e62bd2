from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from twofronts.errors import ScenarioError
from twofronts.situation.scores import HUB_LEVELS, score, skill

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def test_by_hand():
    # median 10, 50% interval 8-13, 90% interval 5-20, observed 15
    s = score(np.array(15.0), np.array([5.0, 8.0, 10.0, 13.0, 20.0]), LEVELS)
    width = 0.25 * 5 + 0.05 * 15
    missed = 0.5 * 5 + (15 - 13)
    assert s.wis == pytest.approx((width + missed) / 2.5)
    assert s.dispersion == pytest.approx(width / 2.5)
    assert s.underprediction == pytest.approx(missed / 2.5)
    assert s.overprediction == 0
    assert (s.inside_50, s.inside_90) == (0, 1)


def test_the_term_at_the_median_is_its_distance_not_the_median():
    # a forecast of a thousand that is exactly right scores only its spread
    s = score(np.array(1000.0), np.array([999.0, 1000.0, 1001.0]), (0.25, 0.5, 0.75))
    assert s.wis == pytest.approx(0.25 * 2 / 1.5)


def test_equals_twice_the_mean_pinball_loss():
    rng = np.random.default_rng(1)
    y = rng.normal(50, 20, 200)
    q = np.sort(rng.normal(50, 25, (200, 23)), axis=1)
    levels = np.array(HUB_LEVELS)
    gap = y[:, None] - q
    pinball = np.where(gap >= 0, levels * gap, (levels - 1) * gap).mean(axis=1)
    s = score(y, q, HUB_LEVELS)
    np.testing.assert_allclose(s.wis, 2 * pinball, rtol=1e-12)
    np.testing.assert_allclose(s.wis, s.dispersion + s.overprediction + s.underprediction)


def test_many_levels_approach_the_crps():
    levels = tuple(np.round(np.arange(1, 200) / 200, 6))
    q = norm.ppf(levels)
    y = 0.7
    crps = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
    assert score(np.array(y), q, levels).wis == pytest.approx(crps, rel=0.01)


def test_the_true_forecast_covers_as_it_should_and_scores_best():
    rng = np.random.default_rng(2)
    y = rng.normal(0, 1, 4000)
    levels = np.array(HUB_LEVELS)
    right = score(y, np.broadcast_to(norm.ppf(levels), (4000, 23)), HUB_LEVELS)
    wide = score(y, np.broadcast_to(2 * norm.ppf(levels), (4000, 23)), HUB_LEVELS)
    assert right.inside_50.mean() == pytest.approx(0.5, abs=0.03)
    assert right.inside_90.mean() == pytest.approx(0.9, abs=0.02)
    assert abs(right.bias.mean()) < 0.03
    assert right.wis.mean() < wide.wis.mean()
    assert skill(right.wis, wide.wis) > 0


@pytest.mark.parametrize(("y", "bias"), [(0.0, 1.0), (99.0, -1.0), (10.0, 0.0)])
def test_bias_runs_from_too_low_to_too_high(y, bias):
    s = score(np.array(y), np.array([5.0, 8.0, 10.0, 13.0, 20.0]), LEVELS)
    assert s.bias == pytest.approx(bias)


def test_levels_without_a_90_percent_interval_leave_it_open():
    s = score(np.array(1.0), np.array([0.0, 1.0, 2.0]), (0.25, 0.5, 0.75))
    assert np.isnan(s.inside_90)
    assert s.inside_50 == 1


@pytest.mark.parametrize(
    ("q", "levels"),
    [
        ([1.0, 2.0], (0.25, 0.75)),
        ([1.0, 2.0, 3.0], (0.1, 0.5, 0.8)),
        ([3.0, 2.0, 1.0], (0.25, 0.5, 0.75)),
        ([1.0, 2.0], (0.25, 0.5, 0.75)),
    ],
)
def test_forecasts_that_cannot_be_scored_are_refused(q, levels):
    with pytest.raises(ScenarioError, match="cannot be scored"):
        score(np.array(1.0), np.array(q), levels)


def test_skill_without_a_baseline_score_is_unknown():
    assert np.isnan(skill(np.array([1.0]), np.array([0.0])))
    assert np.isnan(skill(np.array([np.nan]), np.array([1.0])))
    assert skill(np.array([1.0, 9.0]), np.array([2.0, np.nan])) == 0.5
