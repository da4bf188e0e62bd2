"""A request, an offer, a match and a fulfilment are four records."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.models import Record
from twofronts_office.needs.choices import MatchState, NeedKind, NeedState, OfferState

AMOUNT = [MinValueValidator(1), MaxValueValidator(1_000_000_000)]


class Need(Record):
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        on_delete=models.PROTECT,
        related_name="needs",
        verbose_name=_("enterprise"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NeedKind)
    item = models.CharField(_("what"), max_length=80)
    amount = models.PositiveIntegerField(_("amount"), validators=AMOUNT)
    filled = models.PositiveIntegerField(_("fulfilled so far"), default=0, editable=False)
    unit = models.CharField(_("unit"), max_length=20)
    needed_by = models.DateField(_("needed by"))
    text = models.TextField(_("explanation"), max_length=1000, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=NeedState, default=NeedState.OPEN, editable=False
    )

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["needed_by", "pk"]
        indexes = [models.Index(fields=["state", "kind"], name="need_state_kind")]

    def __str__(self) -> str:
        return f"{self.item} · {self.amount:,} {self.unit}"


class Offer(Record):
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offers",
        verbose_name=_("enterprise"),
    )
    provider = models.CharField(_("provider"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=NeedKind)
    item = models.CharField(_("what"), max_length=80)
    amount = models.PositiveIntegerField(_("amount"), validators=AMOUNT)
    used = models.PositiveIntegerField(_("promised so far"), default=0, editable=False)
    unit = models.CharField(_("unit"), max_length=20)
    available_on = models.DateField(_("available from"))
    text = models.TextField(_("explanation"), max_length=1000, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=OfferState, default=OfferState.OPEN, editable=False
    )

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["available_on", "pk"]

    def __str__(self) -> str:
        return f"{self.provider} · {self.item} · {self.amount:,} {self.unit}"


class Match(Record):
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, related_name="matches", verbose_name=_("need")
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, related_name="matches", verbose_name=_("offer")
    )
    amount = models.PositiveIntegerField(_("amount"))
    reasons = models.JSONField(_("reasons"), default=list)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=MatchState,
        default=MatchState.PROPOSED,
        editable=False,
    )

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.need} ← {self.offer.provider}"


class Fulfilment(Record):
    match = models.ForeignKey(
        Match, on_delete=models.PROTECT, related_name="fulfilments", verbose_name=_("match")
    )
    date = models.DateField(_("date"))
    amount = models.PositiveIntegerField(_("amount"))
    evidence = models.CharField(_("evidence"), max_length=300)

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.match} · {self.date}"
