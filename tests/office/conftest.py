"""An office of one small city: areas, a person of each role, one row in each register."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
if "TWOFRONTS_OFFICE_HOME" not in os.environ:
    os.environ["TWOFRONTS_OFFICE_HOME"] = tempfile.mkdtemp(prefix="office-tests-")
    atexit.register(shutil.rmtree, os.environ["TWOFRONTS_OFFICE_HOME"], ignore_errors=True)
os.environ.setdefault("TWOFRONTS_OFFICE_LOCAL", "1")
os.environ.setdefault("TWOFRONTS_OFFICE_REQUIRE_SECOND_FACTOR", "0")
os.environ.setdefault("TWOFRONTS_OFFICE_SECRET_KEY", "tests-only-" + "k" * 50)
os.environ.setdefault("TWOFRONTS_OFFICE_TASKS", "django_tasks.backends.immediate.ImmediateBackend")
os.environ.setdefault("TWOFRONTS_OFFICE_HOSTS", "testserver,localhost,127.0.0.1")
if os.environ.get("TWOFRONTS_OFFICE_TEST_POSTGRES") == "1":
    os.environ["DATABASE_URL"] = os.environ["TWOFRONTS_TEST_DATABASE_URL"]

import logging

import django

django.setup()
logging.getLogger("django.request").setLevel(logging.CRITICAL)
logging.getLogger("axes").setLevel(logging.CRITICAL)

import pytest  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.test import Client  # noqa: E402

from . import build  # noqa: E402


@pytest.fixture(autouse=True)
def _fast(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LANGUAGE_CODE = "en"
    cache.clear()


@pytest.fixture(scope="session")
def django_db_use_migrations():
    """Tables straight from the models; `test_upgrade` runs the migrations."""
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The small city is made once for the session; each test rolls its own changes back."""
    with django_db_blocker.unblock():
        build.city()
    yield
    with django_db_blocker.unblock():
        build.clear()


@pytest.fixture
def city(db):
    return build.City()


@pytest.fixture
def login(db):
    """Return a client signed in as one of the people of the small city."""

    def as_user(username: str, **extra) -> Client:
        client = Client(headers={"accept-language": "en"}, **extra)
        client.force_login(
            build.user(username), "allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return as_user


@pytest.fixture
def api(db):
    """Return an API client that calls with a token."""
    from rest_framework.authtoken.models import Token
    from rest_framework.test import APIClient

    def as_user(username: str):
        token, _made = Token.objects.get_or_create(user=build.user(username))
        client = APIClient(headers={"accept-language": "en"})
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client

    return as_user


@pytest.fixture
def everything():
    """Open the office's own scope."""
    from twofronts_office.common.scope import system_scope

    with system_scope():
        yield
