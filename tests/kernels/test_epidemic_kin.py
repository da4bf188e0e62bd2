"""Who is whose kin: circles of families, floors of dormitories, nobody twice and nobody alone."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest

from twofronts.city import build_residents, load_city
from twofronts.epidemic.world import kin_circles
from twofronts.kernels import epidemic_kin as kin
from twofronts.kernels.epidemic_course import LONGEST_BACK, lies_back
from twofronts.kernels.types import COLLECTIVE, NOBODY
from twofronts.parameters import load_parameters

Place = namedtuple("Place", "residents world")
World = namedtuple("World", "kin_circle")


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


@pytest.fixture(scope="module")
def town():
    residents = build_residents(load_city("town"), scale=0.2).arrays
    return Place(residents, World(kin_circles(load_parameters())))


def kin_of(town, household):
    r = town.residents
    district = int(r.compound_district[r.household_compound[household]])
    floor = bool(r.flags[r.household_start[household]] & COLLECTIVE)
    n = int(town.world.kin_circle.sum()) - 2
    others = [kin.kin_household(town, household, district, floor, j) for j in range(n)]
    return [int(other) for other in others if other != NOBODY]


def test_kin_are_mutual_and_of_other_households(town):
    r = town.residents
    everybody = {h: kin_of(town, h) for h in range(len(r.household_start) - 1)}
    for household, others in everybody.items():
        assert household not in others
        for other in others:
            assert household in everybody[other]


def test_families_have_kin_in_their_district_and_in_the_city_and_rooms_on_their_floor(town):
    r = town.residents
    compound = r.household_compound
    district = r.compound_district[compound]
    room = (r.flags[r.household_start[:-1]] & COLLECTIVE) > 0
    assert 0 < room.sum() < len(room)
    near = far = 0
    for household in range(len(room)):
        others = kin_of(town, household)
        assert all(room[other] == room[household] for other in others)
        if room[household]:
            assert all(compound[other] == compound[household] for other in others)
        else:
            assert len(others) >= 1 or room.mean() > 0.05
            near += sum(district[other] == district[household] for other in others)
            far += sum(district[other] != district[household] for other in others)
    families = int((~room).sum())
    assert near / families > 1.5
    assert far > 0


def test_the_kin_of_one_family_do_not_live_next_door(town):
    r = town.residents
    room = (r.flags[r.household_start[:-1]] & COLLECTIVE) > 0
    apart = [abs(h - o) for h in np.flatnonzero(~room)[:500].tolist() for o in kin_of(town, h)]
    assert min(apart) > 20


def test_infections_lie_back_as_the_outbreak_elsewhere_grows():
    u = (np.arange(80_000) + 0.5) / 80_000
    back = plain(lies_back)
    flat = np.bincount([back(1.0, x) for x in u], minlength=LONGEST_BACK + 1)
    assert flat[1:] == pytest.approx(np.full(LONGEST_BACK, 10_000), abs=1)
    q = 0.5 ** (1 / 5)
    grows = np.bincount([back(q, x) for x in u], minlength=LONGEST_BACK + 1)
    assert len(grows) == LONGEST_BACK + 1
    assert grows[2:] / grows[1:-1] == pytest.approx(np.full(LONGEST_BACK - 1, q), abs=1e-3)


def test_circles_of_one_leave_nobody_with_kin(town):
    alone = Place(town.residents, World(np.array([1, 1])))
    assert plain(kin.n_kin)(alone) == 0
    parameters = load_parameters().with_values({"kin.circle_district": 2.0, "kin.circle_city": 1.0})
    assert kin_circles(parameters).tolist() == [2, 1]
