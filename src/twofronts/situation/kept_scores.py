"""Forecasts that were kept as JSON, scored against what has been reported since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from twofronts.situation.forecasts import score_table
from twofronts.situation.reports import CITY, Series


def table_of(forecast: Mapping[str, Any]) -> pd.DataFrame:
    """Return a kept forecast as the table that ``score_table`` takes, for the whole city.

    Parameters
    ----------
    forecast : mapping
        As ``forecast_page.forecast_json`` gives it.

    Returns
    -------
    DataFrame
        One row for each target and day: keys, then a column for each quantile.
    """
    rows = []
    for target, areas in forecast["targets"].items():
        held = areas[CITY]
        for h, date in enumerate(forecast["dates"]):
            row = {
                "as_of": forecast["as_of"], "model": forecast["model"], "target": target,
                "area": CITY, "horizon": h + 1, "date": date,
            }  # fmt: skip
            rows.append(row | {f"q{level}": values[h] for level, values in held.items()})
    return pd.DataFrame(rows)


def score_kept(forecasts: Sequence[Mapping[str, Any]], series: Series) -> list[dict[str, Any]]:
    """Score kept forecasts of the city against later reports.

    Parameters
    ----------
    forecasts : sequence of mapping
        As ``forecast_page.forecast_json`` gives them.
    series : Series
        Reports up to a later day.

    Returns
    -------
    list of dict
        For each forecast and target of which a day has been reported: ``as_of``, ``target``, ``n``
        days, mean ``wis`` [persons], ``inside_50`` and ``inside_90`` [days], mean ``bias`` (-1 too
        low, 1 too high), and ``forecast`` and ``observed`` added up [persons].
    """
    if not forecasts:
        return []
    scores = score_table(pd.concat([table_of(f) for f in forecasts], ignore_index=True), series)
    found = []
    for (as_of, target), rows in scores.groupby(["as_of", "target"], sort=True):
        found.append(
            {
                "as_of": str(as_of), "target": str(target), "n": len(rows),
                "last": str(rows["date"].max())[:10],
                "wis": round(float(rows["wis"].mean()), 4),
                "inside_50": int(rows["inside_50"].sum()),
                "inside_90": int(rows["inside_90"].sum()),
                "bias": round(float(rows["bias"].mean()), 3),
                "forecast": round(float(rows["median"].sum()), 2),
                "observed": round(float(rows["observed"].sum()), 2),
            }
        )  # fmt: skip
    return found
