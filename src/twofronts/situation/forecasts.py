"""A forecast: draws of what will be reported, by target, day ahead and area, as of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from twofronts.manifest import Manifest
from twofronts.situation.reports import Series
from twofronts.situation.scores import HUB_LEVELS, score

TARGETS = ("cases", "in_care", "deaths")
"""New confirmed cases a day, patients in hospital, new deaths a day, all as reported."""

_OBSERVED = {
    "cases": ("new", "new_confirmed"),
    "in_care": ("level", "in_hospital"),
    "deaths": ("new", "new_deaths"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Draws of the days after ``as_of``.

    ``draws[target]`` is float64[draw, horizon, area] [persons/d or persons]; horizon 1 is the day
    after ``as_of``. ``grades`` is float64[horizon, district, 3], the probability of low, medium and
    high [1], or None; its districts are ``areas[1:]``.
    """

    as_of: dt.date
    model: str
    areas: tuple[str, ...]
    draws: dict[str, np.ndarray]
    grades: np.ndarray | None = None
    manifest: Manifest | None = field(default=None, repr=False)

    @property
    def n_horizon(self) -> int:
        """Days ahead. [d]."""
        return next(iter(self.draws.values())).shape[1]

    def date(self, horizon: int) -> dt.date:
        """Return the date that is ``horizon`` days ahead."""
        return self.as_of + dt.timedelta(days=horizon)

    def quantiles(self, target: str, levels: tuple[float, ...] = HUB_LEVELS) -> np.ndarray:
        """Return quantiles of a target, float64[quantile, horizon, area]."""
        return np.quantile(self.draws[target], levels, axis=0)

    def table(self, levels: tuple[float, ...] = HUB_LEVELS) -> pd.DataFrame:
        """Return the forecast as a table: one row for each target, area and day ahead.

        Parameters
        ----------
        levels : tuple of float

        Returns
        -------
        DataFrame
            as_of, model, target, area, horizon, date, then a column ``q0.01`` and so on.
        """
        rows = []
        for target in self.draws:
            q = self.quantiles(target, levels)
            for a, area in enumerate(self.areas):
                for h in range(q.shape[1]):
                    head = (self.as_of, self.model, target, area, h + 1, self.date(h + 1))
                    rows.append((*head, *q[:, h, a]))
        names = ["as_of", "model", "target", "area", "horizon", "date"]
        return pd.DataFrame(rows, columns=names + [f"q{v:g}" for v in levels])


def observed_value(series: Series, target: str, area: str, date: dt.date) -> float:
    """Return what was reported of a target on a day; NaN if it was not."""
    kind, name = _OBSERVED[target]
    day = (date - series.start).days
    array = getattr(series, kind)[name]
    if not 0 <= day < array.shape[1] or area not in series.areas:
        return float("nan")
    return float(array[series.area(area), day])


def score_table(forecasts: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Score forecasts against what was reported since.

    Parameters
    ----------
    forecasts : DataFrame
        As :meth:`Forecast.table`; several may be put together.
    series : Series
        Reports up to a later day.

    Returns
    -------
    DataFrame
        One row for each forecast whose day has been reported: the keys, ``observed`` and the
        scores. Levels that an interval needs and that are missing leave NaN.
    """
    names = [c for c in forecasts.columns if c.startswith("q")]
    levels = tuple(float(c[1:]) for c in names)
    keys = ["as_of", "model", "target", "area", "horizon", "date"]
    table = forecasts[keys].copy()
    table["observed"] = [
        observed_value(series, str(target), str(area), _date(date))
        for target, area, date in zip(
            forecasts["target"], forecasts["area"], forecasts["date"], strict=True
        )
    ]
    known = np.isfinite(table["observed"].to_numpy(dtype=float))
    table, q = table[known].copy(), forecasts.loc[known, names].to_numpy(dtype=float)
    s = score(table["observed"].to_numpy(dtype=float), q, levels)
    for name in ("wis", "dispersion", "overprediction", "underprediction", "bias"):
        table[name] = getattr(s, name)
    table["inside_50"], table["inside_90"] = s.inside_50, s.inside_90
    table["median"] = q[:, len(levels) // 2]
    return table.reset_index(drop=True)


def _date(value: object) -> dt.date:
    return pd.Timestamp(str(value)).date()


def summary(scores: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return mean scores by group, and the skill against each baseline of the same forecasts.

    Parameters
    ----------
    scores : DataFrame
        As :func:`score_table`, several models.
    by : list of str
        Columns to group by besides the model, ["target"] for instance.

    Returns
    -------
    DataFrame
        n, mean WIS, coverage of the 50% and 90% intervals, mean bias, and ``relative_wis``: the
        mean WIS over that of the last-value baseline (below 1 is better).
    """
    grouped = scores.groupby([*by, "model"], sort=True)
    table = grouped.agg(
        n=("wis", "size"),
        wis=("wis", "mean"),
        inside_50=("inside_50", "mean"),
        inside_90=("inside_90", "mean"),
        bias=("bias", "mean"),
    ).reset_index()
    reference = table[table["model"] == "last value"].set_index(by)["wis"]
    keys = [tuple(r) if len(by) > 1 else r[0] for r in table[by].itertuples(index=False)]
    base = np.array([reference.get(k, np.nan) for k in keys], dtype=float)
    table["relative_wis"] = np.where(base > 0, table["wis"] / np.where(base > 0, base, 1), np.nan)
    return table
