"""A scenario for front two alone: who may attend, and what freight does, by date.

::

    title = "Half of industry until March"
    days = 90

    [[attendance]]              # most of ordinary staff at work, as a share
    from = 2020-02-18
    group = "industry"          # or sector = ["C6", "C7"], or neither: every sector
    district = ["320115"]       # or none: every district
    share = 0.5

    [[effect]]                  # any effect of a measure, see `twofronts measures`
    from = 2020-02-25
    freight_border = 0.7
    freight_delay = 1.5
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from twofronts.economy.labour import GROUPS, neutral_effects
from twofronts.economy.production import FUNCTIONS
from twofronts.errors import Problem, ScenarioError
from twofronts.measures.effects import EFFECT_INDEX, EFFECTS
from twofronts.measures.toml_lines import Path as Path_
from twofronts.measures.toml_lines import key_lines, line_of
from twofronts.wording import Said, date_words

_FROZEN = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _plain_number(value: Any) -> Any:
    """Refuse yes, no and text where a number is wanted; TOML can write numbers."""
    if isinstance(value, bool | str):
        raise ValueError(f"this is {value!r}, not a number")
    return value


class Attendance(BaseModel):
    """At most this share of ordinary staff is at work, from a date until the next entry."""

    model_config = _FROZEN
    start: dt.date = Field(alias="from")
    share: float = Field(ge=0.0, le=1.0)
    sector: tuple[str, ...] = ()
    group: str = ""
    district: tuple[str, ...] = ()
    until: dt.date | None = None

    _number = field_validator("share", mode="before")(_plain_number)

    @model_validator(mode="after")
    def _one_way(self) -> Attendance:
        if self.group and self.sector:
            raise ValueError("give sector or group, not both")
        if self.group and self.group not in GROUPS:
            raise ValueError(f"group is one of {', '.join(GROUPS)}")
        if self.until is not None and self.until < self.start:
            raise ValueError("until lies before from")
        return self


class EffectChange(BaseModel):
    """Effects of measures from a date on; what is not named stays as it was."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)
    start: dt.date = Field(alias="from")
    district: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> EffectChange:
        for name, value in (self.model_extra or {}).items():
            if name not in EFFECT_INDEX:
                raise ValueError(f"no effect is called {name!r}; see twofronts.measures.effects")
            low, high = EFFECTS[EFFECT_INDEX[name]].bounds
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} is {value!r}, not a number")
            if not low <= value <= high:
                raise ValueError(f"{name} is {value}; it lies between {low:g} and {high:g}")
        return self


class EconomyScenario(BaseModel):
    """What front two is run under."""

    model_config = _FROZEN
    title: str = ""
    start: dt.date | None = None
    days: int = Field(default=90, ge=1, le=1500)
    draws: int = Field(default=100, ge=1, le=100_000)
    seed: int = Field(default=0, ge=0, le=2**63 - 1)
    function: str = "half-critical"
    normal: bool = False
    attendance: tuple[Attendance, ...] = ()
    effect: tuple[EffectChange, ...] = ()
    parameters: dict[str, float] = Field(default_factory=dict)

    _number = field_validator("days", "draws", "seed", mode="before")(_plain_number)

    @model_validator(mode="after")
    def _known(self) -> EconomyScenario:
        if self.function not in FUNCTIONS:
            raise ValueError(f"function is one of {', '.join(FUNCTIONS)}")
        return self


def read_scenario(path: Path) -> EconomyScenario:
    """Read a scenario from a TOML file.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ScenarioError(
            Problem(
                what="the scenario cannot be read",
                why=str(reason),
                remedy="give a TOML file in UTF-8; `twofronts economy --help` shows the form",
                file=str(path),
            )
        ) from None
    return scenario_from(data, file=str(path), lines=key_lines(text))


# What the checker of types says, in words of a TOML file
_PLAIN = {
    "extra_forbidden": "this entry is not known",
    "tuple_type": "a list is wanted here; entries of attendance and effect stand under [[...]]",
    "missing": "this entry is missing",
}


def scenario_from(
    data: dict[str, Any], *, file: str = "scenario", lines: dict[Path_, int] | None = None
) -> EconomyScenario:
    """Make a scenario of the content of a file.

    Parameters
    ----------
    data : dict
        As TOML is read.
    file : str
        For messages.
    lines : dict or None
        Where each key stands in it, as ``key_lines`` tells.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    try:
        return EconomyScenario.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(
            Problem(
                what=_PLAIN.get(e["type"]) or _said(e),
                why="a scenario gives attendance and effects by date, and nothing unknown",
                remedy="correct this entry",
                file=file,
                line=line_of(lines or {}, e["loc"]),
                column=".".join(str(part) for part in e["loc"]) or None,
            )
            for e in error.errors()
        ) from None


def _said(error: Any) -> str:
    """Return what is wrong with an entry, and what stands there where the message does not say."""
    text = str(error["msg"]).removeprefix("Value error, ")
    given = error["input"]
    if error["type"] != "value_error" and isinstance(given, str | int | float):
        text = f"{text[0].lower()}{text[1:].replace('should be', 'must be')}; this is {given!r}"
        text = text.removeprefix("input ")
    return text


def without_effect(scenario: EconomyScenario, start: dt.date) -> tuple[Said, ...]:
    """Return a note for each entry whose dates lie outside the run: it does nothing.

    Parameters
    ----------
    scenario : EconomyScenario
    start : date
        First day of the run.
    """
    last = start + dt.timedelta(days=scenario.days - 1)
    notes = []
    given: tuple[tuple[str, str, tuple[Attendance | EffectChange, ...]], ...] = (
        ("attendance", "出勤", scenario.attendance),
        ("effect", "效应", scenario.effect),
    )
    for kind, zh, entries in given:
        for at, entry in enumerate(entries, start=1):
            until = getattr(entry, "until", None)
            if entry.start <= last and (until is None or until >= start):
                continue
            notes.append(
                Said(
                    f"entry {at} of {kind} does nothing: its dates lie outside {start} to {last}",
                    f"第{at}条{zh}不起作用：其日期不在{date_words(start, 'zh')}"
                    f"至{date_words(last, 'zh')}之内",
                )
            )
    return tuple(notes)


def check_places(scenario: EconomyScenario, city: Any, *, file: str = "scenario") -> None:
    """Refuse sectors and districts that the city does not have.

    Raises
    ------
    ScenarioError
        With every one of them, and the entry that names it.
    """
    known = {"sector": city.sector_codes, "district": city.district_codes}
    problems = []
    for kind, entries in (("attendance", scenario.attendance), ("effect", scenario.effect)):
        for i, entry in enumerate(entries):
            for what, codes in known.items():
                wanted = getattr(entry, what, ())
                if any(w not in codes for w in wanted):
                    found = _unknown(wanted, codes, what)
                    problems.append(replace(found, file=file, column=f"{kind}.{i}.{what}"))
    if problems:
        raise ScenarioError(problems)


def scenario_arrays(
    scenario: EconomyScenario, city: Any, *, start: dt.date
) -> tuple[np.ndarray, np.ndarray]:
    """Spread a scenario over days, sectors and districts.

    Parameters
    ----------
    scenario : EconomyScenario
    city : City
    start : date

    Returns
    -------
    tuple of float64[day, district, N_EFFECT], float64[day, sector, district]
        Effects of measures, and the most of ordinary staff at work. [1]

    Raises
    ------
    ScenarioError
        If a sector or district is unknown.
    """
    sectors, districts = city.sector_codes, city.district_codes
    effects = np.repeat(neutral_effects(len(districts))[None], scenario.days, axis=0)
    limit = np.ones((scenario.days, len(sectors), len(districts)))
    groups = list(city.sectors["group"])
    for entry in scenario.attendance:
        if entry.group:
            rows = [i for i, group in enumerate(groups) if group == entry.group]
        else:
            rows = _places(entry.sector, sectors, "sector")
        columns = _places(entry.district, districts, "district")
        first = max(0, (entry.start - start).days)
        last = scenario.days if entry.until is None else (entry.until - start).days + 1
        if last > first:
            limit[first:last, np.ix_(rows, columns)[0], columns] = entry.share
    for change in scenario.effect:
        columns = _places(change.district, districts, "district")
        first = max(0, (change.start - start).days)
        for name, value in (change.model_extra or {}).items():
            effects[first:, columns, EFFECT_INDEX[name]] = value
    _give_back(effects)
    return effects, limit


def _give_back(effects: np.ndarray) -> None:
    """Let freight passes give back their share of what checks took, as rulebooks do."""
    restored = effects[..., EFFECT_INDEX["freight_restored"]]
    for name in ("freight_border", "freight_inside"):
        left = effects[..., EFFECT_INDEX[name]]
        left += restored * np.maximum(0.0, 1.0 - left)
    delay = effects[..., EFFECT_INDEX["freight_delay"]]
    delay *= 1.0 - restored


def _unknown(wanted: tuple[str, ...], known: list[str], what: str) -> Problem:
    unknown = [w for w in wanted if w not in known]
    return Problem(
        what=f"no {what} is called {', '.join(map(repr, unknown))}",
        why=f"codes of the city's {what}s count",
        remedy=f"use {', '.join(known)}",
    )


def _places(wanted: tuple[str, ...], known: list[str], what: str) -> list[int]:
    if any(w not in known for w in wanted):
        raise ScenarioError(_unknown(wanted, known, what))
    return [known.index(w) for w in wanted] if wanted else list(range(len(known)))
