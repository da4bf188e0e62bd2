"""The whole command on the invented town: every file, the same again, the first look alone after Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from twofronts.briefing import folder
from twofronts.cli import main
from twofronts.measures import load_rulebook

pytestmark = pytest.mark.slow
QUICK = [
    "brief",
    "town",
    "--quick",
    "--draws",
    "12",
    "--budget",
    "12",
    "--days",
    "21",
    "--seed",
    "3",
]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "brief"
    assert main([*QUICK, "--out", str(path)]) == 0
    return path


def test_every_file_is_there_and_recorded(out):
    record = json.loads((out / folder.RECORD).read_text(encoding="utf-8"))
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert there == {*record["files"], folder.RECORD}
    assert {f"brief.{lang}.{kind}" for lang in ("zh", "en") for kind in ("html", "pdf")} <= there
    assert {"tables/figures.csv", "tables/course.csv", "rulebook.toml"} <= there
    assert record["settings"]["draws"] == 12
    assert record["seed"] == 3
    assert list(out.parent.iterdir()) == [out]


def test_the_advised_rulebook_can_be_played(out):
    assert load_rulebook(out / "rulebook.toml").measures


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(out, tmp_path):
    assert main([*QUICK, "--lang", "en", "--out", str(tmp_path / "again")]) == 0
    other = [*QUICK[:-1], "4", "--lang", "en", "--out", str(tmp_path / "other")]
    assert main(other) == 0
    first, again, third = (
        (p / "tables" / "figures.csv").read_bytes()
        for p in (out, tmp_path / "again", tmp_path / "other")
    )
    assert first == again
    assert first != third


def test_an_interruption_half_way_leaves_only_the_first_look(tmp_path):
    command = [sys.executable, "-c", "import sys; from twofronts.cli import main; sys.exit(main())"]
    job = subprocess.Popen(
        [*command, "brief", "town", "--out", str(tmp_path / "brief")],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # a shell's background jobs ignore Ctrl-C, and so would what they start
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert job.stderr is not None
    seen = ""
    for line in job.stderr:
        seen += line
        if "first-look.en.html" in line:  # the first figures are out, the rest is not begun
            job.send_signal(signal.SIGINT)
            break
    seen += job.stderr.read()
    assert job.wait(timeout=300) == 130, seen
    assert "nothing half-written was left" in seen
    assert "Traceback" not in seen
    # of the brief nothing; the first look is whole, as its own record says
    place = folder.beside(tmp_path / "brief")
    assert list(tmp_path.iterdir()) == [place]
    record = json.loads((place / folder.RECORD).read_text(encoding="utf-8"))
    there = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}
    assert there == {*record["files"], folder.RECORD}
    page = (place / "first-look.zh.html").read_text(encoding="utf-8")
    assert "初步情况" in page
    assert "{" not in re.sub(r"<style.*?</style>", "", page, flags=re.S)
