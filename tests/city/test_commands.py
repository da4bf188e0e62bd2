"""The command line: what it prints, and its exit status."""

from __future__ import annotations

import pytest

from factories.city_folder import edit, town_copy
from twofronts.cli import main


@pytest.fixture(autouse=True)
def _plain_output(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def test_new_then_check(tmp_path, capsys):
    path = tmp_path / "mine"
    assert main(["city", "new", str(path), "--name-en", "Mine"]) == 0
    assert f"twofronts city check {path}" in capsys.readouterr().out
    assert main(["city", "check", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: no problems.\n"


def test_new_never_overwrites(tmp_path, capsys):
    assert main(["city", "new", str(tmp_path / "mine")]) == 0
    before = sorted((p.name, p.read_bytes()) for p in (tmp_path / "mine").iterdir())
    capsys.readouterr()
    assert main(["city", "new", str(tmp_path / "mine")]) == 2
    assert "a new city never overwrites" in capsys.readouterr().err
    assert sorted((p.name, p.read_bytes()) for p in (tmp_path / "mine").iterdir()) == before


def test_check_prints_one_line_for_each_problem_and_exits_with_2(tmp_path, capsys):
    folder = town_copy(tmp_path / "city")
    edit(folder, "hospitals.csv", 3, ",20,0,", ",-20,0,")
    edit(folder, "ages.toml", 5, "assumed", "asumed")
    assert main(["city", "check", str(folder)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("ages.toml:5:grade: unknown grade.")
    assert "did you mean assumed?" in lines[0]
    assert lines[1].startswith("hospitals.csv:3:beds: negative.")
    assert lines[2] == f"{folder}: 2 problems."


def test_check_prints_a_table_on_a_terminal(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    folder = town_copy(tmp_path / "city")
    edit(folder, "hospitals.csv", 3, ",20,0,", ",-20,0,")
    assert main(["city", "check", str(folder)]) == 2
    out = capsys.readouterr().out
    assert "To mend it" in out
    assert "hospitals.csv:3:beds" in out
    assert "1 problem." in out


def test_check_of_a_built_in_city_by_name(capsys):
    assert main(["city", "check", "nanjing"]) == 0
    assert capsys.readouterr().out.endswith("nanjing: no problems.\n")


def test_check_of_nothing(tmp_path, capsys):
    assert main(["city", "check", str(tmp_path / "nowhere")]) == 2
    assert "neither a built-in city nor a folder" in capsys.readouterr().err


def test_show_names_known_assumed_and_missing(capsys):
    assert main(["city", "show", "nanjing"]) == 0
    out = capsys.readouterr().out
    assert " | " not in out
    assert out.startswith("Nanjing, as of 2020-02-18: 9,314,685 residents.\n")
    for words in ("known", "assumed", "missing", "enterprises", "checkpoints", "tracers"):
        assert words in out
    assert "census bulletin of Nanjing" in out


def test_show_in_chinese_and_with_notes(capsys):
    assert main(["city", "show", "nanjing", "--lang", "zh", "--notes"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("南京市，截至2020年2月18日，常住人口9,314,685人。\n")
    assert "14,030.15亿元" in out
    states = {line.split("│")[1].strip() for line in out.splitlines() if line.startswith("│")}
    assert states == {"已知", "假设", "缺失", ""}
    assert "流动人口" in out
    assert " | " in out  # notes follow the source
    # nothing is cut off, and sources are Chinese
    assert "…" not in out
    for words in ("南京市人口普查公报", "“复工”不等于“达产”", "凭记忆"):
        assert words in out
    assert "bulletin" not in out


def test_show_marks_an_invented_city(tmp_path, capsys):
    assert main(["city", "new", str(tmp_path / "mine"), "--name-en", "Mine"]) == 0
    assert main(["city", "show", str(tmp_path / "mine")]) == 0
    assert "Mine (invented), as of" in capsys.readouterr().out


def test_show_refuses_a_language_it_lacks(capsys):
    assert main(["city", "show", "town", "--lang", "fr"]) == 2
    assert "write en or zh" in capsys.readouterr().err


def test_show_of_a_bad_city_names_its_problems(tmp_path, capsys):
    folder = town_copy(tmp_path / "city")
    (folder / "ages.csv").write_bytes(b"")
    assert main(["city", "show", str(folder)]) == 2
    assert "ages.csv:1: the file is empty" in capsys.readouterr().err
