"""The map of district grades: fill for the eye, hatching and words for a copy without colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline
from matplotlib.text import Text

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import GRADES, Evidence
from twofronts.briefing.names import name_column
from twofronts.briefing.pictures.style import (
    GRADE_FILL,
    GRADE_HATCH,
    HALF,
    INK,
    PAPER,
    SOFT,
    canvas,
)

# Room that a name keeps around it [pixel]
GAP = 0.8


def rings(geometry: Mapping[str, Any]) -> Iterator[list[np.ndarray]]:
    """Yield each polygon of a GeoJSON geometry as its outer ring and holes.

    Yields
    ------
    list of float64[n_point, 2]
        Longitude (or map x) and latitude (or map y).
    """
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    for polygon in polygons:
        yield [np.asarray(ring, dtype=float)[:, :2] for ring in polygon]


def outline(polygon: list[np.ndarray]) -> Outline:
    """Return a polygon with its holes as one path."""
    points = np.concatenate(polygon)
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    start = 0
    for ring in polygon:
        codes[start] = Outline.MOVETO
        codes[start + len(ring) - 1] = Outline.CLOSEPOLY
        start += len(ring)
    return Outline(points, codes)


def middle(polygon: list[np.ndarray]) -> np.ndarray:
    """Return a point well inside a polygon, where its name can stand."""
    from shapely.geometry import Polygon
    from shapely.ops import polylabel

    shape = Polygon(polygon[0], polygon[1:])
    size = float(np.ptp(polygon[0], axis=0).max())
    point = polylabel(shape, tolerance=size / 100)
    return np.array([point.x, point.y])


def part(labels: list[Text], axes: Axes) -> None:
    """Move names apart so that none hides another, each as little as will do.

    Parameters
    ----------
    labels : list of Text
        Centred, on axes that have their final size.
    axes : Axes
    """
    if not labels:
        return
    boxes = [label.get_window_extent().padded(GAP) for label in labels]
    size = np.array([[b.width, b.height] for b in boxes])
    at = np.array([[(b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2] for b in boxes])
    for _ in range(200):
        moved = False
        for i in range(len(at)):
            for j in range(i):
                apart = at[i] - at[j]
                short = (size[i] + size[j]) / 2 - np.abs(apart)
                if (short > 1e-6).all():
                    # along the side on which less is short; of two in one place the later goes up
                    axis = int(np.argmin(short))
                    way = 1.0 if apart[axis] >= 0 else -1.0
                    at[i, axis] += way * short[axis] / 2
                    at[j, axis] -= way * short[axis] / 2
                    moved = True
        if not moved:
            break
    for label, place in zip(labels, axes.transData.inverted().transform(at), strict=True):
        label.set_position((float(place[0]), float(place[1])))


def grades(evidence: Evidence, voice: Voice) -> Canvas:
    """Districts filled and hatched by the grade that the reports give them."""
    table = evidence.estimates.grades
    shapes = evidence.place.shapes
    assert table is not None
    assert shapes is not None
    grade = dict(zip(table["code"].astype(str), table["grade"], strict=True))
    certain = dict(zip(table["code"].astype(str), table["certain"], strict=True))
    mixed = len(set(certain.values())) > 1
    key = name_column(voice.lang)
    d = evidence.place.districts
    name = dict(zip(d["code"].astype(str), d[key], strict=True))
    figure, axes = canvas(HALF, 1.9)
    everything, labels = [], []
    for feature in shapes["features"]:
        code = str(feature["properties"]["code"])
        polygons = list(rings(feature["geometry"]))
        g = int(grade[code])
        for polygon in polygons:
            axes.add_patch(
                PathPatch(
                    outline(polygon),
                    facecolor=GRADE_FILL[g],
                    edgecolor=SOFT,
                    hatch=GRADE_HATCH[g],
                    lw=0,
                )
            )
            axes.add_patch(PathPatch(outline(polygon), facecolor="none", edgecolor=INK, lw=0.7))
            everything.append(polygon[0])
        largest = max(polygons, key=lambda p: float(np.prod(np.ptp(p[0], axis=0))))
        x, y = middle(largest)
        label = name[code].removesuffix("区") if voice.lang == "zh" else name[code]
        label += "?" if mixed and not certain[code] else ""
        labels.append(
            axes.text(
                x,
                y,
                label,
                ha="center",
                va="center",
                fontsize=6.3,
                color=INK,
                bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 0.6},
            )
        )
    points = np.concatenate(everything)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.02 * (high - low).max()
    axes.set_xlim(low[0] - margin, high[0] + margin)
    axes.set_ylim(low[1] - margin, high[1] + margin)
    degrees = bool(np.abs(points[:, 0]).max() <= 180 and np.abs(points[:, 1]).max() <= 90)
    axes.set_aspect(1 / np.cos(np.radians(points[:, 1].mean())) if degrees else 1)
    axes.set_axis_off()
    counts = np.bincount([int(g) for g in grade.values()], minlength=3)
    axes.legend(
        handles=[
            Patch(
                facecolor=GRADE_FILL[i],
                hatch=GRADE_HATCH[i],
                edgecolor=SOFT,
                lw=0.6,
                label=f"{voice(f'grade.{g}')} ({counts[i]})",
            )
            for i, g in enumerate(GRADES)
        ],
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=3,
        frameon=False,
        fontsize=7.5,
        handlelength=1.8,
        handleheight=1.2,
        columnspacing=1.2,
    )
    figure.draw_without_rendering()
    part(labels, axes)
    return figure
