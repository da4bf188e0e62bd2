"""From reports to estimates: delays, reproduction number, grades, fit, forecast, scores."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Situation": "assess",
    "situation": "assess",
    "read_reports": "reports",
    "read_line_list": "linelist",
}

__all__ = ["Situation", "read_line_list", "read_reports", "situation"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(f"twofronts.situation.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module 'twofronts.situation' has no attribute {name!r}")
