"""Hospitals and clinics, their beds day by day, and transfers of patients between them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.care.choices import HospitalKind, ServiceState, TransferState
from twofronts_office.common.models import Record
from twofronts_office.common.names import Named


class Hospital(Named, Record):
    code = models.CharField(_("code"), max_length=24, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=HospitalKind)
    beds = models.PositiveIntegerField(_("beds"), default=0)
    designated_beds = models.PositiveIntegerField(_("designated beds"), default=0)
    icu_beds = models.PositiveIntegerField(_("intensive care beds"), default=0)
    fever_clinic = models.BooleanField(_("fever clinic"), default=False)
    staff = models.PositiveIntegerField(_("health staff"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=ServiceState, default=ServiceState.OPEN, editable=False
    )
    checklist = models.JSONField(_("checklist"), default=dict, editable=False)

    class Meta:
        verbose_name = _("hospital or clinic")
        verbose_name_plural = _("hospitals and clinics")
        ordering = ["code"]

    def clean(self):
        for part in ("designated_beds", "icu_beds"):
            if (getattr(self, part) or 0) > (self.beds or 0):
                raise ValidationError({part: _("More than the hospital's beds.")})


class BedReport(Record):
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="days", verbose_name=_("hospital")
    )
    date = models.DateField(_("date"))
    baseline = models.PositiveIntegerField(_("beds in ordinary times"))
    available = models.PositiveIntegerField(_("available now"))
    within_24h = models.PositiveIntegerField(_("available within 24 h"))
    isolation = models.PositiveIntegerField(_("isolation beds free"), default=0)
    icu = models.PositiveIntegerField(_("intensive care beds free"), default=0)
    staff = models.PositiveIntegerField(_("health staff on duty"), default=0)

    class Meta:
        verbose_name = _("bed report")
        verbose_name_plural = _("bed reports")
        ordering = ["-date", "hospital_id"]
        constraints = [models.UniqueConstraint(fields=["hospital", "date"], name="bedreport_once")]

    def __str__(self) -> str:
        return f"{self.hospital} · {self.date}"

    def clean(self):
        if None not in (self.available, self.within_24h) and self.within_24h < self.available:
            raise ValidationError(
                {"within_24h": _("Beds available now are among those available within 24 h.")}
            )


class Transfer(Record):
    number = models.CharField(_("number"), max_length=24, unique=True)
    patient = models.CharField(_("patient"), max_length=80)
    case = models.ForeignKey(
        "reports.Case", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("case")
    )
    origin = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="leaving", verbose_name=_("from")
    )
    destination = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="coming", verbose_name=_("to")
    )
    intensive = models.BooleanField(_("needs intensive care"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=TransferState,
        default=TransferState.REQUESTED,
        editable=False,
    )

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def clean(self):
        if self.origin_id and self.origin_id == self.destination_id:
            raise ValidationError({"destination": _("The patient is already there.")})
