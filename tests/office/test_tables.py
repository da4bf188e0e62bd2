"""Import and export: preview, errors by row, all or nothing, nothing a spreadsheet would run."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from twofronts_office.common.jobs import run_export
from twofronts_office.common.models import Job, SecurityEvent
from twofronts_office.common.register import REGISTERS
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.reports.models import Case, DailyReport

from . import build

HEAD = "uscc,name,area,sector,insured_staff,risk_staff,mask_days\n"


def line(i: int, *, name="N", area=build.EAST, staff="10", sector="F") -> str:
    return f"{build.code(i)},{name},{area},{sector},{staff},0,3\n"


def send(client, text, *, slug="enterprises", name="t.csv", commit=True, run) -> Job:
    raw = text.encode() if isinstance(text, str) else text
    with run():
        client.post(f"/{slug}/import/", {"file": SimpleUploadedFile(name, raw)})
    job = Job.objects.order_by("-at").first()
    if commit and job.state == "checked":
        with run():
            client.post(f"/jobs/{job.pk}/", {})
        job.refresh_from_db()
    return job


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_preview_writes_nothing_then_all_comes_in(city, login, run):
    client = login("industry_east")
    n = Enterprise._base_manager.count()
    text = HEAD + "".join(line(100 + i) for i in range(5))
    job = send(client, text, run=run, commit=False)
    assert (job.state, job.result["new"], job.result["n_errors"]) == ("checked", 5, 0)
    assert Enterprise._base_manager.count() == n
    assert "N" in client.get(f"/jobs/{job.pk}/").content.decode()
    with run():
        client.post(f"/jobs/{job.pk}/", {})
    job.refresh_from_db()
    assert job.state == "done"
    made = Enterprise._base_manager.get(uscc=build.code(100))
    assert (made.size, made.history.count()) == ("micro", 1)
    assert SecurityEvent.objects.filter(kind="import", actor="industry_east").exists()


def test_one_wrong_row_keeps_everything_out(city, login, run):
    n = Enterprise._base_manager.count()
    bad = [
        line(201),
        "NOT-A-CODE,N,990101000000,F,10,0,3\n",
        line(202, area=build.WEST),
        line(203, staff="many"),
        line(204, sector="ZZ"),
        line(201),
    ]
    client = login("industry_east")
    job = send(client, HEAD + "".join(bad), run=run)
    assert job.state == "failed"
    wrong = {e["row"] for e in job.result["errors"]}
    assert wrong == {3, 4, 5, 6, 7}
    assert Enterprise._base_manager.count() == n
    rejects = b"".join(client.get(f"/jobs/{job.pk}/file/").streaming_content).decode("utf-8-sig")
    assert "NOT-A-CODE" in rejects
    assert rejects.count("\n") == 6


def test_known_keys_are_changed_not_doubled(city, login, run):
    one = city.row("enterprises")
    row = f"{one.uscc},New name,{build.EAST},F,55,0,3\n"
    job = send(login("industry_east"), HEAD + row, run=run)
    assert (job.state, job.result["changed"]) == ("done", 1)
    version = one.version
    one.refresh_from_db()
    assert (one.name, one.insured_staff, one.size, one.version) == (
        "New name",
        55,
        "small",
        version + 1,
    )
    assert one.history.first().history_change_reason == "import"


def test_a_locked_report_is_not_overwritten_by_an_import(city, login, run):
    report = city.row("reports")
    DailyReport._base_manager.filter(pk=report.pk).update(state="city_approved")
    text = f"area,date,new_confirmed\n{build.EAST},{report.date},99\n"
    job = send(login("health_east"), text, slug="reports", run=run)
    assert job.state == "failed"
    report.refresh_from_db()
    assert report.new_confirmed == 1


def test_gb18030_is_read(city, login, run):
    text = (HEAD + line(300, name="中文企业")).encode("gb18030")
    assert send(login("industry_east"), text, run=run).state == "done"
    assert Enterprise._base_manager.get(uscc=build.code(300)).name == "中文企业"


def xlsx(rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<a/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024 * 1024))
    return out.getvalue()


HOSTILE = {
    "empty": b"",
    "null": b"uscc,name\x00\n",
    "latin": "uscc,name\n\xe9\xff\xfe\n".encode("utf-16"),
    "columns twice": b"uscc,uscc\na,b\n",
    "unknown column": b"uscc,name,is_superuser\na,b,1\n",
    "too many cells": HEAD.encode() + b"a,b,c,d,e,f,g,h,i,j,k\n",
    "10 MB cell": HEAD.encode() + b"a," + b"x" * 10_000_000 + b",c,d,1,0,0\n",
    "not a zip": b"PK\x03\x04" + b"junk" * 50,
    "html": b"<html><script>alert(1)</script></html>",
    "quote never closed": b'uscc,name\n"' + b"x" * 200_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(HOSTILE))
@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_hostile_tables_are_refused_in_words(city, login, run, kind, name):
    n = Enterprise._base_manager.count()
    job = send(login("industry_east"), HOSTILE[kind], name=name, run=run)
    if job is not None:
        assert job.state == "failed"
        assert "Traceback" not in str(job.result)
    assert Enterprise._base_manager.count() == n


@pytest.mark.slow
def test_zip_bomb_is_refused_before_it_is_unpacked(city, login, run):
    raw = bomb()
    start = time.process_time()
    job = send(login("industry_east"), raw, name="t.xlsx", run=run)
    assert job.state == "failed"
    assert "解压" in job.result["error"], "in the language of who asked"
    assert time.process_time() - start < 5


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", '=HYPERLINK("http://x")']


@pytest.mark.slow
@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_formula_cells_stay_text(city, login, run, text, kind):
    Enterprise._base_manager.filter(area_id=build.EAST).update(name=text)
    client = login("industry_east")
    with run():
        client.post("/enterprises/export/", {"format": kind, "query": ""})
    job = Job.objects.order_by("-at").first()
    assert job.state == "done"
    raw = b"".join(client.get(f"/jobs/{job.pk}/file/").streaming_content)
    if kind == "xlsx":
        cells = [c for row in load_workbook(io.BytesIO(raw)).active.iter_rows() for c in row]
        assert not [c for c in cells if c.data_type == "f"]
        assert any(str(c.value).startswith("'") for c in cells)
    else:
        assert f",{text[0]}" not in raw.decode("utf-8-sig").replace("\r\n", "\n")


def test_export_holds_own_area_only_and_masks(city, login, run):
    client = login("analyst_city")
    with run():
        client.post("/cases/export/", {"format": "csv", "query": ""})
    raw = b"".join(client.get(f"/jobs/{Job.objects.first().pk}/file/").streaming_content).decode()
    assert "K-1" in raw
    assert "K-2" in raw
    assert "Zhang San" not in raw
    client = login("health_east")
    with run():
        client.post("/cases/export/", {"format": "csv", "query": ""})
    raw = b"".join(client.get(f"/jobs/{Job.objects.order_by('-at').first().pk}/file/").streaming_content).decode()  # fmt: skip
    assert "Zhang San" in raw
    assert "K-2" not in raw
    assert SecurityEvent.objects.filter(kind="export").count() >= 2


def test_a_job_belongs_to_who_asked(city, login, run):
    with run():
        login("industry_east").post("/enterprises/export/", {"format": "csv", "query": ""})
    job = Job.objects.first()
    assert login("industry_city").get(f"/jobs/{job.pk}/").status_code == 404
    assert login("industry_city").get(f"/jobs/{job.pk}/file/").status_code == 404


def test_export_comes_in_again(city, login, run):
    """What was exported can be imported: the same rows, nothing changed but the version."""
    client = login("industry_east")
    with run():
        client.post("/enterprises/export/", {"format": "csv", "query": ""})
    raw = b"".join(client.get(f"/jobs/{Job.objects.first().pk}/file/").streaming_content)
    import csv

    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    keep = REGISTERS["enterprises"].imports
    out = io.StringIO()
    writer = csv.DictWriter(out, keep, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    job = send(client, out.getvalue(), run=run)
    assert (job.state, job.result["changed"], job.result["new"]) == ("done", 1, 0), job.result
    assert Enterprise._base_manager.get(pk=city.row("enterprises").pk).lead_name == "Lead Person"


@pytest.mark.slow
def test_twenty_thousand_in_and_sixty_thousand_out_in_time(city, login, run):
    """The floors: a preview and import of 20,000 within 60 s, 60,000 rows to XLSX within 30 s."""
    client = login("industry_city")
    text = HEAD + "".join(line(10_000 + i) for i in range(20_000))
    start = time.process_time()
    job = send(client, text, run=run)
    took = time.process_time() - start
    assert (job.state, job.result["new"]) == ("done", 20_000)
    assert took < 60
    case = city.row("cases")
    Case._base_manager.bulk_create(
        [Case(area_id=build.EAST, number=f"B{i}", name="A", source=case) for i in range(60_000)],
        batch_size=2000,
    )
    with run():
        start = time.process_time()
        login("health_east").post("/cases/export/", {"format": "xlsx", "query": ""})
    job = Job.objects.order_by("-at").first()
    took = time.process_time() - start
    assert (job.state, job.result["rows"]) == ("done", 60_001)
    assert took < 30


@pytest.mark.parametrize("query", ["severity=nowhere", "area=1\nX: 1&severity=nowhere"])
def test_a_filter_that_cannot_be_read_is_no_empty_file(city, login, run, query):
    """It is named before anything is written, and again by a job that was asked for otherwise."""
    client = login("health_east")
    with run():
        page = client.post("/cases/export/", {"format": "csv", "query": query}, follow=True)
    said = page.content.decode()
    assert page.status_code == 200
    assert "nowhere" in said
    assert "cannot be read" in said
    assert not Job.objects.filter(kind="export").exists()
    owner = page.wsgi_request.user
    job = Job.objects.create(
        kind="export", register="cases", owner=owner, arguments={"format": "csv", "query": query}
    )
    run_export.func(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert "无法识别" in job.result["error"]


def test_tables_are_deleted_when_their_time_is_over(city, login, run, settings):
    import os

    from twofronts_office.common.jobs import prune_files

    client = login("health_east")
    with run():
        client.post("/cases/export/", {"format": "csv"})
    job = Job.objects.get()
    path = settings.MEDIA_ROOT / job.output.name
    orphan = path.with_name("left-by-a-killed-worker.csv")
    orphan.write_text("x")
    assert prune_files(days=7) == 0
    for one in (path, orphan):
        os.utime(one, (1, 1))
    assert prune_files(days=7) == 2
    job.refresh_from_db()
    assert (job.output.name, path.exists(), orphan.exists()) == ("", False, False)
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404
    assert client.get(f"/jobs/{job.pk}/").status_code == 200


def test_shown_rows_of_a_table_are_forgotten_when_its_time_is_over(city, login, run):
    from datetime import timedelta

    from django.utils import timezone

    from twofronts_office.common.jobs import prune_files

    client = login("health_east")
    for number in ("K-77", "K-2"):  # one comes in, one is refused
        text = f"number,area,name\n{number},{build.EAST},Forget Me\n"
        send(client, text, slug="cases", run=run)
    assert {j.state for j in Job.objects.all()} == {"done", "failed"}
    prune_files(days=7)
    assert Job.objects.filter(result__icontains="Forget Me").count() == 2
    Job.objects.update(at=timezone.now() - timedelta(days=8))
    prune_files(days=7)
    assert not Job.objects.filter(result__icontains="Forget Me").exists()
    for job in Job.objects.all():
        assert job.result["total"] == 1, "how many there were stays"
        assert client.get(f"/jobs/{job.pk}/").status_code == 200


def lied(change) -> bytes:
    """A workbook whose parts are changed after it was written."""
    out = io.BytesIO()
    book = xlsx([HEAD.strip().split(","), line(401).strip().split(","), line(402).strip().split(",")])  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w") as to:
        for name in source.namelist():
            data = source.read(name)
            to.writestr(name, change(data) if name.endswith("sheet1.xml") else data)
    return out.getvalue()


def test_a_workbook_comes_in_like_its_table(city, login, run):
    """Numbers, dates, yes and no as a spreadsheet keeps them."""
    head = ["uscc", "name", "area", "sector", "insured_staff", "key_enterprise"]
    rows = [[build.code(400 + i), "工厂", build.EAST, "F", 10 + i, i == 1] for i in range(3)]
    job = send(login("industry_east"), xlsx([head, *rows]), name="t.xlsx", run=run)
    assert (job.state, job.result["new"]) == ("done", 3), job.result
    held = Enterprise._base_manager.filter(uscc__in=[r[0] for r in rows]).order_by("uscc")
    assert sorted((e.insured_staff, e.key_enterprise) for e in held) == [
        (10, False), (11, True), (12, False),
    ]  # fmt: skip
    report = city.row("reports")
    day = report.date
    rows = [["area", "date", "new_confirmed"], [build.EAST, datetime(day.year, day.month, day.day), 7]]  # fmt: skip
    job = send(login("health_east"), xlsx(rows), slug="reports", name="t.xlsx", run=run)
    assert (job.state, job.result["changed"]) == ("done", 1), job.result
    report.refresh_from_db()
    assert report.new_confirmed == 7


def test_a_workbook_that_lies_about_its_size_is_read_whole(city, login, run):
    raw = lied(lambda d: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', d))
    job = send(login("industry_east"), raw, name="t.xlsx", run=run, commit=False)
    assert (job.state, job.result["total"]) == ("checked", 2), job.result


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        (b"<f>5+5</f>", "E2"),
        (b"<f>5+5</f><v></v>", "E2"),
        (b"<f>A9/0</f><v>#DIV/0!</v>", "#DIV/0!"),
    ],
)
def test_a_formula_without_a_result_is_not_read_as_empty(city, login, run, cell, word):
    n = Enterprise._base_manager.count()
    kind = b' t="e"' if b"#DIV" in cell else b""
    raw = lied(lambda d: re.sub(rb'<c r="E2"[^>]*>.*?</c>', b'<c r="E2"' + kind + b">" + cell + b"</c>", d))  # fmt: skip
    job = send(login("industry_east"), raw, name="t.xlsx", run=run)
    assert job.state == "failed"
    assert word in job.result["error"]
    assert Enterprise._base_manager.count() == n


def test_a_formula_with_its_result_is_read_as_the_result(city, login, run):
    raw = lied(lambda d: re.sub(rb'<c r="E2"[^>]*>.*?</c>', b'<c r="E2"><f>5+5</f><v>17</v></c>', d))  # fmt: skip
    assert send(login("industry_east"), raw, name="t.xlsx", run=run).state == "done"
    assert Enterprise._base_manager.get(uscc=build.code(401)).insured_staff == 17


def test_a_table_with_trailing_commas_is_its_table(city, login, run):
    text = HEAD.strip() + ",,\n" + line(410).strip() + ",,\n"
    assert send(login("industry_east"), text, run=run).state == "done"


@pytest.mark.parametrize(
    ("slug", "who", "head", "row"),
    [
        ("cases", "health_east", "number,area,name", f"K-2,{build.EAST},Evil"),
        (
            "enterprises",
            "industry_east",
            "uscc,name,area,sector,insured_staff",
            f"{build.code(2)},N,{build.EAST},F,9",
        ),
        ("communities", "community_east", "code,name_zh,area", f"Q2,区,{build.EAST}"),
        (
            "hospitals",
            "health_lead_east",
            "code,name_zh,name_en,area,kind,beds",
            f"H2,院,H,{build.EAST},general,9",
        ),
        ("checkpoints", "transport_east", "code,name_zh,area,tier", f"P2,口,{build.EAST},inner"),
    ],
)
def test_a_key_of_another_area_is_refused_in_the_preview(city, login, run, slug, who, head, row):
    before = REGISTERS[slug].model._base_manager.values().get(pk=city.row(slug, "west").pk)
    job = send(login(who), f"{head}\n{row}\n", slug=slug, run=run)
    key = REGISTERS[slug].key
    assert job.state == "failed"
    assert [(e["row"], e["error"].split(":")[0]) for e in job.result["errors"]] == [(2, key)]
    assert REGISTERS[slug].model._base_manager.values().get(pk=before["id"]) == before


@pytest.mark.parametrize("value", ["perhaps", "2", "nan"])
def test_neither_yes_nor_no_is_not_taken_for_no(city, login, run, value):
    text = f"uscc,name,area,sector,insured_staff,key_enterprise\n{build.code(420)},N,{build.EAST},F,9,{value}\n"  # fmt: skip
    job = send(login("industry_east"), text, run=run)
    assert job.state == "failed"
    assert job.result["errors"][0]["error"].startswith("key_enterprise")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "12 %"])
def test_a_reading_that_is_no_number_stays_out(city, login, run, value):
    text = f"indicator,date,value\nx,2020-02-01,{value}\n"
    job = send(login("office_city"), text, slug="readings", run=run)
    assert job.state == "failed"
    assert job.result["errors"][0]["error"].startswith("value")


def test_who_lost_the_role_in_between_brings_nothing_in_and_takes_nothing_out(city, login, run):
    from twofronts_office.people.models import RoleGrant

    client = login("industry_east")
    n = Enterprise._base_manager.count()
    job = send(client, HEAD + line(430), run=run, commit=False)
    with run():
        client.post("/enterprises/export/", {"format": "csv", "query": ""})
    out = Job.objects.get(kind="export")
    one = RoleGrant._base_manager.filter(user__username="industry_east")
    one.update(role="community")
    with run():
        client.post(f"/jobs/{job.pk}/", {})
    job.refresh_from_db()
    assert job.state == "failed"
    assert Enterprise._base_manager.count() == n
    assert client.get(f"/jobs/{out.pk}/file/").status_code == 403


def test_a_row_entered_after_the_preview_is_told_in_words(city, login, run):
    client = login("industry_east")
    job = send(client, HEAD + line(440), run=run, commit=False)
    Enterprise(
        uscc=build.code(440), name="First", area_id=build.WEST, sector="F", insured_staff=1
    ).save()
    with run():
        client.post(f"/jobs/{job.pk}/", {})
    job.refresh_from_db()
    assert job.state == "failed"
    assert "IntegrityError" not in str(job.result)
    assert Enterprise._base_manager.get(uscc=build.code(440)).name == "First"


def test_more_rows_than_a_worksheet_holds_are_refused_in_words(city, login, run, monkeypatch):
    monkeypatch.setattr("twofronts_office.common.exports.SHEET_ROWS", 1)
    client = login("health_city")
    for kind, state in (("xlsx", "failed"), ("csv", "done")):
        with run():
            client.post("/cases/export/", {"format": kind, "query": ""})
        job = Job.objects.order_by("-at").first()
        assert job.state == state, job.result
        assert bool(job.output) == (state == "done")
    failed = Job.objects.get(state="failed")
    assert "CSV" in failed.result["error"]


def test_an_export_is_of_the_whole_question_or_of_nothing(city, login, run):
    """A question cut short would ask for more rows than were asked for."""
    from urllib.parse import quote

    client = login("industry_east")
    question = f"q={quote('工厂' * 40)}&size=large&state=filed"
    with run():
        client.post("/enterprises/export/", {"format": "csv", "query": question})
    assert Job.objects.get().arguments["query"] == question
    client.post("/enterprises/export/", {"format": "csv", "query": "q=" + "x" * 5000})
    assert Job.objects.count() == 1
