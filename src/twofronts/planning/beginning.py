"""Where draws begin when a fit has found a different beginning for each of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from twofronts.epidemic.initial import FittedState, Initial


def begin_draws(initial: Any, draws: int, first: int = 0) -> Any:
    """Return a beginning for as many draws as are wanted.

    Parameters
    ----------
    initial : None, list of mapping, Initial or FittedState
        As in ``play``. Only a fitted state has a number of draws; the others are returned as they
        are.
    draws : int
        Wanted.
    first : int
        The fitted draw that the first one takes. Counting starts again at the fit's first when its
        last is taken, so that a fit of few draws serves many, each with luck of its own.

    Returns
    -------
    Any
        Of the same kind.
    """
    if not isinstance(initial, FittedState) or not initial.parameters:
        return initial
    n = len(next(iter(initial.parameters.values())))
    taken = (first + np.arange(draws)) % n
    rows = initial.initial
    shared = np.flatnonzero(rows.draw < 0)
    # rows of each fitted draw, found by bisection
    order = np.argsort(rows.draw, kind="stable")
    low = np.searchsorted(rows.draw[order], taken, side="left")
    high = np.searchsorted(rows.draw[order], taken, side="right")
    own = [order[a:b] for a, b in zip(low, high, strict=True)]
    index = np.concatenate([shared, *own]).astype(np.int64)
    draw = np.repeat(np.arange(-1, draws), [shared.size, *(len(part) for part in own)])
    began = Initial(
        rows.day[index], rows.district[index], rows.age[index], draw, rows.known[index], rows.note
    )
    parameters = {key: np.asarray(values)[taken] for key, values in initial.parameters.items()}
    return FittedState(began, parameters, initial.note)
