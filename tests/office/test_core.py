"""The office and the core: a city goes in and comes out, and the core runs on what the office holds."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from factories.town_office import town
from twofronts.city import load_city

from . import places

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("core")]


def twofronts(*args: str, **env) -> subprocess.CompletedProcess:
    code = "from twofronts.cli import main; main()"
    env = os.environ | {"PYTHONPATH": str(places.ROOT / "src")} | env
    return subprocess.run(
        [sys.executable, "-c", code, *args], env=env, capture_output=True, text=True, timeout=900
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office that a city folder was brought into by its command, with one person."""
    base = tmp_path_factory.mktemp("core")
    folder = town(base / "town")
    assert twofronts("city", "check", str(folder)).returncode == 0
    place = places.empty(base / "office", "sqlite")
    done = twofronts("office", "import-city", str(folder), **place.env)
    assert done.returncode == 0, done.stderr[-2000:]
    place.folder = folder
    place.python("""
from twofronts_office.areas.models import Area
from twofronts_office.people.models import RoleGrant, User
user = User.objects.create_user(username="office", password="test")
city = Area._base_manager.get(level="city")
RoleGrant(user=user, role="office", area_id=city.pk, since="2020-01-01").save()
""")
    return place


@pytest.fixture(scope="module")
def exported(office):
    """The office's city folder after a day's work: a report, a road opened, a firm grown."""
    office.python("""
from datetime import timedelta
from django.utils import timezone
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.reports.models import DailyReport
with system_scope():
    last = DailyReport.objects.filter(area__level="city").order_by("-date").first()
    DailyReport(
        area_id=last.area_id, date=last.date + timedelta(days=1), new_confirmed=0, new_cured=1,
        cum_confirmed=last.cum_confirmed, state="submitted", submitted_at=timezone.now(),
    ).save()
    one = Checkpoint.objects.filter(actual="operating").first()
    one.actual = "removed"
    one.save()
    firm = Enterprise.objects.order_by("pk").first()
    firm.insured_staff = max(1, firm.insured_staff - 1)
    firm.save()
""")
    out = office.home / "out"
    done = twofronts("office", "export-city", str(out), **office.env)
    assert done.returncode == 0, done.stderr[-2000:]
    return out


def test_a_city_comes_out_as_it_went_in_but_for_what_was_changed(office, exported):
    checked = twofronts("city", "check", str(exported))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    before, after = load_city(office.folder), load_city(exported)
    assert after.district_codes == before.district_codes
    assert len(after.enterprises) == len(before.enterprises)
    changed = (after.enterprises.set_index("id")["staff"] != before.enterprises.set_index("id")["staff"])  # fmt: skip
    assert changed.sum() == 1
    assert after.checkpoints["open"].sum() == before.checkpoints["open"].sum() - 1
    assert len(after.reports) == len(before.reports) + 1
    assert (after.as_of - before.as_of).days == 1
    for name in ("districts", "hospitals", "stocks", "schools", "sectors", "ages", "employment"):
        a, b = getattr(after, name), getattr(before, name)
        assert a.reset_index(drop=True).equals(b.reset_index(drop=True)), name
    assert "Two Fronts office" in (exported / "reports.toml").read_text(encoding="utf-8")


def test_the_brief_runs_on_what_the_office_holds(exported, tmp_path):
    out = tmp_path / "brief"
    done = twofronts("brief", str(exported), "--quick", "--draws", "20", "--days", "21", "--out", str(out))  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    for name in ("brief.zh.html", "brief.en.html", "brief.zh.pdf", "brief.en.pdf"):
        assert (out / name).stat().st_size > 20_000, name


RUN = """
from twofronts_office.bridge.worker import work
from twofronts_office.common.models import Attachment
from twofronts_office.people.models import User
from twofronts_office.plans import domain
from twofronts_office.plans.models import Plan
seen = []
with system_scope():
    plan = domain.ask(plan=Plan(**{wish!r}), by=User.objects.get(username="office"))
held = Plan._base_manager.filter(pk=plan.pk)
true = domain.core.run
def told(wish, *, progress):
    def both(percent):
        progress(percent)
        seen.append(held.values_list("progress", flat=True).get())
    return true(wish, progress=both)
domain.core.run = told
try:
    work(interval=0.1, batch=True, startup_delay=False)
except SystemExit:
    pass
plan = held.get()
files = Attachment.objects.filter(register="plans.plan", object_id=plan.pk)
say([plan.state, plan.error, plan.result, seen, [[f.name, f.size, f.sha256] for f in files]])
"""


def ran(office, **wish):
    wish = {"title": "T", "days": 14, "draws": 10} | wish
    return office.python(RUN.format(wish=wish))


def test_the_situation_of_the_reports_that_the_office_holds(office, exported):
    state, error, result, *_rest = ran(office, kind="situation")
    assert (state, error) == ("done", "")
    assert result["status"]["situation"] in ("good", "caution", "none")
    assert len(result["texts"]["en"]) > 200
    assert "再生数" in result["texts"]["zh"]
    assert "Reproduction number" in result["texts"]["en"]
    assert "Confirmed" not in result["texts"]["zh"]


@pytest.mark.parametrize("kind", ["play", "compare", "search"])
def test_a_plan_runs_the_core_with_progress_and_its_result_is_kept(office, exported, kind):
    wish = {"kind": kind, "rulebooks": "held, meeting", "budget": 12}
    state, error, result, seen, files = ran(office, **wish)
    assert (state, error) == ("done", "")
    assert seen == sorted(seen)
    assert len(set(seen)) >= 3
    assert result["proposals"], "what the group could decide"
    option = next(iter(result["proposals"].values()))
    assert {"line", "text", "measure", "level"} <= set(option[0])
    if kind != "compare":
        assert all(text.startswith(("需注意", "良好")) for text in result["status_zh"].values())
        assert len(result["status_zh"]) == len(result["status"])
    if kind == "play":
        assert len(result["series"]["held"]["observed_confirmed"]["middle"]) == 14
    else:
        assert result["texts"]["zh"] != result["texts"]["en"]
        assert len(result["texts"]["en"]) > 500
    if kind == "search":
        assert [f[0] for f in files] == ["rulebook.toml"]
        assert result["files"] == {"rulebook.toml": files[0][2]}


def test_the_same_plan_twice_is_the_same_result(office, exported):
    wish = {"kind": "play", "rulebooks": "held", "seed": random.Random(1).randrange(1000)}
    first = ran(office, **wish)
    assert first[0] == "done"
    again = ran(office, **wish)
    for state in (first, again):
        # when it was made and how long that took is all that a manifest does not share
        for name in ("wall_time_s", "made_at"):
            state[2]["manifest"]["held"].pop(name)
    assert first[2] == again[2]


def test_what_the_core_refuses_stands_in_its_own_words(office, exported):
    state, error, *_rest = ran(office, kind="play", rulebooks="nosuch")
    assert state == "failed"
    assert "nosuch" in error


def test_a_result_is_never_changed(office, exported):
    ran(office, kind="play", rulebooks="held")
    office.python("""
from twofronts_office.plans.models import Plan
plan = Plan._base_manager.filter(state="done").first()
for name, value in (("result", {}), ("draws", 99), ("rulebooks", "open")):
    plan.refresh_from_db()
    setattr(plan, name, value)
    try:
        plan.save()
    except ValueError:
        continue
    raise AssertionError(name)
""")
