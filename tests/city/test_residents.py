"""Residents agree with the city's tables, and hold together whatever the city."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.random_city import random_city
from factories.resident_checks import check_classes, check_margins, check_structure
from naive import residents as naive
from twofronts.city import load_city
from twofronts.city.residents import build_residents
from twofronts.city.residents_margins import age_counts, largest_remainder
from twofronts.errors import CityError, ScenarioError
from twofronts.kernels import types
from twofronts.parameters import load_parameters


@pytest.fixture(scope="module")
def town():
    return build_residents(load_city("town"), seed=3)


@pytest.fixture(scope="module")
def small_nanjing():
    return build_residents(load_city("nanjing"), seed=1, scale=0.02)


def households_of(r):
    a = r.arrays
    size = np.diff(a.household_start)
    collective = (a.flags[a.household_start[:-1]] & types.COLLECTIVE) > 0
    return {
        kind: np.bincount(size[here], minlength=13)
        for kind, here in (("family", ~collective), ("collective", collective))
    }


def check_city_tables(r):
    """Exact agreement with the tables of the whole city, at scale 1."""
    city, a = r.city, r.arrays
    assert (np.diff(a.district_start) == city.districts["population"]).all()
    expected = age_counts(city, np.diff(a.district_start).astype(int))
    for d in range(len(city.district_codes)):
        ages = a.age[a.district_start[d] : a.district_start[d + 1]]
        assert (np.bincount(ages, minlength=86) == expected[d]).all()
    share = city.ages.sort_values("age")["share"].to_numpy()
    exact = share / share.sum() * len(r)
    assert np.abs(np.bincount(a.age, minlength=86) - exact).max() < 1
    built = households_of(r)
    for kind, size, n in city.households[["kind", "size", "n_households"]].itertuples(index=False):
        assert built[kind][size] == n
    table = city.employment.pivot(index="sector", columns="district", values="workers")
    table = table.reindex(index=city.sector_codes, columns=city.district_codes)
    assert (r.staff == table.to_numpy()).all()
    assert len(r) == city.population


def test_town_agrees_with_its_tables(town):
    check_city_tables(town)
    check_structure(town)
    check_margins(town)
    check_classes(town)


@pytest.mark.slow
def test_all_residents_of_nanjing_agree_with_its_tables():
    r = build_residents(load_city("nanjing"))
    assert len(r) == 9_314_685
    check_city_tables(r)
    check_structure(r)
    check_margins(r)
    sizes = np.diff(r.arrays.compound_start)
    assert sizes.min() >= 1500
    assert sizes.max() <= 3000
    kinds = households_of(r)
    assert kinds["family"].sum() == 3_138_800
    assert kinds["collective"].sum() == 461_300
    assert kinds["collective"] @ np.arange(13) == 1_519_700
    assert abs(int((r.arrays.flags & types.MIGRANT > 0).sum()) - 3_214_000) < 100
    assert r.staff.sum() == 4_850_600


def test_pupils_fill_the_schools_of_the_table(town):
    a, city = town.arrays, town.city
    pupils = np.diff(a.group_start[a.site_start])
    empty = sum(int(n.split()[1].replace(",", "")) for n in town.notes if "places stay empty" in n)
    table = city.schools.groupby("stage")["pupils"].sum()
    assert pupils[town.school_stage >= 0].sum() == table.sum() - empty
    full = [s for s in table.index if not any(n.startswith(s) for n in town.notes)]
    assert full
    stages = ("kindergarten", "primary", "secondary", "tertiary")
    for row in city.schools.itertuples():
        if row.stage in full:
            here = town.school_stage == stages.index(row.stage)
            here &= a.site_district == city.district_codes.index(row.district)
            assert pupils[here].sum() == row.pupils
            assert here.sum() == row.n_sites
            assert np.ptp(pupils[here]) <= len(set(a.age)) // 4


def test_children_go_to_school_in_their_own_or_a_neighbouring_district(small_nanjing):
    r = small_nanjing
    a, city = r.arrays, r.city
    home = a.compound_district[a.household_compound[a.household]]
    at_school = np.flatnonzero(a.group >= 0)
    site = a.group_site[a.group[at_school]]
    child = (r.school_stage[site] >= 0) & (r.school_stage[site] < 3)
    codes = city.district_codes
    near = {
        (codes.index(x), codes.index(y))
        for x, y in city.neighbours[["district_a", "district_b"]].values
    }
    near |= {(y, x) for x, y in near} | {(d, d) for d in range(len(codes))}
    far = [
        p not in near
        for p in zip(home[at_school][child], a.site_district[site][child], strict=True)
    ]
    assert np.mean(far) < 1e-3  # what rounding leaves over


def test_aggregates_agree_with_a_count_of_residents_one_by_one(town):
    n_sector, n_district = town.staff.shape
    a = town.arrays
    assert (naive.staff(a, n_sector, n_district) == town.staff).all()
    assert (naive.staff(a, n_sector, n_district, flag=types.AWAY) == town.away_staff).all()
    assert (naive.staff_by_home(a, n_sector, n_district) == town.staff_by_home).all()
    assert (naive.ties(a, town.school_stage) == town.ties).all()


def test_hospital_staff_are_health_workers_of_the_health_sector(town):
    a, city = town.arrays, town.city
    flagged = np.flatnonzero(a.flags & types.HEALTH_WORKER)
    per_bed = load_parameters().value("residents.hospital_staff_per_bed")
    wanted = np.round(city.hospitals["beds"] * per_bed).groupby(city.hospitals["district"]).sum()
    q = city.sector_codes.index("Q")
    site = a.group_site[a.group[flagged]]
    assert (a.site_sector[site] == q).all()
    for d, code in enumerate(city.district_codes):
        most = min(int(wanted.get(code, 0)), int(town.staff[q, d]))
        assert (a.site_district[site] == d).sum() == most


def test_migrants_and_those_away_are_as_many_as_the_city_says(small_nanjing):
    r = small_nanjing
    flags = r.arrays.flags
    migrants = int((flags & types.MIGRANT > 0).sum())
    away = int((flags & types.AWAY > 0).sum())
    slack = 3 * 4 * len(r.city.district_codes)  # half a household for each kind and district
    assert abs(migrants - 3_214_000 * 0.02) <= slack
    assert abs(away - 0.45 * migrants) <= slack
    in_work = r.arrays.age[(flags & types.MIGRANT > 0)]
    others = r.arrays.age[(flags & types.MIGRANT == 0)]
    assert ((in_work >= 18) & (in_work < 60)).mean() > ((others >= 18) & (others < 60)).mean()


def test_those_who_share_a_dormitory_room_work_together(small_nanjing):
    r = small_nanjing
    a = r.arrays
    rooms = np.flatnonzero(
        (a.flags[a.household_start[:-1]] & types.COLLECTIVE > 0) & (np.diff(a.household_start) > 1)
    )
    same, several = 0, 0
    for h in rooms:
        group = a.group[a.household_start[h] : a.household_start[h + 1]]
        site = a.group_site[group[group >= 0]]
        site = site[a.site_kind[site] == types.ENTERPRISE]
        if site.size > 1:
            several += 1
            same += len(set(site)) == 1
    assert several > 1000
    assert same / several > 0.85
    # of those in families, hardly any
    family = np.flatnonzero(a.flags[a.household_start[:-1]] & types.COLLECTIVE == 0)[:20000]
    together = [
        len(set(a.group_site[g])) == 1
        for h in family
        for g in [a.group[a.household_start[h] : a.household_start[h + 1]]]
        if (g >= 0).sum() == g.size > 1
    ]
    assert np.mean(together) < 0.05


def test_families_are_families(small_nanjing):
    a = small_nanjing.arrays
    start = a.household_start
    family = np.flatnonzero(a.flags[start[:-1]] & types.COLLECTIVE == 0)
    ages = [np.sort(a.age[start[h] : start[h + 1]].astype(int)) for h in family]
    assert np.mean([x[-1] < 18 for x in ages]) < 0.002
    three = np.array([x for x in ages if len(x) == 3 and x[0] < 15])
    gap = three[:, 1] - three[:, 0]
    assert np.mean((gap >= 17) & (gap <= 42)) > 0.95
    assert np.mean(three[:, 2] - three[:, 1] <= 10) > 0.95
    assert not ((a.flags & types.COLLECTIVE > 0) & (a.age < 15)).any()


def test_a_scale_keeps_every_proportion(small_nanjing):
    r, city = small_nanjing, small_nanjing.city
    check_structure(r)
    check_margins(r)
    check_classes(r)
    assert len(r) == round(9_314_685 * 0.02)
    expected = largest_remainder(city.districts["population"].to_numpy(float), len(r))
    assert (np.diff(r.arrays.district_start) == expected).all()
    built = households_of(r)
    for kind, size, n in city.households[["kind", "size", "n_households"]].itertuples(index=False):
        assert abs(built[kind][size] - 0.02 * n) <= 12
    assert abs(r.staff.sum() - 0.02 * 4_850_600) <= 1
    full = city.employment.groupby("sector")["workers"].sum().reindex(city.sector_codes)
    assert np.abs(r.staff.sum(1) - 0.02 * full).max() <= 1


@settings(max_examples=25, deadline=None)
@given(
    city_seed=st.integers(0, 10**6), seed=st.integers(0, 2**40), scale=st.sampled_from([1.0, 0.5])
)
def test_any_city_holds_together(city_seed, seed, scale):
    city = random_city(city_seed)
    r = build_residents(city, seed=seed, scale=scale, workers=1)
    check_structure(r)
    check_margins(r)
    check_classes(r)
    if scale == 1.0:
        assert (np.diff(r.arrays.district_start) == city.districts["population"]).all()
        built = households_of(r)
        for kind, size, n in city.households[["kind", "size", "n_households"]].itertuples(
            index=False
        ):
            # a household may change its size so that residents add up in a small district
            assert abs(built[kind][size] - n) <= 5 * len(city.district_codes)


def test_any_number_of_threads_gives_the_same_residents():
    city = load_city("town")
    digests = {build_residents(city, seed=5, workers=k).digest() for k in (1, 2, 4)}
    assert len(digests) == 1
    assert build_residents(city, seed=6).digest() not in digests


def test_interpreted_and_compiled_kernels_build_the_same_residents():
    code = (
        "from factories.random_city import random_city\n"
        "from twofronts.city.residents import build_residents\n"
        "for s in (1, 4): print(build_residents(random_city(s, people=700), seed=s).digest())"
    )
    env = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    compiled = [build_residents(random_city(s, people=700), seed=s).digest() for s in (1, 4)]
    assert done.stdout.split() == compiled


def test_the_arrays_cannot_be_written(town):
    with pytest.raises(ValueError, match="read-only"):
        town.arrays.age[0] = 7


def test_describe_adds_up(town):
    table = town.describe()
    assert list(table.index) == [*town.city.districts["name_en"], "City"]
    pd.testing.assert_series_equal(table.iloc[:-1].sum(), table.loc["City"], check_names=False)
    assert table.loc["City", "residents"] == len(town)
    assert table.loc["City", "jobs"] == table.loc["City", "workers"] == town.staff.sum()
    a = town.arrays
    assert table.loc["City", "pupils"] == (a.group >= 0).sum() - town.staff.sum()
    assert (table["workers"].iloc[:-1].to_numpy() == town.staff_by_home.sum(1)).all()


@pytest.mark.parametrize("scale", [0, -0.1, 11, float("nan"), float("inf")])
def test_a_scale_out_of_range_is_refused(scale):
    with pytest.raises(ScenarioError, match="scale"):
        build_residents(load_city("town"), scale=scale)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(ScenarioError, match="seed"):
        build_residents(load_city("town"), seed=seed)


def test_a_scale_that_leaves_nobody_is_refused():
    with pytest.raises(CityError, match="leaves nobody"):
        build_residents(load_city("town"), scale=1e-6)


def test_more_jobs_than_people_are_refused():
    city = random_city(2, people=800)
    sectors = city.sectors.assign(workers=city.sectors["workers"] * 3)
    many = city.model_copy(update={"employment": None, "enterprises": None, "sectors": sectors})
    with pytest.raises(CityError, match="jobs for"):
        build_residents(many)


def test_a_city_without_commuting_table_says_which_law_stands_in(small_nanjing):
    assert any("gravity law" in note for note in small_nanjing.notes)
    assert not any("gravity law" in note for note in build_residents(load_city("town")).notes)


def test_those_who_alone_could_mind_a_child_are_counted_household_by_household(town):
    a = town.arrays
    expected = np.zeros(town.staff.shape)
    works = (a.group >= 0) & (a.site_kind[a.group_site[a.group]] == types.ENTERPRISE)
    for first, last in zip(a.household_start[:-1], a.household_start[1:], strict=True):
        if a.flags[first] & types.COLLECTIVE:
            continue
        members = range(first, last)
        workers = [i for i in members if works[i]]
        children = any(3 <= a.age[i] <= 11 for i in members)
        if children and not any(a.age[i] >= 18 and a.group[i] < 0 for i in members):
            for i in workers:
                site = a.group_site[a.group[i]]
                expected[a.site_sector[site], a.site_district[site]] += 1 / len(workers)
    there = town.staff > 0
    np.testing.assert_allclose(town.minders[there], expected[there] / town.staff[there])
    assert 0 < (town.minders * town.staff).sum() < 0.2 * town.staff.sum()
