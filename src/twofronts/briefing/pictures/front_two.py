"""Front two in pictures: firms open, staff present, output; by day, sector and district."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.names import option_name
from twofronts.briefing.pictures.front_one import date_axis
from twofronts.briefing.pictures.style import (
    FAINT,
    FULL,
    INK,
    PAPER,
    canvas,
    fan,
    quiet_grid,
    spread,
    stroke,
)

RATES = ("firms", "staff", "output")


def rates(evidence: Evidence, voice: Voice) -> Canvas:
    """The three rates by day: one panel a rate, one line an option, labels at the lines' ends."""
    shown = [r for r in RATES if all(r in o.daily for o in evidence.options.values())]
    figure, panels = canvas(FULL, 1.95, ncols=len(shown), sharey=True, squeeze=False)
    for axes, rate in zip(panels[0], shown, strict=True):
        ends = {}
        for key, option in evidence.options.items():
            draws = option.daily[rate] * 100
            fan(axes, evidence.dates, draws, key, inner=False)
            ends[key] = float(np.median(draws[:, -1]))
        axes.set_title(voice(f"rate.{rate}"))
        axes.set_ylim(0, 104)
        axes.yaxis.set_major_formatter(lambda y, _: f"{y:.0f}%")
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + 0.62 * (high - low))
        for (key, value), y in zip(
            ends.items(), spread(list(ends.values()), 9, 3, 101), strict=True
        ):
            name = option_name(evidence.options[key], voice)
            axes.annotate(
                f"{name} {words.number(value / 100, 'share', voice.lang)}",
                (evidence.dates[-1], y),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=stroke(key).colour,
                fontsize=7.5,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.4, "alpha": 0.85},
            )
        first, last = evidence.dates[0], evidence.dates[-1]
        date_axis(axes, first, last, voice.lang, anchor=last, most=4)
        quiet_grid(axes)
    return figure


def staff(evidence: Evidence, voice: Voice) -> Canvas:
    """Staff present by sector and by district: on the first day, and on the last by option."""
    place = evidence.place
    height = 0.52 + 0.112 * max(len(place.sectors), len(place.districts) + 7)
    figure, (left, right) = canvas(FULL, height, ncols=2)
    key = "name_zh" if voice.lang == "zh" else "name_en"
    options = evidence.options
    _dots(left, place.sectors[key].tolist(), {k: o.by_sector for k, o in options.items()})
    _dots(right, place.districts[key].tolist(), {k: o.by_district for k, o in options.items()})
    left.set_title(voice("picture.staff.sector"))
    right.set_title(voice("picture.staff.district"))
    rows = max(len(place.sectors), len(place.districts) + 7)
    left.set_ylim(rows - 0.4, -0.8)
    right.set_ylim(rows - 0.4, -0.8)
    _name_marks(right, len(place.districts) + 1.6, evidence, voice)
    return figure


def _dots(axes: Axes, names: list[str], values: dict[str, dict[str, np.ndarray]]) -> None:
    """Draw a row for each name, lowest first; the line spans from now to the farthest option."""
    first = np.median(next(iter(values.values()))["staff_first"], axis=0) * 100
    last = {k: np.median(v["staff_last"], axis=0) * 100 for k, v in values.items()}
    order = np.argsort(np.nan_to_num(next(iter(last.values())), nan=999), kind="stable")
    rows = np.arange(len(names))
    ends = np.array([first, *last.values()])
    axes.hlines(rows, ends.min(axis=0)[order], ends.max(axis=0)[order], color=FAINT, linewidth=2.2)
    axes.plot(first[order], rows, linestyle="", marker="|", markersize=8, color=INK, mew=1.6)
    # options apart by a little, so that equal shares stay visible
    apart = np.linspace(-0.22, 0.22, len(last)) if len(last) > 1 else np.zeros(1)
    for (key, v), dy in zip(last.items(), apart, strict=True):
        s = stroke(key)
        look: dict[str, Any] = {
            "marker": s.marker,
            "markersize": 4.6,
            "color": s.colour,
            "mec": "white",
            "mew": 0.5,
        }
        axes.plot(v[order], rows + dy, linestyle="", **look)
    axes.set_yticks(rows, [names[i] for i in order])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=6.8)
    axes.set_xlim(0, 104)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0f}%")
    axes.xaxis.tick_top()
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.vlines([25, 50, 75, 100], -0.8, len(names) - 0.4, color=FAINT, linewidth=0.5, zorder=0)
    axes.set_xticks([0, 25, 50, 75, 100])


def _name_marks(axes: Axes, row: float, evidence: Evidence, voice: Voice) -> None:
    """Write what each mark means, in the room left below the shorter panel."""
    marks = [("|", INK, voice("picture.staff.now"))]
    for key, option in evidence.options.items():
        s = stroke(key)
        words_ = voice("picture.staff.then", {"option": option_name(option, voice)})
        marks.append((s.marker, s.colour, words_))
    for i, (marker, colour, text) in enumerate(marks):
        axes.plot(
            [4],
            [row + 1.05 * i],
            marker=marker,
            color=colour,
            markersize=6,
            linestyle="",
            mew=1.6 if marker == "|" else 0,
        )
        axes.annotate(text, (8, row + 1.05 * i), va="center", color=colour, fontsize=7.5)
