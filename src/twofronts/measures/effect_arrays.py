"""What the catalogue alone decides, as arrays: effects with their ranges, and burden."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from twofronts.errors import ParameterError, Problem
from twofronts.measures.catalogue import ENDS, Catalogue, end_of, nearest
from twofronts.measures.effects import COMBINE_CODE, EFFECT_INDEX, EFFECTS, GROUPS, N_EFFECT
from twofronts.parameters import Parameter, Parameters

_FINISH = (
    "freight_border",
    "freight_inside",
    "freight_delay",
    "freight_restored",
    "burden_relief",
    "burden",
)


class _Same:
    """A catalogue that is equal only to itself, so that its arrays can be kept."""

    def __init__(self, book: Catalogue):
        self.book = book

    def __hash__(self) -> int:
        return id(self.book)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.book is self.book


def effect_arrays(book: Catalogue, parameters: Parameters | None = None) -> dict[str, np.ndarray]:
    """Return the arrays of ``RulebookArrays`` that no rulebook changes.

    Parameters
    ----------
    book : Catalogue
    parameters : Parameters, optional
        A key ``measure.KEY.LEVEL.EFFECT`` in it goes before the catalogue's value.

    Returns
    -------
    dict of str to ndarray
        Shared between rulebooks; not to be written to.

    Raises
    ------
    ParameterError
        If a ``measure.`` key is not of the catalogue.
    """
    given = {} if parameters is None else {k: p for k, p in parameters.items() if _ours(k)}
    known = book.parameters() if given else {}
    if unknown := [key for key in given if key not in known]:
        raise ParameterError(
            Problem(
                what=f"no level of a measure has the parameter {unknown[0]!r}",
                why="a name is measure.MEASURE.LEVEL.EFFECT, of the catalogue",
                remedy=nearest(unknown[0], known),
            )
        )
    return _build(book, given) if given else _kept(_Same(book))


def _ours(key: str) -> bool:
    return key.startswith("measure.")


@lru_cache(maxsize=4)
def _kept(same: _Same) -> dict[str, np.ndarray]:
    return _build(same.book, {})


def _build(book: Catalogue, given: Mapping[str, Parameter]) -> dict[str, np.ndarray]:
    shape = (len(book), book.n_level, N_EFFECT)
    neutral = np.array([e.neutral for e in EFFECTS], dtype=np.float64)
    ends = {end: np.broadcast_to(neutral, shape).copy() for end in ENDS}
    burden = np.zeros(shape[:2])
    group = np.zeros(shape[:2], dtype=np.uint8)
    named: list[list[int]] = []
    for m, measure in enumerate(book.measure.values()):
        named.append(sorted({EFFECT_INDEX[k] for v in measure.level for k in v.effects}))
        for i, level in enumerate(measure.level):
            burden[m, i] = level.burden.weight
            group[m, i] = GROUPS.index(level.burden.who)
            for kind, p in level.effects.items():
                e = EFFECT_INDEX[kind]
                for end in ENDS:
                    ends[end][m, i, e] = end_of(given.get(p.key, p), EFFECTS[e], end)
    used = np.full((len(book), max(map(len, named)) + 1), -1, dtype=np.int16)
    for m, kinds in enumerate(named):
        used[m, : len(kinds)] = kinds
    relieved = [m.relieved for m in book.measure.values()]
    return {
        "used": used,
        "effect": ends["central"],
        "effect_weak": ends["weak"],
        "effect_strong": ends["strong"],
        "neutral": neutral,
        "combine": np.array([COMBINE_CODE[e.combine] for e in EFFECTS], dtype=np.uint8),
        "burden": burden,
        "burden_group": group,
        "relieved": np.array(relieved, dtype=np.uint8),
        "finish": np.array([EFFECT_INDEX[name] for name in _FINISH], dtype=np.int16),
    }
