"""The register of cases as the line list that a situation reads: days and places, no person.

A case goes out under a running number with its district, its days, whether it was infected outside
the city, and the running number of whoever infected it. Names, numbers, addresses and ages stay in
the register. The file is kept with the situation, so that it can be worked out again, and is handed
only to those who may view cases.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from twofronts_office.reports.choices import Classification
from twofronts_office.reports.models import Case

LINES_FILE = "cases.csv"
HEAD = ("id", "area", "onset", "isolation", "confirmation", "imported", "infector")
# with fewer of the reported cases in the register its curve would be read as the city's: assumed
ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Register:
    """What the register of cases holds on a day, for those who read the estimates.

    ``used`` says whether the situation rests on it.
    """

    confirmed: int
    suspected: int
    with_onset: int
    reported: int
    used: bool


def lines_of_register(today: date) -> bytes:
    """Return confirmed cases as a table in bytes; nothing where there are none.

    A day of onset or isolation that lies behind the confirmation cannot be right and is left out.
    """
    rows = Case._base_manager.filter(
        classification=Classification.CONFIRMED, merged_into=None, confirmed_on__lte=today
    ).order_by("confirmed_on", "pk")
    held = list(
        rows.values_list(
            "pk", "area_id", "onset_on", "isolated_on", "confirmed_on", "imported", "source_id"
        )
    )
    if not held:
        return b""
    number = {row[0]: str(i + 1) for i, row in enumerate(held)}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for pk, area, onset, isolated, confirmed, imported, source in held:
        onset = onset if onset and onset <= confirmed else ""
        infector = number.get(source, "")
        district = area[:6] if area[4:6] != "00" else ""
        days = (onset, isolated or "", confirmed)
        writer.writerow([number[pk], district, *days, "yes" if imported else "no", infector])
    return out.getvalue().encode()


def suspected_now() -> int:
    """Cases that are suspected and neither confirmed nor excluded yet."""
    rows = Case._base_manager.filter(classification=Classification.SUSPECTED, merged_into=None)
    return rows.count()


def read_lines(data: bytes, folder: Path, areas: list[str]) -> Any | None:
    """Return the line list of kept bytes, or None where there is none.

    Raises
    ------
    ReportError
        If a row cannot be read.
    """
    from twofronts.situation import read_line_list

    if not data:
        return None
    path = folder / LINES_FILE
    path.write_bytes(data)
    return read_line_list(path, areas=areas)


def judged(lines: Any | None, reported: float, as_of: date, suspected: int) -> Register:
    """Say whether the register tells enough of the reported cases to be read as the city's.

    Parameters
    ----------
    lines : LineList or None
    reported : float
        Confirmed in all by the reports. [persons]
    as_of : date
    suspected : int
    """
    known = None if lines is None else lines.known_on(as_of)
    n = 0 if known is None else len(known)
    with_onset = 0 if known is None else int(known["onset"].notna().sum())
    used = with_onset > 0 and with_onset >= ENOUGH * reported
    return Register(n, suspected, with_onset, int(reported), used)
