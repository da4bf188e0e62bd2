"""Workplaces and schools: the tables' numbers, split without loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.random_city import random_city
from twofronts.city import build_residents, load_city
from twofronts.city import residents_schools as schooling
from twofronts.city import residents_work as work
from twofronts.errors import CityError
from twofronts.kernels.residents_attach import N_GRADE
from twofronts.parameters import load_parameters

some = settings(max_examples=40, deadline=None)


@some
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.integers(1, 60))
def test_even_parts_are_as_few_and_as_equal_as_can_be(totals, largest):
    sizes, n = work.split_evenly(np.array(totals), np.full(len(totals), largest))
    parts = np.split(sizes, np.cumsum(n)[:-1])
    for total, own in zip(totals, parts, strict=True):
        assert own.sum() == total
        assert own.size == -(-total // largest)
        if total:
            assert own.max() <= largest
            assert np.ptp(own) <= 1


@some
@given(st.integers(0, 10**6), st.sampled_from([1.0, 0.5]))
def test_sites_hold_exactly_the_staff_of_their_cell(seed, scale):
    city = random_city(seed)
    staff, _ = work.staff_table(city, scale)
    sites = work.build_sites(city, staff, load_parameters(), seed=seed, scale=scale)
    assert (np.bincount(sites.cell, sites.staff, staff.size) == staff.reshape(-1)).all()
    assert (sites.staff > 0).all()
    assert (np.diff(sites.cell) >= 0).all()


def test_registered_enterprises_keep_their_staff():
    city = load_city("town")
    staff, notes = work.staff_table(city, 1.0)
    assert notes == ()
    sites = work.build_sites(city, staff, load_parameters(), seed=0, scale=1.0)
    f = city.sector_codes.index("F") * len(city.district_codes)
    register = city.enterprises[city.enterprises["sector"] == "F"]
    for d, code in enumerate(city.district_codes):
        own = register.loc[register["district"] == code, "staff"]
        if own.sum() <= staff.reshape(-1)[f + d]:
            here = sites.staff[sites.cell == f + d]
            assert list(here[: own.size]) == list(own)


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_the_site_of_each_registered_enterprise_is_known(scale):
    town = load_city("town")
    people = build_residents(town, scale=scale)
    sites, a = people.enterprise_sites, people.arrays
    register = town.enterprises.set_index("id").loc[list(sites)]
    assert len(sites) == pytest.approx(len(town.enterprises) * scale, rel=0.01)
    assert len(set(sites.values())) == len(sites)
    at = np.array(list(sites.values()))
    assert np.array(town.sector_codes)[a.site_sector[at]].tolist() == list(register["sector"])
    assert np.array(town.district_codes)[a.site_district[at]].tolist() == list(register["district"])
    first = a.group_start[a.site_start[:-1]]
    staff = (a.group_start[a.site_start[1:]] - first)[at]
    if scale == 1:
        # in health care the city's hospitals come first, and leave less room
        same = staff == register["staff"].to_numpy()
        assert same[register["sector"] != "Q"].all()


def test_a_city_without_a_register_has_no_registered_sites():
    town = load_city("town").model_copy(update={"enterprises": None})
    assert build_residents(town, scale=0.1).enterprise_sites == {}


def test_drawn_sites_are_as_many_as_the_mean_size_gives_and_skewed():
    city = load_city("nanjing")
    staff, _ = work.staff_table(city, 1.0)
    sites = work.build_sites(city, staff, load_parameters(), seed=0, scale=1.0)
    retail = city.sector_codes.index("F")
    here = sites.cell // len(city.district_codes) == retail
    mean = city.sectors["mean_size"][retail]
    assert here.sum() == pytest.approx(staff[retail].sum() / mean, rel=1e-3)
    assert np.median(sites.staff[here]) < 0.8 * mean
    assert sites.hospital.sum() == len(city.hospitals)


def test_employment_without_a_table_follows_the_residents():
    city = random_city(2, districts=3, people=4000)
    bare = city.model_copy(update={"employment": None, "enterprises": None})
    staff, notes = work.staff_table(bare, 1.0)
    assert (staff.sum(1) == city.sectors["workers"]).all()
    share = city.districts["population"] / city.districts["population"].sum()
    np.testing.assert_allclose(staff.sum(0), share * staff.sum(), atol=2)
    assert any("assumed" in n for n in notes)


def test_commuting_fills_every_job_from_the_districts_the_table_names():
    city = load_city("town")
    staff, _ = work.staff_table(city, 1.0)
    zero = np.zeros_like(staff)
    people = city.districts["population"].to_numpy()
    commute, notes = work.commuting(
        city, staff, np.array([people, people // 2]), zero, load_parameters()
    )
    flow = commute.flow.reshape(4, *staff.shape)
    assert (flow.sum(0) == staff).all()
    assert (flow.sum((1, 2)) <= people).all()
    assert notes == ()
    # the table's ratios between districts survive the fit to jobs and residents
    table = city.commuting.pivot(index="home", columns="work", values="share")
    table = table.reindex(index=city.district_codes, columns=city.district_codes).to_numpy()
    for a, b in ((0, 1), (0, 2), (1, 2)):
        odds = [x[a, a] * x[b, b] / (x[a, b] * x[b, a]) for x in (commute.share, table)]
        assert odds[0] == pytest.approx(odds[1], rel=0.05)
    np.testing.assert_allclose(commute.share.sum(1), 1.0)


def test_the_gravity_law_prefers_near_districts():
    city = load_city("nanjing")
    staff, _ = work.staff_table(city, 1.0)
    people = city.districts["population"].to_numpy()
    commute, notes = work.commuting(
        city, staff, np.array([people, people // 2]), np.zeros_like(staff), load_parameters()
    )
    assert len(notes) == 1
    codes = city.district_codes
    gulou, xuanwu, gaochun = (codes.index(c) for c in ("320106", "320102", "320118"))
    assert commute.share[gulou, xuanwu] > 20 * commute.share[gulou, gaochun]


def test_more_jobs_than_residents_who_could_work_are_refused():
    city = load_city("town")
    staff, _ = work.staff_table(city, 1.0)
    few = np.full((2, 4), 100)
    with pytest.raises(CityError, match="jobs for 400 who could work"):
        work.commuting(city, staff, few, np.zeros_like(staff), load_parameters())


@some
@given(st.integers(0, 10**6))
def test_enrolment_fills_places_and_takes_nobody_twice(seed):
    rng = np.random.default_rng(seed)
    city = random_city(seed)
    n = len(city.district_codes)
    dwellers = rng.integers(0, 60, (n, 3, 86))
    table = schooling.school_table(city, 1.0)
    order = schooling.nearest_first(city, work.distances(city))
    assert (order[:, 0] == np.arange(n)).all()
    enrolment, notes = schooling.enrol(table, dwellers, order)
    assert (enrolment.family <= dwellers[:, 0, 3:25]).all()
    assert (enrolment.flow.sum(2) == enrolment.family + enrolment.campus).all()
    sent = np.array(
        [enrolment.flow[:, s == schooling.STAGE_OF_GRADE].sum((0, 1)) for s in range(4)]
    )
    assert (sent <= table.pupils).all()
    short = [s for s in range(4) if sent[s].sum() < table.pupils[s].sum()]
    assert [n.split(":")[0] for n in notes] == [schooling.STAGES[s] for s in short]
    for s in short:  # only for want of residents
        grades = s == schooling.STAGE_OF_GRADE
        people = dwellers[:, 0, 3:25][:, grades].sum()
        if s == 3:
            people += dwellers[:, 2].sum()
        assert sent[s].sum() == people


@some
@given(st.integers(0, 10**6))
def test_schools_hold_exactly_their_pupils_in_classes_of_the_right_size(seed):
    rng = np.random.default_rng(seed)
    city = random_city(seed)
    table = schooling.school_table(city, 1.0)
    order = schooling.nearest_first(city, work.distances(city))
    dwellers = rng.integers(0, 80, (order.shape[0], 3, 86))
    enrolment, _ = schooling.enrol(table, dwellers, order)
    schools = schooling.build_schools(table, enrolment)
    assert schools.class_size.sum() == enrolment.flow.sum()
    assert schools.class_size.min(initial=1) > 0
    assert schools.n_classes.sum() == schools.class_size.size
    assert schools.slot.shape == (schools.district.size, N_GRADE)
    for school in range(schools.district.size):
        begin = schools.n_classes[:school].sum()
        own = schools.class_size[begin : begin + schools.n_classes[school]]
        assert (
            own.max(initial=0) <= table.class_size[schools.stage[school], schools.district[school]]
        )
