"""What stands beside the numbers of a run of front two: names, units, and what shares are of."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from twofronts.economy.variables import BINDING


def labels(city: Any, *, staff: np.ndarray, firms: np.ndarray) -> dict[str, Any]:
    """Return coordinates that name sectors, districts and goods, and hold the weights of rates.

    Parameters
    ----------
    city : City
    staff, firms : float64[sector, district]
        Ordinary staff and firms. [persons], [1]

    Returns
    -------
    dict of str to tuple
        As xarray takes coordinates.
    """
    found: dict[str, Any] = {}
    for dim, table in (
        ("sector", city.sectors),
        ("district", city.districts),
        ("good", city.stocks),
    ):
        for lang, word in (("en", "English"), ("zh", "Chinese")):
            note = {"long_name": f"Name of the {dim} in {word}."}
            found[f"{dim}_name_{lang}"] = (dim, [str(x) for x in table[f"name_{lang}"]], note)
    unit = {"long_name": "Unit in which the good is counted."}
    found["good_unit"] = ("good", [str(x) for x in city.stocks["unit"]], unit)
    cell = ("sector", "district")
    weight = {"units": "persons", "long_name": "Ordinary staff, the weight of staff rates."}
    found["ordinary_staff"] = (cell, staff.astype(np.float64), weight)
    weight = {"units": "firms", "long_name": "Firms, the weight of the resumption rate."}
    found["firms"] = (cell, firms.astype(np.float64), weight)
    return found


def flags(data: xr.Dataset) -> xr.Dataset:
    """Return the data with the codes of what binds explained in the way of the CF conventions."""
    data["binding_code"].attrs["flag_values"] = np.arange(len(BINDING), dtype=np.int8)
    data["binding_code"].attrs["flag_meanings"] = " ".join(BINDING)
    return data


def weighted(share: xr.DataArray, weight: xr.DataArray, over: tuple[str, ...]) -> xr.DataArray:
    """Return the mean of a rate over cells, each as heavy as what it is a share of.

    Parameters
    ----------
    share : DataArray
        A rate by draw, day, sector and district. [1]
    weight : DataArray
        By sector and district, such as ``ordinary_staff``.
    over : tuple of str
        Dimensions to take the mean over.

    Returns
    -------
    DataArray
        1 where there is nothing to weigh: nobody is missing there. [1]
    """
    total = weight.sum(over)
    mean = (share.astype(np.float64) * weight).sum(over) / total.where(total > 0, 1.0)
    return mean.where(total > 0, 1.0)
