"""A filing takes effect when it is received, and nobody else is needed for anything that follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from twofronts_office.common.domain.records import Refused
from twofronts_office.common.models import StateChange
from twofronts_office.enterprises import domain
from twofronts_office.enterprises.choices import (
    CHECKLIST,
    EFFECTIVE,
    ENTERPRISE_MOVES,
    FilingState,
)
from twofronts_office.enterprises.models import DailyStaff, Enterprise, Filing, Inspection
from twofronts_office.enterprises.queries.rates import rates
from twofronts_office.enterprises.uscc import check_character, is_valid

from . import build

DECLARED = {
    "resume_on": build.today(),
    "staff_planned": 20,
    "risk_staff": 0,
    "mask_days": 7,
    "thermometers": 2,
    "lead_name": "Lead",
    "lead_phone": "025",
    "plan": "",
    "committed": True,
}


def file(enterprise, **changes):
    checklist = dict.fromkeys(CHECKLIST, True)
    return domain.file_resumption(
        enterprise=enterprise,
        declared=DECLARED | changes.pop("declared", {}),
        checklist=checklist,
        **changes,
    )


def own(city) -> Enterprise:
    return city.row("enterprises")


def test_filing_is_effective_on_receipt_without_a_second_person(city, everything):
    one = own(city)
    filing = file(one)
    one.refresh_from_db()
    assert one.state == FilingState.FILED
    assert one.state in EFFECTIVE
    assert one.effective_since == build.today()
    assert filing.number.startswith("BA")
    change = StateChange.objects.get(register="enterprises.enterprise", object_id=one.pk)
    assert (change.before, change.after, change.by) == ("none", "filed", None)


def test_no_state_waits_for_a_yes():
    """From every state the enterprise itself has a way on, or the office has already ended it."""
    reached = {s for to in ENTERPRISE_MOVES.values() for s in to}
    assert not [s for s in reached if "approv" in s or "pending" in s or "wait" in s]
    assert set(ENTERPRISE_MOVES[FilingState.NONE]) == {FilingState.FILED}
    for state in (FilingState.FILED, FilingState.CORRECTING):
        assert FilingState.OPERATING in ENTERPRISE_MOVES[state]


def test_first_report_puts_into_operation_and_a_second_replaces(city, everything):
    one = own(city)
    DailyStaff._base_manager.filter(enterprise=one).delete()
    file(one)
    day = build.today()
    first = domain.report_day(enterprise=one, day=day, present=10, capacity_pct=30)
    one.refresh_from_db()
    assert (one.state, one.present_staff) == (FilingState.OPERATING, 10)
    second = domain.report_day(enterprise=one, day=day, present=12, capacity_pct=35)
    assert second.pk == first.pk
    assert [h.present for h in second.history.order_by("history_id")] == [10, 12]


def test_same_form_sent_twice_is_one_filing(city, everything):
    one = own(city)
    assert file(one, once="key").pk == file(one, once="key").pk


def test_commitment_is_needed(city, everything):
    with pytest.raises(Refused):
        file(own(city), declared={"committed": False})


def test_receipt_numbers_are_unique(city, everything):
    one = own(city)
    numbers = [file(one).number for _ in range(25)]
    assert len(set(numbers)) == 25


def test_suspension_correction_and_lifting(city, everything):
    one, clerk = own(city), build.user("industry_east")
    file(one)
    inspection = city.row("inspections")
    domain.conclude_inspection(
        inspection=inspection, passed=False, findings="No masks", correct_by=build.today(), by=clerk
    )
    one.refresh_from_db()
    assert one.state == FilingState.CORRECTING
    domain.answer_correction(inspection=inspection, answer="Bought")
    one.refresh_from_db()
    assert one.state == FilingState.OPERATING, "the enterprise's own act is enough"
    domain.suspend(enterprise=one, by=clerk, reason="Cluster")
    with pytest.raises(Refused):
        file(one)
    domain.lift_suspension(enterprise=one, by=clerk, reason="Cleaned")
    one.refresh_from_db()
    assert one.state == FilingState.OPERATING


def test_draw_repeats_and_prefers_risk(city):
    clerk = build.user("industry_city")
    Inspection._base_manager.all().delete()
    made = []
    for i in range(40):
        one = Enterprise(
            uscc=build.code(1000 + i), name=f"N{i}", area_id=build.EAST, sector="F",
            insured_staff=50, state="operating", mask_days=0 if i < 8 else 14,
            risk_staff=10 if i < 8 else 0,
        )  # fmt: skip
        one.save()
        made.append(one.pk)
    due = build.today() + timedelta(days=2)
    kwargs = {"n": 8, "due": due, "area": build.EAST[:6], "seed": 7, "by": clerk}
    first = [i.enterprise_id for i in domain.draw_inspections(**kwargs)]
    assert not {i.enterprise_id for i in domain.draw_inspections(**kwargs)} & set(first)
    Inspection._base_manager.all().delete()
    again = [i.enterprise_id for i in domain.draw_inspections(**kwargs)]
    assert again == first
    assert sum(pk in made[:8] for pk in first) >= 5


def test_three_rates_are_three(city, everything):
    one = own(city)
    DailyStaff._base_manager.all().delete()
    domain.report_day(enterprise=one, day=build.today(), present=25, capacity_pct=10)
    whole = rates(day=build.today())[0]
    assert (whole.n_enterprises, whole.n_open) == (2, 1)
    assert whole.resumption_rate == 0.5
    assert whole.staff_return_rate == 25 / 300
    assert whole.capacity_rate == pytest.approx(10 / 300)
    by = {r.key: r for r in rates(day=build.today(), by="district")}
    assert by["990101"].staff_return_rate == 0.25
    assert by["990102"].resumption_rate == 0


def test_check_character():
    assert check_character("91350100M000100Y4") == "3"  # the example of GB 32100-2015, Annex A
    assert is_valid("91350100M000100Y43")
    assert not is_valid("91350100M000100Y44")
    assert not is_valid("91350100m000100y43")
    assert not is_valid("913501")


def post_data(**changes):
    data = {k: v for k, v in DECLARED.items() if k != "committed"} | {"committed": "on"}
    data |= {
        "uscc": build.code(77),
        "name": "New works",
        "area": build.EAST,
        "sector": "F",
        "insured_staff": 30,
        "once": "one-time-key",
    }
    return data | changes


def test_public_filing_to_receipt_report_and_need(db, city):
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/public/file/", post_data())
    assert answer.status_code == 302
    link = answer["Location"]
    filing = Filing._base_manager.get(enterprise__uscc=build.code(77))
    assert filing.token in link
    page = client.get(link)
    assert filing.number in page.content.decode()
    pdf = client.get(f"{link}pdf/")
    assert pdf.content.startswith(b"%PDF")
    day = build.today().isoformat()
    sent = client.post(
        f"{link}report/",
        {"date": day, "present": 9, "ill": 0, "quarantined": 0, "capacity_pct": 40},
    )
    assert sent.status_code == 302
    enterprise = Enterprise._base_manager.get(pk=filing.enterprise_id)
    assert (enterprise.state, enterprise.present_staff) == ("operating", 9)
    asked = client.post(
        f"{link}ask/",
        {"kind": "labour", "item": "hands", "amount": 3, "unit": "persons", "needed_by": day},
    )
    assert asked.status_code == 302
    seen = client.get(f"/public/verify/?code={filing.code}").content.decode()
    assert "Genuine" in seen
    assert "Lead" not in seen, "nothing personal is shown to who verifies"
    client.post(f"{link}withdraw/", {"reason": ""})
    assert "Withdrawn" in client.get(f"/public/verify/?code={filing.code}").content.decode()


def test_a_stranger_takes_over_no_filing_in_force(city):
    """The code of an enterprise is no secret; the link of its receipt is its key."""
    client = Client(headers={"accept-language": "en"})
    link = client.post("/public/file/", post_data())["Location"]
    held = Filing._base_manager.get(enterprise__uscc=build.code(77))
    taken = client.post("/public/file/", post_data(once="another", lead_name="Stranger"))
    assert taken.status_code == 422
    assert "has a filing in force" in taken.content.decode()
    assert held.token not in taken.content.decode()
    assert Filing._base_manager.filter(enterprise=held.enterprise).count() == 1
    held.enterprise.refresh_from_db()
    assert held.enterprise.lead_name != "Stranger"
    fresh = client.post(f"{link}file/", post_data(once="third", staff_planned=25))
    assert fresh.status_code == 302, "whoever holds the link files anew"
    assert fresh["Location"] != link
    assert Filing._base_manager.filter(enterprise=held.enterprise).count() == 2
    client.post(f"{link}withdraw/", {"reason": ""})
    assert client.post("/public/file/", post_data(once="fourth")).status_code == 302


def test_a_known_enterprise_keeps_what_the_register_holds(city):
    one = own(city)
    Filing._base_manager.filter(enterprise=one).update(withdrawn_at=timezone.now())
    Client().post("/public/file/", post_data(uscc=one.uscc, name="Somebody else", insured_staff=9))
    one.refresh_from_db()
    assert (one.name, one.insured_staff) == ("Works 1", 100)


def test_public_pages_are_limited(city, settings):
    settings.PUBLIC_RATE = 3
    client = Client()
    codes = [client.post("/public/file/", {}).status_code for _ in range(5)]
    assert codes == [422, 422, 422, 429, 429]


def test_form_of_a_new_enterprise_sent_twice_at_once_is_one_filing(city, everything):
    """Both have looked and found nothing before either has written."""
    code = "91320106123456789"
    code += check_character(code)
    who = {
        "uscc": code,
        "name": "新企业",
        "area_id": own(city).area_id,
        "sector": "F",
        "insured_staff": 30,
    }
    two = [domain.enterprise_of(**who) for _ in range(2)]
    receipts = {file(one, once="twin").number for one in two}
    assert len(receipts) == 1
    assert Enterprise._base_manager.filter(uscc=code).count() == 1
    with pytest.raises(Refused):  # another form for the same enterprise, at the same moment
        file(two[1].__class__(**who), once="other")


def test_refused_filing_takes_no_number_and_enters_no_enterprise(city, everything):
    code = "91320106123456780"
    code += check_character(code)
    new = domain.enterprise_of(
        uscc=code, name="新企业", area_id=own(city).area_id, sector="F", insured_staff=30
    )
    before = file(own(city)).number
    with pytest.raises(Refused):
        file(new, declared={"committed": False})
    assert not Enterprise._base_manager.filter(uscc=code).exists()
    assert int(file(own(city)).number[-6:]) == int(before[-6:]) + 1


def test_suspension_that_comes_in_while_a_form_is_sent_is_not_written_over(city, everything):
    one = own(city)
    file(one)
    stale = Enterprise._base_manager.get(pk=one.pk)
    one.refresh_from_db()
    domain.suspend(enterprise=one, by=build.user("industry_east"), reason="Cluster")
    with pytest.raises(Refused):
        file(stale)
    one.refresh_from_db()
    assert one.state == FilingState.SUSPENDED


def test_rows_are_counted_up_from_one_and_each_by_itself(city, everything):
    from twofronts_office.common.domain.limits import prune, spend
    from twofronts_office.common.domain.records import next_number
    from twofronts_office.common.models import RateWindow

    assert [next_number("a"), next_number("a"), next_number("b")] == [1, 2, 1]
    assert [spend(key="k", limit=2) for _ in range(3)] == [True, True, False]
    assert RateWindow.objects.filter(key__startswith="k:", ends_at__gt=timezone.now()).count() == 1
    prune()
    assert RateWindow.objects.filter(key__startswith="k:").exists(), "its minute is not over"
