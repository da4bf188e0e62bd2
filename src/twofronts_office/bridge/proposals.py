"""The decisions that a rulebook amounts to, as plain values that a meeting takes one by one."""

from __future__ import annotations

from typing import Any

from twofronts.measures import load_catalogue
from twofronts.measures.words import levels_of, levels_words


def proposals(rulebook: Any) -> list[dict]:
    """The decisions that a rulebook amounts to: each measure that it sets, each order it lifts.

    An order that a rulebook does not name is not in force under it: that is a decision too.
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
    return found


def _term(rulebook: Any, key: str, measure: Any) -> dict:
    """Basis and end that the rulebook gives to a measure's order, as plain values."""
    entry, orders = rulebook.measures.get(key, rulebook.orders), rulebook.orders
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
