"""Every tutorial works as printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.tutorial import run_tutorial

TUTORIALS = Path(__file__).parents[2] / "docs/tutorials"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "blocks"), [("first-run.md", 4), ("read-the-results.md", 12)])
def test_the_tutorial_runs(name, blocks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert run_tutorial(TUTORIALS / name) == blocks


@pytest.mark.slow
def test_the_example_of_the_readme_runs_on_all_of_nanjing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_tutorial(TUTORIALS.parents[1] / "README.md") == 1
    assert (tmp_path / "meeting.nc").stat().st_size > 100_000


def test_every_tutorial_is_run():
    tested = {"first-run.md", "read-the-results.md", "bring-your-own-city.md"}
    # this one has a test of its own, beside the rulebooks
    tested.add("write-a-rulebook.md")
    assert {page.name for page in TUTORIALS.glob("*.md")} == tested
