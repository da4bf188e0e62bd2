"""The container file and compose file, read as text: what can be held to without a container engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from benchmarks.office.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    x for x in re.sub(r"\\\n", " ", (ROOT / "deploy/Containerfile").read_text()).splitlines()
    if x.strip() and not x.startswith("#")
]  # fmt: skip
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))


def step(word: str) -> list[str]:
    return [x for x in LINES if x.startswith(word + " ")]


def test_base_image_is_named_whole_and_pinned():
    (base,) = step("FROM")
    assert re.fullmatch(r"FROM [\w.]+/[\w/.-]+:[\w.-]+", base), "registry, name and tag"
    assert not base.endswith(":latest")


def test_it_does_not_run_as_root():
    user = LINES.index(step("USER")[0])
    assert step("USER")[-1] == "USER office"
    assert user < LINES.index(step("CMD")[0])
    assert any("useradd" in x and "--uid" in x for x in step("RUN"))


def test_packages_come_hashed_and_leave_no_lists():
    for run in step("RUN"):
        if "apt-get install" in run:
            assert "--no-install-recommends" in run
            assert "rm -rf /var/lib/apt/lists/*" in run
        if "pip install" in run:
            assert "--no-cache-dir" in run
            assert "--require-hashes" in run
            assert "--no-deps" in run, "nothing comes that the lock file does not name"
    assert not any(x.startswith("ADD ") or "sudo" in x or "curl" in x for x in LINES)


def test_only_what_is_copied_exists_and_no_secret_is_in_the_image():
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in sent, "nothing is sent to the builder that is not named"
    for copy in step("COPY"):
        for source in copy.split()[1:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source.removeprefix('./')}" in sent, f"{source} is not sent"
    for env in step("ENV"):
        assert not re.search(r"(SECRET|PASSWORD|KEY)=\S", env)


def test_requirements_come_before_the_code_so_that_layers_are_kept():
    order = [i for i, x in enumerate(LINES) if "requirements.lock" in x or x == "COPY src ./src"]
    assert LINES[order[-1]] == "COPY src ./src"


def test_commands_take_the_list_form_and_health_is_asked():
    for word in ("CMD", "HEALTHCHECK"):
        assert "[" in step(word)[0], "the list form: signals reach the program"
    assert "/health/" in step("HEALTHCHECK")[0]


def test_the_program_it_starts_is_installed():
    from tools.link_source import SCRIPT

    assert any("python tools/link_source.py" in x for x in step("RUN"))
    assert "from twofronts.cli import main" in SCRIPT
    assert step("CMD")[0].startswith('CMD ["twofronts", "office", "serve"')


def test_compose_takes_secrets_from_outside_and_opens_one_local_port():
    raw = (ROOT / "deploy/compose.yaml").read_text()
    for name in ("DATABASE_PASSWORD", "SECRET_KEY", "LOG_KEY", "HOSTS"):
        assert f"${{{name}:?" in raw, f"{name} must be asked for, not defaulted"
    ports = [p for s in COMPOSE["services"].values() for p in s.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"], "TLS ends at the proxy; the database is not reachable"
    assert all("privileged" not in s for s in COMPOSE["services"].values())


def test_compose_waits_for_the_database_and_keeps_what_matters():
    office = COMPOSE["services"]["office"]
    assert office["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "healthcheck" in COMPOSE["services"]["database"]
    kept = {v.split(":")[0] for s in COMPOSE["services"].values() for v in s.get("volumes", [])}
    assert kept == set(COMPOSE["volumes"])


@pytest.mark.parametrize("service", ["office", "periodic"])
def test_every_variable_of_compose_is_one_that_the_office_reads(service):
    settings = (ROOT / "src/twofronts_office/config/settings.py").read_text()
    settings += (ROOT / "src/twofronts_office/config/environment.py").read_text()
    for name in COMPOSE["services"][service]["environment"]:
        assert f'"{name.removeprefix("TWOFRONTS_OFFICE_")}"' in settings, name


def test_example_names_every_variable_and_holds_no_value_of_a_secret():
    text = (ROOT / "deploy/env.example").read_text()
    for name in ("DATABASE_PASSWORD", "SECRET_KEY", "LOG_KEY"):
        assert re.search(rf"^{name}=$", text, re.M)


def test_a_container_without_a_web_server_is_not_asked_for_its_health():
    for name, service in COMPOSE["services"].items():
        if name != "database" and "serve" not in str(service.get("command", "serve")):
            assert service["healthcheck"] == {"disable": True}, name


@pytest.mark.slow
def test_health_is_seen_as_the_image_asks_for_it(tmp_path):
    """As in the image: the office answers to its own name only, and behind a proxy."""
    ask = json.loads(step("HEALTHCHECK")[0].split("CMD ")[1])
    port = free_port()
    ask = [sys.executable, *(x.replace(":8000/", f":{port}/") for x in ask[1:])]
    env = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
    env.pop("DATABASE_URL", None)
    env |= {
        "TWOFRONTS_OFFICE_HOME": str(tmp_path),
        "TWOFRONTS_OFFICE_HOSTS": "office.example.org,other.example.org",
        "TWOFRONTS_OFFICE_BEHIND_PROXY": "1",
        "DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    from twofronts_office.serving import web_command

    assert subprocess.run(ask, env=env, capture_output=True).returncode, "nothing runs yet"
    with open(tmp_path / "log", "wb") as log:
        web = subprocess.Popen(web_command("127.0.0.1", port, 1), env=env, stdout=log, stderr=log)
    try:
        until, seen = time.monotonic() + 60, 1
        while seen and time.monotonic() < until:
            time.sleep(0.5)
            seen = subprocess.run(ask, env=env, capture_output=True).returncode
        assert seen == 0, (tmp_path / "log").read_text()[-2000:]
    finally:
        web.terminate()
        web.wait(timeout=30)
