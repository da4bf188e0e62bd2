"""What is known, assumed and missing, counted and named."""

from __future__ import annotations

from twofronts.city import load_city
from twofronts.city.knowledge import what_is_known
from twofronts.city.scalars import SCALARS
from twofronts.city.tables import TABLES


def test_every_table_and_number_appears_once():
    items = what_is_known(load_city("nanjing"))
    names = [i.name for i in items if i.kind != "column"]
    assert names == [t.name for t in TABLES] + ["map"] + [s.name for s in SCALARS]


def test_states_follow_the_grades():
    items = {i.name: i for i in what_is_known(load_city("nanjing"))}
    assert items["reports"].state == "known"
    assert items["checkpoints"].state == "assumed"
    assert items["enterprises"].state == "missing"
    assert items["districts"].state == "known"
    assert items["districts.population"].state == "assumed"
    assert items["cases_hubei"].state == "known"
    assert items["tracers"].value == "930 persons"
    assert items["away_share"].value == "0.45"
    assert items["gdp"].grade == "assumed"
    assert items["enterprises"].grade == items["enterprises"].source == ""


def test_nothing_of_the_invented_town_is_known():
    assert {i.state for i in what_is_known(load_city("town"))} == {"assumed", "missing"}
