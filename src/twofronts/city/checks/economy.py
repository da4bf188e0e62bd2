"""Whether jobs, workplaces, beds and sectors' accounts add up."""

from __future__ import annotations

from twofronts.city.checks.accounts import check_accounts
from twofronts.city.checks.compare import complete, differ, have, last_line, rows
from twofronts.city.checks.folder import Folder
from twofronts.city.checks.people import residents
from twofronts.city.checks.words import plain
from twofronts.errors import Problem


def check_economy(folder: Folder) -> list[Problem]:
    """Check jobs by sector, the register, hospitals and the input-output tables."""
    return [
        *_workers(folder),
        *_employment(folder),
        *_register(folder),
        *_hospitals(folder),
        *check_accounts(folder),
    ]


def _workers(folder: Folder) -> list[Problem]:
    frame = have(folder, "sectors", "workers")
    if frame is None or not complete(frame, "workers"):
        return []
    total = float(frame["workers"].sum())
    problems = []

    def add(what: str, why: str, remedy: str) -> None:
        line = last_line(frame)
        problems.append(Problem(what, why, remedy, "sectors.csv", line, "workers"))

    people, stated = residents(folder), folder.scalar("employed")
    if people is not None and total > people:
        why = f"{plain(total)} workers are more than the {plain(people)} residents"
        add(
            "more workers than residents", why, "correct the workers; is a unit of 10,000 mixed in?"
        )
    if stated is not None and differ(total, stated):
        why = f"the sectors have {plain(total)} workers together, employed is {plain(stated)}"
        add("workers do not add up", why, "correct a sector, or employed in city.toml")
    return problems


def _by_sector(
    folder: Folder, name: str, column: str, *, at_most: bool, remedy: str
) -> list[Problem]:
    """Compare a table's sum in each sector with the sector's workers."""
    sectors = have(folder, "sectors", "sector", "workers")
    frame = have(folder, name, "sector", column)
    if sectors is None or frame is None:
        return []
    workers = sectors.drop_duplicates("sector").set_index("sector")["workers"]
    groups = frame.groupby("sector", sort=False)
    found = groups[column].sum()[groups[column].count() == groups.size()]
    both = found.to_frame("found").join(workers.rename("stated").dropna(), how="inner")
    both["line"] = groups["_line"].max()
    problems = []
    for sector, row in both.iterrows():
        if not differ(row["found"], row["stated"]) or (at_most and row["found"] < row["stated"]):
            continue
        more = "more than" if at_most else "not"
        here, there = plain(row["found"]), plain(row["stated"])
        why = f"sector {sector} has {here} here, {more} the {there} of sectors.csv"
        where = int(row["line"])
        problems.append(Problem("workers do not add up", why, remedy, f"{name}.csv", where, column))
    return problems


def _employment(folder: Folder) -> list[Problem]:
    remedy = "correct a district, or the sector's workers"
    return _by_sector(folder, "employment", "workers", at_most=False, remedy=remedy)


def _register(folder: Folder) -> list[Problem]:
    remedy = "correct the staff, or the sector's workers; a register may hold fewer, never more"
    return _by_sector(folder, "enterprises", "staff", at_most=True, remedy=remedy)


def _hospitals(folder: Folder) -> list[Problem]:
    problems = []
    for column, word in (("designated_beds", "designated"), ("icu_beds", "intensive care")):
        frame = have(folder, "hospitals", "beds", column)
        if frame is not None:
            problems += rows(
                "hospitals",
                frame,
                frame[column] > frame["beds"],
                column,
                f"more {word} beds than beds",
                f"{{{column}}} of {{beds}} beds",
                f"{word} beds are part of the beds: correct one of the two",
            )
    return problems
