from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from factories.situation import START, report_table, write_csv
from twofronts.errors import ReportError
from twofronts.situation.reports import confirmed_total, read_reports, reports_of, series_of


def day(n):
    return START + dt.timedelta(days=n)


def test_zero_reports_and_blanks_are_told_apart():
    table = report_table([0, 2, 0, 1])
    table.loc[2, ["new_confirmed", "cum_confirmed"]] = np.nan
    table.loc[3, "cum_confirmed"] = np.nan
    new = series_of(reports_of(table), day(3)).new["new_confirmed"][0]
    assert new[:2].tolist() == [0, 2]
    assert math.isnan(new[2])
    assert new[3] == 1


def test_new_counts_come_from_cumulative_ones_where_they_tell():
    table = report_table([0, 2, 3, 0, 0, 4])
    table["new_confirmed"] = np.nan
    table.loc[[3, 4], "cum_confirmed"] = np.nan
    new = series_of(reports_of(table), day(5)).new["new_confirmed"][0]
    np.testing.assert_array_equal(new, [0, 2, 3, np.nan, np.nan, np.nan])
    table.loc[5, "cum_confirmed"] = 5
    new = series_of(reports_of(table), day(5)).new["new_confirmed"][0]
    np.testing.assert_array_equal(new, [0, 2, 3, 0, 0, 0])


def test_the_newest_version_known_on_the_day_counts():
    table = report_table([1, 2, 3])
    table["version"] = 1
    table["published"] = table["date"]
    again = table.iloc[[1]].assign(new_confirmed=5, version=2, published=day(2))
    reports = reports_of(pd.concat([table, again]))
    assert series_of(reports, day(1)).new["new_confirmed"][0].tolist() == [1, 2]
    assert series_of(reports, day(2)).new["new_confirmed"][0].tolist() == [1, 5, 3]
    assert len(reports.table) == 4


def test_nothing_published_later_is_used():
    reports = reports_of(report_table([1, 2, 3]))
    assert series_of(reports, day(1)).new["new_confirmed"].shape == (1, 2)


def test_the_total_goes_on_from_the_last_cumulative_count():
    table = report_table([1, 2, 3, 4], area="a")
    table.loc[[2, 3], "cum_confirmed"] = np.nan
    city = report_table([1, 2, 3, 4])
    total, last = confirmed_total(series_of(reports_of(pd.concat([city, table])), day(3)))
    assert total.tolist() == [10, 10]
    assert last.tolist() == [3, 3]
    table.loc[3, "new_confirmed"] = np.nan
    total, last = confirmed_total(series_of(reports_of(pd.concat([city, table])), day(3)))
    assert (total[1], last[1]) == (6, 2)


def test_districts_keep_the_order_of_the_city():
    table = pd.concat([report_table([1], area="b"), report_table([1], area="a")])
    assert reports_of(table, areas=["b", "a"]).areas == ("city", "b", "a")


def test_an_empty_table_is_a_city_that_reported_nothing():
    reports = reports_of(pd.DataFrame(columns=["date", "area"]), areas=["a"])
    series = series_of(reports, day(0))
    assert np.isnan(series.new["new_confirmed"]).all()
    assert reports.first_date() is None


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("new_confirmed", "-1", "'-1' is not a count"),
        ("new_confirmed", "2.5", "'2.5' is not a count"),
        ("cum_cured", "many", "'many' is not a count"),
        ("date", "18.2.2020", "is not a date"),
        ("date", "", "no date"),
        ("area", "zz", "no district has the code 'zz'"),
        ("published", "2020-01-01", "before the day it reports"),
    ],
)
def test_a_bad_cell_is_refused_with_line_and_column(tmp_path, column, value, message):
    table = report_table([1, 2, 3], area="a").astype(object)
    if column not in table:
        table[column] = ""
    table.loc[1, column] = value
    with pytest.raises(ReportError, match=message) as error:
        read_reports(write_csv(tmp_path, table), areas=["a"])
    problem = error.value.problems[0]
    assert (problem.file, problem.line, problem.column) == ("reports.csv", 3, column)


def test_every_bad_row_is_named_at_once(tmp_path):
    table = report_table([1, 2, 3]).astype(object)
    table["new_confirmed"] = ["x", "2", "y"]
    with pytest.raises(ReportError) as error:
        read_reports(write_csv(tmp_path, table))
    assert [p.line for p in error.value.problems] == [2, 4]


def test_a_series_that_would_start_after_its_end_is_refused():
    with pytest.raises(ReportError, match="a situation looks back"):
        series_of(reports_of(report_table([1])), day(0), start=day(3))
