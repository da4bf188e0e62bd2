"""Front two as a whole: steady, paired, scaled; loosening and help never cost output."""

from __future__ import annotations

import datetime as dt
import functools

import numpy as np
import pytest
from validation.loosening import HELD, LOOSER, ROUNDING, TRACE, some_rulebook, value_added_lost

from factories.economy import effects
from twofronts.city import build_residents, load_city
from twofronts.economy import prepare as p
from twofronts.economy.labour import workforce_from_residents, workforce_from_tables
from twofronts.economy.run import run_draws, run_economy
from twofronts.economy.scenario import scenario_from
from twofronts.economy.variables import BINDING
from twofronts.kernels import economy as k
from twofronts.parameters import load_parameters

N, D = 22, 11
CARE = np.array([57.0, 3.0, 1500.0])


@pytest.fixture(scope="module")
def nanjing():
    return load_city("nanjing")


def given(days, **values):
    fx = np.repeat(effects(D, **values)[None], days, axis=0)
    return k.Given(fx, np.ones((days, N, D)), np.zeros((2, N, D)), CARE)


def test_an_ordinary_period_is_steady_in_every_district(nanjing):
    params = p.prepare_economy(nanjing, draws=2, normal=True)
    state, scratch, out = p.economy_state(params), p.economy_scratch(params), p.economy_out(params)
    k.economy_reset(params, 1, state)
    fx, absent = effects(D), p.no_absence(params)
    normal = params.production.value_added[:N, None] * params.production.district_share
    worst = 0.0
    for day in range(400):
        k.attend_day(params, state, fx, day, out)
        k.settle_day(params, state, scratch, fx, absent, CARE, day, out)
        worst = max(worst, np.abs(out.production.output / params.production.output - 1).max())
        off = np.abs(out.production.value_added - normal) / np.maximum(normal, 1e-300)
        worst = max(worst, off[normal > 0].max())
    assert worst < 1e-12


# A firm gets a trace less of a short good when others that want it open
SHARED = {"contacts_community", "transit_staff", "clinics"}
TIGHT = HELD | {"masks_per_shift": 1.0}


@pytest.fixture(scope="module")
def paired(nanjing):
    params = p.prepare_economy(nanjing, draws=12)

    @functools.cache
    def lost(*values):
        return value_added_lost(params, 12, **dict(values))

    return lambda **values: lost(*values.items())


# Masks are asked for in one of them only: where their stock runs out, whoever opens sooner uses
# it up sooner (validation/loosening.py shows what that costs)
@pytest.mark.parametrize("start", [TIGHT, *(some_rulebook(seed) for seed in (1, 2, 3))])
@pytest.mark.parametrize("name", sorted(LOOSER))
def test_loosening_or_help_never_lowers_output_in_paired_draws(paired, start, name):
    tight, free = paired(**start), paired(**(start | {name: LOOSER[name][1]}))
    assert free.mean() <= tight.mean() * (1 + ROUNDING)
    assert (free <= tight * (1 + (TRACE if name in SHARED else ROUNDING))).all()


def test_help_and_loosening_do_matter(paired):
    held = paired(**TIGHT).mean()
    for name in ("attend_industry", "return_pace", "freight_border", "approval_queue", "transit"):
        assert paired(**(TIGHT | {name: LOOSER[name][1]})).mean() < 0.995 * held


def test_a_short_of_masks_gates_and_is_named(nanjing):
    params = p.prepare_economy(nanjing, draws=1, central=True, normal=True)
    params.supplies.rates[:, 0] = 1.0
    params.supplies.stock[0] = 0.0
    record = run_draws(params, given(10, masks_per_shift=1.0), draws=1)
    assert record["gate"][0, 3, 0] < 0.5
    masks = BINDING.index("masks")
    services = [i for i, g in enumerate(nanjing.sectors["group"]) if g != "essential"]
    assert (record["binding"][0, 5, services] == masks).mean() > 0.9


def test_more_draws_leave_the_first_as_they_were(nanjing):
    few = run_draws(p.prepare_economy(nanjing, draws=2), given(20), draws=2)
    many = run_draws(p.prepare_economy(nanjing, draws=5), given(20), draws=5)
    for name, value in few.items():
        np.testing.assert_array_equal(value, many[name][:2])


def test_a_draw_does_not_depend_on_the_one_before(nanjing):
    params = p.prepare_economy(nanjing, draws=2)
    late = given(40, freight_delay=3.0)
    both = run_draws(params, late, draws=2)
    state, scratch, out = p.economy_state(params), p.economy_scratch(params), p.economy_out(params)
    record = p.economy_record(params, 40)
    k.economy_reset(params, 1, state)
    k.run_days(params, state, scratch, late, out, record)
    np.testing.assert_array_equal(both["capacity"][1], record.capacity)


def test_given_attendance_is_the_attendance(nanjing):
    scenario = scenario_from(
        {
            "days": 12,
            "draws": 3,
            "normal": True,
            "attendance": [
                {"from": dt.date(2020, 2, 20), "sector": ["C6"], "share": 0.4},
                {
                    "from": dt.date(2020, 2, 22),
                    "until": dt.date(2020, 2, 23),
                    "group": "services",
                    "district": ["320115"],
                    "share": 0.1,
                },
            ],
        }
    )
    data = run_economy(nanjing, scenario).data
    rate = data["staff_return_rate"]
    np.testing.assert_allclose(rate.sel(sector="C6").isel(day=[0, 1]), 1, rtol=1e-6)
    np.testing.assert_allclose(rate.sel(sector="C6").isel(day=slice(2, None)), 0.4, rtol=1e-6)
    shops = rate.sel(sector="F")
    np.testing.assert_allclose(shops.sel(district="320115").isel(day=[4, 5]), 0.1, rtol=1e-6)
    np.testing.assert_allclose(shops.sel(district="320115").isel(day=[3, 6]), 1, rtol=1e-6)
    np.testing.assert_allclose(shops.sel(district="320102"), 1, rtol=1e-6)
    # output never exceeds the staff there is, and the missing part is in the accounts
    assert (data["capacity_rate"].sel(sector="C6").isel(day=slice(2, None)) <= 0.4 + 1e-6).all()
    lost = data["value_added_lost"].sum(("day", "sector", "district"))
    assert (lost > 0).all()


def test_the_three_rates_start_as_reported(nanjing):
    run = run_economy(nanjing, scenario_from({"days": 1, "draws": 1}), central=True)
    workforce = workforce_from_tables(nanjing, load_parameters())
    others = workforce.group != 0
    firms = workforce.firm_count.sum(axis=0)[others]
    back = run.data["resumption_rate"].to_numpy()[0, 0][others]
    # the first day's returns come on top of the 8,600 firms and 400,000 staff of 17 February
    assert 8600 <= (back * firms).sum() < 8600 + 0.08 * firms.sum()
    staff = run.data["staff_return_rate"].to_numpy()[0, 0][others] * workforce.staff[others]
    assert 400_000 <= staff.sum() < 700_000


def test_labour_comes_from_the_residents():
    city = load_city("town")
    residents = build_residents(city, seed=1)
    workforce = workforce_from_residents(city, residents, load_parameters())
    np.testing.assert_array_equal(workforce.staff, residents.staff)
    np.testing.assert_array_equal(workforce.away, residents.away_staff)
    np.testing.assert_allclose(workforce.firm_staff.sum(axis=0), residents.staff)
    np.testing.assert_array_equal(workforce.firm_count.sum(axis=0), residents.n_sites)
    np.testing.assert_allclose(workforce.home_of.sum(axis=1), 1)
    # the rows of home_of, weighted by staff, give the staff by home
    by_home = workforce.staff.sum(axis=0) @ workforce.home_of
    np.testing.assert_allclose(by_home, residents.staff_by_home.sum(axis=1), rtol=1e-9)
    run = run_economy(city, scenario_from({"days": 5, "draws": 2}), residents=residents)
    assert run.data.sizes["district"] == len(city.district_codes)


def test_jobs_and_wages_follow_the_value_added(nanjing):
    params = p.prepare_economy(nanjing, draws=1, central=True)
    data = run_economy(nanjing, scenario_from({"days": 3, "draws": 1}), central=True).data
    normal = params.production.value_added[:N, None] * params.production.district_share
    share = data["value_added_lost"].to_numpy()[0, 0] / np.maximum(normal, 1e-300)
    there = normal > 0
    np.testing.assert_allclose(
        data["jobs_at_risk"].to_numpy()[0, 0][there], (share * params.staff)[there], rtol=1e-4
    )
    capacity = data["capacity_rate"].to_numpy()[0, 0]
    lost = data["value_added_lost"].to_numpy()[0, 0].sum(axis=1)
    expected = params.production.value_added[:N] * (1 - capacity)
    np.testing.assert_allclose(lost, expected, rtol=2e-2, atol=0.05)


def test_results_carry_status_manifest_and_units(nanjing, tmp_path):
    import xarray as xr

    run = run_economy(nanjing, scenario_from({"days": 4, "draws": 2, "seed": 7}))
    assert run.manifest.seed == 7
    assert set(run.manifest.inputs) == {"city", "scenario", "parameters"}
    assert "binds most often" in run.status
    assert run.data["value_added_lost"].attrs["units"] == "million/d"
    run.to_netcdf(tmp_path / "run.nc")
    with xr.open_dataset(tmp_path / "run.nc", engine="h5netcdf") as back:
        np.testing.assert_array_equal(back["capacity_rate"], run.data["capacity_rate"])
        assert "seed" in back.attrs["manifest"]
