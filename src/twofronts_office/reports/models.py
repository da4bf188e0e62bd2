"""Daily reports with their revisions; cases, contacts and follow-up."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twofronts_office.common import clock
from twofronts_office.common.models import GlobalRecord, Record
from twofronts_office.reports.choices import (
    Classification,
    ContactKind,
    ContactState,
    Outcome,
    QuarantinePlace,
    ReportState,
    Severity,
    Sex,
)

OBSERVATION_DAYS = 14  # National plan, 4th edition of 7 February 2020: 14 days from last exposure


def _count(label):
    return models.PositiveIntegerField(
        label, null=True, blank=True, validators=[MaxValueValidator(50_000_000)]
    )


class DailyReport(Record):
    """One area, one day to 24:00, one revision. Zero is a report; empty is "not reported"."""

    date = models.DateField(_("date"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=18, choices=ReportState, default=ReportState.DRAFT, editable=False
    )
    new_confirmed = _count(_("new confirmed"))
    new_cured = _count(_("new cured"))
    new_deaths = _count(_("new deaths"))
    cum_confirmed = _count(_("confirmed in all"))
    cum_cured = _count(_("cured in all"))
    cum_deaths = _count(_("deaths in all"))
    in_hospital = _count(_("in hospital"))
    suspected = _count(_("suspected"))
    severe = _count(_("severe"))
    contacts_traced = _count(_("contacts traced in all"))
    contacts_released = _count(_("contacts released in all"))
    contacts_observed = _count(_("contacts under observation"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("daily report")
        verbose_name_plural = _("daily reports")
        ordering = ["-date", "area_id", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["area", "date", "revision"], name="report_revision")
        ]
        indexes = [models.Index(fields=["date", "state"], name="report_date_state")]

    def __str__(self) -> str:
        return f"{self.area} · {self.date} · {_('revision')} {self.revision}"

    def clean(self):
        wrong = {}
        pairs = (
            ("cum_cured", "cum_confirmed"),
            ("cum_deaths", "cum_confirmed"),
            ("severe", "in_hospital"),
            ("contacts_released", "contacts_traced"),
            ("new_confirmed", "cum_confirmed"),
        )
        for part, whole in pairs:
            a, b = getattr(self, part), getattr(self, whole)
            if a is not None and b is not None and a > b:
                label = self._meta.get_field(whole).verbose_name
                wrong[part] = _("More than “%(whole)s” (%(n)s).") % {"whole": label, "n": b}
        if wrong:
            raise ValidationError(wrong)


class Publication(GlobalRecord):
    """What was published, when and by whom: a row, with the revisions that it rests on."""

    date = models.DateField(_("day reported"))
    published_at = models.DateTimeField(_("published"), default=clock.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
    )
    text_zh = models.TextField(_("Chinese text"), max_length=4000)
    text_en = models.TextField(_("English text"), max_length=4000)
    figures = models.JSONField(_("figures"), default=dict)
    revisions = models.JSONField(_("revisions"), default=dict)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return f"{self.date} · {timezone.localtime(self.published_at):%Y-%m-%d %H:%M}"


class Person(Record):
    """What a case and a contact share; personal data is in the first five fields."""

    name = models.CharField(_("full name"), max_length=80)
    id_number = models.CharField(_("identity number"), max_length=30, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    workplace = models.CharField(_("workplace"), max_length=160, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    age = models.PositiveSmallIntegerField(
        _("age"), null=True, blank=True, validators=[MaxValueValidator(125)]
    )
    erased_at = models.DateTimeField(
        _("personal data erased"), null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True


PERSONAL = frozenset({"name", "id_number", "phone", "address", "workplace"})


class Case(Person):
    number = models.CharField(_("case number"), max_length=24, unique=True)
    classification = models.CharField(
        _("classification"),
        max_length=14,
        choices=Classification,
        default=Classification.SUSPECTED,
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.TREATED
    )
    onset_on = models.DateField(_("onset"), null=True, blank=True)
    isolated_on = models.DateField(_("isolated"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed"), null=True, blank=True)
    outcome_on = models.DateField(_("date of outcome"), null=True, blank=True)
    source = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="infected",
        verbose_name=_("infected by"),
    )
    imported = models.BooleanField(_("infected outside the city"), default=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("merged into"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["area", "classification"], name="case_area_class")]

    def __str__(self) -> str:
        return self.number

    def clean(self):
        if self.source_id and self.source_id == self.pk:
            raise ValidationError({"source": _("A case cannot have infected itself.")})
        for early, late in (("onset_on", "outcome_on"), ("isolated_on", "outcome_on")):
            a, b = getattr(self, early), getattr(self, late)
            if a and b and b < a:
                raise ValidationError({late: _("The end lies before the beginning.")})


class Contact(Person):
    number = models.CharField(_("contact number"), max_length=24, unique=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("contact of case")
    )
    kind = models.CharField(_("kind of contact"), max_length=10, choices=ContactKind)
    last_exposure = models.DateField(_("last exposure"))
    place = models.CharField(
        _("quarantine place"),
        max_length=10,
        choices=QuarantinePlace,
        default=QuarantinePlace.CENTRE,
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=ContactState,
        default=ContactState.OBSERVATION,
        editable=False,
    )
    release_due = models.DateField(_("release due"), null=True, blank=True, editable=False)
    released_on = models.DateField(_("released"), null=True, blank=True, editable=False)
    became = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False,
        verbose_name=_("became case"),
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("merged into"),
    )  # fmt: skip

    derived = ("release_due",)

    def derive(self) -> None:
        self.release_due = self.last_exposure + timedelta(days=OBSERVATION_DAYS)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["area", "state"], name="contact_area_state")]

    def __str__(self) -> str:
        return self.number


class FollowUp(Record):
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="days", verbose_name=_("contact")
    )
    date = models.DateField(_("date"))
    temperature = models.DecimalField(
        _("temperature (°C)"),
        max_digits=3,
        decimal_places=1,
        validators=[MinValueValidator(34), MaxValueValidator(43)],
    )
    symptoms = models.BooleanField(_("symptoms"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["-date"]
        constraints = [models.UniqueConstraint(fields=["contact", "date"], name="followup_once")]

    def __str__(self) -> str:
        return f"{self.contact} · {self.date}"
