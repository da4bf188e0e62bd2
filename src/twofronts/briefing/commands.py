"""The command ``twofronts brief``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from twofronts.errors import Problem, ScenarioError

STEPS = {
    "reports": "Reading the reports",
    "residents": "Building every resident",
    "fit": "Fitting the simulation to the reports",
    "play": "Playing the sets of measures",
    "pictures": "Drawing",
    "pages": "Setting the pages",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @app.command()
    def brief(
        city: Annotated[str, typer.Argument(help="A built-in city or a city's folder.")],
        as_of: Annotated[
            str | None, typer.Option("--as-of", help="Day of the brief, as 2020-02-18.")
        ] = None,
        out: Annotated[Path, typer.Option(help="Folder for the brief.")] = Path("brief"),
        lang: Annotated[str, typer.Option(help="zh, en or both.")] = "both",
        seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 0,
        quick: Annotated[
            bool, typer.Option("--quick", help="Fewer draws, for a first look.")
        ] = False,
        goal: Annotated[
            str,
            typer.Option(help="What is wanted within the tolerated risk: work, health, burden."),
        ] = "work",
        draws: Annotated[int | None, typer.Option(help="Simulated courses.", min=2)] = None,
        days: Annotated[int, typer.Option(help="Days ahead.", min=14, max=365)] = 60,
        scale: Annotated[
            float, typer.Option(help="Share of the residents.", min=0.001, max=1)
        ] = 1.0,
    ) -> None:
        """Write the brief: from a city's reports to the paper on the table of the meeting."""
        run(
            city=city,
            as_of=day(as_of),
            out=out,
            langs=languages(lang),
            seed=seed,
            draws=draws or (100 if quick else 400),
            days=days,
            scale=scale,
            goal=known_goal(goal),
            quick=quick,
        )


def known_goal(text: str) -> str:
    """Return a goal that the choice knows.

    Raises
    ------
    ScenarioError
        If it knows no such goal.
    """
    from twofronts.briefing.choice import GOALS

    if text not in GOALS:
        raise ScenarioError(
            Problem(
                what=f"no goal {text!r}",
                why="the advice serves one goal within the tolerated risk of a new wave",
                remedy=f"give --goal {', '.join(GOALS)}",
            )
        )
    return text


def day(text: str | None) -> dt.date | None:
    """Return a day written as 2020-02-18.

    Raises
    ------
    ScenarioError
        If there is no such day.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ScenarioError(
            Problem(
                what=f"{text!r} is not a day",
                why="--as-of takes a calendar date",
                remedy="write it as 2020-02-18",
            )
        ) from None


def languages(text: str) -> tuple[str, ...]:
    """Return the languages asked for.

    Raises
    ------
    ScenarioError
        If it is none of zh, en and both.
    """
    known = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
    if text not in known:
        raise ScenarioError(
            Problem(
                what=f"no language {text!r}",
                why="the brief is written in Chinese and in English",
                remedy="give --lang zh, en or both",
            )
        )
    return known[text]


def run(
    *,
    city: str,
    as_of: dt.date | None,
    out: Path,
    langs: tuple[str, ...],
    seed: int,
    draws: int,
    days: int,
    scale: float,
    goal: str,
    quick: bool = False,
) -> None:
    """Do the work with progress on the terminal, and write the folder at the end."""
    import time

    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from twofronts.briefing.fitted import QUICK, USUAL
    from twofronts.briefing.folder import require_free, write_folder
    from twofronts.briefing.fonts import font_folder
    from twofronts.briefing.make import make_files
    from twofronts.briefing.tasks import Plan, collect

    began = time.perf_counter()
    require_free(out)
    font_folder()
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, int] = {}

        def tell(step: str, done: float) -> None:
            for name, task in tasks.items():
                if name != step:
                    progress.update(task, completed=1.0)  # type: ignore[arg-type]
            if step not in tasks:
                tasks[step] = progress.add_task(STEPS[step], total=1.0)
            progress.update(tasks[step], completed=done)  # type: ignore[arg-type]

        def early(found: object) -> None:
            progress.console.print(first_figures(found))

        plan = Plan(days=days, draws=draws, seed=seed, scale=scale, goal=goal,
                    effort=QUICK if quick else USUAL)  # fmt: skip
        evidence = collect(city, as_of, plan, tell, early)
        files = make_files(evidence, langs, began=began, tell=tell)
        for task in tasks.values():
            progress.update(task, completed=1.0)  # type: ignore[arg-type]
    write_folder(out, files)
    for lang in langs:
        typer.echo(out / f"brief.{lang}.html")
    console.print(f"Brief written in {time.perf_counter() - began:.0f} s.")


def first_figures(found: object) -> str:
    """Return the first figures in a line or two: what was reported, and how fast it moves."""
    from twofronts.briefing.gather import estimates_of, reports_of
    from twofronts.situation import Situation

    assert isinstance(found, Situation)
    r = reports_of(found)
    line = f"{found.city.name_en}, {found.as_of}: "
    total = r["cum_confirmed"].dropna()
    if len(total):
        line += f"{total.iloc[-1]:.0f} confirmed, "
    line += f"{r['new_confirmed'].tail(7).sum():.0f} in the last 7 days"
    series = estimates_of(found).reproduction
    if series is not None:
        last = series.iloc[-1]
        line += f"; reproduction number {last['value']:.2f} ({last['low']:.2f}-{last['high']:.2f})"
    return line + "."
