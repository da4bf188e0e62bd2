"""Some days of every kernel of front two, as plain lists: run compiled and interpreted."""

from __future__ import annotations

import numpy as np

from factories.economy import effects, labour_params, production_params, random_effects
from twofronts.city import load_city
from twofronts.economy import prepare as p
from twofronts.economy.production import production_out, production_scratch, production_state
from twofronts.kernels import economy as k
from twofronts.kernels.labour import labour_day, labour_reset
from twofronts.kernels.production import produce_day, production_reset
from twofronts.kernels.types_labour import labour_out, labour_state


def days():
    """Run labour, production and front two of the town, and return what came out."""
    rng = np.random.default_rng(4)
    result = {}
    labour = labour_params(draws=2)
    state, out = labour_state(labour), labour_out(labour)
    labour_reset(labour, 1, state)
    for day in range(20):
        labour_day(labour, state, random_effects(rng), day, 0.8, out)
    result |= {f"labour_{n}": np.asarray(getattr(out, n)).tolist() for n in out._fields}

    for function in ("half-critical", "linear"):
        made = production_params(4, 2, draws=2, function=function)
        here, room, today = production_state(made), production_scratch(made), production_out(made)
        production_reset(made, 1, here)
        for day in range(20):
            working = rng.uniform(0.3, 1, made.district_share.shape)
            produce_day(made, here, room, working, random_effects(rng, 2), day, 0.9, today)
        for name in ("output", "used", "binding", "days_to_stop", "consumption"):
            result[f"{function}_{name}"] = np.asarray(getattr(today, name)).tolist()

    town = load_city("town")
    params = p.prepare_economy(town, draws=2)
    n_district = len(town.district_codes)
    fx = np.repeat(effects(n_district, masks_per_shift=1.0, freight_delay=1.5)[None], 6, axis=0)
    shape = params.staff.shape
    given = k.Given(fx, np.ones((6, *shape)), np.zeros((2, *shape)), np.array([2.0, 0.0, 40.0]))
    record = p.economy_record(params, 6)
    whole = p.economy_state(params)
    k.economy_reset(params, 1, whole)
    k.run_days(params, whole, p.economy_scratch(params), given, p.economy_out(params), record)
    result |= {f"town_{n}": np.asarray(getattr(record, n)).tolist() for n in record._fields}
    return result
