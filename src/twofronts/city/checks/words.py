"""Wording shared by the checks: the nearest name, lists, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, names: Iterable[str]) -> str:
    """Return the name most like ``word``, or "" when none is near."""
    lower = {n.lower(): n for n in names}
    found = get_close_matches(word.lower(), list(lower), n=1, cutoff=0.55)
    return lower[found[0]] if found else ""


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return a remedy for a name that is not known."""
    names = list(names)
    guess = nearest(word, names)
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    if guess:
        return f"did you mean {guess}? Known are {listed}" if listed else f"did you mean {guess}?"
    return f"use one of {listed}" if listed else "none are known; see the table it refers to"


def plain(value: float) -> str:
    """Return a number the way people write it: no trailing .0, no exponent for small ones."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.6g}"
