"""Reporting, approving, correcting, publishing; and the care for cases and contacts."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.domain.records import Refused, move, note_change, require
from twofronts_office.reports.choices import (
    CLASSIFICATION_MOVES,
    CONTACT_MOVES,
    COUNTS,
    REPORT_MOVES,
    ContactState,
    ReportState,
)
from twofronts_office.reports.models import PERSONAL, Case, Contact, DailyReport, Publication

EDITABLE = (ReportState.DRAFT, ReportState.RETURNED)
ON_APPROVED: list = []  # called with report and by, in the transaction of the city's approval


def check_editable(*, report: DailyReport) -> None:
    if report.state not in EDITABLE:
        raise Refused(_("The report is locked. Open a correction: the earlier version stays."))


def submit(*, report: DailyReport, by) -> None:
    if all(getattr(report, name) is None for name in COUNTS):
        raise Refused(_("The report is empty. Nothing to report is written as zero."))
    values = {"submitted_at": clock.now()}
    move(obj=report, to=ReportState.SUBMITTED, by=by, allowed=REPORT_MOVES, values=values)


def _city(report: DailyReport) -> str:
    return report.area_id[:4]


def approve_district(*, report: DailyReport, by) -> None:
    require(user=by, action="approve", obj=report)
    move(obj=report, to=ReportState.DISTRICT_APPROVED, by=by, allowed=REPORT_MOVES)


def approve_city(*, report: DailyReport, by) -> None:
    """The city's approval locks the revision; it needs the role over the whole city."""
    held = access_of(by).prefixes("reports.dailyreport", "approve")
    if not any(_city(report).startswith(p) for p in held):
        raise Refused(_("Only an approver for the whole city can do this."))
    with transaction.atomic():
        move(
            obj=report,
            to=ReportState.CITY_APPROVED,
            by=by,
            allowed=REPORT_MOVES,
            values={"approved_at": clock.now()},
        )
        for follow in ON_APPROVED:
            follow(report=report, by=by)


def send_back(*, report: DailyReport, by, reason: str) -> None:
    require(user=by, action="approve", obj=report)
    move(obj=report, to=ReportState.RETURNED, by=by, reason=reason, allowed=REPORT_MOVES)


@transaction.atomic
def open_correction(*, report: DailyReport, by, reason: str) -> DailyReport:
    """A late correction is a new revision; the earlier one stays as it was seen."""
    last = (
        DailyReport._base_manager.filter(area_id=report.area_id, date=report.date)
        .order_by("-revision")
        .first()
    )
    if last.state not in (ReportState.CITY_APPROVED, ReportState.DISTRICT_APPROVED):
        raise Refused(_("There is already a revision in work for this day."))
    fresh = DailyReport(
        area_id=report.area_id,
        date=report.date,
        revision=last.revision + 1,
        note=reason[:500],
        **{name: getattr(last, name) for name in COUNTS},
    )
    fresh.save()
    note_change(obj=fresh, before="", after=ReportState.DRAFT, by=by, reason=reason)
    return fresh


def seen_at(*, day: date, at: datetime, rows=None) -> list[DailyReport]:
    """What the meeting saw: for each area the newest revision submitted by the instant.

    Values come from the row's history at that instant, so that nothing later shines through.

    Parameters
    ----------
    day : date
        The day reported.
    at : datetime
        The instant, such as 17:00 of the meeting's day.
    rows : QuerySet of DailyReport, optional
        Within which reports; those of the open scope by default.
    """
    rows = DailyReport.objects.all() if rows is None else rows
    keys = rows.filter(date=day, submitted_at__lte=at).values_list("pk", flat=True)
    past = DailyReport.history.filter(id__in=list(keys), history_date__lte=at).order_by(
        "id", "-history_date", "-history_id"
    )
    newest: dict[int, object] = {}
    for version in past.select_related("area"):
        newest.setdefault(version.id, version)
    by_area: dict[str, object] = {}
    for version in newest.values():
        if version.state in EDITABLE and version.submitted_at is None:
            continue
        held = by_area.get(version.area_id)
        if held is None or version.revision > held.revision:
            by_area[version.area_id] = version
    return [by_area[a] for a in sorted(by_area)]


def handed_in(rows=None):
    """Reports that were handed in: no drafts, none that was sent back."""
    rows = DailyReport.objects.all() if rows is None else rows
    return rows.exclude(state__in=EDITABLE)


def current(*, day: date, rows=None) -> list[DailyReport]:
    """The newest revision in force for each area on a day: approved before submitted."""
    best: dict[str, DailyReport] = {}
    for report in handed_in(rows).filter(date=day).select_related("area"):
        held = best.get(report.area_id)
        if held is None or report.revision > held.revision:
            best[report.area_id] = report
    return [best[a] for a in sorted(best)]


@transaction.atomic
def publish(*, day: date, by) -> Publication:
    """Publish the city's approved report of a day: a row that nothing changes afterwards."""
    city = [
        r
        for r in current(day=day, rows=DailyReport._base_manager.all())
        if r.area.level == "city" and r.state == ReportState.CITY_APPROVED
    ]
    if not city:
        raise Refused(_("The city's report of this day is not approved yet."))
    report = city[0]
    n = {k: getattr(report, k) for k in COUNTS}
    made = Publication(
        date=day,
        by=by,
        figures={k: v for k, v in n.items() if v is not None},
        revisions={report.area_id: report.revision},
        text_zh=_text_zh(report, n),
        text_en=_text_en(report, n),
    )
    made.save()
    note_change(obj=made, before="", after="published", by=by, reason=str(day))
    return made


def _text_zh(report, n) -> str:
    parts = [
        f"{report.date.year}年{report.date.month}月{report.date.day}日0—24时，{report.area.name_zh}"
        f"新增确诊病例{n['new_confirmed'] or 0}例，新增治愈出院{n['new_cured'] or 0}例。"
    ]
    if n["cum_confirmed"] is not None:
        parts.append(
            f"截至当日24时，累计报告确诊病例{n['cum_confirmed']}例，"
            f"累计治愈出院{n['cum_cured'] or 0}例，死亡{n['cum_deaths'] or 0}例。"
        )
    if n["contacts_observed"] is not None:
        parts.append(f"尚有{n['contacts_observed']}名密切接触者正在接受医学观察。")
    return "".join(parts)


def _text_en(report, n) -> str:
    parts = [
        f"{report.area.name_en}, {report.date:%d %B %Y}, 0:00 to 24:00: {n['new_confirmed'] or 0} "
        f"new confirmed, {n['new_cured'] or 0} newly cured."
    ]
    if n["cum_confirmed"] is not None:
        parts.append(
            f" In all to 24:00: {n['cum_confirmed']} confirmed, {n['cum_cured'] or 0} cured, "
            f"{n['cum_deaths'] or 0} died."
        )
    if n["contacts_observed"] is not None:
        parts.append(f" {n['contacts_observed']} close contacts are under medical observation.")
    return "".join(parts)


def settle_contacts(rows, by=None) -> None:
    """Contacts that came in by a table begin their observation like those that were typed."""
    for contact in rows:
        if contact.version == 1:
            note_change(obj=contact, before="", after=contact.state, by=by)


def classify(*, case: Case, to: str, by, reason: str) -> None:
    values = {}
    if to == "confirmed" and case.confirmed_on is None:
        values["confirmed_on"] = clock.today()
    move(
        obj=case,
        to=to,
        by=by,
        reason=reason,
        allowed=CLASSIFICATION_MOVES,
        field="classification",
        values=values,
    )


@transaction.atomic
def add_contact(*, contact: Contact, by=None) -> Contact:
    contact.save()
    note_change(obj=contact, before="", after=contact.state, by=by)
    return contact


def release(*, contact: Contact, by) -> None:
    today = clock.today()
    if contact.release_due and contact.release_due > today:
        raise Refused(_("Observation lasts until %s.") % contact.release_due)
    move(
        obj=contact,
        to=ContactState.RELEASED,
        by=by,
        allowed=CONTACT_MOVES,
        values={"released_on": today},
    )


@transaction.atomic
def contact_became_case(*, contact: Contact, by, number: str) -> Case:
    """A contact who falls ill becomes a suspected case whose source is known."""
    require(user=by, action="change", obj=contact)
    case = Case(
        number=number,
        area_id=contact.area_id,
        source=contact.case,
        **{n: getattr(contact, n) for n in (*sorted(PERSONAL), "sex", "age")},
    )
    case.full_clean(exclude=["area", "source"])
    case.save()
    note_change(obj=case, before="", after=case.classification, by=by, reason=contact.number)
    move(obj=contact, to=ContactState.CASE, by=by, allowed=CONTACT_MOVES, values={"became": case})
    return case
