"""The serial interval: one discretisation for everything here, and a line that prints it.

Every estimator of this room takes a :class:`SerialInterval`; none builds its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from twofronts.errors import Problem, ScenarioError
from twofronts.parameters import Parameters, load_parameters
from twofronts.wording import Said, said_in

RULE = Said(
    "shifted gamma, as in EpiEstim's discr_si (Cori et al. 2013)",
    "平移伽马分布，同 EpiEstim 的 discr_si（Cori et al. 2013）",
)


@dataclass(frozen=True, slots=True, eq=False)
class SerialInterval:
    """Days from one case's onset to the onsets it causes, as a probability for each whole day.

    Parameters
    ----------
    pmf : float64[n_day]
        Probability that the interval is 0, 1, 2, ... days; the first is 0. Sums to at most 1.
    rule : str
        How it was made discrete.
    source : str
        Where it comes from.
    """

    pmf: np.ndarray
    rule: str = Said("given day by day", "逐日给定")
    source: str = ""

    def __post_init__(self) -> None:
        pmf = np.asarray(self.pmf, dtype=np.float64)
        object.__setattr__(self, "pmf", pmf)
        trouble = ""
        if pmf.ndim != 1 or pmf.size < 2:
            trouble = "it needs a probability for day 0 and for at least one day more"
        elif not np.all(np.isfinite(pmf)) or np.any(pmf < 0):
            trouble = "every probability is a number of at least 0"
        elif pmf[0] != 0:
            trouble = "nobody's contact falls ill on the same day: the probability of day 0 is 0"
        elif not 0.99 <= pmf.sum() <= 1.01:
            trouble = f"its probabilities sum to {pmf.sum():.4f} and should sum to 1"
        if trouble:
            raise ScenarioError(
                Problem(
                    what="not a serial interval",
                    why=trouble,
                    remedy="give the mean and standard deviation, or probabilities for each day",
                )
            )

    @property
    def mean(self) -> float:
        """Mean of the discrete interval. [d]."""
        return float(self.pmf @ np.arange(self.pmf.size))

    @property
    def sd(self) -> float:
        """Standard deviation of the discrete interval. [d]."""
        second = float(self.pmf @ np.arange(self.pmf.size) ** 2)
        return math.sqrt(max(second - self.mean**2, 0.0))

    def sentence(self) -> Said:
        """Return the line that goes beside every result made with it, in both languages."""
        days = " ".join(f"{p:.3f}" for p in self.pmf[1:11])
        origin = f"; {self.source}" if self.source else ""
        origin_zh = f"；{said_in(self.source, 'zh')}" if self.source else ""
        return Said(
            f"Serial interval: mean {self.mean:.2f} d, sd {self.sd:.2f} d, {self.rule}{origin}. "
            f"Days 1-10: {days}",
            f"代际间隔：均值 {self.mean:.2f} 天，标准差 {self.sd:.2f} 天，"
            f"{said_in(self.rule, 'zh')}{origin_zh}。第 1-10 天：{days}",
        )


def discretise(mean: float, sd: float, n_day: int) -> np.ndarray:
    """Return the discrete serial interval of a gamma shifted by one day.

    Each whole day takes a triangular share of the continuous density around it (web appendix 11
    of Cori et al. 2013), so that both ends of the interval may fall anywhere within their days.

    Parameters
    ----------
    mean : float
        Above 1. [d]
    sd : float
        Above 0. [d]
    n_day : int
        Probabilities for days 0 to ``n_day - 1``, at least 2. [d]

    Returns
    -------
    float64[n_day]
        Probability of each day; sums to 1 but for the tail beyond ``n_day``.

    Raises
    ------
    ScenarioError
        If ``mean`` is not above 1 or ``sd`` not above 0.

    References
    ----------
    .. [1] Cori et al. (2013), doi:10.1093/aje/kwt133, web appendix 11; parameters
       ``serial_interval.mean`` and ``serial_interval.sd``.
    """
    if not (math.isfinite(mean) and math.isfinite(sd) and mean > 1 and sd > 0):
        raise ScenarioError(
            Problem(
                what=f"a serial interval of mean {mean} d and sd {sd} d cannot be made discrete",
                why="the rule shifts a gamma by one day: the mean lies above 1, the sd above 0",
                remedy="give another mean and sd, or the probability of each day",
            )
        )
    shape = ((mean - 1) / sd) ** 2
    scale = sd**2 / (mean - 1)
    k = np.arange(n_day, dtype=np.float64)

    def cdf(x: np.ndarray, extra: float) -> np.ndarray:
        return gammainc(shape + extra, np.maximum(x, 0.0) / scale)

    pmf = k * cdf(k, 0) + (k - 2) * cdf(k - 2, 0) - 2 * (k - 1) * cdf(k - 1, 0)
    pmf += shape * scale * (2 * cdf(k - 1, 1) - cdf(k - 2, 1) - cdf(k, 1))
    return np.maximum(pmf, 0.0)


def discretise_censored(mean: float, sd: float, n_day: int) -> np.ndarray:
    """Return the discrete interval of an unshifted gamma whose two ends fall anywhere in their day.

    What would be day 0 is put to day 1, and the tail beyond to the last day, so it sums to 1. This
    is the rule of the end-of-outbreak literature; estimates of the reproduction number here use
    :func:`discretise`.

    Parameters
    ----------
    mean, sd : float
        Above 0. [d]
    n_day : int
        Probabilities for days 0 to ``n_day - 1``, at least 2. [d]

    Returns
    -------
    float64[n_day]
        Sums to 1.

    References
    ----------
    .. [1] Hart et al. (2024), code will-s-hart/end-of-outbreak.
    """
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    x = np.arange(-1, n_day + 1, dtype=np.float64)
    positive = np.maximum(x, 0.0) / scale
    # antiderivative of the distribution function
    area = x * gammainc(shape, positive) - shape * scale * gammainc(shape + 1, positive)
    pmf = area[2:] - 2 * area[1:-1] + area[:-2]
    pmf[1] += pmf[0]
    pmf[0] = 0.0
    pmf[-1] += 1.0 - pmf.sum()
    return pmf


def gamma_interval(mean: float, sd: float, *, n_day: int = 60, source: str = "") -> SerialInterval:
    """Return the serial interval of a mean and a standard deviation.

    Parameters
    ----------
    mean, sd : float
        See :func:`discretise`. [d]
    n_day : int
        Days carried; the tail beyond is dropped. [d]
    source : str
        Where the figures come from.

    Returns
    -------
    SerialInterval
    """
    return SerialInterval(discretise(mean, sd, n_day), RULE, source)


def default_interval(parameters: Parameters | None = None) -> SerialInterval:
    """Return the serial interval of the parameter files (``serial_interval.*``)."""
    p = parameters or load_parameters()
    mean, sd = p["serial_interval.mean"], p["serial_interval.sd"]
    first, second = (said_in(p.source, "zh") for p in (mean, sd))
    source = Said(f"{mean.source}; sd: {sd.source}", f"{first}；标准差：{second}")
    return gamma_interval(mean.value, sd.value, source=source)
