"""Tables of every register that takes one: the same rules, asked of the declaration.

Nothing here names a register: a new one that takes a table is tested as it is declared.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from twofronts_office.common.access import ACCESS, GLOBAL
from twofronts_office.common.exports import cell_of
from twofronts_office.common.models import Job
from twofronts_office.common.register import REGISTERS

from . import build
from .test_tables import run, send, xlsx  # noqa: F401

TAKES = sorted(slug for slug, entry in REGISTERS.items() if entry.imports)
# without rows of one's own area there is nothing to be kept out of; areas and accounts guard rows
PLACED = [s for s in TAKES if hasattr(REGISTERS[s].model, "area_id") or s in ("areas", "people")]


def bringer(slug: str) -> str:
    """Somebody of the east who may bring a table into the register."""
    return f"{min(ACCESS[REGISTERS[slug].label]['imports'])}_east"


def values(slug: str, where: str) -> list:
    """What a table says of the row in the east or in the west."""
    entry, obj = REGISTERS[slug], build.row_of(slug, where)
    found = [cell_of(entry, obj, name, clear=True) for name in entry.imports]
    if slug == "restrictions":
        found[entry.imports.index("until")] = str(build.today() + timedelta(days=5))
    if "checklist" in entry.imports:
        found[entry.imports.index("checklist")] = " ".join(obj.checklist)
    return ["" if v is None else v for v in found]


def table(slug: str, *rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(REGISTERS[slug].imports)
    writer.writerows(rows)
    return out.getvalue()


def snapshot(slug: str) -> list[dict]:
    rows = REGISTERS[slug].model._base_manager.order_by("pk").values()
    return [{k: v for k, v in row.items() if k != "last_login"} for row in rows]


@pytest.fixture(autouse=True)
def _somebody_in_the_west(everything):
    """The first person of each register lies where its place says."""


@pytest.mark.parametrize("slug", TAKES)
def test_a_preview_writes_nothing_and_the_table_then_comes_in_whole(city, login, run, slug):  # noqa: F811
    entry, client = REGISTERS[slug], login(bringer(slug))
    before, n_logged = snapshot(slug), entry.model.history.count()
    job = send(client, table(slug, values(slug, "east")), slug=slug, run=run, commit=False)
    assert job.state == "checked", job.result
    assert snapshot(slug) == before
    assert entry.model.history.count() == n_logged
    with run():
        client.post(f"/jobs/{job.pk}/", {})
    job.refresh_from_db()
    assert job.state == "done", job.result
    made = len(snapshot(slug)) - len(before)
    assert (job.result["new"], job.result["changed"]) == ((1, 0) if entry.bring_only else (0, 1))
    assert made == (1 if entry.bring_only else 0)
    assert entry.model.history.count() > n_logged, "in the history like a typed one"


@pytest.mark.parametrize("slug", TAKES)
def test_a_workbook_does_what_a_csv_does(city, login, run, slug):  # noqa: F811
    rows = [REGISTERS[slug].imports, [str(v) for v in values(slug, "east")]]
    job = send(login(bringer(slug)), xlsx(rows), slug=slug, name="t.xlsx", run=run, commit=False)
    assert job.state == "checked", job.result
    assert job.result["total"] == 1


@pytest.mark.parametrize("slug", PLACED)
def test_a_row_of_another_area_keeps_the_whole_table_out(city, login, run, slug):  # noqa: F811
    before = snapshot(slug)
    text = table(slug, values(slug, "east"), values(slug, "west"))
    job = send(login(bringer(slug)), text, slug=slug, run=run)
    assert job.state == "failed", job.result
    assert {e["row"] for e in job.result["errors"]} == {3}
    assert snapshot(slug) == before


@pytest.mark.parametrize("slug", TAKES)
def test_a_wrong_cell_is_named_by_row_and_column(city, login, run, slug):  # noqa: F811
    """Each column in turn holds what it cannot hold."""
    entry, before, client = REGISTERS[slug], snapshot(slug), login(bringer(slug))
    good = values(slug, "east")
    for i, name in enumerate(entry.imports):
        kind = entry.model._meta.get_field(name).get_internal_type()
        if kind in ("CharField", "TextField") and not entry.model._meta.get_field(name).choices:
            continue  # any text may stand there
        bad = [*good[:i], "?!", *good[i + 1 :]]
        job = send(client, table(slug, bad), slug=slug, run=run)
        assert job.state == "failed", f"{name}: {job.result}"
        said = [(e["row"], e["error"].split(":")[0]) for e in job.result["errors"]]
        assert (2, name) in said, f"{name}: {said}"
    assert snapshot(slug) == before


@pytest.mark.parametrize("slug", TAKES)
def test_the_same_key_twice_is_refused(city, login, run, slug):  # noqa: F811
    before = snapshot(slug)
    row = values(slug, "east")
    job = send(login(bringer(slug)), table(slug, row, row), slug=slug, run=run)
    assert job.state == "failed"
    assert 3 in {e["row"] for e in job.result["errors"]}
    assert snapshot(slug) == before


@pytest.mark.parametrize("slug", TAKES)
def test_an_empty_table_is_offered_and_comes_back_as_it_is(city, login, run, slug):  # noqa: F811
    entry, client = REGISTERS[slug], login(bringer(slug))
    page = client.get(f"/{slug}/import/").content.decode()
    assert "?template=xlsx" in page
    raw = client.get(f"/{slug}/import/?template=csv").content
    assert raw.decode("utf-8-sig").strip().split(",") == list(entry.imports)
    raw = client.get(f"/{slug}/import/?template=xlsx").content
    book = load_workbook(io.BytesIO(raw))
    sheet, about = book.worksheets
    assert [c.value for c in sheet[1]] == list(entry.imports)
    assert {c.number_format for c in sheet[2]} == {"@"}, "codes keep their digits"
    assert [r[0].value for r in about.iter_rows()] == list(entry.imports)
    assert not [c for s in book for r in s.iter_rows() for c in r if c.data_type == "f"]
    for i, value in enumerate(values(slug, "east"), 1):
        sheet.cell(2, i, str(value))
    out = io.BytesIO()
    book.save(out)
    job = send(client, out.getvalue(), slug=slug, name="t.xlsx", run=run, commit=False)
    assert (job.state, job.result["total"]) == ("checked", 1), job.result


@pytest.mark.parametrize("slug", TAKES)
def test_nobody_else_opens_the_import(city, login, slug):
    held = ACCESS[REGISTERS[slug].label]["imports"]
    for role in build.ROLES:
        code = login(f"{role}_east").get(f"/{slug}/import/").status_code
        assert code == (200 if role in held else 403), role


def test_no_column_takes_the_place_of_what_an_import_works_with():
    """A column called like an attribute of the import would silently stand in for it."""
    from twofronts_office.common.imports import Resource

    for slug in TAKES:
        taken = {"entry", "access", "moved", *dir(Resource), *vars(Resource())}
        assert not taken.intersection(REGISTERS[slug].imports), slug


def test_every_register_without_area_says_so():
    known = {"areas", "people", "goods", "indicators", "readings", "meetings"}
    assert {s for s in TAKES if REGISTERS[s].label in GLOBAL} == known


# What follows from a table that goes through the office's own verbs.


def test_levels_of_communities_come_in_by_the_verb_that_sets_them(city, login, run):  # noqa: F811
    one, until = city.row("communities"), build.today() + timedelta(days=7)
    client = login("community_east")
    row = f"{one.code},strict,{until},law,two cases"
    job = send(client, f"community,level,until,basis,reason\n{row}\n", slug="restrictions", run=run)
    assert job.state == "done", job.result
    one.refresh_from_db()
    assert (one.level, one.until) == ("strict", until)
    open_now = one.restrictions.filter(ended_on=None)
    assert [(r.level, r.since) for r in open_now] == [("strict", build.today())]
    late = build.today() + timedelta(days=60)
    for bad in (f"{one.code},strict,,law,x", f"{one.code},strict,{late},law,x", f"{one.code},strict,{until},,x", f"{one.code},strict,{until},law,"):  # fmt: skip
        text = f"community,level,until,basis,reason\n{bad}\n"
        refused = send(client, text, slug="restrictions", run=run)
        assert refused.state == "failed"
        assert refused.result["errors"][0]["row"] == 2
    assert one.restrictions.filter(ended_on=None).count() == 1
    job = send(client, f"community,level,until,basis,reason\n{one.code},open,,,over\n", slug="restrictions", run=run)  # fmt: skip
    assert job.state == "done", job.result
    one.refresh_from_db()
    assert (one.level, one.until) == ("open", None)


HEAD = "enterprise,resume_on,staff_planned,risk_staff,mask_days,thermometers,lead_name,lead_phone,committed,checklist\n"  # fmt: skip


def test_filings_on_paper_come_in_and_are_in_force(city, login, run):  # noqa: F811
    from twofronts_office.enterprises.models import Enterprise, Filing

    for i in range(3):
        Enterprise(uscc=build.code(700 + i), name=f"P{i}", area_id=build.EAST, sector="F", insured_staff=20).save()  # fmt: skip
    day = build.today()
    rows = "".join(f"{build.code(700 + i)},{day},9,0,7,1,Lead,025,yes,masks lead\n" for i in range(3))  # fmt: skip
    client = login("industry_east")
    job = send(client, HEAD + rows, slug="filings", run=run)
    assert job.state == "done", job.result
    made = list(Filing._base_manager.filter(enterprise__name__startswith="P").order_by("pk"))
    assert {f.enterprise.state for f in made} == {"filed"}, "nobody is asked"
    assert len({f.number for f in made} | {f.code for f in made}) == 6
    assert all("-T" in f.number for f in made)
    assert made[0].checklist["masks"] is True
    assert made[0].checklist["meals"] is False
    unsigned = HEAD + f"{build.code(700)},{day},9,0,7,1,Lead,025,no,\n"
    job = send(client, unsigned, slug="filings", run=run)
    assert job.state == "failed"
    assert job.result["errors"][0]["row"] == 2
    assert Filing._base_manager.filter(enterprise__name__startswith="P").count() == 3


def test_accounts_of_a_table_open_with_a_password_that_is_given(city, login, run):  # noqa: F811
    from twofronts_office.common.models import SecurityEvent
    from twofronts_office.people.models import User

    client = login("admin_east")
    text = "username,full_name,email,language\nnew.clerk,New Clerk,new@example.org,en\n"
    job = send(client, text, slug="people", run=run)
    assert job.state == "done", job.result
    one = User.objects.get(username="new.clerk")
    assert not one.has_usable_password()
    assert one.language == "en"
    assert SecurityEvent.objects.filter(kind="account.created", subject="new.clerk").exists()
    text = f"user,role,area,since\nnew.clerk,community,{build.STREET},2020-01-01\n"
    job = send(client, text, slug="roles", run=run)
    assert job.state == "done", job.result
    event = SecurityEvent.objects.get(kind="permission.given", subject="new.clerk")
    assert (event.actor, event.detail["area"]) == ("admin_east", build.STREET)
    changed = f"user,role,area,since,until,reason\nnew.clerk,community,{build.STREET},2020-01-01,2020-02-01,left\n"  # fmt: skip
    assert send(client, changed, slug="roles", run=run).state == "done"
    assert SecurityEvent.objects.filter(kind="permission.changed", subject="new.clerk").exists()
    up = f"user,role,area,since\nnew.clerk,admin,{build.CITY},2020-01-01\n"
    assert send(client, up, slug="roles", run=run).state == "failed", "not above one's own area"
    boss = "username,email\nadmin_city,me@example.org\n"
    assert send(client, boss, slug="people", run=run).state == "failed"
    assert User.objects.get(username="admin_city").email == ""
    assert send(client, "username\nbad name!\n", slug="people", run=run).state == "failed"


def test_meetings_come_in_with_their_hour(city, login, run):  # noqa: F811
    from twofronts_office.meetings.models import Meeting

    client = login("office_city")
    rows = [["held_at", "title", "chair"], ["2020-02-18 17:00", "Evening", "Chair"]]
    assert send(client, xlsx(rows), slug="meetings", name="t.xlsx", run=run).state == "done"
    rows[1] = [datetime(2020, 2, 18, 17, 0), "Evening", "Other chair"]
    job = send(client, xlsx(rows), slug="meetings", name="t.xlsx", run=run)
    assert (job.state, job.result["changed"]) == ("done", 1), job.result
    one = Meeting._base_manager.get(title="Evening")
    assert (one.chair, one.held_at.isoformat()) == ("Other chair", "2020-02-18T09:00:00+00:00")
    Meeting._base_manager.filter(pk=one.pk).update(state="held")
    assert send(client, xlsx(rows), slug="meetings", name="t.xlsx", run=run).state == "failed"


def test_a_concluded_inspection_is_not_rewritten_by_a_table(city, login, run):  # noqa: F811
    from twofronts_office.enterprises.models import Inspection

    one = city.row("inspections")
    text = f"enterprise,due,reason\n{one.enterprise.uscc},{one.due},complaint\n"
    client = login("industry_east")
    assert send(client, text, slug="inspections", run=run).state == "done"
    Inspection._base_manager.filter(pk=one.pk).update(state="passed")
    assert send(client, text.replace("complaint", "x"), slug="inspections", run=run).state == "failed"  # fmt: skip
    one.refresh_from_db()
    assert one.reason == "complaint"


def test_a_number_that_a_worksheet_cannot_keep_is_refused(city, login, run):  # noqa: F811
    rows = [["number", "area", "name", "id_number"], ["K-9", build.EAST, "N", 320106199001011234]]
    job = send(login("health_east"), xlsx(rows), slug="cases", name="t.xlsx", run=run)
    assert job.state == "failed"
    assert "15" in job.result["error"]


def test_a_table_larger_than_its_register_takes_is_refused(city, login, run, monkeypatch):  # noqa: F811
    monkeypatch.setattr(REGISTERS["filings"], "most", 1)
    file = SimpleUploadedFile("t.csv", (HEAD + "a\nb\n").encode())
    with run():
        login("industry_east").post("/filings/import/", {"file": file})
    assert "1" in Job.objects.get().result["error"]
