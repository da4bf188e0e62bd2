"""A tree of kernels is compiled as one, and the seams used in the compiler are where they were."""

import numpy as np
import pytest
from numba.core.codegen import JITCodeLibrary

from twofronts.kernels.jit import kernel, source_digest
from twofronts.kernels.linking import UnlinkedLibrary, WholeLibrary, compile_whole


@kernel
def leaf(x, n):
    if n < 0:
        raise ValueError("n below zero")
    return x + n


@kernel
def branch(x, n):
    return leaf(x, n) * leaf(x, 2)


@kernel
def root(xs, n):
    total = 0.0
    for x in xs:
        total += branch(x, n)
    return total


def inner_overloads(dispatcher):
    """Return what was compiled of a kernel for calls from others."""
    return dispatcher.get_overload.__self__.overloads


def test_a_tree_gives_what_python_gives() -> None:
    xs = np.array([0.5, 1.5])
    assert root(xs, 3) == 3.5 * 2.5 + 4.5 * 3.5
    assert leaf(0.5, 3) == 3.5  # from Python too, whoever called it first


def test_callees_are_lowered_once_and_linked_by_the_root_only() -> None:
    fresh = compile_whole(root.py_func, nogil=True)  # another process may have cached the kernel
    fresh(np.ones(1), 1)
    (whole,) = fresh.overloads.values()
    assert type(whole.library) is WholeLibrary
    assert whole.library.get_pointer_to_function(whole.fndesc.llvm_cpython_wrapper_name) != 0
    overloads = inner_overloads(leaf)
    assert len(overloads) == 1, "a constant or a width of integer made a compilation of its own"
    (inner,) = overloads.values()
    assert type(inner.library) is UnlinkedLibrary
    assert issubclass(UnlinkedLibrary, JITCodeLibrary)
    names = {f.name for f in inner.library._final_module.functions if not f.is_declaration}
    assert not any("cpython" in name or "cfunc" in name for name in names)


def test_an_error_deep_in_the_tree_reaches_python() -> None:
    with pytest.raises(ValueError, match="n below zero"):
        root(np.ones(2), -1)


def test_the_cache_lies_by_digest_and_not_by_where_the_sources_lie() -> None:
    place = root._cache.cache_path
    assert source_digest() in place
    assert place.endswith("test_linking")
