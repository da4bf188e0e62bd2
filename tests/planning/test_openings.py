"""The problem of DAEDALUS on a small case whose best openings are known by trying all."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from validation._small_openings import opening_tables, write_openings

from twofronts.errors import CityError
from twofronts.planning.openings import Openings, search_openings
from twofronts.planning.openings_files import load_openings


@pytest.fixture
def case(tmp_path):
    return load_openings(write_openings(tmp_path, opening_tables()))


def best_by_trying(case, levels=3):
    model, shape = Openings(case), (len(case.periods), case.workers.size)
    every = np.array(list(itertools.product(range(levels), repeat=shape[0] * shape[1])))
    openings = case.least + (case.most - case.least) * every.reshape(-1, *shape) / (levels - 1)
    o = model.run(openings)
    kept = (o.peak <= case.beds) & (o.reproduction <= case.end_reproduction) & (o.unmet == 0)
    return float(o.value[kept].max()), o, kept


@pytest.mark.slow
def test_the_search_finds_the_best_of_all_openings(case):
    best, o, kept = best_by_trying(case)
    # the constraints bind: neither all nor nothing
    assert 0 < kept.sum() < kept.size
    assert best < o.value.max()
    found = search_openings(case, levels=3, budget=250, seed=1)
    assert found.feasible
    assert found.value == pytest.approx(best, rel=1e-12)
    assert found.evaluated < kept.size


def test_more_beds_never_worsen_the_best_openings(case):
    case = dataclasses.replace(case, end_reproduction=9.0)
    few = [best_by_trying(dataclasses.replace(case, beds=b), levels=2)[0] for b in (1e3, 2e3, 9e4)]
    assert few == sorted(few)
    assert few[0] < few[-1]


def test_people_are_conserved_and_all_open_before_the_outbreak_gives_r0(case):
    model = Openings(case)
    state = np.random.default_rng(0).random((6, 2, model.people.size))
    old, new = model.present(np.full((2, 3), 0.5)), model.present(np.full((2, 3), 0.9))
    assert old.sum(axis=1) == pytest.approx(sum(case.population))
    moved = model._move(state * old, old, new)
    assert moved.sum(axis=2) == pytest.approx((state * old).sum(axis=2))
    full = model.people[None]
    contacts = model.contacts(np.ones((1, 3)), home=0.0)
    r = model.transmission * model._reproduction(contacts, full, full)
    assert r[0] == pytest.approx(case.basic_reproduction)


def test_openings_add_contacts_and_patients(case):
    model = Openings(case)
    low, high = np.full((1, 2, 3), 0.5), np.full((1, 2, 3), 0.9)
    a, b = model.run(low), model.run(high)
    assert a.peak < b.peak
    full = model.people[None]
    r = [model._reproduction(model.contacts(x[:, 0]), full, full)[0] for x in (low, high)]
    assert r[0] < r[1]
    assert a.value == pytest.approx(0.5 * case.months * 2 * case.value_added.sum())


def test_one_seed_one_plan(case):
    a, b = (search_openings(case, levels=3, budget=60, seed=4) for _ in range(2))
    assert np.array_equal(a.openings, b.openings)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t[0].loc.__setitem__((0, "home_share"), 1.4), "home_share of S1"),
        (lambda t: t[0].loc.__setitem__((1, "workers"), -1.0), "workers of S2"),
        (lambda t: t[0].loc.__setitem__((2, "sector"), "S1"), "occurs twice"),
        (lambda t: t[0].drop(columns="owed", inplace=True), "columns are missing: owed"),
        (lambda t: t[1].drop(index="S3", inplace=True), "the sectors differ"),
        (lambda t: t[2].drop(index=3, inplace=True), "community.csv is 3 x 4"),
        (lambda t: t[3].pop("beds"), "beds is None"),
        (lambda t: t[3].update(population=[1.0]), "population is"),
        (lambda t: t[3].update(periods=[]), "periods are not given"),
        (lambda t: t[3].update(months=-2.0), "never below 0"),
    ],
)
def test_a_bad_case_is_refused_with_the_place(tmp_path, change, said):
    tables = opening_tables()
    change(tables)
    with pytest.raises(CityError, match=said):
        load_openings(write_openings(tmp_path, tables))


def test_missing_files_are_all_named(tmp_path):
    with pytest.raises(CityError) as caught:
        load_openings(tmp_path)
    for name in ("sectors.csv", "net_output.csv", "community.csv", "case.toml"):
        assert name in str(caught.value)
