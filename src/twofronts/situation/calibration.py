"""Does the fit get back what is known? Simulation-based calibration of the whole procedure.

Truths are drawn from the prior, reports are simulated from them by the simulator itself, and the
fit is run on each as on a city's own reports. If its intervals are right the rank of each truth
among its posterior draws is uniform (Talts et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.situation.engine import Engine
from twofronts.situation.fit import Target, fit, names_of, values_of, with_values


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Ranks of the truths.

    ``ranks[name]`` is float64[replicate] in [0, 1]: the share of posterior draws below the truth;
    ``inside_90[name]`` whether the 90% interval held it; ``shrink[name]`` the posterior's standard
    deviation over the prior's (logarithms where the quantity is a factor).
    """

    names: tuple[str, ...]
    ranks: dict[str, np.ndarray]
    inside_90: dict[str, np.ndarray]
    shrink: dict[str, float]
    n_cases: np.ndarray

    def histogram(self, name: str, bins: int = 10) -> np.ndarray:
        """Return how many ranks fall into each of equal bins, int64[bins]."""
        return np.histogram(self.ranks[name], bins=bins, range=(0, 1))[0]


def calibrate_fit(
    engine: Engine,
    *,
    replicates: int = 60,
    draws: int = 200,
    seed: int = 1,
    least_cases: int = 20,
    most_cases: int = 300,
    with_origin: bool = True,
    progress: Callable[[str], None] | None = None,
    **settings: int | float,
) -> Calibration:
    """Run the calibration.

    Parameters
    ----------
    engine : Engine
    replicates : int
        Truths.
    draws : int
        Posterior draws of each fit.
    seed : int
    least_cases, most_cases : int
        Truths whose reports are fewer or more are left out, and so is that part of the prior in
        effect: ranks are then those of outbreaks like the city's. [persons]
    with_origin : bool
        Whether the cases by origin are among the reports.
    progress : callable, optional
    **settings
        Of the fit.

    Returns
    -------
    Calibration

    Raises
    ------
    ScenarioError
        If no simulated outbreak has a usable size.

    References
    ----------
    .. [1] Talts et al. (2018), arXiv:1804.06788.
    """
    names = tuple(names_of(engine))
    rng = np.random.default_rng([seed, 5])
    n = engine.draws
    z = rng.standard_normal((n, engine.n_period + 2))
    call = int(rng.integers(1, 2**31))
    truth = values_of(engine, z)
    pars = with_values(engine, engine.nuisance(call)[:n], truth)
    luck = np.column_stack([np.full(n, call), np.arange(n)])
    most = np.full(engine.n_day, most_cases)
    made = engine.simulate(pars, luck, most=most)
    total = made.confirmed.sum(axis=1)
    usable = np.flatnonzero((made.done == 1) & (total >= least_cases))[:replicates]
    if not usable.size:
        raise ScenarioError(
            Problem(
                what=f"none of {n} simulated outbreaks has {least_cases} to {most_cases} cases",
                why="truths are outbreaks like the city's",
                remedy="widen the range of cases",
            )
        )
    ranks: dict[str, list[float]] = {name: [] for name in names}
    inside: dict[str, list[bool]] = {name: [] for name in names}
    shrink: dict[str, list[float]] = {name: [] for name in names}
    for i, w in enumerate(usable):
        target = Target(made.confirmed[w].astype(float))
        if with_origin:
            target = replace(
                target, local=float(made.origin[w, 0]), imported=float(made.origin[w, 1])
            )
        found = fit(engine, target, draws=draws, seed=seed * 1000 + i, **settings)  # type: ignore[arg-type]
        for k, name in enumerate(names):
            values, true = found.values[name], float(truth[name][w])
            low, _, high = found.interval(name)
            ranks[name].append(float((values < true).mean()))
            inside[name].append(low <= true <= high)
            shrink[name].append(float(found.particles.z[:, k].std()))
        if progress is not None:
            progress(f"{i + 1} of {usable.size}: {total[w]} cases")
    return Calibration(
        names,
        {k: np.array(v) for k, v in ranks.items()},
        {k: np.array(v) for k, v in inside.items()},
        {k: float(np.mean(v)) for k, v in shrink.items()},
        total[usable],
    )
