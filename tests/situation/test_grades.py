from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from factories.situation import START, report_table, write_csv
from twofronts.situation.grades import LEVELS, AreaFacts, Thresholds, grade_area
from twofronts.situation.grading import grade_districts
from twofronts.situation.linelist import read_line_list
from twofronts.situation.reports import reports_of, series_of

TODAY = dt.date(2020, 2, 18)
RULE = Thresholds()


def ago(days):
    return TODAY - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("total", "last", "cluster", "level"),
    [
        (0, None, None, "low"),
        (7, 14, None, "low"),
        (7, 13, None, "medium"),
        (7, 0, None, "medium"),
        (50, 0, 0, "medium"),
        (51, 0, 0, "high"),
        (51, 0, 13, "high"),
        (51, 0, 14, "medium"),
        (51, 0, None, "medium"),
        (51, 14, 5, "low"),
        (500, 20, 20, "low"),
    ],
)
def test_the_rule_of_17_february(total, last, cluster, level):
    facts = AreaFacts(
        "a", total, None if last is None else ago(last), None if cluster is None else ago(cluster)
    )
    grade = grade_area(facts, TODAY, RULE)
    assert (grade.level, grade.certain) == (level, True)


@pytest.mark.parametrize(
    ("total", "last", "cluster", "changes"),
    [
        (7, 3, None, (11, "low")),
        (7, 13, None, (1, "low")),
        (60, 2, 5, (9, "medium")),
        (60, 2, 2, (12, "low")),
        (7, 20, None, (None, None)),
        (0, None, None, (None, None)),
    ],
)
def test_the_day_it_would_change_is_the_first_on_which_the_rule_says_so(
    total, last, cluster, changes
):
    facts = AreaFacts(
        "a", total, None if last is None else ago(last), None if cluster is None else ago(cluster)
    )
    grade = grade_area(facts, TODAY, RULE)
    if changes[0] is None:
        assert grade.changes_on is None
        return
    assert (grade.changes_on, grade.changes_to) == (ago(-changes[0]), changes[1])
    assert grade_area(facts, grade.changes_on, RULE).level == grade.changes_to
    before = grade.changes_on - dt.timedelta(days=1)
    assert grade_area(facts, before, RULE).level == grade.level


def test_thresholds_of_ones_own():
    facts = AreaFacts("a", 30, ago(8), ago(8))
    assert grade_area(facts, TODAY, Thresholds(few_cases=20)).level == "high"
    assert grade_area(facts, TODAY, Thresholds(new_days=7)).level == "low"


def test_without_clusters_known_the_higher_grade_stands_and_says_so():
    grade = grade_area(AreaFacts("a", 60, ago(3), clusters_known=False), TODAY, RULE)
    assert (grade.level, grade.certain) == ("high", False)
    assert "no line list" in grade.reason.en
    assert "不能排除" in grade.reason.zh


def test_the_reason_is_said_in_both_languages():
    grade = grade_area(AreaFacts("a", 7, ago(3)), TODAY, RULE)
    assert grade.reason.en == (
        "7 cases in all, the newest 3 days ago by day of confirmation: new within 14 days, at most "
        "50 in all."
    )
    assert (
        grade.reason.zh
        == "累计 7 例，最近一例在 3 天前（按确诊日期）：14 天内有新增，累计不超过 50 例。"
    )


def test_cases_without_a_district_raise_a_grade_they_make_likely():
    facts = AreaFacts(
        "a", 2, ago(20), unascribed=30, unascribed_new=30, unascribed_last=ago(1), share=0.1
    )
    grade = grade_area(facts, TODAY, RULE)
    assert (grade.level, grade.certain, grade.changes_on) == ("medium", False, ago(-13))
    rare = AreaFacts(
        "a", 2, ago(20), unascribed=1, unascribed_new=1, unascribed_last=ago(1), share=0.01
    )
    assert grade_area(rare, TODAY, RULE).level == "low"


def series(*tables, as_of=TODAY):
    return series_of(reports_of(pd.concat(tables), areas=["a", "b"]), as_of)


def test_grades_from_reports_that_cover_every_district():
    counts = np.zeros(30)
    counts[[3, 28]] = 2
    a, b = report_table(counts, "a"), report_table(np.zeros(30), "b")
    grades = grade_districts(series(report_table(counts), a, b), ["a", "b"], thresholds=RULE)
    assert [(g.area, g.level, g.certain) for g in grades] == [
        ("a", "medium", True),
        ("b", "low", True),
    ]
    assert grades[0].last_case == START + dt.timedelta(days=28)


def test_a_lone_cumulative_count_does_not_date_its_cases():
    city = report_table([1, 1, 1] + [0] * 27)
    a = pd.DataFrame({"date": [START + dt.timedelta(days=20)], "area": "a", "cum_confirmed": 3})
    b = report_table([0] * 30, "b")
    grade = grade_districts(series(city, a, b), ["a", "b"], thresholds=RULE)[0]
    assert (grade.level, grade.certain) == ("medium", False)
    assert "at least 9 days ago" in grade.reason.en


def test_a_district_never_reported_is_low_only_if_city_cases_are_placed():
    city = report_table([0] * 28 + [3, 0])
    a = report_table([0] * 28 + [3, 0], "a")
    grades = grade_districts(series(city, a), ["a", "b"], thresholds=RULE)
    assert [g.level for g in grades] == ["medium", "low"]
    unplaced = grade_districts(
        series(city, report_table([0] * 5, "a")), ["a", "b"], thresholds=RULE
    )
    assert [(g.level, g.certain) for g in unplaced] == [("medium", False), ("medium", False)]


def test_onset_dates_grade_on_their_own_basis(tmp_path):
    lines = pd.DataFrame(
        [{"id": str(i), "area": "a", "onset": "2020-02-01", "confirmation": "2020-02-10"} for i in range(3)]
    )  # fmt: skip
    counts = np.zeros(30)
    counts[21] = 3
    grades = grade_districts(
        series(report_table(counts), report_table(counts, "a"), report_table(counts * 0, "b")),
        ["a", "b"],
        line_list=read_line_list(write_csv(tmp_path, lines)),
        thresholds=RULE,
    )
    assert [(g.basis, g.area, g.level) for g in grades] == [
        ("confirmation", "a", "medium"),
        ("confirmation", "b", "low"),
        ("onset", "a", "low"),
        ("onset", "b", "low"),
    ]


def test_nanjing_on_18_february_has_no_high_district_and_says_what_it_does_not_know():
    from twofronts.city import load_city

    city = load_city("nanjing")
    known = series_of(reports_of(city.reports, areas=city.district_codes), TODAY)
    grades = grade_districts(known, city.district_codes)
    assert {g.level for g in grades} == {"medium"}
    assert not any(g.certain for g in grades)
    assert {g.changes_on for g in grades} == {dt.date(2020, 3, 3)}


def test_the_simulators_grades_follow_the_same_rule():
    from twofronts.kernels.measures import grade_districts as simulated
    from twofronts.kernels.types_measures import GradeRule, GradeState

    rng = np.random.default_rng(1)
    n = 400
    total = rng.choice([0, 1, 20, 49, 50, 51, 52, 200], n)
    last, cluster = rng.integers(0, 20, n), rng.integers(0, 20, n)
    cluster = np.maximum(cluster, last)
    state = GradeState(total.astype(np.int64), -last.astype(np.int32), -cluster.astype(np.int32))
    out = np.zeros(n, dtype=np.uint8)
    simulated(GradeRule(50, 14, 14, 2, 14, 1, 0), state, 0, out)
    for i in range(n):
        facts = AreaFacts("a", int(total[i]), ago(int(last[i])), ago(int(cluster[i])))
        if total[i] == 0:
            facts = AreaFacts("a", 0, None)
        assert LEVELS.index(grade_area(facts, TODAY, RULE).level) == out[i], facts
