"""Evidence: what the brief knows, in plain arrays, whichever rooms it came from.

Pictures, figures and sentences read this and nothing else, so that the rest of the package may
change the shape of its results without a sentence changing its meaning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from twofronts.briefing.checks import Checks
from twofronts.planning.dials import Dial

# The option that the search recommends
PLAN = "plan"
GRADES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The city as the brief shows it.

    ``districts`` holds code, name_en, name_zh, population; ``sectors`` holds sector, name_en,
    name_zh, group; both in the order of every axis. ``shapes`` is a GeoJSON mapping or None.
    ``facts`` are numbers about the city: "designated_beds", "reported_firms", "reported_staff".
    """

    id: str
    name_en: str
    name_zh: str
    population: int
    residents: int
    scale: float
    districts: pd.DataFrame
    sectors: pd.DataFrame
    shapes: Mapping[str, Any] | None = None
    facts: Mapping[str, float] = field(default_factory=dict)

    def name(self, lang: str) -> str:
        """Return the city's name in a language."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """What the situation room makes of the reports; absent parts are None.

    Parameters
    ----------
    reproduction : DataFrame or None
        date, value, low, high: new infections caused by one case, by day.
    more_cases : DataFrame or None
        date, prob, prob_lifted: chance that further local cases come after that date if none is
        reported until then; under the measures in force, and without them.
    over_prob : float
        Chance below which the outbreak is called over.
    grades : DataFrame
        code, grade (0 low, 1 medium, 2 high), certain, reason_en, reason_zh, changes_on (date or
        None).
    level : float
        Coverage of the intervals of ``reproduction``.
    notes : tuple of (str, str)
        What the estimators say about themselves, English and Chinese.
    """

    reproduction: pd.DataFrame | None = None
    more_cases: pd.DataFrame | None = None
    grades: pd.DataFrame | None = None
    level: float = 0.9
    over_prob: float = 0.05
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ForecastScore:
    """How the simulation forecast reports that its fit had not seen.

    ``wis`` is the mean weighted interval score, ``wis_last`` that of repeating the last value
    [persons/d]; ``inside_50`` and ``inside_90`` count the days within the range; ``forecast`` and
    ``observed`` are the cases of all ``n`` days (medians added up).
    """

    as_of: dt.date
    first: dt.date
    last: dt.date
    n: int
    wis: float
    wis_last: float
    inside_50: int
    inside_90: int
    forecast: float
    observed: float


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The simulation held against the reports.

    ``confirmed`` is float64[draw, day] over ``dates``, as simulated [persons/d]; ``hidden`` is
    float64[draw], the infected not yet found on the last day [persons]; ``simulated`` courses were
    tried, ``different`` of those kept are different.
    """

    dates: tuple[dt.date, ...]
    confirmed: np.ndarray
    hidden: np.ndarray
    simulated: int
    different: int
    score: ForecastScore | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One rulebook, played.

    Parameters
    ----------
    daily : dict of str to float64[draw, day]
        "confirmed", "infections", "in_care", "quarantined" and so on; "firms", "staff" and
        "output" are shares of normal.
    totals : dict of str to float64[draw]
        The same worlds, one number each, over the whole horizon.
    by_sector, by_district : dict of str to float64[draw, sector or district]
        "staff_first", "staff_last", "firms_first", "firms_last": shares on the first and last day;
        of sectors "output_first", "output_last" too, and "binds", the code of what limits output
        on the last day (``economy.variables.BINDING``).
    measures : DataFrame or None
        The rulebook in words: line, measure, level by grade, with names in both languages.
    rulebook : str
        The rulebook as TOML.
    graded_above : int
        Cases in all above which a district can be of high risk. [persons]
    switch_en, switch_zh : str
        By which triggers its levels change, "" if they do not.
    """

    key: str
    name_en: str
    name_zh: str
    daily: dict[str, np.ndarray]
    totals: dict[str, np.ndarray]
    by_sector: dict[str, np.ndarray] = field(default_factory=dict)
    by_district: dict[str, np.ndarray] = field(default_factory=dict)
    measures: pd.DataFrame | None = None
    rulebook: str = ""
    graded_above: int = 50
    notes: tuple[str, ...] = ()
    switch_en: str = ""
    switch_zh: str = ""

    def name(self, lang: str) -> str:
        """Return the rulebook's name in a language."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """A plan nearly as good as the recommended one.

    ``gap`` is float64[draw], its harm less the recommended one's on the same courses [currency];
    ``kept`` says whether it keeps every limit there; ``measures`` counts those that differ, ``en``
    and ``zh`` name them by the way they differ.
    """

    gap: np.ndarray
    kept: bool
    measures: int
    en: tuple[str, ...]
    zh: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What the search for a plan found, and how it was checked; money in the city's currency.

    Parameters
    ----------
    goal : str
        One of ``planning.goals.GOALS``.
    evaluated, searched, fresh, explained : int
        Rulebooks tried; courses that the front was judged on, unseen ones that the plan was checked
        on, and those of them on which measures were taken out and means added.
    limits : DataFrame
        option, constraint, limit, required, prob, low, high, holds, en, zh: how each option keeps
        each constraint on the unseen courses.
    advantage : DataFrame
        baseline, searched, mean, low, high, from, to, prob, curse: harm of a baseline less the
        plan's.
    changes : DataFrame
        Of each measure that the plan changes against today, as ``parts``, and ``way``, ``day``:
        what leaving it as it is changes.
    parts : DataFrame
        measure, line, en, zh, breach, limit, limit_prob, and harm, infections, deaths,
        value_added_lost and burden, each with ``_low`` and ``_high`` (of the mean), ``_from`` and
        ``_to`` (over the courses): what taking out a measure of the plan changes.
    means : DataFrame
        means, en, zh, gain, gain_low, gain_high, breach: less harm for one unit more.
    flips : DataFrame
        parameter, en, zh, advantage_low, advantage_high, middle_low, middle_high, flips: over
        ``rival``.
    weights : dict of str to float
        Factor on health, economy or burden at which ``rival`` draws level.
    rival : str
        The best baseline.
    dropped, back : tuple of (str, str)
        Measures left out as they gain nothing, and left as they are as a change has no clear gain,
        English and Chinese.
    others : tuple of Other
    dials : dict of str to tuple of Dial
        The four balances of each option.
    prices : dict of str to float
        What an infection, a severe course, a death, a restricted day and a resurgence weigh.
    counted : int
        Infections after which a course counts no further ones. [persons]
    beyond : dict of str to bool[draw]
        Which courses of each option got there.
    wave : float
        Confirmed cases in seven days that are a new wave. [persons]
    """

    goal: str
    evaluated: int
    searched: int
    fresh: int
    explained: int
    limits: pd.DataFrame
    advantage: pd.DataFrame
    changes: pd.DataFrame
    parts: pd.DataFrame
    means: pd.DataFrame
    flips: pd.DataFrame
    weights: Mapping[str, float]
    rival: str
    dropped: tuple[tuple[str, str], ...]
    back: tuple[tuple[str, str], ...]
    others: tuple[Other, ...]
    dials: Mapping[str, tuple[Dial, ...]]
    prices: Mapping[str, float]
    counted: int
    beyond: Mapping[str, np.ndarray]
    wave: float

    @property
    def feasible(self) -> bool:
        """Whether the plan keeps every limit at its probability on the unseen courses."""
        return self.keeps(PLAN)

    def keeps(self, option: str) -> bool:
        """Whether an option keeps every limit at its probability on the unseen courses."""
        rows = self.limits[self.limits["option"] == option]
        return bool(rows["holds"].all())


@dataclass(frozen=True, slots=True, eq=False)
class Assumption:
    """A row of the annex: what was assumed or taken from where.

    ``source_zh`` is the source in Chinese, or as a city's own tables have it.
    """

    key: str
    name_en: str
    name_zh: str
    value: float
    low: float | None
    high: float | None
    unit: str
    grade: str
    source: str
    source_zh: str


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything the brief rests on.

    ``reports`` has one row a day to ``as_of`` (date, new_confirmed, cum_confirmed, cum_cured,
    cum_deaths, in_hospital and whatever else was reported; blank stays blank). ``dates`` are the
    days of the simulated course, the first one the day the options start to differ. ``options``
    are in the order of the tables; the first is the one the others are compared with, one is
    ``PLAN``. ``detail`` courses stand behind what is told by sector and by district. ``gaps``
    are keys of the catalogue under ``gap``, ``assumed_tables`` under ``city_table``. ``fitted`` is
    None if the options begin from a plain estimate, for the reason ``unfitted`` (a key under
    ``fit_none``). ``checks`` is what the programs' validation found.
    """

    place: Place
    as_of: dt.date
    dates: tuple[dt.date, ...]
    reports: pd.DataFrame
    estimates: Estimates
    options: dict[str, Option]
    search: Search
    draws: int
    detail: int
    seed: int
    fitted: Fitted | None = None
    unfitted: str = ""
    assumptions: tuple[Assumption, ...] = ()
    gaps: tuple[str, ...] = ()
    assumed_tables: tuple[str, ...] = ()
    checks: Checks | None = None
    notes: tuple[str, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def base(self) -> Option:
        """The option that the others are compared with."""
        return next(iter(self.options.values()))
