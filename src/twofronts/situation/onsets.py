"""What a line list adds to a situation: delays, and the onsets of the newest days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twofronts.situation.delays import Delay, delay_between
from twofronts.situation.linelist import LineList
from twofronts.situation.nowcast import Nowcast, nowcast, reporting_triangle
from twofronts.situation.reports import Series
from twofronts.situation.status import Status

PAIRS = (("onset", "isolation"), ("onset", "confirmation"), ("onset", "reported"))
MAX_DELAY = 21


@dataclass(frozen=True, slots=True, eq=False)
class Onsets:
    """Delays by their pair of days ("onset-isolation"), and the nowcast of the city's onsets."""

    delays: dict[str, Delay]
    nowcast: Nowcast | None
    status: Status


def onsets_of(line_list: LineList, series: Series) -> Onsets:
    """Estimate delays and count in the onsets that are not reported yet.

    Parameters
    ----------
    line_list : LineList
    series : Series
        Its day axis is that of the nowcast.

    Returns
    -------
    Onsets
        Delays that too few cases tell of are left out; no nowcast without onsets.
    """
    delays = {}
    for first, second in PAIRS:
        delay = delay_between(line_list, first, second, as_of=series.as_of)
        if delay.status.ok:
            delays[f"{first}-{second}"] = delay
    cases = line_list.known_on(series.as_of)
    known = cases[cases["onset"].notna()]
    status = Status()
    if known.empty:
        return Onsets(delays, None, status)
    if len(known) < len(cases):
        status = status.also(
            "caution",
            f"{len(cases) - len(known)} cases of the line list have no onset and are not in the "
            "curve of onsets.",
            f"个案表中 {len(cases) - len(known)} 例无发病日期，未计入发病曲线。",
        )
    report = known["reported"].fillna(known["confirmation"])
    start = pd.Timestamp(series.start)
    event_day = (known["onset"] - start).dt.days.to_numpy()
    report_day = (report - start).dt.days.to_numpy()
    triangle = reporting_triangle(event_day, report_day, len(series.dates) - 1)
    found = nowcast(triangle, max_delay=MAX_DELAY)
    return Onsets(delays, found, _joined(status, found))


def _joined(status: Status, found: Nowcast) -> Status:
    for sentence in found.status.advice:
        status = status.also(found.status.level, sentence.en, sentence.zh)
    return status


def arrays_of(onsets: Onsets | None, n_day: int, n_quantile: int) -> dict[str, np.ndarray]:
    """Return the declared arrays; NaN throughout without a nowcast.

    Parameters
    ----------
    onsets : Onsets or None
    n_day, n_quantile : int

    Returns
    -------
    dict of str to ndarray
    """
    if onsets is None or onsets.nowcast is None:
        return {
            "estimated_onsets": np.full((n_quantile, n_day), np.nan),
            "estimated_reported_share": np.full(n_day, np.nan),
        }
    return {
        "estimated_onsets": onsets.nowcast.quantiles.T,
        "estimated_reported_share": onsets.nowcast.reported_share,
    }
