"""Saving rows so that nobody's work is lost, and moving them from state to state."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _

from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.models import Counter, StateChange


class EditConflict(Exception):
    """Somebody else saved the row first; ``current`` is what it now holds."""

    def __init__(self, current: Model):
        self.current = current
        super().__init__(f"{current._meta.label} {current.pk} is at version {current.version}")


class Refused(Exception):
    """The verb does not apply: the message says why, in the user's language."""


def require(*, user, action: str, obj: Model | None = None, label: str = "") -> None:
    """Raise PermissionDenied unless the user holds the action."""
    label = label or obj._meta.label_lower
    if not access_of(user).may(label, action, obj):
        raise PermissionDenied(f"{action} on {label}")


@transaction.atomic
def save_version(*, obj: Model, version: int, fields: list[str] | None = None) -> None:
    """Save a changed row if it is still at ``version``.

    The claim is one conditional update, so that two who save at once cannot both succeed.

    Raises
    ------
    EditConflict
        If somebody saved it in between. Nothing is written.
    """
    model = type(obj)
    claimed = model._base_manager.filter(pk=obj.pk, version=version).update(
        version=F("version") + 1
    )
    if not claimed:
        raise EditConflict(model._base_manager.get(pk=obj.pk))
    obj.version = version + 1
    if fields is None:
        obj.save()
    else:
        obj.save(update_fields=[*fields, "version", "updated_at"])


@transaction.atomic
def move(
    *,
    obj: Model,
    to: str,
    by=None,
    reason: str = "",
    allowed: Mapping[str, tuple[str, ...]],
    field: str = "state",
    values: dict | None = None,
) -> None:
    """Move a row to another state, claim and record in one transaction.

    Raises
    ------
    Refused
        If the present state does not lead there, or somebody moved it first.
    """
    before = getattr(obj, field)
    if to not in allowed.get(before, ()):
        raise Refused(_("This is not possible in its present state."))
    model = type(obj)
    claimed = model._base_manager.filter(pk=obj.pk, **{field: before}).update(
        version=F("version") + 1, **{field: to}
    )
    if not claimed:
        raise Refused(_("Somebody else changed this a moment ago. Look again."))
    obj.version = model._base_manager.values_list("version", flat=True).get(pk=obj.pk)
    setattr(obj, field, to)
    for name, value in (values or {}).items():
        setattr(obj, name, value)
    obj._change_reason = reason[:100]
    obj.save()
    note_change(obj=obj, before=before, after=to, by=by, reason=reason, field=field)


def note_change(*, obj, before, after, by=None, reason: str = "", field: str = "state") -> None:
    StateChange.objects.create(
        register=obj._meta.label_lower,
        object_id=obj.pk,
        area=getattr(obj, "area_id", "") or "",
        field=field,
        before=before or "",
        after=after,
        reason=reason,
        by=by if getattr(by, "pk", None) else None,
        at=clock.now(),
    )


def next_number(name: str) -> int:
    """The next number of a series: unique under any number of writers."""
    with transaction.atomic():
        Counter.objects.get_or_create(name=name)
        Counter.objects.select_for_update().filter(name=name).first()
        Counter.objects.filter(name=name).update(value=F("value") + 1)
        return Counter.objects.values_list("value", flat=True).get(name=name)
