"""Communities with their level, which always ends; services, requests and complaints."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.common import clock
from twofronts_office.common.models import Record
from twofronts_office.common.names import Named
from twofronts_office.communities.choices import Level, RequestKind, RequestState, ServiceKind


class Community(Named, Record):
    code = models.CharField(_("code"), max_length=24, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    households = models.PositiveIntegerField(_("households"), default=0)
    residents = models.PositiveIntegerField(_("residents"), default=0)
    alone = models.PositiveIntegerField(_("residents who live alone"), default=0)
    entrances = models.PositiveSmallIntegerField(_("entrances"), default=1)
    entrances_open = models.PositiveSmallIntegerField(_("entrances open"), default=1)
    level = models.CharField(
        _("management level"), max_length=8, choices=Level, default=Level.OPEN, editable=False
    )
    since = models.DateField(_("since"), null=True, blank=True, editable=False)
    until = models.DateField(_("until"), null=True, blank=True, editable=False)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "until"], name="community_level_until")]

    @property
    def days_left(self) -> int | None:
        return (self.until - clock.today()).days if self.until else None

    days_left.fget.title = _("days left")


class Restriction(Record):
    """One period at one level: a row each time it is set, renewed or ended."""

    community = models.ForeignKey(
        Community,
        on_delete=models.CASCADE,
        related_name="restrictions",
        verbose_name=_("community"),
    )
    level = models.CharField(_("management level"), max_length=8, choices=Level)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    basis = models.CharField(_("legal basis"), max_length=200)
    reason = models.TextField(_("reason"), max_length=1000)

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.community} · {self.get_level_display()} · {self.since}"


class Service(Record):
    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, related_name="services", verbose_name=_("community")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ServiceKind)
    date = models.DateField(_("date"))
    provider = models.CharField(_("provider"), max_length=120)
    households = models.PositiveIntegerField(_("households served"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("service to residents")
        verbose_name_plural = _("services to residents")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.community} · {self.get_kind_display()} · {self.date}"


class Request(Record):
    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, related_name="requests", verbose_name=_("community")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind)
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"), max_length=2000)
    contact = models.CharField(_("who asked"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.ASKED, editable=False
    )
    answer_due = models.DateField(_("answer due"))
    answer = models.TextField(_("answer"), max_length=2000, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("request or complaint")
        verbose_name_plural = _("requests and complaints")
        ordering = ["answer_due", "pk"]

    def __str__(self) -> str:
        return self.subject
