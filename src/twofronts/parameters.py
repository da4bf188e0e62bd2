"""Parameters as data: unit, bounds, value, range, source and grade for every one of them.

Each file of ``data/parameters`` holds tables like::

    [incubation.meanlog]
    value = 1.621
    unit = "log d"
    bounds = [0.5, 3.0]          # what can be accepted at all
    range = [1.504, 1.755]       # what is plausible: drawn from, shown in tornado pictures
    dist = "uniform"             # fixed | uniform | triangular | normal | lognormal (range = 95%)
    grade = "published"          # measured | published | calibrated | assumed
    source = "Lauer 2020, doi:10.7326/M20-0504"
    name = { en = "Incubation, mean of log", zh = "潜伏期对数均值" }
    note = ""

A value that changed over time is ``dated = [{ from = 2020-01-19, value = 6.3 }, ...]`` beside
``value`` (which then serves dates before the first).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from twofronts.correlation import Correlation, as_text, read_correlation
from twofronts.errors import ParameterError, Problem

Grade = Literal["measured", "published", "calibrated", "assumed"]
Dist = Literal["fixed", "uniform", "triangular", "normal", "lognormal"]
CORRELATION = "calibrated_correlation.csv"
"""How the parameters of calibrated.toml go together; beside it."""
_Z95 = 1.959963984540054


class DatedValue(BaseModel):
    """A value that holds from a date on."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    start: dt.date = Field(alias="from")
    value: float


class Parameter(BaseModel):
    """One number the model rests on.

    ``bounds`` is what is accepted at all; ``range`` is what is plausible, and is what draws come
    from (its ends are the 2.5% and 97.5% points for ``normal`` and ``lognormal``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str
    value: float
    unit: str
    bounds: tuple[float, float]
    source: str
    grade: Grade
    range: tuple[float, float] | None = None
    dist: Dist = "fixed"
    dated: tuple[DatedValue, ...] = ()
    name: dict[str, str] = Field(default_factory=dict)
    note: str = ""

    @field_validator("value", "bounds", "range", mode="before")
    @classmethod
    def _is_numbers(cls, given: Any) -> Any:
        """Take no text or yes for a number, though it could be read as one."""
        parts = given if isinstance(given, (list, tuple)) else [given]
        for part in parts:
            if isinstance(part, (bool, str)):
                raise ValueError(f"{part!r} is no number; write it without quotes, as 0.5")
        return given

    @model_validator(mode="after")
    def _hangs_together(self) -> Parameter:
        low, high = self.bounds
        if not low <= high:
            raise ValueError(f"bounds {self.bounds} are the wrong way round")
        for value in (self.value, *(d.value for d in self.dated), *(self.range or ())):
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{value} lies outside the bounds {self.bounds}")
        if self.dist != "fixed" and self.range is None:
            raise ValueError(f"dist = {self.dist!r} needs a range")
        if self.range is not None and not self.range[0] <= self.value <= self.range[1]:
            raise ValueError(f"the value {self.value} lies outside its range {self.range}")
        if self.dist == "lognormal" and self.range is not None and self.range[0] <= 0:
            raise ValueError("a lognormal range must lie above 0")
        if list(self.dated) != sorted(self.dated, key=lambda d: d.start):
            raise ValueError("dated values must be in order of date")
        if not self.source.strip():
            raise ValueError("source is empty; name one, or say who assumed it")
        return self

    def on(self, date: dt.date) -> float:
        """Return the value that holds on ``date``. [unit of the parameter]."""
        value = self.value
        for entry in self.dated:
            if entry.start <= date:
                value = entry.value
        return value

    def draw(self, u: np.ndarray) -> np.ndarray:
        """Map uniforms to draws of the parameter, kept inside ``bounds``.

        Parameters
        ----------
        u : float64[n]
            Uniforms in (0, 1).

        Returns
        -------
        float64[n]
            Draws. [unit of the parameter]
        """
        from scipy.special import ndtri

        u = np.asarray(u, dtype=np.float64)
        if self.dist == "fixed" or self.range is None:
            return np.full(u.shape, self.value)
        low, high = self.range
        if self.dist == "uniform":
            x = low + u * (high - low)
        elif self.dist == "triangular":
            peak = 0.5 if high == low else (self.value - low) / (high - low)
            left = low + np.sqrt(u * peak) * (high - low)
            right = high - np.sqrt((1 - u) * (1 - peak)) * (high - low)
            x = np.where(u < peak, left, right)
        elif self.dist == "normal":
            x = self.value + ndtri(u) * (high - low) / (2 * _Z95)
        else:
            sd = (math.log(high) - math.log(low)) / (2 * _Z95)
            x = np.exp(math.log(self.value) + ndtri(u) * sd)
        return np.clip(x, *self.bounds)


class Parameters(Mapping[str, Parameter]):
    """A frozen set of parameters, by dotted key, in the order of their files.

    ``correlation`` says how those that were calibrated together go together, None if none were.
    """

    def __init__(self, items: Iterable[Parameter], correlation: Correlation | None = None):
        self._items = {p.key: p for p in items}
        self.correlation = correlation

    def __getitem__(self, key: str) -> Parameter:
        try:
            return self._items[key]
        except KeyError:
            raise ParameterError(
                Problem(
                    what=f"no parameter is called {key!r}",
                    why="names come from data/parameters",
                    remedy="see `twofronts parameters` for the list",
                )
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def value(self, key: str, date: dt.date | None = None) -> float:
        """Return a parameter's value, on a date if it is dated."""
        p = self[key]
        return p.value if date is None else p.on(date)

    def with_values(self, values: Mapping[str, float], *, source: str = "") -> Parameters:
        """Return a copy in which some parameters are held at other values (bounds checked).

        Others that were calibrated together with them keep their ranges and their luck.
        """
        changed = dict(self._items)
        for key, value in values.items():
            old = self[key]
            data = old.model_dump(by_alias=True) | {"value": value, "range": None, "dist": "fixed"}
            data |= {"dated": (), "source": source or old.source}
            changed[key] = _parse(key, data)
        return Parameters(changed.values(), self.correlation)

    def digest(self) -> str:
        """Return a short hash of every key, value, range and correlation, for manifests."""
        text = json.dumps([p.model_dump(mode="json") for p in self.values()], sort_keys=True)
        text += "" if self.correlation is None else as_text(self.correlation)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _parse(
    key: str, data: Mapping[str, Any], *, file: str = "given values", text: str | None = None
) -> Parameter:
    given = text is None
    try:
        return Parameter.model_validate({"key": key, **data})
    except ValidationError as error:
        raise ParameterError(
            [
                Problem(
                    what=f"parameter {key}: {e['msg'].removeprefix('Value error, ')}",
                    why="nothing is computed with a value out of bounds"
                    if given
                    else "every parameter carries value, unit, bounds, source and grade",
                    remedy="give a number inside the bounds; `twofronts parameters` lists them"
                    if given
                    else f"correct [{key}] there",
                    file=file,
                    line=None if text is None else _line_of(text, key),
                    column=".".join(str(part) for part in e["loc"]) or None,
                )
                for e in error.errors()
            ]
        ) from None


def _walk(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, entry in table.items():
        key = f"{prefix}{name}"
        if (
            isinstance(entry, Mapping)
            and "value" in entry
            and not isinstance(entry["value"], Mapping)
        ):
            yield key, entry
        elif isinstance(entry, Mapping):
            yield from _walk(entry, key + ".")
        else:
            raise ParameterError(
                Problem(
                    what=f"{key} is a bare {type(entry).__name__}",
                    why="a parameter is a table with value, unit, bounds, source and grade",
                    remedy=f"write [{key}] with those entries",
                )
            )


def read_parameters(path: Path) -> Parameters:
    """Read one parameter file.

    Raises
    ------
    ParameterError
        If it is not TOML, or an entry lacks what a parameter must carry.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        why = "it is a folder" if path.is_dir() else (error.strerror or str(error)).lower()
        remedy = "give the path of a TOML file that you may read"
        raise ParameterError(
            Problem("the parameter file cannot be read", why, remedy, str(path))
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError(
            Problem(
                what="not a TOML file",
                why=str(error),
                remedy="correct the line it names; TOML is UTF-8 text",
                file=str(path),
            )
        ) from None
    found = [_parse(k, v, file=path.name, text=text) for k, v in _walk(table)]
    if not found:
        what, why = "no parameter", "the file is empty, or was cut short"
        remedy = "write a table for each parameter, as in data/parameters"
        raise ParameterError(Problem(what, why, remedy, str(path), 1))
    return Parameters(found)


def _line_of(text: str, key: str) -> int:
    """Return the line on which a parameter's table begins; the first where it has no line."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith(f"[{key}]"):
            return number
    return 1


@cache
def load_parameters() -> Parameters:
    """Return every built-in parameter (all files of ``data/parameters``, in order of name)."""
    folder = Path(str(files("twofronts"))) / "data" / "parameters"
    items: dict[str, Parameter] = {}
    for path in sorted(folder.glob("*.toml")):
        for parameter in read_parameters(path).values():
            if parameter.key in items:
                raise ParameterError(
                    Problem(
                        what=f"{parameter.key} is defined twice",
                        why="a parameter has one home",
                        remedy="remove one of the two",
                        file=path.name,
                    )
                )
            items[parameter.key] = parameter
    tied = folder / CORRELATION
    correlation = read_correlation(tied, list(items)) if tied.exists() else None
    return Parameters(items.values(), correlation)
