"""What a rulebook costs: swapping it, a draw of both fronts, and a search with all residents."""

from __future__ import annotations

import time

from benchmarks.figures import Figure
from twofronts.city import build_residents, load_city
from twofronts.measures import load_rulebook
from twofronts.planning.comparing import open_stage
from twofronts.planning.searching import search

_BUDGET = 2000


def run() -> list[Figure]:
    """Return the figures of this room; the search is that of the brief."""
    city = load_city("nanjing")
    residents = build_residents(city)
    stage = open_stage(city, residents=residents, draws=64, seed=0)
    books = [load_rulebook(name) for name in ("held", "meeting")]
    for book in books:
        stage.score(book, 0, 2)
    began = time.process_time()
    for _ in range(20):
        stage.compile(books[0])
    swap = (time.process_time() - began) / 20
    began = time.process_time()
    for book in books:
        stage.score(book, 0, 64)
    draw = (time.process_time() - began) / 128
    began, cpu = time.perf_counter(), time.process_time()
    found = search(city, stage=stage, budget=_BUDGET, seed=0)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    how = f"search('nanjing', budget={_BUDGET}, draws=64), {len(residents):,} residents"
    return [
        Figure("Swap of the rulebook", 1e3 * swap, "ms", 5.0, how="stage.compile, Nanjing"),
        Figure("One draw of both fronts, 60 days", 1e3 * draw, "ms", None, how="held and meeting"),
        Figure("Search: rulebooks evaluated", found.evaluated, "", _BUDGET, "higher", how),
        Figure("Search: wall time", wall, "s", 120.0, how=how),
        Figure("Search: processor time", cpu, "s", None, how=how),
        Figure(
            "Search: wall time of a rulebook", 1e3 * wall / found.evaluated, "ms", 60.0, how=how
        ),
    ]
