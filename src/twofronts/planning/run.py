"""What a run returns: declared arrays, a status with advice, a manifest."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.errors import Problem, ScenarioError
from twofronts.manifest import Manifest
from twofronts.variables import VARIABLES
from twofronts.wording import Lang, said_in
from twofronts.writing import whole_file

State = Literal["good", "caution"]
_STATES_ZH = {"good": "良好", "caution": "需注意"}


@dataclass(frozen=True, slots=True)
class Status:
    """How far a result can be trusted.

    Parameters
    ----------
    state : str
        "good", or "caution" where the advice matters to whoever decides on it.
    advice : tuple of str
        Plain sentences: what to know and what to do.
    """

    state: State
    advice: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "; ".join((self.state, *self.advice))

    def words(self, lang: Lang) -> str:
        """Return the status and its advice in a language, as a line to print."""
        if lang == "en":
            return str(self)
        return "；".join((_STATES_ZH[self.state], *(said_in(a, lang) for a in self.advice)))


@dataclass(frozen=True, eq=False)
class Run:
    """The city played forward under one rulebook, in many draws.

    Parameters
    ----------
    data : xarray.Dataset
        Declared variables over draw, day, district, setting, sector, measure; ``date`` goes with
        ``day``.
    status : Status
    manifest : Manifest
    line_list : pandas.DataFrame, optional
        Who infected whom, one row for each of the infected, if it was asked for.
    """

    data: xr.Dataset
    status: Status
    manifest: Manifest
    line_list: pd.DataFrame | None = None

    def to_netcdf(self, path: str | Path) -> Path:
        """Write the run as NetCDF 4, whole or not at all.

        Parameters
        ----------
        path : str or Path

        Returns
        -------
        Path

        Raises
        ------
        OutputError
            If it cannot be written; nothing half-written is left.
        """
        path = Path(path)
        data = self.data.assign_attrs(
            manifest=json.dumps(asdict(self.manifest), ensure_ascii=False, default=str),
            status=str(self.status),
        )
        packed = {name: {"zlib": True, "complevel": 1} for name in data.data_vars}
        with whole_file(path) as part:
            data.to_netcdf(part, engine="h5netcdf", encoding=packed)
        return path

    def table(
        self,
        *names: str,
        by: tuple[str, ...] = (),
        quantiles: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95),
    ) -> pd.DataFrame:
        """Return quantiles over draws by day: one row for each day, variable and part.

        Parameters
        ----------
        *names : str
            Declared variables of the run; default: infections, reported cases, ward, quarantined.
        by : tuple of str
            Dims to keep apart ("district"); all others are put together as declared.
        quantiles : tuple of float
            In [0, 1].

        Returns
        -------
        pandas.DataFrame
            Columns variable, date, those of ``by``, mean, and one for each quantile.

        Raises
        ------
        ScenarioError
            If the run has no such variable or a quantile is out of range.
        """
        names = names or ("true_infections", "observed_confirmed", "true_ward", "quarantined")
        self._check(names, by, quantiles)
        frames = []
        for name in names:
            array = self._put_together(name, by).astype(float)
            q = array.quantile(list(quantiles), dim="draw")
            frame = array.mean("draw").to_dataframe("mean")
            for value in quantiles:
                frame[f"q{100 * value:g}"] = q.sel(quantile=value).to_series()
            frame = frame.reset_index().assign(variable=name)
            frames.append(frame)
        out = pd.concat(frames, ignore_index=True)
        dates = self.data["date"].to_numpy()
        out["date"] = dates[out["day"].to_numpy()]
        first = ["variable", "day", "date", *by, "mean"]
        return out[first + [c for c in out.columns if c.startswith("q") and c not in first]]

    def _put_together(self, name: str, by: tuple[str, ...]) -> xr.DataArray:
        array = self.data[name]
        over = [d for d in array.dims if d not in ("draw", "day", *by)]
        how = VARIABLES[name].over_people
        return array.sum(over) if how == "sum" else array.mean(over) if over else array

    def _check(
        self, names: tuple[str, ...], by: tuple[str, ...], quantiles: tuple[float, ...]
    ) -> None:
        problems = [
            Problem(
                what=f"the run has no variable {name!r}",
                why="its variables are " + ", ".join(map(str, self.data.data_vars)),
                remedy="name one of those",
            )
            for name in names
            if name not in self.data
        ]
        problems += [
            Problem(
                what=f"{name} has no dim {dim!r}",
                why="its dims are " + ", ".join(map(str, self.data[name].dims)),
                remedy="leave it out of by",
            )
            for name in names
            if name in self.data
            for dim in by
            if dim not in self.data[name].dims or dim in ("draw", "day")
        ]
        problems += [
            Problem(
                what=f"quantile {q}",
                why="a quantile lies between 0 and 1",
                remedy="write 0.05 for 5%",
            )
            for q in quantiles
            if not 0 <= q <= 1
        ]
        if problems:
            raise ScenarioError(problems)


def read_run(path: str | Path) -> Run:
    """Read a run that ``Run.to_netcdf`` wrote.

    Raises
    ------
    ScenarioError
        If the file is not a run.
    """
    try:
        data = xr.load_dataset(path, engine="h5netcdf")
        entry: dict[str, Any] = json.loads(data.attrs["manifest"])
    except (OSError, KeyError, ValueError) as error:
        raise ScenarioError(
            Problem(
                what="not a run",
                why=f"{type(error).__name__}: {error}",
                remedy="give a file that `twofronts play --out` wrote",
                file=str(path),
            )
        ) from None
    state, *advice = str(data.attrs["status"]).split("; ")
    status = Status("caution" if state == "caution" else "good", tuple(advice))
    entry["notes"] = tuple(entry.get("notes", ()))
    return Run(data, status, Manifest(**entry))


def date_axis(start: Any, n_days: int) -> np.ndarray:
    """Return the calendar dates of a run's days, datetime64[day]."""
    return np.datetime64(start, "D") + np.arange(n_days).astype("timedelta64[D]")
