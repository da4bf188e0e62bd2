"""Where the options begin: the simulation fitted to the city's reports, and scored on past days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from twofronts.briefing.evidence import Fitted, ForecastScore
from twofronts.city import City
from twofronts.epidemic.initial import FittedState
from twofronts.errors import InputError
from twofronts.parameters import Parameters
from twofronts.situation.reports import CITY, Series
from twofronts.situation.starting import as_known

# Days of reports that the scored forecast had not seen
SCORED_DAYS = 8
# Fewest cases before the scored forecast: fewer say nothing about a forecast
SCORED_CASES = 10


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a fit may cost.

    ``per_round`` courses are simulated in each of the ``rounds`` but the last, at most ``budget``
    times the wanted ones in the last; ``scored`` also fits without the newest reports and scores
    the forecast of them.
    """

    rounds: int = 4
    per_round: int = 1000
    budget: int = 10
    scored: bool = True


USUAL = Effort()
QUICK = Effort(rounds=3, per_round=400, budget=4, scored=False)


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """Where the options begin.

    ``state`` goes to ``play``, None for its own plain start; ``fitted`` is what the brief tells of
    it; ``reason`` is a key under ``fit_none`` if there is no fit; ``advice`` is what the fit says
    of itself, English and Chinese; ``fit`` is the fit itself, which a beginning that was read back
    from a file has no longer.
    """

    state: FittedState | None = None
    fitted: Fitted | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    advice: tuple[tuple[str, str], ...] = ()
    fit: Any = None


def begin(
    city: City,
    residents: Any,
    series: Series,
    parameters: Parameters,
    *,
    draws: int,
    seed: int,
    effort: Effort,
    progress: Callable[[float], None] | None = None,
) -> Beginning:
    """Fit the simulation to the reports, or say why that cannot be.

    Parameters
    ----------
    city : City
    residents : Residents
    series : Series
        Reports as known on the day of the brief.
    parameters : Parameters
    draws : int
        Fitted courses wanted, one for each course of an option.
    seed : int
    effort : Effort
    progress : callable, optional
        Told how far it is, from 0 to 1.

    Returns
    -------
    Beginning
    """
    from twofronts.situation.city_fit import fit_city
    from twofronts.situation.states import starting_states

    if residents.scale != 1.0:
        return Beginning(reason="sample")
    if np.nansum(series.new["new_confirmed"][series.area(CITY)]) < 1:
        return Beginning(reason="no_cases")
    done = [0]

    def count(line: str) -> None:
        done[0] += 1
        if progress is not None:
            progress(done[0] / (effort.rounds * (2 if effort.scored else 1)))

    settings: dict[str, Any] = {
        "rounds": effort.rounds,
        "per_round": effort.per_round,
        "budget": effort.budget * draws,
    }
    try:
        fit = fit_city(
            city, residents=residents, as_of=series.as_of, draws=draws, seed=seed,
            parameters=parameters, progress=count, **settings,
        )  # fmt: skip
        state = starting_states(fit)
        begun = as_known(state, city, parameters, series.as_of + dt.timedelta(days=1), seed)
        score = None
        if effort.scored:
            score = score_past(city, residents, series, parameters, draws=draws, seed=seed,
                               progress=count, **settings)  # fmt: skip
    except (InputError, ArithmeticError, np.linalg.LinAlgError) as error:
        # a fit is worth having and not worth the brief: its options then begin without one
        return Beginning(reason="failed", notes=(f"no fit: {error}",))
    engine, last = fit.engine, fit.engine.last
    rows = state.initial
    hidden = np.bincount(rows.draw[~rows.known], minlength=draws).astype(float)
    note = (
        f"fit: {fit.n_simulated} courses of the past simulated, {draws} kept with replacement, "
        f"{len(np.unique(fit.particles.luck, axis=0))} of them different; tolerance "
        + ", ".join(f"{t:.2f}" for t in fit.tolerance)
    )
    if effort == QUICK:
        note += "; quick: fewer courses than usual, past forecasts not scored"
    return Beginning(
        state=begun,
        fitted=Fitted(
            dates=tuple(engine.start + dt.timedelta(days=d) for d in range(last + 1)),
            confirmed=fit.particles.confirmed[:, : last + 1].astype(float),
            hidden=hidden,
            simulated=fit.n_simulated,
            different=len(np.unique(fit.particles.luck, axis=0)),
            score=score,
        ),
        notes=(note, state.note),
        advice=tuple((s.en, s.zh) for s in fit.status.advice),
        fit=fit,
    )


def score_past(
    city: City,
    residents: Any,
    series: Series,
    parameters: Parameters,
    *,
    draws: int,
    seed: int,
    **settings: Any,
) -> ForecastScore | None:
    """Fit without the newest reports, forecast them, and score; None where cases are too few.

    Parameters
    ----------
    city, residents, series, parameters, draws, seed
        As in ``begin``.
    **settings
        Of the fit.

    Returns
    -------
    ForecastScore or None
    """
    from twofronts.situation.backtest import LAST_VALUE, baseline_forecasts
    from twofronts.situation.city_fit import fit_city
    from twofronts.situation.forecasting import MODEL, forecast
    from twofronts.situation.forecasts import score_table
    from twofronts.situation.reports import reports_of, series_of

    day = series.as_of - dt.timedelta(days=SCORED_DAYS)
    if day <= series.start:
        return None
    before = series_of(reports_of(city.reports, areas=city.district_codes), day)
    if np.nansum(before.new["new_confirmed"][before.area(CITY)]) < SCORED_CASES:
        return None
    fit = fit_city(
        city, residents=residents, as_of=day, draws=draws, seed=seed, parameters=parameters,
        **settings,
    )  # fmt: skip
    made = [forecast(fit, ahead=SCORED_DAYS)]
    made += baseline_forecasts(
        city, before, ahead=SCORED_DAYS, draws=2000, seed=seed, parameters=parameters
    )
    scores = score_table(pd.concat([f.table() for f in made], ignore_index=True), series)
    scores = scores[(scores["area"] == CITY) & (scores["target"] == "cases")]
    mine = scores[scores["model"] == MODEL]
    if mine.empty:
        return None
    return ForecastScore(
        as_of=day,
        first=day + dt.timedelta(days=1),
        last=series.as_of,
        n=len(mine),
        wis=float(mine["wis"].mean()),
        wis_last=float(scores[scores["model"] == LAST_VALUE]["wis"].mean()),
        inside_50=int(mine["inside_50"].sum()),
        inside_90=int(mine["inside_90"].sum()),
        forecast=float(mine["median"].sum()),
        observed=float(mine["observed"].sum()),
    )
