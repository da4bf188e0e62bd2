"""What is due by the clock, in one run that may be repeated without harm."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_noop

from twofronts_office.alerts.domain import watch
from twofronts_office.common import clock
from twofronts_office.common.choices import Role
from twofronts_office.common.domain import limits, personal
from twofronts_office.common.domain.notify import mail_waiting, tell
from twofronts_office.common.jobs import prune_files
from twofronts_office.common.names import Pair
from twofronts_office.common.recovery import recover
from twofronts_office.common.scope import system_scope
from twofronts_office.communities.domain import ending_soon, expire
from twofronts_office.effects.domain import expire as expire_changes
from twofronts_office.meetings.domain import chase
from twofronts_office.people.domain import people_with
from twofronts_office.plans.jobs import nightly

log = logging.getLogger(__name__)


def _steps(today: date) -> dict[str, Callable[[], int | dict[str, int] | None]]:
    """What a run does, in its order; e-mail comes after everything that tells somebody."""
    return {
        "warnings": lambda: watch(today=today),
        "restrictions expired": lambda: expire(today=today),
        "restrictions ending": lambda: _ending(today),
        "changes run out": lambda: expire_changes(today=today),
        "tasks chased": lambda: chase(today=today),
        "personal data erased": lambda: personal.erase_expired(days=settings.PERSONAL_DATA_DAYS),
        "cut-off work given back": recover,
        "situations, plans asked for": nightly,
        "tables deleted": lambda: prune_files(days=settings.JOB_FILE_DAYS),
        "rate windows pruned": limits.prune,
        "mails sent": mail_waiting,
        "sessions": lambda: call_command("clearsessions"),
    }


def run() -> dict[str, int]:
    """Do all of it; returns how much of each was done.

    Raises
    ------
    ExceptionGroup
        After everything else was done, if a step failed: one that fails holds up no other.
    """
    done: dict[str, int] = {}
    failed: list[Exception] = []
    with system_scope():
        for name, step in _steps(clock.today()).items():
            try:
                found = step()
            except Exception as error:  # whatever it was, reminders and e-mail still go out
                log.exception("periodic run: %s", name)
                failed.append(error)
                continue
            if isinstance(found, dict):
                done |= {f"{name} {k}": n for k, n in found.items()}
            elif found is not None:
                done[name] = found
    if failed:
        raise ExceptionGroup("steps of the periodic run failed; the others were done", failed)
    return done


def _ending(today) -> int:
    told = 0
    for community in ending_soon(today=today).select_related("area"):
        told += tell(
            users=people_with(role=Role.COMMUNITY, area=community.area_id),
            key=f"community-{community.pk}-{community.until}",
            message=gettext_noop(
                "The restriction of %(name)s ends on %(until)s: "
                "renew it with a reason or let it end."
            ),
            name=Pair(community.name_zh, community.name_en),
            until=community.until,
            link=f"/communities/{community.pk}/",
        )
    return told
