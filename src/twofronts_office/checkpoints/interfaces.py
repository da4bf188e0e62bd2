"""Checkpoints, counts and freight passes as registers."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.checkpoints import domain
from twofronts_office.checkpoints.choices import Actual, Decided, PassState
from twofronts_office.checkpoints.models import Checkpoint, FreightPass, Passage
from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm
from twofronts_office.common.register import Panel, Register, Verb, register


class DecideForm(OfficeForm):
    decided = forms.ChoiceField(label=_("Decision"), choices=Decided.choices)
    act_by = forms.DateField(label=_("To be done by"))
    decided_by = forms.CharField(label=_("Decided by"), max_length=120)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)


class VerifyForm(OfficeForm):
    actual = forms.ChoiceField(label=_("State on the road"), choices=Actual.choices)
    evidence = forms.CharField(label=_("Evidence: what was seen, where, by whom"), max_length=300)
    file = forms.FileField(label=_("Picture"), required=False)


CHECKPOINT = ("code", "name_zh", "name_en", "area", "tier", "lanes", "basis")
COUNT = ("checkpoint", "date", "screened", "held", "vehicles", "queue_minutes")
register(
    Register(
        model=Checkpoint,
        slug="checkpoints",
        line="traffic",
        columns=("code", "name", "area", "tier", "decided", "act_by", "actual", "verified_at"),
        fields=CHECKPOINT,
        detail=(
            *CHECKPOINT, "decided", "decided_by", "decided_at", "act_by", "actual", "differs",
            "verified_at", "evidence",
        ),
        filters=("area", "tier", "decided", "actual"),
        search=("code", "name_zh", "name_en"),
        key="code",
        imports=CHECKPOINT,
        exports=(
            *CHECKPOINT, "decided", "decided_by", "decided_at", "act_by", "actual", "verified_at",
            "evidence",
        ),
        panels=(
            Panel(
                _("Counts"), "checkpoint-counts", "days",
                ("date", "screened", "held", "vehicles", "queue_minutes"),
                order="-date", add="checkpoint",
            ),
        ),
        verbs=(
            Verb(
                "decide",
                _("Record a decision"),
                lambda obj, user, data: domain.decide(checkpoint=obj, by=user, **data),
                "decide",
                form=DecideForm,
            ),
            Verb(
                "verify",
                _("Verify on the road"),
                lambda obj, user, data: domain.verify(checkpoint=obj, by=user, **data),
                "verify",
                form=VerifyForm,
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Passage,
        slug="checkpoint-counts",
        line="traffic",
        columns=("date", "checkpoint", "area", "screened", "held", "vehicles", "queue_minutes"),
        fields=COUNT,
        filters=("area", "date"),
        lookups={"checkpoint": "code"},
        area_from="checkpoint",
        key="checkpoint,date",
        imports=COUNT,
        exports=COUNT,
    )
)
register(
    Register(
        model=FreightPass,
        slug="freight-passes",
        line="traffic",
        columns=("number", "plate", "enterprise", "goods", "valid_from", "valid_until", "state"),
        fields=("area", "plate", "enterprise", "goods", "route", "valid_from", "valid_until"),
        detail=(
            "number", "area", "plate", "enterprise", "goods", "route", "valid_from",
            "valid_until", "state",
        ),
        filters=("area", "state", "valid_until"),
        search=("number", "plate", "goods"),
        lookups={"enterprise": "uscc"},
        anywhere=frozenset({"enterprise"}),  # the bureau keeps no enterprises, and names them
        key="plate,valid_from",
        imports=("area", "plate", "enterprise", "goods", "route", "valid_from", "valid_until"),
        exports=(
            "number", "area", "plate", "enterprise", "goods", "route", "valid_from", "valid_until",
            "state",
        ),
        verbs=(
            Verb(
                "revoke",
                _("Revoke"),
                lambda obj, user, data: domain.revoke(
                    freight_pass=obj, by=user, reason=data["reason"]
                ),
                "change",
                form=ReasonForm,
                states=(PassState.IN_FORCE,),
                danger=True,
            ),
        ),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    if not access.may("checkpoints.checkpoint", "verify"):
        return []
    rows = domain.open_decisions(rows=Checkpoint.objects.all())
    n = rows.count()
    if not n:
        return []
    late = rows.filter(act_by__lt=today).exists()
    link = reverse("checkpoints-list") + "?decided=remove&actual=operating"
    return [Due(_("Checkpoints to bring to what was decided"), link, today, late, n)]
