"""One filter set a register, for its page and for its API."""

from __future__ import annotations

from functools import cache

import django_filters as df
from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from twofronts_office.areas.models import Area
from twofronts_office.common.access import significant
from twofronts_office.common.register import REGISTERS, Register
from twofronts_office.common.scope import scopes_disabled


def area_choices():
    """City, districts and below: few enough for a menu down to the sub-district."""
    rows = Area._base_manager.filter(level__in=["city", "district", "street"]).order_by("code")
    return [(a.code, a.name) for a in rows]


class YesNo(forms.NullBooleanSelect):
    """Yes, no, or not asked: the empty choice looks like that of every other filter."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.choices = [("unknown", "---------"), ("true", _("yes")), ("false", _("no"))]


def _by_area(queryset, name, value):
    return queryset.filter(**{f"{name}__code__startswith": significant(value)})


def _search(fields):
    def apply(queryset, name, value):
        query = Q()
        for f in fields:
            query |= Q(**{f"{f}__icontains": value.strip()[:100]})
        return queryset.filter(query)

    return apply


def _filter_for(entry: Register, name: str):
    f = entry.field_of(name)
    label = f.verbose_name if f is not None else name
    if name == "area":
        return {"area": df.ChoiceFilter(choices=area_choices, method=_by_area, label=label)}
    if getattr(f, "choices", None):
        return {name: df.ChoiceFilter(choices=f.choices, label=label)}
    if isinstance(f, models.BooleanField):
        return {name: df.BooleanFilter(label=label, widget=YesNo)}
    if isinstance(f, models.DateTimeField | models.DateField):
        # names as the page shows them: "date from", "date to"
        kind = "date__" if isinstance(f, models.DateTimeField) else ""
        day = forms.DateInput(attrs={"type": "date"})
        return {
            f"{name}_from": df.DateFilter(
                field_name=name, lookup_expr=f"{kind}gte", widget=day, label=_("from date")
            ),
            f"{name}_to": df.DateFilter(
                field_name=name, lookup_expr=f"{kind}lte", widget=day, label=_("to date")
            ),
        }
    if f.is_relation:
        related = f.related_model
        return {
            name: df.ModelChoiceFilter(
                queryset=lambda request, m=related: m.objects.all(), label=label
            )
        }
    return {name: df.CharFilter(lookup_expr="icontains", label=label)}


@cache
def filterset_for(slug: str) -> type[df.FilterSet]:
    entry = REGISTERS[slug]
    with scopes_disabled():
        members: dict = {}
        if entry.search:
            members["q"] = df.CharFilter(method=_search(entry.search), label=_("search"))
        for name in entry.filters:
            members.update(_filter_for(entry, name))
        members["Meta"] = type("Meta", (), {"model": entry.model, "fields": []})
        return type(f"{entry.model.__name__}Filter", (df.FilterSet,), members)
