"""What is due at a meeting, by line of work: each register says so for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twofronts_office.checkpoints.domain import open_decisions
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common import clock
from twofronts_office.common.choices import Line
from twofronts_office.common.models import StateChange
from twofronts_office.communities.choices import Level
from twofronts_office.communities.models import Community
from twofronts_office.effects.choices import ChangeKind, ChangeState
from twofronts_office.effects.models import Change
from twofronts_office.indicators.choices import AlertState
from twofronts_office.indicators.models import Alert
from twofronts_office.meetings.choices import (
    OPEN_TASKS,
    DecisionState,
    MeetingState,
    TaskState,
)
from twofronts_office.meetings.models import Meeting, Task
from twofronts_office.supplies.domain import cover

SOON = 3  # days ahead within which an end is put on the agenda
EACH = 8  # rows of one kind that stand on the agenda by themselves; the rest is one line


@dataclass(frozen=True, slots=True)
class Point:
    """One point of an agenda; ``line`` is "" where no line of work answers for it."""

    line: str
    text: str
    link: str
    kind: str
    due: date | None = None
    late: bool = False

    def plain(self) -> dict:
        """The point as plain values."""
        return asdict(self) | {"due": self.due.isoformat() if self.due else ""}


PROVIDERS: list[Callable] = []


def provider(function: Callable) -> Callable:
    """Register ``function(meeting, today) -> iterable of Point``; it reads within the scope."""
    PROVIDERS.append(function)
    return function


def points(meeting: Meeting) -> list[Point]:
    """Everything that is due, by line of work, what is late first."""
    today = clock.today()
    lines = ["", *Line.values]
    found = [p for give in PROVIDERS for p in give(meeting, today)]
    return sorted(
        found,
        key=lambda p: (lines.index(p.line), not p.late, p.due or date.max, p.kind, p.text),
    )


def last_meeting(meeting: Meeting) -> Meeting | None:
    """The meeting before this one that took place."""
    rows = Meeting.objects.filter(held_at__lt=meeting.held_at).exclude(pk=meeting.pk)
    return rows.exclude(state=MeetingState.PREPARED).order_by("-held_at").first()


def follow_up(meeting: Meeting) -> list[Task]:
    """Tasks of the meeting before this one, with what their owners gave as evidence."""
    before = last_meeting(meeting)
    if before is None:
        return []
    rows = Task.objects.filter(decision__meeting=before).exclude(state=TaskState.CANCELLED)
    return list(rows.select_related("owner", "area", "decision").order_by("due", "pk"))


def _line_of(task: Task) -> str:
    return task.decision.line if task.decision_id else ""


@provider
def tasks(meeting: Meeting, today: date):
    """Overdue tasks, each; deliveries that wait to be judged, as one."""
    late = Task.objects.filter(state__in=OPEN_TASKS, due__lt=today).select_related("decision")
    for task in late.order_by("due", "pk")[: EACH * 3]:
        said = _("Overdue task: %(title)s (%(who)s)") % {
            "title": str(task), "who": task.get_department_display(),
        }  # fmt: skip
        link = reverse("tasks-detail", args=[task.pk])
        yield Point(_line_of(task), said, link, "task", task.due, True)
    n = Task.objects.filter(state=TaskState.DELIVERED).count()
    if n:
        said = ngettext("%d delivery to judge", "%d deliveries to judge", n) % n
        yield Point("", said, reverse("tasks-list") + "?state=delivered", "judge", today)


@provider
def restrictions(meeting: Meeting, today: date):
    """Restrictions of communities that end soon, by day."""
    until = today + timedelta(days=SOON)
    rows = Community.objects.filter(until__gte=today, until__lte=until).exclude(level=Level.OPEN)
    days: dict[date, int] = {}
    for day in rows.values_list("until", flat=True):
        days[day] = days.get(day, 0) + 1
    for day, n in sorted(days.items()):
        said = ngettext(
            "%(n)s community's restriction ends: renew it with a reason or let it end",
            "%(n)s communities' restrictions end: renew them with a reason or let them end", n,
        ) % {"n": n}  # fmt: skip
        link = reverse("communities-list") + f"?until_from={day}&until_to={day}"
        yield Point(Line.COMMUNITIES, said, link, "ending", day)


@provider
def checkpoints(meeting: Meeting, today: date):
    """Checkpoints whose state on the road is not the one decided."""
    rows = open_decisions(rows=Checkpoint.objects.all())
    n = rows.count()
    if n:
        late = rows.filter(act_by__lt=today).exists()
        said = ngettext(
            "%d checkpoint differs from what was decided",
            "%d checkpoints differ from what was decided", n,
        ) % n  # fmt: skip
        yield Point(Line.TRAFFIC, said, reverse("checkpoints-list"), "checkpoint", None, late)


@provider
def alerts(meeting: Meeting, today: date):
    """Bottom lines that are crossed."""
    for alert in Alert.objects.filter(state=AlertState.OPEN).select_related("indicator")[:EACH]:
        said = _("Bottom line crossed: %(what)s, %(value)g %(unit)s (line %(line)g)") % {
            "what": alert.indicator, "value": alert.value, "line": alert.bottom_line,
            "unit": alert.indicator.unit_said,
        }  # fmt: skip
        link = reverse("alerts-detail", args=[alert.pk])
        yield Point(Line.ECONOMY, said, link, "alert", alert.date, True)


@provider
def goods(meeting: Meeting, today: date):
    """Goods whose stock is below its floor."""
    for row in cover():
        if row["short"]:
            said = _("Below its floor: %(good)s") % {"good": row["good"]}
            yield Point(Line.SUPPLIES, said, reverse("supplies-cover"), "stock", None, True)


LINE_OF_KIND = {
    ChangeKind.COMMUNITY: Line.COMMUNITIES,
    ChangeKind.CHECKPOINT: Line.TRAFFIC,
    ChangeKind.FILING: Line.RESUMPTION,
}


def _since_last(meeting: Meeting, state: ChangeState):
    """Changes that came to a state after the meeting before this one."""
    rows = Change.objects.filter(state=state)
    before = last_meeting(meeting)
    if before is None:
        return rows
    told = StateChange.objects.filter(
        register=Change._meta.label_lower, after=state, at__lt=before.held_at
    )
    return rows.exclude(pk__in=told.values("object_id"))


@provider
def changes(meeting: Meeting, today: date):
    """Changes that were declined, ran out, wait beyond their day, or outlast their decision.

    What was declined or ran out is news once: at the first meeting after it.
    """
    declined, expired = (
        _since_last(meeting, s) for s in (ChangeState.DECLINED, ChangeState.EXPIRED)
    )
    late = Change.objects.filter(state=ChangeState.PROPOSED, answer_by__lt=today)
    left = Change.objects.filter(
        state=ChangeState.CONFIRMED, decision__state=DecisionState.WITHDRAWN
    )
    for query, text, tail in (
        (left, _("%(n)s changes of a withdrawn decision still stand: %(what)s"), "state=in_force"),
        (declined, _("%(n)s changes were declined: %(what)s"), "state=declined"),
        (expired, _("%(n)s changes ran out unanswered: %(what)s"), "state=expired"),
        (late, _("%(n)s changes wait beyond their day: %(what)s"), "state=proposed"),
    ):
        counts: dict[str, int] = {}
        for kind in query.values_list("kind", flat=True):
            counts[kind] = counts.get(kind, 0) + 1
        for kind, n in counts.items():
            said = text % {"n": n, "what": ChangeKind(kind).label}
            link = reverse("changes-list") + f"?kind={kind}&{tail}"
            yield Point(LINE_OF_KIND[kind], said, link, "change", None, True)
