"""Addresses of the pages, generated from the registers, then the pages that stand alone."""

from __future__ import annotations

from django.urls import path

from twofronts_office.common.register import REGISTERS
from twofronts_office.web.views import home, registers


def register_urls():
    found = []
    for slug, entry in REGISTERS.items():
        pk = "<str:pk>" if entry.model._meta.pk.get_internal_type() == "CharField" else "<int:pk>"
        edits = bool(entry.fields) and entry.does("change")
        past = hasattr(entry.model, "history")
        add = [
            ("", registers.RegisterList, "list", True),
            ("as-of/", registers.RegisterAsOf, "asof", hasattr(entry.model, "history")),
            ("new/", registers.RegisterNew, "new", bool(entry.fields) and entry.does("add")),
            (f"{pk}/", registers.RegisterDetail, "detail", True),
            (f"{pk}/edit/", registers.RegisterChange, "edit", edits),
            (f"{pk}/history/", registers.RegisterHistory, "history", past),
            (f"{pk}/attach/", registers.RegisterAttach, "attach", edits and "int" in pk),
            (f"{pk}/files/<int:number>/", registers.RegisterFile, "file", "int" in pk),
        ]  # fmt: skip
        for tail, view, name, wanted in add:
            if wanted:
                found.append(
                    path(f"{slug}/{tail}", view.as_view(entry=entry), name=f"{slug}-{name}")
                )
        for verb in entry.verbs:
            view = registers.RegisterVerb.as_view(entry=entry, verb=verb)
            found.append(path(f"{slug}/{pk}/do/{verb.key}/", view, name=f"{slug}-do-{verb.key}"))
    return found


urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("notifications/", home.Notifications.as_view(), name="notifications"),
]
