"""NamedTuples of arrays as one compiled structure each, so that a call passes one pointer.

A NamedTuple goes to a compiled function field by field; with some 150 arrays that makes compiling
take minutes. ``pack`` puts the same fields under the same names into a structure on the heap. With
the JIT off it returns the NamedTuple itself: kernels read ``x.field`` either way.

The structure borrows the arrays: it does not count references to them, since counting at every
access would cost more than the access. What ``pack`` returns therefore holds the NamedTuple that it
borrows from; parts of it must not outlive it.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.core import cgutils, types
from numba.experimental import structref
from numba.extending import intrinsic

from twofronts.kernels import economy as front_two
from twofronts.kernels import types as residents
from twofronts.kernels import types_epidemic as front_one
from twofronts.kernels.jit import kernel


def _define(source: Any) -> Any:
    """Define the compiled structure of one NamedTuple class, under a name that can be pickled."""
    name = source.__name__
    kind = type(f"{name}Struct", (types.StructRef,), {"__module__": __name__})
    globals()[kind.__name__] = structref.register(kind)
    proxy = type(f"{name}Proxy", (structref.StructRefProxy,), {"__module__": __name__})
    globals()[proxy.__name__] = proxy
    structref.define_proxy(proxy, kind, list(source._fields))
    return proxy


ResidentsProxy = _define(residents.ResidentArrays)
WorldProxy = _define(front_one.World)
ScratchProxy = _define(front_one.Scratch)
OutputProxy = _define(front_one.Output)
CityProxy = _define(front_one.City)
MemoryProxy = _define(front_one.Memory)
EconomyProxy = _define(front_two.Economy)


def _borrowed(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return a value whose arrays, its own and those of its parts, own no memory."""
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        array.parent = cgutils.get_null_value(array.parent.type)
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):
        members: Any = kind
        parts = [
            _borrowed(context, builder, part, builder.extract_value(value, i))
            for i, part in enumerate(members)
        ]
        return context.make_tuple(builder, kind, parts)
    if context.enable_nrt:
        context.nrt.incref(builder, kind, value)
    return value


def _borrow_typed(typing_context: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _borrowed(context, builder, value, args[0])

    return value(value), generate


# numba hands the typing context over itself, which a type checker cannot know
_borrow: Any = intrinsic(_borrow_typed)


@kernel
def _pack_residents(x):
    return ResidentsProxy(*_borrow(x))


@kernel
def _pack_world(x):
    return WorldProxy(*_borrow(x))


@kernel
def _pack_scratch(x):
    return ScratchProxy(*_borrow(x))


@kernel
def _pack_output(x):
    return OutputProxy(*_borrow(x))


@kernel
def _pack_city(x):
    return CityProxy(*_borrow(x))


@kernel
def _pack_memory(x):
    return MemoryProxy(*_borrow(x))


@kernel
def _pack_economy(x):
    return EconomyProxy(*_borrow(x))


_PACK = {
    residents.ResidentArrays: _pack_residents,
    front_one.World: _pack_world,
    front_one.Scratch: _pack_scratch,
    front_one.Output: _pack_output,
    front_one.City: _pack_city,
    front_one.Memory: _pack_memory,
    front_two.Economy: _pack_economy,
}


def pack(value: Any) -> Any:
    """Return a NamedTuple of the kernels as one compiled structure.

    Parameters
    ----------
    value : NamedTuple
        Its own fields of those kinds are packed too; other NamedTuples stay as they are.

    Returns
    -------
    StructRefProxy or NamedTuple
        The same arrays, borrowed. With the JIT off, ``value`` itself.
    """
    make = _PACK.get(type(value))
    if make is None or numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return value
    packed = make(type(value)(*(pack(field) for field in value)))
    # the structure counts no references: it keeps what it borrows alive for as long as it lives
    packed.lender = value
    return packed
