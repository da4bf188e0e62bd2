"""A pasted text made plain: markup, pinyin in brackets, stray characters, traditional script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from twofronts_office.directives.reading.scan import scan_repaired

HAN = r"\u3400-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{HAN}]")
_TAG = re.compile(r"<\s*(?:/|!|\?)?\s*[a-zA-Z!][^<>]{0,2000}>")
_BLOCKS = frozenset(re.findall(r"\w+", """
    address article aside blockquote br dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main
    ol p pre section table td th title tr ul
"""))  # fmt: skip
_SILENT = frozenset(re.findall(r"\w+", "script style noscript template iframe object svg rt rp"))
# one bracket with nothing but pinyin behind a character: tone marks, a tone number, or one syllable
_MARKED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ün|"
    r"ia|ie|iu|ua|uo|ui|ue|üe|er|a|o|e|i|u|ü|v)"
)
_BRACKET = re.compile(rf"(?<=[{HAN}])\s?[(（\[]\s*([a-züv{_MARKED}'·\- ]{{1,24}}[1-5]?)\s*[)）\]]")
_PLAIN = str.maketrans(
    {
        0xFF01 + i: chr(0x21 + i)
        for i in range(94)
        if chr(0x21 + i).isalnum() or chr(0x21 + i) == "%"
    }
)
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.M)  # an e-mail that was answered or forwarded
_STRAY = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufffc]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A plain text and what was repaired in it, each with how often."""

    text: str
    chinese: bool
    repaired: dict[str, int] = field(default_factory=dict)


def clean(text: str) -> Cleaned:
    """Make a pasted text plain.

    Returns
    -------
    Cleaned
        Chinese in simplified characters, one paragraph a line; ``repaired`` counts markup, pinyin,
        stray characters, traditional characters, and what a scan damaged.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text, markup = _without_markup(text)
    text, stray = _without_stray(text)
    text, pinyin = _without_pinyin(text)
    chinese = len(_HAN.findall(text)) > 0.15 * max(1, len(re.sub(r"\s", "", text)))
    traditional = 0
    if chinese:
        plain = _simplifier().convert(text)
        traditional = sum(a != b for a, b in zip(plain, text, strict=False))
        text = _chinese_marks(plain)
    text, quoted = _QUOTED.subn("", text)
    scanned = 0
    if chinese:
        text, scanned = scan_repaired(text)
    lines = (re.sub(r"[ \t\u00a0\u3000]+", " ", line).strip() for line in text.split("\n"))
    found = {
        "markup": markup, "stray": stray + quoted, "pinyin": pinyin, "traditional": traditional,
        "scan": scanned,
    }  # fmt: skip
    return Cleaned(
        text="\n".join(line for line in lines if line),
        chinese=chinese,
        repaired={k: n for k, n in found.items() if n},
    )


@cache
def _simplifier():
    import opencc  # its tables take a moment to load

    return opencc.OpenCC("t2s")


class _Text(HTMLParser):
    """The text of a page: no scripts, no readings above characters, a line for each block."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent: list[str] = []
        self.n = 0

    def handle_starttag(self, tag, attrs):
        self.n += 1
        if tag in _SILENT:
            self.silent.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag, attrs):
        self.n += 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.n += 1
        if tag in self.silent:
            while self.silent and self.silent.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)


def _without_markup(text: str) -> tuple[str, int]:
    if not _TAG.search(text) and not re.search(r"&(?:[a-z]{2,8}|#\d{2,6});", text):
        return text, 0
    page = _Text()
    page.feed(text)
    page.close()
    return "".join(page.parts), page.n + text.count("&")


def _without_stray(text: str) -> tuple[str, int]:
    """Drop what nobody sees: zero-width and direction marks, control characters."""
    plain = _STRAY.sub("", text)
    plain = "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return plain.translate(_PLAIN), len(text) - len(plain)


def _without_pinyin(text: str) -> tuple[str, int]:
    n = 0

    def judge(match: re.Match) -> str:
        nonlocal n
        if not is_pinyin(match[1]):
            return match[0]
        n += 1
        return ""

    # readings may stand one behind the other
    return _BRACKET.sub(judge, text), n


def is_pinyin(text: str) -> bool:
    """Whether a bracket holds a reading: syllables, with tone marks or a number, or one alone."""
    words = re.split(r"[ '·\-]+", text.strip())
    bare = [_without_tones(w).rstrip("12345") for w in words if w]
    if not bare or any(not re.fullmatch(rf"(?:{_SYLLABLE}){{1,4}}|m|n|ng", w) for w in bare):
        return False
    toned = any(c in _MARKED for c in text) or text[-1:] in "12345"
    return toned or (len(bare) == 1 and re.fullmatch(_SYLLABLE, bare[0]) is not None)


def _without_tones(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    kept = "".join(c for c in parts if not unicodedata.combining(c) or c == "\u0308")
    return unicodedata.normalize("NFC", kept)


_MARKS = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_BETWEEN = re.compile(rf"(?<=[{HAN}”》）%])\s*([,;:?!])|([(])(?=[{HAN}])|(?<=[{HAN}])([)])")


def _chinese_marks(text: str) -> str:
    """Chinese punctuation between Chinese characters, and no blanks among them."""
    text = _BETWEEN.sub(lambda m: _MARKS[m[1] or m[2] or m[3]], text)
    text = re.sub(rf"(?<=[{HAN}，。；：、])[ \t\u00a0\u3000](?=[{HAN}“《（\d])", "", text) if (
        text.count(" ") > 0.2 * len(text)
    ) else text  # fmt: skip
    return text
