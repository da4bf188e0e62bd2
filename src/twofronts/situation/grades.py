"""District grades: low, medium, high, each with its reason and the day it would change.

The rule is the one issued for counties in China on 17 February 2020. Low: no case, or none new
for 14 days. Medium: a new case within 14 days and at most 50 in all, or above 50 without a cluster
within 14 days. High: above 50 in all and a cluster within 14 days.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

from scipy.stats import binom

from twofronts.parameters import Parameters, load_parameters
from twofronts.situation.status import Sentence

Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")
NAMES_ZH = {"low": "低风险", "medium": "中风险", "high": "高风险"}
_BASIS_ZH = {"confirmation": "确诊日期", "onset": "发病日期"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers of the rule; a city may set its own.

    Parameters
    ----------
    few_cases : int
        Most cases in all for medium without asking about clusters.
    new_days, cluster_days : int
        Days within which a new case, a cluster, counts. [d]
    cluster_cases : int
        Linked cases that make a cluster.
    doubt_prob : float
        A higher grade is given where cases not yet ascribed to a district make it at least this
        likely. [1]
    """

    few_cases: int = 50
    new_days: int = 14
    cluster_days: int = 14
    cluster_cases: int = 2
    doubt_prob: float = 0.05

    @classmethod
    def of(cls, parameters: Parameters | None = None) -> Thresholds:
        """Return the thresholds of the parameter files (``grades.*``)."""
        p = parameters or load_parameters()
        return cls(
            int(p.value("grades.few_cases")),
            int(p.value("grades.new_days")),
            int(p.value("grades.cluster_days")),
            int(p.value("grades.cluster_cases")),
            p.value("grades.doubt_prob"),
        )


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What is known of one area on one day, by one date basis.

    Parameters
    ----------
    area : str
        District code.
    total : int
        Cases in all known to be the area's. [persons]
    last_case : date or None
        Day of its newest known case.
    last_case_earliest : date or None
        Earliest day that case may have: a cumulative count says only "by then". ``last_case``
        itself if left out.
    last_cluster : date or None
        Day on which a case last made or enlarged a cluster.
    clusters_known : bool
        False where no line list tells of clusters.
    unascribed : int
        Cases of the city that no report ascribes to a district yet. [persons]
    unascribed_new : int
        Those of them within the days that count as new. [persons]
    unascribed_last : date or None
        Day of the newest of them.
    share : float
        Chance that such a case is this area's. [1]
    """

    area: str
    total: int
    last_case: dt.date | None
    last_cluster: dt.date | None = None
    clusters_known: bool = True
    unascribed: int = 0
    unascribed_new: int = 0
    unascribed_last: dt.date | None = None
    share: float = 0.0
    last_case_earliest: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of one area on one day.

    ``certain`` is False where clusters are unknown, cases are not ascribed to districts or cannot
    be dated, and that decides the grade: then the higher grade stands. ``changes_on`` is the day
    the grade would change if nothing new came.
    """

    area: str
    level: Level
    basis: str
    certain: bool
    reason: Sentence
    changes_on: dt.date | None
    changes_to: Level | None
    total: int
    last_case: dt.date | None


def grade_area(
    facts: AreaFacts,
    as_of: dt.date,
    thresholds: Thresholds | None = None,
    *,
    basis: str = "confirmation",
) -> Grade:
    """Grade one area at the end of a day.

    Parameters
    ----------
    facts : AreaFacts
    as_of : date
        The day; a case of this day is 0 days old and one of ``new_days`` ago no longer new.
    thresholds : Thresholds, optional
        Those of the parameter files if left out.
    basis : {"confirmation", "onset"}
        What the dates in ``facts`` are.

    Returns
    -------
    Grade

    References
    ----------
    .. [1] County-level grades issued in China on 17 February 2020; parameters ``grades.*``.
    """
    t = thresholds or Thresholds.of()
    earliest = facts.last_case_earliest or facts.last_case
    mildest = _level(facts.total, earliest, _cluster_day(facts, earliest), as_of, t)
    doubt = _doubt(facts, as_of, t)
    total, last = (facts.total, facts.last_case) if doubt is None else doubt
    cluster = _cluster_day(facts, last)
    level = _level(total, last, cluster, as_of, t)
    unknown_cluster = level == "high" and not facts.clusters_known
    changes_on, changes_to = _next_change(level, total, last, cluster, as_of, t)
    return Grade(
        area=facts.area,
        level=level,
        basis=basis,
        certain=level == mildest and not unknown_cluster,
        reason=_reason(facts, level, as_of, t, basis, doubt is not None, unknown_cluster),
        changes_on=changes_on,
        changes_to=changes_to,
        total=facts.total,
        last_case=facts.last_case,
    )


def _cluster_day(facts: AreaFacts, last: dt.date | None) -> dt.date | None:
    # where nothing tells of clusters the newest case might belong to one
    return facts.last_cluster if facts.clusters_known else last


def _level(
    total: int, last: dt.date | None, cluster: dt.date | None, as_of: dt.date, t: Thresholds
) -> Level:
    if total == 0 or last is None or (as_of - last).days >= t.new_days:
        return "low"
    if total <= t.few_cases:
        return "medium"
    recent = cluster is not None and (as_of - cluster).days < t.cluster_days
    return "high" if recent else "medium"


def _doubt(facts: AreaFacts, as_of: dt.date, t: Thresholds) -> tuple[int, dt.date | None] | None:
    """Return a total and newest day that unascribed cases make likely enough, or None."""
    if not facts.unascribed or facts.share <= 0:
        return None
    total, last = facts.total, facts.last_case
    if facts.unascribed_new and facts.unascribed_last is not None:
        any_new = 1.0 - (1.0 - facts.share) ** facts.unascribed_new
        if any_new >= t.doubt_prob and (last is None or facts.unascribed_last > last):
            last = facts.unascribed_last
            total = max(total, 1)
    room = t.few_cases - facts.total
    if binom.sf(room, facts.unascribed, facts.share) >= t.doubt_prob:
        total = max(total, t.few_cases + 1)
    return None if (total, last) == (facts.total, facts.last_case) else (total, last)


def _next_change(
    level: Level,
    total: int,
    last: dt.date | None,
    cluster: dt.date | None,
    as_of: dt.date,
    t: Thresholds,
) -> tuple[dt.date | None, Level | None]:
    if level == "low":
        return None, None
    for ahead in range(1, t.new_days + t.cluster_days + 1):
        day = as_of + dt.timedelta(days=ahead)
        later = _level(total, last, cluster, day, t)
        if later != level:
            return day, later
    return None, None


def _reason(
    facts: AreaFacts,
    level: Level,
    as_of: dt.date,
    t: Thresholds,
    basis: str,
    doubt: bool,
    unknown_cluster: bool,
) -> Sentence:
    by = f"by day of {basis}"
    if facts.last_case is None or facts.total == 0:
        en, zh = "no case known", "无已知病例"
    else:
        days = (as_of - facts.last_case).days
        undated = facts.last_case_earliest not in (None, facts.last_case)
        least, least_zh = ("at least ", "至少 ") if undated else ("", "")
        cases = "case" if facts.total == 1 else "cases"
        en = f"{facts.total} {cases} in all, the newest {least}{days} days ago {by}"
        zh = f"累计 {facts.total} 例，最近一例在{least_zh or ' '}{days} 天前"
        zh += f"（按{_BASIS_ZH.get(basis, basis)}）"
    if doubt:
        chance = 1.0 - (1.0 - facts.share) ** facts.unascribed_new
        percent = min(math.floor(100 * chance), 99)
        some = "case" if facts.unascribed_new == 1 else "cases"
        verb = "is" if facts.unascribed_new == 1 else "are"
        en += (
            f"; {facts.unascribed_new} new {some} of the city in the last {t.new_days} days {verb} "
            f"not ascribed to a district, and the chance that one is here is {percent}%"
        )
        zh += (
            f"；近 {t.new_days} 天全市 {facts.unascribed_new} 例新增尚未归属到区，"
            f"其中至少一例在本区的概率为 {percent}%"
        )
    if level == "low" and facts.total and not doubt:
        en += f": none new for {t.new_days} days"
        zh += f"：连续 {t.new_days} 天无新增"
    elif level == "medium" and facts.total > t.few_cases:
        en += f": above {t.few_cases}, but no cluster within {t.cluster_days} days"
        zh += f"：累计超过 {t.few_cases} 例，但 {t.cluster_days} 天内无聚集性疫情"
    elif level == "medium":
        en += f": new within {t.new_days} days, at most {t.few_cases} in all"
        zh += f"：{t.new_days} 天内有新增，累计不超过 {t.few_cases} 例"
    elif level == "high":
        en += f": above {t.few_cases}, and a cluster within {t.cluster_days} days"
        zh += f"：累计超过 {t.few_cases} 例，且 {t.cluster_days} 天内有聚集性疫情"
    if unknown_cluster:
        en += " cannot be ruled out, as no line list tells of clusters"
        zh += "不能排除（无病例个案表，聚集情况不明）"
    return Sentence(en[0].upper() + en[1:] + ".", zh + "。")
