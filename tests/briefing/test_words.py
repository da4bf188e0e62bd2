"""Numbers in words: the same digits in Chinese and English."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofronts.briefing import words
from twofronts.briefing.catalogue import sentences
from twofronts.briefing.figures import Figure

UNITS = {k[5:]: v for k, v in sentences("en").items() if k.startswith("unit.")}
UNITS_ZH = {k[5:]: v for k, v in sentences("zh").items() if k.startswith("unit.")}
FACTOR = {"billion": 1e9, "million": 1e6, "亿": 1e8, "万": 1e4, "": 1.0}


def read(text: str) -> float:
    """Read a written count back."""
    match = re.fullmatch(r"([-+]?)([\d,.]+) ?(billion|million|亿|万|)", text)
    assert match, text
    sign, digits, suffix = match.groups()
    return (-1 if sign == "-" else 1) * float(digits.replace(",", "")) * FACTOR[suffix]


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (0, "case", "0", "0"),
        (0.5, "case", "1", "1"),
        (2.5, "case", "3", "3"),
        (-2.5, "case", "-3", "-3"),
        (9999, "person", "9,999", "9,999"),
        (12345, "person", "12,300", "1.23万"),
        (9314685, "person", "9.31 million", "931万"),
        (4.2e8, "cny", "420 million", "4.2亿"),
        (1.234e10, "cny", "12 billion", "120亿"),
        (1.234e10, "person", "12.3 billion", "123亿"),
        (1234, "cny", "1,200", "1,200"),
        (0.5, "ratio", "0.50", "0.50"),
        (0.0, "share", "0%", "0%"),
        (0.034, "share", "3.4%", "3.4%"),
        (0.5049, "share", "50%", "50%"),
        (0.0994, "share", "9.9%", "9.9%"),
        (0.0996, "share", "10%", "10%"),
        (1.0, "share", "100%", "100%"),
        (0.0004, "chance", "0.04%", "0.04%"),
        (-0.123, "points", "-12", "-12"),
    ],
)
def test_number(value, unit, en, zh):
    assert words.number(value, unit, "en") == en
    assert words.number(value, unit, "zh") == zh


@given(st.floats(-1e12, 1e12))
def test_both_languages_write_one_number(value):
    en, zh = (words.number(value, "person", lang) for lang in ("en", "zh"))
    assert read(en) == pytest.approx(read(zh), rel=1e-12)
    assert read(en) == pytest.approx(value, rel=0.005, abs=0.51)


def test_plural_follows_the_written_number():
    one = Figure("x", 1.2, "case")
    two = Figure("x", 1.6, "case")
    assert words.written(one, "", "en", UNITS) == "1 case"
    assert words.written(two, "", "en", UNITS) == "2 cases"
    assert words.written(two, "", "zh", UNITS_ZH) == "2例"


def test_specs():
    x = Figure("x", 12.0, "case", -3.0, 40.0)
    assert words.written(x, "i", "en", UNITS) == "12 cases (-3 to 40)"
    assert words.written(x, "si", "en", UNITS) == "+12 cases (-3 to +40)"
    assert words.written(x, "vi", "zh", UNITS_ZH) == "12（-3至40）"
    assert words.written(x, "rs", "en", UNITS) == "-3 to +40 cases"
    down = Figure("x", -12.0, "case", -40.0, -3.0)
    assert words.written(down, "ai", "en", UNITS) == "12 cases (3–40)"
    other = Figure("r", 0.5, "ratio", 0.2, 0.8, level=0.95)
    assert words.written(other, "i", "en", UNITS) == "0.50 (95% interval 0.20–0.80)"
    assert words.written(other, "i", "zh", UNITS_ZH) == "0.50（95%区间0.20–0.80）"


def test_a_common_suffix_is_written_once():
    x = Figure("x", 2.0e6, "person", 1.5e6, 2.5e6)
    assert words.written(x, "vi", "en", UNITS) == "2 million (1.5–2.5 million)"
    mixed = Figure("x", 2.0e6, "person", 1500.0, 2.5e6)
    assert words.written(mixed, "vi", "en", UNITS) == "2 million (1,500 to 2.5 million)"


def test_dates():
    day = Figure("d", dt.date(2020, 2, 18), "date")
    assert words.written(day, "", "en", UNITS) == "18 February 2020"
    assert words.written(day, "d", "zh", UNITS_ZH) == "2月18日"
    assert words.short_date(dt.date(2020, 2, 18), "en") == "18 Feb"


def test_an_interval_that_is_missing_is_not_written():
    with pytest.raises(ValueError, match="no interval"):
        words.written(Figure("x", 1.0, "case"), "r", "en", UNITS)
