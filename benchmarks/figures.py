"""One figure of a benchmark, beside its floor."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the floor it must clear.

    Parameters
    ----------
    name : str
        What was measured.
    value : float
        The measurement.
    unit : str
        Its unit.
    floor : float or None
        The value to clear; None where there is none.
    better : "lower" or "higher"
        Which side of the floor is the good one.
    how : str
        What was run, so that it can be run again.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    better: Literal["lower", "higher"] = "lower"
    how: str = ""

    @property
    def ok(self) -> bool:
        """Whether the floor is cleared."""
        if self.floor is None:
            return True
        return self.value <= self.floor if self.better == "lower" else self.value >= self.floor

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as JSON can carry it."""
        return asdict(self) | {"ok": self.ok}
