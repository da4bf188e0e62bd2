"""Hostile inputs at forms, addresses and uploads: refused in words, never a failure of ours."""

from __future__ import annotations

import io
import os
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from twofronts_office.common.domain.attachments import clean_name
from twofronts_office.common.models import Attachment
from twofronts_office.communities.models import Request
from twofronts_office.enterprises.models import Filing

from . import build

TEXTS = [
    "'; DROP TABLE people_user; --",
    "' OR '1'='1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% debug %}",
    "${jndi:ldap://x}",
    "../../../../etc/passwd",
    "%00",
    "\u202egnirts",
    "a" * 5000,
    "𝕏" * 100,
    "\r\nSet-Cookie: a=b",
    "=cmd|' /C calc'!A0",
]
LISTS = ["enterprises", "cases", "tasks", "communities", "checkpoints", "needs", "goods"]


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("slug", LISTS)
def test_search_takes_anything(city, login, text, slug):
    role = {"cases": "health", "communities": "community", "goods": "supplies"}.get(slug, "office")
    answer = login(f"{role}_city").get(f"/{slug}/", {"q": text, "sort": text, "page": text, "area": text, "state": text, "date_from": text})  # fmt: skip
    assert answer.status_code == 200
    assert b"<script>alert(1)</script>" not in answer.content
    assert b"<img src=x" not in answer.content


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
def test_forms_keep_markup_as_text(city, login, text):
    client = login("community_east")
    data = {
        "community": "Q1", "kind": "request", "subject": text[:120], "text": text[:2000],
        "contact": text[:100], "answer_due": build.today(),
    }  # fmt: skip
    answer = client.post("/requests/new/", data)
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        page = client.get(answer["Location"])
        assert page.status_code == 200
        assert b"<script>alert(1)" not in page.content
        assert b"<img src=x" not in page.content
        assert Request._base_manager.order_by("-pk").first().area_id == build.EAST


@pytest.mark.slow
@pytest.mark.parametrize("value", ["", "-1", "1e9", "99999999999999", "NaN", "0x10", "1.5", "١٢", "null", "[]", "true", " "])  # fmt: skip
@pytest.mark.parametrize("name", ["insured_staff", "risk_staff", "mask_days"])
def test_numbers_that_are_none(city, login, name, value):
    one = city.row("enterprises")
    data = {
        "uscc": one.uscc, "name": "x", "area": build.EAST, "sector": "F", "insured_staff": 10,
        "risk_staff": 0, "mask_days": 0, "version": one.version,
    }  # fmt: skip
    answer = login("industry_east").post(f"/enterprises/{one.pk}/edit/", data | {name: value})
    assert answer.status_code in (302, 422)
    one.refresh_from_db()
    assert 0 <= getattr(one, name) <= 2_000_000


@pytest.mark.slow
@pytest.mark.parametrize("tail", ["0", "999999999", "99999999999999999999", "-1", "1%27", "abc", "1/edit/../../2"])  # fmt: skip
@pytest.mark.parametrize("slug", ["enterprises", "cases", "tasks", "reports"])
def test_forged_addresses(city, login, tail, slug):
    for who in ("health_east", "industry_east"):
        assert login(who).get(f"/{slug}/{tail}/").status_code in (403, 404)


@pytest.mark.parametrize("verb", ["suspend", "lift", "withdraw"])
def test_forged_rows_of_another_area(city, login, verb):
    other = city.row("enterprises", "west")
    answer = login("industry_east").post(f"/enterprises/{other.pk}/do/{verb}/", {"reason": "x"})
    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.state == "none"


@pytest.mark.parametrize("url", ["/public/file/", "/enterprises/new/", "/accounts/login/", "/notifications/"])  # fmt: skip
def test_without_csrf_token_nothing_is_taken(city, login, url):
    client = login("industry_east", enforce_csrf_checks=True)
    assert client.post(url, {}).status_code == 403


def test_fields_beyond_the_form_are_ignored(city, login):
    one = city.row("enterprises")
    data = {
        "uscc": one.uscc, "name": "x", "area": build.EAST, "sector": "F", "insured_staff": 10,
        "risk_staff": 0, "mask_days": 0, "version": one.version, "state": "operating", "id": 999,
    }  # fmt: skip
    assert login("industry_east").post(f"/enterprises/{one.pk}/edit/", data).status_code == 302
    one.refresh_from_db()
    assert one.state == "none"


def test_replayed_public_filing_is_one(city):
    data = {
        "uscc": build.code(5), "name": "N", "area": build.EAST, "sector": "F", "insured_staff": 9,
        "resume_on": build.today(), "staff_planned": 3, "risk_staff": 0, "mask_days": 1,
        "thermometers": 1, "lead_name": "L", "lead_phone": "1", "committed": "on", "once": "k",
    }  # fmt: skip
    first, second = Client().post("/public/file/", data), Client().post("/public/file/", data)
    assert first["Location"] == second["Location"]
    assert Filing._base_manager.filter(enterprise__uscc=build.code(5)).count() == 1


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


PNG = _png()


def office_zip(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(part, "<a/>")
    return out.getvalue()


LIES = {
    "page.png": b"<html><script>alert(1)</script></html>",
    "run.exe": b"MZ" + b"0" * 200,
    "script.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "picture.pdf": PNG,
    "paper.docx": office_zip("evil.xml"),
    "macro.xlsm": office_zip("xl/workbook.xml"),
    "noextension": PNG,
    "double.pdf.html": b"%PDF-1.4",
    "empty.png": b"",
    "table.xlsx": PNG,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(LIES))
def test_uploads_that_lie_are_refused(city, login, name):
    one = city.row("enterprises")
    file = SimpleUploadedFile(name, LIES[name])
    answer = login("industry_east").post(f"/enterprises/{one.pk}/attach/", {"file": file})
    assert answer.status_code == 302
    assert not Attachment.objects.exists()


def test_honest_upload_is_served_to_its_readers_only(city, login):
    one = city.row("enterprises")
    file = SimpleUploadedFile("it's ours.png", PNG)
    login("industry_east").post(f"/enterprises/{one.pk}/attach/", {"file": file})
    held = Attachment.objects.get()
    assert "/" not in held.name
    assert '"' not in held.name
    url = f"/enterprises/{one.pk}/files/{held.pk}/"
    answer = login("industry_east").get(url)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert login("industry_west").get(url).status_code == 404
    assert login("community_east").get(url).status_code == 403
    other = city.row("enterprises", "west")
    assert (
        login("industry_west").get(f"/enterprises/{other.pk}/files/{held.pk}/").status_code == 404
    )


def test_names_of_files_lose_what_a_header_trips_over():
    assert clean_name('../../a"b\r\nSet-Cookie: x.png') == "a_b_Set-Cookie_ x.png"
    assert clean_name("C:\\temp\\x.pdf") == "x.pdf"
    assert clean_name("..") == "file"


def test_too_large_upload(city, login):
    file = SimpleUploadedFile("a.png", PNG + b"0" * (10 * 1024 * 1024))
    login("industry_east").post(
        f"/enterprises/{city.row('enterprises').pk}/attach/", {"file": file}
    )
    assert not Attachment.objects.exists()


def test_every_page_carries_the_policy(city, login):
    for client, url in (
        (login("office_city"), "/"),
        (Client(), "/public/file/"),
        (Client(), "/nothing/"),
    ):
        answer = client.get(url)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "style=" not in answer.content.decode().split("</head>")[1]
        assert "http://" not in answer.content.decode().replace("http://www.w3.org", "")


def test_lockout_after_failures(city, settings):
    client = Client()
    for _ in range(7):
        answer = client.post("/accounts/login/", {"login": "office_city", "password": "wrong"})
    assert answer.status_code == 429
    assert (
        client.post("/accounts/login/", {"login": "office_city", "password": "test"}).status_code
        == 429
    )


def test_staff_need_a_second_factor(city, login, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    answer = login("office_city").get("/tasks/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/2fa/"  # passkey, code or recovery codes
    assert login("enterprise_east").get("/enterprises/").status_code == 200


def test_nobody_signs_up(db):
    page = Client().post("/accounts/signup/", {"username": "x", "password1": "Aa1!longlong", "password2": "Aa1!longlong"})  # fmt: skip
    assert page.status_code in (200, 302, 403)
    from twofronts_office.people.models import User

    assert not User.objects.filter(username="x").exists()


TEN_MB = "9" * (10 * 1024 * 1024)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["uscc", "name", "staff_planned", "lead_name", "plan", "once", "area", "resume_on"])  # fmt: skip
def test_ten_megabytes_in_a_field_of_the_public_form(city, name):
    n = Filing._base_manager.count()
    assert Client().post("/public/file/", {name: TEN_MB}).status_code in (400, 413, 422)
    assert Filing._base_manager.count() == n


@pytest.mark.slow
@pytest.mark.parametrize("name", ["name", "address", "lead_name"])
def test_ten_megabytes_in_a_field_of_the_api(city, api, name):
    one = city.row("enterprises")
    answer = api("industry_east").put(
        f"/api/enterprises/{one.pk}/", {name: TEN_MB, "version": 1}, format="json"
    )
    assert answer.status_code in (400, 413)


# what is sent by somebody who means harm; the other tests of these files send honest things
HOSTILE = " or ".join(
    ("search_takes_anything", "keep_markup", "numbers_that_are_none", "forged", "without_csrf",
     "beyond_the_form", "replayed", "uploads_that_lie", "too_large", "lockout", "ten_megabytes",
     "hostile_tables", "zip_bomb", "formula_cells", "whatever_a_text", "forms_take_any_text",
     "made_up_passkey")
)  # fmt: skip


def test_there_are_more_than_two_hundred_hostile_inputs(request):
    """Counted, so that nobody thins them out unnoticed."""
    import subprocess
    import sys
    from pathlib import Path

    here = Path(__file__).parent
    command = [
        sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider",
        *(str(here / f"test_{x}.py") for x in ("hostile", "hostile_texts", "tables", "second_factor")),
        "-k", HOSTILE,
    ]  # fmt: skip
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=here.parents[1])
    listed = [int(x.rsplit(": ", 1)[1]) for x in done.stdout.splitlines() if ".py: " in x]
    n = sum(listed) or sum("::" in x for x in done.stdout.splitlines())
    assert n >= 400, done.stdout[-1500:]
