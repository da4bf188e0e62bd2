"""The what-if room: its numbers are the core's, its editor, its pages, its queue, who may use it."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from twofronts.city import load_city
from twofronts_office.bridge import core, rulebooks, warm
from twofronts_office.bridge.city_bytes import pack_city
from twofronts_office.bridge.models import CityFile
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.models import StateChange
from twofronts_office.plans import domain, whatif
from twofronts_office.plans.models import Plan, SavedRulebook
from twofronts_office.web import whatif as whatif_page

from . import build


def town() -> bytes:
    return pack_city(Path(load_city("town").path))


BOOKS = tuple((name, rulebooks.builtin(name)) for name in ("held", "meeting"))
WISH = {"kind": "whatif", "days": 14, "draws": 40, "books": BOOKS}


@pytest.fixture(scope="module")
def ran():
    """A what-if of the town begun from a fit: files, steps, result."""
    city = {core.CITY_FILE: town()}
    _found, files = core.run(
        core.Wish(kind="situation", draws=20, inputs=city), progress=lambda _p: None
    )
    shown: list[dict] = []
    told: list[int] = []
    wish = core.Wish(**WISH, inputs=files, show=lambda f: shown.append(json.loads(json.dumps(f))))
    result, kept = core.run(wish, progress=told.append)
    assert kept == {}, "city and fit are kept by the situation"
    return files, told, shown, json.loads(json.dumps(result))


@pytest.mark.slow
def test_the_first_bands_come_early_and_all_draws_follow(ran):
    _files, told, shown, result = ran
    assert [s["draws"] for s in shown[:2]] == [24, 40]
    assert "parts" not in shown[0]
    assert told == sorted(told)
    assert shown[0]["bands"]["held"]["confirmed"].keys() == {"low", "middle", "high"}
    for k in result["order"]:
        assert len(result["dials"][k]) == 4
        assert {s["sector"] for s in result["sectors"][k]} == set(load_city("town").sector_codes)
        assert result["parts"][k], "a measure above the floor adds or costs something"
        assert result["constraints"][k][0]["slack"] <= result["constraints"][k][-1]["slack"]
    assert result["differences"]["held"] == {"en": [], "zh": []}
    assert len(result["differences"]["meeting"]["zh"]) > 5


@pytest.mark.slow
def test_the_numbers_are_those_of_the_core_for_the_same_manifest(ran, tmp_path):
    from twofronts.briefing.kept import read_beginning
    from twofronts.measures import load_rulebook
    from twofronts.planning import compare
    from twofronts.planning.comparing import open_stage
    from twofronts.planning.parts import parts_of
    from twofronts_office.bridge.city_bytes import unpack_city

    files, _told, shown, result = ran
    m = result["manifest"]
    city = load_city(unpack_city(files[core.CITY_FILE], tmp_path / "town"))
    begun = read_beginning(files[core.FIT_FILE])
    same = {
        "days": m["settings"]["days"], "draws": m["settings"]["draws"], "seed": m["seed"],
        "start": m["settings"]["start"], "initial": begun.state,
    }  # fmt: skip
    books = [load_rulebook(n) for n in ("held", "meeting")]
    fresh = compare(city, books, **same)
    assert fresh.manifest.inputs == m["inputs"]
    rows = {(r["rulebook"], r["outcome"]): r for r in result["outcomes"]}
    for row in fresh.table().to_dict("records"):
        mine = rows[row["rulebook"], row["outcome"]]
        for name in ("mean", "low", "median", "high", "diff_mean", "diff_low", "better_prob"):
            assert mine[name] == pytest.approx(row[name], rel=1e-9, abs=1e-9), (row, name)
    staff = fresh.data["daily_staff_return_rate"].sel(rulebook="meeting").values
    assert result["bands"]["meeting"]["staff_return_rate"]["middle"] == pytest.approx(
        np.median(staff, axis=0).tolist(), rel=1e-4
    )
    first = fresh.data["outcome_value_added_lost"].sel(rulebook="held").values[:24].mean()
    early = {(r["rulebook"], r["outcome"]): r for r in shown[0]["outcomes"]}
    assert early["held", "value_added_lost"]["mean"] == pytest.approx(first)
    stage = open_stage(city, **same)
    parts = parts_of(stage, books[1], fresh.goal, fresh.outcomes("meeting")[:32])
    assert [p["measure"] for p in result["parts"]["meeting"]] == list(parts["measure"])
    assert [p["harm"] for p in result["parts"]["meeting"]] == pytest.approx(list(parts["harm"]))


@pytest.mark.slow
def test_the_city_stays_warm_until_another_takes_its_place(ran):
    files, *_rest = ran
    first = warm.get(files[core.CITY_FILE], files[core.FIT_FILE])
    assert warm.get(files[core.CITY_FILE], files[core.FIT_FILE]) is first
    assert first.stage(days=14, draws=40, seed=0) is first.stage(days=14, draws=40, seed=0)
    bare = warm.get(files[core.CITY_FILE], None)
    assert bare is not first
    assert bare.begun is None


@pytest.mark.slow
def test_one_sector_alone_is_held_to_fewer_staff(ran):
    files, *_rest = ran
    place = {"kind": "sector", "place": "A", "measure": "attendance_essential", "level": "half"}
    one = rulebooks.edited(rulebooks.builtin("held"), {}, [place], name="one")
    books = (BOOKS[0], ("one", one))
    result, _kept = core.run(
        core.Wish(**WISH | {"books": books}, inputs=files), progress=lambda _p: None
    )
    held, mine = (
        {r["sector"]: r["capacity"] for r in result["sectors"][k]} for k in ("held", "one")
    )
    assert mine["A"] < 0.6 < held["A"]
    assert mine["D"] == pytest.approx(held["D"], abs=0.02), "another essential sector is not held"


def test_five_rulebooks_or_two_of_one_name_are_refused():
    for books in ((), (*BOOKS, *BOOKS)):
        wish = core.Wish(**WISH | {"books": books}, inputs={core.CITY_FILE: town()})
        with pytest.raises(core.CoreProblem, match="stand side by side"):
            core.run(wish, progress=lambda _p: None)


def test_a_rulebook_is_edited_in_plain_controls_and_nothing_else_changes():
    text = rulebooks.builtin("meeting")
    lines = rulebooks.controls(text)
    assert len(lines) == 6
    chosen = {m["key"]: m["chosen"] for line in lines for m in line["measures"]}
    same = rulebooks.read(rulebooks.edited(text, chosen, [], name="n"))
    assert same.digest() == rulebooks.read(text).digest(), "unchanged controls change nothing"
    chosen["community"] = {"low": "open", "medium": "registered", "high": "sealed"}
    place = {"kind": "district", "place": "320106", "measure": "venues", "level": "open"}
    made = rulebooks.edited(text, chosen, [place], name="mine")
    book = rulebooks.read(made)
    assert book.name == "mine"
    assert book.measures["community"].level.by_grade() == ("open", "registered", "sealed")
    assert rulebooks.places(made) == [place]
    assert book.orders == rulebooks.read(text).orders
    others = {k for k in book.measures if k != "community"}
    assert {k: book.measures[k] for k in others} == {
        k: rulebooks.read(text).measures[k] for k in others
    }


def test_a_lower_level_in_a_higher_grade_is_said_with_a_remedy():
    wrong = {"community": {"low": "sealed", "medium": "open", "high": "open"}}
    with pytest.raises(rulebooks.BadRulebook) as bad:
        rulebooks.edited(rulebooks.builtin("held"), wrong, [], name="n")
    assert bad.value.problems[0]["remedy"]


@pytest.fixture
def queued(city, everything):
    """Two rulebooks asked for by the analyst."""
    return whatif.ask(books=list(BOOKS), by=build.user("analyst_city"))


def result_like(order=("held", "meeting")) -> dict:
    """A what-if's plain values, small."""
    band = {"low": [1.0, 1.0], "middle": [2.0, 2.5], "high": [3.0, 4.0]}
    row = {"mean": 5.0, "low": 1.0, "median": 5.0, "high": 9.0, "unit": "persons",
           "front": "health", "outcome": "infections", "diff_mean": -4.0, "diff_low": -6.0,
           "diff_high": -1.0, "better_prob": 0.99,
           "name": {"en": "Infections", "zh": "感染人数", "better": -1}}  # fmt: skip
    limit = {"constraint": "beds", "en": "Designated beds", "zh": "定点床位", "prob": 0.9,
             "required": 0.95, "holds": False, "slack": -0.05}  # fmt: skip
    curves = ("confirmed", "patients", "staff_return_rate", "capacity_rate", "value_added_lost",
              "burden")  # fmt: skip
    front = {n: {"mean": 7.0, "low": 1.0, "high": 9.0} for n in ("health", "economy", "burden")}
    return {
        "as_of": "2020-02-18", "start": "2020-02-19", "currency": "CNY", "fitted": False,
        "order": list(order), "base": order[0], "draws": 24, "dates": ["2020-02-19", "2020-02-20"],
        "bands": {k: dict.fromkeys(curves, band) for k in order},
        "outcomes": [row | {"rulebook": k} for k in order],
        "constraints": {k: [limit] for k in order}, "fronts": dict.fromkeys(order, front),
    }  # fmt: skip


def test_the_page_shows_progress_then_first_bands_then_stops_asking(queued, login):
    client, url = login("leader_city"), f"/whatif/{queued.pk}/"
    page = client.get(url).content.decode()
    assert "hx-trigger" in page
    assert "Waiting for the worker" in page
    Plan._base_manager.filter(pk=queued.pk).update(
        state="running", progress=35, partial=result_like()
    )
    part = client.get(url, headers={"hx-request": "true", "hx-target": "whatif"}).content.decode()
    assert "First bands from 24 draws" in part
    assert "<html" not in part
    assert "-4.00" in part
    assert "99% of draws better" in part
    specs = re.findall(r'data-spec="([^"]+)"', part)
    held = re.findall(r'<script id="([^"]+)" type="application/json"', part)
    assert sorted(held) == sorted([*specs, "explorer-plans"])
    Plan._base_manager.filter(pk=queued.pk).update(
        state="done", partial={}, result=result_like() | {"draws": 200}
    )
    page = client.get(url).content.decode()
    assert "hx-trigger" not in page
    assert 'id="ended"' in page
    assert not re.search(r"<(script(?![^>]*(src=|application/json))|style)[ >]", page)
    assert not re.search(r"\son\w+=|\sstyle=", page)


@pytest.mark.parametrize("kind", ["search", "brief"])
def test_the_explorer_tells_decisions_in_the_readers_language(db, kind):
    """Of the search's own run or of the brief's: what differs from A first, in one language."""
    said = {"text": "卡口：撤除", "text_en": "Checkpoints: removed"}
    held = {"text": "口罩：佩戴", "text_en": "Masks: worn"}
    found = result_like() | {"proposals": {"held": [held], "meeting": [held, said]}}
    at = {"health": 1.0, "economy": 1.0, "burden": 1.0, "decisions": [said]}
    front = [
        at | {"name": "plan", "title": {"en": "The plan", "zh": "方案"}, "chosen": True},
        at | {"name": "planned", "title": {"en": "The plan", "zh": "方案"}, "keeps": False},
    ]
    plan = Plan(title="run", kind=kind, state="done", result={"front": front})
    plan.save()
    for language, key, number in (("en", "text_en", "plan 1 of the front"),
                                  ("zh-hans", "text", "前沿第 1 号方案")):  # fmt: skip
        with translation.override(language):
            shown = whatif_page._explorer(found, {"names": {"held": "A", "meeting": "B"}})
        assert [r["decisions"] for r in shown["rows"]] == [
            [held[key]], [held[key], said[key]], [said[key]], [said[key]],
        ]  # fmt: skip
        assert [r["name"] for r in shown["rows"]][-1] == number
        assert shown["plans"][1]["other"] == [said[key]]
        assert shown["plans"][1]["same"] == [held[key]]
        points = shown["charts"][0]["spec"]["points"]
        assert [p["shape"] for p in points] == ["diamond", "diamond", "star", "circle"]
        assert [p["hollow"] for p in points] == [False, False, False, True]


def test_the_page_is_whole_in_chinese(queued, login):
    Plan._base_manager.filter(pk=queued.pk).update(state="done", result=result_like())
    client = login("leader_city")
    page = client.get(f"/whatif/{queued.pk}/", headers={"accept-language": "zh-hans"})
    text = page.content.decode()
    assert "感染人数" in text
    assert "What each comes to" not in text


@pytest.mark.parametrize(
    ("better", "prob", "low", "high", "word"),
    [(-1, 0.41, 0.14, 0.23, "worse"), (1, 0.41, 0.14, 0.23, "better"), (-1, 0.5, 0.0, 0.0, "≈"),
     (-1, 0.34, -1.0, 6.0, "≈"), (-1, 0.99, -9.0, 0.0, "better"), (1, 0.01, -9.0, 0.0, "worse")],
)  # fmt: skip
def test_better_or_worse_is_said_where_nothing_speaks_against_it(better, prob, low, high, word):
    row = {"name": {"better": better}, "better_prob": prob, "diff_low": low, "diff_high": high}
    with translation.override("en"):
        assert whatif_page._verdict(row) == word


def test_a_failed_run_is_explained_and_the_rest_works(queued, login):
    domain.run_plan.call(queued.pk)
    queued.refresh_from_db()
    assert queued.state == "failed"
    client = login("analyst_city")
    page = client.get(f"/whatif/{queued.pk}/").content.decode()
    assert "the office holds no city" in page
    assert "everything else in the office works on" in page
    assert client.get("/whatif/").status_code == 200


def test_a_run_is_stopped_half_way(queued, login, everything, monkeypatch):
    """Its worker lets go at the next step; nothing of it is kept, who stopped it is written down."""
    client = login("analyst_city")
    page = client.get(f"/whatif/{queued.pk}/").content.decode()
    assert f"/plans/{queued.pk}/do/stop/" in page
    assert "Carry on as on 17 February" in page, "by its rulebooks' titles before anything is known"
    steps = []

    def under_way(wish, *, progress):
        progress(5)
        wish.show(result_like())
        assert client.post(f"/plans/{queued.pk}/do/stop/").status_code == 302
        wish.show(result_like())
        steps.append("stopped")
        progress(60)
        raise AssertionError("it went on")

    monkeypatch.setattr(domain.core, "run", under_way)
    assert domain.run_plan.call(queued.pk) == "failed"
    assert steps == ["stopped"]
    queued.refresh_from_db()
    assert (queued.state, queued.progress, queued.partial, queued.result) == ("failed", 5, {}, {})
    page = client.get(f"/whatif/{queued.pk}/").content.decode()
    assert "Stopped before it was done." in page
    assert "do/stop" not in page
    with translation.override("zh-hans"):
        assert queued.why != queued.error, "in the reader's language"
    log = StateChange.objects.filter(register="plans.plan", object_id=queued.pk, after="failed")
    assert [c.by.username for c in log] == ["analyst_city"]


def test_a_run_stopped_at_its_very_end_or_while_it_waits_keeps_nothing(
    queued, login, everything, monkeypatch
):
    def to_the_end(wish, *, progress):
        domain.stop(plan=Plan._base_manager.get(pk=queued.pk), by=build.user("office_city"))
        return result_like(), {"rulebook.toml": b"x"}

    monkeypatch.setattr(domain.core, "run", to_the_end)
    assert domain.run_plan.call(queued.pk) == "failed"
    queued.refresh_from_db()
    assert (queued.state, queued.result) == ("failed", {})
    other = Plan(title="x", kind="whatif", books=queued.books)
    other.save()
    assert login("leader_city").post(f"/plans/{other.pk}/do/stop/").status_code == 403
    assert login("office_city").post(f"/plans/{other.pk}/do/stop/").status_code == 302
    assert domain.run_plan.call(other.pk) == "taken"


def test_a_run_is_asked_for_from_the_room_and_again(city, login, everything):
    client = login("analyst_city")
    answer = client.post("/whatif/", {"a": "held", "b": "open", "days": "30", "draws": "80"})
    plan = Plan._base_manager.filter(kind="whatif").get()
    assert answer.url == f"/whatif/{plan.pk}/"
    assert [b["name"] for b in plan.books] == ["held", "open"]
    assert (plan.days, plan.draws, plan.asked_by.username) == (30, 80, "analyst_city")
    again = client.post(f"/whatif/{plan.pk}/")
    fresh = Plan._base_manager.filter(kind="whatif").order_by("-pk").first()
    assert again.url == f"/whatif/{fresh.pk}/"
    assert (fresh.again_id, fresh.books) == (plan.pk, plan.books)


@pytest.mark.parametrize("wish", [{"a": "held", "b": "held"}, {"a": "nosuch"}, {"a": "saved-9999"}])
def test_a_bad_choice_is_said_on_the_page(city, login, everything, wish):
    answer = login("analyst_city").post("/whatif/", wish)
    assert answer.status_code == 422
    assert not Plan._base_manager.filter(kind="whatif").exists()


def controls_of(client, key="held") -> dict[str, str]:
    page = client.get(f"/whatif/edit/?from={key}").content.decode()
    found = {}
    for name, inside in re.findall(r'<select name="(m-[^"]+)"[^>]*>(.*?)</select>', page, re.S):
        found[name] = re.search(r'value="([^"]+)" selected', inside)[1]
    return found


def test_an_edited_rulebook_runs_against_another_and_is_saved(city, login, everything):
    client = login("analyst_city")
    data = controls_of(client)
    assert len(data) > 40
    data |= {"m-community-low": "open", "from": "held", "against": "held"}
    gate = city.row("checkpoints")
    data |= {"p-checkpoint-0-place": gate.code, "p-checkpoint-0-level": "none"}
    client.post("/whatif/edit/", data | {"run": "1", "name": "Looser"})
    plan = Plan._base_manager.filter(kind="whatif").get()
    assert [b["name"] for b in plan.books] == ["held", "Looser"]
    book = rulebooks.read(plan.books[1]["toml"])
    assert book.measures["community"].level.low == "open"
    assert book.overrides[0].place == ("checkpoint", gate.code)
    assert (book.overrides[0].measure, book.overrides[0].level) == ("inner_checkpoints", "none")
    client.post("/whatif/edit/", data | {"save": "1", "name": "Mine"})
    saved = SavedRulebook._base_manager.get(name="Mine")
    assert saved.author.username == "analyst_city"
    assert not saved.shared
    mine = {c.key for c in whatif.choices(build.user("analyst_city"))}
    theirs = {c.key for c in whatif.choices(build.user("office_city"))}
    assert f"saved-{saved.pk}" in mine - theirs
    with pytest.raises(Refused):
        whatif.text_of(f"saved-{saved.pk}", build.user("office_city"))


def test_a_rulebook_that_is_not_shared_is_its_authors_only(city, login, everything):
    author = build.user("analyst_city")
    kept = whatif.save_rulebook(
        name="Secret", text=rulebooks.builtin("open"), by=author, shared=False
    )  # fmt: skip
    told = whatif.save_rulebook(
        name="Told", text=rulebooks.builtin("closed"), by=author, shared=True
    )  # fmt: skip
    day = build.today() + dt.timedelta(days=1)
    for who, sees in (("analyst_city", True), ("office_city", False), ("leader_city", False)):
        client = login(who)
        for path in ("/rulebooks/", f"/rulebooks/as-of/?at={day}", "/api/rulebooks/"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            page = answer.content.decode()
            assert ("Secret" in page, "Told" in page) == (sees, True), (who, path)
        for path in ("/rulebooks/{}/", "/rulebooks/{}/history/", "/api/rulebooks/{}/"):
            assert client.get(path.format(kept.pk)).status_code == (200 if sees else 404), path
            assert client.get(path.format(told.pk)).status_code == 200, path
    assert login("office_city").get(f"/rulebooks/{kept.pk}/edit/").status_code == 404
    # its name alone is known to be taken
    with pytest.raises(ValidationError, match="taken"):
        whatif.save_rulebook(
            name="Secret", text=rulebooks.builtin("held"), by=build.user("office_city"), shared=True
        )


def test_a_bad_edit_is_said_on_the_page_and_nothing_is_run(city, login, everything):
    client = login("analyst_city")
    wrong = controls_of(client) | {"m-community-low": "sealed", "m-community-high": "open"}
    for more in ({"run": "1"}, {"save": "1", "name": "Bad"}):
        answer = client.post("/whatif/edit/", wrong | {"from": "held"} | more)
        assert answer.status_code == 422
        assert "lower in a higher grade" in answer.content.decode()
    assert not Plan._base_manager.filter(kind="whatif").exists()
    assert not SavedRulebook._base_manager.filter(name="Bad").exists()


HEAD = 'name = "x"\ntitle = { en = "X", zh = "某" }\n[orders]\nbasis = "law"\ndays = 28\n'
BAD_BOOKS = {
    "no toml": 'name = "x',
    "no day": HEAD + "[[changes]]\nmeasure = 'masks'\nlevel = 'none'\ndate = 2020-02-31\n",
    "unknown measure": HEAD + "[measures]\nmaskz = 'none'\n",
    "unknown level": HEAD + "[measures]\nmasks = 'many'\n",
    "unknown key": HEAD + "[switches]\n",
    "missing": "title = { en = 'X', zh = '某' }\n",
    "lower above": HEAD + "[measures]\n"
    "community = { low = 'sealed', medium = 'open', high = 'open' }\n",
    "no basis, no end": 'name = "x"\n[measures]\ncommunity = "sealed"\n',
    "whole city": HEAD + "[[overrides]]\ndistrict = '320102'\nmeasure = 'province_border'\n"
    "level = 'screening'\n",
    "no checkpoint": HEAD + "[[overrides]]\ncheckpoint = 'A'\nmeasure = 'masks'\nlevel = 'none'\n",
    "no sector": HEAD + "[[overrides]]\nsector = 'C5'\nmeasure = 'masks'\nlevel = 'none'\n",
    "below": HEAD.replace("28", "-1"),
}  # fmt: skip


@pytest.mark.parametrize("text", BAD_BOOKS.values(), ids=BAD_BOOKS)
def test_a_bad_rulebook_is_explained_in_the_readers_language(text):
    """What, why and what to do; a file's own error message may stay as the parser words it."""
    with translation.override("en"), pytest.raises(rulebooks.BadRulebook) as english:
        rulebooks.read(text)
    assert not any(re.search("[\u4e00-\u9fff]", p["what"]) for p in english.value.problems)
    with translation.override("zh-hans"), pytest.raises(rulebooks.BadRulebook) as chinese:
        rulebooks.read(text)
    assert len(chinese.value.problems) == len(english.value.problems)
    for p in chinese.value.problems:
        parsed = p["why"].count("(at ") or "day of" in p["why"]
        said = [p["what"], p["remedy"]] + ([] if parsed else [p["why"]])
        assert [t for t in said if t and not re.search("[\u4e00-\u9fff]", t)] == []


@pytest.mark.slow
def test_a_checkpoint_is_kept_a_week_longer(city, login, everything, ran):
    """From the control to the numbers, the differences and the decision, in both languages."""
    folder = load_city("town")
    files, *_ = ran
    gate = city.row("checkpoints")
    type(gate)._base_manager.filter(pk=gate.pk).update(code="inner-old-mill")
    day = (folder.as_of + dt.timedelta(days=7)).isoformat()
    client = login("analyst_city")
    data = controls_of(client, "meeting") | {"from": "meeting", "against": "meeting"}
    data |= {"name": "A week longer", "run": "1", "p-checkpoint-0-place": "inner-old-mill",
             "p-checkpoint-0-level": "all_roads", "p-checkpoint-0-until": day}  # fmt: skip
    client.post("/whatif/edit/", data)
    plan = Plan._base_manager.filter(kind="whatif").get()
    wish = domain.wish_of(plan)
    result, _ = core.run(
        core.Wish(kind="whatif", days=14, draws=40, books=wish.books, inputs=files),
        progress=lambda _p: None,
    )
    name = "Mill Lane, Checkpoints inside the city: On all roads between districts and villages"
    assert result["differences"]["A week longer"]["en"] == [f"added: {name}, until {day}"]
    assert result["differences"]["A week longer"]["zh"] == [
        f"新增：工坊路检查点，市域内检查卡点：区际和村口全部设卡，至{day}止"
    ]
    (single,) = [
        p for p in result["proposals"]["A week longer"] if "checkpoint" in p["rule"]
    ]  # fmt: skip
    assert (single["measure"], single["level"]) == ("inner_checkpoints", "all_roads")
    assert single["rule"] | {"basis": ""} == {
        "basis": "", "until": day, "checkpoint": "inner-old-mill", "others": "none"
    }  # fmt: skip
    # it asks something of residents, and nothing of it is left a week later
    bands = result["bands"]
    more = np.subtract(
        bands["A week longer"]["burden"]["middle"], bands["meeting"]["burden"]["middle"]
    )
    assert (more[:7] > 0).all()
    assert any("1/1 of the traffic" in note for note in result["manifest"]["notes"])
    outcomes = {(r["rulebook"], r["outcome"]): r for r in result["outcomes"]}
    assert outcomes["A week longer", "burden"]["diff_mean"] > 0
    # the page says it to readers of both languages, and no longer that it runs as its district
    plan.result, plan.state = result, "done"
    plan.save()
    for lang, said in (
        ("en", "Mill Lane, Checkpoints inside the city"),
        ("zh-hans", "工坊路检查点"),
    ):
        client.cookies["django_language"] = lang
        page = html.unescape(client.get(f"/whatif/{plan.pk}/").content.decode())
        assert said in page
        edit = html.unescape(client.get(f"/whatif/edit/?from=plan-{plan.pk}-1").content.decode())
        assert f'name="p-checkpoint-0-until" value="{day}"' in edit
        assert "by district" not in edit


def test_a_checkpoint_counts_by_those_screened_there_unless_the_city_says_otherwise(
    city, everything
):
    from twofronts_office.bridge.city_folder import checkpoint_rows
    from twofronts_office.checkpoints.models import Passage

    gate = city.row("checkpoints")
    day = build.today() - dt.timedelta(days=3)
    Passage(checkpoint=gate, area_id=gate.area_id, date=day, screened=31).save()
    head, *rows = checkpoint_rows("")
    assert head[-1] == "traffic"
    assert {r[0]: r[-1] for r in rows}[gate.code] == 20.5, "the mean of 10 and 31"
    came = f"id,traffic\n{gate.code},700\nP9,5\n"
    head, *rows = checkpoint_rows(came)
    assert {r[-1] for r in rows} == {"700", None}
    Passage._base_manager.all().delete()
    assert checkpoint_rows("id,lanes\nP9,5\n")[0][-1] == "open"


def test_a_checkpoint_with_a_wrong_level_or_a_wrong_day_is_explained(city, login, everything):
    client = login("analyst_city")
    gate = city.row("checkpoints")
    data = controls_of(client) | {"from": "held", "against": "held", "run": "1"}
    data |= {"p-checkpoint-0-place": gate.code, "p-checkpoint-0-level": "closed"}
    wrong = client.post("/whatif/edit/", data)
    assert wrong.status_code == 422
    assert "inner_checkpoints has no level" in html.unescape(wrong.content.decode())
    data |= {"p-checkpoint-0-level": "all_roads", "p-checkpoint-0-until": "soon"}
    assert "no date that exists" in client.post("/whatif/edit/", data).content.decode()
    data |= {"p-checkpoint-0-place": "nowhere", "p-checkpoint-0-until": ""}
    assert "There is no such checkpoint" in client.post("/whatif/edit/", data).content.decode()
    twice = {f"p-checkpoint-{i}-place": gate.code for i in (0, 1)}
    twice |= {"p-checkpoint-0-level": "none", "p-checkpoint-1-level": "all_roads"}
    assert "overlap" in client.post("/whatif/edit/", data | twice).content.decode()
    assert not Plan._base_manager.filter(kind="whatif").exists()


def test_the_last_day_of_a_checkpoint_is_changed_and_taken_away():
    row = {"kind": "checkpoint", "place": "x", "measure": "inner_checkpoints", "level": "all_roads"}
    text = rulebooks.edited(
        rulebooks.builtin("meeting"), {}, [row | {"until": "2020-02-25"}], name="a"
    )
    (held,) = rulebooks.places(text)
    assert held == row | {"until": "2020-02-25"}
    text = rulebooks.edited(text, {}, [row | {"until": "2020-03-03"}], name="a")
    assert rulebooks.places(text)[0]["until"] == "2020-03-03"
    text = rulebooks.edited(text, {}, [row | {"until": ""}], name="a")
    assert rulebooks.places(text)[0]["until"] == ""


def test_a_sector_has_a_control_of_its_own(city, login, everything):
    sectors = (Path(load_city("town").path) / "sectors.csv").read_text(encoding="utf-8")
    CityFile.objects.create(name="sectors.csv", text=sectors)
    client = login("analyst_city")
    data = controls_of(client) | {"from": "held", "against": "held", "name": "Own"}
    data |= {"p-sector-0-place": "C5", "p-sector-0-level": "half"}
    client.post("/whatif/edit/", data | {"run": "1"})
    plan = Plan._base_manager.filter(kind="whatif").get()
    (place,) = rulebooks.places(plan.books[1]["toml"])
    assert place == {
        "kind": "sector", "place": "C5", "measure": "attendance_industry", "level": "half",
    }  # fmt: skip
    client.post("/whatif/edit/", data | {"save": "1"})
    row = SavedRulebook._base_manager.get(name="Own")
    again = client.get(f"/whatif/edit/?from=saved-{row.pk}").content.decode()
    inside = re.search(r'<select name="p-sector-0-place".*?</select>', again, re.S)[0]
    assert re.search(r'value="C5" selected>\s*Machinery', inside)
    assert re.search(r'name="p-sector-0-level".*?value="half" selected', again, re.S)
    wrong = data | {"p-sector-0-place": "A", "p-sector-0-level": "skeleton", "run": "1"}
    answer = client.post("/whatif/edit/", wrong)
    assert answer.status_code == 422
    assert "attendance_essential has no level" in html.unescape(answer.content.decode())


def test_a_saved_rulebook_is_checked_on_every_way_in(city, login, api, everything):
    client = login("analyst_city")
    answer = client.post("/rulebooks/new/", {"name": "X", "toml": "name = 1", "shared": "on"})
    assert answer.status_code == 422
    answer = api("analyst_city").post(
        "/api/rulebooks/", {"name": "Y", "toml": "nonsense ="}, format="json"
    )
    assert answer.status_code == 400
    assert not SavedRulebook._base_manager.filter(name__in=["X", "Y"]).exists()


def test_a_leader_reads_and_does_not_run(queued, login):
    client = login("leader_city")
    assert client.get("/whatif/").status_code == 200
    assert client.post("/whatif/", {"a": "held", "b": "open"}).status_code == 403
    assert client.post(f"/whatif/{queued.pk}/").status_code == 403
    assert login("health_city").get(f"/whatif/{queued.pk}/").status_code == 403


def test_an_analyst_sees_no_person(queued, login):
    Plan._base_manager.filter(pk=queued.pk).update(state="done", result=result_like())
    client = login("analyst_city")
    for url in ("/whatif/", "/whatif/edit/?from=held", f"/whatif/{queued.pk}/"):
        page = client.get(url).content.decode()
        for name in ("Zhang San", "Li Si", "Wang Wu", "Zhao Liu", "139000", "Lead Person"):
            assert name not in page


def test_a_file_of_a_rulebook_reads_back_equal(queued, login):
    answer = login("leader_city").get(f"/whatif/{queued.pk}/rulebooks/1/")
    assert rulebooks.digest(answer.content.decode()) == rulebooks.digest(BOOKS[1][1])
    assert login("leader_city").get(f"/whatif/{queued.pk}/rulebooks/7/").status_code == 404


def test_the_situation_of_tomorrow_is_what_a_rerun_begins_from(queued):
    assert queued.situation_id is None
    fresh = Plan(
        title="S", kind="situation", state="done", as_of=dt.date(2020, 2, 19),
        result={"as_of": "2020-02-19", "files": {core.CITY_FILE: "x", core.FIT_FILE: "y"}},
    )  # fmt: skip
    fresh.save()
    again = whatif.ask_again(plan=queued, by=build.user("analyst_city"))
    assert again.situation_id == fresh.pk
    assert again.again_id == queued.pk
