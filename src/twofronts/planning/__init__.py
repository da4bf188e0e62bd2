"""Both fronts under a rulebook: play, compare, search, explain."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "play": "twofronts.planning.playing",
    "Run": "twofronts.planning.run",
    "Status": "twofronts.planning.run",
    "read_run": "twofronts.planning.run",
    "compare": "twofronts.planning.compare",
    "Comparison": "twofronts.planning.compare",
    "search": "twofronts.planning.search",
    "Front": "twofronts.planning.search",
    "make_plan": "twofronts.planning.plan",
    "Plan": "twofronts.planning.plan",
}

__all__ = [
    "Comparison", "Front", "Plan", "Run", "Status", "compare", "make_plan", "play", "read_run",
    "search",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'twofronts.planning' has no attribute {name!r}")
