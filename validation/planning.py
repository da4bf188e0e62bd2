"""The optimiser against a problem with a known front, and the search against trying everything.

The published problem of DAEDALUS needs the UK's table, which its authors give in a binary form that
is not shipped: put the case (docs/planning.md, "A published problem") into a folder and name it in
TWOFRONTS_DAEDALUS_CASE.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from pathlib import Path

import numpy as np

from twofronts.city import build_residents, load_city
from twofronts.planning.comparing import open_stage
from twofronts.planning.evaluating import Evaluator, on_threads
from twofronts.planning.evolution import Rung, Space, evolve, nondominated
from twofronts.planning.goals import make_goal
from twofronts.planning.openings import Openings, search_openings
from twofronts.planning.openings_files import load_openings
from twofronts.planning.rulespace import RuleSpace
from twofronts.planning.searching import Front, preference, search
from validation._small_openings import opening_tables, write_openings
from validation.rows import Row

_TOP, _N = 20, 12
_DEB = "Deb, Thiele, Laumanns, Zitzler 2005, doi:10.1007/1-84628-137-7_6"


def dtlz2(vectors: np.ndarray) -> np.ndarray:
    """DTLZ2 with three objectives on a grid of 21 levels: its front is the unit sphere."""
    x = np.asarray(vectors) / _TOP
    g = ((x[:, 2:] - 0.5) ** 2).sum(axis=1)
    c, s = np.cos(x[:, :2] * np.pi / 2), np.sin(x[:, :2] * np.pi / 2)
    f = [(1 + g) * c[:, 0] * c[:, 1], (1 + g) * c[:, 0] * s[:, 1], (1 + g) * s[:, 0]]
    return np.column_stack(f)


def _hypervolume(points: np.ndarray) -> float:
    from pymoo.indicators.hv import HV

    return float(HV(ref_point=np.full(3, 1.1))(points))


def _known_front() -> Row:
    space = Space(
        np.zeros(_N, dtype=np.int64), np.full(_N, _TOP), lambda v: v, np.arange(_N)
    )  # fmt: skip
    angles = np.array(list(itertools.product(range(_TOP + 1), repeat=2)))
    best = np.column_stack([angles, np.full((len(angles), _N - 2), _TOP // 2)])
    found = evolve(
        lambda v, draws: (dtlz2(v), np.zeros(len(v))),
        space,
        np.random.default_rng(1).integers(0, _TOP + 1, (4, _N)),
        rungs=[Rung(1, 12_000), Rung(2, 8_000)],
        seed=5,
        population=200,
    )
    front = dtlz2(found)
    share = _hypervolume(front[nondominated(front)]) / _hypervolume(dtlz2(best))
    return Row("DTLZ2 on a grid: hypervolume against the known front", share, 1.0, 0.99, 1.0, _DEB)


def _exhaustive() -> list[Row]:
    town = load_city("town")
    stage = open_stage(town, residents=build_residents(town), days=30, draws=16, seed=3)
    space = RuleSpace(free=("city_border", "masks", "community"), thresholds=())
    s = space.space
    ranges = [range(a, b + 1) for a, b in zip(s.lower, s.upper, strict=True)]
    clean = (tuple(s.repair(np.array(v)).tolist()) for v in itertools.product(*ranges))
    every = np.array(list(dict.fromkeys(clean)), dtype=np.int64)
    goal = make_goal(None, stage.parameters, daily_value=stage.daily_value)
    evaluator = Evaluator(space, goal, on_threads(stage))
    evaluator.outcomes(every, stage.draws)
    objectives, breach = evaluator(every, stage.draws)
    first = preference(goal, objectives, breach)[0]
    best = float(goal.harm(objectives[first]))
    found = search(town, stage=stage, space=space, budget=40, population=12, seed=1)
    worst = 0.0
    for c in found.baselines:
        gaps = [
            max(0.0, *((a - b) / max(abs(b), 1e-9) for a, b in zip(
                [*m.objectives, m.breach], [*c.objectives, c.breach], strict=True)))
            for m in found.members
        ]  # fmt: skip
        worst = max(worst, min(gaps))
    source = "trying all rulebooks of the space on the same draws"
    return [
        Row(
            "Small space of rulebooks: harm of the plan against the best of all",
            found.best.harm / best, 1.0, 0.0, 1.0 + 1e-9, source, draws=16,
            note=f"{found.evaluated} of {len(every)} rulebooks evaluated; below 1 where a "
            "baseline outside of the space is better",
        ),
        Row(
            "Front beats or equals every baseline: largest gap", worst, 0.0, 0.0, 1e-12,
            "definition of the front", draws=16,
        ),
    ]  # fmt: skip


def _same_seed() -> Row:
    """The same seed on one thread and on two."""
    town = load_city("town")
    stage = open_stage(town, residents=build_residents(town), days=30, draws=8, seed=3)
    space = RuleSpace(free=("city_border", "masks", "community"), thresholds=())

    def members(found: Front) -> list[tuple]:
        return [(c.name, c.vector, c.harm) for c in found.members]

    one, two = (
        members(search(town, stage=stage, space=space, budget=24, population=8, workers=n))
        for n in (1, 2)
    )
    return Row(
        "Same seed, same front, on one thread and on two", float(one == two), 1.0, 1.0, 1.0,
        "definition of a seed", draws=8,
    )  # fmt: skip


def _small_openings() -> list[Row]:
    """The path of the published problem on an invented table small enough to try everything."""
    with tempfile.TemporaryDirectory() as folder:
        case = load_openings(write_openings(Path(folder), opening_tables()))
    levels, shape = 3, (len(case.periods), case.workers.size)
    every = np.array(list(itertools.product(range(levels), repeat=shape[0] * shape[1])))
    openings = case.least + (case.most - case.least) * every.reshape(-1, *shape) / (levels - 1)
    o = Openings(case).run(openings)
    kept = (o.peak <= case.beds) & (o.reproduction <= case.end_reproduction) & (o.unmet == 0)
    found = search_openings(case, levels=levels, budget=250, seed=1)
    note = (
        f"{shape[1]} invented sectors, {shape[0]} periods, {levels} levels: {found.evaluated} of "
        f"{len(every)} openings tried; {kept.sum()} of them keep beds, reproduction number and "
        "final demand"
    )
    return [
        Row(
            "Openings of sectors, small case: value added against the best of all",
            found.value / float(o.value[kept].max()) if found.feasible else 0.0,
            1.0, 1.0 - 1e-12, 1.0 + 1e-12, "trying all openings", note=note,
        )
    ]  # fmt: skip


def _published_openings() -> list[Row]:
    """Haw et al. 2022: 63 sectors, three periods, 18,000 beds, 854 billion pounds."""
    folder = os.environ.get("TWOFRONTS_DAEDALUS_CASE")
    if not folder:
        print("  DAEDALUS: no row. Its table is not shipped; set TWOFRONTS_DAEDALUS_CASE")
        return []
    case = load_openings(folder)
    found = search_openings(case, levels=11, budget=20_000, seed=1)
    return [
        Row(
            "DAEDALUS, UK: value added of the openings found", found.value if found.feasible else 0,
            case.published, case.published, float("inf"), "Haw et al. 2022, "
            "doi:10.1038/s43588-022-00233-0", unit="GBP billion",
            note=f"{found.evaluated} openings, peak {found.peak:,.0f} patients, reproduction "
            f"number {found.reproduction:.3f} at the end",
        )
    ]  # fmt: skip


def run() -> list[Row]:
    """Return the rows of this room."""
    rows = [_known_front(), *_exhaustive(), _same_seed()]
    return [*rows, *_small_openings(), *_published_openings()]
