"""What a rulebook of the core amounts to as decisions of a meeting."""

from __future__ import annotations

from twofronts.measures import load_catalogue, load_rulebook
from twofronts_office.bridge import core, rulebooks
from twofronts_office.bridge.effects import levels_of_text


def test_dated_changes_and_places_of_their_own_are_decisions_in_words():
    from twofronts.city import load_city
    from twofronts.measures.files import parse_rulebook
    from twofronts_office.bridge.proposals import in_names, names_of, proposals

    text = (
        'name = "x"\n[orders]\nbasis = "law"\ndays = 28\n'
        '[[changes]]\ndate = 2020-03-02\nmeasure = "masks"\nlevel = "required"\n'
        '[[overrides]]\nsector = "C5"\nmeasure = "attendance_industry"\nlevel = "half"\n'
        '[[overrides]]\ncompound = 3\nmeasure = "community"\nlevel = "sealed"\n'
    )
    book = parse_rulebook(text)
    names = names_of(load_city("nanjing"))
    found = [p for p in proposals(book, names) if not p["measure"]]
    assert [p["line"] for p in found] == ["communities", "resumption", "communities"]
    assert "from 2020-03-02, Masks" in found[0]["text_en"]
    assert found[1]["text_en"] == "Machinery, Attendance, industry and construction: Half"
    assert found[1]["text"].startswith("装备机械，到岗上限")
    assert found[2]["text_en"].startswith("compound 3, ")
    assert all(p["level"] == "" and p["rule"] == {} for p in found), "no register follows"
    said = {"en": ["added: sector C5, Attendance: Half"], "zh": ["新增：行业C5，到岗上限：一半"]}
    assert in_names(said, names) == {
        "en": ["added: Machinery, Attendance: Half"], "zh": ["新增：装备机械，到岗上限：一半"],
    }  # fmt: skip


def test_a_checkpoint_of_its_own_level_is_a_decision_about_that_checkpoint():
    from twofronts.city import load_city
    from twofronts.measures.files import parse_rulebook
    from twofronts_office.bridge.proposals import names_of, proposals

    text = (
        'name = "x"\n[orders]\nbasis = "law"\ndays = 28\n'
        '[measures]\ninner_checkpoints = { low = "none", medium = "none", high = "main_roads" }\n'
        '[[overrides]]\ncheckpoint = "inner-320106-320105"\nmeasure = "inner_checkpoints"\n'
        'level = "all_roads"\nfrom = 2020-02-20\nuntil = 2020-02-27\n'
    )
    found = proposals(parse_rulebook(text), names_of(load_city("nanjing")))
    (one,) = [p for p in found if "checkpoint" in p["rule"]]
    assert one["text_en"].startswith("Roads between Gulou and Jianye, Checkpoints inside the city")
    assert one["text"].startswith("鼓楼—建邺市域内检查点，市域内检查卡点")
    assert (one["measure"], one["level"], one["line"]) == (
        "inner_checkpoints", "all_roads", "traffic"
    )  # fmt: skip
    assert one["rule"] == {
        "basis": "law", "until": "2020-02-27", "from": "2020-02-20",
        "checkpoint": "inner-320106-320105", "others": "none, none, main_roads",
    }  # fmt: skip


def test_what_a_meeting_drops_of_a_single_checkpoint_goes_by_itself():
    row = {"kind": "checkpoint", "measure": "inner_checkpoints", "level": "all_roads"}
    both = [row | {"place": place} for place in ("a", "b")]
    text = rulebooks.edited(rulebooks.builtin("meeting"), {}, both, name="x")
    left = rulebooks.with_measures_of(text, rulebooks.builtin("held"), [], ["a"])
    assert [p["place"] for p in rulebooks.places(left)] == ["b"]
    measure = rulebooks.with_measures_of(text, rulebooks.builtin("held"), ["inner_checkpoints"])
    assert [p["place"] for p in rulebooks.places(measure)] == ["a", "b"]
    assert rulebooks.read(measure).measures["inner_checkpoints"].level.low == "all_roads"


def test_each_measure_that_a_rulebook_sets_is_one_decision_in_both_languages():
    book, catalogue = load_rulebook("meeting"), load_catalogue()
    found = core.proposals(book)
    lifted = [k for k, m in catalogue.measure.items() if m.kind == "restriction"]
    lifted = [k for k in lifted if k not in book.measures]
    assert "inner_checkpoints" in lifted, "the meeting removes those inside the city"
    assert [p["measure"] for p in found] == [*book.measures, *lifted]
    for p in found[len(book.measures) :]:
        assert p["level"] == catalogue.measure[p["measure"]].levels[0]
    for p in found[: len(book.measures)]:
        measure = catalogue.measure[p["measure"]]
        assert p["line"] == measure.line
        assert measure.name["zh"] in p["text"]
        assert measure.name["en"] in p["text_en"]
        assert (
            levels_of_text(p["measure"], p["level"]) == book.measures[p["measure"]].level.by_grade()
        )
        assert p["rule"]["days"] == 180
        assert "Level 1" in p["rule"]["basis"]
