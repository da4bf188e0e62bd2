"""What the programs' validation found, for the annex: figures beside those published, misses too.

``make validate`` writes the results into the package, so that a brief made far from the source
still says how far its programs have been held against the world.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

# Rows told in the annex: their key in the catalogue of sentences, room, name and unit
TOLD = (
    ("household", "front_one", "household secondary attack rate", "share"),
    (
        "contacts",
        "front_one",
        "secondary attack rate of all contacts, as few named as in Shenzhen",
        "share",
    ),
    ("confirmed", "front_one", "Nanjing to 17 February 2020, confirmed", "case"),
    ("local", "front_one", "Nanjing to 17 February 2020, contacts of a case", "case"),
    ("clusters", "front_one", "clusters that are families, by place", "share"),
    ("days", "front_one", "Nanjing to 17 February 2020, mean day of report from 10 January", "day"),
    ("industry", "front_two", "above-scale industrial firms back, Jiangsu, 29 Feb 2020", "share"),
    ("coverage", "situation", "recovery: 90% intervals that hold, overall", "share"),
    ("skill", "situation", "Nanjing over time: WIS of cases against last value", "ratio"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: what was computed, what was published (if a number), what is accepted."""

    key: str
    value: float
    published: float | None
    low: float
    high: float
    unit: str
    held: bool


@dataclass(frozen=True, slots=True)
class Checks:
    """The comparisons told, and how many there are in all.

    Parameters
    ----------
    told : tuple of Check
    rows, held : int
        All rows of the validation, and those within their tolerance.
    """

    told: tuple[Check, ...]
    rows: int
    held: int


def load_checks() -> Checks:
    """Return the results of the last ``make validate`` that the package carries."""
    path = files("twofronts.data") / "validation.json"
    rooms = json.loads(path.read_text(encoding="utf-8"))
    rows = {(room, r["name"]): r for room, found in rooms.items() for r in found}
    told = []
    for key, room, name, unit in TOLD:
        row = rows.get((room, name))
        if row is not None:
            target = row["target"] if isinstance(row["target"], int | float) else None
            told.append(Check(key, row["value"], target, row["low"], row["high"], unit, row["ok"]))
    return Checks(tuple(told), len(rows), sum(bool(r["ok"]) for r in rows.values()))
