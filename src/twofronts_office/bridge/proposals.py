"""The decisions that a rulebook amounts to, as plain values that a meeting takes one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twofronts.measures import load_catalogue
from twofronts.measures.words import change_words, levels_of, levels_words, override_words, word

# Names of places by kind and code, each by language
Names = Mapping[tuple[str, str], Mapping[str, str]]


def names_of(city: Any) -> Names:
    """Names of a city's districts, sectors and checkpoints, as an override calls them."""
    found = {}
    for kind, rows, code in (
        ("district", city.districts, "code"),
        ("sector", city.sectors, "sector"),
        ("checkpoint", city.checkpoints, "id"),
    ):
        for r in rows.to_dict("records"):
            found[kind, str(r[code])] = {"zh": r["name_zh"], "en": r["name_en"]}
    return found


def in_names(texts: dict[str, list[str]], names: Names) -> dict[str, list[str]]:
    """Return texts by language with names in place of codes of places."""
    found = {}
    for lang, lines in texts.items():
        for (kind, code), name in names.items():
            before = f"{kind} {code}," if lang == "en" else f"{word(kind, 'zh')}{code}，"
            after = name[lang] + before[-1]
            lines = [line.replace(before, after) for line in lines]
        found[lang] = lines
    return found


def proposals(rulebook: Any, names: Names | None = None) -> list[dict]:
    """The decisions that a rulebook amounts to: each measure that it sets, each order it lifts.

    An order that a rulebook does not name is not in force under it: that is a decision too. A
    dated change and a place with a level of its own are decisions in words: no register follows
    from them by itself. A single checkpoint has its row in the register: its decision names it.
    """
    catalogue = load_catalogue()
    lifted = [k for k, m in catalogue.measure.items() if m.kind == "restriction"]
    found = []
    for key in dict.fromkeys((*rulebook.measures, *lifted)):
        measure = catalogue.measure[key]
        levels = levels_of(rulebook, measure)
        zh, en = (
            f"{measure.name[lang]}{colon}{levels_words(measure, levels, lang)}"
            for lang, colon in (("zh", "："), ("en", ": "))
        )
        keys = levels.by_grade()
        level = keys[0] if len(set(keys)) == 1 else ", ".join(keys)
        found.append({"line": measure.line, "text": zh, "text_en": en, "measure": key,
                      "level": level, "rule": _term(rulebook, key, measure)})  # fmt: skip
    return found + _in_words(rulebook, catalogue, names or {})


def _in_words(rulebook: Any, catalogue: Any, names: Names) -> list[dict]:
    """Dated changes and places with a level of their own."""
    found = []
    for item in (*rulebook.changes, *rulebook.overrides):
        measure = catalogue.measure[item.measure]
        place = names.get(getattr(item, "place", ()), {})
        own = getattr(item, "checkpoint", None) is not None
        said = {
            lang: override_words(measure, item, lang, place.get(lang, ""))
            if hasattr(item, "place")
            else change_words(measure, item, lang)
            for lang in ("zh", "en")
        }
        found.append({"line": measure.line, "text": said["zh"], "text_en": said["en"],
                      "measure": item.measure if own else "", "level": item.level if own else "",
                      "rule": _checkpoint(rulebook, item, measure) if own else {}})  # fmt: skip
    return found


def _checkpoint(rulebook: Any, item: Any, measure: Any) -> dict:
    """Term of a checkpoint's order, which one it is, and what its measure asks of the others."""
    keys = levels_of(rulebook, measure).by_grade()
    found = _ends(item, rulebook.orders, measure)
    found["checkpoint"] = item.checkpoint
    found["others"] = keys[0] if len(set(keys)) == 1 else ", ".join(keys)
    if item.date is not None:
        found["from"] = item.date.isoformat()
    return found


def _term(rulebook: Any, key: str, measure: Any) -> dict:
    """Basis and end that the rulebook gives to a measure's order, as plain values."""
    return _ends(rulebook.measures.get(key, rulebook.orders), rulebook.orders, measure)


def _ends(entry: Any, orders: Any, measure: Any) -> dict:
    """Basis and end of an order: its own, or those of all orders."""
    own = entry.basis or orders.basis or measure.basis
    found: dict = {
        "basis": " / ".join(dict.fromkeys(v for v in (own.get("zh"), own.get("en")) if v))
    }
    end = entry if entry.until or entry.days else orders
    if end.until:
        found["until"] = end.until.isoformat()
    elif end.days:
        found["days"] = int(end.days)
    return found
