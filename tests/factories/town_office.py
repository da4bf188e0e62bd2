"""The invented town as an office takes it, and an office of it as a user starts it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from twofronts.city import load_city

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "from twofronts.cli import main; main()"
CITY, OLD = "990100000000", "990101000000"
PASSWORD = "town-hall-7-lamps"


def code(number: int) -> str:
    """A valid unified social credit code."""
    from twofronts_office.enterprises.uscc import check_character

    first = f"91990101{number:09d}"
    return first + check_character(first)


def town(folder: Path) -> Path:
    """The town's folder with official codes and enterprises with a valid one."""
    source = Path(load_city("town").path)
    folder.mkdir(parents=True)
    codes = [r["code"] for r in csv.DictReader((source / "districts.csv").open(encoding="utf-8"))]
    number = {c: f"9901{i + 1:02d}" for i, c in enumerate(codes)}
    for path in source.iterdir():
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".csv":
            rows = [[number.get(c, c) for c in row] for row in csv.reader(text.splitlines())]
            if path.stem == "enterprises":
                for i, row in enumerate(rows[1:]):
                    row[0] = code(i + 1)
            text = "\n".join(",".join(f'"{c}"' if "," in c else c for c in row) for row in rows)
            text += "\n"
        elif path.suffix == ".geojson":
            for old, new in number.items():
                text = text.replace(f'"{old}"', f'"{new}"')
        elif path.name == "city.toml":
            text = text.replace('admin_code = ""', 'admin_code = "990100"')
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


# user name: role, area
PEOPLE = {
    "leader": ("leader", CITY), "office": ("office", CITY), "analyst": ("analyst", CITY),
    "health": ("health", CITY), "health_lead": ("health_lead", CITY),
    "transport": ("transport", CITY), "old_town": ("community", OLD),
}  # fmt: skip
SETUP = """
import json, sys
import django
django.setup()
from twofronts_office.areas.models import Area
from twofronts_office.common.scope import system_scope
from twofronts_office.communities.models import Community
from twofronts_office.people.domain import create_account
from twofronts_office.people.models import RoleGrant
people, password = json.loads(sys.argv[1])
with system_scope():
    for name, (role, area) in people.items():
        user, _ = create_account(username=name, password=password)
        RoleGrant(user=user, role=role, area_id=area, since="2020-01-01").save()
    for a in Area.objects.filter(level="district"):
        for i in (1, 2):
            Community(code=f"{a.code[:6]}-{i}", area=a, name_zh=f"{a.name_zh}社区{i}",
                      name_en=f"{a.name_en} community {i}", households=400).save()
"""


@dataclass(frozen=True)
class TownOffice:
    """Where an office of the town lives and how its commands are run."""

    home: Path
    env: dict[str, str]

    def command(self, *args: str) -> list[str]:
        """The command line of ``twofronts office``."""
        return [sys.executable, "-c", COMMAND, "office", *args]

    def run(self, *args: str) -> subprocess.CompletedProcess:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(*args), env=self.env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done


def town_office(home: Path, *, port: int, clock: str) -> TownOffice:
    """An office of the town with a person of each role that a day needs, on a set day."""
    drop = ("TWOFRONTS_OFFICE", "DATABASE_URL", "DJANGO_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(drop)}
    env |= {
        "TWOFRONTS_OFFICE_HOME": str(home / "office"), "TWOFRONTS_OFFICE_LOCAL": "1",
        "TWOFRONTS_OFFICE_REQUIRE_SECOND_FACTOR": "0", "TWOFRONTS_OFFICE_CLOCK": clock,
        "TWOFRONTS_OFFICE_URL": f"http://127.0.0.1:{port}", "PYTHONPATH": str(ROOT / "src"),
        "TWOFRONTS_OFFICE_HOSTS": "127.0.0.1", "TWOFRONTS_OFFICE_WORKER_INTERVAL": "0.2",
        "DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings",
    }  # fmt: skip
    made = TownOffice(home, env)
    made.run("import-city", str(town(home / "town")))
    done = subprocess.run(
        [sys.executable, "-c", SETUP, json.dumps([PEOPLE, PASSWORD])],
        env=env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return made
