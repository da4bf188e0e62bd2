"""What lies on the map: grades day by day, checkpoints, communities, hospitals, filings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from twofronts_office.areas.models import Area
from twofronts_office.bridge.models import CityFile
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.access import Access
from twofronts_office.common.names import english
from twofronts_office.communities.models import Community
from twofronts_office.enterprises.choices import EFFECTIVE
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.plans.choices import PlanKind, PlanState
from twofronts_office.plans.models import Plan
from twofronts_office.reports.domain import handed_in
from twofronts_office.web.cockpit.city_map import BadMap, Drawing, shapes_of
from twofronts_office.web.cockpit.facts import chance
from twofronts_office.web.cockpit.past import Days
from twofronts_office.web.cockpit.points import kind_words, points_of

LEVELS = ("low", "medium", "high")
MAP_FILE = "map.geojson"
EARLIER = 60  # situations whose grades the slider goes back over


def grade_words() -> dict[str, str]:
    return {"low": _("low"), "medium": _("medium"), "high": _("high"), "": _("not known")}


def _words() -> dict[str, Any]:
    """What the slider says."""
    return grade_words() | {
        "past": _("reported"),
        "ahead": _("forecast"),
        "total": _("confirmed in all"),
        "new": _("new, forecast"),
        "grade": _("risk grade"),
        "checkpoints": _("checkpoints operating"),
        "communities": _("restricted communities"),
        "filings": _("filings in force"),
        "filed": _("%s filed"),
        "stand": _("Checkpoints, communities and filings: as they stand now."),
        "stood": _("Checkpoints, communities and filings: as they stood at the end of the day."),
        "planned": _(
            "Checkpoints and communities: what has been decided, with its day. Filings ahead are "
            "not known."
        ),
        "unrecorded": _("Not recorded on this day: %s."),
        "kinds": {slug: kind_words(slug) for slug in ("checkpoints", "communities")},
    }


def _map_text() -> str | None:
    """The map as brought in with the city; read anew when the file changed."""
    at = CityFile.objects.filter(name=MAP_FILE).values_list("at", flat=True).first()
    if at is None:
        return None
    key = f"cockpit-map:{at.isoformat()}"
    text = cache.get(key)
    if text is None:
        text = CityFile.objects.get(name=MAP_FILE).text
        cache.set(key, text, 3600)
    return text


def _by_district(rows) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, n in rows.order_by().values_list("area_id").annotate(n=Count("pk")):
        found[code[:6]] = found.get(code[:6], 0) + n
    return found


def _confirmed() -> dict[str, dict[str, int]]:
    """Confirmed in all by district and day, as reported."""
    rows = (
        handed_in()
        .filter(area__level="district", cum_confirmed__isnull=False)
        .order_by("date", "revision")
        .values_list("area_id", "date", "cum_confirmed")
    )
    found: dict[str, dict[str, int]] = {}
    for code, day, n in rows:
        found.setdefault(code[:6], {})[day.isoformat()] = n
    return found


def _graded(plan: Plan) -> dict[str, dict[str, str]]:
    """Grades by day and district, of this situation and of earlier ones."""
    key = f"cockpit-grades:{plan.pk}"
    found = cache.get(key)
    if found is None:
        rows = (
            Plan.objects.filter(
                kind=PlanKind.SITUATION,
                state__in=[PlanState.DONE, PlanState.ADOPTED],
                pk__lte=plan.pk,
                result__has_key="as_of",
            )
            .order_by("-pk")
            .values_list("result__as_of", "result__situation__grades")[:EARLIER]
        )
        found = {}
        for day, grades in rows:
            found.setdefault(day, {g["area"]: g["level"] for g in grades})
        cache.set(key, found, 3600)
    return found


def _timeline(plan: Plan | None, codes: list[str]) -> dict[str, Any]:
    """For each day and district: grade and its probability, confirmed in all, cases forecast."""
    confirmed = _confirmed()
    s = plan.result["situation"] if plan else None
    forecast = (plan.result.get("forecast") if plan else None) or {}
    past = sorted({d for days in confirmed.values() for d in days} | set(s["dates"] if s else []))
    if s:
        past = [d for d in past if d <= s["as_of"]] or past
    ahead = forecast.get("dates", [])
    graded = _graded(plan) if plan else {}
    out: dict[str, Any] = {
        "days": [*past, *ahead],
        "now": len(past) - 1,
        "graded": sorted(graded),
        "districts": {},
    }
    for code in codes:
        probs = (forecast.get("grades") or {}).get(code)
        cases = (forecast.get("targets") or {}).get("cases", {}).get(code)
        last: int | None = None
        total = []
        for d in past:
            last = confirmed.get(code, {}).get(d, last)
            total.append(last)
        levels = [graded.get(d, {}).get(code, "") for d in past]
        sure: list[str] = [""] * len(past)
        for i in range(len(ahead)):
            best = max(LEVELS, key=lambda g: probs[g][i]) if probs else ""
            levels.append(best)
            sure.append(chance(probs[best][i]) if probs else "")
        out["districts"][code] = {
            "level": levels,
            "sure": sure,
            "total": total,
            "low": cases["0.05"] if cases else [],
            "mid": cases["0.5"] if cases else [],
            "high": cases["0.95"] if cases else [],
        }
    return out


def _districts(access: Access, plan: Plan | None, areas: list[Area]) -> list[dict]:
    grades = {g["area"]: g for g in plan.result["situation"]["grades"]} if plan else {}
    words, lang = grade_words(), "en" if english() else "zh"
    closed = open_ = {}
    if access.may("communities.community", "view"):
        closed = _by_district(Community.objects.exclude(level="open"))
        open_ = _by_district(Community.objects.all())
    checks = {}
    if access.may("checkpoints.checkpoint", "view"):
        checks = _by_district(Checkpoint.objects.filter(actual="operating"))
    found = []
    for a in areas:
        code = a.code[:6]
        g = grades.get(code)
        found.append(
            {
                "code": code,
                "area": a.code,
                "name": a.name,
                "level": g["level"] if g else "",
                "grade": words[g["level"] if g else ""],
                "certain": bool(g and g["certain"]),
                "reason": g["reason"][lang] if g else "",
                "total": g["total"] if g else None,
                "changes_on": g["changes_on"] if g else None,
                "changes_to": words[g["changes_to"]] if g and g["changes_to"] else "",
                "closed": closed.get(code, 0),
                "communities": open_.get(code, 0),
                "filed": 0,
                "checkpoints": checks.get(code, 0),
                "link": reverse("reports-list") + f"?area={a.code}",
            }
        )
    return found


def _count_filed(access: Access, rows: list[dict], counted: dict[str, dict], now: int) -> None:
    """Write into each district how many of its filings are in force.

    The slider counted them already for the districts drawn; the register is asked for the others.
    """
    if not (access.may("enterprises.enterprise", "view") and access.staff):
        return
    by_day = counted.get("filings", {})
    held = {code: row[now] or 0 for code, row in by_day.items()}
    if any(r["code"] not in held for r in rows):
        held = _by_district(Enterprise.objects.filter(state__in=EFFECTIVE))
    for r in rows:
        r["filed"] = held.get(r["code"], 0)


def city_map(access: Access, plan: Plan | None, today: date) -> dict | None:
    """The map's districts, points and days; without a usable map, the table and the reason."""
    if not access.may("areas.area", "view"):
        return None
    areas = list(Area.objects.filter(level="district").order_by("code"))
    prefixes = access.prefixes("reports.dailyreport")
    areas = [a for a in areas if any(a.code.startswith(p) for p in prefixes)]
    rows = _districts(access, plan, areas)
    wrong, shapes, drawing = "", {}, Drawing((), 0, 0)
    text = _map_text()
    if text is None:
        wrong = _("No map was brought in with the city: its folder holds no map.geojson.")
    else:
        try:
            drawing = shapes_of(text)
            shapes = {s.code: s for s in drawing.shapes}
        except BadMap as bad:
            wrong = _("The city's map cannot be read: %s") % bad
    drawn = [r for r in rows if r["code"] in shapes]
    for r in drawn:
        r["shape"] = shapes[r["code"]]
    if shapes and not drawn:
        wrong = _("The map's codes are not those of the districts in reach.")
    shown = _timeline(plan, [r["code"] for r in drawn])
    days = Days(shown["days"], shown["now"], today)
    mine = {r["code"]: r["shape"] for r in drawn}
    points, counted = points_of(access, mine, days) if mine and days.now >= 0 else ({}, {})
    _count_filed(access, rows, counted, days.now)
    drawn_points = [p for d in drawn for p in points.get(d["code"], []) if "at" in p]
    shown["counted"] = counted
    shown["runs"] = {p["id"]: [p["base"], p["runs"]] for p in drawn_points if "id" in p}
    return {
        "rows": rows,
        "drawn": drawn,
        "wrong": wrong,
        "width": drawing.width,
        "height": drawing.height,
        "missing": [r["name"] for r in rows if r["code"] not in shapes] if drawn else [],
        "points": drawn_points,
        "days": shown,
        "today": today,
        "words": _words(),
    }
