"""Looking at once where something came in that may warn: a situation, or the city's report."""

from __future__ import annotations

from django.db import transaction

from twofronts_office.alerts.domain import watch
from twofronts_office.common import clock
from twofronts_office.common.scope import system_scope
from twofronts_office.plans.choices import PlanKind
from twofronts_office.plans.domain import ON_ENDED
from twofronts_office.plans.models import Plan
from twofronts_office.reports.domain import ON_APPROVED


def look() -> dict[str, int]:
    """Ask every source now, over the whole city, whoever's page or job it was."""
    with system_scope():
        return watch(today=clock.today())


def after_run(*, plan: Plan) -> None:
    """A new situation: its forecast may have missed what came, a grade may be about to change."""
    if plan.kind == PlanKind.SITUATION:
        look()


def after_approval(*, report, by=None) -> None:
    """A report stands: the forecast made before its day is held against it once that is in."""
    transaction.on_commit(look, robust=True)


ON_ENDED.append(after_run)
ON_APPROVED.append(after_approval)
