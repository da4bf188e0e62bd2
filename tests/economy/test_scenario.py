"""Scenarios of attendance: what they say, and what is refused."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from twofronts.city import load_city
from twofronts.economy.run import run_economy
from twofronts.economy.scenario import read_scenario, scenario_arrays, scenario_from, without_effect
from twofronts.errors import ScenarioError
from twofronts.measures.effects import EFFECT_INDEX

START = dt.date(2020, 2, 18)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(
        'title = "T"\ndays = 10\n[[attendance]]\nfrom = 2020-02-20\ngroup = "industry"\n'
        "share = 0.5\n[[effect]]\nfrom = 2020-02-25\nfreight_delay = 1.5\n"
    )
    scenario = read_scenario(path)
    effects, limit = scenario_arrays(scenario, load_city("nanjing"), start=START)
    groups = load_city("nanjing").sectors["group"].to_numpy()
    assert (limit[2:, groups == "industry"] == 0.5).all()
    assert (limit[:2] == 1).all()
    assert (limit[:, groups != "industry"] == 1).all()
    delay = effects[:, :, EFFECT_INDEX["freight_delay"]]
    assert (delay[:7] == 0).all()
    assert (delay[7:] == 1.5).all()


def test_a_change_before_the_start_holds_from_the_first_day():
    scenario = scenario_from(
        {"days": 3, "attendance": [{"from": dt.date(2020, 1, 1), "share": 0.3}]}
    )
    _, limit = scenario_arrays(scenario, load_city("nanjing"), start=START)
    np.testing.assert_array_equal(limit, np.full_like(limit, 0.3))


BAD = {
    "unknown key": ({"dayz": 3}, "not known"),
    "share above 1": ({"attendance": [{"from": START, "share": 1.4}]}, "less than or equal to 1"),
    "sector and group": (
        {"attendance": [{"from": START, "share": 1, "sector": ["A"], "group": "industry"}]},
        "sector or group, not both",
    ),
    "unknown group": (
        {"attendance": [{"from": START, "share": 1, "group": "heavy"}]},
        "group is one of",
    ),
    "until before from": (
        {"attendance": [{"from": START, "share": 1, "until": dt.date(2020, 1, 1)}]},
        "until lies before from",
    ),
    "unknown effect": ({"effect": [{"from": START, "frieght": 1}]}, "no effect is called"),
    "effect out of bounds": (
        {"effect": [{"from": START, "freight_delay": 99}]},
        "it lies between 0 and 30",
    ),
    "effect no number": ({"effect": [{"from": START, "freight_delay": "x"}]}, "not a number"),
    "no days": ({"days": 0}, "greater than or equal to 1"),
    "unknown function": ({"function": "ces"}, "function is one of"),
    "one table where a list is wanted": ({"effect": {"from": START}}, r"under \[\[...\]\]"),
    "no date": ({"attendance": [{"share": 0.5}]}, "entry is missing"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_scenario_is_refused(name):
    data, message = BAD[name]
    with pytest.raises(ScenarioError, match=message) as caught:
        scenario_from(data)
    assert all(problem.remedy for problem in caught.value.problems)


def test_unknown_sectors_and_districts_are_named():
    for key, word in (("sector", "sector"), ("district", "district")):
        scenario = scenario_from({"attendance": [{"from": START, "share": 1, key: ["X9"]}]})
        with pytest.raises(ScenarioError, match=f"no {word} is called 'X9'"):
            scenario_arrays(scenario, load_city("nanjing"), start=START)


def test_what_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_scenario(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("days = = 3")
    with pytest.raises(ScenarioError, match=r"bad\.toml: the scenario cannot be read"):
        read_scenario(tmp_path / "bad.toml")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("days = 3\nseed = 99999999999999999999\n", 2, "seed"),
        ("seed = -1\n", 1, "seed"),
        ('days = "3"\n', 1, "not a number"),
        ("[[attendance]]\nfrom = 2020-02-18\nshare = true\n", 3, "not a number"),
        ("[[attendance]]\nfrom = 2020-02-18\nshare = 1.5\n", 3, "this is 1.5"),
        ("[[attendance]]\nfrom = 2020-02-18\nshare = nan\n", 3, "this is nan"),
        ("days = 3\n\n[[effect]]\nfrom = 2020-02-18\nfreigt = 1.0\n", 3, "freigt"),
    ],
)
def test_a_bad_entry_is_named_by_its_line(text, line, words, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert words in f"{problem.column} {problem.what}"


def test_entries_outside_the_run_are_said_to_do_nothing():
    scenario = scenario_from(
        {
            "days": 5,
            "attendance": [
                {"from": dt.date(2020, 2, 22), "share": 0.5},
                {"from": dt.date(2020, 2, 23), "share": 0.5},
                {"from": dt.date(2020, 1, 1), "until": dt.date(2020, 2, 17), "share": 0.5},
            ],
            "effect": [{"from": dt.date(2020, 3, 1), "freight_border": 0.5}],
        }
    )
    notes = without_effect(scenario, START)
    assert [" ".join(str(x).split()[:4]) for x in notes] == [
        "entry 2 of attendance",
        "entry 3 of attendance",
        "entry 1 of effect",
    ]
    assert "2020年2月22日" in notes[0].zh


def test_freight_passes_give_back_their_share_of_what_checks_took():
    change = {"from": START, "freight_border": 0.6, "freight_inside": 0.8, "freight_delay": 2.0}
    change["freight_restored"] = 0.5
    scenario = scenario_from({"days": 2, "effect": [change]})
    effects, _ = scenario_arrays(scenario, load_city("town"), start=START)
    for name, value in (("freight_border", 0.8), ("freight_inside", 0.9), ("freight_delay", 1.0)):
        np.testing.assert_allclose(effects[:, :, EFFECT_INDEX[name]], value)


def test_taking_freight_passes_away_never_raises_output():
    def lost(share):
        change = {"from": START, "freight_border": 0.3, "freight_delay": 3.0}
        change["freight_restored"] = share
        given = {"days": 40, "draws": 8, "effect": [change]}
        run = run_economy(load_city("nanjing"), scenario_from(given))
        return run.data["value_added_lost"].sum(("day", "sector", "district"), dtype=np.float64)

    none, half, all_ = (lost(x).to_numpy() for x in (0.0, 0.5, 1.0))
    assert (half <= none * (1 + 1e-9)).all()
    assert (all_ <= half * (1 + 1e-9)).all()
    assert all_.mean() < 0.99 * none.mean()
