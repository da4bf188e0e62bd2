"""Suspending and reopening clinics by checklist; transferring patients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from twofronts_office.care.choices import (
    REOPENING,
    SERVICE_MOVES,
    TRANSFER_MOVES,
    ServiceState,
    TransferState,
)
from twofronts_office.care.models import Hospital, Transfer
from twofronts_office.common.domain.personal import ERASED, POLICIES, blank, blank_all
from twofronts_office.common.domain.records import Refused, move
from twofronts_office.reports.persons import BESIDE, Beside

OVER = (TransferState.ARRIVED, TransferState.DECLINED, TransferState.CANCELLED)
BLANK = {"patient": ERASED, "reason": ERASED}


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


def erase_transfer(*, transfer: Transfer, by, reason: str) -> None:
    """Take the patient's name out of a transfer that is over, and out of its past."""
    blank(row=transfer, values=BLANK, actor=str(by), why=reason)


def _expired(*, before: date, why: str) -> int:
    rows = Transfer._base_manager.filter(state__in=OVER, updated_at__date__lt=before)
    return blank_all(rows=rows.exclude(patient=ERASED), values=BLANK, why=why)


POLICIES.append(_expired)
BESIDE.append(Beside(of=lambda cases: Transfer._base_manager.filter(case__in=cases), blank=BLANK))
