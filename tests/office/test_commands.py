"""What the command says when something outside the program stands in its way: one sentence."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
RUN = "import sys; from twofronts.cli import main; sys.exit(main(sys.argv[1:]))"


def office(home: Path, *args: str, **env: str) -> subprocess.CompletedProcess:
    """Run ``twofronts office`` as a user does, with a local office on SQLite unless told."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
    keep.pop("DATABASE_URL", None)
    base = {"TWOFRONTS_OFFICE_HOME": str(home), "TWOFRONTS_OFFICE_LOCAL": "1", "PYTHONPATH": str(ROOT / "src")}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", RUN, "office", *args],
        env=keep | base | env, capture_output=True, text=True, timeout=240,
    )  # fmt: skip


def refused(done: subprocess.CompletedProcess, *words: str) -> None:
    """Exit status 2 and one plain line on standard error that holds these words."""
    said = done.stderr.strip()
    assert done.returncode == 2, (done.stdout, done.stderr[-2000:])
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    for word in words:
        assert word in said, said


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Path:
    """An office with its administrator."""
    home = tmp_path_factory.mktemp("held")
    made = office(home, "createadmin", "boss", "320100000000")
    assert made.returncode == 0, made.stderr[-2000:]
    return home


@pytest.mark.parametrize("command", [["verify-log"], ["run-periodic"], ["worker"], ["export-city", "out"], ["backup", "b.tgz"]], ids=lambda c: c[0])  # fmt: skip
def test_where_no_office_is_nothing_is_done(tmp_path, command):
    args = [command[0], *(str(tmp_path / name) for name in command[1:])]
    refused(office(tmp_path / "home", *args), "There is no office in", "office.sqlite3")
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_an_unreachable_database_is_named_without_its_password(tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))  # held and not listened on: nobody answers there
        url = f"postgres://clerk:geheim-42@127.0.0.1:{s.getsockname()[1]}/city"
        done = office(tmp_path, "verify-log", DATABASE_URL=url)
    refused(done, "PostgreSQL database city at 127.0.0.1", "DATABASE_URL")
    assert "geheim-42" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DATABASE_URL", "city", "postgres://user:password@host"),
        ("DATABASE_URL", "mysql://clerk:geheim@host/city", "names no PostgreSQL database"),
        ("TWOFRONTS_OFFICE_LOCAL", "perhaps", "write 1 or 0"),
        ("TWOFRONTS_OFFICE_EMAIL_PORT", "abc", "whole number"),
        ("TWOFRONTS_OFFICE_CLOCK", "tomorrow", "2020-02-19"),
        ("TWOFRONTS_OFFICE_TIME_ZONE", "Mars/Base", "Asia/Shanghai"),
        ("TWOFRONTS_OFFICE_HOME", "/proc/none", "/proc/none"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(tmp_path, name, value, word):
    done = office(tmp_path, "verify-log", **{name: value})
    refused(done, word, *([name] if "/proc" not in value else []))
    assert "geheim" not in done.stderr


def test_a_port_in_use_is_told_before_anything_starts(tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = str(s.getsockname()[1])
        refused(office(tmp_path, "serve", "--port", port), f"port {port} of 127.0.0.1", "--port")
    assert not (tmp_path / "office.sqlite3").exists(), "no schema was made for nothing"


def test_an_office_that_nobody_could_reach_does_not_start(tmp_path):
    done = office(tmp_path, "serve", TWOFRONTS_OFFICE_LOCAL="0")
    refused(done, "TWOFRONTS_OFFICE_HOSTS is not set")


def test_the_first_administrator_needs_a_new_name_and_an_area(held, tmp_path):
    refused(office(held, "createadmin", "boss", "320100000000"), "account 'boss' already")
    refused(office(held, "createadmin", "other", "123"), "Twelve digits")
    refused(office(held, "createadmin", "o ther", "320100000000"), "username")


def copied(held: Path, to: Path, statement: str) -> Path:
    to.mkdir()
    with sqlite3.connect(held / "office.sqlite3") as source, sqlite3.connect(to / "office.sqlite3") as copy:  # fmt: skip
        source.backup(copy)
        copy.execute(statement)
        copy.commit()
    return to


def test_a_database_of_another_version_is_told_and_left_alone(held, tmp_path):
    last = "(select max(id) from django_migrations)"
    old = copied(held, tmp_path / "old", f"delete from django_migrations where id = {last}")
    refused(office(old, "verify-log"), "earlier version: 1 changes", "twofronts office migrate")
    assert office(old, "backup", str(tmp_path / "b.tgz")).returncode == 0, "before an upgrade"
    new = copied(held, tmp_path / "new", "insert into django_migrations (app, name, applied) values ('alerts', '9999_later', '2030-01-01')")  # fmt: skip
    refused(office(new, "run-periodic"), "later version", "alerts.9999_later")


def test_the_log_is_checked_against_what_was_noted(held, tmp_path):
    first = office(held, "verify-log")
    assert first.returncode == 0, first.stderr
    noted = first.stdout.strip().splitlines()[-1].rsplit(" ", 1)[1]
    assert office(held, "verify-log", "--noted", noted).returncode == 0
    number = noted.split(":")[0]
    cut = copied(held, tmp_path / "cut", f"delete from common_securityevent where number = {number}")  # fmt: skip
    found = office(cut, "verify-log", "--noted", noted)
    assert found.returncode == 1
    assert "was cut off" in found.stderr
    assert office(held, "verify-log", "--noted", "x").returncode == 2


def test_a_backup_that_is_none_and_a_folder_that_is_not_there(held, tmp_path):
    (tmp_path / "none.tgz").write_text("not a backup")
    refused(office(tmp_path / "home", "restore", str(tmp_path / "none.tgz")), "damaged or is none")
    refused(office(tmp_path / "home", "restore", str(tmp_path / "away.tgz")), "No such file")
    refused(office(held, "backup", str(tmp_path / "away" / "b.tgz")), "No such file")
    assert office(held, "backup", str(tmp_path / "b.tgz")).returncode == 0
    refused(office(held, "restore", str(tmp_path / "b.tgz")), "not empty", "--force")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tgz", "home", "none.tgz"]


def test_every_command_says_what_it_takes():
    import typer

    from twofronts_office import commands

    app = typer.Typer()
    app.command("x")(lambda: None)
    commands.register(app)
    group = typer.main.get_command(app).commands["office"]
    assert len(group.commands) >= 11
    for name, command in group.commands.items():
        assert command.help, name
        for p in command.params:
            assert getattr(p, "help", None), f"{name}: {p.name} has no help"
