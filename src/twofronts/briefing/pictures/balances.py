"""The four balances as scales, with a mark for each option."""

from __future__ import annotations

from matplotlib.figure import Figure as Canvas

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.names import option_name
from twofronts.briefing.pictures.style import FAINT, FULL, INK, SOFT, canvas, stroke


def balances(evidence: Evidence, voice: Voice) -> Canvas:
    """Each balance as a line from one end to the other; every option stands somewhere on it."""
    zh = voice.lang == "zh"
    found = evidence.search.dials
    scales = next(iter(found.values()))
    figure, panels = canvas(FULL, 0.98, ncols=2, nrows=2)
    for number, (axes, dial) in enumerate(zip(panels.flat, scales, strict=True)):
        left, right = dial.ends_zh if zh else dial.ends_en
        axes.plot([0, 1], [0, 0], color=FAINT, linewidth=4, solid_capstyle="round", zorder=1)
        axes.plot([0.5], [0], marker="|", color=SOFT, markersize=9, zorder=2)
        for key, option in evidence.options.items():
            s = stroke(key)
            axes.plot(
                [found[key][number].value], [0], linestyle="", marker=s.marker, color=s.colour,
                markersize=7.5, mec="white", mew=0.7, zorder=3, label=option_name(option, voice),
            )  # fmt: skip
        axes.annotate(left, (-0.07, 0), ha="right", va="center", fontsize=7.5, color=INK)
        axes.annotate(right, (1.07, 0), ha="left", va="center", fontsize=7.5, color=INK)
        axes.set_title(dial.zh if zh else dial.en, fontsize=8)
        axes.set_xlim(-0.5, 1.36)
        axes.set_ylim(-1, 1)
        axes.set_axis_off()
    figure.legend(
        *panels[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=len(found),
        frameon=False, fontsize=7.5, handletextpad=0.2,
    )  # fmt: skip
    return figure
