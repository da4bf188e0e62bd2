"""Filing, operating, inspecting, suspending, reporting."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twofronts_office.common import clock
from twofronts_office.common.domain.notify import tell
from twofronts_office.common.domain.records import Refused, move, next_number, note_change
from twofronts_office.common.scope import system_scope
from twofronts_office.enterprises.choices import (
    CHECKLIST,
    EFFECTIVE,
    ENTERPRISE_MOVES,
    INSPECTION_MOVES,
    FilingState,
    InspectionState,
)
from twofronts_office.enterprises.conditions import check_filing
from twofronts_office.enterprises.models import DailyStaff, Enterprise, Filing, Inspection


def enterprise_of(*, uscc: str, **fields) -> Enterprise:
    """The enterprise of this code; a new one is not saved yet: it comes in with its filing.

    A known one keeps what the office holds.
    """
    found = Enterprise._base_manager.filter(uscc=uscc).first()
    if found is None:
        found = Enterprise(uscc=uscc, **fields)
        found.full_clean(exclude=["area"])
    return found


def file_resumption(
    *,
    enterprise: Enterprise,
    declared: Mapping,
    checklist: Mapping[str, bool],
    once: str = "",
    by=None,
    holder: bool = True,
    series: str = "",
) -> Filing:
    """Receive a filing. It is in force when this returns; nobody is asked.

    Parameters
    ----------
    enterprise : Enterprise
        One of the register, or a new one, which is then entered together with its filing.
    declared : mapping
        The declaration's fields.
    checklist : mapping of str to bool
        Keys of ``CHECKLIST``. Gaps raise the risk of inspection and stop nothing, but for points
        that a condition in force requires.
    once : str
        A form's one-time key; the same key again returns the same receipt.
    holder : bool
        Whoever files is known to speak for the enterprise: by its account, by the link of its
        receipt, or at the counter. A stranger who merely knows its code may file for one that has
        no filing in force, and may not take over one that has.
    series : str
        Mark in the receipt's number. A table of filings counts its own series: it holds the count
        until all of it is in, and nobody who files meanwhile waits for that.

    Raises
    ------
    Refused
        If the enterprise is suspended: that is lifted, not filed away. If a condition decided for
        its group is not met: the message says what to change, and filing again needs nobody.
    """
    before = _sent_before(once, enterprise)
    if before:
        return before
    if not holder:
        _not_taken_over(enterprise)
    filing = _declared(enterprise, declared, checklist, once)
    # The number is drawn before the filing's own transaction: drawn inside it, every filing of the
    # city would wait for the whole of the one before it.
    day = timezone.localtime(filing.received_at)
    count = next_number(f"filing{series}:{day:%Y%m%d}")
    filing.number = f"BA{day:%Y%m%d}-{series}{count:06d}"
    try:
        return _receive(filing, by)
    except IntegrityError:  # the same form, or one of the same new enterprise, at the same moment
        before = _sent_before(once, enterprise)
        if before:
            return before
        raise Refused(_("Somebody else changed this a moment ago. Look again.")) from None


def _sent_before(once: str, enterprise: Enterprise) -> Filing | None:
    """The filing that this very form has already made."""
    if not once:
        return None
    return Filing._base_manager.filter(once=once, enterprise__uscc=enterprise.uscc).first()


def _not_taken_over(enterprise: Enterprise) -> None:
    held = enterprise.pk and Filing._base_manager.filter(
        enterprise_id=enterprise.pk, withdrawn_at=None
    )
    if held and held.exists():
        raise Refused(
            _(
                "This enterprise has a filing in force, and its receipt's link is its key: file "
                "anew there. Where the link is lost, the industry bureau of the district gives a "
                "new one."
            )
        )


def _declared(
    enterprise: Enterprise, declared: Mapping, checklist: Mapping[str, bool], once: str
) -> Filing:
    """The filing as it was sent, checked and not saved."""
    _not_suspended(enterprise)
    if not declared.get("committed"):
        raise Refused(_("The commitment must be signed."))
    check_filing(enterprise=enterprise, declared=declared, checklist=checklist)
    filing = Filing(
        area_id=enterprise.area_id,
        received_at=clock.now(),
        checklist={key: bool(checklist.get(key)) for key in CHECKLIST},
        once=once or None,
        **declared,
    )
    filing.enterprise = enterprise
    # what is drawn or numbered here is unique by itself, and the table holds it to that
    filing.full_clean(exclude=["enterprise", "area", "once", "number", "code", "token"])
    return filing


def _not_suspended(enterprise: Enterprise) -> None:
    if enterprise.state == FilingState.SUSPENDED:
        raise Refused(
            _("The enterprise is suspended. Correct what was found; the suspension is then lifted.")
        )


@transaction.atomic
def _receive(filing: Filing, by) -> Filing:
    """Put a filing into the register and in force; no enterprise without its filing."""
    enterprise = filing.enterprise
    if enterprise.pk:
        # locked: a suspension or an edit that comes in at this moment is not written over
        enterprise.refresh_from_db(from_queryset=Enterprise._base_manager.select_for_update())
        _not_suspended(enterprise)
    else:
        enterprise.save()
        filing.enterprise = enterprise
    filing.save()
    for name in ("lead_name", "lead_phone", "risk_staff", "mask_days"):
        setattr(enterprise, name, getattr(filing, name))
    if enterprise.state in (FilingState.NONE, FilingState.WITHDRAWN):
        move(
            obj=enterprise,
            to=FilingState.FILED,
            by=by,
            reason=filing.number,
            allowed=ENTERPRISE_MOVES,
            values={"effective_since": timezone.localtime(filing.received_at).date()},
        )
    else:
        enterprise.version += 1
        enterprise.save()
    return filing


def withdraw(*, enterprise: Enterprise, by=None, reason: str = "") -> None:
    with transaction.atomic():
        move(
            obj=enterprise,
            to=FilingState.WITHDRAWN,
            by=by,
            reason=reason,
            allowed=ENTERPRISE_MOVES,
            values={"effective_since": None},
        )
        Filing._base_manager.filter(enterprise=enterprise, withdrawn_at=None).update(
            withdrawn_at=clock.now()
        )


def suspend(*, enterprise: Enterprise, by, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("A suspension states its reason."))
    move(obj=enterprise, to=FilingState.SUSPENDED, by=by, reason=reason, allowed=ENTERPRISE_MOVES)


def lift_suspension(*, enterprise: Enterprise, by, reason: str) -> None:
    if enterprise.state != FilingState.SUSPENDED:
        raise Refused(_("The enterprise is not suspended."))
    move(obj=enterprise, to=FilingState.OPERATING, by=by, reason=reason, allowed=ENTERPRISE_MOVES)


def risk_of(
    *, staff: int, risk_staff: int, gaps: int, mask_days: int, ill: int, never: bool
) -> float:
    """Risk score of an enterprise: what raises the chance that an inspection finds something.

    Weights are the office's own judgement (graded assumed): a gap in the checklist counts 10, staff
    from risk areas 40 by share, fewer than seven days of masks up to 15, symptoms reported 25, size
    up to 10, and a place never inspected 5.
    """
    return round(
        10 * gaps
        + 40 * min(1.0, risk_staff / max(staff, 1) * 5)
        + 15 * max(0, 7 - mask_days) / 7
        + 25 * min(1, ill)
        + 10 * min(1.0, staff / 1000)
        + (5 if never else 0),
        1,
    )


@transaction.atomic
def draw_inspections(*, n: int, due: date, area: str, seed: int, by=None) -> list[Inspection]:
    """Draw ``n`` enterprises in operation, each with a chance proportional to its risk score.

    Efraimidis and Spirakis' weighted sampling without replacement: the same seed draws the same
    enterprises from the same register, so that a draw can be repeated in front of an auditor.
    """
    open_now = Inspection._base_manager.filter(
        enterprise=OuterRef("pk"), state__in=[InspectionState.DUE, InspectionState.CORRECTION]
    )
    rows = (
        Enterprise._base_manager.filter(state__in=EFFECTIVE, area__code__startswith=area)
        .annotate(n_past=Count("inspections"))
        .exclude(Exists(open_now))
        .order_by("pk")
    )
    latest = {
        f["enterprise_id"]: f["checklist"]
        for f in Filing._base_manager.filter(area__code__startswith=area)
        .order_by("received_at")
        .values("enterprise_id", "checklist")
    }
    week = clock.today() - timedelta(days=7)
    ill = dict(
        DailyStaff._base_manager.filter(area__code__startswith=area, date__gte=week, ill__gt=0)
        .values_list("enterprise_id", "ill")
        .order_by("date")
    )
    luck, keyed = random.Random(seed), []
    for row in rows:
        gaps = [k for k, held in latest.get(row.pk, {}).items() if not held]
        score = risk_of(
            staff=row.insured_staff,
            risk_staff=row.risk_staff,
            gaps=len(gaps),
            mask_days=row.mask_days,
            ill=ill.get(row.pk, 0),
            never=row.n_past == 0,
        )
        keyed.append((luck.random() ** (1 / max(score, 0.1)), score, gaps, row))
    keyed.sort(key=lambda k: (-k[0], k[3].pk))
    drawn = []
    for _key, score, gaps, row in keyed[:n]:
        why = _("drawn by risk (score %(score)s, %(gaps)s gaps in the checklist)")
        one = Inspection(
            enterprise=row,
            area_id=row.area_id,
            due=due,
            risk=score,
            reason=why % {"score": score, "gaps": len(gaps)},
        )
        one.save()
        note_change(obj=one, before="", after=InspectionState.DUE, by=by, reason=f"seed {seed}")
        drawn.append(one)
    return drawn


@transaction.atomic
def conclude_inspection(
    *, inspection: Inspection, passed: bool, findings: str, correct_by: date | None, by
) -> None:
    """Record what was found. A correction asked leaves the enterprise in operation."""
    if not passed and not (findings.strip() and correct_by):
        raise Refused(_("A correction states what was found and by when it is to be mended."))
    to = InspectionState.PASSED if passed else InspectionState.CORRECTION
    move(
        obj=inspection,
        to=to,
        by=by,
        reason=findings,
        allowed=INSPECTION_MOVES,
        values={"findings": findings, "correct_by": correct_by, "inspector": by},
    )
    enterprise = Enterprise._base_manager.get(pk=inspection.enterprise_id)
    if passed and enterprise.state == FilingState.FILED:
        move(
            obj=enterprise, to=FilingState.OPERATING, by=by, allowed=ENTERPRISE_MOVES,
            reason=findings,
        )  # fmt: skip
    elif not passed and enterprise.state in (FilingState.FILED, FilingState.OPERATING):
        move(
            obj=enterprise, to=FilingState.CORRECTING, by=by, allowed=ENTERPRISE_MOVES,
            reason=findings,
        )  # fmt: skip


@transaction.atomic
def answer_correction(*, inspection: Inspection, answer: str, by=None) -> None:
    """The enterprise says what it mended; that alone puts it back in ordinary operation."""
    if not answer.strip():
        raise Refused(_("Say what was mended."))
    move(
        obj=inspection,
        to=InspectionState.CORRECTED,
        by=by,
        reason=answer,
        allowed=INSPECTION_MOVES,
        values={"answer": answer},
    )
    enterprise = Enterprise._base_manager.get(pk=inspection.enterprise_id)
    left = Inspection._base_manager.filter(enterprise=enterprise, state=InspectionState.CORRECTION)
    if enterprise.state == FilingState.CORRECTING and not left.exists():
        move(
            obj=enterprise, to=FilingState.OPERATING, by=by, allowed=ENTERPRISE_MOVES,
            reason=answer,
        )  # fmt: skip
    if inspection.inspector_id:
        with system_scope():
            tell(
                users=[inspection.inspector],
                key=f"inspection-answer-{inspection.pk}",
                message=gettext_noop("%(name)s has answered the correction asked."),
                name=enterprise.name,
                link=f"/inspections/{inspection.pk}/",
            )


@transaction.atomic
def report_day(*, enterprise: Enterprise, day: date, by=None, **values) -> DailyStaff:
    """Take a day's report; a second one for the same day replaces it and both stay in history.

    The first report of people at work puts a filed enterprise into operation.
    """
    row = DailyStaff._base_manager.filter(enterprise=enterprise, date=day).first()
    row = row or DailyStaff(enterprise=enterprise, date=day)
    row.area_id = enterprise.area_id
    for name, value in values.items():
        setattr(row, name, value)
    if row.pk:
        row.version += 1
    row.full_clean(exclude=["enterprise", "area"], validate_unique=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else's report for the day came first
        raise Refused(_("Somebody else changed this a moment ago. Look again.")) from None
    settle_days([row], by)
    enterprise.refresh_from_db()
    return row


@transaction.atomic
def settle_days(rows: list[DailyStaff], by=None) -> None:
    """What follows from days' reports, however they came in: one typed, or a table of thousands.

    The newest day's staff is the enterprise's present staff, and a filed enterprise with people at
    work is in operation.
    """
    of = {r.enterprise_id for r in rows}
    at_work = {r.enterprise_id for r in rows if r.present > 0}
    pks = sorted(of)
    for i in range(0, len(pks), 500):
        part = pks[i : i + 500]
        newest = DailyStaff._base_manager.filter(enterprise=OuterRef("pk")).order_by("-date")
        Enterprise._base_manager.filter(pk__in=part).update(
            present_staff=Subquery(newest.values("present")[:1])
        )
        for one in Enterprise._base_manager.filter(pk__in=part, state=FilingState.FILED):
            if one.pk in at_work:
                move(
                    obj=one, to=FilingState.OPERATING, by=by, allowed=ENTERPRISE_MOVES,
                    reason=gettext_noop("first report of staff at work"),
                )  # fmt: skip
