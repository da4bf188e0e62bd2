"""The cockpit: rendered by the server, opened in Chromium, watched by fifty people at once."""

from __future__ import annotations

import http.client
import json
import random
import statistics
import threading
import time
from urllib.parse import urlsplit

EVERY = 5.0  # seconds between two questions of a viewer; the page itself asks every 15 s


class Watcher(threading.Thread):
    """One viewer: opens the page, then asks whether anything changed, as the page's script does."""

    def __init__(self, url: str, cookie: str, until: float, luck: random.Random):
        super().__init__()
        self.place, self.cookie, self.until, self.luck = urlsplit(url), cookie, until, luck
        self.took: list[float] = []
        self.fresh = self.same = self.bad = 0

    def run(self) -> None:
        time.sleep(self.luck.uniform(0, EVERY))
        tag = ""
        while time.monotonic() < self.until:
            try:
                tag = self.ask(tag)
            except (OSError, http.client.HTTPException):
                self.bad += 1
            time.sleep(self.luck.uniform(0.8, 1.2) * EVERY)

    def ask(self, tag: str) -> str:
        """Ask once, on a connection of its own: the server keeps an idle one for two seconds."""
        headers = {"Cookie": f"twofronts_session={self.cookie}", "Accept-Language": "zh-CN"}
        if tag:
            headers["If-None-Match"] = tag
        start = time.perf_counter()
        line = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=30)
        try:
            line.request("GET", "/cockpit/live/", headers=headers)
            answer = line.getresponse()
            answer.read()
        finally:
            line.close()
        self.took.append(1000 * (time.perf_counter() - start))
        self.fresh += answer.status == 200
        self.same += answer.status == 304
        self.bad += answer.status not in (200, 304)
        return answer.headers.get("ETag") or tag


def watch(url: str, cookies: list[str], seconds: float, change) -> dict:
    """Let everybody watch while ``change()`` brings in a report every few seconds."""
    luck = random.Random(7)
    until = time.monotonic() + seconds
    people = [Watcher(url, c, until, random.Random(luck.random())) for c in cookies]
    for one in people:
        one.start()
    changes = 0
    while time.monotonic() < until - 8:
        time.sleep(8)
        change(changes)
        changes += 1
    for one in people:
        one.join()
    took = sorted(t for one in people for t in one.took)
    return {
        "n": len(took), "median": statistics.median(took), "p95": took[int(0.95 * len(took))],
        "fresh": sum(p.fresh for p in people), "same": sum(p.same for p in people),
        "bad": sum(p.bad for p in people), "changes": changes,
    }  # fmt: skip


def opened(url: str, cookie: str, times: int = 7) -> dict:
    """Seconds from asking for the page until slider, layers and charts answer, in Chromium."""
    from playwright.sync_api import sync_playwright
    from tools.browser import launch

    took, drawn = [], 0
    with sync_playwright() as play:
        browser = launch(play)
        for _i in range(times):
            context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
            context.add_cookies([{"name": "twofronts_session", "value": cookie, "url": url}])
            page = context.new_page()
            page.goto(f"{url}/cockpit/")
            page.wait_for_selector("html[data-ready]", state="attached")
            took.append(
                page.evaluate(
                    "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
                )
            )
            drawn = page.evaluate("document.querySelectorAll('.chart.drawn svg').length")
            context.close()
        browser.close()
    return {"median": statistics.median(took), "worst": max(took), "charts": drawn}


def rendered(times: int = 12) -> dict:
    """Milliseconds of the page on the server, nothing kept from before and kept for ten seconds."""
    from django.core.cache import cache
    from django.test import Client

    from twofronts_office.people.models import User

    client = Client(headers={"accept-language": "zh-hans"}, HTTP_HOST="127.0.0.1")
    client.force_login(
        User.objects.get(username="leader"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    cold, warm, size = [], [], 0
    for _i in range(times):
        cache.clear()
        for kept in (cold, warm):
            start = time.perf_counter()
            answer = client.get("/cockpit/")
            kept.append(1000 * (time.perf_counter() - start))
            assert answer.status_code == 200, answer.status_code
            size = len(answer.content)
    return {
        "cold": statistics.median(cold), "worst": max(cold[1:]), "first": cold[0],
        "warm": statistics.median(warm), "kib": size / 1024,
    }  # fmt: skip


def signed_in(n: int = 50) -> list[str]:
    """Sessions of ``n`` viewers: leader, group office and analyst in turn."""
    from django.test import Client

    from twofronts_office.people.models import User

    found = []
    for i in range(n):
        user = User.objects.get(username=("leader", "office", "analyst")[i % 3])
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        found.append(client.cookies["twofronts_session"].value)
    return found


def late_report(i: int) -> None:
    """A correction of the newest day's report of the city comes in."""
    from twofronts_office.reports.models import DailyReport

    last = (
        DailyReport._base_manager.filter(area_id="320100000000")
        .order_by("-date", "-revision")
        .first()
    )
    DailyReport(
        area_id=last.area_id, date=last.date, revision=last.revision + 1, state="city_approved",
        new_confirmed=1, cum_confirmed=93, suspected=i,
    ).save()  # fmt: skip


def long_series(days: int = 100) -> int:
    """Reports of the city and its districts back to a hundred days: none before the first case."""
    from datetime import timedelta

    from twofronts_office.areas.models import Area
    from twofronts_office.common import clock
    from twofronts_office.reports.models import DailyReport

    today = clock.today()
    rows = []
    for area in Area._base_manager.filter(level="city"):
        held = set(DailyReport._base_manager.filter(area=area).values_list("date", flat=True))
        for d in range(1, days + 1):
            day = today - timedelta(days=d)
            if day not in held:
                rows.append(
                    DailyReport(
                        area=area, date=day, state="city_approved", new_confirmed=0,
                        cum_confirmed=0, cum_cured=0, in_hospital=0, revision=1,
                    )
                )  # fmt: skip
    DailyReport._base_manager.bulk_create(rows, batch_size=500)
    return DailyReport._base_manager.filter(area__level="city").values("date").distinct().count()


def work_out(limit: float = 900) -> dict:
    """Work the situation out as the worker does it; the page then shows what came out."""
    from benchmarks.office.inside import Worker
    from twofronts_office.people.models import User
    from twofronts_office.plans.domain import ask
    from twofronts_office.plans.models import Plan

    plan = Plan(title="Situation", kind="situation", draws=200)
    ask(plan=plan, by=User.objects.get(username="office"))
    with Worker():
        until = time.monotonic() + limit
        while time.monotonic() < until and plan.state not in ("done", "failed"):
            time.sleep(1)
            plan.refresh_from_db()
    if plan.state != "done" or "as_of" not in plan.result:
        raise SystemExit(f"the situation ended as {plan.state}: {plan.error}")
    return {"days": len(plan.result["situation"]["dates"]), "bytes": len(json.dumps(plan.result))}
