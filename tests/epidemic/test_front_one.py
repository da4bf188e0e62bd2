"""What must hold of front one whatever the city, the luck and the rulebook."""

from __future__ import annotations

import numpy as np
import pytest

from twofronts.city import build_residents, load_city
from twofronts.epidemic.initial import Initial
from twofronts.measures import load_rulebook
from twofronts.planning import play

DAYS = 40


@pytest.fixture(scope="module")
def town():
    return load_city("town")


@pytest.fixture(scope="module")
def residents(town):
    return build_residents(town)


@pytest.fixture(scope="module")
def seeds():
    """Enough first infections that something happens in every draw."""
    return [{"day": -2, "district": "old", "n": 12}, {"day": 0, "district": "river", "n": 6}]


@pytest.fixture(scope="module")
def run(town, residents, seeds):
    return play(
        town, "held", residents=residents, days=DAYS, draws=6, seed=5, initial=seeds, workers=1
    )


def same(a, b, upto=None):
    cut = slice(0, upto)
    for name in a.data.data_vars:
        x, y = a.data[name], b.data[name]
        if "day" in x.dims:
            x, y = x.isel(day=cut), y.isel(day=cut)
        np.testing.assert_array_equal(x.values, y.values, err_msg=name)


@pytest.mark.parametrize("workers", [2, 4])
def test_the_number_of_threads_changes_nothing(town, residents, seeds, run, workers):
    again = play(
        town, "held", residents=residents, days=DAYS, draws=6, seed=5, initial=seeds,
        workers=workers,
    )  # fmt: skip
    same(run, again)


def test_another_seed_gives_another_course(town, residents, seeds, run):
    other = play(town, "held", residents=residents, days=DAYS, draws=6, seed=6, initial=seeds)
    assert not np.array_equal(other.data.true_infections, run.data.true_infections)


def test_the_first_draws_of_many_are_those_of_few(town, residents, seeds, run):
    few = play(town, "held", residents=residents, days=DAYS, draws=3, seed=5, initial=seeds)
    np.testing.assert_array_equal(few.data.true_infections, run.data.true_infections[:3])


@pytest.mark.parametrize("rulebook", ["before", "held", "meeting", "open", "closed"])
def test_everybody_is_in_one_state_on_every_day(town, residents, seeds, rulebook):
    run = play(town, rulebook, residents=residents, days=DAYS, draws=4, seed=9, initial=seeds)
    data = run.data
    stages = ["true_susceptible", "true_exposed", "true_infectious", "true_past_infectious"]
    everybody = sum(data[name] for name in [*stages, "true_dead"])
    assert np.all(everybody == len(residents))
    for name in data.data_vars:
        # an index of -1 says "none"; people are never fewer than none
        if "person" in data[name].attrs["units"]:
            assert float(data[name].min()) >= 0, name
    dead = data.true_deaths.cumsum("day")
    np.testing.assert_array_equal(dead, data.true_dead)
    assert np.all(data.quarantined_uninfected <= data.quarantined)


def test_every_infection_has_one_source_or_came_from_outside(run):
    data = run.data
    inside = data.true_infections_by_setting.sum("setting")
    total = data.true_infections.sum("district")
    # day 0 also counts those who were infected when the run began
    np.testing.assert_array_equal((inside + data.arrivals_infected)[:, 1:], total[:, 1:])
    last = data.true_susceptible[:, 0] - total[:, 1:].sum("day")
    np.testing.assert_array_equal(last, data.true_susceptible[:, -1])


def test_nothing_is_reported_that_did_not_happen(run):
    reported = run.data.observed_confirmed.sum(["day", "district"])
    # 18 infections stood at the start
    assert np.all(reported <= run.data.true_infections.sum(["day", "district"]) + 18)
    deaths = run.data.observed_deaths.cumsum("day") - run.data.true_deaths.cumsum("day")
    assert np.all(deaths <= 0)


def test_rulebooks_that_first_differ_on_a_day_are_equal_before_it(town, residents, seeds):
    held = load_rulebook("held")
    changed = held.model_copy(
        update={
            "changes": (
                *held.changes,
                type(held)
                .model_validate(
                    {
                        "name": "x",
                        "changes": [
                            {"day": 12, "measure": "tracing", "level": "none"},
                            {"day": 12, "measure": "masks", "level": "none"},
                        ],
                    }
                )
                .changes[0],
            )
        }
    )
    a = play(town, held, residents=residents, days=DAYS, draws=4, seed=2, initial=seeds)
    b = play(town, changed, residents=residents, days=DAYS, draws=4, seed=2, initial=seeds)
    same(a, b, upto=12)
    assert not np.array_equal(a.data.traced, b.data.traced)


def test_without_infection_and_without_arrivals_nothing_happens(town):
    quiet = town.model_copy(update={"arrivals": town.arrivals.iloc[:0]})
    people = build_residents(quiet)
    run = play(
        quiet, "closed", residents=people, days=20, draws=4, seed=1, initial=Initial.nobody()
    )
    assert int(run.data.true_infections_by_setting.sum()) == 0
    assert int(run.data.observed_deaths.sum()) == 0


def test_loosening_everything_leads_to_more_infections(town, residents, seeds, run):
    free = play(town, "before", residents=residents, days=DAYS, draws=6, seed=5, initial=seeds)
    a = free.data.true_infections.sum(["day", "district"])
    b = run.data.true_infections.sum(["day", "district"])
    assert float(a.mean()) > float(b.mean())
