"""The words of ``words.toml``: what tells a line of work, and how strongly."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def weights(language: str) -> dict[str, dict[str, float]]:
    """Words to lines of work to weights, "" being none of them.

    Parameters
    ----------
    language : {"zh", "en"}
    """
    with Path(__file__).with_name("words.toml").open("rb") as file:
        table = tomllib.load(file)[language]
    found: dict[str, dict[str, float]] = {}
    for line, by_weight in table.items():
        for weight, words in by_weight.items():
            for word in words.split():
                key = "" if line == "none" else line
                found.setdefault(word.replace("-", " "), {})[key] = float(weight)
    return found
