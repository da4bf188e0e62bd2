"""Splitting a country: both regions balance, add up to the country, and trade what is left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.economy import table
from twofronts.city import load_city
from twofronts.economy.city_table import default_table, regional_table, reorder
from twofronts.economy.regions import city_shares, flegg, one_region, two_regions
from twofronts.errors import CityError, TableError
from twofronts.parameters import load_parameters


@given(seed=st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_both_regions_balance_and_add_up_to_the_country(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    t = table(n, seed=seed)
    shares = rng.uniform(0.001, 0.5, n)
    local = rng.uniform(size=n) < 0.3
    r = two_regions(t, shares, delta=rng.uniform(0, 0.5), local=local)
    assert r.residual() < 1e-12
    exact = t.balanced()
    np.testing.assert_allclose(r.output.reshape(2, n).sum(axis=0) * 365, exact.output)
    flows = r.source * r.use[None]
    domestic = flows[:2].sum(axis=0).reshape(2, n, n).sum(axis=0).T * 365
    np.testing.assert_allclose(domestic, exact.domestic, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(r.household.sum(axis=(0, 1)) * 365, exact.households, rtol=1e-9)
    assert (r.source >= -1e-15).all()
    np.testing.assert_allclose(r.source.sum(axis=0), 1.0, rtol=1e-12)
    assert (r.household >= 0).all()
    assert (r.other >= 0).all()


def test_one_region_balances():
    r = one_region(table(6, seed=2))
    assert r.residual() < 1e-12
    assert r.n_region == 1


def test_flegg_by_hand():
    # two sectors, the city twice as strong in the first: quotients 4/3 and 2/3
    q = flegg(np.array([0.04, 0.02]), delta=0.25)
    small = np.log2(1.03) ** 0.25
    np.testing.assert_allclose(q[0, 1], min(1.0, small * 2.0))
    np.testing.assert_allclose(q[1, 0], small * 0.5)
    np.testing.assert_allclose(np.diag(q), np.minimum(1.0, small * np.array([4 / 3, 2 / 3])))


def test_a_larger_exponent_buys_less_at_home():
    shares = np.array([0.02, 0.03, 0.01])
    assert (flegg(shares, delta=0.35) <= flegg(shares, delta=0.15)).all()


def test_nanjing_makes_its_published_product():
    parameters, city = load_parameters(), load_city("nanjing")
    r = regional_table(city, parameters)
    assert r.residual() < 1e-12
    n = len(r.sectors)
    assert list(r.sectors) == city.sector_codes
    product = r.value_added[:n].sum() * 365 / 100
    assert product == pytest.approx(float(city.scalar("gdp")), rel=1e-4)
    whole = r.value_added.sum() * 365 / 100
    assert whole == pytest.approx(parameters.value("table.nation_product"), rel=1e-9)


def test_the_town_without_tables_of_its_own_uses_the_countrys():
    city = load_city("town")
    r = regional_table(city, load_parameters())
    assert r.residual() < 1e-9
    assert any("no gdp" in note for note in r.notes) or "gdp" in city.scalars


def test_shares_follow_workers_and_make_up_the_level():
    workers, nation = np.array([10.0, 30.0]), np.array([1000.0, 1000.0])
    added = np.array([500.0, 500.0])
    shares = city_shares(workers, nation, added, gdp_share=0.05)
    assert shares[1] / shares[0] == pytest.approx(3)
    assert (shares * added).sum() / added.sum() == pytest.approx(0.05)


def test_a_share_of_nothing_or_of_all_is_refused():
    t = table(3)
    with pytest.raises(TableError, match="the city's share of sector S1 is 0"):
        two_regions(t, np.array([0.1, 0.0, 0.1]))
    with pytest.raises(TableError, match="share of sector S2 is 1"):
        two_regions(t, np.array([0.1, 0.1, 1.0]))


def test_a_city_larger_than_its_country_is_refused():
    parameters = load_parameters().with_values({"table.nation_product": 14000.0})
    with pytest.raises(CityError, match="of the country's"):
        regional_table(load_city("nanjing"), parameters)


def test_sectors_in_another_order_are_the_same_table():
    t = default_table()
    again = reorder(reorder(t, list(t.sectors[::-1])), list(t.sectors))
    np.testing.assert_array_equal(again.domestic, t.domestic)
    np.testing.assert_array_equal(again.workers, t.workers)
