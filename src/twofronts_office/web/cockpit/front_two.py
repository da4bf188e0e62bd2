"""Front two: who is back at work, what binds the sectors, what moves, what the indicators say."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twofronts_office.checkpoints.choices import Actual, Decided, PassState
from twofronts_office.checkpoints.models import Checkpoint, FreightPass, Passage
from twofronts_office.common.access import Access
from twofronts_office.common.choices import Sector
from twofronts_office.common.names import english
from twofronts_office.enterprises.queries.rates import Rates, course, kept
from twofronts_office.indicators.choices import Direction
from twofronts_office.indicators.models import Indicator, Reading
from twofronts_office.plans.models import Plan
from twofronts_office.web.cockpit.facts import Fact, count, share, versus
from twofronts_office.web.cockpit.trend import table

SERIES_DAYS = 28
QUEUE, LONG_QUEUE = 30, 60  # minutes
FAR = 0.15  # further below its target than this is bad
# A rate's target is that of the indicator of this code (in %), kept by the group office.
RATES = (
    ("resumption_rate", "rate-firms", gettext_lazy("Resumption rate (firms)"), "one"),
    ("staff_return_rate", "rate-staff", gettext_lazy("Staff return rate"), "ahead"),
    ("capacity_rate", "rate-capacity", gettext_lazy("Capacity rate"), "two"),
)
# English names that are too long to stand beside a bar; the tooltip and the table have them whole
SHORT_EN = {
    "C1": "Food", "C2": "Light industry", "C3": "Petrochemicals", "C4": "Metals, minerals",
    "C6": "Electronics", "C7": "Vehicles", "F": "Trade", "G": "Transport", "H": "Hotels, catering",
    "I": "Information", "LM": "Business services", "OR": "Personal services", "Q": "Health",
    "S": "Government",
}  # fmt: skip
BINDS = {
    "nothing": gettext_lazy("nothing"),
    "labour": gettext_lazy("labour"),
    "masks": gettext_lazy("masks"),
    "input": gettext_lazy("inputs"),
    "freight": gettext_lazy("freight"),
    "demand": gettext_lazy("demand"),
}


def _sums(day: date) -> tuple[list, list[Rates]]:
    """The rates day by day up to a day, and by sector on it."""
    days = [day - timedelta(days=i) for i in range(SERIES_DAYS - 1, -1, -1)]
    series, by_sector = course(days=days)
    return [(d, r) for d, r in series if r.n_reported], by_sector


def three_rates(access: Access) -> dict | None:
    """The three rates of the newest day against their targets, and their course."""
    if not (access.may("enterprises.dailystaff", "view") and access.staff):
        return None
    day, sums = kept(access, "cockpit-rates", _sums)
    if day is None:
        return {"facts": [], "spec": None, "sectors": []}
    series, by_sector = sums
    targets = _targets(access)
    whole, before = series[-1][1], series[-2][1] if len(series) > 1 else None
    source = _("%(n)s of %(all)s enterprises") % {
        "n": count(whole.n_reported), "all": count(whole.n_enterprises),
    }  # fmt: skip
    facts = []
    for name, code, label, _tone in RATES:
        value, old = getattr(whole, name), before and getattr(before, name)
        target = targets.get(code)
        gap = None if value is None or target is None else value - target
        fact = Fact(
            str(label), share(value), f"{day}", source, reverse("rates") + f"?date={day}",
            change="" if value is None else versus(100 * value, old and 100 * old, digits=1),
            sure=_("who did not report counts as not back"), tone=_tone_of(gap),
        )  # fmt: skip
        facts.append({"fact": fact, "target": target, "value": value, "gap": _gap(gap, target)})
    return {"facts": facts, "day": day, "sectors": by_sector, **_course(series)}


def _tone_of(gap: float | None) -> str:
    if gap is None:
        return ""
    return "good" if gap >= 0 else "bad" if gap < -FAR else "warn"


def _gap(gap: float | None, target: float | None) -> str:
    if gap is None:
        return ""
    if gap >= 0:
        return _("target %s reached") % share(target, 0)
    return _("%(gap)s points below the target of %(target)s") % {
        "gap": f"{-100 * gap:.1f}", "target": share(target, 0),
    }  # fmt: skip


def _targets(access: Access) -> dict[str, float]:
    if not access.may("indicators.indicator", "view"):
        return {}
    rows = Indicator.objects.filter(code__in=[code for _n, code, _l, _t in RATES])
    return {i.code: i.target / 100 for i in rows if i.target is not None}


def _course(series: list) -> dict:
    days = [d.isoformat() for d, _r in series]
    lines = [
        {
            "name": str(label),
            "as": "line",
            "tone": tone,
            "values": [getattr(r, name) for _d, r in series],
            "dash": tone == "ahead",
        }
        for name, _code, label, tone in RATES
    ]
    columns = [(x["name"], [None if v is None else 100 * v for v in x["values"]]) for x in lines]
    return {
        "spec": {"kind": "days", "x": days, "series": lines, "min": 0, "max": 1, "percent": True},
        "table": table(days, columns, 1),
    }


def _sector(key: str, m: dict | None, r: Rates | None) -> dict:
    """One sector: what the model ``m`` allows, and what its enterprises reported (``r``)."""
    name = str(dict(Sector.choices).get(key, key))
    if m:
        name = m["name_en"] if english() else m["name_zh"]
    m = m or {}
    binds = m.get("binds", "nothing")
    return {
        "key": key, "name": name, "reported": r.capacity_rate if r else None,
        "staff": r.staff_return_rate if r else None, "model": m.get("capacity"),
        "low": m.get("capacity_low"), "high": m.get("capacity_high"),
        "binds": str(BINDS.get(binds, binds)) if m else "", "bound": m.get("share_bound"),
        "free": binds == "nothing",
    }  # fmt: skip


def sectors(by_sector: list[Rates], plan: Plan | None) -> dict | None:
    """Output reported by sector beside what the model says it could be, and what binds it."""
    two = (plan.result.get("front_two") if plan else None) or {}
    model = {s["sector"]: s for s in two.get("sectors", [])}
    reported = {r.key: r for r in by_sector}
    rows = [_sector(k, model.get(k), reported.get(k)) for k in dict.fromkeys([*model, *reported])]
    if not rows:
        return None
    lead = "model" if model else "reported"
    rows.sort(key=lambda r: r[lead] or 0.0)
    spec = {
        "kind": "bars", "percent": True, "max": 1, "more": _("%d more in the table"),
        "markName": _("reported"),
        "rows": [
            {"name": r["name"], "short": _beside(r), "value": r[lead],
             "mark": r["reported"] if model else None,
             "note": "" if r["free"] else r["binds"], "tone": "two" if r["free"] else "ahead"}
            for r in rows
        ],
    }  # fmt: skip
    return {
        "spec": spec, "rows": rows, "modelled": bool(model), "date": two.get("date", ""),
        "bound": _what_binds(rows),
    }  # fmt: skip


def _beside(row: dict) -> str:
    """The name that stands beside a sector's bar: short where it is the usual one."""
    usual = row["name"] == str(dict(Sector.choices).get(row["key"], ""))
    return SHORT_EN.get(row["key"], row["name"]) if usual and english() else row["name"]


def _what_binds(rows: list[dict]) -> str:
    """How many sectors each thing binds, the most first."""
    n: dict[str, int] = {}
    for r in rows:
        if not r["free"]:
            n[r["binds"]] = n.get(r["binds"], 0) + 1
    most = sorted(n.items(), key=lambda kv: -kv[1])
    return ", ".join(_("%(what)s: %(n)d sectors") % {"what": k, "n": v} for k, v in most)


def _checkpoints(today: date) -> Fact:
    rows = Checkpoint.objects.filter(decided=Decided.REMOVE)
    n, left = rows.count(), rows.filter(actual=Actual.OPERATING).count()
    working = Checkpoint.objects.filter(actual=Actual.OPERATING).count()
    return Fact(
        _("Checkpoints to remove, still operating"), f"{left} / {n}", f"{today}",
        _("register of checkpoints"),
        reverse("checkpoints-list") + "?decided=remove&actual=operating",
        sure=_("%s operate in all") % count(working), tone="warn" if left else "good",
    )  # fmt: skip


def _queue() -> Fact | None:
    day = Passage.objects.aggregate(d=Max("date"))["d"]
    if day is None:
        return None
    s = Passage.objects.filter(date=day).aggregate(
        v=Sum("vehicles"), p=Sum("screened"), q=Max("queue_minutes")
    )
    return Fact(
        _("Longest queue"), _("%s min") % count(s["q"]), f"{day}", _("checkpoint counts"),
        reverse("checkpoint-counts-list") + f"?date_from={day}",
        sure=_("%(v)s vehicles, %(p)s persons screened") % {"v": count(s["v"]), "p": count(s["p"])},
        tone="bad" if s["q"] >= LONG_QUEUE else "warn" if s["q"] >= QUEUE else "good",
    )  # fmt: skip


def _bound_by_freight(plan: Plan) -> Fact | None:
    two = plan.result.get("front_two") or {}
    if not two.get("freight"):
        return None
    n = len(two["freight"].get("sectors_bound", []))
    return Fact(
        _("Sectors bound by freight"), count(n), two["date"], _("situation no. %d") % plan.pk,
        reverse("plans-detail", args=[plan.pk]),
        sure=_("some sector in %s of the draws") % share(two["freight"].get("share_bound"), 0),
        tone="warn" if n else "good",
    )  # fmt: skip


def _passes(access: Access, today: date) -> Fact:
    """How many freight passes are in force; the passes themselves are for whoever may view them.

    A pass names a driver and a vehicle, their number nobody: it is counted over the whole city.
    """
    rows = FreightPass._base_manager.filter(state=PassState.IN_FORCE, valid_until__gte=today)
    link = reverse("freight-passes-list") + f"?state=in_force&valid_until_from={today}"
    return Fact(
        _("Freight passes in force"), count(rows.count()), f"{today}", _("register of passes"),
        link if access.may("checkpoints.freightpass", "view") else "",
    )  # fmt: skip


def freight(access: Access, plan: Plan | None, today: date) -> list[Fact]:
    """Checkpoints against what was decided, queues, passes, and freight's part in what binds."""
    found: list[Fact | None] = []
    if access.may("checkpoints.checkpoint", "view"):
        found.append(_checkpoints(today))
    if access.may("checkpoints.passage", "view"):
        found.append(_queue())
    found.append(_passes(access, today))
    if plan:
        found.append(_bound_by_freight(plan))
    return [f for f in found if f is not None]


def _judged(one: Indicator, last: Reading | None) -> tuple[str, str]:
    """What a reading is, in words and tone: the bottom line first, then the target."""
    if last is None:
        return _("no reading"), "plain"
    if one.breached_by(last.value):
        return _("bottom line crossed"), "bad"
    if one.target is None:
        return _("read"), "plain"
    more = one.direction == Direction.MORE
    met = last.value >= one.target if more else last.value <= one.target
    return (_("target met"), "good") if met else (_("short of target"), "warn")


def indicators(access: Access) -> list[dict]:
    """The newest reading of each indicator beside its target and bottom line, the worst first."""
    if not access.may("indicators.indicator", "view"):
        return []
    newest: dict[int, list[Reading]] = {}
    since = Reading.objects.aggregate(d=Max("date"))["d"]
    if since:
        rows = Reading.objects.filter(date__gt=since - timedelta(days=SERIES_DAYS))
        for r in rows.order_by("-date"):
            newest.setdefault(r.indicator_id, []).append(r)
    found = []
    for one in Indicator.objects.exclude(code__in=[code for _n, code, _l, _t in RATES]):
        held = newest.get(one.pk, [])
        last = held[0] if held else None
        state, tone = _judged(one, last)
        found.append(
            {
                "name": one.name, "unit": one.unit_said, "value": last.value if last else None,
                "date": last.date if last else None, "target": one.target,
                "line": one.bottom_line, "state": state, "tone": tone, "change": _step(held),
                "link": reverse("indicators-detail", args=[one.pk]),
            }
        )  # fmt: skip
    order = {"bad": 0, "warn": 1}
    return sorted(found, key=lambda r: order.get(r["tone"], 2))


def _step(held: list[Reading]) -> str:
    return versus(held[0].value, held[1].value, digits=1) if len(held) > 1 else ""
