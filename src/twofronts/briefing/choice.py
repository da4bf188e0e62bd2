"""Which option to advise, by a rule that is stated in the brief and checked against the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from twofronts.briefing.evidence import Evidence
from twofronts.briefing.figures import Figures

Reason = Literal["within", "close", "least_risk"]
# What is best among options within the tolerated risk: the figure, and whether more is better
GOALS: dict[str, tuple[str, int]] = {
    "work": ("staff_mean", 1),
    "health": ("infections", -1),
    "burden": ("burden", -1),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The advised option and why.

    ``reason`` is "within" if its chance of a new wave stays within the tolerance, "close" if it
    does but the number of draws cannot tell for certain, "least_risk" if no option does.
    """

    key: str
    reason: Reason
    goal: str


def choose(evidence: Evidence, figures: Figures) -> Choice:
    """Advise the option that serves the goal best among those within the tolerated risk.

    If none is within it, advise the one with the lowest chance, then the fewest infections.
    """
    goal = evidence.goal
    figure, sign = GOALS[goal]
    tolerance = figures["wave.tolerance"].number
    keys = list(evidence.options)

    def least(key: str) -> tuple[float, float]:
        return figures[f"{key}.wave"].number, figures[f"{key}.infections"].number

    within = [k for k in keys if figures[f"{k}.wave"].number <= tolerance]
    if not within:
        return Choice(min(keys, key=least), "least_risk", goal)
    best = max(within, key=lambda k: sign * figures[f"{k}.{figure}"].number)
    high = figures[f"{best}.wave"].high
    assert isinstance(high, float)
    return Choice(best, "within" if high <= tolerance else "close", goal)
