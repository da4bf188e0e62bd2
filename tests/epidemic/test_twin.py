"""Front one against its slow twin: the same arrays, person by person, when everything happens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from factories.front_one import (
    FLOATS,
    NONE,
    PLENTY,
    SCARCE,
    START,
    in_use,
    played,
    rulebook,
    scenario,
    small_town,
)
from naive.epidemic import NaiveDraw
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.planning.playing import run_prepared

FIERCE = {"severe_scale": 5.0, "transmission": 0.6, "prevalence_scale": 1.0}
GRADED = {
    "community": {"low": "open", "medium": "registered", "high": "sealed"},
    "tracing": "full",
    "quarantine": "mixed",
    "arrivals_quarantine": "home",
    "province_border": "screen",
    "testing": "expanded",
    "masks": "advised",
    "schools": {"low": "open", "medium": "staggered", "high": "closed"},
    "attendance_industry": {"low": "full", "medium": "three_quarters", "high": "half"},
    "resumption_scheme": "approval",
}
LOW_BAR = {"total_above": 5}
CENTRAL = GRADED | {"quarantine": "central", "arrivals_quarantine": "central"}
WORKERS_APART = {"arrivals_quarantine": "central", "quarantine": "central", "tracing": "full"}
SHORT_STAY = FIERCE | {"quarantine_days": 5, "severe_scale": 1.0}
SWITCH = {
    "tighten": {"beds_share": 0.8, "reproduction": 1.2},
    "relax": {"beds_share": 0.25, "reproduction": 0.95},
    "min_days": 4,
    "strict": {"community": "sealed", "schools": "closed", "tracing": "full"},
    "relaxed": {"tracing": "household"},
}
# the city opens up for ten days, then shuts what it had opened
CHANGES = [
    {"day": 8, "measure": "tracing", "level": "full"},
    {"day": 8, "measure": "schools", "level": "closed"},
    {"day": 10, "measure": "attendance_services", "level": "skeleton"},
    {"day": 10, "measure": "attendance_industry", "level": "skeleton"},
]


def overrides(people):
    """Orders for single compounds, enterprises and a district, from and to different days."""
    ids = list(people.enterprise_sites)
    return [
        {"compound": 0, "measure": "community", "level": "sealed", "from_day": 5, "days": 9},
        {"compound": 1, "measure": "venues", "level": "closed", "days": 90},
        {"compound": 2, "measure": "gatherings", "level": "banned", "days": 4},
        {
            "enterprise": ids[0],
            "measure": "attendance_industry",
            "level": "half",
            "from_day": 12,
            "days": 9,
        },
        {"enterprise": ids[30], "measure": "attendance_services", "level": "full", "days": 9},
        {"enterprise": ids[50], "measure": "remote_work", "level": "default", "days": 20},
        {"district": "mill", "measure": "community", "level": "closed_off", "from_day": 7,
         "days": 10},
    ]  # fmt: skip


@pytest.fixture(scope="module")
def place():
    return small_town()


def compare(place, ready, book, w, out, gates=None):
    """Run the twin of a draw, and hold every array against the kernels'."""
    town, people = place
    codes = [str(code) for code in town.district_codes]
    twin = NaiveDraw(ready, book, people, codes, START, w, gates, town.sector_codes).run()
    for name, expected in twin.items():
        got = out[name][w]
        if name in FLOATS:
            np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-7, err_msg=name)
        else:
            np.testing.assert_array_equal(got, expected, err_msg=name)
    assert set(twin) == set(out)


SCENARIOS = {
    "ordinary life, nothing to treat with": ("before", {"capacity": NONE, "pars": FIERCE}),
    "ordinary life, too little of everything": (
        "before",
        {"capacity": SCARCE, "travellers": (20, 20), "pars": FIERCE},
    ),
    "the meeting, too little of everything": (
        "meeting",
        {"capacity": SCARCE, "travellers": (20, 20), "pars": FIERCE},
    ),
    "by grade, too little of everything": (
        rulebook(GRADED, grades=LOW_BAR),
        {"capacity": SCARCE, "travellers": (20, 20), "pars": FIERCE},
    ),
    "by grade, enough of everything": (
        rulebook(GRADED, grades=LOW_BAR),
        {"capacity": PLENTY, "travellers": (20, 20), "pars": FIERCE},
    ),
    "central quarantine of five days": (
        rulebook(CENTRAL, grades=LOW_BAR),
        {"capacity": SCARCE, "travellers": (5, 5), "pars": SHORT_STAY},
    ),
    "workers held in places that contacts want too": (
        rulebook(WORKERS_APART),
        {
            "capacity": (*PLENTY[:2], 7.0, *PLENTY[3:]),
            "travellers": (5, 0),
            "pars": FIERCE,
            "worker_places": 0.9,
        },
    ),
    "quarantine at home of five days": (
        rulebook(GRADED | {"quarantine": "home"}, grades=LOW_BAR),
        {"capacity": PLENTY, "travellers": (5, 5), "pars": SHORT_STAY},
    ),
    "caution that comes and fades": (
        rulebook({"gatherings": "limited", "venues": "closed", "tracing": "full"}),
        {
            "capacity": PLENTY,
            "pars": FIERCE | {"caution": 0.7, "caution_half_life": 5.0},
            "caution": ([0.0, 0.4, *[1.0] * 28], 12),
        },
    ),
    "a search for those who came": (
        rulebook({"arrivals_quarantine": "home", "quarantine": "mixed"}),
        {
            "capacity": SCARCE,
            "travellers": (5, 20),
            "pars": FIERCE | {"quarantine_days": 6},
        },
    ),
    "measures as strong as their own values": (
        "meeting",
        {"capacity": SCARCE, "pars": FIERCE, "central": True},
    ),
    "closed": ("closed", {"capacity": SCARCE, "pars": FIERCE}),
    "the reports' own start": ("meeting", {"initial": None}),
    "out of hand, and counted no further": (
        "before",
        {"capacity": PLENTY, "pars": FIERCE, "counted": 200},
    ),
    "without dispersion": ("held", {"pars": {"k": 1e6, "transmission": 0.4}}),
}


@pytest.mark.slow
@pytest.mark.parametrize("w", [0, 1])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_draw_is_that_of_the_twin(place, name, w):
    book, more = SCENARIOS[name]
    book = load_rulebook(book) if isinstance(book, str) else book
    ready = scenario(place, book, **more)
    out = played(ready)
    compare(place, ready, book, w, out)
    if "worker_places" in more:
        assert out["held_workers"][w].max() > 1


def test_orders_for_single_places_are_those_of_the_twin(place):
    book = rulebook(GRADED, grades=LOW_BAR, overrides=overrides(place[1]))
    ready = scenario(place, book, capacity=PLENTY, travellers=(20, 20), pars=FIERCE)
    out = played(ready)
    compare(place, ready, book, 0, out)
    happened = in_use(out)
    assert min(happened["by_setting"]) > 0
    assert happened["grades"] == [0, 1, 2]
    assert min(happened[k] for k in ("arrived", "traced", "icu", "deaths")) > 0


def test_orders_for_single_sectors_are_those_of_the_twin(place):
    """Beside one for an enterprise of such a sector, and one for a district, which goes behind."""
    town, people = place
    by_group = {g: list(rows["sector"]) for g, rows in town.sectors.groupby("group")}
    services, industry = by_group["services"], by_group["industry"]
    ids = list(people.enterprise_sites)
    orders = [
        {"sector": services[0], "measure": "attendance_services", "level": "skeleton",
         "from_day": 3, "days": 12},
        {"sector": services[1], "measure": "attendance_services", "level": "full", "days": 90},
        {"sector": industry[0], "measure": "attendance_industry", "level": "half", "days": 20},
        {"district": "mill", "measure": "attendance_services", "level": "half", "days": 90},
        {"enterprise": ids[0], "measure": "attendance_industry", "level": "full", "days": 30},
        {"compound": 0, "measure": "community", "level": "sealed", "days": 9},
    ]  # fmt: skip
    book = rulebook({"attendance_services": "half"}, overrides=orders)
    ready = scenario(place, book, capacity=PLENTY, pars=FIERCE)
    out = played(ready)
    compare(place, ready, book, 0, out)
    plain = rulebook({"attendance_services": "half"}, overrides=orders[3:])
    other = played(scenario(place, plain, capacity=PLENTY, pars=FIERCE))
    moved = (out["staff_present"][0] != other["staff_present"][0]).any(axis=(0, 2))
    named = [town.sector_codes.index(s) for s in (services[0], services[1], industry[0])]
    assert np.flatnonzero(moved).tolist() == sorted(named), "a sector's order is its own"
    present = out["staff_present"][0][:, named[0]]
    assert (present[5] < other["staff_present"][0][5, named[0]]).all()
    assert (present[20] >= present[5]).all(), "it has ended"


def test_the_switching_rule_is_that_of_the_twin(place):
    book = rulebook({}, switch=SWITCH)
    ready = scenario(place, book, capacity=SCARCE, travellers=(5, 5), pars=FIERCE, days=40)
    out = played(ready)
    compare(place, ready, book, 1, out)
    # the strict set, and with it the sealed compounds, came and went
    sealed = out["burden"][1][:, load_catalogue().index["community"]] > 0
    assert sealed.any()
    assert not sealed.all()


def test_sites_that_close_leave_their_teams_to_be_traced(place):
    book = rulebook({}, changes=CHANGES)
    ready = scenario(place, book, capacity=PLENTY, pars={"transmission": 0.6})
    compare(place, ready, book, 0, played(ready))


@pytest.mark.slow
def test_a_draw_of_both_fronts_is_that_of_the_twin(place):
    """With masks and reagents so short that sites stay shut and tests are not run."""
    book = load_rulebook("meeting")
    ready = scenario(place, book, capacity=PLENTY, production=True, pars=FIERCE, days=20)
    supplies = ready.economy.supplies
    few = {"stock": supplies.stock.copy(), "production": supplies.production.copy()}
    few["inbound"] = supplies.inbound.copy()
    masks, reagents = int(supplies.masks[0]), int(supplies.reagents[0])
    for array in few.values():
        array[masks] *= 0.05
        array[reagents] *= 0.2
    short = supplies._replace(**few)
    ready = replace(ready, economy=ready.economy._replace(supplies=short))
    out, record = run_prepared(ready, workers=1)
    gates = np.concatenate([np.ones((1, 2)), record.gate[0, :-1]])
    # masks and tests both ran short on some day, and not on every day
    assert (gates.min(axis=0) < 1).all()
    assert (gates.max(axis=0) > 0).all()
    compare(place, ready, book, 0, out._asdict(), gates)


TINY = {
    "by grade": rulebook(GRADED, grades=LOW_BAR),
    "by a switch": rulebook({}, switch=SWITCH | {"min_days": 2}),
    "opened, then shut": rulebook({}, changes=CHANGES),
}


@pytest.mark.interpreted
@pytest.mark.parametrize("name", TINY)
def test_a_tiny_city_is_that_of_the_twin(name):
    """Run once more with the kernels as plain Python."""
    tiny = small_town(0.02)
    more = {"capacity": SCARCE, "travellers": (10, 10), "pars": FIERCE, "days": 16}
    ready = scenario(tiny, TINY[name], **more)
    out = played(ready)
    compare(tiny, ready, TINY[name], 0, out)
    assert out["infections"].sum() > 20
