"""How long it takes to build all residents of Nanjing, and how much memory a whole run takes.

Everything runs in a process of its own, so that the peak of memory is that of loading the city,
compiling or loading the kernels, and building everybody.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_CODE = """
import json, resource, sys, time
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
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({
    "residents": len(residents), "warm_up_s": warm, "seconds": sorted(seconds),
    "cpu": sorted(cpu),
    "arrays_bytes": residents.nbytes(), "peak_bytes": peak,
}))
"""
FLOOR_SECONDS = 5.0
FLOOR_BYTES = 2**30


def run(repeats: int = 5) -> dict[str, Any]:
    """Return measured figures: seconds to build (wall and processor) and peak memory."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(repeats)], capture_output=True, text=True, check=True
    )
    m = json.loads(done.stdout)
    median = m["seconds"][len(m["seconds"]) // 2]
    return {
        "what": "all residents of Nanjing",
        "residents": m["residents"],
        "repeats": repeats,
        "warm_up_s": round(m["warm_up_s"], 3),
        "build_s_median": round(median, 3),
        "build_s_best": round(m["seconds"][0], 3),
        "build_s_worst": round(m["seconds"][-1], 3),
        # processor time of all threads: what the build costs on a machine shared with others
        "build_cpu_s_median": round(m["cpu"][len(m["cpu"]) // 2], 3),
        "build_s_floor": FLOOR_SECONDS,
        "arrays_mb": round(m["arrays_bytes"] / 1e6, 1),
        "peak_rss_mib": round(m["peak_bytes"] / 2**20, 1),
        "peak_rss_floor_mib": FLOOR_BYTES / 2**20,
        "ok": median <= FLOOR_SECONDS and m["peak_bytes"] <= FLOOR_BYTES,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
