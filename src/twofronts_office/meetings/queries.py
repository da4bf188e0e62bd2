"""Planned against actual: what was decided, what its owners confirmed, and what is so today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twofronts_office.checkpoints.choices import Actual, Decided
from twofronts_office.common import clock
from twofronts_office.common.choices import Line
from twofronts_office.effects.choices import ChangeKind, ChangeState
from twofronts_office.effects.models import Change
from twofronts_office.enterprises.conditions import as_planned, in_force
from twofronts_office.meetings.choices import DecisionState, TaskState
from twofronts_office.meetings.models import Decision, Meeting, Task


@dataclass(frozen=True, slots=True)
class PlannedActual:
    """One decision in force: planned and actual in words, and the shares behind them.

    ``confirmed`` is the share of proposed changes that their owners confirmed, ``done`` the share
    of places, conditions or tasks that are today as decided; None where there are none. [1]
    """

    decision: int
    line: str
    line_name: str
    planned: str
    actual: str
    confirmed: float | None
    done: float | None
    n: int
    waiting: int
    declined: int
    expired: int
    link: str

    @property
    def tone(self) -> str:
        """A word for how far it is; pages show it beside the share."""
        if self.done is None:
            return "plain"
        if self.done >= 1:
            return "good"
        return "bad" if self.declined or self.expired else "warn"


def in_operation():
    """Decisions in force: the newest decided one of each measure, and the last meeting's others.

    One about a single checkpoint stands beside that of its measure until its last day.
    """
    decided = Decision.objects.filter(state=DecisionState.DECIDED).select_related("meeting")
    newest: dict[str, Decision] = {}
    for one in decided.exclude(measure="").order_by("meeting__held_at", "pk"):
        newest[one.about] = one
    last = Meeting.objects.exclude(decisions=None).order_by("-held_at").first()
    others = list(decided.filter(measure="", meeting=last)) if last else []
    lines = list(Line.values)
    rows = [*(d for d in newest.values() if not d.over), *others]
    return sorted(rows, key=lambda d: (lines.index(d.line), d.measure == "", d.pk))


def planned_against_actual(access) -> list[PlannedActual]:
    """What is decided against what is so, by line of work, in a fixed number of queries.

    Parameters
    ----------
    access : Access
        Of the reader; rows are limited by the open scope, links by what the access may view.

    Returns
    -------
    list of PlannedActual
        One for each decision in force whose changes or tasks lie in the reader's area.
    """
    if not access.may("meetings.decision", "view"):
        return []
    decisions = in_operation()
    pks = [d.pk for d in decisions]
    states = _states(pks) if access.may("effects.change", "view") else {}
    actual = _actual(pks)
    tasks = _tasks(pks)
    found = []
    for d in decisions:
        if d.pk in states:
            found.append(_from_changes(d, states[d.pk], actual.get(d.pk, 0), access))
        else:
            found.append(_from_tasks(d, tasks.get(d.pk, Counter()), access))
    return found


def _states(pks: list[int]) -> dict[int, Counter]:
    found: dict[int, Counter] = {}
    rows = Change.objects.filter(decision__in=pks).order_by().values("decision", "state")
    for row in rows.annotate(n=Count("pk")):
        found.setdefault(row["decision"], Counter())[row["state"]] = row["n"]
    return found


def _actual(pks: list[int]) -> Counter:
    """How many places and conditions are today as a decision planned them."""
    so = (
        Q(kind=ChangeKind.COMMUNITY, community__level=F("planned"))
        | Q(planned=Decided.REMOVE, checkpoint__actual=Actual.REMOVED)
        | Q(planned=Decided.KEEP, checkpoint__actual=Actual.OPERATING)
    )
    rows = Change.objects.filter(so, decision__in=pks).order_by().values("decision")
    found = Counter({r["decision"]: r["n"] for r in rows.annotate(n=Count("pk"))})
    held = {(c.area_id, c.group, c.part): c for c in in_force(day=clock.today())}
    for change in Change.objects.filter(decision__in=pks, kind=ChangeKind.FILING):
        terms = change.terms
        now = held.get((change.area_id, change.group, terms.get("part")))
        found[change.decision_id] += now is not None and as_planned(now, terms)
    return found


def _tasks(pks: list[int]) -> dict[int, Counter]:
    found: dict[int, Counter] = {}
    rows = Task.objects.filter(decision__in=pks).exclude(state=TaskState.CANCELLED).order_by()
    for row in rows.values("decision", "state").annotate(n=Count("pk")):
        found.setdefault(row["decision"], Counter())[row["state"]] = row["n"]
    return found


def _row(d: Decision, **more) -> PlannedActual:
    return PlannedActual(
        decision=d.pk, line=d.line, line_name=str(Line(d.line).label), planned=d.said, **more
    )


def _from_changes(d: Decision, states: Counter, so: int, access) -> PlannedActual:
    n = sum(states.values()) - states[ChangeState.REPLACED]
    link = reverse("changes-list") + f"?decision={d.pk}"
    said = ngettext("%(so)s of %(n)s is so", "%(so)s of %(n)s are so", n) % {"so": so, "n": n}
    return _row(
        d, actual=said, n=n, link=link, done=so / n if n else None,
        confirmed=states[ChangeState.CONFIRMED] / n if n else None,
        waiting=states[ChangeState.PROPOSED], declined=states[ChangeState.DECLINED],
        expired=states[ChangeState.EXPIRED],
    )  # fmt: skip


def _from_tasks(d: Decision, states: Counter, access) -> PlannedActual:
    n, done = sum(states.values()), states[TaskState.DONE]
    said = ngettext("%(done)s of %(n)s task done", "%(done)s of %(n)s tasks done", n)
    text = said % {"done": done, "n": n} if n else _("no task carries it out yet")
    return _row(
        d, actual=text, n=n, link=reverse("decisions-detail", args=[d.pk]), confirmed=None,
        done=done / n if n else None, waiting=states[TaskState.SENT], declined=0, expired=0,
    )  # fmt: skip
