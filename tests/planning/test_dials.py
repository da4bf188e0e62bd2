import pytest

from twofronts.measures import load_rulebook
from twofronts.planning.dials import dials
from twofronts.planning.rulespace import BASELINES


def read(name):
    return {d.key: d.value for d in dials(load_rulebook(name))}


@pytest.mark.parametrize("name", [*BASELINES, "before"])
def test_dials_lie_between_their_ends(name):
    for d in dials(load_rulebook(name)):
        assert 0.0 <= d.value <= 1.0, d.key
        assert d.en
        assert d.zh
        assert d.definition_en
        assert d.definition_zh


def test_closing_everything_is_at_one_end_and_ordinary_life_at_the_other():
    closed, before = read("closed"), read("before")
    assert closed["strict_moderate"] < 0.1
    assert before["strict_moderate"] == 1.0
    assert closed["manage_release"] < 0.1
    assert before["manage_release"] == 1.0
    assert closed["control_growth"] < read("held")["control_growth"] < before["control_growth"]


def test_only_the_meeting_tells_districts_apart():
    assert read("held")["uniform_graded"] == read("closed")["uniform_graded"] == 0.0
    assert read("meeting")["uniform_graded"] > 0.1


def test_the_meeting_let_go_and_turned_to_growth():
    held, meeting = read("held"), read("meeting")
    assert meeting["control_growth"] > held["control_growth"]
    assert meeting["manage_release"] > held["manage_release"]
    assert meeting["strict_moderate"] > held["strict_moderate"]
