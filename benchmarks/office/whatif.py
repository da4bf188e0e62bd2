"""A what-if on the whole of Nanjing, as the worker runs it: ``python -m benchmarks.office.whatif``.

Measures a worker that has just started (imports done, nothing warm) and one that holds the city,
from the moment the job is taken to the first bands and to all 200 paired draws of two rulebooks,
and writes ``whatif.json`` beside the floors.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

FLOORS = {"first_bands_s": 5.0, "all_draws_s": 15.0}
DRAWS = 200


def main() -> None:
    """Run, print and write the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
    os.environ.setdefault("TWOFRONTS_OFFICE_LOCAL", "1")
    import django

    django.setup()
    from twofronts.city import load_city
    from twofronts_office.bridge import core, rulebooks
    from twofronts_office.bridge.city_bytes import pack_city

    city = {core.CITY_FILE: pack_city(Path(load_city("nanjing").path))}
    kept = Path(os.environ.get("TWOFRONTS_BENCH_FIT", "/nonexistent"))
    if kept.exists():
        files = city | {core.FIT_FILE: kept.read_bytes()}
    else:
        wish = core.Wish(kind="situation", draws=400, inputs=city)
        files = core.run(wish, progress=lambda _p: None)[1]
    books = tuple((n, rulebooks.builtin(n)) for n in ("held", "meeting"))
    figures: dict[str, object] = {"draws": DRAWS, "rulebooks": 2, "floors": FLOORS}
    for state in ("cold", "warm"):
        seen: list[float] = []
        began = time.perf_counter()

        def show(_found: dict, began=began, seen=seen) -> None:
            seen.append(time.perf_counter() - began)

        wish = core.Wish(kind="whatif", days=60, draws=DRAWS, books=books, inputs=files, show=show)
        core.run(wish, progress=lambda _p: None)
        figures[state] = {
            "first_bands_s": round(seen[0], 2), "all_draws_s": round(seen[1], 2),
            "reasons_s": round(time.perf_counter() - began, 2),
        }  # fmt: skip
    out = Path(__file__).with_name("whatif.json")
    out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
