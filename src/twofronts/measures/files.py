"""Rulebooks as files: read with every problem named, written so that people can read them."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from twofronts.errors import Problem, RulebookError
from twofronts.measures import toml_lines
from twofronts.measures.catalogue import Catalogue, load_catalogue, nearest
from twofronts.measures.checks import faults
from twofronts.measures.rulebook import GradeLevels, Rulebook
from twofronts.writing import write_text

BUILT_IN: tuple[str, ...] = ("before", "held", "meeting", "open", "closed")

_WHY = {
    "extra_forbidden": "a key that nobody reads would be lost in silence",
    "missing": "it cannot be left out",
    "less_than_equal": "it lies above what can be",
    "greater_than_equal": "it lies below what can be",
}


def _folder() -> Path:
    return Path(str(files("twofronts"))) / "data" / "rulebooks"


def load_rulebook(name_or_path: str | Path, *, catalogue: Catalogue | None = None) -> Rulebook:
    """Return a built-in rulebook, or read one from a TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        One of ``BUILT_IN``, or a file.
    catalogue : Catalogue, optional
        The built-in one if not given.

    Returns
    -------
    Rulebook

    Raises
    ------
    RulebookError
        With every problem found: what, where (file and line), why, and what to do.
    """
    path = Path(name_or_path)
    if str(name_or_path) in BUILT_IN:
        path = _folder() / f"{name_or_path}.toml"
    elif not path.is_file():
        raise RulebookError(
            Problem(
                what=f"no rulebook is called {str(name_or_path)!r}",
                why="it is neither a built-in one nor a file",
                remedy=nearest(str(name_or_path), BUILT_IN) + ", or give the path of a TOML file",
            )
        )
    return parse_rulebook(_text(path), file=str(path), catalogue=catalogue)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        problem = Problem(
            "the file cannot be read", str(error.strerror), "check its rights", file=str(path)
        )
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(
            what="not UTF-8 text",
            why=f"byte {error.start} ({data[error.start]:#04x}) belongs to no UTF-8 character",
            remedy="save the file as UTF-8 (it may be GBK or UTF-16)",
            file=str(path),
            line=line,
        )
    else:
        if text.strip():
            return text
        problem = Problem(
            what="the file is empty",
            why="a rulebook has at least a name",
            remedy="write one with `twofronts rulebook new PATH`",
            file=str(path),
        )
    raise RulebookError(problem)


def parse_rulebook(text: str, *, file: str = "", catalogue: Catalogue | None = None) -> Rulebook:
    """Read a rulebook from TOML text.

    Parameters
    ----------
    text : str
        The TOML document.
    file : str
        Its name, for problems.
    catalogue : Catalogue, optional
        The built-in one if not given.

    Returns
    -------
    Rulebook

    Raises
    ------
    RulebookError
        With every problem found.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(_not_toml(error, file)) from None
    lines = toml_lines.key_lines(text)
    try:
        book = Rulebook.model_validate(raw)
    except ValidationError as error:
        raise RulebookError(_form_problems(error, raw, lines, file)) from None
    check_rulebook(book, catalogue=catalogue, file=file, lines=lines)
    return book


def check_rulebook(
    book: Rulebook,
    *,
    catalogue: Catalogue | None = None,
    file: str = "",
    lines: Mapping[toml_lines.Path, int] | None = None,
) -> None:
    """Hold a rulebook against the catalogue.

    Raises
    ------
    RulebookError
        With every fault found.
    """
    found = faults(book, catalogue or load_catalogue())
    if found:
        known = dict(lines or {})
        raise RulebookError(
            Problem(
                what=f.what,
                why=f.why,
                remedy=f.remedy,
                file=file or f"rulebook {book.name}",
                line=toml_lines.line_of(known, f.path),
                column=".".join(str(part) for part in f.path),
            )
            for f in found
        )


def _not_toml(error: tomllib.TOMLDecodeError, file: str) -> Problem:
    message = str(error)
    line = None
    if "(at line " in message:
        line = int(message.rsplit("(at line ", 1)[1].split(",")[0])
    date = "date" in message.lower()
    return Problem(
        what="a date that does not exist" if date else "not a TOML file",
        why=message,
        remedy="write a day of the calendar, as 2020-02-18"
        if date
        else "correct the line it names; `twofronts rulebook new PATH` writes one that is right",
        file=file,
        line=line,
    )


def _form_problems(
    error: ValidationError, raw: Mapping[str, Any], lines: dict[toml_lines.Path, int], file: str
) -> list[Problem]:
    problems = []
    for e in error.errors():
        loc = tuple(e["loc"])
        where = ".".join(str(part) for part in loc)
        message = e["msg"].removeprefix("Value error, ")
        remedy = "correct the value; see docs/tutorials/write-a-rulebook.md"
        what = f"{where}: {message}" if where else message
        if e["type"] == "extra_forbidden":
            what = f"unknown key {loc[-1]!r}"
            remedy = nearest(str(loc[-1]), _known_keys(loc[:-1]))
        elif e["type"] == "missing":
            what = f"{where} is missing"
            remedy = f"add {loc[-1]} = ..."
        elif e["type"] in ("greater_than_equal", "less_than_equal"):
            kind = "above" if e["type"] == "less_than_equal" else "below"
            limit = e.get("ctx", {}).get("le" if kind == "above" else "ge")
            what = f"{where} is {e['input']}, {kind} {limit:g}"
            remedy = f"write a value not {kind} {limit:g}"
        why = _WHY.get(e["type"], "a rulebook's entries have a fixed form")
        line = toml_lines.line_of(lines, loc)
        problems.append(Problem(what, why, remedy, file=file, line=line, column=where or None))
    return problems


def _known_keys(loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the form at a place has."""
    form: Any = Rulebook
    for part in loc:
        if isinstance(part, int) or not hasattr(form, "model_fields"):
            continue
        field = form.model_fields.get(str(part))
        form = _inner(field.annotation) if field is not None else form
    return [f.alias or name for name, f in form.model_fields.items()]


def _inner(annotation: Any) -> Any:
    """Return the form inside ``dict[str, X]``, ``tuple[X, ...]`` or ``X | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in reversed(getattr(annotation, "__args__", ())):
        found = _inner(part)
        if found is not None:
            return found
    origin = getattr(annotation, "__origin__", None)
    return _inner(origin) if origin not in (None, dict, tuple) else None


def to_toml(book: Rulebook) -> str:
    """Return a rulebook as TOML text that ``parse_rulebook`` reads back equal."""
    data = book.model_dump(by_alias=True, exclude_defaults=True)
    top = [f"{k} = {_value(data[k])}" for k in ("name", "title", "note") if k in data]
    parts = ["\n".join(top)]
    for table in ("orders", "grades"):
        if table in data:
            parts.append(f"[{table}]\n" + _lines(data[table]))
    if book.measures:
        rows = [f"{_key(k)} = {_entry(v)}" for k, v in data["measures"].items()]
        parts.append("[measures]\n" + "\n".join(rows))
    for table in ("changes", "overrides"):
        parts += [f"[[{table}]]\n" + _lines(item) for item in data.get(table, ())]
    if book.switch is not None:
        switch = data["switch"]
        sets = {k: switch.pop(k) for k in ("strict", "relaxed") if k in switch}
        parts.append("[switch]\n" + _lines(switch))
        parts += [f"[switch.{k}]\n" + _lines(v) for k, v in sets.items()]
    return "\n\n".join(parts) + "\n"


def save_rulebook(book: Rulebook, path: str | Path) -> None:
    """Write a rulebook as TOML, whole or not at all.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_text(Path(path), to_toml(book))


def _lines(table: Mapping[str, Any]) -> str:
    return "\n".join(f"{_key(k)} = {_value(v)}" for k, v in table.items())


def _entry(entry: Mapping[str, Any]) -> str:
    return _value(entry["level"]) if set(entry) == {"level"} else _value(entry)


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _string(key)


def _string(text: str) -> str:
    # a JSON string is a TOML basic string, but for DEL, which TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        if set(value) == set(GradeLevels.model_fields) and len(set(value.values())) == 1:
            return _value(value["low"])
        if set(value) == {"en", "zh"} and value["en"] == value["zh"]:
            return _value(value["en"])
        inside = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return "{ " + inside + " }" if inside else "{}"
    return repr(value)
