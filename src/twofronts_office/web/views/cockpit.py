"""The cockpit's page, and what a page that stays open asks for every few seconds."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.safestring import mark_safe

from twofronts_office.common import clock
from twofronts_office.web.cockpit import READERS
from twofronts_office.web.cockpit.page import rendered
from twofronts_office.web.views.base import OfficeView


class Cockpit(OfficeView):
    """Both fronts on one page; the address holds nothing of its reader's role."""

    roles = READERS

    def get(self, request):
        parts = rendered(access=self.access, today=clock.today())
        return render(
            request,
            "office/cockpit.html",
            {
                "parts": mark_safe(parts.html),  # rendered by the office's own template
                "digest": parts.digest,
                "wall": "wall" in request.GET,
                "today": clock.today(),
            },
        )


class CockpitLive(OfficeView):
    """The parts alone; 304 while nothing on them changed."""

    roles = READERS

    def get(self, request):
        parts = rendered(access=self.access, today=clock.today())
        etag = f'"{parts.digest}"'
        same = request.headers.get("If-None-Match") == etag
        answer = HttpResponseNotModified() if same else HttpResponse(parts.html)
        answer["ETag"] = etag
        answer["Cache-Control"] = "private, no-cache"
        answer["Vary"] = "Cookie, Accept-Language"
        return answer
