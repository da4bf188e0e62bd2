"""Nanjing as of 18 February 2020: every published sum, and every assumption marked as one."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import shape

from twofronts.city import load_city

CENTRAL = ("320102", "320104", "320105", "320106", "320114")


@pytest.fixture(scope="module")
def nanjing():
    return load_city("nanjing")


def test_residents_households_and_migrants_add_up(nanjing):
    assert len(nanjing.districts) == 11
    assert nanjing.population == nanjing.scalar("population") == 9_314_685
    table = nanjing.households
    family, collective = (table[table["kind"] == k] for k in ("family", "collective"))
    assert family["n_households"].sum() == 3_138_800
    assert collective["n_households"].sum() == 461_300
    in_families = (family["size"] * family["n_households"]).sum()
    in_collectives = (collective["size"] * collective["n_households"]).sum()
    assert in_families == nanjing.scalar("persons_in_family_households") == 7_794_985
    assert in_collectives == nanjing.scalar("persons_in_collective_households") == 1_519_700
    assert in_families + in_collectives == 9_314_685
    assert round(in_families / 3_138_800, 2) == 2.48
    assert nanjing.scalar("migrants") == 3_214_000


def test_household_sizes_fall_smoothly_from_their_peak(nanjing):
    for kind, peak in (("family", 2), ("collective", 3)):
        of_kind = nanjing.households["kind"] == kind
        n = nanjing.households["n_households"][of_kind].to_numpy()
        assert n.argmax() == peak - 1
        assert (np.diff(n[peak - 1 :]) < 0).all()


def test_ages_end_in_an_open_group(nanjing):
    ages = nanjing.ages
    assert list(ages["age"]) == list(range(86))
    assert ages["share"].sum() == pytest.approx(1, abs=1e-9)
    # 4128 and 11965 of the sample's 587,112 persons; 84 and over are split and kept whole
    assert ages["share"][0] == pytest.approx(4128 / 587112, abs=1e-8)
    assert ages["share"][41] == pytest.approx(11965 / 587112, abs=1e-8)
    assert ages["share"][84:].sum() == pytest.approx(6846 / 587112, abs=1e-8)
    assert ages["share"][84] < ages["share"][83]


def test_workers_are_nanjings_by_primary_secondary_and_tertiary(nanjing):
    workers = nanjing.sectors.set_index("sector")["workers"]
    assert len(workers) == 22
    secondary = ["B", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "D", "E"]
    assert workers["A"] == nanjing.scalar("employed_primary") == 361_600
    assert workers[secondary].sum() == nanjing.scalar("employed_secondary") == 1_523_000
    tertiary = workers.drop(["A", *secondary]).sum()
    assert tertiary == nanjing.scalar("employed_tertiary") == 2_966_000
    assert workers.sum() == nanjing.scalar("employed") == 4_850_600
    # inside each of the three, as in the nation: construction to machinery 72,741,604 : 14,319,080
    assert workers["E"] / workers["C5"] == pytest.approx(72741604 / 14319080, rel=1e-4)


def test_jobs_keep_the_sectors_totals_and_no_district_is_without(nanjing):
    jobs = nanjing.employment.pivot(index="sector", columns="district", values="workers")
    assert jobs.shape == (22, 11)
    totals = nanjing.sectors.set_index("sector")["workers"]
    assert jobs.sum(axis=1).to_dict() == totals.to_dict()
    people = nanjing.districts.set_index("code")["population"]
    per_resident = jobs.sum() / people
    assert per_resident.between(0.35, 0.75).all()
    assert jobs.loc["A", ["320102", "320104"]].sum() < 0.01 * jobs.loc["A"].sum()


def test_hospitals_are_the_published_number_of_institutions_and_beds(nanjing):
    table = nanjing.hospitals
    assert (len(table), table["beds"].sum()) == (271, 57_455)
    designated = table[table["designated_beds"] > 0]
    assert list(designated["name_zh"]) == ["南京市公共卫生医疗中心"]
    # enough for the 64 patients of the peak
    assert designated["designated_beds"].sum() >= 64
    assert nanjing.sources["hospitals"].grade == "assumed"


def test_the_daily_series_is_the_reported_one(nanjing):
    city = nanjing.reports[nanjing.reports["area"] == ""].set_index("date")
    assert (city.index[0], city.index[-1]) == (
        pd.Timestamp("2020-01-20"),
        pd.Timestamp("2020-02-18"),
    )
    assert len(city) == 30
    last = city.iloc[-1]
    assert (last["cum_confirmed"], last["cum_cured"], last["cum_deaths"]) == (93, 38, 0)
    assert city["new_confirmed"].sum() == 93
    assert city["in_hospital"].max() == 64
    assert set(city.index[city["in_hospital"] == 64]) == set(
        pd.date_range("2020-02-12", "2020-02-14")
    )
    assert city.loc["2020-02-17", ["contacts_traced", "contacts_observed"]].tolist() == [1823, 278]
    assert city.loc["2020-02-05", ["contacts_traced", "contacts_released"]].tolist() == [1105, 229]
    assert city["suspected"].isna().all()


def test_districts_of_5_february_with_jiangbei_put_into_pukou_and_luhe(nanjing):
    table = nanjing.reports[nanjing.reports["area"] != ""]
    assert set(table["date"]) == {pd.Timestamp("2020-02-05")}
    cases = table.set_index("area")["cum_confirmed"]
    assert list(cases.index) == nanjing.district_codes
    assert cases.tolist() == [6, 0, 4, 11, 0 + 3, 4, 4, 14, 2 + 2, 1, 1]
    assert cases.sum() == 52
    assert "Jiangbei" in nanjing.sources["reports"].notes


def test_the_case_profile_is_that_of_the_92_cases(nanjing):
    s = nanjing.scalar
    assert s("cases_hubei") + s("cases_other_travel") + s("cases_contact") == 92
    assert s("cases_male") + s("cases_female") == 92
    stages = ("cases_mild", "cases_moderate", "cases_severe", "cases_critical", "cases_discharged")
    assert sum(s(k) for k in stages) == 92
    assert s("cases_in_clusters") == 60


def test_returning_workers_are_the_migrants_no_longer_away(nanjing):
    migrants, away = nanjing.scalar("migrants"), nanjing.scalar("away_share")
    came_back = nanjing.arrivals["returning_workers"].sum()
    assert came_back == round(0.60 * migrants) - round(away * migrants) == 482_100
    before = nanjing.arrivals[nanjing.arrivals["date"] < "2020-01-31"]
    assert before["returning_workers"].sum() == 0


def test_arrivals_make_the_imported_cases_plausible(nanjing):
    total = nanjing.arrivals.groupby("origin")["risk_travellers"].sum()
    assert 0.0005 < nanjing.scalar("cases_hubei") / total["hubei"] < 0.0015
    assert 0.00005 < nanjing.scalar("cases_other_travel") / total["other_risk"] < 0.0003
    assert total["other"] == 0
    hubei = nanjing.arrivals.query("origin == 'hubei'").set_index("date")["travellers"]
    assert hubei["2020-01-23"] > 0
    assert hubei["2020-02-01":].sum() == 0


def test_policies_and_resumption_are_those_recorded(nanjing):
    community = nanjing.policies.query("measure == 'community'").iloc[0]
    assert (community["date"], community["level"]) == (pd.Timestamp("2020-02-04"), "closed_off")
    table = nanjing.resumption.set_index("indicator")["value"]
    assert table["firms_resumed"] == 8600
    assert table["staff_on_duty"] == 400_000
    assert table["firms_resumed_share_above_scale_industry"] == pytest.approx(0.26)


def test_stocks_cover_some_days_and_balance(nanjing):
    stocks = nanjing.stocks.set_index("good")
    cover = stocks["stock"] / stocks["use_per_day"]
    assert cover.between(3, 60).all()
    daily = stocks[stocks["kind"] == "daily"]
    supply = daily["production_per_day"] + daily["inbound_per_day"]
    assert (supply / daily["use_per_day"]).between(0.9, 1.1).all()


def test_checkpoints_have_every_tier_and_every_pair_of_neighbours(nanjing):
    tiers = nanjing.checkpoints.groupby("tier").size()
    assert tiers.to_dict() == {"city": 9, "community": 11, "inner": 22, "province": 5}
    assert nanjing.sources["checkpoints"].grade == "assumed"


def test_nothing_recalled_is_called_published(nanjing):
    for source in nanjing.sources.values():
        for column in source.columns:
            own = source.of(column)
            assert not ("recalled" in own.notes and column and own.grade != "assumed") or (
                column == "area_km2"
            )
    for scalar in nanjing.scalars.values():
        if "recalled" in scalar.note + scalar.source:
            assert scalar.grade == "assumed"
    assert nanjing.scalar("gdp").grade == "assumed"


def test_every_table_and_scalar_names_a_source(nanjing):
    assert all(s.source.strip() and s.licence.strip() for s in nanjing.sources.values())
    assert all(s.source.strip() for s in nanjing.scalars.values())


def test_the_map_touches_where_the_neighbours_do_and_nowhere_else(nanjing):
    shapes = {f["properties"]["code"]: shape(f["geometry"]) for f in nanjing.map["features"]}
    assert list(shapes) == nanjing.district_codes
    assert all(s.is_valid and s.geom_type == "Polygon" for s in shapes.values())
    pairs = {frozenset(p) for p in nanjing.neighbours[["district_a", "district_b"]].to_numpy()}
    assert len(pairs) == 22
    for a, b in itertools.combinations(shapes, 2):
        shared = shapes[a].intersection(shapes[b])
        assert shared.area == pytest.approx(0, abs=1e-9)
        assert (shared.length > 1) == (frozenset((a, b)) in pairs), (a, b)


def test_the_central_districts_are_large_enough_to_read(nanjing):
    shapes = {f["properties"]["code"]: shape(f["geometry"]) for f in nanjing.map["features"]}
    west, south, east, north = (
        min(s.bounds[0] for s in shapes.values()),
        min(s.bounds[1] for s in shapes.values()),
        max(s.bounds[2] for s in shapes.values()),
        max(s.bounds[3] for s in shapes.values()),
    )
    for code in CENTRAL:
        box = shapes[code].bounds
        # a name of three characters needs a seventh of the map's width
        assert box[2] - box[0] > 0.15 * (east - west)
        assert shapes[code].area > 0.02 * (east - west) * (north - south)
        # the point where a name is put lies well inside
        assert shapes[code].buffer(-0.02 * (north - south)).area > 0
