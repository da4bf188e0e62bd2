"""Invented runs with the real names and shapes, for tests of what reads runs."""

from __future__ import annotations

import datetime as dt

import numpy as np
import xarray as xr

from twofronts.briefing import gather
from twofronts.briefing.evidence import Evidence, Fitted, ForecastScore, Option
from twofronts.city import load_city
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.parameters import load_parameters
from twofronts.situation import situation

PACE = {"held": (0.012, 0.75), "meeting": (0.035, 0.85), "open": (0.09, 1.6)}
NAMES = {
    "held": ("Carry on", "维持现状"),
    "meeting": ("Meeting's decisions", "会议部署"),
    "open": ("Open everything", "全面放开"),
}


def staff_of(city) -> np.ndarray:
    """Ordinary staff by sector and district."""
    if city.employment is not None:
        wide = city.employment.pivot(index="sector", columns="district", values="workers")
        return wide.loc[city.sector_codes, city.district_codes].to_numpy(float)
    share = city.districts["population"].to_numpy(float)
    return np.outer(city.sectors["workers"].to_numpy(float), share / share.sum())


def run_dataset(city, key: str, *, draws: int = 40, days: int = 60, seed: int = 1) -> xr.Dataset:
    """A made-up run: branching counts and a logistic return to work, paired across rulebooks."""
    pace, growth = PACE[key]
    luck = np.random.default_rng(seed)
    n_d, n_s = len(city.districts), len(city.sectors)
    level = np.full(draws, 2.0)
    infections = np.zeros((draws, days))
    factor = luck.lognormal(0, 0.25, draws)
    for t in range(days):
        infections[:, t] = luck.poisson(level)
        level = np.clip(level * (growth * factor) ** (1 / 7), 0, 5e4) + 0.02
    share = luck.dirichlet(np.full(n_d, 3.0))
    true = np.rint(infections[..., None] * share)
    seen = np.zeros_like(true)
    seen[:, 6:] = np.rint(true[:, :-6] * 0.6)
    t = np.arange(days)
    ability = luck.uniform(0.75, 1.0, (n_s, n_d))
    wobble = luck.normal(1, 0.03, draws)[:, None, None, None]
    present = 1 / (1 + np.exp(-(-1.1 + pace * t))) * 1.0
    present = np.clip(present[None, :, None, None] * ability * wobble, 0, 1)
    firms = np.clip(present * 1.25, 0, 1)
    ward = np.apply_along_axis(lambda x: np.convolve(x, np.full(20, 0.6))[:days], 1, infections)
    coords = {"draw": np.arange(draws), "day": t}
    return xr.Dataset(
        {
            "true_infections": (("draw", "day", "district"), true),
            "observed_confirmed": (("draw", "day", "district"), seen),
            "true_ward": (("draw", "day"), np.rint(ward)),
            "true_icu": (("draw", "day"), np.rint(ward * 0.05)),
            "true_deaths": (("draw", "day"), np.rint(infections * 0.01)),
            "value_added_lost": (
                ("draw", "day", "sector", "district"),
                4.0 * (1 - present),
            ),
            "quarantined": (("draw", "day"), np.rint(infections * 40)),
            "quarantined_uninfected": (("draw", "day"), np.rint(infections * 38)),
            "arrivals_infected": (("draw", "day"), luck.poisson(0.05, (draws, days)).astype(float)),
            "burden": (
                ("draw", "day", "burden"),
                np.full((draws, days, 1), 2e6 * (1 - present.mean())),
            ),
            "staff_present": (("draw", "day", "sector", "district"), present),
            "firms_open_share": (("draw", "day", "sector", "district"), firms),
        },
        coords=coords,
    )


def option(city, key: str, **sizes) -> Option:
    staff = staff_of(city)
    data = run_dataset(city, key, **sizes)
    sites = np.maximum(staff / city.sectors["mean_size"].to_numpy(float)[:, None], 1)
    return gather.option_of(
        key,
        NAMES[key],
        data,
        staff=staff,
        sites=sites,
        residents=city.population,
        measures=gather.measures_of(load_rulebook(key), load_catalogue()),
    )


def fitted(reports, *, draws: int = 40, seed: int = 2) -> Fitted:
    """A made-up fit: Poisson counts about the reported ones."""
    luck = np.random.default_rng(seed)
    new = np.nan_to_num(reports["new_confirmed"].to_numpy(dtype=float))
    dates = tuple(reports["date"])
    score = ForecastScore(
        dates[-9], dates[-8], dates[-1], 8, wis=0.61, wis_last=1.27, inside_50=5, inside_90=7,
        forecast=13.0, observed=11.0,
    )  # fmt: skip
    return Fitted(
        dates=dates,
        confirmed=luck.poisson(new + 0.2, (draws, len(new))).astype(float),
        hidden=luck.poisson(9.0, draws).astype(float),
        simulated=3100,
        different=draws - 3,
        score=score,
    )


def evidence(city_name: str = "town", *, options=("held", "meeting", "open"), **sizes) -> Evidence:
    """Evidence from real reports of a built-in city and invented runs."""
    city = load_city(city_name)
    s = situation(city)
    days = sizes.get("days", 60)
    dates = tuple(city.as_of + dt.timedelta(days=i + 1) for i in range(days))
    return Evidence(
        place=gather.place_of(
            city,
            city.as_of,
            residents=city.population,
            staff=float(staff_of(city).sum()),
            scale=1.0,
        ),
        as_of=city.as_of,
        dates=dates,
        reports=gather.reports_of(s),
        estimates=gather.estimates_of(s),
        options={k: option(city, k, **sizes) for k in options},
        draws=sizes.get("draws", 40),
        seed=1,
        fitted=fitted(gather.reports_of(s), draws=sizes.get("draws", 40)),
        assumptions=gather.assumptions_of(load_parameters()) + gather.city_assumptions(city),
        gaps=gather.gaps_of(city, gather.reports_of(s)),
        assumed_tables=gather.assumed_tables(city),
    )
