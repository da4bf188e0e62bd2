"""A rulebook held against the catalogue: names, order, terms, overlaps. Every fault at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from twofronts.measures.catalogue import Catalogue, Measure, nearest
from twofronts.measures.rulebook import (
    GRADES,
    Change,
    GradeLevels,
    Override,
    Rulebook,
    Term,
)
from twofronts.measures.toml_lines import Path

# Only to put dates and days on one axis where no run gives a start
_SOME_START = dt.date(2020, 1, 1)
# Caps on attendance by group of sectors
ATTENDANCE = ("attend_essential", "attend_industry", "attend_services")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault and its path in the rulebook."""

    path: Path
    what: str
    why: str
    remedy: str


def faults(book: Rulebook, catalogue: Catalogue) -> list[Fault]:
    """Return every fault of a rulebook against the catalogue.

    Parameters
    ----------
    book : Rulebook
    catalogue : Catalogue

    Returns
    -------
    list of Fault
        Empty if the rulebook can be issued. Places are not known here; ``compile_rulebook`` holds
        them against the city.
    """
    found: list[Fault] = []
    for key, entry in book.measures.items():
        path: Path = ("measures", key)
        found += _levels(catalogue, path, key, entry.level)
        found += _term(catalogue, book, path, key, entry.level.by_grade(), entry)
    found += _changes(catalogue, book)
    found += _overrides(catalogue, book)
    if book.switch is not None:
        for name, levels_of in (("strict", book.switch.strict), ("relaxed", book.switch.relaxed)):
            for key, levels in levels_of.items():
                path = ("switch", name, key)
                found += _levels(catalogue, path, key, levels)
                found += _term(catalogue, book, path, key, levels.by_grade(), book.switch)
    return found


def _measure(catalogue: Catalogue, path: Path, key: str) -> Iterator[Fault]:
    if key not in catalogue.measure:
        yield Fault(
            path,
            f"unknown measure {key!r}",
            "a rulebook sets measures of the catalogue",
            nearest(key, catalogue.keys) + "; `twofronts measures` lists them",
        )


def _level(catalogue: Catalogue, path: Path, key: str, level: str) -> Iterator[Fault]:
    if key in catalogue.measure and level not in catalogue.measure[key].levels:
        yield Fault(
            path,
            f"{key} has no level {level!r}",
            "its levels are " + ", ".join(catalogue.measure[key].levels),
            nearest(level, catalogue.measure[key].levels),
        )


def _levels(catalogue: Catalogue, path: Path, key: str, levels: GradeLevels) -> Iterator[Fault]:
    yield from _measure(catalogue, path, key)
    seen = set()
    for grade, level in zip(GRADES, levels.by_grade(), strict=True):
        if level not in seen:
            seen.add(level)
            yield from _level(catalogue, (*path, "level", grade), key, level)
    measure = catalogue.measure.get(key)
    # support may well be for calm districts only: vouchers, say
    if measure and measure.kind != "support" and seen <= set(measure.levels):
        places = [measure.index(level) for level in levels.by_grade()]
        if places != sorted(places):
            yield Fault(
                (*path, "level"),
                f"{key} is lower in a higher grade",
                "a district with more cases cannot be asked for less: "
                + ", ".join(f"{g} {v}" for g, v in zip(GRADES, levels.by_grade(), strict=True)),
                "order the three levels from low to high, or give one level for all",
            )


def _term(
    catalogue: Catalogue,
    book: Rulebook,
    path: Path,
    key: str,
    levels: tuple[str, ...],
    term: Term,
) -> Iterator[Fault]:
    """Ask a basis and an end of every order that is above ordinary life."""
    measure = catalogue.measure.get(key)
    if measure is None or not measure.order or set(levels) <= {measure.levels[0]}:
        return
    if not (term.basis or book.orders.basis):
        yield Fault(
            path,
            f"{key} has no basis",
            "it restricts people, and a restriction rests on a law or a decision that can be named",
            f"add basis = {measure.basis['en']!r} here, or a basis for all under [orders]",
        )
    if all(end is None for end in (term.until, term.days, book.orders.until, book.orders.days)):
        yield Fault(
            path,
            f"{key} has no end",
            "a restriction on people ends on a date unless it is renewed",
            "add until = 2020-03-18 or days = 28 here, or an end for all under [orders]",
        )


def _changes(catalogue: Catalogue, book: Rulebook) -> Iterator[Fault]:
    previous: dict[bool, int] = {}
    seen: dict[tuple[str, bool, int], int] = {}
    for i, change in enumerate(book.changes):
        path: Path = ("changes", i)
        yield from _levels(catalogue, path, change.measure, change.level)
        yield from _term(catalogue, book, path, change.measure, change.level.by_grade(), change)
        dated = change.date is not None
        first = change.first_day(_SOME_START)
        if first < previous.get(dated, first):
            yield Fault(
                (*path, "date" if dated else "day"),
                f"changes are out of order: {_when(change)} stands after a later one",
                "changes are listed in the order in which they happen",
                "move it up, or correct the date",
            )
        previous[dated] = max(first, previous.get(dated, first))
        if (change.measure, dated, first) in seen:
            yield Fault(
                path,
                f"{change.measure} changes twice at once ({_when(change)})",
                f"change {seen[change.measure, dated, first] + 1} already sets it then",
                "keep one of the two",
            )
        seen.setdefault((change.measure, dated, first), i)
        yield from _ends_after(path, change, change.date)


def _when(item: Change) -> str:
    return str(item.date) if item.date is not None else f"day {item.day}"


def _ends_after(path: Path, term: Term, first: dt.date | None) -> Iterator[Fault]:
    if first is not None and term.until is not None and term.until < first:
        yield Fault(
            (*path, "until"),
            f"it ends on {term.until}, before it begins on {first}",
            "an order is in force from its first to its last day",
            "put the two dates in order",
        )


def capped_group(measure: Measure) -> str:
    """Return the group of sectors whose attendance a measure caps, "" if it caps none."""
    named = {e for level in measure.level for e in level.effects if e in ATTENDANCE}
    return named.pop().removeprefix("attend_") if len(named) == 1 else ""


def _overrides(catalogue: Catalogue, book: Rulebook) -> Iterator[Fault]:
    for i, item in enumerate(book.overrides):
        path: Path = ("overrides", i)
        yield from _measure(catalogue, (*path, "measure"), item.measure)
        yield from _level(catalogue, (*path, "level"), item.measure, item.level)
        yield from _term(catalogue, book, path, item.measure, (item.level,), item)
        yield from _ends_after(path, item, item.date)
        measure = catalogue.measure.get(item.measure)
        if measure is not None and item.checkpoint is not None:
            if not measure.tier:
                yield Fault(
                    (*path, "measure"),
                    f"{item.measure} does not work at checkpoints",
                    "a checkpoint has a level of the measure of its tier only",
                    "choose of " + ", ".join(k for k, m in catalogue.measure.items() if m.tier),
                )
        elif measure is not None and measure.scope == "city":
            yield Fault(
                (*path, "measure"),
                f"{item.measure} holds for the whole city",
                "it cannot have a level of its own in one district, compound, enterprise or sector",
                "set it under [measures] or [[changes]]",
            )
        elif measure is not None and item.sector is not None and not capped_group(measure):
            yield Fault(
                (*path, "measure"),
                f"{item.measure} is not told by sector",
                "only attendance at work is: other measures hold where people live or meet",
                "choose of "
                + ", ".join(k for k, m in catalogue.measure.items() if capped_group(m)),
            )
        for j, other in enumerate(book.overrides[:i]):
            same = item.measure == other.measure or item.checkpoint is not None
            if same and item.place == other.place and _overlap(book, item, other):
                what = item.measure if item.measure == other.measure else "the level"
                yield Fault(
                    path,
                    f"overrides {j + 1} and {i + 1} overlap",
                    f"both set {what} of {' '.join(item.place)} on the same days",
                    "end the first before the second begins, or keep one",
                )


def _overlap(book: Rulebook, a: Override, b: Override) -> bool:
    spans = []
    for item in (a, b):
        first = item.first_day(_SOME_START)
        last = item.last_day(_SOME_START, first)
        if last is None:
            last = book.orders.last_day(_SOME_START, first)
        spans.append((first, 10**6 if last is None else last))
    return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]
