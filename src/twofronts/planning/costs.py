"""What measures cost in money and staff, beside their burden and what they do to output.

A level costs so much for each resident and day, from the day on which it is asked for to the day on
which another is: what is sent out under notice or kept for its least days is not told apart.
Overrides of single places cost nothing more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from twofronts.measures import load_catalogue
from twofronts.parameters import Parameters


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


def set_prices(rules: Any, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what each set of levels costs a day, of graded measures and of the city's.

    Parameters
    ----------
    rules : RulebookArrays
    price : float64[measure, level]

    Returns
    -------
    tuple of float64[period, 6], float64[period, 6]
        By set as in ``DecisionState.asked``. [currency/(resident d)]
    """
    level = rules.asked_level.astype(np.int64)
    each = price[np.arange(price.shape[0]), level]
    city = rules.city_scope.astype(bool)
    return each[:, :, ~city].sum(axis=2), each[:, :, city].sum(axis=2)


def cost_of(
    tariff: tuple[np.ndarray, np.ndarray],
    period: np.ndarray,
    asked: np.ndarray,
    population: np.ndarray,
) -> float:
    """Return what the measures of a draw cost.

    Parameters
    ----------
    tariff : tuple of float64[period, 6], float64[period, 6]
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
    graded, city = tariff
    of_district = graded[period[:, None], asked[: period.size, :-1]] @ population
    of_city = city[period, asked[: period.size, -1]] * population.sum()
    return float((of_district + of_city).sum() / 1e6)
