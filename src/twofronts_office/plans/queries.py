"""What other rooms ask of the plans."""

from __future__ import annotations

from datetime import date

from twofronts_office.plans.choices import PlanKind, PlanState
from twofronts_office.plans.models import Plan

ENDED = (PlanState.DONE, PlanState.ADOPTED)


def latest_situation(as_of: date | None = None) -> Plan | None:
    """The newest finished situation, or the newest as of a day or earlier."""
    rows = Plan.objects.filter(kind=PlanKind.SITUATION, state__in=ENDED, result__has_key="as_of")
    if as_of is not None:
        rows = rows.filter(result__as_of__lte=as_of.isoformat())
    return rows.order_by("-result__as_of", "-pk").first()
