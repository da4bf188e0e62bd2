"""The space of rulebooks: bounds, baselines, and what taking a measure out means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from twofronts.measures import Rulebook, load_catalogue, load_rulebook
from twofronts.measures.encoding import Encoding
from twofronts.measures.rulebook import GRADES
from twofronts.measures.switching import switching_rule
from twofronts.planning.evolution import Space

BASELINES = ("held", "meeting", "open", "closed")
TITLE = {"en": "The recommended plan", "zh": "推荐方案"}
# What is in force when a plan is made
TODAY = "held"
# What the grading threshold is called beside the measures
GRADING = "grades"
# Grading thresholds tried: cases in all above which a district can be high
THRESHOLDS = (10, 20, 50, 100)


def baselines() -> dict[str, Rulebook]:
    """Return what every plan is compared with: four rulebooks and P2-DAEDALUS's switching rule."""
    books = {name: load_rulebook(name) for name in BASELINES}
    books["switching"] = switching_rule(
        books["open"], books["closed"], name="switching"
    ).model_copy(
        update={"title": {"en": "Switch by beds and reproduction", "zh": "按床位和再生数切换"}}
    )
    return books


@dataclass(frozen=True)
class RuleSpace:
    """Rulebooks as vectors, from the floor upwards.

    Parameters
    ----------
    free : tuple of str
        Measures to search over; empty for all.
    thresholds : tuple of int
        Choices of the grading threshold; empty for the rule as it is.
    floor : str
        Name of the rulebook below which no plan goes: cases are always looked for, whatever else
        is lifted. To take a measure out is to put it back to this level.
    base : str
        Gives everything that is not free.
    """

    free: tuple[str, ...] = ()
    thresholds: tuple[int, ...] = THRESHOLDS
    floor: str = "open"
    base: str = "open"

    @cached_property
    def encoding(self) -> Encoding:
        """How rulebooks become vectors."""
        return Encoding(load_rulebook(self.base), self.free, self.thresholds)

    @cached_property
    def space(self) -> Space:
        """Bounds, repair and groups for the search."""
        lower = self.encoding.encode(load_rulebook(self.floor))
        keys = [v.measure or v.name for v in self.encoding.variables]
        order = list(dict.fromkeys(keys))
        if self.thresholds:
            lower[-1] = 0
        groups = np.array([order.index(k) for k in keys], dtype=np.int64)
        return Space(lower, self.encoding.upper, self._repair, groups)

    def _repair(self, vector: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return a vector that can be decoded and in which no district of more risk gets less.

        The second is required of restrictions and protections; of support it is common sense.
        """
        fixed = self.encoding.repair(vector)
        for i, v in enumerate(self.encoding.variables):
            if v.grade in GRADES[1:]:
                fixed[i] = max(fixed[i], fixed[i - 1])
        return fixed

    def vector(self, book: Rulebook) -> np.ndarray:
        """Return a rulebook's vector inside the bounds, int64[variable]."""
        return self.space.clean(self.encoding.encode(book)[None])[0]

    def book(self, vector: Sequence[int] | np.ndarray, name: str = "planned") -> Rulebook:
        """Return the rulebook of a vector."""
        return self.encoding.decode(vector, name=name, title=TITLE)

    def seeds(self) -> np.ndarray:
        """Return the baselines as vectors, int64[baseline, variable].

        The switching rule is none: a switch is no level. It stays a candidate of its own.
        """
        return np.array([self.vector(load_rulebook(name)) for name in BASELINES])

    def active(self, vector: np.ndarray) -> list[str]:
        """Return the measures that a vector takes above the floor, in the catalogue's order."""
        above = np.asarray(vector) > self.space.lower
        return list(
            dict.fromkeys(
                v.measure
                for v, up in zip(self.encoding.variables, above, strict=True)
                if up and v.measure
            )
        )

    def without(self, vector: np.ndarray, measure: str) -> np.ndarray:
        """Return a vector with one measure put back to the floor, int64[variable]."""
        out = np.array(vector, dtype=np.int64)
        for i, v in enumerate(self.encoding.variables):
            if v.measure == measure:
                out[i] = self.space.lower[i]
        return out

    def entries(self, measure: str) -> np.ndarray:
        """Return where a measure stands in a vector, int64[n]; "grades" is the threshold."""
        wanted = "" if measure == GRADING else measure
        return np.flatnonzero([v.measure == wanted for v in self.encoding.variables])

    def differing(self, vector: np.ndarray, other: np.ndarray) -> list[str]:
        """Return the measures in which two vectors differ, in the catalogue's order."""
        apart = np.asarray(vector) != np.asarray(other)
        return list(
            dict.fromkeys(
                v.measure or GRADING
                for v, here in zip(self.encoding.variables, apart, strict=True)
                if here
            )
        )

    def put_back(self, vector: np.ndarray, other: np.ndarray, measure: str) -> np.ndarray:
        """Return a vector with one measure as another vector has it, int64[variable]."""
        out = np.array(vector, dtype=np.int64)
        at = self.entries(measure)
        out[at] = np.asarray(other)[at]
        return out

    def apart(self, vector: np.ndarray, other: np.ndarray) -> list[str]:
        """Return single grades of graded measures in which two vectors differ, as names."""
        differ = np.asarray(vector) != np.asarray(other)
        pairs = zip(self.encoding.variables, differ, strict=True)
        return [v.name for v, here in pairs if here and v.grade]

    def put_back_grade(self, vector: np.ndarray, other: np.ndarray, name: str) -> np.ndarray:
        """Return a vector with one grade of a measure as another has it, int64[variable].

        Grades above follow if they would otherwise be below it.
        """
        out = np.array(vector, dtype=np.int64)
        at = next(i for i, v in enumerate(self.encoding.variables) if v.name == name)
        out[at] = np.asarray(other)[at]
        return np.asarray(self.space.clean(out[None])[0], dtype=np.int64)

    def nearer(self, vector: np.ndarray, other: np.ndarray, measure: str) -> np.ndarray:
        """Return a vector with one measure a level nearer to another vector, int64[variable]."""
        out = np.array(vector, dtype=np.int64)
        at = self.entries(measure)
        out[at] += np.sign(np.asarray(other)[at] - out[at])
        return out

    def neighbours(self, vector: np.ndarray) -> np.ndarray:
        """Return all vectors one step away: one entry, or all grades of a measure, up or down.

        Returns
        -------
        int64[n, variable]
            Without ``vector`` itself and without repetition.
        """
        found: dict[tuple[int, ...], None] = {}
        here = tuple(np.asarray(vector).tolist())
        for group in range(int(self.space.groups.max()) + 1):
            members = np.flatnonzero(self.space.groups == group)
            moves = [[i] for i in members] + ([members.tolist()] if members.size > 1 else [])
            for move in moves:
                for step in (-1, 1):
                    new = np.array(vector, dtype=np.int64)
                    new[move] += step
                    if step < 0 and len(move) == 1:
                        # a lower grade may not be stricter than a higher one
                        new[members[members < move[0]]] = np.minimum(
                            new[members[members < move[0]]], new[move[0]]
                        )
                    clean = tuple(self.space.clean(new[None])[0].tolist())
                    if clean != here:
                        found[clean] = None
        return np.array(list(found), dtype=np.int64).reshape(-1, len(here))

    def record(self) -> dict[str, Any]:
        """Return what the space is, for fingerprints."""
        return {
            "free": list(self.encoding.free),
            "thresholds": list(self.thresholds),
            "floor": load_rulebook(self.floor).digest(),
            "base": load_rulebook(self.base).digest(),
            "catalogue": load_catalogue().digest(),
        }
