"""The sidecar of a table: unit, source, licence, date and grade, and the columns that differ."""

from __future__ import annotations

import datetime as dt
from typing import Any

from twofronts.city.checks.folder import Folder, read_text
from twofronts.city.checks.toml_text import line_of, parse
from twofronts.city.checks.words import did_you_mean, nearest
from twofronts.city.spec import GRADES
from twofronts.errors import Problem

REQUIRED = ("unit", "source", "licence", "date", "grade")
OPTIONAL = ("notes",)


def check_sidecar(folder: Folder, name: str) -> list[Problem]:
    """Check ``<name>.toml`` beside a table or the map."""
    file = f"{name}.toml"
    path = folder.path / file
    problems: list[Problem] = []
    if not path.exists():
        remedy = f"write it with {', '.join(REQUIRED)}; see any city that is built in"
        why = "nobody can judge a table without its source and grade"
        return [Problem("the sidecar is missing", why, remedy, file)]
    text = read_text(path, problems)
    entry = None if text is None else parse(file, text, problems)
    if text is None or entry is None:
        return problems
    known = (*REQUIRED, *OPTIONAL, "columns")
    strange = [k for k in entry if k not in known]
    for key in REQUIRED:
        if key not in entry:
            guess = nearest(key, strange)
            remedy = f"rename {guess}" if guess else f"add {key}"
            why = "a table carries unit, source, licence, date and grade"
            problems.append(Problem(f"{key} is missing", why, remedy, file, 1, key))
    problems += _check_entries(file, text, entry, (), known)
    columns = entry.get("columns", {})
    if not isinstance(columns, dict):
        why, remedy = "columns holds one table for each column", "write [columns.NAME]"
        line = line_of(text, "columns")
        return [*problems, Problem("columns is no table", why, remedy, file, line, "columns")]
    for column, own in columns.items():
        problems += _check_column(folder, name, file, text, column, own)
    return problems


def _check_column(
    folder: Folder, name: str, file: str, text: str, column: str, own: Any
) -> list[Problem]:
    where = f"columns.{column}"
    line = line_of(text, "columns", column)
    raw = folder.raw.get(name)
    if raw is not None and column not in raw.header:
        why = f"{name}.csv has no such column"
        remedy = did_you_mean(column, raw.header)
        return [Problem(f"unknown column {column}", why, remedy, file, line, where)]
    if not isinstance(own, dict):
        why, remedy = "it says how a column differs from its table", f"write [{where}]"
        return [Problem("not a table", why, remedy, file, line, where)]
    return _check_entries(file, text, own, ("columns", column), (*REQUIRED, *OPTIONAL))


def _check_entries(
    file: str, text: str, entry: dict[str, Any], path: tuple[str, ...], known: tuple[str, ...]
) -> list[Problem]:
    problems = []

    def add(what: str, why: str, remedy: str, key: str) -> None:
        line = line_of(text, *path, key)
        problems.append(Problem(what, why, remedy, file, line, ".".join((*path, key))))

    for key, value in entry.items():
        if key not in known:
            add(f"unknown key {key}", "nothing reads it", did_you_mean(key, known), key)
        elif key == "columns":
            continue
        elif key == "date":
            if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
                add("not a date", f"this is {value!r}", "write it as 2020-02-18, no quotes", key)
        elif not isinstance(value, str):
            add(f"{key} is no text", f"this is {value!r}", 'put it in "quotes"', key)
        elif key == "grade" and value not in GRADES:
            add("unknown grade", f"this is {value!r}", did_you_mean(value, GRADES), key)
        elif key in ("source", "licence", "unit") and not value.strip():
            why = "whoever uses the table will ask for it"
            add(f"{key} is empty", why, 'name it; your own guess is source = "assumption"', key)
    return problems
