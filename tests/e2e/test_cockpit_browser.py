"""The cockpit in a real browser: read, explored by keyboard, kept up to date, on a wall, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
DATA = Path(__file__).resolve().parents[1] / "office" / "data" / "situation_nanjing.json"
# A situation that has ended, as a job leaves it, and the warnings that follow from it.
PUT = f"""
import json, django
from datetime import date
django.setup()
from twofronts_office.alerts.domain import watch
from twofronts_office.common import clock
from twofronts_office.common.scope import system_scope
from twofronts_office.plans.models import Plan
found = json.load(open({str(DATA)!r}, encoding="utf-8"))
plan = Plan(title="Situation", kind="situation", state="done", progress=100, result=found)
if hasattr(plan, "as_of"):
    plan.as_of = date.fromisoformat(found["as_of"])
with system_scope():
    plan.save()
    watch(today=clock.today())
"""
REPORT = """
import django
django.setup()
from datetime import date
from twofronts_office.reports.models import DailyReport
row = DailyReport(area_id="320100000000", date=date(2020, 2, 18), revision={revision},
                  state="city_approved", new_confirmed=1, cum_confirmed=93, suspected={n})
row.save()
"""
# what of the page is cut: a figure wider than its card, a chart or a warning that its box cuts in two
CUT = """
(() => {
  const cut = [];
  document.querySelectorAll(".fact .value").forEach((v) => {
    const range = document.createRange();
    range.selectNodeContents(v);
    const card = v.closest("a, .plain").getBoundingClientRect();
    if (range.getBoundingClientRect().right > card.right) { cut.push(v.textContent); }
  });
  document.querySelectorAll(".box .chart[data-spec], .box .fact, .box .dues li").forEach((e) => {
    const box = e.closest(".box").getBoundingClientRect(), one = e.getBoundingClientRect();
    const seen = one.height && one.top < box.bottom && one.left < box.right;
    if (seen && one.bottom > box.bottom + 1) { cut.push(e.textContent || e.dataset.spec); }
  });
  return cut;
})()
"""
READY = "html[data-ready]"
DRAWN = "document.querySelectorAll('.chart.drawn svg').length"


@pytest.fixture(scope="module")
def worked_out(office):
    office.inside(PUT)
    return office


@pytest.fixture
def cockpit(sit, worked_out):
    page = sit("leader")
    page.goto(f"{worked_out.url}/cockpit/")
    page.wait_for_selector(READY)
    return page


def test_a_leader_reads_both_fronts_at_once(cockpit, sit):
    top = cockpit.inner_text(".verdict")
    assert ("下降" if "zh" in sit.key else "Falling") in top
    assert "0.40" in top
    assert "22 " in top.replace("（", " ")
    assert cockpit.locator(".facts .fact").count() >= 15
    assert cockpit.evaluate(DRAWN) == cockpit.locator(".chart[data-spec]").count()
    assert cockpit.locator(".land").count() == 11
    assert not cockpit.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")


def test_everything_is_reached_by_keyboard(cockpit, worked_out):
    seen = set()
    cockpit.focus("#main")
    for _ in range(140):
        cockpit.keyboard.press("Tab")
        seen.add(
            cockpit.evaluate(
                "(e => e.id || e.className.baseVal || e.className || e.name || e.tagName)"
                "(document.activeElement)"
            )
        )
    assert {"district", "map-day", "SUMMARY"} <= seen
    cockpit.focus(".district")
    name = cockpit.get_attribute(".district", "data-name")
    assert cockpit.inner_text("#map-say").startswith(name)
    cockpit.focus("#map-day")
    now = cockpit.inner_text("#map-date")
    cockpit.keyboard.press("ArrowRight")
    ahead = cockpit.inner_text("#map-date")
    assert "2020-02-18" in now
    assert "2020-02-19" in ahead
    assert ahead[10:] != now[10:]
    assert "%" in cockpit.locator(".lv").first.text_content(), "a grade ahead has its probability"
    cockpit.keyboard.press("Home")
    assert "2020-01" in cockpit.inner_text("#map-date")
    cockpit.locator("details.behind summary").first.focus()
    cockpit.keyboard.press("Enter")
    assert cockpit.locator("details.behind[open]").count() == 1


def test_layers_come_and_go(cockpit):
    seen = cockpit.locator(".pt.communities >> visible=true")
    assert seen.count() == 0
    cockpit.check("[name=layer][value=communities]")
    assert seen.count() > 0
    cockpit.uncheck("[name=layer][value=checkpoints]")
    assert cockpit.locator(".pt.checkpoints >> visible=true").count() == 0


def test_axe_finds_nothing_with_every_table_open(cockpit, worked_out):
    from axe_playwright_python.sync_playwright import Axe

    cockpit.evaluate("document.querySelectorAll('details.behind').forEach(d => { d.open = true; })")
    for address in ("", "?wall=1"):
        if address:
            cockpit.goto(f"{worked_out.url}/cockpit/{address}")
            cockpit.wait_for_selector(READY)
        found = [
            f"{v['id']}: {[n['html'][:160] for n in v['nodes'][:2]]}"
            for v in Axe().run(cockpit).response["violations"]
        ]
        assert not found, "\n".join(found)


def test_a_new_report_comes_in_without_a_reload(cockpit, worked_out, sit):
    cockpit.focus("#map-day")
    cockpit.keyboard.press("ArrowRight")
    cockpit.locator("details.behind summary").nth(1).click()
    revision, n = (7, 4321) if "zh" in sit.key else (8, 8765)
    worked_out.inside(REPORT.format(revision=revision, n=n))
    cockpit.locator(".front-one", has_text=f"{n:,}").wait_for(timeout=45_000)
    assert "2020-02-19" in cockpit.inner_text("#map-date"), "the chosen day stays"
    assert cockpit.evaluate(DRAWN) == cockpit.locator(".chart[data-spec]").count()


def test_on_a_wall_nothing_is_below_the_edge(chromium, worked_out):
    for locale in ("zh-CN", "en"):
        context = chromium.new_context(locale=locale, viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        sign_in(page, worked_out.url, "leader", worked_out.passwords["leader"])
        page.goto(f"{worked_out.url}/cockpit/?wall=1")
        page.wait_for_selector(READY)
        assert page.evaluate("document.documentElement.scrollHeight <= 1080")
        assert page.locator(".box.operation").count() == 1
        boxes = page.locator(".fronts .box >> visible=true").all()
        assert len(boxes) == 7
        for box in boxes:
            place = box.bounding_box()
            assert place["y"] + place["height"] <= 1080
            assert place["height"] > 100
        for chart in page.locator(".chart[data-spec]").all():
            assert chart.bounding_box()["height"] >= 60
        assert page.evaluate(CUT) == [], locale
        assert not page.locator("nav.side").is_visible()
        page.click("#wall-off")
        assert page.locator("nav.side").is_visible()
        context.close()


def test_on_paper_the_charts_fit_the_sheet(chromium, worked_out):
    context = chromium.new_context(locale="en", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, worked_out.url, "analyst", worked_out.passwords["analyst"])
    page.goto(f"{worked_out.url}/cockpit/")
    page.wait_for_selector(READY)
    sheet = page.pdf(prefer_css_page_size=True)
    assert 1 <= sheet.count(b"/Type /Page") - sheet.count(b"/Type /Pages") <= 2
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for chart in page.locator(".chart[data-spec]").all():
        box, drawn = chart.bounding_box(), chart.locator("svg").bounding_box()
        assert abs(box["width"] - drawn["width"]) <= 1
        assert abs(box["height"] - drawn["height"]) <= 1
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 1054
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("nav.side").is_visible()
    context.close()


def test_it_is_usable_within_two_seconds(cockpit, worked_out):
    cockpit.goto(f"{worked_out.url}/cockpit/")
    cockpit.wait_for_selector(READY)
    took = cockpit.evaluate(
        "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    )
    assert took < 6000, "the benchmark holds it to 2 s on a quiet machine"
