"""What a scanner and its reading leave in a Chinese text, put right where it is plain.

Blanks among characters, lines cut in the middle of a sentence, letters in place of digits,
characters of another script that look alike, and numbers of pages. Nothing is guessed: what could
be read in two ways stays as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise

HAN = r"\u4e00-\u9fff"
_PAGE = re.compile(
    r"^[ \t]*(?:第\s*\d+\s*页(?:[ ，,/]*共\s*\d+\s*页)?|[—–-]+\s*\d+\s*[—–-]+)[ \t]*$", re.M
)
# a blank beside a Chinese character or among the digits of one number
_BLANK = re.compile(
    rf"(?<=[{HAN}])[ \t\u00a0\u3000]+(?=[{HAN}\d])|(?<=\d)[ \t\u00a0]+(?=[{HAN}])"
    r"|(?<=\d)[ \t\u00a0]+(?=\d)"
)
# letters among digits: 2O日, 3l个, 8O%
_ZERO = re.compile(rf"(?<=\d)[OoＯ〇](?=[\dOoＯ〇%％{HAN}])")
_ONE = re.compile(rf"(?<=\d)[lI|](?=[\d%％.{HAN}])|(?<=月)[lI](?=[\d日])")
_ALIKE = (
    (re.compile(r"(?<=[\d一二三四五六七八九十每次当昨今明即])曰"), "日"),
    (re.compile(r"囗"), "口"),
    (re.compile(rf"(?<=[{HAN}])エ|エ(?=[{HAN}])"), "工"),
    (re.compile(rf"(?<=[{HAN}])ロ|ロ(?=[{HAN}])"), "口"),
    (re.compile(rf"(?<=[{HAN}])ニ(?=[{HAN}])"), "二"),
    (re.compile(rf"(?<=[{HAN}])カ(?=[{HAN}])"), "力"),
)
_WHOLE = re.compile(r"[。！？；：:.!?;…]$|[”』」）)]$")
# a line that begins anew: a number, a bullet, a heading's bracket
_FRESH = re.compile(
    r"^\s*(?:[-•●▪◆*·①-⑳>【]|[（(]?[一二三四五六七八九十百\d]{1,3}[)）、.．]|第[一二三四五六七八九十]|"
    r"[一二三四五六七八九十]是)"
)
ONE_WIDTH = 0.6  # shortest of the cut lines against the longest
SHORT = 20  # a line that was cut fills its width; shorter ones are headings or lists


def scan_repaired(text: str) -> tuple[str, int]:
    """Put right what a scan left.

    Parameters
    ----------
    text : str
        Chinese, in simplified characters.

    Returns
    -------
    str
    int
        How many places were put right.
    """
    text, n = _PAGE.subn("", text)
    # numbers that stand apart in a list keep their blanks: only beside characters they are damage
    damaged = len(_BLANK.findall(text)) > 2
    if damaged:
        text, blanks = _BLANK.subn("", text)
        n += blanks
    for pattern, right in ((_ZERO, "0"), (_ZERO, "0"), (_ONE, "1"), *_ALIKE):
        text, found = pattern.subn(right, text)
        n += found
    joined, cut = _joined(text.split("\n"))
    return joined, n + cut


def _joined(lines: list[str]) -> tuple[str, int]:
    """Join a line that was cut in the middle of a sentence to the one that goes on."""
    goes_on = [False, *(_goes_on(a, b) for a, b in pairwise(lines))]
    widths = [len(a.strip()) for a, on in zip(lines, goes_on[1:], strict=False) if on]
    rests = [len(b.strip()) for b, on in zip(lines, goes_on, strict=True) if on]
    # a page has one width, and no rest is wider; the entries of a list are as long as they are
    if not widths or min(widths) < ONE_WIDTH * max(*widths, *rests):
        return "\n".join(lines), 0
    out: list[str] = []
    for line, on in zip(lines, goes_on, strict=True):
        if on:
            out[-1] = out[-1].rstrip() + line.lstrip()
        else:
            out.append(line)
    return "\n".join(out), sum(goes_on)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line may be the rest of a sentence that the line before was cut in."""
    before = before.strip()
    return bool(
        len(before) >= SHORT and line.strip()
        and not _WHOLE.search(before) and not _FRESH.match(line) and _ends_in_text(line)
    )  # fmt: skip


def _ends_in_text(line: str) -> bool:
    """Whether a line can be the rest of a sentence: it ends one, or is long itself."""
    return bool(_WHOLE.search(line.strip())) or len(line.strip()) >= SHORT
