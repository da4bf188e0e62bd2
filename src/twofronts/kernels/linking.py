"""How compiled kernels are put together: one optimisation for a whole call tree.

Numba optimises every function by itself, then again inside each of its callers, and makes machine
code and a Python wrapper of each. With some 150 kernels six calls deep, that was two thirds of the
time of a first start. Here a kernel called from another one stays unlinked: it is typed and lowered
once, and the kernel that Python calls takes in the whole tree below it and optimises it once.

The classes touch what Numba calls internal; the lock file pins its version, and
``tests/kernels/test_linking.py`` fails if the seams move.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba import _dynfunc  # type: ignore[attr-defined]
from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.environment import lookup_environment


class UnlinkedLibrary(JITCodeLibrary):
    """The code of a kernel that only other kernels call: neither linked nor optimised yet."""

    def finalize(self) -> None:
        """Leave everything to the kernel that Python calls."""
        self._finalized = True

    def tree(self) -> list[Any]:
        """Return this library and all that it reaches, each once."""
        found: dict[Any, None] = {}
        waiting = [self]
        while waiting:
            library = waiting.pop()
            if library not in found:
                found[library] = None
                if isinstance(library, UnlinkedLibrary):
                    waiting.extend(library._linking_libraries)
        return list(found)

    def own_module(self) -> Any:
        """Return the code of this kernel alone."""
        return super()._get_module_for_linking()

    def _get_module_for_linking(self) -> Any:
        """Return the code with all that it reaches, for a caller that knows nothing of trees."""
        module = self.own_module().clone()
        for library in self.tree()[1:]:
            module.link_in(Part(library)._get_module_for_linking(), preserve=True)
        return module


class Part:
    """A library as the linker of a whole tree sees it: without its callees."""

    def __init__(self, library: Any) -> None:
        self.library = library
        self._reload_init = library._reload_init

    def _get_module_for_linking(self) -> Any:
        if isinstance(self.library, UnlinkedLibrary):
            return self.library.own_module()
        return self.library._get_module_for_linking()


class WholeLibrary(JITCodeLibrary):
    """The code of a kernel that Python calls, with all that it reaches."""

    def finalize(self) -> None:
        """Link the whole tree of callees, each once, and optimise it."""
        found: dict[Any, None] = {}
        for library in self._linking_libraries:
            tree = library.tree() if isinstance(library, UnlinkedLibrary) else [library]
            found.update(dict.fromkeys(tree))
        self._linking_libraries = [Part(library) for library in found]
        super().finalize()


class InnerCompiler(Compiler):  # type: ignore[misc]
    """Compile for calls from other kernels: no machine code, no wrapper for Python."""

    def compile_extra(self, func: Callable[..., Any]) -> Any:
        """Compile, and register the result under a key of its own in place of an address."""
        state = self.state
        state.library = UnlinkedLibrary(state.targetctx.codegen(), func.__qualname__)
        state.flags.no_compile = True
        result = super().compile_extra(func)

        # stands for the kernel in the compiler's tables, without an address: nobody calls it
        key = _dynfunc.make_function(
            result.fndesc.lookup_module(), func.__name__, "", 0, result.environment, ()
        )
        state.targetctx.insert_user_function(key, result.fndesc, [result.library])
        return result._replace(entry_point=key)


class WholeCompiler(Compiler):  # type: ignore[misc]
    """Compile for calls from Python."""

    def compile_extra(self, func: Callable[..., Any]) -> Any:
        """Compile, and give the callees in the library their environments."""
        codegen = self.state.targetctx.codegen()
        self.state.library = WholeLibrary(codegen, func.__qualname__)
        self.state.library.enable_object_caching()
        result = super().compile_extra(func)
        for variable in result.library._final_module.global_variables:
            environment = lookup_environment(variable.name)
            if environment is not None:
                codegen.set_env(variable.name, environment)
        return result


def _widened(kind: Any) -> Any:
    """Return the type under which a kernel is compiled for an argument of a type."""
    kind = types.unliteral(kind)
    if isinstance(kind, types.Integer) and kind not in (types.uint64, types.int64):
        return types.int64
    return kind


def compile_whole(function: Callable[..., Any], **options: Any) -> Any:
    """Return a function compiled for calls from Python and, apart from that, from kernels.

    Parameters
    ----------
    function : callable
    **options
        Of ``numba.njit``.

    Returns
    -------
    Dispatcher
        Calls from kernels share one compilation whatever constants and widths of integers they
        pass: Numba compiles a function anew for each.
    """
    # the wrapper options are Numba's own, though its type declarations leave them out
    njit: Any = numba.njit
    whole = njit(pipeline_class=WholeCompiler, no_cfunc_wrapper=True, **options)(function)
    inner = njit(
        pipeline_class=InnerCompiler, no_cfunc_wrapper=True, no_cpython_wrapper=True, **options
    )(function)
    ask = inner.get_call_template

    def get_call_template(args: Any, kws: Any) -> Any:
        return ask(tuple(map(_widened, args)), {k: _widened(v) for k, v in kws.items()})

    whole.get_call_template = get_call_template
    whole.get_overload = inner.get_overload
    return whole
