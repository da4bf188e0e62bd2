"""What any sensible planner must do."""

from __future__ import annotations

import numpy as np
import pytest

from factories.planning import SMALL, every_vector
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.measures.rulebook import GRADES
from twofronts.measures.words import levels_of
from twofronts.parameters import load_parameters
from twofronts.planning.choosing import least_gain
from twofronts.planning.climbing import preference
from twofronts.planning.comparing import open_stage
from twofronts.planning.evaluating import Evaluator, on_threads
from twofronts.planning.goals import make_goal
from twofronts.planning.plan import make_plan
from twofronts.planning.playing import play
from twofronts.planning.rulespace import TODAY, RuleSpace
from twofronts.planning.settling import settle


def best_of(stage, space, *, goal=None):
    """The best vector of a small space by trying all, with its breach and harm."""
    every = every_vector(space)
    goal = make_goal(goal, stage.parameters)
    evaluator = Evaluator(space, goal, on_threads(stage))
    evaluator.outcomes(every, stage.draws)
    objectives, breach = evaluator(every, stage.draws)
    i = preference(goal, objectives, breach)[0]
    return every[i], round(float(breach[i]), 9), float(goal.harm(objectives[i]))


@pytest.mark.slow
def test_more_beds_never_worsen_the_best_plan(town, people):
    crowded = [{"day": -4, "n": 60}]
    stage = open_stage(town, residents=people, days=30, draws=8, seed=2, initial=crowded)
    results = [best_of(stage.with_means(beds=extra), SMALL)[1:] for extra in (-20.0, 0.0, 40.0)]
    assert results[0] >= results[1] >= results[2]
    assert results[0] > results[2]


@pytest.mark.slow
def test_more_imported_risk_never_loosens_the_borders(town, people):
    space = RuleSpace(free=("city_border", "arrivals_quarantine"), thresholds=())
    chosen = []
    for risk in (0.0, 1e-5, 1e-2):
        parameters = load_parameters().with_values(
            {"arrivals.prevalence_other": risk / 10, "arrivals.prevalence_risk": risk}
        )
        stage = open_stage(
            town, residents=people, days=30, draws=24, seed=2, parameters=parameters,
            initial=[],
        )  # fmt: skip
        chosen.append(int(best_of(stage, space, goal="health")[0].sum()))
    assert chosen[0] == int(space.space.lower.sum())
    assert chosen == sorted(chosen)
    assert chosen[-1] > chosen[0]


@pytest.mark.slow
def test_with_no_infection_and_no_importation_every_restriction_goes(town, people):
    parameters = load_parameters().with_values({"arrivals.prevalence_scale": 0.0})
    plan = make_plan(
        town, residents=people, parameters=parameters, initial=[], budget=100, draws=8, fresh=16,
        days=30, seed=4,
    )  # fmt: skip
    # wherever a district is, it is open; nothing is decided for grades that no district has
    run = play(
        town, plan.book, residents=people, parameters=parameters, initial=[], days=30, draws=16,
        seed=4,
    )  # fmt: skip
    here = {GRADES[g] for g in np.unique(run.data["grade"])}
    assert here == {"low", "medium"}  # the reports before the run have cases
    floor, today = load_rulebook("open"), load_rulebook(TODAY)
    for m in load_catalogue().measure.values():
        if m.kind == "restriction":
            mine, least, now = (levels_of(b, m) for b in (plan.book, floor, today))
            for grade in GRADES:
                wanted = {getattr(least, grade)}
                if grade not in here:
                    wanted.add(getattr(now, grade))
                assert getattr(mine, grade) in wanted, (m.key, grade)
    assert plan.fresh.data["outcome_infections"].sum() == 0
    assert (plan.contributions["infections"] == 0).all()
    # what is changed gains; what else stands costs too little to be worth a decision
    assert (plan.changes["harm"] > 0).all()
    assert set(plan.changes["measure"]) >= {"community", "schools", "venues", "attendance_services"}
    idle = plan.contributions[plan.contributions["harm"] <= 0]
    for row in idle.itertuples():
        m = load_catalogue().measure[row.measure]
        mine, least, now = (levels_of(b, m) for b in (plan.book, floor, today))
        for grade in here:
            assert getattr(mine, grade) in {getattr(least, grade), getattr(now, grade)}, m.key
        assert -row.harm_high < least_gain(plan.unseen), m.key  # or its gain is not clear


@pytest.mark.slow
def test_a_measure_without_effect_is_never_recommended(town, people):
    # with nobody away, help with the return of workers changes nothing that is not there already
    parameters = load_parameters().with_values({"arrivals.prevalence_scale": 0.0})
    stage = open_stage(
        town, residents=people, days=20, draws=4, seed=1, initial=[], parameters=parameters
    )
    from twofronts.planning.explain import drop_idle

    space = RuleSpace()
    goal = make_goal(None, parameters)
    vector = space.vector(load_rulebook("meeting"))
    kept, gone = drop_idle(stage, space, goal, vector)
    assert {"tracing", "designated_beds", "clinics", "community"} <= set(gone)
    # and what has no effect and is not in force never gets in
    today = space.vector(load_rulebook(TODAY))
    idle = space.put_back(today, space.vector(load_rulebook("meeting")), "designated_beds")
    assert "designated_beds" in space.differing(idle, today)
    settled = settle(stage, space, goal, idle, today, least=0.0)
    assert settled.back == ("designated_beds",)
    assert not set(gone) & set(space.active(kept))
    outcomes = stage.score(space.book(kept), 0, 4).outcomes
    for measure in space.active(kept):
        without = stage.score(space.book(space.without(kept, measure)), 0, 4).outcomes
        gain = goal.harm(goal.objectives(without)) - goal.harm(goal.objectives(outcomes))
        assert gain.mean() > 0 or goal.shortfall(without) > goal.shortfall(outcomes), measure
        assert np.isfinite(gain).all()
