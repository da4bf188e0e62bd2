"""The commands of this room: the catalogue, rulebooks, and every parameter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from twofronts.origins import source_zh, unit_zh
from twofronts.wording import language as in_lang

if TYPE_CHECKING:
    from twofronts.measures.rulebook import Rulebook
    from twofronts.parameters import Parameter

_LANG = typer.Option("en", "--lang", help="en or zh")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("measures")(measures)
    app.command("parameters")(parameters)
    rulebooks = typer.Typer(help="Show, check, compare and begin rulebooks.", no_args_is_help=True)
    rulebooks.command("show")(show)
    rulebooks.command("check")(check)
    rulebooks.command("diff")(diff)
    rulebooks.command("new")(new)
    app.add_typer(rulebooks, name="rulebook")


def measures(
    lang: str = _LANG,
    page: bool = typer.Option(False, "--page", help="the page docs/measures.md instead"),
) -> None:
    """List the measures, their levels, scope, notice and dwell."""
    if page:
        from twofronts.measures.page import page as text

        typer.echo(text(), nl=False)
        return
    from rich.console import Console
    from rich.table import Table

    from twofronts.measures.catalogue import LINES, load_catalogue

    language = in_lang(lang)
    book = load_catalogue()
    titles = {
        "en": ("measure", "key", "levels, lowest first", "scope", "notice", "dwell"),
        "zh": ("措施", "代码", "等级（由低到高）", "范围", "提前", "持续"),
    }[language]
    scope = {"en": {"graded": "by grade", "city": "city"}, "zh": {"graded": "分级", "city": "全市"}}
    console = Console()
    for line, name in LINES.items():
        table = Table(title=name[language], title_justify="left")
        for title in titles:
            table.add_column(title, overflow="fold")
        for m in book.of_line(line):
            levels = "\n".join(f"{v.key}: {v.name[language]}" for v in m.level)
            days = (str(m.notice_days), str(m.dwell_days))
            table.add_row(m.name[language], m.key, levels, scope[language][m.scope], *days)
        console.print(table)


def parameters(
    match: str = typer.Argument("", help="only keys that contain this"),
    lang: str = _LANG,
) -> None:
    """List every parameter as tab-separated text: key, value, unit, range, grade, source.

    In Chinese with its name after the key.
    """
    from twofronts.errors import ParameterError, Problem
    from twofronts.measures.catalogue import all_parameters

    zh = in_lang(lang) == "zh"
    found = [p for p in all_parameters().values() if match in p.key]
    if not found:
        why = "keys begin with what they are about, as in `tracing.`"
        remedy = "give a shorter part of it, or none for the whole list"
        raise ParameterError(Problem(f"no parameter's key contains {match!r}", why, remedy))
    heads = ("代码", "名称", "数值", "单位", "范围", "等级", "来源")
    typer.echo("\t".join(heads) if zh else "key\tvalue\tunit\trange\tgrade\tsource")
    for p in found:
        to = "至" if zh else " to "
        ends = f"{p.range[0]:g}{to}{p.range[1]:g}" if p.range else ""
        if zh:
            unit, grade, source = unit_zh(p.unit), GRADES_ZH[p.grade], source_zh(p.source)
            cells = (p.key, _name_zh(p), f"{p.value:g}", unit, ends, grade, source)
            typer.echo("\t".join(cells))
        else:
            typer.echo(f"{p.key}\t{p.value:g}\t{p.unit}\t{ends}\t{p.grade}\t{p.source}")


GRADES_ZH = {"measured": "实测", "published": "发表", "calibrated": "校准", "assumed": "假设"}


def _name_zh(parameter: Parameter) -> str:
    """Return a parameter's Chinese name; of an effect its measure and level, which its key has."""
    from twofronts.measures.catalogue import load_catalogue

    if "zh" in parameter.name:
        return parameter.name["zh"]
    _, measure, level, _ = parameter.key.split(".")
    known = load_catalogue().measure[measure]
    levels = {v.key: v.name["zh"] for v in known.level}
    return f"{known.name['zh']}：{levels[level]}"


def show(name: str = typer.Argument(help="a built-in name or a file"), lang: str = _LANG) -> None:
    """Print what a rulebook says, measure by measure."""
    from rich.console import Console
    from rich.table import Table

    from twofronts.measures.catalogue import load_catalogue
    from twofronts.measures.files import load_rulebook
    from twofronts.measures.rulebook import Rulebook
    from twofronts.measures.words import TERM_FIELDS, describe, diff_rulebooks, fields_words, word

    language = in_lang(lang)
    book = load_rulebook(name)
    console = Console()
    table = Table(title=book.title.get(language, book.name), title_justify="left")
    for title in {"en": ("line", "measure", "level"), "zh": ("条线", "措施", "等级")}[language]:
        table.add_column(title, overflow="fold")
    for row in describe(book, language):
        table.add_row(*row)
    console.print(table)
    # everything beyond levels is what sets the book apart from one with its levels alone
    plain = Rulebook(name="plain", measures=book.measures, orders=book.orders)
    for item in diff_rulebooks(plain, book):
        console.print(item.zh if language == "zh" else item.en, soft_wrap=True)
    orders = fields_words(book.orders, TERM_FIELDS, language)
    console.print(f"{word('orders', language)}: {orders}", soft_wrap=True)
    for key, entry in book.measures.items():
        if entry.basis or entry.until or entry.days:
            name = load_catalogue().measure[key].name[language]
            console.print(f"{name}: {fields_words(entry, TERM_FIELDS, language)}", soft_wrap=True)
    if language in book.note:
        console.print(book.note[language], soft_wrap=True)


def check(file: Path = typer.Argument(help="a TOML file")) -> None:
    """Name every problem of a rulebook, with file and line; exit status 2 if there is one."""
    from twofronts.measures.files import load_rulebook

    book = load_rulebook(file)
    typer.echo(f"{file}: rulebook {book.name} has no problems (digest {book.digest()}).")


def diff(
    a: str = typer.Argument(help="before: a built-in name or a file"),
    b: str = typer.Argument(help="after"),
    lang: str = _LANG,
) -> None:
    """Say in words what two rulebooks decide differently."""
    from twofronts.measures.files import load_rulebook
    from twofronts.measures.words import diff_rulebooks, word

    language = in_lang(lang)
    differences = diff_rulebooks(load_rulebook(a), load_rulebook(b))
    for item in differences:
        typer.echo(item.zh if language == "zh" else item.en)
    if not differences:
        typer.echo(word("same", language))


def new(
    path: Path = typer.Argument(help="where to write it"),
    base: str = typer.Option("meeting", "--from", help="rulebook whose levels it begins with"),
) -> None:
    """Write a rulebook with a comment on every measure, to be changed by hand."""
    from twofronts.errors import OutputError
    from twofronts.measures.files import load_rulebook
    from twofronts.measures.template import template
    from twofronts.writing import write_text

    if path.exists():
        raise OutputError(f"{path} is there already; give another name, or remove it first")
    book: Rulebook = load_rulebook(base)
    write_text(path, template(book, name=path.stem))
    typer.echo(f"Wrote {path}. Change it, then run: twofronts rulebook check {path}")
