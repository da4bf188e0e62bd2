"""The what-if room in a real browser: from the click to the reasons, by keyboard, axe on each page."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


# A brief that has ended, as a job leaves it: the front of its search, each plan with its decisions.
FRONT = [
    {
        "name": "plan" if i == 0 else "planned", "chosen": i == 0, "keeps": i != 5,
        "title": {"en": "The recommended plan", "zh": "推荐方案"},
        "health": 900.0 + 150 * i, "economy": 26_000.0 - 700 * i, "burden": 4e6 + 3e5 * i,
        "decisions": [
            {"text": f"小区管理：方案{i}", "text_en": f"Community entrances: as plan {i} has it"},
            {"text": f"口罩：方案{i}", "text_en": f"Masks: as plan {i} has it"},
        ],
    }
    for i in range(8)
]  # fmt: skip
PUT = """
import json, sys, django
django.setup()
from twofronts_office.common.scope import system_scope
from twofronts_office.plans.models import Plan
with system_scope():
    Plan(title="B", kind="brief", state="done", progress=100, result={"front": json.loads(%r)}).save()
"""


@pytest.fixture(scope="module")
def with_front(office):
    office.inside(PUT % json.dumps(FRONT))
    return office


WAIT = 300_000  # the machine of the tests may be busy; timings are the benchmark's


def test_a_what_if_from_the_click_to_the_reasons(sit, office, with_front):
    page = sit("analyst")
    page.set_default_timeout(WAIT)
    page.goto(f"{office.url}/whatif/")
    assert violations(page) == []
    page.select_option("#slot-b", "meeting")
    page.fill("#draws", "60")
    page.focus("form.whatif-form .go button")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.compare")
    page.wait_for_selector("#ended", state="attached")
    assert page.locator("#whatif[hx-get]").count() == 0, "the page has stopped asking"
    page.wait_for_selector(".chart[data-spec].drawn")
    charts, tables = (
        page.locator(".chart[data-spec]").count(),
        page.locator("#whatif table").count(),
    )
    assert charts >= 8
    assert tables >= 10
    folded = page.locator("details.behind summary").first
    folded.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.behind").first.get_attribute("open") is not None
    explore(page, "zh" in sit.key)
    assert violations(page) == []


def explore(page, zh: bool) -> None:
    """Each point of the front explorer tells what its plan decides: pointed at, and by keyboard."""
    said = page.locator("#plan-said")
    points = page.locator(".explorer .chart").first.locator(".reach button")
    assert points.count() == 2 + len(FRONT)
    points.nth(4).scroll_into_view_if_needed()
    box = points.nth(4).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    said.get_by_text("口罩：方案2" if zh else "Masks: as plan 2 has it").wait_for()
    page.mouse.move(0, 0)
    page.locator(".explorer .help a").focus()
    page.keyboard.press("Tab")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("A · "), "Tab leads to the points"
    said.get_by_text("A · ").wait_for()
    assert said.locator("li").count() > 10, "what A decides"
    seen = {label}
    page.keyboard.press("Home")
    for _ in range(points.count()):
        seen.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("ArrowRight")
    assert len(seen) == points.count(), "the arrow keys reach every plan"
    page.evaluate("document.querySelectorAll('.reach button')[7].focus()")
    said.get_by_text(
        "小区管理：方案5" if zh else "Community entrances: as plan 5 has it"
    ).wait_for()
    missed = "未满足某项约束" if zh else "misses a constraint"
    assert missed in said.inner_text(), "told in words, not by a hollow point alone"
    page.keyboard.press("Tab")
    after = "document.activeElement.closest('.explorer .grid > div')"
    assert page.evaluate(f"{after} === document.querySelectorAll('.explorer .grid > div')[1]")


def test_a_rulebook_is_edited_and_a_bad_one_is_explained(sit, office):
    page = sit("analyst")
    page.goto(f"{office.url}/whatif/edit/?from=meeting")
    assert violations(page) == []
    page.select_option("[name=m-community-low]", "sealed")
    page.select_option("[name=m-community-high]", "open")
    page.click("[name=run]")
    page.wait_for_selector("[role=alert]")
    assert "community" in page.locator("[role=alert]").inner_text()
    assert page.locator("[name=m-community-low]").count() == 1, "the editor is there to mend it"
