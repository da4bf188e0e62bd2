"""The rulebook: what a city issues. A level for each measure, by grade, with dates and exceptions.

This module holds the form of a rulebook; ``checks`` holds it against the catalogue, ``files`` reads
and writes it, ``compiling`` turns it into arrays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from twofronts.manifest import digest

GRADES: tuple[str, ...] = ("low", "medium", "high")
# What can have a level of its own
PLACES: tuple[str, ...] = ("district", "checkpoint", "compound", "enterprise", "sector")


def _as_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is no date that exists, written 2020-02-18") from None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise ValueError(f"{value!r} is not a date, written 2020-02-18 without quotes")
    return value


Date = Annotated[dt.date, BeforeValidator(_as_date)]
Days = Annotated[int, Field(strict=True, ge=1, le=3650)]
Day = Annotated[int, Field(strict=True, ge=0, le=3650)]
Text = Annotated[str, Field(strict=True)]
Key = Annotated[str, Field(strict=True, min_length=1)]


def _as_both(value: Any) -> Any:
    if isinstance(value, str):
        return {"en": value, "zh": value} if value.strip() else {}
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is no text; write it in quotes, or {{ en = ..., zh = ... }}")
    if value and set(value) != {"en", "zh"}:
        raise ValueError(f"give en and zh, not {', '.join(map(str, value))}")
    return {k: v for k, v in value.items() if not isinstance(v, str) or v.strip()}


# One text for both languages, or one for each
Both = Annotated[dict[str, Text], BeforeValidator(_as_both)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class GradeLevels(_Form):
    """A level for each grade of district; one level for all is written as a plain string."""

    low: Key
    medium: Key
    high: Key

    def by_grade(self) -> tuple[str, str, str]:
        """Return the three levels, low first."""
        return (self.low, self.medium, self.high)


def _as_levels(value: Any) -> Any:
    if isinstance(value, str):
        return {"low": value, "medium": value, "high": value}
    if isinstance(value, GradeLevels | Mapping):
        return value
    raise ValueError(
        f"{value!r} is no level; write its name, or {{ low = ..., medium = ..., high = ... }}"
    )


Levels = Annotated[GradeLevels, BeforeValidator(_as_levels)]


class Term(_Form):
    """On what an order rests, and when it ends: a date (its last day), or days from its start."""

    basis: Both = {}
    until: Date | None = None
    days: Days | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Term:
        if self.until is not None and self.days is not None:
            raise ValueError("both until and days are given; an order has one end")
        return self

    def last_day(self, start: dt.date, first: int) -> int | None:
        """Return the last day in force, counted from ``start``, for an order from day ``first``."""
        if self.until is not None:
            return (self.until - start).days
        return None if self.days is None else first + self.days - 1


class Entry(Term):
    """The level of one measure at the start, its term, and its own notice and dwell if any."""

    level: Levels
    notice_days: Annotated[int, Field(strict=True, ge=0, le=60)] | None = None
    dwell_days: Annotated[int, Field(strict=True, ge=0, le=365)] | None = None


def _as_entry(value: Any) -> Any:
    if isinstance(value, Mapping) and "level" not in value and set(value) & set(GRADES):
        return {"level": value}
    return value if isinstance(value, Mapping | Entry) else {"level": value}


class Change(Term):
    """A dated change: from a date, or from a day of the run, a measure has another level."""

    date: Date | None = None
    day: Day | None = None
    measure: Key
    level: Levels

    @model_validator(mode="after")
    def _one_start(self) -> Change:
        if (self.date is None) == (self.day is None):
            raise ValueError("give either date or day, the first day of the change")
        return self

    def first_day(self, start: dt.date) -> int:
        """Return the first day of the change, counted from ``start``. [d]."""
        return (self.date - start).days if self.date is not None else int(self.day or 0)


class Override(Term):
    """A level for one place that goes before its grade's.

    A sector has a level of its own of attendance only, in every district. A checkpoint goes before
    its district or border, by its share of the traffic (``measures.checkpoints``).
    """

    district: Key | None = None
    checkpoint: Key | None = None
    compound: Annotated[int, Field(strict=True, ge=0)] | None = None
    enterprise: Annotated[str, Field(strict=True, min_length=1)] | None = None
    sector: Key | None = None
    measure: Key
    level: Key
    date: Date | None = Field(default=None, alias="from")
    day: Day | None = Field(default=None, alias="from_day")

    @model_validator(mode="after")
    def _one_place(self) -> Override:
        if sum(getattr(self, kind) is not None for kind in PLACES) != 1:
            raise ValueError("give one of district, checkpoint, compound, enterprise and sector")
        if self.date is not None and self.day is not None:
            raise ValueError("both from and from_day are given; an override has one start")
        return self

    @property
    def place(self) -> tuple[str, str]:
        """The kind and the name of the place."""
        kind = next(kind for kind in PLACES if getattr(self, kind) is not None)
        return kind, str(getattr(self, kind))

    def first_day(self, start: dt.date) -> int:
        """Return the first day, counted from ``start``; 0 where none is given. [d]."""
        return (self.date - start).days if self.date is not None else int(self.day or 0)


class GradeSettings(_Form):
    """When a district is low, medium or high; the rule of 17 February 2020 by default.

    Low: no case, or none new for ``new_days`` days. High: more than ``total_above`` cases in all
    and a cluster within ``cluster_days`` days, with a new case in the same time. Else medium.
    """

    total_above: Annotated[int, Field(strict=True, ge=0)] = 50
    new_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 14
    cluster_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 14
    cluster_size: Annotated[int, Field(strict=True, ge=2, le=100)] = 2
    cluster_link_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 14
    cluster_households: Annotated[bool, Field(strict=True)] = True
    date_basis: Literal["report", "onset"] = "report"


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


Share = Annotated[float, BeforeValidator(_number), Field(ge=0.0, le=1.0)]
Rate = Annotated[float, BeforeValidator(_number), Field(ge=0.0, le=20.0)]


class Trigger(_Form):
    """Observed quantities that move the switch; what is left out is not watched."""

    beds_share: Share | None = None
    reproduction: Rate | None = None


class Switch(Term):
    """Two sets of levels and the triggers between them; either trigger of a pair is enough."""

    tighten: Trigger
    relax: Trigger
    min_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 7
    start: Literal["relaxed", "strict"] = "relaxed"
    strict: dict[str, Levels]
    relaxed: dict[str, Levels] = {}

    @model_validator(mode="after")
    def _apart(self) -> Switch:
        watched = False
        for kind in ("beds_share", "reproduction"):
            high, low = getattr(self.tighten, kind), getattr(self.relax, kind)
            watched = watched or high is not None
            if high is not None and low is not None and low >= high:
                raise ValueError(f"{kind}: relax at {low} must lie below tighten at {high}")
        if not watched:
            raise ValueError("tighten watches nothing; give beds_share or reproduction")
        return self


class Rulebook(_Form):
    """What a city issues. A measure that is not named stays at its first level, ordinary life."""

    name: Key
    title: Both = {}
    note: Both = {}
    orders: Term = Term()
    grades: GradeSettings = GradeSettings()
    measures: dict[str, Annotated[Entry, BeforeValidator(_as_entry)]] = {}
    changes: tuple[Change, ...] = ()
    overrides: tuple[Override, ...] = ()
    switch: Switch | None = None

    def digest(self) -> str:
        """Return a short hash of all that is decided; name, title and note are left out."""
        return digest(self.model_dump(mode="json", exclude={"name", "title", "note"}))
