"""The only door to the core: situation, rulebooks played and compared, search, brief.

Everything crosses as plain values, so that nothing of the core's types enters the database.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path

from twofronts.errors import TwoFrontsError
from twofronts_office.bridge.case_lines import LINES_FILE, lines_of_register, suspected_now
from twofronts_office.bridge.city_bytes import unpack_city
from twofronts_office.bridge.plan_job import run_brief, run_search
from twofronts_office.bridge.proposals import proposals
from twofronts_office.bridge.situation_job import CITY_FILE, EARLIER_FILE, FIT_FILE, run_situation
from twofronts_office.bridge.whatif import run_whatif

__all__ = [
    "CITY_FILE", "EARLIER_FILE", "FIT_FILE", "LINES_FILE", "CoreProblem", "Wish",
    "lines_of_register", "proposals", "run", "suspected_now",
]  # fmt: skip


class CoreProblem(Exception):
    """The core refused: its message says what is wrong and what to do."""


def _member(module: str, name: str):
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as missing:
        raise CoreProblem(f"This installation of the core has no {module}.{name}.") from missing


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run is asked for: plain values from the plans register.

    ``books`` are rulebooks as (name, TOML); ``inputs`` files that an earlier run kept: with a city
    among them the run takes that one and not what the registers hold now. ``today`` is the office's
    day, against which a report is late; ``suspected`` the cases of the register that are suspected;
    ``show`` is told what is known so far, where a kind of run
    knows something early.
    """

    kind: str
    rulebooks: tuple[str, ...] = ("held",)
    days: int = 60
    draws: int = 50
    seed: int = 0
    budget: int = 500
    books: tuple[tuple[str, str], ...] = ()
    inputs: dict[str, bytes] = field(default_factory=dict)
    today: date | None = None
    suspected: int = 0
    show: Callable[[dict], None] = field(default=lambda found: None, compare=False)


def run(wish: Wish, *, progress: Callable[[int], None]) -> tuple[dict, dict[str, bytes]]:
    """Run the core on what the office holds.

    Parameters
    ----------
    wish : Wish
    progress : callable
        Told how far the run is. [percent]

    Returns
    -------
    dict
        Plain values: ``series`` of medians and 80% intervals by rulebook, ``status`` and ``texts``
        by language, ``proposals`` of decisions and ``rulebooks`` as TOML by option.
    dict of str to bytes
        Files by name: the brief, the advised rulebook.

    Raises
    ------
    CoreProblem
        If the core refuses the input, in the core's own words.
    """
    from twofronts_office.bridge.city_folder import export_city

    with tempfile.TemporaryDirectory(prefix="twofronts-office-") as folder:
        path = Path(folder) / "city"
        try:
            if CITY_FILE in wish.inputs:
                unpack_city(wish.inputs[CITY_FILE], path)
            else:
                export_city(path)
            progress(5)
            found, files = KINDS[wish.kind](str(path), wish, progress)
        except TwoFrontsError as problem:
            raise CoreProblem(str(problem)) from problem
    progress(100)
    empty: dict = {"series": {}, "proposals": {}, "status": {}, "texts": {}, "rulebooks": {}}
    return empty | found, files


def _play(path: str, wish: Wish, progress) -> tuple[dict, dict]:
    city = _member("twofronts.city", "load_city")(path)
    play = _member("twofronts.planning", "play")
    load = _member("twofronts.measures", "load_rulebook")
    to_toml = _member("twofronts.measures", "to_toml")
    found: dict = {"series": {}, "proposals": {}, "status": {}, "rulebooks": {}, "manifest": {}}
    found["status_zh"] = {}
    for i, name in enumerate(wish.rulebooks):
        rulebook = load(name)
        played = play(city, rulebook, days=wish.days, draws=wish.draws, seed=wish.seed)
        found["series"][name] = _series(played.data)
        found["status"][name] = str(played.status)
        found["status_zh"][rulebook.title.get("zh", name)] = played.status.words("zh")
        found["manifest"][name] = json.loads(played.manifest.to_json())
        found["proposals"][name] = proposals(rulebook)
        found["rulebooks"][name] = to_toml(rulebook)
        progress(5 + 94 * (i + 1) // len(wish.rulebooks))
    return found, {}


def _compare(path: str, wish: Wish, progress) -> tuple[dict, dict]:
    """Rulebooks on the same draws: both fronts, burden and constraints, as the core words them."""
    total = len(wish.rulebooks) * wish.draws
    done = 0

    def tell(draws: int) -> None:
        nonlocal done
        done += draws
        progress(5 + 94 * min(done, total) // total)

    compared = _member("twofronts.planning", "compare")(
        path, list(wish.rulebooks), days=wish.days, draws=wish.draws, seed=wish.seed, progress=tell
    )
    say = _member("twofronts.planning.commands", "comparison_text")
    to_toml = _member("twofronts.measures", "to_toml")
    return {
        "texts": {lang: say(compared, lang) for lang in ("zh", "en")},
        "proposals": {name: proposals(book) for name, book in compared.rulebooks.items()},
        "rulebooks": {name: to_toml(book) for name, book in compared.rulebooks.items()},
        "manifest": json.loads(compared.manifest.to_json()),
    }, {}


KINDS: dict[str, Callable] = {
    "situation": run_situation, "play": _play, "compare": _compare, "search": run_search,
    "brief": run_brief, "whatif": run_whatif,
}  # fmt: skip


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
