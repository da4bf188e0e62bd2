"""What a run refuses: what, why and what to do, all problems at once."""

from __future__ import annotations

import math

import pytest

from twofronts.city import load_city
from twofronts.errors import InputError, RulebookError, ScenarioError
from twofronts.planning import play

BAD = [
    ({"days": 0}, "days is 0"),
    ({"days": -3}, "days is -3"),
    ({"days": 731}, "days is 731"),
    ({"days": 2.5}, "days is 2.5"),
    ({"days": "ten"}, "days is 'ten'"),
    ({"days": True}, "days is True"),
    ({"days": None}, "days is None"),
    ({"draws": 0}, "draws is 0"),
    ({"draws": -1}, "draws is -1"),
    ({"draws": 100_001}, "draws is 100001"),
    ({"draws": math.nan}, "draws is nan"),
    ({"seed": -1}, "seed is -1"),
    ({"seed": 0.5}, "seed is 0.5"),
    ({"seed": 2**63}, f"seed is {2**63}"),
    ({"workers": 0}, "workers is 0"),
    ({"workers": -2}, "workers is -2"),
    ({"workers": 5000}, "workers is 5000"),
    ({"start": "2020-02-30"}, "start is '2020-02-30'"),
    ({"start": "18 February"}, "start is '18 February'"),
    ({"start": "1999-01-01"}, "start is 1999-01-01"),
    ({"start": "2030-01-01"}, "start is 2030-01-01"),
    ({"initial": [{"day": 0, "district": "atlantis", "n": 1}]}, "atlantis"),
    ({"initial": [{"day": 0, "district": "old", "n": -1}]}, "-1"),
    ({"initial": [{"day": 5, "district": "old", "n": 1}]}, "5"),
    ({"initial": [{"day": 0, "district": "old", "n": 1, "colour": "red"}]}, "colour"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[str(b[0])[:50] for b in BAD])
def test_an_argument_out_of_range_is_refused(town, residents, change, words):
    with pytest.raises(ScenarioError) as caught:
        play(town, "held", residents=residents, **({"days": 5, "draws": 1} | change))
    assert words in str(caught.value)
    assert all(p.why and p.remedy for p in caught.value.problems)


def test_all_that_is_wrong_is_named_at_once(town, residents):
    with pytest.raises(ScenarioError) as caught:
        play(town, "held", residents=residents, days=0, draws=0, seed=-1)
    assert len(caught.value.problems) == 3


def test_residents_of_another_city_are_refused(town, residents):
    with pytest.raises(ScenarioError, match="residents"):
        play(load_city("nanjing"), "held", residents=residents, days=5, draws=1)


def test_unknown_names_are_refused(town, residents):
    with pytest.raises(RulebookError):
        play(town, "hold", residents=residents, days=5, draws=1)
    with pytest.raises(InputError):
        play("atlantis", "held", days=5, draws=1)
