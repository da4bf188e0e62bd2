"""Baselines that a forecast must beat: the last value, and the closed-form renewal equation."""

from __future__ import annotations

import math

import numpy as np

from twofronts.situation.intervals import SerialInterval
from twofronts.situation.reproduction import reproduction_closed


def last_value(
    counts: np.ndarray, *, horizon: int, draws: int = 2000, seed: int = 0, window: int = 7
) -> np.ndarray:
    """Forecast that tomorrow is as today, with the spread of past day-to-day changes.

    The changes of the series and their mirror images are added up from day to day, about the
    newest count; nothing falls below 0. It is the baseline of the forecast hubs, with the level
    taken as the mean of the newest ``window`` days where single days are small counts.

    Parameters
    ----------
    counts : float64[day]
        New cases, each >= 0. [persons/d]
    horizon : int
        Days ahead. [d]
    draws : int
    seed : int
    window : int
        Days that make the level. [d]

    Returns
    -------
    int64[draw, horizon]
        [persons/d]
    """
    rng = np.random.default_rng(seed)
    counts = np.asarray(counts, dtype=np.float64)
    if counts.size == 0:
        return np.zeros((draws, horizon), dtype=np.int64)
    level = float(counts[-window:].mean()) if counts[-1] < 30 else float(counts[-1])
    changes = np.diff(counts[-28:])
    changes = np.concatenate([changes, -changes, [0.0]])
    noise = rng.choice(changes, size=(draws, horizon)) / math.sqrt(2)
    # counts scatter about their level from one day to the next; only part of a change stays
    drift = np.cumsum(noise, axis=1) / math.sqrt(window)
    return rng.poisson(np.maximum(level + drift, 0.0))


def renewal(
    local: np.ndarray,
    imported: np.ndarray,
    *,
    horizon: int,
    interval: SerialInterval,
    draws: int = 2000,
    seed: int = 0,
    window: int = 7,
    imported_infectiousness: float = 1.0,
) -> np.ndarray:
    """Forecast by the renewal equation with the closed-form number of the last window.

    Poisson offspring; imports go on at the mean of the last window.

    Parameters
    ----------
    local, imported : float64[day]
        New cases. [persons/d]
    horizon : int
        Days ahead. [d]
    interval : SerialInterval
    draws : int
    seed : int
    window : int
        Days of the estimate. [d]
    imported_infectiousness : float
        [1]

    Returns
    -------
    int64[draw, horizon]
        Local and imported cases together. [persons/d]
    """
    rng = np.random.default_rng(seed)
    n_day = local.size
    sources = np.zeros((draws, n_day + horizon))
    sources[:, :n_day] = local + imported_infectiousness * imported
    out = np.zeros((draws, horizon), dtype=np.int64)
    r = _closed_draws(local, imported, interval, window, imported_infectiousness, draws, rng)
    arriving = float(imported[-window:].mean()) if n_day else 0.0
    weights = interval.pmf[1:]
    for h in range(horizon):
        day = n_day + h
        m = min(day, weights.size)
        pressure = sources[:, day - m : day][:, ::-1] @ weights[:m]
        new_local = rng.poisson(np.minimum(r * pressure, 1e7))
        new_imported = rng.poisson(arriving, draws)
        sources[:, day] = new_local + imported_infectiousness * new_imported
        out[:, h] = new_local + new_imported
    return out


def _closed_draws(
    local: np.ndarray,
    imported: np.ndarray,
    interval: SerialInterval,
    window: int,
    rho: float,
    draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    if local.size > window:
        estimate = reproduction_closed(
            local, imported, interval=interval, window=window, imported_infectiousness=rho
        )
        shape, scale = float(estimate.shape[-1]), float(estimate.scale[-1])
        if math.isfinite(shape):
            return rng.gamma(shape, scale, draws)
    return rng.gamma(1.0, 5.0, draws)
