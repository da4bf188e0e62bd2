"""Forms made from a register's declaration, limited to what the user may reach."""

from __future__ import annotations

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from twofronts_office.areas.models import Area
from twofronts_office.common.access import Access
from twofronts_office.common.register import Register, by_label


def tidy(fields: dict) -> None:
    """Give each field the browser's own control for its kind."""
    for f in fields.values():
        widget = f.widget
        if isinstance(f, forms.DateField) and not isinstance(f, forms.DateTimeField):
            f.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif isinstance(f, forms.DateTimeField):
            f.widget = forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            )
            f.input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        elif isinstance(widget, forms.Textarea):
            widget.attrs.setdefault("rows", 4)
        if f.widget is not widget:
            f.widget.is_required = f.required


class OfficeForm(forms.Form):
    required_css_class = "required"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tidy(self.fields)


class ReasonForm(OfficeForm):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)


def _names_of(model: type[models.Model]) -> list[str]:
    """Fields that hold a thing's name; a person is never looked up by name."""
    held = by_label(model._meta.label_lower)
    names = {f.name for f in model._meta.concrete_fields} & {"name", "name_zh", "name_en"}
    return sorted(names - (held.personal if held else frozenset()))


def _help(f: forms.ModelChoiceField) -> str:
    key = f.queryset.model._meta.get_field(f.to_field_name).verbose_name
    if not _names_of(f.queryset.model):
        return str(key)
    return _("%(key)s, or the whole name") % {"key": key}


def _by_name_too(f: forms.ModelChoiceField):
    """``to_python`` of a field that takes a typed key: it takes the whole name as well."""
    by_key, names = f.to_python, _names_of(f.queryset.model)

    def to_python(value):
        try:
            return by_key(value)
        except forms.ValidationError:
            asked = Q(pk__in=[])
            for name in names:
                asked |= Q(**{f"{name}__iexact": str(value).strip()[:200]})
            found = list(f.queryset.filter(asked)[:2])
            if len(found) != 1:
                raise
            return found[0]

    return to_python


class RecordForm(forms.ModelForm):
    """A row's form. It carries the version it was opened at, so that a conflict is noticed."""

    required_css_class = "required"
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, entry: Register, access: Access, user=None, **kwargs):
        self.entry, self.access, self.user = entry, access, user
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = getattr(self.instance, "version", None)
        action = "change" if self.instance.pk else "add"
        for name, f in self.fields.items():
            if isinstance(f, forms.ModelChoiceField):
                f.queryset = self._choices(name, f.queryset.model, action)
                if name in entry.lookups:
                    f.to_field_name = entry.lookups[name]
                    f.to_python = _by_name_too(f)
                    f.widget = forms.TextInput(attrs={"autocomplete": "off"})
                    f.widget.is_required = f.required
                    f.help_text = _help(f)
            if name in entry.help_texts:
                f.help_text = entry.help_texts[name]
        tidy(self.fields)

    def _choices(self, name: str, model: type[models.Model], action: str):
        if model is Area:
            reach = Q(pk__in=[])
            for prefix in self.access.prefixes(self.entry.label, action):
                reach |= Q(code__startswith=prefix)
            return Area.objects.filter(reach) if not self.access.system else Area.objects.all()
        if model._meta.label_lower == "people.user":
            return model._base_manager.filter(is_active=True)
        if name in self.entry.anywhere:
            return model._base_manager.all()
        return model.objects.all()

    def clean(self):
        data = super().clean()
        if self.entry.area_from and not self.errors:
            parent = data.get(self.entry.area_from) or getattr(
                self.instance, self.entry.area_from, None
            )
            self.instance.area_id = parent.area_id
        return data


def form_class(entry: Register) -> type[RecordForm]:
    """The form class of a register; made under the open scope, as its menus depend on it."""
    return forms.modelform_factory(
        entry.model, form=entry.form or RecordForm, fields=list(entry.fields)
    )
