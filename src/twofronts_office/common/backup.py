"""Backup and restore: one file with the database and the uploads, checked by its digest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from twofronts_office.common.stop import Stop

DUMP = "database.dump"


def _postgres(program: str, *args: str) -> None:
    db = connection.settings_dict
    env = os.environ | {"PGPASSWORD": db["PASSWORD"] or ""}
    command = [program, "-h", db["HOST"] or "localhost", "-U", db["USER"]]
    if db["PORT"]:
        command += ["-p", str(db["PORT"])]
    subprocess.run([*command, *args], check=True, env=env)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backup(path: Path) -> Path:
    """Write a consistent copy while the office runs; the file takes its name when it is whole."""
    path = Path(path)
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        raise Stop(f"There is no office in {connection.settings_dict['NAME']} yet.")
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / DUMP
        if connection.vendor == "postgresql":
            _postgres("pg_dump", "-Fc", "-f", str(dump), connection.settings_dict["NAME"])
        else:
            connection.ensure_connection()
            with sqlite3.connect(dump) as copy:
                connection.connection.backup(copy)
            copy.close()
        about = {"vendor": connection.vendor, "sha256": _digest(dump)}
        (Path(folder) / "about.json").write_text(json.dumps(about))
        part = path.with_name(f".{path.name}.part")
        try:
            with tarfile.open(part, "w:gz") as out:
                out.add(dump, DUMP)
                out.add(Path(folder) / "about.json", "about.json")
                if Path(settings.MEDIA_ROOT).exists():
                    out.add(settings.MEDIA_ROOT, "files")
            os.chmod(part, 0o600)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    return path


def _unpack(packed: tarfile.TarFile, folder: Path) -> None:
    """Write plain files inside the folder and refuse all else.

    Done by hand: ``extractall(filter="data")`` came with Python 3.11.4, and Debian 12 has 3.11.2.
    """
    folder = folder.resolve()
    for member in packed:
        target = (folder / member.name).resolve()
        if not target.is_relative_to(folder) or not (member.isfile() or member.isdir()):
            raise Stop(f"The backup is damaged: {member.name!r} is no plain file in it.")
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.extractfile(member) as held, target.open("wb") as out:
            shutil.copyfileobj(held, out)


def restore(path: Path, *, force: bool = False) -> None:
    """Put database and uploads back.

    Raises
    ------
    Stop
        If the database is not empty and ``force`` is not given, or the backup is damaged or of the
        other kind of database. Nothing is touched then.
    """
    tables = connection.introspection.table_names()
    if "people_user" in tables and not force:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_user")
            if cursor.fetchone()[0]:
                raise Stop("The database is not empty; --force replaces what it holds.")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(path) as packed:
            _unpack(packed, Path(folder))
        if not (Path(folder) / "about.json").exists():
            raise Stop("This is no backup of an office: it says nothing about itself.")
        about = json.loads((Path(folder) / "about.json").read_text())
        dump = Path(folder) / DUMP
        if about["vendor"] != connection.vendor:
            raise Stop(f"The backup is of {about['vendor']}, this is {connection.vendor}.")
        if about["sha256"] != _digest(dump):
            raise Stop("The backup is damaged: its digest does not match.")
        if connection.vendor == "postgresql":
            name = connection.settings_dict["NAME"]
            connections.close_all()
            _postgres(
                "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
                "-d", name, str(dump),
            )  # fmt: skip
        else:
            connection.ensure_connection()
            with sqlite3.connect(dump) as copy:
                copy.backup(connection.connection)
            copy.close()
        held = Path(folder) / "files"
        if held.exists():
            shutil.copytree(held, settings.MEDIA_ROOT, dirs_exist_ok=True)
