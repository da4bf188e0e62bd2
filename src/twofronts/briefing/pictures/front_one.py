"""Front one in pictures: what was reported, what may come, how fast it moves, when it is over."""

from __future__ import annotations

import datetime as dt

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.names import option_name
from twofronts.briefing.pictures.style import (
    ACCENT,
    BLUE,
    FAINT,
    FULL,
    HALF,
    INK,
    SOFT,
    canvas,
    fan,
    quiet_grid,
    spread,
    stroke,
)
from twofronts.briefing.weeks import fitted_weeks, is_tenfold, past_counts, weekly

STEPS = (1, 2, 3, 7, 14, 28, 56, 91, 182, 364)


def date_axis(
    axes: Axes, first: dt.date, last: dt.date, lang: str, *, anchor: dt.date, most: int = 5
) -> None:
    """Write days as "5 Feb" or "2月5日": whole weeks from an anchor, few enough to read.

    Parameters
    ----------
    first, last : date
        Ends of the data; no tick stands outside them.
    anchor : date
        A day that carries a tick.
    most : int
        Most ticks.
    """
    span = (last - first).days
    step = next((s for s in STEPS if span / s + 1 <= most), STEPS[-1])
    offset = (anchor - first).days % step
    days = [first + dt.timedelta(days=d) for d in range(offset, span + 1, step)]
    axes.set_xticks(mdates.date2num(days), [words.short_date(d, lang) for d in days])


def reported(evidence: Evidence, voice: Voice) -> Canvas:
    """New confirmed cases by day as bars, people in hospital as a line."""
    r = evidence.reports
    figure, (left, right) = canvas(FULL, 1.08, ncols=2, width_ratios=[3, 2])
    left.bar(r["date"], r["new_confirmed"], color=INK, width=0.75)
    left.set_title(voice("picture.reported.new"), fontsize=8)
    for column, key, colour, dash in (
        ("cum_confirmed", "confirmed", INK, "-"),
        ("cum_cured", "cured", "#0C7C59", (0, (4, 1.5))),
        ("in_hospital", "in_hospital", ACCENT, (0, (1.2, 1.2))),
    ):
        if column not in r or r[column].isna().all():
            continue
        line = r[["date", column]].dropna()
        right.plot(line["date"], line[column], color=colour, linestyle=dash, linewidth=1.6)
        last = line.iloc[-1]
        right.annotate(
            f"{voice(f'picture.reported.{key}')} {words.number(last[column], 'case', voice.lang)}",
            (last["date"], last[column]),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=7.5,
            annotation_clip=False,
        )
    right.set_title(voice("picture.reported.stock"), fontsize=8)
    _clear_line_ends(right)
    ends = (r["date"].iloc[0], r["date"].iloc[-1])
    for axes, most in ((left, 6), (right, 4)):
        date_axis(axes, *ends, voice.lang, anchor=ends[1], most=most)
        quiet_grid(axes)
        axes.set_ylim(bottom=0)
        axes.yaxis.get_major_locator().set_params(integer=True)
    return figure


def _clear_line_ends(axes: Axes) -> None:
    """Leave room right of the lines for their labels, and move labels apart."""
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + 0.42 * (high - low))
    notes = list(axes.texts)
    if len(notes) < 2:
        return
    top = max(float(t.xy[1]) for t in notes) * 1.08  # type: ignore[attr-defined]
    places = spread([float(t.xy[1]) for t in notes], top * 0.11, 0.0, top)  # type: ignore[attr-defined]
    for note, y in zip(notes, places, strict=True):
        note.xy = (note.xy[0], y)  # type: ignore[attr-defined]
    axes.set_ylim(0, top)


def course(evidence: Evidence, voice: Voice) -> Canvas:
    """Cases confirmed in the last seven days under each option, one panel an option, one scale."""
    past = past_counts(evidence)
    counts = past["new_confirmed"].to_numpy(dtype=float)
    series = {k: weekly(counts, o.daily["confirmed"]) for k, o in evidence.options.items()}
    behind = weekly(np.zeros(0), counts[None, :])[0] if len(counts) else np.zeros(0)
    figure, panels = canvas(FULL, 1.32, ncols=len(series), sharey=True, squeeze=False)
    top = max(float(np.quantile(s, 0.95, axis=0).max()) for s in series.values())
    high = max(top, float(behind.max(initial=1.0)))
    if evidence.fitted is not None:
        high = max(high, float(np.quantile(fitted_weeks(evidence)[1], 0.95, axis=0).max()))
    tenfold = is_tenfold(evidence)
    for axes, (key, draws) in zip(panels[0], series.items(), strict=True):
        option = evidence.options[key]
        axes.fill_between(past["date"], behind, color=FAINT, linewidth=0)
        axes.plot(past["date"], behind, color=INK, linewidth=1.2)
        if evidence.fitted is not None:
            fan(axes, *fitted_weeks(evidence), key, inner=False)
        fan(axes, evidence.dates, draws, key)
        axes.axvline(evidence.as_of, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_title(option_name(option, voice), color=stroke(key).colour)
        if tenfold:
            axes.set_yscale("symlog", linthresh=10)
            axes.yaxis.set_major_formatter(lambda y, _: words.number(y, "case", voice.lang))
            axes.minorticks_off()
        axes.set_ylim(0, high * (1.6 if tenfold else 1.08))
        begin = past["date"].iloc[0] if len(past) else evidence.dates[0]
        date_axis(axes, begin, evidence.dates[-1], voice.lang, anchor=evidence.as_of, most=4)
        quiet_grid(axes)
    first = panels[0][0]
    first.set_ylabel(voice("picture.course.y"))
    first.annotate(
        voice("picture.course.today"),
        (evidence.as_of, first.get_ylim()[1]),
        xytext=(3, -2),
        textcoords="offset points",
        va="top",
        fontsize=7,
        color=SOFT,
    )
    return figure


def reproduction(evidence: Evidence, voice: Voice) -> Canvas:
    """The reproduction number by day with its interval, against the line at one."""
    r = evidence.estimates.reproduction
    assert r is not None
    figure, axes = canvas(HALF, 0.98)
    axes.fill_between(r["date"], r["low"], r["high"], color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(r["date"], r["value"], color=BLUE, linewidth=1.8)
    axes.axhline(1, color=ACCENT, linewidth=1, linestyle=(0, (4, 2)))
    high = float(np.nanquantile(r["high"], 0.9))
    axes.set_ylim(0, max(2.0, min(float(r["high"].max()), 1.3 * high)))
    axes.annotate(
        voice("picture.reproduction.one"),
        (1, 1),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 3),
        textcoords="offset points",
        ha="right",
        color=ACCENT,
        fontsize=7.5,
    )
    first, last = r["date"].iloc[0], r["date"].iloc[-1]
    date_axis(axes, first, last, voice.lang, anchor=last)
    quiet_grid(axes)
    return figure


def more_cases(evidence: Evidence, voice: Voice) -> Canvas:
    """The chance that more cases come, by day, if none is reported until then."""
    m = evidence.estimates.more_cases
    assert m is not None
    near = (m[["prob", "prob_lifted"]] > 0.002).any(axis=1).to_numpy()
    m = m.iloc[: max(int(near.sum()) + 1, 8)]
    figure, axes = canvas(HALF, 0.98)
    for column, dash, colour in (("prob", "-", BLUE), ("prob_lifted", (0, (4, 1.6)), SOFT)):
        share = m[column].to_numpy(dtype=float) * 100
        axes.plot(m["date"], share, color=colour, linewidth=1.8, linestyle=dash)
        at = int(np.argmin(np.abs(share - (50 if column == "prob" else 70))))
        ahead = column == "prob_lifted"
        axes.annotate(
            voice(f"picture.more_cases.{column}"),
            (m["date"].iloc[at], share[at]),
            xytext=(5 if ahead else -5, 0),
            textcoords="offset points",
            ha="left" if ahead else "right",
            va="center",
            color=colour,
            fontsize=7.5,
        )
    threshold = evidence.estimates.over_prob * 100
    axes.axhline(threshold, color=ACCENT, linewidth=1, linestyle=(0, (4, 2)))
    axes.annotate(
        voice("picture.more_cases.five"),
        (0, threshold),
        xycoords=("axes fraction", "data"),
        xytext=(3, 3),
        textcoords="offset points",
        color=ACCENT,
        fontsize=7.5,
    )
    axes.set_ylim(0, 103)
    axes.yaxis.set_major_formatter(lambda y, _: f"{y:.0f}%")
    first, last = m["date"].iloc[0], m["date"].iloc[-1]
    date_axis(axes, first, last, voice.lang, anchor=first)
    quiet_grid(axes)
    return figure
