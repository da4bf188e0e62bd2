"""Directives: read, looked at by a person, taken into the record, traced to what carries them out."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from twofronts_office.common.access import access_of
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.scope import office_scope
from twofronts_office.directives import domain
from twofronts_office.directives.models import TEXT_LIMIT, Directive, Item
from twofronts_office.directives.queries import not_carried_out, traces
from twofronts_office.meetings.domain import decide
from twofronts_office.meetings.models import Decision, Meeting, Task

from . import build

TEXT = """省疫情防控指挥部通知
一、交通運輸。各地应于2月20日前拆除市域内检查点。
二、社区。每个小区保留一个出入口，东区先行。
会议指出，思想上不能有丝毫松懈。"""


@pytest.fixture
def directive(city, everything) -> Directive:
    row = Directive(text=TEXT, title="", issued_on=date(2020, 2, 18))
    return domain.record(directive=row, by=build.user("office_city"))


def items(directive) -> list[Item]:
    return list(directive.items.order_by("position"))


def test_what_is_read_is_proposed_and_nothing_is_in_the_record(directive):
    found = items(directive)
    assert [i.line for i in found] == ["traffic", "communities", ""]
    assert {i.state for i in found} == {"proposed"}
    assert directive.title == "省疫情防控指挥部通知"
    assert directive.repaired["traditional"] == 2
    assert directive.text == TEXT, "kept as it came"
    assert found[0].due == date(2020, 2, 20)
    assert not_carried_out() == [], "nothing enters the record unseen"


def test_marks_point_into_the_text(directive):
    one, two, _ceremony = items(directive)
    said = {(kind, one.text[a:b]) for a, b, kind, _day in one.marks}
    assert {("date", "2月20日"), ("verb", "拆除"), ("body", "各地")} <= said
    assert ("body", "东区") in {(k, two.text[a:b]) for a, b, k, _d in two.marks}, "a known district"


def test_a_clerk_keeps_changes_merges_and_drops(directive):
    one, two, three = items(directive)
    by = build.user("office_city")
    domain.keep(item=one, by=by, text="各区须在3日内拆除检查点。", line="traffic")
    assert (one.state, one.original) == ("kept", "各地应于2月20日前拆除市域内检查点。")
    assert [one.text[a:b] for a, b, kind, _d in one.marks if kind == "date"] == ["3日内"]
    domain.merge(item=two, into=one, by=by)
    assert (two.state, two.merged_into) == ("merged", one)
    assert one.text.endswith("东区先行。")
    domain.drop(item=three, by=by)
    with pytest.raises(Refused):
        domain.keep(item=three, by=by)
    domain.keep(item=three, by=by, line="care")
    assert [t.item.pk for t in not_carried_out()] == [one.pk, three.pk]


def test_merging_has_bounds(directive):
    one, two, _three = items(directive)
    by = build.user("office_city")
    domain.drop(item=one, by=by)
    with pytest.raises(Refused):
        domain.merge(item=two, into=one, by=by)
    with pytest.raises(Refused):
        domain.merge(item=two, into=two, by=by)
    with pytest.raises(Refused):
        domain.merge(item=two, into=Item.objects.exclude(directive=directive).first(), by=by)


def test_an_item_is_traced_to_decision_and_task_until_it_is_carried_out(directive):
    one = items(directive)[0]
    by = build.user("office_city")
    with pytest.raises(Refused):
        domain.draft(item=one, meeting=Meeting.objects.first(), by=by)
    domain.keep(item=one, by=by)

    def progress() -> str:
        return traces(Item.objects.filter(pk=one.pk))[0].progress

    assert progress() == "none"
    decision = domain.draft(item=one, meeting=Meeting.objects.first(), by=by)
    assert (decision.line, decision.source) == ("traffic", f"/directive-items/{one.pk}/")
    assert progress() == "drafted"
    decide(decision=decision, by=build.user("leader_city"))
    assert progress() == "due"
    task = Task(
        area_id=build.EAST, title="T", department="transport", due=build.today(), decision=decision
    )
    task.save()
    assert progress() == "due"
    Task._base_manager.filter(pk=task.pk).update(state="done")
    assert progress() == "done"
    assert one.pk not in {t.item.pk for t in not_carried_out()}
    with pytest.raises(Refused):
        domain.drop(item=one, by=by)
    domain.unlink(item=one, decision=decision, by=by, reason="wrong one")
    assert progress() == "none"


def test_tracing_asks_as_many_questions_for_many_as_for_one(directive, django_assert_num_queries):
    by = build.user("office_city")
    for item in items(directive)[:2]:
        domain.keep(item=item, by=by)
        domain.draft(item=item, meeting=Meeting.objects.first(), by=by)
        with django_assert_num_queries(4):
            not_carried_out()


def test_pages_paste_look_keep(city, login):
    client = login("office_city")
    answer = client.post(
        "/directives/new/", {"text": TEXT, "issuer": "province", "issued_on": "2020-02-18"}
    )
    assert answer.status_code == 302
    row = Directive._base_manager.order_by("-pk").first()
    page = client.get(f"/directives/{row.pk}/review/").content.decode()
    assert '<mark class="m-verb" title="obligation">拆除</mark>' in page
    assert "checked" not in page, "nothing is chosen beforehand"
    one, two, three = Item._base_manager.filter(directive=row).order_by("position")
    answer = client.post(
        f"/directives/{row.pk}/review/",
        {
            f"act-{one.pk}": "keep", f"line-{one.pk}": "traffic", f"text-{one.pk}": one.text,
            f"due-{one.pk}": "2020-02-19", f"act-{two.pk}": "drop",
            f"line-{three.pk}": "care", f"text-{three.pk}": "not chosen, so not changed",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    for r in (one, two, three):
        r.refresh_from_db()
    assert [(r.state, r.due) for r in (one, two, three)] == [
        ("kept", date(2020, 2, 19)), ("dropped", None), ("proposed", None),
    ]  # fmt: skip
    assert three.text != "not chosen, so not changed"
    assert "2020-02-19" in client.get(f"/directives/{row.pk}/").content.decode()


def test_a_line_is_kept_whole_only_as_it_was_shown(directive, login):
    one, two, _three = items(directive)
    client = login("office_city")
    url = f"/directives/{directive.pk}/review/"
    client.post(url, {"line_kept": "traffic", "shown": [two.pk]})
    one.refresh_from_db()
    assert one.state == "proposed", "what was not shown stays"
    client.post(url, {"line_kept": "traffic", "shown": [one.pk, two.pk]})
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("kept", "proposed")


def test_a_long_directive_is_looked_at_in_parts(city, login):
    """Four hundred items: each part's form stays below what a request may hold, and all are kept."""
    text = "\n".join(f"{i}. 各区要取消第{i}号卡口，恢复公交线路。" for i in range(400))
    client = login("office_city")
    wish = {"text": text, "issuer": "province", "issued_on": "2020-02-18"}
    assert client.post("/directives/new/", wish).status_code == 302
    row = Directive._base_manager.order_by("-pk").first()
    url = f"/directives/{row.pk}/review/"
    page = client.get(url).content.decode()
    links = sorted(set(re.findall(r'href="(\?page=\d+)"', page)))
    assert len(links) == 6, "and this one"
    for link in ["", *links]:
        page = client.get(url + link).content.decode()
        form = page[page.index('class="review"') :]
        sent = {"line_kept": "traffic", "shown": re.findall(r'name="shown" value="(\d+)"', form)}
        for name in re.findall(r'name="((?:line|due|text)-\d+)"', form):
            sent[name] = "traffic"
        assert len(sent) + len(sent["shown"]) * 2 < 400
        answer = client.post(url + link, sent)
        assert (answer.status_code, answer.url) == (302, url + link)
    assert {i.state for i in Item._base_manager.filter(directive=row)} == {"kept"}


def test_what_no_form_may_hold_is_said(city, login):
    answer = login("office_city").post("/directives/new/", {f"f{i}": "x" for i in range(500)})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()


def test_one_wrong_choice_changes_nothing_and_keeps_what_was_typed(directive, login):
    one, _two, three = items(directive)
    data = {
        f"act-{one.pk}": "keep", f"line-{one.pk}": "traffic", f"text-{one.pk}": "改过的措辞",
        f"act-{three.pk}": "keep", f"line-{three.pk}": "",
    }  # fmt: skip
    answer = login("office_city").post(f"/directives/{directive.pk}/review/", data)
    assert answer.status_code == 422
    assert "改过的措辞" in answer.content.decode()
    assert {i.state for i in items(directive)} == {"proposed"}


def test_only_the_group_office_records_and_keeps(directive, login):
    for who in ("leader_city", "analyst_city"):
        client = login(who)
        assert client.get(f"/directives/{directive.pk}/").status_code == 200
        assert client.get(f"/directives/{directive.pk}/review/").status_code == 403
        assert client.post(f"/directives/{directive.pk}/review/", {}).status_code == 403
        assert client.get("/directives/new/").status_code == 403
    for who in ("health_city", "community_east", "enterprise_east", "admin_city"):
        assert login(who).get(f"/directives/{directive.pk}/").status_code == 403


def docx(*lines: str, part="word/document.xml", head="") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
        ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        text = f'{head}<w:document xmlns:w="{ns}"><w:body>{body}</w:body></w:document>'
        package.writestr(part, text)
    return out.getvalue()


def send(login, name: str, raw: bytes, **more):
    data = {"issuer": "centre", "issued_on": "2020-02-18", "file": SimpleUploadedFile(name, raw)}
    return login("office_city").post("/directives/new/", data | more)


SENTENCE = "各地应于二月底前恢复公路客运，保障货车畅通。"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("d.txt", SENTENCE.encode()),
        ("d.txt", SENTENCE.encode("utf-8-sig")),
        ("d.txt", SENTENCE.encode("utf-16")),
        ("d.TXT", SENTENCE.encode("gb18030")),
        ("d.txt", "各地應於二月底前恢復公路客運，保障貨車暢通。".encode("big5")),
        ("d.html", f"<p>{SENTENCE}</p><script>alert(1)</script>".encode()),
        ("d.docx", docx(SENTENCE)),
    ],
    ids=["utf8", "bom", "utf16", "gb", "big5", "html", "docx"],
)
def test_files_that_are_read(city, login, name, raw):
    assert send(login, name, raw).status_code == 302
    row = Directive._base_manager.order_by("-pk").first()
    (item,) = Item._base_manager.filter(directive=row)
    assert (item.line, item.text) == ("traffic", SENTENCE)


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("d.pdf", b"%PDF-1.7 x", "A PDF is not read"),
        ("d.exe", b"MZ", "Only TXT"),
        ("noending", b"text", "Only TXT"),
        ("d.txt", b"\x00\x01\x02" * 99, "not a text"),
        ("d.txt", bytes(range(128, 256)) * 9, "not a text"),
        ("d.txt", b"\xff\xfe\x00", "not a text"),
        ("d.txt", b"a" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        ("d.docx", b"PK but not a package", "damaged"),
        ("d.docx", docx("x", part="other.xml"), "damaged"),
        ("d.docx", docx("&b;", head=BOMB), "damaged"),
        ("d.docx", docx("x" * 30_000_000), "unpacks"),
        ("d.txt", b"", "empty"),
        ("d.txt", "。。。".encode(), "No sentence"),
    ],
)
def test_files_that_are_refused_in_words(city, login, name, raw, said):
    n = Directive._base_manager.count()
    answer = send(login, name, raw)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Directive._base_manager.count() == n


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * (TEXT_LIMIT + 1), "100,001 characters"),
        ("", "Paste the text"),
        ("   \n\u200b ", "No sentence"),
        ("各地应恢复交通。" * 401, "401"),
    ],
)
def test_texts_that_are_refused_in_words(city, login, text, said):
    form = {"text": text, "issuer": "city", "issued_on": "2020-02-18"}
    answer = login("office_city").post("/directives/new/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_text_and_file_together_are_refused(city, login):
    answer = send(login, "d.txt", SENTENCE.encode(), text="另一段文字。")
    assert answer.status_code == 422


def test_markup_in_a_text_is_text(city, login):
    form = {
        "text": '应恢复公路客运<img src=x onerror=alert(1)>，"><b>保障</b>货车。{{ 7 }} &lt;i&gt;各地&lt;/i&gt;要落实。',
        "title": "<script>alert(1)</script>", "issuer": "city", "issued_on": "2020-02-18",
    }  # fmt: skip
    client = login("office_city")
    assert client.post("/directives/new/", form).status_code == 302
    row = Directive._base_manager.order_by("-pk").first()
    for url in (f"/directives/{row.pk}/", f"/directives/{row.pk}/review/", "/directives/"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<i>" not in page


def test_the_text_stays_as_it_came(directive, login):
    form = {
        "text": "Another", "title": "New title", "issuer": "city", "issued_on": "2020-02-18",
        "version": directive.version,
    }  # fmt: skip
    client = login("office_city")
    assert client.post(f"/directives/{directive.pk}/edit/", form).status_code == 422
    form["text"] = directive.text
    assert client.post(f"/directives/{directive.pk}/edit/", form).status_code == 302


def test_the_api_records_and_keeps_by_the_same_rules(city, api):
    client = api("office_city")
    given = {"text": TEXT, "issuer": "province", "issued_on": "2020-02-18"}
    made = client.post("/api/directives/", given, format="json")
    assert made.status_code == 201, made.content
    rows = client.get(f"/api/directive-items/?directive={made.json()['id']}").json()["results"]
    assert {r["state"] for r in rows} == {"proposed"}
    one = next(r for r in rows if r["line"] == "traffic")
    answer = client.post(
        f"/api/directive-items/{one['id']}/keep/", {"line": "traffic"}, format="json"
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "kept")
    for text in ("x" * (TEXT_LIMIT + 1), "。。。", ""):
        answer = client.post("/api/directives/", given | {"text": text}, format="json")
        assert answer.status_code == 400, text[:9]


def test_who_looks_at_it_is_reminded(directive, login):
    assert "items wait to be looked at" in login("office_city").get("/").content.decode()
    assert "items wait to be looked at" not in login("leader_city").get("/").content.decode()


def test_a_leader_sees_how_far_it_is(directive):
    by = build.user("office_city")
    domain.keep(item=items(directive)[0], by=by, due=date.today() + timedelta(days=1))
    access = access_of(build.user("leader_city"))
    with office_scope(access):
        assert [t.progress for t in not_carried_out()] == ["none"]
    access = access_of(build.user("health_east"))
    with office_scope(access):
        assert not_carried_out() == []
    assert Decision._base_manager.count() == 1
