from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import gamma

from twofronts.errors import ScenarioError
from twofronts.situation.ending import (
    chance_of_more,
    chance_of_more_estimated,
    chance_of_more_traced,
    elimination_chance,
    first_day_over,
    remaining,
)
from twofronts.situation.intervals import SerialInterval, discretise_censored

FOLDER = Path(__file__).parents[1] / "golden"
GOLD = json.loads((FOLDER / "endings.json").read_text())


def test_likati_with_and_without_infectors():
    case = GOLD["likati"]
    cdf = np.cumsum(case["interval"])
    onsets = np.bincount(case["day"], minlength=120)
    plain = 1 - chance_of_more(onsets, r=0.95, k=0.18, interval_cdf=cdf)
    traced = 1 - chance_of_more_traced(
        case["day"], case["infector"], n_day=120, r=0.95, k=0.18, interval_cdf=cdf
    )
    np.testing.assert_allclose(plain[case["days"]], case["untraced"], atol=1e-12)
    np.testing.assert_allclose(traced[case["days"]], case["traced"], atol=1e-12)
    assert (round(traced[40], 4), round(plain[40], 4)) == (0.0215, 0.1947)


def test_mers_korea_to_the_printed_digits():
    case = GOLD["mers_korea"]
    start = dt.date.fromisoformat(case["start"])
    shape, scale = (case["mean"] / case["sd"]) ** 2, case["sd"] ** 2 / case["mean"]
    cdf = gamma.cdf(np.arange(120), shape, scale=scale)
    chance = chance_of_more(np.array(case["onsets"]), r=case["r"], k=case["k"], interval_cdf=cdf)
    for date, printed in case["expected"].items():
        got = chance[(dt.date.fromisoformat(date) - start).days]
        assert got == pytest.approx(float(printed), abs=0.51 * 10 ** -(len(printed) - 2)), date


def test_mers_korea_is_over_on_21_july():
    case = GOLD["mers_korea"]
    shape, scale = (case["mean"] / case["sd"]) ** 2, case["sd"] ** 2 / case["mean"]
    cdf = gamma.cdf(np.arange(120), shape, scale=scale)
    onsets = np.append(case["onsets"], np.zeros(20))
    day = first_day_over(chance_of_more(onsets, r=case["r"], k=case["k"], interval_cdf=cdf))
    assert dt.date.fromisoformat(case["start"]) + dt.timedelta(days=day) == dt.date(2015, 7, 21)


@pytest.mark.parametrize("name", ["Flu2009", "SARS2003"])
@pytest.mark.parametrize("prior", ["1_5", "100_5"])
def test_elimination_of_flu_and_sars(name, prior):
    series = json.loads((FOLDER / "epiestim.json").read_text())["series"][name]
    case = GOLD["elimination"][name]
    want = case["prior"][prior]
    n = max(want["day"])
    local = np.append(series["local"], np.zeros(max(n - len(series["local"]), 0)))[:n]
    got = elimination_chance(
        local,
        interval=SerialInterval(np.array(series["interval"])),
        window=case["window"],
        prior_shape=float(prior.split("_")[0]),
        prior_scale=5.0,
    )
    np.testing.assert_allclose(got[np.array(want["day"]) - 1], want["z"], rtol=1e-10, atol=1e-12)


def test_equateur_without_the_response():
    case = GOLD["equateur"]
    pmf = discretise_censored(15.3, 9.3, 110)
    onsets = np.array(case["onsets"])
    left = remaining(onsets, np.minimum(np.cumsum(discretise_censored(15.3, 9.3, 111)), 1))
    np.testing.assert_allclose(left[case["day"]], case["left"], atol=1e-5)
    got = chance_of_more_estimated(onsets, pmf=pmf, first=1, last=32)
    np.testing.assert_allclose(got[case["day"]], case["chance"], atol=5e-6)


def test_the_limit_of_many_small_clumps_is_poisson():
    onsets, cdf = np.array([1, 0, 2, 0, 0, 1]), np.linspace(0, 1, 8)
    poisson = chance_of_more(onsets, r=1.2, k=math.inf, interval_cdf=cdf)
    np.testing.assert_allclose(
        chance_of_more(onsets, r=1.2, k=1e8, interval_cdf=cdf), poisson, rtol=1e-6
    )


def test_without_known_infectors_two_cases_are_independent():
    cdf = np.linspace(0, 1, 10)
    one = chance_of_more_traced([0], [-1], n_day=12, r=0.8, k=0.3, interval_cdf=cdf)
    two = chance_of_more_traced([0, 0], [-1, -1], n_day=12, r=0.8, k=0.3, interval_cdf=cdf)
    np.testing.assert_allclose(1 - two, (1 - one) ** 2, rtol=1e-12)


def test_the_first_day_over_is_the_last_crossing():
    assert first_day_over(np.array([0.01, 0.2, 0.04, 0.03])) == 2
    assert first_day_over(np.array([0.2, 0.2])) is None
    assert first_day_over(np.zeros(3)) == 0


@pytest.mark.parametrize(("r", "k"), [(-1.0, 0.5), (1.0, 0.0), (math.nan, 1.0)])
def test_impossible_offspring_are_refused(r, k):
    with pytest.raises(ScenarioError, match="no offspring distribution"):
        chance_of_more(np.ones(3), r=r, k=k, interval_cdf=np.ones(3))


def test_an_infector_that_comes_later_is_refused():
    with pytest.raises(ScenarioError, match="before its infector"):
        chance_of_more_traced([5, 0], [-1, 0], n_day=9, r=1, k=1, interval_cdf=np.ones(3))


def test_censored_interval_sums_to_one_and_keeps_the_mean():
    pmf = discretise_censored(15.3, 9.3, 110)
    assert pmf.sum() == pytest.approx(1.0, abs=1e-12)
    assert pmf @ np.arange(110) == pytest.approx(15.3, abs=0.01)
    np.testing.assert_allclose(pmf[:74], GOLD["likati"]["interval"][:74], atol=1e-12)
