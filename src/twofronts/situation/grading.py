"""From reports to the facts that district grades rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from twofronts.situation.grades import AreaFacts, Grade, Sentence, Thresholds, grade_area
from twofronts.situation.linelist import LineList, clusters
from twofronts.situation.reports import CITY, Series, confirmed_total


def grade_districts(
    series: Series,
    districts: Sequence[str],
    *,
    line_list: LineList | None = None,
    thresholds: Thresholds | None = None,
) -> tuple[Grade, ...]:
    """Grade every district at the end of the series' last day.

    By day of confirmation from the reports, and, where there is a line list, by day of onset too.
    City cases that no district report covers yet raise a grade where they make it likely enough.

    Parameters
    ----------
    series : Series
    districts : sequence of str
        District codes, in the city's order.
    line_list : LineList, optional
    thresholds : Thresholds, optional

    Returns
    -------
    tuple of Grade
        By confirmation in the order of ``districts``, then by onset.
    """
    t = thresholds or Thresholds.of()
    as_of = series.as_of
    cases = line_list.known_on(as_of) if line_list is not None else None
    made = {} if cases is None else _cluster_days(cases, t)
    facts = _facts_from_reports(series, districts, t, made, cases is not None)
    silent = _silent_days(series, districts, t)
    grades = [_doubted(grade_area(f, as_of, t), silent[f.area], t) for f in facts]
    if cases is not None and cases["onset"].notna().any():
        grades += [
            grade_area(f, as_of, t, basis="onset") for f in _facts_by_onset(cases, districts, made)
        ]
    return tuple(grades)


def _silent_days(series: Series, districts: Sequence[str], t: Thresholds) -> dict[str, int]:
    """Return how many of the days that count as new neither district nor city reported."""
    told = np.zeros((len(series.areas), len(series.dates)), dtype=bool)
    for name, counts in (
        ("new_confirmed", series.new["new_confirmed"]),
        ("cum_confirmed", series.level["cum_confirmed"]),
    ):
        found = np.isfinite(counts)
        # a later cumulative count tells of the days before it
        told |= found if name == "new_confirmed" else found[:, ::-1].cumsum(axis=1)[:, ::-1] > 0
    city = told[series.area(CITY)]
    days = min(t.new_days, city.size)
    silent = {}
    for code in districts:
        own = told[series.area(code)] if code in series.areas else np.zeros_like(city)
        heard = own | city
        silent[code] = int((~heard)[-days:].sum()) if heard.any() else t.new_days
    return silent


def _doubted(grade: Grade, silent: int, t: Thresholds) -> Grade:
    """Return a low grade as not certain where days without a report could hide a case."""
    if not silent or grade.level != "low":
        return grade
    verb = "has" if silent == 1 else "have"
    return replace(
        grade,
        certain=False,
        reason=Sentence(
            grade.reason.en[:-1]
            + f"; but {silent} of the last {t.new_days} days {verb} no report.",
            grade.reason.zh[:-1] + f"；但近 {t.new_days} 天中有 {silent} 天无报告。",
        ),
    )


def _cluster_days(cases: pd.DataFrame, t: Thresholds) -> dict[str, dt.date]:
    found = clusters(cases, least=t.cluster_cases, within_days=t.cluster_days)
    return {area: days[-1] for area, days in found.items()}


def _facts_from_reports(
    series: Series,
    districts: Sequence[str],
    t: Thresholds,
    made: dict[str, dt.date],
    clusters_known: bool,
) -> list[AreaFacts]:
    total, last_day = confirmed_total(series)
    rows = [series.area(d) for d in districts if d in series.areas]
    weight = total[rows] + 1.0
    codes = [series.areas[r] for r in rows]
    share = dict(zip(codes, weight / max(weight.sum(), 1.0), strict=True))
    city_total = float(total[series.area(CITY)])
    unascribed = max(int(city_total - total[rows].sum()), 0)
    dates = series.dates
    since = int(last_day[rows].min()) if rows else -1
    fresh, newest = _city_since(series, since, t, unascribed)
    facts = []
    for code in districts:
        if code not in series.areas:
            facts.append(AreaFacts(code, 0, None, clusters_known=clusters_known))
            continue
        a = series.area(code)
        covered = last_day[a] == len(dates) - 1
        latest, earliest = _last_case(series, a)
        facts.append(
            AreaFacts(
                area=code,
                total=int(total[a]),
                last_case=latest,
                last_case_earliest=earliest,
                last_cluster=made.get(code),
                clusters_known=clusters_known,
                unascribed=0 if covered else unascribed,
                unascribed_new=0 if covered else fresh,
                unascribed_last=None if covered else newest,
                share=share[code],
            )
        )
    return facts


def _city_since(
    series: Series, since: int, t: Thresholds, unascribed: int
) -> tuple[int, dt.date | None]:
    """Return how many unascribed city cases are new, and the day of the newest."""
    new = np.nan_to_num(series.new["new_confirmed"][series.area(CITY)])
    first = max(since + 1, new.size - t.new_days, 0)
    days = np.flatnonzero(new[since + 1 :] > 0) + since + 1
    fresh = min(int(new[first:].sum()), unascribed)
    if not days.size or not unascribed:
        return 0, None
    return fresh, series.dates[int(days[-1])].date()


def _last_case(series: Series, area: int) -> tuple[dt.date | None, dt.date | None]:
    """Return the newest day the area may have had its last known case, and the earliest.

    A cumulative count without the days before it says only that the case came by then.
    """
    new, cum = series.new["new_confirmed"][area], series.level["cum_confirmed"][area]
    days = np.flatnonzero(np.nan_to_num(new) > 0)
    latest = earliest = int(days[-1]) if days.size else -1
    before, before_day = 0.0, -1
    for day in np.flatnonzero(np.isfinite(cum)):
        if cum[day] > before and np.isnan(new[day]) and day > latest:
            latest, earliest = int(day), before_day + 1
        before, before_day = cum[day], int(day)
    if latest < 0:
        return None, None
    return series.dates[latest].date(), series.dates[earliest].date()


def _facts_by_onset(
    cases: pd.DataFrame, districts: Sequence[str], made: dict[str, dt.date]
) -> list[AreaFacts]:
    facts = []
    for code in districts:
        onset = cases.loc[(cases["area"] == code) & cases["onset"].notna(), "onset"]
        last = onset.max().date() if len(onset) else None
        facts.append(AreaFacts(code, len(onset), last, last_cluster=made.get(code)))
    return facts
