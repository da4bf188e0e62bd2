from __future__ import annotations

import math

import numpy as np
import pytest

from twofronts.situation.growth import growth_of, growth_rate
from twofronts.situation.intervals import gamma_interval


@pytest.mark.parametrize("rate", [-0.2, 0.0, 0.1, 0.3])
def test_finds_the_rate_of_exponential_counts(rate):
    counts = np.random.default_rng(1).poisson(300 * np.exp(rate * np.arange(14) - rate * 7))
    g = growth_rate(counts)
    assert g.low < rate < g.high
    assert g.rate == pytest.approx(rate, abs=0.02)


def test_doubling_and_halving():
    g = growth_rate(np.round(100 * 2 ** (np.arange(14) / 5)))
    assert g.doubling_days == pytest.approx(5, abs=0.1)
    g = growth_rate(np.round(1000 * 2 ** (-np.arange(14) / 5)))
    assert g.doubling_days == pytest.approx(-5, abs=0.1)


def test_hidden_newest_days_are_reckoned_in():
    share = np.append(np.ones(10), [0.8, 0.5, 0.3, 0.1])
    g = growth_rate(np.round(200 * share), reported_share=share)
    assert abs(g.rate) < 0.02


def test_too_few_cases_give_a_sentence_and_no_figure():
    for counts in (np.zeros(14), np.eye(1, 14)[0], np.zeros(0)):
        g = growth_rate(counts)
        assert math.isnan(g.rate)
        assert "too few" in g.status.advice[0].en


def test_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(150):
        g = growth_rate(rng.poisson(5 * np.exp(0.05 * (np.arange(14) - 7))))
        hits += g.low <= 0.05 <= g.high
    assert 0.85 <= hits / 150 <= 0.97


def test_euler_lotka_closes():
    interval = gamma_interval(6.3, 4.2)
    days = np.arange(interval.pmf.size)
    for r in (0.5, 1.0, 1.7):
        rate = growth_of(np.array([r]), interval)[0]
        assert r * np.sum(interval.pmf * np.exp(-rate * days)) == pytest.approx(1.0, abs=1e-4)
