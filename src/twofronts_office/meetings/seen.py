"""What a meeting saw, frozen when it is opened: written once, answerable ever after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date

from django.db.models import Max
from django.utils import timezone, translation

from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common import clock
from twofronts_office.communities.choices import Level
from twofronts_office.communities.models import Community
from twofronts_office.enterprises.models import DailyStaff
from twofronts_office.enterprises.queries.rates import rates
from twofronts_office.meetings.agenda import follow_up, points
from twofronts_office.meetings.choices import OPEN_TASKS
from twofronts_office.meetings.models import Meeting, Seen, Task
from twofronts_office.reports.choices import COUNTS
from twofronts_office.reports.domain import current, handed_in
from twofronts_office.reports.models import DailyReport

LANGUAGES = ("zh-hans", "en")
HEADLINE = (
    "new_confirmed", "cum_confirmed", "cum_cured", "in_hospital", "severe", "contacts_observed",
)  # fmt: skip
RATES = ("resumption_rate", "staff_return_rate", "capacity_rate")
ATTACHED: list[
    Callable
] = []  # each returns (name, plain values) of something laid before a meeting


def attached(function: Callable) -> Callable:
    """Register ``function() -> (name, dict) or None``: a document that meetings get."""
    ATTACHED.append(function)
    return function


def attachments() -> dict[str, dict]:
    """What lies before a meeting now: the newest situation, the newest brief."""
    return dict(found for give in ATTACHED if (found := give()) is not None)


def look(meeting: Meeting) -> dict:
    """What a meeting sees now, as plain values; the office's own scope must be open."""
    day = newest_day()
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = [p.plain() for p in points(meeting)]
    return {
        "day": day.isoformat() if day else "",
        "reports": [_report(r) for r in current(day=day)] if day else [],
        "figures": figures(day),
        "agenda": said,
        "follow_up": [_task(t) for t in follow_up(meeting)],
        **attachments(),
    }


def figures(day: date | None) -> dict:
    """The figures of both fronts, from the registers, unrounded."""
    found: dict = {}
    if day is not None:
        city = next((r for r in current(day=day) if r.area.level == "city"), None)
        if city is not None:
            found |= {name: getattr(city, name) for name in HEADLINE}
    staffed = DailyStaff.objects.aggregate(d=Max("date"))["d"]
    if staffed is not None:
        whole = rates(day=staffed)[0]
        found |= {"rates_day": staffed.isoformat()} | {n: getattr(whole, n) for n in RATES}
    tasks = Task.objects.filter(state__in=OPEN_TASKS)
    return found | {
        "restricted": Community.objects.exclude(level=Level.OPEN).count(),
        "checkpoints_left": Checkpoint.objects.filter(decided="remove", actual="operating").count(),
        "tasks_open": tasks.count(),
        "tasks_overdue": tasks.filter(due__lt=clock.today()).count(),
    }


def newest_day() -> date | None:
    """The newest day with a report of the city, or with any report."""
    rows = handed_in()
    city = rows.filter(area__level="city").aggregate(d=Max("date"))["d"]
    return city or rows.aggregate(d=Max("date"))["d"]


def _report(row: DailyReport) -> dict:
    return {
        "pk": row.pk, "area": row.area_id, "name_zh": row.area.name_zh,
        "name_en": row.area.name_en, "revision": row.revision, "version": row.version,
        "state": row.state, **{name: getattr(row, name) for name in COUNTS},
    }  # fmt: skip


def _task(task: Task) -> dict:
    delivered = timezone.localtime(task.delivered_at).isoformat("T", "minutes") if (
        task.delivered_at
    ) else ""  # fmt: skip
    return {
        "pk": task.pk, "title": task.title, "department": task.department, "area": task.area_id,
        "owner": str(task.owner or ""), "due": task.due.isoformat(), "state": task.state,
        "delivered_at": delivered, "evidence": task.evidence,
    }  # fmt: skip


def digest_of(data: dict) -> str:
    """SHA-256 of what was seen, in one canonical form."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def freeze(meeting: Meeting) -> Seen:
    """Write down what the meeting sees; a second time it returns what was written."""
    held = Seen.objects.filter(meeting=meeting).first()
    if held is not None:
        return held
    data = json.loads(json.dumps(look(meeting), ensure_ascii=False))
    row = Seen(meeting=meeting, at=clock.now(), data=data, digest=digest_of(data))
    row.save()
    return row


def changed_since(seen: Seen) -> list[dict]:
    """Reports that say something else now: seen and present counts, and the present revision."""
    day = seen.data.get("day")
    if not day:
        return []
    now = {r.area_id: r for r in current(day=date.fromisoformat(day))}
    found = []
    for was in seen.data["reports"]:
        row = now.get(was["area"])
        if row is None:
            continue
        moved = [
            (name, was.get(name), getattr(row, name))
            for name in COUNTS
            if was.get(name) != getattr(row, name)
        ]
        if moved or row.revision != was["revision"]:
            found.append({"was": was, "now": row, "moved": moved})
    return found
