"""One day of supplies in plain words: the slow twin of ``kernels.supplies``."""

from __future__ import annotations

import math

import numpy as np

from twofronts.kernels.supplies import SUPPLIES_EFFECTS
from twofronts.measures.effects import EFFECT_INDEX


def naive_supplies_day(p, draw, stock, gate, drivers, through, made, effects, day):
    """Return the day's rows and tomorrow's gates, changing nothing that was given."""
    worn, growth, most, restock = p.rates[draw]
    fx = {name: effects[:, EFFECT_INDEX[name]].mean() for name in SUPPLIES_EFFECTS}
    staff, patients, intensive, tests, residents = drivers
    n = len(stock)
    row = {name: np.zeros(n) for name in ("produced", "inbound", "used", "short", "cover")}
    stock, gate = stock.copy(), list(gate)
    expansion = max(1.0, min(math.exp(growth * day), most))
    for g in range(n):
        masks, reagents = g == p.masks[0], g == p.reagents[0]
        per = p.per[g]
        first = p.base[g] + per[0] * staff + per[1] * patients + per[2] * intensive
        public = per[4] * residents
        gated, here = 0.0, 1.0
        if reagents:
            gated, here = per[3] * tests, gate[1]
        else:
            first += per[3] * tests
        if masks:
            gated, here = worn * fx["masks_per_shift"] * staff, gate[0]
        wish = first + public + gated
        if p.protective[g]:
            factor = expansion * (fx["mask_supply"] if masks else 1.0)
            row["produced"][g] = p.production[g] * factor
            row["inbound"][g] = p.inbound[g] * factor * min(1.0, through)
        else:
            working = made[p.maker[g]] if p.maker[g] >= 0 else 1.0
            row["produced"][g] = p.production[g] * working * fx["daily_supply"]
            gap = (p.stock[g] - stock[g]) / restock
            room = p.inbound[g] * through * fx["daily_supply"]
            row["inbound"][g] = min(max(0.0, wish - row["produced"][g] + gap), room)
        there = stock[g] + row["produced"][g] + row["inbound"][g]
        row["used"][g] = min(first + public + gated * here, there)
        row["short"][g] = wish - row["used"][g]
        stock[g] = there - row["used"][g]
        row["cover"][g] = min(999.0, stock[g] / wish) if wish > 0 else 999.0
        tomorrow = stock[g] + row["produced"][g] + row["inbound"][g] - first
        for_gated = tomorrow - public
        if masks:
            for_gated = max(for_gated, min(1.0, fx["mask_to_firms"]) * tomorrow)
        share = min(1.0, max(0.0, for_gated / gated)) if gated > 0 else 1.0
        if masks:
            gate[0] = share
        elif reagents:
            gate[1] = share
    return row | {"stock": stock, "gate": gate}
