"""Tables in: preview, errors by row, all or nothing, rejects as a file.

django-import-export turns rows into objects; what surrounds it here reads hostile files safely,
checks each row against the user's areas, and looks keys up once for the table instead of once for
each row.
"""

from __future__ import annotations

import csv as plain_csv
import io
import math
import re
import zipfile
from datetime import time
from decimal import Decimal, InvalidOperation

import tablib
from defusedcsv import csv
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext as _
from import_export import fields as ie_fields
from import_export import resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from openpyxl import load_workbook
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from twofronts_office.common.access import Access, access_of
from twofronts_office.common.domain.attachments import check_office_zip
from twofronts_office.common.domain.records import note_change
from twofronts_office.common.domain.security_log import record
from twofronts_office.common.models import Job
from twofronts_office.common.register import Register

SHOWN = 50
MAX_CELL = 5000
MAX_COLUMNS = 100
SHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


class Unreadable(Exception):
    """The file cannot be read as a table: the message says why, in the user's language."""


def read_table(file, name: str) -> tablib.Dataset:
    """Read CSV (UTF-8, or GB 18030 as Chinese spreadsheets write it) or XLSX into text cells."""
    if name.lower().endswith(".xlsx"):
        rows = _xlsx_rows(file)
    elif name.lower().endswith(".csv"):
        rows = _csv_rows(file.read())
    else:
        raise Unreadable(_("Only CSV and XLSX tables are read."))
    head = [h.strip() for h in next(rows, [])]
    while head and not head[-1]:  # a sheet is wider than its table
        head.pop()
    if not head:
        raise Unreadable(_("The table is empty."))
    if len(set(head)) != len(head):
        raise Unreadable(_("Two columns have the same name."))
    data = tablib.Dataset(headers=head)
    for number, row in enumerate(rows, 2):
        if number > settings.IMPORT_LIMIT_ROWS + 1:
            raise Unreadable(_("The table has more than %s rows.") % settings.IMPORT_LIMIT_ROWS)
        if not any(row):
            continue
        if len(row) > len(head) and any(row[len(head) :]):
            raise Unreadable(_("Row %s has more cells than the heading.") % number)
        if any(len(c) > MAX_CELL for c in row):
            raise Unreadable(_("Row %s has a cell of more than 5,000 characters.") % number)
        wrong = SHEET_ERRORS.intersection(row)
        if wrong:
            raise Unreadable(
                _("Row %(row)s: “%(cell)s” is a spreadsheet's error and not a value.")
                % {"row": number, "cell": min(wrong)}
            )
        data.append((row + [""] * len(head))[: len(head)])
    return data


def _csv_rows(raw: bytes):
    if b"\x00" in raw:
        raise Unreadable(_("The file is damaged or is not what its name says."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(_("The file's encoding is neither UTF-8 nor GB 18030."))
    try:
        for row in plain_csv.reader(io.StringIO(text, newline="")):
            yield [_unquote(c) for c in row]
    except plain_csv.Error as error:
        raise Unreadable(_("Not a CSV table: %s") % error) from error


def _xlsx_rows(file):
    try:
        check_office_zip(file, part="xl/workbook.xml")
    except ValidationError as error:
        raise Unreadable(error.messages[0]) from error
    try:
        _check_formulas(file)
        for row in _sheet(file, data_only=True).iter_rows(values_only=True, max_col=MAX_COLUMNS):
            yield [_unquote(_text(v)) for v in row]
    except Unreadable:
        raise
    except Exception as error:  # the parser raises many kinds on hostile files
        raise Unreadable(_("The file is damaged or is not what its name says.")) from error


def _sheet(file, *, data_only: bool):
    file.seek(0)
    sheet = load_workbook(file, read_only=True, data_only=data_only).worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size may be wrong: rows would be left out
    return sheet


def _check_formulas(file) -> None:
    """Refuse formulas without a kept result: they would be read as empty cells."""
    if not _holds_formulas(file):
        return
    both = zip(
        _sheet(file, data_only=False).iter_rows(max_col=MAX_COLUMNS),
        _sheet(file, data_only=True).iter_rows(values_only=True, max_col=MAX_COLUMNS),
        strict=True,
    )
    for number, (cells, values) in enumerate(both, 1):
        for cell, value in zip(cells, values, strict=True):
            if value is None and getattr(cell, "data_type", "") == "f":
                raise Unreadable(
                    _("Row %(row)s, cell %(cell)s: a formula whose result the file does not hold.")
                    % {"row": number, "cell": cell.coordinate}
                )


def _holds_formulas(file) -> bool:
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            tail = b""
            with package.open(name) as part:
                while chunk := part.read(1 << 20):
                    if re.search(rb"<f[ />]", tail + chunk):
                        return True
                    tail = chunk[-3:]
    return False


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "date") and callable(value.date):
        midnight = value.time() == time(0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return str(value).strip()


def _unquote(text: str) -> str:
    """Take off the mark that our own export puts before a formula-like text."""
    text = text.strip()
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@|%" else text


class CachedKey(widgets.Widget):
    """A foreign key by its natural key: all that the table names are fetched in one query."""

    def __init__(self, model: type[models.Model], key: str, manager: models.Manager | None = None):
        super().__init__()
        self.rows, self.key, self.held = manager or model.objects, key, {}

    def prepare(self, values) -> None:
        wanted = [str(v).strip() for v in set(values) if v not in (None, "")]
        self.held = {}
        for i in range(0, len(wanted), 500):
            found = self.rows.filter(**{f"{self.key}__in": wanted[i : i + 500]})
            self.held.update({str(getattr(o, self.key)): o for o in found})

    def clean(self, value, row=None, **kwargs):
        if value in (None, ""):
            return None
        try:
            return self.held[str(value).strip()]
        except KeyError:
            raise ValueError(_("“%s” is not known within your area.") % value) from None


class ChoiceText(widgets.Widget):
    """A choice by its code or by its name in the reader's language."""

    def __init__(self, field):
        super().__init__()
        self.codes = {str(k): k for k, _label in field.flatchoices}
        self.names = {str(label): k for k, label in field.flatchoices}

    def clean(self, value, row=None, **kwargs):
        text = str(value or "").strip()
        if not text:
            return ""
        found = self.codes.get(text, self.names.get(text))
        if found is None:
            raise ValueError(_("“%s” is not one of the choices.") % text)
        return found


class StrictInt(widgets.IntegerWidget):
    def clean(self, value, row=None, **kwargs):
        if value in (None, ""):
            return None
        try:
            return int(str(value).replace(",", ""))
        except ValueError:
            raise ValueError(_("“%s” is not a whole number.") % value) from None


class StrictFloat(widgets.FloatWidget):
    def clean(self, value, row=None, **kwargs):
        if value in (None, ""):
            return None
        try:
            number = float(str(value).replace(",", ""))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(_("“%s” is not a number.") % value)
        return number


class StrictDecimal(widgets.DecimalWidget):
    def clean(self, value, row=None, **kwargs):
        if value in (None, ""):
            return None
        try:
            number = Decimal(str(value).replace(",", ""))
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite():
            raise ValueError(_("“%s” is not a number.") % value)
        return number


class StrictBool(widgets.BooleanWidget):
    """Yes or no, in either language; anything else is asked about, not taken for no."""

    WORDS = {"1": True, "true": True, "yes": True, "y": True, "是": True,
             "0": False, "false": False, "no": False, "n": False, "否": False}  # fmt: skip

    def clean(self, value, row=None, **kwargs):
        text = str(value if value is not None else "").strip().lower()
        if not text:
            return None
        if text not in self.WORDS:
            raise ValueError(_("“%s” is neither yes nor no: write 1 or 0.") % value)
        return self.WORDS[text]


class Resource(resources.ModelResource):
    """What every register's import shares; bulk writes that keep history."""

    entry: Register
    access: Access
    user = None

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

    def before_save_instance(self, instance, row, **kwargs):
        if self.entry.area_from:
            instance.area_id = getattr(instance, self.entry.area_from).area_id
        action = "add" if instance._state.adding else "change"
        if not self.access.may(self.entry.label, "imports", instance) or (
            not self.access.may(self.entry.label, action, instance)
        ):
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
        super().validate_instance(instance, import_validation_errors, validate_unique=False)

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        if self.create_instances and not dry_run:
            for one in self.create_instances:
                _derive(one)
            bulk_create_with_history(
                self.create_instances,
                self.entry.model,
                batch_size=500,
                default_user=self.user,
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
                default_user=self.user,
                default_change_reason="import",
                manager=self.entry.model._base_manager,
            )
            for one, name, before, after in self.moved:
                note_change(
                    obj=one, field=name, before=before, after=after, by=self.user, reason="import"
                )
            self._settle(self.update_instances)
        self.update_instances.clear()

    def _settle(self, rows) -> None:
        if self.entry.settle and rows:
            self.entry.settle(list(rows), self.user)


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
        parts = []
        for name in self.names:
            f = self.resource.fields[name]
            value = self._clean(f, row.get(name))
            parts.append(str(value.pk if isinstance(value, models.Model) else value))
        return self.all_instances.get(tuple(parts))


def _widget(entry: Register, name: str):
    f = entry.model._meta.get_field(name)
    if name == "area":
        return CachedKey(f.related_model, "code")
    if f.is_relation:
        manager = f.related_model._base_manager if name in entry.anywhere else None
        return CachedKey(f.related_model, entry.key_of(name) or "pk", manager)
    if f.choices:
        return ChoiceText(f)
    if isinstance(f, models.BooleanField):
        return StrictBool()
    if isinstance(f, models.IntegerField):
        return StrictInt()
    if isinstance(f, models.FloatField):
        return StrictFloat()
    if isinstance(f, models.DecimalField):
        return StrictDecimal()
    if isinstance(f, models.DateField):
        return widgets.DateWidget(format="%Y-%m-%d", coerce_to_string=True)
    return widgets.CharWidget()


def _default(f):
    """What an empty cell stands for."""
    if f.has_default() and not callable(f.default):
        return f.default
    return "" if isinstance(f, models.CharField | models.TextField) and not f.null else None


def resource_for(entry: Register, access: Access, user) -> Resource:
    members: dict = {"entry": entry, "access": access, "user": user}
    for name in entry.imports:
        members[name] = ie_fields.Field(
            attribute=name,
            column_name=name,
            widget=_widget(entry, name),
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
    errors = _duplicates(entry, data)
    with transaction.atomic():
        result = resource_for(entry, access, user).import_data(
            data, dry_run=not apply, raise_errors=False, use_transactions=True,
            rollback_on_validation_errors=True,
        )  # fmt: skip
        errors += _errors(result)
        if errors:
            transaction.set_rollback(True)
        elif apply:
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
