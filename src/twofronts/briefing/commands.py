"""The command ``twofronts brief``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twofronts.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from twofronts.briefing.evidence import Evidence

STEPS = {
    "reports": "Reading the reports",
    "residents": "Building every resident",
    "fit": "Fitting the simulation to the reports",
    "first": "Drawing a first look",
    "search": "Searching sets of measures",
    "choose": "Choosing on courses the search has not seen",
    "check": "Checking the plan on further unseen courses",
    "explain": "Taking its measures out, one by one",
    "play": "Sectors and districts",
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
            typer.Option(
                help="What should be least while every limit is kept: balanced (total harm), work "
                "(value added lost), health (harm to health), burden (restriction)."
            ),
        ] = "balanced",
        draws: Annotated[
            int | None, typer.Option(help="Simulated courses behind every number.", min=2)
        ] = None,
        budget: Annotated[
            int | None, typer.Option(help="Sets of measures that the search tries.", min=10)
        ] = None,
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
            draws=draws,
            budget=budget,
            days=days,
            scale=scale,
            goal=goal,
            quick=quick,
        )


def known_goal(text: str) -> str:
    """Return a goal that the choice knows.

    Raises
    ------
    ScenarioError
        If it knows no such goal.
    """
    from twofronts.planning.goals import GOALS

    if text not in GOALS:
        raise ScenarioError(
            Problem(
                what=f"no goal {text!r}",
                why="the advice serves one goal among the sets of measures that keep every limit",
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
    draws: int | None,
    budget: int | None,
    days: int,
    scale: float,
    goal: str,
    quick: bool = False,
) -> None:
    """Do the work with progress on the terminal, and write the folder at the end."""
    import time

    from twofronts.briefing.apart import second_process
    from twofronts.briefing.folder import beside, drop_folder, require_free, write_folder
    from twofronts.fonts import font_folder

    began = time.perf_counter()
    require_free(out)
    require_free(beside(out))
    font_folder()
    # before all else: it loads what it needs while this process reads the city
    with second_process(langs) as apart:
        known_goal(goal)
        from rich.console import Console

        from twofronts.briefing.make import first_files, make_files
        from twofronts.briefing.tasks import collect, order_of

        console = Console(stderr=True)
        with steps(console) as tell:

            def early(found: Evidence) -> None:
                tell("first", 0.0)
                write_folder(beside(out), first_files(found, langs, apart=apart))
                for lang in langs:
                    page = beside(out) / f"first-look.{lang}.html"
                    console.print(f"First look: {page}", soft_wrap=True)

            order = order_of(
                quick=quick, draws=draws, budget=budget, days=days, seed=seed, scale=scale,
                goal=goal,
            )  # fmt: skip
            # a quick brief is a first look itself
            evidence = collect(city, as_of, order, tell, None if quick else early)
            files = make_files(evidence, langs, began=began, tell=tell, apart=apart)
        write_folder(out, files)
    drop_folder(beside(out))
    for lang in langs:
        typer.echo(out / f"brief.{lang}.html")
    console.print(f"Brief written in {time.perf_counter() - began:.0f} s.")


@contextmanager
def steps(console: Any) -> Iterator[Callable[[str, float], None]]:
    """Show a bar for each step; yields what is told the step and how far it is, from 0 to 1."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: float) -> None:
            for name, task in tasks.items():
                if name != step:
                    progress.update(task, completed=1.0)
            if step not in tasks:
                tasks[step] = progress.add_task(STEPS[step], total=1.0)
            progress.update(tasks[step], completed=done)

        yield tell
        for task in tasks.values():
            progress.update(task, completed=1.0)
