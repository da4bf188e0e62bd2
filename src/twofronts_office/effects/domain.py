"""From a decision to proposed changes, and from an owner's answer to the register.

A decision changes no register. It proposes; whoever owns the thing confirms, and only then does the
register's own verb run, with basis and end. What is declined or ran out stays visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from simple_history.utils import bulk_create_with_history

from twofronts_office.areas.models import Area
from twofronts_office.checkpoints.domain import decide as decide_checkpoint
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.domain.notify import tell
from twofronts_office.common.domain.records import Refused, move, move_many
from twofronts_office.common.models import StateChange
from twofronts_office.communities.choices import Level
from twofronts_office.communities.domain import LONGEST_DAYS, set_level
from twofronts_office.communities.models import Community
from twofronts_office.effects.choices import CHANGE_MOVES, OWNER, ChangeKind, ChangeState
from twofronts_office.effects.models import Change
from twofronts_office.enterprises.choices import FilingMode
from twofronts_office.enterprises.conditions import as_planned, in_force, set_condition
from twofronts_office.people.domain import people_with

GRACE_DAYS = (
    7  # so long after the day of answer an unanswered proposal runs out: a rule of the office
)
LOOSEST = {
    ChangeKind.COMMUNITY: {Level.OPEN},
    ChangeKind.CHECKPOINT: {"remove"},
    ChangeKind.FILING: set(),
}


@dataclass(frozen=True, slots=True)
class Term:
    """Basis and end that a decision gives to what it orders."""

    basis: str
    until: date
    notice_days: int


def term_of(decision, want) -> Term:
    """The term of a decision's orders: its own, or the measure's basis and a fortnight."""
    rule = decision.rule or {}
    today = clock.today()
    until = today + timedelta(days=int(rule.get("days") or LONGEST_DAYS))
    if rule.get("until"):
        until = date.fromisoformat(rule["until"])
    return Term(
        basis=(rule.get("basis") or want.basis)[:200], until=until, notice_days=want.notice_days
    )


@transaction.atomic
def propose(*, decision, by=None) -> list[Change]:
    """Propose what a decision changes in the registers; a decision that changes none makes none."""
    from twofronts_office.bridge import effects  # brings in the core, which few requests need

    levels = effects.levels_of_text(decision.measure, decision.level) if decision.measure else None
    want = effects.wanted(decision.measure, levels) if levels else None
    if want is None:
        return []
    last = clock.today() - timedelta(days=1)
    graded = want.graded or "," in (decision.rule or {}).get("others", "")
    grades = effects.district_grades(last) if graded else {}
    term = term_of(decision, want)
    rows = list(_MAKERS[want.kind](decision, want, grades, term))
    _replace_earlier(rows, by)
    _store(rows, by)
    _tell_owners(decision, rows)
    return rows


def _grade_index(grades: dict[str, str], area: str) -> tuple[str, int]:
    """Grade of the district that an area lies in, and its place; low where grades do not matter."""
    grade = next((g for code, g in grades.items() if code[:6] == area[:6]), "")
    return grade, {"": 0, "low": 0, "medium": 1, "high": 2}[grade]


def _change(
    decision, want, term: Term, *, area_id: str, planned: str, before: str, **more
) -> Change:
    same = planned == before and not more.get("terms", {}).get("then")
    loose = planned in LOOSEST[want.kind]
    return Change(
        decision=decision, kind=want.kind, area_id=area_id, measure=decision.measure,
        before=before, planned=planned, basis=term.basis, until=None if loose else term.until,
        answer_by=clock.today() + timedelta(days=max(1, term.notice_days)),
        state=ChangeState.CONFIRMED if same else ChangeState.PROPOSED,
        reason=gettext_noop("It is so already.") if same else "", **more,
    )  # fmt: skip


def _communities(decision, want, grades, term) -> Iterable[Change]:
    for one in Community._base_manager.select_related("area").order_by("code"):
        grade, i = _grade_index(grades, one.area_id)
        yield _change(
            decision, want, term, area_id=one.area_id, community=one, grade=grade,
            planned=want.planned[i], before=one.level,
        )  # fmt: skip


def _checkpoints(decision, want, grades, term) -> Iterable[Change]:
    """All of a tier; but those that the meeting decided on one by one go by their own decision."""
    rows = Checkpoint._base_manager.filter(tier=want.where).order_by("code")
    if decision.checkpoint_code:
        yield from _one_checkpoint(decision, want, grades, term, rows)
        return
    for one in rows.exclude(code__in=decision.single_checkpoints):
        grade, i = _grade_index(grades, one.area_id)
        yield _change(
            decision, want, term, area_id=one.area_id, checkpoint=one, grade=grade,
            planned=want.planned[i], before=one.decided,
        )  # fmt: skip


def _one_checkpoint(decision, want, grades, term, rows) -> Iterable[Change]:
    """A single checkpoint; kept while the others of its tier go, it goes once its term ends."""
    from twofronts_office.bridge import effects  # brings in the core, which few requests need

    others = effects.wanted(
        decision.measure,
        effects.levels_of_text(decision.measure, decision.rule.get("others", "")) or (),
    )
    for one in rows.filter(code=decision.checkpoint_code):
        grade, i = _grade_index(grades, one.area_id)
        planned, terms = want.planned[i], {}
        if planned == "keep" and others.planned and others.planned[i] == "remove":
            terms = {"then": "remove"}
        yield _change(
            decision, want, term, area_id=one.area_id, checkpoint=one, grade=grade,
            planned=planned, before=one.decided, terms=terms,
        )  # fmt: skip


def _filings(decision, want, grades, term) -> Iterable[Change]:
    """One condition for the city, or one for each district where grades ask for different ones."""
    level = "district" if want.graded else "city"
    held = {(c.area_id, c.group, c.part): c for c in in_force(day=clock.today())}
    for area in Area._base_manager.filter(level=level).order_by("code"):
        grade, i = _grade_index(grades, area.code)
        terms = {"part": want.part, **want.terms[i]}
        now = held.get((area.code, want.where, want.part))
        yield _change(
            decision, want, term, area_id=area.code, group=want.where, grade=grade,
            planned=want.planned[i], # the mode in force where the condition says the same already
            before=now.mode if now is not None and as_planned(now, terms) else "", terms=terms,
        )  # fmt: skip


_MAKERS: dict[str, Callable[..., Iterable[Change]]] = {
    ChangeKind.COMMUNITY: _communities,
    ChangeKind.CHECKPOINT: _checkpoints,
    ChangeKind.FILING: _filings,
}


def _key(change: Change) -> tuple:
    part = change.terms.get("part", "")
    target = change.community_id or change.checkpoint_id or change.group
    return (change.kind, target, part, change.area_id if change.kind == ChangeKind.FILING else "")


def _replace_earlier(rows: list[Change], by) -> None:
    if not rows:
        return
    keys = {_key(r) for r in rows}
    held = Change._base_manager.filter(
        kind=rows[0].kind, state__in=[ChangeState.PROPOSED, ChangeState.CONFIRMED]
    )
    old = [c for c in held if _key(c) in keys]
    move_many(rows=old, to=ChangeState.REPLACED, by=by, allowed=CHANGE_MOVES)


def _store(rows: list[Change], by) -> None:
    by = by if getattr(by, "pk", None) else None
    made = bulk_create_with_history(
        rows, Change, batch_size=500, default_user=by, default_date=clock.now()
    )
    StateChange.objects.bulk_create(
        [
            StateChange(
                register="effects.change", object_id=row.pk, area=row.area_id, before="",
                after=row.state, reason=row.reason, by=by, at=clock.now(),
            )
            for row in made
        ],
        batch_size=500,
    )  # fmt: skip


def _tell_owners(decision, rows: list[Change]) -> None:
    """Tell each owner once how many changes wait."""
    waiting = Counter((r.kind, r.area_id) for r in rows if r.state == ChangeState.PROPOSED)
    owners: dict = {}
    for (kind, area), n in waiting.items():
        for user in people_with(role=OWNER[kind], area=area):
            owners.setdefault(user, Counter())[kind] += n
    for user, counts in owners.items():
        tell(
            users=[user], key=f"changes-{decision.pk}",
            message=gettext_noop("%(n)s changes wait for you to confirm: %(what)s"),
            n=sum(counts.values()), what=str(decision)[:160], link="/changes/confirm/",
        )  # fmt: skip


def check_owner(*, change: Change, by) -> None:
    """Refuse whoever does not own the thing; holding another register's role is not enough."""
    held = access_of(by).grants
    role = OWNER[ChangeKind(change.kind)]
    if not any(g.role == role and change.area_id.startswith(g.prefix) for g in held):
        raise Refused(_("This change waits for whoever answers for it in this area."))


@transaction.atomic
def confirm(*, change: Change, by, reason: str = "") -> None:
    """Confirm a change: from now on the register says so, with basis and end."""
    check_owner(change=change, by=by)
    if change.until and change.until < clock.today():
        raise Refused(_("The end of this restriction has passed. Decline it, or decide it anew."))
    values = {"answered_by": by, "answered_at": clock.now(), "reason": reason}
    move(
        obj=change, to=ChangeState.CONFIRMED, by=by, reason=reason, allowed=CHANGE_MOVES,
        values=values,
    )  # fmt: skip
    _APPLY[ChangeKind(change.kind)](change, by, reason or str(change.decision))


def decline(*, change: Change, by, reason: str) -> None:
    """Decline a change with a reason; nothing in the register changes, the group office is told."""
    check_owner(change=change, by=by)
    if not reason.strip():
        raise Refused(_("Say why."))
    with transaction.atomic():
        values = {"answered_by": by, "answered_at": clock.now(), "reason": reason[:500]}
        move(
            obj=change, to=ChangeState.DECLINED, by=by, reason=reason, allowed=CHANGE_MOVES,
            values=values,
        )  # fmt: skip
        tell(
            users=people_with(role="office", area=change.area_id),
            key=f"change-declined-{change.pk}",
            message=gettext_noop("Declined: %(what)s (%(why)s)"),
            what=str(change)[:120], why=reason[:120], link=f"/changes/{change.pk}/",
        )  # fmt: skip


def _apply_community(change: Change, by, reason: str) -> None:
    until = change.until and min(change.until, clock.today() + timedelta(days=LONGEST_DAYS))
    set_level(
        community=change.community, level=change.planned, until=until, basis=change.basis,
        reason=reason, by=by,
    )  # fmt: skip


def _apply_checkpoint(change: Change, by, reason: str) -> None:
    decided, act_by = change.planned, change.answer_by
    if change.terms.get("then"):  # it stays to its last day, and is to be gone on the next
        decided, act_by = change.terms["then"], change.until + timedelta(days=1)
    decide_checkpoint(
        checkpoint=change.checkpoint, decided=decided, act_by=act_by,
        decided_by=str(change.decision.meeting)[:120], by=by, reason=reason,
    )  # fmt: skip


def _apply_filing(change: Change, by, reason: str) -> None:
    terms = change.terms
    set_condition(
        area=change.area_id, group=change.group, part=terms["part"],
        mode=terms.get("mode", FilingMode.OPEN), cap_pct=terms.get("cap_pct", 100),
        required=terms.get("required"), basis=change.basis, until=change.until, by=by,
        reason=reason,
    )  # fmt: skip


_APPLY = {
    ChangeKind.COMMUNITY: _apply_community,
    ChangeKind.CHECKPOINT: _apply_checkpoint,
    ChangeKind.FILING: _apply_filing,
}


def waiting_for(*, access):
    """Proposed changes that wait for this person: of the things that their roles answer for."""
    kinds = {k: [g.prefix for g in access.grants if g.role == r] for k, r in OWNER.items()}
    found = Change.objects.none()
    for kind, prefixes in kinds.items():
        for prefix in prefixes:
            found = found | Change.objects.filter(
                kind=kind, area__code__startswith=prefix, state=ChangeState.PROPOSED
            )
    return found


def withdraw_proposals(*, decision, by, reason: str) -> int:
    """Take back what a decision proposed and nobody answered yet; returns how many.

    What was confirmed stands in its register until something else is decided for it.
    """
    rows = list(Change._base_manager.filter(decision=decision, state=ChangeState.PROPOSED))
    move_many(rows=rows, to=ChangeState.WITHDRAWN, by=by, reason=reason, allowed=CHANGE_MOVES)
    return len(rows)


def expire(*, today: date) -> int:
    """Let proposals run out: those past their own end, and those unanswered for a week too long."""
    rows = Change._base_manager.filter(state=ChangeState.PROPOSED)
    over = list(rows.filter(until__lt=today))
    late = rows.filter(answer_by__lt=today - timedelta(days=GRACE_DAYS))
    over += list(late.exclude(pk__in=[c.pk for c in over]))
    reason = _("nobody answered in time")
    move_many(rows=over, to=ChangeState.EXPIRED, reason=reason, allowed=CHANGE_MOVES)
    return len(over)
