"""Checkpoints: what was decided, what is true on the road, and the evidence."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.checkpoints.choices import Actual, Decided, PassState, Tier
from twofronts_office.common.models import Record
from twofronts_office.common.names import Named


class Checkpoint(Named, Record):
    code = models.CharField(_("code"), max_length=24, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    lanes = models.PositiveSmallIntegerField(_("lanes"), default=1)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    decided = models.CharField(
        _("decided"), max_length=8, choices=Decided, default=Decided.KEEP, editable=False
    )
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    act_by = models.DateField(_("to be done by"), null=True, blank=True, editable=False)
    actual = models.CharField(
        _("actual state"),
        max_length=10,
        choices=Actual,
        default=Actual.OPERATING,
        editable=False,
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["tier", "code"]

    @property
    def differs(self) -> bool:
        """Whether the road differs from the decision."""
        return (self.decided == Decided.REMOVE) != (self.actual == Actual.REMOVED)

    differs.fget.title = _("differs from the decision")


class Passage(Record):
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.CASCADE, related_name="days", verbose_name=_("checkpoint")
    )
    date = models.DateField(_("date"))
    screened = models.PositiveIntegerField(_("persons screened"))
    held = models.PositiveIntegerField(_("persons held"), default=0)
    vehicles = models.PositiveIntegerField(_("vehicles"), default=0)
    queue_minutes = models.PositiveSmallIntegerField(_("longest queue (minutes)"), default=0)

    class Meta:
        verbose_name = _("checkpoint count")
        verbose_name_plural = _("checkpoint counts")
        ordering = ["-date", "checkpoint_id"]
        constraints = [models.UniqueConstraint(fields=["checkpoint", "date"], name="passage_once")]

    def __str__(self) -> str:
        return f"{self.checkpoint} · {self.date}"

    def clean(self):
        if None not in (self.held, self.screened) and self.held > self.screened:
            raise ValidationError({"held": _("More persons held than screened.")})


def _pass_number() -> str:
    return "TX" + secrets.token_hex(5).upper()


class FreightPass(Record):
    number = models.CharField(
        _("pass number"), max_length=16, unique=True, default=_pass_number, editable=False
    )
    plate = models.CharField(_("number plate"), max_length=16)
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("enterprise"),
    )
    goods = models.CharField(_("goods"), max_length=120)
    route = models.CharField(_("route"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    state = models.CharField(
        _("state"), max_length=10, choices=PassState, default=PassState.IN_FORCE, editable=False
    )

    class Meta:
        verbose_name = _("freight pass")
        verbose_name_plural = _("freight passes")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.number} · {self.plate}"

    def clean(self):
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The end lies before the beginning.")})
