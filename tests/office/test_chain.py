"""The chain inside the office: an approved report, its situation, plan and brief, the meeting."""

from __future__ import annotations

import json

import pytest

from factories.town_office import town

from . import places
from .test_core import twofronts

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("core")]

PEOPLE = """
from twofronts_office.areas.models import Area
from twofronts_office.people.models import RoleGrant, User
city = Area._base_manager.get(level="city")
for role in ("health_lead", "office", "analyst", "leader", "health", "industry"):
    user = User.objects.create_user(username=role, password="test")
    RoleGrant(user=user, role=role, area_id=city.pk, since="2020-01-01").save()
"""
# The day after the town's last report comes in and is approved; workers do what that asks for.
DAY = """
import datetime as dt
import hashlib
from django.test import Client
from twofronts_office.areas.models import Area
from twofronts_office.reports.models import Case
from django.utils import timezone
from twofronts_office.bridge import core
from twofronts_office.bridge.worker import work
from twofronts_office.common.domain.attachments import attachments_of
from twofronts_office.meetings.models import Decision, Meeting
from twofronts_office.people.models import User
from twofronts_office.plans import domain, jobs
from twofronts_office.plans.models import Plan
from twofronts_office.reports import domain as reports
from twofronts_office.reports.models import DailyReport

jobs.FITTED, jobs.BRIEF_DRAWS, jobs.BRIEF_BUDGET = 12, 12, 10  # a try: seconds and not minutes
who = {u.username: u for u in User.objects.all()}

def run():
    try:
        work(interval=0.1, batch=True, startup_delay=False)
    except SystemExit:
        pass

def seen_by(name, path, **data):
    client = Client()
    client.force_login(who[name], "allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(path, data) if data else client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body

with system_scope():
    last = DailyReport.objects.filter(area__level="city").order_by("-date").first()
    report = DailyReport(
        area_id=last.area_id, date=last.date + dt.timedelta(days=1), new_confirmed=1, new_cured=1,
        cum_confirmed=last.cum_confirmed + 1, state="district_approved",
        submitted_at=timezone.now(),
    )
    report.save()
    number, rows = 0, DailyReport.objects.filter(area__level="city").order_by("date")
    places = list(Area.objects.filter(level="district").values_list("code", flat=True))
    for day, new in rows.values_list("date", "new_confirmed"):
        for _i in range(new or 0):
            number += 1
            Case(
                number=f"T-{number}", area_id=places[number % len(places)], name="某某",
                classification="confirmed", confirmed_on=day,
                onset_on=day - dt.timedelta(days=2 + number % 4), imported=number < 4,
            ).save()
    reports.approve_city(report=report, by=who["health_lead"])
run()
situation = Plan._base_manager.get(kind="situation")
with system_scope():
    asked = [jobs.nightly(), jobs.nightly()]
run()
brief = Plan._base_manager.get(kind="brief")
"""
LOOK = """
files = {a.name: a for a in attachments_of(brief)}
page = f"/plans/{brief.pk}/"
wish = domain.wish_of(brief)
say({
    "states": [situation.state, situation.error, brief.state, brief.error], "asked": asked,
    "as_of": [str(report.date), situation.result["as_of"], str(brief.as_of)],
    "begins": [brief.situation_id, situation.pk],
    "fit": sorted(wish.inputs), "register": situation.result["register"],
    "r": {q: v[-1] for q, v in situation.result["situation"]["areas"]["city"]["estimated_r"].items()},
    "result": {k: v for k, v in brief.result.items()},
    "kept": {n: [a.sha256, a.size] for n, a in files.items()},
    "bytes": {n: hashlib.sha256(a.file.read()).hexdigest() for n, a in files.items()},
    "may": {n: [seen_by(n, page)[0],
                seen_by(n, f"/plans/{brief.pk}/files/{files['brief.zh.pdf'].pk}/")[0]]
            for n in ("leader", "office", "analyst", "health", "industry")},
})
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    base = tmp_path_factory.mktemp("chain")
    place = places.empty(base / "office", "sqlite")
    done = twofronts("office", "import-city", str(town(base / "town")), **place.env)
    assert done.returncode == 0, done.stderr[-2000:]
    place.python(PEOPLE)
    return place


@pytest.fixture(scope="module")
def chain(office):
    return office.python(DAY + LOOK)


def test_an_approved_report_leads_to_the_brief_each_asked_for_once(chain):
    assert chain["states"] == ["done", "", "done", ""]
    assert chain["asked"] == [1, 0], "the brief, and nothing twice"
    assert len(set(chain["as_of"])) == 1
    assert chain["begins"][0] == chain["begins"][1]
    kept = ["cases.csv", "city.zip", "fit.npz"]
    assert chain["fit"] == kept, "what the situation kept, not another fit"


def test_situation_and_brief_read_the_same_register_of_cases(chain):
    register = chain["register"]
    assert register["used"]
    assert register["confirmed"] == register["with_onset"] == register["reported"] > 0
    r = chain["r"]
    said = chain["result"]["texts"]["en"]
    assert f"{r['0.5']:.2f} ({r['0.05']:.2f}–{r['0.95']:.2f})" in said, said


def test_the_brief_is_kept_with_its_files_and_their_digests(chain):
    names = {
        "brief.zh.html", "brief.en.html", "brief.zh.pdf", "brief.en.pdf", "rulebook.toml",
        "manifest.json", "brief.zip",
    }  # fmt: skip
    kept, result = chain["kept"], chain["result"]
    assert names <= set(kept) <= names | {"rulebook-plan.toml"}
    assert result["files"] == {n: digest for n, (digest, _size) in kept.items()} == chain["bytes"]
    assert all(kept[f"brief.{k}"][1] > 20_000 for k in ("zh.html", "en.html", "zh.pdf", "en.pdf"))
    for name, digest in result["manifest"]["files"].items():
        if name in kept:
            assert kept[name][0] == digest, name
    assert any(n.startswith("tables/") for n in result["manifest"]["files"])
    assert result["manifest"]["what"] == "twofronts brief"
    assert result["texts"]["zh"] != result["texts"]["en"]
    assert len(result["texts"]["en"]) > 200


def test_the_briefs_own_search_gives_the_front_to_the_explorer(office, chain):
    front = chain["result"]["front"]
    assert front[0]["chosen"]
    assert len(front) >= 2
    assert all(len(m["decisions"]) > 10 for m in front)
    assert len({(m["economy"], m["burden"]) for m in front}) > 1
    told = office.python("""
from twofronts_office.plans.queries import newest_front
say([newest_front().kind, len(newest_front().result["front"])])
""")
    assert told == ["brief", len(front)]


def test_those_who_may_read_plans_take_the_files_and_nobody_else(chain):
    reads, not_ = [200, 200], [403, 403]
    assert chain["may"] == {
        "leader": reads, "office": reads, "analyst": reads, "health": not_, "industry": not_,
    }  # fmt: skip


def test_the_same_brief_comes_again_from_what_was_kept(office, chain):
    again = office.python("""
import hashlib
from twofronts_office.bridge import core
from twofronts_office.plans import domain
from twofronts_office.plans.models import Plan
brief = Plan._base_manager.get(kind="brief")
with system_scope():
    result, files = core.run(domain.wish_of(brief), progress=lambda percent: None)
say([result, {n: hashlib.sha256(d).hexdigest() for n, d in files.items()}])
""")
    result, files = json.loads(json.dumps(again))
    timed = {"manifest.json", "brief.zip"}  # the manifest says how long the run took
    for name in set(files) - timed:
        assert files[name] == chain["kept"][name][0], name
    for name in ("front", "proposals", "rulebooks", "texts"):
        assert result[name] == chain["result"][name], name


def test_the_meeting_has_the_brief_before_it_and_adopts_its_plan(office, chain):
    found = office.python("""
from django.test import Client
from twofronts_office.areas.models import Area
from twofronts_office.reports.models import Case
from twofronts_office.meetings.models import Decision, Meeting, Seen
from twofronts_office.people.models import User
from twofronts_office.plans.models import Plan
from twofronts_office.web.templatetags.office import brief_file
brief = Plan._base_manager.get(kind="brief")
client = Client()
client.force_login(User.objects.get(username="office"), "allauth.account.auth_backends.AuthenticationBackend")
with system_scope():
    meeting = Meeting(title="M", held_at="2020-03-12T17:00+08:00")
    meeting.save()
room = client.get(f"/meetings/{meeting.pk}/room/").content.decode()
adopted = client.post(f"/plans/{brief.pk}/do/adopt/", {"option": "advised", "meeting": meeting.pk}).status_code
opened = client.post(f"/meetings/{meeting.pk}/do/open/").status_code
brief.refresh_from_db()
with system_scope():
    rows = list(Decision.objects.filter(meeting=meeting).values_list("measure", "level", "state"))
    seen = Seen.objects.filter(meeting=meeting).first()
say([adopted, opened, brief.state, rows, seen and seen.data.get("brief"), str(brief_file("brief.zh.pdf")) in room])
""")
    adopted, opened, state, rows, seen, in_room = found
    assert (adopted, opened, state) == (302, 302, "adopted")
    assert in_room
    proposed = chain["result"]["proposals"]["advised"]
    assert sorted((m, v) for m, v, _s in rows) == sorted(
        (p["measure"], p["level"]) for p in proposed
    )
    assert {f["name"]: f["sha256"] for f in seen["files"]} == {
        n: digest for n, (digest, _size) in chain["kept"].items() if n.startswith("brief.")
    }
