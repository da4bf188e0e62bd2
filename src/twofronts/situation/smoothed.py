"""Smoothed reproduction number for low counts: negative binomial, drifting, with a stated prior.

The state is the logarithm of the reproduction number on a grid; it drifts as a random walk. How
unequal transmission is (k), how fast the state drifts, and how noisy a day's reporting is are not
known: the filter runs for each of a few values and the runs are weighed by how well they foretold
the counts. Method: the exact grid filter and smoother of Parag (2021), with the negative binomial
whose size is k times the infectious pressure, so that the offspring of one case, added over its
days, have dispersion k.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.kernels.situation import GridSpec, RenewalData, renewal_filter, renewal_smooth
from twofronts.parameters import Parameters, load_parameters
from twofronts.situation.intervals import SerialInterval
from twofronts.situation.reproduction import QUANTILES
from twofronts.situation.status import Status
from twofronts.wording import Said

GRID_LOW, GRID_HIGH, GRID_SIZE = 0.02, 12.0, 360


@dataclass(frozen=True, slots=True)
class Prior:
    """What is assumed before the data.

    Parameters
    ----------
    median, log_sd : float
        Lognormal prior of the reproduction number on the first day. [1]
    dispersions : tuple of (k, weight)
        Values of k and their prior weights; ``inf`` is Poisson.
    steps : tuple of (sd, weight)
        Daily standard deviations of the log reproduction number and their weights. [1/d^0.5]
    report_cv : tuple of (cv, weight)
        Coefficients of variation of a day's reporting and their weights. [1]
    """

    median: float
    log_sd: float
    dispersions: tuple[tuple[float, float], ...]
    steps: tuple[tuple[float, float], ...]
    report_cv: tuple[tuple[float, float], ...]

    def sentence(self) -> Said:
        """Return the prior in words, to print beside results."""
        low, high = (self.median * math.exp(z * self.log_sd) for z in (-1.645, 1.645))
        ks = ", ".join(f"{k:g}" for k, _ in self.dispersions)
        sds = ", ".join(f"{s:g}" for s, _ in self.steps)
        cvs = ", ".join(f"{c:g}" for c, _ in self.report_cv)
        return Said(
            f"Prior: reproduction number {self.median:g} (90% {low:.2f}-{high:.2f}); dispersion k "
            f"among {ks}; daily drift of the logarithm among {sds}; reporting noise among {cvs}",
            f"先验：再生数 {self.median:g}（90%区间 {low:.2f}-{high:.2f}）；离散参数 k 取 {ks}；"
            f"对数日漂移取 {sds}；上报噪声取 {cvs}",
        )


def default_prior(parameters: Parameters | None = None) -> Prior:
    """Return the prior of the parameter files (``reproduction.*``)."""
    p = parameters or load_parameters()
    k = p["reproduction.dispersion"]
    low, high = k.range or (k.value, k.value)
    centre, sd = math.log(k.value), max((math.log(high) - math.log(low)) / 3.92, 1e-6)
    nodes = np.exp(centre + sd * np.array([-2.0, -1.0, 0.0, 1.0, 2.0]))
    weights = np.exp(-0.5 * np.array([4.0, 1.0, 0.0, 1.0, 4.0]))
    slow, usual, fast = (p.value(f"reproduction.drift_{v}") for v in ("slow", "usual", "fast"))
    steps = ((slow, 0.3), (math.sqrt(slow * usual), 0.3), (usual, 0.3), (fast, 0.1))
    return Prior(
        median=p.value("reproduction.prior_median"),
        log_sd=p.value("reproduction.prior_log_sd"),
        dispersions=tuple(
            (round(float(n), 3), float(w)) for n, w in zip(nodes, weights, strict=True)
        ),
        steps=tuple((round(s, 4), w) for s, w in steps),
        report_cv=((0.0, 0.5), (p.value("reproduction.report_cv"), 0.5)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """Posterior of the reproduction number of each day.

    Leading axes (areas) are those of the counts.
    """

    mean: np.ndarray
    """float64[..., day]"""
    quantiles: np.ndarray
    """float64[..., day, quantile]"""
    levels: tuple[float, ...]
    above_one_prob: np.ndarray
    """float64[..., day] probability that the number exceeds 1. [1]"""
    informed: np.ndarray
    """float64[..., day] 1 - (posterior sd / prior sd) of the logarithm: 0 is all prior. [1]"""
    exposure: np.ndarray
    """float64[..., day] infectious pressure, averaged over the runs. [persons/d]"""
    dispersion: np.ndarray
    """float64[..., k] posterior weights of the values of k in ``prior.dispersions``. [1]"""
    prior: Prior
    grid: np.ndarray
    """float64[g] reproduction numbers of ``density``."""
    density: np.ndarray
    """float64[..., day, g] posterior weight of each grid point, sums to 1."""
    status: Status

    def quantile(self, level: float) -> np.ndarray:
        """Return the quantile of one of ``levels``, [..., day]."""
        return self.quantiles[..., self.levels.index(level)]


def reproduction_smoothed(
    local: np.ndarray,
    imported: np.ndarray | None = None,
    *,
    interval: SerialInterval,
    reported_share: np.ndarray | None = None,
    imported_infectiousness: float = 1.0,
    prior: Prior | None = None,
    levels: Sequence[float] = QUANTILES,
) -> Smoothed:
    """Estimate the reproduction number of every day, smoothed over time.

    Parameters
    ----------
    local : float64[..., day]
        New local cases seen so far, each >= 0. [persons/d]
    imported : float64[..., day], optional
        New imported cases, each >= 0; none if left out. [persons/d]
    interval : SerialInterval
    reported_share : float64[..., day], optional
        Chance that a case of the day has been reported by now, in (0, 1]; 1 if left out. [1]
    imported_infectiousness : float
        Infectiousness of an imported case against a local one, at least 0. [1]
    prior : Prior, optional
        That of the parameter files if left out.
    levels : sequence of float
        Quantile levels in (0, 1).

    Returns
    -------
    Smoothed

    Raises
    ------
    ScenarioError
        If counts or shares are out of range.

    References
    ----------
    .. [1] Parag (2021), doi:10.1371/journal.pcbi.1009347 (grid filter and smoother).
    .. [2] Lloyd-Smith et al. (2005), doi:10.1038/nature04153 (dispersion).
    """
    local, imported, share = _checked(local, imported, reported_share)
    prior = prior or default_prior()
    # the first day's cases have no source in the series
    imported[..., :1] += local[..., :1]
    local[..., :1] = 0.0
    lead, n_day = local.shape[:-1], local.shape[-1]
    grid = np.geomspace(GRID_LOW, GRID_HIGH, GRID_SIZE)
    n_area = int(np.prod(lead, dtype=int))
    flat = [x.reshape(n_area, n_day) for x in (local, imported * imported_infectiousness, share)]
    density = np.empty((n_area, n_day, grid.size))
    exposure = np.empty((n_area, n_day))
    weights_k = np.empty((n_area, len(prior.dispersions)))
    for a in range(n_area):
        data = RenewalData(flat[0][a], flat[1][a], flat[2][a], interval.pmf)
        density[a], exposure[a], weights_k[a] = _one_area(data, grid, prior)
    summary = _summary(density, grid, prior, np.asarray(levels))
    status = _status(exposure, flat[0], summary["informed"])
    return Smoothed(
        **{k: v.reshape(*lead, *v.shape[1:]) for k, v in summary.items()},
        levels=tuple(levels),
        exposure=exposure.reshape(*lead, n_day),
        dispersion=weights_k.reshape(*lead, -1),
        prior=prior,
        grid=grid,
        density=density.reshape(*lead, n_day, grid.size),
        status=status,
    )


def _checked(
    local: np.ndarray, imported: np.ndarray | None, share: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    local = np.array(local, dtype=np.float64)
    imported = np.zeros_like(local) if imported is None else np.array(imported, dtype=np.float64)
    share = np.ones_like(local) if share is None else np.array(share, dtype=np.float64)
    share = np.broadcast_to(share, local.shape).copy() if share.ndim < local.ndim else share
    bad = ""
    if not local.shape == imported.shape == share.shape:
        bad = "local counts, imported counts and shares differ in shape"
    elif not all(np.all(np.isfinite(x)) and np.all(x >= 0) for x in (local, imported, share)):
        bad = "counts and shares are numbers of at least 0"
    elif np.any(share > 1):
        bad = "a reported share above 1"
    if bad:
        raise ScenarioError(
            Problem(what="series that cannot be used", why=bad, remedy="correct the series")
        )
    return local, imported, share


def grid_spec(log_grid: np.ndarray, prior: np.ndarray, step: float) -> GridSpec:
    """Return the grid with its drift of ``step`` a day.

    Parameters
    ----------
    log_grid : float64[g]
        Evenly spaced.
    prior : float64[g]
        Weights, at least 0; made to sum to 1.
    step : float
        Standard deviation of the daily drift, above 0. [1/d^0.5]
    """
    spacing = log_grid[1] - log_grid[0]
    half = max(1, int(math.ceil(4 * step / spacing)))
    band = np.exp(-0.5 * (np.arange(-half, half + 1) * spacing / step) ** 2)
    band /= band.sum()
    row_sum = np.convolve(np.ones(log_grid.size), band, mode="full")[half : half + log_grid.size]
    return GridSpec(np.exp(log_grid), prior / prior.sum(), band, row_sum)


def _one_area(
    data: RenewalData, grid: np.ndarray, prior: Prior
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n_day = data.local.size
    log_grid = np.log(grid)
    start = np.exp(-0.5 * ((log_grid - math.log(prior.median)) / prior.log_sd) ** 2)
    runs = list(product(prior.dispersions, prior.steps, prior.report_cv))
    filtered = np.empty((len(runs), n_day, grid.size))
    predicted = np.empty_like(filtered)
    exposure = np.empty((len(runs), n_day))
    score = np.empty(len(runs))
    specs = {sd: grid_spec(log_grid, start, sd) for sd, _ in prior.steps}
    for r, ((k, wk), (sd, ws), (cv, wc)) in enumerate(runs):
        noise = (0.0 if math.isinf(k) else 1.0 / k, cv**2)
        evidence = renewal_filter(data, specs[sd], noise, filtered[r], predicted[r], exposure[r])
        score[r] = evidence + math.log(wk * ws * wc) if wk * ws * wc > 0 else -math.inf
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    density = np.zeros((n_day, grid.size))
    smoothed = np.empty((n_day, grid.size))
    for r, (_, (sd, _), _) in enumerate(runs):
        if weight[r] > 1e-4 and n_day:
            renewal_smooth(specs[sd], filtered[r], predicted[r], smoothed)
            density += weight[r] * smoothed
    density /= density.sum(axis=1, keepdims=True)
    per_k = weight.reshape(len(prior.dispersions), -1).sum(axis=1)
    return density, weight @ exposure, per_k


def grid_quantiles(density: np.ndarray, grid: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return quantiles of weights on a log-even grid, interpolated within its steps.

    Parameters
    ----------
    density : float64[..., g]
        Weights that sum to 1.
    grid : float64[g]
        Evenly spaced in the logarithm.
    levels : float64[quantile]

    Returns
    -------
    float64[..., quantile]
    """
    log_grid = np.log(grid)
    half = 0.5 * (log_grid[1] - log_grid[0])
    edges = np.concatenate([log_grid - half, [log_grid[-1] + half]])
    flat = density.reshape(-1, grid.size)
    out = np.empty((flat.shape[0], levels.size))
    for i, row in enumerate(flat):
        cumulative = np.concatenate([[0.0], np.cumsum(row)])
        out[i] = np.interp(levels, cumulative / cumulative[-1], edges)
    return np.exp(out).reshape(*density.shape[:-1], levels.size)


def _summary(
    density: np.ndarray, grid: np.ndarray, prior: Prior, levels: np.ndarray
) -> dict[str, np.ndarray]:
    log_grid = np.log(grid)
    mean_log = density @ log_grid
    sd_log = np.sqrt(np.maximum(density @ log_grid**2 - mean_log**2, 0.0))
    return {
        "mean": density @ grid,
        "quantiles": grid_quantiles(density, grid, levels),
        "above_one_prob": density @ (grid > 1).astype(float),
        "informed": np.clip(1.0 - sd_log / prior.log_sd, 0.0, 1.0),
    }


def _status(exposure: np.ndarray, local: np.ndarray, informed: np.ndarray) -> Status:
    status = Status()
    if local.shape[-1] == 0 or not np.any(exposure > 1e-9):
        return status.also(
            "none",
            "Nobody in the series could have infected anybody in it, so the figures are the "
            "prior, not a finding.",
            "序列中没有可能的传染源，数值仅为先验，不是结论。",
        )
    if np.any((exposure <= 1e-9) & (local > 0)):
        status = status.also(
            "caution",
            "Some local cases have no possible source in the series; they may be imported, or "
            "earlier cases went unreported.",
            "部分本地病例在序列中无可能的传染源，可能为输入病例，或此前有漏报。",
        )
    if np.any(informed[..., -1] < 0.15):
        status = status.also(
            "caution",
            "The newest figure of at least one area is mostly the prior: too few infectious "
            "cases to learn from.",
            "至少一个地区的最新数值主要来自先验：传染源过少，难以估计。",
        )
    return status
