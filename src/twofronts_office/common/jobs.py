"""Imports and exports that run outside the request, as jobs in the database."""

from __future__ import annotations

from django.utils import translation
from django_tasks import task

from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.choices import JobState
from twofronts_office.common.models import Job
from twofronts_office.common.register import REGISTERS
from twofronts_office.common.scope import office_scope


def _start(pk: str, *, from_states) -> Job | None:
    """Claim a job by a conditional update, so that two workers never do it both."""
    claimed = Job.objects.filter(pk=pk, state__in=from_states).update(state=JobState.RUNNING)
    return Job.objects.select_related("owner").get(pk=pk) if claimed else None


def _finish(job: Job, state: str, result: dict) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, result=result, done_at=clock.now())


def _as_owner(job: Job):
    return office_scope(access_of(job.owner))


@task()
def run_export(pk: str) -> str:
    from twofronts_office.common.exports import write_export  # models must be loaded

    job = _start(pk, from_states=[JobState.WAITING])
    if job is None:
        return "taken"
    try:
        with _as_owner(job), translation.override(job.owner.language):
            rows = write_export(job=job, entry=REGISTERS[job.register])
    except Exception as error:
        _finish(job, JobState.FAILED, {"error": f"{type(error).__name__}: {error}"[:500]})
        raise
    _finish(job, JobState.DONE, {"rows": rows})
    return JobState.DONE


@task()
def run_import(pk: str, apply: bool) -> str:
    """Check an uploaded table, or bring it in whole. A killed worker leaves nothing of it."""
    from twofronts_office.common.imports import Unreadable, check_or_apply

    states = [JobState.CHECKED] if apply else [JobState.WAITING]
    job = _start(pk, from_states=states)
    if job is None:
        return "taken"
    try:
        with _as_owner(job), translation.override(job.owner.language):
            result = check_or_apply(job=job, entry=REGISTERS[job.register], apply=apply)
    except Unreadable as error:
        _finish(job, JobState.FAILED, {"error": str(error)})
        return JobState.FAILED
    except Exception as error:
        _finish(job, JobState.FAILED, {"error": f"{type(error).__name__}: {error}"[:500]})
        raise
    if result["errors"]:
        _finish(job, JobState.FAILED, result)
        return JobState.FAILED
    _finish(job, JobState.DONE if apply else JobState.CHECKED, result)
    return JobState.DONE
