"""The command ``twofronts``: one verb for each step of the day's loop."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

import typer

from twofronts import __version__
from twofronts.errors import TwoFrontsError

ROOMS = ("city", "measures", "epidemic", "economy", "situation", "planning", "briefing")
# the office is another package, which the core does not import: its command is found by name
OFFICE = "twofronts_office.commands"


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

    for name in (*(f"twofronts.{room}.commands" for room in ROOMS), OFFICE):
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
        build()(args=args)
    except TwoFrontsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return _interrupted()
    except SystemExit as stop:
        # typer ends every run this way; 130 is its word for Ctrl-C
        if stop.code == 130:
            return _interrupted()
        return stop.code if isinstance(stop.code, int) else 0
    return 0


def _interrupted() -> int:
    print("Interrupted; nothing half-written was left.", file=sys.stderr)
    return 130
