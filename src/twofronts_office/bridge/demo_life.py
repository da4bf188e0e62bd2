"""What a few days of use leave in the demonstration's other registers; all of it invented.

Everything goes through the verbs that people use, so that histories and steps are there to be seen.
"""

from __future__ import annotations

from datetime import date, timedelta

from twofronts_office.areas.models import Area
from twofronts_office.bridge.rulebooks import builtin
from twofronts_office.care import domain as care
from twofronts_office.care.choices import HospitalKind, TransferState
from twofronts_office.care.models import BedReport, Hospital, Transfer
from twofronts_office.checkpoints.models import FreightPass
from twofronts_office.common import clock
from twofronts_office.effects import domain as effects
from twofronts_office.effects.choices import ChangeKind
from twofronts_office.effects.models import Change
from twofronts_office.enterprises.choices import FilingState
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.needs import domain as needs
from twofronts_office.people.models import User
from twofronts_office.plans.models import SavedRulebook
from twofronts_office.reports.domain import publish
from twofronts_office.reports.models import Case, Contact, FollowUp
from twofronts_office.supplies import domain as supplies
from twofronts_office.supplies.models import Good, StockReport

LAST = date(2020, 2, 18)
CITY_PREFIX = "3201"


def _who(name: str) -> User:
    return User.objects.get(username=name)


def make_life(luck) -> None:
    """Fill what is left; comes after everything else of the demonstration."""
    _beds(luck)
    _clinics()
    _transfers(luck)
    _follow_up(luck)
    _passes(luck)
    _desk()
    _supplies()
    _prices(luck)
    _rulebook()
    for change in Change._base_manager.filter(kind=ChangeKind.FILING)[:1]:
        effects.confirm(change=change, by=_who("industry"), reason="按2月18日调度会决定")
    publish(day=LAST, by=_who("office"))


def _beds(luck) -> None:
    """Three days of the designated hospital and of the largest of each district."""
    rows = []
    areas = Area._base_manager.filter(level="district").order_by("code")
    for hospital in (
        *Hospital._base_manager.filter(kind=HospitalKind.DESIGNATED),
        *(Hospital._base_manager.filter(area=a).order_by("-beds").first() for a in areas),
    ):
        if hospital is None:
            continue
        free = hospital.beds // 5
        for i in range(3):
            now = max(0, free - luck.randrange(0, free // 2 + 1))
            rows.append(
                BedReport(
                    hospital=hospital, area_id=hospital.area_id, date=LAST - timedelta(days=i),
                    baseline=hospital.beds, available=now,
                    within_24h=now + luck.randrange(0, free // 3 + 1),
                    isolation=hospital.designated_beds // 4, icu=hospital.icu_beds // 3,
                    staff=hospital.staff // 2,
                )
            )  # fmt: skip
    for row in {(r.hospital_id, r.date): r for r in rows}.values():
        row.save()


def _clinics() -> None:
    """One clinic suspended, one that is being checked, one that reopened by the list."""
    lead = _who("health_lead")
    rows = Hospital._base_manager.filter(kind=HospitalKind.GENERAL).order_by("-beds", "code")
    for i, hospital in enumerate(rows[3:6]):
        care.suspend(hospital=hospital, by=lead, reason="口腔科、眼科等门诊暂停")
        if i > 0:
            care.start_check(hospital=hospital, by=lead)
        if i > 1:
            points = dict.fromkeys(care.REOPENING, True)
            care.reopen(hospital=hospital, checklist=points, by=lead)


def _transfers(luck) -> None:
    """Patients to the designated hospital, each further on its way than the one before."""
    way = (TransferState.ACCEPTED, TransferState.TRANSIT, TransferState.ARRIVED)
    there = Hospital._base_manager.filter(kind=HospitalKind.DESIGNATED).order_by("code").first()
    lead = _who("health_lead")
    cases = Case._base_manager.filter(outcome="treated").order_by("pk")[:4]
    for i, case in enumerate(cases):
        origin = Hospital._base_manager.filter(area_id=case.area_id).exclude(pk=there.pk).first()
        row = Transfer(
            number=f"ZY-{i + 1:03d}", patient=case.name, case=case, area_id=case.area_id,
            origin=origin, destination=there, intensive=luck.random() < 0.3, reason="集中收治",
        )  # fmt: skip
        row.save()
        for to in way[:i]:
            care.move_transfer(transfer=row, to=to, by=lead)


def _follow_up(luck) -> None:
    """Morning temperatures of contacts under observation, the last two days."""
    rows = Contact._base_manager.filter(state="observation", release_due__gt=clock.today())
    for contact in rows.order_by("pk")[:40]:
        for i in range(2):
            FollowUp(
                contact=contact, area_id=contact.area_id, date=LAST - timedelta(days=i),
                temperature=f"{luck.uniform(36.1, 37.1):.1f}",
            ).save()  # fmt: skip


def _passes(luck) -> None:
    firms = Enterprise._base_manager.filter(state=FilingState.OPERATING, sector="G").order_by("pk")
    account = Enterprise._base_manager.filter(state=FilingState.OPERATING, area_id="320106000000")
    for i, one in enumerate((*account.order_by("pk")[:1], *firms[:11])):
        FreightPass(
            area_id=one.area_id, plate=f"苏A{luck.randrange(10000, 99999)}", enterprise=one,
            goods=luck.choice(["口罩原料", "蔬菜", "医用酒精", "饲料"]),
            route=luck.choice(["南京—马鞍山", "南京—镇江", "南京—滁州"]),
            valid_from=LAST, valid_until=LAST + timedelta(days=3 + i % 7),
        ).save()  # fmt: skip


def _desk() -> None:
    """The solver's proposals; some accepted, one of them delivered in part."""
    industry = _who("industry")
    made = needs.match_open(area=CITY_PREFIX, by=industry)
    for match in made[:4]:
        needs.accept(match=match, by=industry)
    if made and made[0].amount > 1:
        needs.fulfil(
            match=made[0], amount=made[0].amount // 2, day=LAST, evidence="首批已到厂", by=industry
        )


def _supplies() -> None:
    """The solver's shares; some left the depot, one arrived."""
    bureau = _who("supplies")
    made = supplies.allocate(area=CITY_PREFIX, by=bureau)
    sent = [supplies.ship(commitment=c, plate=f"苏A{i:05d}", by=bureau) for i, c in
            enumerate(made[:3], 1)]  # fmt: skip
    if sent:
        supplies.receive(shipment=sent[0], amount=sent[0].amount, note="", by=bureau)


def _prices(luck) -> None:
    """A week of prices of daily goods, beside the stocks that the city's folder gives."""
    yuan = {"grain": 5.2, "meat": 58.0, "vegetables": 7.4, "eggs": 9.6, "fuel": 6.9}
    for good in Good._base_manager.filter(code__in=yuan):
        held = StockReport._base_manager.filter(good=good).order_by("-date").first()
        if held is None:
            continue
        for i in range(1, 7):
            StockReport(
                good=good, depot_id=held.depot_id, area_id=held.area_id,
                date=held.date - timedelta(days=i), stock=held.stock, inbound=held.inbound,
                production=held.production, use=held.use,
                price=f"{yuan[good.code] * luck.uniform(0.97, 1.06):.2f}",
            ).save()  # fmt: skip
        held.price = f"{yuan[good.code] * luck.uniform(0.97, 1.06):.2f}"
        held.save()


def _rulebook() -> None:
    SavedRulebook(
        name="meeting (demo)", toml=builtin("meeting"), note="2月18日调度会方案（演示）",
        author=_who("analyst"),
    ).save()  # fmt: skip
