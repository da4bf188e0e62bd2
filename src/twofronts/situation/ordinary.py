"""Ordinary life: the city without any measure, and a few hundred infected in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from twofronts.city import City
from twofronts.economy.labour import ordinary_labour
from twofronts.epidemic.initial import Initial
from twofronts.epidemic.world import build_world
from twofronts.kernels import types_epidemic as t
from twofronts.measures import compile_rulebook, load_rulebook
from twofronts.parameters import Parameters

ORDINARY_DAYS = 26
"""Long enough that nearly all that the first infected pass on has been passed on. [d]"""
ORDINARY_SEEDS = 300
"""First infected of a draw. [persons]"""


def ordinary_life(
    city: City, residents: Any, parameters: Parameters, *, draws: int, start: dt.date | None = None
) -> t.City:
    """Return the city as it was before the outbreak, with some infected on the first day.

    Parameters
    ----------
    city : City
    residents : Residents
    parameters : Parameters
    draws : int
        Most draws that will run.
    start : date, optional
        Default: six weeks before the first arrivals on record, so that nobody else comes infected.

    Returns
    -------
    kernels.types_epidemic.City
    """
    start = start or city.arrivals["date"].min().date() - dt.timedelta(days=42)
    rules = compile_rulebook(
        load_rulebook("before"),
        city,
        residents,
        parameters=parameters,
        start=start,
        n_days=ORDINARY_DAYS,
    )
    labour = ordinary_labour(city, residents, parameters, as_of=start, draws=draws, seed=0)
    first = Initial.of([(0, -1, -1, -1, False)] * ORDINARY_SEEDS, "a made-up beginning")
    world = build_world(
        city,
        residents,
        rules,
        parameters,
        draws=draws,
        initial=first,
        start=start,
        n_days=ORDINARY_DAYS,
    )
    world = world._replace(
        travellers=np.zeros_like(world.travellers),
        risk_travellers=np.zeros_like(world.risk_travellers),
    )
    return t.City(world=world, residents=residents.arrays, rules=rules, labour=labour)
