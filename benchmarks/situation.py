"""How long the estimators and the fit take, beside their floors."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.figures import Figure
from twofronts.city import build_residents, load_city
from twofronts.situation.assess import situation
from twofronts.situation.backtest import backtest
from twofronts.situation.city_fit import fit_city
from twofronts.situation.intervals import gamma_interval
from twofronts.situation.reproduction import reproduction_closed
from twofronts.situation.smoothed import reproduction_smoothed


def _best(call: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return min(times)


def run() -> list[Figure]:
    """Measure."""
    counts = np.random.default_rng(1).poisson(4.0, size=(12, 60))
    interval = gamma_interval(6.3, 4.2)
    reproduction_smoothed(counts[0], interval=interval)
    closed = _best(lambda: reproduction_closed(counts, interval=interval), 50)
    smoothed = _best(lambda: reproduction_smoothed(counts[0], interval=interval), 5)
    city = load_city("nanjing")
    whole = _best(lambda: situation(city), 3)
    residents = build_residents(city)
    # compiled kernels and warm pages first: they are a cost of the first run only
    fit_city(city, residents=residents, draws=50, per_round=100, budget=100)
    fit_s = _best(lambda: fit_city(city, residents=residents, draws=2000), 1)
    back_s = _best(lambda: backtest(city, residents=residents), 1)
    return [
        Figure("closed-form reproduction number, 60 days x 12 areas", 1e3 * closed, "ms", 5.0,
               how="best of 50"),
        Figure("smoothed reproduction number, 60 days, one area", smoothed, "s", 0.5,
               how="best of 5"),
        Figure("situation of Nanjing", whole, "s", how="best of 3"),
        Figure("fit of Nanjing to 18 February, 2,000 posterior draws", fit_s, "s", 60.0,
               how="kernels compiled, residents built"),
        Figure("back-test of Nanjing's series", back_s, "s", 600.0,
               how="every other day, 300 draws each, residents built"),
    ]  # fmt: skip
