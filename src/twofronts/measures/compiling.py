"""From a rulebook to arrays: periods, levels by grade and by place, effects with their ranges."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.kernels.types_measures import (
    N_GRADE,
    NO_LEVEL,
    DecisionState,
    GradeRule,
    GradeState,
    RulebookArrays,
    SparseOverride,
    SwitchRule,
)
from twofronts.measures.catalogue import Catalogue, load_catalogue
from twofronts.measures.checkpoints import blend_levels, check_checkpoints, sites_of
from twofronts.measures.effect_arrays import effect_arrays
from twofronts.measures.files import check_rulebook
from twofronts.measures.handover import Held, still_held
from twofronts.measures.places import check_places, check_sectors
from twofronts.measures.rulebook import Override, Rulebook, Term
from twofronts.parameters import Parameters


class HasDistricts(Protocol):
    """What compiling asks of a city."""

    @property
    def district_codes(self) -> Sequence[str]:
        """Codes of the districts, in the order of every [district] axis."""
        ...


class _Timeline:
    """The levels of one measure over the days of a run, as asked for by each grade."""

    def __init__(self, levels: Sequence[int], last: int | None):
        # first day, levels by grade, last day in force
        self.parts: list[tuple[int, tuple[int, ...], int]] = [(-(10**6), tuple(levels), _end(last))]

    def change(self, first: int, levels: Sequence[int], last: int | None) -> None:
        """From ``first`` on, other levels hold."""
        self.parts.append((first, tuple(levels), _end(last)))
        self.parts.sort(key=lambda part: part[0])

    def hold(self, levels: tuple[int, ...], first: int) -> None:
        """Let other levels stand until ``first``, unless a dated change comes before."""
        (_, new, last), later = self.parts[0], self.parts[1:]
        own = [] if any(day <= first for day, _, _ in later) else [(first, new, last)]
        self.parts = [(-(10**6), levels, 10**6), *own, *later]

    def on(self, day: int) -> tuple[int, ...]:
        """Return the levels by grade on a day: the newest part, nothing once it has ended."""
        levels, last = (0,) * N_GRADE, -1
        for first, value, end in self.parts:
            if first <= day:
                levels, last = value, end
        return levels if day <= last else (0,) * N_GRADE

    def breaks(self) -> Iterable[int]:
        """Return the days on which something may change."""
        for first, _, last in self.parts:
            yield first
            yield last + 1


def _end(last: int | None) -> int:
    return 10**6 if last is None else last


def compile_rulebook(
    rulebook: Rulebook,
    city: HasDistricts,
    residents: Any = None,
    *,
    start: dt.date,
    n_days: int,
    parameters: Parameters | None = None,
    catalogue: Catalogue | None = None,
    before: Rulebook | None = None,
) -> RulebookArrays:
    """Turn a rulebook into the arrays that the kernels read.

    Parameters
    ----------
    rulebook : Rulebook
    city : City
        Its ``district_codes`` are used; its sectors and checkpoints where the rulebook names some.
    residents : Residents, optional
        Needed only where the rulebook names compounds or enterprises; these by
        ``residents.enterprise_sites``, from id to index of the site.
    start : datetime.date
        Date of day 0.
    n_days : int
        Length of the run, at least 1. [d]
    parameters : Parameters, optional
        A key ``measure.KEY.LEVEL.EFFECT`` in it goes before the catalogue's value.
    catalogue : Catalogue, optional
        The built-in one if not given.
    before : Rulebook, optional
        In force until then: each measure that changes does so when its notice has passed. Without
        it the rulebook is in force on day 0.

    Returns
    -------
    RulebookArrays

    Raises
    ------
    RulebookError
        If the rulebook has faults, or names a place that the city does not have.
    ScenarioError
        If the run has no day.
    """
    if n_days < 1:
        raise ScenarioError(
            Problem(
                f"a run of {n_days} days", "a run has at least one day", "give days of 1 or more"
            )
        )
    book = catalogue or load_catalogue()
    check_rulebook(rulebook, catalogue=book)
    codes = list(city.district_codes)
    sites = _site_index(residents)
    n_compounds = 0 if residents is None else len(residents.arrays.compound_district)
    sectors = {s: i for i, s in enumerate(getattr(city, "sector_codes", ()))}
    check_places(rulebook, codes, n_compounds, sites, residents)
    check_sectors(rulebook, book, city, sectors)
    gates = sites_of(city) if any(item.checkpoint for item in rulebook.overrides) else {}
    check_checkpoints(rulebook, book, gates)
    notice, dwell = _timing(rulebook, book)
    held = still_held(before, book, notice)
    lines = _timelines(rulebook, book, start, held)
    spans = [_span(rulebook, item, start) for item in rulebook.overrides]
    switch_last = _switch_last(rulebook, start)
    period_day = _periods(lines, spans, switch_last, n_days)
    level = _levels(lines, book, period_day)
    asked = _asked_levels(rulebook, book, level, period_day, switch_last, held)
    own = _district_levels(rulebook, book, codes, spans, period_day)
    blend_measure, blend_share = blend_levels(rulebook, book, codes, gates, spans, period_day, own)
    # most measures have one level for all grades, and no grade can move them
    moves = (asked.min(axis=1) != asked.max(axis=1)).any(axis=0)
    city_scope = np.array([m.scope == "city" for m in book.measure.values()])
    return RulebookArrays(
        period_day=np.asarray(period_day, dtype=np.int32),
        level=level,
        asked_level=asked,
        district_level=own,
        blend_measure=blend_measure,
        blend_share=blend_share,
        compound_level=_sparse(rulebook, book, "compound", spans, {}),
        site_level=_sparse(rulebook, book, "enterprise", spans, sites),
        sector_level=_sparse(rulebook, book, "sector", spans, sectors),
        city_scope=city_scope.astype(np.uint8),
        notice=notice,
        dwell=dwell,
        event_offset=_offsets(notice, dwell, moves & ~city_scope),
        city_offset=_offsets(notice, dwell, moves & city_scope),
        grades=_grade_rule(rulebook),
        switch=_switch_rule(rulebook),
        **effect_arrays(book, parameters),
    )


def decision_state(rules: RulebookArrays, n_days: int) -> DecisionState:
    """Return memory for one draw at a time; ``reset_decisions`` sets it.

    Parameters
    ----------
    rules : RulebookArrays
    n_days : int
        Length of the run. [d]

    Returns
    -------
    DecisionState
    """
    n_district, n_measure = rules.district_level.shape[1:]
    ahead = 1 + int(max(rules.event_offset.max(initial=0), rules.city_offset.max(initial=0)))
    return DecisionState(
        asked=np.zeros((n_days, n_district + 1), dtype=np.uint8),
        last_asked=np.zeros((n_days, n_district + 1, 2 * N_GRADE), dtype=np.int32),
        due=np.zeros((n_days + ahead, n_district + 1), dtype=np.uint8),
        level=np.full((n_district, n_measure), NO_LEVEL, dtype=np.int8),
        strict=np.zeros(2, dtype=np.int32),
        period=np.zeros(1, dtype=np.int32),
    )


def grade_state(n_district: int) -> GradeState:
    """Return the state of a city that has reported nothing yet.

    Parameters
    ----------
    n_district : int

    Returns
    -------
    GradeState
    """
    long_ago = -(10**6)
    return GradeState(
        total=np.zeros(n_district, dtype=np.int64),
        last_case=np.full(n_district, long_ago, dtype=np.int32),
        last_cluster=np.full(n_district, long_ago, dtype=np.int32),
    )


def _site_index(residents: Any) -> dict[str, int]:
    """Return the site of each enterprise of the register, where residents were built from one."""
    return dict(getattr(residents, "enterprise_sites", None) or {})


def _last_day(rulebook: Rulebook, term: Term, start: dt.date, first: int) -> int | None:
    last = term.last_day(start, first)
    return rulebook.orders.last_day(start, first) if last is None else last


def _timelines(rulebook: Rulebook, book: Catalogue, start: dt.date, held: Held) -> list[_Timeline]:
    """Return what every measure is asked to be, expiry included; only orders expire by default."""
    lines = []
    for key, measure in book.measure.items():
        entry = rulebook.measures.get(key)
        if entry is None:
            lines.append(_Timeline((0,) * N_GRADE, None))
            continue
        last = entry.last_day(start, 0)
        if measure.order:
            last = _last_day(rulebook, entry, start, 0)
        lines.append(_Timeline([measure.index(v) for v in entry.level.by_grade()], last))
    for change in rulebook.changes:
        measure = book.measure[change.measure]
        first = change.first_day(start)
        last = change.last_day(start, first)
        if measure.order:
            last = _last_day(rulebook, change, start, first)
        levels = [measure.index(v) for v in change.level.by_grade()]
        lines[book.index[change.measure]].change(first, levels, last)
    switched = _switched(rulebook, book)
    for m, (first, before) in held.items():
        if lines[m].on(0) != before or m in switched:
            lines[m].hold(before, first)
    return lines


def _switched(rulebook: Rulebook, book: Catalogue) -> set[int]:
    """Return the measures that the switch moves, by their place in the catalogue."""
    s = rulebook.switch
    return set() if s is None else {book.index[key] for key in (*s.relaxed, *s.strict)}


def _span(rulebook: Rulebook, item: Override, start: dt.date) -> tuple[int, int]:
    first = item.first_day(start)
    return first, _end(_last_day(rulebook, item, start, first))


def _switch_last(rulebook: Rulebook, start: dt.date) -> int:
    return -1 if rulebook.switch is None else _end(_last_day(rulebook, rulebook.switch, start, 0))


def _periods(
    lines: list[_Timeline], spans: list[tuple[int, int]], switch_last: int, n_days: int
) -> list[int]:
    breaks = {0, switch_last + 1}
    for line in lines:
        breaks.update(line.breaks())
    for first, last in spans:
        breaks.update((first, last + 1))
    return sorted(day for day in breaks if 0 <= day < n_days)


def _levels(lines: list[_Timeline], book: Catalogue, period_day: list[int]) -> np.ndarray:
    level = np.zeros((len(period_day), N_GRADE, len(book)), dtype=np.int8)
    for p, day in enumerate(period_day):
        for m, line in enumerate(lines):
            level[p, :, m] = line.on(day)
    return level


def _asked_levels(
    rulebook: Rulebook, book: Catalogue, level: np.ndarray, period_day: list[int], last: int,
    held: Held,
) -> np.ndarray:  # fmt: skip
    """Return the levels under the relaxed and under the strict set; equal without a switch."""
    asked = np.concatenate([level, level], axis=1)
    if rulebook.switch is not None:
        for s, levels_of in enumerate((rulebook.switch.relaxed, rulebook.switch.strict)):
            for key, levels in levels_of.items():
                places = [book.measure[key].index(v) for v in levels.by_grade()]
                first = held.get(book.index[key], (0, ()))[0]
                for p, day in enumerate(period_day):
                    if first <= day <= last:
                        asked[p, N_GRADE * s : N_GRADE * (s + 1), book.index[key]] = places
    return np.ascontiguousarray(asked)


def _district_levels(
    rulebook: Rulebook,
    book: Catalogue,
    codes: list[str],
    spans: list[tuple[int, int]],
    period_day: list[int],
) -> np.ndarray:
    level = np.full((len(period_day), len(codes), len(book)), NO_LEVEL, dtype=np.int8)
    for item, (first, last) in zip(rulebook.overrides, spans, strict=True):
        if item.district is not None:
            place = book.measure[item.measure].index(item.level)
            for p, day in enumerate(period_day):
                if first <= day <= last:
                    level[p, codes.index(item.district), book.index[item.measure]] = place
    return level


def _sparse(
    rulebook: Rulebook,
    book: Catalogue,
    kind: str,
    spans: list[tuple[int, int]],
    known: dict[str, int],
) -> SparseOverride:
    rows = []
    for item, (first, last) in zip(rulebook.overrides, spans, strict=True):
        if item.place[0] == kind:
            place = int(item.place[1]) if kind == "compound" else known[item.place[1]]
            level = book.measure[item.measure].index(item.level)
            rows.append((place, book.index[item.measure], level, first, last))
    rows.sort(key=lambda row: (row[0], row[1], row[3]))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 5)
    return SparseOverride(
        id=table[:, 0].astype(np.int32),
        measure=table[:, 1].astype(np.int16),
        level=table[:, 2].astype(np.int8),
        first_day=table[:, 3].astype(np.int32),
        last_day=table[:, 4].astype(np.int32),
    )


def _timing(rulebook: Rulebook, book: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    notice, dwell = [], []
    for key, measure in book.measure.items():
        entry = rulebook.measures.get(key)
        own_notice = None if entry is None else entry.notice_days
        own_dwell = None if entry is None else entry.dwell_days
        notice.append(measure.notice_days if own_notice is None else own_notice)
        dwell.append(measure.dwell_days if own_dwell is None else own_dwell)
    return np.array(notice, dtype=np.int16), np.array(dwell, dtype=np.int16)


def _offsets(notice: np.ndarray, dwell: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Return the days after a change of grade on which a level may rise, and may fall."""
    longest = notice + np.maximum(dwell, 1) - 1
    return np.unique(np.concatenate([notice[moves], longest[moves]])).astype(np.int16)


def _grade_rule(rulebook: Rulebook) -> GradeRule:
    g = rulebook.grades
    return GradeRule(
        total=g.total_above,
        new_days=g.new_days,
        cluster_days=g.cluster_days,
        cluster_size=g.cluster_size,
        cluster_link_days=g.cluster_link_days,
        cluster_households=int(g.cluster_households),
        by_onset=int(g.date_basis == "onset"),
    )


def _switch_rule(rulebook: Rulebook) -> SwitchRule:
    s = rulebook.switch
    if s is None:
        return SwitchRule(0, 0, math.inf, math.inf, -math.inf, -math.inf, 1)

    def watched(value: float | None, otherwise: float) -> float:
        return otherwise if value is None else value

    return SwitchRule(
        used=1,
        start_strict=int(s.start == "strict"),
        tighten_beds=watched(s.tighten.beds_share, math.inf),
        tighten_r=watched(s.tighten.reproduction, math.inf),
        relax_beds=watched(s.relax.beds_share, -math.inf),
        relax_r=watched(s.relax.reproduction, -math.inf),
        min_days=s.min_days,
    )
