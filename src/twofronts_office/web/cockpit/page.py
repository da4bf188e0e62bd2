"""The whole cockpit for one access: gathered, rendered and kept for a few seconds."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from twofronts_office.areas.models import Area
from twofronts_office.common.access import Access
from twofronts_office.common.names import english
from twofronts_office.plans.models import Plan
from twofronts_office.plans.queries import latest_situation, quality_of
from twofronts_office.web.cockpit import below, front_one, front_two, trend
from twofronts_office.web.cockpit.facts import decimal, share
from twofronts_office.web.cockpit.layers import city_map

FRESH = 10  # seconds: fifty viewers of one role ask the database once in that time
AT_WORK = 30  # seconds after which another request tries, should the first one have died


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str
    digest: str
    at: float  # when, by the clock of this process


def key_of(access: Access, today: date) -> str:
    """Who may see the same page: same roles over same areas, same language, same day."""
    grants = sorted((g.role, g.prefix, g.enterprise_id or 0) for g in access.grants)
    text = f"{grants}{get_language()}{today}"
    return f"cockpit:{hashlib.sha256(text.encode()).hexdigest()}"


def rendered(*, access: Access, today: date) -> Rendered:
    """The cockpit's parts as markup, with a digest that changes when anything on it does.

    When what is kept has grown old, one request makes it anew and the others take the old: fifty
    viewers who ask in the same moment cost one page.
    """
    key = key_of(access, today)
    held: Rendered | None = cache.get(key)
    if held is not None:
        young = time.monotonic() - held.at < FRESH
        if young or not cache.add(f"{key}:at-work", 1, AT_WORK):
            return held
    html = render_to_string("office/cockpit_parts.html", gather(access=access, today=today))
    digest = hashlib.sha256(html.encode()).hexdigest()[:24]
    found = Rendered(html, digest, time.monotonic())
    cache.set(key, found, 6 * FRESH)
    cache.delete(f"{key}:at-work")
    return found


def gather(*, access: Access, today: date) -> dict:
    """Everything on the page as plain values; a part that the reader may not view is None."""
    plan = latest_situation() if access.may("plans.plan", "view") else None
    reports = access.may("reports.dailyreport", "view")
    rows = front_one.newest_reports(today) if reports else []
    two = front_two.three_rates(access)
    sectors = front_two.sectors(two["sectors"] if two else [], plan)
    found = {
        "access": access,
        "today": today,
        "can_run": access.may("plans.plan", "add"),
        "plan": plan,
        "as_of": rows[-1].date if rows else None,
        "running": front_one.running(),
        "failed": front_one.failed_since(plan),
        "stale": bool(plan and rows and plan.result["as_of"] < rows[-1].date.isoformat()),
        "corrected": front_one.corrected_since(plan, rows),
        "facts_one": front_one.report_facts(rows, plan) if reports else [],
        "estimates": front_one.estimates(plan) if plan else [],
        "beds": front_one.beds(access, rows),
        "grades": front_one.grade_counts(plan) if plan else [],
        "advice": front_one.advice(plan) if plan else [],
        "quality": quality(plan) if plan else [],
        "trend": trend.trend(plan, rows) if reports else None,
        "r": trend.reproduction(plan) if plan else None,
        "ending": trend.ending(plan) if plan else None,
        "scores": scores(plan) if plan else None,
        "register": plan.result.get("register") if plan else None,
        "map": city_map(access, plan, today),
        "two": two,
        "sectors": sectors,
        "freight": front_two.freight(access, plan, today),
        "indicators": front_two.indicators(access),
        "warnings": below.warnings(access),
        "supplies": below.supplies(access),
        "operation": below.operation(access),
        "tasks": below.tasks(access, today),
        "desk": below.desk(access, today),
    }
    found["n_notes"] = len(found["quality"]) or len(found["advice"])
    found["one_says"] = first_front(found)
    found["two_says"] = second_front(found)
    return found


def quality(plan: Plan) -> list[dict[str, str]]:
    """Warnings about the data in the reader's language, the worst first."""
    # a file's name tells where to look; a step of the work tells a reader nothing
    return [w | {"where": w["where"] if "." in w["where"] else ""} for w in quality_of(plan)]


def situation_words(plan: Plan) -> dict:
    """What a situation's own page says: warnings of the data, estimates, districts with reasons."""
    names = {a.code[:6]: a.name for a in Area._base_manager.filter(level="district")}
    words = {"high": _("high risk"), "medium": _("medium risk"), "low": _("low risk")}
    lang = "en" if english() else "zh"
    grades = [
        {
            "name": names.get(g["area"], g["area"]), "level": words.get(g["level"], g["level"]),
            "certain": g["certain"], "changes_on": g["changes_on"],
            "changes_to": words.get(g["changes_to"], ""), "reason": g["reason"][lang],
        }
        for g in plan.result["situation"]["grades"]
    ]  # fmt: skip
    return {"quality": quality(plan), "facts": front_one.estimates(plan), "grades": grades}


def scores(plan: Plan) -> dict | None:
    """How the forecast made of the past came out, as far as the situation scored one."""
    past = (plan.result.get("scores") or {}).get("past")
    return past if isinstance(past, dict) else None


def first_front(found: dict) -> dict:
    """Front one in a few words: where it goes, and on what that rests."""
    plan: Plan | None = found["plan"]
    new = next((f for f in found["facts_one"]), None)
    says = _("%s new confirmed") % new.value if new and new.value != "–" else _("no report yet")
    if plan is None:
        return {"word": _("Not worked out yet"), "tone": "plain", "text": says}
    s = plan.result["situation"]
    r = s["areas"]["city"]["estimated_r"]
    low, mid, high = (front_one._last(r[q]) for q in ("0.05", "0.5", "0.95"))
    counts = ", ".join(f"{g['n']} {g['name']}" for g in found["grades"] if g["n"])
    if mid is None:
        return {"word": _("Too few cases to tell"), "tone": "plain", "text": f"{says} · {counts}"}
    if high < 1:
        word, tone = _("Falling"), "good"
    elif low > 1:
        word, tone = _("Growing"), "bad"
    else:
        word, tone = _("May go either way"), "warn"
    text = _("%(new)s · reproduction number %(mid)s (%(low)s to %(high)s) · districts: %(counts)s")
    return {
        "word": word,
        "tone": tone,
        "text": text
        % {
            "new": says,
            "mid": decimal(mid),
            "low": decimal(low),
            "high": decimal(high),
            "counts": counts,
        },
    }


def second_front(found: dict) -> dict:
    """Front two in a few words: how far output is back, and what holds it."""
    two, sectors = found["two"], found["sectors"]
    if not two or not two["facts"]:
        text = sectors["bound"] if sectors else ""
        return {"word": _("No rates reported"), "tone": "plain", "text": text}
    capacity = two["facts"][2]
    rates = " · ".join(f"{x['fact'].label} {x['fact'].value}" for x in two["facts"])
    tone = capacity["fact"].tone or "plain"
    word = _("Output at %s of normal") % share(capacity["value"], 0)
    held = sectors["bound"] if sectors and sectors["modelled"] else ""
    text = _("%(rates)s · held by %(held)s") % {"rates": rates, "held": held} if held else rates
    return {"word": word, "tone": tone, "text": text}
