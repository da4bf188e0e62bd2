"""The town: invented, complete, and said to be invented wherever one looks."""

from __future__ import annotations

import numpy as np
import pytest

from twofronts.city import load_city
from twofronts.city.tables import TABLES


@pytest.fixture(scope="module")
def town():
    return load_city("town")


def test_the_town_is_small_and_marked_as_invented(town):
    assert town.invented
    assert town.population == 20_000
    assert len(town.districts) == 4
    assert all(s.grade == "assumed" and "invented" in s.source for s in town.sources.values())
    assert all(s.source == "invented" for s in town.scalars.values())


def test_every_table_but_caution_and_the_flows_between_sectors_is_filled_in(town):
    # nobody in the town is cautious of their own accord
    assert [t.name for t in TABLES if town.table(t.name) is None] == [
        "behaviour",
        "io_domestic",
        "io_imported",
        "io_accounts",
        "io_sectors",
        "io_goods",
    ]
    assert all(len(town.table(t.name)) for t in TABLES if town.table(t.name) is not None)


def test_sectors_are_those_of_nanjing(town):
    assert town.sector_codes == load_city("nanjing").sector_codes


def test_households_hold_exactly_the_residents(town):
    table = town.households
    assert (table["size"] * table["n_households"]).sum() == 20_000


def test_register_jobs_and_sectors_agree(town):
    jobs = town.employment.set_index(["sector", "district"])["workers"]
    staff = town.enterprises.groupby(["sector", "district"])["staff"].sum()
    assert (staff.reindex(jobs.index).fillna(0) == jobs).all()
    assert jobs.groupby("sector").sum().to_dict() == dict(
        zip(town.sectors["sector"], town.sectors["workers"], strict=True)
    )


def test_commuters_fill_the_jobs_of_each_district(town):
    share = town.commuting.pivot(index="home", columns="work", values="share")
    people = town.districts.set_index("code")["population"]
    workers = 10_400 * people / people.sum()
    arriving = share.mul(workers, axis=0).sum()
    jobs = town.employment.groupby("district")["workers"].sum()
    assert np.allclose(arriving[jobs.index], jobs, rtol=0.01)


def test_a_small_outbreak_is_reported_by_district(town):
    last = town.reports[town.reports["date"] == town.reports["date"].max()]
    by_area = last.set_index("area")["cum_confirmed"]
    assert by_area[""] == by_area.drop("").sum() == 8
