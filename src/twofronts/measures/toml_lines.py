"""Where each key of a TOML file stands, so that a problem can name its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_"'-]+)*)\s*=""")


def _split(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.split(r"\s*\.\s*", dotted.strip())]


def _anchored(parts: list[str], counts: dict[Path, int]) -> Path:
    """Put the index of the newest element after the name of each array of tables on the way."""
    path: Path = ()
    for part in parts:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    return path


def key_lines(text: str) -> dict[Path, int]:
    """Map the path of every table and key to its line, counted from 1.

    Parameters
    ----------
    text : str
        A TOML document that parses.

    Returns
    -------
    dict of tuple to int
        Elements of arrays of tables carry their index: ``("changes", 0, "level")``.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:
            quote = "" if quote in line else quote
            continue
        if header := _HEADER.match(line):
            parts = _split(header[2])
            if header[1] == "[[":
                name = (*_anchored(parts[:-1], counts), parts[-1])
                counts[name] = counts.get(name, -1) + 1
                lines.setdefault(name, number)
            table = _anchored(parts, counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_split(key[1])), number)
            for mark in ('"""', "'''"):
                if line.count(mark) % 2 == 1:
                    quote = mark
    return lines


def line_of(lines: dict[Path, int], path: Sequence[str | int]) -> int | None:
    """Return the line of a path, or of the nearest table around it."""
    for end in range(len(path), 0, -1):
        if tuple(path[:end]) in lines:
            return lines[tuple(path[:end])]
    return None
