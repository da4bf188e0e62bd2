"""Goods, depots and stocks; request, commitment, shipment and receipt are four records."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.models import GlobalRecord, Record
from twofronts_office.common.names import Measured, Named
from twofronts_office.supplies.choices import GoodKind, SupplyState

AMOUNT = [MinValueValidator(1), MaxValueValidator(2_000_000_000)]


def _amount(label, **kwargs):
    return models.PositiveIntegerField(
        label, validators=[MaxValueValidator(2_000_000_000)], **kwargs
    )


class Good(Named, Measured, GlobalRecord):
    code = models.CharField(_("code"), max_length=24, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=GoodKind)
    unit = models.CharField(_("unit"), max_length=20)
    unit_en = models.CharField(_("unit in English"), max_length=20, blank=True)
    floor_days = models.PositiveSmallIntegerField(_("days of cover not to fall below"), default=7)

    class Meta:
        verbose_name = _("good")
        verbose_name_plural = _("goods")
        ordering = ["kind", "code"]


class Depot(Named, Record):
    code = models.CharField(_("code"), max_length=24, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("depot")
        verbose_name_plural = _("depots")
        ordering = ["code"]


class StockReport(Record):
    good = models.ForeignKey(
        Good, on_delete=models.PROTECT, related_name="days", verbose_name=_("good")
    )
    depot = models.ForeignKey(
        Depot, on_delete=models.PROTECT, related_name="days", verbose_name=_("depot")
    )
    date = models.DateField(_("date"))
    stock = _amount(_("stock"))
    inbound = _amount(_("inbound a day"), default=0)
    production = _amount(_("production a day"), default=0)
    use = _amount(_("use a day"), default=0)
    price = models.DecimalField(
        _("price (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("stock report")
        verbose_name_plural = _("stock reports")
        ordering = ["-date", "good_id", "depot_id"]
        constraints = [
            models.UniqueConstraint(fields=["good", "depot", "date"], name="stockreport_once")
        ]

    def __str__(self) -> str:
        return f"{self.good} · {self.depot} · {self.date}"

    @property
    def cover_days(self) -> float | None:
        """Days until the stock is gone at the present net use; None when it does not shrink."""
        net = self.use - self.inbound - self.production
        return round(self.stock / net, 1) if net > 0 else None

    cover_days.fget.title = _("days of cover")


class SupplyRequest(Record):
    good = models.ForeignKey(Good, on_delete=models.PROTECT, verbose_name=_("good"))
    asked_by = models.CharField(_("asked by"), max_length=120)
    amount = models.PositiveIntegerField(_("amount"), validators=AMOUNT)
    cover_days = models.PositiveSmallIntegerField(_("days of cover left"), default=0)
    needed_by = models.DateField(_("needed by"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SupplyState,
        default=SupplyState.REQUESTED,
        editable=False,
    )

    class Meta:
        verbose_name = _("supply request")
        verbose_name_plural = _("supply requests")
        ordering = ["needed_by", "pk"]

    def __str__(self) -> str:
        return f"{self.good} · {self.amount:,} · {self.asked_by}"


class Commitment(Record):
    request = models.ForeignKey(
        SupplyRequest,
        on_delete=models.PROTECT,
        related_name="commitments",
        verbose_name=_("supply request"),
    )
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, verbose_name=_("depot"))
    amount = models.PositiveIntegerField(_("amount"))
    reasons = models.JSONField(_("reasons"), default=list)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SupplyState,
        default=SupplyState.PROMISED,
        editable=False,
    )

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.request} ← {self.depot}"


class Shipment(Record):
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("commitment")
    )
    amount = models.PositiveIntegerField(_("amount"))
    plate = models.CharField(_("number plate"), max_length=16)
    left_at = models.DateTimeField(_("left"))

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.commitment} · {self.plate}"


class Receipt(Record):
    shipment = models.OneToOneField(
        Shipment, on_delete=models.PROTECT, related_name="receipt", verbose_name=_("shipment")
    )
    amount = models.PositiveIntegerField(_("amount received"))
    received_at = models.DateTimeField(_("received"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.shipment} · {timezone.localtime(self.received_at):%Y-%m-%d %H:%M}"
