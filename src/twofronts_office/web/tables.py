"""Tables of the lists, one class a register."""

from __future__ import annotations

from functools import cache

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from twofronts_office.common.register import REGISTERS, Register
from twofronts_office.web.templatetags.office import is_state, tone


class RegisterColumn(tables.Column):
    """A value as the register shows it: named, masked, toned; the first links to the row."""

    def __init__(self, entry: Register, name: str, *, link: bool):
        field = entry.field_of(name)
        super().__init__(
            accessor=name.replace("__", "."),
            verbose_name=entry.heading(name),
            orderable=field is not None,
            empty_values=(),
            default="",
        )
        self.entry, self.name, self.leads = entry, name, link

    def render(self, record, value=None):
        text = self.entry.cell(record, self.name)
        if self.leads:
            url = reverse(f"{self.entry.slug}-detail", args=[record.pk])
            return format_html('<a href="{}">{}</a>', url, text or "–")
        if is_state(self.name):
            value = self.entry.raw(record, self.name)
            return format_html('<span class="tag {}">{}</span>', tone(value), text)
        return text


def table_for(entry: Register) -> type[tables.Table]:
    return _table(entry.slug)


@cache
def _table(slug: str) -> type[tables.Table]:
    entry = REGISTERS[slug]
    members = {
        f"c{i}": RegisterColumn(entry, name, link=i == 0) for i, name in enumerate(entry.columns)
    }
    members["Meta"] = type("Meta", (), {"orderable": True, "default": ""})
    return type(f"{entry.model.__name__}Table", (tables.Table,), members)
