"""What somebody who walks through the office with a phone in the hand trips over."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from twofronts_office.enterprises.choices import CHECKLIST
from twofronts_office.needs.models import Offer
from twofronts_office.reports.models import DailyReport

from . import build


@pytest.mark.parametrize("slug", ["needs", "offers", "daily-staff"])
def test_an_enterprise_need_not_type_its_own_code(city, login, slug):
    page = login("enterprise_east").get(f"/{slug}/new/").content.decode()
    assert f'value="{city.row("enterprises").uscc}"' in page
    assert build.code(1) not in login("industry_east").get(f"/{slug}/new/").content.decode()


def test_an_enterprise_offers_what_it_can_spare(city, login):
    form = {
        "enterprise": build.code(1), "provider": "Works 1", "kind": "labour", "item": "drivers",
        "amount": 5, "unit": "persons", "available_on": build.today(),
    }  # fmt: skip
    sent = login("enterprise_east").post("/offers/new/", form)
    assert sent.status_code == 302, re.findall(r'class="errors".*', sent.content.decode())
    made = Offer._base_manager.get(item="drivers")
    assert (made.enterprise_id, made.area_id) == (city.row("enterprises").pk, build.EAST)
    other = login("enterprise_east").post("/offers/new/", form | {"enterprise": build.code(2)})
    assert other.status_code in (403, 422)
    assert Offer._base_manager.filter(item="drivers").count() == 1


def test_an_enterprise_offers_by_the_api_too(city, api):
    form = {
        "enterprise": build.code(1), "provider": "Works 1", "kind": "labour", "item": "drivers",
        "amount": 5, "unit": "persons", "available_on": str(build.today()), "area": build.WEST,
    }  # fmt: skip
    sent = api("enterprise_east").post("/api/offers/", form, format="json")
    assert sent.status_code == 201, sent.content
    assert Offer._base_manager.get(item="drivers").area_id == build.EAST, "not where it says"


def test_an_enterprise_sees_its_own_past_and_nobody_elses(city, login):
    page = login("enterprise_east").get("/enterprises/as-of/").content.decode()
    assert "Works 1" in page
    assert "Works 2" not in page


def test_a_locked_report_offers_a_correction_and_no_form(city, login):
    report, client = city.row("reports"), login("health_east")
    edit = reverse("reports-edit", args=[report.pk])
    assert edit in client.get(f"/reports/{report.pk}/").content.decode()
    DailyReport._base_manager.filter(pk=report.pk).update(state="city_approved")
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert edit not in page
    assert f"/reports/{report.pk}/do/correct/" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_checklist_is_shown_in_words(city, login, language):
    from django.utils import translation

    client = login("industry_east")
    client.cookies["django_language"] = language
    page = client.get(f"/filings/{city.row('filings').pk}/").content.decode()
    with translation.override(language):
        for text in CHECKLIST.values():
            assert f"✓ {str(text)[:12]}" in page.replace("&#x27;", "'")
    assert "roster:" not in page


@pytest.mark.parametrize("sends", [True, False])
def test_who_forgot_the_password_is_led_on(city, settings, sends):
    settings.SEND_EMAIL = sends
    client = Client(headers={"accept-language": "en"})
    assert "/accounts/password/reset/" in client.get("/accounts/login/").content.decode()
    page = client.get("/accounts/password/reset/").content.decode()
    assert ('name="email"' in page) == sends
    assert "administrator" in page


def test_a_reset_link_is_not_written_to_the_log(tmp_path):
    from .test_whole import run

    code = "import django; django.setup(); from django.conf import settings; print(settings.EMAIL_BACKEND)"  # fmt: skip
    done = run(code, tmp_path, TWOFRONTS_OFFICE_LOCAL="1")
    assert done.stdout.strip().endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    ("slug", "who", "to"),
    [
        ("inspections", "industry_east", "enterprises"),
        ("contacts", "health_east", "cases"),
        ("tasks", "health_east", "areas"),
    ],
)
def test_what_a_row_names_is_a_way_there(city, login, slug, who, to):
    page = login(who).get(f"/{slug}/{city.row(slug).pk}/").content.decode()
    assert f'<a href="/{to}/{city.row(to).pk}/">' in page


def test_what_one_may_not_open_is_no_way(city, login, everything):
    """A pass names its enterprise to the transport bureau, which keeps no enterprises."""
    pass_, firm = city.row("freight-passes"), city.row("enterprises")
    page = login("transport_east").get(f"/freight-passes/{pass_.pk}/").content.decode()
    assert firm.name in page
    assert f"/enterprises/{firm.pk}/" not in page


def test_an_open_account_is_not_opened_and_a_closed_one_not_closed(city, login):
    one, client = build.user("industry_east"), login("admin_east")
    assert f"/people/{one.pk}/do/open/" not in client.get(f"/people/{one.pk}/").content.decode()
    client.post(f"/people/{one.pk}/do/close/", {"reason": "left"})
    page = client.get(f"/people/{one.pk}/").content.decode()
    assert f"/people/{one.pk}/do/open/" in page
    assert f"/people/{one.pk}/do/close/" not in page
