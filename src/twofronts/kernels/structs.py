"""NamedTuples of arrays as one pointer each, for kernels.

Numba passes a NamedTuple field by field, and counts references to every array at every access; with
some 300 arrays compiling took minutes, and threads fought over the counters. ``pack`` lays the same
fields out in one block of memory and hands kernels its address: ``x.field`` reads as before, counts
nothing, and may be read once for a whole loop, since a block never changes. With the JIT off
``pack`` returns the NamedTuple itself.

A block borrows the arrays: what ``pack`` returns holds the NamedTuple it was made of, and must
outlive every call that uses it.
"""

from __future__ import annotations

import hashlib
from typing import Any

import llvmlite.ir as llvm
import numba
import numpy as np
from numba.core import types
from numba.core.datamodel import models, register_default
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, typeof_impl, unbox


class Struct(types.Type):  # type: ignore[misc]
    """The type of a packed NamedTuple: its name, its fields, and where each lies.

    Parameters
    ----------
    name : str
        Of the NamedTuple's class.
    fields : tuple of (str, numba type, int)
        Name, type and place of each field. [8-byte words]
    """

    def __init__(self, name: str, fields: tuple[tuple[str, Any, int], ...]) -> None:
        self.fields = fields
        self.field = {key: (kind, place) for key, kind, place in fields}
        # a short name: names of types become part of every symbol
        digest = hashlib.sha256(repr([(k, str(t)) for k, t, _ in fields]).encode()).hexdigest()
        super().__init__(f"{name}.{digest[:12]}")


class Packed:
    """A NamedTuple as kernels take it; from Python its fields read as before."""

    def __init__(self, lender: Any, kind: Struct, block: np.ndarray, parts: list[Any]) -> None:
        self.lender = lender
        self.kind = kind
        self.block = block
        self.parts = parts
        self.address = int(block.ctypes.data)

    def __getattr__(self, name: str) -> Any:
        """Read a field of the NamedTuple."""
        if name == "lender":
            raise AttributeError(name)
        return getattr(self.lender, name)


def _words(value: Any, kind: Any) -> list[int]:
    """Return what lies in a block for a field, word by word, as Numba lays its values out."""
    if isinstance(kind, Struct):
        return [value.address]
    if isinstance(kind, types.Array):
        head = [0, 0, value.size, value.itemsize, int(value.ctypes.data)]
        return [*head, *value.shape, *value.strides]
    number = np.float64(value) if isinstance(kind, types.Float) else np.int64(value)
    return [int(number.view(np.int64))]


def _field(value: Any) -> tuple[Any, Any]:
    """Return a field, packed if it is a NamedTuple itself, and its type."""
    if hasattr(value, "_fields"):
        value = pack(value)
        return value, value.kind
    if isinstance(value, np.ndarray):
        return value, numba.typeof(value)
    return value, types.float64 if isinstance(value, float | np.floating) else types.int64


def pack(value: Any) -> Any:
    """Return a NamedTuple of arrays and numbers as kernels take it.

    Parameters
    ----------
    value : NamedTuple
        Fields that are NamedTuples are packed too. What is packed already is returned as it is.

    Returns
    -------
    Packed or NamedTuple
        The same arrays, borrowed. With the JIT off, ``value`` itself.
    """
    if isinstance(value, Packed) or numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return value
    fields, parts = [], []
    words: list[int] = []
    for name, given in zip(value._fields, value, strict=True):
        part, kind = _field(given)
        fields.append((name, kind, len(words)))
        parts.append(part)
        words.extend(_words(part, kind))
    struct = Struct(type(value).__name__, tuple(fields))
    return Packed(value, struct, np.array(words, dtype=np.int64), parts)


@typeof_impl.register(Packed)
def _typeof(value: Any, context: Any) -> Any:
    return value.kind


@register_default(Struct)
class _StructModel(models.PrimitiveModel):  # type: ignore[misc]
    """A struct is a pointer to its block."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, llvm.IntType(8).as_pointer())


@unbox(Struct)
def _unbox(kind: Any, value: Any, c: Any) -> Any:
    address = c.pyapi.object_getattr_string(value, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer, is_error=c.pyapi.c_api_error())


@infer_getattr
class _StructAttribute(AttributeTemplate):  # type: ignore[misc]
    key = Struct

    def generic_resolve(self, value: Any, attr: str) -> Any:  # type: ignore[override]
        """Return the type of a field."""
        found = value.field.get(attr)
        return found and found[0]


def _load(builder: Any, block: Any, place: int, kind: Any) -> Any:
    """Load a word of a block; it never changes, which lets the optimiser move the load."""
    word = builder.gep(block, [llvm.Constant(llvm.IntType(64), 8 * place)])
    loaded = builder.load(builder.bitcast(word, kind.as_pointer()), align=8)
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded


@lower_getattr_generic(Struct)
def _getattr(context: Any, builder: Any, kind: Any, block: Any, name: str) -> Any:
    field, place = kind.field[name]
    if not isinstance(field, types.Array):
        return _load(builder, block, place, context.get_value_type(field))
    array = context.make_array(field)(context, builder)
    word = llvm.IntType(64)
    array.meminfo = llvm.Constant(array.meminfo.type, None)
    array.parent = llvm.Constant(array.parent.type, None)
    array.nitems = _load(builder, block, place + 2, word)
    array.itemsize = llvm.Constant(word, context.get_abi_sizeof(context.get_data_type(field.dtype)))
    array.data = _load(builder, block, place + 4, array.data.type)
    n = field.ndim
    sizes = [_load(builder, block, place + 5 + i, word) for i in range(2 * n)]
    array.shape = _packed(builder, array.shape.type, sizes[:n])
    array.strides = _packed(builder, array.strides.type, sizes[n:])
    return array._getvalue()


def _packed(builder: Any, kind: Any, values: list[Any]) -> Any:
    """Return values as an aggregate of a type."""
    result = llvm.Constant(kind, llvm.Undefined)
    for i, value in enumerate(values):
        result = builder.insert_value(result, value, i)
    return result
