"""The few figures at the top of the home page, each from the register that the reader may view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from twofronts_office.alerts.choices import STANDING, Urgency
from twofronts_office.alerts.models import EarlyWarning
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.access import Access
from twofronts_office.communities.models import Community
from twofronts_office.enterprises.choices import EFFECTIVE
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.enterprises.queries.rates import kept, rates
from twofronts_office.meetings.choices import OPEN_TASKS
from twofronts_office.meetings.models import Task
from twofronts_office.needs.choices import NeedState
from twofronts_office.reports.domain import handed_in
from twofronts_office.supplies.domain import cover
from twofronts_office.web.cockpit import READERS


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    note: str
    link: str
    tone: str = ""


def figures(*, access, today: date) -> list[Figure]:
    found: list[Figure] = []
    if access.may("reports.dailyreport", "view"):
        found += _reports()
    if access.may("enterprises.dailystaff", "view") and access.staff:
        found += _rates(access)
    if not access.staff:
        found += _own(access)
    if access.may("communities.community", "view"):
        n = Community.objects.exclude(level="open").count()
        found.append(
            Figure(_("Restricted communities"), f"{n:,}", _("each with an end"),
                   reverse("communities-list"))
        )  # fmt: skip
    if access.may("checkpoints.checkpoint", "view"):
        rows = Checkpoint.objects.filter(decided="remove")
        n, left = rows.count(), rows.filter(actual="operating").count()
        if n:
            found.append(
                Figure(_("Checkpoints to remove"), f"{left} / {n}", _("still operating"),
                       reverse("checkpoints-list") + "?decided=remove", "warn" if left else "good")
            )  # fmt: skip
    if access.may("supplies.stockreport", "view"):
        short = [t for t in cover() if t["short"]]
        found.append(
            Figure(_("Goods running short"), str(len(short)),
                   ", ".join(str(t["good"]) for t in short[:3]) or _("none below its floor"),
                   reverse("supplies-cover"), "bad" if short else "good")
        )  # fmt: skip
    if access.may("alerts.earlywarning", "view"):
        rows = EarlyWarning.objects.filter(state__in=STANDING)
        n = rows.aggregate(n=Count("pk"), act=Count("pk", filter=Q(urgency=Urgency.ACT)))
        found.append(
            Figure(_("Early warnings"), f"{n['n']:,}", _("%d to act on today") % n["act"],
                   reverse("cockpit") if access.roles & READERS else reverse("warnings-list"),
                   "bad" if n["act"] else "warn" if n["n"] else "good")
        )  # fmt: skip
    if access.may("meetings.task", "view"):
        late = Task.objects.filter(state__in=OPEN_TASKS, due__lt=today).count()
        n = Task.objects.filter(state__in=OPEN_TASKS).count()
        found.append(
            Figure(_("Tasks overdue"), f"{late} / {n}", _("of open tasks"), reverse("tasks-list"),
                   "bad" if late else "good")
        )  # fmt: skip
    return found


def _own(access: Access) -> list[Figure]:
    """An enterprise's own state, staff and needs."""
    firms = [g.enterprise_id for g in access.grants if g.enterprise_id]
    found = []
    for one in Enterprise.objects.filter(pk__in=firms):
        link = reverse("enterprises-detail", args=[one.pk])
        good = one.state in EFFECTIVE
        since = one.effective_since.isoformat() if one.effective_since else ""
        found.append(
            Figure(_("Filing"), one.get_state_display(), since, link, "good" if good else "warn")
        )
        found.append(
            Figure(_("Staff present"), f"{one.present_staff:,} / {one.insured_staff:,}",
                   _("of insured staff"), reverse("daily-staff-list"))
        )  # fmt: skip
        n = one.needs.filter(state__in=[NeedState.OPEN, NeedState.MATCHED]).count()
        found.append(
            Figure(_("Open needs"), f"{n:,}", _("at the needs desk"), reverse("needs-list"))
        )
    return found


def _reports() -> list[Figure]:
    """The newest report of the widest area in reach: the city's, or one's own district's."""
    rows = handed_in()
    order = ("-date", "-revision")
    last = None
    for level in ("city", "district"):
        held = rows.filter(area__level=level).order_by(*order).select_related("area")
        last = last or held.first()
    if last is None:
        return []
    link = reverse("reports-detail", args=[last.pk])
    day = f"{last.date.isoformat()} · {last.area}"

    def n(value):
        return "–" if value is None else f"{value:,}"

    return [
        Figure(_("New confirmed"), n(last.new_confirmed), day, link),
        Figure(_("Confirmed in all"), n(last.cum_confirmed), day, link),
        Figure(_("In hospital"), n(last.in_hospital), day, link),
    ]


def _rates(access: Access) -> list[Figure]:
    newest, whole = kept(access, "rates", lambda day: rates(day=day)[0])
    if newest is None:
        return []
    link = reverse("rates")

    def p(value):
        return "–" if value is None else f"{100 * value:.1f}%"

    day = newest.isoformat()
    return [
        Figure(_("Resumption rate (firms)"), p(whole.resumption_rate), day, link),
        Figure(_("Staff return rate"), p(whole.staff_return_rate), day, link),
        Figure(_("Capacity rate"), p(whole.capacity_rate), day, link),
    ]
