"""A published shock on a country's own table: what the model says beside what was measured.

A case is a folder: the table (``io_domestic.csv``, ``io_imported.csv``, ``io_accounts.csv``),
``case.toml`` and ``shocks.csv`` with a row for each sector::

    sector,labour,household,other,stock_days,section,published
    A01,0.00,-0.10,-0.02,40.2,A,-4.9

``labour``: share of staff that cannot work (0 to 1). ``household`` and ``other``: change of demand
of households and of all other final users (-1 to 0). ``stock_days``: target stocks. ``section`` and
``published``: the group in which the measured change of output [%] was published, blank if unknown.
``case.toml`` gives title, days, shock_from, shock_to, window_from, window_to (days of the run),
function, and [parameters] to hold. ``ratings.csv`` (inputs in rows; 1, 0.5, 0) is optional.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from twofronts.economy.labour import neutral_effects
from twofronts.economy.production import (
    prepare_production,
    production_out,
    production_scratch,
    production_state,
    read_ratings,
)
from twofronts.economy.regions import one_region
from twofronts.economy.sectors import sector_parameters
from twofronts.economy.table_files import read_table_folder
from twofronts.errors import Problem, ScenarioError
from twofronts.kernels.production import produce_day, production_reset
from twofronts.measures.effects import EFFECT_INDEX
from twofronts.parameters import Parameters, load_parameters

_BOUNDS = {"labour": (0.0, 1.0), "household": (-1.0, 0.0), "other": (-1.0, 0.0)}


class Case(BaseModel):
    """When a shock holds, and over which days output is compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str
    days: int = Field(ge=1, le=2000)
    shock_from: int = Field(ge=0)
    shock_to: int
    window_from: int = Field(ge=0)
    window_to: int
    function: str = "half-critical"
    period_days: float = Field(default=365.0, gt=0)
    parameters: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> Case:
        if not self.shock_from < self.shock_to <= self.days:
            raise ValueError("shock_from < shock_to <= days does not hold")
        if not self.window_from < self.window_to <= self.days:
            raise ValueError("window_from < window_to <= days does not hold")
        return self


@dataclass(frozen=True)
class ShockResult:
    """What a case gave.

    Parameters
    ----------
    title : str
    change : float
        Value added in the window against normal. [%]
    sections : DataFrame
        Indexed by section: ``modelled`` and ``published`` changes of output. [%]
    path : float64[day]
        Value added against normal, day by day. [1]
    """

    title: str
    change: float
    sections: pd.DataFrame
    path: np.ndarray

    @property
    def section_error(self) -> float:
        """Mean absolute error over the sections with a published change. [percentage points]."""
        known = self.sections.dropna()
        return float((known["modelled"] - known["published"]).abs().mean())


def read_case(folder: Path) -> tuple[Case, pd.DataFrame]:
    """Read when and how hard a shock hits.

    Raises
    ------
    ScenarioError
        If a file is missing, a column is missing, or a value lies outside its bounds.
    """
    folder = Path(folder)
    missing = [n for n in ("case.toml", "shocks.csv") if not (folder / n).is_file()]
    if missing:
        raise ScenarioError(
            Problem(
                what=f"{' and '.join(missing)} missing",
                why="a case is a table, when the shock holds, and how hard it hits each sector",
                remedy="docs/front-two.md shows the form",
                file=str(folder),
            )
        )
    try:
        case = Case.model_validate(tomllib.loads((folder / "case.toml").read_text("utf-8-sig")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ScenarioError(
            Problem(
                what="the case cannot be read",
                why=" ".join(str(error).split()),
                remedy="correct it; docs/front-two.md shows the form",
                file=str(folder / "case.toml"),
            )
        ) from None
    table = pd.read_csv(folder / "shocks.csv", dtype={"sector": str, "section": str})
    problems = [
        Problem(
            what=f"column {name} is missing",
            why="every sector needs its shock to labour and to demand",
            remedy=f"add {name}",
            file=str(folder / "shocks.csv"),
        )
        for name in ("sector", *_BOUNDS, "stock_days")
        if name not in table.columns
    ]
    for name, (low, high) in _BOUNDS.items():
        values: Any = table[name] if name in table.columns else []
        problems += [
            Problem(
                what=f"{name} of {table['sector'].iloc[i]} is {value}",
                why=f"it is a share between {low:g} and {high:g}, not a percentage",
                remedy="correct it",
                file=str(folder / "shocks.csv"),
                line=i + 2,
                column=name,
            )
            for i, value in enumerate(values)
            if not low <= value <= high
        ]
    if problems:
        raise ScenarioError(problems)
    return case, table


def run_shock(folder: Path, parameters: Parameters | None = None) -> ShockResult:
    """Run a case and compare it with what was published.

    Parameters
    ----------
    folder : Path
    parameters : Parameters or None
        The built-in ones where None; the case's own values go over them.

    Returns
    -------
    ShockResult

    Raises
    ------
    TableError, ScenarioError
        If the table or the case is bad.
    """
    folder = Path(folder)
    case, shocks = read_case(folder)
    table = read_table_folder(folder)
    by_sector = shocks.drop_duplicates("sector").set_index("sector").reindex(table.sectors)
    blank = by_sector["labour"].isna().to_numpy()
    unknown = [s for s, none in zip(table.sectors, blank, strict=True) if none]
    if unknown or len(by_sector) != len(shocks):
        raise ScenarioError(
            Problem(
                what=f"shocks.csv and the table differ: {', '.join(unknown) or 'rows repeat'}",
                why="every sector of the table has one row of shocks",
                remedy="complete it",
                file=str(folder / "shocks.csv"),
            )
        )
    base = load_parameters() if parameters is None else parameters
    base = base.with_values(case.parameters, source=case.title) if case.parameters else base
    sectors = sector_parameters(list(table.sectors)).copy()
    sectors["target_stock_days"] = by_sector["stock_days"].to_numpy(np.float64)
    sectors["contact_sensitivity"] = -by_sector["household"].to_numpy(np.float64)
    params = prepare_production(
        one_region(table, days=case.period_days),
        sectors,
        base,
        district_share=np.ones((len(table.sectors), 1)),
        draws=1,
        seed=0,
        function=case.function,
        central=True,
        normal=True,
        rating=_ratings(folder, table.sectors),
        fleet="",
    )
    output = _days(params, case, by_sector)
    return _compare(params, case, by_sector, output)


def _ratings(folder: Path, sectors: tuple[str, ...]) -> np.ndarray | None:
    path = folder / "ratings.csv"
    if not path.is_file():
        return None
    frame = pd.read_csv(path, index_col=0)
    frame.index = frame.index.astype(str)
    frame.columns = frame.columns.astype(str)
    values: dict[str, dict[str, float]] = {}
    for giver, row in zip(frame.index, frame.to_numpy(), strict=True):
        values[giver] = dict(zip(frame.columns, row.tolist(), strict=True))
    return read_ratings(values, sectors)


def _days(params: Any, case: Case, shocks: pd.DataFrame) -> np.ndarray:
    """Return the output of each day, float64[day, sector]."""
    state, room, out = production_state(params), production_scratch(params), production_out(params)
    production_reset(params, 0, state)
    n = len(shocks)
    ordinary = neutral_effects(1)
    shut = ordinary.copy()
    shut[:, EFFECT_INDEX["contacts_community"]] = 0.0
    working = 1.0 - shocks["labour"].to_numpy(np.float64)[:, None]
    other, export = params.other.copy(), params.export.copy()
    less = 1.0 + shocks["other"].to_numpy(np.float64)
    output = np.empty((case.days, n))
    for day in range(case.days):
        hit = case.shock_from <= day < case.shock_to
        params.other[:] = other * less if hit else other
        params.export[:] = export * less if hit else export
        here = working if hit else np.ones((n, 1))
        produce_day(params, state, room, here, shut if hit else ordinary, day, 1.0, out)
        output[day] = out.output[:n]
    return output


def _compare(params: Any, case: Case, shocks: pd.DataFrame, output: np.ndarray) -> ShockResult:
    normal = params.output[: len(shocks)]
    share = output / np.where(normal > 0, normal, 1.0)
    added = params.value_added[: len(shocks)]
    path = share @ added / added.sum()
    window = slice(case.window_from, case.window_to)
    section = shocks["section"] if "section" in shocks else pd.Series(shocks.index, shocks.index)
    section = section.fillna(pd.Series(shocks.index, shocks.index))
    made = pd.Series(output[window].mean(axis=0), shocks.index).groupby(section).sum()
    usual = pd.Series(normal, shocks.index).groupby(section).sum()
    published = pd.Series(np.nan, usual.index)
    if "published" in shocks:
        published = shocks["published"].astype(float).groupby(section).first()
    sections = pd.DataFrame({"modelled": 100 * (made / usual - 1), "published": published})
    return ShockResult(case.title, 100 * float(path[window].mean() - 1), sections, path)
