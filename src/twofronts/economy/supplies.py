"""Supplies at the boundary: from a city's table of stocks to what the supplies kernel needs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from twofronts.economy.draws import draw_parameters, own_arrays
from twofronts.economy.sectors import built_in_folder
from twofronts.kernels import supplies as k
from twofronts.measures.effects import EFFECT_INDEX
from twofronts.parameters import Parameters

# In the order of the kernel's rates
RATE_KEYS = [
    "supplies.masks_worn",
    "supplies.protective_growth",
    "supplies.protective_most",
    "supplies.restock_days",
]
# Columns of io_goods.csv in the order of the kernel's drivers after STAFF
_PER = ("per_patient", "per_intensive", "per_test", "per_resident")


@cache
def goods_table() -> pd.DataFrame:
    """Return what the use of each known good follows, indexed by good."""
    table = pd.read_csv(built_in_folder() / "io_goods.csv", keep_default_na=False)
    return table.set_index("good")


def start_drivers(city: Any) -> np.ndarray:
    """Return what use followed on the day of the stocks.

    Parameters
    ----------
    city : City

    Returns
    -------
    float64[N_DRIVER]
        Staff on duty, inpatients, intensive care, tests, residents in the city. [persons, tests/d]
    """
    reports = city.reports[(city.reports["area"] == "") & city.reports["in_hospital"].notna()]
    reports = reports[reports["date"] <= pd.Timestamp(city.as_of)]
    patients = float(reports["in_hospital"].iloc[-1]) if len(reports) else 0.0
    migrants = float(city.scalar("migrants", 0.0)) * float(city.scalar("away_share", 0.0))
    return np.array(
        [
            float(city.scalar("staff_on_duty", 0.0)),
            patients,
            0.0,
            _use_now(city, "reagents"),
            max(0.0, float(city.scalar("population", float(city.population))) - migrants),
        ]
    )


def _use_now(city: Any, good: str) -> float:
    row = city.stocks[city.stocks["good"] == good]
    return float(row["use_per_day"].iloc[0]) if len(row) else 0.0


def prepare_supplies(
    city: Any,
    parameters: Parameters,
    *,
    draws: int,
    seed: int,
    central: bool = False,
    scale: float = 1.0,
    normal: bool = False,
) -> k.SuppliesParams:
    """Build what the supplies kernel needs.

    Parameters
    ----------
    city : City
    parameters : Parameters
    draws, seed : int
    central : bool
        Central values in every draw.
    normal : bool
        An ordinary week, in which work needs no masks.
    scale : float
        Size of the residents against the city, by which stocks and flows are scaled. [1]

    Returns
    -------
    SuppliesParams
        Goods in the order of ``stocks.csv``. What a good's use follows is in ``io_goods.csv``; a
        good that is not listed is used at the same rate whatever happens.
    """
    stocks = city.stocks
    goods = [str(g) for g in stocks["good"]]
    known = goods_table()
    codes = city.sector_codes
    per = np.zeros((len(goods), k.N_DRIVER))
    maker = np.full(len(goods), -1, dtype=np.int64)
    for index, good in enumerate(goods):
        if good in known.index:
            per[index, 1:] = known.loc[[good], list(_PER)].to_numpy(np.float64)[0]
            made_by = str(known.loc[good, "maker"])
            if made_by in codes:
                maker[index] = codes.index(made_by)
    drivers = start_drivers(city)
    use = stocks["use_per_day"].to_numpy(np.float64)
    follows = per @ drivers
    masks = goods.index("masks") if "masks" in goods else -1
    if masks >= 0:
        # one mask for each person on duty, as the table of stocks counts them
        follows[masks] += drivers[k.STAFF]
    # where the table's use is below what people alone should use, people use less
    shrink = np.divide(use, follows, out=np.ones_like(use), where=follows > use)
    base = np.maximum(0.0, use - follows)
    rates = draw_parameters(RATE_KEYS, parameters, draws=draws, seed=seed, central=central)
    if normal:
        rates[:, k.MASKS_WORN] = 0.0
    places = [EFFECT_INDEX[name] for name in k.SUPPLIES_EFFECTS]
    params = k.SuppliesParams(
        stock=stocks["stock"].to_numpy(np.float64) * scale,
        production=stocks["production_per_day"].to_numpy(np.float64) * scale,
        inbound=stocks["inbound_per_day"].to_numpy(np.float64) * scale,
        base=base * scale,
        per=per * shrink[:, None],
        maker=maker,
        protective=(stocks["kind"] == "protective").to_numpy(np.uint8),
        masks=np.array([masks], dtype=np.int64),
        reagents=np.array([goods.index("reagents") if "reagents" in goods else -1], dtype=np.int64),
        effect=np.array(places, dtype=np.int64),
        rates=rates,
    )
    return own_arrays(params)


def supplies_state(params: k.SuppliesParams) -> k.SuppliesState:
    """Return an empty state; ``supplies_reset`` fills it for a draw."""
    return k.SuppliesState(
        stock=np.zeros(params.stock.shape),
        gate=np.ones(2),
        rate=np.zeros(k.N_SUPPLIES_RATE),
    )


def supplies_out(params: k.SuppliesParams) -> k.SuppliesOut:
    """Return empty arrays for a day of supplies."""
    n = params.stock.shape
    return k.SuppliesOut(
        produced=np.zeros(n),
        inbound=np.zeros(n),
        used=np.zeros(n),
        short=np.zeros(n),
        cover=np.zeros(n),
    )
