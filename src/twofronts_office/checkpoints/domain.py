"""A decision about a checkpoint is one act, its state on the road another; evidence joins them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from twofronts_office.checkpoints.choices import Actual, Decided, PassState
from twofronts_office.checkpoints.models import Checkpoint, FreightPass
from twofronts_office.common import clock
from twofronts_office.common.domain.attachments import attach
from twofronts_office.common.domain.records import Refused, move, note_change


@transaction.atomic
def decide(*, checkpoint: Checkpoint, decided: str, act_by: date, decided_by: str, by, reason: str):
    """Record what was decided; the actual state stays what it is until somebody verifies it."""
    before = checkpoint.decided
    checkpoint.decided = decided
    checkpoint.decided_by = decided_by
    checkpoint.decided_at = clock.now()
    checkpoint.act_by = act_by
    checkpoint.version += 1
    checkpoint.save()
    note_change(obj=checkpoint, before=before, after=decided, by=by, reason=reason, field="decided")


@transaction.atomic
def verify(*, checkpoint: Checkpoint, actual: str, evidence: str, by, file=None) -> None:
    """Record the state on the road with evidence: who saw what, and a picture if there is one."""
    if not evidence.strip():
        raise Refused(_("Say what was seen, where and by whom."))
    if file is not None:
        attach(obj=checkpoint, file=file, by=by)
    before = checkpoint.actual
    checkpoint.actual = actual
    checkpoint.verified_at = clock.now()
    checkpoint.evidence = evidence
    checkpoint.version += 1
    checkpoint.save()
    note_change(obj=checkpoint, before=before, after=actual, by=by, reason=evidence, field="actual")


def open_decisions(*, rows):
    """Checkpoints whose state on the road is not the one decided."""
    return rows.filter(decided=Decided.REMOVE, actual=Actual.OPERATING) | rows.filter(
        decided=Decided.KEEP, actual=Actual.REMOVED
    )


def revoke(*, freight_pass: FreightPass, by, reason: str) -> None:
    move(
        obj=freight_pass, to=PassState.REVOKED, by=by, reason=reason,
        allowed={PassState.IN_FORCE: (PassState.REVOKED,)},
    )  # fmt: skip
