"""The meeting: agenda, what it saw, decisions, tasks and their follow-up, scorecard, communique."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.access import access_of
from twofronts_office.common.domain.records import Refused, move_many
from twofronts_office.common.models import StateChange
from twofronts_office.common.scope import office_scope
from twofronts_office.communities.models import Community
from twofronts_office.directives.models import Item
from twofronts_office.meetings import domain
from twofronts_office.meetings.agenda import follow_up, points
from twofronts_office.meetings.models import Decision, Meeting, Seen, Task
from twofronts_office.meetings.scorecard import scorecard
from twofronts_office.meetings.seen import changed_since, digest_of
from twofronts_office.plans.models import Plan
from twofronts_office.reports.domain import open_correction
from twofronts_office.reports.models import DailyReport
from twofronts_office.web.documents import _communique, communique_pdf

from . import build

pytestmark = pytest.mark.usefixtures("everything")


def meeting(days=0, **more) -> Meeting:
    state = "held" if days < 0 else "prepared"
    at = timezone.now() + timedelta(days=days)
    row = Meeting(title="调度会", held_at=at, state=state, **more)
    row.save()
    return row


def task(row=None, **more) -> Task:
    decision = None
    if row is not None:
        decision = Decision(meeting=row, line="traffic", text="D")
        decision.save()
    values = {"area_id": build.EAST, "title": "T", "department": "transport", "due": build.today()}
    made = Task(decision=decision, **(values | more))
    made.save()
    return made


def city_report(**counts) -> DailyReport:
    row = DailyReport(
        area_id=build.CITY, date=build.today() - timedelta(days=1), state="city_approved",
        submitted_at=timezone.now(), **counts,
    )  # fmt: skip
    row.save()
    return row


def test_the_agenda_holds_what_is_due_by_line_of_work(city):
    now = meeting()
    late = task(meeting(-2), due=build.today() - timedelta(days=1), title="Clear the ramps")
    Community._base_manager.filter(area_id=build.EAST).update(
        level="strict", until=build.today() + timedelta(days=2)
    )
    Checkpoint._base_manager.filter(area_id=build.WEST).update(decided="remove")
    Item._base_manager.update(state="kept")
    with translation.override("en"):
        found = points(now)
    by_line = {}
    for p in found:
        by_line.setdefault(p.line, []).append(p.text)
    assert any("Clear the ramps" in t for t in by_line["traffic"])
    assert any("1 checkpoint differs" in t for t in by_line["traffic"])
    assert any("Open roads" in t for t in by_line["traffic"]), "a directive not carried out"
    assert any("1 community's restriction ends" in t for t in by_line["communities"])
    assert any("Bottom line crossed" in t for t in by_line["economy"])
    assert next(p.late for p in found if p.line == "traffic"), "what is late comes first"
    Task._base_manager.filter(pk=late.pk).update(state="done")
    assert not any("Clear the ramps" in p.text for p in points(now))


def test_what_waits_unanswered_or_was_declined_is_on_the_agenda(city):
    from twofronts_office.effects.models import Change

    Change._base_manager.filter(area_id=build.EAST).update(state="declined")
    Change._base_manager.filter(area_id=build.WEST).update(
        answer_by=build.today() - timedelta(days=1)
    )
    with translation.override("en"):
        said = [p.text for p in points(meeting()) if p.kind == "change"]
    assert len(said) == 2
    assert any("were declined" in t for t in said)
    assert any("wait beyond their day" in t for t in said)


@pytest.mark.parametrize(("state", "text"), [("declined", "were declined"), ("expired", "ran out")])
def test_what_was_declined_or_ran_out_is_news_once(city, state, text):
    from twofronts_office.effects.choices import CHANGE_MOVES
    from twofronts_office.effects.models import Change

    before = meeting(-1)
    rows = list(Change.objects.filter(area_id=build.EAST, state="proposed"))
    assert rows
    move_many(rows=rows, to=state, reason="No case here", allowed=CHANGE_MOVES)

    def told(at):
        with translation.override("en"):
            return [p for p in points(at) if text in p.text]

    (point,) = told(meeting())
    assert point.text.startswith(f"{len(rows)} ")
    assert f"state={state}" in point.link
    # a meeting held after it has told it
    after = meeting(1)
    Meeting._base_manager.filter(pk=after.pk).update(state="held")
    assert told(meeting(2)) == []
    assert told(before)


def test_what_the_meeting_saw_is_frozen_and_corrections_do_not_change_it(city):
    report = city_report(new_confirmed=3, cum_confirmed=90, in_hospital=40)
    now = meeting()
    seen = domain.open_meeting(meeting=now, by=build.user("office_city"))
    assert now.state == "session"
    assert seen.data["figures"]["new_confirmed"] == 3
    assert changed_since(seen) == []
    fresh = open_correction(report=report, by=build.user("health_city"), reason="late case")
    DailyReport._base_manager.filter(pk=fresh.pk).update(state="submitted", new_confirmed=5)
    seen = Seen.objects.get(pk=seen.pk)
    assert seen.data["figures"]["new_confirmed"] == 3, "as it was"
    (change,) = changed_since(seen)
    assert ("new_confirmed", 3, 5) in change["moved"]
    assert change["now"].revision == 2
    assert digest_of(seen.data) == seen.digest
    with pytest.raises(ValueError, match="never changed"):
        seen.save()
    domain.hold(meeting=now, by=build.user("office_city"))
    assert Seen.objects.get(meeting=now).pk == seen.pk, "holding does not look again"


def test_the_frozen_figures_are_those_of_the_registers(city):
    from twofronts_office.enterprises.queries.rates import rates
    from twofronts_office.meetings.seen import figures

    city_report(new_confirmed=1, cum_confirmed=93)
    seen = domain.open_meeting(meeting=meeting(), by=build.user("office_city"))
    held, whole = seen.data["figures"], rates(day=build.today())[0]
    assert (held["resumption_rate"], held["capacity_rate"]) == (
        whole.resumption_rate, whole.capacity_rate,
    )  # fmt: skip
    assert held["tasks_open"] == Task.objects.filter(state="sent").count()
    assert held == figures(build.today() - timedelta(days=1))


def test_a_meeting_sees_the_whole_city_whoever_opens_it(city, login):
    city_report(new_confirmed=1)
    now = meeting()
    assert login("office_east").post(f"/meetings/{now.pk}/do/open/").status_code == 302
    areas = {r["area"] for r in Seen.objects.get(meeting=now).data["reports"]}
    assert build.CITY in areas


def test_situation_and_brief_are_laid_before_the_meeting_with_their_digests(city, login):
    from twofronts_office.common.domain.attachments import keep

    plan = Plan(title="Brief of the day", kind="brief", state="done", result={"texts": {}})
    plan.save()
    keep(obj=plan, name="brief.zh.pdf", data=b"%PDF-1.7")
    keep(obj=plan, name="rulebook.toml", data=b"x")
    seen = domain.open_meeting(meeting=meeting(), by=build.user("office_city"))
    held = seen.data["brief"]
    assert held["plan"] == plan.pk
    assert [f["name"] for f in held["files"]] == ["brief.zh.pdf"]
    assert held["files"][0]["sha256"] == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert "situation" not in seen.data, "none was worked out"
    room = login("leader_city").get(f"/meetings/{seen.meeting_id}/room/").content.decode()
    assert re.search(rf"/plans/{plan.pk}/files/\d+/\">Chinese, PDF<", room)


def test_deciding_in_the_room_takes_only_what_was_ticked(city, login):
    now = meeting()
    rows = domain.draft_decisions(
        meeting=now, by=build.user("office_city"), source="/plans/1/",
        proposals=[
            {"line": "traffic", "text": "撤卡", "text_en": "Remove", "measure": "inner_checkpoints",
             "level": "none", "rule": {"basis": "law"}},
            {"line": "care", "text": "救治", "measure": "", "level": ""},
        ],
    )  # fmt: skip
    client = login("leader_city")
    url = f"/meetings/{now.pk}/room/"
    page = client.get(url).content.decode()
    assert "Checkpoints inside the city: Removed" in page
    assert client.post(url, {"decide": 1}).status_code == 422
    assert client.post(url, {"drop": 1, "decision": rows[1].pk}).status_code == 422, "no reason"
    assert client.post(url, {"decide": 1, "decision": rows[0].pk}).status_code == 302
    assert [Decision.objects.get(pk=r.pk).state for r in rows] == ["approved", "draft"]
    page = client.get(url).content.decode()
    assert "2 changes in operation" in page
    assert 'href="/plans/1/"' in page
    answer = client.post(url, {"drop": 1, "decision": rows[1].pk, "reason": "later"})
    assert answer.status_code == 302
    assert Decision.objects.get(pk=rows[1].pk).state == "dropped"
    assert login("analyst_city").post(url, {"decide": 1, "decision": rows[0].pk}).status_code == 404


def test_a_line_is_decided_whole_as_it_was_shown(city, login):
    now = meeting()
    rows = domain.draft_decisions(
        meeting=now, by=build.user("office_city"),
        proposals=[
            {"line": line, "text": line, "measure": "", "level": ""}
            for line in ("care", "care", "traffic")
        ],
    )  # fmt: skip
    url = f"/meetings/{now.pk}/room/"
    client, wish = login("leader_city"), {"line": "care", "shown": [rows[0].pk, rows[2].pk]}
    asked = client.post(url, wish)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "Decide 1 decision?" in page
    assert f'name="shown" value="{rows[0].pk}"' in page
    assert {d.state for d in now.decisions.all()} == {"draft"}, "asked first, then done"
    assert client.post(url, wish | {"sure": 1}).status_code == 302
    states = [Decision.objects.get(pk=r.pk).state for r in rows]
    assert states == ["approved", "draft", "draft"]


def test_two_plans_adopted_for_one_meeting_are_not_both_decided(city, login):
    """Two levels of one measure: said beside each, refused together, taken one by one."""
    now = meeting()
    rows = []
    for level, text in (("none", "Remove them"), ("all_roads", "Keep them")):
        wish = {"line": "traffic", "text": text, "measure": "inner_checkpoints", "level": level}
        rows += domain.draft_decisions(
            meeting=now, by=build.user("office_city"), proposals=[wish]
        )  # fmt: skip
    client, url = login("leader_city"), f"/meetings/{now.pk}/room/"
    page = client.get(url).content.decode()
    assert page.count("is about the same") == 2
    answer = client.post(url, {"decide": 1, "decision": [r.pk for r in rows]})
    assert answer.status_code == 422
    assert "Drop one of them" in answer.content.decode()
    assert {d.state for d in now.decisions.all()} == {"draft"}
    assert client.post(url, {"decide": 1, "decision": rows[0].pk}).status_code == 302
    assert "This one would take its place" in client.get(url).content.decode()
    assert client.post(url, {"drop": 1, "decision": rows[1].pk, "reason": "x"}).status_code == 302
    assert "is about the same" not in client.get(url).content.decode()


def test_enter_in_the_room_sends_nothing(city, login):
    """Enter in the reason for dropping would press the first button: a whole line decided."""
    now = meeting()
    domain.draft_decisions(
        meeting=now, by=build.user("office_city"),
        proposals=[{"line": "care", "text": "x", "measure": "", "level": ""}],
    )  # fmt: skip
    page = login("leader_city").get(f"/meetings/{now.pk}/room/").content.decode()
    form = page[page.index('<form method="post">', page.index("<main")) :]
    assert form.index("<button") == form.index('<button type="submit" disabled hidden>')


def test_a_decision_of_another_meeting_is_not_taken_here(city, login):
    other = Decision.objects.get()
    url = f"/meetings/{meeting().pk}/room/"
    assert login("leader_city").post(url, {"decide": 1, "decision": other.pk}).status_code == 422
    other.refresh_from_db()
    assert other.state == "draft"


def test_a_rule_changes_from_what_was_decided_last(city, login):
    for level in ("all_roads", "none"):
        now = meeting()
        (row,) = domain.draft_decisions(
            meeting=now, by=build.user("office_city"),
            proposals=[{"line": "traffic", "text": "卡口", "measure": "inner_checkpoints",
                        "level": level}],
        )  # fmt: skip
        domain.decide(decision=row, by=build.user("leader_city"))
    assert row.rule["before"] == "all_roads"
    page = login("leader_city").get(f"/meetings/{now.pk}/room/").content.decode()
    assert "On all roads between districts and villages → Removed" in page


def test_tasks_of_the_last_meeting_come_up_at_the_next_with_their_evidence(city, login):
    before, now = meeting(-1), meeting()
    done = task(before, title="Open the ramps")
    domain.deliver(task=done, by=build.user("transport_east"), evidence="Seen by two at nine")
    task(meeting(-9), title="Of an older meeting")
    task(before, title="Cancelled one", state="cancelled")
    assert [t.title for t in follow_up(now)] == ["Open the ramps"]
    page = login("leader_city").get(f"/meetings/{now.pk}/room/").content.decode()
    assert "Seen by two at nine" in page
    seen = domain.open_meeting(meeting=now, by=build.user("office_city"))
    assert seen.data["follow_up"][0]["evidence"] == "Seen by two at nine"
    domain.judge(task=done, by=build.user("office_city"), enough=False, reason="which ramps?")
    page = login("analyst_city").get(f"/meetings/{now.pk}/seen/").content.decode()
    assert "delivered, evidence given" in page, "as the meeting saw it"


def test_the_scorecard_counts_each_task_once(city):
    Task._base_manager.all().delete()
    by, today = build.user("transport_east"), build.today()
    judge = build.user("office_city")
    on_time, late = task(title="A"), task(title="B", due=today - timedelta(days=2))
    for one in (on_time, late):
        domain.deliver(task=one, by=by, evidence="x")
    domain.judge(task=on_time, by=judge, enough=False, reason="more")
    domain.deliver(task=on_time, by=by, evidence="y")
    domain.judge(task=on_time, by=judge, enough=True)
    task(title="C", due=today - timedelta(days=1), owner=by)
    task(title="D", due=today + timedelta(days=1), owner=by)
    task(title="E", due=today + timedelta(days=99), owner=by)
    task(title="F", owner=by, state="cancelled")
    task(title="G", department="health")
    span = {"since": today - timedelta(days=9), "until": today + timedelta(days=9)}
    rows = {(s.department, s.owner): s for s in scorecard(**span)}
    mine = rows["Transport bureau", "transport_east"]
    assert (mine.n, mine.on_time, mine.late, mine.open, mine.overdue, mine.returned) == (
        4, 1, 1, 2, 1, 1,
    )  # fmt: skip
    assert mine.share == pytest.approx(1 / 3)
    assert rows["Health clerk", ""].share is None, "nothing was due yet"
    assert sum(s.n for s in rows.values()) == 5


def test_the_scorecard_is_of_ones_own_area(city):
    task(title="East")
    task(title="West", area_id=build.WEST)
    span = {"since": build.today(), "until": build.today()}
    with office_scope(access_of(build.user("office_east"))):
        areas = {s.area for s in scorecard(**span)}
    assert areas == {"East"}


def test_room_and_scorecard_ask_as_many_questions_for_many_rows(
    city, login, django_assert_max_num_queries
):
    now, before = meeting(), meeting(-1)
    client = login("leader_city")
    domain.open_meeting(meeting=now, by=build.user("office_city"))
    for n in (1, 3):
        for i in range(n):
            task(before, title=f"T{n}{i}")
            task(now, title=f"N{n}{i}")
        with django_assert_max_num_queries(32):
            client.get(f"/meetings/{now.pk}/room/")
        with django_assert_max_num_queries(12):
            client.get("/tasks/scorecard/")


def decided(now: Meeting) -> None:
    city_report(new_confirmed=0, cum_confirmed=93, cum_cured=38, in_hospital=55)
    domain.open_meeting(meeting=now, by=build.user("office_city"))
    rows = domain.draft_decisions(
        meeting=now, by=build.user("office_city"),
        proposals=[
            {"line": "supplies", "text": "保障口罩供应，溧水、邺城同步。", "text_en": "Masks for all.",
             "measure": "", "level": ""},
            {"line": "traffic", "text": "撤除市内卡口。", "measure": "", "level": ""},
        ],
    )  # fmt: skip
    for row in rows:
        domain.decide(decision=row, by=build.user("leader_city"))


def test_the_communique_says_in_both_languages_what_was_seen_and_decided(city):
    now = meeting(title_en="Dispatch meeting", chair="Chair")
    decided(now)
    now = Meeting.objects.select_related("seen").get(pk=now.pk)
    with translation.override("en"):
        english = _communique(now, "en")
    with translation.override("zh-hans"):
        chinese = _communique(now, "zh-hans")
    assert english["title"] == "Dispatch meeting"
    assert chinese["title"] == "调度会"
    assert english["lines"] == [
        ["Supplies", ["Masks for all."]], ["Traffic", ["撤除市内卡口。"]],
    ]  # fmt: skip
    assert [line for line, _rows in chinese["lines"]] == ["物资", "交通"]
    assert "93 confirmed in all" in english["opening"]
    assert "累计确诊93例" in chinese["opening"]
    for language in ("zh-hans", "en"):
        assert communique_pdf(now, language).startswith(b"%PDF")


def test_the_communique_is_a_draft_until_it_is_issued_and_needs_a_decision(city, login):
    now = meeting()
    with pytest.raises(Refused):
        domain.publish(meeting=now, by=build.user("office_city"))
    decided(now)
    domain.hold(meeting=now, by=build.user("office_city"))
    assert not _communique(now, "en")["issued"]
    domain.publish(meeting=now, by=build.user("office_city"))
    assert _communique(now, "en")["issued"]
    answer = login("leader_city").get(f"/meetings/{now.pk}/communique/?lang=en")
    assert answer["Content-Type"] == "application/pdf"
    assert "-en.pdf" in answer["Content-Disposition"]


def test_a_communique_stays_as_it_was_issued(city, login):
    """Nothing is decided in it or drafted for it afterwards; what is withdrawn later stays in it."""
    now, office = meeting(), build.user("office_city")
    decided(now)
    late = domain.draft_decisions(
        meeting=now, by=office, proposals=[{"line": "care", "text": "x", "measure": "", "level": ""}]
    )[0]  # fmt: skip
    one, other = now.decisions.filter(state="approved").order_by("pk")
    domain.withdraw(decision=one, by=office, reason="before it is issued")
    domain.hold(meeting=now, by=office)
    domain.publish(meeting=now, by=office)
    issued = _communique(now, "zh")["lines"]
    assert [texts for _line, texts in issued] == [[other.text]]
    with pytest.raises(Refused, match="is issued"):
        domain.decide(decision=late, by=office)
    wish = {"meeting": now.pk, "line": "care", "text": "y"}
    assert login("office_city").post("/decisions/new/", wish).status_code == 422
    domain.withdraw(decision=other, by=office, reason="after it was issued")
    assert _communique(now, "zh")["lines"] == issued
    page = login("leader_city").get(f"/meetings/{now.pk}/room/").content.decode()
    assert page.count(">withdrawn<") == 2


def test_states_of_a_meeting_are_rows_in_the_log(city):
    now = meeting()
    by = build.user("office_city")
    domain.open_meeting(meeting=now, by=by)
    with pytest.raises(Refused):
        domain.open_meeting(meeting=now, by=by)
    domain.hold(meeting=now, by=by)
    rows = StateChange.objects.filter(register="meetings.meeting", object_id=now.pk)
    assert [(r.before, r.after) for r in rows.order_by("pk")] == [
        ("prepared", "session"), ("session", "held"),
    ]  # fmt: skip


def test_pages_of_a_meeting_keep_markup_as_text(city, login):
    now = meeting(place="<b>hall</b>")
    task(meeting(-1), title="<script>x</script>", evidence="<img src=x>")
    Decision(meeting=now, line="care", text="<script>y</script>", source="/x/").save()
    domain.open_meeting(meeting=now, by=build.user("office_city"))
    client = login("leader_city")
    for url in (f"/meetings/{now.pk}/room/", f"/meetings/{now.pk}/seen/"):
        page = client.get(url).content.decode()
        assert "<script>x" not in page
        assert "<script>y" not in page
        assert "<img" not in page
        assert "<b>hall" not in page


def test_a_record_that_was_altered_says_so(city, login):
    now = meeting()
    seen = domain.open_meeting(meeting=now, by=build.user("office_city"))
    Seen.objects.filter(pk=seen.pk).update(data=seen.data | {"day": "2020-01-01"})
    page = login("leader_city").get(f"/meetings/{now.pk}/seen/").content.decode()
    assert "The record was altered" in page
