"""How kernels are compiled: one decorator, one cache folder that can never serve a stale kernel.

Numba's own cache looks at the decorated file only; a change in a helper module leaves it stale.
Here the cache lives in a folder named by a hash of every kernel source, Numba's version and
Python's, so users get a warm start and nobody gets an old kernel. With ``NUMBA_DISABLE_JIT=1``
every kernel runs as plain Python.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.caching import CompileResultCacheImpl, FunctionCache, InTreeCacheLocator
from platformdirs import user_cache_path

from twofronts.kernels.linking import compile_whole


def source_digest() -> str:
    """Return a hash of all kernel sources with the versions that compile them."""
    h = hashlib.sha256(f"{numba.__version__} {sys.version_info[:3]}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        h.update(path.name.encode())
        h.update(path.read_bytes())
    return h.hexdigest()[:16]


@functools.cache
def _cache_folder() -> Path:
    base = os.environ.get("TWOFRONTS_CACHE_DIR")
    root = Path(base) if base else user_cache_path("twofronts")
    return root / "kernels" / source_digest()


class _Locator(InTreeCacheLocator):  # type: ignore[misc]
    """Where a compiled kernel lies: in the folder of its sources' digest, wherever these lie."""

    def __init__(self, function: Callable[..., Any], path: str) -> None:
        self._py_file = path
        self._lineno = function.__code__.co_firstlineno
        self._cache_path = str(_cache_folder() / Path(path).stem)


class _KernelFiles(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = [_Locator]


class _KernelCache(FunctionCache):  # type: ignore[misc]
    _impl_class = _KernelFiles


_config: Any = numba.config
if _config.DISABLE_JIT:
    # the generator wraps around 64 bits on purpose; compiled code says nothing of it either
    np.seterr(over="ignore")


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function: no GIL, exact arithmetic, cached."""
    if _config.DISABLE_JIT:
        return numba.njit(function)
    compiled = compile_whole(function, nogil=True, fastmath=False, error_model="numpy")
    # without a folder to write to, kernels are compiled anew in every process
    with contextlib.suppress(RuntimeError):
        compiled._cache = _KernelCache(function)
    return compiled
