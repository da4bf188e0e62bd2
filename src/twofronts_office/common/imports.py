"""Tables in: preview, errors by row, all or nothing, rejects as a file.

django-import-export turns rows into objects; what surrounds it here reads hostile files safely,
checks each row against the user's areas, and looks keys up once for the table instead of once for
each row.
"""

from __future__ import annotations

import io

import tablib
from defusedcsv import csv
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext as _
from import_export import fields as ie_fields
from import_export import resources
from import_export.instance_loaders import CachedInstanceLoader
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from twofronts_office.common.access import Access, access_of
from twofronts_office.common.domain.records import Refused, note_change
from twofronts_office.common.domain.security_log import record
from twofronts_office.common.import_cells import CachedKey, widget_for
from twofronts_office.common.models import Job
from twofronts_office.common.register import Register
from twofronts_office.common.tables import Unreadable, read_table

SHOWN = 50


class Resource(resources.ModelResource):
    """What every register's import shares; bulk writes that keep history."""

    entry: Register
    access: Access
    importer = None  # not "user": registers have a column of that name

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.moved: list[tuple] = []  # row, field, before, after
        self.taken: set = set()  # keys that rows hold, within the scope or not

    def before_import(self, dataset, **kwargs):
        for name, f in self.fields.items():
            if isinstance(f.widget, CachedKey) and name in dataset.headers:
                f.widget.prepare(dataset[name])

    def get_queryset(self):
        return self.entry.model.objects.all()

    def after_init_instance(self, instance, new, row, **kwargs):
        instance._is_new = new
        if new and hasattr(instance, "set_unusable_password"):
            instance.set_unusable_password()  # no table holds passwords

    def before_save_instance(self, instance, row, **kwargs):
        if self.entry.area_from:
            instance.area_id = getattr(instance, self.entry.area_from).area_id
        needed = ["imports"]
        if not (instance._state.adding and self.entry.bring):  # there the verb asks for itself
            needed.append("add" if instance._state.adding else "change")
        if not all(self.access.may(self.entry.label, action, instance) for action in needed):
            raise ValidationError(_("This row lies outside your area."))
        key = self.entry.key
        if instance._state.adding and getattr(instance, key, None) in self.taken:
            said = _("“%s” stands in the register outside your area.") % getattr(instance, key)
            raise ValidationError({key: said})
        if not instance._state.adding:
            instance.version += 1
            self._follow_moves(instance)
            state = getattr(instance, "state", "draft")
            if self.entry.label == "reports.dailyreport" and state not in ("draft", "returned"):
                raise ValidationError(_("The report of this day is locked."))
            if self.entry.fixed is not None and self.entry.fixed(instance):
                raise ValidationError(_("This entry is not changed by a table any more."))

    def save_instance(self, instance, is_create, row, **kwargs):
        if not (is_create and self.entry.bring):
            super().save_instance(instance, is_create, row, **kwargs)
            return
        self.before_save_instance(instance, row, **kwargs)
        try:
            with transaction.atomic():
                self.entry.bring(instance, self.importer)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        except PermissionDenied:
            raise ValidationError(_("This row lies outside your area.")) from None

    def _follow_moves(self, instance) -> None:
        """A table may move a state only where the verbs of the page could."""
        for name, allowed in self.entry.moves.items():
            before, after = instance._was[name], getattr(instance, name)
            if before == after:
                continue
            if after not in allowed.get(before, ()):
                label = self.entry.heading(name)
                raise ValidationError(
                    _("“%(field)s” cannot go from “%(before)s” to “%(after)s”.")
                    % {"field": label, "before": before, "after": after}
                )
            self.moved.append((instance, name, before, after))

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=False):
        if self.entry.area_from:
            parent = getattr(instance, self.entry.area_from, None)
            if parent is not None:
                instance.area_id = parent.area_id
        if self.entry.bring:  # the verb fills in the rest, and says what is missing
            import_validation_errors = dict(import_validation_errors or {})
            self._check_given(instance, import_validation_errors)
            return
        super().validate_instance(instance, import_validation_errors, validate_unique=False)

    def _check_given(self, instance, errors: dict) -> None:
        given = {n for n in self.entry.imports if _given(instance, n)} - errors.keys()
        left = {f.name for f in instance._meta.concrete_fields} - given
        try:
            instance.full_clean(exclude=left, validate_unique=False)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        if self.create_instances and not dry_run:
            for one in self.create_instances:
                _derive(one)
            bulk_create_with_history(
                self.create_instances,
                self.entry.model,
                batch_size=500,
                default_user=self.importer,
                default_change_reason="import",
            )
            self._settle(self.create_instances)
        self.create_instances.clear()

    def bulk_update(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        if self.update_instances and not dry_run:
            names = [n for n in self.entry.imports if n not in self.entry.key.split(",")]
            for one in self.update_instances:
                _derive(one)
            more = ["version", *getattr(self.entry.model, "derived", ())]
            bulk_update_with_history(
                self.update_instances,
                self.entry.model,
                [*names, *more],
                batch_size=500,
                default_user=self.importer,
                default_change_reason="import",
                manager=self.entry.model._base_manager,
            )
            for one, name, before, after in self.moved:
                note_change(
                    obj=one,
                    field=name,
                    before=before,
                    after=after,
                    by=self.importer,
                    reason="import",
                )
            self._settle(self.update_instances)
        self.update_instances.clear()

    def _settle(self, rows) -> None:
        if self.entry.settle and rows:
            self.entry.settle(list(rows), self.importer)


def _given(instance, name: str) -> bool:
    field = instance._meta.get_field(name)
    return getattr(instance, field.attname) not in (None, "")


def _derive(one) -> None:
    if hasattr(one, "derive"):
        one.derive()


class KeyLoader(CachedInstanceLoader):
    """Existing rows by natural key, of one part or several, in one query for the table."""

    def __init__(self, resource, dataset):
        self.resource, self.dataset = resource, dataset
        keys = resource.get_import_id_fields()
        self.pk_field = None
        self.names = keys
        self.all_instances = {}
        self.taken = resource.taken = set()
        if resource.entry.bring_only:
            return
        first = resource.fields[keys[0]]
        values = {self._clean(first, v) for v in dataset[keys[0]]} - {None}
        held = list(values)
        for i in range(0, len(held), 500):
            part = {f"{first.attribute}__in": held[i : i + 500]}
            rows = resource.get_queryset().filter(**part)
            if len(keys) == 1:
                everywhere = resource.entry.model._base_manager.filter(**part)
                self.taken |= set(everywhere.values_list(first.attribute, flat=True))
            for obj in rows:
                obj._was = {n: getattr(obj, n) for n in resource.entry.moves}
                other = self.all_instances.setdefault(self._key(obj), obj)
                if getattr(obj, "revision", 0) > getattr(other, "revision", 0):
                    self.all_instances[self._key(obj)] = obj  # the revision in work

    @staticmethod
    def _clean(field, value):
        try:
            return field.widget.clean(value)
        except ValueError:
            return None

    def _key(self, obj):
        parts = []
        for name in self.names:
            value = getattr(obj, f"{name}_id", None)
            parts.append(str(value if value is not None else getattr(obj, name)))
        return tuple(parts)

    def get_instance(self, row):
        if self.resource.entry.bring_only:
            return None
        parts = []
        for name in self.names:
            f = self.resource.fields[name]
            value = self._clean(f, row.get(name))
            parts.append(str(value.pk if isinstance(value, models.Model) else value))
        return self.all_instances.get(tuple(parts))


def _default(f):
    """What an empty cell stands for."""
    if f.has_default() and not callable(f.default):
        return f.default
    return "" if isinstance(f, models.CharField | models.TextField) and not f.null else None


def resource_for(entry: Register, access: Access, user) -> Resource:
    members: dict = {"entry": entry, "access": access, "importer": user}
    for name in entry.imports:
        members[name] = ie_fields.Field(
            attribute=name,
            column_name=name,
            widget=widget_for(entry, name),
            default=_default(entry.model._meta.get_field(name)),
        )
    members["Meta"] = type(
        "Meta",
        (),
        {
            "model": entry.model,
            "fields": entry.imports,
            "import_id_fields": entry.key.split(","),
            "use_bulk": True,
            "batch_size": None,
            "skip_diff": True,
            "skip_html_diff": True,
            "clean_model_instances": True,
            "instance_loader_class": KeyLoader,
            "report_skipped": False,
            "use_transactions": True,
        },
    )
    return type("RegisterResource", (Resource,), members)()


def _duplicates(entry: Register, data: tablib.Dataset) -> list[dict]:
    names = entry.key.split(",")
    seen: dict[tuple, int] = {}
    found = []
    for number, key in enumerate(zip(*(data[n] for n in names), strict=True), 2):
        if key in seen:
            found.append({"row": number, "error": _("The same key as row %s.") % seen[key]})
        seen.setdefault(key, number)
    return found


def check_or_apply(*, job: Job, entry: Register, apply: bool) -> dict:
    """Check a table, or bring it in; nothing is written unless every row is right.

    Returns
    -------
    dict
        ``total``, ``new``, ``changed``, ``errors`` (row and text), ``head`` and ``preview``.
    """
    user = job.owner
    access = access_of(user)
    with job.upload.open("rb") as file:
        data = read_table(file, job.arguments.get("name", "table.csv"))
    missing = [n for n in entry.key.split(",") if n not in data.headers]
    unknown = [h for h in data.headers if h not in entry.imports]
    if missing or unknown:
        parts = []
        if missing:
            parts.append(_("These columns are missing: %s.") % ", ".join(missing))
        if unknown:
            parts.append(
                _("A table does not bring in these columns; take them out: %s.")
                % ", ".join(unknown)
            )
        raise Unreadable(" ".join(parts))
    if entry.most and len(data) > entry.most:
        raise Unreadable(_("The table has more than %s rows.") % entry.most)
    errors = _duplicates(entry, data)
    with transaction.atomic():
        result = resource_for(entry, access, user).import_data(
            data, dry_run=not apply, raise_errors=False, use_transactions=True,
            rollback_on_validation_errors=True,
        )  # fmt: skip
        errors += _errors(result)
        if errors or not apply:
            transaction.set_rollback(True)
        else:
            record(
                kind="import",
                actor=user.get_username(),
                subject=entry.label,
                detail={"rows": len(data), "file": job.arguments.get("name", "")},
            )
    found = {
        "total": len(data),
        "new": result.totals.get("new", 0),
        "changed": result.totals.get("update", 0),
        "errors": sorted(errors, key=lambda e: e["row"])[:500],
        "n_errors": len(errors),
        "head": data.headers,
        "preview": [[str(c)[:80] for c in row] for row in data[:SHOWN]],
    }
    if errors:
        _write_rejects(job, data, errors)
    return found


def _errors(result) -> list[dict]:
    found = []
    for number, row_errors in result.row_errors():
        for error in row_errors:
            found.append({"row": number + 1, "error": str(error.error)[:300]})
    for row in result.invalid_rows:
        for name, texts in row.error_dict.items():
            text = " ".join(str(t) for t in texts)
            label = "" if name == "NON_FIELD_ERRORS" else f"{name}: "
            found.append({"row": row.number + 1, "error": f"{label}{text}"[:300]})
    for error in result.base_errors:
        found.append({"row": 0, "error": str(error.error)[:300]})
    return found


def _write_rejects(job: Job, data: tablib.Dataset, errors: list[dict]) -> None:
    by_row: dict[int, list[str]] = {}
    for e in errors:
        by_row.setdefault(e["row"], []).append(e["error"])
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*data.headers, "error"])
    for number in sorted(by_row):
        if 2 <= number <= len(data) + 1:
            writer.writerow([*data[number - 2], " ".join(by_row[number])])
    text = out.getvalue().encode("utf-8-sig")
    job.output.save(f"rejects-{job.pk}.csv", ContentFile(text), save=False)
    Job.objects.filter(pk=job.pk).update(output=job.output.name)
