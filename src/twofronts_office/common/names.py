"""Names of things are kept in pairs; the reader's language picks one."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def english() -> bool:
    """Whether the reader's language is English; the other one is Chinese."""
    return (get_language() or "").startswith("en")


class Named:
    @property
    def name(self) -> str:
        pair = (self.name_en, self.name_zh)
        first, second = pair if english() else pair[::-1]
        return first or second

    name.fget.title = _("name")

    def __str__(self) -> str:
        return self.name
