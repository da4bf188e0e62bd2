"""Schematic maps drawn for the project: arcs shared by two districts are drawn once.

A map is a set of named points and of arcs between them. Each district is a ring of arcs. Arcs are
smoothed by cutting corners (Chaikin) with their ends kept, so that neighbours share every vertex.
Coordinates are abstract; y grows to the north.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]


def smooth(points: list[Point], rounds: int = 2) -> list[Point]:
    """Cut the corners of an open line, keeping both ends."""
    for _ in range(rounds):
        if len(points) < 3:
            return points
        cut: list[Point] = [points[0]]
        for i, ((ax, ay), (bx, by)) in enumerate(pairwise(points)):
            if i > 0:
                cut.append((0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by))
            if i < len(points) - 2:
                cut.append((0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by))
        points = [*cut, points[-1]]
    return points


def magnify(point: Point, centre: Point, radius: float, power: float) -> Point:
    """Move a point away from the centre inside the radius and towards it outside (power < 1).

    Directions are kept, and the order of distances: who touches whom does not change.
    """
    dx, dy = point[0] - centre[0], point[1] - centre[1]
    r = math.hypot(dx, dy)
    if r == 0:
        return point
    k = (r / radius) ** (power - 1)
    return centre[0] + k * dx, centre[1] + k * dy


def draw(
    arcs: dict[str, list[Point]],
    rings: dict[str, str],
    names: dict[str, tuple[str, str]],
    lens: tuple[Point, float, float] | None = None,
) -> dict:
    """Return a GeoJSON FeatureCollection.

    ``rings`` lists a district's arcs in order; a leading ``-`` walks an arc backwards.
    ``lens`` (centre, radius, power) enlarges what lies near its centre.
    """
    lines: dict[str, list[Point]] = {}
    for name, points in arcs.items():
        line = smooth(points)
        if lens is not None:
            line = [magnify(p, *lens) for p in line]
        lines[name] = [(round(x, 3), round(y, 3)) for x, y in line]
    features = []
    for code, walk in rings.items():
        ring: list[Point] = []
        for step in walk.split():
            line = lines[step.lstrip("-")]
            line = line[::-1] if step.startswith("-") else line
            if ring and ring[-1] != line[0]:
                raise ValueError(f"{code}: arc {step} does not start where the last one ended")
            ring += line if not ring else line[1:]
        if ring[0] != ring[-1]:
            raise ValueError(f"{code}: the ring is not closed")
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
        ring = ring if area > 0 else ring[::-1]  # RFC 7946: outer rings run anticlockwise
        en, zh = names[code]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name_en": en, "name_zh": zh},
                "geometry": {"type": "Polygon", "coordinates": [[list(p) for p in ring]]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def write_map(path: Path, collection: dict) -> None:
    """Write GeoJSON with one feature to a line, so that a change can be read in a diff."""
    features = ",\n".join(
        json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in collection["features"]
    )
    path.write_text(
        f'{{"type":"FeatureCollection","features":[\n{features}\n]}}\n', encoding="utf-8"
    )
