"""The line list tells the same story as the counts, and every infection in it is possible."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from twofronts.epidemic.linelist import chains, line_list, records
from twofronts.kernels import types_epidemic as t
from twofronts.measures import load_rulebook
from twofronts.parameters import load_parameters
from twofronts.planning import play
from twofronts.planning.playing import prepare

DAYS, DRAWS, SEED = 40, 5, 5
SEEDS = [{"day": -2, "district": "old", "n": 60}, {"day": 0, "district": "river", "n": 30}]


@pytest.fixture(scope="module")
def run(town, residents):
    return play(
        town, "open", residents=residents, days=DAYS, draws=DRAWS, seed=SEED, initial=SEEDS,
        line_list=True, workers=2,
    )  # fmt: skip


@pytest.fixture(scope="module")
def lines(run):
    return run.line_list


def test_it_adds_up_to_the_counts_of_the_run(run, lines, residents):
    here = lines[lines["origin"] == "resident"]
    for draw in range(DRAWS):
        mine = here[here["draw"] == draw]
        table = np.zeros((DAYS, 5), dtype=int)
        order = {"home": 0, "work": 1, "school": 2, "community": 3, "kin": 4}
        setting = mine["setting"].map(order)
        np.add.at(table, (mine["infected"].astype(int), setting), 1)
        np.testing.assert_array_equal(table, run.data.true_infections_by_setting[draw])
    ever = len(residents) - run.data.true_susceptible.isel(day=-1).values
    np.testing.assert_array_equal(lines.groupby("draw").size(), ever)
    np.testing.assert_array_equal(
        lines.groupby("draw")["died"].sum(), run.data.true_dead.isel(day=-1)
    )
    assert (lines["origin"] == "start").sum() == DRAWS * 90
    assert lines["imported"].sum() == run.data.arrivals_infected.sum()


def test_onsets_of_the_run_are_those_of_the_list(run, lines):
    during = lines[lines["onset"].notna() & (lines["onset"] >= 0)]
    counts = during.groupby("draw").size().reindex(range(DRAWS), fill_value=0)
    np.testing.assert_array_equal(counts, run.data.true_onsets.sum(["day", "district"]))


def test_nobody_is_infected_twice_and_every_infector_was_infected_before(lines):
    assert not lines.duplicated(["draw", "person"]).any()
    pairs = lines[lines["infector"].notna()].merge(
        lines, left_on=["draw", "infector"], right_on=["draw", "person"], how="left",
        suffixes=("", "_source"), validate="many_to_one",
    )  # fmt: skip
    assert len(pairs) > 30
    assert pairs["person_source"].notna().all()
    assert (pairs["infected"] > pairs["infected_source"]).all()
    home = pairs[pairs["setting"] == "home"]
    assert len(home) > 5
    assert (home["household"] == home["household_source"]).all()
    site = pairs[pairs["setting"].isin(["work", "school"])]
    assert (site["site"] == site["site_source"]).all()
    assert (pairs["cluster"] == pairs["cluster_source"]).all()
    roots = lines[lines["infector"].isna()]
    assert (roots["cluster"] == roots["person"]).all()


def test_days_come_in_the_order_of_an_illness(lines):
    assert (lines["onset"].dropna() > lines["infected"][lines["onset"].notna()]).all()
    confirmed = lines[lines["confirmation"].notna() & (lines["origin"] == "resident")]
    assert len(confirmed) > 5
    assert confirmed["isolation"].notna().all()
    assert (confirmed["isolation"] <= confirmed["confirmation"]).all()
    assert lines["onset"][lines["asymptomatic"]].isna().all()


def test_a_run_keeps_none_unless_asked_and_is_the_same_with_one(town, residents, run):
    plain = play(
        town, "open", residents=residents, days=DAYS, draws=DRAWS, seed=SEED, initial=SEEDS
    )
    assert plain.line_list is None
    for name in plain.data.data_vars:
        np.testing.assert_array_equal(plain.data[name].values, run.data[name].values, name)


def test_records_are_those_of_front_one_alone(town, residents):
    start = dt.date(2020, 2, 18)
    ready = prepare(
        town, load_rulebook("open"), residents, load_parameters(), days=DAYS, draws=DRAWS,
        seed=SEED, start=start, initial=SEEDS,
    )  # fmt: skip
    kept = records(ready.city, ready.pars, n_days=DAYS, seed=SEED, draws=[3, 1])
    lone = play(
        town, "open", residents=residents, days=DAYS, draws=DRAWS, seed=SEED, initial=SEEDS,
        start=start, production=False,
    )  # fmt: skip
    for draw, people in zip([3, 1], kept, strict=True):
        table = line_list({draw: people}, residents.arrays, town.district_codes, n_days=DAYS)
        here = table[table["origin"] == "resident"]
        by_day = np.bincount(here["infected"].astype(int), minlength=DAYS)
        np.testing.assert_array_equal(
            by_day, lone.data.true_infections_by_setting[draw].sum("setting")
        )


def test_chains_follow_infectors_back_to_the_first():
    person = np.array([7, 3, 9, 4, 5])
    source = np.array([t.FROM_START, 7, 3, t.FROM_ARRIVAL, 9])
    assert chains(person, source).tolist() == [7, 7, 7, 4, 7]
    assert chains(np.zeros(0, int), np.zeros(0, int)).tolist() == []


def test_nobody_infected_gives_an_empty_list_with_its_columns(residents, town):
    empty = line_list({}, residents.arrays, town.district_codes, n_days=DAYS)
    assert len(empty) == 0
    assert {"person", "infector", "setting", "infected", "cluster"} <= set(empty.columns)
