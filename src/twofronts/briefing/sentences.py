"""Which sentence the results support: chosen by the figures, never by hope."""

from __future__ import annotations

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.figures import Figures
from twofronts.briefing.measure import direction
from twofronts.briefing.names import option_phrase, sentence_case

# Apart by more than this factor is said to be far
FAR = 1.5


def front_one_line(f: Figures) -> str:
    """Return which sentence the reports and the reproduction number support."""
    if not f.known("r", "reports.new_week_before") or f["r"].low is None:
        return "counts"
    falling = f["reports.new_week"].number <= f["reports.new_week_before"].number
    r = f["r"]
    if r.number >= 1:
        return "mixed" if falling else "growing"
    if not falling:
        return "mixed"
    return "receding" if float(r.high) < 1 else "likely"  # type: ignore[arg-type]


def staff_gap(f: Figures) -> str:
    """Return whether the simulation starts with far more or fewer at work than was reported."""
    if not f.known("now.staff_count", "reported.staff"):
        return ""
    ratio = f["now.staff_count"].number / f["reported.staff"].number
    return "more" if ratio > FAR else ("fewer" if ratio < 1 / FAR else "")


def comparison(evidence: Evidence, voice: Voice, key: str) -> str:
    """Return the sentence that sets an option against the first one, on both fronts."""
    f = voice.figures
    base = option_phrase(evidence.base, voice)
    option = option_phrase(evidence.options[key], voice)
    word = {1: "up", -1: "down", 0: "unclear"}
    bind = {"rb": key, "base": evidence.base.key}
    work = voice(f"compare.work.{word[direction(f, f'{key}.d_staff_mean')]}", bind=bind)
    risk = voice(f"compare.risk.{word[direction(f, f'{key}.d_infections')]}", bind=bind)
    same = voice.show(f"{key}.wave", "i") == voice.show(f"{evidence.base.key}.wave", "i")
    wave = voice(f"compare.wave.{'same' if same else 'differs'}", {"base": base}, bind)
    return sentence_case(
        voice(
            "compare.line",
            {"option": option, "base": base, "work": work, "risk": risk, "wave": wave},
        )
    )
