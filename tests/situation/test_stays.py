from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from factories.situation import START, report_table
from twofronts.parameters import load_parameters
from twofronts.situation.reports import reports_of, series_of
from twofronts.situation.stays import estimate_stay, leaving_of, patients_ahead

P = load_parameters()


def ward(mean, n_day=45, per_day=8.0, seed=1):
    """New cases, those leaving and those in hospital of each day; stays are gamma."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(per_day, n_day)
    report = np.repeat(np.arange(n_day), counts)
    shape = 4.0
    leave = report + np.maximum(1, np.round(rng.gamma(shape, mean / shape, report.size))).astype(
        int
    )
    leaving = np.bincount(leave, minlength=n_day)[:n_day]
    return counts, leaving, np.cumsum(counts) - np.cumsum(leaving)


def series(counts, leaving, there, upto):
    table = report_table(
        counts[:upto], new_cured=leaving[:upto], new_deaths=0, in_hospital=there[:upto]
    )
    return series_of(reports_of(table), START + dt.timedelta(days=upto - 1))


@pytest.mark.parametrize("mean", [8.0, 20.0])
def test_the_stay_is_read_off_the_reports(mean):
    counts, leaving, there = ward(mean)
    stay = estimate_stay(counts + 0.0, leaving + 0.0, parameters=P, draws=1000)
    low, mid, high = stay.interval()
    assert low < mean < high
    assert mid == pytest.approx(mean, rel=0.25)
    np.testing.assert_allclose(stay.by_age.sum(axis=1), there[-1], atol=1e-6)


def test_where_nobody_leaves_or_says_so_the_prior_stands():
    counts = np.full(5, 3.0)
    stay = estimate_stay(counts, np.full(5, np.nan), parameters=P, draws=1000)
    assert np.median(stay.mean) == pytest.approx(P.value("stays.mean"), rel=0.08)


@pytest.mark.parametrize("mean", [9.0, 18.0])
def test_patients_to_come_lie_in_their_ranges(mean):
    hits, widths = [], []
    for seed in range(6):
        counts, leaving, there = ward(mean, seed=seed)
        known = series(counts, leaving, there, 35)
        cases = np.tile(counts[35:], (500, 1))
        ahead = patients_ahead(known, cases, parameters=P, seed=seed)
        low, high = np.quantile(ahead, [0.05, 0.95], axis=0)
        hits.append((low <= there[35:]) & (there[35:] <= high))
        widths.append((high - low)[0])
    assert np.mean(hits) > 0.8
    assert np.mean(widths) < 20


def test_a_day_ahead_nobody_can_be_lost():
    counts, leaving, there = ward(12.0)
    known = series(counts, leaving, there, 40)
    ahead = patients_ahead(known, np.zeros((300, 30)), parameters=P)
    assert np.all(np.diff(ahead, axis=1) <= 0)
    assert ahead.min() >= 0
    assert np.all(ahead[:, 0] <= there[39])


def test_patients_of_a_few_days_ago_are_carried_on_with_the_cases_since():
    counts, leaving, there = ward(12.0)
    table = report_table(counts[:40], new_cured=leaving[:40] + 0.0, in_hospital=there[:40] + 0.0)
    table.loc[37:, "in_hospital"] = np.nan
    known = series_of(reports_of(table), START + dt.timedelta(days=39))
    ahead = patients_ahead(known, np.tile(counts[40:], (400, 1)), parameters=P)
    assert ahead.shape == (400, 5)
    low, high = np.quantile(ahead[:, -1], [0.02, 0.98])
    assert low <= there[44] <= high


def test_without_reports_of_patients_there_is_no_forecast_of_them():
    known = series_of(reports_of(report_table([1, 2, 3])), START + dt.timedelta(days=2))
    assert patients_ahead(known, np.zeros((10, 3)), parameters=P) is None
    assert np.isnan(leaving_of(known)).all()
