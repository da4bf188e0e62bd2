"""Setting, renewing and ending a level; answering those who ask."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twofronts_office.common import clock
from twofronts_office.common.domain.personal import POLICIES, blank, blank_all
from twofronts_office.common.domain.records import Refused, move, note_change
from twofronts_office.communities.choices import REQUEST_MOVES, Level, RequestState
from twofronts_office.communities.models import Community, Request, Restriction

LONGEST_DAYS = (
    14  # a restriction is looked at again at least every fortnight; the office's own rule
)
BLANK = {"contact": ""}


@transaction.atomic
def set_level(
    *, community: Community, level: str, until: date | None, basis: str, reason: str, by
) -> Restriction:
    """Set a level. Every level but open has an end and a basis; renewing is setting it again."""
    today = clock.today()
    if level != Level.OPEN:
        if until is None or until < today:
            raise Refused(_("Every restriction has an end, and it lies in the future."))
        if (until - today).days > LONGEST_DAYS:
            said = _("A restriction runs for %s days at most, then it is renewed with a reason.")
            raise Refused(said % LONGEST_DAYS)
        if not basis.strip():
            raise Refused(_("A restriction states its legal basis."))
    if not reason.strip():
        raise Refused(_("Say why."))
    before = community.level
    _close_open(community, today)
    row = Restriction(
        community=community,
        area_id=community.area_id,
        level=level,
        since=today,
        until=until if level != Level.OPEN else None,
        basis=basis or "-",
        reason=reason,
    )
    row.save()
    _put(community, level=level, since=today, until=row.until, basis=basis)
    note_change(obj=community, before=before, after=level, by=by, reason=reason, field="level")
    return row


def _close_open(community: Community, day: date) -> None:
    for row in Restriction._base_manager.filter(community=community, ended_on=None):
        row.ended_on = day
        row.version += 1
        row.save()


def _put(community: Community, **values) -> None:
    for name, value in values.items():
        setattr(community, name, value)
    community.version += 1
    community.save()


@transaction.atomic
def expire(*, today: date) -> int:
    """Open every community whose restriction ran out and was not renewed."""
    over = Community._base_manager.select_for_update().filter(until__lt=today)
    n = 0
    for community in over.exclude(level=Level.OPEN):
        before = community.level
        _close_open(community, today)
        _put(community, level=Level.OPEN, since=today, until=None, basis="")
        note_change(
            obj=community, before=before, after=Level.OPEN, field="level",
            reason=gettext_noop("the restriction ran out and was not renewed"),
        )  # fmt: skip
        n += 1
    return n


def ending_soon(*, today: date, days: int = 2):
    return Community._base_manager.filter(
        until__gte=today, until__lte=today + timedelta(days=days)
    ).exclude(level=Level.OPEN)


def answer(*, request: Request, text: str, by) -> None:
    if not text.strip():
        raise Refused(_("Write an answer."))
    move(
        obj=request,
        to=RequestState.ANSWERED,
        by=by,
        reason=text,
        allowed=REQUEST_MOVES,
        values={"answer": text, "answered_at": clock.now()},
    )


def ask_again(*, request: Request, reason: str, by) -> None:
    move(obj=request, to=RequestState.REOPENED, by=by, reason=reason, allowed=REQUEST_MOVES)


def erase_contact(*, request: Request, by, reason: str) -> None:
    """Take out who asked, here and in the past; what was asked and answered stays."""
    blank(row=request, values=BLANK, actor=str(by), why=reason)


def _expired(*, before: date, why: str) -> int:
    rows = Request._base_manager.filter(
        state=RequestState.ANSWERED, answered_at__date__lt=before
    ).exclude(contact="")
    return blank_all(rows=rows, values=BLANK, why=why)


POLICIES.append(_expired)
