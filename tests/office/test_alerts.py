"""Early warnings: each source raises, refreshes and closes its own, for the right role, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from twofronts_office.alerts.domain import SOURCES, Finding, _raise, take, watch
from twofronts_office.alerts.models import EarlyWarning
from twofronts_office.bridge import periodic
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.models import Notification, StateChange
from twofronts_office.indicators.domain import take_reading
from twofronts_office.indicators.models import Alert, Indicator, Reading
from twofronts_office.plans import domain as plans
from twofronts_office.plans.models import Plan
from twofronts_office.reports import domain as reports
from twofronts_office.reports.models import DailyReport
from twofronts_office.supplies.models import StockReport

from . import build, situations

AS_OF = date(2020, 2, 18)


@pytest.fixture
def quiet(city, everything):
    """Return the small city with nothing to warn of, on a day long after its rows."""
    EarlyWarning._base_manager.all().delete()
    Alert._base_manager.all().delete()
    StockReport._base_manager.update(stock=10_000, use=10, inbound=0, production=0)
    day = build.today()
    for area in (build.CITY, build.EAST, build.WEST):
        DailyReport.objects.filter(area_id=area).delete()
        report(area, day - timedelta(days=1), new_confirmed=0)
    assert watch(today=day) == {"raised": 0, "closed": 0}
    return day


def report(area: str, day: date, **counts) -> DailyReport:
    row = DailyReport(area_id=area, date=day, state="city_approved", **counts)
    row.save()
    return row


def standing(kind: str) -> list[EarlyWarning]:
    return list(EarlyWarning.objects.filter(kind=kind, state__in=["raised", "taken"]))


def told(warning: EarlyWarning) -> set[str]:
    rows = Notification.objects.filter(key=f"warning-{warning.pk}")
    return set(rows.values_list("user__username", flat=True))


def test_a_crossed_line_is_raised_and_closed_with_the_reading(quiet):
    one = Indicator.objects.get(code="x")
    take_reading(reading=Reading(indicator=one, date=quiet - timedelta(days=3), value=41))
    assert watch(today=quiet) == {"raised": 1, "closed": 0}
    (warning,) = standing("bottom_line")
    assert warning.text_en == "Indicator stands at 41 %, beyond its bottom line of 50."
    assert warning.text_zh == "指标为 41 %，突破底线 50。"
    assert warning.link == reverse("indicators-detail", args=[one.pk])
    assert warning.role == "office"
    take_reading(reading=Reading(indicator=one, date=quiet - timedelta(days=2), value=70))
    assert watch(today=quiet) == {"raised": 0, "closed": 1}
    warning.refresh_from_db()
    assert (warning.state, warning.closed_on) == ("over", quiet)
    changes = StateChange.objects.filter(register="alerts.earlywarning", object_id=warning.pk)
    assert [c.after for c in changes.order_by("pk")] == ["raised", "over"]


def test_a_short_stock_goes_to_the_bureau_of_supplies(quiet):
    row = StockReport.objects.first()
    StockReport.objects.filter(good=row.good).update(stock=30, use=10)
    watch(today=quiet)
    (warning,) = standing("cover")
    assert warning.role == "supplies"
    assert "lasts 3 days; 7 are the least" in warning.text_en
    people = told(warning)
    assert "supplies_city" in people
    assert "office_city" in people
    assert not people & {"supplies_east", "health_city", "leader_city"}, "who holds the whole city"
    StockReport.objects.filter(good=row.good).update(stock=40)
    assert watch(today=quiet) == {"raised": 0, "closed": 0}
    warning.refresh_from_db()
    assert "lasts 4 days" in warning.text_en
    assert Notification.objects.filter(key=f"warning-{warning.pk}").count() == len(people)


def test_a_missing_report_names_the_area_and_leads_to_its_form(quiet):
    later = quiet + timedelta(days=1)
    report(build.CITY, quiet, new_confirmed=0)
    report(build.WEST, quiet, new_confirmed=0)
    watch(today=later)
    (warning,) = standing("report")
    assert warning.area_id == build.EAST
    assert warning.text_en == f"East has not handed in the daily report of {quiet}."
    assert warning.link == f"/reports/new/?area={build.EAST}&date={quiet}"
    assert {"health_east", "health_city"} <= told(warning)
    assert "health_west" not in told(warning)
    report(build.EAST, quiet, new_confirmed=0)
    assert watch(today=later)["closed"] == 1


def test_a_draft_is_no_report(quiet):
    later = quiet + timedelta(days=1)
    for area in (build.CITY, build.EAST, build.WEST):
        report(area, quiet, new_confirmed=0)
    DailyReport.objects.filter(area_id=build.EAST, date=quiet).update(state="draft")
    watch(today=later)
    assert [w.area_id for w in standing("report")] == [build.EAST]


def test_an_area_that_never_reports_is_not_waited_for(quiet):
    DailyReport.objects.filter(area_id=build.WEST).delete()
    later = quiet + timedelta(days=1)
    report(build.CITY, quiet, new_confirmed=0)
    report(build.EAST, quiet, new_confirmed=0)
    watch(today=later)
    assert standing("report") == []


@pytest.mark.parametrize(
    ("new", "urgency", "said"),
    [(9, "act", "9 new confirmed on 2020-02-19; the forecast of 2020-02-18 gave 0 to 2."),
     (2, None, ""), (0, None, "")],
)  # fmt: skip
def test_a_count_outside_the_band(quiet, new, urgency, said):
    DailyReport.objects.all().delete()
    situations.situation()
    row = report(build.CITY, AS_OF + timedelta(days=1), new_confirmed=new)
    watch(today=AS_OF + timedelta(days=2))
    found = standing("forecast")
    if urgency is None:
        assert found == []
        return
    (warning,) = found
    assert (warning.urgency, warning.role) == (urgency, "health_lead")
    assert warning.text_en == said
    assert warning.link == reverse("reports-detail", args=[row.pk])


def test_a_count_below_the_band_is_watched(quiet):
    DailyReport.objects.all().delete()
    found = situations.result()
    found["forecast"]["targets"]["cases"]["city"]["0.05"][0] = 3
    situations.situation(found)
    report(build.CITY, AS_OF + timedelta(days=1), new_confirmed=1)
    watch(today=AS_OF + timedelta(days=2))
    (warning,) = standing("forecast")
    assert warning.urgency == "watch"
    assert "missing" in warning.todo_en


def test_the_forecast_judged_is_one_made_before_the_day(quiet):
    """A situation that has seen the report says nothing against it."""
    DailyReport.objects.all().delete()
    situations.situation()
    situations.situation(situations.result(as_of="2020-02-19", forecast=None))
    report(build.CITY, AS_OF + timedelta(days=1), new_confirmed=9)
    watch(today=AS_OF + timedelta(days=2))
    assert len(standing("forecast")) == 1


def test_a_grade_that_is_about_to_change(quiet):
    found = situations.result()
    for g in found["situation"]["grades"]:
        g["changes_on"], g["changes_to"] = "2020-03-03", "low"
    east = build.EAST[:6]
    probs = found["forecast"]["grades"][east]
    for g, values in (("low", 0.0), ("medium", 0.3), ("high", 0.7)):
        probs[g] = [values] * 14
    west = found["forecast"]["grades"][build.WEST[:6]]
    for g, values in (("low", 0.1), ("medium", 0.9), ("high", 0.0)):
        west[g] = [values] * 14
    situations.situation(found)
    watch(today=AS_OF + timedelta(days=1))
    (warning,) = standing("grade")
    assert warning.area_id == build.EAST
    assert warning.urgency == "act"
    assert warning.text_en == "East is about to change from medium to high on 2020-02-19."
    assert warning.text_zh == "东区将于 2020-02-19 由中风险变为高风险。"
    watch(today=date(2020, 3, 2))
    assert {w.area_id: w.urgency for w in standing("grade")} == {
        build.EAST: "act", build.WEST: "watch",
    }, "the day on which the grade falls if nothing new comes"  # fmt: skip


def test_without_a_forecast_nothing_is_guessed(quiet):
    situations.situation(situations.result(forecast=None))
    assert watch(today=AS_OF + timedelta(days=1)) == {"raised": 0, "closed": 0}


def test_two_runs_in_one_moment_raise_one(quiet):
    """Both have read that nothing stands: the constraint lets one of them write."""
    finding = Finding("report", "s", build.EAST, "health", "%(n)d", "x", values={"n": 1})
    assert [_raise(finding, quiet), _raise(finding, quiet)] == [1, 0]
    assert EarlyWarning.objects.filter(subject="s").count() == 1
    assert len(told(EarlyWarning.objects.get(subject="s"))) == 4  # both places, both roles


def test_taken_up_with_a_note_and_still_closed_by_itself(quiet):
    DailyReport.objects.filter(area_id=build.EAST).delete()
    report(build.EAST, quiet - timedelta(days=3), new_confirmed=0)
    watch(today=quiet)
    (warning,) = standing("report")
    with pytest.raises(Refused):
        take(warning=warning, by=build.user("health_east"), note=" ")
    take(warning=warning, by=build.user("health_east"), note="Called the hospital")
    assert standing("report")[0].note == "Called the hospital"
    report(build.EAST, quiet - timedelta(days=1), new_confirmed=0)
    watch(today=quiet)
    warning.refresh_from_db()
    assert warning.state == "over"


def test_the_hourly_run_raises(quiet):
    DailyReport.objects.filter(area_id=build.CITY).delete()
    done = periodic.run()
    assert done["warnings raised"] == 1
    assert periodic.run()["warnings raised"] == 0


def test_home_page_says_it_to_whom_it_concerns(quiet, login):
    DailyReport.objects.filter(area_id=build.EAST).delete()
    report(build.EAST, quiet - timedelta(days=3), new_confirmed=0)
    watch(today=quiet)
    link = "/warnings/?kind=report&amp;urgency=act&amp;state=raised"
    for who, sees in (("health_east", True), ("health_city", True), ("health_west", False),
                      ("supplies_city", False), ("enterprise_east", False)):  # fmt: skip
        assert (link in login(who).get("/").content.decode()) is sees, who
    said = login("office_city").get("/cockpit/").content.decode()
    assert "East has not handed in the daily report" in said


def test_every_kind_has_a_source():
    """Six sources would be one that no test above looks at."""
    assert {s.__name__ for s in SOURCES} == {
        "bottom_lines", "stocks", "grades", "forecasts", "missing_reports",
    }  # fmt: skip


def test_a_new_situation_warns_at_once_and_not_at_the_next_hour(quiet, settings, monkeypatch):
    """A forecast that missed what came and a grade about to change, without the hourly run."""
    made = situations.result()
    kept = made["forecast"]["dates"][0]
    missed = date.fromisoformat(kept)
    DailyReport.objects.filter(area_id=build.CITY).delete()
    report(build.CITY, missed, new_confirmed=900)
    settings.CLOCK = missed
    assert not standing("forecast")
    monkeypatch.setattr(plans.core, "run", lambda wish, *, progress: (made, {}))
    plan = plans.ask(plan=Plan(title="S", kind="situation"), by=build.user("office_city"))
    assert plans.run_plan.call(plan.pk) == "done"
    (warning,) = standing("forecast")
    assert warning.text_en.startswith("900 new confirmed")
    assert "health_lead_city" in told(warning)
    grades = {w.subject for w in standing("grade")}
    assert grades == {f.subject for f in by_kind(missed, "grade")}
    assert grades, "the published situation has a district whose grade is about to change"


def by_kind(day: date, kind: str) -> list[Finding]:
    return [f for ask in SOURCES for f in ask(day) if f.kind == kind]


def test_a_source_that_fails_does_not_fail_the_situation(quiet, monkeypatch, caplog):
    def broken(today):
        raise RuntimeError("no such thing")

    monkeypatch.setattr("twofronts_office.alerts.domain.SOURCES", [broken])
    monkeypatch.setattr(plans.core, "run", lambda wish, *, progress: (situations.result(), {}))
    plan = plans.ask(plan=Plan(title="S", kind="situation"), by=build.user("office_city"))
    assert plans.run_plan.call(plan.pk) == "done"
    plan.refresh_from_db()
    assert plan.state == "done"
    assert f"after the end of run {plan.pk}" in caplog.text


def test_an_approved_report_is_held_against_the_forecast_at_once(
    quiet, settings, django_capture_on_commit_callbacks
):
    found = situations.situation().result
    day = date.fromisoformat(found["forecast"]["dates"][0])
    DailyReport.objects.filter(area_id=build.CITY).delete()
    settings.CLOCK = day
    row = DailyReport(
        area_id=build.CITY, date=day, state="district_approved", new_confirmed=900, revision=1
    )
    row.save()
    with django_capture_on_commit_callbacks(execute=True):
        reports.approve_city(report=row, by=build.user("health_lead_city"))
    assert [w.subject for w in standing("forecast")] == [f"{build.CITY}-{day}"]
