"""A rulebook takes over from another: each measure once its notice has passed, and not before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.rulebooks import CATALOGUE, START, city, some_rulebook
from twofronts.measures import compile_rulebook, load_rulebook
from twofronts.measures.handover import first_days
from twofronts.measures.rulebook import Rulebook
from twofronts.measures.words import levels_of
from twofronts.planning.rulespace import baselines

DAYS = 40
NOTICE = np.array([m.notice_days for m in CATALOGUE.measure.values()])


def asked(book, before=None) -> np.ndarray:
    """Levels asked for by day, set and measure."""
    rules = compile_rulebook(book, city(), start=START, n_days=DAYS, before=before)
    period = np.searchsorted(rules.period_day, np.arange(DAYS), side="right") - 1
    return rules.asked_level[period]


@pytest.mark.parametrize("name", ["meeting", "open", "closed"])
def test_what_changes_comes_when_its_notice_has_passed(name):
    held, book = load_rulebook("held"), load_rulebook(name)
    now, before, after = asked(held), asked(book, held), asked(book)
    for m, notice in enumerate(NOTICE):
        assert (before[:notice, :, m] == now[:notice, :, m]).all()
        assert (before[notice:, :, m] == after[notice:, :, m]).all()
    assert (before != after).any()


def test_what_is_in_force_goes_on_as_it_is():
    held = load_rulebook("held")
    assert (asked(held, held) == asked(held)).all()


def test_a_switch_begins_measure_by_measure_too():
    held, switching = load_rulebook("held"), baselines()["switching"]
    # as published it switches at once
    assert (asked(switching, held) == asked(switching)).all()
    entries = {k: e.model_copy(update={"notice_days": None}) for k, e in switching.measures.items()}
    book = switching.model_copy(update={"measures": entries})
    now, after, before = asked(held), asked(book), asked(book, held)
    for m, notice in enumerate(NOTICE):
        assert (before[:notice, :, m] == now[:notice, :, m]).all()
        assert (before[notice:, :, m] == after[notice:, :, m]).all()


@settings(max_examples=25, deadline=None)
@given(book=some_rulebook(changes=False), before=some_rulebook(changes=False))
def test_the_day_told_is_the_day_it_changes(book, before):
    told = first_days(before, book, CATALOGUE)
    without = Rulebook(name="none")
    for key, day in told.items():
        m = CATALOGUE.index[key]
        own = asked(book, before)[:, :3, m]
        if day > 0:
            levels = levels_of(before, CATALOGUE.measure[key]).by_grade()
            expected = [CATALOGUE.measure[key].index(v) for v in levels]
            assert own[0].tolist() == expected
        assert (own[day:] == asked(book)[day:, :3, m]).all()
    same = set(CATALOGUE.measure) - set(told)
    for key in same:
        m = CATALOGUE.index[key]
        assert (asked(book, before)[:, :3, m] == asked(book)[:, :3, m]).all()
    assert not first_days(without, without, CATALOGUE)


@settings(max_examples=25, deadline=None)
@given(book=some_rulebook(changes=False), day=st.integers(0, 6))
def test_a_dated_change_goes_before_what_stood_until_then(book, day):
    held = load_rulebook("held")
    change = {"measure": "firm_relief", "level": "relief", "day": day}
    dated = Rulebook.model_validate(
        book.model_dump(by_alias=True, exclude_defaults=True) | {"changes": [change]}
    )
    m, top = CATALOGUE.index["firm_relief"], 2
    assert (asked(dated, held)[day:, :, m] == top).all()
