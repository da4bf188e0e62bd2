"""A second process that sets the pages of one language while this one sets the other's.

Drawing and setting type is work of Python that threads cannot share, a fifth of a quick brief. The
process is started first of all, so that what it loads is loaded while this one reads the city on
one core.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any


class Apart:
    """A process of this Python that sets pages.

    What goes wrong there is no more than a task without an answer: whoever asked does it again, and
    meets the same trouble where it can be told.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "twofronts.briefing.apart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            # Ctrl-C is for whoever started it, who then closes this one
            start_new_session=True,
        )

    def ask(self, what: str, evidence: Any, lang: str) -> None:
        """Hand over a task.

        Parameters
        ----------
        what : str
            One of ``make.SETTERS``.
        evidence : Evidence
        lang : str
        """
        assert self._process.stdin is not None
        try:
            pickle.dump((what, evidence, lang), self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except OSError:
            # it is gone; ``answer`` will say so
            self._process.kill()

    def answer(self) -> dict[str, bytes] | None:
        """Return the files of the task handed over, None if there are none."""
        assert self._process.stdout is not None
        try:
            found = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        return found if isinstance(found, dict) else None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            # what was not yet handed over is of no use any more
            with suppress(OSError):
                pipe.close()
        self._process.wait()


@contextmanager
def second_process(langs: Sequence[str]) -> Iterator[Apart | None]:
    """Lend a second process where two languages and two cores are there for it, or None."""
    if len(langs) < 2 or len(os.sched_getaffinity(0)) < 2:
        yield None
        return
    try:
        apart = Apart()
    except OSError:
        # no process can be started here; one sets both languages too
        yield None
        return
    try:
        yield apart
    finally:
        apart.close()


def _warm() -> dict[str, Any]:
    """Load what setting pages takes, and return what can be asked for."""
    import typst  # noqa: F401

    from twofronts.briefing.make import SETTERS
    from twofronts.briefing.pictures.style import canvas, look, save
    from twofronts.fonts import known_characters, subset_woff

    known_characters()
    subset_woff("a", "Regular")
    with look():
        figure, axes = canvas(2, 2)
        axes.set_title("一")
        save(figure, "svg")
    return SETTERS


def _serve() -> None:
    """Set what is asked for until nobody asks any more."""
    tasks, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # a library's chatter must not come between the answers
    os.dup2(2, 1)
    setters = _warm()
    from twofronts.briefing.measure import build_figures

    while True:
        try:
            what, evidence, lang = pickle.load(tasks)
        except EOFError:
            return
        try:
            found = setters[what](evidence, build_figures(evidence), lang)
        except Exception:
            found = None
        pickle.dump(found, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    _serve()
