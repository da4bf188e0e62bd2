"""Early warnings as a register; nobody types one in, and they close by themselves."""

from __future__ import annotations

from django import forms
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.alerts import domain, follow, sources  # noqa: F401  they register themselves
from twofronts_office.alerts.choices import STANDING, Urgency, WarningKind, WarningState
from twofronts_office.alerts.models import EarlyWarning
from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm
from twofronts_office.common.register import Register, Verb, register


class TakeForm(OfficeForm):
    note = forms.CharField(
        label=_("What is being done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


register(
    Register(
        model=EarlyWarning,
        slug="warnings",
        line="office",
        columns=("since", "text", "kind", "area", "role", "urgency", "state"),
        detail=(
            "text",
            "todo",
            "kind",
            "area",
            "role",
            "urgency",
            "since",
            "state",
            "note",
            "closed_on",
        ),
        exports=(
            "since",
            "kind",
            "area",
            "role",
            "urgency",
            "text_zh",
            "text_en",
            "todo_zh",
            "todo_en",
            "state",
            "note",
            "closed_on",
        ),
        filters=("state", "kind", "area", "role", "urgency", "since"),
        search=("text_zh", "text_en"),
        template="office/warning_more.html",
        verbs=(
            Verb(
                "take",
                _("Take up"),
                lambda obj, user, data: domain.take(warning=obj, by=user, **data),
                "take",
                form=TakeForm,
                states=(WarningState.OPEN,),
            ),
        ),
        note=_(
            "Raised by what the registers and the newest situation show, as soon as one comes in "
            "and every hour; closed by itself when it is over."
        ),
    )
)


@provider
def due(user, access, today):
    """Warnings that wait for the reader's own roles, one line for each kind."""
    mine = EarlyWarning.objects.filter(state__in=STANDING, role__in=access.roles).order_by()
    if not access.may("alerts.earlywarning", "take"):
        return []
    rows = mine.exclude(kind=WarningKind.BOTTOM_LINE)  # the indicators say so themselves
    found = []
    for row in rows.values("kind", "urgency").annotate(n=Count("pk")):
        query = f"?kind={row['kind']}&urgency={row['urgency']}&state={WarningState.OPEN}"
        found.append(
            Due(
                WarningKind(row["kind"]).label,
                reverse("warnings-list") + query,
                today,
                row["urgency"] == Urgency.ACT,
                row["n"],
            )
        )
    return found
