"""Orders for single places burden those who live or work there, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from factories.front_one import played, rulebook, scenario, small_town
from twofronts.kernels.types_labour import RETURN_PACE, RISK_SHARE
from twofronts.measures import load_catalogue


@pytest.fixture(scope="module")
def place():
    return small_town()


def burden(place, measure, **book):
    """Person-days of one measure on the first day of a city without infections."""
    ready = scenario(place, rulebook(**book), days=2, draws=1, initial=[])
    return float(played(ready)["burden"][0, 0, load_catalogue().index[measure]])


def compounds(arrays):
    return np.diff(arrays.compound_start)


def test_a_sealed_compound_is_a_burden_to_its_residents_alone(place):
    everywhere = burden(place, "community", measures={"community": "sealed"})
    people = place[1].arrays
    order = {"compound": 0, "measure": "community", "level": "sealed", "days": 20}
    one = burden(place, "community", overrides=[order])
    share = compounds(people)[0] / len(people.age)
    assert one == pytest.approx(everywhere * share, rel=1e-5)


def test_an_open_compound_in_a_sealed_city_is_spared(place):
    everywhere = burden(place, "community", measures={"community": "sealed"})
    order = {"compound": 0, "measure": "community", "level": "open", "days": 20}
    spared = burden(place, "community", measures={"community": "sealed"}, overrides=[order])
    share = compounds(place[1].arrays)[0] / len(place[1].arrays.age)
    assert spared == pytest.approx(everywhere * (1 - share), rel=1e-5)


def test_an_order_for_one_enterprise_is_a_burden_to_its_staff_alone(place):
    people = place[1]
    name, site = next(iter(people.enterprise_sites.items()))
    r = people.arrays
    staff = r.group_start[r.site_start[site + 1]] - r.group_start[r.site_start[site]]
    level = {"attendance_industry": "skeleton"}
    everywhere = burden(place, "attendance_industry", measures=level)
    assert everywhere > 0
    order = {"enterprise": name, "measure": "attendance_industry", "level": "skeleton", "days": 20}
    one = burden(place, "attendance_industry", overrides=[order])
    assert one == pytest.approx(everywhere * staff / people.staff.sum(), rel=1e-4)


def returning(place, held, **measures):
    """A town without infections or travellers, every measure at its middle, whose workers return."""
    book = rulebook(measures={"arrivals_quarantine": held, "quarantine": "home"} | measures)
    ready = scenario(place, book, days=30, draws=1, initial=[], travellers=(0, 0))
    world = ready.city.world._replace(middle=np.ones(1, dtype=np.uint8))
    ready = replace(ready, city=ready.city._replace(world=world))
    return ready, {name: value[0] for name, value in played(ready).items()}


def test_returning_workers_held_on_arrival_are_counted_and_bear_it(place):
    ready, out = returning(place, "home")
    away, rate = ready.city.world.away[0], ready.city.labour.rates[0]
    left = np.exp(-rate[RETURN_PACE] * np.arange(31))
    through = away * -np.diff(left)
    kept = through * 0.7 * rate[RISK_SHARE]
    held = np.array([kept[max(0, day - 13) : day + 1].sum() for day in range(30)])
    assert held.max() > 3
    np.testing.assert_allclose(out["held_workers"], np.floor(held))
    np.testing.assert_array_equal(out["quarantined"], out["held_workers"])
    np.testing.assert_array_equal(out["quarantined_uninfected"], out["held_workers"])
    catalogue = load_catalogue()
    bear = out["burden"][:, catalogue.index["quarantine"]]
    np.testing.assert_allclose(bear, 0.7 * np.floor(held), rtol=1e-5)
    stopped = out["burden"][:, catalogue.index["arrivals_quarantine"]]
    np.testing.assert_allclose(stopped, 0.1 * through, rtol=1e-5)


def test_fewer_returning_workers_are_held_under_a_looser_rule_and_none_without(place):
    held = {
        level: returning(place, level)[1]["held_workers"].sum()
        for level in ("none", "register", "home", "central")
    }
    assert held["none"] == 0
    assert held["register"] < held["home"] < held["central"]
