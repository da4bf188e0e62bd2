"""The cockpit: its numbers are the core's, it explains what is missing, it shows nobody more."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from jsonschema import Draft202012Validator

from twofronts_office.bridge.models import CityFile
from twofronts_office.care.models import BedReport
from twofronts_office.checkpoints.models import Checkpoint, Passage
from twofronts_office.common.models import StateChange
from twofronts_office.communities.models import Community
from twofronts_office.enterprises.models import DailyStaff, Enterprise
from twofronts_office.indicators.models import Indicator
from twofronts_office.meetings.models import Task
from twofronts_office.plans.models import Plan
from twofronts_office.reports.models import DailyReport
from twofronts_office.web.templatetags.office import day_of

from . import build, situations

ROOT = Path(__file__).resolve().parents[2]
MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature", "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [
                [[x, 0], [x + 10, 0], [x + 10, 10], [x, 10], [x, 0]]]},
        }
        for code, x in ((build.EAST[:6], 10), (build.WEST[:6], 0))
    ],
}  # fmt: skip


@pytest.fixture
def page(login):
    """Return the cockpit's markup as somebody sees it."""

    def of(who: str = "office_city") -> str:
        cache.clear()
        answer = login(who).get("/cockpit/")
        assert answer.status_code == 200
        return answer.content.decode()

    return of


def spec(text: str, name: str) -> dict:
    """A chart's values as they lie in the page."""
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', text, re.S)
    assert found, f"no {name}"
    return json.loads(found[1])


def series(found: dict, name: str) -> dict:
    return next(s for s in found["series"] if s["name"] == name)


def words(text: str) -> str:
    """The page's text as it is read."""
    plain = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", plain)))


def city_report(day, **counts) -> DailyReport:
    row = DailyReport(area_id=build.CITY, date=day, state="city_approved", **counts)
    row.save()
    return row


# --- the numbers are the core's -----------------------------------------------------------------


def test_stored_situation_has_the_documented_shape():
    found = json.loads(situations.FILE.read_text(encoding="utf-8"))
    for name in ("situation", "forecast"):
        schema = json.loads((ROOT / f"docs/schemas/{name}.schema.json").read_text())
        Draft202012Validator(schema).validate(found[name])


def test_curves_are_those_of_the_situation(city, everything, page):
    plan = situations.situation()
    text = page()
    s, f = plan.result["situation"], plan.result["forecast"]
    trend = spec(text, "s-trend")
    assert trend["x"][-len(f["dates"]) :] == f["dates"]
    assert trend["now"] == s["as_of"]
    at = trend["x"].index(s["dates"][0])
    n = len(s["dates"])
    reported = series(trend, "reported")["values"][at : at + n]
    assert reported == s["areas"]["city"]["observed_new_confirmed"]
    band = series(trend, "forecast, 90%")
    cases = f["targets"]["cases"]["city"]
    assert band["low"][-14:] == cases["0.05"]
    assert band["high"][-14:] == cases["0.95"]
    assert series(trend, "forecast, median")["values"][-14:] == cases["0.5"]
    r, held = spec(text, "s-r"), s["areas"]["city"]["estimated_r"]
    assert series(r, "90% interval")["low"] == [round(v, 2) for v in held["0.05"][-30:]]
    assert series(r, "median")["values"] == [round(v, 2) for v in held["0.5"][-30:]]
    end, e = spec(text, "s-end"), s["ending"]
    chances = series(end, "as held")["values"]
    assert chances == e["with_measures"]["chance_by_day_ahead"][: len(chances)]
    sectors = spec(text, "s-sectors")["rows"]
    model = {x["name_en"]: x["capacity"] for x in plan.result["front_two"]["sectors"]}
    assert {r["name"]: r["value"] for r in sectors} == model
    assert [r["value"] for r in sectors] == sorted(model.values())


def test_figures_say_what_the_situation_says(city, everything, page):
    plan = situations.situation()
    said = words(page())
    r = plan.result["situation"]["areas"]["city"]["estimated_r"]
    low, mid, high = (f"{r[q][-1]:.2f}" for q in ("0.05", "0.5", "0.95"))
    assert f"Reproduction number {mid}" in said
    assert f"90%: {low} to {high}" in said
    assert "Falling" in said
    assert f"reproduction number {mid} ({low} to {high})" in said
    assert f"situation no. {plan.pk}" in said
    assert "Halves in 3.5 days" in said
    assert "95% chance of more local cases; below 5% from 2020-03-06" in said
    assert "What to know of the data first (4)" in said
    assert "districts have no newer report of their own" in said
    assert "Of the 8 days that the same fit forecast from 2020-02-10, 8 lay inside" in said


@pytest.mark.slow
def test_page_equals_a_fresh_run_of_the_core(city, everything, page):
    """The core is asked again for the manifest's own city and day; the page shows its numbers."""
    from twofronts.city import load_city
    from twofronts.situation import situation as work_out
    from twofronts.situation.page import as_json

    fresh = as_json(work_out(load_city("nanjing")))
    held = json.loads(situations.FILE.read_text(encoding="utf-8"))
    assert fresh["as_of"] == held["manifest"]["situation"]["settings"].get("as_of", held["as_of"])
    situations.situation(situations.result(situation=fresh))
    text = page()
    r = fresh["areas"]["city"]["estimated_r"]
    assert series(spec(text, "s-r"), "median")["values"] == [round(v, 2) for v in r["0.5"][-30:]]
    assert f"Reproduction number {r['0.5'][-1]:.2f}" in words(text)
    e = fresh["ending"]["without_measures"]["chance_by_day_ahead"]
    shown = series(spec(text, "s-end"), "were measures lifted")["values"]
    assert shown == e[: len(shown)]


def test_counts_come_from_the_newest_report_that_states_them(city, everything, page):
    day = build.today()
    city_report(day - timedelta(days=2), new_confirmed=3, suspected=7, cum_cured=5, in_hospital=9)
    city_report(
        day - timedelta(days=1), new_confirmed=4, suspected=None, cum_cured=8, in_hospital=6
    )
    said = words(page())
    since = f"{day - timedelta(days=2):%m-%d}"
    assert re.search(rf"New confirmed 4 ! ▲ \+1 · since {since}", said)
    older = day_of(day - timedelta(days=2), day)
    assert f"Suspected 7 as of {older}" in said, "an older day's count keeps its own day"
    assert "Cured in all 8 ✓ ▲ +3" in said
    assert "In hospital 6 ✓ ▼ −3" in said
    assert "Deaths in all – no report states it" in said


def test_a_correction_replaces_and_a_draft_does_not(city, everything, page):
    day = build.today() - timedelta(days=1)
    city_report(day, new_confirmed=4)
    city_report(day, new_confirmed=2, revision=2)
    row = city_report(day + timedelta(days=1), new_confirmed=99)
    DailyReport.objects.filter(pk=row.pk).update(state="draft")
    said = words(page())
    assert "New confirmed 2" in said
    assert "daily report, rev. 2" in said


# --- every chart has a table, every figure a link --------------------------------------------------


def test_every_chart_has_its_numbers_and_a_table(city, everything, page):
    situations.situation()
    text = page()
    charts = re.findall(r'<div class="chart[^"]*" data-spec="([\w-]+)"', text)
    assert {"s-trend", "s-r", "s-end", "s-rates", "s-sectors"} <= set(charts)
    for name in charts:
        assert spec(text, name)["kind"] in ("days", "bars")
        after = text.split(f'id="{name}"', 1)[1]
        table, chart = after.find('<details class="behind">'), after.find('<div class="chart')
        assert 0 < table < (chart if chart >= 0 else len(after)), f"{name} has no table behind it"
    assert all('aria-label="' in d for d in re.findall(r'<div class="chart[^>]*>', text))


def test_table_behind_the_trend_holds_the_bands(city, everything, page):
    plan = situations.situation()
    text = page()
    table = text.split('id="s-trend"', 1)[1].split("<table>", 1)[1].split("</table>", 1)[0]
    f = plan.result["forecast"]
    row = next(r for r in table.split("<tr>") if f["dates"][0] in r)
    cells = re.findall(r'<td class="num">([^<]*)</td>', row)
    cases = f["targets"]["cases"]["city"]
    assert cells[1:] == [f"{cases[q][0]:.0f}" for q in ("0.5", "0.05", "0.95")]


def test_every_link_of_the_page_opens(city, everything, login, page):
    """What a figure is made of: list and filter as the link says them."""
    situations.situation()
    text = page("leader_city")
    body = text.split('<div id="cockpit"', 1)[1].split("<footer", 1)[0]
    links = {html.unescape(x) for x in re.findall(r'href="(/[^"]*)"', body)}
    assert len(links) > 20
    client = login("leader_city")
    bad = {x: client.get(x).status_code for x in links}
    assert {x: c for x, c in bad.items() if c != 200} == {}


# --- what is missing is explained -------------------------------------------------------------------


def test_no_situation_is_said_and_offered_by_role(city, everything, page):
    for who, offered in (("office_city", True), ("analyst_city", True), ("leader_city", False)):
        text = page(who)
        assert "No situation has been worked out yet" in words(text)
        assert ("/plans/new/?kind=situation" in text) is offered, who
        assert ("The group office or an analyst can ask for one." in words(text)) is not offered
    assert "The three rates" in words(page()), "the rest stands"


def test_a_situation_on_its_way_and_one_that_failed(city, everything, page):
    situations.situation()
    Plan(title="s", kind="situation", state="running", progress=40).save()
    assert "A situation is being worked out: 40%." in words(page())
    Plan.objects.filter(state="running").update(state="failed", error="reports.csv: no rows")
    said = words(page())
    assert "could not be worked out: reports.csv: no rows" in said
    assert "Reproduction number 0.40" in said, "the one before is still shown"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"forecast": None}, "The reports could not be fitted: there is no forecast."),
        ({"front_two": None}, "What binds a sector comes with the situation."),
        ({"quality": []}, "What to know of the data first (3)"),
        ({"scores": {"kept": [], "past": None}}, "Reproduction number 0.40"),
    ],
)
def test_a_part_that_is_missing_leaves_the_rest(city, everything, page, changes, said):
    situations.situation(situations.result(**changes))
    assert said in words(page())


def test_nobody_was_ever_infectious(city, everything, page):
    found = situations.result()
    found["situation"]["ending"] = None
    r = found["situation"]["areas"]["city"]["estimated_r"]
    found["situation"]["areas"]["city"]["estimated_r"] = {q: [None] * len(v) for q, v in r.items()}
    found["situation"]["growth"]["doubling_days"] = None
    situations.situation(found)
    said = words(page())
    assert "nobody was ever infectious" in said
    assert "Too few cases to tell" in said
    assert "Reproduction number –" in said


@pytest.mark.parametrize(
    ("low", "high", "said", "other"),
    [
        (-0.09, -0.02, "Halves in 13.0 days", "not clear"),
        (-0.09, 0.02, "Growth of cases up or down: not clear", "Halves in"),
    ],
)
def test_a_pace_is_told_only_where_the_direction_is_clear(
    city, everything, page, low, high, said, other
):
    found = situations.result()
    found["situation"]["growth"] |= {
        "rate_per_day": -0.0533, "low_90": low, "high_90": high, "doubling_days": -13.0,
    }  # fmt: skip
    situations.situation(found)
    text = words(page())
    assert said in text
    assert other not in text


def test_a_report_since_the_situation_is_said(city, everything, page):
    situations.situation()
    city_report(build.today() - timedelta(days=1), new_confirmed=5)
    text = page()
    assert "A report came in since" in words(text)
    assert series(spec(text, "s-trend"), "reported")["values"][-1] == 5


@pytest.mark.parametrize(
    ("language", "said", "other"),
    [
        ("en", ["Reproduction number", "0.40", "medium risk", "not ascribed to a district",
                "What to know of the data first"], "再生数"),
        ("zh-hans", ["再生数", "0.40", "中风险", "尚未归属到区", "风险等级从严认定"],
         "not ascribed to a district"),
    ],
)  # fmt: skip
def test_a_situations_own_page_is_in_the_readers_language(
    city, everything, login, language, said, other
):
    """What the command line prints in English stands folded below, and says that it does."""
    found = situations.result()
    plan = situations.situation(found | {"texts": {"en": "As printed", "zh": "As printed"}})
    client = login("office_city")
    page = client.get(f"/plans/{plan.pk}/", headers={"accept-language": language})
    assert "do/adopt" not in page.content.decode(), "it holds no decisions to adopt"
    text = words(page.content.decode())
    assert [w for w in said if w not in text] == []
    assert other not in text
    assert text.count("As printed") == 1


def test_a_report_corrected_since_the_situation_is_said(city, everything, page):
    """The counts are the correction's at once; that the estimates are not is told beside them."""
    day = build.today() - timedelta(days=1)
    plan = situations.situation(situations.result(as_of=f"{day}"))
    began = timezone.now() - timedelta(hours=1)
    StateChange.objects.create(
        register="plans.plan", object_id=plan.pk, before="waiting", after="running", at=began
    )
    city_report(day, new_confirmed=5, submitted_at=began - timedelta(hours=1))
    assert "was corrected since" not in words(page())
    city_report(day, revision=2, new_confirmed=7, submitted_at=began + timedelta(minutes=1))
    said = words(page())
    assert "A report was corrected since: the estimates rest on what it said before." in said
    assert "daily report, rev. 2" in said


def test_a_city_without_checkpoints_enterprises_or_goods(city, everything, page, login):
    """Nothing to show is said; the rest of the page, the editor and the meeting stand."""
    situations.situation()
    for model in (DailyStaff, Passage, Checkpoint):
        model._base_manager.all().delete()
    said = words(page())
    assert "No enterprise has reported staff and output yet" in said
    assert "Reproduction number" in said
    assert login("analyst_city").get("/whatif/edit/").status_code == 200
    assert login("analyst_city").get("/whatif/").status_code == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "its folder holds no map.geojson"),
        ("{", "The city's map cannot be read"),
        ('{"features": [{"properties": {}, "geometry": {}}]}', "no polygon carries the property"),
        (json.dumps(MAP).replace("9901", "8801"), "The map's codes are not those"),
    ],
)
def test_a_city_without_a_usable_map(city, everything, page, text, said):
    if text is not None:
        CityFile.objects.create(name="map.geojson", text=text)
    situations.situation()
    found = page()
    assert said in words(found)
    assert "<svg class" not in found.split("<main", 1)[1]
    assert "Districts as a table" in words(found)
    assert "medium" in words(found)
    assert "Reproduction number 0.40" in words(found)


# --- the map -----------------------------------------------------------------------------------------


def test_map_with_grades_days_and_points(city, everything, page):
    CityFile.objects.create(name="map.geojson", text=json.dumps(MAP))
    plan = situations.situation()
    text = page()
    assert len(re.findall(r'class="land g-medium"', text)) == 2
    days = spec(text, "map-days")
    f, s = plan.result["forecast"], plan.result["situation"]
    assert days["days"][-14:] == f["dates"]
    assert days["days"][days["now"]] == s["as_of"]
    east = days["districts"][build.EAST[:6]]
    assert east["level"][days["now"]] == "medium"
    probs = f["grades"][build.EAST[:6]]
    likeliest = [max(probs, key=lambda g, i=i: probs[g][i]) for i in range(14)]
    assert east["level"][-14:] == likeliest
    assert east["high"] == f["targets"]["cases"][build.EAST[:6]]["0.95"]
    assert 'class="pt checkpoints' in text
    assert 'class="pt hospitals' not in text
    assert 'class="pt clinics' in text


def test_earlier_situations_give_the_grades_of_past_days(city, everything, page):
    CityFile.objects.create(name="map.geojson", text=json.dumps(MAP))
    before = situations.result(as_of="2020-02-17", forecast=None)
    before["situation"]["as_of"] = "2020-02-17"
    for g in before["situation"]["grades"]:
        g["level"] = "high"
    situations.situation(before)
    situations.situation()
    days = spec(page(), "map-days")
    east = days["districts"][build.EAST[:6]]["level"]
    at = days["days"].index("2020-02-17")
    assert east[at : at + 2] == ["high", "medium"]
    assert east[at - 1] == ""
    assert days["graded"] == ["2020-02-17", "2020-02-18"]


# --- who sees what -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["health_city", "industry_city", "enterprise_city", "admin_city"])
def test_a_leaders_link_gives_others_nothing(city, login, who):
    for address in ("/cockpit/", "/cockpit/live/", "/cockpit/?wall=1"):
        assert login(who).get(address).status_code == 403


def test_nobody_without_signing_in(client):
    for address in ("/cockpit/", "/cockpit/live/"):
        assert client.get(address).status_code == 302


def test_no_personal_data_for_anybody(city, everything, page):
    situations.situation()
    Task.objects.update(due=build.today() - timedelta(days=3))
    for who in ("analyst_city", "leader_city", "office_city"):
        text = page(who)
        for secret in ("Zhang San", "Li Si", "Wang Wu", "139000", "Lead Person", "0250000"):
            assert secret not in text, (who, secret)


def test_a_leader_of_one_district_sees_that_district(city, everything, page):
    CityFile.objects.create(name="map.geojson", text=json.dumps(MAP))
    situations.situation()
    Community.objects.update(level="strict", until=build.today())
    Task.objects.update(due=build.today() - timedelta(days=3))
    text = page("leader_east")
    part = text.split('<div id="cockpit"', 1)[1]
    assert "Community 1" in part
    assert "Task 1" in part
    assert "Community 2" not in part
    assert "Task 2" not in part
    assert "1 of 1 enterprises" in words(part), "rates of the east alone"
    assert set(spec(text, "map-days")["districts"]) == {build.EAST[:6]}
    east, city_wide = page("leader_east"), page("leader_city")
    assert east != city_wide
    assert "Community 2" in city_wide


def test_decided_against_what_stands(city, everything, page):
    """A confirmed change that the register does not show is told apart."""
    from twofronts_office.checkpoints.models import Checkpoint
    from twofronts_office.effects.models import Change
    from twofronts_office.meetings.models import Decision

    Change.objects.all().delete()
    Community.objects.filter(area_id=build.EAST).update(level="strict", until=build.today())
    Checkpoint.objects.update(actual="operating")
    common = {"decision": Decision.objects.first(), "measure": "x", "basis": "b",
              "answer_by": build.today()}  # fmt: skip
    for area in (build.EAST, build.WEST):
        Change(
            kind="community",
            area_id=area,
            planned="strict",
            state="in_force",
            community=Community.objects.filter(area_id=area).first(),
            **common,
        ).save()
    Change(kind="checkpoint", area_id=build.EAST, planned="remove", state="in_force",
           checkpoint=Checkpoint.objects.first(), **common).save()  # fmt: skip
    Change(kind="checkpoint", area_id=build.EAST, planned="keep", state="proposed",
           checkpoint=Checkpoint.objects.first(), **common).save()  # fmt: skip
    Change(kind="checkpoint", area_id=build.EAST, planned="keep", state="replaced",
           checkpoint=Checkpoint.objects.first(), **common).save()  # fmt: skip
    said = words(page())
    assert "Level of a community 2 0 0 2 1 ≠ differs" in said
    assert "State of a checkpoint 2 1 0 1 0 ≠ differs" in said
    Checkpoint.objects.update(actual="removed")
    assert "State of a checkpoint 2 1 0 1 1 " in words(page())


# --- live ------------------------------------------------------------------------------------------------


def test_live_says_304_until_something_changed(city, everything, login):
    client = login("leader_city")
    first = client.get("/cockpit/live/")
    assert first.status_code == 200
    assert first["Cache-Control"] == "private, no-cache"
    assert 'id="cockpit"' not in first.content.decode()
    again = client.get("/cockpit/live/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert first["ETag"].strip('"') in client.get("/cockpit/").content.decode()
    city_report(build.today() - timedelta(days=1), new_confirmed=17)
    cache.clear()  # the parts are kept for some seconds
    fresh = client.get("/cockpit/live/", headers={"if-none-match": first["ETag"]})
    assert fresh.status_code == 200
    assert fresh["ETag"] != first["ETag"]
    assert "17" in words(fresh.content.decode())


def test_both_languages_have_their_own_parts(city, everything, login):
    situations.situation()
    client = login("leader_city")
    english = client.get("/cockpit/live/")
    chinese = client.get("/cockpit/live/", headers={"accept-language": "zh-hans"})
    assert english["ETag"] != chinese["ETag"]
    said = words(chinese.content.decode())
    assert "战线一" in said
    assert "再生数" in said
    assert "全市 41 例新增尚未归属到区" in said
    latin = set(re.findall(r"[A-Za-z]{4,}", said))
    allowed = {"geojson", "reports", "pieces"}  # names of files, a unit of the tests
    assert latin - allowed == set(), "what is left in English on the Chinese page"


def test_queries_do_not_grow_with_rows(city, everything, login, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    CityFile.objects.create(name="map.geojson", text=json.dumps(MAP))
    situations.situation()
    client = login("leader_city")
    client.get("/cockpit/live/")

    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get("/cockpit/live/").status_code == 200
        return len(found)

    before = count()
    day = build.today()
    for i in range(3):
        city_report(day - timedelta(days=2 + i), new_confirmed=i)
        Task(area_id=build.EAST, title=f"more {i}", department="health", due=day).save()
        Community(
            area_id=build.EAST, code=f"M{i}", name_zh="更多", level="strict", until=day
        ).save()
        Indicator(code=f"m{i}", name_zh="更多", name_en="More", theme="jobs", unit="%",
                  direction="more").save()  # fmt: skip
        one = Enterprise(uscc=build.code(70 + i), name=f"W{i}", area_id=build.EAST, sector="F",
                         insured_staff=9)  # fmt: skip
        one.save()
        DailyStaff(enterprise=one, area_id=build.EAST, date=day, present=3, capacity_pct=9).save()
    assert BedReport.objects.exists()
    assert count() == before


def test_targets_are_the_indicators(city, everything, page):
    Indicator(code="rate-capacity", name_zh="达产率", name_en="Capacity", theme="industry", unit="%",
              direction="more", target=90).save()  # fmt: skip
    said = words(page())
    assert "points below the target of 90%" in said
    assert "no target set" in said
