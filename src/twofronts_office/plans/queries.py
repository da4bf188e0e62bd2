"""What other pages ask of the plans: the newest situation, and the rulebook in force.

Rows come regardless of the reader's scope, since a situation holds counts and no person: a page
that shows them says itself who may open it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from twofronts_office.bridge import core, rulebooks
from twofronts_office.common.models import StateChange
from twofronts_office.common.names import english
from twofronts_office.meetings.choices import DecisionState, MeetingState
from twofronts_office.plans.choices import PlanKind, PlanState
from twofronts_office.plans.models import Plan

ENDED = (PlanState.DONE, PlanState.ADOPTED)


def latest_situation(as_of: date | None = None) -> Plan | None:
    """The newest situation that has been worked out.

    Its ``result`` holds ``as_of``; ``situation`` and ``forecast``, exactly as
    ``docs/schemas/situation.schema.json`` and ``docs/schemas/forecast.schema.json`` say (a forecast
    is null where nothing could be fitted); ``scores``; ``quality`` (see :func:`quality_of`);
    ``front_two`` with ``date``, ``sectors``, ``freight`` and ``supplies``; and ``manifest``.

    Parameters
    ----------
    as_of : date, optional
        The newest of this day or an earlier one.

    Returns
    -------
    Plan or None
    """
    rows = Plan._base_manager.filter(kind=PlanKind.SITUATION, state__in=ENDED)
    rows = rows.filter(result__has_key="as_of")
    if as_of is not None:
        rows = rows.filter(result__as_of__lte=as_of.isoformat())
    return rows.order_by("-result__as_of", "-pk").first()


def fitted_situation() -> Plan | None:
    """The newest situation, if it kept the city and the fit that a run may begin from."""
    newest = latest_situation()
    kept = {} if newest is None else newest.result.get("files", {})
    return newest if {core.CITY_FILE, core.FIT_FILE} <= set(kept) else None


def newest_front() -> Plan | None:
    """The newest search or brief that kept the front of its search."""
    rows = Plan._base_manager.filter(kind__in=(PlanKind.SEARCH, PlanKind.BRIEF), state__in=ENDED)
    return rows.filter(result__has_key="front").order_by("-pk").first()


def quality_of(plan: Plan) -> list[dict[str, str]]:
    """The warnings of a situation in the reader's language, the worst first.

    Returns
    -------
    list of dict
        ``level`` ("bad", "caution" or "note"), ``what``, ``where``, ``why`` and ``remedy``.
    """
    return [
        {"level": w["level"], "where": w["where"]}
        | {k: (w if english() else w["zh"])[k] for k in ("what", "why", "remedy")}
        for w in plan.result.get("quality", [])
    ]


@dataclass(frozen=True, slots=True)
class InForce:
    """A rulebook that a meeting put into force: TOML, the plan it came from, and since when."""

    toml: str
    plan: int
    option: str
    since: date


def _gone(on: date | None) -> Q:
    """Decisions that were dropped, or withdrawn by a day."""
    log = StateChange.objects.filter(
        register="meetings.decision", after=DecisionState.WITHDRAWN
    )  # fmt: skip
    if on is not None:
        log = log.filter(at__date__lte=on)
    withdrawn = Q(state=DecisionState.WITHDRAWN, pk__in=log.values("object_id"))
    return Q(state=DecisionState.DROPPED) | withdrawn


def adopted_rulebook(on: date | None = None) -> InForce | None:
    """The rulebook last adopted by a meeting that has been published.

    What the meeting dropped of the plan, or withdrew since, stands as it stood before: in the
    rulebook adopted earlier, or in the one that is held.

    Parameters
    ----------
    on : date, optional
        Adopted on this day or before; the newest of all if not given.

    Returns
    -------
    InForce or None
        None while no meeting has adopted a plan.
    """
    rows = (
        Plan._base_manager.filter(
            state=PlanState.ADOPTED, adopted_for__state=MeetingState.PUBLISHED
        )
        .select_related("adopted_for")
        .order_by("adopted_for__held_at", "pk")
    )
    found: InForce | None = None
    for plan in rows:
        since = plan.adopted_for.held_at.date()
        text = plan.result.get("rulebooks", {}).get(plan.adopted_option)
        if text is None or (on is not None and since > on):
            continue
        dropped = plan.adopted_for.decisions.filter(_gone(on)).exclude(measure="")
        single = [d.checkpoint_code for d in dropped if d.checkpoint_code]
        gone = [d.measure for d in dropped if not d.checkpoint_code]
        if gone or single:
            before = found.toml if found else rulebooks.builtin("held")
            text = rulebooks.with_measures_of(text, before, gone, single)
        found = InForce(text, plan.pk, plan.adopted_option, since)
    return found
