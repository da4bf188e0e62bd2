"""What every draw reads: rates, capacities and arrivals, from the city's tables and parameters."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from twofronts.epidemic.initial import Initial, past_reports
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.types import AWAY, HOME, KIN, N_MET, N_SETTING, SCHOOL_SITE
from twofronts.kernels.types_measures import RulebookArrays
from twofronts.measures import load_catalogue
from twofronts.measures.effects import EFFECT_INDEX
from twofronts.parameters import Parameters

# Serial interval behind the reproduction number that a switching rule watches (Bi 2020): mean 6.3 d
_SERIAL_MEAN, _SERIAL_SD, _SERIAL_DAYS = 6.3, 4.2, 20
# More than any city has: a draw counts every infection
NO_LIMIT = 2**62


def serial_weights() -> np.ndarray:
    """Return the serial interval by day, 0 on day 0, sum 1: float64[21]."""
    from scipy.stats import gamma

    shape = (_SERIAL_MEAN / _SERIAL_SD) ** 2
    edges = np.arange(_SERIAL_DAYS + 1) + 0.5
    mass = np.diff(gamma.cdf(edges, shape, scale=_SERIAL_MEAN / shape))
    return np.concatenate([[0.0], mass / mass.sum()])


def contact_rates(residents: Any) -> np.ndarray:
    """Return contacts by age and setting as front one uses them.

    Contacts at home with kin of other households, or on the floor of a dormitory, stand apart:
    visits are what orders and caution take away, and those at home are not.

    Parameters
    ----------
    residents : Residents

    Returns
    -------
    float64[86, met]
        Home, work, school, community, kin. [1/d]
    """
    rate = np.zeros((t.N_AGE, N_MET))
    rate[:, :N_SETTING] = residents.contact_rate
    rate[:, KIN] = rate[:, HOME] * residents.kin_share
    rate[:, HOME] -= rate[:, KIN]
    return rate


def travellers_apart() -> np.ndarray:
    """Return the measure, and its level, under which travellers are held in central places."""
    catalogue = load_catalogue()
    measure = catalogue.measure["arrivals_quarantine"]
    return np.array([catalogue.index[measure.key], len(measure.level) - 1], dtype=np.int64)


def kin_circles(parameters: Parameters) -> np.ndarray:
    """Return how many households form a circle of kin, int64[2]: in a district, in the city."""
    keys = ("kin.circle_district", "kin.circle_city")
    return np.array([round(parameters.value(key)) for key in keys], dtype=np.int64)


def severity(parameters: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the share severe and the share fatal of infections, float64[86] each. [1]."""
    group = np.minimum(np.arange(t.N_AGE) // 10, 8)
    severe = np.array([parameters.value(f"severity.hospitalised.a{10 * g:02d}") for g in range(9)])
    fatal = np.array([parameters.value(f"severity.fatal.a{10 * g:02d}") for g in range(9)])
    # nobody dies who was not severely ill first
    severe = np.maximum(severe, 2 * fatal)
    return severe[group], fatal[group]


def capacities(city: Any, scale: float) -> np.ndarray:
    """Return designated beds, intensive-care beds, quarantine places, tracers, tests a day.

    Parameters
    ----------
    city : City
    scale : float
        Of the residents.

    Returns
    -------
    float64[5]
    """
    hospitals = city.hospitals[city.hospitals["open"] == 1]
    numbers = [
        float(hospitals["designated_beds"].sum()),
        float(hospitals["icu_beds"].sum()),
        city.scalar("quarantine_places", default=city.population / 3000).value,
        city.scalar("tracers", default=city.population / 10000).value,
        city.scalar("tests_per_day", default=city.population / 4500).value,
    ]
    return np.array(numbers) * scale


def arrivals_by_day(
    city: Any, parameters: Parameters, *, start: dt.date, n_days: int, scale: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who arrives each day, and what share of them is infected.

    Days after the table's last take the mean of its last seven; returning workers are taken out,
    since the labour of the run brings them.

    Parameters
    ----------
    city : City
    parameters : Parameters
    start : date
    n_days : int
    scale : float
        Of the residents.

    Returns
    -------
    tuple of float64[day], float64[day], float64[day, 3]
        Other travellers, travellers from risk areas [persons/d], share infected of either and of
        returning workers [1].
    """
    table = city.arrivals
    date = pd.to_datetime(table["date"]).dt.date
    share_risk = parameters.value("labour.risk_share")
    travellers, risk = np.zeros(n_days), np.zeros(n_days)
    prevalence = np.zeros((n_days, 3))
    last = max(date) if len(table) else start
    recent = table[date > last - dt.timedelta(days=7)]
    for day in range(n_days):
        today = start + dt.timedelta(days=day)
        rows, over = (table[date == today], 1.0) if today <= last else (recent, 1 / 7)
        other = parameters.value("arrivals.prevalence_other", today)
        elsewhere = parameters.value("arrivals.prevalence_risk", today)
        hubei = parameters.value("arrivals.prevalence_hubei", today)
        infected = 0.0
        for row in rows.itertuples():
            from_risk = row.risk_travellers > 0
            workers = row.returning_workers
            exposed = max(0.0, row.risk_travellers - (workers if from_risk else 0)) * over
            travellers[day] += max(0.0, row.travellers - row.risk_travellers) * over
            travellers[day] -= 0 if from_risk else min(workers, row.travellers) * over
            risk[day] += exposed
            infected += exposed * (hubei if "hubei" in str(row.origin).lower() else elsewhere)
        prevalence[day, 0] = other
        prevalence[day, 1] = infected / risk[day] if risk[day] > 0 else elsewhere
        prevalence[day, 2] = share_risk * elsewhere + (1 - share_risk) * other
    return np.maximum(travellers, 0) * scale, risk * scale, prevalence


def returning_risk(parameters: Parameters, *, start: dt.date, n_days: int) -> np.ndarray:
    """Return the share of infected returning workers who come from risk areas, float64[day].

    Labour keeps returning workers from risk areas in quarantine as it does other travellers from
    there, so those of them who are infected are kept as well.
    """
    share = parameters.value("labour.risk_share")
    out = np.zeros(n_days)
    for day in range(n_days):
        today = start + dt.timedelta(days=day)
        risk = share * parameters.value("arrivals.prevalence_risk", today)
        other = (1 - share) * parameters.value("arrivals.prevalence_other", today)
        out[day] = risk / (risk + other) if risk + other > 0 else 0.0
    return out


def caution_by_day(
    city: Any, rules: RulebookArrays, *, start: dt.date, n_days: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far people's own caution has come each day, and for how long it has been fading.

    Between the dates of the city's table it changes evenly; it is kept up to the city's as-of date
    and fades from then on, so that no plan is credited with caution that lasts. Where no measure is
    ever in force nobody has heard of an outbreak, and there is none.

    Parameters
    ----------
    city : City
    rules : RulebookArrays
    start : date
    n_days : int

    Returns
    -------
    tuple of float64[day], float64[day]
        In [0, 1] [1]; days since it began to fade [d].
    """
    table = city.behaviour
    levels = (
        rules.level, rules.asked_level, rules.district_level, rules.compound_level.level,
        rules.site_level.level, rules.sector_level.level, rules.blend_share,
    )  # fmt: skip
    anything = any(np.max(level, initial=0) > 0 for level in levels)
    if table is None or table.empty or not anything:
        return np.zeros(n_days), np.zeros(n_days)
    day = np.arange(n_days, dtype=np.float64)
    known = (pd.to_datetime(table["date"]) - pd.Timestamp(start)).dt.days.to_numpy(dtype=np.float64)
    order = np.argsort(known)
    caution = np.interp(day, known[order], table["caution"].to_numpy()[order], left=0.0)
    return caution, np.maximum(day - (city.as_of - start).days, 0.0)


def effect_rows(
    arrays: Any, rules: RulebookArrays
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Give every compound and site a row of effects: its district's, or one of its own.

    Parameters
    ----------
    arrays : ResidentArrays
    rules : RulebookArrays

    Returns
    -------
    tuple
        ``int32[c]`` row of each compound; ``int32[sites]`` row of each site, empty where no site
        has levels of its own; the extra rows as ``row_place``, ``row_district``, ``row_kind``. A
        sector with a level of its own has a row in each district, and nobody lives or works by it.
    """
    compounds = np.unique(rules.compound_level.id)
    sites = np.unique(rules.site_level.id)
    n_district = arrays.travel.shape[0]
    compound_row = arrays.compound_district.astype(np.int32)
    compound_row[compounds] = n_district + np.arange(compounds.size)
    site_row = np.zeros(0, dtype=np.int32)
    if sites.size:
        site_row = arrays.site_district.astype(np.int32)
        site_row[sites] = n_district + compounds.size + np.arange(sites.size)
    sectors = np.repeat(np.unique(rules.sector_level.id), n_district)
    everywhere = np.tile(np.arange(n_district), sectors.size // n_district)
    kinds = (t.ROW_COMPOUND, t.ROW_SITE, t.ROW_SECTOR)
    extra: dict[str, np.ndarray] = {
        "row_place": np.concatenate([compounds, sites, sectors]).astype(np.int32),
        "row_district": np.concatenate(
            [arrays.compound_district[compounds], arrays.site_district[sites], everywhere]
        ).astype(np.int32),
        "row_kind": np.repeat(kinds, [compounds.size, sites.size, sectors.size]).astype(np.uint8),
    }
    return compound_row, site_row, extra


def _pupils(arrays: Any, n_district: int) -> np.ndarray:
    size = np.diff(arrays.group_start)
    site = arrays.group_site
    school = arrays.site_kind[site] == SCHOOL_SITE
    where = arrays.site_district[site[school]]
    return np.bincount(where, weights=size[school], minlength=n_district).astype(np.float64)


def build_world(
    city: Any,
    residents: Any,
    rules: RulebookArrays,
    parameters: Parameters,
    *,
    start: dt.date,
    n_days: int,
    draws: int,
    initial: Initial,
) -> t.World:
    """Build what every draw reads.

    Parameters
    ----------
    city : City
    residents : Residents
    rules : RulebookArrays
    parameters : Parameters
    start : date
        Date of day 0.
    n_days : int
        [d]
    draws : int
    initial : Initial

    Returns
    -------
    World
    """
    arrays = residents.arrays
    population = np.diff(arrays.district_start).astype(np.float64)
    severe, fatal = severity(parameters)
    travellers, risk, prevalence = arrivals_by_day(
        city, parameters, start=start, n_days=n_days, scale=residents.scale
    )
    compound_row, site_row, extra = effect_rows(arrays, rules)
    new, cluster, total = past_reports(city, start=start, scale=residents.scale)
    order = np.argsort(initial.draw, kind="stable")
    dates = [start + dt.timedelta(days=day) for day in range(n_days)]
    caution, fading = caution_by_day(city, rules, start=start, n_days=n_days)
    staff = np.asarray(residents.staff, dtype=np.float64)
    return t.World(
        fx=np.array([EFFECT_INDEX[name] for name in t.EPIDEMIC_EFFECTS], dtype=np.int64),
        contact_rate=contact_rates(residents),
        kin_circle=kin_circles(parameters),
        severe_prob=severe,
        fatal_prob=fatal,
        population=population,
        travel_cumulative=np.cumsum(arrays.travel, axis=1),
        district_cumulative=np.cumsum(population) / population.sum(),
        staff=staff,
        workers=staff.sum(axis=0),
        pupils=_pupils(arrays, population.size),
        compound_row=compound_row,
        site_row=site_row,
        **extra,
        care_delay=np.array([parameters.value("care.delay", date) for date in dates]),
        caution=caution,
        fading=fading,
        travellers=travellers,
        risk_travellers=risk,
        prevalence=prevalence,
        returning_risk=returning_risk(parameters, start=start, n_days=n_days),
        earlier=np.array([0.5 ** (1 / parameters.value("arrivals.doubling", d)) for d in dates]),
        apart=travellers_apart(),
        worker_places=np.array([parameters.value("quarantine.worker_places")]),
        middle=np.zeros(1, dtype=np.uint8),
        away=np.array([float(np.count_nonzero(arrays.flags & AWAY))]),
        capacity=capacities(city, residents.scale),
        past_new=new,
        past_cluster=cluster,
        past_total=total,
        start_day=initial.day[order].astype(np.int16),
        start_district=initial.district[order].astype(np.int16),
        start_age=initial.age[order].astype(np.int16),
        start_known=initial.known[order].astype(np.uint8),
        start_row=np.searchsorted(initial.draw[order], np.arange(draws + 1)).astype(np.int64),
        serial_weight=serial_weights(),
        counted=np.array([NO_LIMIT], dtype=np.int64),
    )
