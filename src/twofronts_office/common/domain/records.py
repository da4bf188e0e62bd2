"""Saving rows so that nobody's work is lost, and moving them from state to state."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
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


@transaction.atomic
def move_many(
    *, rows: list[Model], to: str, by=None, reason: str = "", allowed: Mapping[str, tuple[str, ...]]
) -> None:
    """Move thousands of rows of one register as :func:`move` moves one, or none of them.

    Raises
    ------
    Refused
        If the state of one does not lead there, or somebody moved one first.
    """
    if not rows:
        return
    model, now = type(rows[0]), clock.now()
    before = {row.pk: row.state for row in rows}
    if any(to not in allowed.get(b, ()) for b in before.values()):
        raise Refused(_("This is not possible in its present state."))
    for i in range(0, len(rows), 500):
        part = rows[i : i + 500]
        for state in {row.state for row in part}:
            pks = [row.pk for row in part if row.state == state]
            claimed = model._base_manager.filter(pk__in=pks, state=state)
            done = claimed.update(state=to, version=F("version") + 1, updated_at=now)
            if done != len(pks):
                raise Refused(_("Somebody else changed this a moment ago. Look again."))
    for row in rows:
        row.state, row.version, row.updated_at = to, row.version + 1, now
    by = by if getattr(by, "pk", None) else None
    model.history.bulk_history_create(
        rows, batch_size=500, update=True, default_user=by, default_change_reason=reason[:100],
        default_date=now,
    )  # fmt: skip
    StateChange.objects.bulk_create(
        [
            StateChange(
                register=model._meta.label_lower, object_id=row.pk, before=before[row.pk] or "",
                area=getattr(row, "area_id", "") or "", after=to, reason=reason, by=by, at=now,
            )
            for row in rows
        ],
        batch_size=500,
    )  # fmt: skip


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
    """The next number of a series: unique under any number of writers, and gaps are no fault.

    The series is locked until the caller's transaction ends, so ask before it or last in it.
    """
    return count_up(Counter, "value", name=name)


def count_up(model: type[Model], column: str, **row) -> int:
    """Add one to a row's count, made if it is new, and return it: one statement, one round trip.

    ``row`` names the unique column first, then what a new row holds.
    """
    write = connection.ops.quote_name
    table, counted, key = write(model._meta.db_table), write(column), write(next(iter(row)))
    sql = (
        f"INSERT INTO {table} ({', '.join(map(write, row))}, {counted}) "
        f"VALUES ({', '.join(['%s'] * len(row))}, 1) "
        f"ON CONFLICT ({key}) DO UPDATE SET {counted} = {table}.{counted} + 1 RETURNING {counted}"
    )
    held = [model._meta.get_field(k).get_db_prep_save(v, connection) for k, v in row.items()]
    with connection.cursor() as cursor:
        cursor.execute(sql, held)
        return cursor.fetchone()[0]
