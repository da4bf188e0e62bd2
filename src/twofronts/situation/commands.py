"""Commands of this room: ``twofronts situation``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import typer

_AS_OF = typer.Option(None, "--as-of", help="Day to look from, as 2020-02-18.")
_REPORTS = typer.Option(
    None, "--reports", help="Daily reports (CSV or XLSX) instead of the city's."
)
_LINES = typer.Option(None, "--line-list", help="Line list (CSV or XLSX).")
_JSON = typer.Option(None, "--json", help="Also write the figures to this JSON file.")


def _date(text: str | None) -> dt.date | None:
    from twofronts.errors import Problem, ScenarioError

    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ScenarioError(
            Problem(
                what=f"{text!r} is not a date",
                why="dates are written year-month-day",
                remedy="write it as 2020-02-18",
            )
        ) from None


def situation(
    city: str = typer.Argument(..., help="Built-in name or folder of a city."),
    as_of: str | None = _AS_OF,
    reports: Path | None = _REPORTS,
    line_list: Path | None = _LINES,
    json_file: Path | None = _JSON,
) -> None:
    """Say what the reports of a city tell: how fast it moves, and how each district stands."""
    import json

    from twofronts.city import load_city
    from twofronts.situation.assess import situation as work_out
    from twofronts.situation.linelist import read_line_list
    from twofronts.situation.page import as_json, page
    from twofronts.situation.reports import read_reports
    from twofronts.writing import write_text

    day = _date(as_of)
    place = load_city(city)
    codes = list(place.district_codes)
    found = work_out(
        place,
        as_of=day,
        reports=read_reports(reports, areas=codes) if reports else None,
        line_list=read_line_list(line_list, areas=codes) if line_list else None,
    )
    typer.echo(page(found))
    if json_file is not None:
        write_text(json_file, json.dumps(as_json(found), indent=1, ensure_ascii=False) + "\n")


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command("situation")(situation)
