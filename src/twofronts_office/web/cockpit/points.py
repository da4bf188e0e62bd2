"""Checkpoints, hospitals and communities on the map, each with how it stood on the days shown."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from twofronts_office.care.choices import HospitalKind, ServiceState
from twofronts_office.care.models import Hospital
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.access import Access
from twofronts_office.common.names import english
from twofronts_office.communities.choices import Level
from twofronts_office.communities.models import Community
from twofronts_office.web.cockpit.city_map import Shape, spread
from twofronts_office.web.cockpit.past import (
    RUNS,
    Days,
    checkpoints,
    communities,
    filings,
    state_on,
    tallies,
)

LABELS = {
    "checkpoints": "checkpoints.checkpoint", "hospitals": "care.hospital",
    "communities": "communities.community",
}  # fmt: skip


def points_of(
    access: Access, shapes: dict[str, Shape], days: Days
) -> tuple[dict[str, list[dict]], dict[str, dict]]:
    """Points by district, each somewhere inside it, and what the registers counted on each day."""
    held: dict[str, list[dict]] = {}
    counted: dict[str, dict] = {}
    for slug, make in (
        ("checkpoints", _checkpoint_points), ("hospitals", _hospital_points),
        ("communities", _community_points),
    ):  # fmt: skip
        if not access.may(LABELS[slug], "view"):
            continue
        # a row's address is its list's with the key behind it; resolving hundreds of them is slow
        made, stood = make(days, reverse(f"{slug}-list"))
        for code, point in made:
            held.setdefault(code, []).append(point)
        if stood:
            kinds = {"checkpoints": STANDING, "communities": RESTRICTED}[slug]
            counted[slug] = tallies(days, list(shapes), stood, kinds)
    if access.may("enterprises.enterprise", "view") and access.staff:
        counted["filings"] = filings(days, list(shapes))
    for code, points in held.items():
        if code not in shapes:
            continue
        for point, (x, y) in zip(points, spread(shapes[code], len(points)), strict=False):
            point["at"] = f"translate({x:g} {y:g})"
    return held, counted


Made = tuple[list[tuple[str, dict]], list[tuple[str, RUNS]]]
STANDING = {"works", "late"}
RESTRICTED = {level for level in Level.values if level != Level.OPEN}


def _moving(slug: str, row, found: RUNS, now: int, layer: str, base: str, link: str) -> dict:
    """A point that stood differently on different days; ``runs`` is left out if it did not."""
    kind = state_on(found, now)
    words = f"{base} · {kind_words(slug)[kind]}"
    point = {"layer": layer, "kind": kind, "base": base, "words": words, "link": link}
    if len(found) > 1:
        point |= {"id": f"{slug}-{row.pk}", "runs": found}
    return point


def _checkpoint_points(days: Days, start: str) -> Made:
    rows = list(Checkpoint.objects.exclude(tier="community").order_by("code"))
    stood = checkpoints(days, rows)
    points = [
        (c.area_id[:6],
         _moving("checkpoints", c, stood[c.pk], days.now, "checkpoints",
                 f"{c.name} · {c.get_tier_display()}", f"{start}{c.pk}/"))
        for c in rows
    ]  # fmt: skip
    return points, [(c.area_id[:6], stood[c.pk]) for c in rows]


def _community_points(days: Days, start: str) -> Made:
    """Those that are restricted on any of the days."""
    rows = list(Community.objects.order_by("code"))
    stood = communities(days, rows)
    points = [
        (c.area_id[:6],
         _moving("communities", c, stood[c.pk], days.now, "communities", c.name, f"{start}{c.pk}/"))
        for c in rows
        if any(state in RESTRICTED for _i, state in stood[c.pk])
    ]  # fmt: skip
    return points, [(c.area_id[:6], stood[c.pk]) for c in rows]


def _hospital_points(days: Days, start: str) -> Made:
    """Hospitals as they are: their register keeps no state by day that the map shows."""
    # there are hundreds: a word of a choice is looked up once, not for each row
    kinds = {k: str(v) for k, v in HospitalKind.choices}
    states = {k: str(v) for k, v in ServiceState.choices}
    rows = Hospital.objects.order_by("code").values_list(
        "pk", "area_id", "kind", "state", "name_en" if english() else "name_zh", "name_zh"
    )
    points = [
        (area[:6],
         {"layer": "hospitals" if kind == "designated" else "clinics", "kind": kind,
          "words": f"{name or other} · {kinds.get(kind, kind)} · {states.get(state, state)}",
          "link": f"{start}{pk}/"})
        for pk, area, kind, state, name, other in rows
    ]  # fmt: skip
    return points, []


def kind_words(slug: str) -> dict[str, str]:
    """How a point stands, in words."""
    if slug == "checkpoints":
        return {
            "works": _("operating"), "late": _("operating, to be removed"), "gone": _("removed"),
            "planned": _("to be gone by then, as decided"), "": _("not recorded then"),
        }  # fmt: skip
    ends = {"ends": _("ends by then unless renewed"), "": _("not recorded then")}
    return {k: str(v) for k, v in Level.choices} | ends
