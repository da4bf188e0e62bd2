"""Work that a killed worker left behind is put back into the queue.

What a job writes it writes in one transaction, so a killed worker leaves nothing half-done; but the
job itself would stand as "running" for ever. Whoever starts a worker, and the hourly run, looks for
tasks whose worker is gone and gives them back. A task that has cost three workers their life is
given up instead, and says so; that an office was stopped in the middle of it does not count.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

LIMIT = timedelta(hours=2)  # a worker on another machine that has not finished by then is gone
ATTEMPTS = 3

GIVE_BACK: dict[str, Callable] = {}


def gives_back(task) -> Callable:
    """Register ``function(*arguments, given_up)``: what a cut-off run is put back to."""

    def add(function: Callable) -> Callable:
        GIVE_BACK[task.module_path] = function
        return function

    return add


def worker_name() -> str:
    """Name of this process as a worker: machine, process, and what no later process repeats.

    At most 64 characters, as the queue's command asks.
    """
    return f"{socket.gethostname()[:30]}/{os.getpid()}/{secrets.token_hex(4)}"


def _machine_and_process(row: DBTaskResult) -> tuple[str, str]:
    host, _slash, rest = (row.worker_ids[-1] if row.worker_ids else "").partition("/")
    return host, rest.partition("/")[0]


def _gone(row: DBTaskResult, me: str) -> bool:
    host, number = _machine_and_process(row)
    if host != socket.gethostname()[:30] or not number.isdigit():
        return row.started_at is None or row.started_at < timezone.now() - LIMIT
    if me and int(number) == os.getpid():  # my number, from before I was started
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody's process
    return False


def recover(*, me: str = "", stopped: Collection[int] = ()) -> int:
    """Give back what workers that are gone were doing; returns how many tasks.

    Parameters
    ----------
    me : str
        The name of the worker that is about to start, if one is.
    stopped : collection of int
        Processes that were ended on purpose: what they were doing is not held against it.
    """
    here, done = socket.gethostname()[:30], 0
    own = {(here, str(pid)) for pid in stopped}
    for row in DBTaskResult.objects.running():
        if not _gone(row, me):
            continue
        with transaction.atomic():
            held = DBTaskResult.objects.select_for_update().running().filter(pk=row.pk)
            spared = _machine_and_process(row) in own
            tried = row.worker_ids[:-1] if spared else row.worker_ids
            given_up = not spared and len(tried) >= ATTEMPTS
            status = "FAILED" if given_up else "READY"
            ended = timezone.now() if given_up else None
            values = {"status": status, "started_at": None, "finished_at": ended}
            if not held.update(**values, worker_ids=tried):
                continue  # another start was quicker
            put_back = GIVE_BACK.get(row.task_path)
            if put_back is not None:
                put_back(*row.args_kwargs["args"], given_up=given_up)
            done += 1
    return done
