"""What a start takes: the first one of a fresh install, which compiles, and later ones; memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figure

HOW = "python -m benchmarks starts"
ROOT = Path(__file__).parents[1]
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


def run() -> list[Figure]:
    """Return the times of starts and the memory of a whole run."""
    with tempfile.TemporaryDirectory() as cache:
        first, _ = start(cache, 4)
        later, _ = start(cache, 4)
        _, peak = start(cache, 400)
    return [
        Figure("First start, with compilation", first, "s", 60.0, how=HOW),
        Figure("Later starts", later, "s", 5.0, how=HOW),
        Figure("Peak memory, both fronts, 400 draws of 60 days", peak, "MiB", 1024.0, how=HOW),
    ]
