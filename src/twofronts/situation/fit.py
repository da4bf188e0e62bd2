"""Fit: the simulator conditioned on the city's reports, by sequential Monte Carlo.

Approximate Bayesian computation with a population of draws (Beaumont et al. 2009; the tolerance of
each round is a quantile of the last, as in Del Moral et al. 2012). All draws of a round run side by
side in compiled threads; a general package that calls a model one draw at a time in its own
processes spends more on calls than the thousand draws a second cost. What is not fitted is drawn
from its range in every draw and kept with it, so its uncertainty is in the result.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import ndtr

from twofronts.situation.engine import Engine
from twofronts.situation.status import Status
from twofronts.wording import Said

FROM_PRIOR = 0.1
"""Share of the later rounds' proposals that comes from the prior. [1]"""
BLOCK_DAYS = 3
"""Reports are compared in sums of this many days: single days are noise. [d]"""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a fit is held against.

    ``confirmed`` is float64[day] from the engine's first day to ``as_of``, NaN where not reported;
    ``imported`` and ``local`` are the confirmed cases by origin in all, NaN if unknown.
    [persons/d, persons]
    """

    confirmed: np.ndarray
    imported: float = math.nan
    local: float = math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Particles:
    """Draws near the reports: where they lie, what made them, and what they went through.

    ``z`` is float64[n, dim], standard normal under the prior; ``pars`` PAR[n, period]; ``luck``
    int64[n, 2]; the others are the rows of ``FitOutput``.
    """

    z: np.ndarray
    pars: np.ndarray
    luck: np.ndarray
    distance: np.ndarray
    weight: np.ndarray
    confirmed: np.ndarray
    in_care: np.ndarray
    origin: np.ndarray
    n_state: np.ndarray
    state: np.ndarray

    def take(self, rows: np.ndarray) -> Particles:
        """Return some of the draws."""
        return Particles(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Particles]) -> Particles:
        """Put draws together."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What the fit found.

    ``values[name]`` is float64[draw] of each fitted quantity; ``particles`` are the posterior draws
    with the past that each went through and where it ended, of equal weight.
    """

    engine: Engine
    values: dict[str, np.ndarray]
    particles: Particles
    tolerance: tuple[float, ...]
    n_simulated: int
    wall_time_s: float
    status: Status

    @property
    def n_draw(self) -> int:
        """Posterior draws."""
        return len(self.particles.z)

    def interval(self, name: str, share: float = 0.9) -> tuple[float, float, float]:
        """Return low end, median and high end of the central interval of a fitted quantity."""
        low, mid, high = np.quantile(self.values[name], [(1 - share) / 2, 0.5, (1 + share) / 2])
        return float(low), float(mid), float(high)


def names_of(engine: Engine) -> list[str]:
    """Return the fitted quantities of an engine, in the order of the ``z`` axis."""
    return [f"transmission_{p + 1}" for p in range(engine.n_period)] + ["importation", "detection"]


def values_of(engine: Engine, z: np.ndarray) -> dict[str, np.ndarray]:
    """Turn standard normal coordinates into the fitted quantities.

    Parameters
    ----------
    engine : Engine
    z : float64[n, dim]

    Returns
    -------
    dict of str to float64[n]
        Transmission and importation as factors on their parameters, lognormal about 1; detection
        as the share of the ill who seek care, from its range.
    """
    p = engine.parameters
    scale = p.value("fit.transmission_log_sd")
    values = {f"transmission_{i + 1}": np.exp(scale * z[:, i]) for i in range(engine.n_period)}
    values["importation"] = np.exp(p.value("fit.importation_log_sd") * z[:, engine.n_period])
    values["detection"] = p["care.seek_share"].draw(
        np.clip(ndtr(z[:, engine.n_period + 1]), 1e-9, 1 - 1e-9)
    )
    return values


def with_values(engine: Engine, nuisance: np.ndarray, values: dict[str, np.ndarray]) -> np.ndarray:
    """Put fitted quantities into drawn parameters: PAR[n, period].

    Transmission and importation multiply the drawn parameter's central value, so that the factor
    means the same in every draw.
    """
    p = engine.parameters
    pars = np.repeat(np.asarray(nuisance)[:, None], engine.n_period, axis=1).copy()
    for i in range(engine.n_period):
        factor = values[f"transmission_{i + 1}"]
        pars["transmission"][:, i] = factor * p.value("transmission.per_contact")
    low, high = p["arrivals.prevalence_scale"].bounds
    importation = values["importation"] * p.value("arrivals.prevalence_scale")
    pars["prevalence_scale"] = np.clip(importation, low, high)[:, None]
    pars["seek_share"] = values["detection"][:, None]
    return pars


def blocks(confirmed: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Sum daily counts over the blocks that are compared; the newest block is full.

    Parameters
    ----------
    confirmed : float64[..., day]
        [persons/d]
    known : bool[day]
        Days that were reported; others count as 0 on both sides.

    Returns
    -------
    float64[..., block]
        [persons]
    """
    counts = np.where(known, confirmed, 0.0)
    n = counts.shape[-1]
    first = n % BLOCK_DAYS
    edges = np.r_[0, np.arange(first if first else BLOCK_DAYS, n, BLOCK_DAYS)]
    return np.add.reduceat(counts, np.unique(edges), axis=-1)


def distance_to(target: Target, confirmed: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """Return how far draws lie from the reports.

    Square roots of counts (a Poisson count's has a standard deviation of about a half) are
    compared: each block of days, the total, and the imported and local totals where known.

    Parameters
    ----------
    target : Target
    confirmed : int[draw, day]
        Of the days of the target. [persons/d]
    origin : int[draw, 2]
        Confirmed by origin: local, imported. [persons]

    Returns
    -------
    float64[draw]
        About 1 for each comparison where draw and reports differ by chance alone.
    """
    known = np.isfinite(target.confirmed)
    mine = blocks(confirmed.astype(np.float64), known)
    theirs = blocks(np.nan_to_num(target.confirmed), known)
    square = 2.0 * (np.sqrt(mine + 0.375) - np.sqrt(theirs + 0.375)) ** 2
    total = square.sum(axis=-1)
    # the total is made of the blocks; it counts again because forecasts start from its level
    total += 4.0 * (np.sqrt(mine.sum(axis=-1)) - math.sqrt(theirs.sum())) ** 2
    for column, count in ((0, target.local), (1, target.imported)):
        if math.isfinite(count):
            known_share = count / max(np.nansum([target.local, target.imported]), 1.0)
            wanted = known_share * theirs.sum()
            total += 4.0 * (np.sqrt(origin[:, column]) - math.sqrt(wanted)) ** 2
    return np.sqrt(total)


def _limits(target: Target, epsilon: float) -> np.ndarray:
    """Cases in all by each day beyond which a draw cannot come within ``epsilon`` any more.

    The distance is at least sqrt(2) times that between the square roots of the blocks, whose
    squares add up to the cases so far: the triangle inequality bounds them.
    """
    counts = np.nan_to_num(target.confirmed)
    reported = np.cumsum(counts)
    if not math.isfinite(epsilon):
        return np.full(reported.size, int(4 * reported[-1] + 60))
    # a block that has begun counts whole on the side of the reports
    ahead = np.minimum(np.arange(reported.size) + BLOCK_DAYS - 1, reported.size - 1)
    most = (np.sqrt(reported[ahead] + counts.size) + epsilon / math.sqrt(2)) ** 2
    return np.minimum(most, (math.sqrt(reported[-1]) + epsilon / 2) ** 2).astype(np.int64)


def fit(
    engine: Engine,
    target: Target,
    *,
    draws: int = 2000,
    rounds: int = 4,
    per_round: int = 1500,
    keep: float = 0.4,
    budget: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Fit:
    """Fit the simulator to reports.

    Parameters
    ----------
    engine : Engine
        With no days ahead of its as-of date.
    target : Target
    draws : int
        Posterior draws returned.
    rounds : int
        Rounds, the first from the prior; at least 2.
    per_round : int
        Draws simulated in each round before the last.
    keep : float
        Share of a round that makes the next round's proposal and tolerance. [1]
    budget : int, optional
        Most draws simulated in the last round; four for each that is wanted if left out.
    seed : int
    workers : int, optional
    progress : callable, optional
        Told a line after each round.

    Returns
    -------
    Fit
    """
    begun = time.perf_counter()
    rng = np.random.default_rng([seed, 7])
    most = budget or 4 * draws
    particles: Particles | None = None
    tolerance: list[float] = []
    n_simulated = 0
    for r in range(rounds):
        last = r == rounds - 1
        epsilon = math.inf
        if particles is not None:
            epsilon = float(np.quantile(particles.distance, keep))
            tolerance.append(epsilon)
        particles, n = _round(
            engine, target, particles, epsilon, rng, workers, keep,
            want=draws if last else per_round, budget=most if last else per_round,
        )  # fmt: skip
        n_simulated += n
        if progress is not None:
            kept = len(particles.z)
            progress(
                Said(
                    f"round {r + 1}: {n} draws, {kept} kept",
                    f"第 {r + 1} 轮：模拟 {n} 次，保留 {kept} 次",
                )
            )
    assert particles is not None
    chosen = _resample(particles, draws, rng)
    return Fit(
        engine=engine,
        values=values_of(engine, chosen.z),
        particles=chosen,
        tolerance=tuple(tolerance),
        n_simulated=n_simulated,
        wall_time_s=time.perf_counter() - begun,
        status=_status(chosen, target, len(particles.z), draws),
    )


def _round(
    engine: Engine, target: Target, before: Particles | None, epsilon: float,
    rng: np.random.Generator, workers: int | None, keep: float, *, want: int, budget: int,
) -> tuple[Particles, int]:  # fmt: skip
    """Simulate until ``want`` draws lie within ``epsilon``, or the budget is spent."""
    dim = engine.n_period + 2
    parts: list[Particles] = []
    simulated = kept = 0
    limits = _limits(target, epsilon)
    while simulated < budget and kept < want:
        n = min(engine.draws, budget - simulated)
        z = _propose(before, n, dim, rng, keep)
        call = int(rng.integers(1, 2**31))
        pars = with_values(engine, engine.nuisance(call)[:n], values_of(engine, z))
        luck = np.column_stack([np.full(n, call), np.arange(n)])
        out = engine.simulate(pars, luck, most=limits, workers=workers)
        d = distance_to(target, out.confirmed[:, : limits.size], out.origin)
        d[out.done == 0] = np.inf
        ok = np.flatnonzero((d <= epsilon) & np.isfinite(d))
        simulated += n
        kept += ok.size
        every = Particles(
            z, pars, luck, d, np.ones(n), out.confirmed, out.in_care, out.origin, out.n_state,
            out.state,
        )  # fmt: skip
        parts.append(every.take(ok))
    joined = Particles.joined(parts)
    return replace(joined, weight=_weights(joined.z, before, keep)), simulated


def _elite(particles: Particles, keep: float) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(particles.distance)[: max(int(keep * particles.distance.size), 20)]
    weight = particles.weight[order]
    return particles.z[order], weight / weight.sum()


def _kernel_root(z: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the Cholesky root of the kernel's covariance: that of the elite, a little wider."""
    centred = z - weight @ z
    covariance = 1.2 * (centred * weight[:, None]).T @ centred
    return np.asarray(np.linalg.cholesky(covariance + 1e-4 * np.eye(z.shape[1])))


def _propose(
    before: Particles | None, n: int, dim: int, rng: np.random.Generator, keep: float
) -> np.ndarray:
    """Propose from the kernel about the elite; one in ten comes from the prior."""
    fresh = rng.standard_normal((n, dim))
    if before is None:
        return fresh
    z, weight = _elite(before, keep)
    moved = z[rng.choice(len(z), n, p=weight)] + fresh @ _kernel_root(z, weight).T
    return np.where(rng.random(n)[:, None] < FROM_PRIOR, rng.standard_normal((n, dim)), moved)


def _weights(z: np.ndarray, before: Particles | None, keep: float) -> np.ndarray:
    """Return the prior over the proposal, which makes the kept draws follow the posterior.

    The part from the prior bounds the weights: no draw far out can carry the result.
    """
    if before is None or not len(z):
        return np.ones(len(z))
    centre, weight = _elite(before, keep)
    root = _kernel_root(centre, weight)
    scaled = np.linalg.solve(root, (z[:, None, :] - centre[None]).reshape(-1, z.shape[1]).T)
    log_part = -0.5 * (scaled**2).sum(axis=0).reshape(len(z), -1) + np.log(weight)
    log_kernel = np.logaddexp.reduce(log_part, axis=1) - np.log(np.diag(root)).sum()
    log_prior = -0.5 * (z**2).sum(axis=1)
    log_proposal = np.logaddexp(
        math.log(1 - FROM_PRIOR) + log_kernel, math.log(FROM_PRIOR) + log_prior
    )
    return np.exp(log_prior - log_proposal)


def _resample(particles: Particles, draws: int, rng: np.random.Generator) -> Particles:
    """Take ``draws`` of the particles by weight, as evenly as can be (systematic)."""
    share = np.cumsum(particles.weight) / particles.weight.sum()
    pick = np.searchsorted(share, (np.arange(draws) + rng.random()) / draws)
    return particles.take(np.minimum(pick, share.size - 1))


def _status(chosen: Particles, target: Target, n_found: int, draws: int) -> Status:
    status = Status()
    known = np.isfinite(target.confirmed)
    reported = float(np.nansum(target.confirmed))
    totals = chosen.confirmed[:, : known.size][:, known].sum(axis=1)
    low, high = np.quantile(totals, [0.025, 0.975])
    if not low <= reported <= high:
        status = status.also(
            "none",
            f"The simulation does not bring about what was reported: {reported:.0f} cases, its "
            f"draws have {low:.0f} to {high:.0f}. Its forecast rests on the prior more than on the "
            "reports; look at the city's arrivals.",
            f"模拟未能再现报告病例：报告 {reported:.0f} 例，模拟 {low:.0f} 至 {high:.0f} 例。"
            "预测主要依据先验而非报告，请核对外来人员数据。",
        )
    different = len(np.unique(chosen.luck, axis=0))
    if different < 0.3 * draws:
        status = status.also(
            "caution",
            f"Only {different} different draws stand behind {draws} ({n_found} came near enough): "
            "the reports are hard to match, and intervals may be too narrow.",
            f"{draws} 个后验样本中仅 {different} 个不同（{n_found} 个达到容差），区间可能偏窄。",
        )
    if int(chosen.n_state.max(initial=0)) >= chosen.state.shape[1]:
        status = status.also(
            "caution",
            "Some draws have more infected people than a starting state can hold; forecasts from "
            "the fit are whole, starting states for play are cut.",
            "部分样本感染人数超过初始状态容量，推演初始状态被截断。",
        )
    return status
