from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from twofronts.errors import ReportError
from twofronts.situation.nowcast import nowcast, reporting_triangle

GOLD = json.loads((Path(__file__).parents[1] / "golden" / "o104.json").read_text())
EVENT, REPORT = np.array(GOLD["event"]), np.array(GOLD["report"])
FINAL = np.bincount(EVENT, minlength=80)


def covered(now, draws=1000):
    n = nowcast(reporting_triangle(EVENT, REPORT, now), draws=draws)
    days = np.arange(max(0, now - 14), now + 1)
    return (n.quantiles[days, 0] <= FINAL[days]) & (FINAL[days] <= n.quantiles[days, -1])


def test_o104_covers_as_often_as_the_best_of_surveillance_on_its_day():
    ref = GOLD["reference"]
    now = (dt.date.fromisoformat(GOLD["now"]) - dt.date.fromisoformat(GOLD["start"])).days
    final = np.array(ref["final"])
    best = max(
        np.mean((np.array(ref[m]["low"]) <= final) & (final <= np.array(ref[m]["high"])))
        for m in ("lawless", "bayes.notrunc", "bayes.trunc")
    )
    assert best == pytest.approx(14 / 15)
    assert covered(now, 300).mean() >= best


@pytest.mark.slow
def test_o104_over_all_days():
    # daily reports began on day 17 (24 May 2011); before them a backlog came in at once
    hits = np.concatenate([covered(now, 400) for now in range(17, 60)])
    assert hits.mean() >= 14 / 15


def test_a_backlog_reported_at_once_does_not_read_as_long_delays():
    hits, high = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        event = np.repeat(np.arange(40), rng.poisson(12, 40))
        usual = event + rng.poisson(3, event.size)
        # nothing is reported before day 20; what is due by then comes in within three days
        report = np.where(usual < 20, 20 + rng.integers(0, 3, event.size), usual)
        final = np.bincount(event, minlength=40)
        for now in (22, 24, 27, 31):
            n = nowcast(reporting_triangle(event, report, now), draws=300, seed=seed)
            days = np.arange(now - 9, now + 1)
            hits.append(
                (n.quantiles[days, 0] <= final[days]) & (final[days] <= n.quantiles[days, -1])
            )
            high.append(n.quantiles[days[-4], -1])
    assert np.mean(hits) > 0.88
    assert np.median(high) < 80


def test_steady_reporting_is_reckoned_up():
    rng = np.random.default_rng(1)
    event = np.repeat(np.arange(40), rng.poisson(20, 40))
    report = event + rng.poisson(4, event.size)
    n = nowcast(reporting_triangle(event, report, 39), draws=600)
    median = n.quantiles[:, n.levels.index(0.5)]
    assert n.seen[-3:].sum() < 30
    assert 42 < median[-3:].sum() < 85
    assert np.all(n.draws >= n.seen)


def test_more_of_an_old_day_has_been_reported_than_of_a_new_one():
    event = np.repeat(np.arange(30), 5)
    report = event + np.tile([0, 1, 2, 4, 7], 30)
    n = nowcast(reporting_triangle(event, report, 29), draws=200)
    assert np.all(np.diff(n.reported_share[-10:]) <= 1e-9)
    assert n.reported_share[0] == 1.0


def test_nothing_reported_is_said_in_words():
    n = nowcast(np.zeros((10, 10), dtype=int), draws=100)
    assert n.status.level == "none"
    assert np.isnan(n.quantiles).all()


def test_few_reports_are_pointed_out():
    triangle = np.zeros((20, 20), dtype=int)
    triangle[5, 2] = 3
    assert any("barely known" in a.en for a in nowcast(triangle, draws=100).status.advice)


def test_the_same_seed_gives_the_same_numbers():
    triangle = reporting_triangle(EVENT, REPORT, 26)
    a, b = nowcast(triangle, draws=100, seed=4), nowcast(triangle, draws=100, seed=4)
    np.testing.assert_array_equal(a.draws, b.draws)


def test_reports_from_after_now_are_refused():
    triangle = np.zeros((5, 5), dtype=int)
    triangle[4, 1] = 1
    with pytest.raises(ReportError, match="after now"):
        nowcast(triangle)
