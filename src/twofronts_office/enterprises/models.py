"""Enterprises, their filings, inspections and daily reports."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from twofronts_office.common import clock
from twofronts_office.common.choices import Sector
from twofronts_office.common.models import Record
from twofronts_office.enterprises import uscc
from twofronts_office.enterprises.choices import (
    CHECKLIST,
    ConditionPart,
    FilingGroup,
    FilingMode,
    FilingState,
    InspectionState,
    Size,
    size_of,
)


def validate_uscc(code: str) -> None:
    if not uscc.is_valid(code):
        raise ValidationError(_("This is not a valid unified social credit code: check it again."))


class Enterprise(Record):
    uscc = models.CharField(
        _("unified social credit code"), max_length=18, unique=True, validators=[validate_uscc]
    )
    name = models.CharField(_("enterprise name"), max_length=160)
    sector = models.CharField(_("sector"), max_length=4, choices=Sector)
    size = models.CharField(_("size"), max_length=8, choices=Size, editable=False, default="micro")
    insured_staff = models.PositiveIntegerField(
        _("insured staff"), validators=[MaxValueValidator(2_000_000)]
    )
    key_enterprise = models.BooleanField(_("key enterprise for supplies"), default=False)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lead_name = models.CharField(_("prevention lead"), max_length=60, blank=True)
    lead_phone = models.CharField(_("lead's telephone"), max_length=30, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=FilingState, default=FilingState.NONE, editable=False
    )
    effective_since = models.DateField(_("effective since"), null=True, blank=True, editable=False)
    present_staff = models.PositiveIntegerField(_("present staff"), default=0, editable=False)
    risk_staff = models.PositiveIntegerField(_("staff from risk areas"), default=0)
    mask_days = models.PositiveSmallIntegerField(_("masks in stock (days)"), default=0)

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["area", "state"], name="enterprise_area_state"),
            models.Index(fields=["sector", "size"], name="enterprise_sector_size"),
        ]

    def __str__(self) -> str:
        return self.name

    derived = ("size",)

    def derive(self) -> None:
        self.size = size_of(self.insured_staff)


def _code() -> str:
    return secrets.token_hex(8)


def _token() -> str:
    return secrets.token_urlsafe(24)


class Filing(Record):
    """What an enterprise declared, and the receipt that it got for it. Never edited."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="filings", verbose_name=_("enterprise")
    )
    number = models.CharField(_("receipt number"), max_length=24, unique=True)
    code = models.CharField(_("verification code"), max_length=16, unique=True, default=_code)
    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    received_at = models.DateTimeField(_("received"), db_index=True)
    resume_on = models.DateField(_("resumes on"))
    staff_planned = models.PositiveIntegerField(
        _("staff to return"), validators=[MaxValueValidator(2_000_000)]
    )
    risk_staff = models.PositiveIntegerField(_("staff from risk areas"), default=0)
    mask_days = models.PositiveSmallIntegerField(_("masks in stock (days)"), default=0)
    thermometers = models.PositiveSmallIntegerField(_("thermometers"), default=0)
    lead_name = models.CharField(_("prevention lead"), max_length=60)
    lead_phone = models.CharField(_("lead's telephone"), max_length=30)
    plan = models.TextField(_("prevention plan"), max_length=4000, blank=True)
    checklist = models.JSONField(_("checklist"), default=dict)
    committed = models.BooleanField(_("commitment signed"), default=False)
    once = models.CharField(max_length=40, unique=True, null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def gaps(self) -> list[str]:
        """Points of the checklist that were not ticked: they raise the risk, not a barrier."""
        return [key for key, held in self.checklist.items() if not held]


class FilingCondition(Record):
    """What must hold for a filing of a group of sectors; it has a basis and an end.

    A condition is met or not when the filing is sent. It never makes a filing wait.
    """

    group = models.CharField(_("sectors"), max_length=10, choices=FilingGroup)
    part = models.CharField(_("part"), max_length=8, choices=ConditionPart)
    mode = models.CharField(
        _("filing"), max_length=6, choices=FilingMode, default=FilingMode.OPEN, blank=True
    )
    cap_pct = models.PositiveSmallIntegerField(
        _("share of staff at most (%)"), default=100, validators=[MaxValueValidator(100)]
    )
    required = models.JSONField(_("points required"), default=list, blank=True)
    basis = models.CharField(_("legal basis"), max_length=200)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    ended_on = models.DateField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("condition of filing")
        verbose_name_plural = _("conditions of filing")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_group_display()} · {self.get_part_display()} · {self.since}"

    @property
    def in_force(self) -> bool:
        """Whether it holds today."""
        return self.ended_on is None and self.since <= clock.today() <= self.until

    in_force.fget.title = _("in force")

    @property
    def said(self) -> str:
        """The condition in words."""
        if self.part == ConditionPart.MODE:
            return str(self.get_mode_display())
        if self.part == ConditionPart.CAP:
            if self.cap_pct >= 100:
                return gettext("no cap on the staff")
            return gettext("at most %(cap)s%% of the staff") % {"cap": self.cap_pct}
        points = [str(CHECKLIST[k]).rstrip(".。") for k in self.required if k in CHECKLIST]
        return gettext("needed: %s") % "; ".join(points) if points else gettext("no points needed")


class Inspection(Record):
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="inspections",
        verbose_name=_("enterprise"),
    )
    due = models.DateField(_("due"), db_index=True)
    reason = models.CharField(_("why drawn"), max_length=200)
    risk = models.FloatField(_("risk score"), default=0)
    inspector = models.ForeignKey(
        "people.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("inspector"),
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=InspectionState,
        default=InspectionState.DUE,
        editable=False,
    )
    findings = models.TextField(_("findings"), max_length=4000, blank=True)
    correct_by = models.DateField(_("correct by"), null=True, blank=True)
    answer = models.TextField(_("enterprise's answer"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.due}"


class DailyStaff(Record):
    """One enterprise, one day: who is there and what it makes, against a normal day."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="days", verbose_name=_("enterprise")
    )
    date = models.DateField(_("date"))
    present = models.PositiveIntegerField(_("staff present"))
    ill = models.PositiveIntegerField(_("staff with symptoms"), default=0)
    quarantined = models.PositiveIntegerField(_("staff in quarantine"), default=0)
    capacity_pct = models.PositiveSmallIntegerField(
        _("output, % of normal"), validators=[MaxValueValidator(300)]
    )
    power_kwh = models.PositiveIntegerField(_("electricity used (kWh)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("daily staff report")
        verbose_name_plural = _("daily staff reports")
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "date"], name="dailystaff_once")
        ]
        indexes = [
            models.Index(fields=["date", "area"], name="dailystaff_date_area"),
            # the list's order: without it a day's ten thousand rows are sorted for each page
            models.Index(fields=["-date", "-id"], name="dailystaff_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.date}"

    def clean(self):
        if self.date and self.date > clock.today():
            raise ValidationError({"date": _("The day lies in the future.")})
        known = self.enterprise_id and self.present is not None
        if known and self.present > self.enterprise.insured_staff:
            raise ValidationError(
                {"present": _("More staff present than insured: check both numbers.")}
            )
