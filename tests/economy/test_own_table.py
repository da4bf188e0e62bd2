"""A city with sectors and a table of its own: steady without a shock, and run by both fronts."""

from __future__ import annotations

import numpy as np
import pytest

from factories.own_table import GROUPS, merged, own_city
from twofronts.city import build_residents, load_city
from twofronts.cli import main
from twofronts.economy import prepare as p
from twofronts.economy.city_table import country_table
from twofronts.economy.labour import neutral_effects
from twofronts.kernels import economy as k
from twofronts.planning.playing import play


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return own_city(tmp_path_factory.mktemp("cities") / "own")


@pytest.fixture(scope="module")
def city(folder):
    return load_city(folder)


def test_the_table_is_the_folders(city):
    table, note = country_table(city)
    assert str(note) == "input-output table of the city's folder"
    np.testing.assert_allclose(table.domestic, merged().domestic, rtol=1e-12)


def test_no_shock_no_drift_over_400_days(city):
    params = p.prepare_economy(city, normal=True)
    state, scratch, out = p.economy_state(params), p.economy_scratch(params), p.economy_out(params)
    k.economy_reset(params, 0, state)
    fx, absent = neutral_effects(len(city.district_codes)), p.no_absence(params)
    for day in range(400):
        k.attend_day(params, state, fx, day, out)
        k.settle_day(params, state, scratch, fx, absent, np.zeros(3), day, out)
        made = out.production.output / params.production.output
        assert abs(made - 1).max() < 1e-12


def test_front_two_alone_names_the_sectors(folder, capsys):
    assert main(["economy", str(folder), "--days", "5", "--draws", "3", "--no-sensitivity"]) == 0
    text = capsys.readouterr().out
    for code in GROUPS:
        assert f"{code} {code.title()}" in text


def test_both_fronts_run_on_it(city):
    run = play(city, "held", residents=build_residents(city, seed=0), days=4, draws=2)
    assert list(run.data["sector"].values) == list(GROUPS)
    lost = run.data["value_added_lost"].sum(("day", "sector", "district"))
    assert (lost > 0).all()
