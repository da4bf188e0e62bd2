"""What every register is made of, and the rows that belong to none in particular."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from twofronts_office.common import clock
from twofronts_office.common.choices import JobState
from twofronts_office.common.scope import AreaManager


class Record(models.Model):
    """A row of a register: it lies in an area, has a version, and keeps its history."""

    area = models.ForeignKey(
        "areas.Area", on_delete=models.PROTECT, verbose_name=_("area"), related_name="+"
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = AreaManager()
    history = HistoricalRecords(inherit=True, cascade_delete_history=False)

    class Meta:
        abstract = True

    def derive(self) -> None:
        """Fill the fields that follow from others; on every way in: page, API, import, domain."""

    def save(self, *args, **kwargs):
        self.derive()
        if clock.shifted():
            self._history_date = clock.now()
        super().save(*args, **kwargs)


class GlobalRecord(models.Model):
    """A row of a register that belongs to the whole city."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = AreaManager()
    history = HistoricalRecords(inherit=True, cascade_delete_history=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if clock.shifted():
            self._history_date = clock.now()
        super().save(*args, **kwargs)


class StateChange(models.Model):
    """A state change is a row: who, when, before, after, why."""

    register = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    area = models.CharField(max_length=12, blank=True)
    field = models.CharField(max_length=30, default="state")
    before = models.CharField(_("before"), max_length=40, blank=True)
    after = models.CharField(_("after"), max_length=40)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        indexes = [models.Index(fields=["register", "object_id", "at"], name="statechange_object")]
        ordering = ["-at", "-pk"]


class LogHead(models.Model):
    """The last link of the security log; locked while a link is added: links form a line."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")


class SecurityEvent(models.Model):
    """One link of the hash-chained security log. Rows are added and never changed."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.CharField(_("who"), max_length=150)
    kind = models.CharField(_("kind"), max_length=40, db_index=True)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]


class Notification(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    at = models.DateTimeField(auto_now_add=True)
    key = models.CharField(max_length=120)  # one notification for one thing and day
    text_zh = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    link = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_once"),
        ]


class Job(models.Model):
    """An import or an export that runs outside the request; only its owner sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10)  # import, export
    register = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    upload = models.FileField(upload_to="imports/%Y%m", blank=True)
    output = models.FileField(upload_to="exports/%Y%m", blank=True)
    at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]


class Attachment(models.Model):
    """A file that belongs to a row; served only to those who may view the row."""

    register = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(_("file"), upload_to="attachments/%Y%m")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["register", "object_id"], name="attachment_object")]
        ordering = ["at", "pk"]


class RateWindow(models.Model):
    """Calls of one key in one window; counted in the database, so that all workers agree."""

    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)


class Counter(models.Model):
    """Gap-tolerant, never repeating numbers, such as a receipt's."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)
