"""Production at the boundary: from a regional table to what the production kernel needs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from twofronts.economy.draws import draw_parameters, own_arrays
from twofronts.economy.regions import RegionalTable
from twofronts.economy.sectors import ratings
from twofronts.errors import Problem, ScenarioError
from twofronts.kernels import types_production as k
from twofronts.measures.effects import EFFECT_INDEX
from twofronts.parameters import Parameters

FUNCTIONS = {
    "leontief": k.LEONTIEF,
    "strongly-critical": k.STRONGLY_CRITICAL,
    "half-critical": k.HALF_CRITICAL,
    "weakly-critical": k.WEAKLY_CRITICAL,
    "linear": k.LINEAR,
}
# In the order of the kernel's rates
RATE_KEYS = [
    "production.restock_days",
    "production.hire_days",
    "production.fire_days",
    "production.stock_scale",
    "production.stock_start",
    "production.chain_share",
    "production.benefit",
    "production.habit",
    "production.saving",
    "production.fear",
    "production.rest_gap",
    "production.rest_pace",
    "freight.headroom",
    "freight.fleet",
]
# Rates at which nothing has happened: full stocks, the rest of the country at work
NORMAL = {k.STOCK_START: 1.0, k.REST_GAP: 0.0}


def prepare_production(
    table: RegionalTable,
    sectors: pd.DataFrame,
    parameters: Parameters,
    *,
    district_share: np.ndarray,
    draws: int,
    seed: int,
    function: str = "half-critical",
    central: bool = False,
    normal: bool = False,
    rating: np.ndarray | None = None,
    exposed: np.ndarray | None = None,
    fleet: str = "G",
) -> k.ProductionParams:
    """Build what the production kernel needs.

    Parameters
    ----------
    table : RegionalTable
    sectors : DataFrame
        As ``sectors.sector_parameters`` returns it, of the table's sectors.
    parameters : Parameters
    district_share : float64[sector, district]
        The city's staff by district of work, in any unit; rows are made to sum to 1.
    draws, seed : int
    function : str
        One of ``FUNCTIONS``.
    central, normal : bool
        Central values in every draw; an undisturbed start.
    rating : int64[input, user] or None
        Ratings of inputs (0, 1, 2 as in ``sectors``); the project's own rules where None.
    exposed : float64[sector] or None
        How far the rest of the country's sector was shut; 1 for all where None.
    fleet : str
        The sector whose staff drive; freight does not depend on staff if the table lacks it.

    Returns
    -------
    ProductionParams

    Raises
    ------
    ScenarioError
        If the function is unknown.
    """
    if function not in FUNCTIONS:
        raise ScenarioError(
            Problem(
                what=f"no production function is called {function!r}",
                why="it says which missing inputs stop a sector",
                remedy=f"use one of {', '.join(FUNCTIONS)}",
            )
        )
    n = len(table.sectors)
    hauled = sectors["hauled"].to_numpy(np.float64)
    output = np.asarray(table.output, dtype=np.float64)
    use = np.ascontiguousarray(table.use, dtype=np.float64)
    technical = np.divide(use, output[:, None], out=np.zeros_like(use), where=output[:, None] > 0)
    rates = draw_parameters(RATE_KEYS, parameters, draws=draws, seed=seed, central=central)
    if normal:
        for column, value in NORMAL.items():
            rates[:, column] = value
    share = np.asarray(district_share, dtype=np.float64)
    total = share.sum(axis=1, keepdims=True)
    even = np.full(share.shape, 1.0 / share.shape[1])
    share = np.divide(share, total, out=even, where=total > 0)
    codes = list(table.sectors)
    place = codes.index(fleet) if fleet in codes else -1
    ordinary = np.ascontiguousarray(table.source * use[None], dtype=np.float64)
    params = k.ProductionParams(
        output=output,
        use=use,
        source=np.ascontiguousarray(table.source, dtype=np.float64),
        ordinary=ordinary,
        normal_flow=np.where(hauled > 0, ordinary, k.FREE),
        household=np.ascontiguousarray(table.household, dtype=np.float64),
        other=np.ascontiguousarray(table.other, dtype=np.float64),
        export=np.ascontiguousarray(table.export, dtype=np.float64),
        ordinary_final=(table.household + table.other).sum(axis=1) + table.export,
        value_added=np.asarray(table.value_added, dtype=np.float64),
        wages=np.asarray(table.wages, dtype=np.float64),
        stock_days=np.tile(sectors["target_stock_days"].to_numpy(np.float64), table.n_region),
        rating=_rating_codes(codes, technical, sectors, rating),
        hauled=hauled,
        sensitivity=sectors["contact_sensitivity"].to_numpy(np.float64),
        exposed=np.ones(n) if exposed is None else np.asarray(exposed, dtype=np.float64),
        district_share=share,
        fleet_sector=np.array([place], dtype=np.int64),
        function=np.array([FUNCTIONS[function]], dtype=np.int64),
        effect=np.array([EFFECT_INDEX[name] for name in k.PRODUCTION_EFFECTS], dtype=np.int64),
        rates=rates,
        technical=technical,
    )
    return own_arrays(params)


def _rating_codes(
    codes: list[str],
    technical: np.ndarray,
    sectors: pd.DataFrame,
    rating: np.ndarray | None,
) -> np.ndarray:
    """Return the kernel's rating of each input of each user, int64[k, i]."""
    n = len(codes)
    regions = technical.shape[0] // n
    if rating is not None:
        fixed = np.array([k.NOT_CRITICAL, k.IMPORTANT, k.CRITICAL], dtype=np.int64)[rating.T]
        return np.tile(fixed, (regions, 1))
    # with no share asked for, the rules say what each input could be; the draw's share decides
    could_be = ratings(codes, np.ones((n, n)), sectors, chain_share=0.0).T
    for_all = sectors["for_all"].to_numpy(np.float64) > 0
    out = np.array([k.NOT_CRITICAL, k.CHAIN_IMPORTANT, k.CHAIN_CRITICAL], dtype=np.int64)[could_be]
    out[:, for_all] = k.CRITICAL
    return np.tile(out, (regions, 1))


def production_state(params: k.ProductionParams) -> k.ProductionState:
    """Return an empty state of the right shapes; ``production_reset`` fills it for a draw."""
    users, n = params.use.shape
    regions = params.export.shape[0]
    cell = (users, n)
    return k.ProductionState(
        stock=np.zeros(cell),
        transit=np.zeros(cell),
        pipe=np.zeros((k.MAX_DELAY + 1, *cell)),
        pipe_used=np.zeros(1, dtype=np.uint8),
        demand=np.zeros(users),
        level=np.zeros((regions, n)),
        staff=np.zeros(params.district_share.shape),
        engaged=np.zeros(users),
        change=np.zeros(users),
        spending=np.zeros(regions),
        saved=np.zeros(regions),
        target=np.zeros(cell),
        critical=np.zeros(cell),
        important=np.zeros(cell),
        rated=np.zeros(cell, dtype=np.int64),
        n_rated=np.zeros((users, 2), dtype=np.int64),
        rate=np.zeros(k.N_PRODUCTION_RATE),
    )


def production_scratch(params: k.ProductionParams) -> k.ProductionScratch:
    """Return room for the kernel to work in."""
    users, n = params.use.shape
    origins = params.source.shape[0]
    regions = origins - 1
    return k.ProductionScratch(
        order=np.zeros((users, n)),
        flow=np.zeros((origins, users, n)),
        demand=np.zeros((origins, n)),
        final=np.zeros((regions, n)),
        capacity=np.zeros(users),
        supply=np.zeros(users),
        met=np.zeros((regions, n)),
        given=np.zeros((3, n)),
        arrived=np.zeros((users, n)),
        sent=np.zeros(n),
        through=np.zeros((origins, regions)),
        shopping=np.zeros((regions, n)),
    )


def production_out(params: k.ProductionParams) -> k.ProductionOut:
    """Return empty arrays for a day of production."""
    users, n = params.use.shape
    regions = params.export.shape[0]
    districts = params.district_share.shape
    return k.ProductionOut(
        output=np.zeros(users),
        value_added=np.zeros(districts),
        staff=np.zeros(districts),
        binding=np.zeros(n, dtype=np.int64),
        binding_input=np.zeros(n, dtype=np.int64),
        days_to_stop=np.zeros(n),
        stop_input=np.zeros(n, dtype=np.int64),
        income=np.zeros(regions),
        consumption=np.zeros(regions),
        final=np.zeros(users),
        shipped=np.zeros((users, n)),
        used=np.zeros((users, n)),
    )


def read_ratings(values: Mapping[str, Mapping[str, float]], sectors: tuple[str, ...]) -> np.ndarray:
    """Turn ratings by input and user into the array the kernel's preparation takes.

    Parameters
    ----------
    values : mapping of input to mapping of user to float
        1 critical, 0.5 important, 0 not critical, as in the ratings of Pichler 2022.
    sectors : tuple of str

    Returns
    -------
    int64[input, user]

    Raises
    ------
    ScenarioError
        If a pair is missing or has another value.
    """
    meaning = {0.0: 0, 0.5: 1, 1.0: 2}
    out = np.zeros((len(sectors), len(sectors)), dtype=np.int64)
    problems = []
    for i, giver in enumerate(sectors):
        for j, user in enumerate(sectors):
            value = values.get(giver, {}).get(user)
            if value in meaning:
                out[i, j] = meaning[value]
            else:
                problems.append(
                    Problem(
                        what=f"rating of {giver} for {user} is {value!r}",
                        why="every pair needs 0 (not critical), 0.5 (important) or 1 (critical)",
                        remedy="complete the table of ratings",
                        column=user,
                    )
                )
    if problems:
        raise ScenarioError(problems[:20])
    return out
