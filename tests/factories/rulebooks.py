"""Cities that have districts and nothing else, random rulebooks, and runs of the day's decisions."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from twofronts.kernels.measures import district_effects, reset_decisions, switch_sets
from twofronts.measures import Rulebook, compile_rulebook, decision_state, load_catalogue
from twofronts.measures.effects import N_EFFECT
from twofronts.measures.rulebook import GRADES

START = dt.date(2020, 2, 18)
CATALOGUE = load_catalogue()


def city(n=3, gates=()):
    """A city of districts d0, d1, ..., and checkpoints: id, tier, district, traffic."""
    names = ["id", "tier", "district", "traffic"]
    table = pd.DataFrame([[*row] for row in gates], columns=names).astype({"traffic": float})
    return SimpleNamespace(district_codes=[f"d{i}" for i in range(n)], checkpoints=table)


def residents(n_compounds=6):
    """Residents of whom only the compounds and the sites are known."""
    arrays = SimpleNamespace(compound_district=np.zeros(n_compounds, np.uint8))
    return SimpleNamespace(arrays=arrays, enterprise_sites={"E1": 0, "E2": 1, "E3": 2})


def rulebook(measures=None, **more):
    """A rulebook whose orders have a basis and an end."""
    data = {"name": "test", "orders": {"basis": "law", "days": 1000}, "measures": measures or {}}
    return Rulebook.model_validate(data | more)


def course(
    book, grade_history, *, u=None, beds=None, reproduction=None, start=START, n=None, gates=()
):
    """Play the day's decisions over a history of grades ``[day, district]``.

    Returns
    -------
    int8[day, district, measure], float64[day, district, effect], int64[day], bool[day]
        Levels, effects, districts worked out anew, whether the strict set was in force.
    """
    history = np.asarray(grade_history, dtype=np.uint8)
    n_days, n_district = history.shape
    rules = compile_rulebook(book, city(n_district, gates), start=start, n_days=n or n_days)
    state = decision_state(rules, n or n_days)
    reset_decisions(rules, state)
    out = np.full((n_district, N_EFFECT), np.nan)
    strengths = np.full(len(CATALOGUE), 0.5) if u is None else np.asarray(u, dtype=np.float64)
    levels, effects, changed, strict = [], [], [], []
    for day in range(n_days):
        if beds is not None:
            switch_sets(rules, state, beds[day], reproduction[day], day)
        strict.append(bool(state.strict[0]))
        changed.append(district_effects(rules, history[day], state, day, strengths, out))
        levels.append(state.level.copy())
        effects.append(out.copy())
    return np.array(levels), np.array(effects), np.array(changed), np.array(strict)


@st.composite
def some_levels(draw, key):
    """A level by grade, in order where it must be."""
    measure = CATALOGUE.measure[key]
    places = draw(st.lists(st.integers(0, len(measure.level) - 1), min_size=3, max_size=3))
    if measure.kind != "support":
        places = sorted(places)
    return dict(zip(GRADES, (measure.levels[i] for i in places), strict=True))


@st.composite
def some_entry(draw, key):
    """A measure's entry, sometimes with an end, a notice and a dwell of its own."""
    entry = {"level": draw(some_levels(key))}
    if draw(st.booleans()):
        entry["days"] = draw(st.integers(1, 30))
    elif draw(st.booleans()):
        entry["until"] = START + dt.timedelta(days=draw(st.integers(-3, 30)))
    if draw(st.booleans()):
        entry["notice_days"] = draw(st.integers(0, 4))
        entry["dwell_days"] = draw(st.integers(0, 9))
    return entry


@st.composite
def some_change(draw, day, keys=CATALOGUE.keys):
    """A change from a day of the run."""
    key = draw(st.sampled_from(keys))
    change = {"measure": key, "level": draw(some_levels(key))}
    if draw(st.booleans()):
        change["day"] = day
    else:
        change["date"] = START + dt.timedelta(days=day)
    if draw(st.booleans()):
        change["days"] = draw(st.integers(1, 20))
    return change


@st.composite
def some_rulebook(draw, n_district=3, changes=True, switch=False):
    """A rulebook over a handful of measures, with changes, overrides and perhaps a switch."""
    keys = draw(st.lists(st.sampled_from(CATALOGUE.keys), max_size=6, unique=True))
    data = {"measures": {key: draw(some_entry(key)) for key in keys}}
    if changes:
        days = draw(st.lists(st.integers(0, 30), max_size=4, unique=True))
        data["changes"] = [draw(some_change(day)) for day in sorted(days)]
        graded = [m.key for m in CATALOGUE.measure.values() if m.scope == "graded"]
        data["overrides"] = [
            {
                "district": f"d{d}",
                "measure": key,
                "level": draw(st.sampled_from(CATALOGUE.measure[key].levels)),
                "from_day": draw(st.integers(0, 20)),
                "days": draw(st.integers(1, 20)),
            }
            for d in draw(st.lists(st.integers(0, n_district - 1), max_size=2, unique=True))
            for key in [draw(st.sampled_from(graded))]
        ]
    if switch:
        strict = draw(
            st.lists(st.sampled_from(CATALOGUE.keys), min_size=1, max_size=3, unique=True)
        )
        data["switch"] = {
            "tighten": {"beds_share": 0.8, "reproduction": 1.2},
            "relax": {"beds_share": 0.25, "reproduction": 0.95},
            "min_days": draw(st.integers(1, 9)),
            "start": draw(st.sampled_from(["strict", "relaxed"])),
            "strict": {key: draw(some_levels(key)) for key in strict},
            "days": draw(st.integers(1, 50)),
        }
    return rulebook(**data)


@st.composite
def some_grades(draw, n_days=40, n_district=3):
    """A history of grades that stay for a while, as grades do."""
    history = np.zeros((n_days, n_district), dtype=np.uint8)
    for d in range(n_district):
        for day in draw(st.lists(st.integers(0, n_days - 1), max_size=5)):
            history[day:, d] = draw(st.integers(0, 2))
    return history
