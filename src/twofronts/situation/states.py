"""The posterior draws of a fit as starting states for ``play``."""

from __future__ import annotations

import datetime as dt

import numpy as np

from twofronts.epidemic.initial import FittedState, Initial, district_shares
from twofronts.kernels.types_epidemic import MAX_BACK, PAR_FIELDS
from twofronts.situation.engine import parameter_keys
from twofronts.situation.fit import Fit
from twofronts.wording import Said, date_words


def starting_states(fitted: Fit, *, draws: int | None = None) -> FittedState:
    """Return the posterior draws as starting states for ``play``, which begins the day after.

    Hidden infections keep their day of infection and age; patients in hospital are known. Where
    they live follows the districts' known cases, as the reports by district are too few to fit.

    Parameters
    ----------
    fitted : Fit
    draws : int, optional
        The first so many; all if left out.

    Returns
    -------
    FittedState
    """
    engine = fitted.engine
    p = fitted.particles
    n = min(draws or fitted.n_draw, fitted.n_draw)
    begins = engine.as_of + dt.timedelta(days=1)
    share = district_shares(engine.city, begins)
    rng = np.random.default_rng(12)
    counts = p.n_state[:n].astype(np.int64)
    rows = np.concatenate([p.state[w, : counts[w]] for w in range(n)])
    initial = Initial(
        day=-np.minimum(rows[:, 0].astype(np.int64) + 1, MAX_BACK),
        district=rng.choice(share.size, size=len(rows), p=share),
        age=rows[:, 1].astype(np.int64),
        draw=np.repeat(np.arange(n), counts),
        known=rows[:, 2] == 1,
        note=Said(
            f"{n} draws fitted to the reports up to {engine.as_of}, {len(rows) / n:.1f} infected "
            "persons each on the mean",
            f"{n} 次模拟已按截至{date_words(engine.as_of, 'zh')}的报告拟合，"
            f"平均每次有感染者 {len(rows) / n:.1f} 人",
        ),
    )
    keys = parameter_keys()
    newest = p.pars[:n, -1]
    parameters = {keys[field]: np.array(newest[field]) for field in PAR_FIELDS}
    # drawn per million residents, and scaled up again by play
    parameters[keys["background_tests"]] = (
        parameters[keys["background_tests"]] * 1e6 / len(engine.residents)
    )
    return FittedState(initial, parameters, note=initial.note)
