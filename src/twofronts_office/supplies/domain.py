"""Allocating, shipping, receiving; days of cover."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Avg, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from twofronts_office.common import clock
from twofronts_office.common.domain.records import Refused, move, move_many, note_change
from twofronts_office.supplies.choices import SUPPLY_MOVES, SupplyState
from twofronts_office.supplies.models import (
    Commitment,
    Good,
    Receipt,
    Shipment,
    StockReport,
    SupplyRequest,
)


def latest_stocks(*, rows=None):
    """The newest report of each good and depot within the scope (or the rows given)."""
    rows = StockReport.objects.all() if rows is None else rows
    newest = rows.order_by().values("good_id", "depot_id").annotate(day=Max("date"))
    days = {(r["good_id"], r["depot_id"]): r["day"] for r in newest}
    held = rows.filter(date__in=set(days.values())).select_related("good", "depot", "area")
    return [r for r in held if days[(r.good_id, r.depot_id)] == r.date]


def cover(*, rows=None) -> list[dict]:
    """Days of cover of each good over all depots: stock / (use - inbound - production)."""
    totals: dict[int, dict] = {}
    for r in latest_stocks(rows=rows):
        t = totals.setdefault(
            r.good_id, {"good": r.good, "stock": 0, "use": 0, "coming": 0, "date": r.date}
        )
        t["stock"] += r.stock
        t["use"] += r.use
        t["coming"] += r.inbound + r.production
        t["date"] = max(t["date"], r.date)
    prices = _prices(rows)
    for t in totals.values():
        t["price"], t["price_step"] = prices.get(t["good"].pk, (None, None))
        net = t["use"] - t["coming"]
        t["cover_days"] = round(t["stock"] / net, 1) if net > 0 else None
        t["short"] = t["cover_days"] is not None and t["cover_days"] < t["good"].floor_days
    return sorted(totals.values(), key=lambda t: (t["cover_days"] is None, t["cover_days"] or 0))


PRICE_DAYS = 7


def _prices(rows=None) -> dict[int, tuple]:
    """Of each good the mean price over depots on its newest day, and its change over a week."""
    rows = StockReport.objects.all() if rows is None else rows
    priced = rows.exclude(price=None).order_by()
    last = priced.aggregate(d=Max("date"))["d"]
    if last is None:
        return {}
    by_good: dict[int, dict[date, Decimal]] = {}
    recent = priced.filter(date__gte=last - timedelta(days=2 * PRICE_DAYS))
    for r in recent.values("good_id", "date").annotate(mean=Avg("price")):
        by_good.setdefault(r["good_id"], {})[r["date"]] = r["mean"]
    found = {}
    for good, days in by_good.items():
        newest = max(days)
        before = [d for d in days if newest - timedelta(days=PRICE_DAYS) <= d < newest]
        change = 100 * (float(days[newest]) / float(days[min(before)]) - 1) if before else None
        said = f"{change:+.1f}%" if change is not None else None
        found[good] = (f"{days[newest]:.2f}", said)
    return found


def _spoken_for(stocks: list[StockReport]) -> dict[tuple[int, int], int]:
    """What is promised from each depot, and what left it since its stock was reported."""
    goods = {s.good_id for s in stocks}
    rows = Commitment._base_manager.filter(request__good_id__in=goods)
    held: dict[tuple[int, int], int] = {}
    waiting = rows.filter(state=SupplyState.PROMISED).order_by()
    for r in waiting.values("request__good_id", "depot_id").annotate(n=Sum("amount")):
        held[r["request__good_id"], r["depot_id"]] = r["n"]
    counted = {(s.good_id, s.depot_id): s.date for s in stocks}
    gone = Shipment._base_manager.filter(
        commitment__request__good_id__in=goods,
        left_at__date__gt=min(counted.values(), default=clock.today()),
    ).select_related("commitment__request")
    for one in gone:
        key = (one.commitment.request.good_id, one.commitment.depot_id)
        if key in counted and timezone.localtime(one.left_at).date() > counted[key]:
            held[key] = held.get(key, 0) + one.amount
    return held


@transaction.atomic
def allocate(*, area: str, by=None) -> list[Commitment]:
    """Share what is in the depots among the open requests of an area (prefix)."""
    from twofronts_office.supplies import allocation  # the solver is large; few workers allocate

    requests = list(
        SupplyRequest._base_manager.filter(state=SupplyState.REQUESTED, area__code__startswith=area)
    )
    goods = {r.good_id for r in requests}
    rows = StockReport._base_manager.filter(good_id__in=goods, area__code__startswith=area)
    newest = latest_stocks(rows=rows)
    held = _spoken_for(newest)
    stocks = [
        allocation.Stock(s.depot_id, s.good_id,
                         max(0, s.stock - held.get((s.good_id, s.depot_id), 0)), s.area_id)
        for s in newest
    ]  # fmt: skip
    asks = [allocation.Ask(r.pk, r.good_id, r.amount, r.area_id, r.cover_days) for r in requests]
    by_pk = {r.pk: r for r in requests}
    made = [
        Commitment(
            request_id=share.ask, depot_id=share.depot, area_id=by_pk[share.ask].area_id,
            amount=share.amount, reasons=[list(r) for r in share.reasons],
        )
        for share in allocation.allocate(asks, stocks)
    ]  # fmt: skip
    bulk_create_with_history(made, Commitment, batch_size=500, default_date=clock.now())
    promised = [by_pk[pk] for pk in sorted({m.request_id for m in made})]
    move_many(rows=promised, to=SupplyState.PROMISED, by=by, allowed=SUPPLY_MOVES)
    return made


@transaction.atomic
def ship(*, commitment: Commitment, plate: str, by) -> Shipment:
    move(obj=commitment, to=SupplyState.SHIPPED, by=by, allowed=SUPPLY_MOVES, reason=plate)
    row = Shipment(
        commitment=commitment,
        area_id=commitment.area_id,
        amount=commitment.amount,
        plate=plate,
        left_at=clock.now(),
    )
    row.save()
    request = commitment.request
    if request.state == SupplyState.PROMISED:
        move(obj=request, to=SupplyState.SHIPPED, by=by, allowed=SUPPLY_MOVES)
    return row


@transaction.atomic
def receive(*, shipment: Shipment, amount: int, note: str, by) -> Receipt:
    """Record what arrived; a difference to what was shipped has to be explained."""
    if Receipt._base_manager.filter(shipment=shipment).exists():
        raise Refused(_("This shipment was received already."))
    if amount != shipment.amount and not note.strip():
        raise Refused(_("It was shipped as %s: explain the difference.") % shipment.amount)
    row = Receipt(
        shipment=shipment, area_id=shipment.area_id, amount=amount, note=note,
        received_at=clock.now(),
    )  # fmt: skip
    row.save()
    commitment = shipment.commitment
    move(obj=commitment, to=SupplyState.RECEIVED, by=by, allowed=SUPPLY_MOVES, reason=note)
    request = commitment.request
    left = Commitment._base_manager.filter(request=request).exclude(state=SupplyState.RECEIVED)
    if not left.exists() and request.state == SupplyState.SHIPPED:
        move(obj=request, to=SupplyState.RECEIVED, by=by, allowed=SUPPLY_MOVES)
    note_change(obj=row, before="", after="received", by=by, reason=note)
    return row


def goods_short() -> list[Good]:
    return [t["good"] for t in cover(rows=StockReport._base_manager.all()) if t["short"]]
