from __future__ import annotations

import math

import numpy as np
import pytest

from naive.situation import filter_and_smooth
from twofronts.errors import ScenarioError
from twofronts.kernels.situation import RenewalData, renewal_filter, renewal_smooth
from twofronts.situation.intervals import gamma_interval
from twofronts.situation.reproduction import reproduction_closed
from twofronts.situation.smoothed import (
    Prior,
    default_prior,
    grid_quantiles,
    grid_spec,
    reproduction_smoothed,
)

INTERVAL = gamma_interval(6.3, 4.2)


@pytest.mark.parametrize("noise", [(0.0, 0.0), (2.0, 0.0), (5.0, 0.1)])
def test_kernels_agree_with_the_plain_filter(noise):
    rng = np.random.default_rng(3)
    n_day = 14
    local = np.append(0.0, rng.poisson(3.0, n_day - 1)).astype(float)
    imported = rng.poisson(1.5, n_day) + 0.5
    share = np.append(np.ones(n_day - 4), [0.9, 0.6, 0.3, 0.0])
    grid = np.geomspace(0.1, 6.0, 40)
    prior = np.exp(-0.5 * (np.log(grid) / 0.6) ** 2)
    prior /= prior.sum()
    spec = grid_spec(np.log(grid), prior, 0.15)
    shape = (n_day, grid.size)
    filtered, predicted, smoothed = np.empty(shape), np.empty(shape), np.empty(shape)
    data = RenewalData(local, imported, share, INTERVAL.pmf)
    evidence = renewal_filter(data, spec, noise, filtered, predicted, np.empty(n_day))
    renewal_smooth(spec, filtered, predicted, smoothed)
    want = filter_and_smooth(local, imported, share, INTERVAL.pmf, grid, prior, 0.15, noise)
    # the kernel drops weights below 1e-14
    np.testing.assert_allclose(filtered, want[0], rtol=1e-7, atol=1e-11)
    np.testing.assert_allclose(smoothed, want[1], rtol=1e-6, atol=1e-10)
    assert evidence == pytest.approx(want[2], abs=1e-7)


def test_weights_sum_to_one_on_every_day():
    counts = np.random.default_rng(4).poisson(5.0, size=(2, 30))
    s = reproduction_smoothed(counts, interval=INTERVAL)
    np.testing.assert_allclose(s.density.sum(axis=-1), 1.0, atol=1e-12)
    np.testing.assert_allclose(s.dispersion.sum(axis=-1), 1.0, atol=1e-12)
    assert np.all(np.diff(s.quantiles, axis=-1) > 0)


def test_finds_a_steady_number_at_high_counts():
    rate = np.exp(0.05 * np.arange(60)) * 2000
    from twofronts.situation.growth import growth_of

    target = np.interp(
        0.05, growth_of(np.linspace(0.5, 3, 500), INTERVAL), np.linspace(0.5, 3, 500)
    )
    s = reproduction_smoothed(np.round(rate), interval=INTERVAL)
    assert s.quantile(0.5)[-1] == pytest.approx(target, rel=0.03)


def test_hidden_newest_cases_do_not_read_as_decline():
    full = np.full(40, 20.0)
    share = np.append(np.ones(33), [0.95, 0.85, 0.7, 0.5, 0.3, 0.15, 0.05])
    seen = full * share
    naive = reproduction_smoothed(seen, interval=INTERVAL)
    honest = reproduction_smoothed(seen, interval=INTERVAL, reported_share=share)
    assert naive.quantile(0.5)[-1] < 0.75
    assert 0.9 < honest.quantile(0.5)[-1] < 1.1


def test_imports_counted_as_local_read_as_growth():
    rng = np.random.default_rng(5)
    imported = rng.poisson(3.0, 60).astype(float)
    local = np.zeros(60)
    for t in range(1, 60):
        past = (local + imported)[t - 1 :: -1][: INTERVAL.pmf.size - 1]
        local[t] = rng.poisson(0.5 * past @ INTERVAL.pmf[1 : past.size + 1])
    apart = reproduction_smoothed(local, imported, interval=INTERVAL)
    mixed = reproduction_smoothed(local + imported, interval=INTERVAL)
    assert apart.quantile(0.95)[-1] < 1.0 < mixed.quantile(0.95)[-1]


def test_more_unequal_transmission_widens_the_interval():
    counts = np.random.default_rng(6).poisson(4.0, 40)
    base = default_prior()

    def width(k):
        prior = Prior(base.median, base.log_sd, ((k, 1.0),), ((0.05, 1.0),), ((0.0, 1.0),))
        s = reproduction_smoothed(counts, interval=INTERVAL, prior=prior)
        return s.quantile(0.95)[-1] - s.quantile(0.05)[-1]

    assert width(0.1) > width(0.5) > width(math.inf)


def test_with_no_information_the_prior_comes_back_and_says_so():
    s = reproduction_smoothed(np.zeros(20), interval=INTERVAL)
    assert s.status.level == "none"
    assert "prior, not a finding" in s.status.advice[0].en
    assert s.informed.max() < 0.001
    assert s.quantile(0.5)[0] == pytest.approx(s.prior.median, rel=0.01)


def test_one_case_moves_the_prior_little_and_says_so():
    counts = np.zeros(12)
    counts[0] = 1
    s = reproduction_smoothed(counts, interval=INTERVAL)
    assert s.status.level == "caution"
    assert s.quantile(0.5)[-1] < s.prior.median


def test_all_imported_says_that_transmission_is_low():
    s = reproduction_smoothed(np.zeros(40), np.full(40, 3.0), interval=INTERVAL)
    assert s.status.ok
    assert s.quantile(0.95)[-1] < 0.5


def test_ten_thousand_a_day_is_no_trouble():
    s = reproduction_smoothed(np.full(60, 10_000.0), interval=INTERVAL)
    assert s.status.level == "good"
    assert 0.97 < s.quantile(0.5)[-1] < 1.03


def test_local_cases_without_a_source_are_pointed_out():
    counts = np.zeros(30)
    counts[20:] = 2.0
    s = reproduction_smoothed(counts, interval=INTERVAL)
    assert any("no possible source" in a.en for a in s.status.advice)


def test_an_empty_series_has_a_plain_sentence():
    s = reproduction_smoothed(np.zeros(0), interval=INTERVAL)
    assert s.status.level == "none"


def test_narrower_than_the_closed_form_with_its_flat_prior():
    counts = np.random.default_rng(7).poisson(2.0, 40)
    s = reproduction_smoothed(counts, interval=INTERVAL)
    c = reproduction_closed(counts, interval=INTERVAL)
    assert s.quantile(0.95)[-1] - s.quantile(0.05)[-1] < c.quantile(0.95)[-1] - c.quantile(0.05)[-1]


@pytest.mark.parametrize("share", [1.5, -0.1, math.nan])
def test_shares_out_of_range_are_refused(share):
    with pytest.raises(ScenarioError):
        reproduction_smoothed(np.ones(10), interval=INTERVAL, reported_share=np.full(10, share))


def test_grid_quantiles_are_those_of_the_weights():
    grid = np.geomspace(0.1, 10, 2001)
    density = np.exp(-0.5 * (np.log(grid) / 0.5) ** 2)
    density /= density.sum()
    got = grid_quantiles(density, grid, np.array([0.05, 0.5, 0.95]))
    np.testing.assert_allclose(got, np.exp(0.5 * np.array([-1.6449, 0.0, 1.6449])), rtol=1e-3)
