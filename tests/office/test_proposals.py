"""What a rulebook of the core amounts to as decisions of a meeting."""

from __future__ import annotations

from twofronts.measures import load_catalogue, load_rulebook
from twofronts_office.bridge import core
from twofronts_office.bridge.effects import levels_of_text


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
