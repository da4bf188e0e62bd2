"""The what-if room in a real browser: from the click to the reasons, by keyboard, axe on each page."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


WAIT = 300_000  # the machine of the tests may be busy; timings are the benchmark's


def test_a_what_if_from_the_click_to_the_reasons(sit, office):
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
    assert violations(page) == []


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
