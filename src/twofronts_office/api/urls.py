"""Addresses of the API: each register's rows and verbs, the schema and its pages."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from twofronts_office.api.views import verb_view, viewset_for
from twofronts_office.common.register import REGISTERS


def register_urls():
    found = []
    for slug, entry in REGISTERS.items():
        if not entry.api:
            continue
        pk = "<str:pk>" if entry.model._meta.pk.get_internal_type() == "CharField" else "<int:pk>"
        viewset = viewset_for(entry)
        rows = {"get": "list"}
        if entry.fields and entry.does("add"):
            rows["post"] = "create"
        one = {"get": "retrieve"}
        if entry.fields and entry.does("change"):
            one["put"] = "update"
        found.append(path(f"{slug}/", viewset.as_view(rows), name=f"api-{slug}-list"))
        found.append(path(f"{slug}/{pk}/", viewset.as_view(one), name=f"api-{slug}-detail"))
        for verb in entry.verbs:
            found.append(
                path(
                    f"{slug}/{pk}/{verb.key}/",
                    verb_view(entry, verb),
                    name=f"api-{slug}-{verb.key}",
                )
            )
    return found


urlpatterns = [
    *register_urls(),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
