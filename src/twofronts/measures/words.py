"""Rulebooks in words, Chinese and English: what one says, and how two differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from twofronts.measures.catalogue import LINES, Catalogue, Measure, load_catalogue
from twofronts.measures.rulebook import (
    GRADES,
    Change,
    Entry,
    GradeLevels,
    Override,
    Rulebook,
    Switch,
    Term,
)

Lang = Literal["en", "zh"]
Direction = Literal["tighter", "looser", "stronger", "weaker", "more", "less", "mixed", "other"]

_WORDS: dict[str, dict[str, str]] = {
    "low": {"en": "low", "zh": "低"},
    "medium": {"en": "medium", "zh": "中"},
    "high": {"en": "high", "zh": "高"},
    "tighter": {"en": "tighter", "zh": "收紧"},
    "looser": {"en": "looser", "zh": "放宽"},
    "stronger": {"en": "stronger", "zh": "加强"},
    "weaker": {"en": "weaker", "zh": "减弱"},
    "more": {"en": "more support", "zh": "加大"},
    "less": {"en": "less support", "zh": "减少"},
    "mixed": {"en": "up in some grades, down in others", "zh": "有升有降"},
    "other": {"en": "changed", "zh": "调整"},
    "district": {"en": "district", "zh": "区"},
    "checkpoint": {"en": "checkpoint", "zh": "卡口"},
    "compound": {"en": "compound", "zh": "小区"},
    "enterprise": {"en": "enterprise", "zh": "企业"},
    "sector": {"en": "sector", "zh": "行业"},
    "added": {"en": "added", "zh": "新增"},
    "dropped": {"en": "dropped", "zh": "取消"},
    "grades": {"en": "Grades of districts", "zh": "分区分级"},
    "orders": {"en": "Basis and end of orders", "zh": "依据和期限"},
    "switch": {"en": "Switch between two sets", "zh": "触发切换"},
    "timing": {"en": "notice and dwell", "zh": "提前告知和最短持续"},
    "term": {"en": "basis and end", "zh": "依据和期限"},
    "none": {"en": "none", "zh": "无"},
    "yes": {"en": "yes", "zh": "是"},
    "no": {"en": "no", "zh": "否"},
    "report": {"en": "day of report", "zh": "报告日"},
    "onset": {"en": "day of onset", "zh": "发病日"},
    "strict": {"en": "strict", "zh": "从严"},
    "relaxed": {"en": "relaxed", "zh": "放宽"},
    "same": {"en": "The two rulebooks decide the same.", "zh": "两套规则完全相同。"},
}

TERM_FIELDS = ("basis", "until", "days")

_WAYS: dict[str, tuple[Direction, Direction]] = {
    "restriction": ("tighter", "looser"),
    "protection": ("stronger", "weaker"),
    "support": ("more", "less"),
}

# The fields of the forms, as people say them
FIELDS: dict[str, dict[str, str]] = {
    "total_above": {"en": "cases in all above", "zh": "累计病例超过"},
    "new_days": {"en": "days without a new case", "zh": "无新增天数"},
    "cluster_days": {"en": "days in which a cluster counts", "zh": "聚集疫情回看天数"},
    "cluster_size": {"en": "cases that make a cluster", "zh": "聚集疫情病例数"},
    "cluster_link_days": {"en": "days that link them", "zh": "关联天数"},
    "cluster_households": {"en": "one household counts", "zh": "单一家庭计入"},
    "date_basis": {"en": "counted by", "zh": "日期口径"},
    "basis": {"en": "basis", "zh": "依据"},
    "until": {"en": "until", "zh": "截至"},
    "days": {"en": "days in force", "zh": "有效天数"},
    "notice_days": {"en": "days of notice", "zh": "提前告知天数"},
    "dwell_days": {"en": "days held at least", "zh": "最短持续天数"},
    "tighten": {"en": "tighten at", "zh": "收紧条件"},
    "relax": {"en": "relax below", "zh": "放宽条件"},
    "beds_share": {"en": "share of beds in use", "zh": "床位使用率"},
    "reproduction": {"en": "reproduction number", "zh": "再生数"},
    "min_days": {"en": "days apart at least", "zh": "最短间隔天数"},
    "start": {"en": "begins", "zh": "起始"},
    "strict": {"en": "strict set", "zh": "从严组"},
    "relaxed": {"en": "relaxed set", "zh": "放宽组"},
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two rulebooks decide differently.

    ``line`` is the line of work, "" for what concerns all; ``measure`` a key of the catalogue or
    "grades", "orders", "switch".
    """

    line: str
    measure: str
    direction: Direction
    en: str
    zh: str


def word(key: str, lang: Lang) -> str:
    """Return one of the words that rulebooks are described with."""
    return _WORDS[key][lang]


def levels_words(measure: Measure, levels: GradeLevels, lang: Lang) -> str:
    """Return a measure's levels in words, one if all grades have the same."""
    names = [measure.level[measure.index(key)].name[lang] for key in levels.by_grade()]
    if len(set(names)) == 1:
        return names[0]
    between, joined, colon = ("; ", " and ", ": ") if lang == "en" else ("；", "、", "：")
    parts = []
    for name in dict.fromkeys(names):
        grades = [word(g, lang) for g, n in zip(GRADES, names, strict=True) if n == name]
        parts.append(f"{joined.join(grades)}{colon}{name}")
    return between.join(parts)


def levels_of(book: Rulebook, measure: Measure) -> GradeLevels:
    """Return the levels a rulebook starts with; ordinary life for a measure it does not name."""
    entry = book.measures.get(measure.key)
    if entry is not None:
        return entry.level
    first = measure.levels[0]
    return GradeLevels(low=first, medium=first, high=first)


def direction(measure: Measure, before: GradeLevels, after: GradeLevels) -> Direction:
    """Say which way a measure moves between two sets of levels."""
    pairs = zip(before.by_grade(), after.by_grade(), strict=True)
    steps = [measure.index(b) - measure.index(a) for a, b in pairs]
    up, down = any(s > 0 for s in steps), any(s < 0 for s in steps)
    if up and down:
        return "mixed"
    return _WAYS[measure.kind][0 if up else 1]


def describe(
    book: Rulebook, lang: Lang, catalogue: Catalogue | None = None
) -> list[tuple[str, str, str]]:
    """Return what a rulebook starts with: line of work, measure, levels, each in words."""
    known = catalogue or load_catalogue()
    return [
        (LINES[m.line][lang], m.name[lang], levels_words(m, levels_of(book, m), lang))
        for m in known.measure.values()
    ]


def diff_rulebooks(
    a: Rulebook, b: Rulebook, *, catalogue: Catalogue | None = None
) -> tuple[Difference, ...]:
    """Return everything that two rulebooks decide differently, in words, by line of work.

    Parameters
    ----------
    a, b : Rulebook
        Before and after.
    catalogue : Catalogue, optional
        The built-in one if not given.

    Returns
    -------
    tuple of Difference
        Empty if they decide the same; in the order of the catalogue, then dated changes,
        overrides, grades, orders and the switch.
    """
    known = catalogue or load_catalogue()
    found: list[Difference] = []
    for measure in known.measure.values():
        found += _measure_differences(measure, a, b)
    found += _listed(known, a.changes, b.changes, change_words)
    found += _listed(known, a.overrides, b.overrides, override_words)
    for key in ("grades", "orders", "switch"):
        before, after = getattr(a, key), getattr(b, key)
        if before != after:
            texts = {lang: _form_words(before, after, key, lang) for lang in ("en", "zh")}
            found.append(Difference("", key, "other", texts["en"], texts["zh"]))
    return tuple(found)


def _measure_differences(measure: Measure, a: Rulebook, b: Rulebook) -> Iterator[Difference]:
    before, after = levels_of(a, measure), levels_of(b, measure)
    if before != after:
        way = direction(measure, before, after)
        texts = {
            lang: _sentence(
                measure.name[lang],
                levels_words(measure, before, lang),
                levels_words(measure, after, lang),
                lang,
                word(way, lang),
            )
            for lang in ("en", "zh")
        }
        yield Difference(measure.line, measure.key, way, texts["en"], texts["zh"])
    old, new = a.measures.get(measure.key), b.measures.get(measure.key)
    if old is not None and new is not None:
        for what, fields in (
            ("timing", ("notice_days", "dwell_days")),
            ("term", TERM_FIELDS),
        ):
            if any(getattr(old, f) != getattr(new, f) for f in fields):
                texts = {
                    lang: _sentence(
                        f"{measure.name[lang]} ({word(what, lang)})",
                        fields_words(old, fields, lang),
                        fields_words(new, fields, lang),
                        lang,
                    )
                    for lang in ("en", "zh")
                }
                yield Difference(measure.line, measure.key, "other", texts["en"], texts["zh"])


def _sentence(name: str, before: str, after: str, lang: Lang, way: str = "") -> str:
    if lang == "en":
        return f"{name}: {before} -> {after}" + (f" ({way})" if way else "")
    return f"{name}：{before} → {after}" + (f"（{way}）" if way else "")


def fields_words(form: Entry | Term, names: tuple[str, ...], lang: Lang) -> str:
    """Say some fields of a form in words."""
    given = {n: getattr(form, n) for n in names}
    return _plain(given, lang) or word("none", lang)


def _listed(known: Catalogue, before: Any, after: Any, words: Any) -> Iterator[Difference]:
    """Yield the items that only one of two lists has."""
    for items, others, how in ((before, after, "dropped"), (after, before, "added")):
        for item in items:
            if item not in others:
                measure = known.measure[item.measure]
                texts = {
                    lang: f"{word(how, lang)}{': ' if lang == 'en' else '：'}"
                    + words(measure, item, lang)
                    for lang in ("en", "zh")
                }
                yield Difference(measure.line, measure.key, "other", texts["en"], texts["zh"])


def change_words(measure: Measure, item: Change, lang: Lang) -> str:
    """Say a dated change."""
    when = item.date.isoformat() if item.date is not None else ""
    levels = levels_words(measure, item.level, lang)
    if lang == "en":
        return f"from {when or f'day {item.day}'}, {measure.name['en']}: {levels}{_end(item, lang)}"
    return f"{when or f'第{item.day}日'}起，{measure.name['zh']}：{levels}{_end(item, lang)}"


def override_words(measure: Measure, item: Override, lang: Lang, place: str = "") -> str:
    """Say an override; ``place`` is its place in words, by default its kind and code."""
    kind, name = item.place
    level = measure.level[measure.index(item.level)].name[lang]
    when = item.date.isoformat() if item.date is not None else ""
    if lang == "en":
        start = when or (f"day {item.day}" if item.day is not None else "")
        since = f" from {start}" if start else ""
        where = place or f"{kind} {name}"
        return f"{where}, {measure.name['en']}: {level}{since}{_end(item, lang)}"
    start = when or (f"第{item.day}日" if item.day is not None else "")
    since = f"，{start}起" if start else ""
    where = place or f"{word(kind, 'zh')}{name}"
    return f"{where}，{measure.name['zh']}：{level}{since}{_end(item, lang)}"


def _end(term: Term, lang: Lang) -> str:
    if term.until is not None:
        return f", until {term.until}" if lang == "en" else f"，至{term.until}止"
    if term.days is not None:
        return f", for {term.days} days" if lang == "en" else f"，为期{term.days}天"
    return ""


def _form_words(before: Any, after: Any, key: str, lang: Lang) -> str:
    """Name the fields that differ; a switch is said as a whole."""
    name = word(key, lang)
    if key == "switch":
        return _sentence(name, switch_words(before, lang), switch_words(after, lang), lang)
    x, y = before.model_dump(), after.model_dump()
    moved = [f for f in x if x[f] != y[f]]
    old, new = ({f: side[f] for f in moved} for side in (x, y))
    none = word("none", lang)
    return _sentence(name, _plain(old, lang) or none, _plain(new, lang) or none, lang)


def switch_words(switch: Switch | None, lang: Lang, *, sets: bool = True) -> str:
    """Say what switches between two sets of levels, and unless told otherwise what they are."""
    if switch is None:
        return word("none", lang)
    known = load_catalogue()
    parts = {f: getattr(switch, f).model_dump() for f in ("tighten", "relax")}
    parts |= {"min_days": switch.min_days, "start": word(switch.start, lang)}
    for name in ("strict", "relaxed") if sets else ():
        levels = getattr(switch, name)
        parts[name] = {
            known.measure[k].name[lang]: levels_words(known.measure[k], v, lang)
            for k, v in levels.items()
        }
    return _plain(parts, lang)


def _plain(value: Any, lang: Lang) -> str:
    """Say nested fields in words; what is not given is left out."""
    if isinstance(value, dict):
        if value and set(value) <= {"en", "zh"}:
            return str(value[lang])
        between = ", " if lang == "en" else "，"
        given = [(k, _plain(v, lang)) for k, v in value.items()]
        return between.join(
            f"{FIELDS.get(k, {}).get(lang, k)} {v}" for k, v in given if v not in ("", "-")
        )
    if value is None:
        return ""
    if isinstance(value, bool):
        return word("yes" if value else "no", lang)
    return word(value, lang) if value in _WORDS else str(value)
