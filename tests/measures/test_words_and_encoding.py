"""Rulebooks in words and as vectors."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.rulebooks import CATALOGUE, rulebook, some_rulebook
from twofronts.errors import ScenarioError
from twofronts.measures import BUILT_IN, check_rulebook, load_rulebook, switching_rule
from twofronts.measures.encoding import Encoding, decode, encode
from twofronts.measures.words import describe, diff_rulebooks, levels_of

FEW = settings(max_examples=40, deadline=None)
HAN = re.compile("[一-鿿]")


def test_difference_of_one_measure_in_both_languages():
    (item,) = diff_rulebooks(
        rulebook({"inner_checkpoints": "all_roads"}), rulebook({"inner_checkpoints": "none"})
    )
    assert (item.line, item.measure, item.direction) == ("traffic", "inner_checkpoints", "looser")
    assert item.en == (
        "Checkpoints inside the city: On all roads between districts and villages -> Removed"
        " (looser)"
    )
    assert item.zh == "市域内检查卡点：区际和村口全部设卡 → 取消（放宽）"


@pytest.mark.parametrize(
    ("key", "before", "after", "direction"),
    [
        ("venues", "open", "closed", "tighter"),
        ("tracing", "full", "team", "weaker"),
        ("testing", "severe", "expanded", "stronger"),
        ("freight_passes", "none", "all_goods", "more"),
        ("consumption", "vouchers", "online", "less"),
        ("venues", "limited", {"low": "open", "medium": "limited", "high": "closed"}, "mixed"),
    ],
)
def test_direction(key, before, after, direction):
    (item,) = diff_rulebooks(rulebook({key: before}), rulebook({key: after}))
    assert item.direction == direction


def test_equal_grades_are_said_once():
    rows = {m: text for _, m, text in describe(load_rulebook("meeting"), "en")}
    assert rows["Masks"] == "Required in public places"
    assert rows["Public venues"] == (
        "low: Open with limited numbers; medium and high: Entertainment, culture and dining rooms"
        " closed"
    )
    assert len(rows) == len(CATALOGUE)


def test_everything_a_rulebook_can_say_is_said():
    full = rulebook(
        {"masks": {"level": "required", "notice_days": 3}},
        orders={"basis": {"en": "law", "zh": "法"}, "until": "2020-03-01"},
        grades={"total_above": 10, "date_basis": "onset"},
        changes=[{"date": "2020-03-01", "measure": "schools", "level": "staggered", "days": 9}],
        overrides=[
            {"district": "320104", "measure": "venues", "level": "closed", "until": "2020-03-05"}
        ],
        switch={
            "tighten": {"beds_share": 0.95},
            "relax": {"beds_share": 0.25},
            "strict": {"community": "sealed"},
        },
    )
    plain = rulebook({"masks": "required"}, orders={"basis": "law", "days": 9})
    found = diff_rulebooks(plain, full)
    assert [d.measure for d in found] == [
        "masks",
        "schools",
        "venues",
        "grades",
        "orders",
        "switch",
    ]
    english = "\n".join(d.en for d in found)
    for text in (
        "Masks (notice and dwell): none -> days of notice 3",
        "added: from 2020-03-01, Schools: Open, classes kept apart, for 9 days",
        "added: district 320104, Public venues: Entertainment, culture and dining rooms closed,"
        " until 2020-03-05",
        "cases in all above 50, counted by day of report -> cases in all above 10, counted by day"
        " of onset",
        "basis law, days in force 9 -> basis law, until 2020-03-01",
        "none -> tighten at share of beds in use 0.95",
    ):
        assert text in english
    assert not HAN.search(english)
    for item in found:
        # digits and signs apart, the Chinese holds no English word
        assert HAN.search(item.zh)
        assert not re.search(r"[A-Za-z]{2,}", item.zh.replace("law", "")), item.zh
    assert [re.findall(r"\d+(?:\.\d+)?", d.en) for d in found if d.measure != "switch"] == [
        re.findall(r"\d+(?:\.\d+)?", d.zh) for d in found if d.measure != "switch"
    ]


@FEW
@given(book=some_rulebook(switch=True))
def test_a_rulebook_does_not_differ_from_itself(book):
    assert diff_rulebooks(book, book) == ()


@FEW
@given(a=some_rulebook(), b=some_rulebook())
def test_differences_name_every_measure_that_moves_and_turn_round(a, b):
    moved = {m.key for m in CATALOGUE.measure.values() if levels_of(a, m) != levels_of(b, m)}
    there = {d.measure for d in diff_rulebooks(a, b) if d.direction != "other"}
    back = {d.measure for d in diff_rulebooks(b, a) if d.direction != "other"}
    assert there == back == moved


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_rulebooks_come_back_from_their_vectors(name):
    book = load_rulebook(name)
    again = decode(encode(book), book)
    check_rulebook(again)
    assert not [d for d in diff_rulebooks(book, again) if d.direction != "other"]


def test_vector_has_three_entries_for_graded_measures_and_one_for_the_others():
    e = Encoding(load_rulebook("meeting"), ("community", "tracing"), thresholds=(10, 50, 100))
    assert [v.name for v in e.variables] == [
        "community.low",
        "community.medium",
        "community.high",
        "tracing",
        "grades.total_above",
    ]
    assert e.upper.tolist() == [3, 3, 3, 3, 2]
    assert e.encode(load_rulebook("meeting")).tolist() == [1, 2, 3, 3, 1]
    book = e.decode([0, 2, 1, 2, 2], name="found")
    assert book.name == "found"
    assert book.measures["community"].level.by_grade() == ("open", "closed_off", "closed_off")
    assert book.measures["tracing"].level.by_grade() == ("team",) * 3
    assert book.grades.total_above == 100
    assert book.measures["masks"] == load_rulebook("meeting").measures["masks"]


@FEW
@given(base=st.sampled_from(BUILT_IN), seed=st.integers(0, 2**32 - 1))
def test_every_vector_decodes_to_a_rulebook_that_can_be_issued(base, seed):
    e = Encoding(load_rulebook(base), thresholds=(10, 50))
    vector = np.random.default_rng(seed).integers(-1, 6, len(e))
    book = e.decode(vector)
    check_rulebook(book)
    assert e.encode(book).tolist() == e.repair(vector).tolist()


def test_a_change_of_a_free_measure_is_dropped_and_of_a_fixed_one_kept():
    base = rulebook(
        changes=[
            {"day": 3, "measure": "schools", "level": "open"},
            {"day": 3, "measure": "masks", "level": "required"},
        ]
    )
    book = Encoding(base, ("schools",)).decode([3, 3, 3])
    assert [c.measure for c in book.changes] == ["masks"]


def test_a_search_over_no_measure_is_refused():
    with pytest.raises(ScenarioError, match="'community'"):
        Encoding(rulebook(), ("comunity",))


def test_switching_rule_of_p2_daedalus():
    book = switching_rule(load_rulebook("open"), load_rulebook("closed"), name="p2")
    check_rulebook(book)
    rule = book.switch
    assert rule.tighten.model_dump() == {"beds_share": 0.95, "reproduction": 1.2}
    assert rule.relax.model_dump() == {"beds_share": 0.25, "reproduction": 0.95}
    assert rule.min_days == 7
    assert rule.strict["community"].by_grade() == ("sealed",) * 3
    assert rule.relaxed["community"].by_grade() == ("open",) * 3
    # what both agree on is no matter for the switch
    assert set(rule.strict) == set(rule.relaxed)
    assert "consumption" not in rule.strict
    # the rule decides at once, and its own spacing is the only one
    assert all(e.notice_days == 0 and e.dwell_days == 0 for e in book.measures.values())
