"""The commands, the page of measures and the tutorial."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factories.rulebooks import CATALOGUE
from twofronts.cli import main
from twofronts.measures import load_rulebook
from twofronts.measures.catalogue import LINES
from twofronts.measures.page import page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_measures_lists_every_measure_and_level(capsys, lang):
    assert main(["measures", "--lang", lang]) == 0
    text = capsys.readouterr().out
    for line in LINES.values():
        assert line[lang] in text
    for m in CATALOGUE.measure.values():
        assert m.key in text
        for level in m.level:
            assert f"{level.key}: {level.name[lang]}" in text


def test_unknown_language_is_refused(capsys):
    assert main(["measures", "--lang", "fr"]) == 2
    assert "write en or zh" in capsys.readouterr().err


def test_parameters_are_listed_with_source_and_grade(capsys):
    assert main(["parameters", "measure.fever_clinics"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["key", "value", "unit", "range", "grade", "source"]
    assert [r[0] for r in rows[1:]] == [
        "measure.fever_clinics.campaign.care_seeking",
        "measure.fever_clinics.door_to_door.care_seeking",
    ]
    assert rows[1][1:5] == ["0.73", "1", "0.63 to 0.84", "measured"]


def test_a_key_that_no_parameter_has_is_told(capsys):
    assert main(["parameters", "zzzz"]) == 2
    seen = capsys.readouterr()
    assert "no parameter's key contains 'zzzz'" in seen.err
    assert seen.out == ""


def test_parameters_are_listed_in_chinese_with_their_names(capsys):
    assert main(["parameters"]) == 0
    en = [x.split("\t") for x in capsys.readouterr().out.splitlines()]
    assert main(["parameters", "--lang", "zh"]) == 0
    zh = [x.split("\t") for x in capsys.readouterr().out.splitlines()]
    assert zh[0] == ["代码", "名称", "数值", "单位", "范围", "等级", "来源"]
    assert len(zh) == len(en) > 400
    for one, two in zip(en[1:], zh[1:], strict=True):
        assert (two[0], two[2]) == (one[0], one[1])
        assert two[4].replace("至", " to ") == one[3]
        assert re.search("[\u4e00-\u9fff]", two[1])
        assert two[5] in ("实测", "发表", "校准", "假设")
    assert main(["parameters", "--lang", "xx"]) == 2


def test_show_says_levels_terms_and_note(capsys):
    assert main(["rulebook", "show", "meeting", "--lang", "zh"]) == 0
    text = capsys.readouterr().out
    book = load_rulebook("meeting")
    assert "低：登记出入；中：封闭式管理；高：全封闭，物资送达" in text
    assert book.orders.basis["zh"] in text
    assert book.note["zh"] in text


def test_show_says_the_term_of_one_measure(capsys, tmp_path):
    path = tmp_path / "b.toml"
    path.write_text(
        'name = "b"\n[measures]\nvenues = { level = "closed", basis = "B 7", days = 9 }\n'
    )
    assert main(["rulebook", "show", str(path)]) == 0
    assert "Public venues: basis B 7, days in force 9" in capsys.readouterr().out


def test_diff(capsys):
    assert main(["rulebook", "diff", "held", "meeting"]) == 0
    text = capsys.readouterr().out
    assert (
        "How firms resume: Approval, with a daily capacity -> Filing: effective on receipt" in text
    )
    assert main(["rulebook", "diff", "held", "held", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "两套规则完全相同。\n"


def test_new_check_and_diff_go_together(capsys, tmp_path):
    path = tmp_path / "mine.toml"
    assert main(["rulebook", "new", str(path), "--from", "held"]) == 0
    assert main(["rulebook", "check", str(path)]) == 0
    assert "no problems" in capsys.readouterr().out
    assert main(["rulebook", "diff", "held", str(path)]) == 0
    assert capsys.readouterr().out == "The two rulebooks decide the same.\n"


def test_new_never_overwrites(capsys, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("keep")
    assert main(["rulebook", "new", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_text() == "keep"


def test_check_names_every_problem_and_exits_with_2(capsys, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('name = "b"\n[measures]\nmasks = "on"\nvenues = "closed"\n')
    assert main(["rulebook", "check", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"{path}:3:measures.masks.level.low",
        f"{path}:4:measures.venues",
        f"{path}:4:measures.venues",
    ]
    assert main(["rulebook", "check", str(tmp_path / "none.toml")]) == 2


def test_page_of_measures_is_up_to_date(capsys):
    assert (DOCS / "measures.md").read_text(encoding="utf-8") == page(), (
        "run: twofronts measures --page > docs/measures.md"
    )
    assert main(["measures", "--page"]) == 0
    assert capsys.readouterr().out == page()


def _blocks(text, kind):
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.S)


def test_tutorial_runs(capsys, tmp_path, monkeypatch):
    text = (DOCS / "tutorials" / "write-a-rulebook.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^    \$ twofronts (.+)$", text, flags=re.M)
    assert main(commands[0].split()) == 0
    assert "Wrote spring.toml" in capsys.readouterr().out
    good, (bad,) = _blocks(text, "toml"), _blocks(text, "toml bad")
    Path("wrong.toml").write_text(bad, encoding="utf-8")
    for i, block in enumerate(good):
        Path(f"good{i}.toml").write_text(block, encoding="utf-8")
        assert main(["rulebook", "check", f"good{i}.toml"]) == 0
    Path("spring.toml").write_text(good[0], encoding="utf-8")
    for command in commands[1:]:
        assert main(command.split()) == (2 if "wrong" in command else 0)
    refused = capsys.readouterr().err
    for shown in re.findall(r"^    (wrong\.toml:\d+): (.+)$", text, flags=re.M):
        assert any(
            line.startswith(shown[0]) and shown[1] in line for line in refused.splitlines()
        ), shown
    (program,) = _blocks(text, "python")
    exec(compile(program, "tutorial", "exec"), {})
    assert "Public venues: low: Open with limited numbers" in capsys.readouterr().out
