"""The worker that runs jobs: ``python -m twofronts_office.bridge.worker``.

It first gives back what a killed worker left behind, then takes jobs from the database until it is
stopped.
"""

from __future__ import annotations

import os

import django


def work(**options) -> None:
    """Run jobs until stopped; options are those of the queue's own command."""
    from django.core.management import call_command

    from twofronts_office.common.recovery import recover, worker_name

    me = worker_name()
    recover(me=me)
    call_command("db_worker", worker_id=me, **options)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
    django.setup()
    work(interval=float(os.environ.get("TWOFRONTS_OFFICE_WORKER_INTERVAL", "1")))
