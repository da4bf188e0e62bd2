"""What a sentence names: bodies, quantities, dates, and the verbs that oblige."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千]+)"
_UNITS = (
    "万只|万件|万套|万人|万吨|万元|亿元|万个|个月|个百分点|个小时|小时|公里|平方米|只|件|套|吨|元|个|家|人|名|张|台|辆|次|"
    "天|日内|周|批|条|趟|支|处|座|户|袋|瓶|升|所|项|成|分钟|岁|米|倍"
)
_QUANTITY_ZH = re.compile(
    rf"(?:不少于|不低于|不超过|至少|最多|超过|约)?{_NUMBER}\s*(?:%|％|{_UNITS})(?:以上|以内|以下)?|百分之{_NUMBER}|"
    r"[一二三四五六七八九]成"
)
_QUANTITY_EN = re.compile(
    r"(?:at least|at most|no (?:more|less|fewer) than|up to|over)?\s*\b"
    r"(?:\d[\d,]*(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|thirty)\s*"
    r"(?:%|per ?cent|million|billion|days?|hours?|weeks?|months?|beds?|pieces?|people|persons?|"
    r"projects?|tonnes?|metres?|minutes?|buses|seats|times|yuan|firms?|districts?|clinics?)"
    r"(?:\b|(?<=%))",
    re.I,
)
_DATE_ZH = re.compile(
    r"(?:(?P<y>20\d\d)年)?(?P<m>\d{1,2}|[一二三四五六七八九十]{1,3})月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]|"
    r"(?P<me>\d{1,2})月底|(?P<word>即日起?|今天|今日|明天|本周[一二三四五六日天]|周[一二三四五六日天]|月底|月末)"
)
_DATE_EN = re.compile(
    r"\b(?P<d>\d{1,2})\s+(?P<m>January|February|March|April|May|June|July|August|September|October|"
    r"November|December)(?:\s+(?P<y>20\d\d))?|\bend of (?P<me>January|February|March|April|May|"
    r"June|July|August|September|October|November|December)|"
    r"\b(?P<word>today|tomorrow|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
    r"end of the month)\b"
)
_WITHIN_ZH = re.compile(rf"(?P<n>{_NUMBER})(?P<u>小时|日|天|周)内")
_WITHIN_EN = re.compile(r"within\s+(?P<n>\d+)\s+(?P<u>hours?|days?|weeks?)", re.I)
_VERB_ZH = re.compile(
    r"必须|应当|务必|不得|严禁|禁止|不准|一律|确保|负责|须|(?<![需重主紧必])要(?!求|素|点|闻)|(?<![对供响适反相])应(?![急对用])|取消|撤销|撤除|拆除|"
    r"暂停|恢复|保留|继续"
)
_VERB_EN = re.compile(
    r"\b(?:must not|may not|must|shall not|shall|should|are to|is to|will|need to|needs to|do not|"
    r"no later than)\b",
    re.I,
)
_BODY_ZH = re.compile(
    r"(?:国务院|中央|全国|国家|省委?|市委?|区委?|县)?[\u4e00-\u9fff]{0,6}?(?:联防联控机制|领导小组|指挥部|卫生健康委员会|卫健委|"
    r"发展改革委|发改委|工信局|工信厅|交通运输局|交通局|商务局|商务厅|民政局|公安局|教育局|财政局|人社局|住建局|市场监管局|"
    r"税务局|疾控中心|居委会|村委会|街道办|开发区管委会)|各(?:区|县|街道|社区|小区|医院|医疗机构|企业|学校|部门|单位|地)|"
    r"[\u4e00-\u9fff]{1,4}(?:医院|街道)|[\u4e00-\u9fff]{2,6}(?:组)(?=：)|用人单位|物业服务企业|金融机构"
)
_BODY_EN = re.compile(
    r"\b(?:[A-Z][a-z]+ )*(?:[Cc]ommittees?|[Cc]ommission|[Mm]inistry|[Bb]ureaus?|[Hh]ospitals?|"
    r"[Cc]linics?|[Ee]nterprises|[Ee]mployers|[Cc]ounties|[Dd]epartments|[Bb]anks|[Ss]chools|"
    r"[Ll]ocal authorities|group office|command group)\b"
)
_MONTHS = re.findall(
    r"\w+",
    "january february march april may june july august september october november december",
)
_WEEK = "一二三四五六日"
_WEEK_EN = re.findall(r"\w+", "monday tuesday wednesday thursday friday saturday sunday")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a sentence: from, to, what it is; a date also as a day."""

    start: int
    end: int
    kind: str
    day: date | None = None


def marks(sentence: str, *, chinese: bool, on: date, places: Iterable[str] = ()) -> list[Mark]:
    """Find what a sentence names.

    Parameters
    ----------
    on : date
        Day of the directive: dates without a year and words like "Friday" are counted from it.
    places : iterable of str
        Names of districts and other areas the office knows.

    Returns
    -------
    list of Mark
        In order, none inside another; ``kind`` is body, quantity, date or verb.
    """
    found = _dates(sentence, chinese=chinese, on=on)
    found += [
        _mark(m, "quantity") for m in (_QUANTITY_ZH if chinese else _QUANTITY_EN).finditer(sentence)
    ]
    found += [
        Mark(a, b, "body") for a, b in _bodies(sentence, chinese=chinese, places=tuple(places))
    ]
    found += [_mark(m, "verb") for m in (_VERB_ZH if chinese else _VERB_EN).finditer(sentence)]
    kept: list[Mark] = []
    order = {"date": 0, "body": 1, "quantity": 2, "verb": 3}
    for mark in sorted(found, key=lambda m: (order[m.kind], m.start, -m.end)):
        if all(mark.end <= k.start or mark.start >= k.end for k in kept):
            kept.append(mark)
    return sorted(kept, key=lambda m: m.start)


def due_of(found: list[Mark], sentence: str, *, chinese: bool) -> date | None:
    """The day by which a sentence asks for something: the last day it names as an end."""
    before = r"前|之前|以前|底" if chinese else r"by|before|until|no later than|end of"
    days = []
    for mark in found:
        if mark.kind != "date" or mark.day is None:
            continue
        near = (
            sentence[mark.start : mark.end + 6]
            if chinese
            else sentence[max(0, mark.start - 16) : mark.end]
        )
        if re.search(before, near) or re.search(r"内|within", sentence[mark.start : mark.end]):
            days.append(mark.day)
    return max(days) if days else None


def _mark(match: re.Match, kind: str) -> Mark:
    text = match[0]
    lead = len(text) - len(text.lstrip())
    return Mark(match.start() + lead, match.end() - (len(text) - len(text.rstrip())), kind)


def _bodies(sentence: str, *, chinese: bool, places: tuple[str, ...]) -> list[tuple[int, int]]:
    found = [m.span() for m in (_BODY_ZH if chinese else _BODY_EN).finditer(sentence)]
    for name in places:
        for m in re.finditer(re.escape(name), sentence):
            found.append(m.span())
    if chinese:
        at = 0
        for word, tag in _tagged(sentence):
            if tag == "nt" and len(word) > 2:
                found.append((at, at + len(word)))
            at += len(word)
    return found


@lru_cache(maxsize=256)
def _tagged(sentence: str) -> tuple[tuple[str, str], ...]:
    import rjieba  # its dictionary takes a moment to load

    return tuple(rjieba.tag(sentence))


def number_of(text: str) -> int | None:
    """A small number in digits or Chinese: 14, 十四, 二十."""
    if text.isdigit():
        return int(text)
    total, held = 0, 0
    for c in text:
        if c in _DIGITS:
            held = _DIGITS[c]
        elif c in "十百":
            total += (held or 1) * (10 if c == "十" else 100)
            held = 0
        else:
            return None
    return total + held


def _dates(sentence: str, *, chinese: bool, on: date) -> list[Mark]:
    found = []
    for m in (_DATE_ZH if chinese else _DATE_EN).finditer(sentence):
        found.append(Mark(*m.span(), "date", _day_of(m, chinese=chinese, on=on)))
    for m in (_WITHIN_ZH if chinese else _WITHIN_EN).finditer(sentence):
        n = number_of(m["n"].replace(",", "")) or 0
        unit = m["u"].lower()
        days = -(-n // 24) if unit.startswith(("小时", "hour")) else n * (
            7 if unit.startswith(("周", "week")) else 1
        )  # fmt: skip
        found.append(Mark(*m.span(), "date", on + timedelta(days=min(days, 3650))))
    return found


def _day_of(m: re.Match, *, chinese: bool, on: date) -> date | None:
    parts = m.groupdict()
    try:
        if parts.get("d"):
            month = number_of(parts["m"]) if chinese else _MONTHS.index(parts["m"].lower()) + 1
            return _near(on, month, number_of(parts["d"]), parts.get("y"))
        if parts.get("me"):
            month = int(parts["me"]) if chinese else _MONTHS.index(parts["me"].lower()) + 1
            return _last_of(_near(on, month, 1, None))
    except (ValueError, TypeError):
        return None
    return _worded((parts.get("word") or "").lower(), on)


def _near(on: date, month: int, day: int, year: str | None) -> date:
    """The day of that name that lies nearest to the directive's day, if it names no year."""
    if year:
        return date(int(year), month, day)
    options = []
    for y in (on.year - 1, on.year, on.year + 1):
        try:
            options.append(date(y, month, day))
        except ValueError:
            continue
    return min(options, key=lambda d: abs((d - on).days))


def _last_of(day: date) -> date:
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return after - timedelta(days=1)


def _worded(word: str, on: date) -> date | None:
    if word.startswith(("即日", "今", "today")):
        return on
    if word.startswith(("明天", "tomorrow")):
        return on + timedelta(days=1)
    if word in ("月底", "月末", "end of the month"):
        return _last_of(on)
    weekday = -1
    if word[-1:] in "一二三四五六日天" and "周" in word:
        weekday = _WEEK.index(word[-1].replace("天", "日"))
    elif word in _WEEK_EN:
        weekday = _WEEK_EN.index(word)
    return on + timedelta(days=(weekday - on.weekday()) % 7) if weekday >= 0 else None
