"""The office's clock: today's, or in a demonstration the day at which its data stands."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def shifted() -> bool:
    return bool(settings.CLOCK)


def now() -> datetime:
    """The present instant; under a set day, that day at the present time of day."""
    real = timezone.now()
    if not settings.CLOCK:
        return real
    local = timezone.localtime(real)
    return timezone.make_aware(datetime.combine(settings.CLOCK, local.time()))


def today() -> date:
    return settings.CLOCK or timezone.localdate()
