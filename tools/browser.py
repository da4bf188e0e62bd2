"""Chromium in front of an office, for the tests of its journeys and the pictures of its docs."""

from __future__ import annotations

import shutil
import socket
import time
import urllib.request
from typing import Any

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_until_up(url: str) -> None:
    """Wait until an office answers, two minutes at most."""
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/health/?format=json", timeout=2)
            break
        except OSError:
            time.sleep(0.5)


def launch(playwright: Any) -> Any:
    """Start the system's Chromium."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


def sign_in(page: Any, url: str, who: str, password: str) -> None:
    """Sign somebody in by the page everybody uses."""
    page.goto(f"{url}/accounts/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", password)
    page.click("main button")
    page.wait_for_selector("h1")
