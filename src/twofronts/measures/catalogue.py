"""The catalogue of measures: read from ``data/measures.toml``, checked, and frozen."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from twofronts.errors import Problem, RulebookError
from twofronts.manifest import digest
from twofronts.measures.effects import EFFECT_INDEX, EFFECTS, Effect
from twofronts.parameters import Parameter, Parameters, load_parameters

Line = Literal["traffic", "communities", "care", "resumption", "economy", "supplies"]
End = Literal["weak", "central", "strong"]
ENDS: tuple[End, ...] = ("weak", "central", "strong")
Who = Literal["nobody", "residents", "workers", "pupils", "arrivals", "held"]

LINES: dict[str, dict[str, str]] = {
    "traffic": {"en": "Traffic", "zh": "交通管控"},
    "communities": {"en": "Communities", "zh": "社会和社区防控"},
    "care": {"en": "Care", "zh": "医疗救治"},
    "resumption": {"en": "Resumption", "zh": "企业复工"},
    "economy": {"en": "Economy", "zh": "经济运行"},
    "supplies": {"en": "Supplies", "zh": "物资保供"},
}


class Burden(BaseModel):
    """What a level asks of people: a weight in [0, 1], and of whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    weight: float = 0.0
    who: Who = "nobody"


class Level(BaseModel):
    """One level of a measure, with its effects as parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str
    name: dict[str, str]
    burden: Burden = Burden()
    effects: dict[str, Parameter] = {}


class Measure(BaseModel):
    """One measure: its line of work, its scope, and its levels from ordinary life upwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str
    name: dict[str, str]
    line: Line
    scope: Literal["graded", "city"]
    kind: Literal["restriction", "protection", "support"]
    order: bool = False
    relieved: bool = False
    # tier of the checkpoints that it works at, "" if at none
    tier: Literal["", "province", "city", "inner"] = ""
    notice_days: int
    dwell_days: int
    basis: dict[str, str]
    # why it leaves one of the fronts alone, where it does
    one_front: dict[str, str] = {}
    level: tuple[Level, ...]

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The keys of the levels, lowest first."""
        return tuple(level.key for level in self.level)

    def index(self, key: str) -> int:
        """Return a level's place, 0 for ordinary life; ``KeyError`` if there is no such level."""
        try:
            return self.levels.index(key)
        except ValueError:
            raise KeyError(key) from None


class Catalogue(BaseModel):
    """Every measure a rulebook can name, in order; ``measure`` indexes every [measure] axis."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: int
    burden_source: str
    sources: dict[str, str]
    measure: dict[str, Measure]

    def __len__(self) -> int:
        return len(self.measure)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of the measures, in order."""
        return tuple(self.measure)

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each measure on the [measure] axis."""
        return {key: i for i, key in enumerate(self.measure)}

    @cached_property
    def n_level(self) -> int:
        """The most levels that any measure has."""
        return max(len(m.level) for m in self.measure.values())

    def of_line(self, line: str) -> tuple[Measure, ...]:
        """Return the measures of one line of work."""
        return tuple(m for m in self.measure.values() if m.line == line)

    def parameters(self) -> Parameters:
        """Return every effect as a parameter, ``measure.KEY.LEVEL.EFFECT``."""
        return Parameters(
            p for m in self.measure.values() for level in m.level for p in level.effects.values()
        )

    def digest(self) -> str:
        """Return a short hash of everything in the catalogue."""
        return digest(self.model_dump(mode="json"))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return advice: the known word most like ``word``, or all of them if none is."""
    choices = list(known)
    close = difflib.get_close_matches(str(word), choices, n=1, cutoff=0.5)
    return f"write {close[0]!r} if you meant that" if close else "choose of " + ", ".join(choices)


def _parameter(key: str, kind: str, entry: Mapping[str, Any], sources: Mapping[str, str]) -> Any:
    if kind not in EFFECT_INDEX:
        raise ValueError(f"{key}: no such effect; {nearest(kind, EFFECT_INDEX)}")
    effect = EFFECTS[EFFECT_INDEX[kind]]
    data = {"grade": "assumed", "source": "assumed", "dist": "uniform", **entry}
    if data["source"] not in sources:
        raise ValueError(f"{key}: source {data['source']!r} is not in [sources]")
    data |= {"key": key, "unit": effect.unit, "bounds": effect.bounds}
    data |= {"source": sources[data["source"]], "name": {"en": effect.doc}}
    return data


def _filled(raw: dict[str, Any]) -> dict[str, Any]:
    """Give every measure its key and every effect what a parameter carries."""
    for key, measure in raw.get("measure", {}).items():
        measure["key"] = key
        for level in measure.get("level", []):
            prefix = f"measure.{key}.{level.get('key', '?')}"
            level["effects"] = {
                kind: _parameter(f"{prefix}.{kind}", kind, entry, raw.get("sources", {}))
                for kind, entry in level.get("effects", {}).items()
            }
    return raw


def end_of(parameter: Parameter, effect: Effect, end: End) -> float:
    """Return the value of an effect at one end of its range, or at its centre.

    Parameters
    ----------
    parameter : Parameter
    effect : Effect
    end : {"weak", "central", "strong"}
        The strong end is the one farther from neutral: there the measure does most.

    Returns
    -------
    float
        [unit of the effect]
    """
    if end == "central" or parameter.range is None:
        return parameter.value
    near, far = sorted(parameter.range, key=lambda x: (abs(x - effect.neutral), x))
    return far if end == "strong" else near


def effect_at(level: Level, kind: str, end: End) -> float:
    """Return an effect of a level; neutral where the level does not name it."""
    effect = EFFECTS[EFFECT_INDEX[kind]]
    parameter = level.effects.get(kind)
    return effect.neutral if parameter is None else end_of(parameter, effect, end)


def order_faults(catalogue: Catalogue) -> list[str]:
    """Say where a higher level of a restriction loosens, or of a support tightens.

    Returns
    -------
    list of str
        Empty if the catalogue is in order, at the centre and at both ends of every range.
    """
    faults = []
    for m in catalogue.measure.values():
        if m.level[0].effects or m.level[0].burden.weight:
            faults.append(f"{m.key}: the first level is ordinary life, without effect or burden")
        for a, b in zip(m.level, m.level[1:], strict=False):
            if m.kind != "support" and b.burden.weight < a.burden.weight:
                faults.append(f"{m.key}: {b.key} burdens less than {a.key}")
            for e in EFFECTS:
                if e.name not in a.effects and e.name not in b.effects:
                    continue
                up = e.raised == "tightens" if m.kind != "support" else e.raised != "tightens"
                up = up or e.raised == "supports"
                for end in ENDS:
                    x, y = effect_at(a, e.name, end), effect_at(b, e.name, end)
                    if y < x if up else y > x:
                        faults.append(f"{m.key}: {e.name} ({end}) of {b.key} undoes {a.key}")
    return faults


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue and check that its levels are in order.

    Raises
    ------
    RulebookError
        If it is not TOML, a measure is incomplete, an effect out of bounds or levels out of order.
    """
    why = "every measure and effect is declared in full, levels from ordinary life upwards"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        catalogue = Catalogue.model_validate(_filled(raw))
        faults = order_faults(catalogue)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
    except (OSError, UnicodeDecodeError, ValueError) as error:
        faults = [str(error)]
    if faults:
        remedy = "correct the entry in that file"
        raise RulebookError([Problem(f, why, remedy, file=path.name) for f in faults])
    return catalogue


@cache
def load_catalogue() -> Catalogue:
    """Return the built-in catalogue of measures."""
    return read_catalogue(Path(str(files("twofronts"))) / "data" / "measures.toml")


def all_parameters() -> Parameters:
    """Return every built-in parameter with the effects of the catalogue.

    ``compile_rulebook`` takes it with other values:
    ``all_parameters().with_values({"measure.masks.required.mask_use": 0.8})``.
    """
    own = load_parameters()
    return Parameters([*own.values(), *load_catalogue().parameters().values()], own.correlation)
