"""Raising what the sources find, refreshing what still stands, closing what is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twofronts_office.alerts.choices import STANDING, WARNING_MOVES, Urgency, WarningState
from twofronts_office.alerts.models import EarlyWarning
from twofronts_office.common.choices import Role
from twofronts_office.common.domain.notify import in_both, tell
from twofronts_office.common.domain.records import Refused, move, note_change
from twofronts_office.common.names import Pair
from twofronts_office.people.domain import people_with


@dataclass(frozen=True, slots=True)
class Finding:
    """What a source found: whom it concerns, in words with named values, and where to look."""

    kind: str
    subject: str
    area: str
    role: str
    text: str
    todo: str
    link: str = ""
    urgency: str = Urgency.ACT
    values: dict = field(default_factory=dict)


SOURCES: list[Callable[[date], Iterable[Finding]]] = []


def source(function: Callable) -> Callable:
    """Register ``function(today) -> findings``; it sees the whole city."""
    SOURCES.append(function)
    return function


def watch(*, today: date) -> dict[str, int]:
    """Ask every source; returns how many warnings were raised and how many closed."""
    found = {(f.kind, f.subject): f for ask in SOURCES for f in ask(today)}
    standing = {
        (w.kind, w.subject): w for w in EarlyWarning._base_manager.filter(state__in=STANDING)
    }
    raised = sum(_raise(f, today) for key, f in found.items() if key not in standing)
    for key, warning in standing.items():
        if key in found:
            _refresh(warning, found[key])
        else:
            _close(warning, today)
    return {"raised": raised, "closed": len(standing.keys() - found.keys())}


def _words(f: Finding) -> dict[str, str]:
    text, todo = in_both(f.text, **f.values), in_both(f.todo, **f.values)
    return {"text_zh": text[0], "text_en": text[1], "todo_zh": todo[0], "todo_en": todo[1]}


def _raise(f: Finding, today: date) -> int:
    warning = EarlyWarning(
        kind=f.kind,
        subject=f.subject,
        area_id=f.area,
        role=f.role,
        urgency=f.urgency,
        link=f.link,
        since=today,
        **_words(f),
    )
    try:
        with transaction.atomic():
            warning.save()
            note_change(obj=warning, before="", after=WarningState.OPEN)
    except IntegrityError:  # another run raised it in the same moment
        return 0
    users = {u.pk: u for r in (f.role, Role.OFFICE) for u in people_with(role=r, area=f.area)}
    tell(
        users=users.values(),
        key=f"warning-{warning.pk}",
        message=gettext_noop("Early warning: %(text)s What to do: %(todo)s"),
        text=Pair(warning.text_zh, warning.text_en),
        todo=Pair(warning.todo_zh, warning.todo_en),
        link=f"/warnings/{warning.pk}/",
    )
    return 1


def _refresh(warning: EarlyWarning, f: Finding) -> None:
    """The newest figures in the text; nobody is told again for the same warning."""
    fresh = _words(f) | {"urgency": f.urgency, "link": f.link}
    if all(getattr(warning, name) == value for name, value in fresh.items()):
        return
    for name, value in fresh.items():
        setattr(warning, name, value)
    warning.version += 1
    warning.save()


def _close(warning: EarlyWarning, today: date) -> None:
    try:
        move(
            obj=warning,
            to=WarningState.CLOSED,
            allowed=WARNING_MOVES,
            values={"closed_on": today},
        )
    except Refused:  # closed by another run, or taken up in this moment: the next run sees it
        return


def take(*, warning: EarlyWarning, by, note: str) -> None:
    """Somebody takes the warning up and says what is being done; it closes when it is over."""
    if not note.strip():
        raise Refused(_("Say what is being done."))
    move(
        obj=warning,
        to=WarningState.TAKEN,
        by=by,
        reason=note,
        allowed=WARNING_MOVES,
        values={"note": note[:500]},
    )
