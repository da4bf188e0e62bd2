"""The API: the same scope, permissions, forms and conflicts as the pages; true to its schema."""

from __future__ import annotations

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error

from twofronts_office.common.models import SecurityEvent
from twofronts_office.enterprises.models import Enterprise

from . import build

NEW = {
    "name": "By API", "area": build.EAST, "sector": "F", "insured_staff": 12, "risk_staff": 0,
    "mask_days": 3, "key_enterprise": False, "address": "", "lead_name": "", "lead_phone": "",
}  # fmt: skip


def test_token_calls_are_scoped(city, api):
    client = api("industry_east")
    rows = client.get("/api/enterprises/").json()["results"]
    assert [r["name"] for r in rows] == ["Works 1"]
    other = city.row("enterprises", "west").pk
    assert client.get(f"/api/enterprises/{other}/").status_code == 404


def test_without_token_401_and_without_role_403(city, api):
    assert Client().get("/api/enterprises/").status_code == 401
    assert api("nobody").get("/api/enterprises/").status_code == 403
    assert api("transport_east").get("/api/cases/").status_code == 403


def test_create_change_and_conflict(city, api):
    client = api("industry_east")
    made = client.post("/api/enterprises/", NEW | {"uscc": build.code(50)}, format="json")
    assert made.status_code == 201, made.json()
    row = made.json()
    change = NEW | {"uscc": row["uscc"], "name": "Changed", "version": row["version"]}
    url = f"/api/enterprises/{row['id']}/"
    assert client.put(url, change, format="json").json()["name"] == "Changed"
    late = client.put(url, change | {"name": "Late"}, format="json")
    assert late.status_code == 409
    assert late.json()["version"] == row["version"] + 1
    assert Enterprise._base_manager.get(pk=row["id"]).name == "Changed"


def test_what_the_form_refuses_the_api_refuses(city, api):
    client = api("industry_east")
    bad = client.post("/api/enterprises/", NEW | {"uscc": "X"}, format="json")
    assert bad.status_code == 400
    assert "uscc" in bad.json()
    beyond = client.post("/api/enterprises/", NEW | {"uscc": build.code(51), "state": "operating"}, format="json")  # fmt: skip
    assert beyond.status_code == 400
    west = client.post("/api/enterprises/", NEW | {"uscc": build.code(52), "area": build.WEST}, format="json")  # fmt: skip
    assert west.status_code == 400


def test_verb(city, api):
    one = city.row("enterprises")
    Enterprise._base_manager.filter(pk=one.pk).update(state="filed")
    url = f"/api/enterprises/{one.pk}/suspend/"
    assert api("enterprise_east").post(url, {"reason": "x"}, format="json").status_code == 403
    done = api("industry_east").post(url, {"reason": "Cluster"}, format="json")
    assert done.json()["state"] == "suspended"
    assert api("industry_east").post(url, {"reason": "x"}, format="json").status_code == 409


def test_personal_data_in_lists_and_rows(city, api):
    case = city.row("cases")
    assert api("health_east").get("/api/cases/").json()["results"][0]["name"] == "Z***"
    assert api("analyst_city").get(f"/api/cases/{case.pk}/").json()["name"] == "Z***"
    before = SecurityEvent.objects.filter(kind="personal.read").count()
    assert api("health_east").get(f"/api/cases/{case.pk}/").json()["name"] == "Zhang San"
    assert SecurityEvent.objects.filter(kind="personal.read").count() == before + 1


def test_secrets_are_not_shown(city, api):
    row = api("industry_east").get(f"/api/filings/{city.row('filings').pk}/").json()
    assert "token" not in row
    assert "once" not in row


def test_filters_are_those_of_the_page(city, api):
    client = api("industry_city")
    assert client.get("/api/enterprises/?area=990101000000").json()["count"] == 1
    assert client.get("/api/enterprises/?q=Works").json()["count"] == 2
    assert client.get("/api/enterprises/?state=nonsense").status_code == 400


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_api_against_its_own_schema(city, api, settings):
    """Schemathesis over every operation: whatever is sent, the answer is one that is described."""
    # runs of the core are asked for and stay in the queue
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}
    }
    from rest_framework.authtoken.models import Token

    from twofronts_office.config.wsgi import application
    from twofronts_office.people.models import RoleGrant, User

    user = User.objects.create_user(username="everything", password="x")
    for role in build.ROLES:
        if role != "enterprise":
            RoleGrant(user=user, role=role, area_id=build.CITY, since="2020-01-01").save()
    token = Token.objects.create(user=user).key
    raw = Client(headers={"Authorization": f"Token {token}"}).get("/api/schema/?format=json").json()
    schema = schemathesis.openapi.from_dict(raw)
    failures, n = [], 0
    limited = examples(
        max_examples=3, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    def sender(operation):
        def one(case):
            answer = case.call(app=application, headers={"Authorization": f"Token {token}"})
            try:
                case.validate_response(answer, checks=[not_a_server_error])
                known = {int(k) for k in operation.definition.raw["responses"]} | {405, 415}
                assert answer.status_code in known, answer.status_code
            except Exception as error:
                failures.append(f"{operation.method} {operation.path}: {str(error)[:300]}")

        return one

    for found in schema.get_all_operations():
        operation = found.ok()
        if "/schema/" in operation.path:
            continue
        n += 1

        limited(given(case=operation.as_strategy())(sender(operation)))()
    assert n > 80
    assert not failures, "\n".join(failures[:20])
