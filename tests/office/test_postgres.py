"""The same tests on PostgreSQL: the fast ones of the office, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.postgres
@pytest.mark.slow
def test_office_on_postgresql():
    env = os.environ | {"TWOFRONTS_OFFICE_TEST_POSTGRES": "1"}
    for name in [n for n in env if n.startswith("PYTEST_")]:
        env.pop(name)
    tests = [f"tests/office/test_{n}.py" for n in ("filing", "records", "solvers", "api", "tables", "hostile", "whole")]  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-x", "-m", "not slow", *tests]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-4000:]
