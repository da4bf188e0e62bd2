"""The commands of this room."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    from twofronts.planning.play_command import register_play

    register_play(app)
