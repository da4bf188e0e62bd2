"""Scope, masking, conflict, history, security log: what every register stands on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes.exceptions import ScopeError

from twofronts_office.common.access import ACCESS, access_of, significant
from twofronts_office.common.domain import personal, security_log
from twofronts_office.common.domain.records import EditConflict, save_version
from twofronts_office.common.models import SecurityEvent
from twofronts_office.common.register import REGISTERS
from twofronts_office.common.scope import office_scope
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.reports import domain as reports
from twofronts_office.reports import persons
from twofronts_office.reports.models import Case, DailyReport

from . import build


def test_significant_digits():
    assert significant("320100000000") == "3201"
    assert significant("320106000000") == "320106"
    assert significant("320106001000") == "320106001"
    assert significant("320106001003") == "320106001003"
    assert significant("110000000000") == "11"


def test_without_a_scope_a_query_raises(city):
    with pytest.raises(ScopeError):
        list(Enterprise.objects.all())


@pytest.mark.parametrize("slug", [s for s, r in REGISTERS.items() if hasattr(r.model, "area_id") and s != "areas"])  # fmt: skip
def test_scope_holds_other_areas_rows_back(city, slug):
    entry = REGISTERS[slug]
    other = city.row(slug, "west")
    if other is None:
        other = city.row(slug, "city")
    role = sorted(ACCESS[entry.label]["view"] - {"enterprise"})[0]
    with office_scope(access_of(build.user(f"{role}_east"))):
        areas = set(entry.model.objects.values_list("area_id", flat=True))
    assert areas <= {build.EAST, build.STREET}
    assert entry.model._base_manager.filter(area_id=build.WEST).exists(), "nothing could leak"


def test_enterprise_sees_itself_only(city, login):
    client = login("enterprise_east")
    own, other = city.row("enterprises"), city.row("enterprises", "west")
    assert client.get(f"/enterprises/{own.pk}/").status_code == 200
    assert client.get(f"/enterprises/{other.pk}/").status_code == 404
    page = client.get("/enterprises/").content.decode()
    assert "Works 1" in page
    assert "Works 2" not in page


def test_several_roles_over_several_areas(city):
    """A role counts over its own area only: industry in the east is not industry in the west."""
    from datetime import date

    from twofronts_office.people.models import RoleGrant

    RoleGrant(user=build.user("industry_east"), role="community", area_id=build.WEST, since=date(2020, 1, 1)).save()  # fmt: skip
    access = access_of(build.user("industry_east"))
    assert access.may("communities.community", "change", city.row("communities", "west"))
    assert not access.may("enterprises.enterprise", "change", city.row("enterprises", "west"))
    assert not access.may("communities.community", "change", city.row("communities"))


def test_personal_data_is_masked_and_each_reading_logged(city, login):
    case = city.row("cases")
    before = SecurityEvent.objects.count()
    masked = login("analyst_city").get(f"/cases/{case.pk}/").content.decode()
    assert "Zhang San" not in masked
    assert "Z***" in masked
    assert not SecurityEvent.objects.filter(number__gt=before, kind="personal.read").exists()
    clear = login("health_east").get(f"/cases/{case.pk}/").content.decode()
    assert "Zhang San" in clear
    read = SecurityEvent.objects.get(number__gt=before, kind="personal.read")
    assert (read.actor, read.subject) == ("health_east", f"reports.case:{case.pk}")


def test_lists_never_show_personal_data(city, login):
    page = login("health_east").get("/cases/").content.decode()
    assert "K-1" in page
    assert "Zhang San" not in page


def test_personal_data_cannot_be_searched_out_of_the_mask(city, login):
    client = login("analyst_city")
    assert "K-1" in client.get("/cases/?q=K-1").content.decode()
    assert "K-1" not in client.get("/cases/?q=Zhang").content.decode()


def test_history_masks_too(city, login):
    page = login("analyst_city").get(f"/cases/{city.row('cases').pk}/history/").content.decode()
    assert "Zhang San" not in page


def test_second_editor_is_told_and_loses_nothing(city, login):
    one = city.row("enterprises")
    first, second = login("industry_east"), login("industry_city")
    data = {
        "uscc": one.uscc, "name": "From the first", "area": build.EAST, "sector": "C6",
        "insured_staff": 100, "risk_staff": 0, "mask_days": 3, "version": one.version,
    }  # fmt: skip
    assert first.post(f"/enterprises/{one.pk}/edit/", data).status_code == 302
    late = data | {"name": "From the second", "mask_days": 9}
    answer = second.post(f"/enterprises/{one.pk}/edit/", late)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this while you were writing" in text
    assert "From the first" in text, "what is stored is shown"
    assert 'value="From the second"' in text, "what was typed is kept"
    one.refresh_from_db()
    assert one.name == "From the first"
    again = late | {"version": one.version}
    assert second.post(f"/enterprises/{one.pk}/edit/", again).status_code == 302
    one.refresh_from_db()
    assert (one.name, one.mask_days) == ("From the second", 9)


def test_conditional_update_lets_one_through(city):
    a = Enterprise._base_manager.get(pk=city.row("enterprises").pk)
    b = Enterprise._base_manager.get(pk=a.pk)
    save_version(obj=a, version=a.version)
    with pytest.raises(EditConflict):
        save_version(obj=b, version=b.version)


def test_row_cannot_be_moved_into_another_area(city, login):
    one = city.row("enterprises")
    data = {
        "uscc": one.uscc, "name": one.name, "area": build.WEST, "sector": "C6",
        "insured_staff": 100, "risk_staff": 0, "mask_days": 3, "version": one.version,
    }  # fmt: skip
    assert login("industry_east").post(f"/enterprises/{one.pk}/edit/", data).status_code == 422
    one.refresh_from_db()
    assert one.area_id == build.EAST


def test_security_log_finds_what_was_done_to_it(db):
    for i in range(5):
        security_log.record(kind="test", actor="a", subject=str(i))
    n, faults = security_log.verify()
    assert faults == []
    last = SecurityEvent.objects.first().number
    assert n == last
    SecurityEvent.objects.filter(number=last - 2).update(actor="somebody else")
    assert any("was changed" in f for f in security_log.verify()[1])
    SecurityEvent.objects.filter(number=last - 2).update(actor="a")
    assert security_log.verify()[1] == []
    SecurityEvent.objects.filter(number=last).delete()
    assert any("its head says" in f for f in security_log.verify()[1])


def test_a_log_cut_short_together_with_its_head_is_found_by_what_was_noted(db):
    from twofronts_office.common.models import LogHead

    for i in range(4):
        security_log.record(kind="test", actor="a", subject=str(i))
    n, digest = security_log.verify()[0], security_log.head_digest()
    assert security_log.missing_since(number=n, digest=digest) == ""
    SecurityEvent.objects.filter(number=n).delete()
    head = LogHead.objects.get()
    LogHead.objects.all().delete()
    assert any("head was removed" in f for f in security_log.verify()[1])
    head.number, head.digest = n - 1, SecurityEvent.objects.get(number=n - 1).digest
    head.save(force_insert=True)
    assert security_log.verify()[1] == [], "the chain alone cannot know"
    assert "cut off" in security_log.missing_since(number=n, digest=digest)
    security_log.record(kind="test", actor="a", subject="anew")
    assert security_log.verify()[1] == []
    assert "written anew" in security_log.missing_since(number=n, digest=digest)


def approve(report, *, clerk="health_east", district="health_lead_east"):
    reports.submit(report=report, by=build.user(clerk))
    reports.approve_district(report=report, by=build.user(district))
    reports.approve_city(report=report, by=build.user("health_lead_city"))


def test_report_locks_and_correction_keeps_the_earlier_version(city, login):
    report = city.row("reports")
    approve(report)
    data = {"area": build.EAST, "date": report.date, "new_confirmed": 9, "version": report.version}
    answer = login("health_east").post(f"/reports/{report.pk}/edit/", data)
    assert answer.status_code == 422
    assert "locked" in answer.content.decode()
    fresh = reports.open_correction(report=report, by=build.user("health_east"), reason="late test")
    assert (fresh.revision, fresh.state) == (2, "draft")
    report.refresh_from_db()
    assert (report.new_confirmed, report.state) == (1, "city_approved")


def test_district_approver_cannot_approve_for_the_city(city):
    report = city.row("reports")
    reports.submit(report=report, by=build.user("health_east"))
    reports.approve_district(report=report, by=build.user("health_lead_east"))
    with pytest.raises(reports.Refused):
        reports.approve_city(report=report, by=build.user("health_lead_east"))


def test_what_the_meeting_saw_at_17(city, everything):
    """The figure of 17:00 stays the figure of 17:00 after a correction at 18:00."""
    report = city.row("reports")
    approve(report)
    at = timezone.now()
    fresh = reports.open_correction(report=report, by=build.user("health_east"), reason="late")
    fresh.new_confirmed = 5
    fresh.save()
    approve(fresh)
    seen = reports.seen_at(day=report.date, at=at)
    assert [(r.area_id, r.new_confirmed, r.revision) for r in seen] == [(build.EAST, 1, 1)]
    later = reports.seen_at(day=report.date, at=timezone.now() + timedelta(seconds=1))
    assert [(r.new_confirmed, r.revision) for r in later] == [(5, 2)]
    assert reports.seen_at(day=report.date, at=at - timedelta(days=2)) == []


def test_as_of_page_is_scoped(city, login):
    at = (timezone.localtime() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    page = login("health_east").get(f"/reports/as-of/?at={at}").content.decode()
    assert "East" in page
    assert "West" not in page


def test_publication_needs_the_approved_city_report(city):
    office = build.user("office_city")
    day = build.today() - timedelta(days=1)
    with pytest.raises(reports.Refused):
        reports.publish(day=day, by=office)
    report = DailyReport(area_id=build.CITY, date=day, new_confirmed=3, cum_confirmed=20)
    report.save()
    approve(report, clerk="health_city", district="health_lead_city")
    made = reports.publish(day=day, by=office)
    assert made.figures["new_confirmed"] == 3
    assert made.revisions == {build.CITY: 1}
    assert "新增确诊病例3例" in made.text_zh


def test_erasing_a_person_reaches_the_history(city):
    case = city.row("cases")
    persons.erase(person=case, by=build.user("health_lead_east"), reason="asked")
    case.refresh_from_db()
    assert (case.name, case.phone) == ("—", "")
    assert {h.name for h in case.history.all()} == {"—"}
    assert case.onset_on is not None, "what counts stays"


def test_expired_personal_data_is_erased_by_policy(city):
    old = build.today() - timedelta(days=400)
    Case._base_manager.filter(number="K-1").update(outcome_on=old)
    assert personal.erase_expired(days=365) == 1
    assert Case._base_manager.get(number="K-1").name == "—"
    assert Case._base_manager.get(number="K-2").name == "Zhang San"


def test_merge_moves_contacts_and_chains(city):
    into, clerk = city.row("cases"), build.user("health_east")
    double = Case(area_id=build.EAST, number="K-9", name="Zhang San", workplace="Works")
    double.save()
    child = Case(area_id=build.EAST, number="K-10", name="X", source=double)
    child.save()
    persons.merge_cases(duplicate=double, into=into, by=clerk)
    child.refresh_from_db()
    into.refresh_from_db()
    assert child.source_id == into.pk
    assert into.workplace == "Works"


AREAL = [s for s, r in REGISTERS.items() if hasattr(r.model, "area_id") and s != "areas"]


@pytest.mark.parametrize("slug", AREAL)
def test_list_asks_as_many_questions_for_three_rows_as_for_one(city, login, slug):
    """The east's reader sees the east's rows, the city's reader three times as many."""
    entry = REGISTERS[slug]
    role = sorted(ACCESS[entry.label]["view"] - {"enterprise"})[0]
    one = entry.model._base_manager.filter(area_id=build.EAST).order_by("pk").first()
    n_east = entry.model._base_manager.filter(area_id=build.EAST).count()
    if slug != "roles":
        assert n_east in (1, 2), one

    def count(who):
        client = login(who)
        client.get(f"/{slug}/")
        with CaptureQueriesContext(connection) as held:
            text = client.get(f"/{slug}/").content.decode()
        return len(held), text.count("<tr>") - 1

    few, rows_few = count(f"{role}_east")
    many, rows_many = count(f"{role}_city")
    assert rows_many > rows_few
    assert many == few
    assert many <= 10


def test_a_long_list_fetches_one_page_of_rows(city, login):
    client = login("industry_east")
    rows = [
        Enterprise(
            uscc=build.code(5000 + i), name="L", area_id=build.EAST, sector="F", insured_staff=5
        )
        for i in range(120)
    ]
    Enterprise._base_manager.bulk_create(rows)
    with CaptureQueriesContext(connection) as held:
        text = client.get("/enterprises/?page=2").content.decode()
    assert text.count("<tr>") == 51
    assert "121 entries" in text
    fetched = [q["sql"] for q in held if "insured_staff" in q["sql"] and "COUNT(" not in q["sql"]]
    assert fetched
    assert all("LIMIT" in q for q in fetched)


def test_history_of_a_row_that_has_none(city, login):
    """Rows that were brought in whole before anybody changed them may have no version yet."""
    row = city.row("daily-staff")
    row.history.all().delete()
    assert login("industry_east").get(f"/daily-staff/{row.pk}/history/").status_code == 200
