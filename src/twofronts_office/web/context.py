"""What every page's frame needs: the menu, the marks, the number of unread notifications."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.access import NOBODY
from twofronts_office.common.choices import Line
from twofronts_office.common.models import Notification
from twofronts_office.common.register import REGISTERS

GROUPS = [
    ("office", _("Group office")),
    ("care", Line.CARE.label),
    ("traffic", Line.TRAFFIC.label),
    ("communities", Line.COMMUNITIES.label),
    ("resumption", Line.RESUMPTION.label),
    ("economy", Line.ECONOMY.label),
    ("supplies", Line.SUPPLIES.label),
]


def menu(access):
    found = []
    for key, title in GROUPS:
        entries = [r for r in REGISTERS.values() if r.line == key and access.may(r.label, "view")]
        if entries:
            found.append((title, entries))
    return found


def office(request):
    access = getattr(request, "access", NOBODY)
    return {
        "office_name": settings.OFFICE_NAME,
        "demo": settings.DEMO,
        "access": access,
        "menu": SimpleLazyObject(lambda: menu(access)),
        "unread": SimpleLazyObject(
            lambda: (
                Notification.objects.filter(user_id=access.user_id, read_at=None).count()
                if access.user_id
                else 0
            )
        ),
    }
