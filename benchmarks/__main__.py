"""Run the benchmarks and write ``benchmarks/results.json``, with the machine described.

``python -m benchmarks [name ...]`` runs some only and keeps the others' last results.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path

import benchmarks
from benchmarks._picture import draw
from twofronts.writing import write_text

OUT = Path(__file__).parent / "results.json"
NOT_BENCHMARKS = {"figures"}


def machine() -> dict[str, object]:
    """Describe the machine, as far as it bears on the figures."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [x for x in cpuinfo.read_text().splitlines() if x.startswith("model name")]
        model = names[0].split(":")[1].strip() if names else ""
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def names() -> list[str]:
    """Return the benchmark modules."""
    found = [m.name for m in pkgutil.iter_modules(benchmarks.__path__)]
    return sorted(n for n in found if n not in NOT_BENCHMARKS and not n.startswith("_"))


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all, and write the results."""
    results = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {"figures": {}}
    known = [n for n in names() if hasattr(importlib.import_module(f"benchmarks.{n}"), "run")]
    for name in wanted:
        if name not in known:
            print(f"no benchmark is called {name!r}; there are {', '.join(known)}")
            return 2
    for name in wanted or known:
        print(f"{name} ...", flush=True)
        figures = importlib.import_module(f"benchmarks.{name}").run()
        results["figures"][name] = [f.to_dict() for f in figures]
        for f in figures:
            floor = "" if f.floor is None else f" (floor {f.floor:g})"
            print(f"  {'ok  ' if f.ok else 'MISS'} {f.name}: {f.value:.4g} {f.unit}{floor}")
    results["machine"] = machine()
    results["figures"] = {n: results["figures"][n] for n in known if n in results["figures"]}
    write_text(OUT, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    draw(results["figures"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
