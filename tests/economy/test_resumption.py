"""The pace of return: the reports come back, and a known truth is found again."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from twofronts.city import load_city
from twofronts.economy.labour import workforce_from_tables
from twofronts.economy.resumption import (
    ABOVE_SCALE,
    FIRMS,
    FITTED,
    STAFF,
    Report,
    fit_as_toml,
    fit_resumption,
    model,
    reports,
    solve,
)
from twofronts.errors import CityError
from twofronts.parameters import load_parameters, read_parameters


@pytest.fixture(scope="module")
def fit():
    return fit_resumption(load_city("nanjing"), load_parameters(), draws=40)


def test_the_three_reports_are_reproduced(fit):
    assert fit.reported == {ABOVE_SCALE: 0.26, FIRMS: 8600.0, STAFF: 400_000.0}
    for indicator, reported in fit.reported.items():
        assert fit.modelled[indicator] == pytest.approx(reported, rel=1e-6)


def test_the_built_in_parameters_are_the_fit(fit):
    for key in FITTED:
        parameter = load_parameters()[key]
        assert parameter.grade == "calibrated"
        assert parameter.value == pytest.approx(fit.values[key], rel=1e-3)
        low, high = fit.ranges[key]
        assert low <= parameter.value <= high


def test_a_known_truth_is_found_again():
    workforce = workforce_from_tables(load_city("nanjing"), load_parameters())
    truth = (0.2, 0.01, 0.7)
    began = dt.date(2020, 2, 10)
    first = model(workforce, truth[:2], truth[2], 1)
    later = model(workforce, truth[:2], truth[2], 11)
    found = {
        ABOVE_SCALE: Report(ABOVE_SCALE, began, first[0]),
        FIRMS: Report(FIRMS, began + dt.timedelta(days=10), later[1]),
        STAFF: Report(STAFF, began + dt.timedelta(days=10), later[2]),
    }
    assert solve(workforce, found) == pytest.approx(truth, rel=1e-9)


def test_a_report_out_of_reach_is_missed_not_forced():
    workforce = workforce_from_tables(load_city("nanjing"), load_parameters())
    found = reports(load_city("nanjing"))
    found[FIRMS] = Report(FIRMS, found[FIRMS].date, 10.0)
    found[STAFF] = Report(STAFF, found[STAFF].date, 1e9)
    large, small, called = solve(workforce, found)
    assert small == 0.0
    assert called == 1.0
    assert model(workforce, (large, small), called, 8)[1] > 10


def test_the_fit_is_written_as_a_parameter_file(fit, tmp_path):
    text = fit_as_toml(fit, load_city("nanjing"), load_parameters())
    assert set(tomllib.loads(text)["labour"]) == {key.split(".")[1] for key in FITTED}
    path = tmp_path / "fit.toml"
    path.write_text(text, encoding="utf-8")
    for key, parameter in read_parameters(path).items():
        assert parameter.grade == "calibrated"
        assert parameter.value == pytest.approx(fit.values[key], rel=1e-4)


def test_a_city_without_reports_is_told_which():
    city = load_city("nanjing")
    city = city.model_copy(update={"resumption": city.resumption.iloc[:1]})
    with pytest.raises(CityError, match=f"no report of {FIRMS}"):
        fit_resumption(city, load_parameters())
