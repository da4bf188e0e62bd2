"""What every test shares: where the browser and PostgreSQL are, and why a test is skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# the same examples on every machine and run, and no failure because a machine was busy; look for new
# ones with `pytest --hypothesis-profile=default`
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def pytest_collection_modifyitems(config, items):
    """Skip browser and PostgreSQL tests where those are missing, unless they are required."""
    browser = Path(CHROMIUM).exists()
    postgres = bool(os.environ.get("TWOFRONTS_TEST_DATABASE_URL"))
    for item in items:
        if "browser" in item.keywords and not browser:
            if os.environ.get("TWOFRONTS_REQUIRE_BROWSER") == "1":
                raise pytest.UsageError("browser tests are required, and there is no Chromium")
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
        if "postgres" in item.keywords and not postgres:
            if os.environ.get("TWOFRONTS_REQUIRE_POSTGRES") == "1":
                raise pytest.UsageError("PostgreSQL tests are required, and no server is named")
            item.add_marker(pytest.mark.skip(reason="TWOFRONTS_TEST_DATABASE_URL is not set"))
