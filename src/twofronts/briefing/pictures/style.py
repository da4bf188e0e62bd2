"""One look for all pictures: a rulebook keeps its colour, its dash and its marker everywhere.

The colours are told apart by colour-blind readers and differ in lightness, and every line has its
own dash and a label at its end, so that a black-and-white copy reads the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.layout_engine import ConstrainedLayoutEngine

from twofronts.fonts import FAMILY, use_in_matplotlib

INK, SOFT, FAINT, PAPER = "#1A1C20", "#5A6068", "#D5D9DE", "#FFFFFF"
ACCENT, BLUE = "#A61E22", "#0B4F8A"
FULL, HALF = 7.1, 3.48  # widths on A4 with 15 mm margins [inch]


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a rulebook is drawn."""

    colour: str
    dash: Any
    marker: str
    width: float = 1.8


STROKES: dict[str, Stroke] = {
    "held": Stroke("#6B7077", (0, (4.5, 1.6)), "s"),
    "meeting": Stroke("#0B4F8A", "-", "o", 2.2),
    "open": Stroke("#D9720B", (0, (1.2, 1.2)), "^", 2.0),
    "closed": Stroke("#7A4FA3", (0, (7, 1.5, 1.5, 1.5)), "D"),
    "before": Stroke("#9A7B1F", (0, (2, 2)), "v"),
    "plan": Stroke("#0C7C59", "-", "P", 2.6),
}
_SPARE = ("#3D7EA6", "#B04A6F", "#5B8C2A", "#8A5A3C")
GRADE_FILL = ("#EAF1E6", "#F5D58A", "#C5482F")
GRADE_HATCH = ("", "////", "xxxx")


def stroke(key: str) -> Stroke:
    """Return a rulebook's stroke; an unknown rulebook gets a steady spare one."""
    if key in STROKES:
        return STROKES[key]
    return Stroke(_SPARE[sum(map(ord, key)) % len(_SPARE)], (0, (6, 2, 1, 2)), "X")


_RC: dict[Any, Any] = {
    "font.family": [FAMILY],
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "axes.grid": False,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "twofronts",
    "text.color": INK,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
}


@contextmanager
def look() -> Iterator[None]:
    """Apply the house look while a picture is made and saved."""
    use_in_matplotlib()
    with mpl.rc_context(_RC):
        yield


def canvas(width: float, height: float, **subplots: Any) -> tuple[Canvas, Any]:
    """Return a figure of a size [inch] and its axes."""
    layout = ConstrainedLayoutEngine(w_pad=0.03, h_pad=0.03, wspace=0.03)
    figure = Canvas(figsize=(width, height), layout=layout)
    return figure, figure.subplots(**subplots)


def save(figure: Canvas, kind: str) -> bytes:
    """Return a picture as SVG or PNG, the same bytes for the same picture.

    The first time settles where everything stands, so each kind shows the same picture.
    """
    out = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    figure.savefig(out, format=kind, dpi=200, metadata=metadata)  # type: ignore[arg-type]
    figure.set_layout_engine("none")
    return out.getvalue()


def quiet_grid(axes: Axes, axis: str = "y") -> None:
    """Draw faint lines behind the data."""
    axes.grid(True, axis=axis, color=FAINT, linewidth=0.5)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def fan(axes: Axes, x: Sequence[Any], draws: np.ndarray, key: str, *, inner: bool = True) -> None:
    """Draw the median with the bands that hold 90% and 50% of the draws.

    Parameters
    ----------
    draws : float64[n_draw, n_x]
        One line a draw.
    """
    s = stroke(key)
    q05, q25, q50, q75, q95 = np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    axes.fill_between(x, q05, q95, color=s.colour, alpha=0.16, linewidth=0)
    if inner:
        axes.fill_between(x, q25, q75, color=s.colour, alpha=0.26, linewidth=0)
    axes.plot(x, q50, color=s.colour, linestyle=s.dash, linewidth=s.width)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart so that none overlaps, keeping their order.

    Parameters
    ----------
    wanted : sequence of float
        Where the labels would like to stand.
    gap : float
        Least distance between two of them.
    low, high : float
        The room they have.

    Returns
    -------
    list of float
        Positions in the order given.
    """
    order = np.argsort(wanted, kind="stable")
    placed = np.asarray(wanted, dtype=float)[order]
    for _ in range(200):
        moved = False
        for i in range(len(placed) - 1):
            short = gap - (placed[i + 1] - placed[i])
            if short > 1e-9:
                placed[i] -= short / 2
                placed[i + 1] += short / 2
                moved = True
        if placed[0] < low:
            placed += low - placed[0]
        if placed[-1] > high:
            placed -= placed[-1] - high
        if not moved:
            break
    out = np.empty(len(placed))
    out[order] = placed
    return out.tolist()
