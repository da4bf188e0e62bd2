from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from twofronts.errors import ScenarioError
from twofronts.situation.intervals import SerialInterval, discretise, gamma_interval
from twofronts.situation.reproduction import infectious_pressure, reproduction_closed

GOLD = json.loads((Path(__file__).parents[1] / "golden" / "epiestim.json").read_text())


def close(estimate, expected, tolerance=1e-6):
    first = {int(e): i for i, e in enumerate(estimate.end + 1)}
    rows = [first[e] for e in expected["end"]]
    assert [int(s) + 1 for s in estimate.start[rows]] == expected["start"]
    for name, got in (
        ("mean", estimate.mean),
        ("sd", estimate.sd),
        ("low", estimate.quantile(0.025)),
        ("median", estimate.quantile(0.5)),
        ("high", estimate.quantile(0.975)),
    ):
        want = np.array([math.nan if x is None else x for x in expected[name]])
        np.testing.assert_allclose(got[rows], want, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("name", sorted(GOLD["series"]))
def test_equals_epiestim_with_a_given_serial_interval(name):
    case = GOLD["series"][name]
    interval = SerialInterval(np.array(case["interval"]))
    close(reproduction_closed(np.array(case["local"]), interval=interval), case["expected"], 1e-10)


def test_equals_epiestim_with_its_discretisation():
    case = GOLD["flu2009_parametric"]
    local = np.array(GOLD["series"]["Flu2009"]["local"])
    interval = gamma_interval(case["mean"], case["sd"], n_day=local.size)
    estimate = reproduction_closed(local, interval=interval)
    close(estimate, case["expected"], 1e-10)
    assert estimate.mean[0] == pytest.approx(1.73580, abs=5e-6)


def test_equals_epiestim_in_windows_of_ones_own():
    case = GOLD["flu2009_closure"]["expected"]
    local = np.array(GOLD["series"]["Flu2009"]["local"])
    interval = gamma_interval(2.6, 1.5, n_day=local.size)
    starts, ends = np.array(case["start"]) - 1, np.array(case["end"]) - 1
    close(reproduction_closed(local, interval=interval, starts=starts, ends=ends), case, 1e-10)


@pytest.mark.parametrize(
    ("name", "split", "mean_of_means"), [("split", True, 1.2027), ("all_local", False, 1.4049)]
)
def test_equals_epiestim_on_mers_with_and_without_imports_split(name, split, mean_of_means):
    case = GOLD["mers"]
    local, imported = np.array(case["local"]), np.array(case["imported"])
    interval = gamma_interval(6.8, 4.1, n_day=local.size)
    if split:
        estimate = reproduction_closed(local, imported, interval=interval)
    else:
        estimate = reproduction_closed(local + imported, interval=interval)
    close(estimate, case[name])
    assert np.nanmean(estimate.mean) == pytest.approx(mean_of_means, abs=5e-5)


def test_discretisation_equals_epiestim():
    np.testing.assert_allclose(discretise(2.6, 1.5, 21), GOLD["discretised_2.6_1.5"], atol=1e-13)


def test_areas_side_by_side_give_what_each_gives_alone():
    counts = np.random.default_rng(1).poisson(3.0, size=(3, 40))
    interval = gamma_interval(6.3, 4.2)
    together = reproduction_closed(counts, interval=interval)
    for a in range(3):
        alone = reproduction_closed(counts[a], interval=interval)
        np.testing.assert_allclose(together.quantiles[a], alone.quantiles, rtol=1e-13)


def test_pressure_is_the_plain_sum():
    from naive.situation import pressure

    rng = np.random.default_rng(2)
    local, imported = rng.poisson(2.0, 50).astype(float), rng.poisson(1.0, 50).astype(float)
    interval = gamma_interval(4.0, 2.0, n_day=20)
    got = infectious_pressure(local, imported, interval, imported_infectiousness=0.5)
    np.testing.assert_allclose(got, pressure(local, 0.5 * imported, interval.pmf), rtol=1e-12)


def test_less_infectious_imports_raise_the_number():
    local, imported = np.full(30, 2.0), np.full(30, 2.0)
    interval = gamma_interval(6.3, 4.2)
    full = reproduction_closed(local, imported, interval=interval)
    half = reproduction_closed(local, imported, interval=interval, imported_infectiousness=0.5)
    assert np.all(half.mean[10:] > full.mean[10:])


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        (np.zeros(0), "none"),
        (np.zeros(5), "none"),
        (np.zeros(30), "none"),
        (np.eye(1, 30, 0)[0], "caution"),
        (np.full(30, 10_000.0), "good"),
    ],
)
def test_odd_series_get_an_answer_or_a_sentence(counts, level):
    estimate = reproduction_closed(counts, interval=gamma_interval(6.3, 4.2))
    assert estimate.status.level == level
    assert (level == "good") == (not estimate.status.advice)


def test_ten_thousand_a_day_reads_as_one():
    estimate = reproduction_closed(np.full(60, 10_000.0), interval=gamma_interval(6.3, 4.2))
    assert estimate.mean[-1] == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("bad", [[-1.0, 2.0], [math.nan, 1.0], [math.inf, 1.0]])
def test_counts_that_cannot_be_cases_are_refused(bad):
    with pytest.raises(ScenarioError, match="cannot be cases"):
        reproduction_closed(np.array(bad * 10), interval=gamma_interval(6.3, 4.2))


def test_a_window_outside_the_series_is_refused():
    interval = gamma_interval(6.3, 4.2)
    for starts, ends in ([0], [5]), ([1], [30]), ([6], [5]):
        with pytest.raises(ScenarioError, match="window outside"):
            reproduction_closed(np.ones(30), interval=interval, starts=starts, ends=ends)


@pytest.mark.parametrize(("mean", "sd"), [(1.0, 1.0), (5.0, 0.0), (math.nan, 1.0), (0.5, 2.0)])
def test_an_interval_that_cannot_be_made_discrete_is_refused(mean, sd):
    with pytest.raises(ScenarioError, match="cannot be made discrete"):
        discretise(mean, sd, 20)


@pytest.mark.parametrize("pmf", [[0.0], [0.5, 0.5], [0.0, -0.1, 1.1], [0.0, 0.3]])
def test_what_is_no_serial_interval_is_refused(pmf):
    with pytest.raises(ScenarioError, match="not a serial interval"):
        SerialInterval(np.array(pmf))
