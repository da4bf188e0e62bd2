"""The brief's pictures, each a function of evidence and language that returns a drawing."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure as Canvas

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.pictures import balances, front_one, front_two, maps, options

Draw = Callable[[Evidence, Voice], Canvas]

PICTURES: dict[str, Draw] = {
    "reported": front_one.reported,
    "course": front_one.course,
    "reproduction": front_one.reproduction,
    "more_cases": front_one.more_cases,
    "grades": maps.grades,
    "rates": front_two.rates,
    "staff": front_two.staff,
    "two_fronts": options.two_fronts,
    "balances": balances.balances,
}
