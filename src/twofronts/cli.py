"""The command ``twofronts``: one verb for each step of the day's loop."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

import click
import typer

from twofronts import __version__
from twofronts.errors import TwoFrontsError

ROOMS = ("city", "measures", "epidemic", "economy", "situation", "planning", "briefing")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"twofronts {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """Return the application with the commands of every room."""
    app = typer.Typer(
        name="twofronts",
        help="Control an outbreak and keep the city working.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def root(
        version: bool = typer.Option(False, "--version", callback=_version, is_eager=True),
    ) -> None:
        """Control an outbreak and keep the city working."""

    for room in ROOMS:
        name = f"twofronts.{room}.commands"
        if find_spec(name) is not None:
            import_module(name).register(app)
    return app


def main(args: list[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0 when all went well; 2 when the input or the surroundings are at fault, with plain
        sentences on standard error; 130 when it was interrupted.
    """
    try:
        result = build()(args=args, standalone_mode=False)
    except TwoFrontsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.exceptions.Abort):
        print("Interrupted; nothing half-written was left.", file=sys.stderr)
        return 130
    return result if isinstance(result, int) else 0
