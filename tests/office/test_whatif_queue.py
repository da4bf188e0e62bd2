"""The queue of what-ifs: a hundred drain without loss, none runs twice, a killed worker's comes back."""

from __future__ import annotations

import pytest

from . import places
from .test_killed import UNTIL_EMPTY, made, place  # noqa: F401

pytestmark = [pytest.mark.slow]

ASK = """
from office.test_whatif import BOOKS
from twofronts_office.plans import domain
from twofronts_office.plans.models import Plan
books = [{{"name": n, "toml": t}} for n, t in BOOKS]
with system_scope():
    who = build.user("analyst_city")
    for i in range({n}):
        domain.ask(plan=Plan(title=f"W{{i}}", kind="whatif", books=books, seed=i), by=who)
"""
RUN = """
from twofronts_office.plans import domain
from twofronts_office.common.models import Counter
from django.db.models import F
def run(wish, *, progress):
    Counter.objects.get_or_create(name=f"ran-{{wish.seed}}")
    Counter.objects.filter(name=f"ran-{{wish.seed}}").update(value=F("value") + 1)
    {slow}
    wish.show({{"seed": wish.seed}})
    return {{"seed": wish.seed, "status": {{}}}}, {{}}
domain.core.run = run
"""
STATE = """
from twofronts_office.common.models import Counter, StateChange
from twofronts_office.plans.models import Plan
rows = Plan._base_manager.filter(kind="whatif").order_by("pk")
say({
    "states": sorted({r.state for r in rows}), "n": rows.count(),
    "own": all(r.result.get("seed") == r.seed for r in rows),
    "ran": sorted(Counter.objects.filter(name__startswith="ran-").values_list("value", flat=True)),
    "ends": StateChange.objects.filter(register="plans.plan", after="done").count(),
})
"""


def test_a_hundred_what_ifs_drain_without_loss_and_none_runs_twice(place):  # noqa: F811
    place.python(ASK.format(n=100))
    code = places.SETUP + RUN.format(slow="pass") + UNTIL_EMPTY
    workers = [place.start("-c", code) for _ in range(2)]
    for worker in workers:
        assert worker.wait(timeout=240) == 0, worker.communicate()[1][-2000:]
    found = place.python(STATE)
    assert found == {
        "states": ["done"], "n": 100, "own": True, "ran": [1] * 100, "ends": 100
    }  # fmt: skip


def test_a_what_if_whose_worker_was_killed_is_done_by_the_next(place):  # noqa: F811
    place.python(ASK.format(n=2))
    slow = 'say("in the middle"); sys.stdout.flush(); time.sleep(60)'
    worker = place.start("-c", places.SETUP + RUN.format(slow=slow) + UNTIL_EMPTY)
    assert worker.stdout.readline()
    worker.kill()
    worker.wait()
    assert "running" in place.python(STATE)["states"]
    place.python(RUN.format(slow="pass") + UNTIL_EMPTY)
    found = place.python(STATE)
    assert (found["states"], found["own"], found["ran"]) == (["done"], True, [1, 2])
