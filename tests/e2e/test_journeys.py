"""The main journeys in a real browser, in both languages, at desktop and phone width; axe on pages.

The office runs as a user starts it: its own process, SQLite, the demonstration.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "import sys, typer; from twofronts_office.commands import register; app = typer.Typer(); app.command('x')(lambda: None); register(app); app(sys.argv[1:])"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Office:
    def __init__(self, url: str, passwords: dict[str, str]):
        self.url, self.passwords = url, passwords


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    home = tmp_path_factory.mktemp("office")
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
    env.pop("DATABASE_URL", None)
    env |= {
        "TWOFRONTS_OFFICE_HOME": str(home), "TWOFRONTS_OFFICE_DEMO": "1",
        "PYTHONPATH": str(ROOT / "src"), "TWOFRONTS_OFFICE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    start = [sys.executable, "-c", COMMAND, "office"]
    made = subprocess.run(
        [*start, "createdemo", "--enterprises", "150"],
        env=env,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert made.returncode == 0, made.stderr[-2000:]
    passwords = dict(re.findall(r"^  (\w+)\s+(\S+)$", made.stdout, re.M))
    server = subprocess.Popen(
        [*start, "serve", "--port", str(port), "--workers", "1"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/health/?format=json", timeout=2)
            break
        except OSError:
            time.sleep(0.5)
    yield Office(url, passwords)
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(params=[("zh-CN", "phone"), ("en", "desktop")], ids=["zh-phone", "en-desktop"])
def sit(request, chromium, office):
    """Return a function that signs somebody in on a fresh page; consoles must stay silent."""
    language, size = request.param
    width, height = SIZES[size]
    pages, said = [], []

    def as_user(username: str | None):
        context = chromium.new_context(locale=language, viewport={"width": width, "height": height})
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on(
            "console",
            lambda m: said.append(m.text) if "Content Security Policy" in m.text else None,
        )
        page.on(
            "request",
            lambda r: said.append(r.url) if not r.url.startswith((office.url, "data:")) else None,
        )
        pages.append(context)
        if username:
            page.goto(f"{office.url}/accounts/login/")
            page.fill("#id_login", username)
            page.fill("#id_password", office.passwords[username])
            page.click("main button")
            page.wait_for_selector("h1")
        return page

    as_user.key = f"{language}-{size}"
    yield as_user
    for context in pages:
        context.close()
    assert said == [], "errors, refused inline code or requests to elsewhere"


def press(page) -> None:
    page.click("main form.sheet .go button")
    page.wait_for_load_state()


def do(page, office, path: str, **fields) -> None:
    """Open a form, fill it by field name and send it."""
    page.goto(f"{office.url}{path}")
    for name, value in fields.items():
        field = page.locator(f"main [name={name}]")
        if value is True:
            field.check()
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))
    press(page)


def check_character(first: str) -> str:
    from twofronts_office.enterprises.uscc import check_character as of

    return of(first)


def test_file_and_resume(sit, office):
    page = sit(None)
    first = "91320106" + ("MA1ABCDE1" if "zh" in sit.key else "MA1ABCDE2")
    do(
        page, office, "/public/file/", uscc=first + check_character(first), name="Journey Works",
        area="320106000000", sector="F", insured_staff=30, resume_on="2020-02-20", staff_planned=20,
        lead_name="Lead", lead_phone="025", risk_staff=0, mask_days=7, thermometers=2,
        check_masks=True, committed=True,
    )  # fmt: skip
    page.wait_for_selector(".receipt")
    assert page.locator(".receipt .big").inner_text().startswith("BA2020")
    link = page.url.removeprefix(office.url)
    do(
        page,
        office,
        f"{link}report/",
        date="2020-02-19",
        present=18,
        ill=0,
        quarantined=0,
        capacity_pct=60,
    )
    page.wait_for_selector(".receipt .tag.good")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "no sideways scrolling"
    )


def test_district_report_to_publication(sit, office):
    area = "320106000000"
    day = "2020-02-17" if "zh" in sit.key else "2020-02-16"
    clerk = sit("gulou_health")
    do(
        clerk,
        office,
        f"/reports/new/?area={area}",
        area=area,
        date=day,
        new_confirmed=0,
        cum_confirmed=11,
    )
    clerk.wait_for_selector("dl.fields")
    row = clerk.url.removeprefix(office.url)
    do(clerk, office, f"{row}do/submit/")
    lead = sit("gulou_lead")
    do(lead, office, f"{row}do/approve-district/")
    city = sit("health_lead")
    do(city, office, f"{row}do/approve-city/")
    assert city.locator(".tag.good").first.is_visible()
    group = sit("office")
    do(group, office, "/publications/new/", date=day)
    group.wait_for_selector("dl.fields")
    assert "例" in group.inner_text("dl.fields")


def test_need_to_fulfilment(sit, office):
    clerk = sit("industry")
    do(clerk, office, "/needs/match/", area="320100000000")
    clerk.wait_for_selector("#rows")
    clerk.goto(f"{office.url}/matches/?state=proposed")
    clerk.click("#rows tbody a >> nth=0")
    clerk.wait_for_selector("dl.fields")
    row = clerk.url.removeprefix(office.url)
    do(clerk, office, f"{row}do/accept/")
    do(clerk, office, f"{row}do/fulfil/", amount=1, day="2020-02-19", evidence="Seen at the gate")
    assert "Seen at the gate" in clerk.inner_text("main")


def test_checkpoint_from_decision_to_evidence(sit, office):
    group = sit("office")
    group.goto(f"{office.url}/checkpoints/?tier=city&decided=keep")
    group.click("#rows tbody a >> nth=0")
    group.wait_for_selector("dl.fields")
    row = group.url.removeprefix(office.url)
    do(
        group,
        office,
        f"{row}do/decide/",
        decided="remove",
        act_by="2020-02-20",
        decided_by="Meeting",
        reason="Roads",
    )
    bureau = sit("transport")
    do(
        bureau,
        office,
        f"{row}do/verify/",
        actual="removed",
        evidence="Lanes open at 9, seen by two",
    )
    assert "Lanes open at 9" in bureau.inner_text("main")


def test_task_to_done(sit, office):
    title = f"Journey {sit.key}"
    group = sit("office")
    do(
        group,
        office,
        "/tasks/new/",
        title=title,
        area="320106000000",
        department="community",
        due="2020-02-21",
    )
    group.wait_for_selector("dl.fields")
    row = group.url.removeprefix(office.url)
    doer = sit("community")
    doer.goto(office.url)
    assert title in doer.inner_text("main"), "what is due stands on the home page"
    do(doer, office, f"{row}do/deliver/", evidence="List attached")
    do(group, office, f"{row}do/judge/", enough=True)
    assert group.locator(".tag.good").first.is_visible()


PAGES = {
    None: ["/public/file/", "/public/verify/", "/accounts/login/"],
    "office": [
        "/", "/enterprises/", "/rates/", "/tasks/", "/tasks/new/", "/tasks/1/", "/tasks/1/history/",
        "/meetings/1/", "/decisions/", "/checkpoints/", "/checkpoints/1/", "/supplies/cover/",
        "/indicators/board/", "/reports/seen/", "/reports/as-of/", "/notifications/",
        "/enterprises/export/", "/plans/new/", "/accounts/2fa/",
    ],
    "health": ["/cases/", "/cases/1/", "/cases/new/", "/cases/chains/", "/contacts/", "/reports/import/", "/beds/"],
    "industry": ["/enterprises/1/", "/enterprises/1/edit/", "/enterprises/1/file/", "/inspections/draw/", "/needs/match/"],
    "admin": ["/people/", "/people/1/", "/roles/new/", "/security-log/", "/areas/"],
    "supplies": ["/supplies/allocate/", "/stocks/", "/goods/"],
    "community": ["/communities/", "/communities/60/do/level/", "/requests/"],
}  # fmt: skip


@pytest.mark.parametrize("who", list(PAGES), ids=str)
def test_axe_finds_nothing(sit, office, who):
    from axe_playwright_python.sync_playwright import Axe

    page = sit(who)
    found = []
    for path in PAGES[who]:
        answer = page.goto(f"{office.url}{path}")
        assert answer.status == 200, path
        for v in Axe().run(page).response["violations"]:
            nodes = [n["html"][:160] for n in v["nodes"][:2]]
            found.append(f"{path}: {v['id']}: {nodes}")
    assert not found, "\n".join(found)
