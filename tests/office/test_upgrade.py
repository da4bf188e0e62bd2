"""An office of each released schema becomes one of today, with every row; backups come back."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from . import places

HERE = Path(__file__).parent / "schemas"
RELEASES = sorted(HERE.glob("*.json"))
KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def test_the_first_release_is_among_them():
    assert RELEASES[0].stem == "0.1.0"


@pytest.mark.parametrize("release", RELEASES, ids=lambda p: p.stem)
def test_released_migrations_are_never_edited(release):
    held = json.loads(release.read_text(encoding="utf-8"))["migrations"]
    for app, of_app in held.items():
        folder = places.ROOT / "src" / "twofronts_office" / app / "migrations"
        for name, digest in of_app["files"].items():
            found = hashlib.sha256((folder / f"{name}.py").read_bytes()).hexdigest()
            assert found == digest, (
                f"{app}/{name} belongs to a release: add a new migration instead"
            )


THEN = """
from django.core.management import call_command
from django.core.management.color import no_style
held = json.load(open({path!r}, encoding="utf-8"))
call_command("migrate", "contenttypes", verbosity=0)
for app, of_app in held["migrations"].items():
    call_command("migrate", app, of_app["last"], verbosity=0)
models = {{m._meta.db_table: m for m in __import__("django").apps.apps.get_models()}}
with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
    for table, rows in held["tables"].items():
        names = ", ".join(f'"{{c}}"' for c in rows["columns"])
        marks = ", ".join(["%s"] * len(rows["columns"]))
        kinds = {{f.column: f.get_internal_type() for f in models[table]._meta.concrete_fields}}
        for row in rows["rows"]:
            row = [
                bool(v) if kinds.get(c) == "BooleanField" and v is not None else v
                for c, v in zip(rows["columns"], row)
            ]
            cursor.execute(f'INSERT INTO "{{table}}" ({{names}}) VALUES ({{marks}})', row)
    for statement in connection.ops.sequence_reset_sql(
        no_style(), [models[t] for t in held["tables"]]
    ):
        cursor.execute(statement)
"""
NOW = """
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from twofronts_office.common.domain.security_log import verify
from twofronts_office.common.register import REGISTERS
held = json.load(open({path!r}, encoding="utf-8"))
call_command("migrate", interactive=False, verbosity=0)
executor = MigrationExecutor(connection)
assert not executor.migration_plan(executor.loader.graph.leaf_nodes()), "something is left to do"
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
connection.check_constraints()
with connection.cursor() as cursor:
    for table, rows in held["tables"].items():
        cursor.execute(f'SELECT count(*) FROM "{{table}}"')
        assert cursor.fetchone()[0] == len(rows["rows"]), table
n, faults = verify()
assert n == 3 and not faults, faults
opened = 0
for who in ("office_city", "health_east"):
    client = Client()
    client.force_login(build.user(who), "allauth.account.auth_backends.AuthenticationBackend")
    for slug, entry in REGISTERS.items():
        urls = [f"/{{slug}}/"]
        if entry.model._meta.db_table in held["tables"]:  # a register of that release has rows
            row = entry.model._base_manager.order_by("pk").first()
            urls += [f"/{{slug}}/{{row.pk}}/", f"/{{slug}}/{{row.pk}}/history/"]
        for url in urls:
            code = client.get(url).status_code
            assert code in (200, 403, 404), (who, url, code)
            opened += code == 200
client = Client()
client.force_login(build.user("industry_east"), "allauth.account.auth_backends.AuthenticationBackend")
one = REGISTERS["enterprises"].model._base_manager.get(area_id=build.EAST)
answer = client.post(
    f"/enterprises/{{one.pk}}/edit/",
    {{"uscc": one.uscc, "name": "After the upgrade", "area": build.EAST, "sector": "F",
      "insured_staff": 10, "risk_staff": 0, "mask_days": 0, "version": one.version}},
)
one.refresh_from_db()
assert (answer.status_code, one.name, one.history.count()) == (302, "After the upgrade", 2)
say(opened)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("release", RELEASES, ids=lambda p: p.stem)
def test_upgrade_keeps_every_row_and_the_office_works(release, kind, tmp_path):
    place = places.empty(tmp_path, kind)
    try:
        place.python(THEN.format(path=str(release)))
        assert place.python(NOW.format(path=str(release))) > 100, "pages that opened"
    finally:
        place.drop()


STATE = """
import hashlib
from django.apps import apps
found = {}
for m in sorted(apps.get_models(), key=lambda m: m._meta.db_table):
    rows = sorted(json.dumps(list(r), default=str) for r in m._base_manager.values_list())
    found[m._meta.db_table] = [len(rows), hashlib.sha256("".join(rows).encode()).hexdigest()]
say(found)
"""
COMMAND = ("-c", "import sys, typer; from twofronts_office.commands import register; app = typer.Typer(); app.command('x')(lambda: None); register(app); app(sys.argv[1:])", "office")  # fmt: skip


def command(place, *args: str) -> tuple[int, str]:
    one = place.start(*COMMAND, *args)
    out, error = one.communicate(timeout=240)
    return one.returncode, out + error


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_backup_comes_back_with_every_row_and_file(kind, tmp_path):
    place, other = places.empty(tmp_path / "a", kind), places.empty(tmp_path / "b", kind)
    file = tmp_path / "backup.tgz"
    try:
        place.python(places.MIGRATE + "with transaction.atomic(): build.city()")
        upload = place.home / "files" / "attachments" / "paper.pdf"
        upload.parent.mkdir(parents=True)
        upload.write_bytes(b"%PDF-1.4 evidence")
        before = place.python(STATE)
        assert command(place, "backup", str(file))[0] == 0
        assert file.stat().st_mode & 0o777 == 0o600
        code, said = command(other, "restore", str(file))
        assert code == 0, said
        assert other.python(STATE) == before
        kept = other.home / "files" / "attachments" / "paper.pdf"
        assert kept.read_bytes() == upload.read_bytes()
        code, said = command(other, "restore", str(file))
        assert code == 2, "a filled database is not replaced by accident"
        assert "--force" in said
        # what was changed since the backup goes when it is forced back
        other.python(
            "from twofronts_office.meetings.models import Task; Task._base_manager.all().delete()"
        )
        assert command(other, "restore", "--force", str(file))[0] == 0
        assert other.python(STATE) == before
        _damage(file, tmp_path / "damaged.tgz")
        code, said = command(other, "restore", "--force", str(tmp_path / "damaged.tgz"))
        assert code == 2
        assert "digest" in said
        assert other.python(STATE) == before, "a damaged backup touches nothing"
    finally:
        place.drop()
        other.drop()


def _damage(file: Path, out: Path) -> None:
    folder = out.parent / "unpacked"
    with tarfile.open(file) as packed:
        packed.extractall(folder, filter="data")
    dump = folder / "database.dump"
    raw = bytearray(dump.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    dump.write_bytes(raw)
    with tarfile.open(out, "w:gz") as packed:
        for path in folder.iterdir():
            packed.add(path, path.name)
