"""What front two adds to a draw of front one in which the outbreak stays small."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from benchmarks.figures import Figure
from twofronts.city import build_residents, load_city
from twofronts.epidemic.memory import make_output
from twofronts.measures import load_rulebook
from twofronts.parameters import load_parameters
from twofronts.planning.joined import make_record
from twofronts.planning.playing import Prepared, _Thread, prepare

DAYS, DRAWS, REPEATS = 60, 40, 8


def _shortest(ready: Prepared) -> np.ndarray:
    """Return the shortest processor time of each draw, float64[draw]. [s]."""
    sectors, districts = ready.city.world.staff.shape
    out = make_output(DRAWS, DAYS, (sectors, districts), ready.city.rules.level.shape[2])
    record = None if ready.economy is None else make_record(ready.economy, out)
    thread = _Thread(ready, out, record)
    thread.run(0, 1)
    best = np.full(DRAWS, np.inf)
    for _ in range(REPEATS):
        for w in range(DRAWS):
            for array in out:
                array[w] = 0
            began = time.thread_time()
            thread.run(w, w + 1)
            best[w] = min(best[w], time.thread_time() - began)
    return best


def run() -> list[Figure]:
    """Return the figures with their floor; the same draws with front two and without."""
    city = load_city("nanjing")
    ready = prepare(
        city, load_rulebook("meeting"), build_residents(city), load_parameters(),
        days=DAYS, draws=DRAWS, seed=0, start=city.as_of, production=True,
    )  # fmt: skip
    alone, both = _shortest(replace(ready, economy=None)), _shortest(ready)
    how = f"python -m benchmarks joined; meeting, {DAYS} days, median of {DRAWS} draws"
    return [
        Figure("One draw of front one alone", 1e3 * float(np.median(alone)), "ms", how=how),
        Figure("One draw of both fronts", 1e3 * float(np.median(both)), "ms", how=how),
        Figure(
            "Coupling: what front two adds to it",
            1e3 * float(np.median(both - alone)),
            "ms",
            1.0,
            how=how,
        ),
    ]
