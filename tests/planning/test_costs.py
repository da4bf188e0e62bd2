"""What measures cost: by level, resident and day, and that the planner counts it."""

from __future__ import annotations

import numpy as np
import pytest

from factories.planning import score
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.measures.checkpoints import sites_of
from twofronts.measures.rulebook import GradeLevels, Override
from twofronts.parameters import load_parameters
from twofronts.planning.costs import cost_of, prices, set_prices
from twofronts.planning.explain import drop_idle
from twofronts.planning.goals import make_goal
from twofronts.planning.outcomes import INDEX
from twofronts.planning.rulespace import RuleSpace


def test_every_cost_belongs_to_a_level_and_is_assumed():
    levels = {f"cost.{m.key}_{v.key}" for m in load_catalogue().measure.values() for v in m.level}
    costs = {p.key: p for p in load_parameters().values() if p.key.startswith("cost.")}
    assert set(costs) <= levels
    assert {p.grade for p in costs.values()} == {"assumed"}
    table = prices(load_parameters())
    # ordinary life costs nothing, every support something, and a higher level never less
    assert (table[:, 0] == 0).all()
    for row, m in zip(table, load_catalogue().measure.values(), strict=True):
        used = row[: len(m.level)]
        assert (np.diff(used) >= 0).all() or m.kind != "support"
        assert m.kind != "support" or (used[1:] > 0).all()


def test_a_draw_costs_what_its_sets_cost_day_by_day(stage):
    rules, price = stage.compile(load_rulebook("meeting")), prices(stage.parameters)
    rng = np.random.default_rng(0)
    days, population = 9, np.array([3e4, 5e4])
    asked = rng.integers(0, 6, (days, 3)).astype(np.uint8)
    period = np.minimum(np.arange(days) // 5, len(rules.period_day) - 1)
    slow = 0.0
    for day in range(days):
        for m in range(price.shape[0]):
            for d in range(2):
                column = 2 if rules.city_scope[m] else d
                level = rules.asked_level[period[day], asked[day, column], m]
                slow += price[m, level] * population[d] / 1e6
    fast = cost_of(set_prices(rules, price), period, asked, population)
    assert fast == pytest.approx(slow)


def own(checkpoint, measure, level, **more):
    """A level of its own for a checkpoint."""
    return Override(checkpoint=checkpoint, measure=measure, level=level, **more)


def with_overrides(book, *overrides):
    return book.model_copy(update={"overrides": overrides})


def test_places_with_levels_of_their_own_cost_those(stage):
    sites = sites_of(stage.city)
    book = with_overrides(
        load_rulebook("meeting"), own("inner-old-mill", "inner_checkpoints", "all_roads", day=2,
        days=5), own("city-river", "city_border", "none", days=4),
    )  # fmt: skip
    rules, price = stage.compile(book), prices(stage.parameters)
    known, codes = load_catalogue(), list(stage.city.district_codes)
    days, population = 9, np.arange(1, len(codes) + 1) * 1e4
    asked = np.random.default_rng(0).integers(0, 3, (days, len(codes) + 1)).astype(np.uint8)
    period = np.searchsorted(rules.period_day, np.arange(days), side="right") - 1
    slow = 0.0
    for day in range(days):
        for m, key in enumerate(known.keys):
            for d, code in enumerate(codes):
                level = rules.asked_level[
                    period[day], asked[day, -1 if rules.city_scope[m] else d], m
                ]
                each = price[m, level]
                for item in book.overrides:
                    site, first = sites[item.checkpoint], item.day or 0
                    here = site.district in ("", code) and item.measure == key
                    if here and first <= day < first + item.days:
                        of_its_own = price[m, known.measure[key].index(item.level)]
                        each += site.share * (of_its_own - price[m, level])
                slow += each * population[d] / 1e6
    fast = cost_of(set_prices(rules, price), period, asked, population)
    plain = stage.compile(load_rulebook("meeting"))
    assert fast == pytest.approx(slow, rel=1e-12)
    assert fast != cost_of(set_prices(plain, price), np.zeros(days, int), asked, population)


@pytest.mark.parametrize("level", ["none", "closed"])
def test_all_checkpoints_of_a_border_give_what_the_border_does(stage, level):
    """Outcomes of both fronts, burden and money, on the same draws."""
    base, m = load_rulebook("meeting"), load_catalogue().index["city_border"]
    entry = base.measures["city_border"].model_copy(update={"level": GradeLevels(
        low=level, medium=level, high=level)})  # fmt: skip
    whole = base.model_copy(update={"measures": base.measures | {"city_border": entry}})
    one, other = (own(c, "city_border", level) for c in ("city-river", "city-old"))
    books = (base, with_overrides(base, one), with_overrides(base, one, other), whole)
    scores = [stage.score(book, 0, stage.draws) for book in books]
    np.testing.assert_array_equal(scores[2].outcomes, scores[3].outcomes)
    np.testing.assert_array_equal(scores[2].burden, scores[3].burden)
    # one of two lies between none and both
    for values in (
        [s.outcomes[:, INDEX["measures_cost"]].mean() for s in scores[:3]],
        [s.burden[:, m].mean() for s in scores[:3]],
    ):
        assert min(values[0], values[2]) < values[1] < max(values[0], values[2])


def test_the_only_checkpoint_of_a_district_is_its_district(stage):
    row = {"measure": "inner_checkpoints", "level": "all_roads"}
    base = load_rulebook("meeting")
    each, whole = (
        stage.score(with_overrides(base, Override(**place, **row)), 0, stage.draws)
        for place in ({"checkpoint": "inner-old-mill"}, {"district": "old"})
    )
    np.testing.assert_array_equal(each.outcomes, whole.outcomes)
    np.testing.assert_array_equal(each.burden, whole.burden)
    assert (each.burden != stage.score(base, 0, stage.draws).burden).any()


def test_a_level_more_costs_its_price_for_every_resident_and_day(stage):
    held = score(stage, "open").outcomes[:, INDEX["measures_cost"]]
    book = load_rulebook("open")
    extra = book.model_copy(
        update={
            "measures": book.measures
            | {"daily_goods": load_rulebook("meeting").measures["daily_goods"]}
        }
    )
    more = stage.score(extra, 0, stage.draws).outcomes[:, INDEX["measures_cost"]]
    level = stage.compile(extra).level[0, 0, load_catalogue().index["daily_goods"]]
    was = stage.compile(book).level[0, 0, load_catalogue().index["daily_goods"]]
    price = prices(stage.parameters)[load_catalogue().index["daily_goods"]]
    wanted = (price[level] - price[was]) * stage.world.population.sum() * stage.days / 1e6
    assert level > was
    assert more - held == pytest.approx(np.full(stage.draws, wanted))


@pytest.mark.slow
def test_support_that_costs_more_than_it_brings_is_not_recommended(stage):
    space, goal = RuleSpace(), make_goal(None, stage.parameters)
    vector = space.vector(load_rulebook("meeting"))
    dear = load_parameters().with_values(
        {p.key: p.bounds[1] for p in load_parameters().values() if p.key.startswith("cost.firm_")}
    )
    from dataclasses import replace

    assert "firm_help" in space.active(vector)
    kept, _ = drop_idle(replace(stage, parameters=dear, _free=[]), space, goal, vector)
    assert not {"firm_help", "firm_relief"} & set(space.active(kept))
