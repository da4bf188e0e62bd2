"""The same tests on PostgreSQL: all fast ones of the office, and the slow ones that a database may break."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# what is asked of pytest beside each: everything fast, then roles over the matrix and hostile inputs
PARTS = {
    "fast": ["tests/office", "-m", "not slow and not postgres and not browser"],
    "matrix": ["tests/office/test_matrix.py", "-k", "health_east or enterprise_west"],
    "hostile": ["tests/office/test_hostile.py", "tests/office/test_tables.py", "-m", "slow",
                "-k", "not there_are and not twenty_thousand"],
}  # fmt: skip


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.xdist_group("postgres")  # they use the same test database, one after another
@pytest.mark.parametrize("part", PARTS)
def test_office_on_postgresql(part):
    env = os.environ | {"TWOFRONTS_OFFICE_TEST_POSTGRES": "1"}
    for name in [n for n in env if n.startswith("PYTEST_")]:
        env.pop(name)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-x", *PARTS[part]]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-4000:]
