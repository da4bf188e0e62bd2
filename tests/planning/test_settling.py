"""What a plan changes against today stays only for a clear gain, or for a limit."""

from __future__ import annotations

import numpy as np
import pytest

from twofronts.measures import load_catalogue, load_rulebook
from twofronts.parameters import load_parameters
from twofronts.planning.choosing import issued, least_gain
from twofronts.planning.comparing import open_stage
from twofronts.planning.explain import harm_by_draw
from twofronts.planning.goals import make_goal
from twofronts.planning.outcomes import INDEX, NAMES
from twofronts.planning.rulespace import GRADING, TODAY, RuleSpace
from twofronts.planning.settling import (
    at_borders,
    change_table,
    expects_infections,
    guards,
    keep_pledge,
    loosens,
    reason_for,
    settle,
    strength_of,
    without_spread,
)
from twofronts.planning.stage import with_imports

GOAL = make_goal("work", load_parameters())


def outcomes(value_lost, *, cover=9.0) -> np.ndarray:
    """Draws that keep every constraint and lose so much value added. [million]"""
    rows = np.zeros((len(value_lost), len(NAMES)))
    rows[:, INDEX["mask_cover"]] = rows[:, INDEX["goods_cover"]] = cover
    rows[:, INDEX["value_added_lost"]] = value_lost
    return rows


LUCK = np.random.default_rng(3).normal(0.0, 10.0, 400)


@pytest.mark.parametrize(
    ("gain", "least", "expected"),
    [
        (5.0, 0.0, "gain"),
        # clear, but not worth a decision
        (5.0, 5.0, "none"),
        # better on average, not beyond chance: one and a half standard errors
        (0.75, 0.0, "none"),
        (0.0, 0.0, "none"),
        (-5.0, 0.0, "none"),
    ],
)
def test_a_change_needs_a_clear_gain(gain, least, expected):
    luck = LUCK - LUCK.mean()
    plan, without = outcomes(np.full(400, 50.0)), outcomes(50.0 + gain + luck)
    assert reason_for(GOAL, plan, without, least=least) == expected


def test_a_change_that_costs_stays_if_a_limit_needs_it():
    plan, without = outcomes(np.full(400, 60.0)), outcomes(np.full(400, 50.0), cover=0.5)
    assert reason_for(GOAL, plan, without, least=0.0) == "limit"


def test_what_loosens_must_gain_where_it_works_best_too():
    strength = np.linspace(0.0, 1.0, 400)
    # gains on average, but loses in the fifth in which what is loosened is strongest
    gap = np.where(strength > 0.8, -5.0, 5.0)
    plan, without = outcomes(np.full(400, 50.0)), outcomes(50.0 + gap)
    assert reason_for(GOAL, plan, without, least=0.0) == "gain"
    assert reason_for(GOAL, plan, without, least=0.0, strength=strength) == "none"
    assert reason_for(GOAL, plan, without, least=0.0, strength=strength[::-1]) == "gain"


def test_which_way_a_change_goes():
    space = RuleSpace()
    held, open_ = (space.vector(load_rulebook(n)) for n in ("held", "open"))
    meeting = space.vector(load_rulebook("meeting"))
    assert loosens(space, held, open_, "community")
    assert loosens(space, held, open_, "tracing")
    assert not loosens(space, open_, held, "community")
    # less support is no loosening of what protects
    assert not loosens(space, meeting, open_, "firm_help")
    # tighter in one grade, looser in another: something is loosened
    assert loosens(space, held, meeting, "community")
    assert not loosens(space, held, meeting, GRADING)


def test_putting_back_touches_one_measure_only():
    space = RuleSpace()
    today, plan = (space.vector(load_rulebook(n)) for n in (TODAY, "meeting"))
    for measure in space.differing(plan, today):
        back = space.put_back(plan, today, measure)
        assert set(np.flatnonzero(back != plan)) <= set(space.entries(measure))
        assert measure not in space.differing(back, today)
    assert space.differing(today, today) == []
    far = today.copy()
    far[-1] = (far[-1] + 1) % 4
    assert space.differing(far, today) == [GRADING]


def test_which_measures_stand_at_the_borders():
    found = {m for m in load_catalogue().measure if at_borders(m)}
    assert found == {"province_border", "city_border", "arrivals_quarantine"}
    assert not at_borders(GRADING)


@pytest.mark.slow
def test_borders_are_not_opened_if_that_would_lose_with_more_infected_arrivals(town, people):
    space, goal = RuleSpace(), make_goal("health", load_parameters())
    today = space.vector(load_rulebook(TODAY))
    plan = space.put_back(today, space.vector(load_rulebook("open")), "arrivals_quarantine")
    # nobody infected comes: only what breaks ties speaks for opening
    quiet = load_parameters().with_values(
        {
            "arrivals.prevalence_scale": 1e-9,
            "arrivals.prevalence_risk": 0.01,
            "arrivals.prevalence_other": 0.001,
        }
    )
    stage = open_stage(
        town, residents=people, days=30, draws=24, seed=2, initial=[], parameters=quiet,
        before=load_rulebook(TODAY),
    )  # fmt: skip
    calm = settle(stage, space, goal, plan, today, least=0.0)
    assert "arrivals_quarantine" in space.differing(calm.vector, today)
    many = settle(stage, space, goal, plan, today, least=0.0, stressed=with_imports(stage, 1e10))
    assert many.back == ("arrivals_quarantine",)
    # the draws themselves are as they were
    np.testing.assert_array_equal(stage.score(space.book(plan), 0, 24).outcomes, calm.outcomes)


def test_which_measures_are_protections():
    found = {m for m in load_catalogue().measure if guards(m)}
    assert found == {
        "masks", "fever_clinics", "testing", "tracing", "quarantine", "protection_standard",
        "inspection", "remote_work",
    }  # fmt: skip
    assert guards("inspection.low")
    assert not guards(GRADING)


def test_no_protection_goes_for_the_sake_of_the_limit_that_it_serves():
    # few draws, of which every one must hold: one course with a wave breaks the limit
    plan, without = outcomes(np.full(100, 60.0)), outcomes(np.full(100, 50.0))
    without[0, INDEX["resurgence"]] = 1.0
    assert reason_for(GOAL, plan, without, least=0.0, margin=2.326) == "limit"
    assert reason_for(without_spread(GOAL), plan, without, least=0.0, margin=2.326) == "none"
    # what runs short is another matter
    without[:, INDEX["mask_cover"]] = 0.5
    assert reason_for(without_spread(GOAL), plan, without, least=0.0, margin=2.326) == "limit"
    kept = {c.outcome for c in without_spread(GOAL).constraints}
    assert {c.outcome for c in GOAL.constraints} - kept == {"resurgence"}


@pytest.mark.slow
@pytest.mark.parametrize("cases", [0, 6])
def test_protections_stand_while_infections_are_to_be_expected(town, people, cases):
    space = RuleSpace()
    today = space.vector(load_rulebook(TODAY))
    plan = space.put_back(today, space.vector(load_rulebook("open")), "protection_standard")
    assert "protection_standard" in space.differing(plan, today)
    parameters = load_parameters().with_values({"arrivals.prevalence_scale": 0.0})
    stage = open_stage(
        town, residents=people, days=30, draws=16, seed=2, parameters=parameters,
        initial=[{"day": -4, "n": cases}] if cases else [], before=load_rulebook(TODAY),
    )  # fmt: skip
    goal = make_goal("work", parameters)  # what standards cost is all that counts
    outcomes = stage.score(space.book(plan), 0, 16).outcomes
    assert expects_infections(stage, outcomes) == (cases > 0)
    settled = settle(stage, space, goal, plan, today, least=0.0)
    assert settled.back == (("protection_standard",) if cases else ())


def test_firms_that_pledge_go_on_by_filing_at_the_lightest():
    space, scheme = RuleSpace(), load_catalogue().measure["resumption_scheme"]
    today, plan = (space.vector(load_rulebook(n)) for n in (TODAY, "open"))
    (at,) = space.entries("resumption_scheme")
    assert (scheme.levels[today[at]], scheme.levels[plan[at]]) == ("approval", "free")
    kept = keep_pledge(space, plan, today)
    assert scheme.levels[kept[at]] == "filing"
    assert np.flatnonzero(kept != plan).tolist() == [at]
    assert np.array_equal(keep_pledge(space, kept, today), kept)
    # where nobody pledges today, nobody need
    assert np.array_equal(keep_pledge(space, plan, plan), plan)


@pytest.mark.slow
@pytest.mark.parametrize("cases", [0, 6])
def test_no_scheme_only_once_no_infection_is_to_be_expected(town, people, cases):
    space = RuleSpace()
    today = space.vector(load_rulebook(TODAY))
    plan = space.put_back(today, space.vector(load_rulebook("open")), "resumption_scheme")
    parameters = load_parameters().with_values({"arrivals.prevalence_scale": 0.0})
    stage = open_stage(
        town, residents=people, days=30, draws=16, seed=2, parameters=parameters,
        initial=[{"day": -4, "n": cases}] if cases else [], before=load_rulebook(TODAY),
    )  # fmt: skip
    settled = settle(stage, space, make_goal("work", parameters), plan, today, least=0.0)
    (at,) = space.entries("resumption_scheme")
    scheme = load_catalogue().measure["resumption_scheme"]
    assert scheme.levels[settled.vector[at]] == ("filing" if cases else "free")


def test_a_level_nearer_to_today():
    space = RuleSpace()
    today, plan = (space.vector(load_rulebook(n)) for n in (TODAY, "open"))
    at = space.entries("community")
    near = space.nearer(plan, today, "community")
    assert (near[at] == plan[at] + 1).all()
    assert set(np.flatnonzero(near != plan)) == set(at)
    again = space.nearer(space.nearer(near, today, "community"), today, "community")
    assert (again[at] == today[at]).all()


def test_one_grade_put_back():
    space = RuleSpace()
    today, plan = (space.vector(load_rulebook(n)) for n in (TODAY, "meeting"))
    at = space.entries("community")
    assert {"community.low", "community.high"} <= set(space.apart(plan, today))
    high = space.put_back_grade(plan, today, "community.high")
    assert high[at].tolist() == [plan[at][0], plan[at][1], today[at][2]]
    # low as today is stricter than the others were: they follow
    opened = plan.copy()
    opened[at] = 0
    low = space.put_back_grade(opened, today, "community.low")
    assert (low[at] == today[at][0]).all()


@pytest.mark.slow
def test_a_grade_that_no_district_has_is_not_changed(many):
    space, goal = RuleSpace(), make_goal(None, many.parameters)
    today = space.vector(load_rulebook(TODAY))
    plan = today.copy()
    low, medium, high = space.entries("community")
    plan[[low, medium, high]] = 0, 1, 3
    settled = settle(many, space, goal, plan, today, least=0.0)
    # nobody is at high risk in the town: sealing there would be decided for nothing
    assert settled.vector[high] == today[high]
    assert settled.vector[low] == 0


def test_a_district_of_more_risk_never_gets_less():
    space = RuleSpace()
    vector = space.vector(load_rulebook("open"))
    low, medium, high = space.entries("community_services")
    vector[[low, medium, high]] = 0, 2, 1
    assert space.space.clean(vector[None])[0][[low, medium, high]].tolist() == [0, 2, 2]


def test_the_strength_is_that_of_the_draws(stage):
    from twofronts.planning.sensitivity import drawn_parameters

    drawn = drawn_parameters(stage)
    assert strength_of(stage, "masks", 8).tolist() == drawn["measure.masks"].tolist()


@pytest.fixture(scope="module")
def many(town, people):
    return open_stage(
        town, residents=people, days=21, draws=24, seed=5, before=load_rulebook(TODAY)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["meeting", "open"])
def test_every_change_that_stays_is_worth_it(many, name):
    space, goal = RuleSpace(), make_goal(None, many.parameters)
    today, plan = (space.vector(load_rulebook(n)) for n in (TODAY, name))
    least = least_gain(many)
    settled = settle(many, space, goal, plan, today, least=least)
    assert settled.back
    for measure in settled.back:
        assert measure not in space.differing(settled.vector, today)
    own = many.score(space.book(settled.vector), 0, 24).outcomes
    np.testing.assert_array_equal(own, settled.outcomes)
    for measure in space.differing(settled.vector, today):
        back = space.put_back(settled.vector, today, measure)
        without = many.score(space.book(back), 0, 24).outcomes
        gap = harm_by_draw(goal, without) - harm_by_draw(goal, own)
        error = gap.std(ddof=1) / np.sqrt(24)
        needed = goal.shortfall(without) > goal.shortfall(own)
        assert needed or gap.mean() - 1.64 * error > 0, measure
        near = space.nearer(settled.vector, today, measure)
        rows = many.score(space.book(near), 0, 24).outcomes
        loose = loosens(space, today, settled.vector, measure)
        if not loose and goal.shortfall(rows) <= goal.shortfall(own):
            gap = harm_by_draw(goal, rows) - harm_by_draw(goal, own)
            assert gap.mean() > least, measure
    again = settle(many, space, goal, settled.vector, today, least=least)
    assert again.back == ()
    np.testing.assert_array_equal(again.vector, settled.vector)


@pytest.mark.slow
def test_a_gain_that_nothing_reaches_leaves_only_what_limits_need(many):
    space, goal = RuleSpace(), make_goal(None, many.parameters)
    today, plan = (space.vector(load_rulebook(n)) for n in (TODAY, "meeting"))
    settled = settle(many, space, goal, plan, today, least=1e12)
    known = space.differing(settled.vector, today)
    own = settled.outcomes
    for measure in known:
        back = space.put_back(settled.vector, today, measure)
        without = many.score(space.book(back), 0, 24).outcomes
        loose = loosens(space, today, settled.vector, measure)
        assert loose or goal.shortfall(without) > goal.shortfall(own), measure


@pytest.mark.slow
def test_the_table_of_changes_is_what_leaving_a_measure_would_do(many):
    space, goal = RuleSpace(), make_goal(None, many.parameters)
    today, plan = (space.vector(load_rulebook(n)) for n in (TODAY, "meeting"))
    own = many.score(space.book(plan), 0, 12).outcomes
    table = change_table(many, space, goal, plan, today, own).set_index("measure")
    assert list(table.index) == space.differing(plan, today)
    row = table.loc["return_transport"]
    back = space.book(space.put_back(plan, today, "return_transport"))
    without = many.score(back, 0, 12).outcomes
    gap = without[:, INDEX["value_added_lost"]] - own[:, INDEX["value_added_lost"]]
    assert row["value_added_lost"] == pytest.approx(gap.mean())
    assert (row["way"], row["day"]) == ("more", 3)
    assert table.loc["inner_checkpoints", "way"] == "looser"
    assert row["value_added_lost_from"] <= row["value_added_lost"] <= row["value_added_lost_to"]


@pytest.mark.slow
@pytest.mark.parametrize("threshold", [0, 3])
def test_what_was_left_out_and_what_went_back_are_told_apart(town, people, threshold):
    from dataclasses import replace

    from twofronts.planning.choosing import choose
    from twofronts.planning.searching import search

    stage = open_stage(
        town, residents=people, days=21, draws=8, seed=5, before=load_rulebook(TODAY)
    )
    found = search(town, stage=stage, budget=12, seed=1)
    vector = found.space.vector(load_rulebook("meeting"))
    vector[-1] = threshold
    key, book = tuple(vector.tolist()), found.space.book(vector)
    front = replace(found, members=(replace(found.members[0], vector=key, book=book),))
    chosen = choose(front, stage, None)
    today = set(chosen.space.active(chosen.today))
    active = set(chosen.space.active(np.array(chosen.best.vector)))
    assert not set(chosen.dropped) & (today | active | {GRADING})
    assert not set(chosen.back) & set(chosen.dropped)
    # no district of the town has ten cases, so the threshold does nothing and is never changed
    assert GRADING in chosen.back


def test_orders_of_a_plan_end_with_what_was_looked_at():
    book = issued(load_rulebook("meeting"), 60)
    assert book.orders.days == 60
    assert book.orders.until is None
    # closures rest on article 42, which the floor that plans are written from does not name
    for lang in ("en", "zh"):
        assert "42" in book.orders.basis[lang]
