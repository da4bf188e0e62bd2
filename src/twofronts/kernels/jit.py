"""How kernels are compiled: one decorator, one cache folder that can never serve a stale kernel.

Numba's own cache looks at the decorated file only; a change in a helper module leaves it stale.
Here the cache lives in a folder named by a hash of every kernel source, Numba's version and
Python's, so users get a warm start and nobody gets an old kernel. With ``NUMBA_DISABLE_JIT=1``
every kernel runs as plain Python.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import types
from platformdirs import user_cache_path


def source_digest() -> str:
    """Return a hash of all kernel sources with the versions that compile them."""
    h = hashlib.sha256(f"{numba.__version__} {sys.version_info[:3]}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        h.update(path.name.encode())
        h.update(path.read_bytes())
    return h.hexdigest()[:16]


def _cache_folder() -> Path:
    base = os.environ.get("TWOFRONTS_CACHE_DIR")
    root = Path(base) if base else user_cache_path("twofronts")
    return root / "kernels" / source_digest()


# "" is Numba's own default; a folder the user set by NUMBA_CACHE_DIR is respected
_config: Any = numba.config
if not _config.CACHE_DIR:
    _config.CACHE_DIR = str(_cache_folder())
if _config.DISABLE_JIT:
    # the generator wraps around 64 bits on purpose; compiled code says nothing of it either
    np.seterr(over="ignore")


def _widened(kind: Any) -> Any:
    """Return the type under which a kernel is compiled for an argument of a type."""
    kind = types.unliteral(kind)
    if isinstance(kind, types.Integer) and kind not in (types.uint64, types.int64):
        return types.int64
    return kind


def _compiled_once(dispatcher: Any) -> Any:
    """Let calls from other kernels share one compilation.

    Numba compiles a function anew for each constant and each width of integer that a caller passes:
    half of the time that front one took to compile.
    """
    ask = dispatcher.get_call_template

    def get_call_template(args: Any, kws: Any) -> Any:
        return ask(tuple(map(_widened, args)), {k: _widened(v) for k, v in kws.items()})

    dispatcher.get_call_template = get_call_template
    return dispatcher


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function: no GIL, exact arithmetic, cached."""
    compiled = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy")(function)
    return compiled if _config.DISABLE_JIT else _compiled_once(compiled)


def inline(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a small helper that is always merged into its caller by the optimiser."""
    return kernel(function)
