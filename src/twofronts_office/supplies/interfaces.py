"""Goods, depots, stocks, requests and what follows them as registers."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm
from twofronts_office.common.register import Panel, Register, Verb, register
from twofronts_office.supplies import domain
from twofronts_office.supplies.choices import SupplyState
from twofronts_office.supplies.models import (
    Commitment,
    Depot,
    Good,
    Receipt,
    Shipment,
    StockReport,
    SupplyRequest,
)


class ShipForm(OfficeForm):
    plate = forms.CharField(label=_("Number plate"), max_length=16)


class ReceiveForm(OfficeForm):
    amount = forms.IntegerField(label=_("Amount received"), min_value=0, max_value=2_000_000_000)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


GOOD = ("code", "name_zh", "name_en", "kind", "unit", "unit_en", "floor_days")
DEPOT = ("code", "name_zh", "name_en", "area", "address")
STOCK = ("good", "depot", "date", "stock", "inbound", "production", "use", "price")
ASK = ("area", "good", "asked_by", "amount", "cover_days", "needed_by", "reason")
register(
    Register(
        model=Good, slug="goods", line="supplies",
        columns=("code", "name", "kind", "unit", "floor_days"),
        fields=GOOD, filters=("kind",), search=("code", "name_zh", "name_en"), key="code",
        imports=GOOD, exports=GOOD, links=(("supplies-cover", _("Days of cover")),),
    )
)  # fmt: skip
register(
    Register(
        model=Depot, slug="depots", line="supplies", columns=("code", "name", "area", "address"),
        fields=DEPOT, filters=("area",), search=("code", "name_zh", "name_en"), key="code",
        imports=DEPOT, exports=DEPOT,
    )
)  # fmt: skip
register(
    Register(
        model=StockReport,
        joins=("good", "depot"),
        slug="stocks",
        line="supplies",
        columns=("date", "good", "depot", "stock", "inbound", "production", "use", "cover_days"),
        fields=STOCK,
        detail=(*STOCK, "cover_days"),
        filters=("area", "good", "date"),
        lookups={"good": "code", "depot": "code"},
        area_from="depot",
        key="good,depot,date",
        imports=STOCK,
        exports=(*STOCK, "cover_days"),
        links=(("supplies-cover", _("Days of cover")),),
    )
)
register(
    Register(
        model=SupplyRequest,
        joins=('good',),
        slug="supply-requests",
        line="supplies",
        columns=("good", "asked_by", "area", "amount", "cover_days", "needed_by", "state"),
        fields=ASK,
        detail=(*ASK, "state"),
        filters=("area", "good", "state", "needed_by"),
        search=("asked_by",),
        keys={"good": "code"},
        key="area,good,asked_by,needed_by",
        imports=ASK,
        exports=(*ASK, "state"),
        links=(("supplies-allocate", _("Allocate what there is")),),
        panels=(
            Panel(
                _("Commitments"), "commitments", "commitments",
                ("depot", "amount", "state", "reasons"),
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Commitment,
        joins=("request__good", "depot"),
        slug="commitments",
        line="supplies",
        columns=("request", "depot", "area", "amount", "state"),
        detail=("request", "depot", "amount", "state", "reasons"),
        filters=("area", "state"),
        exports=("request", "depot", "area", "amount", "state"),
        panels=(Panel(_("Shipments"), "shipments", "shipments", ("plate", "amount", "left_at")),),
        verbs=(
            Verb(
                "ship",
                _("Ship"),
                lambda obj, user, data: domain.ship(commitment=obj, by=user, **data),
                "ship",
                form=ShipForm,
                states=(SupplyState.PROMISED,),
            ),
        ),
    )
)
register(
    Register(
        model=Shipment,
        joins=("commitment__request__good", "commitment__depot"),
        slug="shipments",
        line="supplies",
        columns=("plate", "commitment", "area", "amount", "left_at"),
        detail=("commitment", "amount", "plate", "left_at"),
        filters=("area", "left_at"),
        exports=("commitment", "area", "amount", "plate", "left_at"),
        verbs=(
            Verb(
                "receive",
                _("Record the receipt"),
                lambda obj, user, data: domain.receive(shipment=obj, by=user, **data),
                "receive",
                form=ReceiveForm,
            ),
        ),
    )
)
register(
    Register(
        model=Receipt,
        joins=("shipment__commitment__request__good", "shipment__commitment__depot"),
        slug="receipts",
        line="supplies",
        columns=("received_at", "shipment", "area", "amount", "note"),
        detail=("shipment", "amount", "received_at", "note"),
        filters=("area", "received_at"),
        exports=("shipment", "area", "amount", "received_at", "note"),
    )
)


@provider
def due(user, access, today):
    found = []
    if access.may("supplies.shipment", "receive"):
        n = Shipment.objects.filter(receipt=None).count()
        if n:
            link = reverse("commitments-list") + "?state=shipped"
            found.append(Due(_("Shipments to record as received"), link, today, n=n))
    if not access.may("supplies.supplyrequest", "allocate"):
        return found
    rows = SupplyRequest.objects.filter(state=SupplyState.REQUESTED)
    n = rows.count()
    if n:
        late = rows.filter(needed_by__lt=today).exists()
        link = reverse("supply-requests-list") + "?state=requested"
        found.append(Due(_("Supply requests to answer"), link, today, late, n))
    short = [t for t in domain.cover() if t["short"]]
    if short:
        found.append(
            Due(_("Goods below their days of cover"), reverse("supplies-cover"), today, True,
                len(short))
        )  # fmt: skip
    return found
