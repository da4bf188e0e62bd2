"""One figure of the cockpit: what it says, as of when, from what, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its origin.

    ``change`` is against the day before, ``sure`` the interval or what makes it uncertain, ``tone``
    "good", "warn", "bad" or "" (said in words by ``sign`` too, never by colour alone).
    """

    label: str
    value: str
    as_of: str = ""
    source: str = ""
    link: str = ""
    change: str = ""
    sure: str = ""
    tone: str = ""
    wide: bool = False  # has more to say than a figure: gets more room on a wall

    @property
    def sign(self) -> str:
        return {"good": "✓", "warn": "!", "bad": "‼"}.get(self.tone, "")


def count(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f}"


def share(value: float | None, digits: int = 1) -> str:
    return NOTHING if value is None else f"{100 * value:.{digits}f}%"


def chance(value: float | None) -> str:
    """A probability as a percentage that is never rounded to certainty."""
    if value is None:
        return NOTHING
    if 0 < value < 0.005:
        return "<0.5%"
    if 0.995 <= value < 1:
        return ">99%"
    return f"{100 * value:.0f}%"


def decimal(value: float | None, digits: int = 2) -> str:
    return NOTHING if value is None else f"{value:.{digits}f}"


def versus(
    now: float | None, before: float | None, since: date | None = None, *, digits: int = 0
) -> str:
    """The change in words: an arrow, a number, and since when."""
    if now is None or before is None:
        return ""
    d = round(now - before, digits)
    arrow = "▲ +" if d > 0 else "▼ −" if d < 0 else "＝ "
    text = f"{arrow}{abs(d):,.{digits}f}"
    return f"{text} · {_('since')} {since:%m-%d}" if since else text
