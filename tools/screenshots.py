"""Take the office's pictures for the docs: ``python -m tools.screenshots FOLDER [NAME ...]``.

Starts the demonstration in a folder of its own, signs people in with Chromium and takes the
pictures named below. ``python -m tools.screenshots FOLDER tour`` takes those of the tour: it walks
the whole loop as its browser test does, on the invented town, and keeps the top of each page.
Needs Chromium and the tests' packages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.browser import free_port, launch, sign_in, wait_until_up

ROOT = Path(__file__).resolve().parents[1]
DESK, PHONE, WIDE, WALL = (1280, 860), (390, 844), (1440, 1400), (1920, 1080)
SITUATION_S = 600  # the first situation of a new demonstration is worked out in this time
# name, who, language, size, address
PICTURES = (
    ("office-home-en", "office", "en", DESK, "/"),
    ("office-home-zh", "office", "zh-CN", DESK, "/"),
    ("office-home-district-zh", "gulou_health", "zh-CN", DESK, "/"),
    ("office-home-enterprise-zh", "enterprise", "zh-CN", PHONE, "/"),
    ("office-rates-zh", "industry", "zh-CN", DESK, "/rates/"),
    ("office-enterprises-en", "office", "en", DESK, "/enterprises/?state=operating"),
    ("office-checkpoints-en", "transport", "en", DESK, "/checkpoints/"),
    ("office-cases-en", "health", "en", DESK, "/cases/"),
    ("office-public-zh", None, "zh-CN", PHONE, "/public/file/"),
    ("office-public-en", None, "en", PHONE, "/public/file/"),
    ("changes-confirm-zh", "gulou_industry", "zh-CN", DESK, "/changes/confirm/"),
    ("office-task-zh", "community", "zh-CN", PHONE, "/"),
    ("office-cockpit-en", "leader", "en", WIDE, "/cockpit/"),
    ("office-cockpit-zh", "leader", "zh-CN", WIDE, "/cockpit/"),
    ("office-cockpit-wall-zh", "leader", "zh-CN", WALL, "/cockpit/?wall=1"),
    ("office-cockpit-phone-zh", "leader", "zh-CN", PHONE, "/cockpit/"),
    ("meeting-room-en", "office", "en", DESK, "/meetings/2/room/"),
)
WORKED_OUT = ".front-one [data-spec=s-r].drawn"
CODE = "from twofronts.cli import main; main()"


def start(home: str) -> tuple[subprocess.Popen, str, dict[str, str]]:
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
    env |= {"TWOFRONTS_OFFICE_HOME": home, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", CODE, "office", "serve", "--demo", "--port", str(port)]
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    passwords: dict[str, str] = {}
    for line in server.stdout:
        found = re.match(r"  (\w+)\s+(\S+)$", line)
        if found:
            passwords[found[1]] = found[2]
        if line.startswith("The office is at"):
            break
    url = f"http://127.0.0.1:{port}"
    wait_until_up(url)
    return server, url, passwords


def wait_for_situation(page: Any, url: str) -> None:
    """Wait on the cockpit until the first situation is worked out; it comes in by itself there."""
    page.goto(f"{url}/cockpit/")
    page.locator(WORKED_OUT).wait_for(timeout=SITUATION_S * 1000)


def take(url: str, passwords: dict[str, str], out: Path, only: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = launch(play)
        for name, who, language, (width, height), address in PICTURES:
            if only and name not in only:
                continue
            context = browser.new_context(
                locale=language, viewport={"width": width, "height": height}
            )
            page = context.new_page()
            if who:
                sign_in(page, url, who, passwords[who])
            if address.startswith("/meetings/"):  # the situation lies before the meeting
                wait_for_situation(page, url)
            page.goto(url + address)
            page.wait_for_load_state("networkidle")
            if address.startswith("/cockpit/"):  # it shows the situation when it is worked out
                page.locator(WORKED_OUT).wait_for(timeout=SITUATION_S * 1000)
                page.mouse.move(0, 0)
            page.screenshot(path=out / f"{name}.png")
            context.close()
        browser.close()


# what the loop calls a step -> picture of the tour
TOUR = {
    "report-approved": "tour-1-report", "cockpit": "tour-2-cockpit", "what-if": "tour-3-what-if",
    "directive": "tour-4-directive", "meeting-room": "tour-5-meeting", "changes": "tour-6-changes",
    "planned-and-actual": "tour-7-planned-and-actual", "task-at-the-district": "tour-8-task",
    "next-meeting": "tour-9-next-meeting",
}  # fmt: skip
TOP = (1280, 860)  # pixels kept of a page


def tour(out: Path) -> None:
    """Walk the loop and keep the top of each step's page."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"TWOFRONTS_LOOP_PICTURES": folder, "TWOFRONTS_REQUIRE_BROWSER": "1"}
        test = [
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/e2e/test_loop.py",
            "-k",
            "en",
        ]
        subprocess.run([sys.executable, *test], env=env, cwd=ROOT, check=True)
        for file in sorted(Path(folder).glob("en-*.png")):
            name = TOUR.get(file.stem[6:])
            if name is None:
                continue
            with Image.open(file) as page:
                width, height = page.size
                top = page.crop((0, 0, width, min(height, TOP[1])))
                top.convert("P", palette=Image.Palette.ADAPTIVE).save(
                    out / f"{name}.png", optimize=True
                )


def main() -> int:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    if "tour" in sys.argv[2:]:
        tour(out)
        return 0
    with tempfile.TemporaryDirectory() as home:
        server, url, passwords = start(home)
        try:
            take(url, passwords, out, sys.argv[2:])
        finally:
            server.terminate()
            server.wait(timeout=30)
    return 0


if __name__ == "__main__":
    sys.exit(main())
