"""What a measure can do, and how the effects of several measures combine.

A level of a measure carries some of these effects; what it does not name stays neutral. Effects of
one kind multiply, or the largest counts, or the smallest, never add: two measures that each halve a
setting's contacts leave a quarter. The order here is the order of every [effect] axis.

``raised`` says what a larger number does: it can tighten (fewer contacts, fewer people through),
loosen, or support (more beds, more masks). The catalogue's check of order rests on it.

After combining, freight passes give back a share of the freight and of the time that checks took
(``freight_restored``), so ``freight_border``, ``freight_inside`` and ``freight_delay`` are read as
they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Combine = Literal["product", "max", "min"]
Raised = Literal["tightens", "loosens", "supports"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of effect: name, how it combines, neutral value, bounds, unit, what raising does."""

    name: str
    combine: Combine
    neutral: float
    bounds: tuple[float, float]
    unit: str
    raised: Raised
    doc: str


def _left(name: str, most: float, doc: str) -> Effect:
    """Return an effect that leaves a share of something ordinary."""
    return Effect(name, "product", 1, (0, most), "1", "loosens", doc)


def _cap(name: str, doc: str) -> Effect:
    """Return an effect that caps a share."""
    return Effect(name, "min", 1, (0, 1), "1", "loosens", doc)


def _reach(name: str, doc: str, unit: str = "1") -> Effect:
    """Return an effect that reaches a share of somebody; the widest reach counts."""
    return Effect(name, "max", 0, (0, 1), unit, "tightens", doc)


def _more(name: str, most: float, doc: str) -> Effect:
    """Return an effect that multiplies a means of the city."""
    return Effect(name, "product", 1, (0, most), "1", "supports", doc)


EFFECTS: tuple[Effect, ...] = (
    # contacts left, by setting
    _left("contacts_home", 2, "Contacts left inside the household."),
    _left("contacts_work", 2, "Contacts left at work, of those present."),
    _left("contacts_school", 2, "Contacts left at school, of those present."),
    _left("contacts_community", 2, "Contacts left in the community."),
    _left("travel", 1, "Community contacts outside the compound left."),
    _reach("mask_use", "Share who wear a mask outside the home."),
    # the borders
    _left("arrivals", 2, "Travellers let in, of those who would come."),
    _left("arrivals_risk", 1, "Travellers from risk areas let in."),
    _reach("screening", "Chance that a border check finds somebody who is ill."),
    _reach("arrival_quarantine", "Share of travellers from risk areas quarantined for 14 days."),
    _reach("arrival_search", "Chance a day that who came from a risk area is found.", "1/d"),
    # finding and holding cases
    Effect("care_seeking", "product", 1, (0.1, 3), "1", "loosens", "Onset to isolation, relative."),
    Effect("test_delay", "product", 1, (0.1, 5), "1", "loosens", "Isolation to result, relative."),
    _more("test_capacity", 20, "Tests a day against the city's table."),
    _reach("trace_coverage", "Share of a case's contacts found."),
    Effect("trace_delay", "min", 5, (0, 10), "d", "loosens", "Confirmation to contacts held."),
    _more("tracers", 20, "People who trace, against the city's table."),
    _cap("quarantine_home", "Share of held contacts kept at home."),
    _more("quarantine_places", 20, "Central quarantine places against the city's table."),
    _cap("isolation_leak", "Infectiousness of held contacts left outside their home."),
    # who may be at work and at school
    _cap("attend_essential", "Most of the staff that may be present, essential sectors."),
    _cap("attend_industry", "The same, industry and construction."),
    _cap("attend_services", "The same, services met in person."),
    _cap("attend_school", "Most of the pupils and students present; others learn at home."),
    _left("resume_pace", 20, "Pace at which firms come back."),
    _reach("approval_queue", "1 if firms wait for a yes; 0 under filing."),
    Effect(
        "approval_capacity", "min", 1, (0, 1), "1/d", "loosens", "Share of firms approved a day."
    ),
    _reach("pledged", "Share of firms at work that the city knows and that pledged the standard."),
    _reach("inspected", "Share of the firms it knows that the city inspects in a day.", "1/d"),
    Effect(
        "masks_per_shift", "max", 0, (0, 5), "1/d", "tightens", "Masks each worker needs a day."
    ),
    _reach("compound_shut", "Share who may not leave the compound."),
    _left("return_pace", 20, "Pace at which migrants come back."),
    _reach(
        "remote_work", "Use made of the work that can be done at home; who does it stays there."
    ),
    _left("commute", 1, "Staff who get through checks and gates to work, of those living there."),
    _cap("transit", "Places left in buses and metro, of an ordinary day's."),
    _cap("transit_staff", "Staff of buses and metro who have work to do."),
    _cap("venues_open", "Dining rooms, places of culture and entertainment that are open."),
    # goods
    _left("freight_border", 2, "Freight let through the city border."),
    _left("freight_inside", 2, "Freight let through inside the city."),
    Effect("freight_delay", "max", 0, (0, 30), "d", "tightens", "Days added to a delivery."),
    Effect(
        "freight_restored",
        "max",
        0,
        (0, 1),
        "1",
        "supports",
        "Share of the freight and time lost to checks that passes give back.",
    ),
    _more("mask_supply", 20, "Masks produced and brought in."),
    Effect(
        "mask_to_firms",
        "max",
        0,
        (0, 1),
        "1",
        "supports",
        "Share of masks left after care that is set aside for firms at work.",
    ),
    _more("daily_supply", 5, "Daily goods brought in and produced."),
    _more("consumption", 2, "Households' demand for goods and services."),
    # care
    _more("beds", 5, "Designated beds against the city's table."),
    _cap("clinics", "Ordinary clinics that are open; the staff of the others is at home."),
    # what it asks of people
    Effect(
        "burden_relief",
        "max",
        0,
        (0, 1),
        "1",
        "supports",
        "Share of the burden of community management that services lift.",
    ),
    _left("burden", 1, "1 - weight of the restrictions felt by every resident."),
)

EFFECT_INDEX: dict[str, int] = {e.name: i for i, e in enumerate(EFFECTS)}
N_EFFECT = len(EFFECTS)
NEUTRAL: tuple[float, ...] = tuple(e.neutral for e in EFFECTS)
COMBINE_CODE: dict[str, int] = {"product": 0, "max": 1, "min": 2}

# What acts on whom is infected (front one), on what is produced (front two), or on both at once:
# who may not attend meets nobody at work and makes nothing; a traveller kept out brings no
# infection and no labour; who has no community to go to buys less.
# fmt: off
_ONE = frozenset((
    "contacts_home", "contacts_work", "contacts_school", "travel", "mask_use", "arrivals_risk",
    "screening", "arrival_search", "care_seeking", "test_delay", "trace_delay", "tracers",
    "quarantine_home", "quarantine_places", "isolation_leak", "beds",
))
_TWO = frozenset((
    "freight_border", "freight_inside", "freight_delay", "freight_restored", "masks_per_shift",
    "mask_supply", "mask_to_firms", "daily_supply", "consumption",
))
# fmt: on
_NEITHER = frozenset(("burden_relief", "burden"))


def fronts_of(effect: str) -> tuple[int, ...]:
    """Return the fronts that an effect acts on: (1,), (2,), (1, 2) or ().

    Parameters
    ----------
    effect : str
        Name of an effect.
    """
    if effect in _NEITHER:
        return ()
    return (1,) if effect in _ONE else (2,) if effect in _TWO else (1, 2)


# Whom a burden falls on, in the order of every [group] axis
GROUPS: tuple[str, ...] = ("nobody", "residents", "workers", "pupils", "arrivals", "held")
