"""The whole loop in a browser, in both languages: from the day's report to the next meeting.

reports -> situation -> what-if -> plan -> meeting -> changes and tasks -> evidence -> next meeting.
The office's city is the invented town, whose runs take seconds. ``TWOFRONTS_LOOP_PICTURES=FOLDER``
keeps a picture of each step.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from tools.browser import SIZES, free_port, sign_in, wait_until_up

from factories.town_office import CITY, OLD, PASSWORD, town_office

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

DAY, TODAY = "2020-02-19", "2020-02-20"
LONGER = "2020-02-27"
DIRECTIVE = """省指挥部通知
一、交通。各地应于2月22日前取消市域内检查点，恢复货运。
二、复工。对符合防护标准的企业实行备案，不得审批。
会议指出，思想上不能松懈。"""


@pytest.fixture(params=[("zh-CN", "phone"), ("en", "desktop")], ids=["zh-phone", "en-desktop"])
def seat(request, chromium, tmp_path):
    """A fresh office of the town and a chair for each of its people; consoles stay silent."""
    language, size = request.param
    port = free_port()
    office = town_office(tmp_path, port=port, clock=TODAY)
    server = subprocess.Popen(
        office.command("serve", "--port", str(port), "--workers", "1"),
        env=office.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    one = Seat(chromium, f"http://127.0.0.1:{port}", language, size)
    wait_until_up(one.url)
    yield one
    one.close()
    server.terminate()
    server.wait(timeout=30)
    assert one.said == [], "errors, refused inline code or requests to elsewhere"


class Seat:
    """People of the town in one language at one screen."""

    def __init__(self, browser, url: str, language: str, size: str):
        self.browser, self.url, self.language, self.size = browser, url, language, size
        self.pages: dict = {}
        self.said: list[str] = []
        self.steps = 0

    def as_(self, who: str):
        """The page of somebody, signed in once."""
        if who not in self.pages:
            width, height = SIZES[self.size]
            context = self.browser.new_context(
                locale=self.language, viewport={"width": width, "height": height}
            )
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda e: self.said.append(str(e)))
            page.on("console", lambda m: "Content Security" in m.text and self.said.append(m.text))
            page.on(
                "request",
                lambda r: (
                    self.said.append(r.url) if not r.url.startswith((self.url, "data:")) else None
                ),
            )
            sign_in(page, self.url, who, PASSWORD)
            self.pages[who] = page
        return self.pages[who]

    def close(self) -> None:
        """Close every page."""
        for page in self.pages.values():
            page.context.close()

    def go(self, who: str, path: str):
        """Open an address as somebody."""
        page = self.as_(who)
        answer = page.goto(f"{self.url}{path}")
        assert answer.status == 200, f"{path} for {who}: {answer.status}"
        return page

    def fill(self, who: str, path: str, **fields) -> str:
        """Fill a form and send it; returns the address it led to."""
        page = self.go(who, path)
        for name, value in fields.items():
            field = page.locator(f"main form.sheet [name={name}]")
            if value is True:
                field.check()
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(str(value))
        page.click("main form.sheet .go button")
        page.wait_for_load_state()
        assert page.locator(".errors, .message.error").count() == 0, page.inner_text("main")
        return page.url.removeprefix(self.url)

    def picture(self, name: str, page) -> None:
        """Keep what the page shows, for somebody to look at."""
        self.steps += 1
        folder = os.environ.get("TWOFRONTS_LOOP_PICTURES")
        if folder:
            file = Path(folder) / f"{self.language[:2]}-{self.steps:02d}-{name}.png"
            page.screenshot(path=file, full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{name} scrolls sideways"


WAIT = 240_000  # the machine of the tests may be busy [ms]


def wait_done(seat: Seat, who: str, row: str) -> None:
    """Wait until a run has ended well."""
    for _ in range(240):
        page = seat.go(who, row)
        state = page.locator("dl.fields .tag").first
        if state.count() and "good" in state.get_attribute("class"):
            return
        assert "bad" not in (state.get_attribute("class") or ""), page.inner_text("main")
        time.sleep(0.5)
    raise AssertionError("the run did not end")


def report_the_day(seat: Seat) -> None:
    """The clerk reports, the approver approves for district and city; the report is locked."""
    before = seat.go("leader", "/cockpit/").inner_text("main")
    assert DAY not in before
    row = seat.fill(
        "health", f"/reports/new/?area={CITY}", area=CITY, date=DAY, new_confirmed=1, new_cured=1,
        cum_confirmed=9, cum_cured=4, in_hospital=5, new_deaths=0, cum_deaths=0,
    )  # fmt: skip
    seat.fill("health", f"{row}do/submit/")
    seat.fill("health_lead", f"{row}do/approve-district/")
    seat.fill("health_lead", f"{row}do/approve-city/")
    page = seat.go("health_lead", row)
    assert page.locator(".tag.good").first.is_visible()
    seat.picture("report-approved", page)


def see_the_situation(seat: Seat) -> None:
    """The approval asks for the situation; when it is worked out, the leader's cockpit shows it."""
    page = seat.go("analyst", "/plans/?kind=situation")
    row = page.locator("#rows tbody a").first.get_attribute("href")
    wait_done(seat, "analyst", row)
    seat.picture("situation", seat.go("analyst", row))
    for _ in range(30):  # the page is kept for some seconds
        page = seat.go("leader", "/cockpit/")
        if page.locator(f"main a[href='{row}']").count():
            break
        time.sleep(1)
    assert page.locator(f"main a[href='{row}']").count(), "figures lead to the situation"
    assert DAY in page.inner_text("main"), "the cockpit stands on the approved report"
    seat.picture("cockpit", page)


def run_a_what_if(seat: Seat) -> str:
    """Two rulebooks on the same draws, in the what-if room; returns the run's row."""
    page = seat.go("analyst", "/whatif/")
    page.select_option("#slot-b", "meeting")
    page.fill("#days", "14")
    page.fill("#draws", "40")
    page.click("form.whatif-form .go button")
    page.wait_for_selector("table.compare", timeout=WAIT)
    page.wait_for_selector("#ended", state="attached", timeout=WAIT)
    number = page.url.rstrip("/").rsplit("/", 1)[-1]
    page = seat.go("leader", f"/whatif/{number}/")
    page.wait_for_selector(".chart[data-spec].drawn")
    seat.picture("what-if", page)
    return f"/plans/{number}/"


def keep_a_checkpoint(seat: Seat) -> str:
    """The group's own question: and if we keep that checkpoint one week longer?"""
    page = seat.go("analyst", "/whatif/edit/?from=meeting")
    page.select_option("[name=p-checkpoint-0-place]", "inner-old-mill")
    page.select_option("[name=p-checkpoint-0-level]", "all_roads")
    page.fill("[name=p-checkpoint-0-until]", LONGER)
    seat.picture("one-checkpoint", page)
    page.fill("[name=name]", "A week longer")
    page.select_option("[name=against]", "meeting")
    page.click("[name=run]")
    page.wait_for_selector("table.compare", timeout=WAIT)
    page.wait_for_selector("#ended", state="attached", timeout=WAIT)
    number = page.url.rstrip("/").rsplit("/", 1)[-1]
    page = seat.go("leader", f"/whatif/{number}/")
    page.wait_for_selector(".chart[data-spec].drawn")
    said = page.inner_text("main")
    zh = seat.language.startswith("zh")
    assert (
        "工坊路检查点，市域内检查卡点" if zh else "Mill Lane, Checkpoints inside the city"
    ) in said
    assert LONGER in said
    seat.picture("a-week-longer", page)
    return f"/plans/{number}/"


def adopt(seat: Seat, plan: str) -> str:
    """A directive is read and kept; the plan is adopted for a meeting, which drafts its decisions."""
    directive = seat.fill(
        "office", "/directives/new/", text=DIRECTIVE, issuer="province", issued_on=TODAY
    )
    page = seat.go("office", f"{directive}review/")
    seat.picture("directive", page)
    page.locator("button[name=line_kept]").first.click()
    page.wait_for_load_state()
    meeting = seat.fill(
        "office", "/meetings/new/", title="第一次会议", title_en="First meeting",
        held_at=f"{TODAY}T15:00",
    )  # fmt: skip
    seat.fill("office", f"{plan}do/adopt/", option="A week longer", meeting=meeting.split("/")[-2])
    return meeting


def hold_the_meeting(seat: Seat, meeting: str) -> str:
    """Open, look, decide as ticked; a task goes to a district; held, and the communique issued."""
    room = f"{meeting}room/"
    seat.fill("office", f"{meeting}do/open/")
    page = seat.go("leader", room)
    seat.picture("meeting-room", page)
    boxes = page.locator("input[name=decision]")
    n = boxes.count()
    assert n >= 20, "the plan's decisions are drafted by line of work"
    for slip in (boxes.first, page.locator("#reason")):
        slip.press("Enter")
        page.wait_for_timeout(300)
        assert page.url.endswith(room), "Enter in a box or in the reason decides nothing"
    for i in range(n):
        boxes.nth(i).check()
    page.click("button[name=decide]")
    page.wait_for_load_state()
    assert page.locator("input[name=decision]").count() == 0
    seat.picture("meeting-decided", page)
    seen = seat.go("analyst", f"{meeting}seen/").inner_text("main")
    assert DAY in seen
    page = seat.go("office", room)
    link = page.locator("#communities .tasks a[href*='/tasks/new/']").first.get_attribute("href")
    task = seat.fill(
        "office", link, title="Check the ends of all restrictions", area=OLD,
        department="community", due="2020-02-21",
    )  # fmt: skip
    seat.fill("office", f"{meeting}do/hold/")
    seat.fill("office", f"{meeting}do/publish/")
    for language in ("zh", "en"):
        answer = page.request.get(f"{seat.url}{meeting}communique/?lang={language}")
        assert answer.body().startswith(b"%PDF")
    return task


def confirm_changes(seat: Seat) -> None:
    """Owners confirm what was decided; planned and actual say so."""
    page = seat.go("transport", "/changes/confirm/")
    n = page.locator("input[name=change]").count()
    assert n >= 1
    seat.picture("changes", page)
    zh = seat.language.startswith("zh")
    name = "工坊路检查点" if zh else "Mill Lane"
    one = page.locator("main tbody tr").filter(has_text=name).last
    assert (f"保留至{LONGER}，之后撤除" if zh else f"keep until {LONGER}, then remove") in (
        one.inner_text()
    )
    one.locator("input[name=change]").check()
    one.locator("input[name=change]").press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("input[name=change]").count() == n, "Enter in a box confirms nothing"
    page.click("button[name=confirm]")
    page.wait_for_load_state()
    assert page.locator("input[name=change]").count() == n - 1
    page = seat.go("transport", "/checkpoints/?tier=inner")
    assert "2020-02-28" in page.inner_text("main"), "to be gone on the day after its last one"
    page = seat.go("old_town", "/changes/confirm/")
    page.locator("button[name=all]").first.click()
    page.locator("button[name=sure]").click()
    page.wait_for_load_state()
    assert page.locator("input[name=change]").count() == 0
    page = seat.go("leader", "/decisions/in-operation/")
    assert re.search(r"\d+\.\d%", page.inner_text("main"))
    seat.picture("planned-and-actual", page)


def carry_out(seat: Seat, task: str) -> None:
    """The task stands on the district's home page; it is delivered with evidence and judged."""
    page = seat.go("old_town", "/")
    assert "Check the ends of all restrictions" in page.inner_text("main")
    seat.picture("task-at-the-district", page)
    seat.fill("old_town", f"{task}do/deliver/", evidence="Two lists checked, one end corrected")
    seat.fill("office", f"{task}do/judge/", enough=True)
    page = seat.go("office", task)
    assert page.locator(".tag.good").first.is_visible()
    seat.picture("task-done", page)


def next_meeting(seat: Seat) -> None:
    """The next meeting sees the last one's task with its evidence, and what is still directed."""
    meeting = seat.fill(
        "office", "/meetings/new/", title="第二次会议", title_en="Second meeting",
        held_at="2020-02-21T15:00",
    )  # fmt: skip
    page = seat.go("leader", f"{meeting}room/")
    said = page.inner_text("main")
    assert "Two lists checked, one end corrected" in said
    assert "取消市域内检查点" in said, "a directive that nothing carries out yet"
    seat.picture("next-meeting", page)
    page = seat.go("leader", "/tasks/scorecard/")
    assert "old_town" in page.inner_text("main")
    seat.picture("scorecard", page)


def test_the_whole_loop(seat):
    report_the_day(seat)
    see_the_situation(seat)
    run_a_what_if(seat)
    plan = keep_a_checkpoint(seat)
    meeting = adopt(seat, plan)
    task = hold_the_meeting(seat, meeting)
    confirm_changes(seat)
    carry_out(seat, task)
    next_meeting(seat)
