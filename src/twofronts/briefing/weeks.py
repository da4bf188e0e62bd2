"""Confirmed cases by week: as reported, as fitted, as simulated."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from twofronts.briefing.evidence import Evidence

WEEK = 7


def weekly(past: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Sum the last seven days on each day of a course, reaching back into the reports.

    Parameters
    ----------
    past : float64[n_past]
        Daily counts before the course begins, the latest last. [persons/d]
    draws : float64[n_draw, n_day]
        Daily counts of the course. [persons/d]

    Returns
    -------
    float64[n_draw, n_day]
        [persons]
    """
    tail = np.nan_to_num(past[-(WEEK - 1) :]) if len(past) else np.zeros(0)
    tail = np.concatenate([np.zeros(WEEK - 1 - len(tail)), tail])
    whole = np.hstack([np.broadcast_to(tail, (len(draws), WEEK - 1)), draws])
    summed = np.cumsum(whole, axis=1)
    summed[:, WEEK:] -= summed[:, :-WEEK].copy()
    return summed[:, WEEK - 1 :]


def past_counts(evidence: Evidence) -> pd.DataFrame:
    """Return the reported days before the simulated course begins."""
    r = evidence.reports
    return r[r["date"] < evidence.dates[0]]


def fitted_weeks(evidence: Evidence) -> tuple[list[dt.date], np.ndarray]:
    """Return the reported days and the fitted courses' cases of the last seven days on each.

    Returns
    -------
    tuple of list of date, float64[draw, day]
        [persons]
    """
    fitted = evidence.fitted
    assert fitted is not None
    first = evidence.reports["date"].iloc[0]
    weeks = weekly(np.zeros(0), fitted.confirmed)
    shown = [i for i, d in enumerate(fitted.dates) if d >= first]
    return [fitted.dates[i] for i in shown], weeks[:, shown]


def is_tenfold(evidence: Evidence) -> bool:
    """Whether the courses leave the reported scale so far behind that it needs a tenfold axis."""
    counts = past_counts(evidence)["new_confirmed"].to_numpy(dtype=float)
    known = float(weekly(np.zeros(0), np.nan_to_num(counts)[None])[0].max()) if len(counts) else 0.0
    tops = [
        np.quantile(weekly(counts, o.daily["confirmed"]), 0.95, axis=0).max()
        for o in evidence.options.values()
    ]
    return float(max(tops)) > 12 * max(known, 10.0)
