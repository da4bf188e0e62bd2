"""Labour at the boundary: from a city's tables and residents to what the labour kernel needs."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from twofronts.economy.draws import draw_parameters, own_arrays
from twofronts.errors import Problem, ScenarioError
from twofronts.kernels import types_labour as k
from twofronts.measures.effects import EFFECT_INDEX, N_EFFECT, NEUTRAL
from twofronts.parameters import Parameters

GROUPS = {"essential": k.ESSENTIAL, "industry": k.INDUSTRY, "services": k.SERVICES}
# In the order of the kernel's rates
RATE_KEYS = [
    "labour.firm_pace_large",
    "labour.firm_pace_small",
    "labour.call_pace",
    "labour.return_pace",
    "labour.risk_share",
    "labour.compliance",
    "labour.lapse_pace",
    "labour.closure_days",
    "labour.transit_share",
    "labour.transit_captive",
    "labour.special_buses",
    "labour.childcare",
    "labour.unpledged",
]
# Firms came back from this day on; nobody of the other sectors was at work before
# (staged resumption, China News 26 Feb 2020)
RESUMPTION_BEGAN = dt.date(2020, 2, 10)


@dataclass(frozen=True)
class Workforce:
    """Who works where in ordinary times.

    Parameters
    ----------
    group : int64[sector]
        ESSENTIAL, INDUSTRY or SERVICES of ``kernels.types_labour``.
    staff : float64[sector, district]
        Ordinary staff by district of work. [persons]
    away : float64[sector, district]
        Of them, migrants away at the start. [persons]
    firm_count : float64[2, sector, district]
        Large firms and the others. [firms]
    firm_staff : float64[2, sector, district]
        Their staff. [persons]
    home_of : float64[district, district]
        Row: of those who work in the district, the share living in each; sums to 1. [1]
    away_by_home : float64[district]
        Migrants away at the start by home. [persons]
    remote : float64[sector]
        Share of the work that can be done at home. [1]
    minders : float64[sector, district]
        Share of the staff who would have to mind a child whose school is shut: nobody else of
        their household could. Where several could not come, one of them. [1]
    in_places : float64[place, sector]
        Share of the staff in places that orders close, as in ``sectors.PLACES``. [1]
    """

    group: np.ndarray
    staff: np.ndarray
    away: np.ndarray
    firm_count: np.ndarray
    firm_staff: np.ndarray
    home_of: np.ndarray
    away_by_home: np.ndarray
    remote: np.ndarray
    minders: np.ndarray
    in_places: np.ndarray


def size_classes(
    mean_size: np.ndarray, *, threshold: float, spread: float
) -> tuple[np.ndarray, np.ndarray]:
    """Say how many firms are large, and what share of the staff they have.

    Sizes inside a sector are taken as lognormal about the sector's mean.

    Parameters
    ----------
    mean_size : float64[sector]
        Above 0. [persons]
    threshold : float
        Size from which a firm is large. [persons]
    spread : float
        Standard deviation of log size, above 0. [1]

    Returns
    -------
    tuple of float64[sector]
        Share of firms, share of staff. [1]
    """
    mu = np.log(np.maximum(mean_size, 1e-9)) - spread**2 / 2
    gap = (mu - math.log(threshold)) / spread
    return ndtr(gap), ndtr(gap + spread)


def workforce_from_residents(city: Any, residents: Any, parameters: Parameters) -> Workforce:
    """Count the workforce from a city's residents.

    Parameters
    ----------
    city : City
    residents : Residents
        Built from that city, at any scale.
    parameters : Parameters

    Returns
    -------
    Workforce
        Persons and firms of the residents themselves, so scaled as they are.
    """
    arrays = residents.arrays
    n_sector, n_district = len(city.sector_codes), len(city.district_codes)
    sites = arrays.site_kind == 0
    group_size = np.diff(arrays.group_start).astype(np.int64)
    # staff of a site: its groups are neighbours, so a running sum gives it
    running = np.concatenate([[0], np.cumsum(group_size)])
    size = running[arrays.site_start[1:]] - running[arrays.site_start[:-1]]
    threshold = parameters.value("labour.large_firm_staff")
    count = np.zeros((2, n_sector, n_district))
    staff = np.zeros_like(count)
    where = sites & (arrays.site_sector < n_sector) & (size > 0)
    index = (
        np.where(size[where] >= threshold, k.LARGE, k.SMALL),
        arrays.site_sector[where].astype(np.int64),
        arrays.site_district[where].astype(np.int64),
    )
    np.add.at(count, index, 1.0)
    np.add.at(staff, index, size[where].astype(np.float64))
    return Workforce(
        group=sector_groups(city.sectors),
        staff=np.asarray(residents.staff, dtype=np.float64),
        away=np.asarray(residents.away_staff, dtype=np.float64),
        firm_count=count,
        firm_staff=staff,
        home_of=residents.home_of_staff,
        away_by_home=residents.away_by_home,
        remote=remote_shares(city),
        minders=residents.minders,
        in_places=shares_in_places(city),
    )


def workforce_from_tables(city: Any, parameters: Parameters) -> Workforce:
    """Estimate the workforce from a city's tables alone, without its residents.

    Migrants away are spread evenly over sectors and districts, and people are taken to work where
    they live unless the city has a table of commuting.

    Parameters
    ----------
    city : City
    parameters : Parameters

    Returns
    -------
    Workforce
    """
    codes, places = city.sector_codes, city.district_codes
    workers = city.sectors["workers"].to_numpy(np.float64)
    population = city.districts["population"].to_numpy(np.float64)
    if city.employment is not None:
        table = city.employment.pivot_table(
            index="sector", columns="district", values="workers", aggfunc="sum"
        )
        staff = table.reindex(index=codes, columns=places).fillna(0.0).to_numpy(np.float64)
    else:
        staff = workers[:, None] * (population / population.sum())
    mean_size = city.sectors["mean_size"].to_numpy(np.float64)
    large_firms, large_staff = size_classes(
        mean_size,
        threshold=parameters.value("labour.large_firm_staff"),
        spread=parameters.value("labour.size_spread"),
    )
    firms = staff / mean_size[:, None]
    away = float(city.scalar("migrants", 0.0)) * float(city.scalar("away_share", 0.0))
    share = min(1.0, away / population.sum())
    home_of = np.eye(len(places))
    if city.commuting is not None:
        flow = city.commuting.pivot_table(index="work", columns="home", values="share")
        flow = flow.reindex(index=places, columns=places).fillna(0.0).to_numpy(np.float64)
        flow = flow * population[None, :] + 1e-12 * home_of
        home_of = flow / flow.sum(axis=1, keepdims=True)
    return Workforce(
        group=sector_groups(city.sectors),
        staff=staff,
        away=staff * share,
        firm_count=np.stack([firms * large_firms[:, None], firms * (1 - large_firms)[:, None]]),
        firm_staff=np.stack([staff * large_staff[:, None], staff * (1 - large_staff)[:, None]]),
        home_of=home_of,
        away_by_home=away * population / population.sum(),
        remote=remote_shares(city),
        minders=np.full_like(staff, parameters.value("labour.minders")),
        in_places=shares_in_places(city),
    )


def sector_groups(sectors: Any) -> np.ndarray:
    """Return the group of each sector as the kernel's number.

    Parameters
    ----------
    sectors : DataFrame
        The city's table of sectors, with a column ``group``.

    Returns
    -------
    int64[sector]

    Raises
    ------
    ScenarioError
        If a group is none of essential, industry, services.
    """
    bad = [
        Problem(
            what=f"sector {row.sector} has group {row.group!r}",
            why="attendance is capped by group: " + ", ".join(GROUPS),
            remedy="use one of these",
            file="sectors.csv",
            line=line,
            column="group",
        )
        for line, row in enumerate(sectors.itertuples(), start=2)
        if row.group not in GROUPS
    ]
    if bad:
        raise ScenarioError(bad)
    return np.array([GROUPS[g] for g in sectors["group"]], dtype=np.int64)


def remote_shares(city: Any) -> np.ndarray:
    """Return the share of each sector's work that can be done at home, float64[sector]. [1]."""
    from twofronts.economy.sectors import sector_parameters

    return sector_parameters(city)["remote_work_share"].to_numpy(dtype=np.float64)


def shares_in_places(city: Any) -> np.ndarray:
    """Return the share of staff in places that orders close, float64[place, sector]. [1]."""
    from twofronts.economy.sectors import PLACES, sector_parameters

    table = sector_parameters(city)[list(PLACES)]
    return np.ascontiguousarray(table.to_numpy(dtype=np.float64).T)


def start_shares(
    group: np.ndarray, pace: tuple[float, float], *, days_back: int
) -> tuple[np.ndarray, np.ndarray]:
    """Say how many firms of each class are back after some days of resumption.

    Parameters
    ----------
    group : int64[sector]
    pace : tuple of float
        Of large firms and of the others, as seen so far. [1/d]
    days_back : int
        Days since firms could come back, the first included. [d]

    Returns
    -------
    tuple of float64[2, sector], float64[sector]
        Share of firms back, by class; 1 in essential sectors. And where staff are called in from
        the start: 1 in essential sectors, 0 elsewhere.
    """
    back = np.empty((2, len(group)))
    for c in (k.LARGE, k.SMALL):
        back[c] = -math.expm1(-pace[c] * max(0, days_back))
    essential = group == k.ESSENTIAL
    back[:, essential] = 1.0
    return back, essential.astype(np.float64)


def prepare_labour(
    workforce: Workforce,
    parameters: Parameters,
    *,
    as_of: dt.date,
    draws: int,
    seed: int,
    central: bool = False,
    normal: bool = False,
) -> k.LabourParams:
    """Build what the labour kernel needs.

    Parameters
    ----------
    workforce : Workforce
    parameters : Parameters
    as_of : date
        The start of the run: firms have been coming back since 10 February 2020 until the day
        before.
    draws, seed : int
        How many draws, and their seed.
    central : bool
        Give every draw the central values.
    normal : bool
        Start with everybody at work, as in an ordinary week.

    Returns
    -------
    LabourParams
    """
    n_district = workforce.staff.shape[1]
    rates = draw_parameters(RATE_KEYS, parameters, draws=draws, seed=seed, central=central)
    seen = (
        parameters.value("labour.firm_pace_large"),
        parameters.value("labour.small_pace_seen"),
    )
    days_back = (as_of - RESUMPTION_BEGAN).days
    back, called = start_shares(workforce.group, seen, days_back=days_back)
    called = np.where(called > 0, 1.0, parameters.value("labour.called_start"))
    away = np.divide(
        workforce.away,
        workforce.staff,
        out=np.zeros_like(workforce.away),
        where=workforce.staff > 0,
    )
    if normal:
        back, called, away = np.ones_like(back), np.ones_like(called), np.zeros_like(away)
    params = k.LabourParams(
        group=workforce.group,
        remote=np.ascontiguousarray(workforce.remote, dtype=np.float64),
        away=away,
        minders=np.ascontiguousarray(workforce.minders, dtype=np.float64),
        in_places=np.ascontiguousarray(workforce.in_places, dtype=np.float64),
        placed=np.array((workforce.in_places > 0).any(axis=0), dtype=np.uint8),
        home_of=np.ascontiguousarray(workforce.home_of, dtype=np.float64),
        firm_count=np.ascontiguousarray(workforce.firm_count, dtype=np.float64),
        firm_share=_class_shares(workforce.firm_count),
        firm_total=workforce.firm_count[:, workforce.group != k.ESSENTIAL].sum(axis=(0, 1)),
        staff_share=_class_shares(workforce.firm_staff),
        away_weight=np.ascontiguousarray(workforce.away_by_home, dtype=np.float64),
        firms_start=np.repeat(back[:, :, None], n_district, axis=2),
        called_start=np.repeat(called[:, None], n_district, axis=1),
        returned_start=np.zeros(1),
        rates=rates,
        effect=np.array([EFFECT_INDEX[name] for name in k.LABOUR_EFFECTS], dtype=np.int64),
    )
    return own_arrays(params)


def ordinary_labour(
    city: Any, residents: Any, parameters: Parameters, **run: Any
) -> k.LabourParams:
    """Return labour of an ordinary week: everybody is back in the city and at work.

    Parameters
    ----------
    city : City
    residents : Residents
    parameters : Parameters
    **run
        ``as_of``, ``draws``, ``seed`` and ``central`` of ``prepare_labour``.

    Returns
    -------
    LabourParams
    """
    workforce = workforce_from_residents(city, residents, parameters)
    labour = prepare_labour(workforce, parameters, normal=True, **run)
    return labour._replace(returned_start=np.ones(1))


def _class_shares(counts: np.ndarray) -> np.ndarray:
    """Return the share of each class of firm in each cell; cells without any count as small."""
    total = counts.sum(axis=0)
    share = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    share[k.SMALL] = np.where(total > 0, 1.0 - share[k.LARGE], 1.0)
    return share


def neutral_effects(n_district: int) -> np.ndarray:
    """Return the effects of a city without measures, float64[district, N_EFFECT]."""
    return np.tile(np.array(NEUTRAL, dtype=np.float64), (n_district, 1)).reshape(
        n_district, N_EFFECT
    )
