"""What a calibration is held against, and what it may move."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from twofronts.city import City
from twofronts.epidemic.draws import KEYS
from twofronts.errors import Problem, ScenarioError
from twofronts.parameters import Parameter, Parameters
from twofronts.situation.imports import imported_totals

PRIOR, TARGET = "calibration.prior.", "calibration.target."
DISCREPANCY = "calibration.discrepancy."
PUBLISHED = (
    "reproduction", "household_attack", "serial_interval", "serial_spread", "isolation",
    "contacts_per_case",
)  # fmt: skip
"""Targets from studies, in the order of the columns of what a draw shows."""
BY_ORIGIN = ("imported", "local")
"""Targets from the city: one outbreak, so that its luck is part of their error."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A figure to be met; ``low`` and ``high`` are its own 95%, NaN where luck is its error.

    ``discrepancy`` is what the simulator is allowed to be off by nature. [log]
    """

    name: str
    value: float
    low: float
    high: float
    source: str
    discrepancy: float = 0.0


def priors_of(parameters: Parameters) -> dict[str, Parameter]:
    """Return the free parameters: key of each and its range before calibration.

    Raises
    ------
    ScenarioError
        If a prior is given for something that is no parameter of front one.
    """
    found = {k.removeprefix(PRIOR): p for k, p in parameters.items() if k.startswith(PRIOR)}
    unknown = set(found) - set(KEYS.values())
    if unknown:
        raise ScenarioError(
            Problem(
                what=f"a prior is given for {', '.join(sorted(unknown))}",
                why="front one has no parameter of that name",
                remedy="use keys of data/parameters/epidemic.toml or calibrated.toml",
            )
        )
    return found


def targets_of(city: City, parameters: Parameters) -> tuple[Target, ...]:
    """Return what is to be met: published figures, then the city's cases by origin.

    Raises
    ------
    ScenarioError
        If the city does not say where its cases were infected.
    """
    totals = imported_totals(city)
    if totals is None:
        raise ScenarioError(
            Problem(
                what=f"{city.name_en} does not say where its cases were infected",
                why="cases by origin tell importation from transmission",
                remedy="give the scalars cases_hubei, cases_other_travel and cases_contact",
            )
        )
    found = []
    for name in PUBLISHED:
        p = parameters[TARGET + name]
        low, high = p.range or (p.value, p.value)
        found.append(Target(name, p.value, low, high, p.source))
    for name, count in zip(BY_ORIGIN, (totals[0], totals[1] - totals[0]), strict=True):
        source = city.scalars["cases_contact"].source
        key = DISCREPANCY + name
        off = parameters.value(key) if key in parameters else 0.0
        found.append(Target(name, count, math.nan, math.nan, source, off))
    return tuple(found)


def day_of_totals(city: City) -> dt.date:
    """Return the last day on which as many cases were confirmed as are known by origin."""
    totals = imported_totals(city)
    rows = city.reports[city.reports["area"].fillna("").astype(str).str.strip() == ""]
    rows = rows[rows["cum_confirmed"] <= (totals[1] if totals else 0)]
    return max(rows["date"]).date() if len(rows) else city.as_of


def scaled(shown: np.ndarray) -> np.ndarray:
    """Put what was shown on scales on which it is smooth: logarithms, days and counts as they are.

    Parameters
    ----------
    shown : float64[n, target + 2]
        As ``Laboratory.show`` gives it.

    Returns
    -------
    float64[n, target]
    """
    x = shown[:, : len(PUBLISHED) + len(BY_ORIGIN)].copy()
    for i, name in enumerate(PUBLISHED):
        if name != "serial_interval":
            x[:, i] = np.log(np.maximum(x[:, i], 1e-3))
    return x


def aims(targets: tuple[Target, ...], luck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the targets and their standard errors on the scales of ``scaled``.

    Parameters
    ----------
    targets : tuple of Target
    luck : float64[2]
        Standard deviation of the square roots of one outbreak's cases by origin.

    Returns
    -------
    tuple of float64[target], float64[target]
    """
    aim, error = np.empty(len(targets)), np.empty(len(targets))
    for i, target in enumerate(targets):
        if target.name in BY_ORIGIN:
            aim[i] = math.sqrt(target.value)
            # of a square root: half that of the logarithm, times the square root
            off = 0.5 * target.discrepancy * aim[i]
            error[i] = math.hypot(luck[BY_ORIGIN.index(target.name)], off)
        elif target.name == "serial_interval":
            aim[i], error[i] = target.value, (target.high - target.low) / 3.92
        else:
            aim[i] = math.log(target.value)
            error[i] = math.log(target.high / target.low) / 3.92
    return aim, error
