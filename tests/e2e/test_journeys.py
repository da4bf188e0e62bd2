"""The main journeys in a real browser, in both languages, at desktop and phone width; axe on pages.

The office runs as a user starts it (``conftest.py``): its own process, SQLite, the demonstration.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tools.browser import SIZES, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


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


# Asks the office itself, through its address table, which pages there are and who may open them:
# every address is opened as one person after another until somebody gets a page.
WHICH = """
import json
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from twofronts_office.common.models import Job
from twofronts_office.common.register import REGISTERS
from twofronts_office.enterprises.models import Filing
from twofronts_office.bridge.rulebooks import builtin
from twofronts_office.people.models import User
from twofronts_office.plans.models import Plan

FIRST = ("office", "health", "health_lead", "industry", "transport", "supplies", "community",
         "admin", "analyst", "leader", "enterprise", None)
clients = {}
for name in FIRST:
    clients[name] = Client(headers={"accept-language": "en"})
    if name:
        clients[name].force_login(
            User.objects.get(username=name), "allauth.account.auth_backends.AuthenticationBackend"
        )
clients["enterprise"].force_login(
    User.objects.get(username="enterprise"), "allauth.account.auth_backends.AuthenticationBackend"
)
# one that waits: a finished one is opened by test_whatif_browser
whatif = Plan(title="What if", kind="whatif", books=[{"name": "held", "toml": builtin("held")}])
whatif.save()
job = Job.objects.create(kind="export", register="cases", state="done", result={"rows": 3},
                         owner=User.objects.get(username="health"))
token = Filing._base_manager.filter(withdrawn_at=None).order_by("pk").first().token

def named(patterns):
    for p in patterns:
        if isinstance(p, URLPattern):
            if p.name:
                yield p
        else:
            yield from named(p.url_patterns)

BESIDE = {"filing-receipt": "filings", "meeting-communique": "meetings"}

def rows(name):
    bare = BESIDE.get(name, name)
    slug = max((s for s in REGISTERS if bare == s or bare.startswith(s + "-")), key=len, default="")
    if not slug:
        return []
    some = slice(None) if slug == "communities" else slice(0, 40, 3)  # one role edits its own only
    return list(REGISTERS[slug].model._base_manager.order_by("pk").values_list("pk", flat=True)[some])

def arguments(p):
    takes = p.pattern.converters
    given = {}
    if "token" in takes:
        given["token"] = token
    if p.name.startswith("job"):
        return [given | {"pk": job.pk}]
    if p.name.startswith("whatif-") and "pk" in takes:
        return [given | {"pk": whatif.pk} | ({"number": 0} if "number" in takes else {})]
    if "number" in takes:
        given["number"] = 1
    if "pk" not in takes:
        return [given]
    return [given | {"pk": pk} for pk in rows(p.name)] or [given | {"pk": 1}]

def find(p):
    seen = []
    for given in arguments(p):
        try:
            url = reverse(p.name, kwargs=given)
        except Exception as error:
            return None, repr(error)
        for who in (None, *FIRST[:-1]) if p.name.startswith(("public", "verify", "account_login")) else FIRST:
            answer = clients[who].get(url)
            seen.append(answer.status_code)
            if answer.status_code == 200:
                kind = answer["Content-Type"].split(";")[0]
                answer.close()
                return (who, url, kind), ""
    return None, str(sorted(set(seen)))

found, none = [], {}
for p in named(get_resolver().url_patterns):
    if p.name.startswith(("api-", "socialaccount_")):
        continue
    page, why = find(p)
    if page is None:
        none[p.name] = why
    else:
        found.append([p.name, *page])
empty = [s for s, r in REGISTERS.items() if not r.model._base_manager.exists()]
print(json.dumps([found, none, empty]))
"""
# Parts of a page, asked for by the page itself and judged with it.
PARTS = {"cockpit-live"}
# Addresses that answer nobody's GET with a page: they take a form, hand out a file, or lead on.
NOT_PAGES = {
    "set_language",
    "job-file",
    "account_signup",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_inactive",
    "account_set_password",
    "account_confirm_login_code",
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(office):
    done = subprocess.run(
        [sys.executable, "-c", WHICH], capture_output=True, text=True, timeout=500,
        env=office.env | {"DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_address_has_a_page_or_is_known_to_have_none(pages):
    found, none, empty = pages
    assert not empty, "the demonstration has a row in every register, so that none is left out"
    unknown = {
        n: why for n, why in none.items()
        if n not in NOT_PAGES and not n.endswith(("-attach", "-file")) and "mfa" not in n
    }  # fmt: skip
    assert not unknown, json.dumps(unknown, indent=1)
    assert len(found) > 190


@pytest.mark.parametrize(("language", "size"), [("zh-CN", "phone"), ("en", "desktop")])
def test_axe_finds_nothing_on_any_page(chromium, office, pages, language, size):
    """Every page in Chinese on a phone; every register's kinds of page in English on a desk."""
    from axe_playwright_python.sync_playwright import Axe

    width, height = SIZES[size]
    by_who: dict[str | None, list[str]] = {}
    for name, who, url, kind in pages[0]:
        often = size == "phone" or not name.startswith(SELDOM)
        if kind == "text/html" and often and name not in PARTS:
            by_who.setdefault(who, []).append(url)
    found, wide, n = [], [], 0
    for who, urls in by_who.items():
        context = chromium.new_context(locale=language, viewport={"width": width, "height": height})
        page = context.new_page()
        page.set_default_timeout(20_000)
        if who:
            sign_in(page, office.url, who, office.passwords[who])
        for url in sorted(urls, key=lambda u: "logout" in u):
            page.goto(f"{office.url}{url}")
            n += 1
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                wide.append(url)
            for v in Axe().run(page).response["violations"]:
                nodes = [node["html"][:160] for node in v["nodes"][:2]]
                found.append(f"{url}: {v['id']}: {nodes}")
        context.close()
    assert not found, "\n".join(found)
    assert not wide, f"pages that scroll sideways: {wide}"
    assert n > (200 if size == "phone" else 40)


# registers whose pages come from the same templates as the others': on the desk once is enough
SELDOM = (
    "areas", "beds", "checkpoint", "commitments", "depots", "follow-up", "freight", "fulfilments",
    "goods", "hospitals", "indicators", "matches", "offers", "readings", "receipts", "restrictions",
    "roles", "services", "shipments", "stocks", "supply-requests", "transfers", "requests",
    "communities", "daily-staff", "alerts", "decisions", "publications", "needs", "contacts",
)  # fmt: skip
