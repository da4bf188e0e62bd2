"""What a draw costs: contained and large outbreaks, threads, size of the city.

Costs of draws are those of running them (``run_prepared``), whatever Python does before and after;
the whole call of ``play`` stands beside them. What another program takes is in ``peers``, what a
start takes in ``starts``: each fits into a few quiet minutes.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from twofronts import build_residents, load_city, load_rulebook, play
from twofronts.parameters import load_parameters
from twofronts.planning.playing import Prepared, prepare, run_prepared

HOW = "python -m benchmarks play"
DAYS = 90
# so many first infections that a contained draw has some 250 in all, and a large one 40% or more of
# the residents under parameters as calibrated
CONTAINED_SEEDS, LARGE_SEEDS = 170, 20_000


def scenario(residents: Any, rulebook: str, seeds: int, draws: int, *, both: bool) -> Prepared:
    """Return a scenario ready to run, with infections spread over the last five days."""
    city = residents.city
    start = city.as_of + dt.timedelta(days=1)
    initial = [{"day": -day, "n": seeds // 5} for day in range(5)]
    return prepare(
        city, load_rulebook(rulebook), residents, load_parameters(),
        days=DAYS, draws=draws, seed=1, start=start, initial=initial, production=both,
    )  # fmt: skip


def timed(ready: Prepared, workers: int, repeats: int = 3) -> tuple[float, float]:
    """Return the shortest wall time of some runs [s] and the infections of one run, start too."""
    best, infections = np.inf, 0.0
    for _ in range(repeats):
        began = time.perf_counter()
        out, _ = run_prepared(ready, workers=workers)
        best = min(best, time.perf_counter() - began)
        infections = float(out.infections.sum())
    return best, infections


def contained(residents: Any, draws: int, *, both: bool = False) -> tuple[float, float, float]:
    """Return a contained draw on one thread and on two [ms], and its infections."""
    run_prepared(scenario(residents, "held", CONTAINED_SEEDS, 8, both=both), workers=2)
    ready = scenario(residents, "held", CONTAINED_SEEDS, draws, both=both)
    one, infections = timed(ready, 1)
    two, _ = timed(ready, 2)
    return 1e3 * one / draws, 1e3 * two / draws, infections / draws + CONTAINED_SEEDS


def large(residents: Any, draws: int = 2) -> tuple[float, float]:
    """Return a large draw on one thread [s] and its infections."""
    ready = scenario(residents, "before", LARGE_SEEDS, draws, both=False)
    seconds, infections = timed(ready, 1, repeats=2)
    return seconds / draws, infections / draws


def whole_call(residents: Any, draws: int) -> float:
    """Return what a draw costs in a whole call of ``play`` on both fronts and two threads [ms]."""
    began = time.perf_counter()
    play(residents.city, load_rulebook("held"), residents=residents, days=DAYS, draws=draws,
         seed=1, workers=2)  # fmt: skip
    return 1e3 * (time.perf_counter() - began) / draws


def size(city: Any, people: int) -> Any:
    """Return the residents of the city in proportion, about so many."""
    return build_residents(city, scale=people / city.scalar("population").value)


def run() -> list[Figure]:
    """Return the figures of all residents, and of a hundred thousand."""
    city = load_city("nanjing")
    few = contained(size(city, 100_000), 400)
    residents = build_residents(city)
    one, two, infections = contained(residents, 1_000)
    both_one, both_two, _ = contained(residents, 1_000, both=True)
    seconds, infected = large(residents)
    return [
        Figure("Contained draw of all residents, two threads", two, "ms", 1.0, how=HOW),
        Figure("Contained draw of all residents, one thread", one, "ms", how=HOW),
        Figure("Contained draw: infections", infections, "infections", how=HOW),
        Figure("Two threads against one", one / two, "times", 1.7, "higher", HOW),
        Figure("Contained draw on both fronts, two threads", both_two, "ms", how=HOW),
        Figure("Contained draw on both fronts, one thread", both_one, "ms", how=HOW),
        Figure("Whole call of play, both fronts, two threads, 1,000 draws",
               whole_call(residents, 1_000), "ms a draw", how=HOW),
        Figure("Contained draw of 100,000, one thread", few[0], "ms", how=HOW),
        Figure("Contained draw of 100,000: infections", few[2], "infections", how=HOW),
        Figure("Contained draw, all residents against 100,000", one / few[0], "times", 3.0,
               how=HOW),
        Figure("Large outbreak of all residents, one thread", 1e3 * seconds, "ms", how=HOW),
        Figure("Large outbreak of all residents: infections", infected, "infections", how=HOW),
        Figure("Large outbreak of all residents: an infection", 1e6 * seconds / infected,
               "microseconds", 3.0, how=HOW),
        Figure("Large outbreak: share infected", infected / len(residents), "share", 0.4,
               "higher", HOW),
    ]  # fmt: skip
