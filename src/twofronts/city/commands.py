"""``twofronts city``: start a city of your own, check it, see what is known about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from twofronts.city.knowledge import Item
    from twofronts.errors import Problem
    from twofronts.wording import Lang

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
    from twofronts.wording import date_words, language, said_in

    tongue = language(lang)
    loaded = load_city(city)
    items = what_is_known(loaded)
    counts = {s: sum(i.state == s for i in items) for s in ("known", "assumed", "missing")}
    name = loaded.name_zh if lang == "zh" else loaded.name_en
    if lang == "zh":
        invented = "（虚构）" if loaded.invented and "虚构" not in name else ""
        day = date_words(loaded.as_of, tongue)
        typer.echo(f"{name}{invented}，截至{day}，常住人口{loaded.population:,}人。")
        typer.echo("，".join(f"{_ZH[state]}{n}项" for state, n in counts.items()) + "。")
    else:
        invented = " (invented)" if loaded.invented and "invented" not in name else ""
        typer.echo(f"{name}{invented}, as of {loaded.as_of}: {loaded.population:,} residents.")
        typer.echo(", ".join(f"{n} {state}" for state, n in counts.items()) + ".")
    if loaded.notes:
        typer.echo(said_in(loaded.notes, tongue))
    _print_items(items, tongue, notes)


# What the page says in Chinese; units as they stand in city.toml
_ZH = {
    "known": "已知", "assumed": "假设", "missing": "缺失",
    "measured": "实测", "published": "发表", "calibrated": "校准", "": "",
    "rows": "行", "polygons": "个区块", "persons": "人", "households": "户", "places": "个",
    "tests/d": "次/日", "100M CNY": "亿元", "d": "天", "firms": "家",
}  # fmt: skip
_HEADS = {
    "en": ("State", "Name", "What", "Value", "Grade", "Source"),
    "zh": ("状态", "名称", "含义", "数值", "等级", "来源"),
}


def _value(text: str, lang: str) -> str:
    """Return a number with its unit as one reads it: "172 hundred million CNY", 172亿元."""
    number, _, unit = text.partition(" ")
    if lang == "zh":
        return number + _ZH.get(unit, f" {unit}".rstrip())
    return f"{number} hundred million CNY" if unit == "100M CNY" else text


def _print_items(items: list[Item], lang: Lang, notes: bool) -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    from twofronts.wording import said_in

    # Chinese has no spaces to break at: without folding a long source would be cut off
    table = Table(*(Column(head, overflow="fold") for head in _HEADS[lang]))
    colour = {"known": "green", "assumed": "yellow", "missing": "red"}
    for item in items:
        what = item.zh if lang == "zh" else item.en
        source = said_in(item.source, lang)
        source += f" | {said_in(item.notes, lang)}" if notes and item.notes else ""
        differs = "（该列来源不同）" if lang == "zh" else "(this column differs)"
        shown = what if item.kind != "column" else differs
        state: str = item.state
        grade = item.grade
        if lang == "zh":
            state, grade = _ZH[state], _ZH[grade]
        cells = (item.name, shown, _value(item.value, lang), grade, source)
        table.add_row(Text(state, colour[item.state]), *(Text(c) for c in cells))
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(table)
