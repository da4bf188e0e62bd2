"""What is due by the clock, in one run that may be repeated without harm."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_noop

from twofronts_office.alerts.domain import watch
from twofronts_office.common import clock
from twofronts_office.common.choices import Role
from twofronts_office.common.domain import limits
from twofronts_office.common.domain.notify import mail_waiting, tell
from twofronts_office.common.jobs import prune_files
from twofronts_office.common.recovery import recover
from twofronts_office.common.scope import system_scope
from twofronts_office.communities.domain import ending_soon, expire
from twofronts_office.effects.domain import expire as expire_changes
from twofronts_office.meetings.domain import chase
from twofronts_office.people.domain import people_with
from twofronts_office.plans.jobs import nightly
from twofronts_office.reports.domain import erase_expired


def run() -> dict[str, int]:
    """Do all of it; returns how much of each was done."""
    today = clock.today()
    with system_scope():
        warned = watch(today=today)
        done = {
            "restrictions expired": expire(today=today),
            "restrictions ending": _ending(today),
            "changes run out": expire_changes(today=today),
            "tasks chased": chase(today=today),
            "warnings raised": warned["raised"],
            "warnings over": warned["closed"],
            "people erased": erase_expired(days=settings.PERSONAL_DATA_DAYS),
            "cut-off work given back": recover(),
            "situations, plans asked for": nightly(),
            "tables deleted": prune_files(days=settings.JOB_FILE_DAYS),
            "rate windows pruned": limits.prune(),
            "mails sent": mail_waiting(),
        }
        call_command("clearsessions")
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
            name=community.name_zh,
            until=community.until,
            link=f"/communities/{community.pk}/",
        )
    return told
