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
                for one in _spellings(word.replace("-", " "), language):
                    found.setdefault(one, {})[key] = float(weight)
    return found


def _spellings(word: str, language: str) -> set[str]:
    """An English word as it is written on either side of the ocean."""
    if language == "zh":
        return {word}
    return {word, word.replace("is", "iz") if word.endswith(("ise", "iser")) else word,
            word.replace("our", "or") if "bour" in word else word}  # fmt: skip
