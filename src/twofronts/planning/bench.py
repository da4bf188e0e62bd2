"""One thread's memory for draws, with a rulebook on it.

Half of a short draw's time once went into putting its rulebook on: compiling it and laying some 300
arrays out for kernels. So what rulebooks share is laid out once, and a rulebook stays on until
another one comes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from twofronts.epidemic.memory import make_memory, make_output
from twofronts.epidemic.world import effect_rows
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.day import run_both
from twofronts.kernels.economy import EconomyRecord
from twofronts.kernels.structs import pack
from twofronts.measures import Rulebook, load_catalogue
from twofronts.measures.compiling import decision_state
from twofronts.planning.costs import cost_of, prices, set_prices
from twofronts.planning.joined import join, make_record
from twofronts.planning.means import Holding, use_of_means
from twofronts.planning.outcomes import read_daily, read_outcomes


def orders_nothing(book: Rulebook) -> bool:
    """Say whether a rulebook leaves life as it always was."""
    return not (book.measures or book.changes or book.overrides or book.switch)


class Bench:
    """What one thread needs to run draws of a stage, or of one that differs in its means.

    Parameters
    ----------
    stage : Stage
        Gives the size: residents, days and draws.
    """

    def __init__(self, stage: Any):
        self.stage: Any = None
        self.book: Rulebook | None = None
        self.rows = -1
        self.holding = Holding(
            np.zeros(stage.days + 64),
            np.zeros(stage.days + 64),
            np.zeros(stage.days),
            np.array(stage.pars["quarantine_days"], dtype=np.float64),
        )
        cell = stage.world.staff.shape
        n = stage.draws
        self.out = make_output(n, stage.days, (cell[0], cell[1]), len(load_catalogue()))
        self.record = make_record(stage.economy, self.out)
        self.use = np.zeros((n, stage.days, 2))
        self.packed_out = pack(self.out)
        self.residents = pack(stage.residents.arrays)

    def put(self, stage: Any, book: Rulebook) -> None:
        """Put a rulebook on the bench, unless it lies there.

        Parameters
        ----------
        stage : Stage
            The one that the bench was made for, or the same with other means.
        book : Rulebook
        """
        if self.stage is stage and self.book is book:
            return
        rules = stage.compile(book)
        # nothing lies here while it is being changed
        self.book = None
        if self.stage is not stage:
            self._set(stage)
        self.tariff = set_prices(rules, self.price)
        self.period = np.searchsorted(rules.period_day, np.arange(stage.days), side="right") - 1
        world = self._world(rules)
        rows = world.row_place.shape[0]
        if rows != self.rows:
            # places with levels of their own need rows of effects, and memory for them
            city = t.City(world, stage.residents.arrays, rules, stage.economy.labour)
            self.memory, self.rows = make_memory(city, stage.days), rows
            self.scratch = pack(self.memory.scratch)
            self.joined.clear()
        labour, self.economy, memory = self._joined(ordinary=orders_nothing(book))
        self.decisions = decision_state(rules, stage.days)
        self.city = pack(t.City(pack(world), self.residents, rules, labour))
        self.packed_memory = pack(memory._replace(decisions=self.decisions))
        self.book = book

    def _set(self, stage: Any) -> None:
        """Make the bench one of this stage."""
        self.stage = stage
        self.price = prices(stage.parameters)
        self.people = stage.world.population / stage.residents.scale
        self.world = pack(stage.world)
        # by whether the rulebook orders nothing: labour, front two, and the thread's memory
        self.joined: dict[bool, tuple[Any, Any, Any]] = {}

    def _world(self, rules: Any) -> Any:
        """Return the world, with rows of effects for places that have levels of their own."""
        own = (rules.compound_level, rules.site_level, rules.sector_level)
        if not any(places.id.size for places in own):
            return self.world
        stage = self.stage
        compound_row, site_row, extra = effect_rows(stage.residents.arrays, rules)
        return stage.world._replace(compound_row=compound_row, site_row=site_row, **extra)

    def _joined(self, *, ordinary: bool) -> tuple[Any, Any, Any]:
        """Return labour, front two and the thread's memory, made once and laid out for kernels."""
        if ordinary not in self.joined:
            params = self.stage.economy
            if ordinary:
                params = params._replace(labour=self.stage.ordinary_labour)
            economy, memory = join(params, self.record, self.memory)
            memory = memory._replace(
                scratch=self.scratch,
                grades=pack(memory.grades),
                labour=pack(memory.labour),
                labour_out=pack(memory.labour_out),
            )
            self.joined[ordinary] = pack(params.labour), pack(economy), memory
        return self.joined[ordinary]

    def run(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Run draws with the rulebook that is on the bench.

        Parameters
        ----------
        first, last : int
            Draws ``first`` to ``last - 1``.

        Returns
        -------
        tuple of float64[draw, outcome], float64[draw, measure], dict
            Outcomes, burden [person-days], and the daily series, float64[draw, day].
        """
        stage = self.stage
        for array in (*self.out, *self.record):
            array[first:last] = 0
        severe, cost = np.zeros(last - first), np.zeros(last - first)
        for w in range(first, last):
            run_both(
                self.city, self.packed_memory, self.economy, stage.pars, self.packed_out,
                w, w + 1, stage.seed,
            )  # fmt: skip
            severe[w - first] = _severe(self.memory.scratch)
            cost[w - first] = cost_of(self.tariff, self.period, self.decisions.asked, self.people)
        use_of_means(
            self.city, self.packed_memory, self.packed_out, self.holding, self.use, first, last,
            stage.seed,
        )  # fmt: skip
        out = t.Output(*(array[first:last] for array in self.out))
        record = EconomyRecord(*(array[first:last] for array in self.record))
        series = read_daily(out, record, stage.economy)
        table = read_outcomes(
            out, series, self.use[first:last], severe, cost,
            icu_beds=stage.world.capacity[t.ICU_BEDS], wave=stage.wave,
        )  # fmt: skip
        return table, out.burden.sum(axis=1, dtype=np.float64), series


def _severe(scratch: t.Scratch) -> int:
    """Count the severe courses of the draw that the memory holds."""
    people = scratch.people[: int(scratch.n[t.N_PEOPLE])]
    infected = people["stage"] > t.SUSCEPTIBLE
    return int(np.count_nonzero(infected & ((people["traits"] & t.SEVERE) > 0)))
