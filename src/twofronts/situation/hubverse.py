"""Export of forecasts and grades as a modelling hub (hubverse, schemas v6.0.0)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from twofronts.errors import OutputError
from twofronts.situation.forecasts import Forecast
from twofronts.situation.grades import LEVELS
from twofronts.situation.scores import HUB_LEVELS
from twofronts.writing import whole_folder

SCHEMAS = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0"
TARGET_NAMES = {"cases": "inc case", "in_care": "in hospital", "deaths": "inc death"}
_LONG_NAMES = {
    "cases": "daily newly confirmed cases by day of report",
    "in_care": "patients in hospital at the end of the day",
    "deaths": "daily newly reported deaths",
}
GRADE_TARGET = "risk level"
TEAM = "twofronts"


def write_hub(forecasts: Sequence[Forecast], folder: Path | str, *, city_name: str) -> Path:
    """Write forecasts as a hub: configuration, model metadata and model output.

    Parameters
    ----------
    forecasts : sequence of Forecast
        At least one; all of one city. Each becomes a round (its as-of date) of its model.
    folder : Path or str
        Replaced as a whole.
    city_name : str

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds something else: only an earlier hub is replaced.
    """
    folder = Path(folder)
    _refuse_what_is_no_hub(folder)
    with whole_folder(folder) as part:
        config = part / "hub-config"
        config.mkdir()
        _dump(config / "admin.json", admin_config(city_name))
        _dump(config / "tasks.json", tasks_config(forecasts))
        for forecast in forecasts:
            model = model_id(forecast)
            metadata = part / "model-metadata"
            metadata.mkdir(exist_ok=True)
            (metadata / f"{model}.yml").write_text(_metadata(forecast), encoding="utf-8")
            out = part / "model-output" / model
            out.mkdir(parents=True, exist_ok=True)
            name = f"{forecast.as_of.isoformat()}-{model}.csv"
            (out / name).write_text(model_output(forecast), encoding="utf-8")
    return folder


def _refuse_what_is_no_hub(folder: Path) -> None:
    """Never replace files that are somebody else's."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "hub-config").is_dir():
        raise OutputError(
            f"{folder} could not be written: it holds files that are no hub; name a new folder"
        )


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def model_id(forecast: Forecast) -> str:
    """Return team and model in the hub's form, ``twofronts-fit``."""
    return f"{TEAM}-{forecast.model.replace(' ', '_').replace('-', '_')}"


def _metadata(forecast: Forecast) -> str:
    model = model_id(forecast).split("-", 1)[1]
    return f"team_abbr: {TEAM}\nmodel_abbr: {model}\n"


def admin_config(city_name: str) -> dict[str, Any]:
    """Return ``admin.json``."""
    return {
        "schema_version": f"{SCHEMAS}/admin-schema.json",
        "name": f"{city_name} outbreak hub",
        "maintainer": city_name,
        "contact": {"name": "situation desk", "email": "situation@example.org"},
        "repository": {"host": "github", "owner": "example", "name": "outbreak-hub"},
        "file_format": ["csv"],
        "timezone": "Asia/Shanghai",
    }


def tasks_config(forecasts: Sequence[Forecast]) -> dict[str, Any]:
    """Return ``tasks.json`` for the rounds, targets, horizons and areas of the forecasts."""
    dates = sorted({f.as_of.isoformat() for f in forecasts})
    ends = sorted({f.date(h).isoformat() for f in forecasts for h in range(1, f.n_horizon + 1)})
    horizons = sorted({h for f in forecasts for h in range(1, f.n_horizon + 1)})
    areas = list(dict.fromkeys(a for f in forecasts for a in f.areas))
    targets = [t for t in TARGET_NAMES if any(t in f.draws for f in forecasts)]
    shared: dict[str, Any] = {"dates": dates, "ends": ends, "horizons": horizons}
    tasks = [_task(t, areas, **shared) for t in targets]
    if any(f.grades is not None for f in forecasts):
        tasks.append(_grade_task(areas[1:], **shared))
    return {
        "schema_version": f"{SCHEMAS}/tasks-schema.json",
        "rounds": [
            {
                "round_id_from_variable": True,
                "round_id": "origin_date",
                "model_tasks": tasks,
                "submissions_due": {"relative_to": "origin_date", "start": -2, "end": 1},
            }
        ],
        "output_type_id_datatype": "character",
        "derived_task_ids": ["target_end_date"],
    }


def _ids(
    target: str, areas: list[str], dates: list[str], ends: list[str], horizons: list[int]
) -> dict[str, Any]:
    def optional(values: list[Any]) -> dict[str, Any]:
        return {"required": None, "optional": values}

    return {
        "origin_date": optional(dates),
        "target": {"required": [target], "optional": None},
        "horizon": optional(horizons),
        "location": optional(areas),
        "target_end_date": optional(ends),
    }


def _task(
    target: str, areas: list[str], dates: list[str], ends: list[str], horizons: list[int]
) -> dict[str, Any]:
    name = TARGET_NAMES[target]
    return {
        "task_ids": _ids(name, areas, dates, ends, horizons),
        "output_type": {
            "quantile": {
                "output_type_id": {"required": list(HUB_LEVELS)},
                "value": {"type": "double", "minimum": 0},
                "is_required": True,
            }
        },
        "target_metadata": [
            {
                "target_id": name,
                "target_name": _LONG_NAMES[target],
                "target_units": "count",
                "target_keys": {"target": name},
                "target_type": "discrete",
                "is_step_ahead": True,
                "time_unit": "day",
            }
        ],
    }


def _grade_task(
    areas: list[str], dates: list[str], ends: list[str], horizons: list[int]
) -> dict[str, Any]:
    return {
        "task_ids": _ids(GRADE_TARGET, areas, dates, ends, horizons),
        "output_type": {
            "pmf": {
                "output_type_id": {"required": list(LEVELS)},
                "value": {"type": "double", "minimum": 0, "maximum": 1},
                "is_required": True,
            }
        },
        "target_metadata": [
            {
                "target_id": GRADE_TARGET,
                "target_name": "district risk level",
                "target_units": "level",
                "target_keys": {"target": GRADE_TARGET},
                "target_type": "ordinal",
                "is_step_ahead": True,
                "time_unit": "day",
            }
        ],
    }


def model_output(forecast: Forecast) -> str:
    """Return one round of one model as the hub's CSV text.

    Parameters
    ----------
    forecast : Forecast

    Returns
    -------
    str
        Columns origin_date, target, horizon, location, target_end_date, output_type,
        output_type_id, value.
    """
    lines = ["origin_date,target,horizon,location,target_end_date,output_type,output_type_id,value"]

    def add(target: str, h: int, area: str, kind: str, level: str, value: float) -> None:
        head = f"{forecast.as_of.isoformat()},{target},{h},{area},{forecast.date(h).isoformat()}"
        lines.append(f"{head},{kind},{level},{value:.10g}")

    for target in forecast.draws:
        q = forecast.quantiles(target)
        for a, area in enumerate(forecast.areas):
            for h in range(q.shape[1]):
                for level, value in zip(HUB_LEVELS, np.maximum(q[:, h, a], 0.0), strict=True):
                    add(TARGET_NAMES[target], h + 1, area, "quantile", f"{level:g}", value)
    if forecast.grades is not None:
        for d, area in enumerate(forecast.areas[1:]):
            for h in range(forecast.grades.shape[0]):
                for g, level_name in enumerate(LEVELS):
                    probability = float(forecast.grades[h, d, g])
                    add(GRADE_TARGET, h + 1, area, "pmf", level_name, probability)
    return "\n".join(lines) + "\n"
