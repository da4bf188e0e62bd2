"""Communities, restrictions, services and requests as registers."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm
from twofronts_office.common.register import Panel, Register, Verb, register
from twofronts_office.communities import domain
from twofronts_office.communities.choices import Level, RequestState
from twofronts_office.communities.models import Community, Request, Restriction, Service


class LevelForm(OfficeForm):
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    until = forms.DateField(label=_("Until"), required=False)
    basis = forms.CharField(label=_("Legal basis"), max_length=200, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)


class AnswerForm(OfficeForm):
    text = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea)


def _bring_level(row: Restriction, by) -> None:
    domain.set_level(
        community=row.community, level=row.level, until=row.until, basis=row.basis,
        reason=row.reason, by=by,
    )  # fmt: skip


COMMUNITY = (
    "code", "name_zh", "name_en", "area", "households", "residents", "alone", "entrances",
    "entrances_open",
)  # fmt: skip
register(
    Register(
        model=Community,
        slug="communities",
        line="communities",
        columns=("code", "name", "area", "households", "level", "since", "until"),
        fields=COMMUNITY,
        detail=(*COMMUNITY, "level", "since", "until", "days_left", "basis"),
        filters=("area", "level", "until"),
        search=("code", "name_zh", "name_en"),
        key="code",
        imports=COMMUNITY,
        exports=(*COMMUNITY, "level", "since", "until", "basis"),
        note=_("Every restriction has a basis and an end. When it runs out unrenewed, it is over."),
        panels=(
            Panel(
                _("Restrictions"), "restrictions", "restrictions",
                ("since", "level", "until", "ended_on", "basis"),
            ),
            Panel(
                _("Services to residents"), "services", "services",
                ("date", "kind", "provider", "households"), add="community",
            ),
            Panel(
                _("Requests and complaints"), "requests", "requests",
                ("subject", "kind", "answer_due", "state"), add="community",
            ),
        ),
        verbs=(
            Verb(
                "level",
                _("Set or renew the level"),
                lambda obj, user, data: domain.set_level(community=obj, by=user, **data) and None,
                "restrict",
                form=LevelForm,
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Restriction,
        slug="restrictions",
        line="communities",
        columns=("since", "community", "area", "level", "until", "ended_on"),
        detail=("community", "level", "since", "until", "ended_on", "basis", "reason"),
        keys={"community": "code"},
        area_from="community",
        key="community",
        imports=("community", "level", "until", "basis", "reason"),
        bring=_bring_level,
        bring_only=True,
        filters=("area", "level", "until"),
        exports=("community", "area", "level", "since", "until", "ended_on", "basis", "reason"),
    )
)
register(
    Register(
        model=Service,
        slug="services",
        line="communities",
        columns=("date", "community", "area", "kind", "provider", "households"),
        fields=("community", "date", "kind", "provider", "households", "note"),
        filters=("area", "kind", "date"),
        lookups={"community": "code"},
        area_from="community",
        key="community,date,kind",
        imports=("community", "date", "kind", "provider", "households", "note"),
        exports=("community", "area", "date", "kind", "provider", "households", "note"),
    )
)
register(
    Register(
        model=Request,
        slug="requests",
        line="communities",
        columns=("subject", "community", "area", "kind", "answer_due", "state"),
        fields=("community", "kind", "subject", "text", "contact", "answer_due"),
        detail=(
            "community", "kind", "subject", "text", "contact", "answer_due", "state", "answer",
            "answered_at",
        ),
        filters=("area", "kind", "state", "answer_due"),
        search=("subject",),
        personal=frozenset({"contact"}),
        lookups={"community": "code"},
        area_from="community",
        key="community,kind,subject,answer_due",
        imports=("community", "kind", "subject", "text", "contact", "answer_due"),
        exports=("community", "kind", "subject", "text", "contact", "answer_due", "state",
            "answer"),
        verbs=(
            Verb(
                "answer",
                _("Answer"),
                lambda obj, user, data: domain.answer(request=obj, by=user, **data),
                "answer",
                form=AnswerForm,
                states=(RequestState.ASKED, RequestState.REOPENED),
            ),
            Verb(
                "again",
                _("Asked again"),
                lambda obj, user, data: domain.ask_again(request=obj, by=user, **data),
                "answer",
                form=ReasonForm,
                states=(RequestState.ANSWERED,),
            ),
            Verb(
                "erase",
                _("Erase personal data"),
                lambda obj, user, data: domain.erase_contact(request=obj, by=user, **data),
                "erase",
                form=ReasonForm,
                states=(RequestState.ANSWERED,),
                danger=True,
                text=_(
                    "Who asked is taken out of this entry and all its past versions. What was "
                    "asked and answered stays. This cannot be undone."
                ),
            ),
        ),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    found = []
    if access.may("communities.community", "restrict"):
        soon = Community.objects.filter(until__lte=today + timedelta(days=2))
        n = soon.exclude(level=Level.OPEN).count()
        if n:
            link = reverse("communities-list") + f"?until_to={today + timedelta(days=2)}"
            found.append(
                Due(_("Restrictions that end: renew with a reason or let go"), link, today, n=n)
            )
        waiting = Request.objects.exclude(state=RequestState.ANSWERED)
        late = waiting.filter(answer_due__lt=today).count()
        n = waiting.filter(answer_due__lte=today + timedelta(days=1)).count()
        if n:
            link = reverse("requests-list") + f"?answer_due_to={today + timedelta(days=1)}"
            found.append(Due(_("Requests to answer"), link, today, bool(late), n))
    return found
