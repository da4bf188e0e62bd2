"""The office stops within seconds, whatever it is at; what was cut off is done once, later."""

from __future__ import annotations

import signal
import time

import pytest
from tools.browser import free_port, wait_until_up

from . import places
from .test_killed import UNTIL_EMPTY, made, place  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]
SOON = 6.0  # seconds from the signal to the end; alone on a machine it is about three

# A job that is in compiled code: no signal reaches it until it comes back.
BUSY = """
from twofronts_office.plans import domain
def run(wish, *, progress):
    progress(40)
    sum(range(10**11))  # holds the interpreter, as compiled code does
domain.core.run = run
"""
QUICK = """
from twofronts_office.plans import domain
domain.core.run = lambda wish, **kwargs: ({"status": {}, "series": {}, "proposals": {}}, {})
"""
ASK = """
from twofronts_office.plans import domain
from twofronts_office.plans.models import Plan
with system_scope():
    domain.ask(plan=Plan(title="P", kind="play", rulebooks="held"), by=build.user("office_city"))
"""
STATE = """
from django_tasks_db.models import DBTaskResult
from twofronts_office.common.models import StateChange
from twofronts_office.plans.models import Plan
plan = Plan._base_manager.get(title="P")
steps = StateChange.objects.filter(register="plans.plan", object_id=plan.pk).order_by("pk")
task = DBTaskResult.objects.get()
say([plan.state, plan.progress, task.status, len(task.worker_ids), [s.after for s in steps]])
"""
COMMAND = "from twofronts.cli import main; main()"


def busy_worker(home) -> dict[str, str]:
    """An environment whose Python meets the busy job wherever the office starts a worker."""
    folder = home / "busy"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(
        "import sys\n"
        "def later():\n"
        "    import django.apps\n"
        "    true = django.apps.registry.Apps.populate\n"
        "    def populate(self, installed):\n"
        "        true(self, installed)\n"
        f"        exec({BUSY!r}, {{}})\n"
        "    django.apps.registry.Apps.populate = populate\n"
        "if any('bridge.worker' in a for a in sys.orig_argv):\n"
        "    later()\n",
        encoding="utf-8",
    )
    return {"PYTHONPATH": f"{folder}:{places.ROOT / 'src'}:{places.ROOT / 'tests'}"}


def until_running(place) -> None:  # noqa: F811
    for _ in range(120):
        if place.python(STATE)[:2] == ["running", 40]:
            return
        time.sleep(0.2)
    raise AssertionError("the job never began")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_office_stops_soon_and_the_job_is_done_once_later(place, how, command):  # noqa: F811
    place.python(ASK)
    port = free_port()
    more = ("--port", str(port), "--workers", "1") if command == "serve" else ()
    office = place.start("-c", COMMAND, "office", command, *more, **busy_worker(place.home))
    try:
        if command == "serve":
            wait_until_up(f"http://127.0.0.1:{port}")
        until_running(place)
        began = time.monotonic()
        office.send_signal(how)
        said, error = office.communicate(timeout=60)
        took = time.monotonic() - began
    finally:
        office.kill()
    assert office.returncode == 0, error[-2000:]
    assert took < SOON
    assert "1 jobs were cut off" in said
    steps = ["waiting", "running", "waiting"]
    assert place.python(STATE) == ["waiting", 0, "READY", 0, steps]
    place.python(QUICK + UNTIL_EMPTY)
    assert place.python(STATE)[::4] == ["done", [*steps, "running", "done"]]


def test_stopping_again_and_again_is_not_held_against_a_job(place):  # noqa: F811
    """Unlike three workers that died of it: that an office is stopped is no fault of the job's."""
    place.python(ASK)
    for _ in range(4):
        office = place.start("-c", COMMAND, "office", "worker", **busy_worker(place.home))
        until_running(place)
        office.send_signal(signal.SIGTERM)
        office.communicate(timeout=60)
    assert place.python(STATE)[:4] == ["waiting", 0, "READY", 0]


def test_two_signals_to_a_bare_worker_leave_the_job_to_be_given_back(place):  # noqa: F811
    """As a terminal sends them; the job was written down as failed, and its plan ran for ever."""
    place.python(ASK)
    slow = BUSY.replace("sum(range(10**11))", "import time; time.sleep(60)")
    worker = place.start("-c", places.SETUP + slow + UNTIL_EMPTY)
    until_running(place)
    for _ in range(2):
        worker.send_signal(signal.SIGINT)
        time.sleep(0.5)
    worker.wait(timeout=10)
    assert place.python(STATE)[:3] == ["running", 40, "RUNNING"]
    place.python(QUICK + UNTIL_EMPTY)
    assert place.python(STATE)[0] == "done"


def test_one_that_ends_by_itself_ends_the_others_and_says_so(place):  # noqa: F811
    code = """
from twofronts_office import serving
waits = [sys.executable, "-c", "import time; time.sleep(60)"]
began = time.monotonic()
asked = serving.side_by_side([(waits, {}), ([sys.executable, "-c", "raise SystemExit(3)"], {})])
say([asked, time.monotonic() - began])
"""
    asked, took = place.python(code)
    assert asked is False
    assert took < SOON
