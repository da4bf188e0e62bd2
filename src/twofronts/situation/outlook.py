"""Is this city's outbreak over? The chance of more local cases, with and without the measures."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from twofronts.parameters import Parameters
from twofronts.situation.ending import OVER_PROB, chance_of_more, first_day_over
from twofronts.situation.intervals import SerialInterval
from twofronts.situation.smoothed import Smoothed

DAYS_AHEAD = 60


@dataclass(frozen=True, slots=True)
class Ending:
    """Chance that local cases still come of those known, if none comes in the meantime.

    ``chance_*`` is on the day itself [1], ``over_*`` the first day below ``OVER_PROB``; ``with``
    the reproduction number as estimated now, ``without`` the one before measures.
    """

    as_of: dt.date
    chance_with: float
    chance_without: float
    over_with: dt.date | None
    over_without: dt.date | None
    curve_with: tuple[float, ...]
    curve_without: tuple[float, ...]
    r_without: float

    def lines(self) -> list[str]:
        """Return the finding in two lines of text."""

        def day(date: dt.date | None) -> str:
            return f"not within {DAYS_AHEAD} days" if date is None else date.isoformat()

        return [
            f"Chance of more local cases from those known: {100 * self.chance_with:.0f}%; below "
            f"{100 * OVER_PROB:.0f}% from {day(self.over_with)} if none comes",
            f"  were the measures lifted (reproduction number {self.r_without:g}): "
            f"{100 * self.chance_without:.0f}%; below {100 * OVER_PROB:.0f}% from "
            f"{day(self.over_without)}",
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON can carry it."""
        return {
            "threshold": OVER_PROB,
            "with_measures": {
                "chance": self.chance_with,
                "over_from": None if self.over_with is None else self.over_with.isoformat(),
                "chance_by_day_ahead": [round(c, 6) for c in self.curve_with],
            },
            "without_measures": {
                "reproduction_number": self.r_without,
                "chance": self.chance_without,
                "over_from": None if self.over_without is None else self.over_without.isoformat(),
                "chance_by_day_ahead": [round(c, 6) for c in self.curve_without],
            },
        }


def ending_of(
    smoothed: Smoothed,
    local: np.ndarray,
    imported: np.ndarray,
    *,
    as_of: dt.date,
    interval: SerialInterval,
    parameters: Parameters,
) -> Ending | None:
    """Return the outlook for one area, or None where nobody was ever infectious.

    Cases count from the day they are in the series; where that is the day of confirmation the
    outlook is on the late, careful side, and imports still to come are not in it.

    Parameters
    ----------
    smoothed : Smoothed
        Of the same area.
    local, imported : float64[day]
        New cases. [persons/d]
    as_of : date
        The last day of the series.
    interval : SerialInterval
    parameters : Parameters

    Returns
    -------
    Ending or None
    """
    rho = parameters.value("reproduction.imported_infectiousness")
    sources = np.concatenate([local + rho * imported, np.zeros(DAYS_AHEAD)])
    if not sources.any():
        return None
    start = local.size - 1
    cdf = np.minimum(np.cumsum(interval.pmf), 1.0)
    cdf[-1] = 1.0
    now = _averaged(smoothed, sources, cdf)[start:]
    r0 = parameters.value("ending.r_without_measures")
    free = np.zeros(now.size)
    for (k, _), weight in zip(smoothed.prior.dispersions, smoothed.dispersion, strict=True):
        free += weight * chance_of_more(sources, r=r0, k=k, interval_cdf=cdf)[start:]

    def date(chance: np.ndarray) -> dt.date | None:
        day = first_day_over(chance)
        return None if day is None else as_of + dt.timedelta(days=day)

    return Ending(
        as_of,
        float(now[0]),
        float(free[0]),
        date(now),
        date(free),
        tuple(map(float, now)),
        tuple(map(float, free)),
        r0,
    )


def _averaged(smoothed: Smoothed, sources: np.ndarray, cdf: np.ndarray) -> np.ndarray:
    """Average the chance over the newest posterior of the reproduction number and of k."""
    density = smoothed.density[-1]
    # a few dozen points carry the average; the grid is far finer than it needs
    groups = np.array_split(np.arange(density.size), 36)
    total = np.zeros(sources.size)
    for group in groups:
        weight = float(density[group].sum())
        if weight < 1e-9:
            continue
        r = math.exp(float(density[group] @ np.log(smoothed.grid[group])) / weight)
        for (k, _), share in zip(smoothed.prior.dispersions, smoothed.dispersion, strict=True):
            total += weight * share * chance_of_more(sources, r=r, k=k, interval_cdf=cdf)
    return total
