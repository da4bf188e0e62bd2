"""Rulebooks as vectors of ordinal levels, for a search over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.measures.catalogue import Catalogue, load_catalogue, nearest
from twofronts.measures.rulebook import GRADES, Rulebook
from twofronts.measures.words import levels_of

_BASIS = {
    "en": "Law on Prevention and Treatment of Infectious Diseases (2013)",
    "zh": "《传染病防治法》（2013）",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """One entry of the vector: a measure's level in one grade (or in all), or a threshold."""

    name: str
    measure: str
    grade: str
    upper: int


@dataclass(frozen=True)
class Encoding:
    """How rulebooks become vectors: which measures are free, and what stays as in ``base``.

    Parameters
    ----------
    base : Rulebook
        Gives the levels of measures that are not free, the terms of orders, dated changes that
        concern fixed measures, overrides, and the switch.
    free : tuple of str
        Measures to search over, in order. Graded ones take three entries, city-wide ones one.
    thresholds : tuple of int
        Choices of ``grades.total_above``; none: not searched. One more entry if there are any.
    catalogue : Catalogue
        The built-in one if not given.
    """

    base: Rulebook
    free: tuple[str, ...] = ()
    thresholds: tuple[int, ...] = ()
    catalogue: Catalogue | None = None

    def __post_init__(self) -> None:
        known = self.catalogue or load_catalogue()
        object.__setattr__(self, "catalogue", known)
        object.__setattr__(self, "free", tuple(self.free or known.keys))
        unknown = [key for key in self.free if key not in known.measure]
        if unknown:
            raise ScenarioError(
                Problem(
                    what=f"unknown measure {unknown[0]!r} to search over",
                    why="a search moves measures of the catalogue",
                    remedy=nearest(unknown[0], known.keys),
                )
            )

    @property
    def _known(self) -> Catalogue:
        return self.catalogue or load_catalogue()

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """What each entry of the vector is, with its highest value; the lowest is 0."""
        found = []
        for key in self.free:
            measure = self._known.measure[key]
            top = len(measure.level) - 1
            if measure.scope == "graded":
                found += [Variable(f"{key}.{grade}", key, grade, top) for grade in GRADES]
            else:
                found.append(Variable(key, key, "", top))
        if self.thresholds:
            found.append(Variable("grades.total_above", "", "", len(self.thresholds) - 1))
        return tuple(found)

    @cached_property
    def upper(self) -> np.ndarray:
        """Highest value of each entry.

        Returns
        -------
        int64[variable]
        """
        return np.array([v.upper for v in self.variables], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.variables)

    def encode(self, book: Rulebook) -> np.ndarray:
        """Return a rulebook's vector.

        A city-wide measure that has levels by grade is read at its medium one; a threshold that is
        no choice of the search at the nearest choice.

        Parameters
        ----------
        book : Rulebook

        Returns
        -------
        int64[variable]
        """
        vector = []
        for v in self.variables:
            if not v.measure:
                gaps = [abs(t - book.grades.total_above) for t in self.thresholds]
                vector.append(int(np.argmin(gaps)))
                continue
            measure = self._known.measure[v.measure]
            vector.append(measure.index(getattr(levels_of(book, measure), v.grade or "medium")))
        return np.array(vector, dtype=np.int64)

    def repair(self, vector: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the nearest vector that can be decoded: in bounds, no grade below a lower one.

        Parameters
        ----------
        vector : int64[variable]

        Returns
        -------
        int64[variable]
        """
        fixed = np.clip(np.asarray(vector, dtype=np.int64), 0, self.upper)
        for i, v in enumerate(self.variables):
            if v.grade in GRADES[1:] and self._known.measure[v.measure].kind != "support":
                fixed[i] = max(fixed[i], fixed[i - 1])
        return fixed

    def decode(
        self, vector: Sequence[int] | np.ndarray, *, name: str = "planned", title: Any = None
    ) -> Rulebook:
        """Return the rulebook of a vector; it is repaired first.

        Orders that ``base`` gives no term take the law on infectious diseases and 180 days, so the
        result can always be issued.

        Parameters
        ----------
        vector : int64[variable]
        name : str
            Name of the new rulebook.
        title : dict of str, optional
            Its titles in both languages.

        Returns
        -------
        Rulebook
        """
        places = dict(
            zip((v.name for v in self.variables), self.repair(vector).tolist(), strict=True)
        )
        data = self.base.model_dump(by_alias=True, exclude_defaults=True)
        data |= {"name": name, "title": title or {}, "note": {}}
        entries = data.setdefault("measures", {})
        for key in self.free:
            self._place(entries, key, places)
        if self.thresholds:
            choice = self.thresholds[places["grades.total_above"]]
            data["grades"] = data.get("grades", {}) | {"total_above": choice}
        # a dated change of a free measure would undo what the search decides
        data["changes"] = [c for c in data.get("changes", ()) if c["measure"] not in self.free]
        orders = dict(data.get("orders", {}))
        orders.setdefault("basis", _BASIS)
        if not {"until", "days"} & set(orders):
            orders["days"] = 180
        data["orders"] = orders
        return Rulebook.model_validate(data)

    def _place(self, entries: dict[str, Any], key: str, places: dict[str, int]) -> None:
        measure = self._known.measure[key]
        names = [f"{key}.{g}" for g in GRADES] if measure.scope == "graded" else [key] * 3
        levels = [measure.levels[places[n]] for n in names]
        entry = dict(entries.get(key, {}))
        entry["level"] = dict(zip(GRADES, levels, strict=True))
        if set(levels) == {measure.levels[0]} and set(entry) == {"level"}:
            entries.pop(key, None)
        else:
            entries[key] = entry


def encode(book: Rulebook, free: Iterable[str] = ()) -> np.ndarray:
    """Return a rulebook's vector over some measures, or over all of them.

    Returns
    -------
    int64[variable]
    """
    return Encoding(book, tuple(free)).encode(book)


def decode(
    vector: Sequence[int] | np.ndarray, base: Rulebook, free: Iterable[str] = ()
) -> Rulebook:
    """Return the rulebook of a vector that ``encode`` made over the same measures."""
    return Encoding(base, tuple(free)).decode(vector)
