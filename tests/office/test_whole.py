"""What holds for the office as a whole: settings, schema, texts, documents, folders, backups."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest

from twofronts_office.common.access import ACCESS
from twofronts_office.common.models import Notification
from twofronts_office.common.register import REGISTERS

from . import build

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "twofronts_office"


def run(code: str, home: Path, **env) -> subprocess.CompletedProcess:
    keep = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
    keep.pop("DATABASE_URL", None)
    # the browser tests set it for their own process
    keep.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    env = keep | {
        "TWOFRONTS_OFFICE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "twofronts_office.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    } | env  # fmt: skip
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=300)  # fmt: skip


def test_check_deploy_is_clean(tmp_path):
    code = "import django; django.setup(); from django.core.management import call_command; call_command('check', deploy=True, fail_level='INFO')"  # fmt: skip
    done = run(code, tmp_path, TWOFRONTS_OFFICE_HOSTS="office.example")
    assert done.returncode == 0, done.stderr[-2000:]


def test_secret_is_made_once_and_kept_to_the_owner(tmp_path):
    code = "from twofronts_office.config import settings; print(settings.SECRET_KEY)"
    first, second = run(code, tmp_path).stdout, run(code, tmp_path).stdout
    assert first == second
    assert len(first) > 60
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_no_secret_in_the_code():
    for path in SRC.rglob("*.py"):
        assert not re.search(r"(SECRET_KEY|PASSWORD)\s*=\s*[\"'][^\"']", path.read_text()), path


def test_migrations_are_complete(tmp_path):
    """In a process of its own: the tests' tables come from the models, without migrations."""
    code = "import django; django.setup(); from django.core.management import call_command; call_command('makemigrations', check=True, dry_run=True)"  # fmt: skip
    done = run(code, tmp_path, TWOFRONTS_OFFICE_LOCAL="1")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_every_text_is_translated():
    done = subprocess.run([sys.executable, ROOT / "tools" / "translations.py", "--check"], capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_chinese_texts_keep_their_places():
    from babel.messages.pofile import read_po

    with (SRC / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        held = read_po(file)
    place = re.compile(r"%\(\w+\)s|%[sd]")
    for m in held:
        if m.id:
            source = m.id if isinstance(m.id, str) else m.id[0]
            text = m.string if isinstance(m.string, str) else m.string[0]
            assert sorted(place.findall(source)) == sorted(place.findall(text)), source
            if not place.search(source) and "%%" not in source and "python" not in m.flags:
                files = {path for path, _line in m.locations}
                shown_as_it_is = all(path.endswith(".py") for path in files)
                assert not (shown_as_it_is and "%%" in text), source
            assert not m.fuzzy


def test_every_column_has_a_name_in_both_languages():
    from django.utils import translation

    for slug, entry in REGISTERS.items():
        for name in {*entry.columns, *entry.detail, *entry.fields, *entry.exports}:
            for language in ("en", "zh-hans"):
                with translation.override(language):
                    said = str(entry.heading(name))
                assert "_" not in said, f"{slug}.{name} has no heading"
                if language == "zh-hans":
                    assert re.search(r"[\u4e00-\u9fff#]", said), f"{slug}.{name}: {said}"


def test_every_register_says_who_may_what():
    for entry in REGISTERS.values():
        assert entry.label in ACCESS, entry.slug
        for verb in entry.verbs:
            assert verb.action in ACCESS[entry.label], f"{entry.slug}: {verb.key}"


def test_access_document_says_what_the_code_does():
    from tools.access_tables import HEADING, rewritten

    text = (ROOT / "ACCESS.md").read_text(encoding="utf-8")
    named = {m["label"] for m in HEADING.finditer(text)}
    assert {entry.label for entry in REGISTERS.values()} <= named
    assert rewritten(text, ACCESS) == text, "run tools/access_tables.py"


# Written by the office's own verbs or by its machinery alone: a table would get past them.
NOT_IMPORTED = {
    "decisions", "directives", "directive-items", "changes", "plans", "rulebooks", "publications",
    "filing-conditions", "matches", "fulfilments", "alerts", "commitments", "shipments", "receipts",
    "warnings",
}  # fmt: skip
NOT_EXPORTED = {"people", "roles"}  # accounts do not leave the office in a table


def test_every_register_has_what_a_register_has():
    """List, filters, detail, history, API, import and export, each with somebody who may."""
    for slug, entry in REGISTERS.items():
        held = ACCESS[entry.label]
        assert entry.columns, slug
        assert entry.filters or entry.search, slug
        assert hasattr(entry.model, "history"), slug
        assert entry.api or slug in NOT_EXPORTED, slug
        brought_in = bool(entry.imports and entry.key and held.get("imports"))
        assert brought_in != (slug in NOT_IMPORTED), slug
        assert bool(entry.imports) == bool(held.get("imports")), slug
        taken_out = bool(entry.exports and held.get("export"))
        assert taken_out != (slug in NOT_EXPORTED), slug


def test_whoever_fills_in_a_form_sees_what_it_may_name():
    """A form that asks for a thing of a register which its writer may not view cannot be sent."""
    for slug, entry in REGISTERS.items():
        for name in entry.fields:
            f = entry.field_of(name)
            if f is None or not f.is_relation or name in entry.anywhere:
                continue
            named = f.related_model._meta.label_lower
            if named in ("areas.area", "people.user"):
                continue
            for action in ("add", "change"):
                writers = ACCESS[entry.label].get(action, frozenset())
                assert writers <= ACCESS[named]["view"], f"{slug}.{name}: {action}"


@pytest.mark.parametrize("document", ["ASVS.md", "THREAT_MODEL.md"])
def test_every_line_names_a_test_that_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    head = "| line | what" if document == "ASVS.md" else "| who | wants"
    table = text[text.index(head) :].split("\n\n")[0].splitlines()[2:]
    assert len(table) >= (40 if document == "ASVS.md" else 8)
    for line in table:
        named = re.findall(r"`(test_\w+)\.py::(test_\w+)`", line)
        assert named, f"no test beside: {line}"
        for module, name in named:
            places = [ROOT / "tests" / room / f"{module}.py" for room in ("office", "e2e")]
            code = "".join(p.read_text(encoding="utf-8") for p in places if p.exists())
            assert f"def {name}(" in code, f"{module}::{name}"


def test_templates_hold_no_inline_code_and_no_remote_address():
    for path in SRC.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", text), path
        assert not re.search(r"(src|href)=\"https?:", text), path


def test_vendored_file_is_the_one_named():
    import hashlib

    folder = SRC / "web/static/vendor"
    text = (folder / "README.md").read_text()
    for path in folder.glob("*.js"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in text


def test_receipt_draws_every_character(city, everything):
    from twofronts_office.web.documents import printable, receipt_pdf

    assert printable("溧水区邺城 示例") == "溧水区邺城 示例"
    assert printable("a\U0001f600") == "a□"
    filing = city.row("filings")
    filing.enterprise.name = '溧水#let x = 1 $a$ [*"企业"*]'
    assert receipt_pdf(filing).startswith(b"%PDF")


WRITER = """
import sys, django
django.setup()
from django.db import transaction
from twofronts_office.common.domain.records import next_number
numbers = []
for i in range(40):
    with transaction.atomic():
        numbers.append(next_number("race"))
print(*numbers)
"""


@pytest.mark.slow
def test_eight_writers_lose_nothing_on_sqlite(tmp_path):
    """IMMEDIATE, WAL and NORMAL together: 8 processes, 320 transactions, none lost, none twice."""
    made = run("import django; django.setup(); from django.core.management import call_command; call_command('migrate', 'common', verbosity=0)", tmp_path)  # fmt: skip
    assert made.returncode == 0, made.stderr[-1500:]
    env = os.environ | {"TWOFRONTS_OFFICE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    env.pop("DATABASE_URL", None)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(8)]  # fmt: skip
    found = []
    for w in writers:
        out, error = w.communicate(timeout=240)
        assert w.returncode == 0, error[-1500:]
        found += map(int, out.split())
    assert sorted(found) == list(range(1, 321))


KILLED = """
import os, django
django.setup()
from django.db import transaction
from twofronts_office.areas.models import Area
from twofronts_office.common.scope import system_scope
with system_scope(), transaction.atomic():
    for i in range(50):
        Area(code=f"{i:012d}", name_zh="x", name_en="x", level="city").save()
    os.kill(os.getpid(), 9)
"""


@pytest.mark.slow
def test_killed_in_the_middle_leaves_nothing(tmp_path):
    setup = "import django; django.setup(); from django.core.management import call_command; call_command('migrate', verbosity=0)"  # fmt: skip
    assert run(setup, tmp_path).returncode == 0
    assert run(KILLED, tmp_path).returncode == -9
    with sqlite3.connect(tmp_path / "office.sqlite3") as held:
        assert held.execute("select count(*) from areas_area").fetchone() == (0,)
        assert held.execute("pragma integrity_check").fetchone() == ("ok",)


COMMAND = "import sys, typer; from twofronts_office.commands import register; app = typer.Typer(); app.command('x')(lambda: None); register(app); app(sys.argv[1:])"  # fmt: skip


def command(home: Path, *args: str, **env) -> subprocess.CompletedProcess:
    keep = {k: v for k, v in os.environ.items() if not k.startswith("TWOFRONTS_OFFICE")}
    keep.pop("DATABASE_URL", None)
    # the browser tests set it for their own process
    keep.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    env = keep | {"TWOFRONTS_OFFICE_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "TWOFRONTS_OFFICE_HOSTS": "x"} | env  # fmt: skip
    return subprocess.run([sys.executable, "-c", COMMAND, "office", *args], env=env, capture_output=True, text=True, timeout=500)  # fmt: skip


@pytest.mark.slow
def test_demo_export_backup_restore_and_log(tmp_path):
    """One demonstration, end to end: its city folder passes the core's check, a backup comes back."""
    home, other = tmp_path / "a", tmp_path / "b"
    made = command(home, "createdemo", "--enterprises", "200")
    assert made.returncode == 0, made.stderr[-2000:]
    assert made.stdout.count("-") >= 3 * 14, "fourteen passwords"
    out = command(home, "export-city", str(tmp_path / "city"), TWOFRONTS_OFFICE_DEMO="1")
    assert out.returncode == 0, out.stderr[-2000:]
    from twofronts.city import load_city

    city = load_city(tmp_path / "city")
    assert len(city.enterprises) == 200
    assert int(city.reports["new_confirmed"].fillna(0).sum()) >= 93
    assert len(city.district_codes) == 11
    saved = command(home, "backup", str(tmp_path / "backup.tgz"))
    assert saved.returncode == 0, saved.stderr[-2000:]
    assert oct((tmp_path / "backup.tgz").stat().st_mode)[-3:] == "600"
    back = command(other, "restore", str(tmp_path / "backup.tgz"))
    assert back.returncode == 0, back.stderr[-2000:]
    again = command(other, "restore", str(tmp_path / "backup.tgz"))
    assert again.returncode != 0, "a filled database is not replaced without --force"
    log = "select count(*), max(digest) from common_securityevent"
    both = [sqlite3.connect(h / "office.sqlite3").execute(log).fetchone() for h in (home, other)]
    assert both[0] == both[1]
    assert both[0][0] > 10
    key = (home / "secret_key").read_text()
    fine = command(other, "verify-log", TWOFRONTS_OFFICE_LOG_KEY=key)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    with sqlite3.connect(other / "office.sqlite3") as held:
        held.execute("update common_securityevent set actor = 'x' where number = 3")
    broken = command(other, "verify-log", TWOFRONTS_OFFICE_LOG_KEY=key)
    assert broken.returncode == 1
    assert "link 3 was changed" in broken.stderr
    with tarfile.open(tmp_path / "backup.tgz") as packed:
        assert "database.dump" in packed.getnames()
    periodic = command(home, "run-periodic", TWOFRONTS_OFFICE_DEMO="1")
    assert periodic.returncode == 0, periodic.stderr[-2000:]


def test_reminders_reach_doers_and_whoever_assigned(city, everything, mailoutbox):
    from twofronts_office.common.domain.notify import mail_waiting
    from twofronts_office.meetings import domain
    from twofronts_office.meetings.models import Task

    office = build.user("office_city")
    office.email = "office@example.org"
    office.save()
    task = Task(
        area_id=build.EAST, title="Late", department="health", due=build.today() - timedelta(days=2)
    )
    domain.send_task(task=task, by=office)
    domain.chase(today=build.today())
    told = set(Notification.objects.filter(key__contains="late").values_list("user__username", flat=True))  # fmt: skip
    assert {"office_city", "health_east", "health_city"} <= told
    assert "health_west" not in told
    n = Notification.objects.count()
    domain.chase(today=build.today())
    assert Notification.objects.count() == n, "once a day is enough"
    assert mail_waiting() >= 1
    assert [m.to for m in mailoutbox] == [["office@example.org"]] * len(mailoutbox)
    assert mail_waiting() == 0


def test_task_from_sending_to_done(city, everything):
    from twofronts_office.meetings import domain
    from twofronts_office.meetings.models import Task

    office, doer = build.user("office_city"), build.user("health_east")
    task = Task(area_id=build.EAST, title="T", department="health", due=build.today())
    domain.send_task(task=task, by=office)
    with pytest.raises(domain.Refused):
        domain.deliver(task=task, by=build.user("health_west"), evidence="x")
    with pytest.raises(domain.Refused):
        domain.deliver(task=task, by=doer, evidence=" ")
    domain.deliver(task=task, by=doer, evidence="photo 1")
    domain.judge(task=task, by=office, enough=False, reason="more")
    domain.deliver(task=task, by=doer, evidence="photo 2")
    domain.judge(task=task, by=office, enough=True)
    assert (task.state, task.owner, task.evidence) == ("done", doer, "photo 2")


def test_restrictions_end_by_themselves(city, everything):
    from twofronts_office.communities import domain

    one, officer = city.row("communities"), build.user("community_east")
    for until, basis in ((None, "law"), (build.today() - timedelta(days=1), "law"), (build.today() + timedelta(days=60), "law"), (build.today(), "")):  # fmt: skip
        with pytest.raises(domain.Refused):
            domain.set_level(community=one, level="strict", until=until, basis=basis, reason="r", by=officer)  # fmt: skip
    domain.set_level(community=one, level="strict", until=build.today(), basis="law", reason="r", by=officer)  # fmt: skip
    assert domain.expire(today=build.today()) == 0
    assert domain.expire(today=build.today() + timedelta(days=1)) == 1
    one.refresh_from_db()
    assert (one.level, one.until) == ("open", None)
    assert not one.restrictions.filter(ended_on=None).exists()


def test_checkpoint_decision_is_not_the_road(city, everything):
    from twofronts_office.checkpoints import domain
    from twofronts_office.checkpoints.models import Checkpoint

    one = city.row("checkpoints")
    domain.decide(checkpoint=one, decided="remove", act_by=build.today(), decided_by="meeting", by=build.user("office_city"), reason="roads")  # fmt: skip
    assert one.actual == "operating"
    assert one.differs
    assert list(domain.open_decisions(rows=Checkpoint._base_manager.all())) == [one]
    domain.verify(checkpoint=one, actual="removed", evidence="seen at 9", by=build.user("transport_east"))  # fmt: skip
    assert not one.differs


def test_breach_raises_alert_and_task(city, everything):
    from twofronts_office.indicators.domain import take_reading
    from twofronts_office.indicators.models import Alert, Indicator, Reading
    from twofronts_office.meetings.models import Task

    Alert._base_manager.all().delete()
    one = Indicator._base_manager.get()
    n = Task._base_manager.count()
    day = build.today()
    alert = take_reading(reading=Reading(indicator=one, date=day - timedelta(days=2), value=49))
    assert alert.state == "breached"
    assert Task._base_manager.count() == n + 1
    take_reading(reading=Reading(indicator=one, date=day - timedelta(days=1), value=48))
    assert Alert._base_manager.count() == 1, "one alert while it lasts"
    take_reading(reading=Reading(indicator=one, date=day + timedelta(days=1), value=55))
    alert.refresh_from_db()
    assert alert.state == "met"


def test_clinic_reopens_by_its_list_only(city, everything):
    from twofronts_office.care import domain
    from twofronts_office.care.choices import REOPENING

    one, lead = city.row("hospitals"), build.user("health_lead_east")
    domain.suspend(hospital=one, by=lead, reason="cases")
    domain.start_check(hospital=one, by=lead)
    with pytest.raises(domain.Refused):
        domain.reopen(hospital=one, checklist={"triage": True}, by=lead)
    domain.reopen(hospital=one, checklist=dict.fromkeys(REOPENING, True), by=lead)
    assert one.state == "reopened"


def test_account_ends_and_role_ends_at_once(city, everything, login):
    from twofronts_office.people.domain import end_role, set_active
    from twofronts_office.people.models import RoleGrant

    client = login("industry_east")
    assert client.get("/enterprises/").status_code == 200
    end_role(grant=RoleGrant._base_manager.get(user__username="industry_east"), by=build.user("admin_city"), reason="left")  # fmt: skip
    assert client.get("/enterprises/").status_code == 403
    set_active(user=build.user("industry_east"), active=False, by=build.user("admin_city"))
    assert client.get("/").status_code == 302


def test_a_failed_step_of_the_periodic_run_holds_up_no_other(city, everything, monkeypatch):
    from twofronts_office.bridge import periodic

    def broken(**_kwargs):
        raise OSError("no room")

    monkeypatch.setattr(periodic, "expire", broken)
    seen = []
    monkeypatch.setattr(periodic, "mail_waiting", lambda: seen.append("mail") or 0)
    with pytest.raises(ExceptionGroup) as told:
        periodic.run()
    assert [str(e) for e in told.value.exceptions] == ["no room"]
    assert seen == ["mail"]


def test_mail_that_could_not_be_sent_is_sent_by_the_next_run(city, everything, mailoutbox, monkeypatch):  # fmt: skip
    from twofronts_office.common.domain import notify
    from twofronts_office.common.models import Notification

    user = build.user("office_city")
    user.email = "a@example.org"
    user.save()
    notify.tell(users=[user], key="k", message="One\nand more", link="/tasks/")

    def refuse(*_args, **_kwargs):
        raise OSError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(notify, "send_mail", refuse)
        assert notify.mail_waiting() == 0
    assert Notification.objects.get(key="k").mailed_at is None
    assert notify.mail_waiting() == 1
    assert mailoutbox[0].subject == "One and more", "a line break in a subject would be refused"
    assert notify.mail_waiting() == 0


def test_what_is_held_in_both_languages_is_read_in_one(city, everything):
    """Units, tasks and warnings: no Chinese in an English sentence, no English in a Chinese one."""
    from django.utils import translation

    from twofronts_office.alerts.domain import watch
    from twofronts_office.alerts.models import EarlyWarning
    from twofronts_office.indicators.domain import take_reading
    from twofronts_office.indicators.models import Alert, Indicator, Reading
    from twofronts_office.meetings.models import Task

    Alert._base_manager.all().delete()
    one = Indicator(
        code="calls", name_zh="诉求", name_en="Complaints", theme="stability", unit="件",
        unit_en="calls", direction="less", bottom_line=100,
    )  # fmt: skip
    one.save()
    take_reading(reading=Reading(indicator=one, date=build.today(), value=120))
    watch(today=build.today())
    warning = EarlyWarning.objects.get(subject="calls")
    assert "Complaints stands at 120 calls" in warning.text_en
    assert "诉求" in warning.text_zh
    assert "120 件" in warning.text_zh.replace("120件", "120 件")
    task = Task._base_manager.order_by("-pk").first()
    with translation.override("en"):
        assert str(task) == "Bottom line crossed: Complaints"
    with translation.override("zh-hans"):
        assert str(task) == "突破底线：诉求"


def test_a_typed_key_takes_the_whole_name_too(city, login):
    """A clerk at a counter knows an enterprise by its name; a patient is never found by one."""
    from twofronts_office.checkpoints.models import FreightPass

    client = login("transport_east")
    data = {
        "area": build.EAST, "plate": "A2", "enterprise": "works 1", "goods": "Masks", "route": "A",
        "valid_from": build.today(), "valid_until": build.today(),
    }  # fmt: skip
    assert client.post("/freight-passes/new/", data | {"enterprise": "Works"}).status_code == 422
    assert client.post("/freight-passes/new/", data).status_code == 302
    held = FreightPass._base_manager.get(plate="A2")
    assert held.enterprise == city.row("enterprises")
    assert login("enterprise_east").get(f"/freight-passes/{held.pk}/").status_code == 200


def test_an_administrator_gives_an_enterprise_its_account(city, login):
    """By its code or name, and only one that lies in the administrator's own area."""
    own, other = city.row("enterprises"), city.row("enterprises", "west")
    data = {
        "user": "nobody", "role": "enterprise", "area": build.EAST, "since": build.today(),
        "enterprise": other.uscc,
    }  # fmt: skip
    client = login("admin_east")
    refused = client.post("/roles/new/", data)
    assert refused.status_code == 422
    assert "does not lie in the area" in refused.content.decode()
    assert client.post("/roles/new/", data | {"enterprise": own.uscc}).status_code == 302
    assert login("nobody").get(f"/enterprises/{own.pk}/").status_code == 200
    assert login("nobody").get(f"/enterprises/{other.pk}/").status_code == 404
