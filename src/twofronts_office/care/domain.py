"""Suspending and reopening clinics by checklist; transferring patients."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from twofronts_office.care.choices import (
    REOPENING,
    SERVICE_MOVES,
    TRANSFER_MOVES,
    ServiceState,
)
from twofronts_office.care.models import Hospital, Transfer
from twofronts_office.common.domain.records import Refused, move


def suspend(*, hospital: Hospital, by, reason: str) -> None:
    move(
        obj=hospital, to=ServiceState.SUSPENDED, by=by, reason=reason, allowed=SERVICE_MOVES,
        values={"checklist": {}},
    )  # fmt: skip


def start_check(*, hospital: Hospital, by) -> None:
    move(obj=hospital, to=ServiceState.CHECKING, by=by, allowed=SERVICE_MOVES)


def reopen(*, hospital: Hospital, checklist: Mapping[str, bool], by) -> None:
    """Reopen when every point of the checklist holds; otherwise say which do not."""
    open_points = [str(REOPENING[k]) for k in REOPENING if not checklist.get(k)]
    if open_points:
        raise Refused(_("Still open: %s") % " ".join(open_points))
    move(
        obj=hospital,
        to=ServiceState.REOPENED,
        by=by,
        allowed=SERVICE_MOVES,
        values={"checklist": dict.fromkeys(REOPENING, True)},
    )


def move_transfer(*, transfer: Transfer, to: str, by, reason: str = "") -> None:
    move(obj=transfer, to=to, by=by, reason=reason, allowed=TRANSFER_MOVES)
