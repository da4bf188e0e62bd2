"""Needs, offers, matches and fulfilments as registers."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common import clock
from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm, RecordForm
from twofronts_office.common.register import Panel, Register, Verb, register
from twofronts_office.needs import domain
from twofronts_office.needs.choices import MatchState, NeedState
from twofronts_office.needs.models import Fulfilment, Match, Need, Offer


class OwnForm(RecordForm):
    """An enterprise asks and offers for itself only."""

    def clean_enterprise(self):
        chosen = self.cleaned_data["enterprise"]
        if not self.access.staff and chosen is None:
            raise forms.ValidationError(_("Name your enterprise."))
        return chosen


class OfferForm(OwnForm):
    """An enterprise's offer lies where the enterprise does; staff say where theirs lies."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.access.staff and "area" in self.fields:
            del self.fields["area"]

    def clean(self):
        data = super().clean()
        chosen = data.get("enterprise")
        if chosen is not None and not self.access.staff:
            self.instance.area_id = chosen.area_id
        return data


class FulfilForm(OfficeForm):
    amount = forms.IntegerField(label=_("Amount"), min_value=1, max_value=1_000_000_000)
    day = forms.DateField(label=_("Date"), initial=clock.today)
    evidence = forms.CharField(label=_("Evidence"), max_length=300)


NEED = ("enterprise", "kind", "item", "amount", "unit", "needed_by", "text")
OFFER = ("area", "enterprise", "provider", "kind", "item", "amount", "unit", "available_on", "text")
register(
    Register(
        model=Need,
        slug="needs",
        line="resumption",
        columns=("item", "enterprise", "area", "kind", "amount", "filled", "needed_by", "state"),
        fields=NEED,
        detail=(*NEED, "filled", "state"),
        filters=("area", "kind", "state", "needed_by"),
        search=("item", "enterprise__name"),
        lookups={"enterprise": "uscc"},
        area_from="enterprise",
        form=OwnForm,
        key="enterprise,kind,item,needed_by",
        imports=NEED,
        exports=(*NEED, "filled", "state"),
        links=(("needs-match", _("Match needs and offers")),),
        panels=(
            Panel(_("Matches"), "matches", "matches", ("offer", "amount", "state", "reasons")),
        ),
        verbs=(
            Verb(
                "withdraw",
                _("Withdraw"),
                lambda obj, user, data: domain.withdraw_need(
                    need=obj, by=user, reason=data["reason"]
                ),
                "change",
                form=ReasonForm,
                states=(NeedState.OPEN, NeedState.MATCHED),
                danger=True,
            ),
        ),
    )
)
register(
    Register(
        model=Offer,
        slug="offers",
        line="resumption",
        columns=("item", "provider", "area", "kind", "amount", "used", "available_on", "state"),
        fields=OFFER,
        detail=(*OFFER, "used", "state"),
        filters=("area", "kind", "state", "available_on"),
        search=("item", "provider"),
        lookups={"enterprise": "uscc"},
        form=OfferForm,
        key="provider,item,available_on",
        imports=OFFER,
        exports=(*OFFER, "used", "state"),
        panels=(Panel(_("Matches"), "matches", "matches", ("need", "amount", "state")),),
    )
)
register(
    Register(
        model=Match,
        joins=("need__enterprise", "offer"),
        slug="matches",
        line="resumption",
        columns=("need", "need__enterprise", "offer", "area", "amount", "state"),
        detail=("need", "offer", "amount", "state", "reasons"),
        filters=("area", "state"),
        exports=("need", "offer", "area", "amount", "state", "reasons"),
        panels=(
            Panel(_("Fulfilments"), "fulfilments", "fulfilments", ("date", "amount", "evidence")),
        ),
        verbs=(
            Verb(
                "accept",
                _("Accept"),
                lambda obj, user, data: domain.accept(match=obj, by=user),
                "accept",
                states=(MatchState.PROPOSED,),
            ),
            Verb(
                "decline",
                _("Decline"),
                lambda obj, user, data: domain.decline(match=obj, by=user, reason=data["reason"]),
                "accept",
                form=ReasonForm,
                states=(MatchState.PROPOSED, MatchState.ACCEPTED),
                danger=True,
            ),
            Verb(
                "fulfil",
                _("Record what arrived"),
                lambda obj, user, data: domain.fulfil(match=obj, by=user, **data),
                "fulfil",
                form=FulfilForm,
                states=(MatchState.ACCEPTED,),
            ),
        ),
    )
)
register(
    Register(
        model=Fulfilment,
        joins=("match__need", "match__offer"),
        slug="fulfilments",
        line="resumption",
        columns=("date", "match", "area", "amount", "evidence"),
        detail=("match", "date", "amount", "evidence"),
        filters=("area", "date"),
        exports=("match", "area", "date", "amount", "evidence"),
    )
)


@provider
def due(user, access, today):
    found = []
    if access.may("needs.need", "match"):
        rows = Need.objects.filter(state=NeedState.OPEN)
        n = rows.count()
        if n:
            late = rows.filter(needed_by__lt=today).exists()
            found.append(
                Due(_("Open needs"), reverse("needs-list") + "?state=asked", today, late, n)
            )
    if access.may("needs.match", "accept"):
        n = Match.objects.filter(state=MatchState.PROPOSED).count()
        if n:
            link = reverse("matches-list") + "?state=proposed"
            found.append(Due(_("Matches to accept or decline"), link, today, False, n))
    return found
