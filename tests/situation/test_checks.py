from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from factories.situation import report_table
from twofronts.city import load_city
from twofronts.errors import ReportError
from twofronts.situation.checks import check_reports, require_consistent
from twofronts.situation.reports import reports_of

GOOD = [0, 2, 3, 1, 4, 2, 0, 5]


def found(table):
    return [(p.line, p.column, p.what) for p in check_reports(reports_of(table, file="r.csv"))]


def test_consistent_reports_pass():
    table = report_table(GOOD, cum_cured=[0, 0, 1, 1, 2, 2, 3, 3], cum_deaths=0)
    assert found(table) == []
    require_consistent(reports_of(table))


@pytest.mark.parametrize("name", ["nanjing", "town"])
def test_the_built_in_cities_pass(name):
    city = load_city(name)
    assert check_reports(reports_of(city.reports, areas=city.district_codes)) == []


def test_a_falling_cumulative_count_names_its_row():
    table = report_table(GOOD)
    table.loc[4, "cum_confirmed"] = 3
    table["new_confirmed"] = np.nan
    assert found(table) == [(6, "cum_confirmed", "cum_confirmed falls from 6 to 3")]


def test_a_new_count_that_is_not_the_rise_names_its_row():
    table = report_table(GOOD)
    table.loc[3, "new_confirmed"] = 7
    assert found(table) == [
        (5, "new_confirmed", "new_confirmed is 7, but cum_confirmed rises by 1")
    ]


def test_cured_above_confirmed_names_its_row():
    table = report_table(GOOD, cum_cured=[0, 0, 0, 0, 0, 0, 0, 20])
    assert found(table) == [(9, "cum_cured", "20 cured or dead, above 17 confirmed")]


def test_more_in_hospital_than_remain_names_its_row():
    table = report_table(GOOD, cum_cured=0, in_hospital=[0, 2, 5, 6, 10, 13, 12, 17])
    assert [line for line, _, _ in found(table)] == [7]


def test_districts_that_do_not_add_up_name_the_city_row():
    city, a, b = report_table([4, 4]), report_table([1, 3], "a"), report_table([3, 2], "b")
    problems = found(pd.concat([city, a, b]))
    assert {line for line, _, _ in problems} == {3}
    assert "districts add up to 5, the city reports 4" in problems[0][2]


def test_missing_districts_may_add_up_to_less_but_not_to_more():
    city, a = report_table([4, 4]), report_table([1, 3], "a")
    b = report_table([3, 1], "b").iloc[:1]
    assert found(pd.concat([city, a, b])) == []
    too_many = a.assign(new_confirmed=[1, 9], cum_confirmed=[1, 10])
    assert found(pd.concat([city, too_many, b])) != []


def test_a_report_twice_names_the_second():
    table = report_table(GOOD)
    problems = found(pd.concat([table, table.iloc[[2]]]))
    assert [line for line, _, _ in problems] == [10]
    assert "there twice" in problems[0][2]


def test_a_correction_with_its_own_version_is_no_repetition():
    table = report_table(GOOD, version=1)
    fixed = table.iloc[[7]].assign(version=2)
    assert found(pd.concat([table, fixed])) == []


def test_a_source_that_runs_a_day_late_is_found_with_its_first_row():
    early = report_table([0, 2, 3, 1, 4, 2, 1, 5, 2, 3], source="health commission")
    late = early.copy()
    late["source"] = "compilation"
    late.loc[5:, "cum_confirmed"] = early["cum_confirmed"].shift(1)[5:]
    late["new_confirmed"] = np.nan
    problems = found(pd.concat([early, late]))
    assert [line for line, _, _ in problems] == [17]
    assert "compilation runs a day late for city from 2020-01-25" in problems[0][2]


def test_two_sources_that_agree_are_no_shift():
    one = report_table([0, 2, 3, 1, 4, 2, 1, 5, 2, 3], source="a")
    assert found(pd.concat([one, one.assign(source="b")])) == []


def test_require_consistent_refuses_naming_the_file():
    table = report_table(GOOD)
    table.loc[3, "new_confirmed"] = 7
    with pytest.raises(ReportError, match=r"r\.csv:5:new_confirmed"):
        require_consistent(reports_of(table, file="r.csv"))
