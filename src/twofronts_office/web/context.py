"""What every page's frame needs: the menu, the marks, the number of unread notifications."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.access import ACCESS, NOBODY, VIEW
from twofronts_office.common.choices import Line
from twofronts_office.common.models import Notification
from twofronts_office.common.register import REGISTERS
from twofronts_office.web.cockpit import READERS

GROUPS = [
    ("office", _("Group office")),
    ("care", Line.CARE.label),
    ("traffic", Line.TRAFFIC.label),
    ("communities", Line.COMMUNITIES.label),
    ("resumption", Line.RESUMPTION.label),
    ("economy", Line.ECONOMY.label),
    ("supplies", Line.SUPPLIES.label),
]


@cache
def _menu(roles: frozenset[str], language: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Groups of (slug, address, title) of the lists that these roles open, in this language."""
    found = []
    for key, title in GROUPS:
        entries = [
            (r.slug, reverse(f"{r.slug}-list"), capfirst(str(r.title)))
            for r in REGISTERS.values()
            if r.line == key and roles & ACCESS.get(r.label, {}).get(VIEW, frozenset())
        ]
        if entries:
            found.append((str(title), entries))
    return found


def menu(access):
    return _menu(access.roles, get_language() or "")


def office(request):
    access = getattr(request, "access", NOBODY)
    return {
        "office_name": settings.OFFICE_NAME,
        "demo": settings.DEMO,
        "sends_email": settings.SEND_EMAIL,
        "access": access,
        "cockpit_opens": bool(access.roles & READERS),
        "whatif_opens": access.may("plans.plan", "view") and not access.system,
        "menu": SimpleLazyObject(lambda: menu(access)),
        "unread": SimpleLazyObject(
            lambda: (
                Notification.objects.filter(user_id=access.user_id, read_at=None).count()
                if access.user_id
                else 0
            )
        ),
    }
