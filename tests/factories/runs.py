"""Invented runs with the real names and shapes, for tests of what reads runs."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.briefing import gather
from twofronts.briefing.evidence import (
    PLAN,
    Evidence,
    Fitted,
    ForecastScore,
    Option,
    Other,
    Search,
)
from twofronts.briefing.planned import SHOWN
from twofronts.briefing.weeks import weekly
from twofronts.city import load_city
from twofronts.economy.variables import BINDING
from twofronts.measures import load_catalogue, load_rulebook, to_toml
from twofronts.parameters import load_parameters
from twofronts.planning.dials import dials
from twofronts.planning.goals import default_constraints
from twofronts.planning.sensitivity import MEANS
from twofronts.situation import situation

PACE = {
    "held": (0.012, 0.75),
    "meeting": (0.035, 0.85),
    "plan": (0.05, 0.9),
    "open": (0.09, 1.6),
}
NAMES = {
    "held": ("Carry on", "维持现状"),
    "meeting": ("Meeting's decisions", "会议部署"),
    "plan": ("The recommended plan", "推荐方案"),
    "open": ("Open everything", "全面放开"),
}
BASELINES = ("held", "meeting", "open", "closed", "switching")
WAVE = 12.0


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
            "quarantined": (("draw", "day"), np.rint(infections * 40)),
            "quarantined_uninfected": (("draw", "day"), np.rint(infections * 38)),
            "arrivals_infected": (("draw", "day"), luck.poisson(0.05, (draws, days)).astype(float)),
            "burden": (
                ("draw", "day", "burden"),
                np.full((draws, days, 1), 2e6 * (1 - present.mean())),
            ),
            "staff_return_rate": (("draw", "day", "sector", "district"), present),
            "resumption_rate": (("draw", "day", "sector", "district"), firms),
            "capacity_rate": (("draw", "day", "sector"), present.mean(axis=3) ** 0.5),
            "binding_code": (
                ("draw", "day", "sector"),
                luck.integers(0, len(BINDING), (draws, days, n_s)),
            ),
        },
        coords=coords,
    )


def option(city, key: str, **sizes) -> Option:
    """An invented option as the brief takes it from a plan and a run of its courses."""
    staff = staff_of(city)
    data = run_dataset(city, key, **sizes)
    sites = np.maximum(staff / city.sectors["mean_size"].to_numpy(float)[:, None], 1)
    n, days = data.sizes["draw"], data.sizes["day"]
    everywhere = ("draw", "day")

    def whole(name: str) -> np.ndarray:
        other = [d for d in data[name].dims if d not in everywhere]
        return data[name].sum(other).values.astype(float)

    staff_share = gather.weighted(data["staff_return_rate"].values, staff, axes=(2, 3))
    luck = np.random.default_rng(sizes.get("seed", 1))
    daily = {
        "infections": whole("true_infections"),
        "confirmed": whole("observed_confirmed"),
        "in_care": whole("true_ward") + whole("true_icu"),
        "icu": whole("true_icu"),
        "quarantined": whole("quarantined"),
        "idle_quarantine": whole("quarantined_uninfected"),
        "imported": whole("arrivals_infected"),
        "burden": whole("burden") / city.population,
        "value_lost": 3e6 * city.population / 20_000 * (1 - staff_share),
        "firms": gather.weighted(data["resumption_rate"].values, sites, axes=(2, 3)),
        "staff": staff_share,
        "output": data["capacity_rate"].values.mean(axis=2),
    }
    totals = gather.totals_of(daily)
    totals["deaths"] = whole("true_deaths").sum(axis=1)
    totals["mask_cover"] = luck.uniform(3.0, 30.0, n)
    totals["goods_cover"] = luck.uniform(2.0, 5.0, n)
    confirmed = daily["confirmed"]
    totals["wave"] = (weekly(np.zeros(0), confirmed).max(axis=1) >= WAVE).astype(float)
    assert days == confirmed.shape[1]
    book = load_rulebook("meeting" if key == PLAN else key)
    before = load_rulebook("held")
    by_sector, by_district = gather.parts_of(data, staff=staff, sites=sites)
    return Option(
        key=key,
        name_en=NAMES[key][0],
        name_zh=NAMES[key][1],
        daily=daily,
        totals=totals,
        by_sector=by_sector,
        by_district=by_district,
        measures=gather.measures_of(book, load_catalogue(), before),
        rulebook=to_toml(book),
    )


def worth(measure: str, i: int) -> dict:
    """What taking out or leaving a measure would do; every third costs, one for a limit."""
    m = load_catalogue().measure[measure]
    limit = ("resurgence", "", "")[i % 3]
    row = {"measure": m.key, "line": m.line, "breach": 0.04 if i == 0 else 0.0,
           "limit": limit, "limit_prob": 0.91 - 0.01 * i if limit else float("nan")} | m.name  # fmt: skip
    for j, name in enumerate(("harm", "infections", "deaths", "value_added_lost", "burden")):
        mean = (1 + i) * (2 + j) * (1e6 if name in ("harm", "value_added_lost") else 3.0)
        mean = -mean if i % 3 == 0 else mean
        ends = sorted((0.7 * mean, 1.4 * mean)), sorted((0.2 * mean, 2.6 * mean))
        row |= {name: mean, f"{name}_low": ends[0][0], f"{name}_high": ends[0][1]}
        row |= {f"{name}_from": ends[1][0], f"{name}_to": ends[1][1]}
    return row


def search(options, *, goal: str = "balanced", draws: int = 40, seed: int = 5) -> Search:
    """An invented search: every limit is kept by all but ``open``, the plan is clearly ahead."""
    luck = np.random.default_rng(seed)
    limits = []
    for key in (*options, *(b for b in BASELINES if b not in options)):
        for c in default_constraints(load_parameters()):
            prob = 0.41 if key == "open" and c.key == "resurgence" else 0.975
            limits.append(
                {"option": key, "constraint": c.key, "limit": c.limit, "required": c.prob,
                 "prob": prob, "low": prob - 0.03, "high": prob + 0.01, "holds": prob >= c.prob,
                 "en": c.en, "zh": c.zh}
            )  # fmt: skip
    advantage = [
        {"baseline": name, "searched": 8.7e8 + 1e7 * i, "mean": 8.1e8 + 1e7 * i,
         "low": 7.2e8, "high": 9.3e8 + 1e7 * i, "from": 3.1e8, "to": 1.4e9 + 1e7 * i,
         "prob": 0.93, "curse": 6e7}
        for i, name in enumerate(BASELINES)
    ]  # fmt: skip
    parts = [worth(k, i) for i, k in enumerate(("community", "gatherings", "tracing", "masks"))]
    moved = gather.measures_of(load_rulebook("meeting"), load_catalogue(), load_rulebook("held"))
    moved = moved[moved["way"] != ""]
    changes = [
        worth(r.measure, i) | {"way": r.way, "day": r.day} for i, r in enumerate(moved.itertuples())
    ]
    means = [
        {"means": k, "unit": 1.0, "amount": 20.0, "gain": g, "gain_low": 0.4 * g,
         "gain_high": 1.7 * g, "breach": 0.0, "en": en, "zh": zh}
        for g, (k, _, en, zh) in zip((0.0, 310.0, 0.0, 5200.0, 12.0, 0.0), MEANS, strict=True)
    ]  # fmt: skip
    flips = [
        {"parameter": "epidemic.scale", "en": "transmission", "zh": "传播力",
         "advantage_low": -4e7, "advantage_high": 2.1e8, "swing": 2.5e8,
         "middle_low": -3e7, "middle_high": 1.9e8,
         "rank_correlation": 0.5, "flips": True}
    ]  # fmt: skip
    differences = [f"tighter: measure {chr(97 + i)}" for i in range(6)]
    other = Other(
        luck.normal(3e7, 1e7, draws), True, 6, tuple(differences),
        tuple(f"收紧：措施{'甲乙丙丁戊己'[i]}" for i in range(6)),
    )  # fmt: skip
    books = {k: load_rulebook("meeting" if k == PLAN else k) for k in options}
    return Search(
        goal=goal, evaluated=2072, searched=64, fresh=draws, explained=draws,
        limits=pd.DataFrame(limits), advantage=pd.DataFrame(advantage),
        changes=pd.DataFrame(changes), parts=pd.DataFrame(parts), means=pd.DataFrame(means), flips=pd.DataFrame(flips),
        weights={"health": 3.4, "economy": float("nan"), "burden": 0.31}, rival="meeting",
        dropped=(("Schools", "学校"),), back=(("Masks", "佩戴口罩"),), others=(other,),
        dials={k: dials(b) for k, b in books.items()},
        prices={"infection": 2e4, "severe": 3e5, "death": 5e6, "burden": 100.0, "resurgence": 1.2e9},
        counted=50_000,
        beyond={k: np.arange(draws) < (3 if k == "open" else 0) for k in {*options, *BASELINES}},
        wave=WAVE,
    )  # fmt: skip


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


def evidence(city_name: str = "town", *, options=SHOWN, **sizes) -> Evidence:
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
        search=search(options, draws=sizes.get("draws", 40)),
        draws=sizes.get("draws", 40),
        detail=sizes.get("draws", 40) - 7,
        seed=1,
        fitted=fitted(gather.reports_of(s), draws=sizes.get("draws", 40)),
        assumptions=gather.assumptions_of(load_parameters()) + gather.city_assumptions(city),
        gaps=gather.gaps_of(city, gather.reports_of(s)),
        assumed_tables=gather.assumed_tables(city),
    )
