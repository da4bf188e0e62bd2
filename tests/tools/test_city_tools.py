"""What tools write is what the repository holds: the built-in cities and the page on their format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(tool: str, target: Path) -> None:
    subprocess.run([sys.executable, ROOT / "tools" / tool, target], check=True, cwd=ROOT)


def test_the_page_on_the_format_is_current(tmp_path):
    run("describe_city_format.py", tmp_path / "page.md")
    current = (ROOT / "docs" / "city-format.md").read_text(encoding="utf-8")
    assert current == (tmp_path / "page.md").read_text(encoding="utf-8")


def test_the_page_names_every_table_column_and_number():
    from twofronts.city.scalars import SCALARS
    from twofronts.city.tables import TABLES

    page = (ROOT / "docs" / "city-format.md").read_text(encoding="utf-8")
    for table in TABLES:
        assert f"## {table.name}.csv" in page
        assert all(f"| `{c.name}` |" in page for c in table.columns)
    assert all(f"| `{s.name}` |" in page for s in SCALARS)


@pytest.mark.parametrize("city", ["nanjing", "town"])
def test_the_built_in_cities_follow_from_their_primary_figures(city, tmp_path_factory):
    made = tmp_path_factory.getbasetemp() / "made-cities"
    if not made.exists():
        run("make_cities.py", made)
    kept = ROOT / "src/twofronts/data/cities" / city
    for file in sorted((made / city).iterdir()):
        assert (kept / file.name).read_bytes() == file.read_bytes(), file.name
