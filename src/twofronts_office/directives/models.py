"""Directives as they came, and the items that a person took from them into the record."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.common import clock
from twofronts_office.common.choices import Line
from twofronts_office.common.models import GlobalRecord
from twofronts_office.directives.choices import Issuer, ItemState

TEXT_LIMIT = 100_000  # characters; the longest published directives have some 20,000


class Directive(GlobalRecord):
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(
        _("issued by"), max_length=10, choices=Issuer, default=Issuer.PROVINCE
    )
    body = models.CharField(_("issuing body"), max_length=120, blank=True)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), default=clock.today)
    source = models.CharField(_("source"), max_length=300, blank=True)
    text = models.TextField(_("text as it came"), validators=[MaxLengthValidator(TEXT_LIMIT)])
    cleaned = models.TextField(_("text as it was read"), editable=False)
    language = models.CharField(_("language"), max_length=8, editable=False)
    repaired = models.JSONField(_("repaired"), default=dict, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+",
        editable=False, verbose_name=_("recorded by"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        ordering = ["-issued_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Item(GlobalRecord):
    """One thing that a directive asks for, by line of work."""

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="items", verbose_name=_("directive")
    )
    position = models.PositiveSmallIntegerField(_("place in the text"), editable=False)
    line = models.CharField(_("line of work"), max_length=12, choices=Line, blank=True)
    text = models.TextField(_("item"), max_length=2000)
    original = models.TextField(_("sentence it was read from"), editable=False)
    marks = models.JSONField(_("marked"), default=list, editable=False)
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ItemState, default=ItemState.PROPOSED, editable=False
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged",
        editable=False, verbose_name=_("merged into"),
    )  # fmt: skip
    decisions = models.ManyToManyField(
        "meetings.Decision", blank=True, related_name="directive_items",
        verbose_name=_("decisions that carry it out"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("directive item")
        verbose_name_plural = _("directive items")
        ordering = ["-directive_id", "position", "pk"]
        indexes = [models.Index(fields=["state", "line"], name="item_state_line")]

    def __str__(self) -> str:
        return self.text[:80]
