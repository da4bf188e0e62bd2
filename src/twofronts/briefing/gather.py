"""From the other rooms' results to evidence: the only place that knows their shapes."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.briefing.evidence import Assumption, Estimates, Place
from twofronts.city import City
from twofronts.city.scalars import SCALAR
from twofronts.errors import Problem, ReportError
from twofronts.measures import Catalogue, Rulebook
from twofronts.measures.handover import first_days
from twofronts.measures.words import diff_rulebooks, levels_of, levels_words
from twofronts.origins import source_zh
from twofronts.parameters import Parameters
from twofronts.situation import Situation
from twofronts.situation.ending import OVER_PROB
from twofronts.situation.grades import LEVELS
from twofronts.situation.reports import CITY

LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")
REPORTED = (
    "new_confirmed",
    "cum_confirmed",
    "cum_cured",
    "cum_deaths",
    "in_hospital",
    "severe",
    "contacts_traced",
    "contacts_observed",
)


def facts_of(city: City, as_of: dt.date) -> dict[str, float]:
    """Return the city's own numbers that sentences may ask for.

    Firms and staff back at work are the newest report for the whole city up to the day.
    """
    facts = {"designated_beds": float(city.hospitals["designated_beds"].sum())}
    r = city.resumption
    r = r[(r["area"] == "") & (r["date"] <= pd.Timestamp(as_of))].sort_values("date")
    for indicator, name in (("firms_resumed", "firms"), ("staff_on_duty", "staff")):
        rows = r[r["indicator"] == indicator]
        if len(rows):
            facts[f"reported_{name}"] = float(rows["value"].iloc[-1])
            facts[f"reported_{name}_day"] = float(rows["date"].iloc[-1].toordinal())
    return facts


def place_of(city: City, as_of: dt.date, *, residents: int, staff: float, scale: float) -> Place:
    """Return the city as the brief shows it."""
    return Place(
        id=city.id,
        name_en=city.name_en,
        name_zh=city.name_zh,
        population=city.population,
        residents=residents,
        scale=scale,
        districts=city.districts[["code", "name_en", "name_zh", "population"]],
        sectors=city.sectors[["sector", "name_en", "name_zh", "group"]],
        shapes=city.map,
        facts=facts_of(city, as_of) | {"staff": staff},
    )


def reports_of(situation: Situation) -> pd.DataFrame:
    """Return the city's series as known on the day, one row a day.

    Raises
    ------
    ReportError
        If nothing was reported up to that day: a brief without reports would say nothing.
    """
    series = situation.series
    a = series.area(CITY)
    columns = {}
    for name in REPORTED:
        source = series.new if name.startswith("new_") else series.level
        columns[name] = source[name][a]
    table = pd.DataFrame(columns)
    table.insert(0, "date", [d.date() for d in series.dates])
    if table["new_confirmed"].isna().all() and table["cum_confirmed"].isna().all():
        first = situation.reports.first_date()
        begins = f"the first is of {first}" if first else "the city's folder holds none"
        raise ReportError(
            Problem(
                what=f"{situation.city.name_en} has no report up to {situation.as_of}",
                why=f"a brief rests on the city's daily reports; {begins}",
                remedy="give a later --as-of, or add rows for the city to reports.csv",
                file="reports.csv",
            )
        )
    return table


def estimates_of(situation: Situation) -> Estimates:
    """Return what the situation room makes of the reports."""
    r = situation.data["estimated_r"].sel(area=CITY)
    dates = [pd.Timestamp(d).date() for d in situation.data["date"].values]
    low, mid, high = (r.sel(quantile=q).values for q in (0.05, 0.5, 0.95))
    table = pd.DataFrame({"date": dates, "value": mid, "low": low, "high": high}).dropna()
    grades = [g for g in situation.grades if g.basis == "confirmation"]
    graded = pd.DataFrame(
        {
            "code": [g.area for g in grades],
            "grade": [LEVELS.index(g.level) for g in grades],
            "certain": [g.certain for g in grades],
            "reason_en": [g.reason.en for g in grades],
            "reason_zh": [g.reason.zh for g in grades],
            "changes_on": [g.changes_on for g in grades],
        }
    )
    return Estimates(
        reproduction=table if len(table) else None,
        more_cases=_more_cases(situation),
        grades=graded if len(graded) else None,
        over_prob=OVER_PROB,
        level=0.9,
        notes=tuple((s.en, s.zh) for s in situation.status.advice),
    )


def _more_cases(situation: Situation) -> pd.DataFrame | None:
    """Return the chance that more cases come by day ahead, or None where nobody was infectious."""
    ending = situation.ending
    if ending is None:
        return None
    n = len(ending.curve_with)
    return pd.DataFrame(
        {
            "date": [ending.as_of + dt.timedelta(days=d) for d in range(n)],
            "prob": ending.curve_with,
            "prob_lifted": ending.curve_without,
        }
    )


# Daily series that add up over the horizon
SUMMED = (
    "infections",
    "confirmed",
    "deaths",
    "imported",
    "value_lost",
    "burden",
    "quarantined",
    "idle_quarantine",
)


def parts_of(
    data: xr.Dataset, *, staff: np.ndarray, sites: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the rates of a run by sector and by district, on its first and last day.

    Parameters
    ----------
    data : Dataset
        Of ``play``, both fronts.
    staff, sites : float64[sector, district]
        Ordinary staff and workplaces, which weight the shares. [persons], [firms]

    Returns
    -------
    tuple of dict of str to float64[draw, sector], dict of str to float64[draw, district]
        "staff_first", "staff_last", "firms_first", "firms_last"; of sectors "output_first",
        "output_last" and "binds" too.
    """
    by_sector: dict[str, np.ndarray] = {}
    by_district: dict[str, np.ndarray] = {}
    order = ("draw", "day", "sector", "district")
    for when, day in (("first", 0), ("last", -1)):
        for rate, name, weight in (
            ("staff", "staff_return_rate", staff),
            ("firms", "resumption_rate", sites),
        ):
            share = data[name].transpose(*order)[:, day].values
            by_sector[f"{rate}_{when}"] = weighted(share, weight, axes=(2,))
            by_district[f"{rate}_{when}"] = weighted(share, weight, axes=(1,))
        output = data["capacity_rate"].transpose(*order[:3])[:, day].values
        by_sector[f"output_{when}"] = np.asarray(output, dtype=np.float64)
    by_sector["binds"] = data["binding_code"].transpose(*order[:3])[:, -1].values
    return by_sector, by_district


def weighted(share: np.ndarray, weight: np.ndarray, *, axes: tuple[int, ...]) -> np.ndarray:
    """Return the weighted mean of shares over some axes; NaN where there is no weight at all."""
    shape = (1,) * (share.ndim - 2) + weight.shape
    w = np.broadcast_to(weight.reshape(shape), share.shape)
    total = w.sum(axis=axes)
    part = np.asarray((share * w).sum(axis=axes), dtype=np.float64)
    return np.divide(part, total, out=np.full(part.shape, np.nan), where=total > 0)


def totals_of(daily: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return one number a draw for each outcome that the daily series tell."""
    totals: dict[str, np.ndarray] = {}
    for name in SUMMED:
        if name in daily:
            totals[name] = daily[name].sum(axis=1)
    if "in_care" in daily:
        totals["peak_care"] = daily["in_care"].max(axis=1)
    if "icu" in daily:
        totals["peak_icu"] = daily["icu"].max(axis=1)
    if "quarantined" in daily:
        totals["peak_quarantined"] = daily["quarantined"].max(axis=1)
    if "staff" in daily:
        totals["staff_mean"] = daily["staff"].mean(axis=1)
    return totals


def assumptions_of(parameters: Parameters) -> tuple[Assumption, ...]:
    """Return every parameter as a row of the annex, in the order of their files.

    What the calibration started from and was held against is no parameter of a run.
    """
    rows = []
    for p in parameters.values():
        if p.key.startswith("calibration."):
            continue
        low, high = p.range if p.range is not None else (None, None)
        names = p.name
        rows.append(
            Assumption(
                p.key,
                names.get("en", ""),
                names.get("zh", ""),
                p.value,
                low,
                high,
                p.unit,
                p.grade,
                p.source,
                source_zh(p.source),
            )
        )
    return tuple(rows)


def city_assumptions(city: City) -> tuple[Assumption, ...]:
    """Return the city's own numbers that are assumed, as rows of the annex."""
    rows = []
    for key, s in city.scalars.items():
        if s.grade == "assumed":
            known = SCALAR.get(key)
            names = (known.en.rstrip("."), known.zh) if known is not None else ("", "")
            rows.append(
                Assumption(
                    f"city.{key}",
                    *names,
                    float(s),
                    None,
                    None,
                    s.unit,
                    s.grade,
                    s.source,
                    source_zh(s.source),
                )
            )
    return tuple(rows)


def gaps_of(city: City, reports: pd.DataFrame) -> tuple[str, ...]:
    """Return what the city's folder does not hold, as keys of the catalogue under ``gap``."""
    gaps = []
    by_district = city.reports[city.reports["area"] != ""]
    if len(by_district) < len(reports) * len(city.districts) / 2:
        gaps.append("district_reports")
    if city.reports["suspected"].isna().all():
        gaps.append("suspected")
    gaps.append("onset")
    gaps += [t for t in ("enterprises", "commuting") if city.table(t) is None]
    return tuple(gaps)


def assumed_tables(city: City) -> tuple[str, ...]:
    """Return the city's tables whose figures are assumed."""
    return tuple(t for t, source in city.sources.items() if source.grade == "assumed")


def measures_of(
    book: Rulebook, catalogue: Catalogue, before: Rulebook | None = None
) -> pd.DataFrame:
    """Return what a rulebook starts with, in words of both languages, a row for each measure.

    ``ordinary`` says that a measure stands at the level of ordinary life in every grade; ``way``
    which way it moves from what was in force ``before`` ("" if it does not), and ``day`` when.
    """
    before = book if before is None else before
    days = first_days(before, book, catalogue)
    ways = {d.measure: d.direction for d in diff_rulebooks(before, book, catalogue=catalogue)}
    rows = []
    for m in catalogue.measure.values():
        levels = levels_of(book, m)
        texts = [levels_words(m, levels, lang) for lang in LANGUAGES]
        ordinary = not any(m.index(key) for key in levels.by_grade())
        moves = ways[m.key] if m.key in days else ""
        rows.append(
            (m.line, m.key, m.name["en"], m.name["zh"], texts[1], texts[0], ordinary, moves,
             days.get(m.key, 0))
        )  # fmt: skip
    columns = ["line", "measure", "name_en", "name_zh", "level_en", "level_zh", "ordinary"]
    return pd.DataFrame(rows, columns=[*columns, "way", "day"])


def names_of(book: Rulebook) -> tuple[str, str]:
    """Return a rulebook's name in English and Chinese."""
    return book.title.get("en", book.name), book.title.get("zh", book.name)
