"""NamedTuples of arrays as one compiled structure each, so that a call passes one pointer.

A NamedTuple goes to a compiled function field by field; with some 150 arrays that makes compiling
take minutes. ``pack`` puts the same fields under the same names into a structure on the heap. With
the JIT off it returns the NamedTuple itself: kernels read ``x.field`` either way.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.core import types
from numba.experimental import structref

from twofronts.kernels import labour, types_epidemic, types_measures
from twofronts.kernels import types as residents

_CLASSES = (
    residents.ResidentArrays,
    types_measures.RulebookArrays,
    types_measures.GradeState,
    types_measures.DecisionState,
    labour.LabourParams,
    labour.LabourState,
    labour.LabourOut,
    types_epidemic.World,
    types_epidemic.Scratch,
    types_epidemic.Output,
    types_epidemic.City,
    types_epidemic.Memory,
)
_MAKE: dict[type, Any] = {}


def _define(source: type) -> None:
    """Define the compiled structure of one NamedTuple class, under a name that can be pickled."""
    name = source.__name__
    fields = source._fields  # type: ignore[attr-defined]
    kind = type(f"{name}Struct", (types.StructRef,), {"__module__": __name__})
    kind.preprocess_fields = lambda self, fields: fields  # type: ignore[attr-defined]
    globals()[kind.__name__] = structref.register(kind)
    proxy = type(f"{name}Proxy", (structref.StructRefProxy,), {"__module__": __name__})
    globals()[proxy.__name__] = proxy
    structref.define_proxy(proxy, kind, list(fields))
    _MAKE[source] = proxy


for _source in _CLASSES:
    _define(_source)


def pack(value: Any) -> Any:
    """Return a NamedTuple of the kernels as one compiled structure.

    Parameters
    ----------
    value : NamedTuple
        Its own fields that are NamedTuples of the list above are packed too.

    Returns
    -------
    StructRefProxy or NamedTuple
        The same arrays, not copies. With the JIT off, ``value`` itself.
    """
    if numba.config.DISABLE_JIT or type(value) not in _MAKE:  # type: ignore[attr-defined]
        return value
    return _MAKE[type(value)](*(pack(field) for field in value))
