"""What measures cost: by level, resident and day, and that the planner counts it."""

from __future__ import annotations

import numpy as np
import pytest

from factories.planning import score
from twofronts.measures import load_catalogue, load_rulebook
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
