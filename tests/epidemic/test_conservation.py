"""What must hold at the end of every day of any city: nobody is lost, counted twice, or too many.

The cities, their means, the parameters and the rulebooks are random. Each day is lived by the
kernels one after the other, so that what a draw remembers can be looked into.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.playable_city import START, random_scenario, steps
from factories.rulebooks import rulebook, some_change, some_rulebook
from naive.epidemic import NaiveDraw
from twofronts.kernels import types_epidemic as t
from twofronts.measures import load_rulebook
from twofronts.measures.rulebook import Change
from twofronts.planning.playing import run_prepared

BUILT_IN = ("before", "held", "meeting", "open", "closed")
BOOKS = st.one_of(
    st.sampled_from(BUILT_IN).map(load_rulebook),
    some_rulebook(n_district=1),
    some_rulebook(n_district=1, switch=True),
)
SEEDS = st.integers(0, 2**31)
SOME = settings(max_examples=20, deadline=None)
HELD = (t.HELD_HOME, t.HELD_CENTRAL)


def states(day):
    """The course and the place of every resident, out of the state bytes."""
    return day.scratch.state & t.STAGE_BITS, day.scratch.state >> t.PLACE_SHIFT


def check_states(day, n):
    """Everybody is in one course and one place; records, bytes and counters agree."""
    stage, place = states(day)
    assert stage.max() < t.N_STAGE
    assert place.max() < t.N_PLACE
    people = day.people
    assert len(set(people.person.tolist())) == len(people)
    np.testing.assert_array_equal(stage[people.person], people.stage)
    np.testing.assert_array_equal(place[people.person], people.place)
    np.testing.assert_array_equal(day.scratch.index[people.person], np.arange(len(people)) + 1)
    assert np.count_nonzero(day.scratch.state) == np.count_nonzero(
        (people.stage > 0) | (people.place > 0)
    )
    counted = np.bincount(stage, minlength=t.N_STAGE)
    np.testing.assert_array_equal(day.out.stages[0, day.day], counted)
    np.testing.assert_array_equal(day.scratch.stages[1:], counted[1:])
    assert counted.sum() == n
    assert counted[t.NEW] == 0
    in_place = np.bincount(place, minlength=t.N_PLACE)
    np.testing.assert_array_equal(day.scratch.places[1:], in_place[1:])
    assert ((stage == t.DEAD) == (place == t.BURIED)).all()


def check_sources(day):
    """Each of the infected has one source; it was infected before, and has them as its child."""
    people = day.people
    infected = people[people.stage != t.SUSCEPTIBLE]
    assert (people[people.stage == t.SUSCEPTIBLE].source == -1).all()
    known = {int(p.person): p for p in infected}
    children = Counter()
    for p in known.values():
        i = int(p.child)
        while i > 0:
            children[int(people[i - 1].person), int(p.person)] += 1
            i = int(people[i - 1].sibling)
    pairs = Counter()
    for p in known.values():
        assert p.source in (t.FROM_START, t.FROM_ARRIVAL) or int(p.source) in known
        if p.source >= 0:
            pairs[int(p.person), int(p.source)] += 1
            assert known[int(p.source)].infected < p.infected
    assert pairs == children
    out = day.out
    arrived = int((infected.source == t.FROM_ARRIVAL).sum())
    assert out.arrivals[0].sum() == arrived
    assert out.by_setting[0].sum() == len(pairs)
    assert out.infections[0].sum() == len(pairs) + arrived


def check_means(day, ready, before):
    """No more beds and places are given out than there are; a queue stays within its array.

    Those of yesterday that a measure has taken away are emptied, not filled.
    """
    world, scratch, out, d = ready.city.world, day.scratch, day.out, day.day
    beds = int(world.capacity[t.BEDS] * scratch.effects[0, world.fx[t.FX_BEDS]])
    places = int(world.capacity[t.PLACES] * scratch.effects[0, world.fx[t.FX_PLACES]])
    ward, central = int(out.ward[0, d]), int(scratch.places[t.HELD_CENTRAL])
    assert ward <= max(beds, before[0])
    assert central <= max(places, before[1])
    assert out.icu[0, d] <= int(world.capacity[t.ICU_BEDS])
    tests = world.capacity[t.TESTS] * scratch.effects[0, world.fx[t.FX_TEST_CAPACITY]]
    assert out.tests[0, d] <= tests
    assert scratch.n[t.QUEUE_TAIL] < len(scratch.queue)
    assert scratch.n[t.N_NODES] <= len(scratch.node_next)
    return ward, central


def check_counts(day):
    """Those held, tested and reported are counted, and no more reported than found."""
    people, scratch, out, d = day.people, day.scratch, day.out, day.day
    held = np.isin(people.place, HELD)
    travellers = int(scratch.n[t.N_HELD_TRAVELLERS] + scratch.n[t.N_FOUND_TRAVELLERS])
    travellers += int(out.held_workers[0, d])
    assert out.quarantined[0, d] == held.sum() + travellers
    well = held & (people.stage == t.SUSCEPTIBLE)
    assert out.quarantined_uninfected[0, d] == well.sum() + travellers
    confirmed = (people.marks & t.CONFIRMED) > 0
    # who has been a case is not held as a contact again
    assert not (confirmed & held).any()
    assert (people.stage[confirmed] != t.SUSCEPTIBLE).all()
    # days of confirmation lie after infection
    assert (people.confirmed[confirmed] >= people.infected[confirmed]).all()
    assert out.confirmed[0].sum() <= confirmed.sum()
    dead = people.stage == t.DEAD
    assert out.deaths[0].sum() == dead.sum()
    assert out.deaths_reported[0].sum() <= (dead & confirmed).sum()
    working = (people.site >= 0) & (people.kind == 0) & (people.place != t.FREE)
    assert out.absent_held[0, d].sum() == (working & held).sum()
    assert out.absent_ill[0, d].sum() == (working & ~held).sum()


@pytest.mark.slow
@SOME
@given(seed=SEEDS, book=BOOKS)
def test_every_day_of_any_city_adds_up(seed, book):
    _, residents, ready = random_scenario(seed, book)
    taken = (0, 0)
    for day in steps(ready):
        check_states(day, len(residents))
        taken = check_means(day, ready, taken)
        check_counts(day)
    check_sources(day)


@pytest.mark.interpreted
@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, book=BOOKS)
def test_any_city_is_that_of_the_twin(seed, book):
    city, residents, ready = random_scenario(seed, book, days=10)
    twin = NaiveDraw(ready, book, residents, city.district_codes, START, 0).run()
    out, _ = run_prepared(ready, workers=1)
    for name, expected in twin.items():
        got = getattr(out, name)[0]
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-7, err_msg=name)


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, book=BOOKS)
def test_threads_change_nothing_in_any_city(seed, book):
    _, _, ready = random_scenario(seed, book, draws=20)
    one, _ = run_prepared(ready, workers=1)
    for workers in (2, 4):
        other, _ = run_prepared(ready, workers=workers)
        for name, array in one._asdict().items():
            np.testing.assert_array_equal(array, getattr(other, name), err_msg=name)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, book=BOOKS, day=st.integers(1, 13), data=st.data())
def test_rulebooks_that_first_differ_on_a_day_are_equal_before_it(seed, book, day, data):
    change = Change.model_validate(data.draw(some_change(day)))
    changes = [c for c in book.changes if c.first_day(START) != day]
    in_order = sorted([*changes, change], key=lambda c: c.first_day(START))
    runs = []
    measures = book.measures
    if not (measures or book.overrides or book.switch):
        # a rulebook that orders nothing has everybody back at work from the start: another city
        measures = rulebook({"masks": "advised"}).measures
    for some in (changes, in_order):
        other = book.model_copy(update={"changes": tuple(some), "measures": measures})
        _, _, ready = random_scenario(seed, other)
        runs.append(run_prepared(ready, workers=1)[0])
    for name, array in runs[0]._asdict().items():
        np.testing.assert_array_equal(array[:, :day], getattr(runs[1], name)[:, :day], name)
