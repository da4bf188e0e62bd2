"""What a line list adds to a situation: delays, and the onsets of the newest days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twofronts.parameters import Parameters, load_parameters
from twofronts.situation.delays import Delay, delay_between
from twofronts.situation.intervals import SerialInterval
from twofronts.situation.linelist import LineList, daily_counts
from twofronts.situation.nowcast import Nowcast, nowcast, reporting_triangle
from twofronts.situation.reports import CITY, Series
from twofronts.situation.smoothed import Smoothed, default_prior, reproduction_smoothed
from twofronts.situation.status import Status

PAIRS = (("onset", "isolation"), ("onset", "confirmation"), ("onset", "reported"))
MAX_DELAY = 21


@dataclass(frozen=True, slots=True, eq=False)
class Onsets:
    """Delays by their pair of days ("onset-isolation"), and the nowcast of the city's onsets.

    ``reproduction`` is the smoothed number by day of onset, the late reports of the newest days
    reckoned in.
    """

    delays: dict[str, Delay]
    nowcast: Nowcast | None
    reproduction: Smoothed | None
    status: Status


def onsets_of(
    line_list: LineList,
    series: Series,
    *,
    interval: SerialInterval,
    parameters: Parameters | None = None,
) -> Onsets:
    """Estimate delays, count in the onsets not reported yet, and estimate from them.

    Parameters
    ----------
    line_list : LineList
    series : Series
        Its day axis is that of the nowcast.
    interval : SerialInterval
    parameters : Parameters, optional

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
        return Onsets(delays, None, None, status)
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
    number = _reproduction(known, series, found, interval, parameters or load_parameters())
    return Onsets(delays, found, number, _joined(status, found))


def _reproduction(
    cases: pd.DataFrame, series: Series, found: Nowcast, interval: SerialInterval, p: Parameters
) -> Smoothed | None:
    """Return the smoothed number by onset; cases of unknown origin count as local."""
    if not found.status.ok:
        return None
    foreign = cases["imported"].map(lambda x: x is True).to_numpy(dtype=bool)
    n_day = found.seen.size
    counts = [
        daily_counts(part, "onset", areas=(CITY,), start=series.start, n_day=n_day)[0]
        for part in (cases[~foreign], cases[foreign])
    ]
    share = np.clip(found.reported_share, 1e-6, 1.0)
    # imports are reported late as well: scaled up where a fair part of a day is known
    imported = np.where(share > 0.3, counts[1] / np.maximum(share, 0.3), counts[1])
    return reproduction_smoothed(
        counts[0],
        imported,
        interval=interval,
        reported_share=share,
        imported_infectiousness=p.value("reproduction.imported_infectiousness"),
        prior=default_prior(p),
    )


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
            "estimated_r_onset": np.full((n_quantile, n_day), np.nan),
        }
    number = onsets.reproduction
    found = number is not None and number.status.ok
    return {
        "estimated_onsets": onsets.nowcast.quantiles.T,
        "estimated_reported_share": onsets.nowcast.reported_share,
        "estimated_r_onset": number.quantiles.T
        if found and number is not None
        else np.full((n_quantile, n_day), np.nan),
    }
