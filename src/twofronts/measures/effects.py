"""What a measure can do, and how the effects of several measures combine.

A level of a measure carries some of these effects; what it does not name stays neutral. Effects of
one kind multiply, or the largest counts, or the smallest, never add: two measures that each halve a
setting's contacts leave a quarter. The order here is the order of every [effect] axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Combine = Literal["product", "max", "min"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of effect: its name, how it combines, its neutral value, its bounds and unit."""

    name: str
    combine: Combine
    neutral: float
    bounds: tuple[float, float]
    unit: str
    doc: str


EFFECTS: tuple[Effect, ...] = (
    # contacts left, by setting
    Effect("contacts_home", "product", 1, (0, 2), "1", "Contacts left inside the household."),
    Effect("contacts_work", "product", 1, (0, 2), "1", "Contacts left at work, of those present."),
    Effect("contacts_school", "product", 1, (0, 2), "1", "Contacts left at school."),
    Effect("contacts_community", "product", 1, (0, 2), "1", "Contacts left in the community."),
    Effect("travel", "product", 1, (0, 1), "1", "Community contacts outside the compound left."),
    Effect("mask_use", "max", 0, (0, 1), "1", "Share who wear a mask outside the home."),
    # the borders
    Effect("arrivals", "product", 1, (0, 2), "1", "Travellers let in, of those who would come."),
    Effect("arrivals_risk", "product", 1, (0, 1), "1", "Travellers from risk areas let in."),
    Effect("screening", "max", 0, (0, 1), "1", "Chance that a border check finds somebody ill."),
    Effect("arrival_quarantine", "max", 0, (0, 1), "1", "Share from risk areas quarantined 14 d."),
    # finding and holding cases
    Effect("care_seeking", "product", 1, (0.1, 3), "1", "Onset to isolation against ordinary."),
    Effect("test_delay", "product", 1, (0.1, 5), "1", "Time from isolation to result."),
    Effect("trace_coverage", "max", 0, (0, 1), "1", "Share of a case's contacts found."),
    Effect("trace_delay", "min", 5, (0, 10), "d", "Days from confirmation to contacts held."),
    Effect("quarantine_home", "max", 0, (0, 1), "1", "Share of held contacts kept at home."),
    Effect("isolation_leak", "min", 1, (0, 1), "1", "Infectiousness left outside the home."),
    # who may be at work and at school
    Effect("attend_essential", "min", 1, (0, 1), "1", "Most of the staff that may be present."),
    Effect("attend_industry", "min", 1, (0, 1), "1", "The same, industry and construction."),
    Effect("attend_services", "min", 1, (0, 1), "1", "The same, services met in person."),
    Effect("attend_school", "min", 1, (0, 1), "1", "The same, pupils and students."),
    Effect("resume_pace", "product", 1, (0, 20), "1", "Pace at which firms come back."),
    Effect("approval_queue", "max", 0, (0, 1), "1", "1 if firms wait for a yes; 0 under filing."),
    Effect("approval_capacity", "max", 0, (0, 1), "1/d", "Share of all firms approved in a day."),
    Effect("inspected", "max", 0, (0, 1), "1/d", "Share of open firms inspected in a day."),
    Effect("compound_shut", "max", 0, (0, 1), "1", "Share who may not leave the compound."),
    Effect("return_pace", "product", 1, (0, 20), "1", "Pace at which migrants come back."),
    Effect("remote_work", "max", 0, (0, 1), "1", "Use made of the work that can be done at home."),
    # goods
    Effect("freight_border", "product", 1, (0, 2), "1", "Freight let through the city border."),
    Effect("freight_inside", "product", 1, (0, 2), "1", "Freight let through inside the city."),
    Effect("freight_delay", "max", 0, (0, 30), "d", "Days added to a delivery."),
    Effect("mask_supply", "product", 1, (0, 20), "1", "Masks produced and brought in."),
    # care
    Effect("beds", "product", 1, (0, 5), "1", "Designated beds against the city's table."),
    Effect("clinics", "min", 1, (0, 1), "1", "Ordinary clinics that are open."),
    # what it asks of people: burden, in weighted person-days a day for each resident
    Effect("burden", "product", 1, (0, 1), "1", "1 - weight of the restriction felt by residents."),
)

EFFECT_INDEX: dict[str, int] = {e.name: i for i, e in enumerate(EFFECTS)}
N_EFFECT = len(EFFECTS)
NEUTRAL: tuple[float, ...] = tuple(e.neutral for e in EFFECTS)
