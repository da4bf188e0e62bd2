"""The forecasts of the past, kept with their as-of dates: nothing is overwritten, all is scored."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from twofronts.errors import Problem, ReportError
from twofronts.situation.forecasts import Forecast
from twofronts.writing import whole_file, write_text


def keep(forecast: Forecast, folder: Path | str) -> Path:
    """Write a forecast into a history folder.

    Parameters
    ----------
    forecast : Forecast
    folder : Path or str
        ``<as-of>_<model>.csv`` and its manifest are written there.

    Returns
    -------
    Path
        The CSV file.

    Raises
    ------
    ReportError
        If a different forecast of that day and model is there already: a forecast that could be
        changed afterwards proves nothing.
    OutputError
        If the folder cannot be written.
    """
    name = f"{forecast.as_of.isoformat()}_{forecast.model.replace(' ', '-')}"
    path = Path(folder) / f"{name}.csv"
    text = forecast.table().to_csv(index=False, float_format="%.6g")
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise ReportError(
            Problem(
                what=f"a forecast of {forecast.as_of} by {forecast.model!r} is kept already",
                why="a forecast that is changed after the day proves nothing",
                remedy="keep the new one in another folder, or under another model name",
                file=path.name,
            )
        )
    write_text(path, text)
    if forecast.manifest is not None:
        write_text(path.with_suffix(".json"), forecast.manifest.to_json())
    return path


def read_history(folder: Path | str) -> pd.DataFrame:
    """Read every forecast of a history folder.

    Parameters
    ----------
    folder : Path or str

    Returns
    -------
    DataFrame
        As :meth:`twofronts.situation.forecasts.Forecast.table`, in order of as-of date and model;
        empty if nothing is kept.

    Raises
    ------
    ReportError
        If a file is not a kept forecast.
    """
    tables = []
    for path in sorted(Path(folder).glob("*.csv")):
        table = pd.read_csv(path, dtype={"area": str})
        if "as_of" not in table or "q0.5" not in table:
            raise ReportError(
                Problem(
                    what="not a kept forecast",
                    why="it lacks the columns as_of and q0.5",
                    remedy="move other files out of the history folder",
                    file=path.name,
                )
            )
        for name in ("as_of", "date"):
            table[name] = pd.to_datetime(table[name]).dt.date
        tables.append(table)
    if not tables:
        return pd.DataFrame(columns=["as_of", "model", "target", "area", "horizon", "date"])
    return pd.concat(tables, ignore_index=True)


def write_table(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table as CSV, whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with whole_file(Path(path)) as part:
        table.to_csv(part, index=False, float_format="%.6g")
