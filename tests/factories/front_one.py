"""Scenarios of front one small enough for its slow twin, in which everything happens."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from twofronts.city import build_residents, load_city
from twofronts.kernels import types_epidemic as t
from twofronts.measures import Rulebook, load_rulebook
from twofronts.parameters import load_parameters
from twofronts.planning.playing import prepare, run_prepared

START = dt.date(2020, 2, 18)
OUTBREAK = [
    {"day": -6, "district": "old", "n": 10},
    {"day": -1, "district": "river", "age": 40, "n": 8},
    {"day": -20, "n": 6},
]
FLOATS = ("burden", "staff_present", "firms_open")


def small_town(scale=0.1):
    """The invented town with a tenth of its residents, and these."""
    town = load_city("town")
    return town, build_residents(town, scale=scale)


def rulebook(measures=None, **more):
    """A rulebook whose orders have a basis and an end."""
    data = {"name": "test", "orders": {"basis": "law", "days": 400}, "measures": measures or {}}
    return Rulebook.model_validate(data | more)


# beds, intensive care, quarantine places, tracers, tests a day: too few, so that lots are drawn
SCARCE = (6.0, 2.0, 8.0, 3.0, 5.0)
NONE = (0.0, 0.0, 0.0, 0.0, 0.0)
PLENTY = (500.0, 50.0, 500.0, 500.0, 500.0)


def scenario(
    place,
    book,
    *,
    days=30,
    draws=2,
    seed=3,
    capacity=None,
    travellers=None,
    pars=None,
    caution=None,
    worker_places=None,
    **more,
):
    """A scenario ready to run; ``travellers`` a day come, from safe places and from risk areas.

    ``pars`` are parameters that all draws share, by field; ``caution`` is how far people's own has
    come on each day, and from which day on it fades; ``worker_places`` is the share of returning
    workers held under the rule of central places who are in the city's.
    """
    town, people = place
    book = load_rulebook(book) if isinstance(book, str) else book
    more = {"initial": OUTBREAK, "start": START} | more
    ready = prepare(
        town, book, people, load_parameters(), days=days, draws=draws, seed=seed, **more
    )
    world = ready.city.world
    if capacity is not None:
        world = world._replace(capacity=np.array(capacity))
    if travellers is not None:
        world = world._replace(
            travellers=np.full(days, float(travellers[0])),
            risk_travellers=np.full(days, float(travellers[1])),
            prevalence=np.full((days, 3), 0.05),
        )
    if worker_places is not None:
        world = world._replace(worker_places=np.array([worker_places]))
    if caution is not None:
        fading = np.maximum(np.arange(days, dtype=float) - caution[1], 0.0)
        world = world._replace(caution=np.array(caution[0], dtype=float), fading=fading)
    table = ready.pars.copy()
    for field, value in (pars or {}).items():
        table[field] = value
    return replace(ready, city=ready.city._replace(world=world), pars=table)


def played(ready, workers=1):
    """The arrays of front one, by name."""
    out, _ = run_prepared(ready, workers=workers)
    return out._asdict()


def in_use(out):
    """What happened in a run, so that a test can ask that everything did."""
    return {
        "infected": int(out["infections"].sum()),
        "by_setting": out["by_setting"].sum(axis=(0, 1)).tolist(),
        "arrived": int(out["arrivals"].sum()),
        "traced": int(out["traced"].sum()),
        "queue": int(out["test_queue"].max()),
        "icu": int(out["icu"].max()),
        "deaths": int(out["deaths"].sum()),
        "grades": np.unique(out["grade"]).tolist(),
        "susceptible": int(out["stages"][:, -1, t.SUSCEPTIBLE].min()),
    }
