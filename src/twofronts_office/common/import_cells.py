"""What a cell of a table may hold, by the kind of its field."""

from __future__ import annotations

import math
import re
from datetime import UTC
from decimal import Decimal, InvalidOperation

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from import_export import widgets

from twofronts_office.common.register import POINTS, Register


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


class Moment(widgets.Widget):
    """A day and time of the office's own clock, such as 2020-02-18 17:00."""

    def clean(self, value, row=None, **kwargs):
        text = str(value or "").strip()
        if not text:
            return None
        try:
            at = parse_datetime(text)
        except ValueError:
            at = None
        if at is None:
            raise ValueError(_("“%s” is not a day and time such as 2020-02-18 17:00.") % value)
        return (timezone.make_aware(at) if timezone.is_naive(at) else at).astimezone(UTC)


class Points(widgets.Widget):
    """Points of a checklist that hold, by their words, with blanks or commas between them."""

    def clean(self, value, row=None, **kwargs):
        held = re.split(r"[\s,;，；、]+", str(value or "").strip())
        for word in held:
            if word and word not in POINTS:
                raise ValueError(_("“%s” is not one of the choices.") % word)
        return {word: True for word in held if word}


def widget_for(entry: Register, name: str):
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
    if isinstance(f, models.JSONField):
        return Points()
    if isinstance(f, models.DateTimeField):
        return Moment()
    if isinstance(f, models.DateField):
        return widgets.DateWidget(format="%Y-%m-%d", coerce_to_string=True)
    return widgets.CharWidget()
