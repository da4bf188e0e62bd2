"""What an inquiry into the cases of a draw would find: attack rates, intervals, clusters.

The definitions are those of the studies that the simulator is held against: cases are confirmed
cases, a pair is a case and the case that infected it, contacts are those found by tracing together
with the cases of pairs. An attack rate among contacts is of those found: who sought care before
anybody named them was never followed as a contact. Cases of one household who came infected on one
day belong to one cluster, but are no pair: none of them is known to have infected another. A
cluster by place needs a place that can be named: a household and its kin, a site, or what one case
did elsewhere if those it infected there were found as its contacts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from twofronts.epidemic.linelist import chains
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.types import AWAY, COLLECTIVE, COMMUNITY, HOME, KIN, SCHOOL, WORK

COUNTS = (
    "imported",  # confirmed cases infected elsewhere
    "local",  # confirmed cases infected in the city
    "pairs",  # confirmed cases whose infector is confirmed
    "in_clusters",  # confirmed cases that are part of a pair, or came together
    "clusters",  # places with such cases: a household, a site, or what one case did elsewhere
    "household_clusters",  # those of them that are families: of one household, or its kin
    "chains",  # two or more confirmed cases linked by pairs, wherever that was
    "household_chains",  # those in which at least half of the pairs are of one family
    "household_contacts",  # members of family households at home, the first case left out
    "household_infected",  # those of them infected at home
    "contacts",  # people found as contacts, and cases of pairs
    "contacts_infected",  # those of them infected by a confirmed case
    "found",  # people found as contacts
    "found_infected",  # those of them infected by a confirmed case
    "interval_pairs",  # pairs in which both fell ill
    "interval_days",  # from onset to onset in these pairs
    "interval_squares",  # squares of these days
    "isolated",  # confirmed cases with symptoms, infected in the run
    "isolation_days",  # from onset to isolation in these; 0 for who was isolated before
    "isolated_traced",  # those of them found as contacts
    "isolation_days_traced",
)
"""What is counted in each draw, in the order of the columns of ``Inquiry.counts``."""


@dataclass(frozen=True, slots=True, eq=False)
class Inquiry:
    """Counts of draws.

    ``counts`` is float64[draw, count], in the order of ``COUNTS``. [persons, pairs, d, d2]
    """

    counts: np.ndarray

    def of(self, name: str) -> np.ndarray:
        """Return one count by draw, float64[draw]."""
        return self.counts[:, COUNTS.index(name)]

    def ratio(self, above: str, below: str) -> float:
        """Return the sum of one count over draws against that of another; NaN without any."""
        whole = float(self.of(below).sum())
        return float(self.of(above).sum()) / whole if whole > 0 else float("nan")

    @property
    def household_attack(self) -> float:
        """Secondary attack rate in family households of which a case was confirmed. [1]."""
        return self.ratio("household_infected", "household_contacts")

    @property
    def contact_attack(self) -> float:
        """Secondary attack rate among all who were found as contacts. [1]."""
        return self.ratio("found_infected", "found")

    @property
    def reproduction(self) -> float:
        """Observed reproduction number: cases of pairs for each case. [1]."""
        cases = float(self.of("imported").sum() + self.of("local").sum())
        return float(self.of("pairs").sum()) / cases if cases else float("nan")

    @property
    def contacts_per_case(self) -> float:
        """Contacts for each confirmed case. [persons]."""
        cases = float(self.of("imported").sum() + self.of("local").sum())
        return float(self.of("contacts").sum()) / cases if cases else float("nan")

    @property
    def serial_interval(self) -> float:
        """Mean serial interval. [d]."""
        return self.ratio("interval_days", "interval_pairs")

    @property
    def serial_spread(self) -> float:
        """Standard deviation of the serial interval. [d]."""
        square = self.ratio("interval_squares", "interval_pairs") - self.serial_interval**2
        return float(np.sqrt(max(square, 0.0)))

    @property
    def household_clusters(self) -> float:
        """Share of clusters, counted by place as the national protocol does, at home. [1]."""
        return self.ratio("household_clusters", "clusters")


def inquire(
    people: Iterable[np.ndarray],
    residents: Any,
    *,
    until: int,
    onset: tuple[int, int] | None = None,
) -> Inquiry:
    """Count what an inquiry into the draws would find.

    Parameters
    ----------
    people : iterable of PERSON[n]
        Records of each draw, as ``linelist.records`` gives them.
    residents : ResidentArrays
    until : int
        Last day whose confirmations are known. [d]
    onset : tuple of int, optional
        Intervals and days to isolation are those of cases who fell ill from the first of these
        days to the last: of a pair it is the one who infected who counts. [d]

    Returns
    -------
    Inquiry
    """
    parts = list(people)
    draw = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    rows = np.concatenate([np.zeros(0, dtype=t.PERSON), *parts])
    table = np.zeros((len(parts), len(COUNTS)))
    # of those never infected no more than their number is asked
    infected = rows["stage"] != t.SUSCEPTIBLE
    healthy = np.bincount(draw[~infected & (rows["marks"] & t.FOUND > 0)], minlength=len(parts))
    rows, draw = rows[infected], draw[infected]
    cases = _Cases(rows, draw, residents, until)

    def put(name: str, where: np.ndarray, weight: np.ndarray | None = None) -> None:
        table[:, COUNTS.index(name)] = np.bincount(draw[where], weight, minlength=len(parts))

    put("imported", cases.confirmed & cases.imported)
    put("local", cases.confirmed & ~cases.imported)
    put("pairs", cases.paired)
    put("in_clusters", cases.linked)
    _count_clusters(cases, residents, draw, table)
    _count_households(cases, residents, draw, table)
    were_found = rows["marks"] & t.FOUND > 0
    put("contacts_infected", cases.paired | (cases.by_case & were_found))
    put("found_infected", cases.by_case & were_found)
    put("found", were_found)
    table[:, COUNTS.index("found")] += healthy
    table[:, COUNTS.index("contacts")] = healthy + table[:, COUNTS.index("contacts_infected")]
    first, last = onset or (-t.NEVER, t.NEVER)
    then = (rows["onset"] >= first) & (rows["onset"] <= last)
    ill = cases.paired & cases.ill & cases.ill[cases.source] & then[cases.source]
    gap = rows["onset"].astype(float) - rows["onset"][cases.source]
    put("interval_pairs", ill)
    put("interval_days", ill, gap[ill])
    put("interval_squares", ill, gap[ill] ** 2)
    seen = cases.confirmed & cases.ill & (rows["source"] != t.FROM_START) & then
    wait = np.maximum(rows["isolated"].astype(float) - rows["onset"], 0.0)
    put("isolated", seen)
    put("isolation_days", seen, wait[seen])
    seen &= were_found
    put("isolated_traced", seen)
    put("isolation_days_traced", seen, wait[seen])
    return Inquiry(table)


class _Cases:
    """Who is what among the infected of several draws; ``source`` is the row of the infector."""

    def __init__(self, rows: np.ndarray, draw: np.ndarray, residents: Any, until: int):
        self.rows = rows
        self.key = draw * np.int64(len(residents.age)) + rows["person"]
        self.household = residents.household[rows["person"]].astype(np.int64)
        self.imported = rows["marks"] & t.IMPORTED > 0
        self.confirmed = (rows["marks"] & t.CONFIRMED > 0) & (rows["confirmed"] <= until)
        self.ill = rows["traits"] & t.ASYMPTOMATIC == 0
        has_source = rows["source"] >= 0
        wanted = np.where(has_source, self.key - rows["person"] + rows["source"], self.key)
        order = np.argsort(self.key)
        place = np.searchsorted(self.key[order], wanted)
        self.source = order[place] if len(rows) else place
        self.by_case = has_source & self.confirmed[self.source]
        self.paired = self.confirmed & self.by_case
        self.linked = self.paired.copy()
        self.linked[self.source[self.paired]] = True
        self.with_first = self._came_with(draw, residents)
        self.linked |= self.with_first >= 0
        self.linked[self.with_first[self.with_first >= 0]] = True

    def _came_with(self, draw: np.ndarray, residents: Any) -> np.ndarray:
        """Return the row of the first of those one came with, -1 for that one and all others."""
        single = residents.flags[self.rows["person"]] & COLLECTIVE == 0
        came = np.flatnonzero(self.imported & self.confirmed & single)
        where = np.column_stack([draw[came], self.household[came], self.rows["event"][came]])
        _, first, group = np.unique(where, axis=0, return_index=True, return_inverse=True)
        with_first = np.full(len(self.rows), -1, dtype=np.int64)
        others = first[group.ravel()] != np.arange(len(came))
        with_first[came[others]] = came[first[group.ravel()]][others]
        return with_first


def _count_clusters(cases: _Cases, residents: Any, draw: np.ndarray, table: np.ndarray) -> None:
    rows, came = cases.rows, cases.with_first >= 0
    named = (rows["setting"] != COMMUNITY) | (rows["marks"] & t.FOUND > 0)
    pair = cases.paired & named
    source = cases.source[pair]
    setting = rows["setting"][pair].astype(np.int64)
    family = (setting == HOME) | (setting == KIN)
    place = np.where(family, cases.household[source], rows["person"][source])
    at_site = (setting == WORK) | (setting == SCHOOL)
    place = np.where(at_site, rows["site"][source], place)
    kind = np.where(at_site, WORK, np.where(family, HOME, setting))
    families = np.column_stack([draw[came], np.full(came.sum(), HOME), cases.household[came]])
    where = np.vstack([np.column_stack([draw[pair], kind, place]), families])
    where = np.unique(where, axis=0)
    _put_groups(table, "clusters", "household_clusters", where[:, 0], where[:, 1] == HOME)
    pair = cases.paired
    above = np.where(pair, cases.key[cases.source], t.FROM_START)
    above[came] = cases.key[cases.with_first[came]]
    linked = pair | came
    chain, which = np.unique(chains(cases.key, above)[linked], return_inverse=True)
    first = np.zeros(len(chain), dtype=np.int64)
    first[which] = draw[linked]
    at_home = came[linked] | np.isin(rows["setting"][linked], (HOME, KIN))
    home = np.bincount(which, at_home, minlength=len(chain))
    pairs = np.bincount(which, minlength=len(chain))
    _put_groups(table, "chains", "household_chains", first, home >= 0.5 * pairs)


def _put_groups(
    table: np.ndarray, every: str, some: str, draw: np.ndarray, are_some: np.ndarray
) -> None:
    table[:, COUNTS.index(every)] = np.bincount(draw, minlength=len(table))
    table[:, COUNTS.index(some)] = np.bincount(draw, are_some, minlength=len(table))


def _count_households(cases: _Cases, residents: Any, draw: np.ndarray, table: np.ndarray) -> None:
    """Count those exposed and infected in family households of which a member was confirmed."""
    rows = cases.rows
    case = np.flatnonzero(cases.confirmed & (residents.flags[rows["person"]] & COLLECTIVE == 0))
    at_home = (rows["source"] >= 0) & (rows["setting"] == HOME)
    n_household = np.int64(len(residents.household_start))
    home = draw * n_household + residents.household[rows["person"]]
    homes = np.unique(home[case])
    household, which_draw = homes % n_household, homes // n_household
    low, high = residents.household_start[household], residents.household_start[household + 1]
    size = (high - low).astype(np.int64)
    # those who are away and were never met are not at home
    member = np.repeat(low, size) + np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    gone = (residents.flags[member] & AWAY > 0).astype(np.int64)
    absent = np.bincount(np.repeat(np.arange(len(homes)), size), gone, minlength=len(homes))
    touched = np.flatnonzero((residents.flags[rows["person"]] & AWAY > 0) & np.isin(home, homes))
    back = np.bincount(np.searchsorted(homes, home[touched]), minlength=len(homes))
    infected = np.flatnonzero(at_home & np.isin(home, homes))
    exposed = np.maximum(size - 1 - absent + back, 0)
    table[:, COUNTS.index("household_contacts")] = np.bincount(
        which_draw, exposed, minlength=len(table)
    )
    table[:, COUNTS.index("household_infected")] = np.bincount(draw[infected], minlength=len(table))
