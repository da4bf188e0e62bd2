"""Whether the people add up: districts, ages, households, neighbours, commuting, schools."""

from __future__ import annotations

import pandas as pd

from twofronts.city.checks.compare import (
    SHARE_ROUNDING,
    complete,
    differ,
    have,
    last_line,
    rows,
)
from twofronts.city.checks.folder import HEAD_FILE, Folder
from twofronts.city.checks.toml_text import line_of
from twofronts.city.checks.words import plain
from twofronts.errors import Problem


def check_people(folder: Folder) -> list[Problem]:
    """Check everything that counts residents against the districts' residents."""
    return [
        *_population(folder),
        *_neighbours(folder),
        *_ages(folder),
        *_households(folder),
        *_commuting(folder),
        *_schools(folder),
    ]


def residents(folder: Folder) -> float | None:
    """Return the residents of all districts, if every one is known. [person]."""
    frame = have(folder, "districts", "population")
    if frame is None or not complete(frame, "population"):
        return None
    return float(frame["population"].sum())


def _population(folder: Folder) -> list[Problem]:
    total, stated = residents(folder), folder.scalar("population")
    problems = []
    if total is not None and stated is not None and total != stated:
        why = (
            f"the districts have {plain(total)} residents together, city.toml says "
            f"{plain(stated)}: {plain(abs(total - stated))} apart"
        )
        frame = folder.typed["districts"]
        problems.append(
            Problem(
                "populations do not add up",
                why,
                "correct a district, or population in city.toml",
                "districts.csv",
                last_line(frame),
                "population",
            )
        )
    migrants = folder.scalar("migrants")
    if total is not None and migrants is not None and migrants > total:
        line = line_of(folder.head_text, "scalars", "migrants", "value")
        why = f"{plain(migrants)} migrants are more than the {plain(total)} residents"
        remedy = "migrants are a part of the residents: correct one of the two"
        problems.append(
            Problem(
                "more migrants than residents", why, remedy, HEAD_FILE, line, "scalars.migrants"
            )
        )
    return problems


def _neighbours(folder: Folder) -> list[Problem]:
    frame = have(folder, "neighbours", "district_a", "district_b")
    if frame is None:
        return []
    own = frame["district_a"] == frame["district_b"]
    problems = rows(
        "neighbours",
        frame,
        own,
        "district_b",
        "a district is its own neighbour",
        "both sides of the pair are {district_a}",
        "name the other district",
    )
    pair = [tuple(sorted(p)) for p in zip(frame["district_a"], frame["district_b"], strict=True)]
    again = pd.Series(pair).duplicated() & ~frame.duplicated(["district_a", "district_b"]) & ~own
    return problems + rows(
        "neighbours",
        frame,
        again,
        "district_a",
        "the pair stands here twice",
        "{district_a} and {district_b} are neighbours already, the other way round",
        "keep one of the two rows: a border has no direction",
    )


def _coverage(folder: Folder, name: str, frame: pd.DataFrame) -> list[Problem]:
    """Rows of a table are for the whole city, or for every district."""
    codes = folder.codes("districts.code")
    if codes is None or (frame["district"] == "").any():
        return []
    lacking = [c for c in codes if c not in set(frame["district"])]
    if not lacking or frame.empty:
        return []
    why = "there is no row for the whole city (blank district) to stand in for it"
    remedy = "add rows for the district, or rows with a blank district"
    return [
        Problem(
            f"district {c} has no rows", why, remedy, f"{name}.csv", last_line(frame), "district"
        )
        for c in lacking
    ]


def _ages(folder: Folder) -> list[Problem]:
    frame = have(folder, "ages", "district", "age", "share")
    if frame is None:
        return []
    return [*_coverage(folder, "ages", frame), *_sum_to_one("ages", frame, "district")]


def _sum_to_one(name: str, frame: pd.DataFrame, by: str) -> list[Problem]:
    problems = []
    for key, group in frame.groupby(by, sort=False):
        name_of = str(key)
        if not complete(group, "share"):
            continue
        total = float(group["share"].sum())
        if abs(total - 1) > SHARE_ROUNDING:
            whose = f"{by} {name_of}" if name_of else "the whole city"
            remedy = "divide each share by their sum" if total > 0 else "write the shares"
            if abs(total - 100) < 1:
                remedy = "these are percent: divide each by 100"
            problems.append(
                Problem(
                    "shares do not add to 1",
                    f"those of {whose} add to {total:.6g}",
                    remedy,
                    f"{name}.csv",
                    last_line(group),
                    "share",
                )
            )
    return problems


def _households(folder: Folder) -> list[Problem]:
    frame = have(folder, "households", "district", "kind", "size", "n_households")
    if frame is None:
        return []
    problems = _coverage(folder, "households", frame)
    blank = frame["district"] == ""
    if blank.any() and not blank.all():
        problems += rows(
            "households",
            frame,
            ~blank,
            "district",
            "the household is counted twice",
            "district {district} has rows of its own beside those of the whole city",
            "keep the rows of the whole city, or those of the districts",
        )
        return problems
    if not complete(frame, "size", "n_households"):
        return problems
    return problems + _household_totals(folder, frame)


def _household_totals(folder: Folder, frame: pd.DataFrame) -> list[Problem]:
    people = frame["size"] * frame["n_households"]
    problems = []

    def compare(found: float, stated: float | None, what: str, key: str, line: int) -> None:
        if stated is not None and differ(found, stated):
            why = f"the table makes {plain(found)} {what}, {key} is {plain(stated)}"
            remedy = f"correct the table or {key}; published sizes often leave out large households"
            problems.append(
                Problem(
                    "households do not add up",
                    why,
                    remedy,
                    "households.csv",
                    line,
                    "n_households",
                )
            )

    compare(
        float(people.sum()), residents(folder), "persons", "the districts' sum", last_line(frame)
    )
    for kind in ("family", "collective"):
        own = frame["kind"] == kind
        line = last_line(frame, own)
        count, inside = f"{kind}_households", f"persons_in_{kind}_households"
        households = float(frame["n_households"][own].sum())
        compare(households, folder.scalar(count), "households", count, line)
        compare(float(people[own].sum()), folder.scalar(inside), "persons", inside, line)
    return problems


def _commuting(folder: Folder) -> list[Problem]:
    frame = have(folder, "commuting", "home", "work", "share")
    if frame is None:
        return []
    problems = _sum_to_one("commuting", frame, "home")
    for code in folder.codes("districts.code") or []:
        if code not in set(frame["home"]):
            why = "where its workers go is not said"
            remedy = f"add rows with home {code}, or leave out the table for a gravity law"
            problems.append(
                Problem(
                    f"district {code} has no rows",
                    why,
                    remedy,
                    "commuting.csv",
                    last_line(frame),
                    "home",
                )
            )
    return problems


def _schools(folder: Folder) -> list[Problem]:
    frame = have(folder, "schools", "district", "n_sites", "pupils")
    if frame is None:
        return []
    problems = rows(
        "schools",
        frame,
        (frame["pupils"] > 0) & (frame["n_sites"] == 0),
        "n_sites",
        "pupils without a school",
        "{pupils} pupils have 0 schools",
        "write the number of schools, or 0 pupils",
    )
    pupils, total = frame["pupils"].sum(), residents(folder)
    if total is not None and pupils > total:
        why = f"{plain(pupils)} pupils are more than the {plain(total)} residents"
        remedy = "correct the pupils; each resident goes to one school at most"
        where = last_line(frame)
        problems.append(
            Problem("more pupils than residents", why, remedy, "schools.csv", where, "pupils")
        )
    return problems
