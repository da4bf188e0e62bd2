"""Erasing personal data: from a row, from all its past versions and its files, on the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db.models import Model

from twofronts_office.common import clock
from twofronts_office.common.domain.attachments import attachments_of
from twofronts_office.common.domain.security_log import record

ERASED = "—"  # what stands where a name was
POLICIES: list[Callable[..., int]] = []  # each called with before (a day) and why; returns rows


def subject_of(row: Model) -> str:
    """How the security log names a row."""
    return f"{row._meta.label_lower}:{row.pk}"


def blank(*, row: Model, values: dict, actor: str, why: str, more: dict | None = None) -> None:
    """Blank fields of a row and of every past version, take its files away, and log that.

    Parameters
    ----------
    values : dict
        Field to what stands there afterwards, in the row and in its history.
    more : dict, optional
        The same for the row alone.
    """
    model = type(row)
    fresh = values | (more or {})
    model._base_manager.filter(pk=row.pk).update(**fresh, version=row.version + 1)
    row.history.all().update(**values)
    files = list(attachments_of(row))
    for file in files:
        file.file.delete(save=False)
        file.delete()
    detail = {"reason": why} | ({"files": len(files)} if files else {})
    record(kind="personal.erased", actor=actor, subject=subject_of(row), detail=detail)


def blank_all(*, rows: Iterable[Model], values: dict, why: str) -> int:
    """Blank rows whose time is over; for the policies of registers."""
    n = 0
    for row in rows:
        blank(row=row, values=values, actor="policy", why=why)
        n += 1
    return n


def erase_expired(*, days: int) -> int:
    """Erase what the policy no longer allows to keep: closed longer ago than ``days``."""
    before: date = clock.today() - timedelta(days=days)
    return sum(policy(before=before, why=f"older than {days} days") for policy in POLICIES)
