"""Planned and present states in the words of the register that holds them."""

from __future__ import annotations

from twofronts_office.checkpoints.choices import Decided
from twofronts_office.communities.choices import Level
from twofronts_office.effects.choices import ChangeKind
from twofronts_office.enterprises.choices import ConditionPart, FilingMode
from twofronts_office.enterprises.models import FilingCondition


def state_words(change, value: str) -> str:
    """A state of the change's register by name; conditions of filing with their terms."""
    if not value:
        return ""
    if change.kind == ChangeKind.COMMUNITY:
        return str(dict(Level.choices).get(value, value))
    if change.kind == ChangeKind.CHECKPOINT:
        return str(dict(Decided.choices).get(value, value))
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
