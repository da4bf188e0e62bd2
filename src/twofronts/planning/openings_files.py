"""A case of opening sectors as files, the way a user would write down a published one.

A folder holds ``sectors.csv`` (a row for each sector), ``net_output.csv`` (what each good's makers
deliver to final users less what all sectors take of it, with users in columns, money a month),
``community.csv`` (contacts of the four ages with each other, persons a day) and ``case.toml``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.errors import CityError, Problem

# Ages 0-4, 5-19, 20-64 and 65 up; those at work are of the third
N_AGE, ADULT = 4, 2
_NUMBERS = (
    "value_added", "workers", "contacts_staff", "contacts_customers", "home_share", "least", "owed",
)  # fmt: skip
_SCALARS = (
    "beds", "end_reproduction", "basic_reproduction", "months", "latent_days", "infectious_days",
    "severe_days", "hospital_days", "symptomatic_share", "silent_infectivity", "contact_factor",
    "returns", "immune", "travel_contacts", "hospitality_contacts",
)  # fmt: skip
_LISTS = {
    "population": N_AGE, "severe_share": N_AGE, "hospital_share": N_AGE, "school_contacts": 2,
    "start": 5,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class OpeningCase:
    """A case of opening sectors. s: sectors.

    Parameters
    ----------
    sectors : tuple of str
    value_added : float64[s]
        Of a normal month. [money/month]
    workers : float64[s]
        [persons]
    contacts_staff, contacts_customers : float64[s]
        Of somebody at work with staff of the sector; with customers. [persons/d]
    home_share : float64[s]
        Of the work that is done at home while measures apply. [1]
    least, most : float64[s]
        Bounds of output against normal. [1]
    owed : float64[s]
        Output against normal whose deliveries to final users must still be reached. [1]
    hospitality : float64[s]
        1 for hospitality, else 0.
    school : int
        The sector of education, -1 if none.
    net_output : float64[s, s]
        [money/month]
    community : float64[4, 4]
        [persons/d]
    population, severe_share, hospital_share : tuple of 4 float
        By age: everybody [persons]; of symptomatic infections, severe; of those, in hospital. [1]
    school_contacts : tuple of 2 float
        Of the two youngest ages at school. [persons/d]
    start : tuple of 5 float
        Share exposed, without symptoms, mild, severe, in hospital at the start. [1]
    periods : tuple of str
    beds, end_reproduction, basic_reproduction : float
    months : float
        Of a period.
    latent_days, infectious_days, severe_days, hospital_days : float
        [d]
    symptomatic_share, silent_infectivity : float
        Share of infections with symptoms; infectivity without them against with. [1]
    contact_factor : float
        Transmission against before the outbreak: distance and masks. [1]
    returns : float
        Output is staff to this power. [1]
    immune : float
        Share immune at the start. [1]
    travel_contacts, hospitality_contacts : float
        Of everybody at work while travelling; of everybody with all hospitality open. [persons/d]
    published : float
        The published optimum, NaN if there is none. [money]
    source : str
    """

    sectors: tuple[str, ...]
    value_added: np.ndarray
    workers: np.ndarray
    contacts_staff: np.ndarray
    contacts_customers: np.ndarray
    home_share: np.ndarray
    least: np.ndarray
    most: np.ndarray
    owed: np.ndarray
    hospitality: np.ndarray
    school: int
    net_output: np.ndarray
    community: np.ndarray
    population: tuple[float, ...]
    severe_share: tuple[float, ...]
    hospital_share: tuple[float, ...]
    school_contacts: tuple[float, ...]
    start: tuple[float, ...]
    periods: tuple[str, ...]
    beds: float
    end_reproduction: float
    basic_reproduction: float
    months: float
    latent_days: float
    infectious_days: float
    severe_days: float
    hospital_days: float
    symptomatic_share: float
    silent_infectivity: float
    contact_factor: float
    returns: float
    immune: float
    travel_contacts: float
    hospitality_contacts: float
    published: float = float("nan")
    source: str = ""


def load_openings(folder: str | Path) -> OpeningCase:
    """Read a case of opening sectors.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    OpeningCase

    Raises
    ------
    CityError
        With every problem of the files.
    """
    folder = Path(folder)
    problems: list[Problem] = []
    names = ("sectors.csv", "net_output.csv", "community.csv", "case.toml")
    for name in names:
        if not (folder / name).is_file():
            problems.append(
                Problem(
                    what=f"{name} is missing",
                    why="a case is " + ", ".join(names),
                    remedy="write it as docs/planning.md says",
                    file=str(folder / name),
                )
            )
    if problems:
        raise CityError(problems)
    sectors = pd.read_csv(folder / "sectors.csv", dtype={"sector": str, "role": str})
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    net = pd.read_csv(folder / "net_output.csv", index_col=0)
    community = pd.read_csv(folder / "community.csv", index_col=0)
    problems += _sector_problems(sectors, folder) + _case_problems(case, folder)
    if not problems:
        problems += _matrix_problems(sectors, net, community, folder)
    if problems:
        raise CityError(problems)
    role = sectors["role"].fillna("") if "role" in sectors else pd.Series([""] * len(sectors))
    least = sectors["least"].to_numpy(float)
    schools = np.flatnonzero(role == "school")
    values: dict[str, Any] = {k: sectors[k].to_numpy(float) for k in _NUMBERS if k != "least"}
    values |= {k: float(case[k]) for k in _SCALARS}
    values |= {k: tuple(float(x) for x in case[k]) for k in _LISTS}
    return OpeningCase(
        sectors=tuple(sectors["sector"]),
        least=np.minimum(least, 1.0),
        # what stood above normal in the lockdown may stay there
        most=np.maximum(least, 1.0),
        hospitality=(role == "hospitality").to_numpy(float),
        school=int(schools[0]) if schools.size else -1,
        net_output=net.to_numpy(float),
        community=community.to_numpy(float),
        periods=tuple(str(x) for x in case["periods"]),
        published=float(case.get("published", float("nan"))),
        source=str(case.get("source", "")),
        **values,
    )


def _problem(what: str, why: str, path: Path, row: int | None = None) -> Problem:
    return Problem(what=what, why=why, remedy="correct it in the file", file=str(path), line=row)


def _sector_problems(table: pd.DataFrame, folder: Path) -> list[Problem]:
    path = folder / "sectors.csv"
    missing = [c for c in ("sector", *_NUMBERS) if c not in table]
    if missing:
        return [_problem("columns are missing: " + ", ".join(missing), "each is used", path)]
    found = []
    for name in _NUMBERS:
        values = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
        top = {"home_share": 1.0, "owed": 2.0, "least": 2.0}.get(name, np.inf)
        for i in np.flatnonzero(~((values >= 0) & (values <= top))):
            why = f"{name} is a number from 0" + (f" to {top:g}" if np.isfinite(top) else " up")
            what = f"{name} of {table['sector'][i]} is {table[name][i]!r}"
            found.append(_problem(what, why, path, int(i) + 2))
    twice = table["sector"][table["sector"].duplicated()]
    found += [_problem(f"sector {s} occurs twice", "a row is a sector", path) for s in twice]
    return found


def _case_problems(case: dict[str, Any], folder: Path) -> list[Problem]:
    path = folder / "case.toml"
    found = []
    for name in _SCALARS:
        if not isinstance(case.get(name), (int, float)) or not np.isfinite(case[name]):
            found.append(_problem(f"{name} is {case.get(name)!r}", "it must be a number", path))
        elif case[name] < 0:
            found.append(_problem(f"{name} is {case[name]}", "it is never below 0", path))
    for name, n in _LISTS.items():
        values = case.get(name)
        good = isinstance(values, list) and len(values) == n
        if not good or not all(isinstance(x, (int, float)) and x >= 0 for x in values or []):
            found.append(_problem(f"{name} is {values!r}", f"it is {n} numbers from 0", path))
    if not isinstance(case.get("periods"), list) or not case["periods"]:
        found.append(_problem("periods are not given", "openings are set by period", path))
    return found


def _matrix_problems(
    sectors: pd.DataFrame, net: pd.DataFrame, community: pd.DataFrame, folder: Path
) -> list[Problem]:
    found = []
    names = list(sectors["sector"])
    if [str(x) for x in net.index] != names or [str(x) for x in net.columns] != names:
        why = "rows and columns are the sectors of sectors.csv, in that order"
        found.append(_problem("the sectors differ", why, folder / "net_output.csv"))
    for table, name, n in ((net, "net_output.csv", len(names)), (community, "community.csv", 4)):
        values = table.apply(pd.to_numeric, errors="coerce").to_numpy(float)
        if values.shape != (n, n) or not np.isfinite(values).all():
            found.append(
                _problem(
                    f"{name} is {values.shape[0]} x {values.shape[1]}, "
                    f"{int((~np.isfinite(values)).sum())} cells are no number",
                    f"it is {n} x {n} numbers", folder / name,
                )
            )  # fmt: skip
    return found
