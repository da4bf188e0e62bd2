"""The command ``twofronts office``: serve, fill, back up, verify and run what is due."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from twofronts_office import plain
from twofronts_office import serving as processes


def _setup(*, demo: bool = False, filled: bool = False) -> None:
    """Read the settings; with ``filled``, go on only with an office of this version."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
    if demo:
        os.environ.setdefault("TWOFRONTS_OFFICE_DEMO", "1")
    import django

    django.setup()
    if filled:
        plain.check_schema()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _without_banners() -> Iterator[None]:
    """Keep off the terminal what compiled code of a library writes there, such as its version."""
    sys.stdout.flush()
    held, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(held, 1)
        os.close(held)
        os.close(nowhere)


def _make_demo(enterprises: int) -> None:
    from twofronts_office.areas.models import Area
    from twofronts_office.bridge.demo import create_demo
    from twofronts_office.common.scope import system_scope
    from twofronts_office.plans.jobs import nightly

    with system_scope():
        if Area.objects.exists():
            typer.echo("It is filled already; its passwords were shown when it was.")
            return
        typer.echo("Filling the demonstration (about half a minute) ...")
        with _without_banners():
            passwords = create_demo(n_enterprises=enterprises)
        nightly()  # the worker finds the situation to be worked out when it starts
    typer.echo("Demonstration accounts; the passwords are shown this once:")
    for name, password in passwords.items():
        typer.echo(f"  {name:<16}{password}")


def register(app: typer.Typer) -> None:
    """Add ``office`` to the command line."""
    office = typer.Typer(
        no_args_is_help=True, help="The web office of the city.", cls=plain.PlainGroup
    )
    app.add_typer(office, name="office")

    @office.command()
    def serve(
        demo: bool = typer.Option(False, "--demo", help="Nanjing with invented enterprises."),
        host: str = typer.Option("127.0.0.1", help="Address to listen on."),
        port: int = typer.Option(8000, help="Port to listen on.", min=1, max=65535),
        workers: int = typer.Option(2, help="Web worker processes.", min=1, max=64),
    ) -> None:
        """Start the office; with --demo, fill an empty one with the demonstration first."""
        if demo:
            os.environ.setdefault("TWOFRONTS_OFFICE_DEMO", "1")
            os.environ.setdefault("TWOFRONTS_OFFICE_URL", f"http://{host}:{port}")
        _setup(demo=demo)
        plain.check_names()
        plain.check_port(host, port)
        _migrate()
        if demo:
            _make_demo(3000)
        typer.echo(f"The office is at http://{host}:{port} (Ctrl-C ends it).")
        if not processes.serve(host, port, workers):
            typer.echo("One of its processes ended by itself; the lines above say why.", err=True)
            raise typer.Exit(1)

    @office.command()
    def migrate() -> None:
        """Bring the database to this version's tables; make a backup before."""
        _setup()
        _migrate()
        typer.echo("The database is up to date.")

    @office.command()
    def createdemo(
        enterprises: int = typer.Option(
            3000, min=50, max=50_000, help="How many enterprises to invent."
        ),
    ) -> None:
        """Fill an empty database with the demonstration and print the passwords."""
        _setup(demo=True)
        _migrate()
        _make_demo(enterprises)

    @office.command()
    def createadmin(
        username: str = typer.Argument(help="Name to sign in with."),
        area: str = typer.Argument(help="Code of the area to administer: twelve digits."),
        area_name: str = typer.Option("", help="Its name, if the office does not know it yet."),
    ) -> None:
        """Make the first administrator over an area (twelve digits) and print the password."""
        _setup()
        _migrate()
        from twofronts_office.people.first import first_administrator

        typer.echo(first_administrator(username=username, code=area, name=area_name))

    @office.command("import-city")
    def import_city_command(
        city: str = typer.Argument(help="A city folder, or the name of a built-in city."),
    ) -> None:
        """Bring a city folder, or a built-in city, into an empty office."""
        _setup()
        _migrate()
        from twofronts_office.bridge.city_folder import import_city
        from twofronts_office.common.scope import system_scope

        with system_scope():
            for name, n in import_city(city).items():
                typer.echo(f"{name:<14}{n:>8,}")

    @office.command("export-city")
    def export_city_command(path: Path = typer.Argument(help="Folder to write.")) -> None:
        """Write what the office holds as a city folder for the core."""
        _setup(filled=True)
        from twofronts_office.bridge.city_folder import export_city
        from twofronts_office.common.scope import system_scope

        with system_scope():
            typer.echo(f"Written: {export_city(path)}")

    @office.command()
    def backup(path: Path = typer.Argument(help="File to write, such as office.tgz.")) -> None:
        """Write database and uploads to one file."""
        _setup()
        from twofronts_office.common.backup import backup as run

        typer.echo(f"Written: {run(path)}")

    @office.command()
    def restore(
        path: Path = typer.Argument(help="File that `backup` wrote."),
        force: bool = typer.Option(False, "--force", help="Replace what the database holds."),
    ) -> None:
        """Put a backup back; refuses a database that is not empty unless forced."""
        _setup()
        from twofronts_office.common.backup import restore as run

        run(path, force=force)
        typer.echo("Restored.")

    @office.command("verify-log")
    def verify_log(
        noted: str = typer.Option("", help="NUMBER:DIGEST that an earlier run printed."),
    ) -> None:
        """Walk the security log's chain; exit 1 when a link was changed, removed or added."""
        number, _colon, digest = noted.partition(":")
        if noted and not (number.isdigit() and digest):
            raise typer.BadParameter("write it as an earlier run printed it: NUMBER:DIGEST")
        _setup(filled=True)
        from twofronts_office.common.domain.security_log import head_digest, missing_since, verify

        n, faults = verify()
        if noted and (fault := missing_since(number=int(number), digest=digest)):
            faults.append(fault)
        for fault in faults:
            typer.echo(fault, err=True)
        typer.echo(f"{n} links, {len(faults)} faults")
        if not faults and n:
            typer.echo(f"Note outside the office, for --noted later: {n}:{head_digest()}")
        raise typer.Exit(1 if faults else 0)

    @office.command("run-periodic")
    def run_periodic() -> None:
        """Do what is due: reminders, expiring levels, e-mail, erasure. Run it every hour."""
        _setup(filled=True)
        from twofronts_office.bridge.periodic import run

        try:
            done = run()
        except* Exception as failed:
            for error in failed.exceptions:
                typer.echo(f"failed: {error}", err=True)
            typer.echo("The other steps were done; the log above has the details.", err=True)
            raise typer.Exit(1) from None
        for name, n in done.items():
            typer.echo(f"{name:<24}{n:>6}")

    @office.command()
    def worker() -> None:
        """Run jobs from the database until stopped."""
        _setup(filled=True)
        raise typer.Exit(0 if processes.work() else 1)
