"""The town on a stage, once for all tests of planning."""

from __future__ import annotations

import pytest

from twofronts.city import build_residents, load_city
from twofronts.planning.comparing import open_stage


@pytest.fixture(scope="session")
def town():
    return load_city("town")


@pytest.fixture(scope="session")
def people(town):
    return build_residents(town)


@pytest.fixture(scope="session")
def stage(town, people):
    """Eight draws of thirty days."""
    return open_stage(town, residents=people, days=30, draws=8, seed=3)
