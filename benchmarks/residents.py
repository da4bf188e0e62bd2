"""How long it takes to build all residents of Nanjing, and how much memory a whole run takes.

Everything runs in a process of its own, so that the peak of memory is that of loading the city,
compiling or loading the kernels, and building everybody.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure

_CODE = """
import json, sys, time
began = time.perf_counter()
from twofronts.city import build_residents, load_city
build_residents(load_city("town"))
warm = time.perf_counter() - began
city = load_city("nanjing")
seconds, cpu = [], []
for seed in range(int(sys.argv[1])):
    began, used = time.perf_counter(), time.process_time()
    residents = build_residents(city, seed=seed)
    seconds.append(time.perf_counter() - began)
    cpu.append(time.process_time() - used)
    if seed == 0:
        # a first build, nothing kept from another one
        from benchmarks._memory import peak_mib
        peak = peak_mib()
print(json.dumps({
    "residents": len(residents), "warm_up_s": warm, "seconds": sorted(seconds),
    "cpu": sorted(cpu),
    "arrays_bytes": residents.nbytes(), "peak_mib": peak,
}))
"""
ROOT = Path(__file__).parents[1]
FLOOR_SECONDS = 5.0
FLOOR_MIB = 1024.0


def run(repeats: int = 5) -> list[Figure]:
    """Return seconds to build (wall and processor) and peak memory."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(repeats)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    m = json.loads(done.stdout)
    how = f"python -m benchmarks residents; {m['residents']:,} residents, median of {repeats}"
    middle = repeats // 2
    return [
        Figure("Build all residents", m["seconds"][middle], "s", FLOOR_SECONDS, how=how),
        # what the build costs on a machine shared with others
        Figure("Build all residents: processor time", m["cpu"][middle], "s", how=how),
        Figure("Residents: arrays", m["arrays_bytes"] / 1e6, "MB", how=how),
        Figure("Build all residents: peak memory", m["peak_mib"], "MiB", FLOOR_MIB, how=how),
    ]
