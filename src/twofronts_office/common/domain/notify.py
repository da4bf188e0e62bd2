"""Notifications in the application and by e-mail."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext

from twofronts_office.common import clock
from twofronts_office.common.models import Notification

LONGEST = 300  # characters of a notification
SUBJECT = 120  # and of an e-mail's subject
log = logging.getLogger(__name__)


def in_both(message: str, **values) -> tuple[str, str]:
    """A translatable string with its named values in Chinese and in English."""
    texts = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts.append((gettext(message) % values)[:LONGEST])
    return texts[0], texts[1]


def tell(*, users: Iterable, key: str, message: str, link: str = "", **values) -> int:
    """Tell each user once for each key; ``message`` is a translatable string with named values."""
    zh, en = in_both(message, **values)
    told = 0
    for user in users:
        _, made = Notification.objects.get_or_create(
            user=user,
            key=key[:120],
            defaults={"text_zh": zh, "text_en": en, "link": link},
        )
        told += made
    return told


def mail_waiting(*, limit: int = 200) -> int:
    """Send what has not been sent. Each is claimed first, so that two runs do not send it twice."""
    if not settings.SEND_EMAIL and not settings.EMAIL_BACKEND.endswith("locmem.EmailBackend"):
        return 0
    sent = 0
    waiting = Notification.objects.filter(mailed_at=None, read_at=None).exclude(user__email="")
    for note in waiting.select_related("user").order_by("pk")[:limit]:
        claimed = Notification.objects.filter(pk=note.pk, mailed_at=None)
        if not claimed.update(mailed_at=clock.now()):
            continue
        text = note.text_en if note.user.language == "en" else note.text_zh
        subject = " ".join(text.split())[:SUBJECT]
        body = f"{text}\n{settings.SITE_URL}{note.link}\n"
        try:
            send_mail(subject, body, None, [note.user.email])
        except (OSError, SMTPException):  # the next run tries again; others wait with it
            Notification.objects.filter(pk=note.pk).update(mailed_at=None)
            log.exception("e-mail to %s", note.user.username)
            break
        sent += 1
    return sent
