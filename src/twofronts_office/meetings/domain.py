"""Deciding, sending tasks, delivering evidence, judging it, and chasing what is late."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twofronts_office.areas.models import Area
from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.choices import Role
from twofronts_office.common.domain.notify import in_both, tell
from twofronts_office.common.domain.records import Refused, move, note_change
from twofronts_office.common.models import StateChange
from twofronts_office.common.names import Pair
from twofronts_office.common.scope import system_scope
from twofronts_office.effects.domain import propose, withdraw_proposals
from twofronts_office.indicators.domain import ON_ALERT
from twofronts_office.meetings.choices import (
    DECISION_MOVES,
    MEETING_MOVES,
    OPEN_TASKS,
    TASK_MOVES,
    DecisionState,
    MeetingState,
    TaskState,
)
from twofronts_office.meetings.models import Decision, Meeting, Seen, Task
from twofronts_office.meetings.seen import freeze
from twofronts_office.people.domain import people_with


@transaction.atomic
def open_meeting(*, meeting: Meeting, by) -> Seen:
    """Open a meeting: what it sees now is written down and never changed."""
    move(obj=meeting, to=MeetingState.SESSION, by=by, allowed=MEETING_MOVES)
    return _freeze(meeting)


@transaction.atomic
def hold(*, meeting: Meeting, by) -> None:
    """The meeting was held; if nobody opened it here, what it sees is written down now."""
    move(obj=meeting, to=MeetingState.HELD, by=by, allowed=MEETING_MOVES)
    _freeze(meeting)


def _freeze(meeting: Meeting) -> Seen:
    # the meeting sees the whole city, whoever presses the button
    with system_scope():
        return freeze(meeting)


@transaction.atomic
def decide(*, decision: Decision, by) -> None:
    """Decide. What it changes in the registers is proposed to whoever answers for them."""
    rule = {**(decision.rule or {})}
    check_open(decision.meeting)
    if decision.measure:
        rule["before"] = level_before(decision)
    move(
        obj=decision, to=DecisionState.DECIDED, by=by, allowed=DECISION_MOVES,
        values={"rule": rule},
    )  # fmt: skip
    propose(decision=decision, by=by)


def check_open(meeting: Meeting) -> None:
    """Refuse to add to a meeting whose communique is out: it would no longer be what was issued."""
    if meeting.state == MeetingState.PUBLISHED:
        raise Refused(_("The communique of this meeting is issued. Take it to the next meeting."))


def rule_problem(*, measure: str, level: str) -> str:
    """Why a measure and a level are no change of the rulebook; nothing if they are one."""
    from twofronts_office.bridge import effects  # brings in the core, which few requests need

    if effects.levels_of_text(measure, level) is not None:
        return ""
    known = effects.levels_known(measure)
    if not known:
        return _("The catalogue knows no such measure. Its measures: %s") % effects.measures_known()
    return _("Give one of its levels, or three for low, medium and high districts: %s") % known


def rulebook_levels() -> dict[str, str]:
    """Level of each measure as it now stands by decision: that of the newest decided one.

    A single checkpoint stands beside it, by its code, until its last day.
    """
    rows = Decision._base_manager.filter(state=DecisionState.DECIDED).exclude(measure="")
    held = rows.order_by("meeting__held_at", "pk")
    return {d.about: d.level for d in held if not d.over}


def level_before(decision: Decision, held: dict[str, str] | None = None) -> str:
    """The level that a decision changes: its checkpoint's own if it has one, else its measure's."""
    held = rulebook_levels() if held is None else held
    return held.get(decision.checkpoint_code, "") or held.get(decision.measure, "")


def on_the_same(rows: list[Decision]) -> dict[str, list[Decision]]:
    """Of a meeting's decisions those that are about the same, by what they are about.

    Two plans adopted for one meeting draft two levels of one measure: the later would silently
    replace the earlier.
    """
    found: dict[str, list[Decision]] = {}
    for row in rows:
        if row.about:
            found.setdefault(row.about, []).append(row)
    return {key: held for key, held in found.items() if len(held) > 1}


@transaction.atomic
def decide_all(*, rows: list[Decision], by) -> None:
    """Decide several at once, all or none; never two about the same."""
    for held in on_the_same(rows).values():
        said = _("Two of these decide on the same: “%(one)s” and “%(other)s”. Drop one of them.")
        raise Refused(said % {"one": held[0].said, "other": held[1].said})
    for row in rows:
        decide(decision=row, by=by)


def drop(*, decision: Decision, by, reason: str) -> None:
    move(obj=decision, to=DecisionState.DROPPED, by=by, reason=reason, allowed=DECISION_MOVES)


@transaction.atomic
def withdraw(*, decision: Decision, by, reason: str) -> Decision | None:
    """Withdraw what was decided; returns the earlier decision that holds again, if there is one.

    What waits for its owners is taken back and open tasks are cancelled. What was confirmed stands
    in its register: an earlier decision about the same proposes its own changes anew, and without
    one the next meeting has it on its agenda.
    """
    move(
        obj=decision, to=DecisionState.WITHDRAWN, by=by, reason=reason, allowed=DECISION_MOVES
    )  # fmt: skip
    withdraw_proposals(decision=decision, by=by, reason=reason)
    for task in Task._base_manager.filter(decision=decision, state__in=OPEN_TASKS):
        cancel(task=task, by=by, reason=reason)
    earlier = _newest_about(decision.about)
    if earlier is not None and not _newer(earlier, decision):
        propose(decision=earlier, by=by)
    return earlier


def _newest_about(key: str) -> Decision | None:
    """The decision in force about a measure or a checkpoint."""
    rows = Decision._base_manager.filter(state=DecisionState.DECIDED).exclude(measure="")
    held = [d for d in rows.order_by("meeting__held_at", "pk") if key and d.about == key]
    return None if not held or held[-1].ended else held[-1]


def _newer(one: Decision, other: Decision) -> bool:
    return (one.meeting.held_at, one.pk) > (other.meeting.held_at, other.pk)


@transaction.atomic
def send_task(*, task: Task, by=None) -> Task:
    """Send a task to its owner, or to everybody who holds the department's role over its area."""
    task.assigned_by = by
    task.save()
    _sent(task, by)
    return task


def settle_tasks(rows: list[Task], by=None) -> None:
    """Tasks that came in by a table are sent like those that were typed."""
    fresh = [t for t in rows if t.version == 1 and t.assigned_by_id is None]
    Task._base_manager.filter(pk__in=[t.pk for t in fresh]).update(assigned_by=by)
    for task in fresh:
        _sent(task, by)


def _sent(task: Task, by) -> None:
    note_change(obj=task, before="", after=TaskState.SENT, by=by)
    tell(
        users=_doers(task),
        key=f"task-{task.pk}",
        message=gettext_noop("New task, due %(due)s: %(title)s"),
        title=Pair(task.title, task.title_en),
        due=task.due,
        link=f"/tasks/{task.pk}/",
    )


def _doers(task: Task) -> list:
    if task.owner_id:
        return [task.owner]
    return people_with(role=task.department, area=task.area_id)


def _check_doer(task: Task, by) -> None:
    access = access_of(by)
    if task.owner_id == by.pk or Role.OFFICE in access.roles:
        return
    mine = any(
        g.role == task.department and task.area_id.startswith(g.prefix) for g in access.grants
    )
    if task.owner_id or not mine:
        raise Refused(_("This task is somebody else's."))


def accept(*, task: Task, by) -> None:
    _check_doer(task, by)
    values = {} if task.owner_id else {"owner": by}
    move(obj=task, to=TaskState.ACCEPTED, by=by, allowed=TASK_MOVES, values=values)


def deliver(*, task: Task, by, evidence: str) -> None:
    """Deliver with evidence; whoever assigned it is told."""
    _check_doer(task, by)
    if not evidence.strip():
        raise Refused(_("A task is delivered with its evidence."))
    values = {"evidence": evidence, "delivered_at": clock.now()}
    if not task.owner_id:
        values["owner"] = by
    with transaction.atomic():
        move(
            obj=task, to=TaskState.DELIVERED, by=by, reason=evidence, allowed=TASK_MOVES,
            values=values,
        )  # fmt: skip
        if task.assigned_by_id:
            tell(
                users=[task.assigned_by],
                key=f"task-{task.pk}-delivered-{task.version}",
                message=gettext_noop("Delivered: %(title)s"),
                title=Pair(task.title, task.title_en),
                link=f"/tasks/{task.pk}/",
            )


def judge(*, task: Task, by, enough: bool, reason: str = "") -> None:
    if not enough and not reason.strip():
        raise Refused(_("Say what is missing."))
    to = TaskState.DONE if enough else TaskState.RETURNED
    move(obj=task, to=to, by=by, reason=reason, allowed=TASK_MOVES)


def cancel(*, task: Task, by, reason: str) -> None:
    move(obj=task, to=TaskState.CANCELLED, by=by, reason=reason, allowed=TASK_MOVES)


def chase(*, today: date) -> int:
    """Tell doers what is due tomorrow or late, and those who assigned it what is late."""
    told = 0
    rows = Task._base_manager.filter(state__in=OPEN_TASKS, due__lte=today + timedelta(days=1))
    for task in rows.select_related("owner", "assigned_by"):
        late = task.due < today
        users = {u.pk: u for u in _doers(task)}
        if late and task.assigned_by_id:
            users[task.assigned_by_id] = task.assigned_by
        told += tell(
            users=users.values(),
            key=f"task-{task.pk}-{'late' if late else 'due'}-{today}",
            message=gettext_noop("Overdue since %(due)s: %(title)s")
            if late
            else gettext_noop("Due %(due)s: %(title)s"),
            title=Pair(task.title, task.title_en),
            due=task.due,
            link=f"/tasks/{task.pk}/",
        )
    return told


def mine(*, user, access):
    """Open tasks that wait for this person."""
    reach = Q(owner=user)
    for g in access.grants:
        if g.role != Role.ENTERPRISE:
            reach |= Q(owner=None, department=g.role, area__code__startswith=g.prefix)
    return Task.objects.filter(reach, state__in=OPEN_TASKS)


@transaction.atomic
def draft_decisions(
    *, meeting: Meeting, proposals: list[dict], by, source: str = ""
) -> list[Decision]:
    """Adopting a plan drafts its decisions; the meeting decides them one by one.

    Parameters
    ----------
    proposals : list of dict
        Each with ``line``, ``text``, ``measure`` and ``level``; ``text_en``, and ``rule`` with
        ``basis``, ``until`` or ``days`` where the rulebook gives them.
    source : str
        What they come from, such as the plan's address in the office.
    """
    check_open(meeting)
    made = []
    for p in proposals:
        row = Decision(
            meeting=meeting, line=p["line"], text=p["text"], text_en=p.get("text_en", ""),
            measure=p["measure"], level=p["level"], rule=p.get("rule", {}), source=source[:120],
        )  # fmt: skip
        row.full_clean(exclude=["meeting"])
        row.save()
        note_change(obj=row, before="", after=DecisionState.DRAFT, by=by)
        made.append(row)
    return made


def communique(*, meeting: Meeting) -> dict[str, list[Decision]]:
    """What was decided, by line of work, for the document."""
    found: dict[str, list[Decision]] = {}
    said = Q(state=DecisionState.DECIDED) | Q(pk__in=_withdrawn_since_issue(meeting))
    for d in meeting.decisions.filter(said).order_by("line", "pk"):
        found.setdefault(d.line, []).append(d)
    return found


def _withdrawn_since_issue(meeting: Meeting) -> list[int]:
    """Decisions that were withdrawn after the communique was issued: it holds them as it was."""
    log = StateChange.objects.filter(register="meetings.meeting", object_id=meeting.pk)
    issued = log.filter(after=MeetingState.PUBLISHED).values_list("at", flat=True).first()
    if issued is None:
        return []
    rows = StateChange.objects.filter(
        register="meetings.decision", after=DecisionState.WITHDRAWN, at__gte=issued
    )
    return list(rows.values_list("object_id", flat=True))


def publish(*, meeting: Meeting, by) -> None:
    if not communique(meeting=meeting):
        raise Refused(_("Nothing was decided yet."))
    move(obj=meeting, to=MeetingState.PUBLISHED, by=by, allowed=MEETING_MOVES)


def _task_of_alert(alert, by) -> None:
    city = Area._base_manager.filter(level="city").order_by("code").first()
    if city is None:
        return
    one = alert.indicator
    title, title_en = in_both(
        gettext_noop("Bottom line crossed: %(name)s"), name=Pair(one.name_zh, one.name_en)
    )
    task = Task(
        area=city,
        title=title[:160],
        title_en=title_en[:160],
        text=_("Reading %(value)s, bottom line %(line)s.")
        % {"value": alert.value, "line": alert.bottom_line},
        department=Role.OFFICE,
        due=clock.today() + timedelta(days=1),
    )
    send_task(task=task, by=by if getattr(by, "pk", None) else None)


ON_ALERT.append(_task_of_alert)
