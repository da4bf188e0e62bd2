"""A run that begins where a fit to the reports ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from twofronts.city import City
from twofronts.epidemic.initial import FittedState, Initial, from_reports
from twofronts.epidemic.unfound import thin_unfound
from twofronts.parameters import Parameters, load_parameters
from twofronts.wording import Said, said_in

# Fitted draws at most: more draws of a run share them, each with luck of its own
MOST = 1000
# Courses simulated in each round but the last, and in that for each fitted draw wanted
PER_ROUND, BUDGET = 1000, 10


def as_known(
    state: FittedState, city: City, parameters: Parameters, start: dt.date, seed: int
) -> FittedState:
    """Return a fitted state with the patients that were reported, and hidden infections thinned.

    Parameters
    ----------
    state : FittedState
    city : City
    parameters : Parameters
    start : date
        First day of the run.
    seed : int

    Returns
    -------
    FittedState
    """
    thinned = thin_unfound(state, parameters, start=start, seed=seed)
    hidden = thinned.initial
    reported = from_reports(city, parameters, start=start, draws=1, seed=seed)
    both = {
        f: np.concatenate([getattr(hidden, f)[~hidden.known], getattr(reported, f)[reported.known]])
        for f in ("day", "district", "age", "draw", "known")
    }
    patients = int(reported.known.sum())
    note = Said(
        f"{thinned.note}; patients as reported, {patients} in hospital",
        f"{said_in(thinned.note, 'zh')}；在院患者按报告计，{patients} 人",
    )
    return replace(thinned, initial=Initial(**both, note=note), note=note)


def fitted_start(
    city: City,
    residents: Any,
    *,
    draws: int,
    seed: int = 0,
    parameters: Parameters | None = None,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
    **settings: Any,
) -> tuple[FittedState, dt.date]:
    """Fit the simulator to a city's reports and return where a run of draws begins.

    Parameters
    ----------
    city : City
    residents : Residents
        The whole city (scale 1).
    draws : int
        Of the run; a thousand fitted ones at most serve them.
    seed : int
    parameters : Parameters, optional
    workers : int, optional
    progress : callable, optional
        Told a line after each round, and what the fit says of itself.
    **settings
        Of the fit.

    Returns
    -------
    tuple of FittedState, date
        For ``initial`` and ``start``: the day after the city's as-of date.

    Raises
    ------
    ScenarioError
        If nothing was reported, or the residents are not the whole city.
    """
    from twofronts.situation.city_fit import fit_city
    from twofronts.situation.states import starting_states

    parameters = parameters or load_parameters()
    wanted = min(draws, MOST)
    fit = fit_city(
        city, residents=residents, draws=wanted, seed=seed, parameters=parameters,
        workers=workers, progress=progress,
        **({"per_round": PER_ROUND, "budget": BUDGET * wanted} | settings),
    )  # fmt: skip
    if progress is not None:
        for warning in fit.status.advice:
            progress(Said(f"* {warning.en}", f"* {warning.zh}"))
    start = city.as_of + dt.timedelta(days=1)
    return as_known(starting_states(fit), city, parameters, start, seed), start
