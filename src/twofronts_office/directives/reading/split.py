"""A plain text split into headings and sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BULLET = re.compile(
    r"^\s*(?:[-•●▪◆*·]+\s*|（[一二三四五六七八九十百\d]{1,3}）\s*|\([一二三四五六七八九十\d]{1,3}\)\s*|"
    r"[一二三四五六七八九十]{1,3}[、.．]\s*|\d{1,2}\s*[、.．)）]\s*(?!\d)|[①-⑳]\s*|"
    r"第[一二三四五六七八九十]{1,2}[，、]|[a-z][.)]\s+)"
)
_ABBREVIATION = re.compile(
    r"\b(?:No|Nos|Mr|Ms|Dr|art|approx|vs|e\.g|i\.e|etc|Co|Ltd|Feb|Jan|Mar)\.$"
)
_FURNITURE = re.compile(
    r"^(?:分享到|责任编辑|编辑[:：]|来源[:：]|字号|打印|关闭窗口|上一篇|下一篇|扫一扫|版权|原题[:：]?$|"
    r"share this|print this page|back to top|copyright)", re.I
)  # fmt: skip
HEADING_LENGTH = 24
TITLE_LENGTH = 14
SENTENCE_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading or a sentence, without its number or bullet."""

    text: str
    heading: bool
    paragraph: int


def split(text: str, *, chinese: bool) -> list[Piece]:
    """Split a plain text.

    A line without a full stop that is short, or that holds a title only, is a heading: it tells
    what the sentences below it are about and is no item itself.
    """
    found = []
    for i, line in enumerate(text.split("\n")):
        bare = _BULLET.sub("", line, count=1).strip()
        if not bare or _FURNITURE.match(bare):
            continue
        if _is_heading(bare, chinese=chinese, numbered=bare != line.strip()):
            found.append(Piece(bare.rstrip("：:"), True, i))
            continue
        sentences = _sentences(bare, chinese=chinese)
        if chinese and len(sentences) > 1 and bare != line.strip() and _is_title(sentences[0]):
            found.append(Piece(sentences.pop(0).strip("。 "), True, i))
        for sentence in sentences:
            one = _BULLET.sub("", sentence, count=1).strip()
            if len(re.findall(r"\w", one)) >= 4:
                found.append(Piece(one[:SENTENCE_LIMIT], False, i))
    return found


def _is_heading(line: str, *, chinese: bool, numbered: bool) -> bool:
    if re.search(r"[。！？；.!?;]$", line):
        return False
    if line.endswith(("：", ":")) and len(line) <= 40:
        return True
    if chinese:
        # a title has no comma, or stands with blanks between its parts
        titled = line.count(" ") >= 2 and "，" not in line
        return titled or (len(line) <= HEADING_LENGTH and "，" not in line) or (
            numbered and len(line) <= 12
        )  # fmt: skip
    return len(line.split()) <= 8


def _is_title(sentence: str) -> bool:
    """Whether the first sentence after a number is only the name of what follows."""
    return len(sentence) <= TITLE_LENGTH and "，" not in sentence


def _sentences(line: str, *, chinese: bool) -> list[str]:
    if chinese:
        return [s for s in re.findall(r"[^。！？]+[。！？]?[”’」』）]?", line) if s.strip()]
    parts, start = [], 0
    for stop in re.finditer(r"[.!?][\"”’)]?\s+(?=[\"“(]?[A-Z0-9])", line):
        if _ABBREVIATION.search(line[start : stop.start() + 1]):
            continue
        parts.append(line[start : stop.end()].strip())
        start = stop.end()
    parts.append(line[start:].strip())
    return [p for p in parts if p]


def clauses(sentence: str) -> list[str]:
    """The parts of a sentence between semicolons."""
    return [c.strip() for c in re.split(r"[；;]", sentence) if c.strip()]
