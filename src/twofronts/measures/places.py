"""Places that a rulebook names, held against the city."""

from __future__ import annotations

from typing import Any

from twofronts.errors import Problem, RulebookError
from twofronts.measures.catalogue import Catalogue
from twofronts.measures.checks import capped_group
from twofronts.measures.rulebook import Rulebook


def check_places(
    rulebook: Rulebook,
    codes: list[str],
    n_compounds: int,
    sites: dict[str, int],
    residents: Any,
) -> None:
    """Refuse districts, compounds and enterprises that the city does not have.

    Parameters
    ----------
    rulebook : Rulebook
    codes : list of str
        Of the districts.
    n_compounds : int
    sites : dict of str to int
        Site of each enterprise of the register, by its id.
    residents : Residents or None

    Raises
    ------
    RulebookError
        Naming each of them.
    """
    problems = []
    for i, item in enumerate(rulebook.overrides):
        kind, name = item.place
        if kind == "district" and name not in codes:
            why = "an override names a district by its code in districts.csv"
            remedy = "choose of " + ", ".join(codes)
        elif kind == "compound" and int(name) >= n_compounds:
            why = f"the city as built has compounds 0 to {n_compounds - 1}"
            remedy = "name one of those, or a district"
            if n_compounds == 0:
                why, remedy = "no residents were built", "pass the residents to the run"
        elif kind == "enterprise" and name not in sites:
            why = "an override names an enterprise by its id in enterprises.csv"
            remedy = "look the id up in the register"
            if getattr(residents, "scale", 1.0) < 1:
                remedy = "at a scale below 1 part of the register is left out: build all residents"
            if not sites:
                why, remedy = "no residents were built from a register", "override its district"
        else:
            continue
        where = f"overrides.{i}.{kind}"
        file = f"rulebook {rulebook.name}"
        problems.append(Problem(f"unknown {kind} {name!r}", why, remedy, file=file, column=where))
    if problems:
        raise RulebookError(problems)


def check_sectors(rulebook: Rulebook, book: Catalogue, city: Any, sectors: dict[str, int]) -> None:
    """Refuse a sector that the city does not have, or a cap on attendance of another group.

    Parameters
    ----------
    rulebook : Rulebook
    book : Catalogue
    city : City
        Its table ``sectors`` tells the group of each.
    sectors : dict of str to int
        Place of each sector, by its code.

    Raises
    ------
    RulebookError
        Naming each of them.
    """
    problems = []
    for i, item in enumerate(rulebook.overrides):
        if item.sector is None:
            continue
        group = capped_group(book.measure[item.measure])
        what = f"unknown sector {item.sector!r}"
        why = "an override names a sector by its code in sectors.csv"
        remedy = "choose of " + ", ".join(sectors) if sectors else "give the city its sectors"
        if item.sector in sectors:
            own = str(city.sectors["group"].iloc[sectors[item.sector]])
            if own == group:
                continue
            what = f"{item.measure} does not hold for sector {item.sector}"
            why = f"its group in sectors.csv is {own}"
            remedy = "choose " + " or ".join(
                k for k, m in book.measure.items() if capped_group(m) == own
            )
        where = f"overrides.{i}.sector"
        problems.append(Problem(what, why, remedy, file=f"rulebook {rulebook.name}", column=where))
    if problems:
        raise RulebookError(problems)
