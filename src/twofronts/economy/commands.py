"""The room's commands: front two alone, and the fit of the pace of return."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    from twofronts.economy.table_command import register_table

    app.command("economy")(economy)
    register_table(app)
    app.command("fit-resumption")(fit_resumption)
    app.command("economy-shock")(economy_shock)


def economy(
    city: Annotated[str, typer.Argument(help="built-in city or folder")],
    scenario: Annotated[
        Path | None, typer.Option(help="TOML: attendance by sector, district and date")
    ] = None,
    days: Annotated[int | None, typer.Option(help="days, over the scenario's")] = None,
    draws: Annotated[int | None, typer.Option(help="draws, over the scenario's")] = None,
    seed: Annotated[int | None, typer.Option(help="seed, over the scenario's")] = None,
    out: Annotated[Path | None, typer.Option(help="write all results to this NetCDF file")] = None,
    tables: Annotated[
        Path | None, typer.Option(help="write the accounts by day to CSV tables in this folder")
    ] = None,
    tornado: Annotated[
        Path | None, typer.Option(help="draw what matters most to this PNG or SVG")
    ] = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="print what matters most")
    ] = True,
    lang: Annotated[str, typer.Option("--lang", help="en or zh")] = "en",
) -> None:
    """Run front two alone, under given attendance, and print its accounts.

    A scenario file gives title, start, days, draws, seed, function (the production function) and
    normal = true (begin in an ordinary week); tables "attendance" with from, until, share and
    sector, group or district; tables "effect" with from, district and effects of measures; and a
    table "parameters" of those held at other values. docs/front-two.md has an example.
    """
    from twofronts.city import load_city
    from twofronts.economy import sensitivity as s
    from twofronts.economy.csv_tables import check_folder, write_tables
    from twofronts.economy.run import run_economy
    from twofronts.economy.scenario import (
        EconomyScenario,
        check_places,
        read_scenario,
        scenario_from,
    )
    from twofronts.economy.text import report, tornado_lines
    from twofronts.fonts import check_lettering
    from twofronts.parameters import load_parameters
    from twofronts.wording import language, written
    from twofronts.writing import check_netcdf, check_picture, check_target

    tongue = language(lang)
    check_lettering(tongue, tornado)
    if tables is not None:
        check_folder(tables)
    for target in (out, tornado):
        if target is not None:
            check_target(target)
    check_netcdf(out, instead="or give --tables FOLDER for CSV")
    check_picture(tornado)
    place = load_city(city)
    given = EconomyScenario() if scenario is None else read_scenario(scenario)
    over = {"days": days, "draws": draws, "seed": seed}
    changes = {name: value for name, value in over.items() if value is not None}
    if changes:
        given = scenario_from(given.model_dump(by_alias=True, exclude_none=True) | changes)
    check_places(given, place, file="scenario" if scenario is None else str(scenario))
    run = run_economy(place, given)
    if given.title:
        typer.echo(given.title)
    typer.echo(report(run, place, tongue))
    if sensitivity or tornado is not None:
        result = s.tornado(place, given)
        typer.echo("")
        for line in tornado_lines(result, load_parameters(), lang=tongue):
            typer.echo(line)
        if tornado is not None:
            s.draw_tornado(result, load_parameters(), tornado, lang=tongue)
            typer.echo(written(tornado, tongue))
    if out is not None:
        run.to_netcdf(out)
        typer.echo(written(out, tongue))
    if tables is not None:
        write_tables(run.data, tables)
        typer.echo(written(tables, tongue))


def fit_resumption(
    city: Annotated[str, typer.Argument(help="built-in city or folder")] = "nanjing",
    out: Annotated[Path | None, typer.Option(help="write the parameters to this TOML file")] = None,
    draws: Annotated[int, typer.Option(help="draws of what is assumed about firms")] = 200,
    seed: Annotated[int, typer.Option()] = 0,
    lang: Annotated[str, typer.Option("--lang", help="en or zh")] = "en",
) -> None:
    """Fit the pace of return to what the city reported, as a parameter file with ranges."""
    from twofronts.city import load_city
    from twofronts.economy.resumption import fit_as_toml
    from twofronts.economy.resumption import fit_resumption as fit_to
    from twofronts.economy.text import resumption_text
    from twofronts.parameters import load_parameters
    from twofronts.wording import language, written
    from twofronts.writing import check_target, write_text

    tongue = language(lang)
    if out is not None:
        check_target(out)
    place = load_city(city)
    fit = fit_to(place, load_parameters(), draws=draws, seed=seed)
    typer.echo(resumption_text(fit, load_parameters(), tongue))
    if out is not None:
        write_text(out, fit_as_toml(fit, place, load_parameters()))
        typer.echo(written(out, tongue))


def economy_shock(
    folder: Annotated[Path, typer.Argument(help="table, case.toml and shocks.csv")],
    lang: Annotated[str, typer.Option("--lang", help="en or zh")] = "en",
) -> None:
    """Run a published shock on a country's own table and compare output by section."""
    from twofronts.economy.shock import run_shock
    from twofronts.economy.text import shock_text
    from twofronts.wording import language

    tongue = language(lang)
    typer.echo(shock_text(run_shock(folder), tongue))
