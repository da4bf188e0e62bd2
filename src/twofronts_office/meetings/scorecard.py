"""What each owner delivered: on time, late, open, returned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from twofronts_office.common import clock
from twofronts_office.common.models import StateChange
from twofronts_office.meetings.choices import OPEN_TASKS, TaskState
from twofronts_office.meetings.models import Task

DELIVERED = (TaskState.DELIVERED, TaskState.DONE)


@dataclass(slots=True)
class Score:
    """Tasks of one department in one area, or of one person, that fall due in a period."""

    department: str
    area: str
    owner: str
    n: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    returned: int = 0

    @property
    def share(self) -> float | None:
        """Delivered on time of what was due by now. [1]"""
        due = self.on_time + self.late + self.overdue
        return self.on_time / due if due else None


def scorecard(*, since: date, until: date) -> list[Score]:
    """Scores of the tasks due in a period, within the open scope, the least punctual first.

    A task counts once: delivered by its day, delivered after it, or not delivered. ``overdue`` are
    those of the last that are past their day; ``returned`` is how often a delivery was not enough.
    """
    today = clock.today()
    rows = Task.objects.filter(due__gte=since, due__lte=until).exclude(state=TaskState.CANCELLED)
    rows = list(rows.select_related("owner", "area").order_by("department", "area_id", "pk"))
    again = _returned([t.pk for t in rows])
    found: dict[tuple, Score] = {}
    for task in rows:
        owner = str(task.owner) if task.owner_id else ""
        key = (task.department, task.area_id, owner)
        one = found.setdefault(
            key, Score(str(task.get_department_display()), str(task.area), owner)
        )
        one.n += 1
        one.returned += again.get(task.pk, 0)
        if task.state in DELIVERED and task.delivered_at:
            punctual = timezone.localtime(task.delivered_at).date() <= task.due
            one.on_time += punctual
            one.late += not punctual
        elif task.state in OPEN_TASKS:
            one.open += 1
            one.overdue += task.due < today
    return sorted(found.values(), key=lambda s: (s.share is None, s.share or 0.0, s.department))


def _returned(pks: list[int]) -> dict[int, int]:
    rows = StateChange.objects.filter(
        register="meetings.task", field="state", after=TaskState.RETURNED, object_id__in=pks
    )
    found = rows.order_by().values("object_id").annotate(n=Count("pk"))
    return {r["object_id"]: r["n"] for r in found}
