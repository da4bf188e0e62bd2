"""What planning hands out, declared."""

from __future__ import annotations

from twofronts.planning.outcomes import BY_NAME, DAILY, OUTCOMES
from twofronts.variables import VARIABLES, declare

_OF_DRAW = ("rulebook", "draw")
_DAILY_UNITS = {
    "infections": "persons/d",
    "confirmed": "persons/d",
    "patients": "persons",
    "icu": "persons",
    "quarantined": "persons",
    "held_uninfected": "persons",
    "arrived_infected": "persons/d",
    "burden": "person-days/d",
    "value_added_lost": "million/d",
    "jobs_at_risk": "persons",
    "resumption_rate": "1",
    "staff_return_rate": "1",
    "capacity_rate": "1",
    "mask_cover": "d",
    "goods_cover": "d",
}
_DAILY_NAMES = {
    "patients": ("Patients in designated beds and intensive care", "在院人数"),
    "icu": ("Patients in intensive care", "重症监护人数"),
    "quarantined": ("People held as contacts or arrivals", "隔离观察人数"),
    "held_uninfected": ("People held who are not infected", "隔离观察中未感染人数"),
    "arrived_infected": ("Infected people arriving", "输入感染者"),
}

for _o in OUTCOMES:
    declare(
        f"outcome_{_o.name}",
        _OF_DRAW,
        "float64",
        _o.unit,
        "none",
        "sum" if _o.people else "none",
        f"{_o.en} over the whole run, by draw.",
        _o.zh,
    )
for _name in DAILY:
    _both = _DAILY_NAMES.get(_name) or (BY_NAME[_name].en, BY_NAME[_name].zh)
    _unit = _DAILY_UNITS[_name]
    declare(
        f"daily_{_name}",
        (*_OF_DRAW, "day"),
        "float32",
        _unit,
        "sum" if _unit.endswith("/d") else "mean",
        "sum",
        f"{_both[0]}, by day.",
        _both[1],
    )
declare(
    "burden_by_measure",
    (*_OF_DRAW, "measure"),
    "float64",
    "person-days",
    "none",
    "sum",
    "Weighted person-days of restriction that each measure asked for over the whole run.",
    "各项措施居民负担",
)

NAMES = tuple(
    n for n in VARIABLES if n.startswith(("outcome_", "daily_")) or n == "burden_by_measure"
)
