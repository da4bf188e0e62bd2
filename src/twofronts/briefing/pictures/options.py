"""The options against each other: both fronts in one plane."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.names import option_name
from twofronts.briefing.pictures.style import FULL, canvas, quiet_grid, spread, stroke


def two_fronts(evidence: Evidence, voice: Voice) -> Canvas:
    """Each option as a cross: infections upward, work done to the right, intervals as arms."""
    figure, axes = canvas(FULL / 2, 1.5)
    tops: list[float] = []
    middles: dict[str, tuple[float, float]] = {}
    for key, option in evidence.options.items():
        s = stroke(key)
        x = np.quantile(option.totals["staff_mean"], [0.05, 0.5, 0.95]) * 100
        y = np.quantile(option.totals["infections"], [0.05, 0.5, 0.95])
        axes.plot([x[0], x[2]], [y[1], y[1]], color=s.colour, linewidth=1.4, linestyle=s.dash)
        axes.plot([x[1], x[1]], [y[0], y[2]], color=s.colour, linewidth=1.4, linestyle=s.dash)
        axes.plot(x[1], y[1], marker=s.marker, color=s.colour, markersize=7, mec="white")
        middles[key] = (float(x[1]), float(y[1]))
        tops.append(y[2])
    if max(tops) > 30 * max(min(tops), 1.0):
        axes.set_yscale("symlog", linthresh=10)
        axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda v, _: words.number(v, "person", voice.lang))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(lambda v, _: f"{v:.0f}%")
    axes.set_xlabel(voice("picture.two_fronts.x"))
    axes.set_ylabel(voice("picture.two_fronts.y"), fontsize=7)
    quiet_grid(axes, "both")
    _name_options(axes, middles, evidence, voice)
    return figure


def _name_options(
    axes: Axes,
    middles: dict[str, tuple[float, float]],
    evidence: Evidence,
    voice: Voice,
) -> None:
    """Write each option's name right of the picture, apart from the others, with a line to it."""
    across = axes.transData + axes.transAxes.inverted()
    heights = [float(across.transform(middle)[1]) for middle in middles.values()]
    for (key, middle), y in zip(middles.items(), spread(heights, 0.13, 0.03, 0.97), strict=True):
        colour = stroke(key).colour
        axes.annotate(
            option_name(evidence.options[key], voice),
            middle,
            xytext=(1.06, y),
            textcoords="axes fraction",
            va="center",
            color=colour,
            fontsize=7.5,
            fontweight="bold",
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.6, "shrinkB": 5},
        )
