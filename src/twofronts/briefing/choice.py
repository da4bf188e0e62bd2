"""Which option to advise: the search's plan, unless it is no clear gain over what is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from twofronts.briefing.evidence import PLAN, Evidence
from twofronts.briefing.figures import Figures
from twofronts.briefing.measure import direction

Reason = Literal["plan", "no_gain", "infeasible"]
# What is in force and what was decided: to keep it takes no new decision
DECIDED = ("held", "meeting")


@dataclass(frozen=True, slots=True)
class Choice:
    """The advised option and why.

    ``reason`` is "plan" if the search's plan keeps every limit and is clearly better than whatever
    is decided and keeps them too; "no_gain" if something decided is as good, so that it stays;
    "infeasible" if not even the plan keeps every limit on the unseen courses.
    """

    key: str
    reason: Reason


def choose(evidence: Evidence, figures: Figures) -> Choice:
    """Return the option to advise.

    Something decided counts as as good if it keeps every limit and the 90% interval of the plan's
    mean advantage over it does not lie above nought.
    """
    search = evidence.search
    if not search.feasible:
        return Choice(PLAN, "infeasible")
    as_good = [
        k
        for k in DECIDED
        if k in evidence.options and search.keeps(k) and direction(figures, f"gain.{k}.sure") <= 0
    ]
    if as_good:
        return Choice(min(as_good, key=lambda k: figures[f"gain.{k}.harm"].number), "no_gain")
    return Choice(PLAN, "plan")
