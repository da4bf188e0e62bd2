"""The draws of a search on a Dask cluster: the same numbers as on threads.

Each process of the cluster builds the city and its residents once and keeps them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from twofronts.errors import OutputError
from twofronts.manifest import digest
from twofronts.planning.evaluating import Job, Runner
from twofronts.planning.stage import Stage, score_all

_STAGES: dict[str, Stage] = {}


@dataclass(frozen=True)
class Recipe:
    """All that a process needs to set the same stage."""

    city: str
    residents_seed: int
    scale: float
    parameters: Any
    start: dt.date
    days: int
    draws: int
    seed: int
    initial: Any
    capacity: np.ndarray
    stock: np.ndarray
    before: Any
    mark: str


def recipe_of(stage: Stage) -> Recipe:
    """Return how to set a stage elsewhere; the city's folder must be readable there."""
    marks = [stage.city.digest(), stage.residents.digest(), stage.parameters.digest(), stage.days]
    marks += [stage.draws, stage.seed, stage.start.isoformat(), stage.world.start_day.tolist()]
    capacity, stock = stage.world.capacity, stage.economy.supplies.stock
    marks += [stage.before.digest() if stage.before is not None else ""]
    marks += [capacity.tolist(), stock.tolist()]
    return Recipe(
        str(stage.city.path), stage.residents.seed, stage.residents.scale, stage.parameters,
        stage.start, stage.days, stage.draws, stage.seed, stage.initial, capacity,
        stock, stage.before, digest(marks),
    )  # fmt: skip


def score_there(recipe: Recipe, jobs: Sequence[Job]) -> list[np.ndarray]:
    """Run jobs in a process of the cluster."""
    from twofronts.city import build_residents, load_city
    from twofronts.planning.stage import set_stage

    stage = _STAGES.get(recipe.mark)
    if stage is None:
        city = load_city(recipe.city)
        residents = build_residents(city, seed=recipe.residents_seed, scale=recipe.scale)
        stage = set_stage(
            city, residents, recipe.parameters, start=recipe.start, days=recipe.days,
            draws=recipe.draws, seed=recipe.seed, initial=recipe.initial, before=recipe.before,
        )  # fmt: skip
        goods = [str(g) for g in city.stocks["good"]]
        extra = dict(zip(goods, recipe.stock - stage.economy.supplies.stock, strict=True))
        names = ("beds", "icu_beds", "places", "tracers", "tests")
        gap = recipe.capacity - stage.world.capacity
        stage = stage.with_means(stock=extra, **dict(zip(names, gap.tolist(), strict=True)))
        _STAGES.clear()
        _STAGES[recipe.mark] = stage
    return [scores.outcomes for scores in score_all(stage, jobs, workers=1)]


def on_cluster(stage: Stage, address: str, *, timeout: float = 30.0) -> Runner:
    """Return a runner that uses the workers of a Dask scheduler; its ``close`` ends the link.

    Parameters
    ----------
    stage : Stage
    address : str
        Of the scheduler, "tcp://host:8786".
    timeout : float
        To wait for it. [s]

    Raises
    ------
    OutputError
        If Dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client
    except ImportError:
        raise OutputError(
            "a cluster needs Dask: install twofronts with the extra 'cluster'"
        ) from None
    try:
        client = Client(address, timeout=timeout)
    except OSError as error:
        raise OutputError(
            f"no Dask scheduler answers at {address}: {error}. To mend it: start one with "
            "`dask scheduler` and workers with `dask worker ADDRESS`, or leave --cluster out."
        ) from None
    recipe = recipe_of(stage)

    def run(jobs: Sequence[Job]) -> list[np.ndarray]:
        n_batch = max(1, min(len(jobs), 3 * len(client.scheduler_info()["workers"])))
        batches = [list(jobs[i::n_batch]) for i in range(n_batch)]
        futures = client.map(score_there, [recipe] * n_batch, batches, pure=False)
        results = client.gather(futures)
        found: list[Any] = [None] * len(jobs)
        for i, part in enumerate(results):
            found[i::n_batch] = part
        return found

    run.close = client.close  # type: ignore[attr-defined]
    return run
