"""Whether reports reach a day: what is said of a day that they do not reach rests on nothing."""

from __future__ import annotations

import datetime as dt

from twofronts.errors import Problem, ReportError
from twofronts.situation.reports import Reports

# Days without a report that may pass before a day counts as not reached. [d]
STALE_DAYS = 7


def check_reached(reports: Reports, as_of: dt.date, *, name: str, file: str) -> None:
    """Refuse a day that the reports do not reach.

    Parameters
    ----------
    reports : Reports
    as_of : date
    name : str
        Whose reports they are.
    file : str
        Where they come from.

    Raises
    ------
    ReportError
        If nothing was reported up to the day, or the last report is more than a week older.
    """
    known = reports.known_on(as_of)
    if known.empty:
        first = reports.first_date()
        begins = f"the first report is of {first}" if first else "there is no report at all"
        raise ReportError(
            Problem(
                what=f"{name} has no report up to {as_of}",
                why=f"a situation is worked out from daily reports; {begins}",
                remedy="give a later --as-of, or add earlier reports",
                file=file,
            )
        )
    last = known["date"].max().date()
    if (as_of - last).days > STALE_DAYS:
        raise ReportError(
            Problem(
                what=f"the last report of {name} before {as_of} is of {last}",
                why="days without a report would pass for days without a case",
                remedy=f"give --as-of {last}, or add the later reports to {file}",
                file=file,
            )
        )
