"""The needs desk: matching, accepting, fulfilling."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from twofronts_office.common import clock
from twofronts_office.common.domain.records import Refused, move, move_many, note_change
from twofronts_office.needs.choices import MATCH_MOVES, MatchState, NeedState, OfferState
from twofronts_office.needs.models import Fulfilment, Match, Need, Offer

TO_MATCHED = {NeedState.OPEN: (NeedState.MATCHED,)}


def _promised(need_ids) -> dict[int, int]:
    promised: dict[int, int] = {}
    rows = Match._base_manager.filter(
        need_id__in=need_ids, state__in=[MatchState.PROPOSED, MatchState.ACCEPTED]
    )
    for need_id, amount in rows.values_list("need_id", "amount"):
        promised[need_id] = promised.get(need_id, 0) + amount
    return promised


@transaction.atomic
def match_open(*, area: str, by=None) -> list[Match]:
    """Match what is open under an area (prefix) and store the proposals with their reasons."""
    from twofronts_office.needs import matching  # the solver is large, and few workers ever match

    needs = list(
        Need._base_manager.filter(state=NeedState.OPEN, area__code__startswith=area).select_related(
            "enterprise"
        )
    )
    offers = list(Offer._base_manager.filter(state=OfferState.OPEN, area__code__startswith=area))
    held = _promised([n.pk for n in needs])
    asked = [
        matching.Side(
            pk=n.pk,
            key=(n.kind, n.item.strip().casefold(), n.unit.strip().casefold()),
            amount=n.amount - n.filled - held.get(n.pk, 0),
            area=n.area_id,
            day=n.needed_by,
            urgent=n.enterprise.key_enterprise,
        )
        for n in needs
    ]
    held_offers = [
        matching.Side(
            pk=o.pk,
            key=(o.kind, o.item.strip().casefold(), o.unit.strip().casefold()),
            amount=o.amount - o.used,
            area=o.area_id,
            day=o.available_on,
        )
        for o in offers
    ]
    found = matching.solve(
        [s for s in asked if s.amount > 0], [s for s in held_offers if s.amount > 0]
    )
    area_of = {n.pk: n.area_id for n in needs}
    made = [
        Match(
            need_id=f.need, offer_id=f.offer, area_id=area_of[f.need], amount=f.amount,
            reasons=[list(r) for r in f.reasons],
        )
        for f in found
    ]  # fmt: skip
    bulk_create_with_history(made, Match, batch_size=500, default_date=clock.now())
    used: dict[int, int] = defaultdict(int)
    for f in found:
        used[f.offer] += f.amount
    for pk, amount in sorted(used.items()):
        Offer._base_manager.filter(pk=pk).update(used=F("used") + amount)
    met = {f.need for f in found}
    matched = [n for n in needs if n.pk in met]
    move_many(rows=matched, to=NeedState.MATCHED, by=by, allowed=TO_MATCHED)
    return made


def _set_need(need: Need, to: str, by, reason: str = "") -> None:
    before = need.state
    if before == to:
        return
    need.state = to
    need.version += 1
    need.save()
    note_change(obj=need, before=before, after=to, by=by, reason=reason)


def accept(*, match: Match, by) -> None:
    move(obj=match, to=MatchState.ACCEPTED, by=by, allowed=MATCH_MOVES)


@transaction.atomic
def decline(*, match: Match, by, reason: str) -> None:
    """A declined match gives its amount back to the offer and opens the need again."""
    move(obj=match, to=MatchState.DECLINED, by=by, reason=reason, allowed=MATCH_MOVES)
    Offer._base_manager.filter(pk=match.offer_id).update(used=F("used") - match.amount)
    need = Need._base_manager.get(pk=match.need_id)
    _set_need(need, NeedState.OPEN, by, reason)


@transaction.atomic
def fulfil(*, match: Match, amount: int, day: date, evidence: str, by) -> Fulfilment:
    """Record what arrived. The match closes when it is whole; the need when all is there."""
    if match.state != MatchState.ACCEPTED:
        raise Refused(_("Only an accepted match can be fulfilled."))
    need = Need._base_manager.select_for_update().get(pk=match.need_id)  # who comes second waits
    rows = Fulfilment._base_manager.filter(match=match)
    so_far = sum(rows.values_list("amount", flat=True))
    if amount < 1 or so_far + amount > match.amount:
        raise Refused(_("At most %s are left of this match.") % (match.amount - so_far))
    row = Fulfilment(match=match, area_id=match.area_id, date=day, amount=amount, evidence=evidence)
    row.full_clean(exclude=["match", "area"])
    row.save()
    need.filled += amount
    need.version += 1
    need.save()
    if so_far + amount == match.amount:
        move(obj=match, to=MatchState.FULFILLED, by=by, allowed=MATCH_MOVES, reason=evidence)
    if need.filled >= need.amount:
        _set_need(need, NeedState.FULFILLED, by, evidence)
    return row


def withdraw_need(*, need: Need, by, reason: str) -> None:
    if need.state == NeedState.FULFILLED:
        raise Refused(_("It is fulfilled already."))
    with transaction.atomic():
        for match in Match._base_manager.filter(
            need=need, state__in=[MatchState.PROPOSED, MatchState.ACCEPTED]
        ):
            decline(match=match, by=by, reason=reason)
        need.refresh_from_db()
        _set_need(need, NeedState.CLOSED, by, reason)
