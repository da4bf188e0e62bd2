"""A register, declared: from one declaration come its pages, API, import and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from twofronts_office.common.access import ACCESS, Access


@dataclass(frozen=True)
class Verb:
    """A business verb that a page and the API offer on one row.

    ``apply(obj, user, data)`` calls the domain; ``form`` asks for what it needs; ``states`` are the
    states of the row in which it is offered.
    """

    key: str
    label: Any
    apply: Callable
    action: str
    form: type | None = None
    states: Iterable[str] | None = None
    state_field: str = "state"
    text: Any = ""
    danger: bool = False
    place: str = ""  # relation to the thing whose area must be within reach; the row's otherwise

    def offered(self, obj) -> bool:
        return self.states is None or getattr(obj, self.state_field) in self.states

    def held(self, obj, access: Access) -> bool:
        """Whether this person holds the verb's action where it happens."""
        label = obj._meta.label_lower
        if not self.place:
            return access.may(label, self.action, obj)
        return access.may_in(label, self.action, getattr(obj, self.place).area_id)


@dataclass(frozen=True)
class Panel:
    """Rows of another register that belong to a row, shown under it."""

    title: Any
    slug: str
    relation: str
    columns: tuple[str, ...]
    order: str = "-pk"
    add: str = ""  # field that a "new" link fills with this row's key


@dataclass
class Register:
    model: type[models.Model]
    slug: str
    line: str
    columns: tuple[str, ...]
    fields: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    detail: tuple[str, ...] = ()
    personal: frozenset[str] = frozenset()
    key: str = ""  # natural key of an import
    imports: tuple[str, ...] = ()
    bring: Callable | None = None  # bring(row, user): a table's new row goes through a verb
    bring_only: bool = False  # a table adds and changes nothing
    fixed: Callable | None = None  # fixed(row): a table does not change it any more
    points: dict[str, Any] = field(default_factory=dict)  # of its checklist: key and text
    most: int = 0  # rows of a table, if fewer than everywhere
    exports: tuple[str, ...] = ()
    lookups: dict[str, str] = field(default_factory=dict)  # typed keys instead of long menus
    keys: dict[str, str] = field(default_factory=dict)  # keys of a table where a form has a menu
    anywhere: frozenset[str] = frozenset()  # relations to rows that may lie outside one's area
    verbs: tuple[Verb, ...] = ()
    panels: tuple[Panel, ...] = ()
    form: type | None = None
    create: Callable | None = None  # create(form, user) -> row; a plain save otherwise
    settle: Callable | None = None  # settle(rows, user): what follows from rows changed or imported
    moves: dict[str, Any] = field(default_factory=dict)  # states an import may move, and whither
    area_from: str = ""  # the row lies where this relation lies
    closed: Callable | None = None  # closed(row): it is not edited any more; verbs lead on
    template: str = ""  # more on the detail page
    note: Any = ""
    help_texts: dict[str, Any] = field(default_factory=dict)
    api: bool = True
    joins: tuple[str, ...] = ()  # what the names of related rows read
    links: tuple[tuple[str, Any], ...] = ()  # (url name, label) beside the list's title

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def title(self):
        return self.model._meta.verbose_name_plural

    @property
    def one(self):
        return self.model._meta.verbose_name

    def does(self, action: str) -> bool:
        return action in ACCESS.get(self.label, {})

    @cached_property
    def related(self) -> list[str]:
        """Foreign keys that columns and titles read, fetched in the same query."""
        paths = list(self.joins)
        for name in (*self.columns, *self.detail, *self.fields, *self.exports):
            *parents, last = name.split("__")
            model, path = self.model, []
            for part in [*parents, last]:
                try:
                    f = model._meta.get_field(part)
                except FieldDoesNotExist:
                    break
                if not (f.is_relation and f.many_to_one):
                    break
                path.append(part)
                model = f.related_model
            if path and "__".join(path) not in paths:
                paths.append("__".join(path))
        if hasattr(self.model, "area_id") and "area" not in paths:
            paths.append("area")
        return paths

    def key_of(self, name: str) -> str:
        """The field by which a table names a related row."""
        return self.lookups.get(name) or self.keys.get(name, "")

    def rows(self):
        """The register's rows within the open scope, with what its pages read."""
        rows = self.model.objects.all() if hasattr(self.model, "history") else self.model.objects
        return rows.select_related(*self.related) if self.related else rows.all()

    def field_of(self, name: str):
        if name not in self._fields:
            self._fields[name] = self._find_field(name)
        return self._fields[name]

    @cached_property
    def _fields(self) -> dict:
        return {}

    def _find_field(self, name: str):
        model, found = self.model, None
        for part in name.split("__"):
            try:
                found = model._meta.get_field(part)
            except FieldDoesNotExist:
                return None
            model = found.related_model or model
        return found

    def heading(self, name: str):
        found = self.field_of(name)
        if found is not None:
            return found.verbose_name
        attribute = getattr(self.model, name, None)
        return getattr(getattr(attribute, "fget", None) or attribute, "title", name)

    def raw(self, obj, name: str):
        value = obj
        for part in name.split("__"):
            value = getattr(value, part, None)
            if value is None:
                return None
        return value() if callable(value) and not isinstance(value, models.Manager) else value

    def may_read(self, obj, access: Access) -> bool:
        """Whether personal fields may be shown in clear."""
        return access.may(self.label, "personal", obj)

    def cell(self, obj, name: str, *, clear: bool = False) -> str:
        """A value as text: choices by name, dates one way, personal data masked unless clear."""
        value = self.raw(obj, name)
        if name in self.personal and not clear:
            return mask(value)
        return show(value, self.field_of(name))


def mask(value) -> str:
    """Keep the first character, so that a row can be told from the next, and hide the rest."""
    if value in (None, ""):
        return ""
    return f"{str(value)[0]}***"


@cache
def _choices(field_) -> dict:
    return dict(field_.flatchoices)


# changes that are no state of the row, by the word that is stored for them
STEPS = {
    "received": _l("received"),
    "published": _l("published"),
    "recorded": _l("recorded"),
    "merged": _l("merged into another"),
}


def step_text(value, field_=None) -> str:
    """What a change led from or to, in the reader's language."""
    text = show(value, field_)
    return str(STEPS.get(text, text))


REASONS = {
    "place": _l("place"),
    "street": _l("same sub-district"),
    "district": _l("same district"),
    "city": _l("same city"),
    "province": _l("same province"),
    "far": _l("elsewhere"),
    "late_days": _l("days late"),
    "key_enterprise": _l("key enterprise"),
    "score": _l("score"),
    "cover_days": _l("days of cover"),
    "share_met": _l("share met"),
    "same_district": _l("depot in the same district"),
    "yes": _l("yes"),
    "no": _l("no"),
}


POINTS: dict[str, Any] = {}  # of checklists: key and text; each app adds its own


def reason_text(word) -> str:
    """A stored reason's word in the reader's language; numbers as they are."""
    return str(REASONS.get(word, word))


def show(value, field_=None) -> str:
    if value is None or value == "":
        return ""
    if field_ is not None and getattr(field_, "choices", None):
        return str(_choices(field_).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return format_date(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) < 1e6 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict) and value and value.keys() <= POINTS.keys():
        return "\n".join(f"{'✓' if held else '✗'} {POINTS[k]}" for k, held in value.items())
    if isinstance(value, dict):
        return ", ".join(f"{k}: {show(v)}" for k, v in value.items())
    if isinstance(value, list):
        pair = [f"{reason_text(v[0])}: {reason_text(v[1])}" if isinstance(v, list) else str(v)
                for v in value]  # fmt: skip
        return ", ".join(pair)
    return str(value)


REGISTERS: dict[str, Register] = {}


def register(entry: Register) -> Register:
    if entry.slug in REGISTERS:
        raise ValueError(f"two registers are called {entry.slug}")
    REGISTERS[entry.slug] = entry
    return entry


def by_label(label: str) -> Register | None:
    return next((r for r in REGISTERS.values() if r.label == label), None)
