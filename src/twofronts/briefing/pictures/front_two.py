"""Front two in pictures: firms open, staff present, output; by day, sector and district."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Canvas

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.pictures.front_one import date_axis
from twofronts.briefing.pictures.style import (
    FAINT,
    FULL,
    INK,
    SOFT,
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
    figure, panels = canvas(FULL, 2.25, ncols=len(shown), sharey=True, squeeze=False)
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
        for (key, value), y in zip(ends.items(), spread(list(ends.values()), 9, 3, 101), strict=True):
            name = evidence.options[key].name(voice.lang)
            axes.annotate(
                f"{name} {words.number(value / 100, 'share', voice.lang)}",
                (evidence.dates[-1], y),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=stroke(key).colour,
                fontsize=7.5,
            )
        date_axis(axes, voice.lang, most=3)
        quiet_grid(axes)
    return figure


def staff_by(evidence: Evidence, voice: Voice, part: str) -> Canvas:
    """Staff present by sector or district: now, and on the last day under each option.

    Parameters
    ----------
    part : {"sector", "district"}
        What a row stands for.
    """
    table = evidence.place.sectors if part == "sector" else evidence.place.districts
    values = {k: (o.by_sector if part == "sector" else o.by_district) for k, o in evidence.options.items()}
    first = np.median(next(iter(values.values()))["staff_first"], axis=0) * 100
    last = {k: np.median(v["staff_last"], axis=0) * 100 for k, v in values.items()}
    names = table["name_zh" if voice.lang == "zh" else "name_en"].tolist()
    order = np.argsort(last[list(last)[min(1, len(last) - 1)]], kind="stable")
    figure, axes = canvas(FULL / 2 if part == "district" else FULL / 2, 0.55 + 0.155 * len(names))
    rows = np.arange(len(names))
    ends = np.array([first, *last.values()])
    axes.hlines(rows, ends.min(axis=0)[order], ends.max(axis=0)[order], color=FAINT, linewidth=2.2)
    axes.plot(first[order], rows, linestyle="", marker="|", markersize=8, color=INK, mew=1.6)
    for key, v in last.items():
        s = stroke(key)
        axes.plot(v[order], rows, linestyle="", marker=s.marker, markersize=4.6, color=s.colour, mec="white", mew=0.5)
    axes.set_yticks(rows, [names[i] for i in order])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=7)
    axes.set_xlim(0, 104)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0f}%")
    axes.set_ylim(-0.7, len(names) + 0.4)
    _name_top_row(axes, evidence, voice, first[order][-1], {k: v[order][-1] for k, v in last.items()}, len(names))
    quiet_grid(axes, "x")
    return figure


def _name_top_row(axes, evidence, voice, now, ends, n):  # type: ignore[no-untyped-def]
    """Name the marks above the first row, so that no legend is needed."""
    marks = [("now", voice("picture.staff_by.now"), float(now), INK)]
    marks += [(k, evidence.options[k].name(voice.lang), float(x), stroke(k).colour) for k, x in ends.items()]
    places = spread([m[2] for m in marks], 21 if voice.lang == "en" else 17, 6, 96)
    for (_, text, x, colour), at in zip(marks, places, strict=True):
        axes.annotate(
            text, (x, n - 0.75), xytext=(at, n - 0.05), ha="center", va="bottom", fontsize=7, color=colour,
            arrowprops={"arrowstyle": "-", "color": SOFT, "lw": 0.4, "shrinkA": 0, "shrinkB": 2},
        )
