"""One person in several rows: found, merged, given out, erased by wish and by policy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from twofronts_office.care import domain as care
from twofronts_office.care.models import Hospital, Transfer
from twofronts_office.common.domain import personal
from twofronts_office.common.domain.attachments import attach, attachments_of
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.models import SecurityEvent
from twofronts_office.communities.models import Request
from twofronts_office.reports import domain as reports
from twofronts_office.reports import persons
from twofronts_office.reports.models import Case, Contact, FollowUp

from . import build
from .test_hostile import PNG

NAME = "Li Si"  # the contact of the small city


@pytest.fixture
def patient(city, everything):
    """A contact who became a case, was entered twice, has a file, and was transferred."""
    clerk = build.user("health_east")
    contact = city.row("contacts")
    Contact._base_manager.filter(pk=contact.pk).update(id_number="ID-7", phone="138")
    contact.refresh_from_db()
    case = reports.contact_became_case(contact=contact, by=clerk, number="K-77")
    double = Case(area_id=build.EAST, number="K-78", name=NAME, id_number="ID-7")
    double.save()
    persons.merge_cases(duplicate=double, into=case, by=clerk)
    attach(obj=case, file=SimpleUploadedFile("scan.png", PNG), by=clerk)
    Transfer._base_manager.filter(area_id=build.EAST).update(case=case, patient=NAME)
    move = Transfer._base_manager.get(area_id=build.EAST)
    move.reason = f"{NAME} is worse"
    move.save()
    return case


def rows_that_name(name: str) -> list:
    """Rows of cases, contacts and transfers, and their past, that still hold a name."""
    found = []
    for model, fields in (
        (Case, ("name",)),
        (Contact, ("name",)),
        (Transfer, ("patient", "reason")),
    ):
        for field in fields:
            found += model._base_manager.filter(**{f"{field}__contains": name})
            found += model.history.filter(**{f"{field}__contains": name})
    return found


def test_erasing_one_row_reaches_every_row_of_the_person(patient):
    path = attachments_of(patient)[0].file.path
    assert len(rows_that_name(NAME)) > 6
    n = persons.erase(person=patient, by=build.user("health_lead_east"), reason="asked")
    assert n == 4  # contact, case, duplicate, transfer
    assert [r for r in rows_that_name(NAME) if r.area_id == build.EAST] == []
    assert not attachments_of(patient).exists()
    assert not Path(path).exists()
    patient.refresh_from_db()
    assert (patient.id_number, patient.phone, patient.source_id is not None) == ("", "", True)
    events = SecurityEvent.objects.filter(kind="personal.erased")
    assert events.count() == 4
    assert sum(e.detail.get("files", 0) for e in events) == 1


def test_what_is_given_out_is_everything(patient):
    FollowUp._base_manager.filter(contact__became=patient).update(note="dry cough")
    told = persons.person_export(person=patient, by=build.user("health_east"))
    assert [r["register"] for r in told["rows"]] == [
        "reports.case", "reports.case", "reports.contact", "care.transfer",
    ]  # fmt: skip
    assert {r["now"]["name"] for r in told["rows"][:3]} == {NAME}
    assert told["rows"][3]["now"]["patient"] == NAME
    assert told["rows"][0]["files"][0]["name"] == "scan.png"
    assert told["follow_up"][0]["note"] == "dry cough"
    assert told["read_and_changed_by"][-1]["what"] == "personal.exported"


def test_the_page_leads_to_what_is_held_and_to_the_likely_double(patient, login):
    again = Case(area_id=build.EAST, number="K-79", name=NAME, phone="138")
    again.save()
    client = login("health_east")
    page = client.get(f"/cases/{again.pk}/").content.decode()
    assert f"/cases/{again.pk}/person/" in page
    assert f"/cases/{again.pk}/do/merge/?number=K-77" in page
    assert "K-78" not in page, "what was merged already is not offered"
    form = client.get(f"/cases/{again.pk}/do/merge/?number=K-77").content.decode()
    assert 'value="K-77"' in form
    assert "Likely" not in login("analyst_east").get(f"/cases/{again.pk}/").content.decode()
    west = Case(area_id=build.WEST, number="K-80", name=NAME, phone="138")
    west.save()
    assert "K-80" not in client.get(f"/cases/{again.pk}/").content.decode()


def test_a_person_in_two_areas_is_erased_by_the_city(patient):
    Case._base_manager.filter(number="K-78").update(area_id=build.WEST)
    with pytest.raises(Refused):
        persons.erase(person=patient, by=build.user("health_lead_east"), reason="asked")
    assert rows_that_name(NAME)
    assert persons.erase(person=patient, by=build.user("health_lead_city"), reason="asked") == 4


def test_contacts_are_merged(city, everything):
    into, clerk = city.row("contacts"), build.user("health_east")
    held = FollowUp._base_manager.get(contact=into)
    double = Contact(
        area_id=build.EAST, number="L-9", case=into.case, name=NAME, kind="meal", phone="138",
        last_exposure=into.last_exposure + timedelta(days=3),
    )  # fmt: skip
    double.save()
    for day in (held.date, held.date - timedelta(days=1)):
        FollowUp(area_id=build.EAST, contact=double, date=day, temperature="37.0").save()
    persons.merge_contacts(duplicate=double, into=into, by=clerk)
    into.refresh_from_db()
    double.refresh_from_db()
    assert (double.state, double.merged_into) == ("merged", into)
    assert into.phone == "138"
    assert into.release_due == into.last_exposure + timedelta(days=14)
    assert into.last_exposure == double.last_exposure, "the later exposure counts"
    days = FollowUp._base_manager.filter(contact=into)
    assert days.count() == 2
    assert days.get(date=held.date).temperature == held.temperature, "its own day is kept"
    with pytest.raises(Refused):
        persons.merge_contacts(duplicate=double, into=into, by=clerk)


def test_policy_reaches_transfers_and_those_who_asked(city):
    old = timezone.now() - timedelta(days=400)
    move, asked = city.row("transfers"), city.row("requests")
    Transfer._base_manager.filter(pk=move.pk).update(state="arrived", updated_at=old)
    Request._base_manager.filter(pk=asked.pk).update(state="answered", answered_at=old)
    assert personal.erase_expired(days=365) == 2
    assert personal.erase_expired(days=365) == 0, "once"
    move.refresh_from_db()
    asked.refresh_from_db()
    assert (move.patient, asked.contact) == (personal.ERASED, "")
    assert {h.patient for h in move.history.all()} == {personal.ERASED}
    assert city.row("transfers", "west").patient == "Wang Wu", "what goes on stays"


@pytest.fixture
def across(city):
    """A transfer from the east to the west."""
    there = Hospital._base_manager.filter(area_id=build.WEST).first()
    made = Transfer(
        area_id=build.EAST, number="T-9", patient="Wang Wu", destination=there, reason="beds",
        origin=Hospital._base_manager.filter(area_id=build.EAST).first(),
    )  # fmt: skip
    made.save()
    return made


def test_the_receiving_side_accepts_and_the_sending_side_lets_go(across, login):
    east, west = login("health_east"), login("health_west")
    url = f"/transfers/{across.pk}"
    waiting = '/transfers/?state=requested">Transfers to accept or decline <span class="count">'
    assert f"{waiting}2<" in west.get("/").content.decode(), "its own, and the one from the east"
    assert f"{waiting}1<" in east.get("/").content.decode(), "its own alone"
    page = west.get(f"{url}/")
    assert page.status_code == 200
    assert "do/accept" in page.content.decode()
    assert "do/cancel" not in page.content.decode()
    assert "do/accept" not in east.get(f"{url}/").content.decode()
    assert east.post(f"{url}/do/accept/").status_code == 403, "nobody accepts for the other side"
    assert west.post(f"{url}/do/accept/").status_code == 302
    assert west.post(f"{url}/do/leave/").status_code == 403
    assert east.post(f"{url}/do/leave/").status_code == 302
    assert east.post(f"{url}/do/arrive/").status_code == 403
    assert west.post(f"{url}/do/arrive/").status_code == 302
    across.refresh_from_db()
    assert across.state == "arrived"


def test_the_same_by_the_api(across, api):
    url = f"/api/transfers/{across.pk}"
    assert api("health_east").post(f"{url}/accept/").status_code == 403
    assert api("health_west").post(f"{url}/accept/").status_code == 200


def test_a_district_may_send_to_any_hospital(city, login):
    there = Hospital._base_manager.filter(area_id=build.WEST).first()
    page = login("health_east").get("/transfers/new/").content.decode()
    assert f'value="{there.pk}"' in page.split('name="destination"')[1].split("</select>")[0]
    assert f'value="{there.pk}"' not in page.split('name="origin"')[1].split("</select>")[0]


def test_whose_transfer_is_not_over_is_not_erased(across, login):
    answer = login("health_lead_east").post(
        f"/transfers/{across.pk}/do/erase/", {"reason": "asked"}
    )
    across.refresh_from_db()
    assert (answer.status_code, across.patient) == (302, "Wang Wu")
    care.move_transfer(transfer=across, to="declined", by=build.user("health_west"))
    login("health_lead_east").post(f"/transfers/{across.pk}/do/erase/", {"reason": "asked"})
    across.refresh_from_db()
    assert across.patient == personal.ERASED
