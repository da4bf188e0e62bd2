"""The map's past: checkpoints, levels of communities and filings as they stood on each day."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from twofronts_office.bridge.models import CityFile
from twofronts_office.checkpoints import domain as checkpoints
from twofronts_office.checkpoints.models import Checkpoint
from twofronts_office.common.models import StateChange
from twofronts_office.communities import domain as communities
from twofronts_office.communities.models import Community
from twofronts_office.enterprises.models import Enterprise, Filing
from twofronts_office.web.cockpit import past

from . import build, situations
from .test_cockpit import MAP, spec

TODAY = date(2020, 2, 19)
DAYS = [(date(2020, 2, 10) + timedelta(days=i)).isoformat() for i in range(15)]
NOW = DAYS.index("2020-02-18")
EAST, WEST = build.EAST[:6], build.WEST[:6]


@pytest.fixture
def days(settings):
    settings.CLOCK = TODAY
    return past.Days(DAYS, NOW, TODAY)


@pytest.fixture
def on(settings):
    """Return a function that sets the office's day; the history is written as of it."""

    def day(text: str) -> None:
        settings.CLOCK = date.fromisoformat(text)

    return day


def fresh(model, area: str, on, day: str, **values):
    """A row that the office holds since a day."""
    on(day)
    row = model(area_id=area, name_zh="新", code=f"{model.__name__}-{area}-{day}", **values)
    row.save()
    return row


def stood(found: past.RUNS) -> dict[str, str]:
    return {DAYS[i]: state for i, state in found}


def test_a_checkpoint_stands_as_it_was_decided_and_seen(city, days, on):
    one = fresh(Checkpoint, build.EAST, on, "2020-02-12", tier="inner")
    by = build.user("transport_city")
    on("2020-02-14")
    checkpoints.decide(checkpoint=one, decided="remove", act_by=date(2020, 2, 21),
                       decided_by="M", by=by, reason="r")  # fmt: skip
    on(TODAY.isoformat())
    assert stood(past.checkpoints(days, [one])[one.pk]) == {
        "2020-02-10": "", "2020-02-12": "works", "2020-02-14": "late", "2020-02-21": "planned",
    }  # fmt: skip
    on("2020-02-16")
    checkpoints.verify(checkpoint=one, actual="removed", evidence="seen", by=by)
    on(TODAY.isoformat())
    assert stood(past.checkpoints(days, [one])[one.pk]) == {
        "2020-02-10": "", "2020-02-12": "works", "2020-02-14": "late", "2020-02-16": "gone",
    }  # fmt: skip


def test_what_happened_since_the_last_report_stands_where_the_page_opens(city, days, on):
    one = fresh(Checkpoint, build.EAST, on, "2020-02-12", tier="inner")
    on(TODAY.isoformat())
    checkpoints.verify(checkpoint=one, actual="removed", evidence="seen",
                       by=build.user("transport_city"))  # fmt: skip
    assert stood(past.checkpoints(days, [one])[one.pk])[DAYS[NOW]] == "gone"


def test_a_level_stands_from_its_day_and_ahead_it_ends_unless_renewed(city, days, on):
    one = fresh(Community, build.EAST, on, "2020-02-11")
    by = build.user("community_east")
    steps = (("2020-02-13", "strict"), ("2020-02-15", "open"), ("2020-02-17", "managed"))
    for day, level in steps:
        on(day)
        until = None if level == "open" else date(2020, 2, 22)
        communities.set_level(community=one, level=level, until=until, basis="b", reason="r", by=by)
    on(TODAY.isoformat())
    assert stood(past.communities(days, [one])[one.pk]) == {
        "2020-02-10": "", "2020-02-11": "open", "2020-02-13": "strict", "2020-02-15": "open",
        "2020-02-17": "managed", "2020-02-23": "ends",
    }  # fmt: skip


def test_a_level_that_was_brought_in_stands_since_the_day_that_it_names(city, days, on):
    one = fresh(Community, build.EAST, on, "2020-02-16", level="closed", since=date(2020, 2, 12),
                until=date(2020, 3, 9))  # fmt: skip
    on(TODAY.isoformat())
    assert stood(past.communities(days, [one])[one.pk]) == {
        "2020-02-10": "",
        "2020-02-12": "closed",
    }


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{text}T10:00"))


def firm(number: int, area: str, state: str, since: str | None) -> Enterprise:
    one = Enterprise(
        uscc=build.code(number), name="N", area_id=area, sector="F", insured_staff=5, state=state,
        effective_since=since and date.fromisoformat(since),
    )  # fmt: skip
    one.save()
    return one


def turned(one: Enterprise, day: str, before: str, after: str) -> None:
    StateChange.objects.create(register="enterprises.enterprise", object_id=one.pk,
                               area=one.area_id, before=before, after=after, at=at(day))  # fmt: skip


def filed(one: Enterprise, day: str, until: str) -> None:
    Filing(enterprise=one, area_id=one.area_id, number=f"BA-{one.pk}", received_at=at(day),
           resume_on=date(2020, 2, 11), staff_planned=1, lead_name="L", lead_phone="1",
           withdrawn_at=at(until)).save()  # fmt: skip


def test_filings_in_force_are_counted_day_by_day(city, everything, days):
    Filing._base_manager.all().delete()
    Enterprise._base_manager.all().update(state="draft", effective_since=None)
    firm(901, build.EAST, "operating", "2020-02-12")
    firm(902, build.EAST, "filed", "2020-02-14")
    gone = firm(903, build.EAST, "withdrawn", None)
    filed(gone, "2020-02-13", "2020-02-16")
    halted = firm(904, build.WEST, "suspended", "2020-02-12")
    turned(halted, "2020-02-15", "operating", "suspended")
    back = firm(905, build.WEST, "operating", "2020-02-12")
    turned(back, "2020-02-13", "operating", "suspended")
    turned(back, "2020-02-17", "suspended", "operating")
    firm(906, build.WEST, "operating", None)
    found = past.filings(days, [EAST, WEST])
    none = [None] * (len(DAYS) - NOW - 1)
    #                    10    11    12 13 14 15 16 17 18
    assert found[EAST] == [None, None, 1, 2, 3, 3, 2, 2, 2, *none]
    assert found[WEST] == [None, None, 2, 1, 1, 0, 0, 1, 2, *none]
    live = Enterprise.objects.filter(state__in=past.EFFECTIVE)
    for code, area in ((EAST, build.EAST), (WEST, build.WEST)):
        assert found[code][NOW] == live.filter(area_id=area).count(), "as the register says now"


def test_tallies_say_nothing_where_nothing_was_recorded(days):
    held = [(EAST, [(0, ""), (3, "works"), (5, "gone")]), (EAST, [(0, ""), (4, "works")])]
    found = past.tallies(days, [EAST, WEST], held, {"works"})
    assert found[EAST][:7] == [None, None, None, 1, 2, 1, 1]
    assert found[WEST] == [0] * len(DAYS)


def test_the_page_moves_the_registers_with_the_slider(city, login, everything, settings, on):
    one = fresh(Checkpoint, build.EAST, on, "2020-02-05", tier="inner")
    on("2020-02-10")
    checkpoints.verify(checkpoint=one, actual="removed", evidence="seen",
                       by=build.user("transport_city"))  # fmt: skip
    on(TODAY.isoformat())
    CityFile.objects.create(name="map.geojson", text=json.dumps(MAP))
    situations.situation()
    text = login("leader_city").get("/cockpit/").content.decode()
    shown = spec(text, "map-days")
    base, runs = shown["runs"][f"checkpoints-{one.pk}"]
    assert base.startswith(str(one.name))
    assert [[shown["days"][i], kind] for i, kind in runs][-2:] == [
        ["2020-02-05", "works"], ["2020-02-10", "gone"],
    ]  # fmt: skip
    i = shown["days"].index("2020-02-09")
    counted = shown["counted"]["checkpoints"][EAST]
    assert counted[i] == counted[i + 1] + 1
    assert {len(v) for kind in shown["counted"].values() for v in kind.values()} == {
        len(shown["days"])
    }
    assert f'data-id="checkpoints-{one.pk}"' in text
    words = spec(text, "map-words")
    assert set(words["kinds"]["checkpoints"]) == {"works", "late", "gone", "planned", ""}


def test_a_reader_of_one_district_gets_the_days_of_that_one(city, login, everything, settings, on):
    fresh(Checkpoint, build.WEST, on, "2020-02-05", tier="inner")
    on(TODAY.isoformat())
    CityFile.objects.create(name="map.geojson", text=json.dumps(MAP))
    situations.situation()
    shown = spec(login("leader_east").get("/cockpit/").content.decode(), "map-days")
    mine = {c.pk for c in Checkpoint._base_manager.filter(area_id=build.EAST)}
    assert {int(k.split("-")[1]) for k in shown["runs"] if k.startswith("checkpoints")} <= mine
    assert {code for rows in shown["counted"].values() for code in rows} == {EAST}
