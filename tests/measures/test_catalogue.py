"""The catalogue: complete, in order, graded and sourced."""

from __future__ import annotations

import pytest

from factories.rulebooks import CATALOGUE
from twofronts.errors import RulebookError
from twofronts.kernels.supplies import SUPPLIES_EFFECTS
from twofronts.kernels.types_epidemic import EPIDEMIC_EFFECTS
from twofronts.kernels.types_labour import LABOUR_EFFECTS
from twofronts.kernels.types_production import PRODUCTION_EFFECTS
from twofronts.measures import BUILT_IN, load_rulebook
from twofronts.measures.catalogue import LINES, nearest, order_faults, read_catalogue
from twofronts.measures.effects import EFFECT_INDEX, EFFECTS, fronts_of
from twofronts.parameters import load_parameters

HEAD = """
version = 1
burden_source = "x"
[sources]
assumed = "Assumed."
[measure.masks]
name = { en = "Masks", zh = "口罩" }
line = "communities"
scope = "city"
kind = "protection"
notice_days = 0
dwell_days = 7
basis = { en = "b", zh = "依据" }
[[measure.masks.level]]
key = "free"
name = { en = "Free", zh = "自愿" }
[[measure.masks.level]]
key = "advised"
name = { en = "Advised", zh = "倡导" }
effects.mask_use = { value = 0.5, range = [0.3, 0.7] }
[[measure.masks.level]]
key = "required"
name = { en = "Required", zh = "必须" }
"""


def test_every_line_of_work_has_measures_and_every_name_is_in_both_languages():
    for line in LINES:
        assert CATALOGUE.of_line(line)
    assert sum(len(CATALOGUE.of_line(line)) for line in LINES) == len(CATALOGUE) >= 25
    for m in CATALOGUE.measure.values():
        for names in (m.name, m.basis, *(level.name for level in m.level)):
            assert set(names) == {"en", "zh"}, m.key
            assert all(names.values()), m.key
        assert len(set(m.levels)) == len(m.level) >= 2


def test_higher_levels_never_loosen():
    assert order_faults(CATALOGUE) == []


def test_every_effect_has_a_range_and_what_is_assumed_says_so():
    for p in CATALOGUE.parameters().values():
        assert p.range is not None
        assert p.range[0] <= p.value <= p.range[1]
        own = p.source.startswith(("Assumed", "By definition"))
        assert own == (p.grade == "assumed"), p.key


def test_every_effect_is_used_by_some_measure_but_the_burden_which_is_put_together():
    used = {k for m in CATALOGUE.measure.values() for v in m.level for k in v.effects}
    assert used == set(EFFECT_INDEX) - {"burden"}


def test_nothing_that_restricts_is_free_and_both_fronts_are_reached_or_it_says_why_not():
    """Front one, front two, burden and money of every level above the lowest."""
    prices = load_parameters()
    for m in CATALOGUE.measure.values():
        fronts = set()
        for level in m.level[1:]:
            reached = {front for kind in level.effects for front in fronts_of(kind)}
            fronts |= reached
            paid = f"cost.{m.key}_{level.key}" in prices
            if m.kind != "support":
                assert level.burden.weight > 0 or paid or 2 in reached, (m.key, level.key)
            else:
                assert paid, (m.key, level.key)
        # said where one front is left alone, and nowhere else
        assert (fronts != {1, 2}) == bool(m.one_front), m.key
        if m.kind == "restriction":
            assert 2 in fronts, m.key


def test_every_effect_acts_on_the_fronts_whose_kernels_read_it():
    read_by_one = {*EPIDEMIC_EFFECTS, "resume_pace", "approval_queue", "approval_capacity"}
    read_by_one |= {"inspected", "pledged", "return_pace", "remote_work", "commute", "transit"}
    read_by_one |= {"transit_staff", "venues_open", "clinics"}
    read_by_two = {*LABOUR_EFFECTS, *PRODUCTION_EFFECTS, *SUPPLIES_EFFECTS}
    # passes work through the freight they give back; tests use reagents; who is traced is held
    read_by_two |= {"freight_restored", "test_capacity", "trace_coverage"}
    for e in EFFECTS:
        fronts = fronts_of(e.name)
        if e.name not in ("burden", "burden_relief"):
            assert fronts, e.name
        if 1 in fronts:
            assert e.name in read_by_one, e.name
        if 2 in fronts:
            assert e.name in read_by_two, e.name


def test_neutral_values_lie_within_bounds():
    for e in EFFECTS:
        assert e.bounds[0] <= e.neutral <= e.bounds[1]


def test_restrictions_on_people_need_a_basis_and_an_end():
    # all that closes, quarantines or keeps people in is an order; support never is
    for m in CATALOGUE.measure.values():
        assert m.order == (m.kind == "restriction" or m.key == "quarantine"), m.key


def _read(tmp_path, text):
    path = tmp_path / "measures.toml"
    path.write_text(text, encoding="utf-8")
    return read_catalogue(path)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (HEAD + "effects.mask_use = { value = 0.4, range = [0.3, 0.7] }\n", "undoes advised"),
        (HEAD + "effects.mask_use = { value = 0.8, range = [0.2, 0.9] }\n", "(weak)"),
        (HEAD + "effects.mask_use = { value = 1.2, range = [0.9, 1.3] }\n", "outside the bounds"),
        (HEAD + "effects.mask_use = { value = 0.8 }\n", "needs a range"),
        (HEAD + "effects.mask_us = { value = 0.8, range = [0.5, 0.9] }\n", "'mask_use'"),
        (HEAD + 'effects.mask_use = { value = 1, range = [0, 1], source = "x" }\n', "[sources]"),
        (HEAD + "surprise = 1\n", "surprise"),
        (HEAD.replace("line =", "lime ="), "lime"),
        (
            HEAD.replace(
                '{ en = "Free", zh = "自愿" }', '{ en = "a", zh = "b" }\nburden = { weight = 0.1 }'
            )
            + "effects.mask_use = { value = 0.8, range = [0.7, 0.9] }\n",
            "ordinary life",
        ),
        ("not toml", "line 1"),
    ],
)
def test_bad_catalogue_is_refused(tmp_path, text, what):
    with pytest.raises(RulebookError) as refused:
        _read(tmp_path, text)
    assert what in str(refused.value)


def test_good_catalogue_is_read(tmp_path):
    book = _read(tmp_path, HEAD + "effects.mask_use = { value = 0.8, range = [0.7, 0.9] }\n")
    assert book.keys == ("masks",)
    assert book.parameters()["measure.masks.required.mask_use"].value == 0.8


def test_nearest():
    assert nearest("comunity", CATALOGUE.keys) == "write 'community' if you meant that"
    assert nearest("zzz", ["a", "b"]) == "choose of a, b"


def _level(book, key):
    entry = load_rulebook(book).measures.get(key)
    return ("-",) * 3 if entry is None else entry.level.by_grade()


def test_meeting_decides_what_was_decided():
    """The decisions of 18 February 2020, one by one, against what was held the day before."""
    for border in ("province_border", "city_border"):
        assert _level("meeting", border) == _level("held", border) == ("screen",) * 3
    assert _level("held", "inner_checkpoints") == ("all_roads",) * 3
    assert _level("meeting", "inner_checkpoints") == ("-",) * 3
    assert _level("held", "resumption_scheme") == ("approval",) * 3
    assert _level("meeting", "resumption_scheme") == ("filing",) * 3
    assert _level("held", "clinics") == ("suspended",) * 3
    assert _level("meeting", "clinics")[:2] == ("in_order",) * 2
    assert _level("meeting", "community") == ("registered", "closed_off", "sealed")
    assert _level("meeting", "community_services") == ("full",) * 3
    for key in ("firm_help", "freight_passes", "return_transport", "mask_allocation"):
        measure = CATALOGUE.measure[key]
        before, after = _level("held", key)[0], _level("meeting", key)[0]
        assert measure.index(after) > (0 if before == "-" else measure.index(before)), key


def test_closed_is_the_strictest_and_open_the_loosest_but_for_case_finding():
    for m in CATALOGUE.measure.values():
        if m.kind == "restriction":
            assert _level("open", m.key) == ("-",) * 3
            assert _level("closed", m.key) == (m.levels[-1],) * 3
    assert load_rulebook("before").measures == {}
    assert len(BUILT_IN) == 5
