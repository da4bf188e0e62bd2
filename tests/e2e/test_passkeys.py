"""Passkeys by Chromium's virtual authenticator: added, signed in with, asked for, removed."""

from __future__ import annotations

import pytest
from tools.browser import SIZES, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHO = "analyst"


@pytest.fixture(params=[("zh-CN", "phone"), ("en", "desktop")], ids=["zh-phone", "en-desktop"])
def desk(request, chromium, office):
    """A page with an authenticator that verifies its user, and the office under a name."""
    language, size = request.param
    width, height = SIZES[size]
    context = chromium.new_context(locale=language, viewport={"width": width, "height": height})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page, office.url.replace("127.0.0.1", "localhost"), office
    context.close()
    assert said == [], "the console stays silent, and the policy lets everything run"


def clean(page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not found, [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found]


def sign_out(page) -> None:
    page.click("form[action='/accounts/logout/'] button")
    page.wait_for_selector("#id_password")


def test_passkey_is_added_signs_in_and_is_removed(desk):
    page, url, office = desk
    sign_in(page, url, WHO, office.passwords[WHO])
    page.goto(f"{url}/accounts/2fa/")
    clean(page)
    page.click("a[href$='/webauthn/add/']")
    clean(page)  # nobody adds a key to a desk left open: the password is asked for again
    page.fill("#id_password", office.passwords[WHO])
    page.click("main button[type='submit']")
    page.fill("#id_name", "Key 1")
    page.check("#id_passwordless")
    clean(page)
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")

    sign_out(page)
    clean(page)
    page.click("#passkey_login")
    page.wait_for_url(f"{url}/")
    assert page.locator("nav.side").count() == 1, "signed in, and no code was asked for"

    sign_out(page)
    page.fill("#id_login", WHO)
    page.fill("#id_password", office.passwords[WHO])
    page.click("main form.sheet button")
    page.wait_for_url("**/2fa/authenticate/")
    clean(page)
    page.goto(f"{url}/tasks/")
    assert "/accounts/2fa/" in page.url, "the password alone opens nothing"
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_selector("nav.side")

    page.goto(f"{url}/accounts/2fa/webauthn/")
    assert "Key 1" in page.inner_text("main")
    clean(page)
    page.click("a[href$='/remove/']")
    clean(page)
    page.fill("#id_password", office.passwords[WHO])
    page.click("main button[type='submit']")
    page.wait_for_url("**/remove/")
    clean(page)
    page.click("main form button")
    page.wait_for_url("**/2fa/webauthn/")
    assert "Key 1" not in page.inner_text("main")
    sign_out(page)
    page.click("#passkey_login")  # the authenticator still holds it; the office does not
    page.wait_for_selector(".messages")
    assert page.locator("nav.side").count() == 0


def test_under_an_address_of_numbers_the_page_says_why_there_is_no_passkey(desk):
    page, _url, office = desk
    page.goto(f"{office.url}/accounts/login/")
    assert page.locator("#passkey-failed").is_hidden()
    page.click("#passkey_login")
    page.wait_for_selector("#passkey-failed:visible")
    assert "localhost" in page.inner_text("#passkey-failed")
    clean(page)
