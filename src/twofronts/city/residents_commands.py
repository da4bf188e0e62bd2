"""``twofronts residents``: build everybody and show who they are."""

from __future__ import annotations

from pathlib import Path

import typer

from twofronts.wording import Lang, language, said_in

# Columns and rows as they are called in Chinese; the file has the English names
_ZH = {
    "residents": "居民", "households": "户", "compounds": "小区", "in_collective": "集体居住",
    "aged_0_14": "0至14岁", "aged_65_over": "65岁及以上", "workers": "从业人员", "pupils": "学生",
    "jobs": "岗位", "workplaces": "用工单位", "migrants": "外来人口", "away": "尚在外地",
    "City": "全市", "age": "年龄", "home": "家庭", "work": "工作", "school": "学校",
    "community": "社区", "total": "合计", "all": "全部",
}  # fmt: skip


def _word(text: str, lang: Lang) -> str:
    return _ZH.get(text, text) if lang == "zh" else text.replace("_", " ")


def register_residents(app: typer.Typer) -> None:
    """Add the command ``residents``."""
    app.command(name="residents")(residents)


def residents(
    city: str = typer.Argument(help="The name of a built-in city, or a folder."),
    scale: float = typer.Option(1.0, help="Share of the residents to build: 0.01, one in 100."),
    seed: int = typer.Option(0, help="Same seed, same residents."),
    contacts: bool = typer.Option(False, help="Print contacts by age and setting as well."),
    out: Path | None = typer.Option(None, help="Write the table to this CSV file."),
    lang: str = typer.Option("en", "--lang", help="en or zh"),
) -> None:
    """Build every resident of a city and print who lives in each district."""
    import time

    from rich.console import Console
    from rich.table import Column, Table

    from twofronts.city.loader import load_city
    from twofronts.city.residents import build_residents
    from twofronts.city.residents_contacts import contact_table
    from twofronts.writing import write_text

    tongue = language(lang)
    zh = tongue == "zh"
    began = time.perf_counter()
    place = load_city(city)
    built = build_residents(place, scale=scale, seed=seed)
    seconds = time.perf_counter() - began
    frame = built.describe()
    districts = place.districts
    called = dict(zip(districts["name_en"], districts["name_zh"], strict=True)) if zh else {}
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    heads = ("", *(_word(c, tongue) for c in frame.columns))
    table = Table(*(Column(head, overflow="fold") for head in heads))
    for name, row in frame.iterrows():
        own = called.get(str(name)) or _word(str(name), tongue)
        table.add_row(own, *(f"{int(x):,}" for x in row))
    console.print(table)
    if contacts:
        rates = contact_table(built)
        title = "平常一天的接触（次/天）" if zh else "Contacts on an ordinary day [1/d]"
        heads = tuple(_word(str(c), tongue) for c in ("age", *rates.columns))
        table = Table(*heads, title=title)
        for name, row in rates.iterrows():
            table.add_row(_word(str(name), tongue), *(f"{x:.2f}" for x in row))
        console.print(table)
    for note in built.notes:
        typer.echo(f"说明：{said_in(note, tongue)}。" if zh else f"Note: {note}.")
    size, took = f"{built.nbytes() / 1e6:.0f} MB", f"{seconds:.1f}"
    if zh:
        typer.echo(f"{len(built):,}名居民，用时{took}秒，{size}，{built.digest()}")
    else:
        typer.echo(f"{len(built):,} residents in {took} s, {size}, {built.digest()}")
    if out is not None:
        write_text(out, frame.to_csv())
