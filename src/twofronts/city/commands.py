"""``twofronts city``: start a city of your own, check it, see what is known about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from twofronts.city.knowledge import Item
    from twofronts.errors import Problem

app = typer.Typer(help="Cities: folders of tables.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands of this room."""
    from twofronts.city.residents_commands import register_residents

    root.add_typer(app, name="city")
    register_residents(root)


@app.command()
def new(
    path: Path = typer.Argument(help="A folder that does not exist yet."),
    name_en: str = typer.Option("My City", help="The city's name in English."),
    name_zh: str = typer.Option("我的城市", help="The city's name in Chinese."),
) -> None:
    """Write a small city, commented throughout, to start from. Never overwrites."""
    from twofronts.city.template import write_template

    write_template(path, name_en=name_en, name_zh=name_zh)
    typer.echo(
        f"A small invented city stands in {path}. Read its README.md, replace what you know,"
    )
    typer.echo(f"and run: twofronts city check {path}")


@app.command()
def check(
    city: str = typer.Argument(help="A folder, or the name of a built-in city."),
) -> None:
    """Name every problem at once: file, line, column, reason, remedy. Exit status 2 if any."""
    from twofronts.city.checks import check_city
    from twofronts.city.loader import find_city

    path = find_city(city)
    problems = check_city(path)
    if not problems:
        typer.echo(f"{path}: no problems.")
        return
    _print_problems(problems)
    word = "problem" if len(problems) == 1 else "problems"
    typer.echo(f"{path}: {len(problems)} {word}.")
    raise typer.Exit(2)


def _print_problems(problems: list[Problem]) -> None:
    """Print a table on a terminal, one plain line each elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        for problem in problems:
            typer.echo(str(problem))
        return
    table = Table("Where", "What", "Why", "To mend it", show_lines=True)
    for p in problems:
        table.add_row(*(Text(text) for text in (p.where, p.what, p.why, p.remedy)))
    console.print(table)


@app.command()
def show(
    city: str = typer.Argument(help="The name of a built-in city, or a folder."),
    lang: str = typer.Option("en", help="Language of the descriptions: en or zh."),
    notes: bool = typer.Option(False, help="Print the notes as well."),
) -> None:
    """Print what is known, assumed and missing: every table and number, with its source."""
    from twofronts.city.knowledge import what_is_known
    from twofronts.city.loader import load_city
    from twofronts.errors import InputError, Problem

    if lang not in ("en", "zh"):
        why = "names are kept in English and Chinese"
        raise InputError(Problem(f"no language {lang}", why, "write en or zh", column="--lang"))
    loaded = load_city(city)
    items = what_is_known(loaded)
    counts = {s: sum(i.state == s for i in items) for s in ("known", "assumed", "missing")}
    name = loaded.name_zh if lang == "zh" else loaded.name_en
    invented = " (invented)" if loaded.invented and "invented" not in name else ""
    typer.echo(f"{name}{invented}, as of {loaded.as_of}: {loaded.population:,} residents.")
    typer.echo(", ".join(f"{n} {state}" for state, n in counts.items()) + ".")
    if loaded.notes:
        typer.echo(loaded.notes)
    _print_items(items, lang, notes)


def _print_items(items: list[Item], lang: str, notes: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("State", "Name", "What", "Value", "Grade", "Source")
    colour = {"known": "green", "assumed": "yellow", "missing": "red"}
    for item in items:
        what = item.zh if lang == "zh" else item.en
        source = item.source + (f" | {item.notes}" if notes and item.notes else "")
        shown = what if item.kind != "column" else "(this column differs)"
        cells = (item.name, shown, item.value, item.grade, source)
        table.add_row(Text(item.state, colour[item.state]), *(Text(c) for c in cells))
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(table)
