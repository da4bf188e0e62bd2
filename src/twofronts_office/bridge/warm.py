"""The newest city kept warm in a worker: residents and stage stay in memory between what-ifs.

What is kept is found again by what it was built from, the bytes of the city and of the fit, so that
a new day's situation takes the place of the old one and nothing stale is ever used.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from twofronts_office.bridge.city_bytes import unpack_city

WARMING_DRAWS = 8
STAGES = 3  # lengths and seeds kept side by side


@dataclass
class Warm:
    """A city with its residents, where its draws begin, and the stages that were set on it."""

    key: str
    city: Any
    residents: Any
    begun: Any
    parameters: Any
    folder: Any = field(repr=False)  # the city's hash reads its files; gone with the city
    stages: dict[tuple[int, int, int], Any] = field(default_factory=dict)

    @property
    def start(self):
        """The reports are to the end of a day; options differ from the next one on."""
        return self.city.as_of + timedelta(days=1)

    def stage(self, *, days: int, draws: int, seed: int) -> Any:
        """Return a stage for so many days and draws, set now if it is not kept."""
        from twofronts.planning.comparing import open_stage

        key = (days, draws, seed)
        if key not in self.stages:
            while len(self.stages) >= STAGES:
                self.stages.pop(next(iter(self.stages)))
            self.stages[key] = open_stage(
                self.city, residents=self.residents, days=days, draws=draws, seed=seed,
                start=self.start, initial=None if self.begun is None else self.begun.state,
                parameters=self.parameters,
            )  # fmt: skip
        return self.stages[key]


_held: Warm | None = None
_lock = threading.RLock()


def get(city: bytes, fit: bytes | None) -> Warm:
    """Return the city of these bytes, from memory if it is the one that is kept.

    Parameters
    ----------
    city : bytes
        A packed city folder.
    fit : bytes or None
        A kept fit; draws begin from the reports alone without one.
    """
    global _held
    key = hashlib.sha256(city + b"\0" + (fit or b"")).hexdigest()
    with _lock:
        if _held is None or _held.key != key:
            _held = None  # two cities are not held at once
            _held = _built(key, city, fit)
        return _held


def _built(key: str, city: bytes, fit: bytes | None) -> Warm:
    from twofronts.briefing.kept import read_beginning
    from twofronts.city import build_residents, load_city
    from twofronts.parameters import load_parameters

    folder = tempfile.TemporaryDirectory(prefix="twofronts-warm-")
    place = load_city(unpack_city(city, Path(folder.name) / "city"))
    begun = None if fit is None else read_beginning(fit)
    return Warm(key, place, build_residents(place), begun, load_parameters(), folder)


def warm_up(city: bytes, fit: bytes | None, *, days: int, draws: int, seed: int) -> None:
    """Set the usual stage and run a few draws, so that the compiled kernels are loaded too."""
    from twofronts.measures import load_rulebook
    from twofronts.planning.comparing import score_books

    with _lock:
        stage = get(city, fit).stage(days=days, draws=draws, seed=seed)
        score_books(stage, [load_rulebook("held")], draws=WARMING_DRAWS, daily=True)


def held() -> bool:
    """Say whether a city is warm."""
    return _held is not None


def lock() -> Any:
    """The lock under which the warm city is used: one run at a time in a process."""
    return _lock
