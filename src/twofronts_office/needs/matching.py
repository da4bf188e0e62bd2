"""Who helps whom: a transportation problem, solved exactly, with the reasons beside each match.

Flow goes from offers to needs of the same kind, thing and unit. The score of a pair is what the
desk would say aloud: a key enterprise first, an urgent need first, a near offer before a far one,
an offer in time before a late one. Scores are whole numbers, so that the integer minimum-cost flow
of OR-Tools solves the problem exactly and 5,000 x 500 stays within seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from ortools.graph.python import min_cost_flow

UNMET = (
    1000  # cost of leaving one unit of need unmet; above any score, so nothing is left by choice
)


@dataclass(frozen=True, slots=True)
class Side:
    """A need or an offer, as the solver sees it."""

    pk: int
    key: tuple[str, str, str]  # kind, thing, unit
    amount: int
    area: str
    day: date
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    need: int
    offer: int
    amount: int
    score: int
    reasons: tuple[tuple[str, str], ...]


def score(need: Side, offer: Side) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Score 0..900 of a pair, and its reasons as (name, value)."""
    same = next((n for n in (9, 6, 4, 2) if need.area[:n] == offer.area[:n]), 0)
    if same == 9 and need.area[6:9] == "000":
        same = 6  # both name their district only
    near = {9: 300, 6: 240, 4: 120, 2: 40, 0: 0}[same]
    place = {9: "street", 6: "district", 4: "city", 2: "province", 0: "far"}[same]
    late = max(0, (offer.day - need.day).days)
    time = max(0, 300 - 60 * late)
    urgent = 300 if need.urgent else 0
    reasons = (
        ("place", place),
        ("late_days", str(late)),
        ("key_enterprise", "yes" if need.urgent else "no"),
        ("score", str(near + time + urgent)),
    )
    return near + time + urgent, reasons


def solve(needs: Iterable[Side], offers: Iterable[Side]) -> list[Found]:
    """Assign offers to needs so that most is met, and of that the best scored.

    Parameters
    ----------
    needs, offers : iterable of Side
        Amounts above 0.

    Returns
    -------
    list of Found
        Amounts never above an offer's or a need's. The same input gives the same answer.
    """
    by_key: dict[tuple, tuple[list, list]] = defaultdict(lambda: ([], []))
    for n in needs:
        by_key[n.key][0].append(n)
    for o in offers:
        by_key[o.key][1].append(o)
    found: list[Found] = []
    for key in sorted(by_key):
        asked, held = by_key[key]
        if asked and held:
            found += _solve_one(sorted(asked, key=lambda s: s.pk), sorted(held, key=lambda s: s.pk))
    return found


def _classes(sides: list[Side]) -> tuple[list[Side], list[list[Side]]]:
    """Sides that score alike, put together: one of each kind with the whole amount, and who."""
    held: dict[tuple, list[Side]] = defaultdict(list)
    for s in sides:
        held[(s.area, s.day, s.urgent)].append(s)
    members = [held[k] for k in sorted(held)]
    whole = [replace(m[0], pk=i, amount=sum(s.amount for s in m)) for i, m in enumerate(members)]
    return whole, members


def _solve_one(needs: list[Side], offers: list[Side]) -> list[Found]:
    """One thing: the flow between classes, then shared within each class in order of number.

    Members of a class score alike with everybody, so the answer for classes is exact for members.
    """
    asked, askers = _classes(needs)
    held, holders = _classes(offers)
    flows = _flow(asked, held)
    want = {n.pk: n.amount for n in needs}
    have = {o.pk: o.amount for o in offers}
    found = []
    for i, j, amount in flows:
        points, reasons = score(asked[i], held[j])
        for need in askers[i]:
            for offer in holders[j]:
                part = min(amount, want[need.pk], have[offer.pk])
                if part > 0:
                    want[need.pk] -= part
                    have[offer.pk] -= part
                    amount -= part
                    found.append(Found(need.pk, offer.pk, part, points, reasons))
                if amount == 0 or want[need.pk] == 0:
                    break
            if amount == 0:
                break
    return found


def _flow(needs: list[Side], offers: list[Side]) -> list[tuple[int, int, int]]:
    """Flow of least cost from offers to needs: (need, offer, amount) where it is above 0."""
    scores = _scores(needs, offers)
    need_at = np.repeat(np.arange(len(needs)), len(offers))
    offer_at = np.tile(np.arange(len(offers)), len(needs))
    want = np.array([n.amount for n in needs], dtype=np.int64)
    have = np.array([o.amount for o in offers], dtype=np.int64)
    source, sink = len(needs) + len(offers), len(needs) + len(offers) + 1
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        len(needs) + offer_at,
        need_at,
        np.minimum(have[offer_at], want[need_at]),
        -scores.ravel(),
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(len(offers), source), len(needs) + np.arange(len(offers)), have,
        np.zeros(len(offers), dtype=np.int64),
    )  # fmt: skip
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(len(needs)), np.full(len(needs), sink), want,
        np.zeros(len(needs), dtype=np.int64),
    )  # fmt: skip
    total = int(want.sum())
    flow.add_arc_with_capacity_and_unit_cost(source, sink, total, UNMET)
    flow.set_node_supply(source, total)
    flow.set_node_supply(sink, -total)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the minimum-cost flow ended with status {status}")
    amounts = flow.flows(arcs)
    return [(int(need_at[i]), int(offer_at[i]), int(amounts[i])) for i in np.flatnonzero(amounts)]


def _scores(needs: list[Side], offers: list[Side]) -> np.ndarray:
    """The scores of all pairs at once; :func:`score` is its plain twin.

    Returns
    -------
    int64[n_need, n_offer]
    """
    total = np.zeros((len(needs), len(offers)), dtype=np.int64)
    for length, points in ((2, 40), (4, 120), (6, 240), (9, 300)):
        a = np.array([n.area[:length] for n in needs])
        if length == 9:
            a[np.char.endswith(a, "000")] = "-"
        b = np.array([o.area[:length] for o in offers])
        total[a[:, None] == b[None, :]] = points
    need_day = np.array([n.day.toordinal() for n in needs])
    offer_day = np.array([o.day.toordinal() for o in offers])
    late = np.maximum(0, offer_day[None, :] - need_day[:, None])
    total += np.maximum(0, 300 - 60 * late)
    total += np.array([300 if n.urgent else 0 for n in needs])[:, None]
    return total
