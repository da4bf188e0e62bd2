"""Random cities that can be played: means that may run short, arrivals, and steps day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from factories.random_city import random_city
from twofronts.city import build_residents
from twofronts.city.schema import Scalar
from twofronts.epidemic.memory import make_memory, make_output
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.day import begin
from twofronts.kernels.fitting import one_day
from twofronts.kernels.structs import pack
from twofronts.parameters import load_parameters
from twofronts.planning.playing import prepare

START = dt.date(2020, 2, 18)


def playable_city(seed, people):
    """A random city with hospitals, arrivals and means of any size, and its residents."""
    rng = np.random.default_rng([seed, 1])
    city = random_city(seed, people=people, districts=int(rng.integers(1, 5)))
    n = len(city.hospitals)
    hospitals = city.hospitals.assign(
        designated_beds=rng.integers(0, 12, n), icu_beds=rng.integers(0, 4, n), open=1
    )
    days = [START + dt.timedelta(days=int(d)) for d in range(-10, 30)]
    risk = rng.integers(0, 30, len(days))
    arrivals = pd.DataFrame(
        {
            "date": days,
            "origin": rng.choice(["hubei", "elsewhere"], len(days)),
            "travellers": risk + rng.integers(0, 60, len(days)),
            "risk_travellers": risk,
            "returning_workers": rng.integers(0, 10, len(days)),
        }
    )
    columns = ["date", "area", "new_confirmed", "in_hospital", "cum_confirmed", "version"]
    means = {"quarantine_places": (0, 40), "tracers": (0, 6), "tests_per_day": (0, 20)}
    scalars = dict(city.scalars) | {
        key: Scalar(float(rng.integers(*span)), unit="1", source="invented", grade="assumed")
        for key, span in means.items()
    }
    city = city.model_copy(
        update={
            "hospitals": hospitals,
            "arrivals": arrivals,
            "reports": pd.DataFrame({c: [] for c in columns}),
            "scalars": scalars,
        }
    )
    return city, build_residents(city, seed=seed, workers=1)


def random_scenario(seed, book, *, people=300, days=14, draws=1):
    """A random city under a rulebook, with an outbreak and parameters of any size, ready to run."""
    city, residents = playable_city(seed, people)
    rng = np.random.default_rng([seed, 2])
    outbreak = [{"day": int(-rng.integers(0, 30)), "n": int(rng.integers(1, 12))} for _ in range(3)]
    ready = prepare(
        city, book, residents, load_parameters(), days=days, draws=draws, seed=seed, start=START,
        initial=outbreak,
    )  # fmt: skip
    pars = ready.pars.copy()
    pars["transmission"] *= rng.uniform(0.5, 5)
    pars["severe_scale"] *= rng.uniform(0.5, 5)
    pars["prevalence_scale"] *= rng.choice([0.0, 1.0, 100.0])
    pars["quarantine_days"] = rng.integers(1, 15)
    pars["held_test_share"] = rng.random()
    prevalence = np.minimum(1.0, 100 * ready.city.world.prevalence)
    world = ready.city.world._replace(prevalence=prevalence)
    return city, residents, replace(ready, pars=pars, city=ready.city._replace(world=world))


def steps(ready, w=0):
    """Live one draw, and hand out what it remembers at the end of each day.

    Yields
    ------
    SimpleNamespace
        ``day``; ``memory`` and ``out`` as the kernels see them (row 0); ``people``, the records in
        use.
    """
    memory = make_memory(ready.city, ready.n_days)
    cell = ready.city.world.staff.shape
    out = make_output(1, ready.n_days, cell, ready.city.rules.level.shape[2])
    city, mine, page = pack(ready.city), pack(memory), pack(out)
    par = ready.pars[w]
    begin(city, mine, par, w, ready.seed)
    for day in range(ready.n_days):
        one_day(city, mine, par, page, day)
        n = int(memory.scratch.n[t.N_PEOPLE])
        yield SimpleNamespace(
            day=day, memory=memory, scratch=memory.scratch, out=out,
            people=memory.scratch.people[:n],
        )  # fmt: skip
