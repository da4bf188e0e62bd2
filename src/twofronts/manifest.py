"""What a result rests on: hashes, versions, seed and time, so that it can be made again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from dataclasses import asdict, dataclass, field
from typing import Any

import twofronts


def digest(value: Any) -> str:
    """Return a short hash of anything JSON can carry."""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The record beside a result.

    ``what`` names the command or function; ``inputs`` holds the hashes of city, rulebooks,
    parameters and reports; ``notes`` what a reader must know (an assumed commuting law, say).
    """

    what: str
    seed: int
    inputs: dict[str, str]
    notes: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    wall_time_s: float = 0.0
    version: str = twofronts.__version__
    python: str = platform.python_version()
    made_at: str = field(
        default_factory=lambda: dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    )

    def to_json(self) -> str:
        """Return the record as JSON text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, default=str) + "\n"
