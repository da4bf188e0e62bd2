"""The tutorial works as printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.tutorial import run_tutorial

PAGE = Path(__file__).parents[2] / "docs/tutorials/bring-your-own-city.md"


@pytest.mark.slow
def test_the_tutorial_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert run_tutorial(PAGE) == 21
