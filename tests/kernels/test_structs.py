"""A packed NamedTuple reads in a kernel as it reads in Python."""

from typing import Any, NamedTuple

import numpy as np

from twofronts.kernels.jit import kernel
from twofronts.kernels.structs import Packed, pack


class Inner(NamedTuple):
    grid: Any
    rate: float


class Outer(NamedTuple):
    count: int
    inner: Inner
    flags: Any
    rows: Any


ROW = np.dtype([("person", np.int32), ("share", np.float64)])


def outer() -> Outer:
    grid = np.arange(24.0).reshape(4, 6)[::2, 1::2]  # strided: neither rows nor columns adjoin
    rows = np.zeros(3, dtype=ROW).view(np.recarray)
    rows["person"] = [7, 8, 9]
    rows["share"] = [0.25, 0.5, 0.125]
    flags = np.array([True, False, True])
    return Outer(-5, Inner(grid, 0.75), flags, rows)


@kernel
def read(x, out):
    out[0] = x.count
    out[1] = x.inner.rate
    out[2] = x.inner.grid[1, 2]
    out[3] = x.inner.grid.shape[1]
    out[4] = x.rows[2].person + x.rows[1].share
    out[5] = x.flags.sum()
    out[6] = x.inner.grid[:, 1:].sum()


@kernel
def add_one(part):
    part.grid[:, :] += 1.0


@kernel
def change(x):
    add_one(x.inner)
    x.rows[0].person = 70


def test_every_kind_of_field_reads_the_same() -> None:
    value = outer()
    seen, expected = np.zeros(7), np.zeros(7)
    read(pack(value), seen)
    read.py_func(value, expected)
    np.testing.assert_array_equal(seen, expected)
    assert expected[2] == 17.0
    assert expected[6] == 3 + 5 + 15 + 17


def test_kernels_write_into_the_arrays_themselves() -> None:
    value = outer()
    before = value.inner.grid.copy()
    change(pack(value))
    np.testing.assert_array_equal(value.inner.grid, before + 1.0)
    assert value.rows["person"][0] == 70


def test_python_reads_the_fields_of_what_it_packed() -> None:
    packed = pack(outer())
    assert isinstance(packed, Packed)
    assert packed.count == -5
    assert packed.inner.rate == 0.75
    assert pack(packed) is packed


def test_other_arrays_of_the_same_kinds_take_the_same_compilation() -> None:
    one, two = pack(outer()), pack(outer())
    assert one.kind == two.kind
    assert one.address != two.address
    other = outer()._replace(flags=np.zeros(3, dtype=np.int8))
    assert pack(other).kind != one.kind
