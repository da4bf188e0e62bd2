"""The command that takes a country's table out of a world table, for a city's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register_table(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("economy-table")(economy_table)


def economy_table(
    path: Annotated[Path, typer.Argument(help="file or folder of the world table, as published")],
    kind: Annotated[str, typer.Option(help="oecd, wiod, exiobase3 or pymrio")],
    region: Annotated[str, typer.Option(help="the country's code in that table, such as CHN")],
    out: Annotated[Path, typer.Option(help="the city's folder; nothing is overwritten")],
    year: Annotated[int | None, typer.Option(help="year, where the name does not say it")] = None,
    sectors: Annotated[
        Path | None, typer.Option(help="CSV from,sector: which sectors to put together")
    ] = None,
    workers: Annotated[
        Path | None, typer.Option(help="CSV sector,workers: the country's workers by sector")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="en or zh")] = "en",
) -> None:
    """Take a country out of OECD ICIO, WIOD or EXIOBASE as the io_ tables of a city's folder."""
    from twofronts.economy import world_table as w
    from twofronts.wording import language, written

    zh = language(lang) == "zh"
    of = w.year_of(path, year)
    table, dropped = w.city_table(
        path, kind=kind, region=region, year=year, sectors=sectors, workers=workers
    )
    for file in w.write_city_table(table, out, year=of):
        typer.echo(written(file, "zh" if zh else "en"))
    added = float(table.value_added.sum())
    if zh:
        typer.echo(f"{len(table.sectors)}个行业，增加值合计{added:,.0f}（{table.unit}）")
    else:
        typer.echo(f"{len(table.sectors)} sectors, value added {added:,.0f} {table.unit}")
    if dropped:
        names = ", ".join(dropped)
        typer.echo(f"无流量而略去的行业：{names}" if zh else f"Left out, nothing flows: {names}")
    if table.workers is None:
        typer.echo(
            "请在 io_accounts.csv 中补充 workers 列（全国各行业从业人员），否则无法拆分出本市。"
            if zh
            else "Add the column workers (the country's, by sector) to io_accounts.csv: without it "
            "a city cannot be split off."
        )
