"""``twofronts residents``: build everybody and show who they are."""

from __future__ import annotations

from pathlib import Path

import typer


def register_residents(app: typer.Typer) -> None:
    """Add the command ``residents``."""
    app.command(name="residents")(residents)


def residents(
    city: str = typer.Argument(help="The name of a built-in city, or a folder."),
    scale: float = typer.Option(1.0, help="Share of the residents to build: 0.01, one in 100."),
    seed: int = typer.Option(0, help="Same seed, same residents."),
    contacts: bool = typer.Option(False, help="Print contacts by age and setting as well."),
    out: Path | None = typer.Option(None, help="Write the table to this CSV file."),
) -> None:
    """Build every resident of a city and print who lives in each district."""
    import time

    from rich.console import Console
    from rich.table import Table

    from twofronts.city.loader import load_city
    from twofronts.city.residents import build_residents
    from twofronts.city.residents_contacts import contact_table
    from twofronts.writing import write_text

    began = time.perf_counter()
    built = build_residents(load_city(city), scale=scale, seed=seed)
    seconds = time.perf_counter() - began
    frame = built.describe()
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    table = Table("", *(c.replace("_", " ") for c in frame.columns))
    for name, row in frame.iterrows():
        table.add_row(str(name), *(f"{int(x):,}" for x in row))
    console.print(table)
    if contacts:
        rates = contact_table(built)
        table = Table("age", *rates.columns, title="Contacts on an ordinary day [1/d]")
        for name, row in rates.iterrows():
            table.add_row(str(name), *(f"{x:.2f}" for x in row))
        console.print(table)
    for note in built.notes:
        typer.echo(f"Note: {note}.")
    megabytes = built.nbytes() / 1e6
    typer.echo(f"{len(built):,} residents in {seconds:.1f} s, {megabytes:.0f} MB, {built.digest()}")
    if out is not None:
        write_text(out, frame.to_csv())
