"""Hospitals, beds and transfers as registers."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.care import domain
from twofronts_office.care.choices import REOPENING, ServiceState, TransferState
from twofronts_office.care.domain import OVER
from twofronts_office.care.models import BedReport, Hospital, Transfer
from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm
from twofronts_office.common.register import POINTS, Panel, Register, Verb, register


class ReopenForm(OfficeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, text in REOPENING.items():
            self.fields[key] = forms.BooleanField(label=text, required=False)


def _erase(obj, user, data):
    domain.erase_transfer(transfer=obj, by=user, reason=data["reason"])


def _to(state):
    def apply(obj, user, data):
        domain.move_transfer(transfer=obj, to=state, by=user, reason=data.get("reason", ""))

    return apply


HOSPITAL = (
    "code", "name_zh", "name_en", "area", "kind", "beds", "designated_beds", "icu_beds",
    "fever_clinic", "staff",
)  # fmt: skip
BEDS = (
    "hospital", "date", "baseline", "available", "within_24h", "isolation", "icu", "staff",
)  # fmt: skip

POINTS.update(REOPENING)
register(
    Register(
        model=Hospital,
        slug="hospitals",
        line="care",
        columns=("code", "name", "area", "kind", "beds", "designated_beds", "icu_beds", "state"),
        fields=HOSPITAL,
        detail=(*HOSPITAL, "state", "checklist"),
        filters=("area", "kind", "state", "fever_clinic"),
        search=("code", "name_zh", "name_en"),
        key="code",
        imports=HOSPITAL,
        exports=(*HOSPITAL, "state"),
        panels=(
            Panel(
                _("Bed reports"), "beds", "days",
                ("date", "available", "within_24h", "isolation", "icu"),
                order="-date", add="hospital",
            ),
        ),
        verbs=(
            Verb(
                "suspend",
                _("Suspend"),
                lambda obj, user, data: domain.suspend(
                    hospital=obj, by=user, reason=data["reason"]
                ),
                "reopen",
                form=ReasonForm,
                states=(ServiceState.OPEN, ServiceState.REOPENED),
                danger=True,
            ),
            Verb(
                "check",
                _("Start the check for reopening"),
                lambda obj, user, data: domain.start_check(hospital=obj, by=user),
                "change",
                states=(ServiceState.SUSPENDED,),
            ),
            Verb(
                "reopen",
                _("Reopen"),
                lambda obj, user, data: domain.reopen(hospital=obj, checklist=data, by=user),
                "reopen",
                form=ReopenForm,
                states=(ServiceState.CHECKING,),
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=BedReport,
        slug="beds",
        line="care",
        columns=BEDS[1:2] + BEDS[:1] + ("area",) + BEDS[2:],
        fields=BEDS,
        filters=("area", "date"),
        lookups={"hospital": "code"},
        area_from="hospital",
        key="hospital,date",
        imports=BEDS,
        exports=BEDS,
    )
)
register(
    Register(
        model=Transfer,
        slug="transfers",
        line="care",
        columns=("number", "patient", "origin", "destination", "intensive", "state"),
        fields=("number", "patient", "case", "origin", "destination", "intensive", "reason"),
        detail=(
            "number", "patient", "case", "origin", "destination", "intensive", "reason", "state",
        ),
        filters=("area", "state", "intensive"),
        search=("number",),
        personal=frozenset({"patient"}),
        lookups={"case": "number"},
        area_from="origin",
        note=_("The receiving hospital accepts or declines; the sending one says when it left."),
        keys={"origin": "code", "destination": "code"},
        anywhere=frozenset({"destination"}),
        key="number",
        imports=("number", "patient", "case", "origin", "destination", "intensive", "reason"),
        exports=("number", "patient", "origin", "destination", "intensive", "reason", "state"),
        verbs=(
            Verb("accept", _("Accept"), _to("accepted"), "change", place="destination",
                 states=(TransferState.REQUESTED,)),
            Verb("decline", _("Decline"), _to("declined"), "change", form=ReasonForm,
                 place="destination", states=(TransferState.REQUESTED,), danger=True),
            Verb("leave", _("Patient has left"), _to("transit"), "change", place="origin",
                 states=(TransferState.ACCEPTED,)),
            Verb("arrive", _("Patient has arrived"), _to("arrived"), "change",
                 place="destination", states=(TransferState.TRANSIT,)),
            Verb("cancel", _("Cancel"), _to("cancelled"), "change", form=ReasonForm,
                 place="origin", danger=True,
                 states=(TransferState.REQUESTED, TransferState.ACCEPTED)),
            Verb("erase", _("Erase personal data"), _erase, "erase", form=ReasonForm,
                 states=OVER, danger=True,
                 text=_("The patient's name is taken out of this entry and all its past versions. "
                        "This cannot be undone.")),
        ),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    """Patients whom somebody asks to take, and those who left for here and have not arrived."""
    here = Q(pk__in=[])
    for prefix in access.prefixes("care.transfer", "change"):
        here |= Q(destination__area__code__startswith=prefix)
    found = []
    for state, text in (
        (TransferState.REQUESTED, _("Transfers to accept or decline")),
        (TransferState.TRANSIT, _("Patients on their way here")),
    ):
        n = Transfer.objects.filter(here, state=state).count()
        if n:
            link = reverse("transfers-list") + f"?state={state}"
            found.append(Due(text, link, today, n=n))
    return found
