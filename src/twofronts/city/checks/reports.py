"""Whether dates run forward and reported numbers hang together."""

from __future__ import annotations

import pandas as pd

from twofronts.city.checks.compare import have, rows
from twofronts.city.checks.folder import Folder
from twofronts.city.checks.head import as_of
from twofronts.city.checks.words import plain
from twofronts.errors import Problem

_DATED = ("reports", "arrivals", "policies", "resumption", "behaviour")
_CUMULATIVE = ("cum_confirmed", "cum_cured", "cum_deaths", "contacts_traced", "contacts_released")


def check_time(folder: Folder) -> list[Problem]:
    """Check every dated table, then the reports and the arrivals."""
    problems = []
    for name in _DATED:
        problems += _order(folder, name)
    return [*problems, *_reports(folder), *_arrivals(folder)]


def _order(folder: Folder, name: str) -> list[Problem]:
    frame = have(folder, name, "date")
    if frame is None:
        return []
    before = frame["date"].ffill().shift()
    frame = frame.assign(_before=before)
    problems = rows(
        name,
        frame,
        frame["date"] < before,
        "date",
        "dates out of order",
        "{date} follows {_before}",
        "sort the rows by date",
    )
    last = as_of(folder)
    if last is None:
        return problems
    return problems + rows(
        name,
        frame,
        frame["date"] > pd.Timestamp(last),
        "date",
        "a date after the as-of date",
        f"{{date}} lies after {last}, and the city holds what was known by then",
        "correct the date, or as_of in city.toml",
    )


def _reports(folder: Folder) -> list[Problem]:
    frame = have(folder, "reports", "date", "area")
    if frame is None or frame.empty:
        return []
    if "version" in frame.columns:
        frame = frame.sort_values("version", kind="stable")
        frame = frame.drop_duplicates(["date", "area"], keep="last").sort_index()
    problems = [*_within_a_row(frame)]
    problems += _over_time(frame[frame["date"].notna()].sort_values("date", kind="stable"))
    return problems + _areas(folder, frame)


def _has(frame: pd.DataFrame, *columns: str) -> bool:
    return all(c in frame.columns for c in columns)


def _within_a_row(frame: pd.DataFrame) -> list[Problem]:
    problems = []
    if _has(frame, "cum_confirmed", "cum_cured", "cum_deaths"):
        problems += _outcomes(frame)
    if _has(frame, "in_hospital", "severe"):
        problems += rows(
            "reports",
            frame,
            frame["severe"] > frame["in_hospital"],
            "severe",
            "more severe than in hospital",
            "{severe} severe, {in_hospital} in hospital",
            "correct one of the two",
        )
    if _has(frame, "contacts_traced", "contacts_released", "contacts_observed"):
        seen = frame["contacts_released"] + frame["contacts_observed"]
        problems += rows(
            "reports",
            frame.assign(_seen=seen),
            seen > frame["contacts_traced"],
            "contacts_traced",
            "more contacts held and released than traced",
            "{_seen} held or released, {contacts_traced} traced",
            "correct one of the three",
        )
    return problems


def _outcomes(frame: pd.DataFrame) -> list[Problem]:
    """Compare confirmed with cured, dead and in hospital; what is blank counts as 0."""
    out = frame["cum_cured"].fillna(0) + frame["cum_deaths"].fillna(0)
    problems = rows(
        "reports",
        frame.assign(_out=out),
        out > frame["cum_confirmed"],
        "cum_confirmed",
        "more cured and dead than confirmed",
        "{_out} cured and dead, {cum_confirmed} confirmed",
        "correct one of the three",
    )
    if "in_hospital" not in frame.columns:
        return problems
    left = frame["cum_confirmed"] - out
    return problems + rows(
        "reports",
        frame.assign(_left=left),
        (frame["in_hospital"] > left) & (left >= 0),
        "in_hospital",
        "more in hospital than are ill",
        "{in_hospital} in hospital; confirmed less cured and dead leaves {_left}",
        "correct it, or leave it empty",
    )


def _over_time(frame: pd.DataFrame) -> list[Problem]:
    """Check each area's series; the rows come in order of date."""
    problems = []
    for column in _CUMULATIVE:
        if column not in frame.columns:
            continue
        known = frame[frame[column].notna()]
        known = known.assign(_before=known.groupby("area")[column].shift())
        problems += rows(
            "reports",
            known,
            known[column] < known["_before"],
            column,
            "a cumulative number falls",
            f"{{{column}}} follows {{_before}}",
            "correct one of the two; a correction of the past goes into the earlier row",
        )
    for new, total in (
        ("new_confirmed", "cum_confirmed"),
        ("new_cured", "cum_cured"),
        ("new_deaths", "cum_deaths"),
    ):
        if _has(frame, new, total):
            problems += _steps(frame, new, total)
    return problems


def _steps(frame: pd.DataFrame, new: str, total: str) -> list[Problem]:
    """Compare the new of a day with the step of the cumulative number from the day before."""
    known = frame[frame[total].notna()]
    by_area = known.groupby("area")
    next_day = by_area["date"].diff() == pd.Timedelta(days=1)
    step = by_area[total].diff()
    bad = next_day & known[new].notna() & (step >= 0) & (known[new] != step)
    return rows(
        "reports",
        known.assign(_step=step),
        bad,
        new,
        "new and cumulative disagree",
        f"{{{new}}} new, and {total} rises by {{_step}}",
        "correct one of the two",
    )


def _areas(folder: Folder, frame: pd.DataFrame) -> list[Problem]:
    """Districts add up to the city on days when every district reports."""
    codes = folder.codes("districts.code")
    if not codes:
        return []
    problems = []
    for column in ("new_confirmed", "cum_confirmed", "cum_cured", "cum_deaths"):
        if column not in frame.columns:
            continue
        inside = frame[frame["area"].isin(codes) & frame[column].notna()]
        by_day = inside.groupby("date")[column].agg(["sum", "size"])
        city = frame[frame["area"] == ""].set_index("date")[column].dropna()
        both = by_day[by_day["size"] == len(set(codes))].join(city, how="inner")
        for date, row in both[both["sum"] != both[column]].iterrows():
            day = pd.Timestamp(str(date))
            line = int(frame["_line"][(frame["area"] == "") & (frame["date"] == day)].iloc[0])
            why = (
                f"on {day.date()} the districts have {plain(row['sum'])} together, the city "
                f"{plain(row[column])}"
            )
            remedy = "correct a district or the city; cases of no district belong to one of them"
            problems.append(
                Problem("districts differ from the city", why, remedy, "reports.csv", line, column)
            )
    return problems


def _arrivals(folder: Folder) -> list[Problem]:
    problems = []
    for column, word in (
        ("risk_travellers", "travellers from risk areas"),
        ("returning_workers", "returning workers"),
    ):
        frame = have(folder, "arrivals", "travellers", column)
        if frame is not None:
            problems += rows(
                "arrivals",
                frame,
                frame[column] > frame["travellers"],
                column,
                f"more {word} than travellers",
                f"{{{column}}} of {{travellers}} travellers",
                f"{word} are part of the travellers: correct one of the two",
            )
    return problems
