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
    r"召开会议|听取了?[^。]{0,30}汇报|(?:稳步|持续)(?:下降|增加|上升)|"
    r"(?:个别|一些|部分|有的)(?:地方|地区|单位|企业)[^。]{0,12}(?:出现|存在|发生)[^。]{2,20}(?:问题|现象|情况)|"
    r"取得[^，。]{0,8}成效|正在[^，。]{0,8}(?:恢复|拓展|好转)"
)
# what is taken out of a rule does not say what the rule is about
_EXCEPT = {
    True: re.compile(r"除[^，。；]{1,30}?(?:以外|之外|外)(?![地来省市省籍国])"),
    False: re.compile(r"\b(?:except(?: for)?|other than|apart from)\b[^,.;]{1,60}", re.I),
}
# whoever moves goods is asked as traffic, whatever the goods are
_CARRIED = {
    True: re.compile(
        r"(?:运送|运输|承运|装载|装运|拉运)[^，。；]{1,16}?的?(?:车辆|货车|专车|车队|车|船舶|船|通道)"
    ),
    False: re.compile(
        r"\b(?:trucks?|lorries|vehicles?|ships?|trains?) (?:with|carrying|loaded with|hauling)"
        r"[^,.;]{1,40}",
        re.I,
    ),
}
CARRIED = 3.0  # as much as a strong word
# who comes back to a city or from another province, by the one-character names of both
_COMERS = re.compile(
    r"(?:返|来|抵|入|进|离)[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔滇藏陕甘青宁新港澳台汉杭穗深]"
    r"(?:返[^，。；]{1,2})?(?:人员|人士|群众|后)"
)
COMERS = 3.0
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
    scores["traffic"] += CARRIED * len(_CARRIED[chinese].findall(sentence))
    carried = _spans(_CARRIED[chinese], sentence)
    if chinese and (came := _COMERS.search(sentence)):
        scores["communities"] += COMERS * (LEAD if came.start() < end else 1.0)
    taken_out = _spans(_EXCEPT[chinese], sentence)
    for match in pattern.finditer(sentence):
        if _within(match, taken_out):
            continue
        word = _known(match[0], held, chinese=chinese)
        if word is None or word in seen:
            continue
        seen.add(word)
        for line, weight in held[word].items():
            if line != "traffic" and _within(match, carried):
                continue
            scores[line] += weight * (LEAD if match.start() < end and line else 1.0)
    if context:
        scores[context] += CONTEXT
    if chinese and _TOLD.search(sentence) and not re.search(r"要[^求]|不得|决定", sentence):
        scores[""] += 20
    return _decide(scores)


def _spans(pattern: re.Pattern, sentence: str) -> list[tuple[int, int]]:
    return [m.span() for m in pattern.finditer(sentence)]


def _within(match: re.Match, spans: list[tuple[int, int]]) -> bool:
    return any(a <= match.start() and match.end() <= b for a, b in spans)


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
