"""The city as data: schema, loader, checks with file and line, every resident."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "City": "twofronts.city.schema",
    "Scalar": "twofronts.city.schema",
    "load_city": "twofronts.city.loader",
    "check_city": "twofronts.city.checks",
    "build_residents": "twofronts.city.residents",
}

__all__ = ["City", "Scalar", "build_residents", "check_city", "load_city"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: tables cost pandas, residents cost Numba."""
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'twofronts.city' has no attribute {name!r}")
