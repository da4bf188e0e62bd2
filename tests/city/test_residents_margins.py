"""Rounding keeps every sum it promises, and stays near what was asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.random_city import random_city
from naive import residents as naive
from twofronts.city import residents_margins as margins

some = settings(max_examples=40, deadline=None)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any)


@some
@given(weights, st.integers(0, 10**7))
def test_largest_remainder_agrees_with_its_plain_twin(w, total):
    out = margins.largest_remainder(np.array(w, float), total)
    assert out.sum() == total
    assert (np.abs(out - np.array(w) / sum(w) * total) < 1 + 1e-6).all()
    if total:
        assert list(out) == naive.largest_remainder(w, total)


def test_largest_remainder_of_nothing_is_nothing():
    assert list(margins.largest_remainder(np.zeros(3), 5)) == [0, 0, 0]
    assert list(margins.largest_remainder(np.ones(3), 0)) == [0, 0, 0]


@some
@given(weights, st.integers(0, 10**5), st.integers(0, 10**6))
def test_fill_never_passes_a_cap_and_gives_all_it_can(w, total, salt):
    caps = np.random.default_rng(salt).integers(0, 5000, len(w))
    out = margins.fill(total, np.array(w, float), caps)
    assert (out <= caps).all()
    assert (out >= 0).all()
    assert out.sum() == min(total, caps.sum())


@some
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 12))
def test_round_matrix_keeps_both_margins(seed, rows, columns):
    rng = np.random.default_rng(seed)
    exact = rng.gamma(0.5, 20, (rows, columns))
    row_sums = margins.largest_remainder(exact.sum(1), round(exact.sum()))
    column_sums = margins.largest_remainder(exact.sum(0), round(exact.sum()))
    out = margins.round_matrix(exact, row_sums, column_sums)
    assert (out >= 0).all()
    assert (out.sum(1) == row_sums).all()
    assert (out.sum(0) == column_sums).all()
    assert np.abs(out - exact).max() < 4


def test_fit_margins_meets_both_margins():
    rng = np.random.default_rng(5)
    seed, rows, columns = rng.gamma(1, 1, (4, 3)), np.array([1.0, 2, 3, 4]), np.array([5.0, 4, 1])
    out = margins.fit_margins(seed, rows, columns)
    np.testing.assert_allclose(out.sum(1), rows, rtol=1e-7)
    np.testing.assert_allclose(out.sum(0), columns, rtol=1e-12)
    # the ratios between cells are those of the seed
    odds = out[0, 0] * out[1, 1] / (out[0, 1] * out[1, 0])
    assert odds == pytest.approx(seed[0, 0] * seed[1, 1] / (seed[0, 1] * seed[1, 0]))


@some
@given(st.integers(0, 10**6), st.sampled_from([1.0, 0.37, 0.1]))
def test_households_hold_exactly_the_residents_of_each_district(seed, scale):
    city = random_city(seed)
    n = margins.district_populations(city, scale)
    assert n.sum() == round(city.districts["population"].sum() * scale)
    share = np.random.default_rng(seed).dirichlet(np.ones(n.size))
    counts, _ = margins.household_counts(city, n, share)
    assert (counts.persons() == n).all()
    assert (counts.family >= 0).all()
    assert (counts.collective >= 0).all()


def test_households_of_the_whole_city_are_those_of_the_table():
    city = random_city(11, districts=3, people=5000)
    n = margins.district_populations(city, 1.0)
    counts, notes = margins.household_counts(city, n, np.ones(3))
    for kind, sizes, built in (
        ("family", counts.family_size, counts.family),
        ("collective", counts.collective_size, counts.collective),
    ):
        table = city.households[city.households["kind"] == kind]
        tabled = table.set_index("size")["n_households"].reindex(sizes, fill_value=0)
        assert (built.sum(0) == tabled).all()
    assert notes == ()


def test_households_tabled_by_district_stay_in_their_district():
    city = random_city(11, districts=2, people=3000)
    rows = [("d0", "family", 2, 500), ("d0", "collective", 4, 50), ("d1", "family", 3, 600)]
    table = pd.DataFrame(rows, columns=["district", "kind", "size", "n_households"])
    city = city.model_copy(update={"households": table})
    counts, _ = margins.household_counts(city, np.array([1200, 1800]), np.ones(2))
    assert counts.family_size.tolist() == [1, 2, 3]
    assert counts.family.tolist() == [[0, 500, 0], [0, 0, 600]]
    assert counts.collective.tolist() == [[50], [0]]


def test_households_that_do_not_add_up_are_changed_and_noted():
    city = random_city(11, districts=1, people=2000)
    rows = [("d0", "family", 2, 300), ("d0", "family", 3, 300)]
    table = pd.DataFrame(rows, columns=["district", "kind", "size", "n_households"])
    city = city.model_copy(update={"households": table})
    counts, notes = margins.household_counts(city, np.array([2000]), np.ones(1))
    assert counts.persons().tolist() == [2000]
    assert notes == ()  # scaled in proportion: 1500 to 2000, a third more of each size
    assert counts.family.tolist() == [[0, 400, 400]]


def test_ages_follow_the_table_of_the_district_where_there_is_one():
    city = random_city(3, districts=2, people=4000)
    young = pd.DataFrame({"district": "d0", "age": [1, 2], "share": [0.5, 0.5]})
    all_ = pd.DataFrame({"district": "", "age": [40, 85], "share": [0.25, 0.75]})
    city = city.model_copy(update={"ages": pd.concat([young, all_])})
    counts = margins.age_counts(city, np.array([1000, 400]))
    assert counts[0, 1] == counts[0, 2] == 500
    assert counts[1, 40] == 100
    assert counts[1, 85] == 300
    assert counts.sum() == 1400
