"""The options against each other: both fronts in one plane."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Canvas

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.names import option_name
from twofronts.briefing.pictures.style import FULL, canvas, quiet_grid, stroke


def two_fronts(evidence: Evidence, voice: Voice) -> Canvas:
    """Each option as a cross: infections upward, work done to the right, intervals as arms."""
    figure, axes = canvas(FULL / 2, 1.75)
    tops = []
    for key, option in evidence.options.items():
        s = stroke(key)
        x = np.quantile(option.totals["staff_mean"], [0.05, 0.5, 0.95]) * 100
        y = np.quantile(option.totals["infections"], [0.05, 0.5, 0.95])
        axes.plot([x[0], x[2]], [y[1], y[1]], color=s.colour, linewidth=1.4, linestyle=s.dash)
        axes.plot([x[1], x[1]], [y[0], y[2]], color=s.colour, linewidth=1.4, linestyle=s.dash)
        axes.plot(x[1], y[1], marker=s.marker, color=s.colour, markersize=7, mec="white")
        axes.annotate(
            option_name(option, voice),
            (x[1], y[1]),
            xytext=(6, 6),
            textcoords="offset points",
            color=s.colour,
            fontsize=8,
            fontweight="bold",
        )
        tops.append(y[2])
    if max(tops) > 30 * max(min(tops), 1.0):
        axes.set_yscale("symlog", linthresh=10)
        axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda v, _: words.number(v, "person", voice.lang))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(lambda v, _: f"{v:.0f}%")
    axes.set_xlabel(voice("picture.two_fronts.x"))
    axes.set_ylabel(voice("picture.two_fronts.y"))
    low, high = axes.get_xlim()
    axes.set_xlim(low - 0.05 * (high - low), high + 0.35 * (high - low))
    quiet_grid(axes, "both")
    return figure
