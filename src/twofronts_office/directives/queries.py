"""How far what was directed is carried out: through its decisions to their tasks and changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from twofronts_office.directives.choices import ItemState, Progress
from twofronts_office.directives.models import Item
from twofronts_office.effects.choices import ChangeState
from twofronts_office.meetings.choices import DecisionState, TaskState


@dataclass(frozen=True, slots=True)
class Trace:
    """An item, the decisions that carry it out, and how far they are."""

    item: Item
    progress: str
    decisions: list = field(default_factory=list)  # (decision, tasks)

    @property
    def progress_name(self) -> str:
        """The progress in words."""
        return str(Progress(self.progress).label)


def traces(items: Iterable[Item]) -> list[Trace]:
    """Trace items to decisions and tasks, in a fixed number of queries."""
    rows = items.prefetch_related("decisions__tasks", "decisions__changes")
    found = []
    for item in rows:
        held = [(d, list(d.tasks.all())) for d in item.decisions.all()]
        found.append(Trace(item, _progress(held), held))
    return found


def _progress(held: list) -> str:
    decided = [(d, tasks) for d, tasks in held if d.state == DecisionState.DECIDED]
    if decided and all(_carried_out(d, tasks) for d, tasks in decided):
        return Progress.DONE
    if decided:
        return Progress.DECIDED
    if any(d.state == DecisionState.DRAFT for d, _tasks in held):
        return Progress.DRAFTED
    return Progress.NONE


def _carried_out(decision, tasks: list) -> bool:
    """All its tasks are done; or, where it has none, all its changes are confirmed."""
    live = [t for t in tasks if t.state != TaskState.CANCELLED]
    if live:
        return all(t.state == TaskState.DONE for t in live)
    gone = (ChangeState.REPLACED, ChangeState.WITHDRAWN)
    changes = [c for c in decision.changes.all() if c.state not in gone]
    return bool(changes) and all(c.state == ChangeState.CONFIRMED for c in changes)


def not_carried_out() -> list[Trace]:
    """Items in the record that are not carried out yet, the earliest due first."""
    rows = Item.objects.filter(state=ItemState.ACCEPTED).select_related("directive")
    found = [t for t in traces(rows) if t.progress != Progress.DONE]
    return sorted(
        found,
        key=lambda t: (t.item.due is None, t.item.due or t.item.directive.issued_on, t.item.pk),
    )
