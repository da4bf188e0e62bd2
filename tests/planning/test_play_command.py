"""``twofronts play`` in both languages."""

from __future__ import annotations

import re

import pytest

from factories.wording import english, numbers
from twofronts.cli import main
from twofronts.wording import width

ARGS = ["play", "town", "--rulebook", "meeting", "--days", "15", "--draws", "6", "--seed", "2"]


def printed(capsys, *more):
    """Return what is printed: the lines of prose, the heads, and the rows of the table."""
    assert main([*ARGS, *more]) == 0
    lines = [x for x in capsys.readouterr().out.splitlines() if x.strip()]
    heads = [x for x in lines if x[0] == "┃"]
    rows = [[c.strip() for c in x.strip("│").split("│")] for x in lines if x[0] == "│"]
    return [x for x in lines if x[0] not in "┏┃┡│└"], heads, rows


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return str(tmp_path_factory.mktemp("play") / "tree.csv")


def test_what_is_printed_in_chinese_has_no_english(capsys, tree):
    prose, heads, rows = printed(capsys, "--lang", "zh", "--line-list", tree)
    assert english("\n".join([*prose, *heads, *map(" ".join, rows)])) == []
    assert prose[0] == "小镇(虚构)，方案“2月18日会议部署”：自2020年2月18日起15天，6次模拟"
    assert any("仅 6 次模拟" in x for x in prose)
    assert prose[-1].startswith(f"传播链：{tree}（")


def hundredfold(text):
    """Turn 亿元 to the hundredth into millions: the same digits."""
    return re.sub(r"[\d,]+\.\d\d", lambda m: f"{100 * float(m[0].replace(',', '')):.0f}", text)


def test_both_languages_have_the_same_numbers(capsys):
    en, zh = (printed(capsys, "--lang", lang) for lang in ("en", "zh"))
    assert len(en[2]) == len(zh[2]) == 3
    for one, two in zip(en[2], zh[2], strict=True):
        assert two[-1] != one[-1]
        assert [numbers(hundredfold(x)) for x in (two[0], *two[2:])] == [
            numbers(x) for x in (one[0], *one[2:])
        ]
        assert two[1] == f"{int(one[1][5:7])}月{int(one[1][8:])}日"
    assert len(en[0]) == len(zh[0])
    for one, two in zip(en[0][1:], zh[0][1:], strict=True):
        assert numbers(hundredfold(two)) == numbers(one)


def test_the_printed_table_is_even(capsys):
    assert main([*ARGS[:2], "--days", "8", "--draws", "3", "--lang", "zh"]) == 0
    lines = [x for x in capsys.readouterr().out.splitlines() if x and x[0] in "┏┃┡│└"]
    assert len(lines) == 6
    assert len({width(x) for x in lines}) == 1


def test_another_language_is_refused(capsys):
    assert main([*ARGS, "--lang", "xx"]) == 2
    assert "'xx' is no language" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("jobs are at risk", "Wages at risk", "Running short in some draws", "binds most",
                "By week: that day's rates", "C6 Electronics", "Old Town", "cover, first day")),
        ("zh", ("受影响岗位", "期内受影响工资", "部分模拟中出现缺口", "主要制约", "逐周", "C6 电子电气",
                "老城区", "首日可保障天数")),
    ],
)  # fmt: skip
def test_the_accounts_of_front_two_are_printed_on_demand(lang, words, capsys):
    assert main([*ARGS, "--accounts", "--lang", lang]) == 0
    text = capsys.readouterr().out
    for word in words:
        assert word in text
    if lang == "zh":
        assert english(text) == []


def test_without_asking_only_the_outline_is_printed(capsys):
    assert main([*ARGS]) == 0
    text = capsys.readouterr().out
    assert "jobs are at risk" in text
    assert "By week" not in text
