"""Who is a migrant, and which migrants are away: whole families and whole rooms."""

from __future__ import annotations

import numpy as np

from twofronts.city import residents_margins as margins
from twofronts.city.residents_build import Build, Dwellings
from twofronts.city.residents_random import Stream
from twofronts.kernels import residents_attach as attach
from twofronts.kernels import types


def mark_migrants(build: Build, home: Dwellings) -> None:
    """Flag migrants, whole families and rooms, and those of them who are away."""
    counts = _count_kinds(build, home, 0)
    total = round(float(build.city.scalar("migrants", 0.0)) * build.scale)
    total = min(total, int(build.n_district.sum()))
    share = np.array([1.0, build.value("migrant_elder_weight"), 0.0, 0.0])
    fixed = counts * [0, 0, build.value("migrant_dormitory"), build.value("migrant_campus")]
    if fixed.sum() > total:
        fixed *= total / fixed.sum()
    need = np.round(fixed).astype(np.int64)
    spread = margins.fill(
        total - int(need.sum()), (counts * share).ravel(), (counts - need).ravel()
    )
    _mark(build, home, types.MIGRANT, need + spread.reshape(need.shape), counts, Stream.MIGRANTS)
    migrants = _count_kinds(build, home, types.MIGRANT)
    away = round(float(build.city.scalar("away_share", 0.0)) * int(migrants.sum()))
    need = margins.fill(away, migrants.ravel(), migrants.ravel()).reshape(migrants.shape)
    _mark(build, home, types.AWAY, need, migrants, Stream.AWAY)


def _count_kinds(build: Build, home: Dwellings, among: int) -> np.ndarray:
    counts = np.zeros((len(build.n_district), 4), np.int64)

    def step(d: int) -> None:
        attach.count_kinds(
            home.household_start,
            home.households(d),
            home.age,
            home.flags,
            int(home.campus_at[d]),
            among,
            counts[d],
        )

    build.each_district(step)
    return counts


def _mark(
    build: Build, home: Dwellings, flag: int, need: np.ndarray, of: np.ndarray, stream: int
) -> None:
    def step(d: int) -> None:
        plan = np.array([[flag, 0, 0, 0], need[d], of[d]], np.int64)
        attach.mark_households(
            home.household_start,
            home.households(d),
            home.age,
            home.flags,
            int(home.campus_at[d]),
            plan,
            build.base(stream, d),
        )

    build.each_district(step)
