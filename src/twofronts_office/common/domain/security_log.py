"""The security log: what somebody would like to hide must leave a gap that a command finds."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from twofronts_office.common.models import LogHead, SecurityEvent


def _digest(event: SecurityEvent) -> str:
    text = json.dumps(
        [
            event.number,
            event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            event.actor,
            event.kind,
            event.subject,
            event.detail,
            event.previous,
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hmac.new(settings.LOG_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def record(*, kind: str, actor: str, subject: str = "", detail: dict | None = None) -> None:
    """Add a link: ``kind`` is login, export, personal.read, permission and so on."""
    with transaction.atomic():
        LogHead.objects.get_or_create(pk=1)
        head = LogHead.objects.select_for_update().get(pk=1)
        event = SecurityEvent(
            number=head.number + 1,
            at=timezone.now(),
            actor=(actor or "-")[:150],
            kind=kind,
            subject=subject[:120],
            detail=detail or {},
            previous=head.digest,
        )
        event.digest = _digest(event)
        event.save(force_insert=True)
        LogHead.objects.filter(pk=1).update(number=event.number, digest=event.digest)


def verify() -> tuple[int, list[str]]:
    """Walk the chain.

    Returns
    -------
    int, list of str
        How many links were read, and what is wrong (empty: nothing was changed, removed or added).
    """
    faults, previous, number = [], "", 0
    for event in SecurityEvent.objects.order_by("number").iterator(chunk_size=2000):
        if event.number != number + 1:
            faults.append(f"link {number + 1} is missing before link {event.number}")
        if event.previous != previous:
            faults.append(f"link {event.number} does not follow the one before it")
        if not hmac.compare_digest(event.digest, _digest(event)):
            faults.append(f"link {event.number} was changed after it was written")
        previous, number = event.digest, event.number
    head = LogHead.objects.filter(pk=1).first()
    if head is None and number:
        faults.append(f"the log ends at link {number}, its head was removed")
    if head and (head.number, head.digest) != (number, previous):
        faults.append(f"the log ends at link {number}, its head says {head.number}")
    return number, faults


def head_digest() -> str:
    """Digest of the last link: noted outside the office, it proves later that nothing was cut."""
    return LogHead.objects.filter(pk=1).values_list("digest", flat=True).first() or ""


def missing_since(*, number: int, digest: str) -> str:
    """What is wrong with a link that was noted earlier; nothing if it stands as it was."""
    held = SecurityEvent.objects.filter(number=number).values_list("digest", flat=True).first()
    if held is None:
        return f"link {number}, which was noted, is not in the log: it was cut off"
    if not hmac.compare_digest(held, digest):
        return f"link {number} is not the one that was noted: the log was written anew"
    return ""
