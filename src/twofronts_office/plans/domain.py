"""Asking for a run, doing it in the background, adopting what came out."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_tasks import task

from twofronts_office.bridge import core
from twofronts_office.common import clock
from twofronts_office.common.domain.attachments import RESERVED, attachments_of, keep
from twofronts_office.common.domain.records import Refused, move, note_change
from twofronts_office.common.jobs import enqueue
from twofronts_office.common.recovery import gives_back
from twofronts_office.meetings.domain import draft_decisions
from twofronts_office.meetings.models import Meeting
from twofronts_office.plans.choices import PlanKind, PlanState
from twofronts_office.plans.models import Plan

EARLIER = 28  # forecasts kept earlier that a situation scores
ON_ENDED: list = []  # called with the plan once its result is in
# the line list of a situation holds no person, and is a case each: for those who may view cases
RESERVED["plans.plan", core.LINES_FILE] = "reports.case"
log = logging.getLogger(__name__)

MOVES = {
    PlanState.WAITING: (PlanState.RUNNING, PlanState.FAILED),
    PlanState.RUNNING: (PlanState.DONE, PlanState.FAILED, PlanState.WAITING),
    PlanState.FAILED: (PlanState.WAITING,),
    PlanState.DONE: (PlanState.ADOPTED,),
}


class Stopped(Exception):
    """Somebody stopped the run while it was under way."""


def ask(*, plan: Plan, by) -> Plan:
    """Store the wish and queue the run; the queue lies in the database."""
    plan.asked_by = by
    with transaction.atomic():
        plan.save()
        note_change(obj=plan, before="", after=PlanState.WAITING, by=by)
        quick = plan.kind == PlanKind.WHATIF
        enqueue(run_plan.using(queue_name="whatif") if quick else run_plan, plan.pk)
    return plan


def wish_of(plan: Plan) -> core.Wish:
    """What the core is asked for: the row's numbers, its rulebooks and the files it stands on."""
    names = tuple(w.strip() for w in plan.rulebooks.split(",") if w.strip()) or ("held",)
    return core.Wish(
        kind=plan.kind, rulebooks=names, days=plan.days, draws=plan.draws, seed=plan.seed,
        budget=plan.budget, books=tuple((b["name"], b["toml"]) for b in plan.books),
        inputs=inputs_of(plan), today=clock.today(),
        suspected=core.suspected_now() if plan.kind == PlanKind.SITUATION else 0,
    )  # fmt: skip


def inputs_of(plan: Plan) -> dict[str, bytes]:
    """The files that a run begins from.

    A plan, a brief and a what-if begin from those of their situation; a situation from the register
    of cases and the forecasts made before it.
    """
    if plan.situation_id:
        names = [core.CITY_FILE, core.FIT_FILE]
        if (plan.situation.result.get("register") or {}).get("used"):
            names.append(core.LINES_FILE)
        return files_of(plan.situation, names)
    if plan.kind != PlanKind.SITUATION:
        return {}
    rows = Plan._base_manager.filter(
        kind=PlanKind.SITUATION, state__in=(PlanState.DONE, PlanState.ADOPTED), pk__lt=plan.pk
    ).exclude(as_of=None)
    newest: dict[str, dict] = {}
    for one in rows.order_by("-as_of", "-pk")[: EARLIER * 3]:
        made = one.result.get("forecast")
        if made:
            newest.setdefault(made["as_of"], made)
    lines = core.lines_of_register(clock.today())
    found = {core.LINES_FILE: lines} if lines else {}
    if not newest:
        return found
    kept = [newest[day] for day in sorted(newest)[-EARLIER:]]
    found[core.EARLIER_FILE] = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()
    return found


def files_of(plan: Plan, names) -> dict[str, bytes]:
    """Files that a run kept, by name; those with a changed content are refused.

    Raises
    ------
    core.CoreProblem
        If one is gone or is not what was kept.
    """
    found = {}
    held = {a.name: a for a in attachments_of(plan)}
    for name in names:
        try:
            with held[name].file.open("rb") as file:
                data = file.read()
        except (KeyError, OSError) as error:
            raise core.CoreProblem(
                _("The file %(name)s of the situation is gone: work the situation out again.")
                % {"name": name}
            ) from error
        if hashlib.sha256(data).hexdigest() != plan.result["files"][name]:
            raise core.CoreProblem(
                _("The file %(name)s of the situation was changed: work the situation out again.")
                % {"name": name}
            )
        found[name] = data
    return found


@task()
def run_plan(pk: int) -> str:
    """Run one plan. A run that was cut off is given back and starts again from its beginning."""
    plan = Plan._base_manager.get(pk=pk)
    try:
        if plan.state != PlanState.WAITING:
            return "taken"
        move(obj=plan, to=PlanState.RUNNING, allowed=MOVES)
    except Refused:
        return "taken"

    going = Plan._base_manager.filter(pk=pk, state=PlanState.RUNNING)

    def progress(percent: int) -> None:
        if not going.update(progress=min(100, max(0, int(percent)))):
            raise Stopped

    def show(found: dict) -> None:
        going.update(partial=found)

    try:
        result, files = core.run(replace(wish_of(plan), show=show), progress=progress)
        if not going.exists():
            raise Stopped
        _end(pk, result, files)
    except Stopped:  # whoever stopped it has written down that it ended
        return PlanState.FAILED
    except core.CoreProblem as problem:
        _fail(pk, str(problem))
        return PlanState.FAILED
    except Exception as error:  # whatever it was, the plan must not stand as running
        _fail(pk, f"{type(error).__name__}: {error}")
        raise
    _follow(pk)
    return PlanState.DONE


def _follow(pk: int) -> None:
    """Tell whoever waits for results; the run has ended well, whatever becomes of that."""
    plan = Plan._base_manager.get(pk=pk)
    for follow in ON_ENDED:
        try:
            follow(plan=plan)
        except Exception:  # the hourly run does what could not be done here
            log.exception("after the end of run %s", pk)


def stop(*, plan: Plan, by) -> None:
    """Stop a run that waits or is under way: its worker lets go at its next step."""
    values = {"error": gettext_noop("Stopped before it was done."), "partial": {}}
    move(obj=plan, to=PlanState.FAILED, by=by, allowed=MOVES, values=values)


def _fail(pk: int, why: str) -> None:
    plan = Plan._base_manager.get(pk=pk)
    if plan.state != PlanState.RUNNING:  # it was stopped meanwhile
        return
    move(obj=plan, to=PlanState.FAILED, allowed=MOVES, values={"error": why[:4000]})


@transaction.atomic
def _end(pk: int, result: dict, files: dict[str, bytes]) -> None:
    """Store what came out, whole or not at all; it is not changed afterwards."""
    plan = Plan._base_manager.get(pk=pk)
    result["files"] = {n: hashlib.sha256(data).hexdigest() for n, data in files.items()}
    values = {"result": result, "progress": 100, "partial": {}}
    if plan.kind == PlanKind.SITUATION:
        values["as_of"] = date.fromisoformat(result["as_of"])
    elif plan.situation_id:
        values["as_of"] = plan.situation.as_of
    move(obj=plan, to=PlanState.DONE, allowed=MOVES, values=values)
    for name, data in files.items():
        keep(obj=plan, name=name, data=data)


@gives_back(run_plan)
def _plan_back(pk: int, *, given_up: bool) -> None:
    plan = Plan._base_manager.filter(pk=pk, state=PlanState.RUNNING).first()
    if plan is None:
        return
    values = {"progress": 0, "partial": {}}
    if given_up:
        values["error"] = _("The work was cut off three times and was given up.")
    to = PlanState.FAILED if given_up else PlanState.WAITING
    move(obj=plan, to=to, allowed=MOVES, values=values)


@transaction.atomic
def adopt(*, plan: Plan, meeting: Meeting, option: str, by) -> list:
    """Draft the decisions of one of the plan's options for a meeting."""
    proposals = plan.result.get("proposals", {}).get(option)
    if not proposals:
        raise Refused(_("The plan holds no such option."))
    values = {"adopted_option": option[:60], "adopted_for": meeting}
    move(obj=plan, to=PlanState.ADOPTED, by=by, reason=option, allowed=MOVES, values=values)
    return draft_decisions(meeting=meeting, proposals=proposals, by=by)
