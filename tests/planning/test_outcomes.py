import numpy as np
import pytest

from twofronts.parameters import load_parameters
from twofronts.planning.outcomes import BY_NAME, NAMES, highest_week, worst_week
from twofronts.planning.variables import NAMES as DECLARED


def naive_week(row):
    spans = [sum(row[a : a + 7]) for a in range(max(1, len(row) - 6))]
    return max(spans)


@pytest.mark.parametrize("days", [1, 6, 7, 8, 40])
def test_the_highest_week_is_that_of_a_plain_loop(days):
    counts = np.random.default_rng(days).poisson(2.0, (5, days))
    assert highest_week(counts).tolist() == [naive_week(row.tolist()) for row in counts]


def test_a_resurgence_is_a_week_as_bad_as_the_worst_reported_or_the_floor(town):
    parameters = load_parameters()
    floor = parameters.value("briefing.wave_floor")
    series = town.reports[town.reports["area"] == ""].set_index("date")["new_confirmed"].dropna()
    known = series[series.index < np.datetime64(town.as_of)]
    worst = known.rolling("7D").sum().max()
    assert worst_week(town, parameters, town.as_of, scale=1.0) == max(floor, worst)
    assert worst_week(town, parameters, town.as_of, scale=1e-9) == floor


def test_every_outcome_is_declared_with_names_in_both_languages():
    for name in NAMES:
        assert f"outcome_{name}" in DECLARED
        o = BY_NAME[name]
        assert o.en, name
        assert any(ch > "一" for ch in o.zh), name
