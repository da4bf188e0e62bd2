"""SQL, HTML and template code in every text field of every register: stored as text, shown as text."""

from __future__ import annotations

import pytest
from django.db import models

from twofronts_office.common.access import ACCESS
from twofronts_office.common.register import REGISTERS

from . import build

TEXTS = {
    "html": '<script>alert(1)</script>"><img src=x onerror=alert(2)>',
    "sql": "'); DROP TABLE people_user; --",
    "template": "{{ 4724886057003|add:4724886057004 }}{% debug %}${1234567*7654321}",
}
WORKED_OUT = "9449772114007"  # what either comes to: long enough to be in no time or number of a page by chance
RAW = ("<script>alert(1)", "<img src=x")
KEYS = {"code", "uscc", "username", "toml"}  # checked by a rule of their own: refused, not stored


def texts_of(entry) -> list[models.Field]:
    """Text fields that somebody types, but for choices."""
    names = {*entry.fields, *entry.detail, *entry.columns}
    return [
        f
        for f in entry.model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField)
        and not f.choices
        and not f.primary_key
        and f.name in names - KEYS
    ]


def cut(text: str, f: models.Field) -> str:
    return text[: f.max_length] if f.max_length else text


REACHED = sorted(s for s, r in REGISTERS.items() if texts_of(r))


def reader_of(entry) -> str:
    """Who opens most: somebody who may change it, or view it."""
    held = ACCESS[entry.label]
    roles = (held.get("change") or held["view"]) - {"enterprise"}
    return f"{sorted(roles or held['view'] - {'enterprise'})[0]}_east"


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("slug", REACHED)
def test_whatever_a_text_holds_is_shown_as_text(city, login, slug, kind):
    """As if it had come in by whatever way: pages show it and nothing of it runs."""
    entry, row = REGISTERS[slug], city.row(slug)
    fields = texts_of(entry)
    values = {f.name: cut(TEXTS[kind], f) for f in fields if not f.unique}
    entry.model._base_manager.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    if hasattr(row, "history"):
        row.history.create(history_date=build.timezone.now(), history_type="~", **{
            f.attname: getattr(row, f.attname) for f in entry.model._meta.concrete_fields
            if f.name not in ("password", "last_login")
        })  # fmt: skip
    client = login(reader_of(entry))
    for page in ("", f"{row.pk}/", f"{row.pk}/history/", f"{row.pk}/edit/", "as-of/"):
        answer = client.get(f"/{slug}/{page}")
        assert answer.status_code in (200, 403, 404), page
        body = answer.content.decode()
        assert not any(raw in body for raw in RAW), f"{slug}/{page}"
        assert WORKED_OUT not in body, "nothing is worked out"
    assert client.get("/").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("slug", [s for s in REACHED if REGISTERS[s].fields])
def test_forms_take_any_text_or_say_why_not(city, login, slug, kind):
    """Every text field of the form at once: saved as it was typed, or refused in words."""
    entry, row = REGISTERS[slug], city.row(slug)
    if not ACCESS[entry.label].get("change", frozenset()) - {"enterprise"}:
        pytest.skip("nobody changes these rows by a form")
    data = {"version": row.version} if hasattr(row, "version") else {}
    for name in entry.fields:
        f = entry.field_of(name)
        value = getattr(row, f.attname)
        if f.is_relation and value is not None and name in entry.lookups:
            value = getattr(getattr(row, name), entry.lookups[name])
        if isinstance(f, models.BooleanField):
            value = "on" if value else None
        if value is not None:
            data[name] = value
    typed = {f.name: cut(TEXTS[kind], f) for f in texts_of(entry) if f.name in entry.fields}
    answer = login(reader_of(entry)).post(f"/{slug}/{row.pk}/edit/", data | typed)
    assert answer.status_code in (302, 403, 422), answer.status_code
    assert not any(raw in answer.content.decode() for raw in RAW)
    row.refresh_from_db()
    if answer.status_code == 302:
        for name, text in typed.items():
            assert getattr(row, name) == text.strip(), name
