"""Early warnings: what stands out in the registers and forecasts, for whom, and what to do."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from twofronts_office.alerts.choices import STANDING, Urgency, WarningKind, WarningState
from twofronts_office.common.choices import Role
from twofronts_office.common.models import Record
from twofronts_office.common.names import english


class EarlyWarning(Record):
    """Raised by the hourly run when a source finds it, closed by the run that no longer does.

    ``subject`` tells warnings of one kind apart: the indicator, the good, the area and day.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=WarningKind)
    subject = models.CharField(_("subject"), max_length=80)
    role = models.CharField(_("for"), max_length=12, choices=Role)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency)
    text_zh = models.CharField(_("Chinese text"), max_length=300)
    text_en = models.CharField(_("English text"), max_length=300)
    todo_zh = models.CharField(_("what to do, in Chinese"), max_length=300)
    todo_en = models.CharField(_("what to do, in English"), max_length=300)
    link = models.CharField(_("page"), max_length=200, blank=True)
    since = models.DateField(_("since"))
    closed_on = models.DateField(_("over since"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=WarningState, default=WarningState.OPEN
    )
    note = models.CharField(_("what is being done"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("early warning")
        verbose_name_plural = _("early warnings")
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["state", "kind"], name="warning_state_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state__in=STANDING), name="warning_once"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if english() else self.text_zh

    text.fget.title = _("what")

    @property
    def todo(self) -> str:
        return self.todo_en if english() else self.todo_zh

    todo.fget.title = _("what to do")
