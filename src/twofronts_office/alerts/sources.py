"""What is watched: bottom lines, cover, grades, forecasts, missing reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_noop

from twofronts_office.alerts.choices import Urgency, WarningKind
from twofronts_office.alerts.domain import Finding, source
from twofronts_office.areas.models import Area
from twofronts_office.common.choices import Role
from twofronts_office.common.names import Pair
from twofronts_office.indicators.choices import AlertState, Theme
from twofronts_office.indicators.models import Alert
from twofronts_office.plans.queries import latest_situation
from twofronts_office.reports.domain import handed_in
from twofronts_office.reports.models import DailyReport
from twofronts_office.supplies.domain import cover
from twofronts_office.supplies.models import StockReport

DEPARTMENTS = {
    Theme.INDUSTRY: Role.INDUSTRY,
    Theme.INVESTMENT: Role.INDUSTRY,
    Theme.PROJECTS: Role.INDUSTRY,
    Theme.CONSUMPTION: Role.SUPPLIES,
}
SOON_DAYS = 3  # a grade that changes within so many days is told
LIKELY = 0.5  # a forecast grade other than today's with at least this probability is told
REPORTED_WITHIN_DAYS = 14  # an area that reported in this time is expected to report every day
GRADES = {
    "low": Pair("低风险", "low"),
    "medium": Pair("中风险", "medium"),
    "high": Pair("高风险", "high"),
}
ORDER = ("low", "medium", "high")


def _city() -> Area | None:
    return Area._base_manager.filter(level="city").order_by("code").first()


@source
def bottom_lines(today: date) -> Iterator[Finding]:
    city = _city()
    if city is None:
        return
    for alert in Alert._base_manager.filter(state=AlertState.OPEN).select_related("indicator"):
        one = alert.indicator
        yield Finding(
            WarningKind.BOTTOM_LINE,
            one.code,
            city.code,
            DEPARTMENTS.get(one.theme, Role.OFFICE),
            gettext_noop(
                "%(name)s stands at %(value)g %(unit)s, beyond its bottom line of %(line)g."
            ),
            gettext_noop("Name the cause, act on it and put it on the agenda of the next meeting."),
            reverse("indicators-detail", args=[one.pk]),
            values={
                "name": Pair(one.name_zh, one.name_en),
                "value": alert.value,
                "unit": Pair(one.unit, one.unit_en),
                "line": alert.bottom_line,
            },
        )


@source
def stocks(today: date) -> Iterator[Finding]:
    city = _city()
    if city is None:
        return
    for row in cover(rows=StockReport._base_manager.all()):
        if not row["short"]:
            continue
        good = row["good"]
        yield Finding(
            WarningKind.COVER,
            good.code,
            city.code,
            Role.SUPPLIES,
            gettext_noop("%(name)s lasts %(days)g days; %(floor)d are the least."),
            gettext_noop(
                "Raise production or inbound, ask the province, and share out what there is."
            ),
            reverse("supplies-cover"),
            values={
                "name": Pair(good.name_zh, good.name_en),
                "days": row["cover_days"],
                "floor": good.floor_days,
            },
        )


def _coming(grade: dict, probs: dict | None, dates: list[str], today: date):
    """The day and the grade that a district is about to have, or None."""
    level, soon = grade["level"], (today + timedelta(days=SOON_DAYS)).isoformat()
    now = today.isoformat()
    for i, day in enumerate(dates if probs else []):
        if not now <= day <= soon:
            continue
        for other in ORDER:
            if other != level and probs[other][i] >= LIKELY:
                return day, other
    changes = grade["changes_on"]
    if changes and now <= changes <= soon:
        return changes, grade["changes_to"]
    return None


@source
def grades(today: date) -> Iterator[Finding]:
    plan = latest_situation()
    if plan is None:
        return
    forecast = plan.result.get("forecast") or {}
    areas = {a.code: a for a in Area._base_manager.filter(level="district")}
    for grade in plan.result["situation"]["grades"]:
        area = areas.get(grade["area"].ljust(12, "0"))
        probs = (forecast.get("grades") or {}).get(grade["area"])
        coming = _coming(grade, probs, forecast.get("dates", []), today)
        if area is None or coming is None:
            continue
        worse = ORDER.index(coming[1]) > ORDER.index(grade["level"])
        yield Finding(
            WarningKind.GRADE,
            area.code,
            area.code,
            Role.HEALTH_LEAD,
            gettext_noop("%(name)s is about to change from %(now)s to %(then)s on %(day)s."),
            gettext_noop("Prepare the measures of the higher grade and give notice.")
            if worse
            else gettext_noop("Check the reports, then prepare to lift what the grade required."),
            reverse("cockpit") + "#map",
            urgency=Urgency.ACT if worse else Urgency.WATCH,
            values={
                "name": Pair(area.name_zh, area.name_en),
                "now": GRADES[grade["level"]],
                "then": GRADES[coming[1]],
                "day": coming[0],
            },
        )


def _sent():
    """Reports that were handed in."""
    return handed_in(DailyReport._base_manager.all())


@source
def forecasts(today: date) -> Iterator[Finding]:
    """The newest report of the city against the newest forecast made before its day."""
    city = _city()
    last = (
        city
        and (
            _sent().filter(area=city, new_confirmed__isnull=False).order_by("-date", "-revision")
        ).first()
    )
    plan = last and latest_situation(last.date - timedelta(days=1))
    forecast = (plan.result.get("forecast") if plan else None) or {}
    day = last and last.date.isoformat()
    if day not in forecast.get("dates", []):
        return
    i, cases = forecast["dates"].index(day), forecast["targets"]["cases"]["city"]
    low, high = cases["0.05"][i], cases["0.95"][i]
    if low <= last.new_confirmed <= high:
        return
    above = last.new_confirmed > high
    yield Finding(
        WarningKind.FORECAST,
        f"{city.code}-{day}",
        city.code,
        Role.HEALTH_LEAD,
        gettext_noop(
            "%(n)d new confirmed on %(day)s; the forecast of %(made)s gave %(low)g to %(high)g."
        ),
        gettext_noop(
            "Look for late or double reports and for a cluster; trace its contacts today, and work "
            "out the situation anew."
        )
        if above
        else gettext_noop("Look for reports that are missing, then work out the situation anew."),
        reverse("reports-detail", args=[last.pk]),
        urgency=Urgency.ACT if above else Urgency.WATCH,
        values={
            "n": last.new_confirmed,
            "day": day,
            "made": plan.result["as_of"],
            "low": low,
            "high": high,
        },
    )


@source
def missing_reports(today: date) -> Iterator[Finding]:
    """Yesterday's report of every area that reported in the last fortnight, and of the city."""
    day = today - timedelta(days=1)
    newest = {
        r["area_id"]: r["newest"]
        for r in _sent()
        .filter(date__gte=day - timedelta(days=REPORTED_WITHIN_DAYS))
        .order_by()
        .values("area_id")
        .annotate(newest=Max("date"))
    }
    for area in Area._base_manager.filter(level__in=["city", "district"]).order_by("code"):
        last = newest.get(area.code)
        expected = last is not None or area.level == "city"
        if not expected or (last is not None and last >= day):
            continue
        yield Finding(
            WarningKind.REPORT,
            f"{area.code}-{day}",
            area.code,
            Role.HEALTH,
            gettext_noop("%(name)s has not handed in the daily report of %(day)s."),
            gettext_noop("Enter and hand in the report; nothing to report is written as zero."),
            reverse("reports-new") + f"?area={area.code}&date={day}",
            values={"name": Pair(area.name_zh, area.name_en), "day": day.isoformat()},
        )
