from __future__ import annotations

import math

import numpy as np
import pytest

from twofronts.briefing.figures import Figure, Figures, wilson


def test_a_figure_that_is_not_known_is_absent():
    f = Figures()
    f.add("a", None, "case", origin="reports")
    f.add("b", math.nan, "case", origin="reports")
    f.from_draws("c", np.array([1.0, np.nan]), "case")
    f.from_draws("d", np.array([]), "case")
    assert len(f) == 0
    with pytest.raises(KeyError, match="no result gives"):
        f["a"]


def test_an_interval_that_is_not_finite_is_dropped():
    f = Figures()
    f.add("a", 1.0, "case", (0.0, math.inf), origin="estimate")
    assert f["a"].low is None


def test_names_are_used_once():
    f = Figures()
    f.add("a", 1, "case", origin="reports")
    with pytest.raises(ValueError, match="twice"):
        f.add("a", 2, "case", origin="reports")


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_figure_is_finite(bad):
    with pytest.raises(ValueError, match="left out"):
        Figure("a", bad, "case")


def test_from_draws_is_the_median_with_the_middle_ninety_percent():
    f = Figures()
    f.from_draws("a", np.arange(101.0), "case")
    assert (f["a"].low, f["a"].value, f["a"].high) == (5.0, 50.0, 95.0)


def test_wilson_against_published_values():
    # Newcombe 1998, Stat. Med. 17, 857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29
    for k, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(k, n, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_chance_of_never_and_always():
    f = Figures()
    f.chance("never", np.zeros(200, bool))
    f.chance("always", np.ones(200, bool))
    assert f["never"].value == 0
    assert f["never"].low == 0
    assert 0 < float(f["never"].high) < 0.02
    assert f["always"].high == 1
