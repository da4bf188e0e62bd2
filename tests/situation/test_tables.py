from __future__ import annotations

import datetime as dt

import pytest
from openpyxl import Workbook

from twofronts.errors import ReportError
from twofronts.situation.reports import read_reports
from twofronts.situation.tables import read_rows


def test_xlsx_reads_as_csv_does(tmp_path):
    book = Workbook()
    page = book.active
    page.append(["date", "area", "new_confirmed"])
    page.append([dt.datetime(2020, 1, 20), 320102, 3])
    page.append(["2020-01-21", "320102", "4"])
    book.save(tmp_path / "r.xlsx")
    (tmp_path / "r.csv").write_text(
        "date,area,new_confirmed\n2020-01-20,320102,3\n2020/01/21,320102,4\n", encoding="utf-8"
    )
    a, b = read_reports(tmp_path / "r.xlsx"), read_reports(tmp_path / "r.csv")
    columns = ["date", "area", "new_confirmed", "version", "line"]
    assert a.table[columns].equals(b.table[columns])


def test_a_named_sheet_is_read(tmp_path):
    book = Workbook()
    book.active.append(["nothing"])
    page = book.create_sheet("daily")
    page.append(["date", "area"])
    page.append(["2020-01-20", None])
    book.save(tmp_path / "r.xlsx")
    assert len(read_reports(tmp_path / "r.xlsx", sheet="daily").table) == 1


def test_lines_count_from_the_header_and_blank_rows_keep_their_number(tmp_path):
    (tmp_path / "r.csv").write_text("\ufeffa,b\n1,2\n,\n3,4\n", encoding="utf-8")
    assert [(r.line, r.cells["a"]) for r in read_rows(tmp_path / "r.csv", required=("a",))] == [
        (2, "1"),
        (4, "3"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'date'"),
        ("date\n", "no column 'area'"),
        ("date,area,area\n", "'area' stands twice"),
        ("date,area\n2020-01-20,x,9\n", "more cells than columns"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(tmp_path, text, message):
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=message) as error:
        read_reports(tmp_path / "r.csv")
    assert error.value.problems[0].line in (1, 2)


def test_what_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "r.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "r.xlsx").write_bytes(b"not a workbook")
    for path in (tmp_path / "none.csv", tmp_path / "r.csv", tmp_path / "r.xlsx"):
        with pytest.raises(ReportError, match="cannot be read"):
            read_reports(path)
