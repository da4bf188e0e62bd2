"""What a loaded city is: frozen, with a source and a grade for everything it holds."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from twofronts.city.scalars import SCALAR
from twofronts.city.tables import TABLE
from twofronts.errors import CityError, Problem

Grade = Literal["measured", "published", "calibrated", "assumed"]


class Scalar(float):
    """A number about the whole city that remembers its unit, source and grade.

    It is a float, so it computes as one.

    Attributes
    ----------
    value : float
        The number itself. [``unit``]
    unit, source, grade, note : str
    """

    unit: str
    source: str
    grade: Grade
    note: str

    def __new__(
        cls, value: float, *, unit: str, source: str, grade: Grade, note: str = ""
    ) -> Scalar:
        """Return the number with its marks."""
        self = super().__new__(cls, value)
        self.unit, self.source, self.grade, self.note = unit, source, grade, note
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[float], dict[str, str]]:
        marks = {"unit": self.unit, "source": self.source, "grade": self.grade, "note": self.note}
        return (float(self),), marks

    @property
    def value(self) -> float:
        """The plain number."""
        return float(self)


class ColumnSource(BaseModel):
    """Where one column comes from, when that differs from its table."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    unit: str | None = None
    source: str | None = None
    licence: str | None = None
    date: dt.date | None = None
    grade: Grade | None = None
    notes: str | None = None


class Source(BaseModel):
    """The sidecar of a table: unit, source, licence, date and grade, and columns that differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    unit: str
    source: str
    licence: str
    date: dt.date
    grade: Grade
    notes: str = ""
    columns: dict[str, ColumnSource] = Field(default_factory=dict)

    def of(self, column: str) -> Source:
        """Return the source of one column, its own words before the table's."""
        own = self.columns.get(column, ColumnSource()).model_dump(exclude_none=True)
        return Source(**{**self.model_dump(exclude={"columns"}), **own})


class City(BaseModel):
    """A city on one date: its tables, its scalars, its map, and where each of them comes from.

    Tables are pandas DataFrames and are treated as read-only. The row order of ``districts`` and of
    ``sectors`` is the order of every district and sector axis.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: str
    name_en: str
    name_zh: str
    as_of: dt.date
    admin_code: str = ""
    currency: str = "CNY"
    invented: bool = False
    notes: str = ""
    path: Path
    scalars: dict[str, Any]
    sources: dict[str, Source]
    map: dict[str, Any]

    districts: pd.DataFrame
    neighbours: pd.DataFrame
    ages: pd.DataFrame
    households: pd.DataFrame
    sectors: pd.DataFrame
    schools: pd.DataFrame
    hospitals: pd.DataFrame
    checkpoints: pd.DataFrame
    stocks: pd.DataFrame
    reports: pd.DataFrame
    arrivals: pd.DataFrame
    policies: pd.DataFrame
    resumption: pd.DataFrame
    behaviour: pd.DataFrame | None = None
    commuting: pd.DataFrame | None = None
    employment: pd.DataFrame | None = None
    enterprises: pd.DataFrame | None = None
    io_domestic: pd.DataFrame | None = None
    io_imported: pd.DataFrame | None = None
    io_accounts: pd.DataFrame | None = None
    io_sectors: pd.DataFrame | None = None
    io_goods: pd.DataFrame | None = None

    _digest: str = PrivateAttr(default="")

    @property
    def district_codes(self) -> list[str]:
        """Codes of the districts, in the order of every district axis."""
        return [str(c) for c in self.districts["code"]]

    @property
    def sector_codes(self) -> list[str]:
        """Codes of the sectors, in the order of every sector axis."""
        return [str(c) for c in self.sectors["sector"]]

    @property
    def population(self) -> int:
        """Residents of all districts. [person]"""
        return int(self.districts["population"].sum())

    def table(self, name: str) -> pd.DataFrame | None:
        """Return a table by its name; None where an optional one is absent."""
        if name not in TABLE:
            raise KeyError(f"no table of a city is called {name!r}")
        frame: pd.DataFrame | None = getattr(self, name)
        return frame

    def scalar(self, key: str, default: float | None = None) -> Scalar:
        """Return a number about the whole city. [its ``unit``].

        Parameters
        ----------
        key : str
            As in ``[scalars]`` of ``city.toml``.
        default : float or None
            Stands in, graded ``assumed``, where the city does not give the number.

        Returns
        -------
        Scalar

        Raises
        ------
        CityError
            If the city does not give it and there is no default.
        """
        if key in self.scalars:
            scalar: Scalar = self.scalars[key]
            return scalar
        if default is not None:
            unit = SCALAR[key].unit if key in SCALAR else ""
            return Scalar(default, unit=unit, source="default of the program", grade="assumed")
        known = f"unit {SCALAR[key].unit}; {SCALAR[key].en}" if key in SCALAR else "any number"
        raise CityError(
            Problem(
                what=f"the city gives no {key}",
                why="a step of the work needs this number",
                remedy=f"add [scalars.{key}] with value, unit, source and grade ({known})",
                file=str(self.path / "city.toml"),
                column=key,
            )
        )

    def digest(self) -> str:
        """Return a short hash of every file of the city, for manifests."""
        if not self._digest:
            h = hashlib.sha256()
            for file in sorted(self.path.iterdir()):
                if file.suffix in (".csv", ".toml", ".geojson"):
                    h.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
            self._digest = h.hexdigest()[:16]
        return self._digest
