"""What must hold for the residents of any city, whatever its tables."""

from __future__ import annotations

import numpy as np

from twofronts.city.residents import Residents
from twofronts.kernels import types


def check_structure(r: Residents) -> None:
    """Everybody is in one household, compound and district, and in at most one group."""
    a, n = r.arrays, len(r)
    assert a.age.dtype == a.flags.dtype == np.uint8
    assert a.household.dtype == a.group.dtype == a.group_member.dtype == np.int32
    for start, size, last in (
        (a.household_start, a.household_compound.size, n),
        (a.compound_start, a.compound_district.size, n),
        (a.district_start, len(r.city.district_codes), n),
        (a.group_start, a.group_site.size, a.group_member.size),
        (a.site_start, a.site_kind.size, a.group_site.size),
    ):
        assert start.dtype == np.int32
        assert start.size == size + 1
        assert start[0] == 0
        assert start[-1] == last
        assert (np.diff(start) >= 0).all()
    assert (np.diff(a.household_start) > 0).all()
    assert (
        np.repeat(np.arange(a.household_compound.size), np.diff(a.household_start)) == a.household
    ).all()
    # households lie inside compounds, compounds inside districts
    assert (np.diff(a.household_compound) >= 0).all()
    assert np.isin(a.compound_start, a.household_start).all()
    first = a.compound_start[a.household_compound]
    assert (first <= a.household_start[:-1]).all()
    assert (a.household_start[1:] <= a.compound_start[a.household_compound + 1]).all()
    assert (np.diff(a.compound_district.astype(int)) >= 0).all()
    of = np.searchsorted(a.district_start[1:], a.compound_start[:-1], side="right")
    assert (
        of[np.diff(a.compound_start) > 0] == a.compound_district[np.diff(a.compound_start) > 0]
    ).all()
    # members and groups say the same
    members = np.sort(a.group_member)
    assert (np.diff(members) > 0).all()
    groups = np.repeat(np.arange(a.group_site.size), np.diff(a.group_start))
    assert (a.group[a.group_member] == groups).all()
    assert (a.group >= 0).sum() == a.group_member.size
    assert a.group[a.group < 0].size == 0 or (a.group[a.group < 0] == types.NOBODY).all()
    assert (np.repeat(np.arange(a.site_kind.size), np.diff(a.site_start)) == a.group_site).all()
    assert ((a.site_rank > 0) & (a.site_rank < 1)).all()
    np.testing.assert_allclose(a.travel.sum(1), 1.0, atol=1e-12)
    assert (a.travel >= 0).all()


def check_margins(r: Residents) -> None:
    """Households, flags, staff and schools agree with what ``Residents`` says of them."""
    a = r.arrays
    size = np.diff(a.household_start)
    collective = (a.flags[a.household_start[:-1]] & types.COLLECTIVE) > 0
    assert (((a.flags & types.COLLECTIVE) > 0) == np.repeat(collective, size)).all()
    for flag in (types.MIGRANT, types.AWAY):
        whole = np.add.reduceat((a.flags & flag > 0).astype(int), a.household_start[:-1])
        assert ((whole == 0) | (whole == size)).all()
    assert ((a.flags & types.AWAY == 0) | (a.flags & types.MIGRANT > 0)).all()
    work = a.site_kind == types.ENTERPRISE
    staff = np.diff(a.group_start[a.site_start])
    cell = a.site_sector[work].astype(int) * r.staff.shape[1] + a.site_district[work]
    assert (np.bincount(cell, staff[work], r.staff.size).reshape(r.staff.shape) == r.staff).all()
    assert (np.bincount(cell, minlength=r.staff.size).reshape(r.staff.shape) == r.n_sites).all()
    assert (r.staff_by_home.sum(0) == r.staff.sum(1)).all()
    assert ((r.n_sites > 0) == (r.staff > 0)).all()
    assert (staff > 0).all()
    assert (r.away_staff <= r.staff).all()
    workers = a.group_member[: int(r.staff.sum())]
    assert (a.age[workers] >= 16).all()
    assert (np.diff(a.group_start)[: a.site_start[work.sum()]] <= 20).all()
    assert (r.school_stage[work] == -1).all()
    assert (r.school_stage[~work] >= 0).all()


def check_classes(r: Residents) -> None:
    """A class holds one year of age, of its stage; students on a campus count as one more."""
    a = r.arrays
    ages = a.age[a.group_member].astype(int)
    stage = r.school_stage[a.group_site]
    for g in np.flatnonzero(stage >= 0):
        year = ages[a.group_start[g] : a.group_start[g + 1]]
        low, high = ((3, 5), (6, 11), (12, 17), (18, 24))[stage[g]]
        if stage[g] < 3:
            assert year.min() == year.max()
            assert low <= year[0] <= high
        else:
            assert len(set(np.clip(year, low, high))) == 1
