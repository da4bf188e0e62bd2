"""The kernels that build residents: against plain twins, and for what must hold."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from naive import residents as naive
from twofronts.city.residents_templates import load_templates
from twofronts.kernels import residents as kernels
from twofronts.kernels import residents_attach as attach
from twofronts.kernels import types
from twofronts.kernels.rng import key

some = settings(max_examples=40, deadline=None)


def base(seed: int, stream: int = 1) -> np.uint64:
    return np.uint64(key(seed, stream, 0, 0))


@some
@given(st.integers(1, 5000), st.integers(0, 2**60))
def test_permute_is_one_to_one(n, salt):
    places = [attach.permute(rank, n, np.uint64(salt)) for rank in range(n)]
    assert sorted(places) == list(range(n))


def test_permute_leaves_no_trace_of_the_order():
    n = 10_000
    places = np.array([attach.permute(rank, n, np.uint64(77)) for rank in range(n)])
    assert abs(np.corrcoef(places, np.arange(n))[0, 1]) < 0.04
    assert abs(np.corrcoef(places[1:], places[:-1])[0, 1]) < 0.04
    # neighbours in rank are far apart: the median distance of two random places is 0.29 n
    assert 0.25 * n < np.median(np.abs(np.diff(places))) < 0.34 * n


def test_uniforms_are_uniform_and_repeatable():
    u = kernels.uniforms(base(3), 100_000)
    assert (u > 0).all()
    assert (u < 1).all()
    assert abs(u.mean() - 0.5) < 0.004
    counts = np.histogram(u, 50, (0, 1))[0]
    assert ((counts - 2000) ** 2 / 2000).sum() < 95  # chi square, 49 degrees: p about 1e-4
    assert (u == kernels.uniforms(base(3), 100_000)).all()
    assert not (u == kernels.uniforms(base(4), 100_000)).any()
    assert u[7] == kernels.unit(np.uint64(kernels.word(base(3), 7)))


def test_triangular_deviates_lie_around_nothing():
    x = np.array([kernels.triangular(np.uint64(kernels.word(base(9), i))) for i in range(20_000)])
    assert x.min() > -1
    assert x.max() < 1
    assert abs(x.mean()) < 0.01
    assert abs(x.var() - 1 / 6) < 0.005


@some
@given(st.integers(0, 10**6), st.integers(0, 400), st.integers(0, 200))
def test_shuffled_cells_are_those_of_the_flow(seed, many, few):
    flow = np.array([many, 0, few, 1])
    cells = np.empty(flow.sum(), np.uint16)
    attach.shuffle_cells(flow, base(seed), cells)
    assert (np.bincount(cells, minlength=4) == flow).all()
    if many > 100 and few > 100:
        assert (np.diff(cells.astype(int)) < 0).sum() > 10


@some
@given(st.integers(0, 10**6), st.integers(1, 400))
def test_mapped_ages_agree_with_the_plain_twin(seed, n):
    rng = np.random.default_rng(seed)
    flags = (rng.random(n) < 0.3).astype(np.uint8) * types.COLLECTIVE
    campus_at = int(rng.integers(0, n + 1))
    flags[campus_at:] = types.COLLECTIVE
    kinds = np.where(flags == 0, 0, np.where(np.arange(n) >= campus_at, 2, 1))
    bins = rng.integers(0, 30, n).astype(np.uint16)
    ages = rng.integers(0, 86, n)
    margin = np.array([np.bincount(ages[kinds == k], minlength=86) for k in range(3)])
    out = np.empty(n, np.uint8)
    kernels.map_ages(bins, flags, campus_at, margin, base(seed), out)
    built = defaultdict(Counter)
    for b, k, a in zip(bins, kinds, out, strict=True):
        built[int(k), int(b)][int(a)] += 1
    assert built == naive.ages_by_bin(bins, kinds, margin)


def district(seed: int):
    """Lay out one random district; return the plan's counts and the arrays written."""
    rng = np.random.default_rng(seed)
    family, room = np.arange(1, 9), np.arange(1, 11)
    counts = [rng.integers(0, 90, s.size) for s in (family, room, room)]
    counts[0][0] += 1
    people = [int(c @ s) for c, s in zip(counts, (family, room, room), strict=True)]
    n, h = sum(people), int(sum(c.sum() for c in counts))
    c = int(rng.integers(1, 5))
    ends = np.round(n * np.arange(1, c + 1) / c).astype(np.int64)
    reach = np.minimum(ends / max(people[0] + people[1], 1), 1)
    plan = kernels.LayoutPlan(
        family,
        counts[0].astype(np.int64),
        room,
        counts[1].astype(np.int64),
        counts[2].astype(np.int64),
        ends,
        np.round(reach * people[1]).astype(np.int64),
    )
    starts, compound = np.empty(h + 1, np.int32), np.empty(h, np.int32)
    first, flags = np.empty(c + 1, np.int32), np.empty(n, np.uint8)
    copies = [x.copy() for x in counts]
    campus, placed = kernels.lay_out(plan, base(seed), (0, 0, 0), starts, compound, first, flags)
    assert placed == h
    return copies, people, ends, starts, compound, first, flags, campus


@some
@given(st.integers(0, 10**6))
def test_every_household_is_laid_out_once(seed):
    counts, people, ends, starts, compound, first, flags, campus = district(seed)
    size = np.diff(starts)
    collective = flags[starts[:-1]] == types.COLLECTIVE
    on_campus = starts[:-1] >= campus
    assert (np.bincount(size[~collective], minlength=9)[1:9] == counts[0]).all()
    assert (np.bincount(size[collective & ~on_campus], minlength=11)[1:11] == counts[1]).all()
    assert (np.bincount(size[on_campus], minlength=11)[1:11] == counts[2]).all()
    assert collective[on_campus].all()
    assert sum(people) - campus == people[2]
    # compounds end within one family and one room of their plan, and hold whole households
    assert np.abs(first[1:-1] - ends[:-1]).max(initial=0) <= 8 + 10
    assert first[0] == 0
    assert first[-1] == sum(people)
    assert np.isin(first, starts).all()
    assert (np.diff(compound) >= 0).all()
    assert (np.bincount(compound, size, ends.size) == np.diff(first)).all()


@some
@given(st.integers(0, 10**6))
def test_drawn_ages_follow_the_templates(seed):
    *_, starts, _, _, flags, campus = district(seed)
    n, h = int(starts[-1]), starts.size - 1
    bins, household = np.empty(n, np.uint16), np.empty(n, np.int32)
    kernels.draw_ages(starts, (0, h), flags, campus, load_templates(), base(seed), bins, household)
    assert (household == np.repeat(np.arange(h), np.diff(starts))).all()
    years = bins / kernels.AGE_BINS_PER_YEAR
    _, dormitory, campus_ages = load_templates().other
    assert ((years[campus:] >= campus_ages[0]) & (years[campus:] <= campus_ages[1])).all()
    rooms = (flags > 0) & (np.arange(n) < campus)
    assert ((years[rooms] >= dormitory[0]) & (years[rooms] <= dormitory[1])).all()
    # every family has an adult, whatever its template
    oldest = np.maximum.reduceat(years, starts[:-1])
    assert (oldest[flags[starts[:-1]] == 0] >= 18).all()


@some
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_marked_households_are_whole_and_as_many_as_asked(seed, share):
    *_, starts, _, _, flags, campus = district(seed)
    n, h = int(starts[-1]), starts.size - 1
    age = np.random.default_rng(seed).integers(0, 86, n).astype(np.uint8)
    counts = np.zeros(4, np.int64)
    attach.count_kinds(starts, (0, h), age, flags, campus, 0, counts)
    assert counts.sum() == n
    assert counts[2:].sum() == (flags > 0).sum()
    need = np.floor(counts * share).astype(np.int64)
    plan = np.array([[types.MIGRANT, 0, 0, 0], need, counts])
    attach.mark_households(starts, (0, h), age, flags, campus, plan, base(seed))
    marked = (flags & types.MIGRANT) > 0
    whole = np.add.reduceat(marked.astype(int), starts[:-1])
    assert ((whole == 0) | (whole == np.diff(starts))).all()
    among = np.zeros(4, np.int64)
    attach.count_kinds(starts, (0, h), age, flags, campus, types.MIGRANT, among)
    assert np.abs(among - need).max() <= 5  # half of the largest household
    assert plan[2].tolist() == [0, 0, 0, 0]


def test_templates_are_whole():
    t = load_templates()
    assert t.size_start[0] == t.size_start[1] == 0
    for size in range(1, t.size_start.size - 1):
        own = slice(t.size_start[size], t.size_start[size + 1])
        assert (np.diff(t.cumulative[own]) > 0).all()
        assert t.cumulative[own][-1] == 1
        assert (np.diff(t.member_start)[own] == size).all()
    assert (t.ref_low < t.ref_high).all()
