"""Both fronts under a rulebook: play, compare, search, explain."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "play": "twofronts.planning.playing",
    "Run": "twofronts.planning.run",
    "Status": "twofronts.planning.run",
    "read_run": "twofronts.planning.run",
}

__all__ = ["Run", "Status", "play", "read_run"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'twofronts.planning' has no attribute {name!r}")
