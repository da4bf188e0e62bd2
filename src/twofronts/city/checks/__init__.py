"""Everything that is wrong with a city's folder, named at once: file, line, column, why, remedy."""

from __future__ import annotations

from pathlib import Path

from twofronts.city.checks.columns import check_table
from twofronts.city.checks.economy import check_economy
from twofronts.city.checks.folder import Folder, open_folder
from twofronts.city.checks.head import check_head
from twofronts.city.checks.people import check_people
from twofronts.city.checks.reports import check_time
from twofronts.city.checks.shapes import check_map
from twofronts.city.checks.sidecars import check_sidecar
from twofronts.city.tables import TABLE
from twofronts.errors import Problem

__all__ = ["check_city"]


def check_city(path: str | Path) -> list[Problem]:
    """Name every problem of a city's folder at once.

    Each file is read once; tables are checked column by column and then against each other. A
    table that cannot be read is left out of the comparisons, so that one broken file does not hide
    what is wrong in the others.

    Parameters
    ----------
    path : str or Path
        The folder, or a built-in city's folder.

    Returns
    -------
    list of Problem
        In order of file and line; empty when the city is sound. ``file`` is relative to the folder.
    """
    folder, problems = open_folder(Path(path))
    if folder is None:
        return problems
    problems += check_head(folder)
    _check_tables(folder, problems)
    for check in (check_people, check_economy, check_time, check_map):
        problems += check(folder)
    return sorted(set(problems), key=_place)


def _check_tables(folder: Folder, problems: list[Problem]) -> None:
    """Check each table by itself; keep the typed values for the comparisons."""
    for name, raw in folder.raw.items():
        problems += check_table(folder, raw, TABLE[name])
        problems += check_sidecar(folder, name)
    if folder.map_text is not None:
        problems += check_sidecar(folder, "map")


def _place(problem: Problem) -> tuple[bool, str, int, str, str]:
    first = problem.file != "city.toml"
    return first, problem.file, problem.line or 0, str(problem.column or ""), problem.what
