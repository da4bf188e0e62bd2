"""Running a step for many items on threads; the kernels let go of Python's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any


def on_threads(step: Callable[[int], Any], items: Iterable[int], threads: int) -> None:
    """Run ``step`` for every item, in order of their start, and raise what a step raises.

    Every step runs in a copy of the caller's context, so that NumPy's handling of overflow, which
    belongs to a context, is the caller's on every thread.

    Parameters
    ----------
    step : callable
        Takes one item.
    items : iterable of int
    threads : int
        At least 1; with 1 everything runs on the caller's thread.
    """
    if threads == 1:
        for item in items:
            step(int(item))
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(copy_context().run, step, int(item)) for item in items]:
            done.result()
