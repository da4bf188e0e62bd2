"""Run the code blocks of a tutorial in order and compare what they print with what it says.

Blocks are fenced. ``bash`` holds lines that begin with ``twofronts``; ``exit=2`` after it is the
exit status of the last one. ``python`` blocks share their names. ``csv``, ``toml`` and ``json``
followed by a path are written to that file. A ``text`` block holds lines that the block before it
printed, in that order.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import Any

from twofronts.cli import main

_FENCE = re.compile(r"^```(\w+) *([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_tutorial(page: Path) -> int:
    """Run a page in the working directory; return how many blocks it had."""
    names: dict[str, Any] = {}
    printed = ""
    blocks = _FENCE.findall(page.read_text(encoding="utf-8"))
    for language, info, body in blocks:
        if language == "bash":
            printed = _run_commands(body, info)
        elif language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(body, str(page), "exec"), names)
            printed = out.getvalue()
        elif language == "text":
            _compare(body, printed)
        else:
            assert info, f"a {language} block without a file to write"
            Path(info).write_text(body, encoding="utf-8")
    return len(blocks)


def _run_commands(body: str, info: str) -> str:
    out = io.StringIO()
    status = 0
    for line in body.splitlines():
        words = shlex.split(line)
        assert words[0] == "twofronts", line
        with contextlib.redirect_stdout(out):
            status = main(words[1:])
    wanted = re.fullmatch(r"exit=(\d+)", info)
    assert status == (int(wanted[1]) if wanted else 0), out.getvalue()
    return out.getvalue()


def _compare(body: str, printed: str) -> None:
    lines = iter(printed.splitlines())
    for wanted in body.splitlines():
        assert any(line == wanted for line in lines), f"{wanted!r} is not in:\n{printed}"
