"""Run every validation and write ``docs/validation``: results.json and the page, misses included.

``python -m validation [room ...]`` runs some rooms only and keeps the other rooms' last results.
"""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
import sys
import time
from pathlib import Path

import twofronts
import validation
from twofronts.writing import write_text

OUT = Path(__file__).parents[1] / "docs" / "validation"
# what a brief tells of it, wherever the package is installed
CARRIED = Path(twofronts.__file__).parent / "data" / "validation.json"
NOT_ROOMS = {"loosening", "rows", "uk_case"}


def rooms() -> list[str]:
    """Return the modules that have rows to give."""
    names = [m.name for m in pkgutil.iter_modules(validation.__path__)]
    return sorted(n for n in names if n not in NOT_ROOMS and not n.startswith("_"))


def page(results: dict[str, list[dict]]) -> str:
    """Return the results as a Markdown page."""
    rows = [r for room in results.values() for r in room if r.get("judged", True)]
    hold = sum(r["ok"] for r in rows)
    text = [
        "# Validation",
        "",
        "Made by `make validate`. A row holds if the value lies in the tolerance, which is part of",
        "the code of the row and was set before it ran, unless the row says that it was changed.",
        "Misses stay in the table. Figures with nothing to be held to are shown and not counted.",
        "",
        f"**{hold} of {len(rows)} rows hold.**",
    ]
    for room, room_rows in results.items():
        text += ["", f"## {room.replace('_', ' ').capitalize()}", ""]
        text += ["| what | computed | published | tolerance | draws | holds | source |"]
        text += ["|---|---|---|---|---|---|---|"]
        for r in room_rows:
            mark = "yes" if r["ok"] else "**no**"
            limits = f"{r['low']:.6g} to {r['high']:.6g}"
            if not r.get("judged", True):
                mark, limits = "-", "none: shown only"
            note = f" {r['note']}" if r["note"] else ""
            target = r["target"] if isinstance(r["target"], str) else f"{r['target']:.6g}"
            text.append(
                f"| {r['name']} [{r['unit']}]{'.' if note else ''}{note} | {r['value']:.6g} | "
                f"{target} | {limits} | {r['draws'] or 'exact'} | "
                f"{mark} | {r['source']} |"
            )
    return "\n".join(text) + "\n"


def carried(results: dict[str, list[dict]]) -> str:
    """Return the figures of every row as the package carries them, without sources and notes."""
    kept = ("name", "value", "target", "low", "high", "ok")
    slim = {
        room: [{k: r[k] for k in kept if not _endless(r[k])} for r in rows if r.get("judged", True)]
        for room, rows in results.items()
    }
    return json.dumps(slim, indent=0, ensure_ascii=False) + "\n"


def _endless(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def main(wanted: list[str]) -> int:
    """Run the rooms named, or all, and write the results."""
    path = OUT / "results.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = rooms()
    for name in wanted:
        if name not in known:
            print(f"no validation is called {name!r}; there are {', '.join(known)}")
            return 2
    for name in wanted or known:
        started = time.perf_counter()
        print(f"{name} ...", flush=True)
        rows = importlib.import_module(f"validation.{name}").run()
        results[name] = [r.to_dict() for r in rows]
        for r in rows:
            print(f"  {'ok  ' if r.ok else 'MISS'} {r.name}: {r.value:.6g} (published {r.target})")
        print(f"  {time.perf_counter() - started:.0f} s", flush=True)
        # after every room, so that one that fails loses nothing of the others
        results = {name: results[name] for name in known if name in results}
        write_text(path, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        write_text(OUT / "README.md", page(results))
        write_text(CARRIED, carried(results))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
