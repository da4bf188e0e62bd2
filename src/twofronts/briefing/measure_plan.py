"""Figures of the search: limits, advantage, what each measure adds, what would turn the advice."""

from __future__ import annotations

import math

import numpy as np

from twofronts.briefing.evidence import Evidence
from twofronts.briefing.figures import Figures
from twofronts.planning.explain import spread

# What a measure adds, by the name of the figure: the column, its unit
PARTS = {
    "harm": ("harm", "cny"),
    "infections": ("infections", "person"),
    "deaths": ("deaths", "death"),
    "value_lost": ("value_added_lost", "cny"),
    "burden": ("burden", "person_day"),
}


def from_search(f: Figures, e: Evidence) -> None:
    """Put every figure of the search.

    Parameters
    ----------
    f : Figures
    e : Evidence
    """
    s = e.search
    f.add("plan.evaluated", s.evaluated, "rulebook", origin="plan")
    f.add("plan.searched", s.searched, "draw", origin="plan")
    f.add("plan.fresh", s.fresh, "draw", origin="plan")
    f.add("plan.explained", s.explained, "draw", origin="plan")
    f.add("plan.counted", s.counted, "person", origin="plan")
    for name, price in s.prices.items():
        f.add(f"price.{name}", price, "cny", origin="plan")
    _limits(f, e)
    for r in s.advantage.to_dict("records"):
        head = f"gain.{r['baseline']}"
        f.add(f"{head}.harm", r["mean"], "cny", (r["from"], r["to"]), origin="draws")
        f.add(f"{head}.sure", r["mean"], "cny", (r["low"], r["high"]), origin="draws")
        f.add(f"{head}.searched", r["searched"], "cny", origin="draws")
        f.add(f"{head}.curse", r["curse"], "cny", origin="draws")
        f.add(f"{head}.prob", r["prob"], "chance", origin="draws")
    _parts(f, e)
    for r in s.means.to_dict("records"):
        ends = (r["gain_low"], r["gain_high"])
        f.add(f"more.{r['means']}", r["gain"], "cny", ends, origin="draws")
    for i, r in enumerate(s.flips.to_dict("records")):
        f.add(f"flip.n{i}.low", r["advantage_low"], "cny", origin="draws")
        f.add(f"flip.n{i}.high", r["advantage_high"], "cny", origin="draws")
        f.add(f"flip.n{i}.middle_low", r["middle_low"], "cny", origin="draws")
        f.add(f"flip.n{i}.middle_high", r["middle_high"], "cny", origin="draws")
    for name, factor in s.weights.items():
        if math.isfinite(factor):
            f.add(f"factor.{name}", factor, "ratio", origin="draws")
    for i, other in enumerate(s.others):
        mean = float(other.gap.mean())
        f.add(f"other.n{i}.harm", mean, "cny", spread(other.gap), origin="draws")
        f.add(f"other.n{i}.measures", other.measures, "measure", origin="plan")
    for key, found in s.dials.items():
        for dial in found:
            f.add(f"{key}.dial.{dial.key}", dial.value, "share", origin="plan")


def _limits(f: Figures, e: Evidence) -> None:
    s = e.search
    for r in s.limits.to_dict("records"):
        if f"limit.{r['constraint']}" not in f:
            f.add(f"limit.{r['constraint']}", r["required"], "share", origin="plan")
        name = f"{r['option']}.keeps.{r['constraint']}"
        f.add(name, r["prob"], "chance", (r["low"], r["high"]), origin="draws")
    for key, beyond in s.beyond.items():
        f.add(f"{key}.beyond", int(np.count_nonzero(beyond)), "draw", origin="draws")


def _parts(f: Figures, e: Evidence) -> None:
    for kind, table in (("part", e.search.parts), ("change", e.search.changes)):
        for r in table.to_dict("records"):
            head = f"{kind}.{r['measure']}"
            for name, (column, unit) in PARTS.items():
                ends = (r[f"{column}_from"], r[f"{column}_to"])
                f.add(f"{head}.{name}", r[column], unit, ends, origin="draws")
            sure = (r["harm_low"], r["harm_high"])
            f.add(f"{head}.sure", r["harm"], "cny", sure, origin="draws")
            f.add(f"{head}.limit", r["limit_prob"], "chance", origin="draws")
    if len(e.search.changes):
        f.add("plan.changes", len(e.search.changes), "measure", origin="plan")
