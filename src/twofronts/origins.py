"""Where assumptions come from, in Chinese: parameter files say it in English only."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    path = files("twofronts") / "data" / "sources_zh.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sources() -> Mapping[str, str]:
    """Return the Chinese text of every source that is known, by the English one."""
    return _texts()["source"]


def source_zh(text: str) -> str:
    """Return a source in Chinese; what a city's own tables say stays as it is written there."""
    return sources().get(text, text)


def unit_zh(unit: str) -> str:
    """Return a unit in Chinese; one that is no word stays as it is."""
    return _texts()["unit"].get(unit, unit)
