"""The situation as a job: what it holds, that it can be made again, that it is asked for once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest

from twofronts.city import load_city
from twofronts_office.bridge import core, quality
from twofronts_office.bridge.city_bytes import pack_city, unpack_city
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.models import StateChange
from twofronts_office.meetings.models import Meeting
from twofronts_office.plans import domain, jobs, queries
from twofronts_office.plans.models import Plan
from twofronts_office.reports import domain as reports
from twofronts_office.reports.models import DailyReport

from . import build

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
CLOCK = {"wall_time_s", "made_at"}


def town() -> bytes:
    return pack_city(Path(load_city("town").path))


def without_clock(value):
    """Leave out how long a run took and when it was made."""
    if isinstance(value, dict):
        return {k: without_clock(v) for k, v in value.items() if k not in CLOCK}
    return [without_clock(v) for v in value] if isinstance(value, list) else value


def lines() -> bytes:
    """A register of the town's reported cases: each three days after its onset."""
    city = load_city("town")
    whole = city.reports[city.reports["area"].fillna("") == ""]
    rows = ["id,area,onset,isolation,confirmation,imported,infector"]
    for r in whole.itertuples(index=False):
        day = r.date.date() if hasattr(r.date, "date") else dt.date.fromisoformat(str(r.date))
        for _i in range(int(r.new_confirmed)):
            n = len(rows)
            onset, district = day - dt.timedelta(days=3), city.district_codes[n % 3]
            rows.append(f"{n},{district},{onset},,{day},{'yes' if n < 5 else 'no'},")
    return ("\n".join(rows) + "\n").encode()


@pytest.fixture(scope="module")
def ran():
    """The town's situation with a small fit: wish, progress, result and files."""
    told: list[int] = []
    wish = core.Wish(
        kind="situation", draws=20, inputs={core.CITY_FILE: town(), core.LINES_FILE: lines()},
        today=dt.date(2020, 3, 10), suspected=2,
    )  # fmt: skip
    result, files = core.run(wish, progress=told.append)
    return wish, told, json.loads(json.dumps(result)), files


@pytest.mark.slow
def test_a_situation_holds_what_the_schemas_say_with_warnings_first(ran):
    _wish, told, result, files = ran
    for name in ("situation", "forecast"):
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(result[name], schema)
    assert told == sorted(told)
    assert len(set(told)) > 5
    for row in result["quality"]:
        assert {"what", "where", "why", "remedy", "zh", "level"} <= set(row)
        assert set(row["zh"]) == {"what", "why", "remedy"}
    order = [("bad", "caution", "note").index(r["level"]) for r in result["quality"]]
    assert order == sorted(order)
    city = load_city("town")
    two = result["front_two"]
    assert [s["sector"] for s in two["sectors"]] == city.sector_codes
    assert all(
        0 <= s["capacity_low"] <= s["capacity"] <= s["capacity_high"] for s in two["sectors"]
    )
    assert dt.date.fromisoformat(two["date"]) == city.as_of + dt.timedelta(days=1)
    assert set(files) == {core.CITY_FILE, core.FIT_FILE, core.LINES_FILE}


@pytest.mark.slow
def test_the_register_of_cases_gives_the_nowcast_and_leaves_one_grade_a_district(ran):
    _wish, _told, result, _files = ran
    register, s = result["register"], result["situation"]
    assert register["used"]
    assert register["confirmed"] == register["with_onset"] == register["reported"] > 0
    assert register["suspected"] == 2
    curve = s["onsets"]["onsets"]
    assert len(curve["0.5"]) == len(s["dates"])
    # what was reported three days after its onset: no onset of the last days is in the list yet
    assert curve["0.95"][-1] >= curve["0.5"][-1] >= 0
    assert curve["0.95"][-1] > curve["0.05"][-1]
    codes = list(load_city("town").district_codes)
    assert [g["area"] for g in s["grades"]] == codes
    assert {g["basis"] for g in result["grades_by_onset"]} == {"onset"}
    assert not any("register of cases" in r["what"] for r in result["quality"])


@pytest.mark.slow
def test_a_situation_is_made_again_from_what_it_kept(ran):
    wish, _told, result, files = ran
    again = core.Wish(
        kind="situation", draws=result["manifest"]["settings"]["fitted"],
        seed=result["manifest"]["settings"]["seed"], inputs=files, today=wish.today,
        suspected=result["register"]["suspected"],
    )  # fmt: skip
    once_more, same_files = core.run(again, progress=lambda _p: None)
    assert without_clock(json.loads(json.dumps(once_more))) == without_clock(result)
    assert same_files == files


def test_a_forecast_that_was_kept_is_scored_by_what_came():
    from twofronts.situation.kept_scores import score_kept
    from twofronts.situation.reports import reports_of, series_of

    city = load_city("nanjing")
    series = series_of(reports_of(city.reports, areas=city.district_codes), dt.date(2020, 2, 12))
    days = ["2020-02-11", "2020-02-12", "2020-02-13"]
    levels = ("0.05", "0.25", "0.5", "0.75", "0.95")
    counts = [float(series.new["new_confirmed"][0][-2 + i]) for i in range(2)] + [0.0]

    def made(shift):
        bands = {v: [c + shift + 2 * (float(v) - 0.5) for c in counts] for v in levels}
        return {"as_of": "2020-02-10", "model": "fit", "dates": days,
                "targets": {"cases": {"city": bands}}}  # fmt: skip

    near, far = score_kept([made(0.0)], series)[0], score_kept([made(50.0)], series)[0]
    assert (near["n"], near["last"]) == (2, "2020-02-12"), "the day after has not been reported"
    assert (near["inside_90"], far["inside_90"]) == (2, 0)
    assert near["wis"] < 1 < far["wis"]
    assert far["bias"] > 0
    assert score_kept([], series) == []


def test_a_late_report_and_silent_districts_are_said_in_both_languages():
    from twofronts.briefing.fitted import Beginning
    from twofronts.situation import situation

    found = situation(load_city("nanjing"))
    rows = quality.quality_of(found, Beginning(reason="no_cases"), dt.date(2020, 2, 23))
    assert rows[0]["level"] == "bad"
    assert "4 days are missing" in rows[0]["what"]
    assert "缺 4 天" in rows[0]["zh"]["what"]
    assert any("11 districts" in r["what"] and "11 个区" in r["zh"]["what"] for r in rows)
    assert any(r["where"] == "fit" for r in rows)
    fresh = quality.quality_of(found, Beginning(reason="no_cases"), dt.date(2020, 2, 19))
    assert not any(r["level"] == "bad" for r in fresh)


def test_inconsistent_reports_are_named_in_chinese_too():
    import pandas as pd

    from twofronts.situation.checks import check_reports
    from twofronts.situation.reports import reports_of

    table = pd.DataFrame(
        {"date": pd.to_datetime(["2020-02-01", "2020-02-02"]), "area": ["", ""],
         "new_confirmed": [1, 1], "cum_confirmed": [9, 5], "version": [1, 1]}
    )  # fmt: skip
    problems = check_reports(reports_of(table, areas=[]))
    assert problems
    assert all(len(p.zh) == 3 and all(p.zh) for p in problems)


def test_a_packed_city_is_the_same_city(tmp_path):
    data = town()
    assert load_city(unpack_city(data, tmp_path / "town")).digest() == load_city("town").digest()
    assert data == town()


def approved(area=build.CITY, day=None, revision=1) -> DailyReport:
    day = day or build.today()
    report = DailyReport(
        area_id=area, date=day, revision=revision, new_confirmed=1, state="district_approved"
    )
    report.save()
    reports.approve_city(report=report, by=build.user("health_lead_city"))
    return report


def test_the_citys_approval_asks_for_the_situation_once_for_each_revision(city, everything):
    assert queries.latest_situation() is None
    approved()
    asked = Plan._base_manager.filter(kind="situation")
    assert asked.count() == 1
    jobs.nightly()
    jobs.nightly()
    assert asked.count() == 1
    approved(revision=2)
    assert asked.count() == 2
    approved(day=build.today() - dt.timedelta(days=9))
    assert asked.count() == 2, "an older day is not the newest situation"
    approved(area=build.EAST)
    assert asked.count() == 2, "a district's report is not the city's"


def test_a_situation_without_a_city_fails_in_plain_words(city, everything):
    approved()
    plan = work(Plan._base_manager.filter(kind="situation").get())
    assert plan.state == "failed"
    assert "the office holds no city" in plan.error
    assert jobs.ask_brief(situation=plan) is None
    assert queries.latest_situation() is None


def work(plan: Plan) -> Plan:
    """Do what a worker would do."""
    domain.run_plan.call(plan.pk)
    plan.refresh_from_db()
    return plan


def done(monkeypatch, as_of, **more) -> Plan:
    """A situation that ended, without the core's work."""
    result = {"as_of": as_of, "forecast": None, "files": {}} | more
    monkeypatch.setattr(core, "run", lambda wish, *, progress: (dict(result), {}))
    monkeypatch.setattr(domain.core, "run", core.run)
    return work(jobs.ask_situation(by=build.user("office_city")))


def test_the_newest_situation_of_a_day_is_found(city, everything, monkeypatch):
    old, new = done(monkeypatch, "2020-02-17"), done(monkeypatch, "2020-02-18")
    assert (old.state, new.state) == ("done", "done")
    assert queries.latest_situation().pk == new.pk
    assert queries.latest_situation(dt.date(2020, 2, 17)).pk == old.pk
    assert queries.latest_situation(dt.date(2020, 2, 16)) is None
    assert new.as_of == dt.date(2020, 2, 18)


def test_forecasts_made_earlier_go_into_the_next_situation(city, everything, monkeypatch):
    for day in ("2020-02-17", "2020-02-18"):
        done(monkeypatch, day, forecast={"as_of": day})
    fresh = Plan(title="S", kind="situation")
    fresh.save()
    kept = json.loads(domain.inputs_of(fresh)[core.EARLIER_FILE])
    assert [f["as_of"] for f in kept] == ["2020-02-17", "2020-02-18"]


def test_a_kept_file_that_was_changed_is_refused(city, everything, monkeypatch):
    result = {"as_of": "2020-02-18", "forecast": None}
    files = {core.CITY_FILE: b"city", core.FIT_FILE: b"fit"}
    monkeypatch.setattr(core, "run", lambda wish, *, progress: (dict(result), files))
    plan = work(jobs.ask_situation(by=build.user("office_city")))
    names = (core.CITY_FILE, core.FIT_FILE)
    assert domain.files_of(plan, names) == files
    held = domain.attachments_of(plan).get(name=core.FIT_FILE)
    Path(held.file.path).write_bytes(b"other")
    with pytest.raises(core.CoreProblem, match=r"fit\.npz"):
        domain.files_of(plan, names)


def test_the_rulebook_in_force_is_the_one_of_the_last_published_meeting(
    city, everything, monkeypatch
):
    from twofronts_office.bridge import rulebooks
    from twofronts_office.meetings import domain as meetings

    text = rulebooks.builtin("meeting")
    result = {"proposals": {"m": core.proposals(rulebooks.read(text))}, "rulebooks": {"m": text}}
    monkeypatch.setattr(core, "run", lambda wish, *, progress: (dict(result), {}))
    office = build.user("office_city")
    plan = work(domain.ask(plan=Plan(title="P", kind="compare"), by=office))
    meeting = Meeting._base_manager.first()
    drafted = domain.adopt(plan=plan, meeting=meeting, option="m", by=office)
    assert drafted
    assert queries.adopted_rulebook() is None, "not before the meeting is published"
    masks = next(d for d in drafted if d.measure == "masks")
    inner = next(d for d in drafted if d.measure == "community")
    meetings.drop(decision=inner, by=office, reason="not agreed")
    meetings.decide(decision=masks, by=office)
    meetings.hold(meeting=meeting, by=office)
    meetings.publish(meeting=meeting, by=office)
    held = queries.adopted_rulebook()
    assert (held.plan, held.option) == (plan.pk, "m")
    book, before = rulebooks.read(held.toml), rulebooks.read(rulebooks.builtin("held"))
    assert book.measures["community"] == before.measures["community"], "dropped: as before"
    assert book.measures["masks"] == rulebooks.read(text).measures["masks"]
    assert queries.adopted_rulebook(held.since - dt.timedelta(days=1)) is None
    assert jobs.ask_situation(by=office).books[0]["toml"] == held.toml
    assert StateChange.objects.filter(register="plans.plan", after="adopted").count() == 1
    with pytest.raises(Refused):
        domain.adopt(plan=plan, meeting=meeting, option="m", by=office)
    masks.refresh_from_db()
    meetings.withdraw(decision=masks, by=office, reason="none to be had")
    book = rulebooks.read(queries.adopted_rulebook().toml)
    assert book.measures["masks"] == before.measures["masks"], "withdrawn: as before"
    yesterday = build.today() - dt.timedelta(days=1)
    assert Meeting._base_manager.filter(pk=meeting.pk).update(
        held_at=meeting.held_at - dt.timedelta(9)
    )
    book = rulebooks.read(queries.adopted_rulebook(yesterday).toml)
    assert book.measures["masks"] == rulebooks.read(text).measures["masks"], "not yet withdrawn"


def test_a_fit_comes_back_from_its_file():
    import numpy as np

    from twofronts.briefing.fitted import Beginning
    from twofronts.briefing.kept import keep_beginning, read_beginning
    from twofronts.epidemic.initial import FittedState, Initial
    from twofronts.errors import InputError

    rows = Initial.of([(-1, 0, 30, 0, False), (-4, 1, 50, 1, True)], note="n")
    state = FittedState(rows, {"a.b": np.array([0.1, 0.2])}, note="s")
    begun = Beginning(state=state, notes=("x",), advice=(("en", "zh"),))
    data = keep_beginning(begun)
    back = read_beginning(data)
    assert np.array_equal(back.state.initial.day, rows.day)
    assert np.array_equal(back.state.initial.known, rows.known)
    assert np.array_equal(back.state.parameters["a.b"], state.parameters["a.b"])
    assert (back.notes, back.advice, back.state.note) == (("x",), (("en", "zh"),), "s")
    assert data == keep_beginning(back)
    with pytest.raises(InputError, match="kept fit"):
        read_beginning(data[: len(data) // 2])


def test_a_brief_is_asked_for_by_hand_from_a_situation(city, login, everything, monkeypatch):
    """By whoever may ask for runs, from the fit of that situation, as often as wanted."""
    files = {core.CITY_FILE: b"city", core.FIT_FILE: b"fit"}
    result = {"as_of": "2020-02-18", "forecast": None}
    monkeypatch.setattr(core, "run", lambda wish, *, progress: (dict(result), files))
    held = work(jobs.ask_situation(by=build.user("office_city")))
    url = f"/plans/{held.pk}/do/brief/"
    assert login("leader_city").post(url).status_code == 403
    briefs = Plan._base_manager.filter(kind="brief")
    for n in (1, 2):
        assert login("analyst_city").post(url).status_code == 302
        assert briefs.count() == n
    assert {b.situation_id for b in briefs} == {held.pk}
    assert domain.wish_of(briefs.first()).inputs == files
    form = {"title": "S", "kind": "search", "days": 30, "draws": 20, "budget": 20, "seed": 0}
    assert login("analyst_city").post("/plans/new/", form).status_code == 302
    assert Plan._base_manager.get(kind="search").situation_id == held.pk


def test_no_brief_of_a_situation_that_is_not_worked_out(city, everything):
    waiting = jobs.ask_situation(by=build.user("office_city"))
    assert jobs.ask_brief(situation=waiting) is None
    with pytest.raises(Refused, match="not worked out"):
        jobs.ask_brief(situation=waiting, once=False)


def test_the_page_of_a_run_shows_its_manifest_in_the_readers_language(
    city, login, everything, monkeypatch
):
    said = {"text": "卡口：撤除", "text_en": "Checkpoints: removed", "line": "traffic",
            "measure": "inner_checkpoints", "level": "none"}  # fmt: skip
    result = {"manifest": {"seed": 4711}, "proposals": {"plan": [said]}, "front": [{}, {}]}
    monkeypatch.setattr(core, "run", lambda wish, *, progress: (dict(result), {"a.toml": b"x"}))
    plan = work(domain.ask(plan=Plan(title="P", kind="search"), by=build.user("office_city")))
    page = login("leader_city").get(f"/plans/{plan.pk}/").content.decode()
    assert "4711" in page
    assert plan.result["files"]["a.toml"] in page
    assert "Checkpoints: removed" in page
    assert "what-if room shows: 2" in page
