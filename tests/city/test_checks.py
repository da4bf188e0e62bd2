"""Bad cities: each spoils the town in one way and must be named by file, line, column and words."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.bad_cities import CASES, NASTY, unbalanced
from factories.city_folder import edit, town_copy
from twofronts.city.checks import check_city
from twofronts.city.loader import built_in_folder, built_in_names, load_city
from twofronts.errors import CityError


def test_there_are_at_least_forty_distinct_bad_inputs():
    assert len(CASES) >= 40
    assert len({c.id for c in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_a_bad_city_is_named_by_place_and_words(case, tmp_path):
    folder = town_copy(tmp_path / "city")
    case.spoil(folder)
    problems = check_city(folder)
    places = sorted(p.where for p in problems)
    print("\n".join(map(str, problems)))
    assert set(places) == {case.where, *case.also}
    text = " | ".join(str(p) for p in problems if p.where == case.where)
    for word in case.words:
        assert word in text


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_a_table_may_end_its_lines_as_other_machines_do(ending, tmp_path):
    folder = town_copy(tmp_path / "city")
    for file in folder.glob("*.csv"):
        text = file.read_text(encoding="utf-8").replace("\n", ending)
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert check_city(folder) == []
    assert load_city(folder).population == load_city("town").population


def test_every_problem_is_named_at_once(tmp_path):
    folder = town_copy(tmp_path / "city")
    chosen = [c for c in CASES if c.id in ("negative", "unknown grade", "share above 1", "gbk")]
    for case in chosen:
        case.spoil(folder)
    places = {p.where for p in check_city(folder)}
    assert places == {c.where for c in chosen}


def test_problems_come_in_order_of_file_and_line(tmp_path):
    folder = town_copy(tmp_path / "city")
    for line in (19, 3, 11):
        edit(folder, "ages.csv", line, "0.0", "-0.0")
    edit(folder, "city.toml", 47, "0.4", "4")
    problems = check_city(folder)
    assert problems[0].file == "city.toml"
    assert [p.line for p in problems if p.file == "ages.csv"] == [3, 11, 19]


def test_square_tables_need_every_sector(tmp_path):
    folder = town_copy(tmp_path / "city")
    unbalanced(folder)
    text = (folder / "io_domestic.csv").read_text()
    (folder / "io_domestic.csv").write_text(text.replace("sector,A,B,", "sector,A,Bee,"))
    found = {(p.where, p.what) for p in check_city(folder) if p.file == "io_domestic.csv"}
    assert found == {
        ("io_domestic.csv:1:Bee", "unknown sector"),
        ("io_domestic.csv:1:B", "sector B lacks its row or column"),
    }


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path):
    folder = town_copy(tmp_path / "city")
    for file in [*folder.glob("*.csv"), *folder.glob("*.toml"), *folder.glob("*.geojson")]:
        text = file.read_text(encoding="utf-8")
        file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert check_city(folder) == []
    plain, marked = load_city("town"), load_city(folder)
    assert marked.districts.equals(plain.districts)
    assert marked.reports.equals(plain.reports)


def test_lines_count_through_cells_that_hold_line_breaks(tmp_path):
    folder = town_copy(tmp_path / "city")
    edit(folder, "stocks.csv", 2, "Surgical masks", '"Surgical\nmasks"')
    edit(folder, "stocks.csv", 9, ",34,", ",-34,")
    assert [p.where for p in check_city(folder)] == ["stocks.csv:9:stock"]


def test_optional_tables_may_be_left_out(tmp_path):
    folder = town_copy(tmp_path / "city")
    for name in ("commuting", "employment", "enterprises", "policies", "resumption"):
        (folder / f"{name}.csv").unlink()
        (folder / f"{name}.toml").unlink()
    assert check_city(folder) == []


def test_rounded_totals_pass_and_larger_gaps_do_not(tmp_path):
    folder = town_copy(tmp_path / "city")
    edit(folder, "city.toml", 17, "7040", "7060")
    assert check_city(folder) == []
    edit(folder, "city.toml", 17, "7060", "7140")
    assert [p.where for p in check_city(folder)] == ["households.csv:9:n_households"]


def test_no_folder_and_a_file_in_its_place(tmp_path):
    (problem,) = check_city(tmp_path / "nowhere")
    assert problem.what == "there is no such folder"
    (tmp_path / "file").write_text("x")
    (problem,) = check_city(tmp_path / "file")
    assert problem.what == "this is a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_nobody_may_read(tmp_path):
    folder = town_copy(tmp_path / "city")
    (folder / "ages.csv").chmod(0)
    (problem,) = check_city(folder)
    assert problem.where == "ages.csv"
    assert problem.what == "the file cannot be read"
    assert problem.why == "permission denied"


def test_a_folder_in_place_of_a_table(tmp_path):
    folder = town_copy(tmp_path / "city")
    (folder / "ages.csv").unlink()
    (folder / "ages.csv").mkdir()
    (problem,) = check_city(folder)
    assert (problem.where, problem.what) == ("ages.csv", "the file cannot be read")


def test_loading_a_bad_city_carries_every_problem(tmp_path):
    folder = town_copy(tmp_path / "city")
    edit(folder, "hospitals.csv", 3, ",20,0,", ",-20,0,")
    edit(folder, "stocks.csv", 8, ",34,", ",-34,")
    with pytest.raises(CityError) as caught:
        load_city(folder)
    assert [p.where for p in caught.value.problems] == [
        "hospitals.csv:3:beds",
        "stocks.csv:8:stock",
    ]


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_cities_are_sound(name):
    assert check_city(built_in_folder() / name) == []


@pytest.mark.slow
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_broken_is_reported_and_never_raised(data, tmp_path_factory):
    folder = town_copy(tmp_path_factory.mktemp("fuzz") / "city")
    files = sorted(p for p in folder.iterdir() if p.name != "enterprises.csv")
    for _ in range(data.draw(st.integers(1, 3))):
        file = data.draw(st.sampled_from(files))
        old = file.read_bytes()
        at = data.draw(st.integers(0, len(old)))
        until = min(len(old), at + data.draw(st.integers(0, 40)))
        new = data.draw(st.sampled_from(NASTY) | st.text(max_size=6))
        file.write_bytes(old[:at] + new.encode("utf-8", "surrogatepass") + old[until:])
    problems = check_city(folder)
    assert all(p.what and p.why and p.remedy and p.file for p in problems)
    if not problems:
        load_city(folder)


@pytest.mark.slow
def test_a_register_of_100_000_enterprises(tmp_path):
    """Every bad row of a large register is named; how long it takes is measured elsewhere."""
    folder = Path(shutil.copytree(built_in_folder() / "nanjing", tmp_path / "city"))
    city = load_city("nanjing")
    jobs = [r for r in city.employment.itertuples() if r.workers >= 20_000]
    rows = [
        f"e{i:06d},企业{i},{jobs[i % len(jobs)].sector},{jobs[i % len(jobs)].district},{1 + i % 20}"
        for i in range(100_000)
    ]
    sidecar = (folder / "employment.toml").read_text(encoding="utf-8")
    (folder / "enterprises.toml").write_text(sidecar, encoding="utf-8")
    table = folder / "enterprises.csv"
    header = "id,name,sector,district,staff"
    table.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert check_city(folder) == []

    rows[77_777] = rows[5]
    rows[40_000] = rows[40_000].rsplit(",", 1)[0] + ",-3"
    rows[99_999] = rows[99_999].replace(",320", ",32O", 1)
    table.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert [p.where for p in check_city(folder)] == [
        "enterprises.csv:40002:staff",
        "enterprises.csv:77779:id",
        "enterprises.csv:100001:district",
    ]
