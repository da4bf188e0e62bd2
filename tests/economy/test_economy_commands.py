"""The commands, as they are typed."""

from __future__ import annotations

import re

import pytest

from factories.wording import english, numbers
from twofronts.city import load_city
from twofronts.cli import main
from twofronts.economy.scenario import scenario_from
from twofronts.economy.sensitivity import FUNCTION, tornado
from twofronts.parameters import load_parameters
from twofronts.wording import width


def test_economy_prints_the_accounts(capsys, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(
        'title = "Half of industry"\ndays = 8\ndraws = 3\n'
        '[[attendance]]\nfrom = 2020-02-18\ngroup = "industry"\nshare = 0.5\n'
    )
    out = tmp_path / "run.nc"
    args = ["economy", "nanjing", "--scenario", str(path), "--no-sensitivity", "--out", str(out)]
    assert main(args) == 0
    text = capsys.readouterr().out
    for words in (
        "Half of industry",
        "Front two of Nanjing, 2020-02-18 to 2020-02-25, 3 draws",
        "Value added lost",
        "resumption",
        "staff return",
        "capacity",
        "C6 Electronics and electrical",
        "Jiangning",
        "masks",
        "labour",
        "location quotients",
        "By week: that day's rates",
        "Wages at risk over the period",
        "value added lost",
        "of ordinary",
    ):
        assert words in text
    assert max(len(line) for line in text.splitlines()) <= 120
    assert out.stat().st_size > 1000


def test_a_shortage_says_what_it_kept_from_happening(capsys, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text("days = 24\ndraws = 4\n[[effect]]\nfrom = 2020-02-18\nmasks_per_shift = 5.0\n")
    assert main(["economy", "nanjing", "--scenario", str(path), "--no-sensitivity"]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("Masks: of staff"))
    assert "the worst day" in line
    assert not line.startswith("Masks: of staff that need one, had one 100%")


def test_options_go_over_the_scenario(capsys):
    assert main(["economy", "nanjing", "--days", "3", "--draws", "2", "--no-sensitivity"]) == 0
    assert "2020-02-18 to 2020-02-20, 2 draws" in capsys.readouterr().out


def test_a_bad_scenario_is_a_sentence_and_status_2(capsys, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text("dayz = 8\n")
    assert main(["economy", "nanjing", "--scenario", str(path)]) == 2
    error = capsys.readouterr().err
    assert "dayz" in error
    assert "To mend it" in error
    assert main(["economy", "nanjing", "--days", "0"]) == 2


def test_unknown_places_of_a_scenario_are_all_named_with_the_file(capsys, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(
        'title = "T"\n[[attendance]]\nfrom = 2020-02-18\nshare = 0.5\nsector = ["C99"]\n'
        '[[effect]]\nfrom = 2020-02-18\ndistrict = ["nowhere"]\nfreight_border = 0.5\n'
    )
    assert main(["economy", "town", "--scenario", str(path)]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert f"{path}:attendance.0.sector: no sector is called 'C99'" in seen.err
    assert f"{path}:effect.0.district: no district is called 'nowhere'" in seen.err


def test_a_target_that_cannot_be_written_is_refused_before_the_run(capsys, tmp_path):
    for option in ("--out", "--tornado"):
        assert main(["economy", "town", option, str(tmp_path)]) == 2
        seen = capsys.readouterr()
        assert "a folder is there" in seen.err
        assert seen.out == ""


def test_the_help_names_every_table_of_a_scenario(capsys):
    assert main(["economy", "--help"]) == 0
    text = capsys.readouterr().out
    for name in ('"attendance"', '"effect"', '"parameters"'):
        assert name in text


def test_fit_resumption_writes_its_file(capsys, tmp_path):
    path = tmp_path / "fit.toml"
    assert main(["fit-resumption", "nanjing", "--draws", "5", "--out", str(path)]) == 0
    text = capsys.readouterr().out
    assert "reported 8,600, modelled 8,600" in text
    assert "labour.called_start" in path.read_text()


@pytest.mark.slow
def test_what_matters_most_is_drawn_and_named(capsys, tmp_path):
    picture = tmp_path / "tornado.png"
    args = ["economy", "nanjing", "--days", "30", "--draws", "2", "--tornado", str(picture)]
    assert main(args) == 0
    assert "What matters most" in capsys.readouterr().out
    assert picture.read_bytes()[:4] == b"\x89PNG"


@pytest.mark.slow
def test_bars_are_in_order_and_every_range_has_one():
    city, parameters = load_city("nanjing"), load_parameters()
    result = tornado(city, scenario_from({"days": 20, "parameters": {"production.fear": 1.0}}))
    widths = [bar.width for bar in result.bars]
    assert widths == sorted(widths, reverse=True)
    keys = {bar.key for bar in result.bars}
    assert FUNCTION in keys
    for key in ("production.stock_scale", "production.restock_days", "production.hire_days"):
        assert key in keys
        assert parameters[key].range is not None
    # a value that the scenario holds has no range left
    assert "production.fear" not in keys
    assert 0 < result.centre < 1


def test_the_accounts_in_chinese_tell_the_same_numbers(capsys, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text("days = 24\ndraws = 4\n[[effect]]\nfrom = 2020-02-18\nmasks_per_shift = 5.0\n")
    args = ["economy", "nanjing", "--scenario", str(path)]
    picture = tmp_path / "matters.svg"
    assert main([*args, "--lang", "zh", "--tornado", str(picture)]) == 0
    zh = capsys.readouterr().out
    assert main([*args, "--lang", "en"]) == 0
    en = capsys.readouterr().out
    assert english(zh, "WIOD", "Flegg") == []
    for words in ("亿元", "复工率", "返岗率", "达产率", "C6 电子电气", "江宁区", "医用外科口罩",
                  "2020年2月18日至2020年3月12日", "出现短缺：医用外科口罩", "生产函数"):  # fmt: skip
        assert words in zh
    # English calls respirators by their key, Chinese N95; the picture's name is no number
    told = zh.replace("N95", "").replace(str(picture), "")
    assert numbers(told) == numbers(en)
    sectors = [
        x for x in zh.split("逐周")[0].splitlines() if x[:2] in ("A ", "C1", "E ", "LM", "OR")
    ]
    cells = [[width(x[: m.end()]) for m in re.finditer(r"\d+%", x)] for x in sectors]
    assert len(cells) == 5
    assert all(c == cells[0] for c in cells)
    assert max(map(width, zh.splitlines())) <= 120
    assert picture.stat().st_size > 10_000


def test_the_pace_of_return_in_chinese(capsys):
    assert main(["fit-resumption", "--draws", "5", "--lang", "zh"]) == 0
    zh = capsys.readouterr().out
    assert main(["fit-resumption", "--draws", "5"]) == 0
    assert numbers(zh) == numbers(capsys.readouterr().out)
    assert english(zh) == []
    assert zh.startswith("规上工业企业复工率：报告 0.26，模拟 0.26\n")


@pytest.mark.parametrize("command", ["economy nanjing", "economy-shock x", "fit-resumption"])
def test_another_language_is_refused(capsys, command):
    assert main([*command.split(), "--lang", "xx"]) == 2
    assert "'xx' is no language" in capsys.readouterr().err
