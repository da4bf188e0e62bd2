"""The jobs that the office asks for itself: the situation of each approved report, plan, brief."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from twofronts_office.common.domain.records import Refused
from twofronts_office.plans import domain, queries
from twofronts_office.plans.choices import PlanKind
from twofronts_office.plans.models import Plan
from twofronts_office.reports.choices import ReportState
from twofronts_office.reports.domain import ON_APPROVED
from twofronts_office.reports.models import DailyReport

FITTED = 400  # draws of a night's fit
BRIEF_DRAWS, BRIEF_BUDGET = 400, 1000


def ask_situation(*, by=None, once: str | None = None, title: str = "") -> Plan | None:
    """Ask for the situation as the registers stand.

    Parameters
    ----------
    once : str, optional
        What it is for; a second one for the same is not asked for.

    Returns
    -------
    Plan or None
        None if there is one for the same already.
    """
    held = queries.adopted_rulebook()
    plan = Plan(
        title=title or _("Situation"), kind=PlanKind.SITUATION, draws=FITTED, once=once,
        books=[{"name": held.option, "toml": held.toml}] if held else [],
    )  # fmt: skip
    return _once(plan, by)


def _once(plan: Plan, by) -> Plan | None:
    """Store and queue a run, unless there is one for the same already."""
    if plan.once and Plan._base_manager.filter(once=plan.once).exists():
        return None
    try:
        with transaction.atomic():
            return domain.ask(plan=plan, by=by)
    except IntegrityError:
        if plan.once and Plan._base_manager.filter(once=plan.once).exists():
            return None  # somebody asked for it at the same moment
        raise


def newest_report() -> DailyReport | None:
    """The newest approved report of the city; the highest revision of its day."""
    return (
        DailyReport._base_manager.filter(area__level="city", state=ReportState.CITY_APPROVED)
        .order_by("-date", "-revision")
        .first()
    )


def after_approval(*, report: DailyReport, by=None) -> Plan | None:
    """Once the city's report of a day is approved: its situation, once for each revision."""
    if report.area.level != "city" or report.state != ReportState.CITY_APPROVED:
        return None
    newest = newest_report()
    if newest is None or newest.pk != report.pk:
        return None  # a correction of an older day changes the newest situation with the next one
    return ask_situation(
        by=by,
        once=f"situation:{report.area_id}:{report.date}:{report.revision}",
        title=_("Situation of %(day)s") % {"day": report.date},
    )


def nightly() -> int:
    """What is due of situation, plan and brief; returns how much was asked for.

    A situation for the newest approved report, and for each finished situation of a report the
    brief, which searches the plan. Each is asked for once, however often this runs.
    """
    asked = 0
    report = newest_report()
    if report is not None:
        asked += after_approval(report=report) is not None
    newest = queries.latest_situation()
    if newest is not None and newest.once:
        asked += ask_brief(situation=newest) is not None
    return asked


def ask_for(*, plan: Plan, by) -> Plan:
    """Ask for a run from a form; a search or a brief begins from the newest situation's fit."""
    if plan.kind in (PlanKind.SEARCH, PlanKind.BRIEF):
        plan.situation = queries.fitted_situation()
    return domain.ask(plan=plan, by=by)


def ask_brief(*, situation: Plan, by=None, once: bool = True) -> Plan | None:
    """Plan and brief on the city and the fit of a situation.

    Parameters
    ----------
    situation : Plan
    by : User, optional
    once : bool
        Asked for by the clock: never twice for one situation, and not for one that has not ended.

    Raises
    ------
    Refused
        If somebody asks for it by hand and the situation has not ended.
    """
    if situation.state not in queries.ENDED:
        if once:
            return None
        raise Refused(_("The situation is not worked out yet."))
    plan = Plan(
        title=_("Plan and brief of %(day)s") % {"day": situation.as_of}, kind=PlanKind.BRIEF,
        situation=situation, seed=situation.seed, draws=BRIEF_DRAWS, budget=BRIEF_BUDGET,
        once=f"brief:{situation.pk}" if once else None,
    )  # fmt: skip
    return _once(plan, by)


ON_APPROVED.append(after_approval)
