"""Chinese or English for what the commands print: one choice, sentences in both, even columns."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from twofronts.errors import Problem, ScenarioError
from twofronts.origins import source_zh

Lang = Literal["en", "zh"]


def language(text: str) -> Lang:
    """Return the language that ``--lang`` asks for.

    Raises
    ------
    ScenarioError
        If it is neither "en" nor "zh".
    """
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    why = "results are printed in English or Chinese"
    raise ScenarioError(Problem(f"{text!r} is no language", why, "write en or zh"))


class Said(str):
    """A sentence that is text in English and carries the same in Chinese.

    Notes of a manifest and advice of a status are such: records keep the English, as ever, and
    whoever prints them finds the Chinese beside it.

    Parameters
    ----------
    en, zh : str
        The same thing said twice.
    """

    zh: str

    def __new__(cls, en: str, zh: str = "") -> Said:
        """Make the text; copies and pickles keep the Chinese."""
        self = super().__new__(cls, en)
        self.zh = zh
        return self


def said_in(text: str, lang: Lang) -> str:
    """Return a sentence in a language; one that has no Chinese of its own as ``source_zh`` has it.

    Parameters
    ----------
    text : str
        Often a ``Said``.
    lang : "en" or "zh"
    """
    if lang == "en":
        return str(text)
    return getattr(text, "zh", "") or source_zh(str(text))


def name_of(thing: Any, lang: Lang) -> str:
    """Return the name of a city in a language."""
    return str(getattr(thing, f"name_{lang}"))


def date_words(value: Any, lang: Lang, *, year: bool = True) -> str:
    """Return a day as one reads it in print: 2020-02-18, 2020年2月18日 or 2月18日.

    Parameters
    ----------
    value : datetime.date, numpy.datetime64 or str
        Its first ten characters are a date of the calendar.
    lang : "en" or "zh"
    year : bool
        Without it Chinese leaves the year out; English stays whole, as in a table.
    """
    text = str(value)[:10]
    if lang == "en":
        return text
    day = dt.date.fromisoformat(text)
    return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"


def written(path: Any, lang: Lang) -> str:
    """Return the line that names a file which was written."""
    return f"已写入：{path}" if lang == "zh" else f"Written: {path}"


def money_unit(currency: str, lang: Lang, scale: str = "") -> str:
    """Return a unit of money: "million CNY", 百万元; "hundred million CNY", 亿元."""
    if lang == "en":
        return f"{scale} {currency}".strip()
    words = {"": "", "million": "百万", "hundred million": "亿"}[scale]
    return words + ("元" if currency == "CNY" else f" {currency}")


def width(text: str) -> int:
    """Return the places that a text takes in a terminal: two for a Chinese character."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def pad(text: str, places: int, *, right: bool = False) -> str:
    """Fill a text up with spaces to a width; ``right`` sets it against the right edge."""
    space = " " * (places - width(text))
    return space + text if right else text + space


def cut(text: str, places: int) -> str:
    """Return as much of the beginning of a text as fits into a width."""
    while width(text) > places:
        text = text[:-1]
    return text


def even(rows: Iterable[Sequence[str]], *, left: int = 1, gap: int = 2) -> list[str]:
    """Return rows as lines, each column as wide as its widest cell.

    Parameters
    ----------
    rows : iterable of sequence of str
        All of the same length.
    left : int
        Columns that stand to the left; the others stand to the right.
    gap : int
        Spaces between columns.
    """
    table = [list(row) for row in rows]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    return [
        (" " * gap)
        .join(pad(c, w, right=i >= left) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        .rstrip()
        for row in table
    ]


def say(words: Mapping[str, Mapping[str, str]], key: str, lang: Lang, *parts: object) -> str:
    """Return a page's sentence in a language, with its parts put in.

    Parameters
    ----------
    words : mapping of key to mapping of language to str
        The page's own; ``{0}``, ``{1}`` stand for the parts.
    key : str
    lang : "en" or "zh"
    *parts : object
    """
    return words[key][lang].format(*parts)
