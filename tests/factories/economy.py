"""Small made-up economies for the tests of front two."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from twofronts.economy.labour import Workforce, prepare_labour
from twofronts.economy.production import prepare_production
from twofronts.economy.regions import one_region, two_regions
from twofronts.economy.table import IOTable
from twofronts.measures.effects import EFFECT_INDEX, NEUTRAL
from twofronts.parameters import load_parameters

AS_OF = dt.date(2020, 2, 18)


def workforce(n_sector=5, n_district=3, *, seed=0, away=0.3):
    """A workforce with every group of sectors and both classes of firm."""
    rng = np.random.default_rng(seed)
    staff = rng.uniform(100, 5000, (n_sector, n_district))
    count = rng.uniform(1, 50, (2, n_sector, n_district))
    large = rng.uniform(0, 1, (n_sector, n_district))
    home_of = rng.uniform(0.05, 1, (n_district, n_district))
    return Workforce(
        group=np.arange(n_sector) % 3,
        staff=staff,
        away=staff * rng.uniform(0, 2 * away, staff.shape),
        firm_count=count,
        firm_staff=np.stack([staff * large, staff * (1 - large)]),
        home_of=home_of / home_of.sum(axis=1, keepdims=True),
        away_by_home=rng.uniform(0, 900, n_district),
        remote=rng.uniform(0, 0.6, n_sector),
        minders=rng.uniform(0, 0.3, staff.shape),
        in_places=np.where(rng.uniform(size=(4, n_sector)) < 0.4, rng.uniform(0, 0.5, n_sector), 0),
    )


def labour_params(n_sector=5, n_district=3, *, seed=0, draws=1, **options):
    """Parameters of the labour kernel for that workforce."""
    return prepare_labour(
        workforce(n_sector, n_district, seed=seed),
        load_parameters(),
        as_of=AS_OF,
        draws=draws,
        seed=seed,
        **options,
    )


def effects(n_district=3, **values):
    """Neutral effects with some of them set, in every district."""
    table = np.tile(np.array(NEUTRAL, dtype=float), (n_district, 1))
    for name, value in values.items():
        table[:, EFFECT_INDEX[name]] = value
    return table


def random_effects(rng, n_district=3):
    """Effects of labour at random, each inside its bounds."""
    table = effects(n_district)
    for name, low, high in (
        ("attend_essential", 0.3, 1),
        ("attend_industry", 0, 1),
        ("attend_services", 0, 1),
        ("resume_pace", 0, 3),
        ("approval_queue", 0, 1),
        ("approval_capacity", 0, 0.1),
        ("inspected", 0, 0.3),
        ("compound_shut", 0, 0.5),
        ("return_pace", 0, 3),
        ("remote_work", 0, 1),
        ("arrivals", 0, 1.5),
        ("venues_open", 0, 1),
        ("clinics", 0, 1),
        ("attend_school", 0, 1),
        ("transit_staff", 0, 1),
        ("transit", 0, 1),
        ("commute", 0.5, 1),
        ("arrival_quarantine", 0, 1),
        ("contacts_community", 0, 1),
        ("freight_border", 0.2, 1.5),
        ("freight_inside", 0.2, 1.5),
        ("freight_delay", 0, 4),
        ("mask_supply", 0.5, 3),
        ("masks_per_shift", 0, 2),
        ("mask_to_firms", 0, 1),
        ("daily_supply", 0.5, 2),
        ("consumption", 0.5, 1.5),
    ):
        table[:, EFFECT_INDEX[name]] = rng.uniform(low, high, n_district)
    return table


def table(n=4, *, seed=0, scale=1e4, negative_stocks=False):
    """A random balanced table of one region."""
    rng = np.random.default_rng(seed)
    output = scale * rng.uniform(0.2, 3, n)
    technical = rng.uniform(0, 1, (n, n)) * (rng.uniform(size=(n, n)) < 0.8)
    technical *= rng.uniform(0.2, 0.6, n) / np.maximum(technical.sum(axis=0), 1e-9)
    abroad = rng.uniform(0, 0.3, n)
    flows = technical * output
    domestic, imported = flows * (1 - abroad[:, None]), flows * abroad[:, None]
    # what is left goes to final users; sectors that sell more than they make are made larger
    left = output - domestic.sum(axis=1)
    short = left < 0.1 * output
    if short.any():
        domestic[short] *= (0.9 * output[short] / domestic[short].sum(axis=1))[:, None]
        left = output - domestic.sum(axis=1)
    split = rng.dirichlet(np.ones(3), n)
    return IOTable(
        sectors=tuple(f"S{i}" for i in range(n)),
        domestic=domestic,
        imported=imported,
        households=left * split[:, 0],
        other=left * split[:, 1],
        exports=left * split[:, 2],
        output=output,
        value_added=output - domestic.sum(axis=0) - imported.sum(axis=0),
        workers=rng.uniform(1e3, 1e5, n),
        unit="million CNY",
        source="made up",
    )


def sector_table(codes, *, seed=0):
    """Random parameters for made-up sectors."""
    rng = np.random.default_rng(seed)
    n = len(codes)
    return pd.DataFrame(
        {
            "target_stock_days": rng.uniform(2, 40, n),
            "remote_work_share": rng.uniform(0, 0.6, n),
            "hauled": rng.integers(0, 2, n).astype(float),
            "for_all": (rng.uniform(size=n) < 0.2).astype(float),
            "chain": rng.integers(0, 2, n).astype(float),
            "contact_sensitivity": rng.uniform(0, 0.9, n),
        },
        index=list(codes),
    )


def production_params(n=4, n_district=2, *, regions=2, seed=0, draws=1, **options):
    """Parameters of the production kernel for a random table."""
    rng = np.random.default_rng(seed + 1)
    national = table(n, seed=seed)
    if regions == 1:
        regional = one_region(national)
    else:
        regional = two_regions(national, rng.uniform(0.005, 0.3, n))
    return prepare_production(
        regional,
        sector_table(national.sectors, seed=seed),
        load_parameters(),
        district_share=rng.uniform(0.1, 1, (n, n_district)),
        draws=draws,
        seed=seed,
        fleet=national.sectors[-1],
        **options,
    )
