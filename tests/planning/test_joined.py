"""Both fronts in one draw: front two takes from front one, and holds it back where goods lack."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from twofronts.economy import prepare as p
from twofronts.economy.labour import neutral_effects
from twofronts.epidemic.initial import Initial
from twofronts.kernels import economy as k
from twofronts.kernels import types_epidemic as t
from twofronts.measures import load_rulebook
from twofronts.measures.rulebook import Change
from twofronts.parameters import load_parameters
from twofronts.planning.playing import play, prepare, run_prepared

pytestmark = [pytest.mark.slow, pytest.mark.interpreted]

DAYS, DRAWS, SEED = 12, 4, 5
OUTBREAK = [{"day": 0, "district": "old", "age": 30, "n": 60}]


def ready(town, people, rulebook, **more):
    """A scenario of both fronts, ready to run."""
    more = {"initial": OUTBREAK, "production": True} | more
    return prepare(
        town, load_rulebook(rulebook), people, load_parameters(),
        days=DAYS, draws=DRAWS, seed=SEED, start=town.as_of, **more,
    )  # fmt: skip


def without(scenario, good):
    """The same scenario, with none of a good: no stock, no makers, none brought in."""
    supplies = scenario.economy.supplies
    index = int(getattr(supplies, good)[0])
    gone = {}
    for name in ("stock", "production", "inbound"):
        gone[name] = getattr(supplies, name).copy()
        gone[name][index] = 0.0
    economy = scenario.economy._replace(supplies=supplies._replace(**gone))
    return replace(scenario, economy=economy)


def played(town, people, rulebook="meeting", **more):
    more = {"workers": 1, "initial": OUTBREAK} | more
    return play(town, rulebook, residents=people, days=DAYS, draws=DRAWS, seed=SEED, **more).data


@pytest.fixture(scope="module")
def meeting(town, people):
    return played(town, people)


def test_one_thread_and_two_give_the_same(town, people, meeting):
    both = played(town, people, workers=2)
    assert float(both["true_infections"].sum()) > 0
    for name in both:
        np.testing.assert_array_equal(both[name].values, meeting[name].values, err_msg=str(name))


def test_up_to_the_day_two_rulebooks_differ_both_fronts_are_equal(town, people, meeting):
    book = load_rulebook("meeting")
    shut = Change(day=6, measure="attendance_industry", level="skeleton")
    other = played(town, people, book.model_copy(update={"changes": (*book.changes, shut)}))
    for name in meeting:
        if "day" in meeting[name].dims:
            same = meeting[name].isel(day=slice(6)).values
            np.testing.assert_array_equal(other[name].isel(day=slice(6)).values, same, str(name))
    later = other["value_added_lost"].isel(day=slice(6, None)).sum()
    assert float(later) > float(meeting["value_added_lost"].isel(day=slice(6, None)).sum())


def test_with_enough_of_everything_front_one_is_as_it_is_alone(town, people, meeting):
    assert (meeting["mask_gate"] == 1).all()
    assert (meeting["test_gate"] == 1).all()
    alone = played(town, people, production=False)
    assert "value_added_lost" not in alone
    for name in alone:
        np.testing.assert_array_equal(alone[name].values, meeting[name].values, str(name))


def test_ordinary_life_without_infection_is_exactly_normal(town, people):
    scenario = ready(town, people, "before", initial=Initial.nobody())
    world = scenario.city.world
    world = world._replace(prevalence=np.zeros_like(world.prevalence))
    out, record = run_prepared(
        replace(scenario, city=scenario.city._replace(world=world)), workers=1
    )
    assert out.infections.sum() == 0
    # the accounts of a sector round in the last digit of an ordinary day
    np.testing.assert_allclose(record.value_added_lost, 0.0, atol=1e-9)
    np.testing.assert_allclose(record.capacity, 1.0, atol=1e-12)
    np.testing.assert_array_equal(record.staff_present, 1.0)
    np.testing.assert_array_equal(record.firms_open, 1.0)
    np.testing.assert_array_equal(record.gate, 1.0)


def test_front_two_follows_from_what_front_one_recorded(town, people):
    """Run again, by hand, from the absences and patients of the draw."""
    scenario = ready(town, people, "before")
    out, record = run_prepared(scenario, workers=1)
    assert out.absent_ill.sum() > 0
    params = scenario.economy
    state, room, day_out = p.economy_state(params), p.economy_scratch(params), p.economy_out(params)
    effects = neutral_effects(params.staff.shape[1])
    staff = np.maximum(scenario.city.world.staff, 1.0)
    for w in range(DRAWS):
        k.economy_reset(params, w, state)
        for day in range(DAYS):
            k.attend_day(params, state, effects, day, day_out)
            absent = np.stack([out.absent_ill[w, day] / staff, out.absent_held[w, day] / staff])
            care = np.array([out.ward[w, day], out.icu[w, day], 0.0])
            k.settle_day(params, state, room, effects, absent, care, day, day_out)
            np.testing.assert_array_equal(
                record.staff_present[w, day], day_out.on_site.astype(np.float32)
            )
            made = day_out.production.output[: params.staff.shape[0]]
            rate = made / params.production.output[: made.size]
            np.testing.assert_allclose(record.capacity[w, day], rate, rtol=1e-6)
    assert record.value_added_lost.sum() > 0


def test_without_masks_sites_stay_shut_and_fewer_are_infected_at_work(town, people):
    scenario = ready(town, people, "meeting", initial=[{**OUTBREAK[0], "n": 300}])
    plenty, normal = run_prepared(scenario, workers=1)
    out, record = run_prepared(without(scenario, "masks"), workers=1)
    assert (normal.gate[..., 0] == 1).all()
    assert (record.gate[:, -1, 0] < 1).all()
    held_back = scenario.economy.labour.group != 0
    assert out.staff_present[:, 2:, held_back].sum() < plenty.staff_present[:, 2:, held_back].sum()
    work = out.by_setting[:, 1:, 1].sum(), plenty.by_setting[:, 1:, 1].sum()
    assert work[0] < work[1]
    # the first day does not know yet
    np.testing.assert_array_equal(out.infections[:, 0], plenty.infections[:, 0])
    assert record.value_added_lost.sum() > normal.value_added_lost.sum()


def test_without_reagents_nobody_is_tested_from_the_second_day_on(town, people):
    scenario = ready(town, people, "meeting")
    plenty, _ = run_prepared(scenario, workers=1)
    out, record = run_prepared(without(scenario, "reagents"), workers=1)
    assert plenty.tests[:, 1:].sum() > 0
    np.testing.assert_array_equal(record.gate[:, :, 1], 0.0)
    np.testing.assert_array_equal(out.tests[:, 1:], 0)
    np.testing.assert_array_equal(out.tests[:, 0], plenty.tests[:, 0])


def test_reagents_are_used_by_the_tests_that_front_one_does(town, people):
    scenario = ready(town, people, "meeting")
    supplies = scenario.economy.supplies
    index = int(supplies.reagents[0])
    assert supplies.per[index, 3] > 0
    out, record = run_prepared(scenario, workers=1)
    used = record.used[:, :, index]
    # what is used follows the tests that were done
    follows = supplies.base[index] + supplies.per[index, 3] * out.tests
    assert used.sum() > 0
    np.testing.assert_allclose(used, follows, rtol=0.2, atol=2 * supplies.per[index, 3])


def test_what_a_thread_holds_is_one_labour(town, people):
    from twofronts.epidemic.memory import make_memory, make_output
    from twofronts.planning.joined import join, make_record

    scenario = ready(town, people, "meeting")
    cell = scenario.city.world.staff.shape
    out = make_output(DRAWS, DAYS, cell, scenario.city.rules.level.shape[2])
    record = make_record(scenario.economy, out)
    economy, memory = join(scenario.economy, record, make_memory(scenario.city, DAYS))
    assert memory.labour is economy.state.labour
    assert memory.labour_out is economy.out.labour
    assert record.staff_present is out.staff_present
    assert isinstance(memory, t.Memory)
