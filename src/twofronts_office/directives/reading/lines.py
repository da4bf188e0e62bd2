"""Which line of work a sentence belongs to: weighted words, the first clause counting more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from twofronts_office.common.choices import Line
from twofronts_office.directives.reading.words import weights

LEAD = 2.0  # a word in the first clause names what the sentence is about
CONTEXT = 3.0  # the heading above a sentence says as much as a strong word
ENOUGH = 2.5  # less than this tells no line of work
# a report of what is, without anything to be done
_TOLD = re.compile(
    r"召开会议|听取了?[^。]{0,30}汇报|(?:稳步|持续)(?:下降|增加|上升)|取得[^，。]{0,8}成效|正在[^，。]{0,8}(?:恢复|拓展|好转)"
)
_ORDER_ZH = re.compile(
    r"要|应|须|必须|不得|严禁|禁止|确保|一律|务必|负责|保留|撤|取消|恢复|开通|开行|实行|组织|支持|推进|增加|鼓励|"
    r"拆除|建立|设置|发放|推出|储备|决定|同意|督促|防止|帮助|暂停|打击|优先|保障|提高|安排|解决"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of work, "" for none, and how far it is ahead of the next."""

    line: str
    lead: float
    scores: dict[str, float]


@cache
def _table(chinese: bool) -> tuple[re.Pattern, dict[str, dict[str, float]]]:
    held = weights("zh" if chinese else "en")
    longest = sorted(held, key=len, reverse=True)
    if chinese:
        return re.compile("|".join(map(re.escape, longest))), held
    parts = "|".join(re.escape(w).replace(r"\ ", r"[\s\-]+") for w in longest)
    return re.compile(rf"\b(?:{parts})(?:s|es|ed|ing|ies|ment|ation|osed|osis)?\b", re.I), held


def judge(sentence: str, *, chinese: bool, context: str = "") -> Judged:
    """The line of work of one sentence.

    Parameters
    ----------
    sentence : str
        Cleaned.
    chinese : bool
    context : str
        Line of work of the heading above it.
    """
    pattern, held = _table(chinese)
    scores = dict.fromkeys(("", *Line.values), 0.0)
    seen: set[str] = set()
    end = _lead_end(sentence, chinese=chinese)
    for match in pattern.finditer(sentence):
        word = _known(match[0], held, chinese=chinese)
        if word is None or word in seen:
            continue
        seen.add(word)
        for line, weight in held[word].items():
            scores[line] += weight * (LEAD if match.start() < end and line else 1.0)
    if context:
        scores[context] += CONTEXT
    if chinese and _TOLD.search(sentence) and not re.search(r"要[^求]|不得|决定", sentence):
        scores[""] += 20
    return _decide(scores)


def _known(found: str, held: dict, *, chinese: bool) -> str | None:
    if chinese:
        return found
    word = re.sub(r"[\s\-]+", " ", found.lower())
    for tail in ("", "s", "es", "ed", "ing", "ment", "ation", "osed", "osis"):
        if word.endswith(tail) and word[: len(word) - len(tail)] in held:
            return word[: len(word) - len(tail)]
    return None


def _lead_end(sentence: str, *, chinese: bool) -> int:
    """Where the first clause ends: it names the subject."""
    if not chinese:
        verb = re.search(r"\b(?:must|shall|should|may|are to|is to|will|need|:)\b|:", sentence)
        return min(verb.start() if verb else 40, 60)
    stop = re.search(r"[，：,:]|要(?!求)", sentence)
    return min(stop.start() if stop else 16, 24)


def _decide(scores: dict[str, float]) -> Judged:
    ranked = sorted((s, k) for k, s in scores.items() if k)
    (second, _), (best, line) = ranked[-2], ranked[-1]
    if best < ENOUGH or scores[""] >= best:
        return Judged("", scores[""] - best, scores)
    return Judged(line, best - second, scores)


def is_order(sentence: str, *, chinese: bool) -> bool:
    """Whether a sentence asks for something."""
    if chinese:
        return _ORDER_ZH.search(sentence) is not None
    return re.search(r"\b(?:must|shall|should|may|are to|is to|will|need)\b", sentence) is not None
