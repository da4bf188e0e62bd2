"""Two Fronts: control an outbreak and keep the city working, both in one simulation.

The public names are loaded when first asked for, so that ``import twofronts`` costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "load_city": "twofronts.city",
    "build_residents": "twofronts.city",
    "load_rulebook": "twofronts.measures",
    "play": "twofronts.planning",
    "Run": "twofronts.planning",
}

__all__ = ["Run", "__version__", "build_residents", "load_city", "load_rulebook", "play"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'twofronts' has no attribute {name!r}")
