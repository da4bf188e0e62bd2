"""Freeze the office's schema at a release: ``python tools/freeze_schema.py 0.2.0``.

Writes ``tests/office/schemas/VERSION.json``: the release's migrations with the digest of each file,
and the rows of a small city as that schema holds them. The upgrade test then starts from it too.
Needs an empty folder in TWOFRONTS_OFFICE_HOME. ``--until app=migration`` names an earlier last
migration, whose tables must have the same columns.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
os.environ["TWOFRONTS_OFFICE_SECRET_KEY"] = "tests-only-" + "k" * 50
os.environ["TWOFRONTS_OFFICE_LOCAL"] = "1"


def plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return value if value is None or isinstance(value, int | float | str) else str(value)


def migrations(until: dict[str, str]) -> dict:
    """Last migration and digest of each file of every app of the office."""
    found = {}
    for folder in sorted((ROOT / "src/twofronts_office").glob("*/migrations")):
        names = sorted(p.stem for p in folder.glob("0*.py"))
        app = folder.parent.name
        if not names:
            continue
        last = until.get(app, names[-1])
        kept = [n for n in names if n <= last]
        digests = {n: hashlib.sha256((folder / f"{n}.py").read_bytes()).hexdigest() for n in kept}
        found[app] = {"last": last, "files": digests}
    return found


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("version")
    ask.add_argument("--until", action="append", default=[])
    given = ask.parse_args()
    import django

    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection, transaction

    from office import build
    from twofronts_office.common.domain.security_log import record

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        build.city()
        for kind in ("login", "export", "personal.read"):
            record(kind=kind, actor="health_east", subject="reports.case:1")
    ours = sorted(
        m._meta.db_table
        for m in apps.get_models()
        if m.__module__.startswith("twofronts_office.")
    )  # fmt: skip
    tables = {}
    with connection.cursor() as cursor:
        for table in ours:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            rows = [[plain(v) for v in row] for row in cursor.fetchall()]
            if rows:
                tables[table] = {"columns": [c[0] for c in cursor.description], "rows": rows}
    held = {
        "version": given.version,
        "migrations": migrations(dict(u.split("=") for u in given.until)),
        "tables": tables,
    }
    out = ROOT / "tests/office/schemas" / f"{given.version}.json"
    out.parent.mkdir(exist_ok=True)
    lines = [f"  {json.dumps(t)}: {json.dumps(v, ensure_ascii=False)}" for t, v in tables.items()]
    head = json.dumps({"version": held["version"], "migrations": held["migrations"]}, indent=1)
    text = head[:-2] + ',\n "tables": {\n' + ",\n".join(lines) + "\n }\n}\n"
    assert json.loads(text) == held
    out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
