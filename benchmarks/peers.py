"""The same work by Covasim: a million people, 90 days, about as many infections.

Covasim runs in a process of its own, from ``.venv-bench`` (``make bench`` makes it;
``TWOFRONTS_BENCH_PYTHON`` names another one), and only its loop over days is counted. Both programs
run one after the other in one call of this part.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.play import contained, large, size
from twofronts import load_city

HOW = "python -m benchmarks peers"
PATIENCE = 240  # for the peer [s]
ROOT = Path(__file__).parents[1]
PEER = Path(os.environ.get("TWOFRONTS_BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python"))


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
        if floor < 100:
            # where cost follows infections, and one program had more of them
            each = (peer["seconds"] / peer["infections"]) / (ours / infections)
            done.append(Figure(f"{name} of a million: times faster an infection", each, "times",
                               floor, "higher", HOW))  # fmt: skip
    return done


def run() -> list[Figure]:
    """Return the costs of a million people here and in Covasim."""
    residents = size(load_city("nanjing"), 1_000_000)
    one, _, infections = contained(residents, 400)
    seconds, infected = large(residents)
    small = peer_figures(
        "Contained draw", one / 1e3, infections, covasim(1_000_000, is_large=False), 5_000
    )
    big = peer_figures("Large outbreak", seconds, infected, covasim(1_000_000, is_large=True), 10)
    return small + big
