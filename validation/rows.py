"""One row of the validation: what was computed, what it should be, and whether it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A computed value beside its published or reference value.

    Parameters
    ----------
    name : str
        What is compared.
    value : float
        What Two Fronts computes.
    target : float or str
        What was published.
    low, high : float
        The row holds if ``low <= value <= high``; the tolerance was stated before the run.
    source : str
        Where the target comes from.
    draws : int
        Random draws behind ``value``; 0 where it is exact.
    unit, note : str
        The unit; what a reader of a miss must know.
    judged : bool
        False for a figure that has nothing to be held to: shown, and counted neither way.
    """

    name: str
    value: float
    target: float | str
    low: float
    high: float
    source: str
    draws: int = 0
    unit: str = "1"
    note: str = ""
    judged: bool = True

    @property
    def ok(self) -> bool:
        """Whether the value lies within its tolerance."""
        return self.low <= self.value <= self.high

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON can carry it."""
        return asdict(self) | {"ok": self.ok}
