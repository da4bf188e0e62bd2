"""An inquiry into a made-up outbreak finds what was put into it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from twofronts.epidemic.inquiry import inquire
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.types import AWAY, COLLECTIVE, COMMUNITY, HOME, KIN, WORK

CONFIRMED, FOUND, IMPORTED = t.CONFIRMED, t.FOUND, t.IMPORTED


@pytest.fixture
def residents():
    # households: 0-3 (3 is away), 4-5, 6-9 (a dormitory)
    flags = np.zeros(12, dtype=np.uint8)
    flags[3] = AWAY
    flags[6:10] = COLLECTIVE
    return SimpleNamespace(
        age=np.full(12, 40),
        flags=flags,
        household=np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3]),
        household_start=np.array([0, 4, 6, 10, 12]),
    )


def record(person, source=t.NEVER, **more):
    row = np.zeros(1, dtype=t.PERSON)[0]
    row["person"], row["source"] = person, source
    row["stage"] = t.IMMUNE
    row["confirmed"], row["isolated"], row["site"] = t.NEVER, t.NEVER, -1
    for name, value in more.items():
        row[name] = value
    if row["confirmed"] != t.NEVER:
        row["marks"] |= CONFIRMED
    return row


@pytest.fixture
def outbreak():
    """0 came infected; infects 1 at home, 4 outside, 6 at work; 6 infects 10, never confirmed."""
    case = {"confirmed": 12, "isolated": 9}
    return np.array(
        [
            record(0, t.FROM_ARRIVAL, onset=5, marks=IMPORTED, confirmed=10, isolated=9, site=7),
            record(1, 0, setting=HOME, onset=9, marks=FOUND, **case),
            record(4, 0, setting=COMMUNITY, onset=11, marks=FOUND, **case),
            record(6, 0, setting=WORK, onset=13, traits=t.ASYMPTOMATIC, site=7, **case),
            record(10, 6, setting=COMMUNITY, onset=15),
            record(2, stage=t.SUSCEPTIBLE, marks=FOUND),
            record(5, stage=t.SUSCEPTIBLE),
        ],
        dtype=t.PERSON,
    )


def test_counts_of_a_small_outbreak(residents, outbreak):
    found = inquire([outbreak], residents, until=20)
    count = {name: found.of(name)[0] for name in ("imported", "local", "pairs", "in_clusters")}
    assert count == {"imported": 1, "local": 3, "pairs": 3, "in_clusters": 4}
    # at home 1 of those with 0 (2 is there, 3 is away), 0 of those with 4; the dormitory is none
    assert found.of("household_infected")[0] == 1
    assert found.of("household_contacts")[0] == 2 + 1
    assert found.household_attack == pytest.approx(1 / 3)
    # contacts: 1, 4 and 6 infected, 2 healthy; nobody asked 5
    assert found.ratio("contacts_infected", "contacts") == pytest.approx(3 / 4)
    # 6 sought care before anybody named it: no contact, and so no infected one
    assert found.contact_attack == pytest.approx(2 / 3)
    assert found.contacts_per_case == pytest.approx(4 / 4)
    assert found.reproduction == pytest.approx(3 / 4)
    # 6 never fell ill
    assert found.serial_interval == pytest.approx((4 + 6) / 2)
    assert found.serial_spread == pytest.approx(1)
    assert found.of("clusters")[0] == 3
    assert found.household_clusters == pytest.approx(1 / 3)
    assert found.of("chains")[0] == 1
    assert found.of("household_chains")[0] == 0
    # isolated 4 days after onset, on the day, and two days before it, which counts as none
    assert found.ratio("isolation_days", "isolated") == pytest.approx(4 / 3)
    assert found.ratio("isolation_days_traced", "isolated_traced") == 0


def test_kin_are_family_and_strangers_whom_nobody_named_are_no_cluster(residents, outbreak):
    kin = outbreak.copy()
    kin["setting"][2] = KIN
    found = inquire([kin], residents, until=20)
    # the household of 0 with its kin, and the site
    assert (found.of("clusters")[0], found.of("household_clusters")[0]) == (2, 1)
    assert found.of("household_chains")[0] == 1
    assert found.household_attack == pytest.approx(1 / 3)
    outbreak["marks"][2] &= 255 - FOUND
    found = inquire([outbreak], residents, until=20)
    assert (found.of("clusters")[0], found.of("household_clusters")[0]) == (2, 1)
    assert found.of("pairs")[0] == 3


def test_intervals_are_counted_by_the_day_the_infector_fell_ill(residents, outbreak):
    then = inquire([outbreak], residents, until=20, onset=(5, 5))
    assert then.of("interval_pairs")[0] == 2
    assert then.ratio("isolation_days", "isolated") == pytest.approx(4)
    later = inquire([outbreak], residents, until=20, onset=(6, 30))
    assert later.of("interval_pairs")[0] == 0
    assert later.of("isolated")[0] == 2
    assert later.of("pairs")[0] == 3


def test_cases_confirmed_later_are_not_known(residents, outbreak):
    found = inquire([outbreak], residents, until=11)
    assert found.of("local")[0] == 0
    assert found.of("imported")[0] == 1
    assert found.of("in_clusters")[0] == 0
    assert np.isnan(found.serial_interval)


def test_families_who_came_infected_together_are_a_cluster_and_no_pair(residents):
    came = {"marks": IMPORTED, "confirmed": 10, "isolated": 9}
    people = np.array(
        [
            record(0, t.FROM_ARRIVAL, event=3, **came),
            record(1, t.FROM_ARRIVAL, event=3, **came),
            # of the same household, but another day; of a dormitory; never found
            record(2, t.FROM_ARRIVAL, event=4, **came),
            record(6, t.FROM_ARRIVAL, event=3, **came),
            record(7, t.FROM_ARRIVAL, event=3, **came),
            record(4, t.FROM_ARRIVAL, event=3, **came),
            record(5, t.FROM_ARRIVAL, event=3, marks=IMPORTED),
        ],
        dtype=t.PERSON,
    )
    found = inquire([people], residents, until=20)
    assert found.of("imported")[0] == 6
    assert found.of("in_clusters")[0] == 2
    assert found.of("pairs")[0] == 0
    assert found.of("clusters")[0] == found.of("household_clusters")[0] == 1
    assert found.of("chains")[0] == found.of("household_chains")[0] == 1


def test_draws_are_kept_apart(residents, outbreak):
    nobody = outbreak[:0]
    both = inquire([outbreak, nobody, outbreak], residents, until=20)
    one = inquire([outbreak], residents, until=20)
    np.testing.assert_array_equal(both.counts[0], one.counts[0])
    np.testing.assert_array_equal(both.counts[2], one.counts[0])
    assert not both.counts[1].any()
    assert both.household_attack == pytest.approx(one.household_attack)
    assert inquire([], residents, until=20).counts.shape[0] == 0
