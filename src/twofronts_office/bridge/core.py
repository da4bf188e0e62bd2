"""The only door to the core: situation, one rulebook played, several compared, search.

Everything crosses as plain values, so that nothing of the core's types enters the database.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from twofronts.errors import TwoFrontsError


class CoreProblem(Exception):
    """The core refused: its message says what is wrong and what to do."""


def _member(module: str, name: str):
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as missing:
        raise CoreProblem(f"This installation of the core has no {module}.{name}.") from missing


def run(
    *, kind: str, rulebooks: list[str], days: int, draws: int, seed: int, progress: Callable
) -> dict:
    """Run the core on what the office holds.

    Returns
    -------
    dict
        Plain values: ``series`` of medians and 80% intervals by rulebook, ``status``, and
        ``proposals`` of decisions by rulebook.

    Raises
    ------
    CoreProblem
        If the core refuses the input, in the core's own words.
    """
    from twofronts_office.bridge.city_folder import export_city

    with tempfile.TemporaryDirectory(prefix="twofronts-office-") as folder:
        path = Path(folder) / "city"
        try:
            export_city(path)
            progress(10)
            city = _member("twofronts.city", "load_city")(str(path))
            if kind == "situation":
                return _situation(city, progress)
            names = rulebooks or ["held"]
            found = {"series": {}, "proposals": {}, "status": {}}
            play = _member("twofronts.planning", "play")
            load = _member("twofronts.measures", "load_rulebook")
            for i, name in enumerate(names):
                rulebook = load(name)
                played = play(city, rulebook, days=days, draws=draws, seed=seed)
                found["series"][name] = _series(played.data)
                found["status"][name] = str(played.status)
                found["proposals"][name] = proposals(rulebook)
                progress(10 + 90 * (i + 1) // len(names))
            return found
        except TwoFrontsError as problem:
            raise CoreProblem(str(problem)) from problem


def _situation(city, progress) -> dict:
    assess = _member("twofronts.situation", "assess")
    found = assess(city)
    progress(100)
    return {"status": {"situation": str(found.status)}, "series": {}, "proposals": {}}


def _series(data) -> dict:
    """Medians and 80% intervals over draws of what the group looks at.

    Returns
    -------
    dict of name to {"low", "middle", "high"}
        Each a list over days.
    """
    import numpy as np

    found = {}
    for name in ("observed_confirmed", "true_infections", "staff_present", "burden"):
        if name not in data:
            continue
        values = data[name]
        rest = [d for d in values.dims if d not in ("draw", "day")]
        array = values.sum(rest).transpose("draw", "day").to_numpy()
        low, middle, high = np.quantile(array, [0.1, 0.5, 0.9], axis=0)
        found[name] = {
            "low": [round(float(v), 2) for v in low],
            "middle": [round(float(v), 2) for v in middle],
            "high": [round(float(v), 2) for v in high],
        }
    return found


def proposals(rulebook) -> list[dict]:
    """The decisions that a rulebook amounts to, one for each measure that it sets."""
    catalogue = _member("twofronts.measures", "load_catalogue")()
    measures = {m.key: m for m in catalogue.measures}
    found = []
    for key, level in dict(rulebook.levels).items():
        measure = measures.get(key)
        if measure is None:
            continue
        text = f"{measure.name_zh} / {measure.name_en}: {level}"
        found.append({"line": measure.line, "text": text, "measure": key, "level": str(level)})
    return found
