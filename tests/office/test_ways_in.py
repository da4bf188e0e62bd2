"""A row that comes in by a table or by the API obeys the same rules as one that was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from twofronts_office.common.models import StateChange
from twofronts_office.enterprises.models import DailyStaff
from twofronts_office.indicators.models import Alert
from twofronts_office.reports.models import Case, Contact, DailyReport

from . import build
from .test_tables import send


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def classified(text: str) -> str:
    return f"number,area,name,classification\nK-1,{build.EAST},Zhang San,{text}\n"


def test_a_table_moves_a_classification_only_where_the_page_could(city, login, run):
    client = login("health_east")
    case = city.row("cases")
    assert case.classification == "suspected"
    assert send(client, classified("confirmed"), slug="cases", run=run).state == "done"
    case.refresh_from_db()
    assert case.classification == "confirmed"
    change = StateChange.objects.get(register="reports.case", object_id=case.pk)
    assert (change.before, change.after, change.by) == ("suspected", "confirmed", build.user("health_east"))  # fmt: skip
    job = send(client, classified("suspected"), slug="cases", run=run)
    assert (job.state, job.result["n_errors"]) == ("failed", 1)
    case.refresh_from_db()
    assert case.classification == "confirmed"
    assert Case._base_manager.count() == 2


def test_an_imported_contact_is_observed_like_a_typed_one(city, login, run):
    day = build.today() - timedelta(days=3)
    text = f"number,area,case,name,kind,last_exposure\nL-9,{build.EAST},K-1,Li,work,{day}\n"
    assert send(login("health_east"), text, slug="contacts", run=run).state == "done"
    one = Contact._base_manager.get(number="L-9")
    assert one.release_due == day + timedelta(days=14)
    assert StateChange.objects.filter(register="reports.contact", object_id=one.pk).count() == 1


def test_a_changed_exposure_changes_the_release_by_page_and_by_api(city, login, api):
    one = city.row("contacts")
    day = build.today() - timedelta(days=5)
    data = {
        "number": one.number, "area": build.EAST, "case": "K-1", "name": "Li Si", "kind": "work",
        "last_exposure": str(day), "place": "home", "sex": "u", "version": one.version,
    }  # fmt: skip
    assert login("health_east").post(f"/contacts/{one.pk}/edit/", data).status_code == 302
    one.refresh_from_db()
    assert one.release_due == day + timedelta(days=14)
    later = {**data, "last_exposure": str(day + timedelta(days=1)), "version": one.version}
    answer = api("health_east").put(f"/api/contacts/{one.pk}/", later, format="json")
    assert answer.status_code == 200, answer.json()
    one.refresh_from_db()
    assert one.release_due == day + timedelta(days=15)


def test_an_imported_day_puts_a_filed_enterprise_into_operation(city, login, run):
    one = city.row("enterprises")
    DailyStaff._base_manager.filter(enterprise=one).delete()
    type(one)._base_manager.filter(pk=one.pk).update(state="filed", present_staff=0)
    day = build.today()
    text = "enterprise,date,present,capacity_pct\n"
    text += "".join(f"{one.uscc},{day - timedelta(days=d)},{40 - d},50\n" for d in (2, 0, 1))
    assert send(login("industry_east"), text, slug="daily-staff", run=run).state == "done"
    one.refresh_from_db()
    assert (one.state, one.present_staff) == ("operating", 40)
    future = f"enterprise,date,present,capacity_pct\n{one.uscc},{day + timedelta(days=1)},1,1\n"
    assert send(login("industry_east"), future, slug="daily-staff", run=run).state == "failed"


def test_a_changed_day_changes_who_is_present(city, api):
    row = city.row("daily-staff")
    data = {
        "enterprise": row.enterprise.uscc, "date": str(row.date), "present": 7, "ill": 0,
        "quarantined": 0, "capacity_pct": 10, "version": row.version,
    }  # fmt: skip
    answer = api("industry_east").put(f"/api/daily-staff/{row.pk}/", data, format="json")
    assert answer.status_code == 200, answer.json()
    row.enterprise.refresh_from_db()
    assert row.enterprise.present_staff == 7


def test_an_imported_reading_raises_the_alert(city, login, run):
    Alert._base_manager.all().delete()
    text = f"indicator,date,value\nx,{build.today() - timedelta(days=1)},10\n"
    assert send(login("office_city"), text, slug="readings", run=run).state == "done"
    assert Alert._base_manager.get().value == 10


def test_an_import_writes_into_the_revision_in_work(city, login, run, everything):
    from twofronts_office.reports import domain

    report = city.row("reports")
    DailyReport._base_manager.filter(pk=report.pk).update(state="city_approved")
    report.refresh_from_db()
    fresh = domain.open_correction(report=report, by=build.user("health_east"), reason="late")
    text = f"area,date,new_confirmed,cum_confirmed\n{build.EAST},{report.date},3,12\n"
    assert send(login("health_east"), text, slug="reports", run=run).state == "done"
    fresh.refresh_from_db()
    report.refresh_from_db()
    assert (fresh.new_confirmed, report.new_confirmed) == (3, 1)


@pytest.mark.parametrize(
    ("given", "proxies", "found"),
    [
        ("", 0, "10.0.0.1"), ("1.2.3.4", 0, "10.0.0.1"), ("1.2.3.4", 1, "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", 1, "1.2.3.4"), ("6.6.6.6, 1.2.3.4, 10.0.0.9", 2, "1.2.3.4"),
        ("", 1, "10.0.0.1"),
    ],
)  # fmt: skip
def test_callers_are_told_apart_behind_a_proxy_and_cannot_lie(rf, settings, given, proxies, found):
    from twofronts_office.common.address import client_address

    settings.PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", **({"HTTP_X_FORWARDED_FOR": given} if given else {}))  # fmt: skip
    assert client_address(request) == found
