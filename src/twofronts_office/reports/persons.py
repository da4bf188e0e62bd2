"""One person: every row that the office holds about them, given out, erased, erased by policy.

A person may stand in the office more than once: as a contact who became a case, as a duplicate that
was merged, as a patient who was transferred. What is asked for one row reaches all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.domain.attachments import attachments_of
from twofronts_office.common.domain.personal import ERASED, POLICIES, blank, subject_of
from twofronts_office.common.domain.records import Refused, note_change, require
from twofronts_office.common.domain.security_log import record
from twofronts_office.common.models import SecurityEvent
from twofronts_office.reports.choices import ContactState
from twofronts_office.reports.models import PERSONAL, Case, Contact, FollowUp

BLANK = dict.fromkeys(PERSONAL, "") | {"name": ERASED}


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows of another register that hold a person's data: of which cases, and what is blanked."""

    of: Callable[[Iterable[Case]], Iterable[Model]]
    blank: dict[str, str]


BESIDE: list[Beside] = []  # registers that name a patient add themselves


def family(person: Case | Contact) -> list[Case | Contact]:
    """Rows of the same person: duplicates merged, the contact that became a case, and the case."""
    found: dict[tuple[type, int], Case | Contact] = {}
    waiting: list[Case | Contact] = [person]
    while waiting:
        one = waiting.pop()
        key = (type(one), one.pk)
        if key in found:
            continue
        found[key] = one
        waiting += type(one)._base_manager.filter(merged_into=one)
        waiting += [x for x in (one.merged_into, getattr(one, "became", None)) if x is not None]
        if isinstance(one, Case):
            waiting += Contact._base_manager.filter(became=one)
    return [found[k] for k in sorted(found, key=lambda k: (k[0].__name__, k[1]))]


def beside(rows: Iterable[Case | Contact]) -> list[tuple[Model, dict[str, str]]]:
    """Rows of other registers that name one of these people, each with what is blanked in it."""
    cases = [r for r in rows if isinstance(r, Case)]
    return [(row, b.blank) for b in BESIDE for row in b.of(cases)]


@transaction.atomic
def erase(*, person: Case | Contact, by=None, reason: str) -> int:
    """Erase one person's data from every row and every past version; counts and dates stay.

    Returns
    -------
    int
        How many rows were blanked.

    Raises
    ------
    Refused
        If one of the person's rows lies where ``by`` may not erase.
    """
    rows, actor = family(person), str(by or "policy")
    if by is not None:
        _check_reach(rows, by)
    others = beside(rows)
    for row in rows:
        blank(row=row, values=BLANK, actor=actor, why=reason, more={"erased_at": clock.now()})
        days = FollowUp._base_manager.filter(contact_id=row.pk) if isinstance(row, Contact) else ()
        for day in days:
            FollowUp._base_manager.filter(pk=day.pk).update(note="")
            day.history.all().update(note="")
    for row, values in others:
        blank(row=row, values=values, actor=actor, why=reason)
    return len(rows) + len(others)


def _check_reach(rows: Iterable[Model], by) -> None:
    access = access_of(by)
    if not all(access.may(r._meta.label_lower, "erase", r) for r in rows):
        raise Refused(
            _("This person also stands in another area's register: the city's approver can erase.")
        )


def _expired(*, before: date, why: str) -> int:
    """The policy for cases and contacts: closed before a day."""
    n = 0
    closed = Case._base_manager.filter(erased_at=None, outcome_on__lt=before)
    released = Contact._base_manager.filter(erased_at=None).filter(
        Q(released_on__lt=before) | Q(became__outcome_on__lt=before)
    )
    for person in (*closed, *released):
        if type(person)._base_manager.filter(pk=person.pk, erased_at=None).exists():
            n += erase(person=person, reason=why)
    return n


POLICIES.append(_expired)


def _plain(row: Model) -> dict[str, str]:
    names = [f.name for f in row._meta.concrete_fields]
    return {n: str(getattr(row, f"{n}_id", None) or getattr(row, n, "")) for n in names}


def _told(row: Model) -> dict:
    names = [f.name for f in row._meta.concrete_fields]
    return {
        "register": row._meta.label_lower,
        "now": _plain(row),
        "versions": [
            {"at": v.history_date.isoformat(), **{n: str(getattr(v, n, "")) for n in names}}
            for v in row.history.all()
        ],
        "files": [{"name": a.name, "sha256": a.sha256} for a in attachments_of(row)],
    }


def person_export(*, person: Case | Contact, by) -> dict:
    """Everything held about one person: all their rows with past versions, and who read them.

    Raises
    ------
    PermissionDenied
        If one of the rows lies where the asker may not read personal data.
    """
    rows = family(person)
    for row in rows:
        require(user=by, action="personal", obj=row)
    record(kind="personal.exported", actor=str(by), subject=subject_of(person))
    contacts = [r for r in rows if isinstance(r, Contact)]
    days = FollowUp._base_manager.filter(contact__in=contacts).order_by("date")
    others = [row for row, _values in beside(rows)]
    subjects = [subject_of(r) for r in (*rows, *others)]
    reads = SecurityEvent.objects.filter(subject__in=subjects).order_by("number")
    return {
        "rows": [_told(r) for r in (*rows, *others)],
        "follow_up": [_plain(d) for d in days],
        "read_and_changed_by": [
            {"at": e.at.isoformat(), "who": e.actor, "what": e.kind, "of": e.subject} for e in reads
        ],
    }


def likely_same(person: Case | Contact, rows=None):
    """Rows of the same register within the scope that are likely the same person.

    The same identity number; or the same telephone or age together with the same name.
    """
    model = type(person)
    rows = model.objects.all() if rows is None else rows
    same = Q(pk__in=[])
    if person.id_number:
        same |= Q(id_number=person.id_number)
    if person.name and person.name != ERASED:
        if person.phone:
            same |= Q(name=person.name, phone=person.phone)
        if person.age is not None:
            same |= Q(name=person.name, age=person.age, sex=person.sex)
    return rows.filter(same, merged_into=None).exclude(pk=person.pk).order_by("pk")


def _check_pair(duplicate, into, by) -> None:
    if duplicate.pk == into.pk:
        raise Refused(_("A row cannot be merged with itself."))
    if duplicate.merged_into_id or into.merged_into_id:
        raise Refused(_("One of the two has been merged already."))
    require(user=by, action="change", obj=into)


def _fill(duplicate, into, names) -> None:
    for name in (*sorted(PERSONAL), "age", *names):
        if not getattr(into, name) and getattr(duplicate, name):
            setattr(into, name, getattr(duplicate, name))


@transaction.atomic
def merge_cases(*, duplicate: Case, into: Case, by) -> None:
    """Two rows for one person become one: contacts and chains move, empty fields are filled."""
    _check_pair(duplicate, into, by)
    for moved in (
        *Contact._base_manager.filter(case=duplicate),
        *Case._base_manager.filter(source=duplicate).exclude(pk=into.pk),
    ):
        setattr(moved, "case" if isinstance(moved, Contact) else "source", into)
        moved.version += 1
        moved.save()
    _fill(duplicate, into, ("onset_on", "isolated_on", "confirmed_on", "severity"))
    if into.source_id == duplicate.pk:
        into.source = None
    into.version += 1
    into.save()
    duplicate.merged_into = into
    duplicate.version += 1
    duplicate.save()
    note_change(
        obj=duplicate, before=duplicate.classification, after="merged", by=by, reason=into.number
    )


@transaction.atomic
def merge_contacts(*, duplicate: Contact, into: Contact, by) -> None:
    """Two rows for one contact become one: follow-up moves, the later exposure counts."""
    _check_pair(duplicate, into, by)
    if duplicate.state == ContactState.CASE:
        raise Refused(_("This contact became a case: merge the other one into it."))
    held = set(FollowUp._base_manager.filter(contact=into).values_list("date", flat=True))
    for day in FollowUp._base_manager.filter(contact=duplicate).exclude(date__in=held):
        day.contact, day.area_id = into, into.area_id
        day.version += 1
        day.save()
    _fill(duplicate, into, ())
    if into.state == ContactState.OBSERVATION:
        into.last_exposure = max(into.last_exposure, duplicate.last_exposure)
    into.version += 1
    into.save()
    before = duplicate.state
    duplicate.state, duplicate.merged_into = ContactState.MERGED, into
    duplicate.version += 1
    duplicate.save()
    note_change(obj=duplicate, before=before, after=ContactState.MERGED, by=by, reason=into.number)
