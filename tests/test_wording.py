"""Both languages of what the commands print: the choice, sentences, columns."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle

import numpy as np
import pytest

from factories.wording import english, numbers
from twofronts.errors import ScenarioError
from twofronts.fonts import FontError, check_lettering, lettering, require_drawn
from twofronts.wording import (
    Said,
    cut,
    date_words,
    even,
    language,
    money_unit,
    pad,
    said_in,
    width,
)


def test_a_language_is_english_or_chinese():
    assert [language(x) for x in ("en", "zh")] == ["en", "zh"]
    for wrong in ("fr", "", "EN", "both"):
        with pytest.raises(ScenarioError, match="is no language"):
            language(wrong)


def test_a_sentence_is_english_text_that_carries_its_chinese():
    said = Said("3 draws", "3 次模拟")
    assert said == "3 draws"
    assert json.dumps([said]) == '["3 draws"]'
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert (said_in(again, "en"), said_in(again, "zh")) == ("3 draws", "3 次模拟")
    assert type(said_in(said, "en")) is str


def test_what_has_no_chinese_of_its_own_is_looked_up_or_stays():
    assert said_in("assumed", "zh") == "假定"
    assert said_in("Our bureau, 2025", "zh") == "Our bureau, 2025"


def test_dates_and_money():
    for value in (dt.date(2020, 2, 8), np.datetime64("2020-02-08T00:00"), "2020-02-08"):
        assert date_words(value, "en") == "2020-02-08"
        assert date_words(value, "zh") == "2020年2月8日"
        assert date_words(value, "zh", year=False) == "2月8日"
    assert money_unit("CNY", "zh", "hundred million") == "亿元"
    assert money_unit("CNY", "en", "hundred million") == "hundred million CNY"
    assert money_unit("GBP", "zh", "million") == "百万 GBP"


def test_a_chinese_character_takes_two_places():
    assert [width(x) for x in ("", "ab", "复工", "（1）", "é", "e\u0301")] == [0, 2, 4, 5, 1, 1]
    assert pad("区", 4) == "区  "
    assert pad("区", 4, right=True) == "  区"
    assert cut("信息通信与邮政", 9) == "信息通信"
    lines = even([("区", "岗位"), ("雨花台区", "1,282"), ("a", "5")])
    assert lines == ["区         岗位", "雨花台区  1,282", "a             5"]
    assert {width(line) for line in lines} == {15}


def test_pictures_are_refused_where_they_would_show_boxes(monkeypatch):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().set_title("达产率 \ue000")
    require_drawn(figure, "en")
    with pytest.raises(FontError, match=r"U\+E000"):
        require_drawn(figure, "zh")
    monkeypatch.setattr("twofronts.fonts.find_spec", lambda name: None)
    check_lettering("en", "p.png")
    check_lettering("zh", None)
    with pytest.raises(FontError, match="mpl-font"):
        check_lettering("zh", None, "p.png")


def test_the_font_holds_inside_only():
    import matplotlib as mpl

    before = list(mpl.rcParams["font.family"])
    with lettering("zh"):
        assert mpl.rcParams["font.family"] == ["Noto Sans CJK SC"]
    assert mpl.rcParams["font.family"] == before


def test_the_tests_own_eyes():
    assert english("返岗率 staff 97%，Bi 2020, doi:10.1/x；见 reports.csv") == ["staff"]
    assert english("N95口罩 C1 LM") == []
    assert numbers("2020年2月18日，1,282人") == numbers("2020-02-18: 1282 persons")
    assert numbers("5 of 6") != numbers("5 of 7")
