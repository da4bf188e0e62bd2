from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from factories.situation import write_csv
from twofronts.errors import ReportError
from twofronts.situation.linelist import clusters, daily_counts, read_line_list

ROWS = [
    {"id": "1", "area": "a", "onset": "2020-01-20", "confirmation": "2020-01-26", "imported": "1"},
    {"id": "2", "area": "a", "onset": "2020-01-25", "confirmation": "2020-01-29", "imported": "0",
     "infector": "1"},
    {"id": "3", "area": "b", "onset": "", "confirmation": "2020-02-20", "imported": ""},
]  # fmt: skip


def read(tmp_path, rows, areas=("a", "b")):
    return read_line_list(write_csv(tmp_path, pd.DataFrame(rows), "cases.csv"), areas=areas)


def test_reads_days_origin_and_infector(tmp_path):
    table = read(tmp_path, ROWS).table
    assert table["imported"].tolist() == [True, False, None]
    assert table["onset"].isna().tolist() == [False, False, True]
    assert table["infector"].tolist() == ["", "1", ""]


def test_only_cases_known_on_the_day_count(tmp_path):
    lines = read(tmp_path, ROWS)
    assert lines.known_on(dt.date(2020, 1, 28))["id"].tolist() == ["1"]


def test_counts_by_area_and_day(tmp_path):
    cases = read(tmp_path, ROWS).table
    counts = daily_counts(
        cases, "onset", areas=("city", "a", "b"), start=dt.date(2020, 1, 20), n_day=7
    )
    assert counts.sum(axis=1).tolist() == [2, 2, 0]
    assert counts[1, 0] == counts[1, 5] == 1


@pytest.mark.parametrize(
    ("row", "message", "column"),
    [
        ({"id": "1", "confirmation": "2020-01-27"}, "there twice", "id"),
        ({"id": "", "confirmation": "2020-01-27"}, "without id", "id"),
        ({"id": "9", "confirmation": ""}, "no day of confirmation", "confirmation"),
        ({"id": "9", "onset": "2020-02-01", "confirmation": "2020-01-27"}, "before onset", "confirmation"),
        ({"id": "9", "area": "q", "confirmation": "2020-01-27"}, "no district", "area"),
        ({"id": "9", "infector": "77", "confirmation": "2020-01-27"}, "no case has the id", "infector"),
        ({"id": "9", "imported": "maybe", "confirmation": "2020-01-27"}, "neither yes nor no", "imported"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_line(tmp_path, row, message, column):
    with pytest.raises(ReportError, match=message) as error:
        read(tmp_path, [*ROWS, row])
    assert (error.value.problems[0].line, error.value.problems[0].column) == (5, column)


def test_clusters_join_infectors_and_names_within_the_days(tmp_path):
    rows = [
        *ROWS,
        {"id": "4", "area": "b", "confirmation": "2020-02-21", "cluster": "market"},
        {"id": "5", "area": "b", "confirmation": "2020-03-20", "cluster": "market"},
        {"id": "6", "area": "b", "confirmation": "2020-03-25", "cluster": "market"},
    ]
    found = clusters(read(tmp_path, rows).table, least=2, within_days=14)
    assert found == {"a": [dt.date(2020, 1, 29)], "b": [dt.date(2020, 3, 25)]}
