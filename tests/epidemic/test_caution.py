"""People's own caution: dated in the city, none in ordinary life, fading after what is known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from twofronts.epidemic.world import caution_by_day
from twofronts.measures import compile_rulebook, load_rulebook
from twofronts.planning import play

TABLE = pd.DataFrame(
    {
        "date": pd.to_datetime(["2020-01-20", "2020-01-24"]),
        "caution": [0.0, 0.8],
        "source_note": ["a", "b"],
    }
)


@pytest.fixture(scope="module")
def cautious(town):
    return town.model_copy(update={"behaviour": TABLE})


def rules_of(name, town, residents):
    return compile_rulebook(
        load_rulebook(name), town, residents, start=dt.date(2020, 1, 18), n_days=60
    )


def test_it_comes_evenly_is_kept_and_fades_after_the_as_of_date(cautious, residents):
    rules = rules_of("open", cautious, residents)
    start = dt.date(2020, 1, 18)
    caution, fading = caution_by_day(cautious, rules, start=start, n_days=60)
    np.testing.assert_allclose(caution[:8], [0, 0, 0, 0.2, 0.4, 0.6, 0.8, 0.8])
    assert (caution[6:] == 0.8).all()
    known = (cautious.as_of - start).days
    assert not fading[: known + 1].any()
    np.testing.assert_array_equal(fading[known + 1 :], np.arange(1, 60 - known))


def test_ordinary_life_has_none_and_neither_has_a_city_that_tells_of_none(
    town, cautious, residents
):
    start = dt.date(2020, 1, 18)
    before = caution_by_day(
        cautious, rules_of("before", cautious, residents), start=start, n_days=60
    )
    untold = caution_by_day(town, rules_of("open", town, residents), start=start, n_days=60)
    for found in (*before, *untold):
        assert found.shape == (60,)
        assert not found.any()


def test_an_opening_is_not_credited_with_caution_that_lasts(town, cautious, residents):
    """Infections lie between those of no caution and of caution that is kept for good."""
    seeds = [{"day": -2, "district": "old", "n": 25}]
    args = {"residents": residents, "days": 45, "draws": 12, "seed": 4, "initial": seeds}
    from twofronts.parameters import load_parameters

    def infected(city, half_life):
        own = load_parameters().with_values(
            {"behaviour.half_life": half_life, "behaviour.caution": 0.95}
        )
        run = play(city, "open", parameters=own, **args)
        return int(run.data.true_infections.sum())

    none, fading, kept = (
        infected(town, 10.0), infected(cautious, 10.0), infected(cautious, 1000.0),
    )  # fmt: skip
    assert kept < fading < none


def test_it_lowers_no_contacts_that_orders_have_lowered_further(town, cautious, residents):
    """Under `closed` the course is the same with caution and without."""
    seeds = [{"day": -2, "district": "old", "n": 25}]
    args = {"residents": residents, "days": 20, "draws": 30, "seed": 4, "initial": seeds}
    runs = [play(city, "closed", **args) for city in (town, cautious)]
    first, second = (run.data.true_infections.values for run in runs)
    assert first.sum() > 50
    np.testing.assert_array_equal(first, second)
