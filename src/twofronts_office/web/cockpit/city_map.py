"""The map: districts from the city's own GeoJSON or its schematic one, and what lies in them.

Drawn as SVG on the server, so that it prints, is read by keyboard and needs no tile from anywhere.
A place without coordinates lies somewhere in its district: the map says so.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache

WIDTH, HEIGHT, EDGE = 620.0, 560.0, 6.0

Ring = list[tuple[float, float]]


class BadMap(ValueError):
    """The map's file is not what a map is: the message says what is wrong."""


@dataclass(frozen=True)
class Shape:
    """A district as drawn: path, where its name stands, its rings in drawn coordinates."""

    code: str
    path: str
    x: float
    y: float
    rings: tuple[tuple[tuple[float, float], ...], ...]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside (even-odd rule over all rings)."""
        inside = False
        for ring in self.rings:
            for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
                if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                    inside = not inside
        return inside


def _rings(geometry: dict) -> list[Ring]:
    kind, held = geometry.get("type"), geometry.get("coordinates") or []
    polygons = [held] if kind == "Polygon" else held if kind == "MultiPolygon" else []
    return [[(float(p[0]), float(p[1])) for p in ring] for poly in polygons for ring in poly]


def _middle(ring: Ring) -> tuple[float, float, float]:
    """Centre of gravity and area of a ring."""
    area = cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area, cx, cy = area + cross, cx + (x1 + x2) * cross, cy + (y1 + y2) * cross
    if abs(area) < 1e-12:
        return ring[0][0], ring[0][1], 0.0
    return cx / (3 * area), cy / (3 * area), abs(area) / 2


@dataclass(frozen=True)
class Drawing:
    """The districts in one box of drawn coordinates."""

    shapes: tuple[Shape, ...]
    width: float
    height: float


@lru_cache(maxsize=4)
def shapes_of(text: str) -> Drawing:
    """Districts of a GeoJSON text, fitted into the drawing; north is up.

    Raises
    ------
    BadMap
        If the text is no GeoJSON, or holds no polygon with the property ``code``.
    """
    try:
        features = json.loads(text)["features"]
        held = {
            str(f["properties"]["code"]): _rings(f["geometry"])
            for f in features
            if f["properties"].get("code")
        }
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BadMap(str(error)) from error
    held = {code: rings for code, rings in held.items() if rings and all(len(r) > 2 for r in rings)}
    if not held:
        raise BadMap("no polygon carries the property code")
    every = [p for rings in held.values() for ring in rings for p in ring]
    xs, ys = [p[0] for p in every], [p[1] for p in every]
    # degrees are narrower east-west than north-south; a schematic map has its own plane
    degrees = min(xs) >= 60 and max(xs) <= 150 and min(ys) >= 0 and max(ys) <= 60
    squeeze = math.cos(math.radians((min(ys) + max(ys)) / 2)) if degrees else 1.0
    wide, tall = (max(xs) - min(xs)) * squeeze, max(ys) - min(ys)
    k = min((WIDTH - 2 * EDGE) / (wide or 1), (HEIGHT - 2 * EDGE) / (tall or 1))

    def place(p: tuple[float, float]) -> tuple[float, float]:
        x = EDGE + k * squeeze * (p[0] - min(xs))
        return round(x, 1), round(EDGE + k * (max(ys) - p[1]), 1)

    shapes = [
        _shape(code, [[place(p) for p in ring] for ring in rings]) for code, rings in held.items()
    ]
    return Drawing(tuple(shapes), round(k * wide + 2 * EDGE, 1), round(k * tall + 2 * EDGE, 1))


def _shape(code: str, rings: list[Ring]) -> Shape:
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings)
    x, y, _area = max((_middle(r) for r in rings), key=lambda m: m[2])
    return Shape(code, path, round(x, 1), round(y, 1), tuple(tuple(r) for r in rings))


def _halton(i: int, base: int) -> float:
    f, r = 1.0, 0.0
    while i:
        f /= base
        r += f * (i % base)
        i //= base
    return r


@lru_cache(maxsize=64)
def spread(shape: Shape, n: int) -> tuple[tuple[float, float], ...]:
    """``n`` places inside a district, evenly spread and away from its name."""
    xs = [x for ring in shape.rings for x, _y in ring]
    ys = [y for ring in shape.rings for _x, y in ring]
    found: list[tuple[float, float]] = []
    i = 1
    while len(found) < n and i < 4000:
        x = min(xs) + (max(xs) - min(xs)) * _halton(i, 2)
        y = min(ys) + (max(ys) - min(ys)) * _halton(i, 3)
        i += 1
        near_name = abs(x - shape.x) < 34 and -14 < y - shape.y < 26
        if shape.holds(x, y) and (not near_name or i > 800):
            found.append((round(x, 1), round(y, 1)))
    return tuple(found)
