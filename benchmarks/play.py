"""What a draw costs: contained and large outbreaks, threads, size of the city, first start, peers.

Costs of draws are those of running them (``run_prepared``), whatever Python does before and after;
the whole call of ``play`` stands beside them. Covasim runs in a process of its own, from
``.venv-bench`` (``make bench`` makes it; ``TWOFRONTS_BENCH_PYTHON`` names another one), on the same
number of people, days and about as many infections, and only its loop over days is counted.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
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
PATIENCE = 240  # for the peer [s]
ROOT = Path(__file__).parents[1]
PEER = Path(os.environ.get("TWOFRONTS_BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python"))
PICTURE = ROOT / "docs" / "images" / "cost-of-a-draw.png"


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


_START = """
import sys, time
began = time.perf_counter()
from twofronts import build_residents, load_city, load_rulebook, play
city = load_city("nanjing")
residents = build_residents(city)
play(city, load_rulebook("meeting"), residents=residents, days=60, draws=int(sys.argv[1]))
seconds = time.perf_counter() - began
from benchmarks._memory import peak_mib
print(seconds, peak_mib())
"""


def start(cache: str, draws: int) -> tuple[float, float]:
    """Return how long a process takes from its start to a result [s], and its peak memory [MiB]."""
    done = subprocess.run(
        [sys.executable, "-c", _START, str(draws)], capture_output=True, text=True, check=True,
        env=os.environ | {"TWOFRONTS_CACHE_DIR": cache}, cwd=ROOT,
    )  # fmt: skip
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), float(peak)


def covasim(people: int, *, is_large: bool) -> dict[str, float] | None:
    """Return Covasim's seconds and infections for the same work; None where it is not installed."""
    if not PEER.exists():
        print(f"  Covasim is left out: {PEER.name} of .venv-bench is missing (make bench makes it)")
        return None
    try:
        done = subprocess.run(
            [PEER, Path(__file__).parent / "_covasim.py", str(people), str(int(is_large))],
            capture_output=True, text=True, check=True, timeout=PATIENCE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"  Covasim is left out: it did not end within {PATIENCE} s")
        return None
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def peer_figures(
    name: str, ours: float, infections: float, peer: Any, floor: float
) -> list[Figure]:
    """Return our cost and Covasim's at a million people, and the ratio."""
    done = [Figure(f"{name} of a million, one thread", 1e3 * ours, "ms", how=HOW),
            Figure(f"{name} of a million: infections", infections, "", how=HOW)]  # fmt: skip
    if peer is not None:
        done += [
            Figure(f"Covasim, {name.lower()} of a million", peer["seconds"], "s", how=HOW),
            Figure(f"Covasim, {name.lower()} of a million: infections", peer["infections"],
                   "infections", how=HOW),
            Figure(f"{name} of a million: times faster than Covasim", peer["seconds"] / ours,
                   "times", floor, "higher", HOW),
        ]  # fmt: skip
    return done


def run() -> list[Figure]:
    """Return the figures of issue and floor; the picture of costs is drawn beside them."""
    city = load_city("nanjing")
    sizes = {n: build_residents(city, scale=n / city.scalar("population").value)
             for n in (100_000, 1_000_000)}  # fmt: skip
    residents = build_residents(city)
    sizes[len(residents)] = residents
    small = {n: contained(r, 400) for n, r in sizes.items() if n < len(residents)}
    one, two, infections = contained(residents, 1_000)
    small[len(residents)] = (one, two, infections)
    both_one, both_two, _ = contained(residents, 1_000, both=True)
    big = {n: large(r) for n, r in sizes.items()}
    seconds, infected = big[len(residents)]
    peers = {False: covasim(1_000_000, is_large=False), True: covasim(1_000_000, is_large=True)}
    with tempfile.TemporaryDirectory() as cache:
        first, _ = start(cache, 4)
        later, _ = start(cache, 4)
        _, peak = start(cache, 400)
    draw(small, big, peers)
    return [
        Figure("Contained draw of all residents, two threads", two, "ms", 1.0, how=HOW),
        Figure("Contained draw of all residents, one thread", one, "ms", how=HOW),
        Figure("Contained draw: infections", infections, "infections", how=HOW),
        Figure("Two threads against one", one / two, "times", 1.7, "higher", HOW),
        Figure("Contained draw on both fronts, two threads", both_two, "ms", how=HOW),
        Figure("Contained draw on both fronts, one thread", both_one, "ms", how=HOW),
        Figure("Whole call of play, both fronts, two threads, 1,000 draws",
               whole_call(residents, 1_000), "ms a draw", how=HOW),
        Figure("Contained draw, all residents against 100,000", one / small[100_000][0], "times",
               3.0, how=HOW),
        Figure("Large outbreak of all residents: an infection", 1e6 * seconds / infected,
               "microseconds", 3.0, how=HOW),
        Figure("Large outbreak: share infected", infected / len(residents), "share", 0.4,
               "higher", HOW),
        *peer_figures("Contained draw", small[1_000_000][0] / 1e3, small[1_000_000][2],
                      peers[False], 5_000),
        *peer_figures("Large outbreak", *big[1_000_000], peers[True], 10),
        Figure("First start, with compilation", first, "s", 60.0, how=HOW),
        Figure("Later starts", later, "s", 5.0, how=HOW),
        Figure("Peak memory, both fronts, 400 draws of 60 days", peak, "MiB", 1024.0, how=HOW),
    ]  # fmt: skip


def draw(small: Any, big: Any, peers: Any) -> None:
    """Draw what a draw costs against residents and against infections."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    left.loglog(list(small), [v[0] for v in small.values()], "o-", color="#1f4e79")
    left.annotate("Two Fronts", (list(small)[1], small[1_000_000][0]), xytext=(0, 8),
                  textcoords="offset points", color="#1f4e79")  # fmt: skip
    points = [(v[2], v[0]) for v in small.values()] + [(v[1], 1e3 * v[0]) for v in big.values()]
    points.sort()
    right.loglog(*zip(*points, strict=True), "o-", color="#1f4e79")
    right.annotate("Two Fronts", points[-1], xytext=(-70, -4), textcoords="offset points",
                   color="#1f4e79")  # fmt: skip
    for is_large, peer in peers.items():
        if peer is None:
            continue
        if not is_large:
            left.loglog(1e6, 1e3 * peer["seconds"], "s", color="#8a5a00")
            left.annotate("Covasim", (1e6, 1e3 * peer["seconds"]), xytext=(8, -4),
                          textcoords="offset points", color="#8a5a00")  # fmt: skip
        right.loglog(peer["infections"], 1e3 * peer["seconds"], "s", color="#8a5a00")
        right.annotate("Covasim, 1 million", (peer["infections"], 1e3 * peer["seconds"]),
                       xytext=(8, 6) if not is_large else (-60, 8),
                       textcoords="offset points", color="#8a5a00")  # fmt: skip
    left.set(xlabel="residents", ylabel="milliseconds a draw", title="Contained outbreak, 90 days")
    right.set(xlabel="infections in the draw", ylabel="milliseconds a draw", title="Any outbreak")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    low, high = left.get_ylim()
    left.set_ylim(min(low, 0.1), high * 3)
    figure.savefig(PICTURE, dpi=130)
    plt.close(figure)
