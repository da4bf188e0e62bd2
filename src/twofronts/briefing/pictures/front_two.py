"""Front two in pictures: firms open, staff present, output; by day, sector and district."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import choose
from twofronts.briefing.evidence import Evidence, Option
from twofronts.briefing.names import option_name
from twofronts.briefing.pictures.front_one import date_axis
from twofronts.briefing.pictures.style import (
    FAINT,
    FULL,
    INK,
    PAPER,
    SOFT,
    canvas,
    fan,
    quiet_grid,
    spread,
    stroke,
)
from twofronts.economy.variables import BINDING

RATES = ("firms", "staff", "output")
# Output above this share of normal is not called limited
NEAR_NORMAL = 0.97
NOTHING = BINDING[0]


def limits_of(option: Option) -> list[str]:
    """Return what limits each sector's output on the last day, as ``BINDING`` names it.

    The commonest limit over the courses; nothing where the middle course is near normal.
    """
    codes, last = option.by_sector["binds"], np.median(option.by_sector["output_last"], axis=0)
    common = [np.bincount(c, minlength=len(BINDING))[1:].argmax() + 1 for c in codes.T.astype(int)]
    none = (codes == 0).all(axis=0) | (last >= NEAR_NORMAL)
    return [NOTHING if free else BINDING[c] for c, free in zip(common, none, strict=True)]


def rates(evidence: Evidence, voice: Voice) -> Canvas:
    """The three rates by day: one panel a rate, one line an option, labels at the lines' ends."""
    shown = [r for r in RATES if all(r in o.daily for o in evidence.options.values())]
    figure, panels = canvas(FULL, 1.3, ncols=len(shown), sharey=True, squeeze=False)
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
            ends.items(), spread(list(ends.values()), 13.5, 3, 101), strict=True
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
    """Output by sector and staff by district: on the first day, and on the last by option."""
    place, options = evidence.place, evidence.options
    extra = len(options) + 4
    height = 0.48 + 0.094 * max(len(place.sectors), len(place.districts) + extra)
    figure, (left, right) = canvas(FULL, height, ncols=2)
    key = "name_zh" if voice.lang == "zh" else "name_en"
    advised = options[choose(evidence, voice.figures).key]
    binds = ["" if what == NOTHING else voice(f"bind_word.{what}") for what in limits_of(advised)]
    sectors = {k: o.by_sector for k, o in options.items()}
    _dots(left, "output", place.sectors[key].tolist(), sectors, binds)
    districts = {k: o.by_district for k, o in options.items()}
    _dots(right, "staff", place.districts[key].tolist(), districts)
    left.set_title(voice("picture.staff.sector"))
    right.set_title(voice("picture.staff.district"))
    rows = max(len(place.sectors), len(place.districts) + extra)
    left.set_ylim(rows - 0.4, -0.8)
    right.set_ylim(rows - 0.4, -0.8)
    _name_marks(right, len(place.districts) + 1.6, evidence, voice)
    return figure


def _dots(
    axes: Axes,
    rate: str,
    names: list[str],
    values: dict[str, dict[str, np.ndarray]],
    remarks: Sequence[str] = (),
) -> None:
    """Draw a row for each name, lowest first; the line spans from now to the farthest option."""
    first = np.median(next(iter(values.values()))[f"{rate}_first"], axis=0) * 100
    last = {k: np.median(v[f"{rate}_last"], axis=0) * 100 for k, v in values.items()}
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
    axes.tick_params(axis="y", labelcolor=INK, labelsize=6.0)
    high = max(104.0, float(np.nanmax(ends)) + 3)
    for row, i in enumerate(order):
        if remarks:
            axes.annotate(remarks[i], (high + 1, row), va="center", color=SOFT, fontsize=6.3)
    axes.set_xlim(0, high + (16 if any(remarks) else 0))
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
