"""Conditions of filing: set when a decision is confirmed, asked when a filing is sent.

A condition is a fact that the enterprise meets or does not meet at the moment it files. None asks a
second person: what does not meet it is refused at once, with the reason, its end and what to do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from twofronts_office.common import clock
from twofronts_office.common.access import significant
from twofronts_office.common.domain.records import Refused, note_change
from twofronts_office.enterprises.choices import (
    CHECKLIST,
    ConditionPart,
    FilingGroup,
    FilingMode,
    group_of,
)
from twofronts_office.enterprises.models import Enterprise, FilingCondition


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for one group of sectors in one area on one day, part by part."""

    mode: str = FilingMode.OPEN
    cap_pct: int = 100
    required: tuple[str, ...] = ()
    rows: Mapping[str, FilingCondition] = field(default_factory=dict)


def in_force(*, day: date):
    """Conditions that hold on a day."""
    return FilingCondition._base_manager.filter(since__lte=day, until__gte=day, ended_on=None)


def as_planned(condition: FilingCondition, terms: dict) -> bool:
    """Whether a condition says of its part what the terms ask for."""
    return {
        ConditionPart.MODE: condition.mode == terms.get("mode"),
        ConditionPart.CAP: condition.cap_pct == terms.get("cap_pct"),
        ConditionPart.STANDARD: condition.required == terms.get("required"),
    }[condition.part]


def conditions_for(*, area: str, sector: str, day: date | None = None) -> Conditions:
    """The conditions for a sector in an area: the nearest area's, then the newest, go first."""
    group = group_of(sector)
    best: dict[str, FilingCondition] = {}
    rows = in_force(day=day or clock.today()).filter(group__in=[FilingGroup.ALL, group])
    for row in rows.order_by("since", "pk"):
        if not area.startswith(significant(row.area_id)):
            continue
        held = best.get(row.part)
        if held is None or _rank(row) >= _rank(held):
            best[row.part] = row
    found = {"rows": best}
    if ConditionPart.MODE in best:
        found["mode"] = best[ConditionPart.MODE].mode
    if ConditionPart.CAP in best:
        found["cap_pct"] = best[ConditionPart.CAP].cap_pct
    if ConditionPart.STANDARD in best:
        found["required"] = tuple(
            k for k in best[ConditionPart.STANDARD].required if k in CHECKLIST
        )
    return Conditions(**found)


def _rank(row: FilingCondition) -> tuple:
    return (len(significant(row.area_id)), row.group != FilingGroup.ALL, row.since, row.pk)


def check_filing(
    *, enterprise: Enterprise, declared: Mapping, checklist: Mapping[str, bool]
) -> None:
    """Refuse a filing that does not meet what is decided for its group, at once and in words.

    Raises
    ------
    Refused
        With the condition, its basis, its end and what the enterprise can do.
    """
    held = conditions_for(area=enterprise.area_id, sector=enterprise.sector)
    if held.mode == FilingMode.CLOSED:
        row = held.rows[ConditionPart.MODE]
        said = _(
            "No further enterprise of this group may file until %(until)s (%(basis)s). After that "
            "day file again: the filing is then in force at once."
        )
        raise Refused(said % {"until": row.until, "basis": row.basis})
    most = math.ceil(enterprise.insured_staff * held.cap_pct / 100)
    if (declared.get("staff_planned") or 0) > most:
        row = held.rows[ConditionPart.CAP]
        said = _(
            "At most %(cap)s%% of the staff may return until %(until)s (%(basis)s). File for "
            "%(most)s or fewer: the filing is in force at once."
        )
        values = {"cap": held.cap_pct, "until": row.until, "basis": row.basis, "most": most}
        raise Refused(said % values)
    missing = [str(CHECKLIST[k]) for k in held.required if not checklist.get(k)]
    if missing:
        row = held.rows[ConditionPart.STANDARD]
        said = _(
            "Not yet in place: %(missing)s These points are needed until %(until)s (%(basis)s). "
            "Put them in place, tick them and file: the filing is in force at once."
        )
        values = {"missing": " ".join(missing), "until": row.until, "basis": row.basis}
        raise Refused(said % values)


@transaction.atomic
def set_condition(
    *, area: str, group: str, part: str, mode: str = FilingMode.OPEN, cap_pct: int = 100,
    required: list[str] | None = None, basis: str, until: date, by=None, reason: str = "",
) -> FilingCondition:  # fmt: skip
    """Put a condition in force from today; the one that it follows ends."""
    today = clock.today()
    if not basis.strip():
        raise Refused(_("A restriction states its legal basis."))
    if until is None or until < today:
        raise Refused(_("Every restriction has an end, and it lies in the future."))
    for old in in_force(day=today).filter(area_id=area, group=group, part=part):
        old.ended_on = today
        old.version += 1
        old.save()
    row = FilingCondition(
        area_id=area, group=group, part=part, mode=mode, cap_pct=cap_pct, required=required or [],
        basis=basis, since=today, until=until,
    )  # fmt: skip
    row.full_clean(exclude=["area"])
    row.save()
    note_change(obj=row, before="", after=part, by=by, reason=reason, field="part")
    return row
