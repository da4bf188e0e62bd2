"""Commands of this room: ``situation``, ``forecast``, ``backtest``, ``calibrate``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from twofronts.wording import Lang, said_in

_CITY = typer.Argument(..., help="Built-in name or folder of a city.")
_AS_OF = typer.Option(None, "--as-of", help="Day to look from, as 2020-02-18.")
_REPORTS = typer.Option(None, "--reports", help="Daily reports (CSV, XLSX) instead of the city's.")
_LINES = typer.Option(None, "--line-list", help="Line list (CSV or XLSX).")
_JSON = typer.Option(None, "--json", help="Also write the figures to this JSON file.")
_CSV = typer.Option(None, "--csv", help="Also write the figures to this CSV file.")
_DAYS = typer.Option(14, "--days", help="Days ahead, 1 to 28.")
_DRAWS = typer.Option(2000, "--draws", help="Posterior draws.")
_SEED = typer.Option(0, "--seed", help="Seed of the random numbers.")
_RULES = typer.Option(None, "--rulebook", help="Rules from the next day on; as held if left out.")
_HUB = typer.Option(None, "--hub", help="Also write a hubverse hub to this folder.")
_KEEP = typer.Option(None, "--history", help="Folder in which forecasts are kept.")
_STEP = typer.Option(2, "--step", min=1, help="Days between the days forecast from.")
_OVER = typer.Option(False, "--over", help="Also say when it is over, as held and opened.")
_FEW = typer.Option(None, "--few-cases", min=0, help="Grades: most cases in all for medium.")
_NEW = typer.Option(None, "--new-days", min=1, help="Grades: days a new case counts.")
_CLUSTER = typer.Option(None, "--cluster-days", min=1, help="Grades: days a cluster counts.")
_LANG = typer.Option("en", "--lang", help="en or zh")
_PICTURE = typer.Option(None, "--picture", help="Also draw it (.svg or .png).")


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


def _check_targets(*paths: Path | None) -> None:
    from twofronts.writing import check_target

    for path in paths:
        if path is not None:
            check_target(path)


def _write_json(path: Path, value: Any) -> None:
    import json

    from twofronts.writing import write_text

    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def _tell(lang: Lang) -> Callable[[str], None]:
    """Return what prints the lines of a long run, beside its results."""
    return lambda line: typer.echo(said_in(line, lang), err=True)


def situation(
    city: str = _CITY,
    as_of: str | None = _AS_OF,
    reports: Path | None = _REPORTS,
    line_list: Path | None = _LINES,
    json_file: Path | None = _JSON,
    csv_file: Path | None = _CSV,
    few_cases: int | None = _FEW,
    new_days: int | None = _NEW,
    cluster_days: int | None = _CLUSTER,
    lang: str = _LANG,
) -> None:
    """Say what the reports of a city tell: how fast it moves, and how each district stands."""
    from twofronts.city import load_city
    from twofronts.situation.assess import situation as work_out
    from twofronts.situation.grades import Thresholds
    from twofronts.situation.history import write_table
    from twofronts.situation.linelist import read_line_list
    from twofronts.situation.page import as_json, page, table
    from twofronts.situation.reached import check_reached
    from twofronts.situation.reports import read_reports, reports_of
    from twofronts.wording import language

    tongue = language(lang)
    _check_targets(json_file, csv_file)
    day = _date(as_of)
    place = load_city(city)
    codes = list(place.district_codes)
    given = {"few_cases": few_cases, "new_days": new_days, "cluster_days": cluster_days}
    own = {name: value for name, value in given.items() if value is not None}
    filed = (
        read_reports(reports, areas=codes) if reports else reports_of(place.reports, areas=codes)
    )
    source = str(reports) if reports else "reports.csv"
    check_reached(filed, day or place.as_of, name=place.name_en, file=source)
    found = work_out(
        place,
        as_of=day,
        reports=filed,
        line_list=read_line_list(line_list, areas=codes) if line_list else None,
        thresholds=replace(Thresholds.of(), **own),
    )
    typer.echo(page(found, tongue))
    if json_file is not None:
        _write_json(json_file, as_json(found))
    if csv_file is not None:
        write_table(table(found), csv_file)


def forecast(
    city: str = _CITY,
    as_of: str | None = _AS_OF,
    days: int = _DAYS,
    draws: int = _DRAWS,
    seed: int = _SEED,
    rulebook: str | None = _RULES,
    hub: Path | None = _HUB,
    json_file: Path | None = _JSON,
    csv_file: Path | None = _CSV,
    history: Path | None = _KEEP,
    picture: Path | None = _PICTURE,
    over: bool = _OVER,
    lang: str = _LANG,
) -> None:
    """Fit the simulator to a city's reports and forecast cases, patients and deaths."""
    from twofronts.city import build_residents, load_city
    from twofronts.fonts import check_lettering
    from twofronts.measures import load_rulebook
    from twofronts.situation.city_fit import fit_city
    from twofronts.situation.forecast_page import forecast_json, forecast_page, over_page
    from twofronts.situation.forecasting import MODEL, check_ahead
    from twofronts.situation.forecasting import forecast as go_on
    from twofronts.situation.history import keep, write_table
    from twofronts.situation.hubverse import write_hub
    from twofronts.situation.pictures import draw_forecast
    from twofronts.situation.reached import check_reached
    from twofronts.situation.reports import reports_of, series_of
    from twofronts.wording import language

    tongue = language(lang)
    # a fit takes minutes: find out first whether its results can be kept
    _check_targets(json_file, csv_file, picture)
    check_lettering(tongue, picture)
    check_ahead(days)
    day = _date(as_of)
    place = load_city(city)
    # refused before the fit, not after it
    if rulebook is not None:
        load_rulebook(rulebook)
    filed = reports_of(place.reports, areas=place.district_codes)
    check_reached(filed, day or place.as_of, name=place.name_en, file="reports.csv")
    residents = build_residents(place)
    fitted = fit_city(
        place, residents=residents, as_of=day, draws=draws, seed=seed, progress=_tell(tongue)
    )
    # under other rules it is no forecast of what will be reported, and is not kept as one
    model = MODEL if rulebook is None else f"{MODEL} {Path(rulebook).stem}"
    made = go_on(fitted, ahead=days, rulebook=rulebook, model=model)
    typer.echo(forecast_page(made, fitted, tongue))
    if over:
        typer.echo(over_page(fitted, lang=tongue))
    if hub is not None:
        write_hub([made], hub, city_name=place.name_en)
    if json_file is not None:
        _write_json(json_file, forecast_json(made, fitted))
    if csv_file is not None:
        write_table(made.table(), csv_file)
    if history is not None:
        keep(made, history)
    if picture is not None:
        draw_forecast(made, series_of(filed, place.as_of), picture, lang=tongue)


def backtest(
    city: str = _CITY,
    step: int = _STEP,
    days: int = typer.Option(7, "--days", help="Days ahead, 1 to 28."),
    draws: int = typer.Option(300, "--draws", min=1, help="Posterior draws of each fit."),
    seed: int = _SEED,
    history: Path | None = _KEEP,
    csv_file: Path | None = _CSV,
    picture: Path | None = _PICTURE,
    lang: str = _LANG,
) -> None:
    """Forecast from past days with what was known then, and score against what came."""
    from twofronts.city import build_residents, load_city
    from twofronts.fonts import check_lettering
    from twofronts.situation.backtest import backtest as run
    from twofronts.situation.forecast_page import backtest_page
    from twofronts.situation.history import write_table
    from twofronts.situation.pictures import draw_skill
    from twofronts.wording import language

    tongue = language(lang)
    _check_targets(csv_file, picture)
    check_lettering(tongue, picture)
    place = load_city(city)
    result = run(
        place,
        residents=build_residents(place),
        step=step,
        ahead=days,
        draws=draws,
        seed=seed,
        folder=history,
        progress=_tell(tongue),
    )
    typer.echo(backtest_page(result, tongue))
    if csv_file is not None:
        write_table(result.scores, csv_file)
    if picture is not None:
        draw_skill(result.by_day, picture, lang=tongue)


def calibrate(
    city: str = typer.Argument("nanjing", help="Built-in name or folder of a city."),
    rounds: int = typer.Option(3, "--rounds", help="Rounds, the first from the prior."),
    particles: int = typer.Option(250, "--particles", help="Values tried in each round."),
    draws: int = typer.Option(10, "--draws", help="Courses of the first weeks for each value."),
    seed: int = _SEED,
    workers: int | None = typer.Option(None, "--workers", help="Threads; default: all cores."),
    out: Path = typer.Option(Path("calibrated.toml"), "--out", help="Parameter file to write."),
    json_file: Path | None = _JSON,
    picture: Path | None = _PICTURE,
    lang: str = _LANG,
) -> None:
    """Hold the free parameters of front one against published figures; write their ranges.

    How they go together is written beside them, as NAME_correlation.csv.
    """
    from twofronts.city import build_residents, load_city
    from twofronts.correlation import as_text
    from twofronts.fonts import check_lettering
    from twofronts.parameters import load_parameters
    from twofronts.situation import calibrating_page as pages
    from twofronts.situation.calibrating import calibrate as run
    from twofronts.wording import language
    from twofronts.writing import write_text

    tongue = language(lang)
    check_lettering(tongue, picture)
    tied = out.with_name(f"{out.stem}_correlation.csv")
    _check_targets(out, tied, json_file, picture)
    place = load_city(city)
    found = run(
        place,
        residents=build_residents(place),
        rounds=rounds,
        particles=particles,
        draws=draws,
        seed=seed,
        workers=workers,
        progress=_tell(tongue),
    )
    typer.echo(pages.page(found, tongue))
    write_text(out, pages.parameter_file(found, load_parameters()))
    write_text(tied, as_text(found.correlation()))
    typer.echo(pages.where(out, tied, tongue))
    if json_file is not None:
        _write_json(json_file, pages.summary(found))
    if picture is not None:
        pages.draw_calibration(found, picture, lang=tongue)


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command("situation")(situation)
    app.command("forecast")(forecast)
    app.command("backtest")(backtest)
    app.command("calibrate")(calibrate)
