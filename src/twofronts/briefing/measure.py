"""From evidence to figures: every number that a sentence of the brief may ask for."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from twofronts.briefing.evidence import Evidence, Option
from twofronts.briefing.figures import ENDS, LEVEL, Figures
from twofronts.briefing.measure_plan import from_search
from twofronts.briefing.weeks import WEEK, past_counts, weekly
from twofronts.parameters import Parameters, load_parameters

# What is counted over the horizon, and its unit; later ones may be missing from a run
TOTALS = {
    "infections": "person",
    "confirmed": "case",
    "deaths": "death",
    "peak_care": "patient",
    "peak_icu": "patient",
    "imported": "person",
    "staff_mean": "share",
    "value_lost": "cny",
    "burden": "day",
    "peak_quarantined": "person",
    "quarantined": "person_day",
    "idle_quarantine": "person_day",
    "mask_cover": "day",
    "goods_cover": "day",
}
RATES = ("firms", "staff", "output")
# Days after which the return of staff is looked at
WATCHED = 14


def build_figures(evidence: Evidence, parameters: Parameters | None = None) -> Figures:
    """Return every figure that the evidence gives.

    Parameters
    ----------
    evidence : Evidence
        Reports, estimates and played options.
    parameters : Parameters, optional
        For the thresholds of the brief (``briefing.*``); the built-in ones by default.
    """
    parameters = parameters or load_parameters()
    f = Figures()
    _frame(f, evidence, parameters)
    _from_reports(f, evidence)
    _from_estimates(f, evidence)
    _from_fit(f, evidence)
    _from_checks(f, evidence)
    f.add("wave.size", evidence.search.wave, "case", origin="reports")
    for option in evidence.options.values():
        _from_option(f, evidence, option)
    from_search(f, evidence)
    for option in list(evidence.options.values())[1:]:
        _against_base(f, evidence.base, option)
    for rate in RATES:
        if rate in evidence.base.daily:
            f.from_draws(f"now.{rate}", evidence.base.daily[rate][:, 0], "share")
    staff = evidence.place.facts.get("staff")
    if staff and "staff" in evidence.base.daily:
        f.from_draws("now.staff_count", evidence.base.daily["staff"][:, 0] * staff, "person")
    return f


def _frame(f: Figures, e: Evidence, parameters: Parameters) -> None:
    f.add("city.population", e.place.population, "person", origin="city")
    f.add("city.residents", e.place.residents, "person", origin="city")
    f.add("city.districts", len(e.place.districts), "district", origin="city")
    f.add("as_of", e.as_of, "date", origin="reports")
    facts = e.place.facts
    f.add("city.beds", facts.get("designated_beds"), "bed", origin="city")
    for name, unit in (("firms", "firm"), ("staff", "person")):
        f.add(f"reported.{name}", facts.get(f"reported_{name}"), unit, origin="reports")
        day = facts.get(f"reported_{name}_day")
        date = dt.date.fromordinal(int(day)) if day is not None else None
        f.add(f"reported.{name}_date", date, "date", origin="reports")
    f.add("start", e.dates[0], "date", origin="plan")
    f.add("end", e.dates[-1], "date", origin="plan")
    f.add("horizon", len(e.dates), "day", origin="plan")
    f.add("draws", e.draws, "draw", origin="plan")
    f.add("detail", e.detail, "draw", origin="plan")
    f.add("options", len(e.options), "rulebook", origin="plan")
    f.add("seed", e.seed, "plain", origin="plan")
    f.add("level", LEVEL, "share", origin="plan")
    f.add("week", WEEK, "day", origin="plan")
    tolerance = parameters.value("briefing.wave_tolerance")
    f.add("wave.tolerance", tolerance, "chance", origin="plan")
    f.add("over.threshold", e.estimates.over_prob, "chance", origin="plan")
    for name in ("goods", "masks"):
        key = {"goods": "goods_cover_days", "masks": "mask_cover_days"}[name]
        f.add(f"bottom.{name}", parameters.value(f"planning.{key}"), "day", origin="plan")


def _from_checks(f: Figures, e: Evidence) -> None:
    if e.checks is None:
        return
    f.add("checks.rows", e.checks.rows, "check", origin="validation")
    f.add("checks.held", e.checks.held, "check", origin="validation")
    for c in e.checks.told:
        name = f"check.{c.key}"
        f.add(name, c.value, c.unit, (c.low, c.high), origin="validation")
        f.add(f"{name}.published", c.published, c.unit, origin="validation")


def _from_reports(f: Figures, e: Evidence) -> None:
    r = e.reports
    f.add("reports.days", len(r), "day", origin="reports")
    f.add("reports.first", r["date"].iloc[0], "date", origin="reports")
    f.add("reports.last", r["date"].iloc[-1], "date", origin="reports")
    for column, unit in (
        ("cum_confirmed", "case"),
        ("cum_cured", "patient"),
        ("cum_deaths", "death"),
        ("in_hospital", "patient"),
        ("severe", "patient"),
        ("contacts_observed", "person"),
        ("contacts_traced", "person"),
    ):
        if column in r and r[column].notna().any():
            known = r[["date", column]].dropna()
            f.add(f"reports.{column}", float(known[column].iloc[-1]), unit, origin="reports")
            f.add(f"reports.{column}_date", known["date"].iloc[-1], "date", origin="reports")
    new = r["new_confirmed"].to_numpy(dtype=float)
    if not np.isfinite(new).any():
        return
    f.add("reports.new_week", float(np.nansum(new[-WEEK:])), "case", origin="reports")
    if len(new) > WEEK:
        before = float(np.nansum(new[-2 * WEEK : -WEEK]))
        f.add("reports.new_week_before", before, "case", origin="reports")
    peak = int(np.nanargmax(new))
    f.add("reports.peak", float(new[peak]), "case", origin="reports")
    f.add("reports.peak_date", r["date"].iloc[peak], "date", origin="reports")


def _from_estimates(f: Figures, e: Evidence) -> None:
    s = e.estimates
    if s.reproduction is not None and len(s.reproduction):
        last = s.reproduction.dropna().iloc[-1]
        f.add(
            "r",
            last["value"],
            "ratio",
            (last["low"], last["high"]),
            origin="estimate",
            level=s.level,
        )
        f.add("r.date", last["date"], "date", origin="estimate")
    if s.more_cases is not None and len(s.more_cases):
        m = s.more_cases
        f.add("over.now", float(m["prob"].iloc[0]), "chance", origin="estimate")
        for column, name in (("prob", "over.date"), ("prob_lifted", "over.date_lifted")):
            below = m[m[column] < s.over_prob]
            if len(below):
                f.add(name, below["date"].iloc[0], "date", origin="estimate")
        f.add("over.last", m["date"].iloc[-1], "date", origin="estimate")
        f.add("over.last_chance", float(m["prob"].iloc[-1]), "chance", origin="estimate")
    if s.grades is not None:
        for i, name in enumerate(("low", "medium", "high")):
            f.add(
                f"grade.{name}", int((s.grades["grade"] == i).sum()), "district", origin="estimate"
            )
        doubtful = int((~s.grades["certain"].astype(bool)).sum())
        f.add("grade.uncertain", doubtful or None, "district", origin="estimate")


def _from_fit(f: Figures, e: Evidence) -> None:
    fitted = e.fitted
    if fitted is None:
        return
    f.from_draws("fit.hidden", fitted.hidden, "person")
    f.add("fit.simulated", fitted.simulated, "draw", origin="plan")
    f.add("fit.different", fitted.different, "draw", origin="plan")
    f.add("fit.first", fitted.dates[0], "date", origin="plan")
    f.from_draws("fit.week", fitted.confirmed[:, -WEEK:].sum(axis=1), "case")
    s = fitted.score
    if s is None:
        return
    for name in ("as_of", "first", "last"):
        f.add(f"score.{name}", getattr(s, name), "date", origin="plan")
    for name, unit in (
        ("n", "day"),
        ("inside_50", "day"),
        ("inside_90", "day"),
        ("wis", "ratio"),
        ("wis_last", "ratio"),
        ("forecast", "case"),
        ("observed", "case"),
    ):
        f.add(f"score.{name}", float(getattr(s, name)), unit, origin="estimate")


def _from_option(f: Figures, e: Evidence, option: Option) -> None:
    k = option.key
    for name, unit in TOTALS.items():
        if name in option.totals:
            f.from_draws(f"{k}.{name}", option.totals[name], unit)
    for rate in RATES:
        if rate in option.daily:
            f.from_draws(f"{k}.{rate}_last", option.daily[rate][:, -1], "share")
    f.add(f"{k}.graded_above", option.graded_above, "case", origin="plan")
    past = past_counts(e)["new_confirmed"].to_numpy(dtype=float)
    weeks = weekly(past, option.daily["confirmed"])
    f.chance(f"{k}.wave", option.totals["wave"] > 0)
    f.from_draws(f"{k}.week_last", weeks[:, -1], "case")
    high = float(np.quantile(option.totals["peak_care"], ENDS[1]))
    f.add(f"{k}.care_high", high, "patient", origin="draws")
    # what was seen in the last week is no alarm, however quiet the courses are
    seen = float(np.nansum(past[-WEEK:]))
    alarm = max(seen, float(np.quantile(weeks.max(axis=1), ENDS[1])))
    f.add(f"{k}.alarm", alarm, "case", origin="draws")
    f.from_draws(f"{k}.week_high", weeks.max(axis=1), "case")
    # soon enough that something can still be done, late enough that measures have worked
    day = min(WATCHED, len(e.dates)) - 1
    f.add(f"{k}.watch_date", e.dates[day], "date", origin="plan")
    f.from_draws(f"{k}.watch_staff", option.daily["staff"][:, day], "share")
    for name, at in (("alarm_staff", day), ("least_staff", -1)):
        low = float(np.quantile(option.daily["staff"][:, at], ENDS[0]))
        f.add(f"{k}.{name}", low, "share", origin="draws")


def _against_base(f: Figures, base: Option, option: Option) -> None:
    k = option.key
    for name, unit in TOTALS.items():
        if name in option.totals and name in base.totals:
            change = option.totals[name] - base.totals[name]
            f.from_draws(f"{k}.d_{name}", change, "points" if unit == "share" else unit)
    for rate in RATES:
        if rate in option.daily and rate in base.daily:
            change = option.daily[rate][:, -1] - base.daily[rate][:, -1]
            f.from_draws(f"{k}.d_{rate}_last", change, "points")


def direction(f: Figures, name: str) -> int:
    """Return 1 or -1 if the interval of a difference lies above or below nought, otherwise 0."""
    figure = f[name]
    if figure.low is None or figure.high is None:
        raise ValueError(f"{name} has no interval")
    low, high = float(figure.low), float(figure.high)  # type: ignore[arg-type]
    return 1 if low > 0 else (-1 if high < 0 else 0)


def table_of(f: Figures) -> pd.DataFrame:
    """Return every figure as a row: name, value, low, high, level, unit, origin."""
    rows = [
        (x.name, x.value, x.low, x.high, x.level if x.low is not None else None, x.unit, x.origin)
        for x in f.values()
    ]
    return pd.DataFrame(rows, columns=["name", "value", "low", "high", "level", "unit", "origin"])
