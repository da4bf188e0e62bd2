"""Rate limits of public pages, counted in the database so that all workers agree."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from twofronts_office.common.domain.records import count_up
from twofronts_office.common.models import RateWindow


def spend(*, key: str, limit: int, seconds: int = 60) -> bool:
    """Count one call. False when the window's limit is used up."""
    now = timezone.now()
    name = f"{key}:{int(now.timestamp()) // seconds}"[:120]
    ends = now + timedelta(seconds=seconds)
    return count_up(RateWindow, "count", key=name, ends_at=ends) <= limit


def prune() -> int:
    return RateWindow.objects.filter(ends_at__lt=timezone.now()).delete()[0]
