"""What ``twofronts city new`` writes is sound, commented, and never overwrites."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twofronts.city import check_city, load_city
from twofronts.city.tables import TABLE
from twofronts.city.template import LEFT_OUT, write_template
from twofronts.errors import CityError, OutputError


def test_the_template_passes_its_own_check_and_loads(tmp_path):
    write_template(tmp_path / "My Place", name_en="My Place", name_zh="某地")
    assert check_city(tmp_path / "My Place") == []
    city = load_city(tmp_path / "My Place")
    assert (city.id, city.name_en, city.name_zh, city.invented) == (
        "my-place",
        "My Place",
        "某地",
        True,
    )
    assert city.population == 20_000
    assert [t for t in LEFT_OUT if city.table(t) is not None] == []


def test_every_column_is_explained_in_both_languages_beside_its_table(tmp_path):
    write_template(tmp_path / "city")
    for file in (tmp_path / "city").glob("*.csv"):
        sidecar = file.with_suffix(".toml").read_text(encoding="utf-8")
        for column in TABLE[file.stem].columns:
            assert f"#   {column.name}: {column.en}" in sidecar
            assert column.zh in sidecar


def test_every_number_that_can_be_given_is_explained(tmp_path):
    from twofronts.city.scalars import SCALARS

    write_template(tmp_path / "city")
    head = (tmp_path / "city" / "city.toml").read_text(encoding="utf-8")
    assert [s.name for s in SCALARS if s.en not in head or s.zh not in head] == []


def test_an_empty_folder_is_filled_and_a_full_one_is_left_alone(tmp_path):
    (tmp_path / "empty").mkdir()
    write_template(tmp_path / "empty")
    assert check_city(tmp_path / "empty") == []
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(CityError, match="never overwrites"):
        write_template(tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["notes.txt"]
    with pytest.raises(CityError, match="something here already"):
        write_template(tmp_path / "full" / "notes.txt")


def test_a_path_through_a_file_is_refused_in_plain_words(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CityError, match="a file is in the way") as caught:
        write_template(tmp_path / "file" / "deep" / "city")
    assert caught.value.problems[0].file == str(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_nobody_may_write_is_refused_in_plain_words(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        write_template(tmp_path / "locked" / "city")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here that refuses writing")
def test_a_folder_that_takes_no_files_is_refused_in_plain_words():
    with pytest.raises(OutputError, match="/proc/city could not be written"):
        write_template(Path("/proc/city"))


@pytest.mark.slow
def test_the_residents_of_the_template_can_be_built(tmp_path):
    from twofronts.city import build_residents

    write_template(tmp_path / "city")
    city = load_city(tmp_path / "city")
    assert len(build_residents(city, seed=1)) == city.population == 20_000
