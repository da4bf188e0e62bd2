"""Figures: every number of the brief, by name, with unit, interval and origin.

The text of the brief holds names in braces and never digits; what stands in their place comes from
here. Change a result and the sentence changes; a name that has no figure stops the brief.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from twofronts.planning import summaries

LEVEL = 0.9  # of the intervals in brackets, unless a figure says otherwise
ENDS = (0.05, 0.95)  # its quantiles


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Parameters
    ----------
    name : str
        Dotted: ``held.infections``.
    value : float or datetime.date
        Central value.
    unit : str
        A key of the catalogue under ``unit``: "case", "share", "date".
    low, high : float, datetime.date or None
        Ends of the interval, both or none.
    level : float
        Coverage of the interval.
    origin : str
        Where it comes from: "reports", "estimate", "draws", "city", "plan".
    """

    name: str
    value: float | dt.date
    unit: str
    low: float | dt.date | None = None
    high: float | dt.date | None = None
    level: float = LEVEL
    origin: str = "draws"

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.name}: an interval has two ends")
        for x in (self.value, self.low, self.high):
            if isinstance(x, float) and not math.isfinite(x):
                raise ValueError(f"{self.name} is {x}; a figure that is not known is left out")

    @property
    def number(self) -> float:
        """The value as a number; a date is an error."""
        if isinstance(self.value, dt.date):
            raise TypeError(f"{self.name} is a date")
        return float(self.value)


class Figures(Mapping[str, Figure]):
    """A set of figures by name. Names that are not known are absent, never None."""

    def __init__(self) -> None:
        self._items: dict[str, Figure] = {}

    def __getitem__(self, name: str) -> Figure:
        try:
            return self._items[name]
        except KeyError:
            raise KeyError(
                f"no figure is called {name!r}: the text asks for a number that no result gives"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def put(self, figure: Figure) -> None:
        """Add a figure; a second one of the same name is an error of the program."""
        if figure.name in self._items:
            raise ValueError(f"{figure.name} is put twice")
        self._items[figure.name] = figure

    def add(
        self,
        name: str,
        value: float | dt.date | None,
        unit: str,
        interval: tuple[float, float] | None = None,
        *,
        origin: str,
        level: float = LEVEL,
    ) -> None:
        """Add a figure unless its value is not known (None or NaN)."""
        if value is None or (not isinstance(value, dt.date) and not math.isfinite(value)):
            return
        low, high = interval if interval is not None else (None, None)
        if interval is not None and not all(math.isfinite(x) for x in interval):
            low = high = None
        if not isinstance(value, dt.date):
            value = float(value)
        self.put(Figure(name, value, unit, low, high, level, origin))

    def from_draws(self, name: str, draws: np.ndarray, unit: str, *, origin: str = "draws") -> None:
        """Add the median of draws with the middle 90% of them.

        Parameters
        ----------
        draws : float64[n_draw]
            One value a draw. Draws that are NaN make the figure unknown.
        """
        draws = np.asarray(draws, dtype=np.float64)
        if draws.size == 0 or not np.isfinite(draws).all():
            return
        low, mid, high = np.quantile(draws, [ENDS[0], 0.5, ENDS[1]])
        self.put(Figure(name, float(mid), unit, float(low), float(high), LEVEL, origin))

    def chance(self, name: str, happened: np.ndarray, *, origin: str = "draws") -> None:
        """Add the share of draws in which something happened, with its Wilson interval.

        The interval says how far the number of draws carries; it is at ``LEVEL``.

        Parameters
        ----------
        happened : bool[n_draw]
            One answer a draw.
        """
        happened = np.asarray(happened, dtype=bool)
        n = happened.size
        if n == 0:
            return
        low, high = wilson(int(happened.sum()), n)
        self.put(Figure(name, float(happened.mean()), "chance", low, high, LEVEL, origin))

    def known(self, *names: str) -> bool:
        """Whether every one of these figures is known."""
        return all(n in self._items for n in names)


def wilson(k: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Wilson score interval of a share.

    Parameters
    ----------
    k, n : int
        Successes among trials, 0 <= k <= n, n >= 1.

    Returns
    -------
    tuple of float
        Lower and upper end, inside [0, 1].

    References
    ----------
    .. [1] Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    from scipy.special import ndtri

    return summaries.wilson(k, n, float(ndtri((1 + level) / 2)))
