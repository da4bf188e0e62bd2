from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from factories.planning import SMALL
from factories.wording import english
from twofronts.errors import ScenarioError
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.parameters import load_parameters
from twofronts.planning.choosing import choose
from twofronts.planning.comparing import open_stage
from twofronts.planning.explain import (
    binding,
    contributions,
    differences,
    harm_by_draw,
    near_best,
    reason_infeasible,
)
from twofronts.planning.goals import make_goal
from twofronts.planning.outcomes import INDEX, NAMES
from twofronts.planning.plan import Alternative, make_plan
from twofronts.planning.rulespace import TODAY
from twofronts.planning.searching import search
from twofronts.planning.sensitivity import (
    drawn_parameters,
    more_means,
    weights_that_flip,
    what_would_flip,
)
from twofronts.planning.settling import expects_infections, loosens
from twofronts.planning.text import nearly_as_good, plan_text


@pytest.fixture(scope="module")
def plan(town, stage):
    return make_plan(town, stage=stage, space=SMALL, budget=24, fresh=16, seed=1)


@pytest.mark.parametrize("name", ["fresh", "second", "explained"])
def test_numbers_of_draws_are_refused_before_the_search(name):
    # no city is there to search on
    with pytest.raises(ScenarioError, match=f"{name} is 0"):
        make_plan("nowhere", **{name: 0})


@pytest.mark.slow
def test_the_plan_is_checked_on_draws_that_the_search_has_not_seen(plan, stage):
    assert plan.fresh.manifest.seed != stage.seed
    assert next(iter(plan.fresh.rulebooks)) == "planned"
    assert {"held", "meeting", "open", "closed", "switching"} < set(plan.fresh.rulebooks)
    assert plan.fresh.data.sizes["draw"] == 16


@pytest.mark.slow
def test_advantage_and_curse_are_those_of_the_paired_draws(plan):
    goal = plan.front.goal
    row = plan.advantage.set_index("baseline").loc["held"]
    mine = harm_by_draw(goal, plan.fresh.outcomes("planned"))
    gap = harm_by_draw(goal, plan.fresh.outcomes("held")) - mine
    assert row["mean"] == pytest.approx(gap.mean())
    assert row["curse"] == pytest.approx(row["searched"] - gap.mean())
    assert row["low"] < row["mean"] < row["high"]


@pytest.mark.slow
def test_a_contribution_is_what_is_lost_without_the_measure(plan, stage):
    space, goal = plan.front.space, plan.front.goal
    vector = space.vector(load_rulebook("meeting"))
    outcomes = stage.score(space.book(vector), 0, 8).outcomes
    table = contributions(stage, space, goal, vector, outcomes).set_index("measure")
    assert set(table.index) == set(space.active(vector))
    without = stage.score(space.book(space.without(vector, "community")), 0, 8).outcomes
    gap = without[:, INDEX["burden"]] - outcomes[:, INDEX["burden"]]
    assert table.loc["community", "burden"] == pytest.approx(gap.mean())
    assert table.loc["community", "burden"] < 0


@pytest.mark.slow
def test_every_measure_of_the_catalogue_has_its_line(plan):
    table = plan.by_line()
    assert len(plan.contributions) > 0
    assert list(table["measure"]) == list(load_catalogue().measure)
    known = set(table[table["gain"].notna()]["measure"])
    assert known == set(plan.contributions["measure"])


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_text_names_lines_constraints_and_numbers(plan, lang):
    text = plan_text(plan, lang)
    for m in load_catalogue().measure.values():
        assert m.name[lang] in text
    for d in plan.dials:
        assert f"{d.value:.2f}" in text
    mean = plan.advantage.set_index("baseline").loc["held", "mean"]
    title = load_rulebook("held").title["zh"] if lang == "zh" else "held"
    assert f"{title}{'：' if lang == 'zh' else ': '}{mean:,.1f}" in text
    assert lang == "en" or english(text) == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_text_tells_only_plans_that_are_nearly_as_good_where_nobody_has_seen(plan, lang):
    mine = plan.fresh.outcomes("planned")
    worse = mine.copy()
    worse[:, INDEX["value_added_lost"]] *= 2.0
    close = mine.copy()
    close[:, INDEX["value_added_lost"]] += 1.0
    words = {"en": ("a difference",), "zh": ("一处不同",)}

    def other(outcomes):
        return Alternative(plan.front.best, words, plan.dials, outcomes)

    found = nearly_as_good(replace(plan, alternatives=(other(worse), other(close))))
    (gap,) = [gap for _, gap in found]
    assert gap == pytest.approx(1.0)
    text = plan_text(replace(plan, alternatives=(other(close),)), lang)
    assert words[lang][0] in text
    assert "+1.0" in text
    alone = plan_text(replace(plan, alternatives=(other(worse),)), lang)
    assert words[lang][0] not in alone
    assert {"en": "at most a tenth more harm", "zh": "不超过一成"}[lang] in alone


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_text_calls_parameters_and_measures_by_name(plan, lang):
    text = plan_text(replace(plan, dropped=("consumption",)), lang)
    assert (
        load_catalogue().measure["consumption"].name[lang]
        in text.splitlines()[-1 - len(plan.status.advice)]
    )
    for key in plan.flips["parameter"].head(5):
        assert str(key) not in text


@pytest.mark.slow
def test_near_best_plans_differ_by_at_least_two_measures(plan):
    groups = plan.front.space.space.groups
    others = near_best(plan.front, within=10.0)
    if plan.front.best.vector is None:
        assert len(others) <= 8
        return
    best = np.array(plan.front.best.vector)
    for c in others:
        assert len(np.unique(groups[np.array(c.vector) != best])) >= 2
        assert c.breach <= plan.front.best.breach


@pytest.mark.slow
def test_no_alternative_is_better_and_all_keep_the_rules_of_the_plan(town, people):
    stage = open_stage(
        town, residents=people, days=20, draws=16, seed=3, before=load_rulebook(TODAY)
    )
    front = search(town, stage=stage, budget=60, seed=3)
    second = open_stage(
        town, residents=people, days=20, draws=48, seed=99, before=load_rulebook(TODAY)
    )
    chosen = choose(front, second, None)
    assert chosen.others
    space = chosen.space
    held = [chosen.best, *chosen.others]
    assert len({c.vector for c in held}) == len(held)
    known = load_catalogue().measure
    for c in held:
        assert (c.breach, c.harm) >= (chosen.best.breach, chosen.best.harm)
        vector = np.array(c.vector)
        assert expects_infections(second, c.outcomes)
        for m in space.differing(vector, chosen.today):
            if m in known and known[m].kind == "protection":
                assert not loosens(space, chosen.today, vector, m), m


def test_differences_are_in_both_languages():
    found = differences(load_rulebook("held"), load_rulebook("meeting"))
    assert len(found["en"]) == len(found["zh"]) > 5


def test_the_tightest_constraint_comes_first_and_misses_are_put_in_words():
    goal = make_goal(None, load_parameters())
    rows = np.zeros((10, len(NAMES)))
    rows[:, INDEX["mask_cover"]] = rows[:, INDEX["goods_cover"]] = 9.0
    rows[:4, INDEX["places_use"]] = 2.0
    assert binding(rows, goal)["constraint"][0] == "places"
    words = reason_infeasible(rows, goal)
    assert words["en"] == ["Quarantine places: held in 60% of draws, 95% wanted"]
    assert len(words["zh"]) == 1
    assert "隔离点" in words["zh"][0]
    rows[:, INDEX["places_use"]] = 0.0
    assert reason_infeasible(rows, goal) == {"en": [], "zh": []}


def test_more_of_a_means_is_told_by_the_unit(stage):
    goal = make_goal(None, stage.parameters)
    book = load_rulebook("meeting")
    outcomes = stage.score(book, 0, 8).outcomes
    table = more_means(stage, goal, book, outcomes, share=0.5).set_index("means")
    assert {"beds", "icu_beds", "places", "tracers", "tests", "masks"} == set(table.index)
    beds = stage.world.capacity[0]
    assert table.loc["beds", "amount"] == max(1, round(0.5 * beds))
    assert table.loc["masks", "unit"] == 1e6
    # the stage itself is as it was
    assert np.array_equal(stage.score(book, 0, 8).outcomes, outcomes)


def test_the_parameter_that_decides_ranks_first():
    rng = np.random.default_rng(0)
    goal = make_goal("work", load_parameters())
    x = pd.DataFrame({"a": rng.random(400), "b": rng.random(400), "c": rng.random(400)})
    plan, rival = np.zeros((400, len(NAMES))), np.zeros((400, len(NAMES)))
    plan[:, INDEX["value_added_lost"]] = 10.0 + rng.normal(0, 0.1, 400)
    rival[:, INDEX["value_added_lost"]] = 10.0 + 4 * (x["b"] - 0.4)
    table = what_would_flip(x, plan, rival, goal)
    assert table["parameter"][0] == "b"
    assert bool(table["flips"][0])
    assert table["advantage_low"][0] < 0 < table["advantage_high"][0]


def test_at_the_weight_that_flips_both_are_equal():
    goal = make_goal("balanced", load_parameters())
    plan, rival = np.zeros((2, len(NAMES))), np.zeros((2, len(NAMES)))
    plan[:, INDEX["value_added_lost"]], plan[:, INDEX["deaths"]] = 10.0, 3.0
    rival[:, INDEX["value_added_lost"]], rival[:, INDEX["deaths"]] = 60.0, 1.0
    table = weights_that_flip(plan, rival, goal).set_index("weight")["factor"]
    a = goal.objectives(plan).mean(axis=0) * [table["health"], 1, goal.weights.burden]
    b = goal.objectives(rival).mean(axis=0) * [table["health"], 1, goal.weights.burden]
    assert a.sum() == pytest.approx(b.sum())
    assert np.isnan(table["burden"])


def test_parameters_that_vary_are_those_of_both_fronts(stage):
    table = drawn_parameters(stage)
    assert len(table) == 8
    assert {"transmission.per_contact", "labour.return_pace", "measure.masks"} <= set(table)


@pytest.mark.slow
def test_the_commands_print_both_languages_and_write_the_rulebook(tmp_path):
    from twofronts.cli import build

    path = tmp_path / "plan.toml"
    few = ["--budget", "12", "--draws", "4", "--fresh", "8", "--days", "20", "--lang", "zh"]
    done = CliRunner().invoke(build(), ["plan", "town", *few, "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert "交通管控" in done.output
    assert load_rulebook(path).name == "planned"
    done = CliRunner().invoke(
        build(), ["compare", "town", "held", "open", "--draws", "4", "--days", "20"]
    )
    assert done.exit_code == 0, done.output
    assert "Value added lost" in done.output
