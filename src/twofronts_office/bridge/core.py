"""The only door to the core: situation, rulebooks played and compared, search, brief.

Everything crosses as plain values, so that nothing of the core's types enters the database.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

from twofronts.errors import TwoFrontsError
from twofronts_office.bridge.city_bytes import unpack_city
from twofronts_office.bridge.situation_job import CITY_FILE, EARLIER_FILE, FIT_FILE, run_situation
from twofronts_office.bridge.whatif import run_whatif

__all__ = ["CITY_FILE", "EARLIER_FILE", "FIT_FILE", "CoreProblem", "Wish", "proposals", "run"]

QUICK_DRAWS = 100  # a brief with no more draws than this is a first look


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
    day, against which a report is late; ``show`` is told what is known so far, where a kind of run
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
    found: dict = {"series": {}, "proposals": {}, "status": {}, "rulebooks": {}}
    for i, name in enumerate(wish.rulebooks):
        rulebook = load(name)
        played = play(city, rulebook, days=wish.days, draws=wish.draws, seed=wish.seed)
        found["series"][name] = _series(played.data)
        found["status"][name] = str(played.status)
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
    }, {}


SEARCH_STEPS = {"search": (5, 70), "choose": (70, 80), "check": (80, 90), "explain": (90, 99)}


def _begun(wish: Wish):
    """The fit that the day's situation kept, where the run stands on one."""
    if FIT_FILE not in wish.inputs:
        return None
    return _member("twofronts.briefing.kept", "read_beginning")(wish.inputs[FIT_FILE])


def _search(path: str, wish: Wish, progress) -> tuple[dict, dict]:
    """The planner: search, check on unseen draws, reasons; its rulebook is kept as a file."""

    def tell(step: str, share: float) -> None:
        low, high = SEARCH_STEPS.get(step, (5, 99))
        progress(int(low + share * (high - low)))

    city, begun = _member("twofronts.city", "load_city")(path), _begun(wish)
    # the reports are to the end of a day, so that what is decided holds from the next one
    start = city.as_of + timedelta(days=1)
    fitted = {"initial": begun.state, "start": start} if begun is not None else {}
    planned = _member("twofronts.planning", "make_plan")(
        city, days=wish.days, draws=wish.draws, seed=wish.seed, budget=wish.budget,
        fresh=max(100, wish.draws), tell=tell, **fitted,
        progress=lambda p: tell("search", p.share),
    )  # fmt: skip
    say = _member("twofronts.planning.text", "plan_text")
    text = _member("twofronts.measures", "to_toml")(planned.book)
    return {
        "texts": {lang: say(planned, lang) for lang in ("zh", "en")},
        "status": {"plan": "\n".join(planned.status.advice)},
        "proposals": {"plan": proposals(planned.book)},
        "rulebooks": {"plan": text},
        "front": [_member_of(c) for c in planned.front.members],
    }, {"rulebook.toml": text.encode()}


def _member_of(candidate) -> dict:
    """A plan of the front: what it comes to on the search's draws, and what it decides."""
    health, economy, burden = (float(v) for v in candidate.objectives)
    decided = [{k: p[k] for k in ("text", "text_en")} for p in proposals(candidate.book)]
    return {
        "name": candidate.name, "health": health, "economy": economy, "burden": burden,
        "keeps": bool(candidate.breach <= 0), "decisions": decided,
    }  # fmt: skip


BRIEF_STEPS = (
    "reports", "residents", "fit", "search", "choose", "check", "explain", "play", "pictures",
    "pages",
)  # fmt: skip


def _brief(path: str, wish: Wish, progress) -> tuple[dict, dict]:
    """The brief in both languages, as ``twofronts brief`` writes it."""
    tasks = import_module("twofronts.briefing.tasks")
    began = time.perf_counter()

    def tell(step: str, share: float) -> None:
        at = BRIEF_STEPS.index(step) if step in BRIEF_STEPS else 0
        progress(int(5 + 94 * (at + share) / len(BRIEF_STEPS)))

    order = tasks.order_of(
        quick=wish.draws <= QUICK_DRAWS, draws=wish.draws, budget=wish.budget, days=wish.days,
        seed=wish.seed,
    )  # fmt: skip
    evidence = tasks.collect(path, None, order, tell, begun=_begun(wish))
    make = _member("twofronts.briefing.make", "make_files")
    files = make(evidence, ("zh", "en"), began=began, tell=tell)
    kept = {n: d for n, d in files.items() if n.startswith("brief.") or n.endswith(".toml")}
    found: dict = {}
    if "rulebook.toml" in kept:
        text = kept["rulebook.toml"].decode()
        advised = _member("twofronts.measures", "parse_rulebook")(text, file="rulebook.toml")
        found["proposals"] = {"advised": proposals(advised)}
        found["rulebooks"] = {"advised": text}
    return found, kept


KINDS: dict[str, Callable] = {
    "situation": run_situation, "play": _play, "compare": _compare, "search": _search,
    "brief": _brief, "whatif": run_whatif,
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


def proposals(rulebook) -> list[dict]:
    """The decisions that a rulebook amounts to: each measure that it sets, each order it lifts.

    An order that a rulebook does not name is not in force under it: that is a decision too.
    """
    catalogue = _member("twofronts.measures", "load_catalogue")()
    words = import_module("twofronts.measures.words")
    lifted = [k for k, m in catalogue.measure.items() if m.kind == "restriction"]
    found = []
    for key in dict.fromkeys((*rulebook.measures, *lifted)):
        measure = catalogue.measure[key]
        levels = words.levels_of(rulebook, measure)
        zh, en = (
            f"{measure.name[lang]}{colon}{words.levels_words(measure, levels, lang)}"
            for lang, colon in (("zh", "："), ("en", ": "))
        )
        keys = levels.by_grade()
        level = keys[0] if len(set(keys)) == 1 else ", ".join(keys)
        found.append({"line": measure.line, "text": zh, "text_en": en, "measure": key,
                      "level": level, "rule": _term(rulebook, key, measure)})  # fmt: skip
    return found


def _term(rulebook, key: str, measure) -> dict:
    """Basis and end that the rulebook gives to a measure's order, as plain values."""
    entry, orders = rulebook.measures.get(key, rulebook.orders), rulebook.orders
    own = entry.basis or orders.basis or measure.basis
    found: dict = {
        "basis": " / ".join(dict.fromkeys(v for v in (own.get("zh"), own.get("en")) if v))
    }
    end = entry if entry.until or entry.days else orders
    if end.until:
        found["until"] = end.until.isoformat()
    elif end.days:
        found["days"] = int(end.days)
    return found
