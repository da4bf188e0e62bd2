"""What is due from whom: each app says so for its own register, the home page asks all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Due:
    text: Any
    link: str
    due: date | None = None
    overdue: bool = False
    n: int | None = None


PROVIDERS: list[Callable] = []


def provider(function: Callable) -> Callable:
    """Register ``function(user, access, today) -> list[Due]``."""
    PROVIDERS.append(function)
    return function


def due_for(*, user, access, today: date) -> list[Due]:
    found = [d for p in PROVIDERS for d in p(user, access, today)]
    return sorted(found, key=lambda d: (not d.overdue, d.due or today, str(d.text)))
