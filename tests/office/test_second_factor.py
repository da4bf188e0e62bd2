"""Time-based codes for staff: set up, asked for at sign-in, replaced by a recovery code once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

from django.test import Client

from . import build


def code_of(secret: str, *, at: float | None = None) -> str:
    """RFC 6238 with SHA-1, 30 seconds and six digits, as authenticator programs compute it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_code_is_that_of_the_standard():
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_of(secret, at=59) == "287082"  # RFC 6238, appendix B, last six digits


def sign_in(client: Client, username: str):
    return client.post("/accounts/login/", {"login": username, "password": "test"})


def test_staff_set_up_a_second_factor_and_then_need_it(city, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    user = build.user("office_city")
    user.set_password("test")
    user.save()
    client = Client(headers={"accept-language": "en"})
    sign_in(client, "office_city")
    sent = client.get("/tasks/")
    assert sent.status_code == 302
    choice = client.get(sent["Location"]).content.decode()
    assert "/accounts/2fa/webauthn/add/" in choice
    assert "/accounts/2fa/totp/activate/" in choice
    sent = {"Location": "/accounts/2fa/totp/activate/"}
    again = client.get(sent["Location"])
    assert "reauthenticate" in again["Location"], "nobody adds a factor to a desk left open"
    assert client.post(again["Location"], {"password": "wrong"}).status_code == 200
    assert client.post(again["Location"], {"password": "test"}).status_code == 302
    page = client.get(sent["Location"])
    assert page.status_code == 200
    secret = re.search(r'value="([A-Z2-7]{32,})"', page.content.decode())[1]
    assert client.post(sent["Location"], {"code": "000000"}).status_code == 200, "a wrong code"
    assert client.get("/tasks/").status_code == 302
    assert client.post(sent["Location"], {"code": code_of(secret)}).status_code == 302
    assert client.get("/tasks/").status_code == 200
    recovery = client.get("/accounts/2fa/recovery-codes/").content.decode()

    fresh = Client(headers={"accept-language": "en"})
    asked = sign_in(fresh, "office_city")
    assert "2fa" in asked["Location"]
    assert fresh.get("/tasks/").status_code == 302, "the password alone opens nothing"
    assert fresh.post(asked["Location"], {"code": "123456"}).status_code == 200
    assert fresh.get("/tasks/").status_code == 302
    one = re.findall(r"\b[0-9a-f]{8}\b", recovery)[0]
    assert fresh.post(asked["Location"], {"code": one}).status_code == 302
    assert fresh.get("/tasks/").status_code == 200

    again = Client(headers={"accept-language": "en"})
    asked = sign_in(again, "office_city")
    assert again.post(asked["Location"], {"code": one}).status_code == 200, "once only"
    assert again.get("/tasks/").status_code == 302


def test_whoever_removes_the_last_factor_sets_up_anew_at_once(city, settings):
    from allauth.mfa.models import Authenticator

    settings.REQUIRE_SECOND_FACTOR = True
    user = build.user("office_city")
    user.set_password("test")
    user.save()
    client = Client(headers={"accept-language": "en"})
    sign_in(client, "office_city")
    client.post("/accounts/reauthenticate/", {"password": "test"})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32,})"', page)[1]
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert client.get("/tasks/").status_code == 200
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert client.get("/tasks/").status_code == 302, "not only at the next sign-in"


def test_a_made_up_passkey_opens_nothing(city):
    client = Client(headers={"accept-language": "en"})
    asked = client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    options = asked.json()["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    for credential in ("{}", "[]", "x", '{"id": "a", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "MQ", "clientDataJSON": "YQ", "authenticatorData": "YQ", "signature": "YQ"}}'):  # fmt: skip
        answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
        assert answer.status_code in (200, 302), credential
        assert client.get("/tasks/").status_code == 302


def test_passwords_are_stored_as_owasp_sets_it(settings):
    from django.contrib.auth.hashers import check_password, make_password

    from twofronts_office.people.hashers import Argon2

    settings.PASSWORD_HASHERS = ["twofronts_office.people.hashers.Argon2"]
    held = make_password("long enough a phrase")
    assert held.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("long enough a phrase", held)
    # what was stored with Django's own figures still opens, and is stored anew
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    before = make_password("long enough a phrase")
    assert Argon2().verify("long enough a phrase", before)
    assert Argon2().must_update(before)
