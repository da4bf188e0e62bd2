"""Commands that fail in a sentence: what, where, what to do. Exit status 2, no traceback."""

from __future__ import annotations

import socket
import sys
import tarfile
from subprocess import CalledProcessError
from typing import Any

import typer
from typer.core import TyperGroup

from twofronts_office.common.stop import Stop


class PlainGroup(TyperGroup):
    """A group whose commands say in a sentence what is outside the program's hands."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            text = said(error)
            if text is None:
                raise
            print(text, file=sys.stderr)
            raise typer.Exit(2) from None


def said(error: Exception) -> str | None:
    """The sentence for an error that is no fault of the program; None for all others."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError

    if isinstance(error, Stop | ImproperlyConfigured):
        return str(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_database(error)
    if isinstance(error, tarfile.TarError | EOFError):
        return f"The backup is damaged or is none: {str(error).splitlines()[0]}"
    if isinstance(error, CalledProcessError):
        return f"{error.cmd[0]} failed; what it wrote stands above."
    if isinstance(error, OSError):
        return f"{error.filename or 'The system'}: {error.strerror or error}."
    return None


def database_name() -> str:
    """Where the database is, without user and password."""
    from django.conf import settings

    held = settings.DATABASES["default"]
    if "sqlite" in held["ENGINE"]:
        return f"the database {held['NAME']}"
    place = f"{held.get('HOST') or 'localhost'}:{held.get('PORT') or 5432}"
    return f"the PostgreSQL database {held['NAME']} at {place}"


def _of_database(error: Exception) -> str:
    why = next(
        (line.strip() for line in str(error).splitlines() if line.strip()), "no reason given"
    )
    hint = "" if "sqlite" in database_name() else " DATABASE_URL says which it is; does it run?"
    return f"Nothing can be done with {database_name()}: {why}.{hint}"


def check_schema() -> None:
    """Stop unless the database holds an office of this version."""
    from pathlib import Path

    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    file = settings.DATABASES["default"]["NAME"]
    none = (
        f"There is no office in {database_name()} yet. `twofronts office serve --demo`, "
        "`createadmin` or `import-city` begins one."
    )
    if connection.vendor == "sqlite" and not Path(file).exists():
        raise Stop(none)
    loader = MigrationExecutor(connection).loader
    held, known = set(loader.applied_migrations), set(loader.graph.nodes)
    if not held:
        raise Stop(none)
    later = sorted(f"{app}.{name}" for app, name in held - known if app in loader.migrated_apps)
    if later:
        raise Stop(
            f"{database_name()} is of a later version of Two Fronts ({later[0]}): use that version."
        )
    if known - held:
        raise Stop(
            f"{database_name()} is of an earlier version: {len(known - held)} changes of its "
            "tables are pending. Make a backup (`twofronts office backup FILE`), then run "
            "`twofronts office migrate`."
        )


def check_port(host: str, port: int) -> None:
    """Stop if nobody can listen there."""
    try:
        where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(where[0], where[1]) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(where[4])
    except OSError as error:
        raise Stop(
            f"Nothing can listen on port {port} of {host}: {error.strerror or error}. Another "
            "office may run there; --port chooses another port."
        ) from None


def check_names() -> None:
    """Stop an office in use to which every request would be answered with an error."""
    from django.conf import settings

    if not settings.ALLOWED_HOSTS:
        raise Stop(
            "Nobody could reach the office: TWOFRONTS_OFFICE_HOSTS is not set. Give the server's "
            "name, or set TWOFRONTS_OFFICE_LOCAL=1 to use it on this machine alone."
        )
