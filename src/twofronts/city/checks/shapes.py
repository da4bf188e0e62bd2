"""The map: GeoJSON that can be read, one sound polygon for each district, neighbours that touch."""

from __future__ import annotations

import json
import math
from typing import Any

from twofronts.city.checks.compare import have
from twofronts.city.checks.folder import MAP_FILE, Folder
from twofronts.city.checks.words import did_you_mean, nearest
from twofronts.errors import Problem

# Neighbours may lie apart by this share of the map's diagonal: real borders rarely fit exactly.
GAP = 0.005
# Districts may overlap by this share of the smaller one.
OVERLAP = 0.01


def check_map(folder: Folder) -> list[Problem]:
    """Check ``map.geojson`` against the districts and their neighbours."""
    text = folder.map_text
    if text is None:
        return []
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        remedy = "export it again as GeoJSON"
        why = error.msg.lower()
        return [Problem("not a JSON file", why, remedy, MAP_FILE, error.lineno, error.colno)]
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        why = "a map is a FeatureCollection with a feature for each district"
        return [Problem("no features", why, "export the districts as GeoJSON", MAP_FILE, 1)]
    shapes, problems = _read_features(folder, text, features)
    codes = folder.codes("districts.code") or []
    for code in codes:
        if code not in shapes and not any(repr(code) in p.what for p in problems):
            why = "every district is drawn on the map"
            strange = [c for c in _codes(features) if c not in codes]
            guess = nearest(code, strange)
            remedy = f"rename {guess} if it is that" if guess else "add its polygon"
            problems.append(
                Problem(f"district {code!r} is not on the map", why, remedy, MAP_FILE, 1, "code")
            )
    sound = {c: s for c, s in shapes.items() if s is not None}
    return problems + _overlaps(text, sound) + _touching(folder, sound)


def _codes(features: list[Any]) -> list[str]:
    found = [f.get("properties") for f in features if isinstance(f, dict)]
    return [str(p["code"]) for p in found if isinstance(p, dict) and "code" in p]


def _line(text: str, code: str) -> int:
    """Return the line where a feature's code stands; 1 if it cannot be told."""
    for mark in (f'"code":"{code}"', f'"code": "{code}"', f'"code":{code}', f'"code": {code}'):
        at = text.find(mark)
        if at >= 0:
            return text.count("\n", 0, at) + 1
    return 1


def _read_features(
    folder: Folder, text: str, features: list[Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return shapes by code (None where the shape is unsound) and what is wrong."""
    shapes: dict[str, Any] = {}
    problems: list[Problem] = []
    known = folder.codes("districts.code")

    def add(what: str, why: str, remedy: str, line: int, column: str = "code") -> None:
        problems.append(Problem(what, why, remedy, MAP_FILE, line, column))

    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        code = properties.get("code") if isinstance(properties, dict) else None
        if code is None or str(code) == "":
            why = "a polygon belongs to a district by its property code"
            add(f"feature {number} has no code", why, "add its district's code", 1)
            continue
        code = str(code)
        line = _line(text, code)
        if known is not None and code not in known:
            why = "districts.csv has no such code"
            add(f"unknown district {code!r}", why, did_you_mean(code, known), line)
        elif code in shapes:
            remedy = "join the two into one MultiPolygon"
            add(f"district {code!r} twice", "it has a polygon already", remedy, line)
        else:
            shapes[code], reason = _shape(feature.get("geometry"))
            if reason:
                remedy = "draw or export its polygon again"
                add(f"the polygon of {code!r} is unsound", reason, remedy, line, "geometry")
    return shapes, problems


def _shape(geometry: Any) -> tuple[Any, str]:
    """Return a sound shapely polygon, or None and the reason."""
    from shapely.errors import GEOSException
    from shapely.geometry import shape
    from shapely.validation import explain_validity

    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return None, f"its geometry is {kind or 'missing'}, not a Polygon or MultiPolygon"
    try:
        polygon = shape(geometry)
    except (GEOSException, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return None, f"its coordinates cannot be read: {str(error).splitlines()[0].lower()}"
    if polygon.is_empty or not all(math.isfinite(v) for v in polygon.bounds):
        return None, "it is empty, or a coordinate is not a number"
    if not polygon.is_valid:
        return None, explain_validity(polygon).lower()
    if polygon.area <= 0:
        return None, "it has no area"
    return polygon, ""


def _overlaps(text: str, shapes: dict[str, Any]) -> list[Problem]:
    from shapely.strtree import STRtree

    codes, polygons = list(shapes), list(shapes.values())
    if not polygons:
        return []
    problems = []
    for a, b in zip(*STRtree(polygons).query(polygons, predicate="intersects"), strict=True):
        if a >= b:
            continue
        shared = polygons[a].intersection(polygons[b]).area
        share = shared / min(polygons[a].area, polygons[b].area)
        if share > OVERLAP:
            why = f"{codes[a]} and {codes[b]} share {100 * share:.0f}% of the smaller one"
            remedy = "redraw their border: each place lies in one district"
            problems.append(
                Problem(
                    "districts overlap", why, remedy, MAP_FILE, _line(text, codes[b]), "geometry"
                )
            )
    return problems


def _touching(folder: Folder, shapes: dict[str, Any]) -> list[Problem]:
    frame = have(folder, "neighbours", "district_a", "district_b")
    if frame is None or not shapes:
        return []
    bounds = [s.bounds for s in shapes.values()]
    width = max(b[2] for b in bounds) - min(b[0] for b in bounds)
    height = max(b[3] for b in bounds) - min(b[1] for b in bounds)
    gap = GAP * math.hypot(width, height)
    problems = []
    for a, b, line in zip(frame["district_a"], frame["district_b"], frame["_line"], strict=True):
        if a == b or a not in shapes or b not in shapes or shapes[a].distance(shapes[b]) <= gap:
            continue
        why = f"on the map, {a} and {b} lie apart"
        remedy = "remove the pair, or redraw their border"
        problems.append(
            Problem(
                "neighbours do not touch", why, remedy, "neighbours.csv", int(line), "district_b"
            )
        )
    return problems
