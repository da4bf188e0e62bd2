"""Tables of the lists, one class a register."""

from __future__ import annotations

from functools import cache
from html import escape  # Django's does the same, and costs many times as much for each cell
from urllib.parse import quote

import django_tables2 as tables
from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from twofronts_office.common.names import english
from twofronts_office.common.register import REGISTERS, Register
from twofronts_office.web.templatetags.office import is_state, tone

NUM = ' class="num"'
NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)


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
        self.pair = f"{name}_en" if entry.field_of(f"{name}_en") is not None else ""
        self.state = bool(is_state(name))
        self.numeric = (
            isinstance(field, NUMBERS) and not field.choices and not field.primary_key
        )  # fmt: skip

    def html(self, record) -> str:
        """The cell's markup, escaped."""
        name = self.name
        if self.pair and english() and getattr(record, self.pair):
            name = self.pair
        text = escape(str(self.entry.cell(record, name)))
        if self.leads:
            url = f"{_list_address(self.entry.slug)}{quote(str(record.pk))}/"
            return f'<a href="{url}">{text or "–"}</a>'
        if self.state:
            value = self.entry.raw(record, self.name)
            return f'<span class="tag {tone(value)}">{text}</span>'
        return text


@cache
def _list_address(slug: str) -> str:
    """A list's address; a row's is the same with its key (resolving it for each row is slow)."""
    return escape(reverse(f"{slug}-list"))


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


def body_of(table: tables.Table, records) -> SafeString:
    """The rows of a table's body.

    Put together here and not by the table, which looks at the signature of every cell's function:
    half of a page's time went there. Every value is escaped by ``RegisterColumn.html``.
    """
    columns = [(escape(capfirst(str(c.header))), c.column) for c in table.columns]
    lines = []
    for record in records:
        cells = "".join(
            f'<td{NUM if c.numeric else ""} data-label="{head}">{c.html(record)}</td>'
            for head, c in columns
        )
        lines.append(f"<tr>{cells}</tr>")
    return mark_safe("\n".join(lines))
