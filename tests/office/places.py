"""Offices in processes of their own, on SQLite and on PostgreSQL: what a killed process leaves."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
SERVER = "TWOFRONTS_TEST_DATABASE_URL"

SETUP = """
import json, os, signal, sys, time
import django
django.setup()
from django.db import connection, transaction
from twofronts_office.common.scope import scopes_disabled, system_scope
from office import build

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def say(value):
    print(json.dumps(value, default=str))
"""


def _name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _admin(statement: str) -> None:
    import psycopg

    with psycopg.connect(_name(os.environ[SERVER], "postgres"), autocommit=True) as held:
        held.execute(statement)


class Place:
    """A home folder and a database; ``python`` runs code in a process of its own."""

    def __init__(self, home: Path, kind: str, database: str = ""):
        self.home, self.kind, self.database = home, kind, database
        home.mkdir(parents=True, exist_ok=True)

    @property
    def env(self) -> dict[str, str]:
        drop = ("TWOFRONTS_OFFICE", "DATABASE_URL", "DJANGO_")
        env = {k: v for k, v in os.environ.items() if not k.startswith(drop)}
        env |= {
            "TWOFRONTS_OFFICE_HOME": str(self.home), "TWOFRONTS_OFFICE_LOCAL": "1",
            "TWOFRONTS_OFFICE_REQUIRE_SECOND_FACTOR": "0",
            "TWOFRONTS_OFFICE_SECRET_KEY": "tests-only-" + "k" * 50,
            "TWOFRONTS_OFFICE_WORKER_INTERVAL": "0.1",
            "TWOFRONTS_OFFICE_HOSTS": "testserver,localhost,127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
        }  # fmt: skip
        if self.database:
            env["DATABASE_URL"] = _name(os.environ[SERVER], self.database)
        return env

    def start(self, *command: str, **more) -> subprocess.Popen:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, *command], env=self.env | more, stdout=pipe, stderr=pipe, text=True
        )

    def python(self, code: str, *, status: int = 0):
        """Run code; the last line that it printed, from JSON."""
        one = self.start("-c", SETUP + code)
        out, error = one.communicate(timeout=240)
        assert one.returncode == status, error[-3000:]
        return json.loads(out.splitlines()[-1]) if out.strip() else None

    def copy(self, home: Path) -> Place:
        """The same office again, so that the schema is made once."""
        other = Place(home, self.kind, f"t_{secrets.token_hex(6)}" if self.database else "")
        if self.database:
            _admin(f'CREATE DATABASE "{other.database}" TEMPLATE "{self.database}"')
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return other

    def drop(self) -> None:
        if self.database:
            _admin(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')


def empty(home: Path, kind: str) -> Place:
    """An office without a schema."""
    if kind == "sqlite":
        return Place(home, kind)
    place = Place(home, kind, f"t_{secrets.token_hex(6)}")
    _admin(f'CREATE DATABASE "{place.database}"')
    return place


MIGRATE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
