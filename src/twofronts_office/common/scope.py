"""Area scope on every query, failing closed: without an open scope a query raises."""

from __future__ import annotations

from django.db import models
from django_scopes import scope, scopes_disabled
from django_scopes.manager import DisabledQuerySet
from django_scopes.state import get_scope

from twofronts_office.common.access import SYSTEM, Access

__all__ = ["AreaManager", "office_scope", "scopes_disabled", "system_scope"]


class AreaManager(models.Manager):
    """Rows within the areas of whoever opened the scope."""

    def get_queryset(self):
        held = get_scope()
        if not held.get("_enabled", True):
            return super().get_queryset()
        access: Access | None = held.get("office")
        if access is None:
            return DisabledQuerySet(self.model, using=self._db, missing_scopes={"office"})
        reach = access.q(self.model)
        rows = super().get_queryset()
        return rows.none() if reach is None else rows.filter(reach)


def office_scope(access: Access):
    """Open the scope of one person's access."""
    return scope(office=access)


def system_scope():
    """Open the scope of the office itself: jobs, public filings, the command line."""
    return scope(office=SYSTEM)
