"""From reports to estimates: delays, reproduction number, grades, fit, forecast, scores."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Situation": "assess",
    "fit_city": "city_fit",
    "forecast": "forecasting",
    "starting_states": "states",
    "situation": "assess",
    "read_reports": "reports",
    "read_line_list": "linelist",
}

__all__ = [
    "Situation",
    "fit_city",
    "forecast",
    "read_line_list",
    "read_reports",
    "situation",
    "starting_states",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(f"twofronts.situation.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module 'twofronts.situation' has no attribute {name!r}")
