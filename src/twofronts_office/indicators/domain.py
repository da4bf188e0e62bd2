"""A reading beyond its bottom line raises an alert; a listener makes a task of it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from twofronts_office.common.domain.records import note_change
from twofronts_office.indicators.choices import AlertState
from twofronts_office.indicators.models import Alert, Reading

ON_ALERT: list[Callable] = []  # called with (alert, by)


@transaction.atomic
def take_reading(*, reading: Reading, by=None) -> Alert | None:
    """Store a reading; open an alert when it crosses the line, close one when it is back."""
    reading.save()
    return _judge(reading, by)


@transaction.atomic
def settle_readings(rows: list[Reading], by=None) -> None:
    """Readings that a table brought in, or that were changed, cross bottom lines like any other."""
    for reading in sorted(rows, key=lambda r: r.date):
        _judge(reading, by)


def _judge(reading: Reading, by) -> Alert | None:
    indicator = reading.indicator
    held = Alert._base_manager.filter(indicator=indicator, state=AlertState.OPEN).first()
    if indicator.breached_by(reading.value):
        if held:
            return held
        alert = Alert(
            indicator=indicator,
            date=reading.date,
            value=reading.value,
            bottom_line=indicator.bottom_line,
        )
        alert.save()
        note_change(obj=alert, before="", after=AlertState.OPEN, by=by, reason=str(reading.value))
        for listener in ON_ALERT:
            listener(alert, by)
        return alert
    if held:
        held.state = AlertState.CLOSED
        held.version += 1
        held.save()
        note_change(
            obj=held, before=AlertState.OPEN, after=AlertState.CLOSED, by=by,
            reason=str(reading.value),
        )  # fmt: skip
    return None
