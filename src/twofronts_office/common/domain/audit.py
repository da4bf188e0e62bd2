"""Reading personal data, and reading the past."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from twofronts_office.common.access import GLOBAL, OWN, PRIVATE, SYSTEM, Access
from twofronts_office.common.domain.security_log import record
from twofronts_office.common.models import StateChange


def note_personal_read(*, user, entry, obj, why: str = "page") -> None:
    record(
        kind="personal.read",
        actor=user.get_username(),
        subject=f"{entry.label}:{obj.pk}",
        detail={"how": why},
    )


def history_of(*, obj):
    """Versions of one row that was itself reached within the scope, newest first."""
    return obj.history.select_related("history_user").order_by("-history_date", "-history_id")


def rows_as_of(*, entry, at: datetime, access: Access):
    """The register as it stood at an instant, within the access.

    The history's own manager knows no scope: the filter is applied here, on the area that each row
    had then, and for an enterprise on its own rows.
    """
    rows = entry.model.history.as_of(at)
    if entry.label in PRIVATE and not access.system:
        return rows.filter(access.q(entry.model) or Q(pk__in=[]))
    if access.system or entry.label in GLOBAL:
        return rows
    reach = Q(pk__in=[])
    for prefix in access.prefixes(entry.label):
        reach |= Q(area__code__startswith=prefix)
    for grant in access.grants:
        if grant.enterprise_id and entry.label in OWN and access.may(entry.label, "view"):
            reach |= Q(**{OWN[entry.label]: grant.enterprise_id})
    return rows.filter(reach)


def recent_changes(*, access: Access, registers, limit: int = 15):
    """Latest state changes in what the person may view."""
    if access is SYSTEM:
        return StateChange.objects.all()[:limit]
    reach = Q(pk__in=[])
    for entry in registers:
        if entry.label in PRIVATE:
            continue  # whose each is, a change of state does not know
        if entry.label in GLOBAL:
            if access.may(entry.label, "view"):
                reach |= Q(register=entry.label)
            continue
        for prefix in access.prefixes(entry.label):
            reach |= Q(register=entry.label, area__startswith=prefix)
    return StateChange.objects.filter(reach).select_related("by")[:limit]
