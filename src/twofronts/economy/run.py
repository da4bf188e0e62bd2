"""Front two alone: a scenario of attendance in, the accounts of every draw out."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.economy import prepare as p
from twofronts.economy.labels import flags, labels
from twofronts.economy.scenario import EconomyScenario, scenario_arrays, without_effect
from twofronts.economy.supplies import start_drivers
from twofronts.economy.variables import BINDING, BINDING_ZH, RECORD
from twofronts.kernels import economy as k
from twofronts.kernels.structs import pack
from twofronts.kernels.supplies import INTENSIVE, PATIENTS, TESTS
from twofronts.manifest import Manifest, digest
from twofronts.parameters import Parameters, load_parameters
from twofronts.variables import dataset
from twofronts.wording import Said
from twofronts.writing import whole_file


@dataclass(frozen=True)
class EconomyRun:
    """The result of a run of front two.

    Parameters
    ----------
    data : Dataset
        Declared variables over draw, day, sector, district and good.
    status : str
        What to make of it: advice in one or two sentences.
    manifest : Manifest
    """

    data: xr.Dataset
    status: str
    manifest: Manifest

    def to_netcdf(self, path: Path) -> None:
        """Write the data, with the manifest as an attribute."""
        with whole_file(Path(path)) as part:
            out = self.data.assign_attrs(
                binding=", ".join(BINDING),
                manifest=self.manifest.to_json(),
                status=str(self.status),
            )
            out.to_netcdf(part, engine="h5netcdf")


def record_arrays(records: dict[str, np.ndarray], params: k.EconomyParams) -> dict[str, np.ndarray]:
    """Turn what the kernel recorded, draws first, into declared variables.

    Parameters
    ----------
    records : dict of str to ndarray
        Fields of ``EconomyRecord``, each with a draw axis in front.
    params : EconomyParams

    Returns
    -------
    dict of str to ndarray
    """
    arrays = {name: records[field] for field, name in RECORD.items()}
    made = params.production
    normal = made.value_added[: params.staff.shape[0], None] * made.district_share
    lost = arrays["value_added_lost"]
    for name, held in (("jobs_at_risk", params.staff), ("wages_at_risk", params.wages)):
        # [.] per unit of value added, single like the record: it has one number a sector,
        # district, day and draw
        rate = np.divide(held, normal, out=np.zeros_like(normal), where=normal > 0)
        arrays[name] = lost * rate.astype(lost.dtype)
    arrays["mask_gate"] = records["gate"][:, :, 0]
    arrays["test_gate"] = records["gate"][:, :, 1]
    return arrays


def run_economy(
    city: Any,
    scenario: EconomyScenario | None = None,
    *,
    residents: Any = None,
    parameters: Parameters | None = None,
    central: bool = False,
    table: Any = None,
) -> EconomyRun:
    """Run front two under given attendance, without an outbreak beside it.

    Parameters
    ----------
    city : City
    scenario : EconomyScenario or None
        No limits where None.
    residents : Residents or None
        Labour is counted from them; from the city's tables where None.
    parameters : Parameters or None
        The built-in ones where None; the scenario's own values go over them.
    central : bool
        Central values in every draw.
    table : RegionalTable or None
        The city's own where None.

    Returns
    -------
    EconomyRun

    Raises
    ------
    ScenarioError
        If the scenario names an unknown sector, district, effect or parameter.
    """
    begun = time.perf_counter()
    scenario = EconomyScenario() if scenario is None else scenario
    base = load_parameters() if parameters is None else parameters
    if scenario.parameters:
        base = base.with_values(scenario.parameters, source="scenario")
    start = city.as_of if scenario.start is None else scenario.start
    effects, limit = scenario_arrays(scenario, city, start=start)
    params = p.prepare_economy(
        city,
        residents,
        base,
        draws=scenario.draws,
        seed=scenario.seed,
        start=start,
        function=scenario.function,
        central=central,
        normal=scenario.normal,
        table=table,
    )
    drivers = start_drivers(city)
    care = np.array([drivers[PATIENTS], drivers[INTENSIVE], drivers[TESTS]])
    given = k.Given(effects, limit, p.no_absence(params), care)
    arrays = record_arrays(run_draws(params, given, draws=scenario.draws), params)
    data = flags(dataset(arrays, _coords(city, start, scenario, params), _attrs(city, params)))
    seconds = time.perf_counter() - begun
    inputs = {
        "city": city.digest(),
        "scenario": digest(scenario.model_dump(mode="json")),
        "parameters": base.digest(),
    }
    manifest = Manifest(
        what="economy",
        seed=scenario.seed,
        inputs=inputs,
        notes=(*_notes(city, base, table), *without_effect(scenario, start)),
        settings={"days": scenario.days, "draws": scenario.draws, "function": scenario.function},
        wall_time_s=round(seconds, 3),
    )
    return EconomyRun(data, _status(data, city), manifest)


def run_draws(params: k.EconomyParams, given: k.Given, *, draws: int) -> dict[str, np.ndarray]:
    """Run every draw and return what was recorded.

    Parameters
    ----------
    params : EconomyParams
        Of at least ``draws`` rows.
    given : Given
    draws : int

    Returns
    -------
    dict of str to ndarray
        Fields of ``EconomyRecord`` with a draw axis in front.
    """
    days = given.effects.shape[0]
    first = p.economy_record(params, days)
    records = {
        name: np.empty((draws, *value.shape), dtype=value.dtype)
        for name, value in first._asdict().items()
    }
    state = pack(p.economy_state(params))
    scratch, out = pack(p.economy_scratch(params)), pack(p.economy_out(params))
    params, given = pack(params), pack(given)
    for draw in range(draws):
        record = pack(k.EconomyRecord(**{name: value[draw] for name, value in records.items()}))
        k.economy_reset(params, draw, state)
        k.run_days(params, state, scratch, given, out, record)
    return records


def _coords(
    city: Any, start: dt.date, scenario: EconomyScenario, params: k.EconomyParams
) -> dict[str, Any]:
    dates = pd.date_range(pd.Timestamp(start), periods=scenario.days, freq="D")
    return {
        "draw": np.arange(scenario.draws),
        "day": np.arange(scenario.days),
        "date": ("day", dates),
        "sector": city.sector_codes,
        "district": city.district_codes,
        "good": [str(g) for g in city.stocks["good"]],
        **labels(city, staff=params.staff, firms=params.labour.firm_count.sum(axis=0)),
    }


def _attrs(city: Any, params: k.EconomyParams) -> dict[str, Any]:
    n = params.staff.shape[0]
    return {
        "city": city.id,
        "currency": city.currency,
        "normal_value_added": params.production.value_added[:n].tolist(),
        "normal_staff": params.staff.sum(axis=1).tolist(),
        "binding": list(BINDING),
    }


def _notes(city: Any, parameters: Parameters, table: Any) -> tuple[str, ...]:
    if table is not None:
        return tuple(table.notes)
    from twofronts.economy.city_table import regional_table

    return regional_table(city, parameters).notes


def _status(data: xr.Dataset, city: Any) -> str:
    """Say what to make of a run, in both languages: what binds most, and what runs short first."""
    codes = data["binding_code"].to_numpy()
    counts = np.bincount(codes.ravel().clip(0), minlength=len(BINDING))[1:]
    if counts.sum() == 0:
        return Said("Nothing binds: output is as on an ordinary day.", "无制约：产出如平常。")
    worst = 1 + int(np.argmax(counts))
    share = counts.max() / codes.size
    text = f"{BINDING[worst].capitalize()} binds most often ({share:.0%} of sector-days)."
    zh = f"最常见的制约因素是{BINDING_ZH[worst]}（占行业日数的{share:.0%}）。"
    short = data["supply_short"].mean("draw")
    gone = [str(g) for g in data["good"].values if float(short.sel(good=g).sum()) > 0]
    if gone:
        names = city.stocks.set_index("good")["name_zh"]
        text += f" Running short: {', '.join(gone)}."
        zh += f"出现短缺：{'、'.join(str(names[g]) for g in gone)}。"
    return Said(text, zh)
