"""What must hold of front one whatever the city, the luck and the rulebook."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from twofronts.city import build_residents
from twofronts.epidemic.initial import Initial
from twofronts.errors import RulebookError
from twofronts.measures import load_rulebook
from twofronts.parameters import load_parameters
from twofronts.planning import play

DAYS = 40


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


def test_every_infection_has_one_source_or_came_from_outside(town, residents, run):
    infected_travellers = town.arrivals.assign(risk_travellers=town.arrivals["travellers"])
    risky = town.model_copy(update={"arrivals": infected_travellers})
    parameters = load_parameters().with_values({"arrivals.prevalence_risk": 0.02})
    imported = play(
        risky, "open", residents=replace(residents, city=risky), days=20, draws=4, seed=3,
        parameters=parameters,
    )  # fmt: skip
    assert int(imported.data.arrivals_infected.sum()) > 10
    for data in (run.data, imported.data):
        inside = data.true_infections_by_setting.sum("setting")
        total = data.true_infections.sum("district")
        np.testing.assert_array_equal(inside + data.arrivals_infected, total)
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


def with_order(book, **override):
    """A rulebook with one order more, for a single place."""
    order = type(book).model_validate({"name": "x", "overrides": [override]}).overrides[0]
    return book.model_copy(update={"overrides": (*book.overrides, order)})


@pytest.mark.parametrize("measure", ["attendance_industry", "attendance_services"])
def test_an_order_for_one_enterprise_changes_nothing_before_its_day(
    town, residents, seeds, measure
):
    held = load_rulebook("held")
    # the largest enterprise of the register: under approval it is not back yet
    staff = town.enterprises.sort_values("staff", ascending=False)
    groups = dict(zip(town.sectors["sector"], town.sectors["group"], strict=True))
    group = measure.removeprefix("attendance_")
    name = next(e.id for e in staff.itertuples() if groups[e.sector] == group)
    order = {"enterprise": name, "measure": measure, "level": "full", "days": 90}
    common = {"residents": residents, "days": 30, "draws": 3, "seed": 2}
    common["initial"] = [{"day": 0, "n": 3000}]
    plain = play(town, held, **common)
    later = play(town, with_order(held, from_day=15, **order), **common)
    same(plain, later, upto=15)
    now = play(town, with_order(held, from_day=0, **order), **common)
    work = [x.data.true_infections_by_setting.sel(setting="work").sum() for x in (plain, now)]
    assert int(work[1]) > int(work[0])


def test_an_order_on_something_else_opens_no_enterprise(town, residents):
    held = load_rulebook("held")
    other = with_order(
        held, enterprise="e-A-old-001", measure="inspection", level="frequent", days=90
    )
    common = {"residents": residents, "days": 20, "draws": 3, "seed": 2}
    common["initial"] = [{"day": 0, "n": 3000}]
    same(play(town, held, **common), play(town, other, **common))


def test_an_enterprise_that_scaling_left_out_is_refused_with_a_reason(town):
    few = build_residents(town, scale=0.1)
    out = next(i for i in town.enterprises["id"] if i not in few.enterprise_sites)
    book = with_order(
        load_rulebook("held"), enterprise=out, measure="inspection", level="frequent", days=9
    )
    with pytest.raises(RulebookError, match="scale below 1"):
        play(town, book, residents=few, days=5, draws=1)


def test_a_run_says_that_it_grades_by_report_where_the_rulebook_asks_for_onset(town, residents):
    held = load_rulebook("held")
    grades = held.grades.model_copy(update={"date_basis": "onset"})
    common = {"residents": residents, "days": 2, "draws": 1}
    by_onset = play(town, held.model_copy(update={"grades": grades}), **common)
    assert any("day of report" in note for note in by_onset.manifest.notes)
    assert not any("day of report" in note for note in play(town, held, **common).manifest.notes)


def test_the_dead_and_the_recovered_take_no_bed_in_intensive_care(town, residents):
    """Patients ill for weeks when the run begins: what is to come is in the order of an illness."""
    rows = [(-45, -1, 85, -1, True)] * 300
    parameters = load_parameters().with_values(
        {"severity.scale": 5.0, "severity.critical_share": 1.0}
    )
    run = play(
        town, "held", residents=residents, days=60, draws=4, seed=1, parameters=parameters,
        initial=Initial.of(rows, note="patients"),
    )  # fmt: skip
    assert int(run.data.true_icu.max()) > 0
    assert int(run.data.true_deaths.sum()) > 10
    assert int(run.data.true_icu[:, -1].max()) == 0


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
