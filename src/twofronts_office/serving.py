"""Running the office's processes side by side, and stopping them within seconds.

A job that does not end by itself in :data:`GRACE_S` seconds is killed with its worker, which leaves
nothing of it (see ``common.recovery``), and is put back into the queue here, uncounted: that the
office is started anew is no fault of the job's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

GRACE_S = 1.5  # a web request, or a short job, ends in this time
WORKER = (sys.executable, "-m", "twofronts_office.bridge.worker")
QUICK_INTERVAL = "0.3"  # seconds between two looks at the queue where somebody waits


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The web server's command line; the benchmark starts the same one."""
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--workers", str(workers),
        "--threads", "4", "--preload", "--timeout", "60", "--max-requests", "5000",
        "--max-requests-jitter", "500", "--graceful-timeout", "1", "--access-logfile", "/dev/null",
        # Longer than a browser or a proxy keeps a connection, so that the server closes none in
        # the moment in which somebody sends on it (with gunicorn's own 2 s a page in 900 failed).
        "--keep-alive", "75", "--no-control-socket",
        "twofronts_office.config.wsgi:application",
    ]  # fmt: skip


def serve(host: str, port: int, workers: int) -> bool:
    """Run the web server, a worker for jobs and one for what-ifs until asked to stop.

    Returns
    -------
    bool
        Whether it was asked to stop; otherwise one of them ended by itself, and all were ended.
    """
    env = {"TWOFRONTS_OFFICE_WORKER_INTERVAL": QUICK_INTERVAL}
    return side_by_side(
        [(web_command(host, port, workers), {}), ([*WORKER, "default"], {}),
         ([*WORKER, "whatif"], env)]
    )  # fmt: skip


def work() -> bool:
    """Run one worker for every queue until asked to stop."""
    return side_by_side([([*WORKER, "*"], {})])


def side_by_side(commands: Sequence[tuple[Sequence[str], dict[str, str]]]) -> bool:
    """Run commands until a signal asks to stop, or one of them ends; then end them all."""
    from django.db import connections

    connections.close_all()  # nothing is asked of the database until the end
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings"}
    with _asked() as asked:
        # in groups of their own: Ctrl-C reaches this process, which ends the others in order
        running = [
            subprocess.Popen(command, env=env | more, start_new_session=True)
            for command, more in commands
        ]
        while not asked.wait(0.2) and all(one.poll() is None for one in running):
            pass
        _end(running)
        back = _give_back([one.pid for one in running])
    if back:
        print(f"{back} jobs were cut off and stand in the queue again.")
    return asked.is_set()


@contextmanager
def _asked() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C or a request to end."""
    asked = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda *_args: asked.set()) for kind in kinds]
    try:
        yield asked
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


def _end(running: Sequence[subprocess.Popen]) -> None:
    for one in running:
        if one.poll() is None:
            one.terminate()
    until = time.monotonic() + GRACE_S
    while time.monotonic() < until and any(one.poll() is None for one in running):
        time.sleep(0.05)
    for one in running:
        if one.poll() is None:
            os.killpg(one.pid, signal.SIGKILL)  # compiled code looks at no signal
            one.wait()


def _give_back(pids: list[int]) -> int:
    """Put back what these processes were doing; the next start does it if that cannot be done."""
    from django.db import DatabaseError

    from twofronts_office.common.recovery import recover
    from twofronts_office.common.scope import system_scope

    try:
        with system_scope():
            return recover(stopped=pids)
    except DatabaseError as error:
        print(f"What was cut off is put back at the next start: {error}", file=sys.stderr)
        return 0
