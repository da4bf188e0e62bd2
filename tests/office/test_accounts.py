"""Taking over accounts, roles and tokens that are not one's own: each way is shut and logged."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from twofronts_office.common.domain.records import Refused
from twofronts_office.common.domain.security_log import verify
from twofronts_office.common.models import SecurityEvent
from twofronts_office.people.models import RoleGrant, User

from . import build

VERBS = ("close", "open", "password", "factor", "token", "end-token")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("whose", ["admin_city", "office_city", "health_west"])
def test_an_administrator_takes_over_nobody_outside_the_own_area(city, login, verb, whose):
    one = build.user(whose)
    before = User.objects.values("password", "is_active", "email").get(pk=one.pk)
    client = login("admin_east")
    url = f"/people/{one.pk}/do/{verb}/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"reason": "x"}).status_code == 403
    assert client.get(f"/people/{one.pk}/edit/").status_code == 403
    form = {"username": whose, "email": "me@example.org", "version": one.version}
    assert client.post(f"/people/{one.pk}/edit/", form).status_code == 403
    assert User.objects.values("password", "is_active", "email").get(pk=one.pk) == before
    page = client.get(f"/people/{one.pk}/").content.decode()
    assert f"/do/{verb}/" not in page, "what one may not do is not offered"


def test_an_administrator_keeps_accounts_of_the_own_area_and_new_ones(city, login):
    client = login("admin_east")
    for name in ("health_east", "nobody"):
        one = build.user(name)
        told = client.post(f"/people/{one.pk}/do/password/", follow=True).content.decode()
        assert "shown once" in told
    assert login("admin_city").get(f"/people/{build.user('health_west').pk}/edit/").status_code == 200  # fmt: skip


def test_an_administrator_edits_areas_of_the_own_area_only(city, login):
    client = login("admin_east")
    assert client.get(f"/areas/{build.STREET}/edit/").status_code == 200
    for other in (build.WEST, build.CITY):
        assert client.get(f"/areas/{other}/").status_code == 200
        assert client.get(f"/areas/{other}/edit/").status_code == 403
    new = {"name_zh": "新", "name_en": "New", "level": "street"}
    assert client.post("/areas/new/", new | {"code": "990102001000"}).status_code == 403
    assert client.post("/areas/new/", new | {"code": "990101002000"}).status_code == 302


def test_a_role_changed_on_its_page_is_a_link_of_the_log(city, login):
    grant = RoleGrant._base_manager.get(user__username="industry_east")
    form = {"user": "industry_east", "role": "admin", "area": build.EAST, "since": "2020-01-01", "version": grant.version}  # fmt: skip
    assert login("admin_east").post(f"/roles/{grant.pk}/edit/", form).status_code == 302
    event = SecurityEvent.objects.get(kind="permission.changed")
    assert (event.actor, event.subject) == ("admin_east", "industry_east")
    assert event.detail["before"]["role"] == "industry"
    assert event.detail["after"]["role"] == "admin"
    form |= {"area": build.CITY, "version": grant.version + 1}
    assert login("admin_east").post(f"/roles/{grant.pk}/edit/", form).status_code == 422
    assert verify()[1] == []


def test_a_token_is_given_shown_once_replaced_and_ended(city, login):
    from rest_framework.authtoken.models import Token
    from rest_framework.test import APIClient

    def call(key: str) -> int:
        return APIClient(headers={"Authorization": f"Token {key}"}).get("/api/enterprises/").status_code  # fmt: skip

    admin, one = login("admin_east"), build.user("industry_east")

    def give() -> str:
        told = admin.post(f"/people/{one.pk}/do/token/", follow=True).content.decode()
        key = Token.objects.get(user=one).key
        assert key in told
        assert key not in admin.get(f"/people/{one.pk}/").content.decode()
        return key

    first = give()
    assert call(first) == 200
    second = give()
    assert (call(first), call(second)) == (401, 200)
    admin.post(f"/people/{one.pk}/do/end-token/")
    assert call(second) == 401
    third = give()
    admin.post(f"/people/{one.pk}/do/password/")
    assert call(third) == 401, "a new password ends the token"
    fourth = give()
    admin.post(f"/people/{one.pk}/do/close/", {"reason": "left"})
    assert call(fourth) == 401
    kinds = list(SecurityEvent.objects.order_by("number").values_list("kind", flat=True))
    assert kinds.count("account.token_given") == 4
    assert kinds.count("account.token_ended") == 1
    assert not SecurityEvent.objects.filter(detail__icontains=first).exists()


def test_a_token_reaches_what_its_roles_reach_and_no_more(city, api):
    client = api("industry_east")
    assert client.get("/api/cases/").status_code == 403
    west = city.row("enterprises", "west")
    assert client.get(f"/api/enterprises/{west.pk}/").status_code == 404
    assert client.post(f"/api/enterprises/{west.pk}/suspend/", {"reason": "x"}, format="json").status_code == 404  # fmt: skip
    RoleGrant._base_manager.filter(user__username="industry_east").update(until="2020-01-02")
    assert client.get("/api/enterprises/").status_code == 403, "a role that ended ends the token's"


def test_a_lost_second_factor_is_taken_away_and_its_sessions_end(city, login, settings):
    from allauth.mfa.models import Authenticator

    one = build.user("health_east")
    one.set_password("test")
    one.save()
    Authenticator.objects.create(user=one, type="totp", data={"secret": "x"})
    theirs = login("health_east")
    settings.REQUIRE_SECOND_FACTOR = True
    assert theirs.get("/reports/").status_code == 200
    settings.REQUIRE_SECOND_FACTOR = False
    admin = login("admin_east")
    assert admin.post(f"/people/{one.pk}/do/factor/", {"reason": "lost"}).status_code == 302
    assert admin.post(f"/people/{one.pk}/do/factor/", {"reason": "lost"}).status_code == 422
    assert theirs.get("/reports/").status_code == 302, "signed out"
    settings.REQUIRE_SECOND_FACTOR = True
    fresh = Client(headers={"accept-language": "en"})
    fresh.post("/accounts/login/", {"login": "health_east", "password": "test"})
    assert "/accounts/2fa/" in fresh.get("/reports/")["Location"], "a new one is set up first"
    assert SecurityEvent.objects.filter(kind="account.second_factor_ended").count() == 1


def test_a_verb_called_past_the_page_is_refused_too(city):
    from django.core.exceptions import PermissionDenied

    from twofronts_office.people import domain

    for act in (domain.new_login_password, domain.new_token, domain.end_token):
        with pytest.raises(PermissionDenied):
            act(user=build.user("admin_city"), by=build.user("admin_east"))
    with pytest.raises(Refused):
        domain.end_token(user=build.user("nobody"), by=build.user("admin_city"))


def test_signing_in_changes_the_session_and_the_old_one_is_nobodys(city):
    one = build.user("office_city")
    one.set_password("test")
    one.save()
    client = Client(headers={"accept-language": "en"})
    planted = client.session
    planted["planted"] = 1
    planted.save()
    client.cookies["twofronts_session"] = planted.session_key
    client.post("/accounts/login/", {"login": "office_city", "password": "test"})
    assert client.get("/tasks/").status_code == 200
    assert client.cookies["twofronts_session"].value != planted.session_key
    thief = Client()
    thief.cookies["twofronts_session"] = planted.session_key
    assert thief.get("/tasks/").status_code == 302


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(city, mailoutbox, settings):
    settings.SEND_EMAIL = True
    User.objects.filter(username="office_city").update(email="office@example.org")
    answers = []
    for mail in ("office@example.org", "stranger@example.org"):
        client = Client(headers={"accept-language": "en"})
        client.get("/accounts/password/reset/")
        done = client.post("/accounts/password/reset/", {"email": mail}, follow=True)
        answers.append((done.status_code, done.request["PATH_INFO"], done.content.replace(mail.encode(), b"")))  # fmt: skip
    assert [a[:2] for a in answers] == [(200, "/accounts/password/reset/done/")] * 2
    assert len(answers[0][2]) == len(answers[1][2])
    said = []
    for name in ("office_city", "no-such-person"):
        client = Client(headers={"accept-language": "en"})
        page = client.post("/accounts/login/", {"login": name, "password": "wrong"})
        said.append(re.search('class="errors".*?</div>', page.content.decode(), re.DOTALL)[0])
    assert said[0] == said[1]


@pytest.mark.parametrize("path", ["/api/tasks/", "/api/schema/", "/tasks/", "/cockpit/", "/cockpit/live/", "/jobs/00000000-0000-0000-0000-000000000001/", "/"])  # fmt: skip
def test_no_way_in_goes_round_the_second_factor(city, login, settings, path):
    settings.REQUIRE_SECOND_FACTOR = True
    answer = login("office_city").get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
