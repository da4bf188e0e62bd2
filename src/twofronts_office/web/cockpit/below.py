"""Below the fronts: supplies, warnings, tasks, filings and needs of the day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from twofronts_office.alerts.choices import STANDING, Urgency, WarningKind
from twofronts_office.alerts.models import EarlyWarning
from twofronts_office.checkpoints.choices import Actual, Decided
from twofronts_office.common.access import Access
from twofronts_office.effects.choices import ChangeKind, ChangeState
from twofronts_office.effects.models import Change
from twofronts_office.enterprises.models import Enterprise, Filing
from twofronts_office.meetings.choices import OPEN_TASKS
from twofronts_office.meetings.models import Task
from twofronts_office.needs.choices import NeedKind, NeedState
from twofronts_office.needs.models import Need
from twofronts_office.supplies.domain import cover
from twofronts_office.web.cockpit.facts import Fact, count

# a confirmed change that the thing itself shows: the community's level, the checkpoint on the road
STANDS = Q(state=ChangeState.CONFIRMED) & (
    Q(kind=ChangeKind.COMMUNITY, community__level=F("planned"))
    | Q(planned=Decided.REMOVE, checkpoint__actual=Actual.REMOVED)
    | Q(planned=Decided.KEEP, checkpoint__actual=Actual.OPERATING)
    | Q(kind=ChangeKind.FILING)
)
SHOWN_COVER_DAYS = 30  # a longer cover is drawn as this
SHOWN = 6
MANY = 3  # more warnings of one kind than this are one line


def warnings(access: Access) -> dict | None:
    """What stands, the gravest kind first; many of one kind are one line."""
    if not access.may("alerts.earlywarning", "view"):
        return None
    by_kind: dict[str, list[EarlyWarning]] = {}
    rows = EarlyWarning.objects.filter(state__in=STANDING).select_related("area")
    for w in rows.order_by("urgency", "-since", "pk"):
        by_kind.setdefault(w.kind, []).append(w)
    lines = []
    for kind in WarningKind:
        held = by_kind.get(kind, [])
        if len(held) > MANY:
            lines.append(_group(kind, held))
        else:
            lines += [_line(w) for w in held]
    lines.sort(key=lambda x: x["urgency"] != Urgency.ACT)
    n = sum(len(held) for held in by_kind.values())
    act = sum(w.urgency == Urgency.ACT for held in by_kind.values() for w in held)
    link = reverse("warnings-list")
    return {"rows": lines[:SHOWN], "n": n, "more": len(lines) > SHOWN, "act": act, "link": link}


def _line(w: EarlyWarning) -> dict:
    return {
        "text": w.text, "todo": w.todo, "who": f"{w.get_role_display()} · {w.area}",
        "urgency": w.urgency, "word": w.get_urgency_display(),
        "link": reverse("warnings-detail", args=[w.pk]),
    }  # fmt: skip


def _group(kind: WarningKind, held: list[EarlyWarning]) -> dict:
    first = held[0]
    names = ", ".join(str(w.area) for w in held[:MANY])
    text = _("%(kind)s: %(n)d (%(names)s and more)") % {
        "kind": str(kind.label).capitalize(), "n": len(held), "names": names,
    }  # fmt: skip
    return _line(first) | {
        "text": text, "who": first.get_role_display(),
        "link": reverse("warnings-list") + f"?kind={kind.value}",
    }  # fmt: skip


def supplies(access: Access) -> dict | None:
    """Days of cover of each good beside its floor, the shortest first."""
    if not access.may("supplies.stockreport", "view"):
        return None
    rows = []
    for t in cover():
        days, good = t["cover_days"], t["good"]
        rows.append(
            {
                "name": good.name,
                "days": days,
                "floor": good.floor_days,
                "short": t["short"],
                "date": t["date"],
                "stock": t["stock"],
                "unit": good.unit_said,
                "link": reverse("stocks-list") + f"?good={good.pk}",
            }
        )
    spec = {
        "kind": "bars",
        "unit": _("days"),
        "markName": _("floor"),
        "max": SHOWN_COVER_DAYS,
        "more": _("%d more in the table"),
        "rows": [
            {
                "name": r["name"],
                "mark": r["floor"],
                "tone": "bad" if r["short"] else "two",
                "value": SHOWN_COVER_DAYS
                if r["days"] is None
                else min(r["days"], SHOWN_COVER_DAYS),
                "text": "∞" if r["days"] is None else f"{r['days']:g}",
                "note": _("short") if r["short"] else "",
            }
            for r in rows
        ],
    }
    return {"rows": rows, "spec": spec, "n": sum(r["short"] for r in rows)}


def tasks(access: Access, today: date) -> dict | None:
    if not access.may("meetings.task", "view"):
        return None
    held = Task.objects.filter(state__in=OPEN_TASKS)
    n = held.aggregate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=today)))
    late = held.filter(due__lt=today).select_related("area", "owner").order_by("due", "pk")
    rows = [
        {
            "title": str(t),
            "due": t.due,
            "days": (today - t.due).days,
            "area": t.area,
            "who": t.owner or t.get_department_display(),
            "link": reverse("tasks-detail", args=[t.pk]),
        }
        for t in late[:SHOWN]
    ]
    link = reverse("tasks-list") + f"?due_to={today - timedelta(days=1)}"
    return {"n": n["n"], "late": n["late"], "rows": rows, "link": link}


def operation(access: Access) -> list[dict]:
    """What was decided for communities, checkpoints and filings, and what of it is in operation."""
    if not access.may("effects.change", "view"):
        return []
    gone = (ChangeState.REPLACED, ChangeState.WITHDRAWN)
    rows = Change.objects.exclude(state__in=gone).order_by().values("kind")
    counts = {
        r["kind"]: r
        for r in rows.annotate(
            n=Count("pk"), confirmed=Count("pk", filter=Q(state=ChangeState.CONFIRMED)),
            waiting=Count("pk", filter=Q(state=ChangeState.PROPOSED)),
            stands=Count("pk", filter=STANDS),
        )
    }  # fmt: skip
    found = []
    for kind in ChangeKind:
        if kind in counts:
            row = counts[kind]
            refused = row["n"] - row["confirmed"] - row["waiting"]
            link = reverse("changes-list") + f"?kind={kind.value}"
            found.append(row | {"name": kind.label, "refused": refused, "link": link})
    return found


def _filings(day: date) -> tuple[int, int]:
    start = timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time()))
    rows = Filing.objects.filter(received_at__gte=start - timedelta(days=1))
    rows = rows.filter(received_at__lt=start + timedelta(days=1))
    n = rows.aggregate(
        today=Count("pk", filter=Q(received_at__gte=start)),
        before=Count("pk", filter=Q(received_at__lt=start)),
    )
    return n["today"], n["before"]


def desk(access: Access, today: date) -> list[Fact]:
    """Filings and needs of today."""
    found = []
    if access.may("enterprises.filing", "view"):
        now, before = _filings(today)
        inforce = Enterprise.objects.filter(effective_since__isnull=False).count()
        found.append(
            Fact(
                _("Filings today"),
                count(now),
                f"{today}",
                _("register of filings"),
                reverse("filings-list") + f"?received_at_from={today}",
                change=_("yesterday: %s") % count(before),
                sure=_("%s enterprises with a filing in force") % count(inforce),
            )
        )
    if access.may("needs.need", "view"):
        open_ = Need.objects.filter(state=NeedState.OPEN)
        n = open_.aggregate(n=Count("pk"), late=Count("pk", filter=Q(needed_by__lte=today)))
        kinds = dict(NeedKind.choices)
        by_kind = ", ".join(
            f"{kinds[r['kind']]} {r['n']}"
            for r in open_.order_by().values("kind").annotate(n=Count("pk")).order_by("-n")
        )
        found.append(
            Fact(
                _("Needs without an offer"),
                count(n["n"]),
                f"{today}",
                _("needs desk"),
                reverse("needs-list") + "?state=asked",
                change=by_kind,
                sure=_("%s needed today or before") % count(n["late"]),
                tone="bad" if n["late"] else "good",
            )
        )
    return found
