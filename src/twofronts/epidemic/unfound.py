"""Hidden infections of a fitted state, less those who would have been found by now."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from scipy.special import gamma, ndtr

from twofronts.epidemic.initial import FittedState
from twofronts.kernels.types_epidemic import BEFORE, MAX_BACK, N_PROFILE
from twofronts.parameters import Parameters
from twofronts.wording import Said, said_in

# Longest incubation that is drawn. [d]
_LONGEST = 24


def unfound_ratio(
    *,
    meanlog: float,
    sdlog: float,
    never: float,
    delay: float,
    shape: float,
    lag: float,
) -> np.ndarray:
    """Return how much less likely a hidden person is to be found than one newly infected.

    Whoever has been ill for long without being found mostly never seeks care. A run draws the
    course of each initial infection anew and does not know that.

    Parameters
    ----------
    meanlog, sdlog : float
        Of the incubation (lognormal). [log d]
    never : float
        Share who never seek care: without symptoms, or ill and staying at home. [1]
    delay, shape : float
        Mean and shape of the Weibull delay from onset to seeking care. [d, 1]
    lag : float
        From seeking care to confirmation. [d]

    Returns
    -------
    float64[MAX_BACK + 1]
        By days since infection: 1 for the newly infected, falling to 0. [1]
    """
    days = np.arange(1, _LONGEST + 1)
    ends = (np.log(np.arange(_LONGEST + 1) + 0.5) - meanlog) / sdlog
    weight = np.diff(ndtr(ends))
    weight[-1] += 1.0 - ndtr(ends[-1])
    weight[0] += ndtr(ends[0])
    since = np.arange(MAX_BACK + 1)[:, None] - days[None, :]
    scale = delay / gamma(1.0 + 1.0 / shape)
    waiting = np.exp(-((np.maximum(since - lag, 0.0) / scale) ** shape))
    # a state leaves out whoever is no longer infectious
    shown = weight * (since < N_PROFILE - BEFORE)
    to_come = (shown * waiting).sum(axis=1) * (1.0 - never)
    all_hidden = to_come + shown.sum(axis=1) * never
    found = np.divide(to_come, all_hidden, out=np.zeros_like(to_come), where=all_hidden > 0)
    return np.minimum(found / max(1.0 - never, 1e-9), 1.0)


def thin_unfound(
    state: FittedState, parameters: Parameters, *, start: dt.date, seed: int
) -> FittedState:
    """Leave out hidden infections, so that as many are found as the fit says will be.

    Each is kept with the ratio of ``unfound_ratio``. Those left out mostly never seek care and are
    near the end of being infectious; what they would still pass on is lost.

    Parameters
    ----------
    state : FittedState
    parameters : Parameters
        For what the state does not give by draw.
    start : date
        First day of the run.
    seed : int

    Returns
    -------
    FittedState
    """
    rows = state.initial
    if not len(rows.day):
        return state
    n = int(rows.draw.max()) + 1

    def of(key: str) -> np.ndarray:
        return np.asarray(state.parameters.get(key, np.full(n, parameters.value(key))), float)

    never = 1.0 - (1.0 - of("asymptomatic.share")) * of("care.seek_share")
    # the delay as measured, longer or shorter in this draw than in the middle one
    middle = parameters.value("care.delay_scale")
    delay = parameters.value("care.delay_observed", start) * of("care.delay_scale") / middle
    shape, lag = of("care.delay_shape"), of("tests.delay")
    meanlog, sdlog = of("incubation.meanlog"), of("incubation.sdlog")
    ratio = np.array(
        [
            unfound_ratio(
                meanlog=meanlog[w], sdlog=sdlog[w], never=never[w], delay=delay[w],
                shape=shape[w], lag=lag[w],
            )
            for w in range(n)
        ]
    )  # fmt: skip
    luck = np.random.default_rng([seed, 19]).random(len(rows.day))
    keep = rows.known | (luck < ratio[rows.draw, np.minimum(-rows.day, MAX_BACK)])
    left = int((~keep).sum())
    note = Said(
        f"{state.note}; {left / n:.1f} of them on the mean left out as never to be found",
        f"{said_in(state.note, 'zh')}；其中平均 {left / n:.1f} 人因不会被发现而不计",
    )
    initial = replace(
        rows, day=rows.day[keep], district=rows.district[keep], age=rows.age[keep],
        draw=rows.draw[keep], known=rows.known[keep], note=note,
    )  # fmt: skip
    return replace(state, initial=initial, note=note)
