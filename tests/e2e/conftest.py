"""An office as a user starts it, its own process, SQLite and the demonstration; and Chromium."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tools.browser import SIZES, free_port, launch, sign_in, wait_until_up

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "import sys, typer; from twofronts_office.commands import register; app = typer.Typer(); app.command('x')(lambda: None); register(app); app(sys.argv[1:])"


class Office:
    def __init__(self, url: str, passwords: dict[str, str], env: dict[str, str]):
        self.url, self.passwords, self.env = url, passwords, env

    def inside(self, code: str) -> None:
        """Run code as a process of the office does."""
        env = self.env | {"DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    home = tmp_path_factory.mktemp("office")
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
    env.pop("DATABASE_URL", None)
    env |= {
        "TWOFRONTS_OFFICE_HOME": str(home), "TWOFRONTS_OFFICE_DEMO": "1",
        "PYTHONPATH": str(ROOT / "src"), "TWOFRONTS_OFFICE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    start = [sys.executable, "-c", COMMAND, "office"]
    made = subprocess.run(
        [*start, "createdemo", "--enterprises", "150"],
        env=env,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert made.returncode == 0, made.stderr[-2000:]
    passwords = dict(re.findall(r"^  (\w+)\s+(\S+)$", made.stdout, re.M))
    server = subprocess.Popen(
        [*start, "serve", "--port", str(port), "--workers", "1"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    wait_until_up(url)
    yield Office(url, passwords, env)
    server.terminate()
    try:  # its worker ends what it is at first: the demonstration's situation takes a while
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = launch(play)
        yield browser
        browser.close()


@pytest.fixture(params=[("zh-CN", "phone"), ("en", "desktop")], ids=["zh-phone", "en-desktop"])
def sit(request, chromium, office):
    """Return a function that signs somebody in on a fresh page; consoles must stay silent."""
    language, size = request.param
    width, height = SIZES[size]
    pages, said = [], []

    def as_user(username: str | None):
        context = chromium.new_context(locale=language, viewport={"width": width, "height": height})
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on(
            "console",
            lambda m: said.append(m.text) if "Content Security Policy" in m.text else None,
        )
        page.on(
            "request",
            lambda r: said.append(r.url) if not r.url.startswith((office.url, "data:")) else None,
        )
        pages.append(context)
        if username:
            sign_in(page, office.url, username, office.passwords[username])
        return page

    as_user.key = f"{language}-{size}"
    yield as_user
    for context in pages:
        context.close()
    assert said == [], "errors, refused inline code or requests to elsewhere"
