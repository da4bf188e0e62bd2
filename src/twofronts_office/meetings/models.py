"""Meetings, what they decide by line of work, and the tasks that follow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from twofronts_office.common import clock
from twofronts_office.common.choices import Line, Role
from twofronts_office.common.models import GlobalRecord, Record
from twofronts_office.common.names import said
from twofronts_office.meetings.choices import OPEN_TASKS, DecisionState, MeetingState, TaskState


class Meeting(GlobalRecord):
    title = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(
        _("title in English"), max_length=160, blank=True,
        help_text=_("for the English communique"),
    )  # fmt: skip
    held_at = models.DateTimeField(_("held at"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    chair = models.CharField(_("chair"), max_length=80, blank=True)
    agenda = models.TextField(_("agenda"), max_length=4000, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=MeetingState,
        default=MeetingState.PREPARED,
        editable=False,
    )
    record = models.TextField(_("record"), max_length=20000, blank=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_at"]

    def __str__(self) -> str:
        return said(self, "title")


class Seen(models.Model):
    """What a meeting saw when it was opened: written once, never changed."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="seen")
    at = models.DateTimeField(_("at"))
    data = models.JSONField(_("what was seen"))
    digest = models.CharField(max_length=64)

    def save(self, *args, **kwargs):
        if self.pk and Seen.objects.filter(pk=self.pk).exists():
            raise ValueError("what a meeting saw is never changed")
        super().save(*args, **kwargs)


class Decision(GlobalRecord):
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("meeting")
    )
    line = models.CharField(_("line of work"), max_length=12, choices=Line)
    text = models.TextField(_("decision"), max_length=2000)
    text_en = models.TextField(
        _("decision in English"), max_length=2000, blank=True,
        help_text=_("for the English communique"),
    )  # fmt: skip
    measure = models.CharField(_("measure of the rulebook"), max_length=60, blank=True)
    level = models.CharField(
        _("its level"), max_length=60, blank=True,
        help_text=_("one level, or three for low, medium and high districts, by commas"),
    )  # fmt: skip
    rule = models.JSONField(_("change of the rulebook"), default=dict, blank=True, editable=False)
    source = models.CharField(_("comes from"), max_length=120, blank=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=DecisionState,
        default=DecisionState.DRAFT,
        editable=False,
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-meeting_id", "line", "pk"]

    def __str__(self) -> str:
        return self.said[:80]

    @property
    def said(self) -> str:
        """The decision in the reader's language, where it is held in both."""
        return said(self, "text")

    said.fget.title = _("decision")

    @property
    def checkpoint_code(self) -> str:
        """The code of the single checkpoint that it is about, "" where it is about a measure."""
        return (self.rule or {}).get("checkpoint", "")

    @property
    def about(self) -> str:
        """What of the rulebook it is about: a checkpoint or a measure, "" for neither."""
        return self.checkpoint_code or self.measure

    @property
    def ended(self) -> bool:
        """Whether the last day of its order has passed."""
        last = (self.rule or {}).get("until")
        return bool(last) and last < clock.today().isoformat()

    @property
    def over(self) -> bool:
        """Whether it was about a single checkpoint and its last day has passed."""
        return bool(self.checkpoint_code) and self.ended

    @property
    def single_checkpoints(self) -> list[str]:
        """Codes of the checkpoints that its meeting has decided on one by one."""
        rows = self.meeting.decisions.filter(state=DecisionState.DECIDED)
        return [d.checkpoint_code for d in rows if d.checkpoint_code]

    @property
    def rule_change(self) -> str:
        """What the decision changes in the rulebook: the measure, its level before and after."""
        if not self.measure:
            return ""
        before = (self.rule or {}).get("before") or gettext("not set before")
        place = f" ({self.checkpoint_code})" if self.checkpoint_code else ""
        return f"{self.measure}{place}: {before} → {self.level}"

    rule_change.fget.title = _("change of the rulebook")


class Task(Record):
    decision = models.ForeignKey(
        Decision,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        verbose_name=_("decision"),
    )
    title = models.CharField(_("task"), max_length=160)
    title_en = models.CharField(_("task in English"), max_length=160, blank=True)
    text = models.TextField(_("explanation"), max_length=2000, blank=True)
    department = models.CharField(_("department"), max_length=12, choices=Role)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tasks",
        verbose_name=_("owner"),
    )
    due = models.DateField(_("due"))
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        verbose_name=_("assigned by"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=TaskState, default=TaskState.SENT, editable=False
    )
    evidence = models.TextField(_("evidence"), max_length=2000, blank=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["state", "due"], name="task_state_due")]

    def __str__(self) -> str:
        return said(self, "title")

    @property
    def overdue(self) -> bool:
        return self.state in OPEN_TASKS and self.due < clock.today()

    overdue.fget.title = _("overdue")
