"""Matching and allocation: exact against plain enumeration, never more than there is."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from itertools import product

import pytest

from twofronts_office.needs import domain as needs
from twofronts_office.needs.matching import Side, _scores, score, solve
from twofronts_office.needs.models import Match, Need, Offer
from twofronts_office.supplies import domain as supplies
from twofronts_office.supplies.allocation import Ask, Stock, allocate, priority
from twofronts_office.supplies.models import Commitment, StockReport, SupplyRequest

from . import build

DAY = date(2020, 2, 19)


def draw(n, luck, *, urgent=False, key=("labour", "hands", "persons"), base=0):
    areas = ["320102001000", "320102002000", "320104001000", "320500000000"]
    return [
        Side(
            pk=base + i, key=key, amount=luck.randrange(1, 4), area=luck.choice(areas),
            day=DAY + timedelta(days=luck.randrange(0, 6)), urgent=urgent and luck.random() < 0.5,
        )
        for i in range(n)
    ]  # fmt: skip


def plain_best(asked, held) -> int:
    """The best total by trying everything: unit by unit, each unit to one offer or to none."""
    units = [n for n in asked for _ in range(n.amount)]
    best = 0
    for choice in product(range(-1, len(held)), repeat=len(units)):
        if any(choice.count(j) > held[j].amount for j in range(len(held))):
            continue
        total = sum(
            1000 + score(u, held[j])[0] for u, j in zip(units, choice, strict=True) if j >= 0
        )
        best = max(best, total)
    return best


@pytest.mark.parametrize("seed", range(6))
def test_matching_is_as_good_as_trying_everything(seed):
    luck = random.Random(seed)
    asked = draw(2, luck, urgent=True)
    held = draw(3, luck, base=100)
    found = solve(asked, held)
    by_need = {n.pk: n for n in asked}
    by_offer = {o.pk: o for o in held}
    total = sum(f.amount * (1000 + score(by_need[f.need], by_offer[f.offer])[0]) for f in found)
    assert total == plain_best(asked, held)


def test_amounts_are_kept(city):
    luck = random.Random(3)
    asked, held = draw(60, luck), draw(25, luck, base=1000)
    found = solve(asked, held)
    for sides, name in ((asked, "need"), (held, "offer")):
        for s in sides:
            assert sum(f.amount for f in found if getattr(f, name) == s.pk) <= s.amount
    assert solve(asked, held) == found


def test_fast_scores_equal_plain_ones():
    luck = random.Random(5)
    asked, held = draw(20, luck, urgent=True), draw(15, luck, base=100)
    fast = _scores(asked, held)
    for i, n in enumerate(asked):
        for j, o in enumerate(held):
            assert fast[i, j] == score(n, o)[0]


@pytest.mark.slow
def test_five_thousand_needs_and_five_hundred_offers_in_ten_seconds():
    luck = random.Random(1)
    asked, held = draw(5000, luck, urgent=True), draw(500, luck, base=10_000)
    start = time.process_time()
    found = solve(asked, held)
    took = time.process_time() - start
    assert sum(f.amount for f in found) == sum(o.amount for o in held)
    assert took < 10
    asks = [Ask(i, i % 5, luck.randrange(1, 500), "320102000000", luck.randrange(0, 20)) for i in range(5000)]  # fmt: skip
    stocks = [Stock(i, i % 5, luck.randrange(1, 900), "320102000000") for i in range(500)]
    start = time.process_time()
    shares = allocate(asks, stocks)
    assert time.process_time() - start < 10
    assert sum(s.amount for s in shares) <= sum(s.amount for s in stocks)


def test_scarce_goods_are_spread_and_the_short_come_first():
    asks = [Ask(1, 1, 100, "320102000000", 14), Ask(2, 1, 100, "320104000000", 0)]
    shares = allocate(asks, [Stock(1, 1, 100, "320102000000")])
    got = {a.pk: sum(s.amount for s in shares if s.ask == a.pk) for a in asks}
    assert sum(got.values()) == 100
    assert got[2] > got[1] > 0
    assert priority(asks[1]) == 2


def test_desk_from_need_to_fulfilment(city, login):
    clerk = build.user("industry_city")
    Match._base_manager.filter(state="proposed").update(state="declined")
    Need._base_manager.update(state="asked", filled=0)
    Offer._base_manager.update(used=0)
    made = needs.match_open(area="9901", by=clerk)
    assert {m.amount for m in made} == {10}
    match = next(m for m in made if m.need.area_id == build.EAST)
    assert dict(match.reasons)["place"] == "district"
    needs.accept(match=match, by=build.user("enterprise_east"))
    page = login("enterprise_east").post(
        f"/matches/{match.pk}/do/fulfil/", {"amount": 11, "day": build.today(), "evidence": "x"}
    )
    assert page.status_code == 422, "more than the match"
    needs.fulfil(match=match, amount=4, day=build.today(), evidence="bus 1", by=clerk)
    needs.fulfil(match=match, amount=6, day=build.today(), evidence="bus 2", by=clerk)
    need = Need._base_manager.get(pk=match.need_id)
    assert (need.state, need.filled) == ("fulfilled", 10)


def test_declining_gives_the_offer_back(city):
    match = Match._base_manager.filter(area_id=build.EAST).get()
    Offer._base_manager.filter(pk=match.offer_id).update(used=5)
    needs.decline(match=match, by=build.user("enterprise_east"), reason="too late")
    assert Offer._base_manager.get(pk=match.offer_id).used == 0


def test_supply_chain_request_to_receipt(city):
    clerk = build.user("supplies_city")
    Commitment._base_manager.filter(state="promised").update(state="declined")
    made = supplies.allocate(area="9901", by=clerk)
    assert {m.amount for m in made} == {50}
    one = made[0]
    shipment = supplies.ship(commitment=one, plate="苏A", by=clerk)
    with pytest.raises(supplies.Refused):
        supplies.receive(shipment=shipment, amount=49, note="", by=clerk)
    supplies.receive(shipment=shipment, amount=49, note="one box broken", by=clerk)
    request = SupplyRequest._base_manager.get(pk=one.request_id)
    assert request.state in ("shipped", "received")


def test_what_left_since_the_count_is_not_shared_out_again(city):
    """A stock of 100 was reported yesterday; 50 left today and 50 are promised: nothing is left."""
    clerk = build.user("supplies_east")
    report = city.row("stocks")
    type(report)._base_manager.filter(pk=report.pk).update(date=build.today() - timedelta(days=1))
    assert city.row("shipments").amount == 50
    assert city.row("commitments").state == "promised"
    assert supplies.allocate(area="990101", by=clerk) == []
    type(report)._base_manager.filter(pk=report.pk).update(date=build.today())
    made = supplies.allocate(area="990101", by=clerk)
    assert [m.amount for m in made] == [50], "a count of today holds what left today"


def test_days_of_cover(city, everything):
    row = city.row("stocks")
    assert row.cover_days == 3.3
    row.inbound = 40
    assert row.cover_days is None, "a stock that does not shrink has no last day"
    short = {t["good"].code: t for t in supplies.cover(rows=StockReport._base_manager.all())}
    assert short["g1"]["short"] is True
