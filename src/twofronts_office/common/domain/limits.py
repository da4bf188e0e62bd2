"""Rate limits of public pages, counted in the database so that all workers agree."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from twofronts_office.common.models import RateWindow


def spend(*, key: str, limit: int, seconds: int = 60) -> bool:
    """Count one call. False when the window's limit is used up."""
    now = timezone.now()
    start = int(now.timestamp()) // seconds
    name = f"{key}:{start}"[:120]
    with transaction.atomic():
        window = RateWindow.objects.filter(key=name)
        if not window.update(count=F("count") + 1):
            ends = now + timedelta(seconds=seconds)
            RateWindow.objects.get_or_create(key=name, defaults={"ends_at": ends})
            window.update(count=F("count") + 1)
        return window.values_list("count", flat=True).get() <= limit


def prune() -> int:
    return RateWindow.objects.filter(ends_at__lt=timezone.now()).delete()[0]
