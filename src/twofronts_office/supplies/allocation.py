"""Sharing what there is: a linear programme, solved by HiGHS.

Everybody's first bit counts most: each request is cut into slices, and the value of a slice falls
from the first to the last, so that scarce goods are spread instead of going whole to whoever asked
first; those with the fewest days of cover come before others. A near depot breaks ties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

SLICES = (1.0, 0.8, 0.6, 0.4, 0.2)


@dataclass(frozen=True, slots=True)
class Ask:
    pk: int
    good: int
    amount: int
    area: str
    cover_days: int


@dataclass(frozen=True, slots=True)
class Stock:
    depot: int
    good: int
    amount: int
    area: str


@dataclass(frozen=True, slots=True)
class Share:
    ask: int
    depot: int
    amount: int
    reasons: tuple[tuple[str, str], ...]


def allocate(asks: Iterable[Ask], stocks: Iterable[Stock]) -> list[Share]:
    """Share stocks among requests.

    Returns
    -------
    list of Share
        Whole amounts; never above a stock or a request.
    """
    by_good: dict[int, tuple[list[Ask], list[Stock]]] = defaultdict(lambda: ([], []))
    for ask in asks:
        if ask.amount > 0:
            by_good[ask.good][0].append(ask)
    for stock in stocks:
        if stock.amount > 0:
            by_good[stock.good][1].append(stock)
    shares: list[Share] = []
    for good in sorted(by_good):
        wanted, held = by_good[good]
        if wanted and held:
            shares += _one(sorted(wanted, key=lambda a: a.pk), sorted(held, key=lambda s: s.depot))
    return shares


def priority(ask: Ask) -> float:
    """Weight 1..2 of a request: two with nothing left, one with a fortnight's cover and more."""
    return 1.0 + max(0.0, 1.0 - ask.cover_days / 14)


def _amounts(asks: list[Ask], total: int) -> np.ndarray:
    """How much each request gets: the slice programme, by HiGHS.

    Returns
    -------
    float64[n_ask]
    """
    n, k = len(asks), len(SLICES)
    want = np.array([a.amount for a in asks], dtype=float)
    value = np.array([priority(a) for a in asks])[:, None] * np.array(SLICES)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n * k, 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = value.ravel()
    model.col_lower_ = np.zeros(n * k)
    model.col_upper_ = np.repeat(want / k, k)
    model.row_lower_, model.row_upper_ = np.array([0.0]), np.array([float(total)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array([0, n * k])
    model.a_matrix_.index_ = np.arange(n * k)
    model.a_matrix_.value_ = np.ones(n * k)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ended with {solver.getModelStatus()}")
    return np.array(solver.getSolution().col_value).reshape(n, k).sum(axis=1)


def _one(asks: list[Ask], stocks: list[Stock]) -> list[Share]:
    total = sum(s.amount for s in stocks)
    gets = np.floor(_amounts(asks, total) + 1e-6).astype(int)
    left = {s.depot: s.amount for s in stocks}
    shares = []
    for ask, amount in sorted(
        zip(asks, gets, strict=True), key=lambda p: (-priority(p[0]), p[0].pk)
    ):
        rest = int(amount)
        for stock in sorted(stocks, key=lambda s: (-_near(ask.area, s.area), s.depot)):
            part = min(rest, left[stock.depot])
            if part > 0:
                left[stock.depot] -= part
                rest -= part
                reasons = (
                    ("cover_days", str(ask.cover_days)),
                    ("share_met", f"{100 * int(amount) / ask.amount:.0f}%"),
                    ("same_district", "yes" if _near(ask.area, stock.area) >= 6 else "no"),
                )
                shares.append(Share(ask.pk, stock.depot, part, reasons))
            if rest == 0:
                break
    return shares


def _near(a: str, b: str) -> int:
    return next((n for n in (9, 6, 4, 2) if a[:n] == b[:n]), 0)
