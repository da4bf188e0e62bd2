"""What a decision would change in operation, waiting for whoever owns the thing to confirm it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.models import Record
from twofronts_office.effects.choices import ChangeKind, ChangeState
from twofronts_office.enterprises.choices import FilingGroup


class Change(Record):
    """One community, checkpoint or filing condition, and what a decision makes of it."""

    decision = models.ForeignKey(
        "meetings.Decision",
        on_delete=models.PROTECT,
        related_name="changes",
        verbose_name=_("decision"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ChangeKind)
    community = models.ForeignKey(
        "communities.Community",
        null=True,
        on_delete=models.CASCADE,
        related_name="changes",
        verbose_name=_("community"),
    )
    checkpoint = models.ForeignKey(
        "checkpoints.Checkpoint",
        null=True,
        on_delete=models.CASCADE,
        related_name="changes",
        verbose_name=_("checkpoint"),
    )
    group = models.CharField(_("sectors"), max_length=10, choices=FilingGroup, blank=True)
    measure = models.CharField(_("measure of the rulebook"), max_length=60)
    grade = models.CharField(_("grade of the district"), max_length=6, blank=True)
    before = models.CharField(_("before"), max_length=12, blank=True)
    planned = models.CharField(_("planned"), max_length=12)
    terms = models.JSONField(_("conditions"), default=dict, blank=True)
    basis = models.CharField(_("legal basis"), max_length=200)
    until = models.DateField(_("until"), null=True)
    answer_by = models.DateField(_("answer by"))
    state = models.CharField(
        _("state"), max_length=10, choices=ChangeState, default=ChangeState.PROPOSED
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("change in operation")
        verbose_name_plural = _("changes in operation")
        ordering = ["-decision_id", "pk"]
        indexes = [models.Index(fields=["kind", "state"], name="change_kind_state")]

    def __str__(self) -> str:
        return f"{self.target} · {self.becomes}"

    @property
    def target(self) -> str:
        """What would change, by name."""
        if self.kind == ChangeKind.FILING:
            return str(self.get_group_display())
        return str(self.community or self.checkpoint)

    target.fget.title = _("what changes")

    @property
    def becomes(self) -> str:
        """What it becomes, in the words of its own register."""
        from twofronts_office.effects.words import state_words  # reads this model's choices

        return state_words(self, self.planned, planned=True)

    becomes.fget.title = _("planned")

    @property
    def was(self) -> str:
        """What it was when the change was proposed."""
        from twofronts_office.effects.words import state_words  # reads this model's choices

        return state_words(self, self.before)

    was.fget.title = _("before")
