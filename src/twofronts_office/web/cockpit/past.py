"""What stood on each day: checkpoints, levels of communities and filings, from their records.

A day that is over is told as it ended. The day of the newest report is told as the registers stand
now, since that is where the page opens. Of days ahead it is told what has been decided with a day:
a checkpoint to be removed, a restriction that ends unless it is renewed; filings are not known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from django.db.models import Count, Min
from django.utils import timezone

from twofronts_office.checkpoints.choices import Actual, Decided
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.models import StateChange
from twofronts_office.communities.choices import Level
from twofronts_office.communities.models import Community
from twofronts_office.enterprises.choices import EFFECTIVE, FilingState
from twofronts_office.enterprises.models import Enterprise, Filing

UNKNOWN = ""
RUNS = list[tuple[int, str]]  # from which day on, by its place, a thing stood how


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the slider: ISO dates in order, of which ``now`` is the newest reported one."""

    shown: Sequence[str]
    now: int
    today: date

    def place(self, day: date) -> int:
        """The first of the days shown that is this one or a later one; at most ``now`` for today.

        What happened since the newest report stands where the page opens.
        """
        i = bisect_left(self.shown, day.isoformat())
        return min(i, self.now) if day <= self.today else i


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def runs(days: Days, steps: Iterable[tuple[date, str]]) -> RUNS:
    """From steps in order of time to runs over the days shown.

    Of several steps that fall on one place the last one counts; equal neighbours are one run.
    """
    at: dict[int, str] = {0: UNKNOWN}
    for day, state in steps:
        at[days.place(day)] = state
    found: RUNS = []
    for i in sorted(at):
        if i < len(days.shown) and (not found or found[-1][1] != at[i]):
            found.append((i, at[i]))
    return found


def state_on(found: RUNS, i: int) -> str:
    """How a thing stood on a day, by its place."""
    state = UNKNOWN
    for start, then in found:
        if start > i:
            break
        state = then
    return state


def _versions(model, keys: Sequence[int], *names: str) -> dict[int, list[tuple]]:
    """Day and values of each version of rows that were themselves reached within the scope."""
    found: dict[int, list[tuple]] = defaultdict(list)
    rows = model.history.filter(id__in=keys).order_by("history_date", "history_id")
    for key, at, *values in rows.values_list("id", "history_date", *names):
        found[key].append((_day(at), *values))
    return found


def checkpoint_kind(actual: str, decided: str) -> str:
    """How a checkpoint is drawn: removed, still standing though it is to go, or operating."""
    if actual == Actual.REMOVED:
        return "gone"
    return "late" if decided == Decided.REMOVE else "works"


def checkpoints(days: Days, rows: Sequence[Checkpoint]) -> dict[int, RUNS]:
    """How each checkpoint stood on each day.

    Ahead, one that is to be removed is ``planned`` to be gone, from the day set for it on.
    """
    held = _versions(Checkpoint, [c.pk for c in rows], "actual", "decided")
    found = {}
    for c in rows:
        steps = [(day, checkpoint_kind(actual, decided)) for day, actual, decided in held[c.pk]]
        kind = checkpoint_kind(c.actual, c.decided)
        steps.append((days.today, kind))
        if kind == "late" and c.act_by and c.act_by > days.today:
            steps.append((c.act_by, "planned"))
        found[c.pk] = runs(days, steps)
    return found


def communities(days: Days, rows: Sequence[Community]) -> dict[int, RUNS]:
    """The level of each community on each day.

    The first version says since when its level had been in force before the office held it. Ahead,
    a restriction stands as ``ends`` from the day after its end, unless it is renewed by then.
    """
    held = _versions(Community, [c.pk for c in rows], "level", "since")
    found = {}
    for c in rows:
        steps = [(day, level) for day, level, _since in held[c.pk]]
        if steps and held[c.pk][0][2]:
            steps.insert(0, (min(held[c.pk][0][2], steps[0][0]), steps[0][1]))
        steps.append((days.today, c.level))
        if c.level != Level.OPEN and c.until:
            steps.append((max(c.until, days.today) + timedelta(days=1), "ends"))
        found[c.pk] = runs(days, steps)
    return found


def filings(days: Days, districts: Sequence[str]) -> dict[str, list[int | None]]:
    """Enterprises whose filing was in force at the end of each day, by district; None if unknown.

    Parameters
    ----------
    days : Days
    districts : sequence of str
        Codes of six digits.

    Returns
    -------
    dict of str to list
        As long as the days shown; days ahead are None.
    """
    n = days.now + 1
    steps = {code: [0] * (n + 1) for code in districts}

    def add(area: str, start: date | None, end: date | None, count: int) -> None:
        row = steps.get(area[:6])
        if row is None:
            return
        # without a day it is in force now, and since when is not known
        first = days.now if start is None else days.place(start)
        last = n if end is None else days.place(end)
        if first < min(last, n):
            row[first] += count
            row[min(last, n)] -= count

    live = Enterprise.objects.filter(state__in=(*EFFECTIVE, FilingState.SUSPENDED)).order_by()
    for area, start, count in live.values_list("area_id", "effective_since").annotate(
        n=Count("pk")
    ):
        add(area, start, None, count)
    over = Filing.objects.filter(withdrawn_at__isnull=False).order_by()
    spans = over.values("enterprise_id", "area_id", "withdrawn_at").annotate(
        start=Min("received_at")
    )
    for span in spans:
        add(span["area_id"], _day(span["start"]), _day(span["withdrawn_at"]), 1)
    for area, start, end in _suspended():
        add(area, start, end, -1)
    first, ahead = _first_filing(days), [None] * (len(days.shown) - n)
    return {
        code: [None if i < first else k for i, k in enumerate(list(accumulate(row))[:n])] + ahead
        for code, row in steps.items()
    }


def _suspended() -> Iterable[tuple[str, date, date | None]]:
    """Area, first day and day after of each suspension."""
    reach = dict(Enterprise.objects.filter(pk__in=_ever_suspended()).values_list("pk", "area_id"))
    held = StateChange.objects.filter(register="enterprises.enterprise", field="state")
    began: dict[int, date] = {}
    rows = held.filter(object_id__in=list(reach)).order_by("at", "pk")
    for key, after, at in rows.values_list("object_id", "after", "at"):
        if after == FilingState.SUSPENDED:
            began.setdefault(key, _day(at))
        elif key in began:
            yield reach[key], began.pop(key), _day(at)
    for key, day in began.items():
        yield reach[key], day, None


def _ever_suspended() -> list[int]:
    held = StateChange.objects.filter(
        register="enterprises.enterprise", field="state", after=FilingState.SUSPENDED
    )
    return list(held.order_by().values_list("object_id", flat=True).distinct())


def _first_filing(days: Days) -> int:
    """The place of the first day on which a filing was in force; none before it was possible."""
    # two small questions: joined they would read every filing of every enterprise
    since = Enterprise.objects.aggregate(a=Min("effective_since"))["a"]
    received = Filing.objects.aggregate(b=Min("received_at"))["b"]
    known = [d for d in (since, received and _day(received)) if d is not None]
    return days.place(min(known)) if known else days.now


def tallies(
    days: Days, districts: Sequence[str], held: Iterable[tuple[str, RUNS]], counted: set[str]
) -> dict[str, list[int | None]]:
    """How many things of each district stood in one of some ways on each day.

    A day on which nothing is known of any of a district's things is None; a district without any
    has none on any day.
    """
    n = len(days.shown)
    steps = {code: ([0] * (n + 1), [0] * (n + 1)) for code in districts}
    some = set()
    for code, found in held:
        if code not in steps:
            continue
        some.add(code)
        ends = [start for start, _state in found[1:]] + [n]
        for (start, state), end in zip(found, ends, strict=True):
            for row, wanted in zip(steps[code], (state in counted, state != UNKNOWN), strict=True):
                row[start] += wanted
                row[end] -= wanted
    out: dict[str, list[int | None]] = {}
    for code, rows in steps.items():
        sums = zip(*(list(accumulate(row))[:n] for row in rows), strict=True)
        out[code] = [k if known or code not in some else None for k, known in sums]
    return out
