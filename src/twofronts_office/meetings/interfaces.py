"""Meetings, decisions and tasks as registers."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.domain.records import Refused
from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm, RecordForm
from twofronts_office.common.register import Panel, Register, Verb, register
from twofronts_office.meetings import domain
from twofronts_office.meetings.choices import (
    OPEN_TASKS,
    DecisionState,
    MeetingState,
    TaskState,
)
from twofronts_office.meetings.models import Decision, Meeting, Task


class EvidenceForm(OfficeForm):
    evidence = forms.CharField(label=_("Evidence"), max_length=2000, widget=forms.Textarea)


class JudgeForm(OfficeForm):
    enough = forms.BooleanField(label=_("It is done"), required=False)
    reason = forms.CharField(label=_("What is missing"), max_length=1000, required=False)


class DecisionForm(RecordForm):
    """What was decided or dropped is not rewritten: a new decision says what is different."""

    def clean(self):
        data = super().clean()
        meeting = data.get("meeting")
        if not self.instance.pk and meeting:
            try:
                domain.check_open(meeting)
            except Refused as refused:
                self.add_error("meeting", str(refused))
        if self.instance.pk and self.instance.state != DecisionState.DRAFT:
            kept = Decision._base_manager.get(pk=self.instance.pk)
            for name in ("meeting", "line", "text", "measure", "level"):
                if name in data and data[name] != getattr(kept, name):
                    self.add_error(name, _("This was decided. Draft a new decision instead."))
        if data.get("measure") or data.get("level"):
            problem = domain.rule_problem(
                measure=data.get("measure", ""), level=data.get("level", "")
            )
            if problem:
                self.add_error("level" if data.get("measure") else "measure", problem)
        single = self.instance.checkpoint_code
        if single and data.get("measure") != self.instance.measure:
            self.add_error(
                "measure",
                _("This decision is about checkpoint %s only. Draft a new one instead.") % single,
            )
        return data


def _send(form, user):
    return domain.send_task(task=form.instance, by=user)


register(
    Register(
        model=Meeting,
        slug="meetings",
        line="office",
        columns=("title", "held_at", "chair", "state"),
        fields=("title", "title_en", "held_at", "place", "chair", "agenda", "record"),
        detail=(
            "title", "title_en", "held_at", "place", "chair", "agenda", "state", "record",
        ),
        filters=("state", "held_at"),
        search=("title", "title_en", "agenda"),
        key="held_at,title",
        imports=("title", "title_en", "held_at", "place", "chair", "agenda"),
        fixed=lambda meeting: meeting.state != MeetingState.PREPARED,
        exports=("title", "title_en", "held_at", "place", "chair", "agenda", "state", "record"),
        template="office/meeting_more.html",
        panels=(
            Panel(
                _("Decisions"), "decisions", "decisions", ("said", "line", "state"),
                order="line", add="meeting",
            ),
        ),
        verbs=(
            Verb(
                "open",
                _("Open the meeting"),
                lambda obj, user, data: domain.open_meeting(meeting=obj, by=user),
                "change",
                states=(MeetingState.PREPARED,),
                text=_(
                    "What lies before the meeting now is written down: reports with their "
                    "revisions, figures, agenda, situation and brief. Later corrections do not "
                    "change it."
                ),
            ),
            Verb(
                "hold",
                _("Meeting was held"),
                lambda obj, user, data: domain.hold(meeting=obj, by=user),
                "change",
                states=(MeetingState.PREPARED, MeetingState.SESSION),
            ),
            Verb(
                "publish",
                _("Issue the communique"),
                lambda obj, user, data: domain.publish(meeting=obj, by=user),
                "publish",
                states=(MeetingState.HELD,),
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Decision,
        slug="decisions",
        line="office",
        columns=("said", "line", "meeting", "measure", "level", "state"),
        fields=("meeting", "line", "text", "text_en", "measure", "level"),
        detail=(
            "meeting", "line", "text", "text_en", "measure", "level", "rule_change", "source",
            "state",
        ),
        filters=("line", "state"),
        search=("text", "text_en"),
        exports=("meeting", "line", "text", "text_en", "measure", "level", "source", "state"),
        form=DecisionForm,
        links=(("decisions-in-operation", _("Planned against actual")),),
        panels=(
            Panel(_("Tasks"), "tasks", "tasks", ("title", "area", "due", "state"), order="due",
                  add="decision"),
            Panel(_("Changes in operation"), "changes", "changes",
                  ("target", "area", "was", "becomes", "until", "state"), order="pk"),
        ),
        verbs=(
            Verb(
                "decide",
                _("Decide"),
                lambda obj, user, data: domain.decide(decision=obj, by=user),
                "decide",
                states=(DecisionState.DRAFT,),
            ),
            Verb(
                "drop",
                _("Drop"),
                lambda obj, user, data: domain.drop(decision=obj, by=user, **data),
                "decide",
                form=ReasonForm,
                states=(DecisionState.DRAFT,),
                danger=True,
            ),
            Verb(
                "withdraw",
                _("Withdraw"),
                lambda obj, user, data: domain.withdraw(decision=obj, by=user, **data) and None,
                "decide",
                form=ReasonForm,
                states=(DecisionState.DECIDED,),
                text=_(
                    "What waits for its owners is taken back and open tasks are cancelled. What "
                    "was confirmed stands until something else is decided: an earlier decision "
                    "about the same proposes its changes anew, else the next agenda names it."
                ),
                danger=True,
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Task,
        slug="tasks",
        line="office",
        columns=("title", "department", "area", "owner", "due", "overdue", "state"),
        fields=("decision", "title", "title_en", "text", "area", "department", "owner", "due"),
        detail=(
            "decision", "title", "title_en", "text", "area", "department", "owner", "due",
            "overdue", "state", "assigned_by", "evidence", "delivered_at",
        ),
        filters=("area", "department", "state", "due", "decision"),
        search=("title", "title_en"),
        lookups={"owner": "username"},
        links=(("tasks-scorecard", _("What each owner delivered")),),
        create=_send,
        settle=domain.settle_tasks,
        key="title,area,department,due",
        imports=("title", "title_en", "text", "area", "department", "owner", "due"),
        exports=("title", "title_en", "department", "area", "owner", "due", "state", "evidence",
            "delivered_at"),
        verbs=(
            Verb(
                "accept",
                _("Take it on"),
                lambda obj, user, data: domain.accept(task=obj, by=user),
                "deliver",
                states=(TaskState.SENT,),
            ),
            Verb(
                "deliver",
                _("Deliver with evidence"),
                lambda obj, user, data: domain.deliver(task=obj, by=user, **data),
                "deliver",
                form=EvidenceForm,
                states=OPEN_TASKS,
            ),
            Verb(
                "judge",
                _("Judge what was delivered"),
                lambda obj, user, data: domain.judge(task=obj, by=user, **data),
                "judge",
                form=JudgeForm,
                states=(TaskState.DELIVERED,),
            ),
            Verb(
                "cancel",
                _("Cancel"),
                lambda obj, user, data: domain.cancel(task=obj, by=user, **data),
                "judge",
                form=ReasonForm,
                states=OPEN_TASKS,
                danger=True,
            ),
        ),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    found = []
    if access.may("meetings.task", "deliver"):
        for task in domain.mine(user=user, access=access).order_by("due")[:20]:
            link = reverse("tasks-detail", args=[task.pk])
            found.append(Due(str(task), link, task.due, task.due < today))
    if access.may("meetings.task", "judge"):
        n = Task.objects.filter(state=TaskState.DELIVERED).count()
        if n:
            link = reverse("tasks-list") + "?state=delivered"
            found.append(Due(_("Deliveries to judge"), link, today, False, n))
        late = Task.objects.filter(state__in=OPEN_TASKS, due__lt=today, assigned_by=user).count()
        if late:
            link = reverse("tasks-list") + f"?due_to={today}"
            found.append(Due(_("Tasks I assigned that are overdue"), link, today, True, late))
    return found
