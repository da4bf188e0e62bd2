"""Front two against its floors: one draw of the city, and one country of 63 sectors."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.figures import Figure
from twofronts.city import load_city
from twofronts.economy import prepare as p
from twofronts.economy.labour import neutral_effects
from twofronts.economy.production import (
    prepare_production,
    production_out,
    production_scratch,
    production_state,
)
from twofronts.economy.regions import one_region
from twofronts.economy.table import IOTable
from twofronts.kernels import economy as k
from twofronts.kernels.production import produce_days, production_reset
from twofronts.kernels.structs import pack
from twofronts.measures.effects import EFFECT_INDEX
from twofronts.parameters import load_parameters

DAYS = 90
REPEATS = 300


def _best(run, repeats):
    """Return the shortest and the median time of a function. [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times), float(np.median(times))


def city_draw():
    """Labour, production of two regions, supplies and the record: 90 days of Nanjing."""
    city = load_city("nanjing")
    params = p.prepare_economy(city, draws=8)
    n, n_district = params.staff.shape
    effects = np.repeat(neutral_effects(n_district)[None], DAYS, axis=0)
    for name, value in (
        ("attend_industry", 0.6),
        ("masks_per_shift", 1.0),
        ("freight_border", 0.9),
    ):
        effects[:, :, EFFECT_INDEX[name]] = value
    limit = np.ones((0, n, n_district))
    care = np.array([57.0, 3.0, 1500.0])
    given = pack(k.Given(effects, limit, p.no_absence(params), care))
    state, out = pack(p.economy_state(params)), pack(p.economy_out(params))
    scratch, record = pack(p.economy_scratch(params)), pack(p.economy_record(params, DAYS))
    params = pack(params)
    draws = iter(range(10**9))

    def run():
        k.economy_reset(params, next(draws) % 8, state)
        k.run_days(params, state, scratch, given, out, record)

    run()
    return _best(run, REPEATS)


def random_country(n, seed=0):
    """A dense random table of one country."""
    rng = np.random.default_rng(seed)
    output = rng.uniform(1e3, 1e5, n)
    flows = rng.dirichlet(np.ones(n), n).T * 0.5 * output
    flows *= np.minimum(1.0, 0.9 * output / flows.sum(axis=1))[:, None]
    left = output - flows.sum(axis=1)
    return IOTable(
        sectors=tuple(f"S{i:02d}" for i in range(n)),
        domestic=0.8 * flows,
        imported=0.2 * flows,
        households=0.6 * left + 0.2 * flows.sum(axis=1),
        other=0.3 * left,
        exports=0.1 * left,
        output=output,
        value_added=output - flows.sum(axis=0),
    )


def country_run(n=63, days=400):
    """Production alone, one region, one district."""
    table = random_country(n)
    sectors = pd.DataFrame(
        {
            "target_stock_days": np.linspace(3, 40, n),
            "remote_work_share": 0.3,
            "hauled": (np.arange(n) % 2).astype(float),
            "for_all": (np.arange(n) < 3).astype(float),
            "chain": 1.0,
            "contact_sensitivity": 0.2,
        },
        index=list(table.sectors),
    )
    params = prepare_production(
        one_region(table),
        sectors,
        load_parameters(),
        district_share=np.ones((n, 1)),
        draws=1,
        seed=0,
        central=True,
        normal=True,
        fleet="",
    )
    state, out = pack(production_state(params)), pack(production_out(params))
    params, room = pack(params), pack(production_scratch(params))
    effects = neutral_effects(1)
    effects = np.repeat(effects[None], days, axis=0)
    working = np.repeat(np.linspace(0.5, 1, n)[None, :, None], days, axis=0)
    output = np.empty((days, n))

    def run():
        production_reset(params, 0, state)
        produce_days(params, state, room, working, effects, out, output)

    run()
    return _best(run, 20)


def run() -> list[Figure]:
    """Return the figures with their floors."""
    best, middle = city_draw()
    country, country_middle = country_run()
    how = "python -m benchmarks economy"
    return [
        Figure(
            "front two: 22 sectors x 2 regions x 11 districts x 90 days, one draw",
            1e3 * best,
            "ms",
            1.0,
            how=f"{how}; shortest of {REPEATS}",
        ),
        Figure("the same, median", 1e3 * middle, "ms", 1.0, how=how),
        Figure(
            "production: 63 sectors x 400 days, one region",
            1e3 * country,
            "ms",
            15.0,
            how=f"{how}; shortest of 20",
        ),
        Figure("the same, median", 1e3 * country_middle, "ms", how=how),
    ]
