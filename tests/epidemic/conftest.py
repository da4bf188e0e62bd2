"""The town and everybody in it, for the tests of front one; no test changes them."""

import pytest

from twofronts import build_residents, load_city


@pytest.fixture(scope="session")
def town():
    return load_city("town")


@pytest.fixture(scope="session")
def residents(town):
    return build_residents(town)
