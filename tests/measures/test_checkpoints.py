"""A level of its own for one checkpoint: shares of the traffic, the twin, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.rulebooks import CATALOGUE, START, city, course, rulebook, some_grades, some_rulebook
from naive import measures as naive
from twofronts.city import load_city
from twofronts.errors import RulebookError
from twofronts.kernels.effects import add_burden
from twofronts.kernels.measures import district_effects, local_levels, reset_decisions
from twofronts.measures import compile_rulebook, decision_state, parse_rulebook, to_toml
from twofronts.measures.checkpoints import sites_of, traffic_notes
from twofronts.measures.effects import EFFECT_INDEX, EFFECTS, GROUPS, N_EFFECT
from twofronts.measures.words import diff_rulebooks

M = CATALOGUE.index
# d0: three with traffic; d1: two, one without a count; the borders: by traffic, and alike
GATES = (
    ("a", "inner", "d0", 100), ("b", "inner", "d0", 300), ("c", "inner", "d0", 600),
    ("e", "inner", "d1", 50), ("f", "inner", "d1", None),
    ("p", "province", "d0", 10), ("q", "province", "d1", 30),
    ("s", "city", "d0", None), ("t", "city", "d1", None), ("g", "community", "d2", None),
)  # fmt: skip
TABLE = [(*row[:3], row[3]) for row in GATES]
TIER = {m.tier: m for m in CATALOGUE.measure.values() if m.tier}
DAYS = 30


def own(gate, level, measure="inner_checkpoints", **more):
    return {"checkpoint": gate, "measure": measure, "level": level, **more}


@st.composite
def some_orders(draw):
    """Levels of their own for some checkpoints, none twice."""
    rows = []
    for name, tier, *_ in GATES:
        if tier in TIER and draw(st.booleans()):
            levels = TIER[tier].levels
            rows.append(
                own(name, draw(st.sampled_from(levels)), TIER[tier].key,
                    from_day=draw(st.integers(0, 20)), days=draw(st.integers(1, 20)))
            )  # fmt: skip
    return rows


def with_orders(book, rows):
    data = book.model_dump(by_alias=True, exclude_defaults=True)
    data["overrides"] = (*data.get("overrides", ()), *rows)
    return type(book).model_validate(data)


@pytest.mark.interpreted
@settings(max_examples=30, deadline=None)
@given(
    book=some_rulebook(), rows=some_orders(), history=some_grades(n_days=DAYS),
    seed=st.integers(0, 10**6),
)  # fmt: skip
def test_effects_and_burden_agree_with_the_twin(book, rows, history, seed):
    book = with_orders(book, rows)
    rng = np.random.default_rng(seed)
    u, people = rng.random(len(CATALOGUE)), rng.uniform(0, 1e6, len(GROUPS))
    rules = compile_rulebook(book, city(3, GATES), start=START, n_days=DAYS)
    levels, effects, _, _ = course(book, history, u=u, gates=GATES)
    codes, strict = city(3).district_codes, [False] * DAYS
    for day in range(0, DAYS, 3):
        own_levels = naive.levels(book, CATALOGUE, codes, START, history.tolist(), strict, day)
        period = np.searchsorted(rules.period_day, day, side="right") - 1
        for d, row in enumerate(own_levels):
            shares = [
                naive.traffic(book, TABLE, codes, START, d, m, level, day)
                for m, level in zip(CATALOGUE.measure.values(), row, strict=True)
            ]
            named = naive.effects(row, CATALOGUE, u, shares)
            np.testing.assert_allclose(
                effects[day, d], [named[e.name] for e in EFFECTS], rtol=1e-12, atol=1e-14
            )
            out = np.zeros(len(CATALOGUE))
            share = rules.blend_share[period, d]
            add_burden(rules, levels[day, d], share, effects[day, d], people, out)
            relief = effects[day, d, EFFECT_INDEX["burden_relief"]]
            slow = naive.burden(row, CATALOGUE, relief, people, GROUPS, shares)
            np.testing.assert_allclose(out, slow, rtol=1e-12, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(book=some_rulebook(), history=some_grades(n_days=DAYS), data=st.data())
def test_all_checkpoints_at_a_level_are_their_district_at_it(book, history, data):
    level = data.draw(st.sampled_from(CATALOGUE.measure["inner_checkpoints"].levels))
    book = book.model_copy(update={"overrides": ()})
    when = {"from_day": data.draw(st.integers(0, 9)), "days": data.draw(st.integers(1, 15))}
    one = {"district": "d0", "measure": "inner_checkpoints", "level": level, **when}
    whole = with_orders(book, [one])
    each = with_orders(book, [own(gate, level, **when) for gate in "abc"])
    for a, b in zip(course(whole, history, gates=GATES), course(each, history, gates=GATES),
                    strict=True):  # fmt: skip
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("level", ["none", "screen", "quarantine", "closed"])
@pytest.mark.parametrize(("tier", "gates"), [("province", "pq"), ("city", "st")])
def test_all_checkpoints_of_a_border_at_a_level_are_the_border_at_it(tier, gates, level):
    key, history = TIER[tier].key, np.zeros((9, 3))
    whole = course(rulebook({key: level}), history, gates=GATES)
    each = [own(gate, level, key) for gate in gates]
    for a, b in zip(whole, course(rulebook(overrides=each), history, gates=GATES), strict=True):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=20, deadline=None)
@given(book=some_rulebook(switch=True), history=some_grades(n_days=DAYS))
def test_a_city_with_checkpoints_is_as_before_while_none_has_a_level_of_its_own(book, history):
    without, with_them = (
        course(book, history, gates=g, beds=np.full(DAYS, 0.9), reproduction=np.ones(DAYS))
        for g in ((), GATES)
    )
    for a, b in zip(without, with_them, strict=True):
        np.testing.assert_array_equal(a, b)
    rules = compile_rulebook(book, city(3, GATES), start=START, n_days=DAYS)
    assert (rules.blend_measure.size, rules.blend_share.size) == (0, 0)


@pytest.mark.parametrize("first", ["a", "b", "c"])
def test_each_checkpoint_more_moves_every_effect_one_way(first):
    base = {"inner_checkpoints": "all_roads"}
    order = [first, *(g for g in "abc" if g != first)]
    rows = []
    for n in range(4):
        book = rulebook(base, overrides=[own(g, "none") for g in order[:n]])
        rows.append(course(book, np.zeros((3, 3)), gates=GATES)[1][2, 0])
    names = ("travel", "freight_inside", "commute", "burden")
    for name in names:
        values = [row[EFFECT_INDEX[name]] for row in rows]
        assert values == sorted(values), name
        assert len(set(values)) == 4, name
    delays = [row[EFFECT_INDEX["freight_delay"]] for row in rows]
    assert delays == sorted(delays, reverse=True)
    assert len(set(delays)) == 4
    moved = [e.name for i, e in enumerate(EFFECTS) if len({row[i] for row in rows}) > 1]
    assert set(moved) == {*names, "freight_delay"}


def test_a_checkpoint_counts_by_its_traffic_else_like_the_others():
    sites = sites_of(city(3, GATES))
    assert {g: (sites[g].share, sites[g].counted) for g in "abcefpqst"} == {
        "a": (0.1, True), "b": (0.3, True), "c": (0.6, True), "e": (0.5, False),
        "f": (0.5, False), "p": (0.25, True), "q": (0.75, True), "s": (0.5, False),
        "t": (0.5, False),
    }  # fmt: skip
    kept = rulebook(overrides=[own("b", "all_roads")])
    levels, effects, _, _ = course(kept, np.zeros((1, 3)), gates=GATES)
    assert levels[0, :, M["inner_checkpoints"]].tolist() == [0, 0, 0]
    # 0.3 of the way from ordinary life to 0.65, and from 0 to 1 day
    assert effects[0, 0, EFFECT_INDEX["travel"]] == pytest.approx(1 - 0.3 * 0.35)
    assert effects[0, 0, EFFECT_INDEX["freight_delay"]] == pytest.approx(0.3)
    assert effects[0, 1, EFFECT_INDEX["travel"]] == 1.0
    notes = traffic_notes(rulebook(overrides=[own("b", "none"), own("f", "none")]), city(3, GATES))
    assert len(notes) == 1
    assert "the 2 checkpoints (inside district d1)" in notes[0]


def test_a_week_longer_is_a_week_longer():
    kept = rulebook(overrides=[own("c", "all_roads", until=START.replace(day=24))])
    travel = course(kept, np.zeros((14, 3)), gates=GATES)[1][:, 0, EFFECT_INDEX["travel"]]
    assert travel == pytest.approx(np.where(np.arange(14) <= 6, 1 - 0.6 * 0.35, 1.0))


def test_a_compound_with_a_level_of_its_own_does_not_share_in_its_districts_checkpoints():
    from types import SimpleNamespace

    arrays = SimpleNamespace(compound_district=np.zeros(2, np.uint8))
    people = SimpleNamespace(arrays=arrays, enterprise_sites={})
    book = rulebook(
        {"inner_checkpoints": "all_roads"},
        overrides=[
            own("a", "none"),
            {"compound": 1, "measure": "inner_checkpoints", "level": "all_roads"},
        ],
    )
    rules = compile_rulebook(book, city(3, GATES), people, start=START, n_days=2)
    state = decision_state(rules, 2)
    reset_decisions(rules, state)
    u, out = np.full(len(CATALOGUE), 0.5), np.zeros((3, N_EFFECT))
    district_effects(rules, np.zeros(3, np.uint8), state, 0, u, out)
    row, shares = np.zeros(len(CATALOGUE), np.int8), np.ones((len(CATALOGUE), CATALOGUE.n_level))
    assert local_levels(rules, rules.compound_level, 1, 0, state, 0, row, shares)
    assert not shares[0].any()
    assert not local_levels(rules, rules.compound_level, 0, 0, state, 0, row, shares)
    np.testing.assert_array_equal(shares[0], rules.blend_share[0, 0, 0])


@pytest.mark.parametrize(
    ("row", "what", "remedy"),
    [
        (own("z", "none"), "unknown checkpoint 'z'", "choose of a, b, c"),
        (own("p", "none"), "inner_checkpoints does not work at checkpoint p",
         "choose province_border"),
        (own("a", "closed", "city_border"), "city_border does not work at checkpoint a",
         "choose inner_checkpoints"),
        (own("g", "none"), "inner_checkpoints does not work at checkpoint g", "set community"),
        (own("a", "closed"), "inner_checkpoints has no level 'closed'", "choose of none"),
        (own("a", "none", "venues"), "venues does not work at checkpoints",
         "province_border, city_border, inner_checkpoints"),
    ],
)  # fmt: skip
def test_bad_orders_are_refused(row, what, remedy):
    with pytest.raises(RulebookError) as refused:
        compile_rulebook(rulebook(overrides=[row]), city(3, GATES), start=START, n_days=5)
    problem = next(p for p in refused.value.problems if p.what == what)
    assert remedy in problem.remedy
    assert problem.why
    assert problem.where


def test_two_orders_for_one_checkpoint_on_one_day_are_refused():
    rows = [own("a", "none", days=5), own("a", "main_roads", from_day=4)]
    with pytest.raises(RulebookError, match="overrides 1 and 2 overlap"):
        compile_rulebook(rulebook(overrides=rows), city(3, GATES), start=START, n_days=9)
    rows[1]["from_day"] = 5
    compile_rulebook(rulebook(overrides=rows), city(3, GATES), start=START, n_days=9)


def test_a_city_without_checkpoints_says_so():
    with pytest.raises(RulebookError, match="give the city its checkpoints"):
        compile_rulebook(rulebook(overrides=[own("a", "none")]), city(3), start=START, n_days=5)


def test_an_order_to_keep_one_needs_a_basis_and_an_end_and_one_to_remove_it_does_not():
    text = 'name = "x"\n[[overrides]]\ncheckpoint = "a"\nmeasure = "inner_checkpoints"\nlevel = '
    with pytest.raises(RulebookError, match="no basis"):
        parse_rulebook(text + '"all_roads"\n')
    assert parse_rulebook(text + '"none"\n').overrides[0].place == ("checkpoint", "a")


def test_it_is_written_read_and_said():
    row = own("inner-1", "all_roads", until=START.replace(day=25))
    book = rulebook(overrides=[row])
    again = parse_rulebook(to_toml(book))
    assert again == book
    (said,) = diff_rulebooks(rulebook(), book)
    assert said.en.startswith(
        "added: checkpoint inner-1, Checkpoints inside the city: On all roads"
    )
    assert "卡口inner-1" in said.zh
    assert "2020-02-25" in said.zh


def test_nanjing_has_all_its_checkpoints_alike():
    nanjing = load_city("nanjing")
    sites = sites_of(nanjing)
    inner = [s for s in sites.values() if (s.tier, s.district) == ("inner", "320106")]
    assert [s.share for s in inner] == [0.2] * 5
    assert sum(s.share for s in sites.values() if s.tier == "city") == pytest.approx(1.0)
    book = rulebook(overrides=[own("inner-320106-320105", "all_roads")])
    rules = compile_rulebook(book, nanjing, start=START, n_days=5)
    d = list(nanjing.district_codes).index("320106")
    assert rules.blend_share[0, d, 0, 2] == pytest.approx(0.2)
    assert rules.blend_share.sum() == pytest.approx(0.2)
