"""Front two of a city, made ready for the kernels: parameters, state, scratch and results."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from twofronts.economy import labour as _labour
from twofronts.economy import production as _production
from twofronts.economy import supplies as _supplies
from twofronts.economy.city_table import regional_table
from twofronts.economy.regions import RegionalTable
from twofronts.economy.sectors import sector_parameters
from twofronts.kernels import economy as k
from twofronts.kernels.supplies import N_DRIVER
from twofronts.kernels.types_labour import labour_out, labour_state
from twofronts.parameters import Parameters, load_parameters


def prepare_economy(
    city: Any,
    residents: Any = None,
    parameters: Parameters | None = None,
    *,
    draws: int = 1,
    seed: int = 0,
    start: dt.date | None = None,
    function: str = "half-critical",
    central: bool = False,
    normal: bool = False,
    table: RegionalTable | None = None,
) -> k.EconomyParams:
    """Build everything about front two that does not change over a run.

    Parameters
    ----------
    city : City
    residents : Residents or None
        Labour is counted from them; where None, from the city's tables.
    parameters : Parameters or None
        The built-in ones where None.
    draws, seed : int
        Rows of every ``rates``; draw i is the same however many there are.
    start : date or None
        First day of the run; the city's ``as_of`` where None.
    function : str
        Production function, one of ``production.FUNCTIONS``.
    central : bool
        Central values in every draw.
    normal : bool
        An ordinary week: everybody at work, full stocks, no outbreak anywhere.
    table : RegionalTable or None
        The city's own where None.

    Returns
    -------
    EconomyParams
    """
    parameters = load_parameters() if parameters is None else parameters
    if residents is None:
        workforce = _labour.workforce_from_tables(city, parameters)
        scale = 1.0
    else:
        workforce = _labour.workforce_from_residents(city, residents, parameters)
        scale = float(residents.scale)
    regional = regional_table(city, parameters) if table is None else table
    production = _production.prepare_production(
        regional,
        sector_parameters(city),
        parameters,
        district_share=workforce.staff,
        draws=draws,
        seed=seed,
        function=function,
        central=central,
        normal=normal,
        exposed=(workforce.group != 0).astype(np.float64),
    )
    n = len(regional.sectors)
    population = float(city.scalar("population", float(city.population))) * scale
    return k.EconomyParams(
        labour=_labour.prepare_labour(
            workforce,
            parameters,
            as_of=city.as_of if start is None else start,
            draws=draws,
            seed=seed,
            central=central,
            normal=normal,
        ),
        production=production,
        supplies=_supplies.prepare_supplies(
            city, parameters, draws=draws, seed=seed, central=central, scale=scale, normal=normal
        ),
        staff=np.array(workforce.staff, dtype=np.float64, order="C"),
        wages=regional.wages[:n, None] * production.district_share,
        people=np.array([population, 0.0 if normal else workforce.away_by_home.sum()]),
    )


def economy_state(params: k.EconomyParams) -> k.EconomyState:
    """Return an empty state; ``economy_reset`` fills it for a draw."""
    return k.EconomyState(
        labour=labour_state(params.labour),
        production=_production.production_state(params.production),
        supplies=_supplies.supplies_state(params.supplies),
    )


def economy_scratch(params: k.EconomyParams) -> k.EconomyScratch:
    """Return room for the kernels to work in."""
    return k.EconomyScratch(
        production=_production.production_scratch(params.production),
        drivers=np.zeros(N_DRIVER),
        made=np.zeros(params.staff.shape[0]),
    )


def economy_out(params: k.EconomyParams) -> k.EconomyOut:
    """Return empty arrays for one day."""
    return k.EconomyOut(
        labour=labour_out(params.labour),
        production=_production.production_out(params.production),
        supplies=_supplies.supplies_out(params.supplies),
        on_site=np.zeros(params.staff.shape),
        working=np.zeros(params.staff.shape),
    )


def economy_record(params: k.EconomyParams, days: int) -> k.EconomyRecord:
    """Return empty arrays for all days of one draw."""
    n, n_district = params.staff.shape
    goods = params.supplies.stock.shape[0]
    kinds: dict[str, tuple[Any, tuple[int, ...]]] = dict.fromkeys(
        (
            "firms_open",
            "staff_present",
            "working",
            "value_added_lost",
        ),
        (np.float32, (days, n, n_district)),
    )
    kinds |= dict.fromkeys(("capacity", "days_to_stop"), (np.float32, (days, n)))
    kinds |= dict.fromkeys(("binding", "binding_input", "stop_input"), (np.int8, (days, n)))
    kinds |= dict.fromkeys(("rest_output", "returned"), (np.float32, (days,)))
    kinds |= dict.fromkeys(("stock", "used", "short", "cover"), (np.float32, (days, goods)))
    kinds["gate"] = (np.float32, (days, 2))
    arrays = {name: np.zeros(shape, dtype=kind) for name, (kind, shape) in kinds.items()}
    return k.EconomyRecord(**arrays)


def no_absence(params: k.EconomyParams) -> np.ndarray:
    """Return that nobody is ill or held, float64[2, sector, district]. [1]."""
    return np.zeros((2, *params.staff.shape))
