"""The small city of the office's tests: two districts, everybody in the first, nobody elsewhere."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from twofronts_office.alerts.models import EarlyWarning
from twofronts_office.areas.models import Area
from twofronts_office.bridge.rulebooks import builtin
from twofronts_office.care.models import BedReport, Hospital, Transfer
from twofronts_office.checkpoints.models import Checkpoint, FreightPass, Passage
from twofronts_office.common.choices import Role
from twofronts_office.common.register import REGISTERS
from twofronts_office.communities.models import Community, Request, Restriction, Service
from twofronts_office.directives.models import Directive, Item
from twofronts_office.effects.models import Change
from twofronts_office.enterprises.choices import CHECKLIST
from twofronts_office.enterprises.models import (
    DailyStaff,
    Enterprise,
    Filing,
    FilingCondition,
    Inspection,
)
from twofronts_office.enterprises.uscc import check_character
from twofronts_office.indicators.models import Alert, Indicator, Reading
from twofronts_office.meetings.models import Decision, Meeting, Task
from twofronts_office.needs.models import Fulfilment, Match, Need, Offer
from twofronts_office.people.models import RoleGrant, User
from twofronts_office.plans.models import Plan, SavedRulebook
from twofronts_office.reports.models import Case, Contact, DailyReport, FollowUp, Publication
from twofronts_office.supplies.models import (
    Commitment,
    Depot,
    Good,
    Receipt,
    Shipment,
    StockReport,
    SupplyRequest,
)

CITY, EAST, WEST = "990100000000", "990101000000", "990102000000"
STREET = "990101001000"
ROLES = [r.value for r in Role]


def code(number: int, district: str = "990101") -> str:
    first = f"91{district}{number:09d}"
    return first + check_character(first)


def today() -> date:
    return timezone.localdate()


def user(username: str) -> User:
    return User.objects.get(username=username)


class City:
    """Rows of the east (``own``) and of the west (``other``) by register slug."""

    city, east, west, street = CITY, EAST, WEST, STREET

    def row(self, slug: str, where: str = "east"):
        return row_of(slug, where)


def row_of(slug: str, where: str):
    model = REGISTERS[slug].model
    if slug == "areas":
        return model._base_manager.get(pk=EAST if where == "east" else WEST)
    if slug == "people":
        return user(f"industry_{where}")
    rows = model._base_manager.order_by("pk")
    if hasattr(model, "area_id"):
        rows = rows.filter(area_id=EAST if where == "east" else WEST)
    return rows.first()


def city() -> None:
    from twofronts_office.common.scope import system_scope

    with system_scope():
        for pk, en, zh, level in (
            (CITY, "Test City", "测试市", "city"),
            (EAST, "East", "东区", "district"),
            (WEST, "West", "西区", "district"),
            (STREET, "East Street", "东街道", "street"),
        ):
            Area(code=pk, name_en=en, name_zh=zh, level=level, population=100_000).save()
        _people()
        for where, i in ((EAST, 1), (WEST, 2)):
            _rows(where, i)
            _decided(where)
        _grants()


def _people() -> None:
    for role in ROLES:
        for place in ("city", "east", "west"):
            User.objects.create_user(username=f"{role}_{place}", password="test")
    User.objects.create_user(username="nobody", password="test")


def _grants() -> None:
    places = {"city": CITY, "east": EAST, "west": WEST}
    firms = {p: Enterprise._base_manager.get(area_id=a) for p, a in list(places.items())[1:]}
    firms["city"] = firms["east"]
    for role in ROLES:
        for place, area in places.items():
            RoleGrant(
                user=user(f"{role}_{place}"), role=role, area_id=area, since=date(2020, 1, 1),
                enterprise=firms[place] if role == "enterprise" else None,
            ).save()  # fmt: skip


def _rows(area: str, i: int) -> None:
    day, now = today(), timezone.now()
    one = Enterprise(
        uscc=code(i), name=f"Works {i}", area_id=area, sector="C6", insured_staff=100 * i,
        lead_name="Lead Person", lead_phone="0250000",
    )  # fmt: skip
    one.save()
    Filing(
        enterprise=one, area_id=area, number=f"BA-{i}", received_at=now, resume_on=day,
        staff_planned=50, lead_name="Lead Person", lead_phone="0250000", committed=True,
        checklist=dict.fromkeys(CHECKLIST, True),
    ).save()  # fmt: skip
    Inspection(enterprise=one, area_id=area, due=day, reason="drawn").save()
    DailyStaff(enterprise=one, area_id=area, date=day, present=40 * i, capacity_pct=50).save()
    DailyReport(
        area_id=area, date=day - timedelta(days=1), new_confirmed=i, cum_confirmed=10
    ).save()
    case = Case(area_id=area, number=f"K-{i}", name="Zhang San", phone="139000", onset_on=day)
    case.save()
    contact = Contact(
        area_id=area, number=f"L-{i}", case=case, name="Li Si", kind="work",
        last_exposure=day - timedelta(days=14),  # observation ends today
    )  # fmt: skip
    contact.save()
    FollowUp(area_id=area, contact=contact, date=day, temperature="36.5").save()
    hospital = Hospital(
        area_id=area,
        code=f"H{i}",
        name_zh="医院",
        name_en=f"Hospital {i}",
        kind="general",
        beds=100,
    )
    hospital.save()
    other = Hospital(
        area_id=area, code=f"H{i}b", name_zh="医院乙", name_en=f"Second {i}", kind="clinic", beds=10
    )
    other.save()
    BedReport(
        hospital=hospital, area_id=area, date=day, baseline=100, available=5, within_24h=9
    ).save()
    Transfer(
        area_id=area, number=f"T{i}", patient="Wang Wu", origin=hospital, destination=other,
        reason="worse",
    ).save()  # fmt: skip
    community = Community(area_id=area, code=f"Q{i}", name_zh="社区", name_en=f"Community {i}")
    community.save()
    Restriction(
        community=community, area_id=area, level="managed", since=day, basis="law", reason="cases"
    ).save()
    Service(
        community=community, area_id=area, kind="delivery", date=day, provider="X", households=3
    ).save()
    Request(
        community=community, area_id=area, kind="request", subject="Pass", text="Please",
        contact="Zhao Liu", answer_due=day,
    ).save()  # fmt: skip
    checkpoint = Checkpoint(
        area_id=area, code=f"P{i}", name_zh="卡口", name_en=f"Gate {i}", tier="inner"
    )
    checkpoint.save()
    Passage(checkpoint=checkpoint, area_id=area, date=day, screened=10).save()
    FreightPass(
        area_id=area, plate="A1", enterprise=one, goods="Masks", route="A-B", valid_from=day,
        valid_until=day,
    ).save()  # fmt: skip
    need = Need(
        enterprise=one, area_id=area, kind="labour", item="hands", amount=10, unit="persons",
        needed_by=day,
    )  # fmt: skip
    need.save()
    offer = Offer(
        enterprise=one, provider="Supplier", area_id=area, kind="labour", item="hands", amount=10,
        unit="persons", available_on=day,
    )  # fmt: skip
    offer.save()
    match = Match(need=need, offer=offer, area_id=area, amount=5)
    match.save()
    Fulfilment(match=match, area_id=area, date=day, amount=1, evidence="seen").save()
    good = Good(
        code=f"g{i}", name_zh="口罩", name_en=f"Masks {i}", kind="protective", unit="pieces"
    )
    good.save()
    depot = Depot(area_id=area, code=f"D{i}", name_zh="库", name_en=f"Depot {i}")
    depot.save()
    StockReport(good=good, depot=depot, area_id=area, date=day, stock=100, use=30).save()
    ask = SupplyRequest(area_id=area, good=good, asked_by="Ward", amount=50, needed_by=day)
    ask.save()
    promise = Commitment(request=ask, depot=depot, area_id=area, amount=50)
    promise.save()
    shipment = Shipment(commitment=promise, area_id=area, amount=50, plate="A1", left_at=now)
    shipment.save()
    Receipt(shipment=shipment, area_id=area, amount=50, received_at=now).save()
    Task(area_id=area, title=f"Task {i}", department="health", due=day).save()
    EarlyWarning(
        area_id=area, kind="report", subject=f"{area}-{day}", role="health", urgency="act",
        text_zh="缺报", text_en="Missing", todo_zh="补报", todo_en="Send it", since=day,
    ).save()  # fmt: skip
    if i == 1:
        indicator = Indicator(
            code="x", name_zh="指标", name_en="Indicator", theme="jobs", unit="%", direction="more",
            bottom_line=50,
        )  # fmt: skip
        indicator.save()
        Reading(indicator=indicator, date=day, value=60).save()
        Alert(indicator=indicator, date=day, value=40, bottom_line=50).save()
        meeting = Meeting(title="Meeting", held_at=now.replace(microsecond=0))
        meeting.save()
        Decision(meeting=meeting, line="traffic", text="Keep roads open").save()
        directive = Directive(
            title="Directive", text="T", cleaned="T", language="en", issued_on=day
        )
        directive.save()
        Item(
            directive=directive, position=1, line="traffic", text="Open roads", original="O"
        ).save()
        Plan(title="Plan", kind="play", rulebooks="held").save()
        SavedRulebook(name="Saved", toml=builtin("held")).save()
        Publication(date=day, by=user("office_city"), text_zh="文", text_en="text").save()


def _decided(area: str) -> None:
    """What a decision proposes for the area, and a condition of an earlier one."""
    day, community = today(), Community._base_manager.get(area_id=area)
    Change(
        area_id=area, decision=Decision._base_manager.get(), kind="community", community=community,
        measure="community", before="open", planned="managed", basis="law", answer_by=day,
        until=day + timedelta(days=9),
    ).save()  # fmt: skip
    FilingCondition(
        area_id=area, group="services", part="cap", cap_pct=100, basis="law", since=day, until=day
    ).save()


def clear() -> None:
    """Nothing to do: the test database is dropped."""
