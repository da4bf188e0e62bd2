"""Imports and exports that run outside the request, as jobs in the database."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import default_task_backend, task
from django_tasks_db import DatabaseBackend

from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.choices import JobState
from twofronts_office.common.models import Job
from twofronts_office.common.recovery import gives_back
from twofronts_office.common.register import REGISTERS
from twofronts_office.common.scope import office_scope


def enqueue(what, *arguments) -> None:
    """Put a task into the queue together with the rows that ask for it.

    The queue lies in the same database: both are written by one transaction, and a server killed in
    between leaves neither. Any other queue is told after the rows are in.
    """
    if isinstance(default_task_backend, DatabaseBackend):
        what.enqueue(*arguments)
    else:
        transaction.on_commit(lambda: what.enqueue(*arguments))


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
    from twofronts_office.common.exports import NotExported, write_export  # models must be loaded

    job = _start(pk, from_states=[JobState.WAITING])
    if job is None:
        return "taken"
    try:
        with _as_owner(job), translation.override(job.owner.language), transaction.atomic():
            rows = write_export(job=job, entry=REGISTERS[job.register])
            _finish(job, JobState.DONE, {"rows": rows})
    except NotExported as error:
        _finish(job, JobState.FAILED, {"error": str(error)})
        return JobState.FAILED
    except Exception as error:
        _finish(job, JobState.FAILED, {"error": f"{type(error).__name__}: {error}"[:500]})
        raise
    return JobState.DONE


@task()
def run_import(pk: str, apply: bool) -> str:
    """Check an uploaded table, or bring it in whole. A killed worker leaves nothing of it.

    Rows, log and the job's own end are one transaction: there is no instant at which the table is
    in and the job does not know.
    """
    from twofronts_office.common.imports import check_or_apply
    from twofronts_office.common.tables import Unreadable

    states = [JobState.CHECKED] if apply else [JobState.WAITING]
    job = _start(pk, from_states=states)
    if job is None:
        return "taken"
    done = JobState.DONE if apply else JobState.CHECKED
    try:
        with _as_owner(job), translation.override(job.owner.language), transaction.atomic():
            result = check_or_apply(job=job, entry=REGISTERS[job.register], apply=apply)
            state = JobState.FAILED if result["errors"] else done
            _finish(job, state, result)
    except Unreadable as error:
        _finish(job, JobState.FAILED, {"error": str(error)})
        return JobState.FAILED
    except IntegrityError:  # it was checked, and somebody came in between
        with translation.override(job.owner.language):
            said = _("Somebody entered one of these rows in the meantime. Send the table again.")
        _finish(job, JobState.FAILED, {"error": said})
        return JobState.FAILED
    except Exception as error:
        _finish(job, JobState.FAILED, {"error": f"{type(error).__name__}: {error}"[:500]})
        raise
    return state


def _back(pk: str, to: str, given_up: bool) -> None:
    running = Job.objects.filter(pk=pk, state=JobState.RUNNING)
    if not given_up:
        running.update(state=to)
        return
    job = running.select_related("owner").first()
    if job is not None:
        with translation.override(job.owner.language):
            text = _("The work was cut off three times and was given up. Nothing was changed.")
        _finish(job, JobState.FAILED, {"error": text})


@gives_back(run_export)
def _export_back(pk: str, *, given_up: bool) -> None:
    _back(pk, JobState.WAITING, given_up)


@gives_back(run_import)
def _import_back(pk: str, apply: bool, *, given_up: bool) -> None:
    _back(pk, JobState.CHECKED if apply else JobState.WAITING, given_up)


def prune_files(*, days: int) -> int:
    """Delete tables that came in or went out more than ``days`` ago; they may hold personal data.

    Goes by the folders, so that a file that a killed worker left without a job goes too.
    """
    before = time.time() - days * 86_400
    gone = 0
    old = Job.objects.filter(
        at__lt=timezone.now() - timedelta(days=days), result__has_key="preview"
    )
    for job in old.iterator():  # the rows that were shown may name people
        kept = {k: v for k, v in job.result.items() if k not in ("preview", "errors")}
        Job.objects.filter(pk=job.pk).update(result=kept)
    for folder in ("imports", "exports"):
        for path in Path(settings.MEDIA_ROOT, folder).rglob("*"):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
                name = path.relative_to(settings.MEDIA_ROOT).as_posix()
                Job.objects.filter(upload=name).update(upload="")
                Job.objects.filter(output=name).update(output="")
                gone += 1
    return gone
