"""Names of things are kept in pairs; the reader's language picks one."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def english() -> bool:
    """Whether the reader's language is English; the other one is Chinese."""
    return (get_language() or "").startswith("en")


class Pair:
    """A name in both languages; as text it is that of the language in force."""

    def __init__(self, zh: str, en: str):
        self.zh, self.en = zh or en, en or zh

    def __str__(self) -> str:
        return self.en if english() else self.zh


def said(obj, name: str) -> str:
    """Of a pair such as ``unit`` and ``unit_en`` the one in the reader's language.

    The plain field is Chinese, or stands alone where nobody gave it in English.
    """
    return (english() and getattr(obj, f"{name}_en")) or getattr(obj, name)


class Measured:
    """A thing counted in a unit that has a name in both languages."""

    @property
    def unit_said(self) -> str:
        return said(self, "unit")


class Named:
    @property
    def name(self) -> str:
        pair = (self.name_en, self.name_zh)
        first, second = pair if english() else pair[::-1]
        return first or second

    name.fget.title = _("name")

    def __str__(self) -> str:
        return self.name
