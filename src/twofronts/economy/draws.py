"""Parameter draws: the same draw of the same parameter, however many draws and parameters."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from twofronts.kernels.rng import uniform
from twofronts.parameters import Parameters

_Arrays = TypeVar("_Arrays", bound=tuple)

# Stream of the counter-based generator that belongs to the economy's parameters
STREAM = 0x45C0


def parameter_uniforms(key: str, draws: int, seed: int) -> np.ndarray:
    """Return the uniforms behind the draws of one parameter.

    Parameters
    ----------
    key : str
        The parameter's dotted name; each name has numbers of its own.
    draws : int
        How many; the first of many are the same as those of few.
    seed : int

    Returns
    -------
    float64[draw]
        In (0, 1). [1]
    """
    name = zlib.crc32(key.encode())
    return np.array([uniform(seed, STREAM, draw, name) for draw in range(draws)], dtype=np.float64)


def draw_parameters(
    keys: Mapping[str, str] | list[str],
    parameters: Parameters,
    *,
    draws: int,
    seed: int,
    central: bool = False,
) -> np.ndarray:
    """Draw several parameters from their ranges.

    Parameters
    ----------
    keys : list of str
        Dotted names, in the order of the columns.
    parameters : Parameters
    draws : int
        Rows.
    seed : int
    central : bool
        Give every draw the parameter's own value instead.

    Returns
    -------
    float64[draw, key]
        Each inside its parameter's bounds. [unit of each parameter]
    """
    names = list(keys)
    out = np.empty((draws, len(names)), dtype=np.float64)
    for column, key in enumerate(names):
        parameter = parameters[key]
        if central:
            out[:, column] = parameter.value
        else:
            out[:, column] = parameter.draw(parameter_uniforms(key, draws, seed))
    return out


def own_arrays(arrays: _Arrays) -> _Arrays:
    """Return a NamedTuple of arrays as contiguous, writable copies.

    Kernels are compiled anew for a read-only or strided array; tables hand out both.
    """
    return type(arrays)(*(np.array(a, order="C") for a in arrays))
