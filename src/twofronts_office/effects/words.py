"""Planned and present states in the words of the register that holds them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from twofronts_office.checkpoints.choices import Decided
from twofronts_office.communities.choices import Level
from twofronts_office.effects.choices import ChangeKind
from twofronts_office.enterprises.choices import ConditionPart, FilingMode
from twofronts_office.enterprises.models import FilingCondition


def state_words(change, value: str, *, planned: bool = False) -> str:
    """A state of the change's register by name; conditions of filing with their terms.

    ``planned`` where it is what shall be: a checkpoint may be kept to a day, and then go.
    """
    if not value:
        return ""
    if change.kind == ChangeKind.COMMUNITY:
        return str(dict(Level.choices).get(value, value))
    if change.kind == ChangeKind.CHECKPOINT:
        said = str(dict(Decided.choices).get(value, value))
        if planned and change.terms.get("then"):
            return _("%(state)s until %(day)s, then remove") % {"state": said, "day": change.until}
        return said
    terms = terms_words(change.terms) if value == change.planned else []
    return "; ".join(terms) or str(dict(FilingMode.choices).get(value, value))


def terms_words(terms: dict) -> list[str]:
    """The terms of a filing condition in that register's words."""
    if terms.get("part", ConditionPart.MODE) == ConditionPart.MODE:
        return []
    held = FilingCondition(
        part=terms["part"], cap_pct=terms.get("cap_pct", 100), required=terms.get("required", [])
    )
    return [held.said]
