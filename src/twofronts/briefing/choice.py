"""Which option to advise, by a rule that is stated in the brief and checked against the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from twofronts.briefing.evidence import Evidence
from twofronts.briefing.figures import Figures

Reason = Literal["within", "close", "least_risk"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The advised option and why.

    ``reason`` is "within" if its chance of a new wave stays within the tolerance, "close" if it
    does but the number of draws cannot tell for certain, "least_risk" if no option does.
    """

    key: str
    reason: Reason


def choose(evidence: Evidence, figures: Figures) -> Choice:
    """Advise the option with most staff at work among those within the tolerated chance of a wave.

    If none is within it, advise the one with the lowest chance, then the fewest infections.
    """
    tolerance = figures["wave.tolerance"].number
    keys = list(evidence.options)
    within = [k for k in keys if figures[f"{k}.wave"].number <= tolerance]
    if not within:
        least = min(
            keys, key=lambda k: (figures[f"{k}.wave"].number, figures[f"{k}.infections"].number)
        )
        return Choice(least, "least_risk")
    best = max(within, key=lambda k: figures[f"{k}.staff_mean"].number)
    high = figures[f"{best}.wave"].high
    assert isinstance(high, float)
    return Choice(best, "within" if high <= tolerance else "close")
