"""``twofronts play``: a city under a rulebook, day by day, in many draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

# What the printed page shows, with the words for it
_SHOWN = (
    ("true_infections", "new infections"),
    ("observed_confirmed", "new confirmed"),
    ("true_ward", "on the wards"),
    ("true_icu", "in intensive care"),
    ("quarantined", "in quarantine"),
)


def register_play(app: typer.Typer) -> None:
    """Add the command ``play``."""
    app.command("play")(play)


def play(
    city: str = typer.Argument(help="The name of a built-in city, or a folder."),
    rulebook: str = typer.Option("held", help="The name of a built-in rulebook, or a file."),
    days: int = typer.Option(60, help="Length of the run."),
    draws: int = typer.Option(200, help="Possible courses."),
    seed: int = typer.Option(0, help="Same seed, same numbers, on any number of threads."),
    start: str | None = typer.Option(None, help="Date of the first day; default: the city's."),
    fitted: bool = typer.Option(
        False, "--fitted", help="Begin where a fit to the reports ends, the day after them."
    ),
    scale: float = typer.Option(1.0, help="Share of the residents to build: 0.01, one in 100."),
    workers: int | None = typer.Option(None, help="Threads; default: all cores."),
    out: Path | None = typer.Option(None, help="Write every draw to this NetCDF file."),
    line_list: Path | None = typer.Option(
        None, help="Write who infected whom in every draw to this CSV file."
    ),
) -> None:
    """Play a city forward under a rulebook and print both fronts week by week."""
    from rich.progress import Progress

    from twofronts.city import build_residents, load_city
    from twofronts.measures import load_rulebook
    from twofronts.planning.arguments import check_arguments
    from twofronts.planning.commands import beginning
    from twofronts.planning.playing import play as run_play
    from twofronts.writing import check_target, write_text

    found, rules = load_city(city), load_rulebook(rulebook)
    # before residents are built: a slip in an argument should not cost a minute
    check_arguments(found, None, days=days, draws=draws, seed=seed, start=start, workers=workers)
    if fitted and start is not None:
        _refuse_start()
    for target in (out, line_list):
        if target is not None:
            check_target(target)
    _check_endings(out, line_list)
    with Progress(transient=True) as bar:
        building = bar.add_task("Building every resident", total=None)
        residents = build_residents(found, scale=scale)
        bar.remove_task(building)
        begin: dict[str, Any] = {"start": start}
        if fitted:
            fitting = bar.add_task("Fitting to the reports", total=None)
            begin = beginning(found, residents, True, draws=draws, seed=seed, workers=workers)
            bar.remove_task(fitting)
        task = bar.add_task("Playing", total=draws)
        run = run_play(
            found, rules, residents=residents, days=days, draws=draws, seed=seed, workers=workers,
            line_list=line_list is not None, **begin,
            progress=lambda n: bar.update(task, advance=n),
        )  # fmt: skip
    _print(run, residents, rules)
    if out is not None:
        typer.echo(f"Every draw: {run.to_netcdf(out)}")
    if line_list is not None and run.line_list is not None:
        write_text(line_list, run.line_list.to_csv(index=False))
        typer.echo(f"Who infected whom: {line_list} ({len(run.line_list):,} rows)")


def _refuse_start() -> None:
    """Say why a fit leaves no choice of the first day."""
    from twofronts.errors import Problem, ScenarioError

    why = "a run from a fit begins the day after the reports that it was fitted to"
    raise ScenarioError(Problem("--start goes with no --fitted", why, "leave one of them out"))


_NETCDF = (".nc", ".nc4", ".netcdf", ".h5")


def _check_endings(out: Path | None, line_list: Path | None) -> None:
    """Refuse names that promise another kind of file, such as a workbook."""
    from twofronts.errors import OutputError

    if out is not None and out.suffix.lower() not in _NETCDF:
        raise OutputError(
            f"{out} could not be written: every draw goes into a NetCDF file; "
            f"name it {out.with_suffix('.nc').name} (read it with xarray, or Run.table for CSV)"
        )
    if line_list is not None and line_list.suffix.lower() not in (".csv", ".txt"):
        raise OutputError(
            f"{line_list} could not be written: who infected whom goes into a CSV file; "
            f"name it {line_list.with_suffix('.csv').name}"
        )


def _print(run: Any, residents: Any, rulebook: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    data, city = run.data, residents.city
    n_draws, n_days = data.sizes["draw"], data.sizes["day"]
    typer.echo(
        f"{city.name_en} {city.name_zh} under {rulebook.name}: {n_draws} draws of {n_days} days "
        f"from {str(data['date'].values[0])[:10]}"
    )
    columns = [c for c in _SHOWN if c[0] in data]
    rates = {
        "firms open": ("resumption_rate", residents.n_sites),
        "staff at work": ("staff_return_rate", residents.staff),
        "capacity": ("capacity_rate", data.attrs["normal_output"]),
    }
    lost = data["value_added_lost"].sum(["sector", "district"]).values
    money = f"value added lost ({data.attrs['currency']} million/d)"
    table = Table("day", "date", *(words for _, words in columns), *rates, money)
    shares = [_rate(data[name], weights) for name, weights in rates.values()]
    per_day = {
        name: data[name].sum([d for d in data[name].dims if d not in ("draw", "day")])
        for name, _ in columns
    }
    for day in [*range(0, n_days - 1, 7), n_days - 1]:
        cells = [_band(per_day[name].values[:, day]) for name, _ in columns]
        cells += [*(f"{share[day]:.0%}" for share in shares), _band(lost[:, day])]
        table.add_row(str(day), str(data["date"].values[day])[:10], *cells)
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(table)
    total = data["true_infections"].sum(["day", "district"]).values
    typer.echo(f"Infected in all: {_band(total)} (middle draw, and 90% of draws).")
    typer.echo(f"Value added lost in all: {data.attrs['currency']} {_band(lost.sum(1))} million.")
    typer.echo(f"What holds output back most: {_binding(data)}.")
    typer.echo(f"Status: {run.status}")


def _rate(share: Any, weights: Any) -> Any:
    """Return a rate of the whole city by day, the mean over draws."""
    import numpy as np

    weights = np.asarray(weights, dtype=np.float64)
    parts = share.mean("draw").values * weights
    return parts.reshape(len(parts), -1).sum(1) / max(1e-12, weights.sum())


def _binding(data: Any) -> str:
    """Say what limits a sector's output most often, over draws, days and sectors."""
    import numpy as np

    from twofronts.economy.variables import BINDING

    codes = data["binding_code"].values
    counts = np.bincount(codes.ravel(), minlength=len(BINDING)) / codes.size
    order = [i for i in np.argsort(-counts, kind="stable") if i > 0 and counts[i] >= 0.005]
    if not order:
        return "nothing"
    return ", ".join(f"{BINDING[i]} ({counts[i]:.0%} of sector-days)" for i in order)


def _band(values: Any) -> str:
    import numpy as np

    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{middle:,.0f} ({low:,.0f}-{high:,.0f})"
