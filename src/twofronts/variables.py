"""Every array that leaves the core, declared once: dims, dtype, unit, how it adds up, one sentence.

``true_`` is what the simulator knows, ``observed_`` what reached the office, ``estimated_`` what an
estimator returned, ``planned_`` what the planner chose. Rooms declare their own with ``declare`` in
a module ``variables.py`` of theirs; ``dataset`` refuses what is not declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

OverTime = Literal["sum", "last", "mean", "max", "none"]
OverPeople = Literal["sum", "mean", "none"]


@dataclass(frozen=True, slots=True)
class Variable:
    """The declaration of one array.

    Parameters
    ----------
    name : str
        Snake case, with its prefix where truth and observation differ.
    dims : tuple of str
        From ``DIMS``.
    dtype : str
        NumPy dtype.
    unit : str
        "persons", "persons/d", "1" (a share), "million CNY/d".
    over_time, over_people : str
        How it adds up when days, or districts and groups of people, are put together.
    doc : str
        One sentence.
    name_zh : str
        The Chinese label.
    """

    name: str
    dims: tuple[str, ...]
    dtype: str
    unit: str
    over_time: OverTime
    over_people: OverPeople
    doc: str
    name_zh: str = ""


DIMS = {
    "draw": "one random world",
    "day": "days since the run began",
    "district": "districts of the city",
    "age": "age groups",
    "setting": "home, work, school, community",
    "source": "how an infection or a case came about",
    "sector": "sectors of the economy",
    "good": "protective and daily goods",
    "measure": "measures of the catalogue",
    "burden": "kinds of restriction on people",
    "horizon": "days ahead",
    "quantile": "quantile levels",
    "binding": "what limits a sector's output",
    "rulebook": "rulebooks compared",
}

VARIABLES: dict[str, Variable] = {}


def declare(
    name: str,
    dims: tuple[str, ...],
    dtype: str,
    unit: str,
    over_time: OverTime,
    over_people: OverPeople,
    doc: str,
    name_zh: str = "",
) -> Variable:
    """Declare an array; a second declaration of one name is an error of the program."""
    unknown = [d for d in dims if d not in DIMS]
    if unknown:
        raise ValueError(f"{name}: unknown dims {unknown}")
    if name in VARIABLES:
        raise ValueError(f"{name} is declared twice")
    variable = Variable(name, dims, dtype, unit, over_time, over_people, doc, name_zh)
    VARIABLES[name] = variable
    return variable


def dataset(
    arrays: Mapping[str, np.ndarray],
    coords: Mapping[str, Any],
    attrs: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Put declared arrays into a Dataset, with units and sentences as attributes.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        Each key a declared variable, each array of its dims.
    coords : mapping
        Coordinates for the dims used.

    Returns
    -------
    xarray.Dataset

    Raises
    ------
    ValueError
        If an array was never declared, or has other dims than declared.
    """
    data = {}
    for name, array in arrays.items():
        if name not in VARIABLES:
            raise ValueError(f"{name} leaves the core but is not declared in variables.py")
        v = VARIABLES[name]
        if array.ndim != len(v.dims):
            raise ValueError(f"{name} has {array.ndim} dims, declared {v.dims}")
        notes = {"units": v.unit, "long_name": v.doc, "over_time": v.over_time}
        notes |= {"over_people": v.over_people, "name_zh": v.name_zh}
        data[name] = (v.dims, array.astype(v.dtype, copy=False), notes)
    return xr.Dataset(data, coords=dict(coords), attrs=dict(attrs or {}))
