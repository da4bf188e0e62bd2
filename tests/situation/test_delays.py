from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, lognorm

from factories.situation import write_csv
from twofronts.errors import ReportError
from twofronts.situation.delays import delay_between, delay_pmf, estimate_delay
from twofronts.situation.linelist import read_line_list


def drawn(family, mean, sd, n, rng):
    if family == "gamma":
        x = rng.gamma((mean / sd) ** 2, sd**2 / mean, n)
    else:
        variance = math.log1p((sd / mean) ** 2)
        x = rng.lognormal(math.log(mean) - variance / 2, math.sqrt(variance), n)
    return np.floor(rng.random(n) + x).astype(int)


@pytest.mark.parametrize("family", ["gamma", "lognormal"])
def test_pmf_is_the_integral_over_both_days(family):
    mean, sd = 4.0, 2.5
    if family == "gamma":
        density = gamma((mean / sd) ** 2, scale=sd**2 / mean).pdf
    else:
        variance = math.log1p((sd / mean) ** 2)
        density = lognorm(math.sqrt(variance), scale=math.exp(math.log(mean) - variance / 2)).pdf
    pmf = delay_pmf(family, mean, sd, 8)
    for d in range(8):
        want = quad(lambda x: (1 - abs(x - d)) * density(x), max(d - 1, 0), d + 1, points=[d])[0]  # noqa: B023
        assert pmf[d] == pytest.approx(want, abs=1e-7)


@pytest.mark.parametrize("family", ["gamma", "lognormal"])
def test_truncation_is_undone(family):
    rng = np.random.default_rng(1)
    onset = np.sort(np.floor(20 * rng.random(1500) ** 0.4).astype(int))
    delay = drawn(family, 6.0, 3.5, onset.size, rng)
    seen = onset + delay <= 20
    naive = delay[seen].mean()
    d = estimate_delay(delay[seen], (20 - onset)[seen], family=family)
    assert naive < 5.2
    assert d.mean_low < 6.0 < d.mean_high
    assert d.mean == pytest.approx(6.0, abs=0.8)


def test_intervals_cover_as_often_as_they_say():
    hits = 0
    for i in range(60):
        rng = np.random.default_rng([2, i])
        onset = rng.integers(0, 25, 80)
        delay = drawn("gamma", 5.0, 3.0, onset.size, rng)
        seen = onset + delay <= 25
        d = estimate_delay(delay[seen], (25 - onset)[seen], family="gamma")
        hits += d.mean_low <= 5.0 <= d.mean_high
    assert 47 <= hits <= 60


def test_the_family_that_fits_is_chosen():
    rng = np.random.default_rng(3)
    delay = drawn("lognormal", 5.0, 5.0, 3000, rng)
    assert estimate_delay(delay, np.full(3000, 200)).family == "lognormal"


def test_too_few_pairs_give_a_sentence_and_no_figure():
    d = estimate_delay(np.array([3, 4]), np.array([9, 9]))
    assert math.isnan(d.mean)
    assert "too few" in d.status.advice[0].en


def test_cases_too_new_are_pointed_out():
    delay = np.array([0, 1, 1, 2, 2, 1, 3, 2])
    d = estimate_delay(delay, delay + np.array([0, 0, 1, 0, 1, 1, 0, 0]))
    assert d.status.level == "caution"


@pytest.mark.parametrize(("delay", "longest"), [(-1, 5), (6, 5)])
def test_impossible_delays_are_refused(delay, longest):
    with pytest.raises(ReportError, match="longer than could have been seen"):
        estimate_delay(np.array([delay] * 6), np.array([longest] * 6))


def test_from_a_line_list_only_what_was_known(tmp_path):
    rows = [
        {"id": i, "area": "a", "onset": f"2020-01-{10 + i:02d}", "confirmation": f"2020-01-{14 + i:02d}"}
        for i in range(12)
    ]  # fmt: skip
    lines = read_line_list(write_csv(tmp_path, pd.DataFrame(rows)))
    d = delay_between(lines, "onset", "confirmation", as_of=dt.date(2020, 1, 20))
    assert d.n_pairs == 7
    late = delay_between(
        lines, "onset", "confirmation", as_of=dt.date(2020, 2, 20), since=dt.date(2020, 1, 15)
    )
    assert late.n_pairs == 7
    with pytest.raises(ReportError, match="no day of a case"):
        delay_between(lines, "onset", "party", as_of=dt.date(2020, 2, 20))
