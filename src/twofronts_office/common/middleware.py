"""Opens the scope of whoever asks, and holds staff to a second factor."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from twofronts_office.common.access import access_of
from twofronts_office.common.scope import office_scope

FREE = ("/accounts/", "/static/", "/i18n/", "/health/", "/public/")


class OfficeMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        access = request.access = access_of(request.user)
        if (
            settings.REQUIRE_SECOND_FACTOR
            and access.staff
            and not request.path.startswith(FREE)
            and not _has_second_factor(request)
        ):
            messages.warning(request, _("Set up a second factor before you go on."))
            return redirect(reverse("mfa_index"))
        with office_scope(access):
            response = self.get_response(request)
        if request.path.startswith("/static/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


def _has_second_factor(request) -> bool:
    if request.session.get("second_factor") == request.user.pk:
        return True
    from allauth.mfa.utils import is_mfa_enabled  # needs the app registry

    held = is_mfa_enabled(request.user)
    if held:
        request.session["second_factor"] = request.user.pk
    return held
