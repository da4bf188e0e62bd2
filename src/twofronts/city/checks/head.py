"""The file city.toml: what the city is called, its date, and the numbers about it as a whole."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from twofronts.city.checks.folder import HEAD_FILE, Folder
from twofronts.city.checks.toml_text import line_of, parse
from twofronts.city.checks.words import did_you_mean, nearest, plain
from twofronts.city.scalars import SCALAR, SCALARS
from twofronts.city.spec import GRADES, ScalarSpec
from twofronts.errors import Problem

# key: (type, required, what it is)
HEAD_KEYS: dict[str, tuple[type, bool, str]] = {
    "id": (str, True, "a short name in small letters, as in a file name"),
    "name_en": (str, True, "the city's name in English"),
    "name_zh": (str, True, "the city's name in Chinese"),
    "as_of": (dt.date, True, "the date everything is known up to"),
    "admin_code": (str, False, "an official code, if there is one"),
    "currency": (str, False, "the currency of money: CNY"),
    "invented": (bool, False, "true for a city that does not exist"),
    "notes": (str, False, "what a reader must know"),
    "scalars": (dict, True, "numbers about the whole city"),
}
# Of every price of the parameter files
CURRENCY = "CNY"
_SCALAR_KEYS = ("value", "unit", "source", "grade", "note")
_WORDS = {str: 'text in "quotes"', bool: "true or false", dict: "a table"}
_DATE_WORDS = "a date without quotes, as in 2020-02-18"


def check_head(folder: Folder) -> list[Problem]:
    """Check ``city.toml`` and keep its content in ``folder.head``."""
    if not folder.head_text:
        return []
    problems: list[Problem] = []
    head = parse(HEAD_FILE, folder.head_text, problems)
    if head is None:
        return problems
    folder.head = head
    for key, (kind, required, meaning) in HEAD_KEYS.items():
        if key not in head:
            if required:
                remedy = _missing_remedy(key, meaning, head)
                problems.append(Problem(f"{key} is missing", meaning, remedy, HEAD_FILE, 1, key))
        elif not _is(head[key], kind):
            words = _DATE_WORDS if kind is dt.date else _WORDS[kind]
            why = f"{key} is {meaning}; this is {head[key]!r}"
            problems.append(_at(folder, f"{key} is no {kind.__name__}", why, f"write {words}", key))
    for key in head:
        if key not in HEAD_KEYS:
            problems.append(_unknown(folder, key))
    if isinstance(head.get("id"), str) and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", head["id"]):
        why = f"it becomes part of file names; this is {head['id']!r}"
        remedy = "use small letters, digits and hyphens"
        problems.append(_at(folder, "the id cannot be used", why, remedy, "id"))
    if isinstance(head.get("currency"), str) and head["currency"] != CURRENCY:
        why = (
            "the price of every measure, the weights of harm and the gdp of a city are in it; "
            f"this is {head['currency']!r}"
        )
        remedy = f'convert the amounts and write currency = "{CURRENCY}"'
        problems.append(_at(folder, f"money is not in {CURRENCY}", why, remedy, "currency"))
    if isinstance(head.get("scalars"), dict):
        problems += _check_scalars(folder, head["scalars"])
    return problems


def _is(value: Any, kind: type) -> bool:
    if kind is dt.date:
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return isinstance(value, kind)


def _missing_remedy(key: str, meaning: str, head: dict[str, Any]) -> str:
    guess = nearest(key, [k for k in head if k not in HEAD_KEYS])
    return f"rename {guess}" if guess else f"add {key}: {meaning}"


def _unknown(folder: Folder, key: str) -> Problem:
    if key in SCALAR:
        remedy = f"move it to [scalars.{key}]"
    else:
        remedy = did_you_mean(key, HEAD_KEYS)
    return _at(folder, f"unknown key {key}", "nothing reads it", remedy, key)


def _at(folder: Folder, what: str, why: str, remedy: str, *path: str) -> Problem:
    line = line_of(folder.head_text, *path)
    return Problem(what, why, remedy, HEAD_FILE, line, ".".join(path))


def _check_scalars(folder: Folder, scalars: dict[str, Any]) -> list[Problem]:
    problems = []
    for spec in SCALARS:
        if spec.required and spec.name not in scalars:
            guess = nearest(spec.name, [k for k in scalars if k not in SCALAR])
            hint = f"rename {guess}" if guess else "add value, unit, source and grade"
            why = f"every city needs it: {spec.en.rstrip('.').lower()}"
            problems.append(_at(folder, f"{spec.name} is missing", why, hint, "scalars", spec.name))
    for key, entry in scalars.items():
        where = ("scalars", key)
        if key not in SCALAR:
            remedy = did_you_mean(key, SCALAR)
            problems.append(
                _at(folder, f"unknown scalar {key}", "nothing reads it", remedy, *where)
            )
        elif not isinstance(entry, dict):
            why = "a number without unit, source and grade cannot be judged"
            remedy = f"write [scalars.{key}] with value, unit, source and grade"
            problems.append(_at(folder, f"{key} is a bare value", why, remedy, *where))
        else:
            problems += _check_scalar(folder, SCALAR[key], entry)
    return problems


def _check_scalar(folder: Folder, spec: ScalarSpec, entry: dict[str, Any]) -> list[Problem]:
    where = ("scalars", spec.name)
    problems = []
    for key in _SCALAR_KEYS[:4]:
        if key not in entry:
            why = "a number carries value, unit, source and grade"
            remedy = f'write unit = "{spec.unit}"' if key == "unit" else f"add {key}"
            what = f"{spec.name} has no {key}"
            problems.append(_at(folder, what, why, remedy, *where, key))
    for key in entry:
        if key not in _SCALAR_KEYS:
            remedy = did_you_mean(key, _SCALAR_KEYS)
            problems.append(
                _at(folder, f"unknown key {key}", "nothing reads it", remedy, *where, key)
            )
    problems += _check_value(folder, spec, entry.get("value", 0))
    if entry.get("unit", spec.unit) != spec.unit:
        why = f"{spec.name} is counted in {spec.unit}; this is {entry['unit']!r}"
        remedy = f'convert the value and write unit = "{spec.unit}"'
        problems.append(_at(folder, "the wrong unit", why, remedy, *where, "unit"))
    if entry.get("grade", "assumed") not in GRADES:
        why = f"this is {entry['grade']!r}"
        remedy = did_you_mean(str(entry["grade"]), GRADES)
        problems.append(_at(folder, "unknown grade", why, remedy, *where, "grade"))
    if "source" in entry and not str(entry["source"]).strip():
        why = "somebody will ask where the number comes from"
        problems.append(
            _at(folder, "the source is empty", why, "name it, or who assumed it", *where, "source")
        )
    return problems


def _check_value(folder: Folder, spec: ScalarSpec, value: Any) -> list[Problem]:
    where = ("scalars", spec.name, "value")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        why = f"{spec.name} is a number [{spec.unit}]; this is {value!r}"
        return [_at(folder, "not a number", why, "write digits without quotes", *where)]
    if spec.whole and value != int(value):
        why = f"{spec.name} [{spec.unit}] counts whole things; this is {value}"
        return [_at(folder, "not a whole number", why, "round it", *where)]
    if not spec.low <= value <= spec.high:
        share = spec.high == 1.0 and value > 1
        bad = "share above 1" if share else "negative" if value < 0 else "out of bounds"
        high = "more" if math.isinf(spec.high) else plain(spec.high)
        why = (
            f"{spec.name} [{spec.unit}] lies between {plain(spec.low)} and {high}; this is {value}"
        )
        remedy = (
            f"write {plain(value / 100)} if you meant {plain(value)}%" if share else "correct it"
        )
        return [_at(folder, bad, why, remedy, *where)]
    return []


def as_of(folder: Folder) -> dt.date | None:
    """Return the as-of date if it can be read."""
    value = folder.head.get("as_of")
    return value if _is(value, dt.date) else None
