"""Is this city's outbreak over? The chance of more local cases, with and without the measures."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from twofronts.parameters import Parameters
from twofronts.situation.ending import (
    OVER_PROB,
    chance_of_more,
    chance_of_more_traced,
    first_day_over,
)
from twofronts.situation.intervals import SerialInterval
from twofronts.situation.linelist import LineList
from twofronts.situation.smoothed import Smoothed
from twofronts.wording import Lang, date_words

DAYS_AHEAD = 60
MOST_TRACED = 3000
"""Cases beyond which the chance with known infectors is not worked out. [persons]"""
Chance = Callable[[float, float], np.ndarray]
"""From a reproduction number and k to the chance of more on each day from the as-of day on."""


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
    traced: Ending | None = None
    """The same from the line list, where it names infectors (Hart 2024)."""

    def lines(self, how: str = "", *, lang: Lang = "en") -> list[str]:
        """Return the finding in two lines of text, and two more where infectors are known."""
        zh = lang == "zh"

        def day(date: dt.date | None) -> str:
            if date is None:
                return f"{DAYS_AHEAD}天内不会" if zh else f"not within {DAYS_AHEAD} days"
            return f"{date_words(date, lang)}起" if zh else date.isoformat()

        now, lifted = f"{100 * self.chance_with:.0f}%", f"{100 * self.chance_without:.0f}%"
        limit, r = f"{100 * OVER_PROB:.0f}%", f"{self.r_without:g}"
        held, free = day(self.over_with), day(self.over_without)
        if zh:
            lines = [
                f"由已知病例再引起本地病例的概率{how}：{now}；如无新增，{held}低于{limit}",
                f"  如取消措施（再生数{r}）：{lifted}；{free}低于{limit}",
            ]
        else:
            lines = [
                f"Chance of more local cases from those known{how}: "
                f"{now}; below {limit} from {held} if none comes",
                f"  were the measures lifted (reproduction number {r}): "
                f"{lifted}; below {limit} from {free}",
            ]
        if self.traced is not None:
            known = "（已知传播链）" if zh else ", with known infectors"
            lines += self.traced.lines(known, lang=lang)
        return lines

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
            "with_known_infectors": None if self.traced is None else self.traced.to_json(),
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
    cdf = _reach(interval)

    def chance(r: float, k: float) -> np.ndarray:
        return chance_of_more(sources, r=r, k=k, interval_cdf=cdf)[local.size - 1 :]

    return _ending(smoothed, chance, as_of, parameters)


def traced_ending(
    smoothed: Smoothed,
    line_list: LineList,
    *,
    as_of: dt.date,
    interval: SerialInterval,
    parameters: Parameters,
) -> Ending | None:
    """Return the outlook from a line list that names infectors, or None if it names none.

    Cases count from their onset, or from their confirmation where it is not known; one that fell
    ill before its infector counts from the infector's day, so that the link stays.

    Parameters
    ----------
    smoothed : Smoothed
        Of the whole city.
    line_list : LineList
    as_of : date
    interval : SerialInterval
    parameters : Parameters

    Returns
    -------
    Ending or None
        None too beyond ``MOST_TRACED`` cases: it is not over.
    """
    table = line_list.known_on(as_of)
    place = {str(case): i for i, case in enumerate(table["id"])}
    infector = [place.get(str(name), -1) for name in table["infector"]]
    if max(infector, default=-1) < 0 or len(infector) > MOST_TRACED:
        return None
    when = table["onset"].fillna(table["confirmation"])
    first = when.min()
    day = (when - first).dt.days.to_numpy(dtype=np.int64)
    # along the chain, so that no case is before its infector
    for _ in range(len(infector)):
        moved = np.where(np.array(infector) >= 0, np.maximum(day, day[infector]), day)
        if np.array_equal(moved, day):
            break
        day = moved
    now = (as_of - first.date()).days
    cdf = _reach(interval)

    def chance(r: float, k: float) -> np.ndarray:
        return chance_of_more_traced(
            day.tolist(), infector, n_day=now + 1 + DAYS_AHEAD, r=r, k=k, interval_cdf=cdf
        )[now:]

    return _ending(smoothed, chance, as_of, parameters)


def _reach(interval: SerialInterval) -> np.ndarray:
    cdf = np.minimum(np.cumsum(interval.pmf), 1.0)
    cdf[-1] = 1.0
    return cdf


def _ending(smoothed: Smoothed, chance: Chance, as_of: dt.date, parameters: Parameters) -> Ending:
    """Average the chance over what is known of the reproduction number and of k."""
    now = _averaged(smoothed, chance)
    r0 = parameters.value("ending.r_without_measures")
    free = np.zeros(now.size)
    for (k, _), weight in zip(smoothed.prior.dispersions, smoothed.dispersion, strict=True):
        free += weight * chance(r0, k)

    now, free = np.clip(now, 0.0, 1.0), np.clip(free, 0.0, 1.0)

    def date(curve: np.ndarray) -> dt.date | None:
        day = first_day_over(curve)
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


def _averaged(smoothed: Smoothed, chance: Chance) -> np.ndarray:
    """Average the chance over the newest posterior of the reproduction number and of k."""
    density = smoothed.density[-1]
    # a few dozen points carry the average; the grid is far finer than it needs
    groups = np.array_split(np.arange(density.size), 36)
    total = np.zeros(DAYS_AHEAD + 1)
    for group in groups:
        weight = float(density[group].sum())
        if weight < 1e-9:
            continue
        r = math.exp(float(density[group] @ np.log(smoothed.grid[group])) / weight)
        for (k, _), share in zip(smoothed.prior.dispersions, smoothed.dispersion, strict=True):
            total += weight * share * chance(r, k)
    return total
