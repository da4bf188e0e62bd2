"""A what-if: up to four rulebooks on the same draws, first bands early, then all and the reasons.

Numbers are those of ``twofronts.planning.compare`` on the same city, fit, days, draws and seed; the
steps on the way are its first draws.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FIRST_DRAWS = 24  # first bands
PART_DRAWS = 32  # on which single measures are taken out
SECTOR_DRAWS = 24
MOST = 4
SERIES = (
    "confirmed", "infections", "patients", "quarantined", "staff_return_rate", "resumption_rate",
    "capacity_rate", "value_added_lost", "burden",
)  # fmt: skip


def run_whatif(path: str, wish: Any, progress: Callable[[int], None]) -> tuple[dict, dict]:
    """Compare the wish's rulebooks on its city and fit.

    Parameters
    ----------
    path : str
        Folder of the city as the registers make it; used where the wish has no city of its own.
    wish : core.Wish
        ``books`` are the rulebooks, the first one the base; ``show`` is told what is known so far.
    progress : callable

    Returns
    -------
    dict
        See :func:`plain`, with ``parts``, ``sectors``, ``rulebooks``, ``proposals`` and
        ``manifest``.
    dict of str to bytes
        The city, where it came from the registers.
    """
    from twofronts.planning.comparing import compare
    from twofronts_office.bridge import warm
    from twofronts_office.bridge.city_bytes import pack_city
    from twofronts_office.bridge.situation_job import CITY_FILE, FIT_FILE

    books = books_of(wish)
    packed = wish.inputs.get(CITY_FILE) or pack_city(Path(path))
    with warm.lock():
        held = warm.get(packed, wish.inputs.get(FIT_FILE))
        stage = held.stage(days=wish.days, draws=wish.draws, seed=wish.seed)
        progress(10)

        def early(found: Any) -> None:
            wish.show(plain(found, held))
            progress(35)

        found = compare(
            held.city, list(books.values()), base=next(iter(books)), stage=stage,
            steps=(FIRST_DRAWS,), early=early,
        )  # fmt: skip
        result = plain(found, held)
        wish.show(result)
        progress(60)
        result["sectors"] = {k: _sectors(held, b, wish) for k, b in books.items()}
        result |= _closing(found, held, books)
        wish.show(result)
        progress(75)
        result["parts"] = {}
        for i, (key, book) in enumerate(books.items()):
            result["parts"][key] = _parts(stage, book, found, key)
            wish.show(result)
            progress(75 + 24 * (i + 1) // len(books))
    return result, {} if CITY_FILE in wish.inputs else {CITY_FILE: packed}


def books_of(wish: Any) -> dict[str, Any]:
    """Return the wish's rulebooks by name, the first one the base.

    Raises
    ------
    RulebookError
        If one has faults.
    ScenarioError
        If there are more than four, or two of one name.
    """
    from twofronts.errors import Problem, ScenarioError
    from twofronts.measures.files import parse_rulebook

    names = [name for name, _text in wish.books]
    if not 1 <= len(names) <= MOST or len(set(names)) < len(names):
        raise ScenarioError(
            Problem(
                what=f"{len(names)} rulebooks, {len(set(names))} of them of different names",
                why=f"one to {MOST} rulebooks of different names stand side by side",
                remedy="leave some out, or name them apart",
            )
        )
    return {
        name: parse_rulebook(text, file=name).model_copy(update={"name": name})
        for name, text in wish.books
    }


def plain(found: Any, held: Any) -> dict[str, Any]:
    """Return a comparison as plain values.

    Returns
    -------
    dict
        ``order``, ``base`` and ``titles``; ``dates``; ``bands`` by rulebook and series (low,
        middle, high over draws: 5%, 50%, 95%); ``outcomes`` row by row as ``Comparison.table``;
        ``constraints`` with slack; ``fronts`` by rulebook (health, economy, burden as mean and
        90% interval);
        ``draws`` so far; ``status``.
    """
    from twofronts.planning.outcomes import BY_NAME

    order = list(found.rulebooks)
    names = {o: {"en": v.en, "zh": v.zh, "better": v.better} for o, v in BY_NAME.items()}
    rows = json.loads(found.table().to_json(orient="records", double_precision=12))
    fit = held.begun
    return {
        "as_of": held.city.as_of.isoformat(),
        "start": held.start.isoformat(),
        "currency": held.city.currency,
        "fitted": bool(fit is not None and fit.state is not None),
        "order": order,
        "base": found.base,
        "titles": {
            k: {x: b.title.get(x, k) for x in ("zh", "en")} for k, b in found.rulebooks.items()
        },
        "draws": int(found.data.sizes["draw"]),
        "dates": [str(d)[:10] for d in found.data["date"].values],
        "bands": {k: _bands(found, k) for k in order},
        "outcomes": [r | {"name": names[r["outcome"]]} for r in rows],
        "constraints": {k: _constraints(found, k) for k in order},
        "fronts": {k: _fronts(found, k) for k in order},
        "status": {"comparison": str(found.status)},
        "advice": list(found.status.advice),
    }


def _bands(found: Any, key: str) -> dict[str, dict[str, list[float]]]:
    rows = found.data.sel(rulebook=key)
    bands = {}
    for name in SERIES:
        values = rows[f"daily_{name}"].transpose("draw", "day").values
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
        bands[name] = {
            "low": _round(low), "middle": _round(middle), "high": _round(high)
        }  # fmt: skip
    return bands


def _round(values: np.ndarray) -> list[float]:
    return [float(f"{v:.5g}") for v in values]


def _constraints(found: Any, key: str) -> list[dict[str, Any]]:
    from twofronts.planning.explain import binding

    table = binding(found.outcomes(key), found.goal)
    return json.loads(table.to_json(orient="records", double_precision=12))


def _fronts(found: Any, key: str) -> dict[str, dict[str, float]]:
    values = found.goal.objectives(found.outcomes(key))
    low, high = np.quantile(values, [0.05, 0.95], axis=0)
    return {
        name: {"mean": float(values[:, i].mean()), "low": float(low[i]), "high": float(high[i])}
        for i, name in enumerate(("health", "economy", "burden"))
    }


def _parts(stage: Any, book: Any, found: Any, key: str) -> list[dict[str, Any]]:
    from twofronts.planning.parts import parts_of

    table = parts_of(stage, book, found.goal, found.outcomes(key)[:PART_DRAWS])
    return json.loads(table.to_json(orient="records", double_precision=12))


def _sectors(held: Any, book: Any, wish: Any) -> list[dict[str, Any]]:
    """Where each sector stands on the last day, and what binds it."""
    from twofronts.planning import play
    from twofronts.planning.beginning import begin_draws
    from twofronts.planning.stage import counted_infections
    from twofronts_office.bridge.situation_job import sectors_of

    n = min(SECTOR_DRAWS, wish.draws)
    run = play(
        held.city, book, residents=held.residents, days=wish.days, draws=n, seed=wish.seed,
        start=held.start, parameters=held.parameters,
        initial=begin_draws(None if held.begun is None else held.begun.state, n),
        counted=counted_infections(held.parameters, held.residents.scale),
    )  # fmt: skip
    return sectors_of(held.city, run, day=-1)[0]


def _closing(found: Any, held: Any, books: dict[str, Any]) -> dict[str, Any]:
    """What is read off the rulebooks themselves, and the record of the run."""
    from dataclasses import asdict

    from twofronts.measures import to_toml
    from twofronts.planning.dials import dials
    from twofronts.planning.explain import differences
    from twofronts_office.bridge.proposals import in_names, names_of, proposals

    base, names = books[found.base], names_of(held.city)
    return {
        "dials": {k: [asdict(d) for d in dials(b)] for k, b in books.items()},
        "differences": {k: in_names(differences(base, b), names) for k, b in books.items()},
        "rulebooks": {k: to_toml(b) for k, b in books.items()},
        "proposals": {k: proposals(b, names) for k, b in books.items()},
        "manifest": json.loads(found.manifest.to_json()),
    }
