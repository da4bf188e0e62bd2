"""Runs of the core, asked for here and done in the background."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from twofronts_office.bridge import rulebooks
from twofronts_office.common.models import GlobalRecord
from twofronts_office.plans.choices import PlanKind, PlanState

ASKED = ("kind", "rulebooks", "days", "draws", "budget", "seed", "books", "situation_id")


class Plan(GlobalRecord):
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=PlanKind)
    rulebooks = models.CharField(
        _("rulebooks"), max_length=200, blank=True, help_text=_("names, separated by commas")
    )
    days = models.PositiveSmallIntegerField(
        _("days"), default=60, validators=[MinValueValidator(7), MaxValueValidator(180)]
    )
    draws = models.PositiveSmallIntegerField(
        _("draws"), default=50, validators=[MinValueValidator(5), MaxValueValidator(500)]
    )
    budget = models.PositiveSmallIntegerField(
        _("rulebooks to try"),
        default=500,
        validators=[MinValueValidator(10), MaxValueValidator(5000)],
        help_text=_("for a search"),
    )
    seed = models.PositiveIntegerField(_("seed"), default=0)
    # what the run is about beside the numbers above: rulebooks as {"name", "toml"}
    books = models.JSONField(_("rulebooks as edited"), default=list, editable=False)
    # the situation whose city and fit the run begins from; none: the registers as they stand
    situation = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="built_on",
        editable=False,
        verbose_name=_("situation"),
    )
    again = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reruns",
        editable=False,
        verbose_name=_("run again from"),
    )
    # what must be asked for once only, such as the night's situation of one version of a report
    once = models.CharField(max_length=120, null=True, unique=True, editable=False)
    as_of = models.DateField(_("as of"), null=True, db_index=True, editable=False)
    partial = models.JSONField(_("so far"), default=dict, editable=False)
    adopted_option = models.CharField(
        _("option adopted"), max_length=60, blank=True, editable=False
    )
    adopted_for = models.ForeignKey(
        "meetings.Meeting",
        null=True,
        on_delete=models.SET_NULL,
        related_name="plans",
        editable=False,
        verbose_name=_("adopted for"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PlanState, default=PlanState.WAITING, editable=False
    )
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0, editable=False)
    result = models.JSONField(_("result"), default=dict, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        verbose_name=_("asked by"),
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.said)

    @property
    def said(self) -> str:
        """The title; that of a run asked for by the clock, in the reader's language."""
        kind, *parts = (self.once or "").split(":")
        if kind == "situation":
            return _("Situation of %(day)s") % {"day": parts[1]}
        if kind == "brief" and self.situation_id and self.situation.as_of:
            return _("Plan and brief of %(day)s") % {"day": self.situation.as_of}
        return self.title

    said.fget.title = _("title")

    @property
    def adoptable(self) -> bool:
        """Whether it has ended with decisions that a meeting could take, and none has yet."""
        return self.state == PlanState.DONE and bool(self.result.get("proposals"))

    @property
    def why(self) -> str:
        """Why it failed; what the office itself says of it in the reader's language."""
        return gettext(self.error) if self.error else ""

    why.fget.title = _("error")

    def save(self, *args, **kwargs):
        self._keep_what_came_out()
        super().save(*args, **kwargs)

    def _keep_what_came_out(self) -> None:
        """A run that has ended, and what was asked of it, are never changed: a new run is new."""
        held = Plan._base_manager.filter(pk=self.pk).first() if self.pk else None
        if held is None or not held.result:
            return
        for name in (*ASKED, "result"):
            if getattr(held, name) != getattr(self, name):
                raise ValueError(f"{name} of a run that has ended is not changed")


class SavedRulebook(GlobalRecord):
    """A rulebook that somebody named and saved, to compare and to share."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    toml = models.TextField(
        _("rulebook (TOML)"), help_text=_("as the core writes and reads it; checked before saving")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    shared = models.BooleanField(
        _("shared"), default=True, help_text=_("offered to everybody in the what-if room")
    )
    digest = models.CharField(_("digest"), max_length=32, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        verbose_name=_("saved by"),
    )

    class Meta:
        verbose_name = _("rulebook")
        verbose_name_plural = _("rulebooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what the core refuses, in its words."""
        try:
            self.digest = rulebooks.digest(self.toml)
        except rulebooks.BadRulebook as bad:
            texts = [
                " – ".join(p[k] for k in ("where", "what", "why", "remedy") if p[k])
                for p in bad.problems
            ]
            raise ValidationError({"toml": texts}) from bad
        # of others' own rulebooks nobody sees more than that a name is taken
        taken = SavedRulebook._base_manager.filter(name=self.name).exclude(pk=self.pk)
        if taken.exists():
            raise ValidationError({"name": _("This name is taken.")})

    def save(self, *args, **kwargs):
        self.digest = rulebooks.digest(self.toml)
        super().save(*args, **kwargs)
