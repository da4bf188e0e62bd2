"""A process that is killed leaves nothing half-done, and what it was doing is done after all."""

from __future__ import annotations

import time

import pytest

from . import build, places

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]
KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
N = 3000


@pytest.fixture(scope="module", params=KINDS)
def made(request, tmp_path_factory):
    """One office with the small city, for each kind of database."""
    place = places.empty(tmp_path_factory.mktemp("made"), request.param)
    place.python(places.MIGRATE + "with transaction.atomic(): build.city()")
    yield place
    place.drop()


@pytest.fixture
def place(made, tmp_path):
    one = made.copy(tmp_path / "office")
    yield one
    one.drop()


WORKER = ("-m", "twofronts_office.bridge.worker")
UNTIL_EMPTY = """
from twofronts_office.bridge.worker import work
try:
    work(interval=0.1, batch=True, startup_delay=False)
except SystemExit:
    pass
"""
STATE = """
from twofronts_office.common.models import Job, SecurityEvent
from twofronts_office.enterprises.models import Enterprise
with system_scope():
    job = Job.objects.get()
    say({
        "job": job.state, "result": job.result, "output": job.output.name,
        "rows": Enterprise.objects.count(), "history": Enterprise.history.count(),
        "logged": SecurityEvent.objects.filter(kind=job.kind).count(),
    })
"""


def ask_import(place) -> None:
    """A table of enterprises, checked, and the wish to bring it in."""
    lines = ["uscc,name,area,sector,insured_staff"]
    lines += [f"{build.code(10_000 + i)},New {i},{build.EAST},F,{i + 1}" for i in range(N)]
    table = place.home / "table.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    place.python(f"""
from django.core.files.base import ContentFile
from twofronts_office.common.jobs import enqueue, run_import
from twofronts_office.common.models import Job
job = Job.objects.create(
    kind="import", register="enterprises", owner=build.user("industry_city"),
    upload=ContentFile(open({str(table)!r}, "rb").read(), name="table.csv"),
    arguments={{"name": "table.csv"}},
)
assert run_import.func(str(job.pk), False) == "checked"
enqueue(run_import, str(job.pk), True)
""")


def ask_export(place) -> None:
    place.python("""
from twofronts_office.common.jobs import enqueue, run_export
from twofronts_office.common.models import Job
from twofronts_office.reports.models import Case
Case._base_manager.bulk_create(
    [Case(number=f"X-{i}", area_id=build.EAST, name="n") for i in range(8000)], batch_size=1000
)
job = Job.objects.create(
    kind="export", register="cases", owner=build.user("health_city"), arguments={"format": "xlsx"}
)
enqueue(run_export, str(job.pk))
""")


def kill_when_running(place, after: float) -> None:
    """Start a worker and kill it so long after its job began."""
    worker = place.start(*WORKER)
    try:
        until = time.monotonic() + 60
        while place.python(STATE)["job"] != "running":
            assert time.monotonic() < until, "the job never began"
            assert worker.poll() is None, worker.communicate()[1][-2000:]
        time.sleep(after)
    finally:
        worker.kill()
        worker.wait()


# The worker is slowed where it counts, so that the kill falls into the middle on any machine.
SLOW_IMPORT = """
from twofronts_office.common import imports
true = imports.bulk_create_with_history
def slow(*args, **kwargs):
    found = true(*args, **kwargs)
    say("written")
    sys.stdout.flush()
    time.sleep(60)
    return found
imports.bulk_create_with_history = slow
"""
SLOW_EXPORT = """
from twofronts_office.common import exports
true = exports.cell_of
n = [0]
def slow(*args, **kwargs):
    n[0] += 1
    if n[0] == 20000:
        say("in the middle")
        sys.stdout.flush()
        time.sleep(60)
    return true(*args, **kwargs)
exports.cell_of = slow
"""


def kill_in_the_middle(place, slow: str) -> None:
    worker = place.start("-c", places.SETUP + slow + UNTIL_EMPTY)
    said = worker.stdout.readline()
    assert said, worker.communicate()[1][-2000:]
    worker.kill()
    worker.wait()


def test_killed_in_an_import_brings_in_nothing_and_then_everything_once(place):
    ask_import(place)
    before = place.python(STATE)
    kill_in_the_middle(place, SLOW_IMPORT)
    left = place.python(STATE)
    assert (left["rows"], left["history"]) == (before["rows"], before["history"])
    assert (left["job"], left["logged"]) == ("running", 0)
    place.python(UNTIL_EMPTY)
    after = place.python(STATE)
    assert (after["job"], after["result"]["new"]) == ("done", N)
    assert after["rows"] == before["rows"] + N
    assert after["history"] == before["history"] + N
    assert after["logged"] == 1


def test_killed_at_any_moment_of_an_import(place):
    ask_import(place)
    before = place.python(STATE)["rows"]
    kill_when_running(place, 0.2)
    left = place.python(STATE)
    assert left["rows"] == (before + N if left["job"] == "done" else before)
    place.python(UNTIL_EMPTY)
    after = place.python(STATE)
    assert (after["job"], after["rows"], after["logged"]) == ("done", before + N, 1)


def test_killed_in_an_export_offers_no_half_file(place):
    ask_export(place)
    kill_in_the_middle(place, SLOW_EXPORT)
    left = place.python(STATE)
    assert (left["job"], left["output"], left["logged"]) == ("running", "", 0)
    place.python(UNTIL_EMPTY)
    after = place.python(STATE)
    assert (after["job"], after["logged"]) == ("done", 1)
    assert after["result"]["rows"] == 8002


def test_work_that_kills_three_workers_is_given_up_and_says_so(place):
    ask_export(place)
    for _ in range(3):
        kill_in_the_middle(place, SLOW_EXPORT)
    place.python(UNTIL_EMPTY)
    after = place.python(STATE)
    assert after["job"] == "failed"
    assert "three times" in after["result"]["error"] or "三次" in after["result"]["error"]


APPROVE = """
from twofronts_office.reports import domain
from twofronts_office.reports.models import DailyReport
with system_scope():
    report = DailyReport.objects.filter(area_id=build.EAST).get()
"""
REPORT = (
    APPROVE
    + """
from twofronts_office.common.models import StateChange
with system_scope():
    say([report.state, report.version, report.history.count(), StateChange.objects.count()])
"""
)


@pytest.mark.parametrize("moment", ["records.note_change", "records.clock.now"])
def test_killed_in_an_approval_leaves_the_report_as_it_was(place, moment):
    place.python(APPROVE + "domain.submit(report=report, by=build.user('health_east'))")
    before = place.python(REPORT)
    page = f"""
from django.test import Client
from twofronts_office.common.domain import records
{moment} = die
client = Client()
client.force_login(
    build.user("health_lead_east"), "allauth.account.auth_backends.AuthenticationBackend"
)
client.post(f"/reports/{{report.pk}}/do/approve-district/")
say("still alive")
"""
    place.python(APPROVE + page, status=-9)
    assert place.python(REPORT) == before
    place.python(
        APPROVE + "domain.approve_district(report=report, by=build.user('health_lead_east'))"
    )
    after = place.python(REPORT)
    assert after[0] == "district_approved"
    assert after[3] == before[3] + 1


def test_killed_in_a_public_filing_leaves_no_enterprise_without_its_filing(place):
    data = {
        "uscc": build.code(5), "name": "N", "area": build.EAST, "sector": "F", "insured_staff": 9,
        "resume_on": str(build.today()), "staff_planned": 3, "risk_staff": 0, "mask_days": 1,
        "thermometers": 1, "lead_name": "L", "lead_phone": "1", "committed": "on", "once": "k",
    }  # fmt: skip
    page = f"""
from django.test import Client
from twofronts_office.enterprises import domain
if "die" in sys.argv:
    domain.move = die
answer = Client().post("/public/file/", {data!r})
say(answer.status_code)
"""
    count = """
from twofronts_office.enterprises.models import Enterprise, Filing
say([Enterprise._base_manager.count(), Filing._base_manager.count()])
"""
    before = place.python(count)
    place.python("sys.argv.append('die')" + page, status=-9)
    assert place.python(count) == before
    assert place.python(page) == 302
    assert place.python(count) == [before[0] + 1, before[1] + 1]


def test_killed_between_asking_and_queueing_leaves_no_job_that_nobody_does(place):
    page = """
from django.test import Client
from twofronts_office.web.views import jobs
jobs.enqueue = die
client = Client()
client.force_login(
    build.user("industry_east"), "allauth.account.auth_backends.AuthenticationBackend"
)
client.post("/enterprises/export/", {"format": "csv"})
say("still alive")
"""
    place.python(page, status=-9)
    counts = """
from django_tasks_db.models import DBTaskResult
from twofronts_office.common.models import Job
say([Job.objects.count(), DBTaskResult.objects.count()])
"""
    assert place.python(counts) == [0, 0]


def test_killed_in_a_plan_starts_again_and_ends_once(place):
    place.python("""
from twofronts_office.plans import domain
from twofronts_office.plans.models import Plan
with system_scope():
    domain.ask(plan=Plan(title="P", kind="play", rulebooks="held"), by=build.user("office_city"))
""")
    slow = """
from twofronts_office.plans import domain
def run(wish, *, progress):
    progress(40)
    say("running")
    sys.stdout.flush()
    time.sleep(60)
domain.core.run = run
"""
    quick = """
from twofronts_office.plans import domain
domain.core.run = lambda wish, **kwargs: ({"status": {}, "series": {}, "proposals": {}}, {})
"""
    state = """
from twofronts_office.common.models import StateChange
from twofronts_office.plans.models import Plan
plan = Plan._base_manager.get(title="P")
steps = StateChange.objects.filter(register="plans.plan", object_id=plan.pk).order_by("pk")
say([plan.state, plan.progress, [s.after for s in steps]])
"""
    kill_in_the_middle(place, slow)
    assert place.python(state)[:2] == ["running", 40]
    place.python(quick + UNTIL_EMPTY)
    steps = ["waiting", "running", "waiting", "running", "done"]
    assert place.python(state) == ["done", 100, steps]
