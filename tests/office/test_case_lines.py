"""The register of cases as a line list: what goes out, who may have it, when it is enough."""

from __future__ import annotations

import csv
import datetime as dt
import io

from twofronts_office.bridge import case_lines, core, quality
from twofronts_office.common.domain.attachments import attachments_of, keep
from twofronts_office.plans import domain
from twofronts_office.plans.models import Plan
from twofronts_office.reports.models import Case

from . import build, situations

DAY = dt.date(2020, 2, 10)


def case(number, **more) -> Case:
    values = {
        "number": number, "area_id": build.EAST, "name": "王小明", "id_number": "3201020000",
        "phone": "13800000000", "address": "东一路1号", "workplace": "东厂", "age": 44,
        "classification": "confirmed", "onset_on": DAY - dt.timedelta(days=4),
        "isolated_on": DAY - dt.timedelta(days=1), "confirmed_on": DAY,
    } | more  # fmt: skip
    one = Case(**values)
    one.save()
    return one


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_a_case_goes_out_as_days_and_places_and_nothing_of_the_person(city, everything):
    before = core.suspected_now()
    first = case("A-1", imported=True)
    case("A-2", source=first, confirmed_on=DAY + dt.timedelta(days=2))
    case("A-3", classification="suspected", confirmed_on=None)
    case("A-4", merged_into=first)
    case("A-5", confirmed_on=DAY + dt.timedelta(days=30))
    data = core.lines_of_register(DAY + dt.timedelta(days=9))
    assert rows(data) == [
        {"id": "1", "area": build.EAST[:6], "onset": "2020-02-06", "isolation": "2020-02-09",
         "confirmation": "2020-02-10", "imported": "yes", "infector": ""},
        {"id": "2", "area": build.EAST[:6], "onset": "2020-02-06", "isolation": "2020-02-09",
         "confirmation": "2020-02-12", "imported": "no", "infector": "1"},
    ]  # fmt: skip
    text = data.decode()
    for secret in ("王小明", "3201020000", "13800000000", "东一路", "东厂", "A-1", "44"):
        assert secret not in text
    assert core.suspected_now() == before + 1


def test_a_day_that_cannot_be_right_does_not_stop_the_situation(city, everything, tmp_path):
    case("A-1", onset_on=DAY + dt.timedelta(days=3))
    data = core.lines_of_register(DAY)
    assert rows(data)[0]["onset"] == ""
    read = case_lines.read_lines(data, tmp_path, [build.EAST[:6]])
    assert len(read.table) == 1


def test_a_register_without_cases_is_no_line_list(city, everything, tmp_path):
    assert core.lines_of_register(DAY) == b""
    assert case_lines.read_lines(b"", tmp_path, []) is None
    fresh = Plan(title="S", kind="situation")
    fresh.save()
    assert domain.inputs_of(fresh) == {}
    case("A-1")
    assert set(domain.inputs_of(fresh)) == {core.LINES_FILE}


def test_a_register_with_a_part_of_the_cases_is_said_and_not_used(city, everything, tmp_path):
    for i in range(9):
        case(f"A-{i}")
    lines = case_lines.read_lines(core.lines_of_register(DAY), tmp_path, [build.EAST[:6]])
    enough = case_lines.judged(lines, 10, DAY, 0)
    few = case_lines.judged(lines, 11, DAY, 0)
    before = case_lines.judged(lines, 9, DAY - dt.timedelta(days=1), 0)
    assert (enough.used, few.used, before.used, before.confirmed) == (True, False, False, 0)
    assert quality.register_row(enough) == []
    row = quality.register_row(few)[0]
    assert "9 of 11" in row["what"]
    assert "9 例" in row["zh"]["what"]
    assert case_lines.judged(None, 0, DAY, 0).used is False


def test_only_who_may_view_cases_gets_the_file(city, everything, login):
    plan = situations.situation()
    for name in (core.LINES_FILE, core.CITY_FILE):
        keep(obj=plan, name=name, data=name.encode())
    number = attachments_of(plan).get(name=core.LINES_FILE).pk
    for who, may in (("analyst_city", True), ("leader_city", False), ("office_city", False)):
        page = login(who)
        answer = page.get(f"/plans/{plan.pk}/files/{number}/")
        assert answer.status_code == (200 if may else 404), who
        shown = page.get(f"/plans/{plan.pk}/").content.decode()
        assert (core.LINES_FILE in shown) is may, who
        assert core.CITY_FILE in shown, who


def test_the_cockpit_says_what_the_register_holds(city, everything, login):
    found = situations.result()
    found["register"] = {
        "used": True, "suspected": 3, "confirmed": 9, "with_onset": 9, "reported": 9,
    }  # fmt: skip
    situations.situation(found)
    said = login("leader_city").get("/cockpit/").content.decode()
    assert "register of cases" in said
    found["register"] |= {"used": False, "with_onset": 4}
    situations.situation(found)
    from django.core.cache import cache

    cache.clear()
    said = login("leader_city").get("/cockpit/").content.decode()
    assert "the register of cases holds 4 of 9 reported cases" in said
