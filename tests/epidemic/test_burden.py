"""Orders for single places burden those who live or work there, and nobody else."""

from __future__ import annotations

import numpy as np
import pytest

from factories.front_one import played, rulebook, scenario, small_town
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
