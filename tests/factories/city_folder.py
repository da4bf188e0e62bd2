"""A copy of the town that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

from twofronts.city.loader import built_in_folder


def town_copy(path: Path) -> Path:
    """Copy the town's folder to ``path``."""
    return Path(shutil.copytree(built_in_folder() / "town", path))


def edit(folder: Path, file: str, line: int, old: str, new: str) -> None:
    """Replace text in one line of one file; the text must be there."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").split("\n")
    assert old in lines[line - 1], f"{file}:{line} is {lines[line - 1]!r}"
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("\n".join(lines), encoding="utf-8")


def drop(folder: Path, file: str, line: int) -> None:
    """Remove one line."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").split("\n")
    del lines[line - 1]
    path.write_text("\n".join(lines), encoding="utf-8")


def insert(folder: Path, file: str, line: int, text: str) -> None:
    """Put a line before the line of that number."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").split("\n")
    lines.insert(line - 1, text)
    path.write_text("\n".join(lines), encoding="utf-8")
