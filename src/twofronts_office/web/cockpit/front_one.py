"""Front one: the outbreak as the reports and the newest situation tell it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from twofronts_office.care.models import BedReport, Hospital
from twofronts_office.common.access import Access
from twofronts_office.common.models import StateChange
from twofronts_office.common.names import english
from twofronts_office.plans.choices import PlanKind, PlanState
from twofronts_office.plans.models import Plan
from twofronts_office.reports.domain import handed_in
from twofronts_office.reports.models import DailyReport
from twofronts_office.web.cockpit.facts import Fact, chance, count, decimal, share, versus

SHOWN_DAYS = 100
FULL, OVERFULL = 0.7, 0.9  # of the designated beds
# count of the reports, and whether more of it is worse (None: neither)
COUNTS = (
    ("new_confirmed", True),
    ("suspected", True),
    ("contacts_observed", None),
    ("cum_cured", False),
    ("in_hospital", True),
    ("cum_deaths", True),
)


def _labels() -> dict[str, str]:
    return {
        "new_confirmed": _("New confirmed"),
        "suspected": _("Suspected"),
        "contacts_observed": _("Isolated, under observation"),
        "cum_cured": _("Cured in all"),
        "in_hospital": _("In hospital"),
        "cum_deaths": _("Deaths in all"),
    }


def newest_reports(today: date) -> list[DailyReport]:
    """The widest area's reports, one for each day, the newest revision that was handed in."""
    rows = (
        handed_in()
        .filter(date__gt=today - timedelta(days=SHOWN_DAYS + 7))
        .filter(area__level__in=["city", "district"])
        .select_related("area")
    )
    place = (  # "city" sorts before "district"
        rows.order_by("area__level", "area_id").values_list("area_id", flat=True).first()
    )
    of_place = rows.filter(area_id=place).order_by("date", "revision")
    by_day = {r.date: r for r in of_place}  # the newest revision comes last
    return list(by_day.values())


def _suspected(plan: Plan | None) -> Fact | None:
    """What the register of cases held as suspected when the situation was worked out."""
    register = (plan.result.get("register") if plan else None) or {}
    if not register.get("used"):
        return None
    return Fact(
        str(_labels()["suspected"]), count(register["suspected"]), plan.result["as_of"],
        _("register of cases"), reverse("plans-detail", args=[plan.pk]),
        tone="warn" if register["suspected"] else "good",
    )  # fmt: skip


def report_facts(rows: list[DailyReport], plan: Plan | None = None) -> list[Fact]:
    """Each count from the newest report that states it, with its own day.

    Suspected cases that no report states are those of the register of cases.
    """
    labels = _labels()
    found = []
    for name, worse in COUNTS:
        held = [r for r in rows if getattr(r, name) is not None]
        if not held:
            none = Fact(
                labels[name], "–", sure=_("no report states it"), link=reverse("reports-list")
            )
            found.append((_suspected(plan) if name == "suspected" else None) or none)
            continue
        last, before = held[-1], held[-2] if len(held) > 1 else None
        now = getattr(last, name)
        old = getattr(before, name) if before else None
        tone = ""
        if worse is not None and old is not None and now != old:
            tone = "warn" if (now > old) == worse else "good"
        if name == "new_confirmed" and now == 0:
            tone = "good"
        found.append(
            Fact(
                labels[name],
                count(now),
                as_of=f"{last.date}",
                source=_("daily report, rev. %d") % last.revision,
                link=reverse("reports-detail", args=[last.pk]),
                change=versus(now, old, before.date if before else None),
                tone=tone,
            )
        )
    return found


def _last(values: list) -> Any:
    return next((v for v in reversed(values) if v is not None), None)


def estimates(plan: Plan) -> list[Fact]:
    """Reproduction number, growth, is it over: with their intervals."""
    s = plan.result["situation"]
    city, link = s["areas"]["city"], reverse("plans-detail", args=[plan.pk])
    source, day = _("situation no. %d") % plan.pk, s["as_of"]
    r = {q: _last(city["estimated_r"][q]) for q in ("0.05", "0.5", "0.95")}
    above = _last(city["estimated_r_above_one_prob"])
    tone = ""
    if r["0.5"] is not None:
        tone = "good" if r["0.95"] < 1 else "bad" if r["0.05"] > 1 else "warn"
    found = [
        Fact(
            _("Reproduction number"),
            decimal(r["0.5"]),
            day,
            source,
            link,
            sure=_("90%%: %(low)s to %(high)s; chance that it exceeds 1: %(above)s")
            % {"low": decimal(r["0.05"]), "high": decimal(r["0.95"]), "above": chance(above)},
            tone=tone,
        )
    ]
    g = s["growth"]
    if g["doubling_days"] is not None:
        days = _("%s days") % decimal(abs(g["doubling_days"]), 1)
        # a pace would contradict the reproduction number where the counts do not tell the direction
        told = g["high_90"] < 0 or g["low_90"] > 0
        label = _("Halves in") if g["rate_per_day"] < 0 else _("Doubles in")
        found.append(
            Fact(
                label if told else _("Growth of cases"),
                days if told else _("up or down: not clear"),
                day,
                source,
                link,
                sure=_("growth %(rate)s a day (90%%: %(low)s to %(high)s)")
                % {
                    "rate": share(g["rate_per_day"], 0),
                    "low": share(g["low_90"], 0),
                    "high": share(g["high_90"], 0),
                },
                tone="good" if g["high_90"] < 0 else "bad" if g["low_90"] > 0 else "warn",
                wide=True,
            )
        )
    found.append(_ending(s, day, source, link))
    return found


def _ending(s: dict, day: str, source: str, link: str) -> Fact:
    e = s["ending"]
    if e is None:
        return Fact(_("Is it over"), "–", day, source, link, sure=_("nobody was ever infectious"))
    w, o = e["with_measures"], e["without_measures"]
    limit = share(e["threshold"], 0)
    over = w["chance"] < e["threshold"]
    return Fact(
        _("Is it over"),
        _("probably over") if over else _("not yet"),
        day,
        source,
        link,
        sure=_(
            "%(chance)s chance of more local cases; below %(limit)s from %(then)s if none comes, "
            "from %(open)s were measures lifted"
        )
        % {
            "chance": chance(w["chance"]),
            "limit": limit,
            "then": w["over_from"] or "–",
            "open": o["over_from"] or "–",
        },
        tone="good" if over else "warn",
        wide=True,
    )


def beds(access: Access, rows: list[DailyReport]) -> list[Fact]:
    """Designated beds against patients, and what the newest bed reports state as free."""
    if not access.may("care.hospital", "view"):
        return []
    return [f for f in (_used(rows), _free()) if f is not None]


def _used(rows: list[DailyReport]) -> Fact | None:
    total = Hospital.objects.aggregate(d=Sum("designated_beds"), i=Sum("icu_beds"))
    if not total["d"]:
        return None
    last = next((r for r in reversed(rows) if r.in_hospital is not None), None)
    used = last.in_hospital / total["d"] if last else None
    tone = "" if used is None else "good" if used < FULL else "warn" if used < OVERFULL else "bad"
    return Fact(
        _("Designated beds in use"), share(used, 0), f"{last.date}" if last else "",
        _("daily report and register of hospitals"), reverse("hospitals-list") + "?kind=designated",
        change=f"{count(last.in_hospital if last else None)} / {count(total['d'])}",
        sure=_("intensive care: %s beds") % count(total["i"]), tone=tone,
    )  # fmt: skip


def _free() -> Fact | None:
    newest = BedReport.objects.order_by("-date").values_list("date", flat=True).first()
    if newest is None:
        return None
    free = BedReport.objects.filter(date=newest).aggregate(
        a=Sum("available"), w=Sum("within_24h"), i=Sum("icu")
    )
    return Fact(
        _("Beds free now"), count(free["a"]), f"{newest}", _("bed reports of hospitals"),
        reverse("beds-list") + f"?date_from={newest}",
        sure=_("%(w)s within 24 h, %(i)s intensive care")
        % {"w": count(free["w"]), "i": count(free["i"])},
    )  # fmt: skip


def grade_counts(plan: Plan) -> list[dict]:
    """How many districts stand in each grade, and which of them rest on uncertain data."""
    grades = plan.result["situation"]["grades"]
    names = {"high": _("high risk"), "medium": _("medium risk"), "low": _("low risk")}
    return [
        {
            "level": level,
            "name": name,
            "n": sum(g["level"] == level for g in grades),
            "unsure": sum(g["level"] == level and not g["certain"] for g in grades),
        }
        for level, name in names.items()
    ]


def running() -> Plan | None:
    """A situation that is on its way."""
    states = (PlanState.WAITING, PlanState.RUNNING)
    return Plan.objects.filter(kind=PlanKind.SITUATION, state__in=states).order_by("-pk").first()


def corrected_since(plan: Plan | None, rows: list[DailyReport]) -> bool:
    """Whether a day that a situation rests on was handed in anew after its run had begun."""
    if plan is None:
        return False
    log = StateChange.objects.filter(
        register="plans.plan", object_id=plan.pk, after=PlanState.RUNNING
    )
    began = log.values_list("at", flat=True).first()
    last = plan.result["as_of"]
    return began is not None and any(
        r.submitted_at and r.submitted_at > began and r.date.isoformat() <= last for r in rows
    )


def failed_since(plan: Plan | None) -> Plan | None:
    """The newest situation if it failed."""
    last = Plan.objects.filter(kind=PlanKind.SITUATION).order_by("-pk").first()
    bad = last is not None and last.state == PlanState.FAILED
    return last if bad and (plan is None or last.pk > plan.pk) else None


def advice(plan: Plan) -> list[str]:
    """What to know of the estimates before reading them, in the reader's language."""
    key = "en" if english() else "zh"
    said = [a[key] for a in plan.result["situation"]["status"]["advice"]]
    forecast = plan.result.get("forecast")
    return said + [a[key] for a in (forecast["status"]["advice"] if forecast else [])]
