"""Whose call it is: the address that the last trusted proxy saw."""

from __future__ import annotations

from django.conf import settings


def client_address(request) -> str:
    """Address of the caller.

    Behind ``PROXIES`` proxies each adds one entry to ``X-Forwarded-For``, so the caller's is that
    many from the right; what stands further left the caller wrote. Without a proxy the header is
    not believed at all.
    """
    given = [a.strip() for a in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    n = settings.PROXIES
    if n and len(given) >= n and given[-n]:
        return given[-n][:45]
    return request.META.get("REMOTE_ADDR", "-")
