"""What a table of a city must look like, as data: the checks, the loader and the docs read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["code", "text", "int", "number", "share", "flag", "date", "choice"]

GRADES = ("measured", "published", "calibrated", "assumed")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        As in the header.
    kind : Kind
        ``code`` is an identifier, ``share`` a number in [0, 1], ``flag`` 0 or 1.
    en, zh : str
        One line of documentation in each language.
    unit : str
        "persons", "km", "" for names and codes.
    low, high : float or None
        Inclusive bounds.
    blank : bool
        Whether a cell may be empty. A blank number means "not reported", never 0.
    choices : tuple of str
        What a ``choice`` may be.
    refers : str
        "districts.code": every non-empty value must appear there.
    required : bool
        Whether the column itself must be there.
    """

    name: str
    kind: Kind
    en: str
    zh: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    blank: bool = False
    choices: tuple[str, ...] = ()
    refers: str = ""
    required: bool = True

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in ("int", "number", "share", "flag")

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value accepted. [unit of the column]."""
        low = 0.0 if self.low is None else self.low
        if self.kind in ("share", "flag"):
            return low, 1.0
        return low, float("inf") if self.high is None else self.high


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a city: ``<name>.csv`` with its sidecar ``<name>.toml``.

    ``key`` names the columns that together may not repeat. ``square`` marks tables of
    flows between sectors: a column for each buying sector follows.
    """

    name: str
    en: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = True
    may_be_empty: bool = False
    square: bool = False

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name!r}")

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of its columns, in order."""
        return tuple(c.name for c in self.columns)


@dataclass(frozen=True, slots=True)
class ScalarSpec:
    """One number about the city as a whole, in ``[scalars]`` of ``city.toml``."""

    name: str
    unit: str
    en: str
    zh: str
    low: float = 0.0
    high: float = float("inf")
    required: bool = False
    whole: bool = False
