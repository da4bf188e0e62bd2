"""Evidence for the tests of the brief: real reports of the town, invented runs."""

from __future__ import annotations

import pytest

from factories import runs
from twofronts.briefing.measure import build_figures


@pytest.fixture(scope="session")
def evidence():
    return runs.evidence("town", draws=40, days=42)


@pytest.fixture(scope="session")
def figures(evidence):
    return build_figures(evidence)
