"""Small made-up economies for the tests of front two."""

from __future__ import annotations

import datetime as dt

import numpy as np

from twofronts.economy.labour import Workforce, prepare_labour
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
        ("arrival_quarantine", 0, 1),
        ("contacts_community", 0, 1),
        ("freight_border", 0.2, 1.5),
        ("freight_inside", 0.2, 1.5),
        ("freight_delay", 0, 4),
        ("mask_supply", 0.5, 3),
    ):
        table[:, EFFECT_INDEX[name]] = rng.uniform(low, high, n_district)
    return table
