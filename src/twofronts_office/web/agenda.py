"""What rooms above the meetings lay before one: warnings, directives, the situation, the brief."""

from __future__ import annotations

from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from twofronts_office.alerts.choices import STANDING, Urgency, WarningKind
from twofronts_office.alerts.models import EarlyWarning
from twofronts_office.common.choices import Line
from twofronts_office.common.domain.attachments import attachments_of
from twofronts_office.directives.queries import not_carried_out
from twofronts_office.meetings.agenda import EACH, Point, provider
from twofronts_office.meetings.seen import attached, digest_of
from twofronts_office.plans.choices import PlanKind, PlanState
from twofronts_office.plans.models import Plan
from twofronts_office.plans.queries import latest_situation

# what another provider of the agenda says itself, row by row
ELSEWHERE = {WarningKind.BOTTOM_LINE, WarningKind.COVER}


@provider
def warnings(meeting, today: date):
    """Early warnings to act on, one line a kind."""
    rows = EarlyWarning.objects.filter(state__in=STANDING, urgency=Urgency.ACT)
    for row in rows.order_by().values("kind").annotate(n=Count("pk")):
        if row["kind"] in ELSEWHERE:
            continue
        label = WarningKind(row["kind"]).label
        said = _("Early warning: %(what)s (%(n)s)") % {"what": label, "n": row["n"]}
        yield Point("", said, reverse("warnings-list") + f"?kind={row['kind']}", "warning")


@provider
def directives(meeting, today: date):
    """What was directed and is not carried out yet, the earliest due first."""
    by_line: dict[str, int] = {}
    for trace in not_carried_out():
        item = trace.item
        by_line[item.line] = by_line.get(item.line, 0) + 1
        if by_line[item.line] <= EACH:
            said = _("Directed: %(text)s (%(how)s)") % {
                "text": item.text[:90], "how": trace.progress_name,
            }  # fmt: skip
            link = reverse("directive-items-detail", args=[item.pk])
            late = item.due is not None and item.due < today
            yield Point(item.line, said, link, "directive", item.due, late)
    for line, n in by_line.items():
        if n > EACH:
            said = _("%(n)s more directed in this line of work") % {"n": n - EACH}
            link = reverse("directive-items-list") + f"?line={Line(line).value}&state=kept"
            yield Point(line, said, link, "directive")


@attached
def situation():
    """The newest situation: which run, of which day, and the digest of what it found."""
    plan = latest_situation()
    if plan is None:
        return None
    return "situation", {
        "plan": plan.pk, "title": plan.title, "as_of": str(plan.result.get("as_of", "")),
        "digest": digest_of(plan.result),
    }  # fmt: skip


@attached
def brief():
    """The newest finished brief with its files and their digests."""
    ended = (PlanState.DONE, PlanState.ADOPTED)
    plan = Plan.objects.filter(kind=PlanKind.BRIEF, state__in=ended).order_by("-pk").first()
    if plan is None:
        return None
    files = [
        {"pk": a.pk, "name": a.name, "sha256": a.sha256}
        for a in attachments_of(plan)
        if a.name.startswith("brief.")
    ]
    return "brief", {
        "plan": plan.pk, "title": plan.title, "files": files, "digest": digest_of(plan.result),
    }  # fmt: skip
