"""Calibration: the free parameters of front one held against published figures.

Unlike the fit, which follows one city's reports to say how things stand, this sets the ranges that
every run draws from. Rounds try many values of the free parameters, proposed as in ``smc``. Each
lives some draws of the city's first weeks, all other parameters drawn from their ranges, and one of
ordinary life; what an inquiry finds in them is a smooth function of the values plus noise, so a
quadratic regression on all that was tried (Beaumont 2002) stands for the simulator, and a Markov
chain on it gives the posterior under a normal likelihood of the targets (Wood 2010). Some posterior
draws are then simulated: what those show is reported, not what the regression says.

References
----------
.. [1] Beaumont, Zhang, Balding (2002), doi:10.1093/genetics/162.4.2025.
.. [2] Wood (2010), doi:10.1038/nature09319.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.special import ndtr

from twofronts.city import City
from twofronts.correlation import Correlation, of_draws
from twofronts.epidemic.draws import KEYS, draw_epidemic
from twofronts.epidemic.inquiry import inquire
from twofronts.epidemic.linelist import Recorder
from twofronts.errors import Problem, ScenarioError
from twofronts.kernels import types_epidemic as t
from twofronts.parameters import Parameter, Parameters, load_parameters
from twofronts.situation import smc
from twofronts.situation.emulator import regress, sample
from twofronts.situation.engine import Engine, prepare_engine
from twofronts.situation.ordinary import ORDINARY_DAYS, ordinary_life
from twofronts.situation.status import Status
from twofronts.situation.targets import (
    BY_ORIGIN,
    Target,
    aims,
    day_of_totals,
    priors_of,
    scaled,
    targets_of,
)
from twofronts.wording import Said

TOO_MANY = 500
"""Reported cases at which a draw is given up; far from any city this is meant for. [persons]"""


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """Values tried: coordinates, what they showed, how far off, weight (all alike)."""

    z: np.ndarray
    shown: np.ndarray
    distance: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """What the calibration found.

    ``values[key]`` is float64[draw], posterior draws of each free parameter; ``shown[name]`` what
    some of them showed of each target when they were simulated; ``explained[name]`` the share of
    a target's variance over all values tried nearby that the regression explains.
    """

    values: dict[str, np.ndarray]
    priors: dict[str, Parameter]
    targets: tuple[Target, ...]
    shown: dict[str, np.ndarray]
    explained: dict[str, float]
    n_simulated: int
    settings: dict[str, Any]
    status: Status

    def correlation(self) -> Correlation:
        """Return how the free parameters go together: the correlation of their normal scores."""
        return of_draws(self.values)


class Laboratory:
    """The city's first weeks and ordinary life, ready for any values of the free parameters."""

    def __init__(
        self, city: City, residents: Any, parameters: Parameters, *, draws: int, workers: int
    ):
        self.keys = list(priors_of(parameters))
        self.parameters, self.draws, self.workers = parameters, draws, workers
        self.residents = residents
        start = min(city.arrivals["date"].min().date(), city.reports["date"].min().date())
        self.past: Engine = prepare_engine(
            city, residents, parameters, start=start, as_of=day_of_totals(city), draws=1000
        )
        self.ordinary = ordinary_life(city, residents, parameters, draws=1000)
        self._free = [
            (
                Recorder(self.past.shared, self.past.n_day, most=TOO_MANY),
                Recorder(self.ordinary, ORDINARY_DAYS),
            )
            for _ in range(workers)
        ]

    def show(self, values: dict[str, np.ndarray], seed: int) -> np.ndarray:
        """Run draws for each of some values and return what they show.

        Parameters
        ----------
        values : dict of str to float64[n]
            Of every free parameter.
        seed : int

        Returns
        -------
        float64[n, target + 2]
            In the order of ``PUBLISHED`` and ``BY_ORIGIN`` (means of square roots), then the
            standard deviations of the latter. The same on any number of threads.
        """
        n = len(next(iter(values.values())))
        nuisance = draw_epidemic(
            self.parameters, draws=n * self.draws, seed=seed, population=len(self.residents)
        )
        fields = {key: field for field, key in KEYS.items()}
        for key, value in values.items():
            nuisance[fields[key]] = np.repeat(value, self.draws)

        def work(j: int) -> np.ndarray:
            mine = self._free.pop()
            try:
                rows = slice(j * self.draws, (j + 1) * self.draws)
                return self._one(mine, nuisance[rows], seed, j)
            finally:
                self._free.append(mine)

        pool = Parallel(n_jobs=self.workers, backend="threading")
        return np.array(pool(delayed(work)(j) for j in range(n)))

    def _one(
        self, recorders: tuple[Recorder, Recorder], pars: np.ndarray, seed: int, j: int
    ) -> np.ndarray:
        past, ordinary = recorders
        # numbers of draws are those of the engine; further ones have a seed of their own
        luck = [divmod(j * self.draws + i, self.past.draws) for i in range(self.draws)]
        people = [
            past.run(pars[i : i + 1], seed=seed + block, draw=number)
            for i, (block, number) in enumerate(luck)
        ]
        found = inquire(people, self.residents.arrays, until=self.past.last)
        made = ordinary.run(pars[:1], seed=seed + luck[0][0], draw=luck[0][1])
        first = made["person"][made["source"] == t.FROM_START]
        offspring = np.isin(made["source"], first).sum() / max(first.size, 1)
        root = np.sqrt([found.of(name) for name in BY_ORIGIN])
        published = [
            offspring,
            found.household_attack,
            found.serial_interval,
            found.serial_spread,
            found.ratio("isolation_days", "isolated"),
            found.contacts_per_case,
        ]
        return np.array([*published, *root.mean(axis=1), *root.std(axis=1, ddof=1)])


def calibrate(
    city: City,
    *,
    residents: Any,
    parameters: Parameters | None = None,
    rounds: int = 3,
    particles: int = 250,
    draws: int = 10,
    checked: int = 120,
    keep: float = 0.25,
    posterior: int = 1000,
    seed: int = 0,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Calibrated:
    """Calibrate the free parameters of front one.

    Parameters
    ----------
    city : City
        With cases by origin, arrivals and dated policies.
    residents : Residents
        The whole city (scale 1).
    parameters : Parameters, optional
        With ``calibration.prior`` and ``calibration.target``.
    rounds : int
        The first from the prior; at least 2.
    particles : int
        Values tried in each round.
    draws : int
        Courses of the city's first weeks for each.
    checked : int
        Posterior draws that are simulated in the end.
    keep : float
        Share of a round about which the next one proposes. [1]
    posterior : int
        Posterior draws returned.
    seed : int
        Same seed, same result, on any number of threads.
    workers : int, optional
        Threads.
    progress : callable, optional
        Told a line after each round.

    Returns
    -------
    Calibrated

    Raises
    ------
    ScenarioError
        If the residents are not the whole city, or it does not tell cases by origin.
    """
    parameters = parameters or load_parameters()
    _check(residents, rounds, particles, draws)
    priors, targets = priors_of(parameters), targets_of(city, parameters)
    workers = workers or len(os.sched_getaffinity(0))
    laboratory = Laboratory(city, residents, parameters, draws=draws, workers=workers)
    rng = np.random.default_rng([seed, 11])
    everything: list[tuple[np.ndarray, np.ndarray]] = []
    last: Round | None = None
    for r in range(rounds):
        z = smc.propose(last, particles, len(priors), rng, keep)
        everything.append((z, laboratory.show(_values(priors, z), int(rng.integers(1, 2**30)))))
        tried = _tried(everything, targets)
        last = tried
        if progress is not None:
            best = np.sort(tried.distance)
            closest, reach = f"{best[0]:.2f}", f"{best[int(keep * len(best))]:.2f}"
            progress(
                Said(
                    f"round {r + 1}: {len(z)} values, nearest {closest} standard errors away, "
                    f"next about those within {reach}",
                    f"第 {r + 1} 轮：试 {len(z)} 组取值，最近者相距 {closest} 倍标准误，"
                    f"下一轮围绕 {reach} 以内者",
                )
            )
    assert last is not None
    x = scaled(last.shown)
    usable = np.isfinite(x).all(axis=1)
    terms, explained = regress(last.z[usable], x[usable], last.distance[usable])
    aim, error = aims(targets, _luck(last.shown, targets))
    nearest = last.z[np.argsort(last.distance)[:40]]
    chosen = sample(terms, aim, error, nearest, draws=posterior, rng=rng)
    values = _values(priors, chosen)
    some = {key: value[:checked] for key, value in values.items()}
    real = laboratory.show(some, int(rng.integers(1, 2**30)))
    shown = {target.name: real[:, i] for i, target in enumerate(targets)}
    for name in BY_ORIGIN:
        shown[name] = shown[name] ** 2
    settings = {
        "city": city.id, "as_of": laboratory.past.as_of.isoformat(), "rounds": rounds,
        "particles": particles, "draws": draws, "checked": checked, "seed": seed, "keep": keep,
    }  # fmt: skip
    return Calibrated(
        values, priors, targets, shown,
        dict(zip([t.name for t in targets], explained.tolist(), strict=True)),
        (rounds * particles + checked) * (draws + 1), settings, _status(shown, targets, error),
    )  # fmt: skip


def _luck(shown: np.ndarray, targets: tuple[Target, ...]) -> np.ndarray:
    """Return how much luck varies cases by origin in outbreaks of about the city's size."""
    near = np.abs(shown[:, -3] - math.sqrt(targets[-1].value)) < 2
    return np.median((shown[near] if near.sum() > 10 else shown)[:, -2:], axis=0)


def _tried(everything: list[tuple[np.ndarray, np.ndarray]], targets: tuple[Target, ...]) -> Round:
    z = np.concatenate([part[0] for part in everything])
    shown = np.concatenate([part[1] for part in everything])
    aim, error = aims(targets, _luck(shown, targets))
    off = np.nan_to_num((scaled(shown) - aim) / error, nan=99.0)
    return Round(z, shown, np.sqrt((off**2).sum(axis=1)), np.ones(len(z)))


def _status(shown: dict[str, np.ndarray], targets: tuple[Target, ...], error: np.ndarray) -> Status:
    """Say which targets the posterior does not meet."""
    middle = scaled(
        np.array([[np.median(shown[t.name]) for t in targets]])
    )[0]  # fmt: skip
    status = Status()
    for i, target in enumerate(targets):
        count = target.name in BY_ORIGIN
        x = math.sqrt(middle[i]) if count else float(middle[i])
        aim = aims((target,), np.ones(2))[0][0]
        if abs(x - aim) > 2 * error[i]:
            status = status.also(
                "caution",
                f"{target.name} is missed by {(x - aim) / error[i]:+.1f} standard errors: the "
                "targets pull against each other.",
                f"{target.name} 偏离目标 {(x - aim) / error[i]:+.1f} 个标准误，各目标相互矛盾。",
            )
    return status


def _values(priors: dict[str, Parameter], z: np.ndarray) -> dict[str, np.ndarray]:
    u = np.clip(ndtr(z), 1e-9, 1 - 1e-9)
    return {key: prior.draw(u[:, i]) for i, (key, prior) in enumerate(priors.items())}


def _check(residents: Any, rounds: int, particles: int, draws: int) -> None:
    problems = [
        Problem(
            what=f"{name} = {value}",
            why=f"the calibration needs at least {least}",
            remedy=f"give {least} or more",
        )
        for name, value, least in (
            ("rounds", rounds, 2), ("particles", particles, 40), ("draws", draws, 4),
        )
        if value < least
    ]  # fmt: skip
    if residents.scale != 1.0:
        problems.append(
            Problem(
                what=f"residents at scale {residents.scale:g}",
                why="cases by origin are counts of the whole city",
                remedy="build the residents at scale 1",
            )
        )
    if problems:
        raise ScenarioError(problems)
