"""Changes in operation as a register; what waits for its owner."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm
from twofronts_office.common.register import Register, Verb, register
from twofronts_office.effects import domain
from twofronts_office.effects.choices import ChangeState
from twofronts_office.effects.models import Change


class ConfirmForm(OfficeForm):
    reason = forms.CharField(label=_("Remark"), max_length=500, required=False)


register(
    Register(
        model=Change,
        slug="changes",
        line="office",
        columns=("target", "area", "kind", "was", "becomes", "until", "answer_by", "state"),
        detail=(
            "target", "area", "kind", "was", "becomes", "grade", "decision", "basis", "until",
            "answer_by", "state", "reason", "answered_by", "answered_at",
        ),
        filters=("decision", "area", "kind", "state", "until"),
        exports=(
            "target", "area", "kind", "measure", "before", "planned", "grade", "basis", "until",
            "answer_by", "state", "reason", "answered_at",
        ),
        joins=("community", "checkpoint", "decision"),
        note=_(
            "What decisions change in the registers. Nothing changes before whoever answers for it "
            "confirms; every restriction has a basis and an end."
        ),
        links=(("changes-confirm", _("Confirm what waits for me")),),
        verbs=(
            Verb(
                "confirm",
                _("Confirm"),
                lambda obj, user, data: domain.confirm(change=obj, by=user, **data),
                "confirm",
                form=ConfirmForm,
                states=(ChangeState.PROPOSED,),
            ),
            Verb(
                "decline",
                _("Decline"),
                lambda obj, user, data: domain.decline(change=obj, by=user, **data),
                "confirm",
                form=ReasonForm,
                states=(ChangeState.PROPOSED,),
                danger=True,
            ),
        ),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    if not access.may("effects.change", "confirm"):
        return []
    rows = domain.waiting_for(access=access)
    n = rows.count()
    if not n:
        return []
    first = rows.order_by("answer_by").values_list("answer_by", flat=True)[0]
    link = reverse("changes-confirm")
    return [Due(_("Changes to confirm or decline"), link, first, first < today, n)]
