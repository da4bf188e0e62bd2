"""The worker that runs jobs: ``python -m twofronts_office.bridge.worker``.

It first gives back what a killed worker left behind, then takes jobs from the database until it is
stopped. With the name of a queue (``whatif`` or ``default``) it takes that queue alone; one that
takes what-ifs keeps the newest city warm.
"""

from __future__ import annotations

import os
import sys
import threading

import django


def warm_newest() -> bool:
    """Bring the newest situation's city and fit into memory, and load the compiled kernels."""
    from django.db import connection

    from twofronts_office.bridge import core, warm
    from twofronts_office.common.scope import system_scope
    from twofronts_office.plans.domain import files_of
    from twofronts_office.plans.queries import latest_situation
    from twofronts_office.plans.whatif import DAYS, DRAWS

    try:
        with system_scope():
            newest = latest_situation()
            if newest is None or newest.result.get("files", {}).get(core.FIT_FILE) is None:
                return False
            kept = files_of(newest, (core.CITY_FILE, core.FIT_FILE))
        warm.warm_up(kept[core.CITY_FILE], kept[core.FIT_FILE], days=DAYS, draws=DRAWS, seed=0)
        return True
    except core.CoreProblem:
        return False  # the what-if itself will say what is wrong
    finally:
        connection.close()


def work(
    *, queue_name: str = "*", interval: float = 1.0, batch: bool = False, startup_delay: bool = True
) -> None:
    """Run jobs until stopped.

    Parameters
    ----------
    queue_name : str
        A queue, or "*" for all.
    interval : float
        Between two looks at an empty queue. [s]
    batch : bool
        End as soon as the queue is empty.
    startup_delay : bool
        Wait a random part of a second first, so that workers do not all look at once.
    """
    from django_tasks_db.management.commands.db_worker import Command, Worker

    from twofronts_office.common.recovery import recover, worker_name

    class Patient(Worker):
        """A worker whose job is never written down as failed because somebody asks to stop.

        The queue's own worker takes a second signal for an order to break the job off and to say
        that it failed. Here the process ends on the spot instead, and leaves the job to be given
        back.
        """

        def shutdown(self, signum, frame):
            if not self.running:
                os._exit(128 + signum)
            super().shutdown(signum, frame)

    me = worker_name()
    recover(me=me)
    if queue_name in ("*", "whatif") and not batch:
        threading.Thread(target=warm_newest, name="warm", daemon=True).start()
    Command().configure_logging(1)
    one = Patient(
        queue_names=queue_name.split(","), interval=interval, batch=batch, backend_name="default",
        startup_delay=startup_delay, max_tasks=None, worker_id=me, excluded_queue_names=[],
    )  # fmt: skip
    one.configure_signals()
    one.run()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
    django.setup()
    work(
        queue_name=sys.argv[1] if len(sys.argv) > 1 else "*",
        interval=float(os.environ.get("TWOFRONTS_OFFICE_WORKER_INTERVAL", "1")),
    )
