"""What measures cost in money and staff, beside their burden and what they do to output.

A level costs so much for each resident and day, from the day on which it is asked for to the day on
which another is: what is sent out under notice or kept for its least days is not told apart. A
district with a level of its own costs that level's price, a checkpoint its share of the traffic of
it (``measures.checkpoints``); other places with levels of their own cost nothing more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from twofronts.kernels.types_measures import N_GRADE, NO_LEVEL
from twofronts.measures import load_catalogue
from twofronts.parameters import Parameters


class Tariff(NamedTuple):
    """What a rulebook's sets of levels cost a day. p: periods, d: districts, s: the six sets."""

    graded: np.ndarray  # float64[p, s] [currency/(resident d)]
    city: np.ndarray  # float64[p, s] of measures that hold for the whole city
    # more than that in places with levels of their own, empty where there are none
    graded_more: np.ndarray  # float64[p, d, s]
    city_more: np.ndarray  # float64[p, d, s] by the city's set


def prices(parameters: Parameters) -> np.ndarray:
    """Return what each level costs, float64[measure, level]. [currency/(resident d)].

    Parameters
    ----------
    parameters : Parameters
        ``cost.MEASURE_LEVEL``; a level without one costs nothing.
    """
    measures = load_catalogue().measure.values()
    table = np.zeros((len(measures), max(len(m.level) for m in measures)))
    for i, m in enumerate(measures):
        for j, level in enumerate(m.level):
            key = f"cost.{m.key}_{level.key}"
            if key in parameters:
                table[i, j] = parameters.value(key)
    return table


def set_prices(rules: Any, price: np.ndarray) -> Tariff:
    """Return what each set of levels costs a day, of graded measures and of the city's.

    Parameters
    ----------
    rules : RulebookArrays
    price : float64[measure, level]

    Returns
    -------
    Tariff
        By set as in ``DecisionState.asked``.
    """
    level = rules.asked_level.astype(np.int64)
    each = price[np.arange(price.shape[0]), level]
    city = rules.city_scope.astype(bool)
    more = _more(rules, price, each)
    return Tariff(
        each[:, :, ~city].sum(axis=2), each[:, :, city].sum(axis=2),
        more[..., ~city].sum(axis=3), more[..., city].sum(axis=3),
    )  # fmt: skip


def _more(rules: Any, price: np.ndarray, each: np.ndarray) -> np.ndarray:
    """Return what levels of their own add, float64[period, district, 6, measure]."""
    own = rules.district_level.astype(np.int64)
    if not ((own != NO_LEVEL).any() or rules.blend_share.any()):
        return np.zeros((0, own.shape[1], 2 * N_GRADE, own.shape[2]))
    measure = np.arange(price.shape[0])
    stands = np.where(own == NO_LEVEL, 0.0, price[measure, own])[:, :, None]
    base = np.where((own == NO_LEVEL)[:, :, None], each[:, None], stands)
    total = base.copy()
    for b, m in enumerate(rules.blend_measure):
        share = rules.blend_share[:, :, b, None]
        total[..., m] += (share * (price[m] - base[..., m, None])).sum(axis=3)
    return total - each[:, None]


def cost_of(
    tariff: Tariff,
    period: np.ndarray,
    asked: np.ndarray,
    population: np.ndarray,
) -> float:
    """Return what the measures of a draw cost.

    Parameters
    ----------
    tariff : Tariff
        As ``set_prices`` gives it.
    period : int64[day]
        Of the rulebook, by day.
    asked : uint8[day, district + 1]
        Sets asked for; the last column is the city's.
    population : float64[district]
        [persons]

    Returns
    -------
    float
        [million]
    """
    of_districts, of_all = asked[: period.size, :-1], asked[: period.size, -1]
    total = tariff.graded[period[:, None], of_districts] @ population
    total += tariff.city[period, of_all] * population.sum()
    if tariff.graded_more.size:
        places = np.arange(population.size)
        total += tariff.graded_more[period[:, None], places, of_districts] @ population
        total += tariff.city_more[period, :, of_all] @ population
    return float(total.sum() / 1e6)
