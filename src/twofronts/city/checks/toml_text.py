"""TOML with places: the parser gives values, this gives the line of a key."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from twofronts.errors import Problem

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_HEAD = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")


def parse(name: str, text: str, problems: list[Problem]) -> dict[str, Any] | None:
    """Return the parsed file, or None with the syntax error added to ``problems``."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        line, column = (int(g) for g in place.groups()) if place else (text.count("\n") + 1, None)
        why = _PLACE.sub("", message).strip().rstrip(".").lower()
        remedy = 'correct it; text stands in "quotes", dates as 2020-02-18 without them'
        problems.append(Problem("not a TOML file", why, remedy, name, line, column))
        return None


def line_of(text: str, *path: str) -> int:
    """Return the line that sets a key, or the nearest table above it; 1 if neither is found.

    Parameters
    ----------
    text : str
        The file.
    *path : str
        Keys from the outside in: ``"scalars", "migrants", "value"``.
    """
    best, depth = 1, 0
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        head, key = _HEAD.match(line), _KEY.match(line)
        if head:
            table = _parts(head.group(1))
            full = table
        elif key:
            full = table + _parts(key.group(1))
        else:
            continue
        if len(full) > depth and full == list(path[: len(full)]):
            best, depth = number, len(full)
    return best


def _parts(key: str) -> list[str]:
    return [p.strip().strip("\"'") for p in key.split(".")]
