"""How numbers, dates and units are written in Chinese and in English: the same digits in both.

A number is rounded before it is written, so that "1.23 million" and "123万" are one number.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace

from twofronts.briefing.figures import LEVEL, Figure

LANGUAGES = ("zh", "en")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# The CJK face draws U+2212 a full square wide, so the hyphen serves as minus
_MINUS, _DASH = "-", "\u2013"
ENDINGS = ("%", " billion", " million", "亿", "万")
# Units that are written as a percentage
PERCENT = frozenset({"share", "chance", "growth"})
# Shares whose differences are written in percentage points
POINTS = frozenset({"points"})
# Units of money
MONEY = frozenset({"cny"})
# Units written without a noun and with two decimals
BARE = frozenset({"ratio"})


def rounded(value: float, unit: str) -> float:
    """Round a number as it will be written, before it is put into words.

    Percentages carry two figures below 10 and whole points above; ratios two decimals; counts are
    whole up to 9,999 and carry three figures above; money, which rests on assumed weights, two.
    """
    if unit in PERCENT or unit in POINTS:
        points = abs(value) * 100
        places = 0 if points >= 9.95 or points == 0 else (1 if points >= 0.095 else 2)
        return math.copysign(round(points, places), value) + 0.0
    if unit in BARE:
        return round(value, 2) + 0.0
    size = abs(value)
    if unit == "plain":
        return value
    if unit in MONEY and size >= 99.5:
        return round(value, 1 - math.floor(math.log10(size)))
    if size < 9999.5:
        return float(math.floor(size + 0.5)) * (1 if value >= 0 else -1) + 0.0
    digits = 2 - math.floor(math.log10(size))
    return round(value, digits)


def number(value: float, unit: str, lang: str, *, signed: bool = False) -> str:
    """Write a number without its unit's noun (but with its % sign)."""
    x = rounded(value, unit)
    sign = _MINUS if x < 0 else ("+" if signed and x > 0 else "")
    size = abs(x)
    if unit in PERCENT:
        text = f"{size:.0f}" if size >= 10 or size == int(size) else f"{size:g}"
        return f"{sign}{text}%"
    if unit in POINTS:
        return f"{sign}{size:g}"
    if unit == "plain":
        return f"{sign}{size:.0f}"
    if unit in BARE:
        return f"{sign}{size:.2f}"
    return sign + _count(size, lang)


def _count(size: float, lang: str) -> str:
    if lang == "zh" and size >= 1e8:
        return f"{_plain(size / 1e8)}亿"
    if lang == "zh" and size >= 1e4:
        return f"{_plain(size / 1e4)}万"
    if lang == "en" and size >= 1e9:
        return f"{_plain(size / 1e9)} billion"
    if lang == "en" and size >= 1e6:
        return f"{_plain(size / 1e6)} million"
    return f"{size:,.0f}"


def _plain(x: float) -> str:
    text = f"{x:.6f}".rstrip("0").rstrip(".")
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def date(value: dt.date, lang: str, *, year: bool = True) -> str:
    """Write a date in full, or without its year."""
    if lang == "zh":
        return (f"{value.year}年" if year else "") + f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]}" + (f" {value.year}" if year else "")


def with_unit(text: str, value: float, unit: str, units: Mapping[str, str], lang: str) -> str:
    """Put the unit's noun behind a written number, in the plural where English needs one."""
    if unit in PERCENT or unit in BARE or unit == "plain":
        return text
    one, _, many = units[unit].partition("|")
    if lang == "zh":
        return text + one
    return f"{text} {one if abs(rounded(value, unit)) == 1 or not many else many}"


def written(figure: Figure, spec: str, lang: str, units: Mapping[str, str]) -> str:
    """Write a figure.

    Parameters
    ----------
    spec : str
        Letters: ``v`` leaves the unit's noun out, ``s`` shows the sign, ``a`` drops it, ``i`` adds
        the interval in brackets, ``r`` writes the interval only, ``d`` leaves the year out of a
        date. Empty: the value with its unit.
    """
    if isinstance(figure.value, dt.date):
        return date(figure.value, lang, year="d" not in spec)
    signed, bare = "s" in spec, "v" in spec
    if "a" in spec and figure.number < 0:
        figure = flipped(figure)
    text = number(figure.number, figure.unit, lang, signed=signed)
    if "r" in spec:
        text = _interval(figure, lang, signed)
    if not bare:
        # a range takes the noun of its upper end
        size = figure.high if "r" in spec and isinstance(figure.high, float) else figure.number
        text = with_unit(text, size, figure.unit, units, lang)
    if "i" in spec and figure.low is not None:
        inside = _interval(figure, lang, signed)
        if figure.level != LEVEL:
            share = f"{figure.level * 100:g}%"
            inside = f"{share}区间{inside}" if lang == "zh" else f"{share} interval {inside}"
        text += f"（{inside}）" if lang == "zh" else f" ({inside})"
    return text


def flipped(figure: Figure) -> Figure:
    """Return a figure with its sign turned, interval included."""
    low, high = figure.low, figure.high
    if low is not None and high is not None:
        low, high = -float(high), -float(low)  # type: ignore[arg-type]
    return replace(figure, value=-figure.number, low=low, high=high)


def _interval(figure: Figure, lang: str, signed: bool) -> str:
    if figure.low is None or figure.high is None:
        raise ValueError(f"{figure.name} has no interval to write")
    low, high = float(figure.low), float(figure.high)  # type: ignore[arg-type]
    a = number(low, figure.unit, lang, signed=signed)
    b = number(high, figure.unit, lang, signed=signed)
    same = [e for e in ENDINGS if a.endswith(e) and b.endswith(e)]
    one = [e for e in ENDINGS if a.endswith(e) != b.endswith(e)]
    # "1,500–2.5 million" would read as millions at both ends
    if signed or one or a.startswith(_MINUS) or b.startswith(_MINUS):
        return f"{a}至{b}" if lang == "zh" else f"{a} to {b}"
    a = a.removesuffix(same[0]) if same else a
    return f"{a}{_DASH}{b}"


def short_date(value: dt.date, lang: str) -> str:
    """Write a day for the axis of a picture."""
    if lang == "zh":
        return f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1][:3]}"
