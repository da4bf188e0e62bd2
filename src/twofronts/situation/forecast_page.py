"""Forecasts and their scores as short pages of text, and as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from twofronts.situation.backtest import Backtest
from twofronts.situation.ending import first_day_over
from twofronts.situation.fit import Fit
from twofronts.situation.forecasting import chance_of_more_simulated
from twofronts.situation.forecasts import Forecast
from twofronts.situation.grades import LEVELS

SCHEMA_VERSION = 1
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_NAMES = {"cases": "new confirmed", "in_care": "in hospital", "deaths": "new deaths"}


def forecast_page(forecast: Forecast, fitted: Fit) -> str:
    """Return a forecast as plain text.

    Parameters
    ----------
    forecast : Forecast
    fitted : Fit

    Returns
    -------
    str
    """
    assert forecast.manifest is not None
    rules = forecast.manifest.settings["rulebook"]
    lines = [f"Forecast from {forecast.as_of}, rules from the next day: {rules}", ""]
    if fitted.status.advice:
        lines += ["Read first", *(f"  - {a.en}" for a in fitted.status.advice), ""]
    for target, name in _NAMES.items():
        q = forecast.quantiles(target, _LEVELS)[:, :, 0]
        lines.append(f"{name}: median (50% | 90%)")
        for h in _shown(forecast.n_horizon):
            v = q[:, h - 1]
            lines.append(
                f"  {forecast.date(h)}  {v[2]:6.1f}  ({v[1]:.1f}-{v[3]:.1f} | "
                f"{v[0]:.1f}-{v[4]:.1f})"
            )
    whole = forecast.draws["cases"][:, :, 0].sum(axis=1)
    low, mid, high = pd.Series(whole).quantile([0.05, 0.5, 0.95])
    lines.append(
        f"new confirmed in all {forecast.n_horizon} days: {mid:.0f} ({low:.0f}-{high:.0f})"
    )
    lines += ["", "Fitted (median, 90%)"]
    for name in fitted.values:
        low, mid, high = fitted.interval(name)
        lines.append(f"  {name:16s} {mid:.2f} ({low:.2f}-{high:.2f})")
    if forecast.grades is not None:
        lines += ["", f"Most likely grade on {forecast.date(forecast.n_horizon)}"]
        for d, area in enumerate(forecast.areas[1:]):
            chance = forecast.grades[-1, d]
            best = int(chance.argmax())
            lines.append(f"  {area}  {LEVELS[best]} ({100 * chance[best]:.0f}%)")
    lines += ["", *forecast.manifest.notes]
    lines.append(
        f"Fit: {fitted.n_simulated} draws simulated in {fitted.wall_time_s:.0f} s, "
        f"{fitted.n_draw} kept"
    )
    return "\n".join(lines)


def over_page(fitted: Fit, *, opened: str = "open", ahead: int = 60) -> str:
    """Return when it is over by the simulator, with the measures held and with everything open.

    Parameters
    ----------
    fitted : Fit
    opened : str
        Rulebook that stands for no measures.
    ahead : int
        Days looked ahead. [d]

    Returns
    -------
    str
    """
    if not fitted.status.ok:
        return "\nIs it over, by the simulator: no finding, as it does not bring the reports about"
    lines = ["", "Is it over, by the simulator: chance of a reported case in the four weeks after"]
    for name, rulebook in (("measures as held", None), (f"rulebook {opened}", opened)):
        chance = chance_of_more_simulated(fitted, rulebook=rulebook, ahead=ahead)
        day = first_day_over(chance)
        when = f"not below 5% within {ahead} days"
        if day is not None:
            when = f"below 5% from {fitted.engine.as_of + dt.timedelta(days=day)}"
        lines.append(f"  {name}: {100 * chance[0]:.0f}% now, {when}")
    return "\n".join(lines)


def _shown(n: int) -> list[int]:
    return [h for h in (1, 2, 3, 5, 7, 10, 14, 21, 28) if h < n] + [n]


def forecast_json(forecast: Forecast, fitted: Fit) -> dict[str, Any]:
    """Return a forecast as JSON can carry it; its keys are described in ``docs/situation.md``.

    Parameters
    ----------
    forecast : Forecast
    fitted : Fit

    Returns
    -------
    dict
    """
    assert forecast.manifest is not None
    targets = {}
    for target in forecast.draws:
        q = forecast.quantiles(target, _LEVELS)
        targets[target] = {
            area: {
                f"{v:g}": [round(float(x), 4) for x in q[i, :, a]] for i, v in enumerate(_LEVELS)
            }
            for a, area in enumerate(forecast.areas)
        }
    grades = None
    if forecast.grades is not None:
        grades = {
            area: {
                level: [round(float(x), 4) for x in forecast.grades[:, d, g]]
                for g, level in enumerate(LEVELS)
            }
            for d, area in enumerate(forecast.areas[1:])
        }
    return {
        "schema": "twofronts.forecast",
        "schema_version": SCHEMA_VERSION,
        "as_of": forecast.as_of.isoformat(),
        "model": forecast.model,
        "rulebook": forecast.manifest.settings["rulebook"],
        "dates": [forecast.date(h + 1).isoformat() for h in range(forecast.n_horizon)],
        "targets": targets,
        "grades": grades,
        "fitted": {
            name: dict(zip(("low_90", "median", "high_90"), fitted.interval(name), strict=True))
            for name in fitted.values
        },
        "draws": fitted.n_draw,
        "status": {
            "level": fitted.status.level,
            "advice": [{"en": a.en, "zh": a.zh} for a in fitted.status.advice],
        },
        "notes": list(forecast.manifest.notes),
        "inputs": dict(forecast.manifest.inputs),
        "version": forecast.manifest.version,
    }


def backtest_page(result: Backtest) -> str:
    """Return the scores of past forecasts as plain text.

    Parameters
    ----------
    result : Backtest

    Returns
    -------
    str
    """
    lines = ["Past forecasts of the whole city against what came", ""]
    if not result.status.ok:
        return "\n".join(lines + [a.en for a in result.status.advice])
    head = (
        f"{'target':10s} {'model':22s} {'n':>5s} {'WIS':>8s} {'rel.':>6s} {'50%':>5s} {'90%':>5s}"
    )
    lines.append(head + f" {'bias':>6s}")
    for row in result.by_target.to_dict("records"):
        lines.append(
            f"{row['target']:10s} {row['model']:22s} {row['n']:5d} {row['wis']:8.3f} "
            f"{row['relative_wis']:6.2f} {row['inside_50']:5.2f} {row['inside_90']:5.2f} "
            f"{row['bias']:+6.2f}"
        )
    lines += [
        "",
        "WIS: mean weighted interval score, lower is better; rel.: against the last value;",
        "50%, 90%: share of days inside the central intervals; bias: -1 too low, +1 too high.",
    ]
    cases = result.by_day[result.by_day["target"] == "cases"]
    table = cases.pivot(index="as_of", columns="model", values="wis")
    lines += ["", "WIS of cases by the day forecast from", table.to_string(float_format="%.2f")]
    return "\n".join(lines)
