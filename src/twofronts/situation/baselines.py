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


def last_level(levels: np.ndarray, *, horizon: int, draws: int = 2000, seed: int = 0) -> np.ndarray:
    """Forecast that a stock stays where it is, with the spread of its past changes.

    The changes of the newest 28 days and their mirror images are added up from day to day, as in
    the baseline of the forecast hubs.

    Parameters
    ----------
    levels : float64[day]
        A stock at the end of each day, NaN where not reported. [persons]
    horizon : int
        Days ahead. [d]
    draws : int
    seed : int

    Returns
    -------
    float64[draw, horizon]
        0 where the stock was never reported. [persons]
    """
    rng = np.random.default_rng(seed)
    known = np.asarray(levels, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return np.zeros((draws, horizon))
    changes = np.diff(known[-28:])
    changes = np.concatenate([changes, -changes, [0.0]])
    walk = np.cumsum(rng.choice(changes, size=(draws, horizon)), axis=1)
    return np.maximum(known[-1] + walk, 0.0)


def leaving_at_rate(
    in_hospital: float,
    entering: np.ndarray,
    left: float,
    patient_days: float,
    *,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Carry a stock of patients on: new cases come in, each patient leaves at one daily rate.

    Parameters
    ----------
    in_hospital : float
        Patients at the end of the as-of day. [persons]
    entering : int[draw, horizon]
        New cases. [persons/d]
    left, patient_days : float
        Patients that left in the past window, and the days spent in hospital in it: what the rate
        is learnt from, with half a patient added. [persons, d]
    seed : int

    Returns
    -------
    stock, leaving : float64[draw, horizon]
        [persons, persons/d]
    """
    rng = np.random.default_rng([seed, 4])
    rate = rng.gamma(left + 0.5, 1.0 / max(patient_days, 1.0), size=len(entering))
    chance = 1.0 - np.exp(-rate)
    there = np.full(len(entering), int(in_hospital), dtype=np.int64)
    stock, leaving = np.empty(entering.shape), np.empty(entering.shape)
    for h in range(entering.shape[1]):
        gone = rng.binomial(there, chance)
        there = there - gone + entering[:, h].astype(np.int64)
        stock[:, h], leaving[:, h] = there, gone
    return stock, leaving


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
