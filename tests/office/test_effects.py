"""A decision proposes; its owners confirm or decline; filings meet what was confirmed, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from twofronts.city import load_city
from twofronts_office.bridge import effects as translation
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.access import access_of
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.models import StateChange
from twofronts_office.common.scope import office_scope
from twofronts_office.communities.models import Community, Restriction
from twofronts_office.effects import domain
from twofronts_office.effects.models import Change
from twofronts_office.enterprises.choices import CHECKLIST, FilingState, group_of
from twofronts_office.enterprises.conditions import conditions_for, set_condition
from twofronts_office.enterprises.domain import file_resumption
from twofronts_office.enterprises.models import Enterprise, Filing
from twofronts_office.meetings.agenda import points
from twofronts_office.meetings.domain import decide, draft_decisions, withdraw
from twofronts_office.meetings.models import Decision, Meeting, Task
from twofronts_office.meetings.queries import planned_against_actual
from twofronts_office.reports.models import DailyReport

from . import build

pytestmark = pytest.mark.usefixtures("everything")


def decided(measure: str, level: str, line="communities", **rule) -> Decision:
    meeting = Meeting._base_manager.first()
    p = {"line": line, "text": "决定", "text_en": "Decided", "measure": measure, "level": level}
    (row,) = draft_decisions(
        meeting=meeting, proposals=[p | {"rule": rule}], by=build.user("office_city")
    )
    decide(decision=row, by=build.user("leader_city"))
    return row


def changes(decision: Decision) -> list[Change]:
    return list(Change._base_manager.filter(decision=decision).order_by("area_id", "pk"))


def test_groups_of_sectors_are_those_of_the_core():
    table = load_city("nanjing").sectors
    assert {r.sector: r.group for r in table.itertuples()} == {
        s: str(group_of(s)) for s in table["sector"]
    }


def test_every_level_of_every_measure_is_translated_or_left_to_tasks():
    from twofronts.measures import load_catalogue

    held = {}
    for key, measure in load_catalogue().measure.items():
        for level in measure.levels:
            want = translation.wanted(key, (level,) * 3)
            if want is not None:
                held.setdefault(key, []).append((level, want.planned[0], want.terms[0]))
    assert set(held) == {
        "community", "province_border", "city_border", "inner_checkpoints", "resumption_scheme",
        "attendance_essential", "attendance_industry", "attendance_services",
        "protection_standard",
    }  # fmt: skip
    assert [x[1] for x in held["community"]] == ["open", "managed", "strict", "closed"]
    assert [x[0] for x in held["resumption_scheme"]] == ["free", "filing", "closed"], (
        "approval would make a filing wait: no register holds it"
    )
    assert [x[2]["cap_pct"] for x in held["attendance_services"]] == [100, 75, 50, 10]
    for _level, _planned, terms in held["protection_standard"]:
        assert set(terms["required"]) <= set(CHECKLIST)


def test_a_decision_changes_nothing_before_its_owner_confirms(city):
    row = decided("community", "closed_off", days=10)
    found = changes(row)
    assert [(c.planned, c.before, c.state) for c in found] == [("strict", "open", "proposed")] * 2
    assert set(Community._base_manager.values_list("level", flat=True)) == {"open"}
    domain.confirm(change=found[0], by=build.user("community_east"), reason="Seen")
    one = found[0].community
    one.refresh_from_db()
    assert (one.level, one.until) == ("strict", build.today() + timedelta(days=10))
    assert "42" in one.basis
    assert Restriction._base_manager.filter(community=one, ended_on=None).count() == 1
    assert Community._base_manager.get(area_id=build.WEST).level == "open"


def test_only_the_owner_of_the_thing_confirms(city):
    here, there = changes(decided("community", "registered"))
    for who in ("transport_east", "office_city", "leader_city", "community_west"):
        with pytest.raises(Refused):
            domain.confirm(change=here, by=build.user(who))
    with pytest.raises(Refused):
        domain.decline(change=there, by=build.user("community_east"), reason="No")
    assert {c.state for c in Change._base_manager.filter(pk__in=[here.pk, there.pk])} == {
        "proposed"
    }


def test_declining_needs_a_reason_and_keeps_the_register(city, login):
    one, _other = changes(decided("community", "sealed"))
    owner = build.user("community_east")
    with pytest.raises(Refused):
        domain.decline(change=one, by=owner, reason=" ")
    domain.decline(change=one, by=owner, reason="No case here for weeks")
    one.refresh_from_db()
    assert (one.state, one.reason) == ("declined", "No case here for weeks")
    assert Community._base_manager.get(area_id=build.EAST).level == "open"
    page = login("office_city").get(f"/changes/?decision={one.decision_id}&state=declined")
    assert "Community 1" in page.content.decode()


def test_districts_of_different_grades_get_different_levels(city):
    day = build.today() - timedelta(days=1)
    DailyReport._base_manager.filter(date=day, area_id=build.EAST).update(
        state="city_approved", new_confirmed=3, cum_confirmed=80
    )
    DailyReport._base_manager.filter(date=day, area_id=build.WEST).update(
        state="city_approved", new_confirmed=0, cum_confirmed=0
    )
    grades = translation.district_grades(day)
    assert grades == {build.EAST: "high", build.WEST: "low"}
    found = changes(decided("community", "registered, closed_off, sealed"))
    assert [(c.grade, c.planned) for c in found] == [("high", "closed"), ("low", "managed")]


def test_without_reports_the_strictest_grade_is_never_assumed_lower(city):
    """Reports that the core refuses leave the strictest level, not the mildest."""
    grades = translation.district_grades(build.today() - timedelta(days=400))
    assert set(grades.values()) == {"low"}, "no report at all: no case is known"


def test_checkpoints_are_decided_on_and_stay_to_be_verified(city):
    row = decided("inner_checkpoints", "none", line="traffic")
    for change in changes(row):
        assert change.until is None
        domain.confirm(change=change, by=build.user("transport_city"))
    assert set(Checkpoint._base_manager.values_list("decided", "actual")) == {
        ("remove", "operating")
    }


def gates() -> dict[str, Checkpoint]:
    return {c.code: c for c in Checkpoint._base_manager.order_by("code")}


def test_one_checkpoint_kept_a_week_longer_is_proposed_in_its_own_row(city):
    """Its tier goes, it stays to its day: one change for its owner, then the register's row."""
    code, other = sorted(gates())
    day = build.today() + timedelta(days=7)
    kept = decided("inner_checkpoints", "all_roads", line="traffic", checkpoint=code,
                   until=day.isoformat(), others="none")  # fmt: skip
    whole = decided("inner_checkpoints", "none", line="traffic")
    (single,), (rest,) = changes(kept), changes(whole)
    assert (single.checkpoint.code, rest.checkpoint.code) == (code, other)
    assert (single.planned, single.until, single.state) == ("keep", day, "proposed")
    assert single.becomes == f"keep until {day}, then remove"
    assert single.was == "keep"
    domain.confirm(change=single, by=build.user("transport_city"))
    row = gates()[code]
    assert (row.decided, row.act_by) == ("remove", day + timedelta(days=1))
    assert "Decided" in str(kept)
    access = access_of(build.user("leader_city"))
    with office_scope(access):
        by = {r.decision: r for r in planned_against_actual(access)}
    assert (by[kept.pk].n, by[kept.pk].done) == (1, 1.0)


def test_one_checkpoint_removed_leaves_the_others(city):
    code, other = sorted(gates())
    (single,) = changes(decided("inner_checkpoints", "none", line="traffic", checkpoint=code,
                                others="all_roads"))  # fmt: skip
    domain.confirm(change=single, by=build.user("transport_city"))
    assert {c: g.decided for c, g in gates().items()} == {code: "remove", other: "keep"}


def test_a_single_checkpoints_decision_is_no_level_of_its_measure(city):
    from twofronts_office.meetings.domain import level_before, rulebook_levels

    code, other = sorted(gates())
    decided("inner_checkpoints", "main_roads", line="traffic")
    row = decided("inner_checkpoints", "none", line="traffic", checkpoint=code)
    assert row.rule["before"] == "main_roads"
    assert rulebook_levels()["inner_checkpoints"] == "main_roads"
    again = decided("inner_checkpoints", "all_roads", line="traffic", checkpoint=code)
    assert again.rule["before"] == "none"
    assert again.rule_change == f"inner_checkpoints ({code}): none → all_roads"
    again.rule["checkpoint"] = other
    assert level_before(again) == "main_roads"


def test_a_later_decision_replaces_what_an_earlier_one_proposed(city):
    first = decided("community", "closed_off")
    second = decided("community", "open")
    assert {c.state for c in changes(first)} == {"replaced"}
    assert [(c.state, c.reason != "") for c in changes(second)] == [("in_force", True)] * 2
    assert second.rule["before"] == "closed_off"


def test_what_nobody_answers_runs_out_and_stays_visible(city):
    row = decided("community", "closed_off")
    late = build.today() + timedelta(days=30)
    assert domain.expire(today=late) >= 2
    assert {c.state for c in changes(row)} == {"expired"}
    assert domain.expire(today=late) == 0


def test_two_answers_at_once_are_one(city):
    one = changes(decided("community", "closed_off"))[0]
    again = Change._base_manager.get(pk=one.pk)
    domain.confirm(change=one, by=build.user("community_east"))
    with pytest.raises(Refused):
        domain.confirm(change=again, by=build.user("community_east"))
    assert Restriction._base_manager.filter(area_id=build.EAST, ended_on=None).count() == 1


def declared(staff=10, **checks) -> dict:
    fields = {
        "resume_on": build.today(), "staff_planned": staff, "lead_name": "Lead", "lead_phone": "0",
        "committed": True,
    }  # fmt: skip
    return {"declared": fields, "checklist": dict.fromkeys(CHECKLIST, True) | checks}


def confirm_all(decision: Decision, who: str) -> None:
    for change in Change._base_manager.filter(decision=decision, state="proposed"):
        domain.confirm(change=change, by=build.user(who))


def test_conditions_refuse_at_once_in_words_or_let_in_at_once(city):
    one = Enterprise._base_manager.get(area_id=build.EAST)
    cap = decided("attendance_industry", "half", line="resumption")
    assert file_resumption(enterprise=one, **declared(100)).pk, "before the bureau confirms: no cap"
    confirm_all(cap, "industry_city")
    with pytest.raises(Refused, match="50"):
        file_resumption(enterprise=one, **declared(51))
    assert file_resumption(enterprise=one, **declared(50)).received_at
    standard = decided("protection_standard", "basic", line="resumption")
    confirm_all(standard, "industry_city")
    with pytest.raises(Refused, match="Masks"):
        file_resumption(enterprise=one, **declared(10, masks=False))
    assert file_resumption(enterprise=one, **declared(10, meals=False)).pk, "meals are not required"
    one.refresh_from_db()
    assert one.state == FilingState.FILED, "in force on receipt; nobody was asked"


def test_a_closed_group_is_told_until_when_and_the_end_ends_it(city):
    one = Enterprise._base_manager.get(area_id=build.EAST)
    confirm_all(decided("resumption_scheme", "closed", line="resumption", days=5), "industry_city")
    last = build.today() + timedelta(days=5)
    with pytest.raises(Refused, match=last.isoformat()):
        file_resumption(enterprise=one, **declared())
    after = conditions_for(area=one.area_id, sector=one.sector, day=last + timedelta(days=1))
    assert after.mode == "open"
    assert Filing._base_manager.filter(enterprise=one).count() == 1, "nothing half-filed"


def test_the_nearest_area_and_the_newest_condition_hold(city):
    def put(area, pct, group="industry"):
        set_condition(
            area=area, group=group, part="cap", cap_pct=pct, basis="law", until=build.today()
        )

    put(build.CITY, 75, "all")
    put(build.EAST, 50)
    assert conditions_for(area=build.EAST, sector="C6").cap_pct == 50
    assert conditions_for(area=build.WEST, sector="C6").cap_pct == 75
    put(build.EAST, 60)
    assert conditions_for(area=build.EAST, sector="C6").cap_pct == 60
    assert conditions_for(area=build.EAST, sector="D").cap_pct == 75
    with pytest.raises(ValidationError):
        put(build.EAST, 200)


def test_public_filing_says_what_holds_and_keeps_what_was_typed(city, client):
    confirm_all(decided("attendance_industry", "half", line="resumption"), "industry_city")
    page = client.get("/public/file/", headers={"accept-language": "en"})
    assert "at most 50% of the staff" in page.content.decode()
    form = {
        "uscc": build.code(777), "name": "New Works", "area": build.EAST, "sector": "C6",
        "insured_staff": 10, "resume_on": build.today(), "staff_planned": 9, "risk_staff": 0,
        "mask_days": 7, "thermometers": 1, "lead_name": "Lead", "lead_phone": "025",
        "committed": "on",
    }  # fmt: skip
    answer = client.post("/public/file/", form, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "File for 5 or fewer" in answer.content.decode()
    assert not Enterprise._base_manager.filter(uscc=build.code(777)).exists()
    answer = client.post("/public/file/", form | {"staff_planned": 5})
    assert answer.status_code == 302


def test_planned_against_actual_counts_what_is_so(city):
    row = decided("community", "closed_off")
    domain.confirm(change=changes(row)[0], by=build.user("community_east"))
    domain.decline(change=changes(row)[1], by=build.user("community_west"), reason="No case")
    access = access_of(build.user("leader_city"))
    with office_scope(access):
        found = {r.decision: r for r in planned_against_actual(access)}
    one = found[row.pk]
    assert (one.line, one.n, one.confirmed, one.done, one.declined, one.waiting) == (
        "communities", 2, 0.5, 0.5, 1, 0,
    )  # fmt: skip
    assert one.tone == "bad"


def test_what_no_register_holds_is_measured_by_its_tasks(city):
    row = Decision._base_manager.get()
    decide(decision=row, by=build.user("leader_city"))
    Change._base_manager.filter(decision=row).delete()
    access = access_of(build.user("leader_city"))

    def now():
        with office_scope(access):
            return next(r for r in planned_against_actual(access) if r.decision == row.pk)

    assert (now().n, now().confirmed, now().done, now().tone) == (0, None, None, "plain")
    task = Task(area_id=build.EAST, title="T", department="transport", due=build.today())
    for state in ("done", "sent", "cancelled"):
        task.pk, task.decision, task.state = None, row, state
        task.save()
    assert (now().n, now().done, now().waiting) == (2, 0.5, 1), "what was cancelled does not count"


def test_planned_against_actual_is_limited_to_ones_area(city):
    row = decided("community", "closed_off")
    for who, n in (("community_east", 1), ("community_city", 2), ("enterprise_east", None)):
        access = access_of(build.user(who))
        with office_scope(access):
            found = {r.decision: r.n for r in planned_against_actual(access)}
        assert found.get(row.pk) == n


def test_planned_against_actual_asks_a_fixed_number_of_questions(city, django_assert_num_queries):
    access = access_of(build.user("leader_city"))
    for more in (("community", "closed_off"), ("attendance_industry", "half")):
        decided(*more)
        with office_scope(access), django_assert_num_queries(8):
            planned_against_actual(access)


def test_owners_answer_on_one_page_by_keyboard_and_only_what_is_theirs(city, login):
    row = decided("community", "closed_off")
    here, there = changes(row)
    client = login("community_east")
    page = client.get("/changes/confirm/").content.decode()
    assert f'value="{here.pk}"' in page
    assert f'value="{there.pk}"' not in page
    assert client.post("/changes/confirm/", {"confirm": 1}).status_code == 422, "nothing ticked"
    assert client.post("/changes/confirm/", {"decline": 1, "change": here.pk}).status_code == 422
    forged = {"confirm": 1, "change": [here.pk, there.pk]}
    assert client.post("/changes/confirm/", forged).status_code == 302
    assert [c.state for c in changes(row)] == ["in_force", "proposed"]
    assert login("leader_city").get("/changes/confirm/").status_code == 403


def test_a_whole_group_is_confirmed_as_it_was_shown(city, login):
    row = decided("community", "closed_off")
    client = login("community_city")
    pks = ",".join(str(c.pk) for c in changes(row)[:1])
    sure = {"all": f"{row.pk}:{pks}", "reason": "as decided", "sure": 1}
    assert client.post("/changes/confirm/", sure).status_code == 302
    assert [c.state for c in changes(row)] == ["in_force", "proposed"], "what was not shown waits"


def test_a_whole_group_is_asked_about_a_second_time(city, login):
    """What becomes of how many and where; the remark goes along; nothing is done before a yes."""
    row = decided("community", "closed_off")
    client = login("community_city")
    pks = ",".join(str(c.pk) for c in changes(row))
    asked = client.post("/changes/confirm/", {"all": f"{row.pk}:{pks}", "reason": "as decided"})
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "Confirm all 2 changes?" in page
    assert f'name="all" value="{row.pk}:{pks}"' in page
    assert 'name="reason" value="as decided"' in page
    assert f"2: from “{changes(row)[0].was}” to “{changes(row)[0].becomes}”" in page
    assert [c.state for c in changes(row)] == ["proposed", "proposed"]
    assert client.post("/changes/confirm/", {"all": f"{row.pk}:"}).status_code == 422
    # Enter in a box or in the remark presses the first button of a form: that one does nothing
    shown = client.get("/changes/confirm/").content.decode()
    form = shown[shown.index('<form method="post">') :]
    assert form.index("<button") == form.index('<button type="submit" disabled hidden>')


def test_a_decision_that_names_no_known_level_is_refused_with_what_there_is(city, login):
    client = login("office_city")
    form = {"meeting": 1, "line": "traffic", "text": "X", "measure": "community", "level": "shut"}
    form["meeting"] = Meeting._base_manager.first().pk
    page = client.post("/decisions/new/", form)
    assert page.status_code == 422
    assert "closed_off" in page.content.decode()
    form |= {"measure": "dragons", "level": "many"}
    assert "inner_checkpoints" in client.post("/decisions/new/", form).content.decode()


def test_what_was_decided_is_not_rewritten(city, login):
    row = decided("community", "closed_off")
    form = {
        "meeting": row.meeting_id, "line": "communities", "text": "Something else",
        "measure": "community", "level": "closed_off", "version": row.version,
    }  # fmt: skip
    assert login("office_city").post(f"/decisions/{row.pk}/edit/", form).status_code == 422
    row.refresh_from_db()
    assert row.text == "决定"


def test_a_withdrawn_decision_takes_back_what_waits_and_the_earlier_one_holds_again(city, login):
    """Confirmed, then withdrawn: the earlier decision proposes its own level to the owner anew."""
    before = decided("community", "registered")
    for change in changes(before):
        domain.confirm(change=change, by=build.user("community_city"))
    row = decided("community", "closed_off")
    here, there = changes(row)
    domain.confirm(change=here, by=build.user("community_city"))
    task = Task(area_id=here.area_id, title="T", department="community", due=build.today(),
                decision=row)  # fmt: skip
    task.save()
    client = login("leader_city")
    assert client.post(f"/decisions/{row.pk}/do/withdraw/", {"reason": ""}).status_code == 422
    wish = {"reason": "too much for the residents"}
    assert client.post(f"/decisions/{row.pk}/do/withdraw/", wish).status_code == 302
    for one in (row, here, there, task):
        one.refresh_from_db()
    assert (row.state, there.state, task.state) == ("withdrawn", "withdrawn", "cancelled")
    assert here.state == "replaced", "the earlier decision asks for its own level again"
    here.community.refresh_from_db()
    assert here.community.level == here.planned, "no register changes before its owner confirms"
    again = [c for c in changes(before) if c.state == "proposed"]
    assert [(c.community_id, c.planned) for c in again] == [(here.community_id, "managed")]
    assert [p.decision for p in planned_against_actual(access_of(build.user("leader_city")))] == [
        before.pk
    ]
    assert client.post(f"/decisions/{row.pk}/do/withdraw/", wish).status_code == 302, (
        "said, not done"
    )
    row.refresh_from_db()
    assert row.state == "withdrawn"
    log = StateChange.objects.filter(register="meetings.decision", object_id=row.pk)
    assert (log[0].after, log[0].reason) == ("withdrawn", "too much for the residents")


def test_without_an_earlier_decision_the_next_agenda_names_what_still_stands(city):
    row = decided("community", "closed_off")
    here, _there = changes(row)
    domain.confirm(change=here, by=build.user("community_city"))
    withdraw(decision=row, by=build.user("leader_city"), reason="too much")
    here.refresh_from_db()
    assert here.state == "in_force"
    meeting = Meeting._base_manager.first()
    said = [p.text for p in points(meeting)]
    assert "1 changes of a withdrawn decision still stand: level of a community" in said
    assert planned_against_actual(access_of(build.user("leader_city"))) == []
